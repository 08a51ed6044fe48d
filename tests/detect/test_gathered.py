"""Text spread character by character is read without its blanks, and found where it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure_gate.detect import Scanner, built_in_detectors
from disclosure_gate.detect.gathered import gather, unmarked, unwrapped
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
    ("text", "kind", "value"),
    [
        ("1.方琴，女，城关镇东门社区龙井巷 5\n号，双眼视力一级。", "address", "东门社区龙井巷 5\n号"),
        ("  （二）宰广田，男，住郭楼村 11\n  组 4 号，肝硬化失代\n偿期，自付 19077 元。", "address", "郭楼村 11\n  组 4 号"),
        ("（一）苌小改，女，住郭楼村 3 组，急性髓系白血\n病，自付 41832 元；", "health", "急性髓系白血\n病"),
        ("1.苌改花，女，35 岁，住郭楼村 3 组；\n2.袁书豪，男，系脑瘫患儿袁梓\n晨之父，低保户。", "minor_name", "袁梓\n晨"),
    ],
)  # fmt: skip
def test_what_goes_on_in_the_next_line_is_found_whole(text: str, kind: str, value: str) -> None:
    spans = _SCANNER.scan(Reading((("text", text),))).spans
    assert (kind, value) in {(each.kind, text[each.start : each.end]) for each in spans}


@pytest.mark.parametrize(
    "text",
    [
        "关于城关镇医疗救助对象，现公示如下\n1.方琴，女；\n2.宰广田，男。",
        "投诉人反映，路灯不亮，已转市政处\n处理结果：已修，回访满意",
        "方琴\t女\t东门社区，龙井巷5\n宰广田\t男\t郭楼村，11组",
        "关于城关镇医疗救助对象的公示\n各村：现公示，有异议请反映。",
    ],
)
def test_lines_that_begin_anew_stay_lines(text: str) -> None:
    assert unwrapped(text) is None


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
