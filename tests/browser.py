"""A real Chromium for the tests of pages: pages served, barriers found (axe), errors of the console, pictures kept.

A test asks for the fixture ``chromium``, one browser for the session. `make screenshots` keeps what pages show in
``tests/screenshots`` for a person to look at.
"""

from __future__ import annotations

import base64
import os
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

DESKTOP = (1280, 900)
PHONE = (390, 844)
TALLEST = 4000  # of a long document the rest is more of the same, and takes seconds

_SCREENSHOTS = Path(__file__).parent / "screenshots"
_PATIENCE = 30_000  # milliseconds a page is waited for: a slow machine is no fault
_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = [
    "--no-sandbox",  # tests run as root in containers
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@contextmanager
def launched() -> Iterator[Browser]:
    """A Chromium of this machine, without a window."""
    path = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    assert path, "the tests of pages need Chromium on the PATH"
    expect.set_options(timeout=_PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield browser
        browser.close()


def keep(name: str, made: Callable[[], bytes]) -> None:
    """Keep what pages show, if it is wanted: pictures take a tenth of the time of these tests."""
    if "SCREENSHOTS" in os.environ:
        _SCREENSHOTS.mkdir(exist_ok=True)
        (_SCREENSHOTS / name).write_bytes(made())


class Visit:
    """A page that is open, and everything it complained about."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.on(
            "console",
            lambda said: self._note(said.text) if said.type in {"error", "warning"} else None,
        )
        page.on("pageerror", lambda error: self._note(str(error)))
        page.on("requestfailed", self._failed)

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the page was left before its icon had come
            self._note(f"{request.url}: {request.failure}")

    def _note(self, complaint: str) -> None:
        self.complaints.append(complaint)

    def keep(self, name: str) -> None:
        """Keep a picture for a person to look at, if pictures are wanted."""
        keep(f"{name}.png", self.shot)

    def shot(self) -> bytes:
        """A picture (PNG) of the page from its top, at most ``TALLEST`` pixels of it."""
        self.page.wait_for_load_state()  # a click may have led to another page, which has no element yet
        width, height = self.page.locator("html").evaluate(
            "root => [innerWidth, Math.max(innerHeight, root.scrollHeight)]"
        )
        # Packed in haste: a hundred pictures packed tightly take longer than all that is asked of the pages.
        debugger = self.page.context.new_cdp_session(self.page)
        taken = debugger.send(
            "Page.captureScreenshot",
            {
                "format": "png", "optimizeForSpeed": True, "captureBeyondViewport": True,
                "clip": {"x": 0, "y": 0, "width": width, "height": min(height, TALLEST), "scale": 1},
            },
        )  # fmt: skip
        debugger.detach()
        return base64.b64decode(taken["data"])

    def barriers(self, *, ignore: Iterable[str] = (), contrast: bool = True) -> list[str]:
        """What axe finds against WCAG 2.2 AA and good practice: rule, place, advice. Ignored rules need a reason.

        ``contrast`` false leaves the colours alone, which take most of the time: a page has the same in either language.
        """
        # INVARIANT: the page's own policy may forbid scripts; the debugger's are not the page's.
        # Nothing is fetched again: what needs it are rules for sound that plays by itself, and an experimental one.
        found: dict[str, Any] = self.page.evaluate(
            f"async () => {{ {AXE_SCRIPT}; "
            f"return await axe.run({{runOnly: {_STANDARDS}, resultTypes: ['violations'], preload: false, "
            f"rules: {{'color-contrast': {{enabled: {str(contrast).lower()}}}}}}}) }}"
        )
        left_out = set(ignore)
        return [
            f"{each['id']}: {node['target']}: {node.get('failureSummary', '')}"
            for each in found["violations"]
            if each["id"] not in left_out
            for node in each["nodes"]
        ]

    def wider_than_screen(self) -> bool:
        """Whether somebody must scroll sideways."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


@contextmanager
def visit(
    browser: Browser,
    url: str,
    size: tuple[int, int] = DESKTOP,
    *,
    script: bool = True,
    lang: str = "zh-CN",
) -> Iterator[Visit]:
    """Open an address in a fresh context of this size in CSS pixels; ``script`` false switches JavaScript off."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        java_script_enabled=script,
        locale=lang,
        accept_downloads=True,
    )
    try:
        seen = Visit(context.new_page())
        seen.page.goto(url, wait_until="load")
        yield seen
    finally:
        context.close()


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.0"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class's name
        del format, args


class _Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64


@contextmanager
def served(app: Callable[..., Iterable[bytes]]) -> Iterator[str]:
    """Serve a WSGI application on a free port in a thread; gives its address without a slash at the end."""
    server = make_server("127.0.0.1", 0, app, server_class=_Threaded, handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
