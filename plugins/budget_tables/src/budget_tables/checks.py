"""What is wrong in the tables of a budget: sums, cross-foots, balance, empty tables, units, three public expenses, depth."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Literal

import yaml

from budget_tables.sheets import Block, Row, Sheet, amount
from disclosure_gate.detect.tables import Cell, Table
from disclosure_gate.model.frozen import Frozen, Text

Kind = Literal["sum", "cross", "balance", "missing", "empty", "unit", "part", "three", "change", "depth"]
_HALF = Decimal("0.5")
_READINGS = 64  # sums that a column without structure may be read to have
_TELLING = 4  # characters by which a sentence names one table and no other
_SPACE = re.compile(r"[\s\u3000\x0b]+")
_EXPLAINED = re.compile(r"空表|无此项|没有|无数据|为零|未安排|不涉及|无收支|无安排|本表无|为空")
_CHANGED = re.compile(
    r"(?:三公|因公出国|公务用车|公务接待)[^。；\n]{0,120}(?:增加|减少|持平|增长|下降|无增减|无变化|相同|一致)"
)
_COMPARED = re.compile(r"年|增|减|比|上期|预算数|决算数|执行数|完成")
_WHOLE = re.compile(r"合计$|总计$|^计$|小计$")


class _Required(Frozen):
    id: str
    title: Text
    all: tuple[str, ...]
    none: tuple[str, ...]
    count: int = 1


class _Part(Frozen):
    id: str = ""
    title: Text
    words: tuple[str, ...]


class _File(Frozen):
    tables: dict[str, tuple[_Required, ...]]
    parts: dict[str, tuple[_Part, ...]]
    three_public: dict[str, _Part]


REQUIRED = _File.model_validate(
    yaml.safe_load((Path(__file__).parent / "required.yaml").read_text(encoding="utf-8"))
)


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing to mend: what kind, where (a place, or the name of what is missing), and in words. Holds no amount."""

    kind: Kind
    where: str
    statement: Text


def check(sheets: Sequence[Sheet], text: str, paper: str) -> list[Issue]:
    """Everything that is wrong, in order of kind and place.

    Args:
        sheets: the tables of the document.
        text: all that a reader of the document sees.
        paper: ``government``, ``department``, or ``none`` where it is not known; then nothing is missed.
    """
    found = [*missing(sheets, paper), *_parts(text, paper), *empty(sheets, text)]
    for each in sheets:
        found += sums(each)
        found += crossed(each)
        found += balance(each)
        if not each.unit and not each.empty:
            place = each.table.told_whole()
            found.append(Issue("unit", each.table.where, _unitless(place)))
        if paper == "department":
            found += depth(each)
    if paper == "department":
        found += three_public(sheets, text)
    return list(dict.fromkeys(found))


# sums down a column


def sums(sheet: Sheet) -> Iterator[Issue]:
    """Totals that are not the sum of their items, and items that are not the sum of theirs."""
    for block in sheet.blocks:
        for column in block.columns:
            for row, items in (*_totals(block.rows), *_parents(block.rows)):
                if column not in row.amounts or not any(column in item.amounts for item in items):
                    continue
                value, cell = row.amounts[column]
                every = [item for item in items if column in item.amounts]
                readings = (every, [item for item in every if not item.loose])
                if any(
                    adds_up(value, [item.amounts[column][0] for item in each], sheet.unit)
                    for each in readings
                ):
                    continue
                parts = [(item.amounts[column][0], item.marked or bool(item.rank)) for item in every]
                if not _adds_up_in_parts(value, parts, sheet.unit):
                    yield Issue("sum", sheet.table.place(cell), _wrong_sum(sheet.table.told(cell)))


def _adds_up_in_parts(total: Decimal, items: Sequence[tuple[Decimal, bool]], unit: str) -> bool:
    """Whether the items add up when some that nothing marks are details of the one above, which they add up to.

    Neither number nor code nor indentation may tell which rows are details, as in 转移性收入 with its three sorts.

    Args:
        total: the total.
        items: amounts in order, and whether each is marked as an item of its own.
        unit: the unit of the table.
    """
    reached: list[set[Decimal]] = [set() for _ in range(len(items) + 1)]
    reached[0].add(Decimal(0))
    for place, (value, _) in enumerate(items):
        ends = [place + 1]
        below = Decimal(0)
        for end in range(place + 1, len(items)):
            if items[end][1]:
                break
            below += items[end][0]
            if end > place + 1 and below == value:
                ends.append(end + 1)
        for end in ends:
            reached[end] |= {found + value for found in reached[place]}
            if len(reached[end]) > _READINGS:
                return True  # too many ways to read it: nothing is said
    return any(adds_up(total, [found], unit) for found in reached[-1])


def adds_up(total: Decimal, parts: Sequence[Decimal], unit: str) -> bool:
    """Whether ``parts`` add up to ``total`` but for rounding.

    Amounts in 元 are exact. In greater units each is off by half of its last digit at most, the total as well.
    """
    difference = abs(total - sum(parts, Decimal(0)))
    if unit == "元":
        return not difference
    digits = max(_decimals(each) for each in (total, *parts))
    return difference <= _HALF.scaleb(-digits) * (len(parts) + 1)


def _decimals(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _totals(rows: Sequence[Row]) -> Iterator[tuple[Row, list[Row]]]:
    """Each total with its items. A total takes in what stands above it since the last of its rank, or what stands below."""
    pending: list[Row] = []
    leading: Row | None = None
    for row in rows:
        if not row.rank:
            if not row.level and not row.within:
                pending.append(row)
            continue
        taken: list[Row] = []
        while pending and pending[-1].rank < row.rank:
            taken.append(pending.pop())
        if taken:
            yield row, taken[::-1]
            pending.append(row)
        elif leading is None and not pending:
            leading = row
        else:
            pending.append(row)
    if leading is not None and pending:
        yield leading, pending


def _parents(rows: Sequence[Row]) -> Iterator[tuple[Row, list[Row]]]:
    """Each item that has items one level below it, with them."""
    coded = {row.code: row for row in rows if row.code}
    if coded:
        for code, row in coded.items():
            children = [
                other for other in rows if other.code[:-2] == code and len(other.code) == len(code) + 2
            ]
            if children:
                yield row, children
        return
    for number, row in enumerate(rows):
        if row.rank or row.within or row.loose:
            continue
        children = []
        for other in rows[number + 1 :]:
            if other.rank or (other.level <= row.level and not other.loose):
                break
            if other.within or other.loose:
                children = []  # 其中 names a part of the row, not all of it; a loose row may stand beside it
                break
            if other.level == row.level + 1:
                children.append(other)
        if children:
            yield row, children


# across a row


def crossed(sheet: Sheet) -> Iterator[Issue]:
    """Rows whose total column is not the sum of the columns it stands over."""
    for block in sheet.blocks:
        for whole, parts in _column_groups(sheet.headings, block.columns):
            for row in block.rows:
                if whole not in row.amounts or not any(column in row.amounts for column in parts):
                    continue
                value, cell = row.amounts[whole]
                known = [row.amounts[column][0] for column in parts if column in row.amounts]
                if not adds_up(value, known, sheet.unit):
                    yield Issue("cross", sheet.table.place(cell), _wrong_cross(sheet.table.told(cell)))


def _column_groups(
    headings: Mapping[int, tuple[str, ...]], columns: Sequence[int]
) -> Iterator[tuple[int, list[int]]]:
    """A total column with its parts: those beside it under one heading, a group being stood for by its own total."""
    paths = {column: headings.get(column, ()) for column in columns}
    if any(not path for path in paths.values()):
        return
    groups = {path[:depth] for path in paths.values() for depth in range(len(path))}
    for group in sorted(groups):
        depth = len(group)
        under = [column for column, path in paths.items() if path[:depth] == group and len(path) > depth]
        wholes = [
            column
            for column in under
            if len(paths[column]) == depth + 1 and _WHOLE.search(paths[column][depth])
        ]
        if len(wholes) != 1:
            continue
        parts: list[int] = []
        for name in dict.fromkeys(paths[column][depth] for column in under if column != wholes[0]):
            members = [column for column in under if paths[column][depth] == name]
            own = [column for column in members if _WHOLE.search(paths[column][-1])]
            parts += own[:1] or members
        names = [paths[column][depth] for column in parts]
        if len(parts) > 1 and not any(_COMPARED.search(name) or name.startswith("其中") for name in names):
            yield wholes[0], parts


def balance(sheet: Sheet) -> Iterator[Issue]:
    """A table of two sides whose grand totals differ."""
    if len(sheet.blocks) != 2:  # noqa: PLR2004  income and expenditure
        return
    left, right = (_grand(block) for block in sheet.blocks)
    if left is None or right is None:
        return
    value, cell = left
    if not adds_up(value, [right[0]], sheet.unit):
        yield Issue("balance", sheet.table.place(cell), _unbalanced(sheet.table.told(cell)))


def _grand(block: Block) -> tuple[Decimal, Cell] | None:
    last = next((row for row in reversed(block.rows) if row.rank == 3), None)  # noqa: PLR2004  总计
    return last.amounts.get(block.columns[0]) if last else None


# what must be there


def missing(sheets: Sequence[Sheet], paper: str) -> Iterator[Issue]:
    """Required tables that no table of the document is."""
    for wanted in REQUIRED.tables.get(paper, ()):
        have = sum(
            all(word in each.name for word in wanted.all)
            and not any(word in each.name for word in wanted.none)
            for each in sheets
        )
        if have < wanted.count:
            yield Issue("missing", wanted.id, _missing(wanted.title, wanted.count, have))


def _parts(text: str, paper: str) -> Iterator[Issue]:
    for part in REQUIRED.parts.get(paper, ()):
        if not any(word in text for word in part.words):
            yield Issue("part", part.id, _lacks(part.title))


def empty(sheets: Iterable[Sheet], text: str) -> Iterator[Issue]:
    """Tables without data of which nothing says so."""
    for each in sheets:
        if not each.empty:
            continue
        own = "".join(cell.text for row in each.table.rows for cell in row) + each.name
        sentences = re.split(r"[。；\n]", text)
        titles = [line.split("表")[0].rpartition("年")[2] for line in each.name.split("\n") if "表" in line]
        said = any(
            len(title) >= _TELLING and title in sentence and _EXPLAINED.search(sentence)
            for sentence in sentences
            for title in titles
        )
        if not _EXPLAINED.search(own) and not said:
            yield Issue("empty", each.table.where, _unexplained(each.table.told_whole()))


def depth(sheet: Sheet) -> Iterator[Issue]:
    """Codes that stop above the level the rules ask for: function to 项 (7 digits), economic to 款 (5)."""
    for block in sheet.blocks:
        codes = {row.code: row for row in block.rows if row.code.isdigit()}
        economic = "基本支出" in sheet.name and all(code[0] in "35" for code in codes)
        deepest = 5 if economic else 7
        for code, row in codes.items():
            leaf = not any(other != code and other.startswith(code) for other in codes)
            functional = code[0] == "2"
            if leaf and len(code) < deepest and (economic or functional):
                yield Issue("depth", sheet.table.place(row.first), _shallow(sheet.table.told(row.first)))


def three_public(sheets: Sequence[Sheet], text: str) -> Iterator[Issue]:
    """The three public expenses: every line there, cars in two, sums right, the change explained."""
    lines = REQUIRED.three_public
    tables = [each for each in sheets if "三公" in each.name] or list(sheets)
    found: dict[str, list[tuple[Table, dict[int, tuple[Decimal, Cell]], str]]] = {}
    for each in tables:
        for name, amounts in _lines(each):
            found.setdefault(name, []).append((each.table, amounts, each.unit))
    shown = _SPACE.sub("", text)
    for name, line in lines.items():
        if name not in found and not any(word in shown for word in line.words):
            yield Issue("three", name, _line_missing(line.title))
    yield from _three_sums(found)
    if not _CHANGED.search(shown):
        yield Issue("change", "three_public", _UNCHANGED)


def _three_sums(
    found: Mapping[str, Sequence[tuple[Table, dict[int, tuple[Decimal, Cell]], str]]],
) -> Iterator[Issue]:
    for whole, parts in (("cars", ("buying", "running")), ("total", ("abroad", "cars", "hosting"))):
        for table, amounts, unit in found.get(whole, ()):
            own = [part for name in parts for part in found.get(name, ()) if part[0] is table]
            if len(own) != len(parts):
                continue
            for key, (value, cell) in amounts.items():
                known = [part[1][key][0] for part in own if key in part[1]]
                if known and not adds_up(value, known, unit):
                    yield Issue("three", table.place(cell), _wrong_three(table.told(cell)))


def _lines(sheet: Sheet) -> Iterator[tuple[str, dict[int, tuple[Decimal, Cell]]]]:
    """The lines of a table of the three expenses, by row, or where headings name them by column."""
    for block in sheet.blocks:
        for row in block.rows:
            name = _line_of(row.label) or ("total" if row.rank or "三公" in row.label else "")
            if name:
                yield name, row.amounts
    for column, path in sheet.headings.items():
        name = _line_of(path[-1]) if path else ""
        if path and _WHOLE.search(path[-1]):
            above = "".join(path[:-1])
            name = "cars" if _line_of(above) == "cars" else "total" if not _line_of(above) else ""
        if name:
            cells = {
                row[column].line: (value, row[column])
                for row in sheet.table.rows
                if column < len(row) and (value := amount(row[column].text)) is not None
            }
            yield name, cells


def _line_of(label: str) -> str:
    plain = _SPACE.sub("", label)
    for name in ("cars", "buying", "running", "abroad", "hosting"):
        if any(word in plain for word in REQUIRED.three_public[name].words):
            return name
    return ""


# sentences


def _unitless(place: Text) -> Text:
    return Text(zh=f"{place.zh}没有注明金额单位", en=f"{place.en} does not say in which unit its amounts are")


def _wrong_sum(place: Text) -> Text:
    return Text(
        zh=f"{place.zh}的合计与各项之和不符", en=f"The total at {place.en} is not the sum of its items."
    )


def _wrong_cross(place: Text) -> Text:
    return Text(
        zh=f"{place.zh}的合计与同一行各栏之和不符", en=f"The total at {place.en} is not the sum of its row."
    )


def _unbalanced(place: Text) -> Text:
    return Text(
        zh=f"{place.zh}的收入总计与支出总计不相等",
        en=f"Total income at {place.en} and total expenditure are not equal.",
    )


def _missing(title: Text, count: int, have: int) -> Text:
    if count > 1:
        return Text(
            zh=f"{title.zh}应有{count}张，只见{have}张",
            en=f"{title.en}: {count} tables are required, {have} found",
        )
    return Text(zh=f"缺少{title.zh}", en=f"the table of {title.en} is missing")


def _lacks(title: Text) -> Text:
    return Text(zh=f"缺少“{title.zh}”部分", en=f"the part on {title.en} is missing")


def _unexplained(place: Text) -> Text:
    return Text(
        zh=f"{place.zh}没有数据，也没有说明；空表照列并注明原因",
        en=f"{place.en} has no data and no word on it; show it empty with a note saying why",
    )


def _shallow(place: Text) -> Text:
    return Text(
        zh=f"{place.zh}的科目没有列到规定的级次（功能分类到项，基本支出经济分类到款）",
        en=f"The item at {place.en} stops above the level asked for: function to 项, economic class of basic expenditure to 款.",
    )


def _line_missing(title: Text) -> Text:
    return Text(zh=f"“三公”经费缺少{title.zh}", en=f"of the three public expenses, {title.en} is missing")


def _wrong_three(place: Text) -> Text:
    return Text(
        zh=f"{place.zh}的“三公”经费数与分项之和不符",
        en=f"The figure of the three public expenses at {place.en} is not the sum of its lines.",
    )


_UNCHANGED = Text(
    zh="没有说明“三公”经费的增减变化及原因",
    en="the change of the three public expenses and its reason are not told",
)
