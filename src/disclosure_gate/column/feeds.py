"""What programs read of a column: RSS, Atom, JSON Feed, maps of the site, rules for robots."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from disclosure_gate.column.pages import Pages
from disclosure_gate.column.store import Line, Query, Shown, standing
from disclosure_gate.model.clearance import PublicItem
from disclosure_gate.model.document import DOMAINS
from disclosure_gate.model.listing import VALIDITY

NEWEST = 50
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
PER_MAP = 800
"""Addresses in one map of the site: far below what the protocol allows, so that each stays below 100 KB."""


def rss(pages: Pages) -> str:
    """RSS 2.0 of the newest items."""
    lines = newest(pages)
    items = "".join(
        f"<item><title>{escape(each.title)}</title><link>{escape(address(pages, each))}</link>"
        f'<guid isPermaLink="false">{each.slug}</guid><pubDate>{format_datetime(_moment(each.published_at))}</pubDate>'
        f"<category>{escape(DOMAINS.get(each.domain, each.kind))}</category><source url={quoteattr(_abs(pages, 'rss'))}>"
        f"{escape(each.issuer)}</source></item>"
        for each in lines
    )
    return well_formed(
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
        f"<title>{escape(pages.site.name)}</title><link>{escape(_abs(pages, 'home'))}</link>"
        f"<description>{escape(pages.site.description)}</description><language>zh-CN</language>"
        f'<atom:link href={quoteattr(_abs(pages, "rss"))} rel="self" type="application/rss+xml"/>'
        f"{items}</channel></rss>\n"
    )


def atom(pages: Pages) -> str:
    """Atom (RFC 4287) of the newest items."""
    lines = newest(pages)
    updated = max((each.updated_at for each in lines), default="1970-01-01 00:00")
    entries = "".join(
        f"<entry><title>{escape(each.title)}</title><link href={quoteattr(address(pages, each))}/>"
        f"<id>urn:disclosure-gate:{each.slug}</id><published>{_moment(each.published_at).isoformat()}</published>"
        f"<updated>{_moment(each.updated_at).isoformat()}</updated><author><name>{escape(each.issuer)}</name></author>"
        f"<category term={quoteattr(each.kind)}/><summary>{escape(' '.join(filter(None, (each.number, each.index_number, each.label))))}</summary></entry>"
        for each in lines
    )
    return well_formed(
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-CN">'
        f"<title>{escape(pages.site.name)}</title><id>{escape(_named(_abs(pages, 'home')))}</id>"
        f"<updated>{_moment(updated).isoformat()}</updated><link href={quoteattr(_abs(pages, 'home'))}/>"
        f'<link rel="self" type="application/atom+xml" href={quoteattr(_abs(pages, "atom"))}/>{entries}</feed>\n'
    )


def well_formed(xml: str) -> str:
    """A feed without the characters that XML has no way to write, such as the line break of a word processor in a title."""
    return _UNWRITABLE.sub("", xml)


def json_feed(pages: Pages) -> str:
    """JSON Feed 1.1 of the newest items."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": pages.site.name,
        "home_page_url": _abs(pages, "home"),
        "feed_url": _abs(pages, "json_feed"),
        "language": "zh-CN",
        "items": [
            {
                "id": each.slug,
                "url": address(pages, each),
                "title": each.title,
                "content_text": " ".join(filter(None, (each.number, each.issuer, each.label))),
                "date_published": _moment(each.published_at).isoformat(),
                "date_modified": _moment(each.updated_at).isoformat(),
                "authors": [{"name": each.issuer}],
                "tags": [each.kind, *([DOMAINS[each.domain]] if each.domain in DOMAINS else [])],
                "_disclosure": {
                    "index": each.index_number,
                    "number": each.number,
                    "validity": VALIDITY[standing(each, pages.today)].zh,
                    "data": _abs(pages, "data", slug=each.slug),
                },
            }
            for each in newest(pages)
        ],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1) + "\n"


def data(pages: Pages, shown: Shown) -> str:
    """An item as data: its header fields, text and files with their digests."""
    line, item = shown.line, shown.item
    told: dict[str, Any] = {
        "index": line.index_number,
        "title": line.title,
        "number": line.number,
        "kind": line.kind,
        "issuer": line.issuer,
        "domain": line.domain or None,
        "section": line.section,
        "issued_on": line.issued_on,
        "published_at": line.published_at,
        "updated_at": line.updated_at,
        "label": line.label,
        "validity": standing(line, pages.today),
        "valid_until": line.valid_until or None,
        "changes": [each.model_dump(mode="json", exclude={"document_id"}) for each in item.changes],
        "keywords": list(item.keywords),
        "abstract": item.abstract,
        "text": item.text,
        "files": [
            {
                "name": each.name,
                "media_type": each.media_type,
                "sha256": each.digest,
                "url": _abs(pages, "file", slug=line.slug, number=number, name=each.name),
            }
            for number, each in enumerate(item.files, 1)
        ],
        "url": address(pages, line),
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def text(shown: Shown) -> str:
    """An item as plain text."""
    return plain_text(shown.item)


def plain_text(item: PublicItem) -> str:
    """A public item as plain text: what it is, then what it says."""
    head = [
        item.title,
        item.number,
        f"{item.issuer} {item.issued_on}",
        f"索引号 {item.index}" if item.index else "",
    ]
    return "\n".join(each for each in head if each.strip()) + "\n\n" + (item.text or "").strip() + "\n"


def sitemap_index(pages: Pages) -> str:
    """The list of maps."""
    count = -(-pages.store.last_id() // PER_MAP)
    maps = "".join(
        f"<sitemap><loc>{escape(_abs(pages, 'sitemap_part', number=number))}</loc></sitemap>"
        for number in range(count)
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{maps}</sitemapindex>\n'


def sitemap(pages: Pages, number: int) -> str:
    """One map: the public items whose numbers fall into it."""
    first = number * PER_MAP
    rows = [row for row in pages.store.addresses(first, PER_MAP) if row[0] <= first + PER_MAP]
    places = "".join(
        f"<url><loc>{escape(_abs(pages, 'item', slug=slug))}</loc><lastmod>{_moment(at).isoformat()}</lastmod></url>"
        for _, slug, at in rows
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{places}</urlset>\n'


def robots(pages: Pages) -> str:
    """What robots may read: everything but results of searches."""
    return f"User-agent: *\nDisallow: {pages.url('search')}\nSitemap: {_abs(pages, 'sitemap')}\n"


def newest(pages: Pages) -> Sequence[Line]:
    """The items of a feed."""
    return pages.store.find(Query(), 0, NEWEST).lines


def address(pages: Pages, line: Line) -> str:
    """Where an item is, in full."""
    return _abs(pages, "item", slug=line.slug)


def _named(home: str) -> str:
    """The lasting name of a feed: where the column is, if that is known."""
    return home if ":" in home else "urn:disclosure-gate:column"


def _abs(pages: Pages, name: str, /, **values: Any) -> str:
    return pages.url(name, _external=True, **values)


def _moment(text: str) -> datetime:
    """A publication time, as written in the local time of the one who published."""
    return datetime.fromisoformat(text).astimezone()
