"""The pages of the column as HTML, for the site and for the folder of plain pages alike. Knows no web framework."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from disclosure_gate.column.grams import finder, terms_of
from disclosure_gate.column.settings import SiteSettings
from disclosure_gate.column.store import ColumnStore, Gone, Line, Query, Shelf, Shown, standing
from disclosure_gate.model.determination import AUDIENCE_LABELS
from disclosure_gate.model.document import DOMAINS
from disclosure_gate.model.listing import SECTIONS, VALIDITY, Section

PER_PAGE = 20
PART = 12_000
"""Characters of a text shown on one page: with markup, a page stays well below 100 KB."""
_HERE = Path(__file__).parent
_AROUND = 60

REASONS = {
    "replaced": ("已由新的公开版本取代", "replaced by a newer publication"),
    "removed": ("不再公开", "no longer published"),
    "expired": ("公开期限届满", "its period of publication has ended"),
}
CHANNELS = {
    "column": ("政府网站", "website"), "gazette": ("政府公报", "gazette"), "new_media": ("政务新媒体", "new media"),
    "press": ("报刊、广播电视", "press"), "village_board": ("村（社区）公示栏", "village board"),
    "service_hall": ("政务服务中心", "service hall"), "archive_library": ("档案馆、图书馆", "archives and libraries"),
    "credit_system": ("信用信息系统", "credit system"), "trading_platform": ("交易平台", "trading platform"),
    "direct": ("精准推送", "sent directly"), "other": ("其他", "other"),
}  # fmt: skip
DOMAIN_ENGLISH = {slug: slug.replace("_", " ") for slug in DOMAINS} | {"food_drug": "food and drugs"}


class Addresses(Protocol):
    """Where a page is: made by whoever serves the pages."""

    def __call__(self, name: str, /, **values: Any) -> str:
        """The address of a page, feed or file."""
        ...


@dataclass(frozen=True, slots=True)
class Pager:
    """Where in a long list we are. Pages count from 1."""

    page: int
    pages: int
    total: int
    more: bool

    @property
    def window(self) -> list[int]:
        """The pages offered: first, last and those around this one; 0 marks a gap."""
        near = {1, self.pages, *range(max(1, self.page - 2), min(self.pages, self.page + 2) + 1)}
        found: list[int] = []
        for each in sorted(near):
            if found and each - found[-1] > 1:
                found.append(0)
            found.append(each)
        return found


class Pages:
    """Makes pages over a store, for one language and one day."""

    def __init__(
        self,
        store: ColumnStore,
        url: Addresses,
        today: date,
        lang: str = "zh",
        *,
        searchable: bool = True,
        settings: SiteSettings | None = None,
    ) -> None:
        self.store = store
        self.url = url
        self.today = today
        self.lang = lang
        self.site = settings or store.settings()
        self._searchable = searchable

    def say(self, zh: str, en: str) -> str:
        """The sentence in the page's language."""
        return zh if self.lang == "zh" else en

    def home(self) -> str:
        """The front page."""
        newest = self.store.find(Query(), 0, 10).lines
        policies = self.store.listed("policy", 1, 0, 6).lines
        return self.render(
            "home.html",
            here="home",
            newest=newest,
            policies=policies,
            interpretations=self.store.related([each.document_id for each in policies], "interprets"),
            sections=self.store.tally("section"),
            domains=self.store.tally("domain"),
            tags=self._column_tags(self.say("首页", "Home"), self.site.description),
        )

    def section(self, section: Section, page: int, per_page: int = PER_PAGE) -> str | None:
        """One of the four fixed sections; ``None`` if it has no such page."""
        title = SECTIONS[section].get(self.lang)
        return self._list(
            "list.html", ("section", section), title, page, per_page, section,
            lambda number: self.url("section", section=section, page=number),
        )  # fmt: skip

    def policies(self, page: int, per_page: int = PER_PAGE) -> str | None:
        """Policy documents, each with its interpretation; ``None`` if there is no such page."""
        title = self.say("政策文件与解读", "Policies and interpretation")
        return self._list(
            "policies.html", ("policy", 1), title, page, per_page, "policies",
            lambda number: self.url("policies", page=number),
        )  # fmt: skip

    def domains(self) -> str:
        """The 26 domains."""
        return self.render(
            "domains.html",
            here="domains",
            counts=self.store.tally("domain"),
            tags=self._column_tags(self.say("领域目录", "Domains"), ""),
        )

    def domain(self, slug: str) -> str:
        """A domain: the rows of its standard catalogue, and what is published under them."""
        title = DOMAINS[slug]
        return self.render(
            "domain.html",
            here="domains",
            slug=slug,
            title=title,
            rows=self._grouped(slug),
            newest=self.store.find(Query(domain=slug, order="new"), 0, 10),
            tags=self._column_tags(title, f"{title}领域基层政务公开标准目录"),
        )

    def row(self, domain: str, row_id: str, page: int = 1, per_page: int = PER_PAGE) -> str | None:
        """One row of the catalogue and its items; ``None`` if there is no such row or page."""
        row = next((each for each in self.store.catalogue(domain) if each.id == row_id), None)
        if row is None:
            return None
        found = self.store.listed("row", row_id, (page - 1) * per_page, per_page)
        if page > 1 and not found.lines:
            return None
        return self.render(
            "row.html",
            here="domains",
            slug=domain,
            row=row,
            title=row.data["item"][-1],
            lines=found.lines,
            pager=_pager(page, per_page, found.total, more=False),
            address=lambda number: self.url("row", slug=domain, row=row_id, page=number),
            tags=self._column_tags("/".join(row.data["item"]), row.data["content"]),
        )

    def search(self, query: Query, page: int) -> str | None:
        """Results of a search; ``None`` if there is no such page of them."""
        found = self.store.find(query, (page - 1) * PER_PAGE, PER_PAGE, self.today)
        if page > 1 and not found.lines:
            return None
        terms = terms_of(query.text)
        title = self.say("检索", "Search")
        return self.render(
            "search.html",
            here="search",
            query=query,
            title=f"{query.text} · {title}" if query.text else title,
            lines=found.lines,
            snippets={each.id: self._snippet(each, terms) for each in found.lines} if terms else {},
            mark=lambda text: _marked(text, terms),
            pager=_pager(page, PER_PAGE, found.total, more=found.more),
            address=lambda number: self.url("search", **_asked(query), page=number),
            kinds=self.store.tally("kind"),
            years=self.store.tally("year"),
            issuers=list(self.store.tally("issuer"))[:60],
            tags=self._column_tags(title, ""),
        )

    def item(self, shown: Shown, part: int = 1, *, printed: bool = False) -> str | None:
        """An item; ``None`` if its text has no such part. ``printed``: all of it, plain, for paper."""
        line, item = shown.line, shown.item
        text = item.text or ""
        pieces = [text] if printed else _pieces(text)
        if not 1 <= part <= len(pieces):
            return None
        others = self.store.public(
            [*(each.document_id for each in item.relations), *(each.document_id for each in item.changes)]
        )
        return self.render(
            "print.html" if printed else "item.html",
            here=line.section,
            line=line,
            item=item,
            files=self.store.files(line.slug),
            paragraphs=[each.strip() for each in pieces[part - 1].splitlines() if each.strip()],
            part=part,
            parts=len(pieces),
            standing=standing(line, self.today),
            others=others,
            interpretations=self.store.related([line.document_id], "interprets").get(line.document_id, []),
            amended_by=self.store.related([line.document_id], "amends").get(line.document_id, []),
            repealed_by=self.store.related([line.document_id], "repeals").get(line.document_id, []),
            audience=AUDIENCE_LABELS[item.publication.audience],
            tags=self._article_tags(line, item.keywords, item.abstract or text[:120]),
        )

    def gone(self, item: Gone) -> str:
        """What is said where an item was withdrawn: when and why, and nothing of what it held."""
        zh, en = REASONS.get(item.reason, (item.reason, item.reason))
        return self.render(
            "gone.html", here="", item=item, reason=self.say(zh, en),
            tags=self._column_tags(self.say("已撤回", "Withdrawn"), ""),
        )  # fmt: skip

    def problem(self, status: int) -> str:
        """A page that says what went wrong."""
        return self.render("problem.html", here="", status=status, tags={})

    def about(self) -> str:
        """How to use the column, and how barriers are reported."""
        return self.render(
            "about.html", here="about", tags=self._column_tags(self.say("使用说明", "Help"), "")
        )

    def render(self, template: str, **values: Any) -> str:
        """A template with what every page has."""
        return (
            _environment()
            .get_template(template)
            .render(
                url=self.url,
                t=self.say,
                lang=self.lang,
                site=self.site,
                site_name=self.site.name if self.lang == "zh" else self.site.name_en,
                SECTIONS=SECTIONS,
                VALIDITY=VALIDITY,
                DOMAINS=DOMAINS,
                CHANNELS=CHANNELS,
                DOMAIN_ENGLISH=DOMAIN_ENGLISH,
                AUDIENCES=AUDIENCE_LABELS,
                today=self.today,
                searchable=self._searchable,
                standing_of=lambda line: standing(line, self.today),
                size=_size,
                form=_form,
                **values,
            )
        )

    def _list(
        self,
        template: str,
        shelf: tuple[Shelf, str | int],
        title: str,
        page: int,
        per_page: int,
        here: str,
        address: Callable[[int], str],
    ) -> str | None:
        found = self.store.listed(*shelf, (page - 1) * per_page, per_page)
        if page > 1 and not found.lines:
            return None
        return self.render(
            template,
            here=here,
            title=title,
            lines=found.lines,
            interpretations=self.store.related([each.document_id for each in found.lines], "interprets"),
            pager=_pager(page, per_page, found.total, more=found.more),
            address=address,
            tags=self._column_tags(title, self.site.description),
        )

    def _grouped(self, domain: str) -> list[tuple[str, list[Any]]]:
        groups: dict[str, list[Any]] = {}
        for row in self.store.catalogue(domain):
            groups.setdefault(row.data["item"][0] if len(row.data["item"]) > 1 else "", []).append(row)
        return list(groups.items())

    def _column_tags(self, name: str, description: str) -> dict[str, str]:
        """The meta tags of a list page (站点、栏目)."""
        return {
            **self._site_tags(),
            "ColumnName": name,
            "ColumnDescription": description or self.site.description,
            "ColumnKeywords": self.site.keywords,
            "ColumnType": "政府信息公开",
        }

    def _article_tags(self, line: Line, keywords: Sequence[str], description: str) -> dict[str, str]:
        """The meta tags of an item (站点、栏目、内容页)."""
        return {
            **self._site_tags(),
            "ColumnName": SECTIONS[line.section].zh,
            "ColumnType": "政府信息公开",
            "ArticleTitle": line.title,
            "PubDate": line.published_at,
            "ContentSource": line.issuer,
            "Author": line.issuer,
            "Keywords": ",".join(keywords) or DOMAINS.get(line.domain, "政府信息公开"),
            "Description": " ".join(description.split()),
            "Url": self.url("item", slug=line.slug, _external=True),
        }

    def _site_tags(self) -> dict[str, str]:
        domain = self.site.domain or urlsplit(self.site.base_url).netloc
        return {"SiteName": self.site.name, "SiteDomain": domain, "SiteIDCode": self.site.id_code}

    def _snippet(self, line: Line, terms: Sequence[str]) -> Markup:
        text = " ".join(self.store.snippet(line.id).split())
        found = next((hit for term in terms if (hit := finder((term,)).search(text))), None)
        start = max(0, found.start() - _AROUND // 2) if found else 0
        piece = text[start : start + 2 * _AROUND]
        return Markup("{}{}{}").format(
            "…" if start else "", _marked(piece, terms), "…" if start + 2 * _AROUND < len(text) else ""
        )


def style() -> tuple[str, bytes]:
    """The style sheet, and a name for this very state of it."""
    content = (_HERE / "static" / "column.css").read_bytes()
    return sha256(content).hexdigest()[:12], content


def icon() -> bytes:
    """The site's icon."""
    return (_HERE / "static" / "icon.svg").read_bytes()


def _pieces(text: str) -> list[str]:
    """A text in parts of at most :data:`PART` characters, divided between lines, else between sentences."""
    found, at = [], 0
    while len(text) - at > PART:
        cuts = (text.rfind(mark, at + PART // 2, at + PART) for mark in ("\n", "。"))
        end = next((cut + 1 for cut in cuts if cut >= 0), at + PART)
        found.append(text[at:end])
        at = end
    return [*found, text[at:]]


def _marked(text: str, terms: Sequence[str]) -> Markup:
    """A text with what was looked for marked; everything else escaped."""
    if not terms:
        return escape(text)
    made, at = Markup(), 0
    for hit in finder(tuple(terms)).finditer(text):
        made += escape(text[at : hit.start()]) + Markup("<mark>{}</mark>").format(hit.group())
        at = hit.end()
    return made + escape(text[at:])


def _asked(query: Query) -> dict[str, str]:
    """A query as it stands in an address: what is not said is left out."""
    return {name: value for name, value in (
        ("q", query.text), ("scope", query.scope if query.scope != "all" else ""), ("section", query.section),
        ("domain", query.domain), ("kind", query.kind), ("issuer", query.issuer), ("year", query.year),
        ("validity", query.validity), ("order", query.order if query.order != "fit" else ""),
    ) if value}  # fmt: skip


def _pager(page: int, per_page: int, total: int, *, more: bool) -> Pager:
    return Pager(page, max(1, -(-total // per_page)), total, more)


def _size(octets: int) -> str:
    """A size for people."""
    return f"{octets / 1_048_576:.1f} MB" if octets >= 1_048_576 else f"{max(1, round(octets / 1024))} KB"  # noqa: PLR2004  mebibyte


def _form(name: str, media_type: str) -> str:
    """What sort of file it is, by its name or its type."""
    ending = name.rpartition(".")[2].upper() if "." in name else ""
    return ending if ending.isalnum() and len(ending) <= 5 else media_type.rpartition("/")[2][:12].upper()  # noqa: PLR2004  file endings are short


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.filters["day"] = lambda text: str(text)[:10]
    return made
