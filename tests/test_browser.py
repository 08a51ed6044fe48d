"""The browser of the tests sees what is wrong with a page: otherwise a page without complaints would prove nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from playwright.sync_api import Browser

from browser import PHONE, served, visit

_GOOD = (
    '<!doctype html><html lang="zh-CN"><head><title>页</title><link rel="icon" href="data:,"></head>'
    "<body><main><h1>好的页面</h1><p>正文。</p></main></body></html>"
)
_BAD = (
    '<!doctype html><html><head><title>页</title><link rel="icon" href="data:,"></head>'
    '<body><h1>坏的页面</h1><p style="color:#bbb">淡的。</p><img src="/none.png" width="900" height="9"><script>throw new Error("broken")</script></body></html>'
)


def _page(html: str) -> Callable[..., Iterable[bytes]]:
    def app(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        found = environ["PATH_INFO"] == "/"
        headers = [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Security-Policy", "object-src 'none'"),
        ]
        start("200 OK" if found else "404 Not Found", headers)
        return [html.encode()] if found else [b""]

    return app


def test_a_good_page_gives_no_complaints(chromium: Browser) -> None:
    with served(_page(_GOOD)) as url, visit(chromium, url, PHONE) as seen:
        assert seen.barriers() == []
        assert not seen.wider_than_screen()
        assert seen.complaints == []
        assert len(seen.shot()) > 1000


def test_barriers_errors_and_overflow_are_seen(chromium: Browser) -> None:
    with served(_page(_BAD)) as url, visit(chromium, url, PHONE) as seen:
        rules = {each.split(":")[0] for each in seen.barriers()}
        assert {"html-has-lang", "image-alt", "region", "color-contrast"} <= rules
        assert {each.split(":")[0] for each in seen.barriers(contrast=False)} == rules - {"color-contrast"}
        assert seen.wider_than_screen()
        assert any("broken" in each for each in seen.complaints)
        assert any("404" in each for each in seen.complaints)
