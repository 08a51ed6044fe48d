"""The annual report as a workbook: sums and checks are formulas, and what is unknown stays unknown in them."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from disclosure_gate.model.frozen import Text
from disclosure_gate.register.annual import (
    CARRIED_IN,
    CARRIED_OUT,
    COLUMNS,
    DECISIONS,
    DISPUTES,
    GROUPS,
    NEW,
    OUTCOMES,
    RESULTS,
    TOTAL,
    Figure,
    Report,
)

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Formula:
    """What a cell computes, with its leading ``=``."""

    text: str


Cell: TypeAlias = str | int | Decimal | Formula


def workbook(report: Report, lang: str) -> bytes:
    """The report as .xlsx."""
    from openpyxl import Workbook  # noqa: PLC0415  loaded only where a workbook is written
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side  # noqa: PLC0415

    made = Workbook()
    made.remove(made.worksheets[0])
    line = Side(style="thin", color="B4BAC2")
    for title, rows, widths in sheets(report, lang):
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append([each.text if isinstance(each, Formula) else each for each in row])
        for number, row in enumerate(rows, 1):
            for place, each in enumerate(row):
                cell = sheet.cell(number, place + 1)
                # INVARIANT: nothing anybody typed becomes a formula.
                if isinstance(each, str):
                    cell.data_type = "s"
                cell.border = Border(left=line, right=line, top=line, bottom=line)
                cell.alignment = Alignment(
                    wrap_text=True, vertical="center", horizontal="left" if place == 0 else "center"
                )
                if number == 1:
                    cell.font = Font(bold=True)
                    cell.fill = PatternFill("solid", fgColor="F1F3F0")
        for place, width in enumerate(widths):
            sheet.column_dimensions[_LETTERS[place]].width = width
        sheet.freeze_panes = "B2"
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.fitToWidth = 1
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def sheets(report: Report, lang: str) -> list[tuple[str, list[list[Cell]], Sequence[int]]]:
    """Every sheet: name, rows, widths in characters. The cells of a sum are formulas over the cells it sums."""
    zh = lang == "zh"
    return [
        ("表二 主动公开" if zh else "2 proactive", _proactive(report, lang), (36, 14, 14, 14, 16, 16)),
        ("表三 申请办理" if zh else "3 requests", _requests(report, lang), (46, *[12] * 7)),
        ("表四 复议诉讼" if zh else "4 disputes", _disputes(report, lang), (30, *[12] * 5)),
        ("校验" if zh else "checks", _checks(report, lang), (60, 12, 12, 12)),
        ("评估指标" if zh else "indicators", _indicators(report, lang), (44, 14, 60)),
    ]


def _proactive(report: Report, lang: str) -> list[list[Cell]]:
    zh = lang == "zh"
    rows: list[list[Cell]] = [
        ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数", "上年现行有效", "本年处理决定数量"]
        if zh
        else ["what", "made", "repealed", "in force", "in force before", "decisions"]
    ]
    for key, name in (
        ("rules", "第二十条第（一）项 规章"),
        ("normative", "第二十条第（一）项 行政规范性文件"),
    ):
        cells = report.papers[key]
        rows.append(
            [name if zh else f"art 20(1) {key}", *(_cell(cells[each], lang) for each in ("made", "repealed", "in_force", "in_force_before"))]
        )  # fmt: skip
    for key, _, title in DECISIONS:
        rows.append([title.get(lang), "", "", "", "", _cell(report.decisions[key], lang)])
    fees = "第二十条第（八）项 行政事业性收费（本年收费金额，万元）" if zh else "art 20(8) fees (10,000 yuan)"
    return [*rows, [fees, "", "", "", "", _cell(report.fees, lang)]]


def _requests(report: Report, lang: str) -> list[list[Cell]]:
    heads: list[Cell] = [
        "项目" if lang == "zh" else "row",
        *(title.get(lang) for _, title in COLUMNS),
        "总计" if lang == "zh" else "total",
    ]
    rows: list[list[Cell]] = [heads]
    outcomes: list[int] = []

    def add(key: str, title: Text, prefix: str = "") -> None:
        number = len(rows) + 1
        cells = [_cell(report.requests[column][key], lang) for column, _ in COLUMNS]
        rows.append([f"{prefix}{title.get(lang)}", *cells, _sum(f"B{number}:G{number}", 6, lang)])

    add(NEW.key, NEW.title)
    add(CARRIED_IN.key, CARRIED_IN.title)
    for row in OUTCOMES:
        prefix = GROUPS[row.group].get(lang)
        add(row.key, row.title, f"{prefix} " if prefix else "")
        outcomes.append(len(rows))
    first, last = outcomes[0], outcomes[-1]
    rows.append(
        [TOTAL.title.get(lang), *(_sum(f"{letter}{first}:{letter}{last}", last - first + 1, lang) for letter in "BCDEFGH")]
    )  # fmt: skip
    add(CARRIED_OUT.key, CARRIED_OUT.title)
    sum_row, out_row = len(rows) - 1, len(rows)
    rows.append(
        [
            "校验：一＋二＝三＋四" if lang == "zh" else "check: 1 + 2 = 3 + 4",
            *(
                _equal(f"{letter}2:{letter}3", f"{letter}{sum_row}:{letter}{out_row}", 2, lang)
                for letter in "BCDEFGH"
            ),
        ]
    )
    return rows


def _disputes(report: Report, lang: str) -> list[list[Cell]]:
    rows: list[list[Cell]] = [
        ["", *(title.get(lang) for _, title in RESULTS), "总计" if lang == "zh" else "total"]
    ]
    for number, (key, title) in enumerate(DISPUTES, 2):
        cells = [_cell(report.disputes[key][name], lang) for name, _ in RESULTS]
        rows.append([title.get(lang), *cells, _sum(f"B{number}:E{number}", 4, lang)])
    return rows


def _checks(report: Report, lang: str) -> list[list[Cell]]:
    zh = lang == "zh"
    rows: list[list[Cell]] = [
        ["校验公式", "左", "右", "结果"] if zh else ["formula", "left", "right", "result"]
    ]
    for number, each in enumerate(report.checks, 2):
        sides: list[Cell] = [_unknown(lang) if side is None else side for side in (each.left, each.right)]
        rows.append(
            [each.title.get(lang), *sides, _equal(f"B{number}:B{number}", f"C{number}:C{number}", 1, lang)]
        )
    return rows


def _indicators(report: Report, lang: str) -> list[list[Cell]]:
    head: list[Cell] = ["指标", "数值", "说明"] if lang == "zh" else ["indicator", "value", "note"]
    found: list[list[Cell]] = [
        [each.title.get(lang), each.value or _unknown(lang), each.note.get(lang)]
        for each in report.indicators
    ]
    return [head, *found]


def _cell(figure: Figure, lang: str) -> Cell:
    return _unknown(lang) if figure.value is None else figure.value


def _sum(cells: str, count: int, lang: str) -> Formula:
    return Formula(f'=IF(COUNT({cells})<{count},"{_unknown(lang)}",SUM({cells}))')


def _equal(left: str, right: str, count: int, lang: str) -> Formula:
    good, bad = ("符合", "不符") if lang == "zh" else ("holds", "broken")
    return Formula(
        f'=IF(COUNT({left})+COUNT({right})<{2 * count},"{_unknown(lang)}",IF(SUM({left})=SUM({right}),"{good}","{bad}"))'
    )


def _unknown(lang: str) -> str:
    return "未知" if lang == "zh" else "unknown"


def formulas(cells: Iterable[Cell]) -> list[str]:
    """The formulas among cells."""
    return [each.text for each in cells if isinstance(each, Formula)]
