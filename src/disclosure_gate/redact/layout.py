"""Where the text of a printed page runs on: lines that only the width of a page broke, tables by their ruled lines.

A page tells where each character stands and nothing more. Detection reads sentences, numbers and columns;
a number that a narrow cell broke in three, or a heading that is not known to stand above its column,
would not be found. So lines are joined where the next word had no room, cells are read whole and set
apart by tabs, rows by line ends, and the pages of a document are one text.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import NamedTuple, TypeVar, cast

_EM = 0.8  # of the height of a line: the width of one Chinese character, about
_SAME_LINE = 0.4  # of the height: how far the middles of two characters of a line lie apart
_BACK = 0.7  # em that a character may stand left of the end of its line
_OVER = 0.3  # of the width of a character that the next one of its line may stand over
_BESIDE = 0.5  # em between two pieces of one line
_ASKED = 8.0  # em between a colon and what is filled in behind it
_COLUMN = 1.8  # em of white that sets columns apart where no line is ruled
_NEAR = 2.0  # points between two ruled lines that are one
_BRIDGED = 4.0  # points between two pieces of a ruled line
_PADDING = 6.0  # points between the text of a cell and its border, at most
_INDENT = 0.8  # em by which the first line of a paragraph stands in
_FULL = 0.6  # of the width of a page: a line so long is one of running text
_WIDE = 0.12  # of the width of a page: a number so long leaves much of a line white when it has no room there
_MARGIN = 0.09  # of the height of a page, where its number stands
_FAR = 3.0  # heights between the tops of two lines of a paragraph
_LONG = 8  # characters of a line that tells where the right margin is
_PAGE_NUMBER = re.compile(r"[-—－–·\s]*(?:第?\d{1,4}页?(?:[/，共]+\d{1,4}页?)?)[-—－–·\s]*")
_TOKEN = re.compile(r"[A-Za-z0-9.,:%*@/\-]+|.[，。；：、！？）》”’]*", re.DOTALL)
_NUMERALS = re.compile(r"[0-9]+[Xx]?|[Xx](?![A-Za-z])")
_NUMERALS_AT_END = re.compile(r"(?<![0-9])[0-9]+$")
_PARTED = re.compile(r"[0-9]-$")
_END = 3  # figures
_FIGURES = re.compile(r"[0-9](?:[0-9.,\-]*[0-9])?[Xx]?|[Xx](?![A-Za-z])")
_WHOLE = frozenset({11, 15, 16, 17, 18, 19, 20})  # digits of numbers that identify somebody
_FEWEST_ROWS = 3
_RIVER = 0.2  # em of white that runs down between the columns of a table without rules
_T = TypeVar("_T")
_BREAK, _CELL, _ROW = "\x0b", "\t", "\n"


class Glyph(NamedTuple):
    """A character as it is seen: its box in points from the left and from above, its page and its number there."""

    char: str
    left: float
    top: float
    right: float
    bottom: float
    page: int
    number: int


class Ruling(NamedTuple):
    """A ruled line, upright or level: ``at`` this place, from ``first`` to ``last`` along it, in points."""

    at: float
    first: float
    last: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one page shows."""

    width: float
    height: float
    glyphs: Sequence[Glyph]
    upright: Sequence[Ruling] = ()
    level: Sequence[Ruling] = ()


class Flow:
    """The text of a document, and for each of its characters the page and the number there of what shows it."""

    def __init__(self) -> None:
        self._chars: list[str] = []
        self.pages = array("i")  # -1 where a character is made up: breaks and blanks
        self.numbers = array("i")

    @property
    def text(self) -> str:
        """All of it, in reading order."""
        return "".join(self._chars)

    def add(self, pieces: Iterable[Glyph | str]) -> None:
        """Characters that are shown, and signs between them."""
        for piece in pieces:
            char, page, number = (
                (piece, -1, -1) if isinstance(piece, str) else (piece.char, piece.page, piece.number)
            )
            self._chars.append(char)
            self.pages.append(page)
            self.numbers.append(number)


def flow(sheets: Iterable[Sheet]) -> Flow:
    """The pages of a document as one text; numbers of pages and headings printed again come last."""
    whole = Flow()
    last: _Line | _Row | None = None  # not written yet: the next page may go on with it
    heading: _Row | None = None
    again: list[_Line | _Row] = []
    columns = _Columns()
    margin = 0.0  # of the page on which the last block stands
    for sheet in sheets:
        blocks = _blocks(sheet, columns)
        own_margin = _right_margin(blocks, sheet)
        top = True
        for block in blocks:
            if isinstance(block, _Line) and _numbers_page(block, sheet):
                again.append(block)
                continue
            if isinstance(block, _Row):
                if not isinstance(last, _Row):
                    heading = block
                elif top and heading is not None and block.says() == heading.says():
                    again.append(block)
                    continue
                elif top and last.broken_off(block):
                    last.take(block)
                    top = False
                    continue
            if last is not None:
                whole.add(last.pieces())
                whole.add(_between(last, block, margin))
            last, top, margin = block, False, own_margin
    if last is not None:
        whole.add(last.pieces())
    for block in again:
        whole.add([*([_ROW] if whole.pages else ()), *block.pieces()])
    return whole


def _between(before: _Line | _Row, after: _Line | _Row, margin: float) -> str:
    if isinstance(before, _Line) and isinstance(after, _Line) and before.runs_on(after, margin):
        return _seam(before, after)
    return _ROW


# Lines


@dataclass(slots=True)
class _Line:
    """Characters beside one another."""

    glyphs: list[Glyph] = field(default_factory=list)
    page_width: float = 0.0
    tabs: bool = True

    @property
    def left(self) -> float:
        return self.glyphs[0].left

    @property
    def right(self) -> float:
        return max(each.right for each in self.glyphs[-3:])

    @property
    def top(self) -> float:
        return self.glyphs[0].top

    @property
    def bottom(self) -> float:
        return self.glyphs[0].bottom

    @property
    def height(self) -> float:
        return max(self.bottom - self.top, 1.0)

    @property
    def em(self) -> float:
        return self.height * _EM

    def holds(self, glyph: Glyph) -> bool:
        """Whether a character that comes next stands on this line."""
        middle, height = (glyph.top + glyph.bottom) / 2, max(glyph.bottom - glyph.top, 1.0)
        last = self.glyphs[-1]
        level = abs(middle - (last.top + last.bottom) / 2) < _SAME_LINE * max(height, self.height)
        return level and glyph.left > last.right - _BACK * max(height, self.height)

    def apart(self) -> bool:
        """Whether white sets columns apart on this line."""
        return any(after.left - before.right > _COLUMN * self.em for before, after in pairwise(self.glyphs))

    def pieces(self) -> Iterator[Glyph | str]:
        """The characters, with blanks where white sets them apart."""
        before: Glyph | None = None
        for number, glyph in enumerate(self.glyphs):
            if before is not None:
                yield from self._blank(before, glyph, cut=self._cut_off(number))
            yield glyph
            before = glyph

    def _cut_off(self, number: int) -> bool:
        """Whether the next cell stands over a number: unlike in one set close, no pair beside them is as near."""
        before = self.glyphs[number - 1]
        gap, over = self.glyphs[number].left - before.right, _OVER * (before.right - before.left)
        if not before.char.isdigit() or gap >= -over:
            return False
        beside = self.glyphs[max(number - 2, 0) : number], self.glyphs[number : number + 2]
        return all(gap < after.left - one.right - over for pair in beside for one, after in pairwise(pair))

    def _blank(self, before: Glyph, after: Glyph, *, cut: bool) -> str:
        gap, em = after.left - before.right, self.em
        if gap > _COLUMN * em or cut:
            return _CELL if self.tabs else " "
        ascii_before, ascii_after = before.char.isascii(), after.char.isascii()
        if ascii_before and ascii_after:
            least = 0.35 if before.char.isdigit() and after.char.isdigit() else 0.15
        else:
            # Between a Chinese character and a figure printers leave a quarter of a character.
            least = 0.6 if ascii_before or ascii_after else 0.5
        return " " if gap > least * em else ""

    def first_word(self) -> float:
        """The width of what would have had to stand on the line before."""
        start = "".join(each.char for each in self.glyphs[:200])
        found = _TOKEN.match(start)
        last = self.glyphs[(found.end() if found else 1) - 1]
        return last.right - self.left

    def runs_on(self, after: _Line, margin: float) -> bool:
        """Whether ``after`` goes on with this line: the same hand, not set in, and its first word had no room."""
        alike = 0.75 < after.height / self.height < 1.33  # noqa: PLR2004  one size of type
        near = after.top < self.top or after.top - self.top < _FAR * self.height  # else on the next page
        word = after.first_word()
        long = self.right - self.left > _FULL * self.page_width or word > _WIDE * self.page_width
        no_room = self.right + word > margin - 0.3 * self.em
        flush = after.left < self.left + _INDENT * self.em
        goes_on = (long and no_room) or _hyphenated(self, after)
        return alike and near and goes_on and flush and not self.apart() and not after.apart()


def _hyphenated(before: _Line, after: _Line) -> bool:
    """Whether a line ends within a number of several parts: 138-1234- and 5678."""
    said = "".join(each.char for each in before.glyphs[-2:])
    return said[:1].isdigit() and said[1:] == "-" and after.glyphs[0].char.isdigit()


def _seam(before: _Line, after: _Line) -> str:
    """What stands where two lines are joined: a blank between two words of letters, else nothing."""
    last, first = before.glyphs[-1].char, after.glyphs[0].char
    return " " if last.isascii() and first.isascii() and last.isalpha() and first.isalpha() else ""


def _lines(glyphs: Sequence[Glyph], page_width: float, *, tabs: bool) -> list[_Line]:
    """Lines in the order in which they are written."""
    lines: list[_Line] = []
    for glyph in glyphs:
        if lines and lines[-1].holds(glyph):
            lines[-1].glyphs.append(glyph)
        else:
            lines.append(_Line([glyph], page_width, tabs))
    return lines


def _mended(lines: list[_Line]) -> list[_Line]:
    """Lines, each that was written in pieces made one: the words of a form, then what is filled in between them."""
    kept: list[_Line | None] = [*lines]
    for level in _levels(range(len(lines)), lambda number: lines[number].glyphs[0]):
        for numbers in _touching(sorted(level, key=lambda number: lines[number].left), lines):
            glyphs = sorted(
                (each for number in numbers for each in lines[number].glyphs), key=lambda each: each.left
            )
            if any(
                after.left < before.right - _OVER * (before.right - before.left)
                for before, after in pairwise(glyphs)
            ):
                continue  # one stands over the other
            first = min(numbers)
            for number in numbers:
                kept[number] = None
            kept[first] = _Line(glyphs, lines[first].page_width, lines[first].tabs)
    return [each for each in kept if each is not None]


def _touching(level: Sequence[int], lines: Sequence[_Line]) -> Iterator[list[int]]:
    """Of lines at one level, from left to right, those that stand in the gaps of others or fill in what a colon asks."""
    found: list[int] = []
    right, asks = 0.0, False
    for number in level:
        line = lines[number]
        gap = (line.left - right) / line.em
        if found and (gap < _BESIDE or (asks and gap < _ASKED)):
            found.append(number)
        else:
            if len(found) > 1:
                yield found
            found, right = [number], line.right
        if line.right >= right:
            right, asks = line.right, line.glyphs[-1].char in "：:"
    if len(found) > 1:
        yield found


def _levels(items: Iterable[_T], shown: Callable[[_T], Glyph]) -> list[list[_T]]:
    """Items by the level at which they stand, from above."""
    levels: list[list[_T]] = []
    for item in sorted(items, key=lambda each: shown(each).top + shown(each).bottom):
        glyph = shown(item)
        if levels:
            other = shown(levels[-1][0])
            height = max(other.bottom - other.top, glyph.bottom - glyph.top, 1.0)
            if abs(glyph.top + glyph.bottom - other.top - other.bottom) / 2 < _SAME_LINE * height:
                levels[-1].append(item)
                continue
        levels.append([item])
    return levels


def _right_margin(blocks: Sequence[_Line | _Row], sheet: Sheet) -> float:
    lines = [each for each in blocks if isinstance(each, _Line)]
    rights = sorted(
        line.right
        for line in lines
        if len(line.glyphs) >= _LONG and line.right - line.left > _FULL * sheet.width
    )
    return rights[-1] if rights else sheet.width


def _numbers_page(line: _Line, sheet: Sheet) -> bool:
    middle = (line.top + line.bottom) / 2 / max(sheet.height, 1.0)
    outside = middle < _MARGIN or middle > 1 - _MARGIN
    return outside and _PAGE_NUMBER.fullmatch("".join(each.char for each in line.glyphs)) is not None


# Tables


class _Cell(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float


@dataclass(slots=True)
class _Row:
    """Cells beside one another, an empty one for each column that has none here."""

    top: float
    cells: list[list[Glyph | str]]
    lefts: Sequence[float] = ()  # of its columns, where lines are ruled

    def says(self) -> list[str]:
        """The words of every cell."""
        return [
            "".join(piece if isinstance(piece, str) else piece.char for piece in cell) for cell in self.cells
        ]

    def broken_off(self, after: _Row) -> bool:
        """Whether the next page goes on with this row: a number that is none on either page is one on both."""
        here, there = self.says(), _Row(after.top, after._under(self)).says()
        return len(here) == len(there) and not there[0] and any(map(_number_broken_off, here, there))

    def take(self, after: _Row) -> None:
        """Add what the next page says of this row: the rest of a number without a sign between."""
        cells = after._under(self)
        said = zip(self.cells, cells, self.says(), _Row(after.top, cells).says(), strict=True)
        self.cells = [
            [*cell, *([_BREAK] if _two_meet(here, there) else ()), *rest] for cell, rest, here, there in said
        ]

    def _under(self, before: _Row) -> list[list[Glyph | str]]:
        """The cells below those of another row: a page on which a column is empty does not tell of it."""
        at = [_nearest(before.lefts, left) for left in self.lefts]
        if len(self.cells) == len(before.cells) or not at or None in at:
            return self.cells
        cells: list[list[Glyph | str]] = [[] for _ in before.cells]
        for number, cell in zip(at, self.cells, strict=True):
            cells[cast("int", number)] = cell
        return cells

    def pieces(self) -> Iterator[Glyph | str]:
        """The cells from left to right."""
        for number, cell in enumerate(self.cells):
            if number:
                yield _CELL
            yield from cell


def _nearest(places: Sequence[float], place: float) -> int | None:
    return next((number for number, each in enumerate(places) if abs(each - place) <= _NEAR), None)


def _two_meet(here: str, there: str) -> bool:
    """Whether a cell ends with a number of its own, and on the next page goes on with another one."""
    return here[-1:].isdigit() and there[:1].isdigit() and not _number_broken_off(here, there)


def _number_broken_off(here: str, there: str) -> bool:
    """Whether a cell ends within a number that the same cell of the next page goes on with."""
    if _PARTED.search(here) and there[:1].isdigit():
        return True
    one, other = _NUMERALS_AT_END.search(here), _NUMERALS.match(there)
    if one is None or other is None:
        return False
    most, least = len(one[0]), len(other[0])
    # With no more than an end on the next page the number is one, though it has as many figures as others.
    return most + least in _WHOLE and (not {most, least} & _WHOLE or least <= _END)


def _blocks(sheet: Sheet, columns: _Columns) -> list[_Line | _Row]:
    """The lines of a page in the order in which they are written, its tables among them where they stand."""
    cells, free = _cells(sheet)
    blocks: list[_Line | _Row] = []
    groups = _groups(cells)
    boxed = {each.number for group in groups if len(group) == 1 for each in cells[group[0]]}
    if boxed:  # a frame, or the field of a form: its words stand among those around it
        boxed |= {each.number for each in free}
        free = [each for each in sheet.glyphs if each.number in boxed]
    tables = [list(_rows(group, cells, sheet)) for group in groups if len(group) > 1]
    lines = _aligned(_mended(_lines(free, sheet.width, tabs=True)), columns)
    for line in lines:
        while tables and tables[0][0].top <= line.top:
            blocks += tables.pop(0)
        blocks.append(line)
    for table in tables:
        blocks += table
    return blocks


def _cells(sheet: Sheet) -> tuple[dict[_Cell, list[Glyph]], list[Glyph]]:
    """Characters by the cell they stand in, and those that stand in none."""
    grid = _Grid(_merged(sheet.upright), _merged(sheet.level))
    cells: dict[_Cell, list[Glyph]] = {}
    free: list[Glyph] = []
    cell: _Cell | None = None
    for glyph in sheet.glyphs:
        across, down = (glyph.left + glyph.right) / 2, (glyph.top + glyph.bottom) / 2
        if cell is None or not (cell.left <= across <= cell.right and cell.top <= down <= cell.bottom):
            cell = grid.cell(across, down)
        if cell is None:
            free.append(glyph)
        else:
            cells.setdefault(cell, []).append(glyph)
    return cells, free


class _Columns:
    """The columns of a table without rules: white runs down between them, from page to page."""

    def __init__(self) -> None:
        self._inked: list[tuple[float, float]] = []

    def of(self, lines: Sequence[_Line]) -> list[float]:
        """Where columns begin. Those of the table before hold on where they fit, as its heading stands above them."""
        em = min(line.em for line in lines)
        own = _together([(each.left, each.right) for line in lines for each in line.glyphs], em)
        both = _together([*self._inked, *own], em)
        self._inked = both if len(both) >= len(own) else own
        return [left for left, _ in self._inked]


def _together(inked: list[tuple[float, float]], em: float) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for left, right in sorted(inked):
        if found and left <= found[-1][1] + _RIVER * em:
            found[-1] = found[-1][0], max(found[-1][1], right)
        else:
            found.append((left, right))
    return found


def _aligned(lines: Sequence[_Line], known: _Columns) -> list[_Line | _Row]:
    """Lines, and as rows those whose columns white sets apart all the way down."""
    found: list[_Line | _Row] = []
    for apart, group in groupby(lines, key=_Line.apart):
        run = list(group)
        columns = known.of(run) if apart and len(run) >= _FEWEST_ROWS else []
        if len(columns) < 2:  # noqa: PLR2004  no table
            found += run
            continue
        for line in run:
            cells: list[list[Glyph | str]] = [[] for _ in columns]
            for column, glyphs in groupby(line.glyphs, key=lambda each: bisect_right(columns, each.left) - 1):
                cells[max(column, 0)] += _Line(list(glyphs), line.page_width, tabs=False).pieces()
            found.append(_Row(line.top, cells))
    return found


class _Grid:
    """Ruled lines by their place."""

    def __init__(self, upright: list[Ruling], level: list[Ruling]) -> None:
        self._upright, self._level = upright, level
        self._across = [each.at for each in upright]
        self._down = [each.at for each in level]

    def cell(self, across: float, down: float) -> _Cell | None:
        """The four lines around a place, or ``None`` where one is missing."""
        if not self._upright or not self._level:
            return None
        left, right = _around(self._upright, self._across, across, down)
        top, bottom = _around(self._level, self._down, down, across)
        if left is None or right is None or top is None or bottom is None:
            return None
        return _Cell(left, top, right, bottom)


def _around(
    rulings: list[Ruling], places: list[float], at: float, along: float
) -> tuple[float | None, float | None]:
    index = bisect_right(places, at)
    before = next(
        (r.at for r in reversed(rulings[:index]) if r.first - _NEAR <= along <= r.last + _NEAR), None
    )
    after = next((r.at for r in rulings[index:] if r.first - _NEAR <= along <= r.last + _NEAR), None)
    return before, after


def _merged(rulings: Iterable[Ruling]) -> list[Ruling]:
    """Pieces of one line as one, in order of place."""
    groups: list[list[Ruling]] = []
    for each in sorted(rulings):
        if groups and each.at - groups[-1][0].at <= _NEAR:
            groups[-1].append(each)
        else:
            groups.append([each])
    found: list[Ruling] = []
    for group in groups:
        pieces = sorted(group, key=lambda each: each.first)
        at, first, last = pieces[0]
        for piece in pieces[1:]:
            if piece.first <= last + _BRIDGED:
                last = max(last, piece.last)
            else:
                found.append(Ruling(at, first, last))
                first, last = piece.first, piece.last
        found.append(Ruling(at, first, last))
    return sorted(found)


def _groups(cells: Iterable[_Cell]) -> list[list[_Cell]]:
    """Cells that touch: each group is one table."""
    groups: list[list[_Cell]] = []
    floor = 0.0
    for cell in sorted(cells, key=lambda each: (each.top, each.left)):
        if groups and cell.top <= floor + _NEAR:
            groups[-1].append(cell)
            floor = max(floor, cell.bottom)
        else:
            groups.append([cell])
            floor = cell.bottom
    return groups


def _rows(table: list[_Cell], cells: dict[_Cell, list[Glyph]], sheet: Sheet) -> Iterator[_Line | _Row]:
    """The rows of a table; a cell as wide as all of it is read as running text."""
    columns = _distinct(each.left for each in table)
    tops = _distinct(each.top for each in table)
    for number, top in enumerate(tops):
        row = sorted((each for each in table if abs(each.top - top) <= _NEAR), key=lambda each: each.left)
        if len(columns) == 1 or (len(row) == 1 and _spans_all(row[0], table)):
            for cell in row:
                yield from _lines(in_lines(cells[cell]), sheet.width, tabs=True)
            continue
        filled: list[list[Glyph | str]] = [[] for _ in columns]
        for cell in row:
            column = bisect_right(columns, cell.left + _NEAR) - 1
            filled[column] += _cell_text(cell, cells[cell], heading=number == 0)
        yield _Row(top, filled, columns)


def _spans_all(cell: _Cell, table: list[_Cell]) -> bool:
    left, right = min(each.left for each in table), max(each.right for each in table)
    return cell.left <= left + _NEAR and cell.right >= right - _NEAR


def _distinct(places: Iterable[float]) -> list[float]:
    found: list[float] = []
    for place in sorted(places):
        if not found or place - found[-1] > _NEAR:
            found.append(place)
    return found


def in_lines(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Characters line by line from above, whatever order they were written in."""
    levels = _levels(glyphs, lambda each: each)
    return [glyph for level in levels for glyph in sorted(level, key=lambda each: each.left)]


def _cell_text(cell: _Cell, glyphs: Sequence[Glyph], *, heading: bool) -> Iterator[Glyph | str]:
    """What a cell says: lines that had no room are one, others are set apart; a heading is one in any case."""
    lines = _lines(in_lines(glyphs), cell.right - cell.left, tabs=False)
    padding = min(_PADDING, max(1.0, min(each.left for each in lines) - cell.left))
    edge = cell.right - padding
    before: _Line | None = None
    for line in lines:
        if before is not None:
            no_room = before.right + line.first_word() > edge - 0.1 * before.em
            one = _hyphenated(before, line) or (
                (heading or no_room) and not _two_numbers(before, line, edge - cell.left - padding)
            )
            yield from _seam(before, line) if one else _BREAK
        yield from line.pieces()
        before = line


def _two_numbers(before: _Line, after: _Line, room: float) -> bool:
    """Whether two lines of a cell with so much room say a number each, and not two halves of one."""
    one, other = ("".join(each.char for each in line.glyphs) for line in (before, after))
    if not _FIGURES.fullmatch(one) or not _FIGURES.match(other):
        return False
    whole = all("-" in each or len(each) in _WHOLE for each in (one, other))
    parted = " " in before.pieces()  # in groups of figures: it was broken between two of them
    first = after.glyphs[0]
    return whole or (not parted and before.right - before.left + first.right - first.left <= room)
