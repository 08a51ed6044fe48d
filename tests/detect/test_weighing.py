"""Names that no word tells: found where a text tells something private, and told apart from whoever acts in office."""

from __future__ import annotations

import pytest

from disclosure_gate.detect import Scanner, built_in_detectors
from disclosure_gate.detect.lexicon import ordinary
from disclosure_gate.detect.people import told
from disclosure_gate.detect.weighing import made, surrounded, weigh, weights
from disclosure_gate.model.findings import Reading, Span

_SCANNER = Scanner(built_in_detectors())


def _spans(text: str) -> list[Span]:
    return [
        each
        for each in _SCANNER.scan(Reading((("text", text),))).spans
        if each.kind in {"person_name", "minor_name", "guardian"}
    ]


def _names(text: str) -> set[str]:
    return {text[each.start : each.end] for each in _spans(text)}


_ABOUT = "投诉人：周桂芳，女，1961年3月生，患有高血压。"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (f"{_ABOUT}\n清理余料时，管明华误触按钮，周桂芳左手被夹伤。", "管明华"),
        (f"{_ABOUT}\n走访村民时，文开秀称当时开过院坝会，文开秀的丈夫在外务工。", "文开秀"),
        (f"{_ABOUT}\n退出：1组程万里（死亡）、6组闵小梅（子女有工作）。", "闵小梅"),
        (f"{_ABOUT}\n其中诸葛鸣多次上门，诸葛鸣表示不再追究。", "诸葛鸣"),
        (f"{_ABOUT}\n系与孙满屯合伙，孙满屯出资三千元。", "孙满屯"),
    ],
)
def test_found_in_passing_and_the_reason_says_so(text: str, name: str) -> None:
    [span, *_] = [each for each in _spans(text) if text[each.start : each.end] == name]
    assert span.why.en.startswith("no word tells")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (f"{_ABOUT}\n由镇司法所所长何伟东主持调解，何伟东当场记录。", "何伟东"),
        (f"{_ABOUT}\n出席：副镇长王志强、民政办主任李国华。", "王志强"),
        (f"{_ABOUT}\n县财政局 宦国庆、住建局 於志刚参加。", "宦国庆"),
        (f"{_ABOUT}\n景明区发展和改革局将该事项转交处理。", "区发展"),
        ("参加：高建设、石磊。会议研究了全年预算，安排防汛工作。", "高建设"),
    ],
)
def test_whoever_acts_in_office_and_what_is_no_name_stay(text: str, name: str) -> None:
    assert name not in _names(text)


def test_a_name_is_decided_by_what_is_said_of_it_at_all_its_places() -> None:
    text = f"{_ABOUT}\n陶静劝双方坐下来谈。5月20日，妇联干事陶静到家回访。"
    assert "陶静" not in _names(text)
    assert "陶静" in _names(text.replace("妇联干事", "邻居"))


def test_everything_seen_has_a_weight_or_none_and_the_sum_decides() -> None:
    page = _SCANNER.page(f"{_ABOUT}\n清理余料时，管明华误触按钮。")
    evidence, scene = told(page)
    assert scene is not None
    chosen = weigh(scene, evidence.found)
    sums = {
        (start, end): weights()["bias"]
        + sum(
            weights().get(sign, 0.0)
            for sign in (*made(page.text, start, end, ordinary()), *surrounded(scene, start, end))
        )
        for start, end in scene.readings
    }
    assert all(sums[place] > 0 for place in chosen)
    assert "管明华" in {page.text[start:end] for start, end in chosen}
