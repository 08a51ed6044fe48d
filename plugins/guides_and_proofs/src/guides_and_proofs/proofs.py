"""Lists of proofs (证明事项清单): each with its basis, who asks for it, who issues it, and how it is had."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from disclosure_gate.detect.tables import Cell, Table
from disclosure_gate.model.frozen import Text

Element = Literal["name", "basis", "asker", "issuer", "way"]
_HEADS: dict[Element, tuple[str, ...]] = {
    "name": ("证明名称", "证明事项", "证明事项名称", "证明材料名称", "证明"),
    "basis": ("设定依据", "依据", "法律依据", "设定依据及条款"),
    "asker": ("索要单位", "索要部门", "使用单位", "要求单位", "需求单位"),
    "issuer": ("开具单位", "出具单位", "开具部门", "出具机关", "核发单位"),
    "way": ("办理方式", "开具方式", "办理指南", "开具指南", "获取方式", "办理流程"),
}
TITLES: dict[Element, Text] = {
    "name": Text(zh="证明名称", en="name"),
    "basis": Text(zh="设定依据", en="basis"),
    "asker": Text(zh="索要单位", en="who asks for it"),
    "issuer": Text(zh="开具单位", en="who issues it"),
    "way": Text(zh="办理方式", en="how it is had"),
}
_HEAD_ROWS = 5
_FEWEST = 2
_BLANK = frozenset({"", "/", "-", "—", "无", "待定", "暂无"})


@dataclass(frozen=True, slots=True)
class ProofGap:
    """What of one proof, or of the whole table, is not told, and where."""

    element: Element
    place: str
    told: Text
    whole: bool = False


def proof_gaps(found: Iterable[Table]) -> list[ProofGap]:
    """Gaps of all tables that list proofs, in order. A basis that names no law or document is a gap."""
    gaps: list[ProofGap] = []
    for table in found:
        head = _head(table)
        if head is None:
            continue
        row_number, columns = head
        missing = [element for element in _HEADS if element not in columns]
        gaps += [ProofGap(element, table.where, table.told_whole(), whole=True) for element in missing]
        above: dict[int, Cell] = {}
        for row in table.rows[row_number + 1 :]:
            name = row[columns["name"]] if columns["name"] < len(row) else None
            if name is None or not any(cell.text for cell in row):
                continue
            for element, column in columns.items():
                cell = row[column] if column < len(row) else None
                text = cell.text if cell else ""
                if cell is not None and text:
                    above[column] = cell
                lacks = text in _BLANK or (element == "basis" and "《" not in text and "〔" not in text)
                if lacks and (name.text or element == "name"):
                    place = cell or name
                    gaps.append(ProofGap(element, table.place(place), table.told(place)))
    return gaps


def _head(table: Table) -> tuple[int, dict[Element, int]] | None:
    for number, row in enumerate(table.rows[:_HEAD_ROWS]):
        columns: dict[Element, int] = {}
        for column, cell in enumerate(row):
            plain = "".join(cell.text.split())
            element = next((name for name, words in _HEADS.items() if plain in words), None)
            if element is not None:
                columns.setdefault(element, column)
        if "name" in columns and len(columns) >= _FEWEST:
            return number, columns
    return None
