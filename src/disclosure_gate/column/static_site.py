"""The column as a folder of plain pages that any web server can show."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

from disclosure_gate.column import feeds
from disclosure_gate.column.folder import only_writer, remove, write, write_list
from disclosure_gate.column.naming import Naming
from disclosure_gate.column.pages import Pages, icon, style
from disclosure_gate.column.publisher import Holding, Receipt
from disclosure_gate.column.settings import SiteSettings
from disclosure_gate.column.store import ColumnStore, Gone, Shown, slug_of
from disclosure_gate.model.clearance import PublicItem
from disclosure_gate.model.determination import Audience, Channel
from disclosure_gate.model.document import DOMAINS
from disclosure_gate.model.errors import PublishError
from disclosure_gate.model.listing import SECTIONS

PER_PAGE = 100
_ENDINGS = {".txt", ".pdf", ".docx", ".xlsx"}


class StaticSite:
    """Publishes to a folder. ``public/`` in it is what a web server shows; beside it lies what is known.

    Items appear at once, lists and feeds when a run of deliveries ends. A plain folder cannot answer 410:
    where an item was, a page says that it was withdrawn and why.
    """

    audiences: frozenset[Audience] = frozenset({"public"})

    def __init__(
        self,
        folder: Path,
        settings: SiteSettings | None = None,
        name: str = "static",
        channels: frozenset[Channel] = frozenset({"column"}),
    ) -> None:
        self.name = name
        self.channels = channels
        self.folder = folder
        self.public = folder / "public"
        self._settings = settings
        self._store: ColumnStore | None = None
        self._naming = Naming(folder / "naming.db")

    @property
    def store(self) -> ColumnStore:
        """What is known; made on first use."""
        if self._store is None:
            self._store = ColumnStore.open(self.folder / "known.db")
            if self._settings is not None:
                self._store.configure(self._settings)
        return self._store

    def publish(self, key: str, item: PublicItem, published_at: str) -> Receipt:
        """See :class:`~disclosure_gate.column.publisher.Publisher`."""
        with only_writer(self.folder):
            before = self.store.item(slug_of(key))
            receipt = self.store.publish(key, item, published_at)
            # What died between the two last time is put right by the delivery that comes again.
            self._write_item(slug_of(key))
            self._write_neighbours(before, self.store.item(slug_of(key)))
        return receipt.model_copy(update={"place": f"items/{slug_of(key)}.html"})

    def withdraw(self, key: str, version: int, reason: str, withdrawn_on: date) -> Receipt:
        """See :class:`~disclosure_gate.column.publisher.Publisher`. Every page that names it is written at once.

        What only shifts in the lists, and their counts, wait for the end of the run.
        """
        with only_writer(self.folder):
            known = self.store.item(slug_of(key))
            receipt = self.store.withdraw(key, version, reason, withdrawn_on)
            self._write_item(slug_of(key))
            if known is not None:
                if not self._naming.whole:
                    self._write_lists()
                # Told by what is noted: what died here last time is put right by the delivery that comes again.
                for name, given in self._naming.of(slug_of(key)):
                    self._write(name, given)
        return receipt.model_copy(update={"place": f"items/{slug_of(key)}.html"})

    def settle(self) -> None:
        """See :class:`~disclosure_gate.column.publisher.Settling`."""
        with only_writer(self.folder):
            self.store.settle()
            # Told by what is known, not by who wrote it: a worker that died left its lists to the next.
            state, noted = str(self.store.state()[0]).encode(), self.folder / "lists"
            if not noted.exists() or noted.read_bytes() != state or not (self.public / "index.html").exists():
                self._write_lists()
                write(noted, state)

    def holdings(self) -> Iterator[Holding]:
        """See :class:`~disclosure_gate.column.publisher.Inspectable`: pages and files are read, not only the database."""
        known = set()
        for holding in self.store.holdings():
            known.add(holding.place)
            written = self._written(holding.place)
            there = {name: self.public / name for name in written}
            if (
                holding.state == "public"
                and not (self.public / _address("item", slug=holding.place)).exists()
            ):
                continue
            whole = bool(written) and all(
                path.exists() and sha256(path.read_bytes()).hexdigest() == written[name]
                for name, path in there.items()
            )
            yield holding if whole else holding.model_copy(update={"state": "public", "digest": "altered"})
        for page in sorted((self.public / "items").glob("*.html")):
            if page.stem.partition("-")[0] not in known:
                yield Holding(key=page.stem, version=0, state="public", digest="unknown", place=page.stem)

    def _written(self, slug: str) -> dict[str, str]:
        path = self.folder / "written" / f"{slug}.json"
        found: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        return found

    def _write_item(self, slug: str) -> None:
        """Write what an item consists of, take away what it consisted of, and note the digests."""
        made = dict(self._made(slug))
        with self._naming.noted(f"items/{slug}", "item", {"slug": slug}, made.values()):
            for name in self._written(slug):
                if name not in made:
                    remove(self.public / name)
            for name, content in made.items():
                write(self.public / name, content)
        noted = {name: sha256(content).hexdigest() for name, content in made.items()}
        write(self.folder / "written" / f"{slug}.json", json.dumps(noted, sort_keys=True).encode())

    def _made(self, slug: str) -> Iterator[tuple[str, bytes]]:
        found, pages = self.store.item(slug), self._pages("items")
        if isinstance(found, Gone):
            yield _address("item", slug=slug), pages.gone(found).encode()
        if not isinstance(found, Shown):
            return
        part = 1
        while (page := pages.item(found, part)) is not None:
            yield _address("item", slug=slug, part=part), page.encode()
            part += 1
        yield _address("print", slug=slug), str(self._pages("print").item(found, printed=True)).encode()
        yield _address("data", slug=slug), feeds.data(self._pages("data"), found).encode()
        yield _address("text", slug=slug), feeds.text(found).encode()
        for number, each in enumerate(found.item.files, 1):
            stored = self.store.file(slug, number - 1)
            if stored is None:
                raise PublishError("E-PUBLISH", got="files")
            yield _address("file", slug=slug, number=number, name=each.name), stored.content

    def _write_neighbours(self, *items: Shown | Gone | None) -> None:
        """Write again the pages that name an item: what it interprets, amends, repeals, or is interpreted by."""
        for found in items:
            if isinstance(found, Shown):
                ids = [found.line.document_id]
                others = self.store.public(each.document_id for each in found.item.relations)
                related = [
                    line for kind in ("interprets", "amends", "repeals") for line in self.store.related(ids, kind).get(ids[0], [])
                ]  # fmt: skip
                for line in {*others.values(), *related}:
                    self._write_item(line.slug)

    def _write_lists(self) -> None:
        store, top = self.store, self._pages("")
        if not self._naming.whole:
            self._note_items()
        write_list(self.public / "about.html", top.about().encode())
        write_list(self.public / "404.html", self._pages("", anywhere=True).problem(404).encode())
        write_list(self.public / "column.css", style()[1])
        write_list(self.public / "icon.svg", icon())
        write_list(self._place("domains"), self._pages("domains").domains().encode())
        for name in ("home", "rss", "atom", "json_feed"):
            self._write(name, {})
        if store.settings().base_url:  # a map names whole addresses, or it is none
            write_list(self.public / "sitemap.xml", feeds.sitemap_index(top).encode())
            for number in range(-(-store.last_id() // feeds.PER_MAP)):
                self._write("sitemap_part", {"number": number})
        for section in SECTIONS:
            self._write_pages("section", section=section)
        self._write_pages("policies")
        for slug in DOMAINS:
            self._write("domain", {"slug": slug})
            for row in store.catalogue(slug):
                self._write_pages("row", slug=slug, row=row.id)
        self._naming.is_whole()

    def _note_items(self) -> None:
        """Note which items the pages of others name, as they lie there: the notes are new, or were lost."""
        slugs = {page.stem.partition("-")[0] for page in (self.public / "items").glob("*.html")}
        for slug in slugs:
            files = [self.public / name for name in self._written(slug)]
            there = (
                path.read_bytes()
                for path in files
                if path.exists() and path.suffix in {".html", ".json", ".txt"}
            )
            with self._naming.noted(f"items/{slug}", "item", {"slug": slug}, there):
                pass

    def _write_pages(self, name: str, **given: Any) -> None:
        """Every page of a list, and none that it had before and has no more."""
        number = 1
        while (
            self._write(name, {**given, "page": number})
            or self._place(name, **given, page=number + 1).exists()
        ):
            number += 1

    def _write(self, name: str, given: dict[str, Any]) -> bool:
        """Write a page that names items, and note which; whether there is such a page."""
        if name == "item":
            self._write_item(given["slug"])
            return True
        content, place = self._content(name, **given), _address(name, **given)
        with self._naming.noted(place, name, given, [content.encode()] if content is not None else []):
            if content is None:
                (self.public / place).unlink(missing_ok=True)
            else:
                write_list(self.public / place, content.encode())
        return content is not None

    def _content(self, name: str, **given: Any) -> str | None:
        """A page that names items; ``None`` if there is none."""
        top = self._pages({"section": "sections", "row": "rows", "domain": "domains"}.get(name, ""))
        made: dict[str, Callable[[], str | None]] = {
            "home": top.home, "rss": partial(feeds.rss, top), "atom": partial(feeds.atom, top), "json_feed": partial(feeds.json_feed, top),
            "sitemap_part": lambda: feeds.sitemap(top, given["number"]),
            "section": lambda: top.section(given["section"], given["page"], PER_PAGE),
            "policies": lambda: top.policies(given["page"], PER_PAGE),
            "domain": lambda: top.domain(given["slug"]),
            "row": lambda: top.row(given["slug"], given["row"], given["page"], PER_PAGE),
        }  # fmt: skip
        return made[name]()

    def _place(self, name: str, /, **values: Any) -> Path:
        return self.public / _address(name, **values)

    def _pages(self, within: str, *, anywhere: bool = False) -> Pages:
        """Pages whose links are relative to a folder of the site, so that it works wherever it is put.

        ``anywhere``: a page that a web server shows at any address; its links are whole where the site's is known.
        """
        site = self.store.settings()
        base = site.base_url.rstrip("/")

        def url(name: str, /, *, _external: bool = False, **values: Any) -> str:
            place = quote(_address(name, **values))
            if (_external or anywhere) and base:
                return f"{base}/{place}"
            return posixpath.relpath(place, within or ".")

        return Pages(self.store, url, datetime.now().astimezone().date(), searchable=False)


def _address(name: str, /, **values: Any) -> str:
    """Where a page lies in the folder. Every part is ours: a slug, a code, a number."""
    page = values.get("page") or 1
    suffix = "" if page == 1 else f".{page}"
    slug = values.get("slug", "")
    part = f"-{values['part']}" if values.get("part", 1) != 1 else ""
    places = {
        "home": "index.html", "about": "about.html", "style": "column.css", "icon": "icon.svg", "rss": "rss.xml",
        "atom": "atom.xml", "json_feed": "feed.json", "sitemap": "sitemap.xml", "search": "index.html",
        "policies": f"policies{suffix}.html", "domains": "domains/index.html", "domain": f"domains/{slug}.html",
        "item": f"items/{slug}{part}.html", "print": f"print/{slug}.html", "text": f"texts/{slug}.txt", "data": f"data/{slug}.json",
        "section": f"sections/{values.get('section')}{suffix}.html", "row": f"rows/{str(values.get('row')).replace('/', '-')}{suffix}.html",
        "sitemap_part": f"sitemap-{values.get('number')}.xml",
    }  # fmt: skip
    if name in {"file", "view"}:
        return f"files/{slug}/{int(values['number'])}{_ending(str(values['name']))}"
    return places[name]


def _ending(name: str) -> str:
    """The ending of a file's name where it is one of those we publish; nothing else of it."""
    found = f".{name.rpartition('.')[2].lower()}"
    return found if found in _ENDINGS else ".bin"
