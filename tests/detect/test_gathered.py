"""Text spread character by character is read without its blanks, and found where it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure_gate.detect import Scanner, built_in_detectors
from disclosure_gate.detect.gathered import gather, unmarked
from disclosure_gate.model.findings import Reading, Span
from disclosure_gate.model.frozen import Text

_SCANNER = Scanner(built_in_detectors())


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("姓 名 ： 董 国 祥   性 别 ： 男", "person_name", "董 国 祥"),
        ("申请人：李红\n住 址 ： 龙潭镇 前 庄 村 王 楼 组", "address", "前 庄 村 王 楼 组"),
        ("申请人：李红\n联 系 电 话 ： 1 3 9 7 9 6 0 2 7 7 1", "mobile", "1 3 9 7 9 6 0 2 7 7 1"),
        ("申请人：李红\n既 往 史 ： 糖 尿 病 、 白 内 障", "health", "糖 尿 病 、 白 内 障"),
    ],
)
def test_what_is_spread_is_found_where_it_stands(text: str, kind: str, value: str) -> None:
    spans = _SCANNER.scan(Reading((("text", text),))).spans
    assert (kind, value) in {(each.kind, text[each.start : each.end]) for each in spans}


@pytest.mark.parametrize(
    "text", ["姓名 王芳 男 5", "1 李红 500\n2 王芳 600", "张 三", "a b c", "各 科 室："], ids=str
)
def test_blanks_between_words_stay(text: str) -> None:
    assert gather(text) is None


_TABLE = "<table><tr><th>姓名</th><th>学籍号</th></tr>\n<tr><td>钟世福</td><td>G340208200605244822</td></tr></table>"


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        (_TABLE, "minor_name", "钟世福"),
        (_TABLE, "student_number", "G340208200605244822"),
        ("<td>22101919711014<br>7710</td>", "resident_id", "22101919711014<br>7710"),
        (
            "<p>身份证：<span>22101919711014</span><b>7710</b></p>",
            "resident_id",
            "22101919711014</span><b>7710",
        ),
        (
            "<p>申请人：<strong>王建国</strong></p><p>电话：139&nbsp;1234&nbsp;5678</p>",
            "person_name",
            "王建国",
        ),
        (
            "<p>申请人：<strong>王建国</strong></p><p>电话：139&nbsp;1234&nbsp;5678</p>",
            "mobile",
            "139&nbsp;1234&nbsp;5678",
        ),
    ],
)
def test_tags_are_read_over(text: str, kind: str, value: str) -> None:
    spans = _SCANNER.scan(Reading((("text", text),))).spans
    assert (kind, value) in {(each.kind, text[each.start : each.end]) for each in spans}


@pytest.mark.parametrize("text", ["收入<支出，差额>100元", "a<b", "<附件>"])
def test_what_only_looks_like_a_tag_stays(text: str) -> None:
    assert unmarked(text) is None


@given(
    st.lists(
        st.sampled_from(
            ["甲", "1", "\n", "<td>", "</td>", "<br/>", "<p class='a'>", "</tr>", "&nbsp;", "<", ">"]
        ),
        max_size=30,
    ).map("".join)
)
def test_every_place_between_tags_leads_back_to_its_character(text: str) -> None:
    plain = unmarked(text)
    if plain is None:
        return
    for place, char in enumerate(plain.text):
        (span,) = plain.back([Span("text", place, place + 1, "other", "test", "*", Text(zh="试", en="test"))])
        assert char in " |\x0b\n" or text[span.start : span.end] == char


@given(st.text(alphabet="甲乙1 \n\t|：", max_size=60))
def test_every_place_leads_back_to_its_character(text: str) -> None:
    gathered = gather(text)
    if gathered is None:
        return
    assert gathered.text.replace(" ", "") == text.replace(" ", "")
    for place, char in enumerate(gathered.text):
        (span,) = gathered.back(
            [Span("text", place, place + 1, "other", "test", "*", Text(zh="试", en="test"))]
        )
        assert text[span.start : span.end] == char
