from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from disclosure_gate import Document, Gate
from disclosure_gate.detect.reader import read_document
from disclosure_gate.detect.tables import tables
from disclosure_gate.plugins.testing import Conformance
from disclosure_gate.redact import formats
from disclosure_gate.rules.cases import run
from disclosure_gate.rules.ruleset import Case
from guides_and_proofs import beyond, plugin, proof_gaps, read_guide
from guides_and_proofs.guide import bare

GATE = Gate.open(plugins=(plugin,))
assert GATE.problems == ()
CASES = [case for ruleset, _, case in GATE.parts.rules.cases if ruleset == "plugins/guides_and_proofs"]
DATA = yaml.safe_load((Path(__file__).parent / "cases.yaml").read_text(encoding="utf-8"))
DAY = date(2026, 11, 24)


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
        {"id": "1", "title": "办事指南", "kind": "办事指南", "text": "正文。", "issuer": {"name": "区民政局"}}
        | changes
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.case)
def test_rule_case(case: Case) -> None:
    assert run("plugins/guides_and_proofs", case, GATE.check).differences == ()


@pytest.mark.parametrize("entry", DATA["guides"], ids=lambda entry: entry["case"])
def test_guide(entry: dict[str, Any]) -> None:
    paper = _paper(text=entry["text"])
    guide = read_guide(read_document(paper, ()))
    assert [bare(each.name) for each in guide.materials] == [bare(name) for name in entry["materials"]] or [
        bare(each.name).removeprefix("居民") for each in guide.materials
    ] == entry["materials"]
    assert [bare(each.name) for each in guide.beyond] == entry["beyond"]
    assert len(guide.catch_alls) == entry.get("catch_alls", 0)
    for each in (*guide.materials, *guide.demands):
        assert each.name in entry["text"].split("\n")[each.line]


@settings(deadline=None)
@given(
    names=st.lists(
        st.sampled_from(["身份证", "户口簿", "申请表", "租赁合同", "体检报告", "无房证明"]),
        min_size=1,
        max_size=6,
        unique=True,
    ),
    extra=st.sampled_from(["公司章程", "学历证书", "结婚证", "收入证明"]),
)
def test_everything_a_list_names_may_be_asked_for_and_nothing_else(names: list[str], extra: str) -> None:
    listed = "\n".join(f"{number}.{name}" for number, name in enumerate(names, 1))
    text = f"申请材料\n{listed}\n办理流程：\n请提交{'、'.join(names)}。"
    guide = read_guide(read_document(_paper(text=text), ()))
    assert guide.beyond == ()
    guide = read_guide(read_document(_paper(text=f"{text}\n另行提交{extra}。"), ()))
    assert [each.name for each in guide.beyond] == [extra]


def test_a_notice_is_held_against_the_guide() -> None:
    guide = read_guide(read_document(_paper(text="申请材料：身份证、申请表"), ()))
    assert [each.name for each in beyond(guide, ["居民身份证", "公证书", "申请表"])] == ["公证书"]


def test_a_form_that_comes_with_the_guide_asks_too() -> None:
    form = word(["告知单", "请补充提交房产证复印件。"])
    paper = _paper(text="申请材料：身份证、申请表", files=[{"name": "告知单.docx", "content": form}])
    answer = GATE.check(paper, DAY)
    told = [each for each in answer.warnings if "/beyond/" in each.where]
    assert [each.message.zh for each in told] == ["附件1第2行要求的材料不在材料清单之内"]
    assert "房产证" not in answer.model_dump_json()
    assert any(each.rule.endswith("nothing-beyond-the-list") for each in answer.obligations)


HEAD = ["证明名称", "设定依据", "索要单位", "开具单位", "办理方式"]
FULL = ["无房证明", "《甲办法》第五条", "区住建局", "不动产登记中心", "窗口"]


@pytest.mark.parametrize("column", range(1, 5))
@pytest.mark.parametrize("blank", ["", "/", "无", "—"])
def test_every_element_of_a_proof_that_is_left_blank_is_told_with_its_cell(column: int, blank: str) -> None:
    row = [*FULL[:column], blank, *FULL[column + 1 :]]
    rows = [["证明事项清单"], HEAD, FULL, row]
    paper = _paper(files=[{"name": "清单.xlsx", "content": workbook(rows)}])
    [gap] = proof_gaps(tables(read_document(paper, formats())))
    assert gap.place == f"files/0/sheets/0!{'ABCDE'[column]}4"


def test_a_column_that_is_not_there_is_missed_once() -> None:
    rows = [HEAD[:3], FULL[:3], FULL[:3]]
    paper = _paper(text="清单\n" + "\n".join("\t".join(row) for row in rows))
    gaps = proof_gaps(tables(read_document(paper, ())))
    assert [(each.element, each.whole) for each in gaps] == [("issuer", True), ("way", True)]


def test_a_basis_names_a_law_or_a_document() -> None:
    for basis, expected in (("《甲办法》第五条", 0), ("景政发〔2026〕5号", 0), ("工作需要", 1)):
        rows = [HEAD, [FULL[0], basis, *FULL[2:]], FULL]
        paper = _paper(text="清单\n" + "\n".join("\t".join(row) for row in rows))
        assert len(proof_gaps(tables(read_document(paper, ())))) == expected


def test_a_proof_with_who_issues_it_is_told_in_full() -> None:
    for line, expected in (("2.无房证明", True), ("2.无房证明（由不动产登记中心开具）", False)):
        answer = GATE.check(_paper(text=f"申请材料：\n1.身份证\n{line}"), DAY)
        assert any("/proof/" in each.where for each in answer.warnings) is expected


def test_very_many_places_are_counted() -> None:
    lines = "\n".join(f"{number}.无房证明{number}号楼证明" for number in range(1, 99))
    answer = GATE.check(_paper(text=f"申请材料：\n{lines}"), DAY)
    told = [each for each in answer.warnings if each.where.startswith("plugins/guides_and_proofs/")]
    assert len([each for each in told if "/proof/" in each.where]) == 40
    assert any(each.message.zh == "另有58处" for each in told)


class TestConformance(Conformance):
    plugin = plugin
