from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from budget_tables import adds_up, amount, check, plugin, sheets_of
from disclosure_gate import Document, Gate
from disclosure_gate.detect.reader import read_document
from disclosure_gate.plugins.testing import Conformance
from disclosure_gate.redact import formats
from disclosure_gate.rules.cases import run
from disclosure_gate.rules.ruleset import Case

GATE = Gate.open(plugins=(plugin,))
assert GATE.problems == ()
CASES = [case for ruleset, _, case in GATE.parts.rules.cases if ruleset == "plugins/budget_tables"]
DAY = date(2026, 11, 24)
Rows = list[list[Any]]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.case)
def test_case(case: Case) -> None:
    assert run("plugins/budget_tables", case, GATE.check).differences == ()


def _book(sheets: dict[str, Rows], merge: Callable[[Any], None] | None = None) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        if merge is not None:
            merge(sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _paper(content: bytes, title: str = "区档案馆2026年部门预算", text: str | None = None) -> Document:
    return Document.parse(
        {
            "id": "1", "title": title, "kind": "预算", "issuer": {"name": "区档案馆"}, "text": text,
            "files": [{"name": "预算.xlsx", "content": content, "role": "body"}],
            "dates": {"approved": "2026-11-16"}, "facts": {"secrecy_review": "passed"},
        }
    )  # fmt: skip


def _issues(sheets: dict[str, Rows], paper: str = "none", text: str = "") -> list[tuple[str, str]]:
    reading = read_document(_paper(_book(sheets)), formats())
    return [(each.kind, each.where) for each in check(sheets_of(reading), text, paper)]


TOP: Rows = [["部门收支总表", None, None, None], ["单位：万元", None, None, None]]
TWO_SIDED: Rows = [
    *TOP,
    ["收入", None, "支出", None],
    ["项目", "预算数", "项目", "预算数"],
    ["一、财政拨款收入", 300, "一、基本支出", 200],
    ["二、事业收入", 20, "（一）人员经费", 150],
    [None, None, "（二）公用经费", 50],
    [None, None, "二、项目支出", 130],
    ["本年收入合计", 320, "本年支出合计", 330],
    ["上年结转", 10, "结转下年", None],
    ["收入总计", 330, "支出总计", 330],
]
CODED: Rows = [
    ["一般公共预算支出表"],
    ["单位：元"],
    ["科目编码", "科目名称", "合计", "基本支出", "项目支出"],
    [None, "合计", 600, 350, 250],
    ["201", "一般公共服务支出", 500, 300, 200],
    ["20103", "政府办公厅（室）及相关机构事务", 500, 300, 200],
    ["2010301", "行政运行", 300, 300, 0],
    ["2010302", "一般行政管理事务", 200, 0, 200],
    ["208", "社会保障和就业支出", 100, 50, 50],
    ["20805", "行政事业单位养老支出", 100, 50, 50],
    ["2080505", "机关事业单位基本养老保险缴费支出", 100, 50, 50],
]


def _with(rows: Rows, row: int, column: int, value: Any) -> Rows:
    changed = [list(each) for each in rows]
    changed[row][column] = value
    return changed


@pytest.mark.parametrize("rows", [TWO_SIDED, CODED], ids=["two sides", "codes"])
def test_a_right_table_has_no_issue(rows: Rows) -> None:
    assert _issues({"表": rows}) == []


@pytest.mark.parametrize(
    ("rows", "row", "column", "value", "expected"),
    [
        (TWO_SIDED, 8, 1, 999, {("sum", "B9"), ("sum", "B11")}),
        (TWO_SIDED, 5, 3, 10, {("sum", "D5")}),
        (TWO_SIDED, 10, 1, 400, {("sum", "B11"), ("balance", "B11")}),
        (CODED, 3, 2, 999, {("sum", "C4"), ("cross", "C4")}),
        (CODED, 6, 3, 301, {("sum", "D6"), ("cross", "C7")}),
        (CODED, 8, 4, 60, {("sum", "E9"), ("sum", "E4"), ("cross", "C9")}),
    ],
)
def test_a_wrong_amount_is_found_at_its_cell(
    rows: Rows, row: int, column: int, value: int, expected: set[tuple[str, str]]
) -> None:
    found = _issues({"表": _with(rows, row, column, value)})
    assert {(kind, where.rpartition("!")[2]) for kind, where in found} == expected
    assert all(where.startswith("files/0/sheets/0!") for _, where in found)


def test_a_part_told_by_among_them_is_no_item_of_its_own() -> None:
    rows: Rows = [
        ["收入表", None], ["单位：元", None], ["项目", "金额"],
        ["税收收入", 70], ["其中：增值税", 40], ["非税收入", 30], ["合计", 100],
    ]  # fmt: skip
    assert _issues({"收入": rows}) == []


@pytest.mark.parametrize("total", [300, 310])
def test_a_row_without_a_number_is_a_detail_or_an_item(total: int) -> None:
    rows: Rows = [
        ["表", None], ["单位：元", None], ["项目", "金额"],
        ["一、财政拨款", 200], ["二、事业收入", 100], ["上年结转", 10], ["合计", total],
    ]  # fmt: skip
    assert _issues({"表": rows}) == []
    assert [kind for kind, _ in _issues({"表": _with(rows, 6, 1, 305)})] == ["sum"]


REVENUE: Rows = [
    ["一般公共预算收入表", None, None, None], ["单位：万元", None, None, None],
    ["项目", "上年执行数", "预算数", "预算数为执行数的%"],
    ["一、税收收入", 1000, 1100, "110.0"], ["增值税", 400, 500, "125.0"], ["企业所得税", 600, 600, "100.0"],
    ["二、非税收入", 300, 310, "103.3"], ["专项收入", 300, 310, "103.3"],
    ["本年收入合计", 1300, 1410, "108.5"],
    ["地方政府一般债务收入", 200, 100, "50.0"],
    ["转移性收入", 900, 990, "110.0"], ["返还性收入", 100, 90, "90.0"], ["一般性转移支付收入", 500, 500, "100.0"],
    ["专项转移支付收入", 300, 400, "133.3"], ["上年结余收入", 50, 60, "120.0"],
    ["收入总计", 2450, 2560, "104.5"],
]  # fmt: skip


def test_details_that_nothing_marks_are_read_as_such() -> None:
    assert _issues({"收入": REVENUE}) == []
    for row, column in ((15, 1), (8, 2), (14, 2), (10, 1)):
        wrong = _with(REVENUE, row, column, REVENUE[row][column] + 77)
        assert "sum" in {kind for kind, _ in _issues({"收入": wrong})}, (row, column)


def test_subtotals_are_items_of_the_total() -> None:
    rows: Rows = [
        ["表", None], ["单位：元", None], ["项目", "金额"],
        ["甲", 10], ["乙", 20], ["小计", 30], ["丙", 5], ["小计", 5], ["合计", 35], ["结转", 5], ["总计", 40],
    ]  # fmt: skip
    assert _issues({"表": rows}) == []
    assert [kind for kind, _ in _issues({"表": _with(rows, 8, 1, 36)})] == ["sum", "sum"]


def test_merged_headings_name_their_groups() -> None:
    rows: Rows = [
        ["基金支出", *[None] * 6],
        ["单位：元", *[None] * 6],
        ["项目", "合计", "基本支出", None, None, "项目支出", None],
        [None, None, "小计", "人员", "公用", "小计", "其他"],
        ["甲", 100, 60, 40, 20, 40, 40],
        ["乙", 10, 6, 4, 2, 4, 4],
        ["合计", 110, 66, 44, 22, 44, 44],
    ]
    reading = read_document(_paper(_book({"表": rows}, lambda sheet: sheet.merge_cells("C3:E3"))), formats())
    assert check(sheets_of(reading), "", "none") == []
    wrong = _with(rows, 4, 3, 41)
    reading = read_document(_paper(_book({"表": wrong})), formats())
    assert {(each.kind, each.where.rpartition("!")[2]) for each in check(sheets_of(reading), "", "none")} == {
        ("sum", "D7"),
        ("cross", "C5"),
    }


def test_years_and_changes_beside_a_total_are_compared_not_added() -> None:
    rows: Rows = [
        ["表", None, None, None], ["单位：元", None, None, None],
        ["项目", "合计", "2025年决算数", "增减额"], ["甲", 10, 8, 2], ["乙", 20, 20, 0], ["合计", 30, 28, 2],
    ]  # fmt: skip
    assert _issues({"表": rows}) == []


def test_units_are_noted_in_the_table_its_name_or_a_heading() -> None:
    rows: Rows = [["表", None], ["项目", "金额"], ["甲", 1], ["乙", 2]]
    assert _issues({"表": rows}) == [("unit", "files/0/sheets/0")]
    for noted in (["单位：万元", None], ["金额单位: 元", None]):
        assert _issues({"表": [rows[0], noted, *rows[1:]]}) == []
    assert _issues({"表": [rows[0], ["项目", "金额（万元）"], *rows[2:]]}) == []


@pytest.mark.parametrize(
    ("note", "text", "expected"),
    [
        (None, "", ["empty"]),
        ("注：本表无数据", "", []),
        (None, "我区没有国有资本经营预算收入，国有资本经营预算收入表为空表。", []),
        (None, "政府性基金预算支出表为空表。", ["empty"]),
    ],
)
def test_an_empty_table_is_explained(note: str | None, text: str, expected: list[str]) -> None:
    rows: Rows = [
        ["国有资本经营预算收入表", None],
        ["单位：万元", None],
        ["项目", "预算数"],
        ["利润收入", None],
    ]
    if note:
        rows.append([note, None])
    assert [kind for kind, _ in _issues({"国资": rows}, text=text)] == expected


GOVERNMENT = [
    "一般公共预算收入表", "一般公共预算支出表", "一般公共预算本级支出表", "一般公共预算本级基本支出表",
    "一般公共预算税收返还和转移支付表", "一般债务限额和余额表", *[f"政府性基金表{n}" for n in range(5)],
    *[f"国有资本经营表{n}" for n in range(4)], *[f"社会保险基金表{n}" for n in range(2)],
]  # fmt: skip


def _plain(title: str) -> Rows:
    return [[title, None], ["单位：万元", None], ["项目", "预算数"], ["甲", 1], ["乙", 2], ["合计", 3]]


def test_all_tables_of_a_government_are_there() -> None:
    assert _issues({title: _plain(title) for title in GOVERNMENT}, "government") == []


@pytest.mark.parametrize("left_out", range(len(GOVERNMENT)))
def test_every_table_that_is_left_out_is_missed(left_out: int) -> None:
    sheets = {title: _plain(title) for number, title in enumerate(GOVERNMENT) if number != left_out}
    assert [kind for kind, _ in _issues(sheets, "government")] == ["missing"]


PARTS = "机构设置情况。机关运行经费。政府采购。绩效目标。国有资产占有情况。公务接待费比上年减少。"
THREE: Rows = [
    ["三公经费表", *[None] * 5],
    ["单位：万元", *[None] * 5],
    ["合计", "因公出国（境）费", "公务用车购置及运行费", None, None, "公务接待费"],
    [None, None, "小计", "公务用车购置费", "公务用车运行维护费", None],
    [30, 0, 25, 18, 7, 5],
]
THREE_DOWN: Rows = [
    ["三公经费表", None], ["单位：万元", None], ["项目", "预算数"],
    ["1.因公出国（境）费", 0], ["2.公务用车购置及运行费", 25], ["（1）公务用车购置费", 18],
    ["（2）公务用车运行费", 7], ["3.公务接待费", 5], ["合计", 30],
]  # fmt: skip


@pytest.mark.parametrize("rows", [THREE, THREE_DOWN], ids=["across", "down"])
def test_the_three_public_expenses_are_complete(rows: Rows) -> None:
    assert _issues({"总": TWO_SIDED, "三公": rows}, "department", PARTS) == []


@pytest.mark.parametrize(
    ("rows", "text", "expected"),
    [
        (_with(THREE, 4, 2, 14), PARTS, {"three", "cross"}),
        (_with(THREE_DOWN, 4, 1, 14), PARTS, {"sum", "three"}),
        ([row for row in THREE_DOWN if "购置费" not in str(row[0])], PARTS, {"sum", "three"}),
        (THREE, PARTS.replace("公务接待费比上年减少。", ""), {"change"}),
        (THREE, PARTS.replace("绩效目标。", ""), {"part"}),
    ],
)
def test_what_is_wrong_with_the_three_public_expenses(rows: Rows, text: str, expected: set[str]) -> None:
    found = {kind for kind, _ in _issues({"总": TWO_SIDED, "三公": rows}, "department", text)}
    assert found & {"three", "change", "part"} == expected & {"three", "change", "part"}


def test_depth_of_the_classification() -> None:
    shallow = [row for row in CODED if len(str(row[0])) != 7]
    assert {kind for kind, _ in _issues({"总": TWO_SIDED, "支": shallow}, "department", PARTS)} >= {"depth"}
    assert "depth" not in {kind for kind, _ in _issues({"支": CODED}, "department", PARTS)}


def test_the_answer_names_sheet_and_cell_and_no_amount() -> None:
    book = _book({"总": _with(TWO_SIDED, 8, 1, 98765), "表": CODED})
    answer = GATE.check(_paper(book, text="说明见附件。"), DAY)
    assert answer.status == "proactive"
    told = [each for each in answer.obligations if each.rule.startswith("plugins/budget_tables/sum/")]
    assert told[0].rule == "plugins/budget_tables/sum/files/0/sheets/0!B11"
    assert {each.message.zh for each in told} >= {"附件1第1张工作表B9格的合计与各项之和不符"}
    assert all(each.when == "before_clearing" and each.basis for each in told)
    assert "98765" not in answer.model_dump_json()


def test_a_broken_workbook_is_held_by_the_gate_and_nothing_is_said_of_it() -> None:
    answer = GATE.check(_paper(_book({"表": CODED})[:-200], text="说明。"), DAY)
    assert {each.code for each in answer.held} == {"H-UNREADABLE"}


def test_very_many_wrong_sums_are_counted() -> None:
    rows: Rows = [["表", None], ["单位：元", None], ["项目", "金额"]]
    for _ in range(100):
        rows += [["甲", 1], ["合计", 2]]
    answer = GATE.check(_paper(_book({"表": rows}), text="说明。"), DAY)
    told = [each for each in answer.obligations if each.rule.startswith("plugins/budget_tables/sum/")]
    assert len(told) == 40
    assert any(each.message.zh == "另有60处同类问题" for each in answer.obligations)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,234.50", "1234.50"), ("-3", "-3"), ("（2.5）", "-2.5"), ("0", "0"), ("1 234", "1234"),
        ("12%", None), ("—", None), ("", None), ("2026年", None), ("1,23", None),
    ],
)  # fmt: skip
def test_amounts_are_read_as_written(text: str, expected: str | None) -> None:
    assert amount(text) == (Decimal(expected) if expected else None)


_CENTS = st.integers(-(10**9), 10**9).map(lambda cents: Decimal(cents).scaleb(-2))


@settings(deadline=None)
@given(parts=st.lists(_CENTS, min_size=1, max_size=40), off=st.integers(1, 10**6))
def test_amounts_in_yuan_add_up_exactly_or_not_at_all(parts: Sequence[Decimal], off: int) -> None:
    total = sum(parts, Decimal(0))
    assert adds_up(total, parts, "元")
    assert not adds_up(total + Decimal(off).scaleb(-2), parts, "元")


@settings(deadline=None)
@given(parts=st.lists(_CENTS.map(abs), min_size=1, max_size=40), digits=st.integers(0, 2))
def test_rounding_to_a_greater_unit_is_no_error(parts: Sequence[Decimal], digits: int) -> None:
    step = Decimal(1).scaleb(-digits)
    rounded = [(each / 10000).quantize(step) for each in parts]
    total = (sum(parts, Decimal(0)) / 10000).quantize(step)
    assert adds_up(total, rounded, "万元")
    beyond = step * (len(parts) + 1)
    assert not adds_up(total + beyond + beyond, rounded, "万元")


@settings(deadline=None)
@given(
    values=st.lists(st.integers(0, 10**6), min_size=2, max_size=12),
    wrong=st.integers(0, 12),
    off=st.integers(1, 1000),
)
def test_any_wrong_item_of_a_flat_table_is_noticed(values: list[int], wrong: int, off: int) -> None:
    rows: Rows = [["表", None], ["单位：元", None], ["项目", "金额"]]
    rows += [[f"{number + 1}.项目{chr(0x7532 + number)}", value] for number, value in enumerate(values)]
    rows.append(["合计", sum(values)])
    text = "说明\n" + "\n".join("\t".join("" if cell is None else str(cell) for cell in row) for row in rows)
    assert not [kind for kind in _kinds(text) if kind == "sum"]
    at = 3 + wrong % len(values)
    rows[at][1] += off
    text = "说明\n" + "\n".join("\t".join("" if cell is None else str(cell) for cell in row) for row in rows)
    assert _kinds(text).count("sum") == 1


def _kinds(text: str) -> list[str]:
    paper = Document.parse(
        {"id": "1", "title": "预算", "kind": "预算", "issuer": {"name": "区档案馆"}, "text": text}
    )
    return [each.kind for each in check(sheets_of(read_document(paper, ())), "", "none")]


class TestConformance(Conformance):
    plugin = plugin
