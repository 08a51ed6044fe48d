"""Rows that stand below one another, and what stands above a place in the first of them."""

from __future__ import annotations

import pytest

from disclosure_gate.detect.rosters import Rows


@pytest.mark.parametrize(
    ("text", "place", "heading"),
    [
        ("序号\t卡片号\t金额\n1\t0417\t200\n2\t0418\t300", "0418", "卡片号"),
        ("| 姓名 | 编号 |\n|---|---|\n| 王秀兰 | 0417 |", "0417", "编号"),
        ("姓名  手册号  金额\n王秀兰  0417  200", "0417", "手册号"),
        ("序号\t卡片号\t金额\n1\t\t200", "200", "金额"),  # an empty cell stays one
        ("序号\t卡片号\t金额\n合计\n1\t0417\t200", "0417", ""),  # a row of its own again
        ("王秀兰的编号是0417，金额200。", "0417", ""),
        ("序号\t卡片号\t金额", "卡片号", ""),  # the first row has nothing above it
    ],
)
def test_what_stands_above_is_found_by_tabs_bars_and_blanks(text: str, place: str, heading: str) -> None:
    assert Rows(text).heading(text.index(place)) == heading


def test_a_line_without_separators_is_no_row() -> None:
    assert Rows("王秀兰，女").at(0).bar == ""
