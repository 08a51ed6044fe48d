from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import docx
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beneficiary_lists import (
    FEWEST,
    PROGRAMMES,
    people_lists,
    plugin,
    suppressed,
    village_version,
    web_version,
)
from beneficiary_lists.small_cells import MANY
from disclosure_gate import Document, Gate
from disclosure_gate.detect.reader import read_document
from disclosure_gate.detect.tables import tables
from disclosure_gate.model.document import DOMAINS
from disclosure_gate.plugins.testing import Conformance
from disclosure_gate.redact import formats
from disclosure_gate.rules.cases import run
from disclosure_gate.rules.ruleset import Case

GATE = Gate.open(plugins=(plugin,))
assert GATE.problems == ()
CASES = [case for ruleset, _, case in GATE.parts.rules.cases if ruleset == "plugins/beneficiary_lists"]
ROWS = [
    ["序号", "姓名", "村", "金额（元）", "联系电话", "备注"],
    ["1", "沐云", "东村", "400", "13812345678", "独居"],
    ["2", "柳川", "东村", "300.5", "", ""],
    ["3", "常青", "西村", "1,200", "", "患病"],
]


def workbook(rows: Sequence[Sequence[object]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def word(lines: Sequence[str], rows: Sequence[Sequence[str]] = ()) -> bytes:
    made = docx.Document()
    for line in lines:
        made.add_paragraph(line)
    if rows:
        table = made.add_table(rows=len(rows), cols=len(rows[0]))
        for row, texts in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _paper(**changes: Any) -> Document:
    return Document.parse(
        {
            "id": "1", "title": "低保对象名单公示", "kind": "名单公示", "issuer": {"name": "区民政局"},
            "domain": "social_assistance", "item": "最低生活保障/审批信息", "formed_on": "2026-11-16",
            "text": "名单见附件。", "facts": {"secrecy_review": "passed"},
        }
        | changes
    )  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.case)
def test_case(case: Case) -> None:
    assert run("plugins/beneficiary_lists", case, GATE.check).differences == ()


@pytest.mark.parametrize(
    "file",
    [
        {"name": "名单.xlsx", "content": workbook([["低保对象名单"], *ROWS])},
        {"name": "名单.docx", "content": word(["低保对象名单"], ROWS)},
        {"name": "名单.csv", "content": "\n".join("\t".join(row) for row in ROWS).encode()},
    ],
    ids=lambda file: file["name"],
)
def test_columns_are_masked_in_files_of_every_sort(file: dict[str, Any]) -> None:
    paper = _paper(files=[file])
    answer = GATE.check(paper, date(2026, 11, 24))
    parts = dict(read_document(paper, formats()).parts)
    masked = {(each.kind, parts[each.where][each.start : each.end]) for each in answer.redactions}
    assert ("other", "独居") in masked
    assert ("mobile", "13812345678") in masked
    assert any(text == "患病" for _, text in masked)
    assert not {"沐云", "400", "东村", "1"} & {text for _, text in masked}
    assert {each.audience for each in answer.publications} == {"village"}


def test_the_place_of_a_column_is_told_without_its_content() -> None:
    answer = GATE.check(_paper(files=[{"name": "名单.xlsx", "content": workbook(ROWS)}]), date(2026, 11, 24))
    told = [each.message.zh for each in answer.warnings if each.where.startswith("plugins/beneficiary_lists")]
    assert [text[: text.index("格")] for text in told] == ["附件1第1张工作表E1", "附件1第1张工作表F1"]
    assert "备注" not in answer.model_dump_json()
    assert "独居" not in answer.model_dump_json()


def test_a_cell_a_detector_flags_alike_is_flagged_once() -> None:
    rows = [["姓名", "身份证号", "金额"], ["沐云", "610203197005120013", "400"]]
    answer = GATE.check(_paper(text="名单\n" + "\n".join("\t".join(row) for row in rows)), date(2026, 11, 24))
    [number] = [each for each in answer.redactions if each.kind == "resident_id"]
    assert number.mask != "*" * 18


def test_headings_set_out_with_spaces_are_read() -> None:
    rows = [["姓　名", "备 注"], ["沐云", "独居"], ["柳川", "无业"]]
    answer = GATE.check(_paper(text="名单\n" + "\n".join("\t".join(row) for row in rows)), date(2026, 11, 24))
    assert {each.kind for each in answer.redactions} == {"other"}
    assert len(answer.redactions) == 2


def test_every_programme_names_a_domain_and_is_a_value_of_the_fact() -> None:
    assert {each.domain for each in PROGRAMMES.values()} <= set(DOMAINS)
    assert set(GATE.parts.rules.vocabulary["list_programme"].values) == {"none", *PROGRAMMES}


def test_village_and_web_versions_of_one_list() -> None:
    paper = _paper(text="名单\n" + "\n".join("\t".join(row) for row in ROWS))
    [found] = people_lists(tables(read_document(paper, ())))
    assert village_version(found, "minimum_living") == (
        ("序号", "姓名", "村", "金额（元）"),
        ("1", "沐云", "东村", "400"),
        ("2", "柳川", "东村", "300.5"),
        ("3", "常青", "西村", "1,200"),
    )
    assert village_version(found, "elderly_allowance")[0] == ("序号", "村", "金额（元）")
    # One and two persons: neither count nor sum is shown; the total alone tells nothing of either.
    assert web_version(found) == (("东村", "—", "—"), ("西村", "—", "—"), ("合计", "3", "1900.5"))


def test_an_amount_that_is_no_number_leaves_its_sum_unstated() -> None:
    rows = [
        ["姓名", "村", "金额"],
        *([f"沐云{n}", "东村", "100"] for n in "甲乙丙丁"),
        ["柳川", "东村", "待定"],
    ]
    [found] = people_lists(tables(read_document(_paper(text="\n".join("\t".join(r) for r in rows)), ())))
    assert web_version(found) == (("东村", "5", "—"),)


# Small cells: nothing hidden follows from what is shown. The judge is linear algebra, not the search itself.


@settings(deadline=None)
@given(
    counts=st.integers(1, 5).flatmap(
        lambda width: st.lists(
            st.lists(st.integers(0, 9), min_size=width, max_size=width), min_size=1, max_size=5
        )
    ),
    row_totals=st.booleans(),
    column_totals=st.booleans(),
)
def test_no_hidden_count_follows_from_totals(
    *, counts: list[list[int]], row_totals: bool, column_totals: bool
) -> None:
    table: list[list[int | None]] = [[*row, *([sum(row)] if row_totals else [])] for row in counts]
    if column_totals:
        table.append([sum(value or 0 for value in column) for column in zip(*table, strict=True)])
    hidden = suppressed(table, row_totals=row_totals, column_totals=column_totals)
    height, width = len(table), len(table[0])
    small = {(r, c) for r in range(height) for c in range(width) if 0 < (table[r][c] or 0) < FEWEST}
    assert small <= hidden
    if not small:
        assert hidden == frozenset()
    if len(hidden) == height * width:
        return  # nothing is shown at all
    unknown = sorted(hidden)
    equations = []
    if row_totals:
        equations += [[1 if place[0] == r else 0 for place in unknown] for r in range(height)]
        signs = [[-1 if place[1] == width - 1 else 1 for place in unknown]] * height
        equations[-height:] = [
            [value * sign for value, sign in zip(row, sign_row, strict=True)]
            for row, sign_row in zip(equations[-height:], signs, strict=True)
        ]
    if column_totals:
        equations += [
            [(1 if place[1] == c else 0) * (-1 if place[0] == height - 1 else 1) for place in unknown]
            for c in range(width)
        ]
    assert not [unknown[number] for number in _determined(equations, len(unknown))]


def _determined(equations: list[list[int]], size: int) -> list[int]:
    """The unknowns whose value the equations fix: those that stand alone in a row of the reduced echelon form."""
    rows = [[Fraction(value) for value in row] for row in equations]
    pivot = 0
    for column in range(size):
        chosen = next((r for r in range(pivot, len(rows)) if rows[r][column]), None)
        if chosen is None:
            continue
        rows[pivot], rows[chosen] = rows[chosen], rows[pivot]
        rows[pivot] = [value / rows[pivot][column] for value in rows[pivot]]
        for r in range(len(rows)):
            if r != pivot and rows[r][column]:
                factor = rows[r][column]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[pivot], strict=True)]
        pivot += 1
    alone = [[column for column in range(size) if row[column]] for row in rows]
    return [columns[0] for columns in alone if len(columns) == 1]


def test_a_table_with_very_many_small_counts_hides_all_of_them() -> None:
    counts = [[1, 1, 5, 7] for _ in range(MANY)]
    counts.append([0, 3, 4, 7])
    hidden = suppressed(counts, row_totals=True, column_totals=True)
    assert {(r, c) for r in range(MANY) for c in (0, 1)} <= hidden


def test_a_list_of_five_thousand_rows_is_looked_through_in_time() -> None:
    rows = "\n".join(f"{n}\t沐云\t东村\t400\t独居" for n in range(5_000))
    answer = GATE.check(_paper(text=f"名单\n序号\t姓名\t村\t金额\t备注\n{rows}"), date(2026, 11, 24))
    assert {each.code for each in answer.held} == set()
    assert sum(each.kind == "other" for each in answer.redactions) == 5_000


class TestConformance(Conformance):
    plugin = plugin
