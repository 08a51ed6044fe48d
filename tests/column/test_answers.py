"""Answers of the column's site: links lead somewhere, caches are told the truth, what is not there is said to be so."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from disclosure_gate import Gate
from disclosure_gate.column.store import ColumnStore, slug_of
from disclosure_gate.column.web import create_app
from factories import TODAY
from public_items import filled, public_item

_CLOSED = "<script>alert('x')</script>"


def slug(document_id: str) -> str:
    return slug_of(f"{document_id}#public#column")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, gate: Gate) -> ColumnStore:
    path = tmp_path_factory.mktemp("column") / "column.db"
    writer = ColumnStore.open(path)
    filled(writer, gate)
    writer.publish(
        "evil#public#column",
        public_item(document_id="evil", title=_CLOSED, text=f"{_CLOSED} & “引号”"),
        "2026-11-24 09:01",
    )
    writer.settle()
    return ColumnStore.read(path)


@pytest.fixture
def client(store: ColumnStore) -> FlaskClient:
    return create_app(store, today=lambda: TODAY).test_client()


PAGES = {
    "home": "/",
    "home-en": "/?lang=en",
    "statutory": "/sections/statutory",
    "statutory-2": "/sections/statutory?page=2",
    "guide": "/sections/guide",
    "policies": "/policies",
    "domains": "/domains",
    "domain": "/domains/social_assistance",
    "domain-en": "/domains/budget?lang=en",
    "row": "/domains/social_assistance/row?row=social_assistance/minimum-living-review",
    "search": "/search?q=供热&year=2026",
    "search-empty": "/search?q=没有这样的词",
    "item": f"/items/{slug('new')}",
    "item-2": f"/items/{slug('new')}?part=2",
    "repealed": f"/items/{slug('old')}",
    "partial": f"/items/{slug('list')}",
    "print": f"/items/{slug('new')}/print",
    "about": "/about",
}
ADDRESSES = [*PAGES.values(), "/rss.xml", "/atom.xml", "/feed.json", "/sitemap.xml", "/sitemap-0.xml", "/robots.txt",
             f"/items/{slug('new')}/text", f"/items/{slug('new')}/data", f"/items/{slug('new')}/files/1/附件1.pdf",
             "/column.css", "/icon.svg"]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_everything_is_answered_small_secured_and_not_sent_twice(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert len(answer.data) < 100_000
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "script" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"].startswith("public")
    tag = answer.headers["ETag"]
    again = client.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == tag
    assert client.get(address, headers={"If-None-Match": '"another"'}).status_code == 200
    head = client.head(address)
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", tag)


@pytest.mark.parametrize("address", [each for each in PAGES.values() if "print" not in each])
def test_every_link_of_every_page_leads_somewhere(client: FlaskClient, address: str) -> None:
    html = client.get(address).get_data(as_text=True)
    links = {link.replace("&amp;", "&") for link in re.findall(r'(?:href|action)="(/[^"#]*)"', html)}
    assert links
    assert {
        link: client.get(link).status_code for link in links if client.get(link).status_code not in {200, 301}
    } == {}


def test_pages_carry_no_script_and_no_inline_style(client: FlaskClient) -> None:
    for address in PAGES.values():
        html = client.get(address).get_data(as_text=True)
        assert not re.search(r"<script|<style|\son\w+=|\sstyle=|javascript:", html), address


def test_policy_and_interpretation_lead_to_each_other_and_so_do_old_and_new(client: FlaskClient) -> None:
    def links(document_id: str) -> str:
        return client.get(f"/items/{slug(document_id)}").get_data(as_text=True)

    assert slug("reading") in links("new")
    assert slug("new") in links("reading")
    assert slug("old") in links("new")
    assert slug("new") in links("old")
    assert "废止" in links("old")
    assert slug("reading") in client.get("/policies").get_data(as_text=True)


def test_a_withdrawn_item_is_gone_with_its_reason_and_nothing_else(client: FlaskClient) -> None:
    for end in ("", "/print", "/text", "/data", "/files/1/a.pdf", "/view/1/a.pdf"):
        answer = client.get(f"/items/{slug('gone')}{end}")
        assert answer.status_code == 410
        told = answer.get_data(as_text=True)
        assert "原决定已被依法撤销" in told
        assert "已被撤销的决定标题" not in told
    for address in ("/", "/search?q=已被撤销的决定标题", "/sitemap-0.xml", "/rss.xml"):
        assert slug("gone") not in client.get(address).get_data(as_text=True)
        assert "已被撤销的决定标题</a>" not in client.get(address).get_data(as_text=True)


@pytest.mark.parametrize(
    "address",
    ["/nowhere", "/items/none", "/items/../column.db", "/sections/none", "/domains/none", "/domains/budget/row?row=ecology/x",
     "/sections/statutory?page=99", "/policies?page=9", "/domains/social_assistance/row?row=social_assistance/minimum-living-review&page=2",
     "/search?page=0", "/search?page=x", "/search?page=99999999999", "/search?page=00000199999999999999999999", "/search?q=供热&page=40", f"/items/{slug('new')}?part=99", f"/items/{slug('new')}?part=²",
     f"/items/{slug('new')}/files/9/x", f"/items/{slug('new')}/files/0/x", f"/items/{slug('new')}/view/2/供热单位名单.xlsx",
     "/sitemap-99999.xml"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"
    assert "没有这个页面" in answer.get_data(as_text=True)


def test_what_comes_back_after_a_withdrawal_is_among_the_newest(tmp_path: Path) -> None:
    writer = ColumnStore.open(tmp_path / "column.db")
    for number in range(60):
        writer.publish(f"k{number}", public_item(document_id=f"k{number}"), f"2026-11-01 09:{number:02}")
    writer.withdraw("k0", 2, "内容有误", TODAY)
    writer.publish("k0", public_item(document_id="k0", title="更正后的公告", version=3), "2026-11-24 09:00")
    client = create_app(ColumnStore.read(tmp_path / "column.db"), today=lambda: TODAY).test_client()
    for path in ("/", "/rss.xml", "/sections/statutory", "/search?q=的公告"):
        assert "更正后的公告" in re.sub("<.*?>", "", client.get(path).get_data(as_text=True)), path
    assert client.get(f"/items/{slug_of('k0')}").status_code == 200
    assert (
        writer.publish("k0", public_item(document_id="k0", version=1), "2026-11-24 09:01").outcome == "stale"
    )


def test_a_long_text_is_divided_between_its_lines_or_sentences(tmp_path: Path) -> None:
    lines = [f"第{number}条　补助标准为每人每年人民币{number}0000元。" for number in range(900)]
    writer = ColumnStore.open(tmp_path / "column.db")
    writer.publish("lines", public_item(text="\n".join(lines)), "2026-11-24 09:00")
    writer.publish("one", public_item(document_id="o", text="".join(lines)), "2026-11-24 09:00")
    client = create_app(ColumnStore.read(tmp_path / "column.db"), today=lambda: TODAY).test_client()
    for key in ("lines", "one"):
        read, part = "", 1
        while (answer := client.get(f"/items/{slug_of(key)}?part={part}")).status_code == 200:
            text = answer.get_data(as_text=True).partition('<div class="text">')[2].partition("</div>")[0]
            pieces = re.findall(r"<p>(.*?)</p>", text)
            assert pieces[0].startswith("第"), (key, part)
            assert pieces[-1].endswith("元。"), (key, part)
            read, part = read + "".join(pieces), part + 1
        assert part > 2
        assert read == "".join(lines)


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_the_site_is_for_reading(client: FlaskClient, method: str) -> None:
    answer = getattr(client, method)("/", data=b"x")
    assert answer.status_code in {405, 413}


@given(
    query=st.text(max_size=40),
    name=st.sampled_from(
        ["q", "domain", "kind", "issuer", "year", "validity", "page", "lang", "order", "scope", "section"]
    ),
)
@settings(max_examples=30)
def test_no_question_breaks_the_search(store: ColumnStore, query: str, name: str) -> None:
    client = create_app(store, today=lambda: TODAY).test_client()
    answer = client.get("/search", query_string={name: query, "q" if name != "q" else "x": "供热"})
    assert answer.status_code in {200, 404}
    assert b"<script>" not in answer.data


def test_files_are_handed_over_by_name_whole_or_in_part(client: FlaskClient) -> None:
    address = f"/items/{slug('new')}/files/1/附件1.pdf"
    whole = client.get(address)
    assert whole.data == b"%PDF-1.4 public copy"
    assert whole.headers["Content-Disposition"].startswith("attachment")
    assert "filename*=UTF-8''%E9%99%84%E4%BB%B61.pdf" in whole.headers["Content-Disposition"]
    part = client.get(address, headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.data) == (206, b"%PDF")
    assert (
        client.get(f"/items/{slug('new')}/view/1/x.pdf").headers["Content-Disposition"].startswith("inline")
    )


def test_a_change_is_seen_at_once_and_a_date_alone_never_hides_it(tmp_path: Path) -> None:
    writer = ColumnStore.open(tmp_path / "column.db")
    writer.publish("d#public#column", public_item(), "2026-11-24 09:00")
    client = create_app(ColumnStore.read(tmp_path / "column.db"), today=lambda: TODAY).test_client()
    first = client.get(f"/items/{slug('d')}")
    assert first.headers["Cache-Control"] == "public, no-cache"
    writer.publish("d#public#column", public_item(version=2, title="更正后的公告"), "2026-11-24 09:01")
    asked = {"If-None-Match": first.headers["ETag"]}
    assert "更正后的公告" in client.get(f"/items/{slug('d')}", headers=asked).get_data(as_text=True)
    if "Last-Modified" in first.headers:
        asked = {"If-Modified-Since": first.headers["Last-Modified"]}
        assert client.get(f"/items/{slug('d')}", headers=asked).status_code == 200
    writer.withdraw("d#public#column", 3, "撤回", TODAY)
    assert (
        client.get(f"/items/{slug('d')}", headers={"If-None-Match": first.headers["ETag"]}).status_code == 410
    )


def test_a_document_lapses_at_midnight_also_in_caches(tmp_path: Path) -> None:
    writer = ColumnStore.open(tmp_path / "column.db")
    writer.publish("d#public#column", public_item(valid_until=TODAY), "2026-11-24 09:00")
    today: list[date] = [TODAY]
    client = create_app(ColumnStore.read(tmp_path / "column.db"), today=lambda: today[0]).test_client()
    first = client.get(f"/items/{slug('d')}")
    assert "现行有效" in first.get_data(as_text=True)
    today[0] += timedelta(1)
    assert "失效" in client.get(
        f"/items/{slug('d')}", headers={"If-None-Match": first.headers["ETag"]}
    ).get_data(as_text=True)


def test_a_database_that_is_away_is_told_as_such(tmp_path: Path) -> None:
    writer = ColumnStore.open(tmp_path / "column.db")
    writer.publish("d#public#column", public_item(), "2026-11-24 09:00")
    reader = ColumnStore.read(tmp_path / "column.db")
    client = create_app(reader).test_client()
    reader.close()
    writer.close()
    for path in tmp_path.iterdir():
        path.unlink()
    answer = client.get("/")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "sqlite" not in answer.get_data(as_text=True).lower()
