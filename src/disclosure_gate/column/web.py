"""The column's site: a Flask application that reads public items and can read nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import Flask, Response, abort, redirect, request, url_for
from werkzeug.exceptions import HTTPException, default_exceptions
from werkzeug.wrappers import Response as AnyResponse

from disclosure_gate.column import feeds
from disclosure_gate.column.downloads import disposition
from disclosure_gate.column.pages import PER_PAGE, Pages, icon, style
from disclosure_gate.column.settings import SiteSettings
from disclosure_gate.column.store import MOST, ColumnStore, Gone, Query, Shown
from disclosure_gate.model.document import DOMAINS
from disclosure_gate.model.listing import SECTIONS, VALIDITY

LANGS = ("zh", "en")
_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
# Shown in the browser as they are; everything else is only handed over to be kept.
_VIEWED = {"application/pdf", "text/plain; charset=utf-8"}
_LAST_PAGE = max(MOST, 10**6) // PER_PAGE
_READS = {"GET", "HEAD", "OPTIONS"}


def create_app(
    store: ColumnStore,
    *,
    settings: SiteSettings | None = None,
    today: Callable[[], date] = lambda: datetime.now().astimezone().date(),
) -> Flask:
    """The site over a column's database.

    Args:
        store: the database, opened with :meth:`ColumnStore.read`.
        settings: what the site says of itself; default: what the database says.
        today: the day, on which validity depends.
    """
    app = Flask("disclosure_gate.column", static_folder=None, template_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = 0
    app.url_map.strict_slashes = False
    site = _Site(store, settings, today)
    for rule, name, view in (
        ("/", "home", site.home),
        ("/sections/<section>", "section", site.section),
        ("/policies", "policies", site.policies),
        ("/domains", "domains", site.domains),
        ("/domains/<slug>", "domain", site.domain),
        ("/domains/<slug>/row", "row", site.row),
        ("/search", "search", site.search),
        ("/items/<slug>", "item", site.item),
        ("/items/<slug>/print", "print", site.printed),
        ("/items/<slug>/text", "text", site.text),
        ("/items/<slug>/data", "data", site.data),
        ("/items/<slug>/files/<int:number>/<path:name>", "file", site.file),
        ("/items/<slug>/view/<int:number>/<path:name>", "view", site.view),
        ("/about", "about", site.about),
        ("/rss.xml", "rss", site.rss),
        ("/atom.xml", "atom", site.atom),
        ("/feed.json", "json_feed", site.json_feed),
        ("/sitemap.xml", "sitemap", site.sitemap),
        ("/sitemap-<int:number>.xml", "sitemap_part", site.sitemap_part),
        ("/robots.txt", "robots", site.robots),
        ("/column.css", "style", site.style),
        ("/icon.svg", "icon", site.icon),
        ("/favicon.ico", "favicon", lambda: redirect(url_for("icon"), 301)),
        ("/healthz", "healthz", site.healthz),
    ):
        app.add_url_rule(rule, name, view, methods=["GET"])
    for code in default_exceptions:
        app.register_error_handler(code, site.problem)
    app.register_error_handler(Exception, site.failed)
    app.after_request(_secured)
    return app


class _Site:
    """The views. Each answer carries what caches need; a page without a change is not sent again."""

    def __init__(self, store: ColumnStore, settings: SiteSettings | None, today: Callable[[], date]) -> None:
        self._store = store
        self._settings = settings
        self._today = today
        self._style = style()

    def home(self) -> AnyResponse:
        return self._page(lambda pages: pages.home())

    def section(self, section: str) -> AnyResponse:
        if section not in SECTIONS:
            abort(404)
        number = _page_number()
        return self._page(lambda pages: pages.section(section, number))

    def policies(self) -> AnyResponse:
        number = _page_number()
        return self._page(lambda pages: pages.policies(number))

    def domains(self) -> AnyResponse:
        return self._page(lambda pages: pages.domains())

    def domain(self, slug: str) -> AnyResponse:
        if slug not in DOMAINS:
            abort(404)
        return self._page(lambda pages: pages.domain(slug))

    def row(self, slug: str) -> AnyResponse:
        row_id = request.args.get("row", "")
        if slug not in DOMAINS or row_id.partition("/")[0] != slug:
            abort(404)
        number = _page_number()
        return self._page(lambda pages: pages.row(slug, row_id, number))

    def search(self) -> AnyResponse:
        query, number = _query(), _page_number()
        return self._page(lambda pages: pages.search(query, number))

    def item(self, slug: str) -> AnyResponse:
        shown = self._shown(slug)
        if isinstance(shown, Gone):
            return self._gone(shown)
        part = request.args.get("part", "1")
        if not part.isascii() or not part.isdecimal():
            abort(404)
        # A withdrawal counts at once: what is kept in caches is asked for again each time.
        return self._page(lambda pages: pages.item(shown, int(part[:6])), caching="public, no-cache")

    def printed(self, slug: str) -> AnyResponse:
        shown = self._shown(slug)
        if isinstance(shown, Gone):
            return self._gone(shown)
        return self._page(lambda pages: pages.item(shown, printed=True), caching="public, no-cache")

    def text(self, slug: str) -> AnyResponse:
        shown = self._shown(slug)
        if isinstance(shown, Gone):
            return self._gone(shown)
        response = self._fresh("text/plain; charset=utf-8", lambda _: feeds.text(shown), "public, no-cache")
        response.headers["Content-Disposition"] = disposition("attachment", f"{shown.line.title}.txt")
        return response

    def data(self, slug: str) -> AnyResponse:
        shown = self._shown(slug)
        if isinstance(shown, Gone):
            return self._gone(shown)
        return self._fresh("application/json", lambda pages: feeds.data(pages, shown), "public, no-cache")

    def file(self, slug: str, number: int, name: str) -> AnyResponse:
        del name  # it is for people; what is meant is the number
        return self._copy(slug, number, "attachment")

    def view(self, slug: str, number: int, name: str) -> AnyResponse:
        del name
        return self._copy(slug, number, "inline")

    def about(self) -> AnyResponse:
        return self._page(lambda pages: pages.about())

    def rss(self) -> AnyResponse:
        return self._fresh("application/rss+xml; charset=utf-8", feeds.rss)

    def atom(self) -> AnyResponse:
        return self._fresh("application/atom+xml; charset=utf-8", feeds.atom)

    def json_feed(self) -> AnyResponse:
        return self._fresh("application/feed+json; charset=utf-8", feeds.json_feed)

    def sitemap(self) -> AnyResponse:
        return self._fresh("application/xml", feeds.sitemap_index)

    def sitemap_part(self, number: int) -> AnyResponse:
        if number > self._store.last_id() // feeds.PER_MAP:
            abort(404)
        return self._fresh("application/xml", lambda pages: feeds.sitemap(pages, number))

    def robots(self) -> AnyResponse:
        return self._fresh("text/plain; charset=utf-8", feeds.robots)

    def style(self) -> AnyResponse:
        name, content = self._style
        named = request.args.get("v") == name
        return _conditional(
            Response(content, mimetype="text/css"), name, None,
            "public, max-age=31536000, immutable" if named else "public, no-cache",
        )  # fmt: skip

    def icon(self) -> AnyResponse:
        content = icon()
        tag = hashlib.sha256(content).hexdigest()[:12]
        return _conditional(Response(content, mimetype="image/svg+xml"), tag, None, "public, max-age=86400")

    def healthz(self) -> AnyResponse:
        self._store.state()
        response = Response("ok\n", mimetype="text/plain")
        response.headers["Cache-Control"] = "no-store"
        return response

    def problem(self, error: HTTPException) -> AnyResponse:
        """What went wrong, as a page; redirects and answers made elsewhere stay what they are."""
        if error.response is not None or error.code is None or error.code < 400:  # noqa: PLR2004  redirects
            return error.get_response()
        return self._told(error.code)

    def failed(self, error: Exception) -> AnyResponse:
        """Whatever else went wrong: the public is told that it is our fault, and nothing more."""
        if isinstance(error, HTTPException):
            return self.problem(error)
        from disclosure_gate.events import LogEvent, log  # noqa: PLC0415  only when something fails

        log(LogEvent.STAGE_FAILED, document_id="", stage="column", error=type(error).__name__)
        return self._told(503)

    def _told(self, status: int) -> AnyResponse:
        try:
            body = self._pages().problem(status)
        except Exception:  # noqa: BLE001  the database itself may be what is away
            body = "<!doctype html><html lang='zh-CN'><title>暂时无法查阅</title><h1>暂时无法查阅</h1><p>请稍后再试。</p></html>"
        response = Response(body, status)
        response.headers["Cache-Control"] = "no-store"
        if status == 503:  # noqa: PLR2004  unavailable
            response.headers["Retry-After"] = "30"
        if status == 405:  # noqa: PLR2004  method not allowed
            response.headers["Allow"] = "GET, HEAD, OPTIONS"
        return response

    def _gone(self, item: Gone) -> AnyResponse:
        response = Response(self._pages().gone(item), 410)
        response.headers["Cache-Control"] = "public, no-cache"
        return response

    def _shown(self, slug: str) -> Shown | Gone:
        found = self._store.item(slug[:64])
        if found is None:
            abort(404)
        return found

    def _copy(self, slug: str, number: int, kind: str) -> AnyResponse:
        shown = self._shown(slug)
        if isinstance(shown, Gone):
            return self._gone(shown)
        found = self._store.file(slug, number - 1) if number < 10_000 else None  # noqa: PLR2004  more than any item has
        if found is None or (kind == "inline" and found.media_type not in _VIEWED):
            abort(404)
        response = Response(found.content, content_type=found.media_type)
        response.headers["Content-Disposition"] = disposition(kind, found.name)
        if kind == "inline":
            # The browser's own viewer of PDF is made of styles and scripts of its own.
            response.headers["Content-Security-Policy"] = "frame-ancestors 'none'"
        return _conditional(response, found.digest, None, "public, no-cache", ranges=len(found.content))

    def _page(
        self, make: Callable[[Pages], str | None], caching: str = "public, max-age=30, must-revalidate"
    ) -> AnyResponse:
        return self._fresh("text/html; charset=utf-8", make, caching)

    def _fresh(
        self,
        content_type: str,
        make: Callable[[Pages], str | None],
        caching: str = "public, max-age=30, must-revalidate",
    ) -> AnyResponse:
        """The answer, or that nothing has changed since it was given last: then it is not even made."""
        changes, changed = self._store.state()
        day = self._today()
        # The day is part of what a page says: a document lapses at midnight.
        said = f"{changes}|{day}|{self._style[0]}|{request.full_path}|{request.host_url}{request.script_root}"
        tag = hashlib.sha256(said.encode(errors="replace")).hexdigest()[:24]
        midnight = datetime.combine(day, time()).astimezone()
        modified = max(changed, midnight)
        # Only a second that has passed can be told by a date: what changes again within it would be missed.
        settled = datetime.now(UTC) - modified.astimezone(UTC) >= timedelta(seconds=1)
        head = _conditional(
            Response(b"", content_type=content_type), tag, modified if settled else None, caching
        )
        if head.status_code == 304:  # noqa: PLR2004  not modified
            return head
        body = make(self._pages())
        if body is None:
            abort(404)
        response = Response(body, content_type=content_type)
        return _conditional(response, tag, modified if settled else None, caching)

    def _pages(self) -> Pages:
        lang = request.args.get("lang", "zh")
        lang = lang if lang in LANGS else "zh"
        return Pages(self._store, self._url(lang), self._today(), lang, settings=self._settings)

    def _url(self, lang: str) -> Callable[..., str]:
        """Addresses within this application, wherever it is mounted; the language goes with them."""
        base = (self._settings or self._store.settings()).base_url.rstrip("/")

        def url(name: str, /, *, _external: bool = False, **values: Any) -> str:
            if name == "style":
                return url_for("style", v=self._style[0])
            if name == "switch":
                other: dict[str, Any] = {**request.args.to_dict(), "lang": "en" if lang == "zh" else "zh"}
                endpoint = request.endpoint or "home"
                return url_for(endpoint, **{**other, **(request.view_args or {})})
            if lang != "zh" and name not in _LANGUAGELESS:
                values["lang"] = lang
            if values.get("page") == 1:
                del values["page"]
            if _external and base:
                return base + url_for(name, **values).removeprefix(request.script_root)
            return url_for(name, _external=_external, **values)

        return url


_LANGUAGELESS = {
    "icon",
    "file",
    "view",
    "text",
    "data",
    "rss",
    "atom",
    "json_feed",
    "sitemap",
    "sitemap_part",
    "print",
}


def _query() -> Query:
    """The question in the address. Filters with values we do not know let nothing through, and break nothing."""

    def given(name: str, most: int = 60) -> str:
        return request.args.get(name, "")[:most].strip()

    validity = given("validity")
    return Query(
        text=given("q", 100),
        scope="title" if given("scope") == "title" else "all",
        order="new" if given("order") == "new" else "fit",
        domain=given("domain") if given("domain") in DOMAINS else "",
        section=given("section") if given("section") in SECTIONS else "",
        kind=given("kind"),
        issuer=given("issuer", 500),
        year=given("year", 4),
        validity=validity if validity in VALIDITY else "",
    )


def _page_number() -> int:
    text = request.args.get("page", "1")
    if not (text.isascii() and text.isdecimal() and len(text) <= 6 and 1 <= int(text) <= _LAST_PAGE):  # noqa: PLR2004  digits
        abort(404)
    return int(text)


def _conditional(
    response: Response, tag: str, modified: datetime | None, caching: str, ranges: int | None = None
) -> Response:
    """With validators (RFC 9110) and how long it may be kept (RFC 9111); 304 or 206 where that was asked for."""
    response.set_etag(tag)
    if modified is not None:
        response.last_modified = modified
    response.headers["Cache-Control"] = caching
    if ranges is not None:
        response.make_conditional(request, accept_ranges=True, complete_length=ranges)
    else:
        response.make_conditional(request)
    return response


def _secured(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response
