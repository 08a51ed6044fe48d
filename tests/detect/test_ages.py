"""Children among those named, by number, date of birth or age on a day."""

from __future__ import annotations

from datetime import date

import pytest

from disclosure_gate.detect import Scanner, built_in_detectors
from disclosure_gate.detect.ages import with_minors
from disclosure_gate.model.findings import Reading

_DAY = date(2026, 11, 24)


def _minors(text: str, day: date = _DAY) -> list[str]:
    reading = Reading((("text", text),))
    found = with_minors(reading, Scanner(built_in_detectors()).scan(reading), day)
    return [text[span.start : span.end] for span in found.spans if span.kind == "minor_name"]


@pytest.mark.parametrize(
    ("text", "children"),
    [
        (
            "姓名\t身份证号\t补助\n郭子涵\t610203201405060025\t3000\n赵建国\t610203197504120018\t3000",
            ["郭子涵"],
        ),
        (
            "身份证号\t姓名\t补助\n610203201405060025\t郭子涵\t3000\n610203197504120018\t赵建国\t3000",
            ["郭子涵"],
        ),
        (
            "补助对象：1 赵雨欣，女，2010年3月生，家长赵根娃，3000元；2 高大山，男，1979年11月生，3000元。",
            ["赵雨欣"],
        ),
        ("受助人郭子涵，出生日期：2012年8月1日，低保户。", ["郭子涵"]),
        ("患者郭子涵，男，9岁，住院治疗。", ["郭子涵"]),
        ("患者郭子涵，男，39岁，住院治疗。", []),
        ("受助人赵建国，男，1975年3月生，低保户。", []),
        ("姓名\t补助\n赵建国\t3000", []),
    ],
)
def test_children_are_told_by_number_birth_or_age(text: str, children: list[str]) -> None:
    assert sorted(set(_minors(text))) == children


def test_a_child_is_one_until_the_day_after_the_eighteenth_birthday() -> None:
    text = "姓名\t身份证号\t补助\n郭子涵\t610203200811240025\t3000"
    assert _minors(text, date(2026, 11, 24)) == ["郭子涵"]
    assert _minors(text, date(2026, 11, 25)) == []
