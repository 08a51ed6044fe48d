"""A budget table as its rows and columns say it: headings, labels, codes, amounts, totals, unit."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Literal

from disclosure_gate.detect.tables import Cell, Table

_AMOUNT = re.compile(r"[-−–]?(?:\d{1,3}(?:[,，]\d{3})+|\d+)(?:\.\d+)?|[（(]\d[\d,，]*(?:\.\d+)?[）)]")
_CODE = re.compile(r"\d{3}(?:\d{2}){0,2}")
_UNIT = re.compile(r"单位\s*[:：]\s*(?:人民币)?\s*(亿元|万元|千元|百元|元)|[（(](亿元|万元|千元|元)[）)]")
_SPACE = re.compile(r"[\s\u3000\x0b]+")
_TOTAL = re.compile(r"(小计|合计|总计)$")
_RANKS = {"小计": 1, "合计": 2, "总计": 3}
_NUMBERED = (
    re.compile(r"[一二三四五六七八九十]+、"),
    re.compile(r"[（(][一二三四五六七八九十]+[）)]"),
    re.compile(r"\d+[.．、]"),
    re.compile(r"[（(]\d+[）)]"),
)
_NO_AMOUNTS = ("编码", "代码", "序号", "行次", "栏次", "%", "％", "比例", "占比", "增长率", "率")
_Role = Literal["blank", "label", "code", "amount", "other"]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a block: its label with level, its code, its amounts by column of the table."""

    label: str = field(repr=False)
    first: Cell = field(repr=False)
    code: str
    level: int  # 0 is the topmost
    rank: int  # 0: an item; 1 小计, 2 合计, 3 总计
    within: bool  # 其中: part of the row above, not an item of its own
    amounts: dict[int, tuple[Decimal, Cell]] = field(repr=False)
    marked: bool = False  # by a number or a code: an item of its level, and no detail of the row above
    loose: bool = False  # unmarked among numbered rows: a detail of the row above, or an item beside it


@dataclass(frozen=True, slots=True)
class Block:
    """A column of labels with the columns of amounts that belong to it; two stand side by side in a 收支总表."""

    columns: tuple[int, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A budget table."""

    table: Table
    name: str = field(repr=False)
    unit: str
    headings: dict[int, tuple[str, ...]] = field(repr=False)  # by column, from above
    blocks: tuple[Block, ...]

    @property
    def empty(self) -> bool:
        """No amount other than zero stands in it."""
        return not any(
            value for block in self.blocks for row in block.rows for value, _ in row.amounts.values()
        )


def amount(text: str) -> Decimal | None:
    """A cell's amount; ``None`` for words, percentages and blanks. In brackets it is negative."""
    plain = _SPACE.sub("", text)
    if not _AMOUNT.fullmatch(plain):
        return None
    negative = plain[0] in "-−–（("
    try:
        value = Decimal(plain.strip("-−–（()）").replace(",", "").replace("，", ""))
    except InvalidOperation:
        return None
    return -value if negative else value


def sheet(table: Table, text: str) -> Sheet | None:
    """Read a table; ``None`` where it holds no column of amounts and no heading of one.

    Args:
        table: the table.
        text: the text of its part, for the indentation of labels.
    """
    width = max(map(len, table.rows), default=0)
    start = _first_row(table)
    if start is None or width < 2:  # noqa: PLR2004  a label and an amount
        return None
    head, body = table.rows[:start], table.rows[start:]
    headings = _headings(head, width)
    roles = [_role(column, headings.get(column, ()), body) for column in range(width)]
    lines = [*table.name.split("\n"), *(row[0].text for row in head if _alone(row))]
    told = _UNIT.search("\n".join([table.name, *(cell.text for row in head for cell in row)]))
    unit = (told[1] or told[2]) if told else ""
    name = "\n".join(_SPACE.sub("", line) for line in lines)
    return Sheet(table, name, unit, headings, _blocks(roles, body, text))


def _first_row(table: Table) -> int | None:
    """The first row below the headings: a label beside an amount; else the row after the last heading."""
    last = None
    for number, row in enumerate(table.rows):
        filled = [cell for cell in row if cell.text]
        if not filled or _is_ruler(row):
            last = number if last is not None else last
            continue
        words = [cell for cell in filled if amount(cell.text) is None]
        numbers = [cell for cell in filled if amount(cell.text) is not None]
        label = bool(words) and _TOTAL.search(_SPACE.sub("", words[0].text))
        if numbers and (words or len(numbers) > 1) and not _names_years(words, numbers):
            return number
        if label and last is not None and len(words) == 1:
            return number
        if len(filled) > 1:
            last = number
    return None if last is None else last + 1


def _is_ruler(row: tuple[Cell, ...]) -> bool:
    """A row that numbers the columns: 栏次 1 2 3."""
    numbers = [cell.text for cell in row if cell.text.isdigit()]
    words = [cell.text for cell in row if cell.text and not cell.text.isdigit()]
    first = int(numbers[0]) if numbers else 0
    in_order = [int(each) for each in numbers] == list(range(first, first + len(numbers)))
    return len(numbers) > 1 and in_order and all("次" in word or "=" in word for word in words)


def _names_years(words: list[Cell], numbers: list[Cell]) -> bool:
    """A heading such as 项目 2025 2026."""
    return all(re.fullmatch(r"20\d\d", cell.text) for cell in numbers) and all(
        cell.text.endswith(("项目", "科目", "名称", "年度", "年份", "类别")) for cell in words
    )


def _alone(row: tuple[Cell, ...]) -> bool:
    return bool(row) and bool(row[0].text) and not any(cell.text for cell in row[1:])


def _headings(head: tuple[tuple[Cell, ...], ...], width: int) -> dict[int, tuple[str, ...]]:
    """Headings by column from above; a heading merged over several columns belongs to each of them."""
    rows = [row for row in head if sum(bool(cell.text) for cell in row) > 1 and not _is_ruler(row)]
    found: dict[int, tuple[str, ...]] = {}
    for depth, row in enumerate(rows):
        texts = [_SPACE.sub("", row[column].text) if column < len(row) else "" for column in range(width)]
        below = rows[depth + 1] if depth + 1 < len(rows) else ()
        over = ""
        for column, text in enumerate(texts):
            over = text or over
            covered = text or (column < len(below) and below[column].text and over)
            if covered:
                found[column] = (*found.get(column, ()), text or over)
    return found


def _role(column: int, headings: tuple[str, ...], body: tuple[tuple[Cell, ...], ...]) -> _Role:
    texts = [row[column].text for row in body if column < len(row) and row[column].text]
    heading = "".join(headings)
    numbers = sum(amount(text) is not None for text in texts)
    if "编码" in heading or "代码" in heading or _are_codes(texts):
        return "code"
    if any(word in heading for word in _NO_AMOUNTS) or all(
        text.endswith(("%", "％")) for text in texts if texts
    ):
        return "other" if texts else "blank"
    if not texts:
        return "amount" if heading.endswith(("数", "额", "计", "支出", "收入", "金额")) else "blank"
    return "amount" if numbers * 2 >= len(texts) else "label"


def _are_codes(texts: list[str]) -> bool:
    """Codes of a classification: all of three, five or seven digits, and longer ones below shorter ones."""
    known = set(texts)
    below = [text for text in known if len(text) > len("201") and text[:-2] in known]
    return bool(below) and all(_CODE.fullmatch(text) for text in texts)


def _blocks(roles: list[_Role], body: tuple[tuple[Cell, ...], ...], text: str) -> tuple[Block, ...]:
    groups: list[tuple[int, int, list[int]]] = []  # label column, code column or -1, amount columns
    code = -1
    for column, role in enumerate(roles):
        if role == "code":
            code = column
        elif role == "label" and (not groups or groups[-1][2]):
            groups.append((column, code, []))
            code = -1
        elif role == "amount" and groups:
            groups[-1][2].append(column)
    if not groups:  # amounts under headings alone, as the three public expenses often stand
        groups.append((-1, code, [column for column, role in enumerate(roles) if role == "amount"]))
    found = []
    for label, coded, columns in groups:
        rows = [_row(row, label, coded, columns, text) for row in body if label < len(row)]
        if columns:
            found.append(Block(tuple(columns), _levelled([row for row in rows if row is not None])))
    return tuple(found)


def _row(row: tuple[Cell, ...], label: int, coded: int, columns: list[int], text: str) -> Row | None:
    plain = _SPACE.sub("", row[label].text) if label >= 0 else ""
    amounts = {
        column: (value, row[column])
        for column in columns
        if column < len(row) and (value := amount(row[column].text)) is not None
    }
    code = row[coded].text if 0 <= coded < len(row) else ""
    if not row or (not plain and not code and (label >= 0 or not amounts)):
        return None
    first = row[max(label, 0)]
    total = _TOTAL.search(plain)
    within = plain.startswith("其中")
    bare = plain.removeprefix("其中").lstrip(":：")
    level = next((number for number, form in enumerate(_NUMBERED) if form.match(bare)), -1)
    marked = bool(code) or level >= 0
    if level < 0:
        before = text[text.rfind("\n", 0, first.start) + 1 : first.start].rpartition("\t")[2]
        level = -1 - len(before)  # set in: settled among all rows by _levelled
    return Row(plain, first, code, level, _RANKS[total[1]] if total else 0, within, amounts, marked)


def _levelled(rows: list[Row]) -> tuple[Row, ...]:
    """Levels from 0: by code where there are codes, by numbering where labels are numbered, else by indentation."""
    if any(row.code for row in rows):
        return tuple(_at(row, (len(row.code) - 3) // 2 if _CODE.fullmatch(row.code) else 0) for row in rows)
    items = [row for row in rows if not row.rank]
    if not any(row.level >= 0 for row in items):
        steps = sorted({-1 - row.level for row in items})
        return tuple(_at(row, 0 if row.rank else steps.index(-1 - row.level)) for row in rows)
    top = min(row.level for row in items if row.level >= 0)
    settled, numbered = [], False
    for row in rows:
        if row.level >= 0 and not row.rank:
            numbered = True
            settled.append(_at(row, row.level - top))
        else:
            # A row without a number below a numbered one may be its detail or stand beside it.
            numbered = numbered and not row.rank
            settled.append(_at(row, 0, loose=numbered))
    return tuple(settled)


def _at(row: Row, level: int, *, loose: bool = False) -> Row:
    return replace(row, level=level, loose=loose)
