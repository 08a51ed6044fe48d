"""The column's site: what the public finds, reads and downloads, over HTTP and in a real Chromium; P9 at every place."""

from __future__ import annotations

import itertools
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, expect
from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.shared_data import SharedDataMiddleware
from werkzeug.test import Client

from browser import DESKTOP, PHONE, served, visit
from disclosure_gate import Gate
from disclosure_gate.column.publisher import WEB_CHANNELS, serves
from disclosure_gate.column.static_site import StaticSite
from disclosure_gate.column.store import ColumnStore, Query, slug_of
from disclosure_gate.column.web import create_app
from disclosure_gate.model.clearance import PublicItem
from disclosure_gate.model.determination import Audience, Channel
from factories import TODAY
from public_items import AT, SITE, file, filled, many, public_item, special

CANARY = "朱砂鹤唳青瓷"
KEY = "d#public#column"
PAGES = {
    "home": "/", "guide": "/sections/guide", "statutory": "/sections/statutory", "reports": "/sections/annual_report",
    "policies": "/policies", "domains": "/domains", "domain": "/domains/budget", "search": "/search?q=供热",
    "item": f"/items/{slug_of('new#public#column')}", "partial": f"/items/{slug_of('list#public#column')}",
    "repealed": f"/items/{slug_of('old#public#column')}", "print": f"/items/{slug_of('old#public#column')}/print",
    "amended": f"/items/{slug_of('older#public#column')}", "row": "/domains/social_assistance/row?row=social_assistance/minimum-living-review",
    "about": "/about",
}  # fmt: skip
TOLD = {"nowhere": ("/nowhere", 404), "gone": (f"/items/{slug_of('gone#public#column')}", 410)}
POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
_ENGLISH_ON_A_PHONE = {"home", "domain", "search", "item", "amended", "row", "gone"}
GONE = f"/items/{slug_of('gone#public#column')}"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, gate: Gate) -> Flask:
    path = tmp_path_factory.mktemp("column") / "column.db"
    store = ColumnStore.open(path)
    filled(store, gate, 60)
    store.close()
    return create_app(ColumnStore.read(path), today=lambda: TODAY)


@pytest.fixture(scope="module")
def address(site: Flask) -> Iterator[str]:
    with served(site) as url:
        yield url


# over HTTP


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_small_safe_and_not_sent_twice(site: Flask, page: str) -> None:
    client = site.test_client()
    answer = client.get(PAGES[page])
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert len(answer.data) < 100_000
    assert "<script" not in text
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    again = client.get(PAGES[page], headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_an_item_tells_what_a_government_page_must(site: Flask) -> None:
    text = site.test_client().get(PAGES["item"]).get_data(as_text=True)
    for name in (
        "SiteName",
        "SiteDomain",
        "SiteIDCode",
        "ColumnName",
        "ArticleTitle",
        "PubDate",
        "ContentSource",
    ):
        assert f'name="{name}"' in text
    assert f'content="{AT}"' in text
    for told in (
        "6102030001/2026-000204",
        "景政发〔2026〕18号",
        "现行有效",
        "索引号",
        "《景明区城市供热管理办法》政策解读",
    ):
        assert told in text
    reading = site.test_client().get(f"/items/{slug_of('reading#public#column')}").get_data(as_text=True)
    assert PAGES["item"] in reading


def test_what_was_withdrawn_is_gone_with_its_reason(site: Flask) -> None:
    answer = site.test_client().get(GONE)
    assert answer.status_code == 410
    assert "原决定已被依法撤销" in answer.get_data(as_text=True)
    assert "已被撤销的决定标题" not in answer.get_data(as_text=True)
    assert site.test_client().get("/items/unknown").status_code == 404


def test_a_public_copy_comes_as_it_is(site: Flask) -> None:
    given_out = file()
    answer = site.test_client().get(f"{PAGES['item']}/files/1/{given_out.name}")
    assert (answer.data, answer.mimetype) == (given_out.content, given_out.media_type)
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_feeds_and_maps_are_well_formed(site: Flask) -> None:
    client = site.test_client()
    for path in ("/rss.xml", "/atom.xml", "/sitemap.xml"):
        assert len(ET.fromstring(client.get(path).data)) > 0  # noqa: S314  our own answer
    feed = client.get("/feed.json").get_json()
    assert feed["items"]
    assert not any("已被撤销" in each["title"] for each in feed["items"])


def test_what_is_printed_says_that_it_is_masked(site: Flask) -> None:
    page = site.test_client().get(f"{PAGES['partial']}/print").get_data(as_text=True)
    assert "此件部分公开" in page


def test_a_character_that_xml_does_not_know_breaks_no_feed(tmp_path: Path) -> None:
    store = ColumnStore.open(tmp_path / "column.db")
    title = "软回车\x0b分页\x0c非字符\ufffe的标题"
    store.publish("d", public_item(title=title, issuer="机关\x0b", number="\x1f1号"), "2026-11-24 09:00")
    client = create_app(store, today=lambda: TODAY).test_client()
    for path in ("/rss.xml", "/atom.xml"):
        assert "软回车分页非字符的标题" in "".join(ET.fromstring(client.get(path).data).itertext())  # noqa: S314  our own answer


def test_under_a_prefix_every_link_keeps_it(site: Flask) -> None:
    mounted = Client(DispatcherMiddleware(lambda *_: (), {"/column": site.wsgi_app}))
    text = mounted.get("/column/").get_data(as_text=True)
    links = [part.partition('"')[0] for part in text.split('href="')[1:]]
    own = [link for link in links if not link.startswith(("http", "#", "mailto"))]
    assert own
    assert all(link.startswith("/column/") for link in own)


def test_hostile_words_are_only_words(tmp_path: Path) -> None:
    store = ColumnStore.open(tmp_path / "column.db")
    hostile = "<script>alert(1)</script>\" onload='x' & 公告"
    store.publish(KEY, public_item(title=hostile, text=hostile), AT)
    client = create_app(store, today=lambda: TODAY).test_client()
    for path in ("/", f"/items/{slug_of(KEY)}", "/search?q=<script>alert(1)</script>", "/rss.xml"):
        assert "<script>alert" not in client.get(path).get_data(as_text=True)


# search


@pytest.fixture(scope="module")
def found_in(tmp_path_factory: pytest.TempPathFactory) -> tuple[ColumnStore, list[PublicItem]]:
    store = ColumnStore.open(tmp_path_factory.mktemp("search") / "column.db")
    items = many(80)
    for item in items:
        store.publish(item.key("column"), item, AT)
    return store, items


@settings(max_examples=150)
@given(
    number=st.integers(0, 79),
    place=st.integers(0, 10_000),
    length=st.integers(1, 9),
    odd=st.sampled_from(["", "", "", '"', "%", "_", "*", " OR ", "')--"]),
)
def test_search_finds_any_run_of_characters_and_nothing_else(
    found_in: tuple[ColumnStore, list[PublicItem]], number: int, place: int, length: int, odd: str
) -> None:
    store, items = found_in
    # What is looked through is also the number, the issuer and the 索引号: a digit may stand there alone.
    texts = {
        each.document_id: "\n".join(
            [each.title, each.text or "", each.number, each.issuer, each.index]
        ).lower()
        for each in items
    }
    text = texts[items[number].document_id]
    start = place % len(text)
    asked = text[start : start + length] + odd
    found = {line.document_id for line in store.find(Query(text=asked), limit=1000).lines}
    terms = asked.lower().split()
    assert found == {name for name, text in texts.items() if all(term in text for term in terms)}


@pytest.mark.parametrize(
    ("said", "asked", "marked"),
    [
        ("２０２６年预算", "2026年", "２０２６年"),
        ("2026年预算", "２０２６", "2026"),
        ("ＡＢＣ计划", "abc", "ＡＢＣ"),
        ("第①批名单", "第1批", "第①批"),
        ("关　于 冬季供热", "关于冬季", "关　于 冬季"),
        ("区（县）名单", "(县)", "（县）"),
        ("a+b与aab", "a+b", "a+b"),
    ],
)
def test_what_is_found_is_marked_as_it_was_written(
    tmp_path: Path, said: str, asked: str, marked: str
) -> None:
    store = ColumnStore.open(tmp_path / "column.db")
    store.publish(KEY, public_item(title=said, text=said), AT)
    answer = create_app(store, today=lambda: TODAY).test_client().get("/search", query_string={"q": asked})
    text = answer.get_data(as_text=True)
    assert f"<mark>{marked}</mark>" in text
    # In the title and in the text, and nowhere else.
    assert text.count("<mark>") == 2


# P9


def _places(folder: Path) -> tuple[ColumnStore, StaticSite]:
    return ColumnStore.open(folder / "column.db"), StaticSite(folder / "static")


def _steps() -> dict[str, tuple[str, int]]:
    return {"v1": ("publish", 1), "v2": ("publish", 2), "withdraw": ("withdraw", 3)}


@pytest.mark.law(9)
@pytest.mark.parametrize("order", list(itertools.permutations(("v1", "v2", "withdraw"))), ids="-".join)
@pytest.mark.parametrize("repeated", ["v1", "v2", "withdraw", None])
def test_in_any_order_published_then_withdrawn_leaves_nothing(
    tmp_path: Path, order: tuple[str, ...], repeated: str | None
) -> None:
    places = _places(tmp_path)
    for step in (*order, *([repeated] if repeated else [])):
        deed, version = _steps()[step]
        for place in places:
            if deed == "publish":
                place.publish(
                    KEY, public_item(version=version, title=f"{CANARY}{version}", text=CANARY * 3), AT
                )
            else:
                place.withdraw(KEY, version, "撤回", TODAY)
    for place in places:
        place.settle()
    store = places[0]
    assert store.total() == 0
    assert not store.find(Query(text=CANARY)).lines
    with sqlite3.connect(tmp_path / "column.db") as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    left = [path for path in tmp_path.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]
    assert left == []


@pytest.mark.law(9)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.lists(st.sampled_from(["v1", "v2"]), min_size=1, max_size=6))
def test_the_newest_version_stands_whatever_comes_late(
    tmp_path_factory: pytest.TempPathFactory, order: list[str]
) -> None:
    store = ColumnStore.open(tmp_path_factory.mktemp("late") / "column.db")
    for step in order:
        version = _steps()[step][1]
        store.publish(KEY, public_item(version=version, title=f"第{version}版"), AT)
    newest = max(_steps()[step][1] for step in order)
    assert [line.title for line in store.find(Query(text="版")).lines] == [f"第{newest}版"]
    store.close()


@given(
    audience=st.sampled_from(["village", "affected", "parties"]),
    channel=st.sampled_from(sorted(WEB_CHANNELS)),
)
def test_what_is_for_some_goes_to_no_place_on_the_web(
    tmp_path_factory: pytest.TempPathFactory, audience: Audience, channel: Channel
) -> None:
    greedy = ColumnStore.open(tmp_path_factory.mktemp("greedy") / "column.db", channels=(channel,))
    greedy.audiences = frozenset({"public", "village", "affected", "parties"})
    assert not serves(greedy, channel, audience)
    assert serves(greedy, channel, "public")
    greedy.close()


# in a browser


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("name", "size"), [("desktop", DESKTOP), ("phone", PHONE)])
def test_every_page_is_without_barriers(
    chromium: Browser, address: str, name: str, size: tuple[int, int], lang: str
) -> None:
    with visit(chromium, address, size) as seen:
        for page, (path, status) in {**{each: (path, 200) for each, path in PAGES.items()}, **TOLD}.items():
            if lang == "en" and (page == "print" or (name == "phone" and page not in _ENGLISH_ON_A_PHONE)):
                continue  # what is printed is the document, and has no other language
            said = "" if lang == "zh" else f"{'&' if '?' in path else '?'}lang=en"
            answer = seen.page.goto(f"{address}{path}{said}")
            assert answer is not None
            assert answer.status == status, page
            assert seen.page.locator("html").get_attribute("lang") == {"zh": "zh-CN", "en": "en"}[lang], page
            seen.keep(f"column-{page}-{name}{'' if lang == 'zh' else '-en'}")
            # English and narrow pages have the same colours.
            assert seen.barriers(contrast=lang == "zh" and name == "desktop") == [], page
            assert not seen.wider_than_screen(), page
        # A page left before its icon came is nobody's error; that a page is not there is said by the browser too.
        expected = ("ERR_ABORTED", "status of 404", "status of 410")
        assert [each for each in seen.complaints if not any(one in each for one in expected)] == []


def test_somebody_finds_filters_reads_and_downloads(chromium: Browser, address: str, tmp_path: Path) -> None:
    with visit(chromium, address, script=False) as seen:
        page = seen.page
        page.get_by_role("searchbox").first.fill("供热管理办法")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search**")
        page.get_by_role("combobox", name="有效性").select_option(label="现行有效")
        page.get_by_role("main").get_by_role("button", name="检索").click()
        page.get_by_role("main").get_by_role("link", name="景明区城市供热管理办法", exact=True).first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("景明区城市供热管理办法")
        with page.expect_download() as coming:
            page.get_by_role("link", name="PDF 附件1.pdf", exact=True).click()
        coming.value.save_as(tmp_path / "copy")
        assert coming.value.suggested_filename == "附件1.pdf"
        assert (tmp_path / "copy").read_bytes() == file().content
        assert seen.complaints == []


def test_the_keyboard_alone_gets_to_the_content(chromium: Browser, address: str) -> None:
    with visit(chromium, address) as seen:
        seen.page.keyboard.press("Tab")
        first = seen.page.evaluate("document.activeElement.getAttribute('href')")
        assert first.startswith("#")
        seen.page.keyboard.press("Enter")
        seen.page.wait_for_url(f"**/{first}")
        seen.page.keyboard.press("Tab")
        assert seen.page.evaluate("document.activeElement.closest('main') !== null")


def test_english_stays_english_and_leads_back(chromium: Browser, address: str) -> None:
    with visit(chromium, address + "/sections/guide") as seen:
        page = seen.page
        page.get_by_role("link", name="English").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Guide")
        page.get_by_role("link", name="Domains").first.click()
        expect(page).to_have_url(re.compile("lang=en"))
        page.get_by_role("link", name="中文").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("基层政务公开标准目录")


def test_the_folder_of_plain_pages_works_wherever_a_web_server_puts_it(
    chromium: Browser, tmp_path: Path
) -> None:
    folder = StaticSite(tmp_path, SITE)
    for item in special():
        folder.publish(item.key("column"), item, AT)
    folder.withdraw("gone#public#column", 2, "原决定已被依法撤销", TODAY)
    folder.settle()
    # Below a path of a plain web server: every link must be relative.
    shown = SharedDataMiddleware(NotFound(), {"/below": str(tmp_path / "public")})
    with served(shown) as url, visit(chromium, f"{url}/below/index.html") as seen:
        page = seen.page
        seen.keep("static-home")
        page.get_by_role("link", name="景明区城市供热管理办法", exact=True).first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("景明区城市供热管理办法")
        page.get_by_role("link", name="下一部分").click()
        page.get_by_role("link", name="《景明区城市供热管理办法》政策解读").click()
        page.get_by_role("link", name="法定主动公开内容").first.click()
        page.get_by_role("link", name="领域目录").click()
        page.get_by_role("link", name="市政服务").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("市政服务")
        assert seen.barriers() == []
        assert seen.complaints == []
    assert public_item().title not in (
        tmp_path / "public" / f"items/{slug_of('gone#public#column')}.html"
    ).read_text(encoding="utf-8")
