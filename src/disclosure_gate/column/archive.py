"""A feed for archives and libraries (条例 25): each item a bag with checksums (BagIt, RFC 8493), and a list of all."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal
from xml.sax.saxutils import escape, quoteattr

from disclosure_gate.column.feeds import plain_text, well_formed
from disclosure_gate.column.folder import only_writer, remove, write, write_list
from disclosure_gate.column.publisher import Holding, Receipt
from disclosure_gate.column.store import slug_of
from disclosure_gate.model.clearance import PublicItem
from disclosure_gate.model.determination import Audience, Channel
from disclosure_gate.model.errors import PublishError

_FIRST = (1980, 1, 1, 0, 0, 0)  # zip knows no earlier time; the same content gives the same bytes
NEWEST = 200


class ArchiveFeed:
    """Publishes to a folder: ``bags/*.zip``, ``feed.xml`` (Atom with checksums), ``manifest-sha256.txt`` of all bags.

    A document that comes through several channels is one bag. What is withdrawn leaves the folder; the list keeps
    its number, so that who fetched it learns of it.
    """

    audiences: frozenset[Audience] = frozenset({"public"})

    def __init__(
        self,
        folder: Path,
        base_url: str = "",
        name: str = "archive",
        channels: frozenset[Channel] = frozenset({"archive_library"}),
    ) -> None:
        self.name = name
        self.channels = channels
        self.folder = folder
        self._base = base_url.rstrip("/")
        self._stale = folder / ".stale"  # on disk: a worker that dies leaves its lists to the next

    def publish(self, key: str, item: PublicItem, published_at: str) -> Receipt:
        """See :class:`~disclosure_gate.column.publisher.Publisher`."""
        if item.publication.audience != "public":
            raise PublishError("E-PUBLISH", got=item.publication.audience, expected="public")
        slug = _slug(key)
        with only_writer(self.folder):
            note = self._known(slug)
            known = note["keys"].get(key)
            if known and known["version"] >= item.version:
                return Receipt(key=key, version=known["version"], outcome="stale", place=f"bags/{slug}.zip")
            write(self._stale, b"")
            if note["bag"] is None or note["bag"]["version"] < item.version:
                bag = _bag(item, published_at)
                write(self._bag(slug), bag)
                note["bag"] = {
                    "version": item.version, "published_at": published_at, "title": item.title, "index": item.index,
                    "sha256": sha256(bag).hexdigest(), "size": len(bag),
                }  # fmt: skip
            note["keys"][key] = {"version": item.version, "state": "public", "digest": item.digest()}
            self._note(slug, note)
        return Receipt(key=key, version=item.version, outcome="published", place=f"bags/{slug}.zip")

    def withdraw(self, key: str, version: int, reason: str, withdrawn_on: date) -> Receipt:
        """See :class:`~disclosure_gate.column.publisher.Publisher`. It goes with the last channel it came through."""
        slug = _slug(key)
        with only_writer(self.folder):
            note = self._known(slug)
            known = note["keys"].get(key)
            if known and (
                known["version"] > version or (known["version"] == version and known["state"] == "withdrawn")
            ):
                return Receipt(key=key, version=known["version"], outcome="stale")
            write(self._stale, b"")
            note["keys"][key] = {"version": version, "state": "withdrawn"}
            if not any(each["state"] == "public" for each in note["keys"].values()):
                remove(self._bag(slug))
                note["bag"] = None
                note["gone"] = {"id": slug, "on": withdrawn_on.isoformat(), "reason": reason}
            self._note(slug, note)
            self._write_lists()
        return Receipt(key=key, version=version, outcome="withdrawn")

    def settle(self) -> None:
        """See :class:`~disclosure_gate.column.publisher.Settling`."""
        with only_writer(self.folder):
            if self._stale.exists() or not (self.folder / "feed.xml").exists():
                self._write_lists()
                self._stale.unlink(missing_ok=True)

    def holdings(self) -> Iterator[Holding]:
        """See :class:`~disclosure_gate.column.publisher.Inspectable`: every bag is read."""
        known = set()
        for slug, note in self._all():
            known.add(slug)
            bag, place = self._bag(slug), f"bags/{slug}.zip"
            there = bag.exists()
            whole = there and note["bag"] is not None
            whole = whole and sha256(bag.read_bytes()).hexdigest() == note["bag"]["sha256"]
            for key, each in note["keys"].items():
                if each["state"] == "public" and not there:
                    continue
                # A bag that should be gone is there for every channel it came through.
                stray = there and note["bag"] is None
                state: Literal["public", "withdrawn"] = "public" if stray else each["state"]
                digest = each.get("digest", "") if whole or state == "withdrawn" else "altered"
                yield Holding(key=key, version=each["version"], state=state, digest=digest, place=place)
        for stranger in sorted((self.folder / "bags").glob("*.zip")):
            if stranger.stem not in known:
                yield Holding(
                    key=stranger.stem, version=0, state="public", digest="unknown", place=f"bags/{stranger.name}"
                )  # fmt: skip

    def _bag(self, slug: str) -> Path:
        return self.folder / "bags" / f"{slug}.zip"

    def _known(self, slug: str) -> dict[str, Any]:
        """What is known of a document: its bag, and what came through each channel."""
        path = self.folder / "known" / f"{slug}.json"
        if not path.exists():
            return {"bag": None, "keys": {}}
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return found

    def _note(self, slug: str, note: dict[str, Any]) -> None:
        text = json.dumps(note, ensure_ascii=False, sort_keys=True)
        write(self.folder / "known" / f"{slug}.json", text.encode())

    def _all(self) -> list[tuple[str, dict[str, Any]]]:
        return [
            (path.stem, self._known(path.stem)) for path in sorted((self.folder / "known").glob("*.json"))
        ]

    def _write_lists(self) -> None:
        known = self._all()
        public = sorted(
            ((slug, note["bag"]) for slug, note in known if note["bag"] is not None),
            key=lambda each: (each[1]["published_at"], each[0]),
            reverse=True,
        )
        lines = "".join(f"{bag['sha256']}  bags/{slug}.zip\n" for slug, bag in public)
        write_list(self.folder / "manifest-sha256.txt", lines.encode())
        gone = [note["gone"] for _, note in known if note["bag"] is None]
        write(
            self.folder / "withdrawn.json", (json.dumps(gone, ensure_ascii=False, indent=1) + "\n").encode()
        )
        write_list(self.folder / "feed.xml", self._feed(public[:NEWEST]).encode())

    def _feed(self, public: list[tuple[str, dict[str, Any]]]) -> str:
        entries = "".join(
            f"<entry><title>{escape(bag['title'])}</title><id>urn:disclosure-gate:{slug}</id>"
            f"<updated>{datetime.fromisoformat(bag['published_at']).astimezone().isoformat()}</updated>"
            f'<link rel="enclosure" type="application/zip" length="{bag["size"]}" href={quoteattr(self._place(slug))}/>'
            f'<category scheme="urn:disclosure-gate:index" term={quoteattr(bag["index"] or "-")}/>'
            f"<summary>sha256 {bag['sha256']}</summary></entry>"
            for slug, bag in public
        )
        updated = max((bag["published_at"] for _, bag in public), default="1970-01-01 00:00")
        return well_formed(
            '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-CN">'
            f"<title>主动公开的政府信息（档案馆、图书馆）</title><id>urn:disclosure-gate:archive</id>"
            f"<updated>{datetime.fromisoformat(updated).astimezone().isoformat()}</updated>"
            f"<author><name>政府信息公开工作机构</name></author>{entries}</feed>\n"
        )

    def _place(self, slug: str) -> str:
        place = f"bags/{slug}.zip"
        return f"{self._base}/{place}" if self._base else place


def _slug(key: str) -> str:
    """The name of a document's bag: of the key without its channel."""
    return slug_of(key.rpartition("#")[0] or key)


def _bag(item: PublicItem, published_at: str) -> bytes:
    """A bag of one item: its metadata, text and files, each with its checksum. The same item gives the same bytes."""
    metadata = {
        "索引": item.index,
        "名称": item.title,
        "内容概述": item.abstract,
        "生成日期": item.issued_on.isoformat(),
        "发文字号": item.number,
        "发文机构": item.issuer,
        "文种": item.kind,
        "公开属性": item.label,
        "发布日期": published_at,
        "有效性": item.validity,
        "版本": item.version,
    }
    payload: dict[str, bytes] = {
        "data/metadata.json": (json.dumps(metadata, ensure_ascii=False, indent=1) + "\n").encode()
    }
    if item.text:
        payload["data/text.txt"] = plain_text(item).encode()
    for number, each in enumerate(item.files, 1):
        ending = each.name.rpartition(".")[2].lower()
        payload[f"data/files/{number}.{ending if ending.isascii() and ending.isalnum() else 'bin'}"] = (
            each.content
        )
    names = {f"data/files/{number}": each.name for number, each in enumerate(item.files, 1)}
    octets = sum(map(len, payload.values()))
    tags = {
        "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": (
            f"External-Identifier: {item.index or item.document_id}\nBagging-Date: {published_at[:10]}\n"
            f"Payload-Oxum: {octets}.{len(payload)}\n"
            + "".join(f"File-Name: {place} {_one_line(name)}\n" for place, name in names.items())
        ).encode(),
        "manifest-sha256.txt": _manifest(payload),
    }
    tags["tagmanifest-sha256.txt"] = _manifest(tags)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bag:
        for name, content in {**tags, **payload}.items():
            bag.writestr(zipfile.ZipInfo(f"item/{name}", _FIRST), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _manifest(files: dict[str, bytes]) -> bytes:
    return "".join(f"{sha256(content).hexdigest()}  {name}\n" for name, content in files.items()).encode()


def _one_line(text: str) -> str:
    return " ".join(text.split())
