"""Public copies at the desk: what cannot be seen is named, and left out once somebody has looked at it (ADR 12)."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect
from test_browser_desk import person, tab_to
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from browser import DESKTOP, PHONE, Visit, served
from deskroom import NAMES, Desk, Person, draft, proposed, step, words_of
from factories import NOW
from office import pdf, picture, unzipped, word, word_with_photos, workbook_with_chart, zipped
from sidecars import ORGAN

_PHONE = "13812345678"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path, tmp_path)
    yield made
    made.register.close()


def _photos(*lines: str) -> bytes:
    return word_with_photos(lines or (f"联系人手机{_PHONE}",))


def _chart() -> bytes:
    return workbook_with_chart([("区", "件"), ("甲", 3), ("乙", 5)])


def _asked(person: Person, files: dict[str, bytes], shown_as: str = "page", **changes: Any) -> TestResponse:
    fields = MultiDict[str, Any]({"form_token": person.token(), **draft(**changes), "as": shown_as})
    return _posted(person, fields, files)


def _posted(person: Person, fields: MultiDict[str, Any], files: dict[str, bytes]) -> TestResponse:
    fields.setlist("files", [FileStorage(io.BytesIO(data), name) for name, data in files.items()])
    boundary, body = encode_multipart(fields)
    return person.client.post(
        "/desk/copy", data=body, content_type=f"multipart/form-data; boundary={boundary}"
    )


def _form_of(answer: TestResponse) -> MultiDict[str, str]:
    """The fields that the form of the page brings back, as a browser sends them; boxes are not ticked."""
    page = answer.get_data(as_text=True).partition("<main")[2]
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page)
    return MultiDict((name, unescape(value)) for name, value in found)


def _digest(answer: TestResponse) -> str:
    found = re.search(r'type="checkbox" name="looked" value="([0-9a-f]{64})"', answer.get_data(as_text=True))
    assert found, words_of(answer.get_data(as_text=True))
    return found[1]


def _sent(person: Person, form: MultiDict[str, str], **more: str) -> TestResponse:
    fields = MultiDict([*form.items(multi=True), *more.items()])
    return person.client.post("/desk/copy", data=fields)


def test_a_copy_that_is_refused_for_pictures_and_charts_is_made_once_somebody_has_looked(desk: Desk) -> None:
    drafter = desk.person("drafter")
    refused = _asked(drafter, {"照片.docx": _photos(), "统计.xlsx": _chart()})
    page = words_of(refused.get_data(as_text=True))
    assert refused.status_code == 422
    for said in (
        "照片.docx，正文",
        "照片.docx，页眉",
        "统计.xlsx",
        "图表、图示",
        NAMES["drafter"],
        "已逐处看过",
    ):
        assert said in page, said
    form = _form_of(refused)
    again = _sent(drafter, form, **{"as": "page"})
    assert again.status_code == 422
    assert "还没有勾选确认" in words_of(again.get_data(as_text=True))
    looked = _digest(refused)
    made = _sent(drafter, form, looked=looked, **{"as": "page"})
    told = words_of(made.get_data(as_text=True))
    assert made.status_code == 200
    for said in (
        "略去的内容",
        "照片.docx，正文",
        "照片.docx，页眉",
        "统计.xlsx",
        "拟稿人甲 于 2026-11-24 确认",
    ):
        assert said in told, said
    with zipfile.ZipFile(
        io.BytesIO(_sent(drafter, form, looked=looked, **{"as": "file"}).get_data())
    ) as archive:
        taken = [archive.read(name) for name in archive.namelist()]
    links = re.findall(r'href="data:[^,]*;base64,([^"]*)" download="([^"]*)"', made.get_data(as_text=True))
    assert [name for _, name in links] == ["关于冬季供热的公告.txt", "照片.docx", "统计.xlsx"]
    assert [base64.b64decode(data) for data, _ in links] == taken
    photos = unzipped(taken[1])
    assert not [name for name in photos if "media" in name]
    assert "〔图片略〕" in photos["word/document.xml"].decode()
    assert _PHONE not in photos["word/document.xml"].decode() + made.get_data(as_text=True)
    assert 'name="file.' not in made.get_data(as_text=True)
    assert desk.records() == []


def test_a_tick_counts_for_what_was_looked_at_and_for_nothing_else(desk: Desk) -> None:
    drafter = desk.person("drafter")
    looked = _digest(_asked(drafter, {"照片.docx": _photos("甲")}))
    other = _asked(drafter, {"照片.docx": _photos("乙")}, looked=looked)
    assert other.status_code == 422
    assert _digest(other) != looked


def test_what_nobody_can_have_left_out_is_named_and_no_tick_is_offered(desk: Desk) -> None:
    drafter = desk.person("drafter")
    scanned = pdf(["notice"], image=picture())
    answer = _asked(drafter, {"照片.docx": _photos(), "扫描.pdf": scanned})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "扫描.pdf，第 1 页" in words_of(page)
    assert 'name="looked"' not in page
    assert 'name="file.0"' not in page


def test_files_of_a_case_are_looked_at_like_others(desk: Desk) -> None:
    drafter, reviewer = desk.person("drafter"), desk.person("reviewer")
    case = proposed(drafter, files=FileStorage(io.BytesIO(_photos()), "照片.docx"))
    step(reviewer, case, "review", do="return", note="请去掉照片")
    kept = {"case": case.rsplit("/", 1)[1], "keep.0": "1"}
    refused = _asked(drafter, {}, **kept)
    made = _sent(drafter, _form_of(refused), looked=_digest(refused), **{"as": "page"})
    assert made.status_code == 200
    assert "照片.docx，页眉" in words_of(made.get_data(as_text=True))


def test_a_mark_of_secrecy_offers_nothing_and_is_given_back_to_nobody(desk: Desk) -> None:
    answer = _asked(desk.person("drafter"), {"照片.docx": _photos("机密★10年", "朱砂鹤唳青瓷")})
    page = answer.get_data(as_text=True)
    assert "H-SECRET" in page
    assert 'name="looked"' not in page
    assert 'name="file.0"' not in page


def test_files_that_are_too_large_to_carry_are_chosen_again(desk: Desk) -> None:
    drafter = desk.person("drafter")
    noise = Random(1).randbytes(34 * 1024 * 1024)
    large = zipped({**unzipped(_photos()), "word/media/image9.png": noise})
    files = {"甲.docx": large, "乙.docx": large}
    refused = _asked(drafter, files)
    page = refused.get_data(as_text=True)
    assert 'type="file"' in page
    assert len(page) < 100_000
    fields = MultiDict[str, Any](_form_of(refused))
    fields.update({"looked": _digest(refused), "as": "page"})
    made = _posted(drafter, fields, files)
    assert made.status_code == 200, words_of(made.get_data(as_text=True))


def test_what_cannot_be_seen_is_said_in_english_too(desk: Desk) -> None:
    drafter = desk.person("drafter")
    drafter.get("/desk/language/en")
    refused = _asked(drafter, {"photo.docx": _photos()})
    page = words_of(refused.get_data(as_text=True))
    assert "photo.docx, header" in page
    assert "I, 拟稿人甲, have looked at each of them" in page
    made = _sent(drafter, _form_of(refused), looked=_digest(refused), **{"as": "page"})
    assert "confirmed on 2026-11-24" in words_of(made.get_data(as_text=True))


def test_who_drafts_is_told_the_place_in_words_and_where_a_copy_can_be_had(desk: Desk) -> None:
    told = desk.person("drafter").preview(files=FileStorage(io.BytesIO(_photos()), "照片.docx"))
    panel = words_of(told["panel"])
    assert "附件 1，正文；附件 1，页眉：含有无法辨识文字的图片" in panel
    assert panel.count("含有无法辨识文字的图片") == 1
    assert "看公开文本" in panel


# in a browser


def _fill(page: Page, url: str) -> None:
    page.goto(f"{url}/desk/draft")
    page.fill("#title", "关于冬季供热的公告")
    page.select_option("#kind", "公告")
    page.set_input_files("#files", [_given("照片.docx", _photos()), _given("统计.xlsx", _chart())])


def _given(name: str, data: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


def _clean(seen: Visit, name: str, *, script: bool) -> None:
    assert not seen.wider_than_screen()
    if script:  # axe waits for timers, which do not run without
        seen.keep(f"desk-{name}")
        assert seen.barriers() == []


@pytest.mark.parametrize(
    ("view", "size", "lang"),
    [("desktop", DESKTOP, "zh-CN"), ("phone", PHONE, "zh-CN"), ("english", PHONE, "en")],
)
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_copy_without_photos_is_looked_at_and_taken_away(
    chromium: Browser,
    desk: Desk,
    view: str,
    size: tuple[int, int],
    lang: str,
    script: bool,  # noqa: FBT001  a parameter of the table
) -> None:
    _, secret = desk.keys.create("拟稿人甲", ORGAN, NOW, role="drafter")
    with served(desk.app) as url, person(chromium, url, secret, size, lang, script=script) as drafter:
        _fill(drafter.page, url)
        with drafter.page.context.expect_page() as opened:
            drafter.page.click("button[value=page]")
        copy = Visit(opened.value)
        page = copy.page
        page.wait_for_load_state()
        _clean(copy, f"copy-unseen-{view}", script=script)
        page.click("form[action$=copy] button.primary")  # refused by the browser: it is not ticked
        expect(page.locator("[name=looked]")).to_be_visible()
        page.check("[name=looked]")
        with page.expect_navigation():
            page.click("form[action$=copy] button.primary")
        expect(page.locator("h1")).to_have_text("Public text" if lang == "en" else "公开文本")
        _clean(copy, f"copy-left-out-{view}", script=script)
        with page.expect_download() as begun:
            page.click("a[download$=docx]")
        assert begun.value.suggested_filename == "照片.docx"
        assert "〔图片略〕" in unzipped(begun.value.path().read_bytes())["word/document.xml"].decode()
        assert drafter.page.input_value("#title") == "关于冬季供热的公告"
        assert drafter.page.locator("#files").evaluate("each => each.files.length") == 2


def test_a_copy_without_photos_is_had_by_keyboard_alone(chromium: Browser, desk: Desk) -> None:
    _, secret = desk.keys.create("拟稿人甲", ORGAN, NOW, role="drafter")
    with served(desk.app) as url, person(chromium, url, secret) as drafter:
        _fill(drafter.page, url)
        tab_to(drafter.page, "button[value=page]")
        with drafter.page.context.expect_page() as opened:
            drafter.page.keyboard.press("Enter")
        page = opened.value
        tab_to(page, "[name=looked]")
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("公开文本")
        tab_to(page, "a[download$=xlsx]")
        with page.expect_download() as begun:
            page.keyboard.press("Enter")
        assert zipfile.is_zipfile(begun.value.path())


def test_a_word_file_alone_is_taken_away_under_its_own_name(desk: Desk) -> None:
    drafter = desk.person("drafter")
    taken = _asked(drafter, {"附件.docx": word(["公告。"])}, "file", text="")
    assert "filename*=UTF-8''%E9%99%84%E4%BB%B6.docx" in taken.headers["Content-Disposition"]
