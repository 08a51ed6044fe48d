"""Thirty office files made of texts of the labelled corpus: what is labelled is gone from their copies, what is not stays."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path
from random import Random

import docx
import openpyxl
import pytest
from docx.shared import Pt
from test_copies import _copy, _everything

import office
from disclosure_gate.redact.copy import squeezed

sys.path.insert(0, str(Path(__file__).parent.parent / "corpus"))
import corpus

_TEXTS = [each for each in corpus.written() if len(each.spans) >= 4 and "\x0b" not in each.text]
_RNG = Random(20261126)
_CHOSEN = _RNG.sample(_TEXTS, 24)
_NUMBERS = frozenset({"resident_id", "disability_card", "mobile", "bank_card"})
_BAR = re.compile(r"\s*\|\s*")


def _rows(text: str) -> list[list[str]]:
    """The lines of a text as rows of cells."""
    return [
        _BAR.split(line.strip().strip("|")) if line.count("|") > 1 else line.split("\t")
        for line in text.split("\n")
        if not re.fullmatch(r"[\s|:\-]+", line)
    ]


def _word(text: str, rng: Random) -> bytes:
    """Paragraphs in runs of random length and look; lines with tabs or bars as tables."""
    made = docx.Document()
    table: list[list[str]] = []
    for cells in [*_rows(text), []]:
        if len(cells) > 1:
            table.append(cells)
            continue
        if table:
            width = max(map(len, table))
            grid = made.add_table(rows=len(table), cols=width)
            for row, values in zip(grid.rows, table, strict=True):
                for cell, value in zip(row.cells, values, strict=False):
                    cell.text = value
            table = []
        if cells:
            paragraph = made.add_paragraph()
            rest = cells[0]
            while rest:
                cut = rng.randrange(1, 14)
                run = paragraph.add_run(rest[:cut])
                run.bold, run.font.size = rng.random() < 0.2, Pt(rng.choice((12, 14, 16)))
                rest = rest[cut:]
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _workbook(text: str) -> bytes:
    made = openpyxl.Workbook()
    for cells in _rows(text):
        made.active.append(["" if value is None else value for value in cells])
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _seen(name: str, data: bytes) -> str:
    if name.endswith(".docx"):
        made = docx.Document(io.BytesIO(data))
        parts = [each.text for each in made.paragraphs]
        parts += [cell.text for table in made.tables for row in table.rows for cell in row.cells]
        return "\n".join(parts)
    book = openpyxl.load_workbook(io.BytesIO(data))
    return "\n".join(
        str(cell.value) for row in book.active.iter_rows() for cell in row if cell.value is not None
    )


@pytest.mark.law("P6")
@pytest.mark.parametrize("number", range(len(_CHOSEN)), ids=[each.name for each in _CHOSEN])
def test_what_is_labelled_is_gone_and_the_rest_stays(number: int) -> None:
    each = _CHOSEN[number]
    name = f"{number}.docx" if number % 2 else f"{number}.xlsx"
    data = _word(each.text, Random(number)) if number % 2 else _workbook(each.text)
    made = _copy(name, data).content.reveal()
    seen = squeezed(_seen(name, made))
    everything = _everything(made).decode(errors="ignore")
    left = []
    for start, end, kind in each.spans:
        value = squeezed(each.text[start:end])
        if kind in _NUMBERS:
            assert value not in everything, kind
        if value in seen and kind != corpus.AMBIGUOUS:
            left.append((kind, value))
    assert len(left) <= len(each.spans) * 0.05, left
    # What no label touches is still there: the lines without any, word for word.
    spans = sorted((start, end) for start, end, _ in each.spans)
    position = 0
    for line in each.text.split("\n"):
        stop = position + len(line)
        if (
            len(line) > 12
            and not any(start < stop and position < end for start, end in spans)
            and "|" not in line
        ):
            assert squeezed("".join(line.split("\t"))) in seen.replace("\n", ""), line
        position = stop + 1


@pytest.mark.law("P6")
@pytest.mark.parametrize("number", range(6))
def test_pages_of_a_pdf(number: int) -> None:
    rng = Random(number)
    values = [office.resident_id(rng) if rng.random() < 0.5 else office.mobile(rng) for _ in range(20)]
    lines = [f"No. {row + 1}  {value}  {rng.randrange(100, 9000)}.00" for row, value in enumerate(values)]
    made = _copy(f"{number}.pdf", office.pdf(["Payments of August", *lines])).content.reveal()
    assert [value for value in values if value.encode() in _everything(made)] == []
