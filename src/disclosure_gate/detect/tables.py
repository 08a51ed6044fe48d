"""The tables of a document, cell by cell, wherever they stand: sheets, tables of Word files, lines of text.

Read from the text that readers made, so that a cell has the same place as the spans of detectors.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from disclosure_gate.detect.reader import NAME, is_body
from disclosure_gate.model.findings import Reading
from disclosure_gate.model.frozen import Text

_SHEET = re.compile(r"files/(\d+)/sheets/(\d+)")
_FILE = re.compile(r"files/(\d+)")
_WIDE = re.compile(r"[ \u3000]{2,}")
_SPACE = re.compile(r"[ \u3000]+")
_FEWEST_ROWS = 2
_LINES_ABOVE = 3
_FEWEST_NARROW = 3  # columns that single spaces must set apart before that is a table
_Pieces: TypeAlias = tuple[tuple[int, int], ...]


class Cell(NamedTuple):
    """A cell: its text, its code points ``[start, end)`` of the part, its line and column from 0."""

    text: str
    start: int
    end: int
    line: int
    column: int

    def __repr__(self) -> str:
        return f"<cell at {self.start} to {self.end}>"


@dataclass(frozen=True, slots=True)
class Table:
    """A table of one part. ``name`` is the sheet's, or the lines of text right before the table, three at most.

    Rows may differ in length; cells merged in the file have their text in the first one only.
    """

    where: str
    name: str = field(repr=False)
    rows: tuple[tuple[Cell, ...], ...] = field(repr=False)

    def place(self, cell: Cell) -> str:
        """Where a cell stands: ``files/0/sheets/1!C12`` in a workbook, else ``part:line:column`` from 1."""
        if _SHEET.fullmatch(self.where):
            return f"{self.where}!{letters(cell.column)}{cell.line + 1}"
        return f"{self.where}:{cell.line + 1}:{cell.column + 1}"

    def told(self, cell: Cell) -> Text:
        """The place of a cell in words a drafter finds it by; holds no content."""
        sheet = _SHEET.fullmatch(self.where)
        if sheet:
            file, number = int(sheet[1]) + 1, int(sheet[2]) + 1
            name = f"{letters(cell.column)}{cell.line + 1}"
            return Text(
                zh=f"附件{file}第{number}张工作表{name}格", en=f"file {file}, sheet {number}, cell {name}"
            )
        row, column = cell.line + 1, cell.column + 1
        zh, en = self._part()
        return Text(zh=f"{zh}第{row}行第{column}栏", en=f"{en}, line {row}, column {column}")

    def told_whole(self) -> Text:
        """The place of the table itself in words; holds no content."""
        sheet = _SHEET.fullmatch(self.where)
        if sheet:
            file, number = int(sheet[1]) + 1, int(sheet[2]) + 1
            return Text(zh=f"附件{file}第{number}张工作表", en=f"file {file}, sheet {number}")
        zh, en = self._part()
        line = self.rows[0][0].line + 1
        return Text(zh=f"{zh}第{line}行起的表", en=f"the table from line {line} of {en}")

    def _part(self) -> tuple[str, str]:
        file = _FILE.match(self.where)
        return (f"附件{int(file[1]) + 1}", f"file {int(file[1]) + 1}") if file else ("正文", "the text")


def tables(reading: Reading) -> tuple[Table, ...]:
    """All tables that a reader of the document sees, in order. Linear in the length of the text."""
    names = {where.removesuffix(f"/{NAME}"): text for where, text in reading.parts if where.endswith(NAME)}
    found: list[Table] = []
    for where, text in reading.parts:
        if not is_body(where):
            continue
        if _SHEET.fullmatch(where):
            rows = tuple(_cells(line, _tabs(line), number, start) for number, start, line in _lines(text))
            if any(cell.text for row in rows for cell in row):
                found.append(Table(where, names.get(where, ""), rows))
        elif names.get(where, "").lower().endswith(".csv") and "," in text[: text.find("\n")]:
            rows = tuple(_cells(line, _commas(line), number, start) for number, start, line in _lines(text))
            if len(rows) >= _FEWEST_ROWS:
                found.append(Table(where, names[where], rows))
        else:
            found += _within(where, text)
    return tuple(found)


def letters(column: int) -> str:
    """A column's name as office programs show it: 0 is A, 27 is AB."""
    name, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def _within(where: str, text: str) -> Iterator[Table]:
    """Runs of lines that one way of setting columns apart splits alike."""
    rows: list[tuple[Cell, ...]] = []
    style: Callable[[str], _Pieces] | None = None
    name = ""
    above: deque[str] = deque(maxlen=_LINES_ABOVE)
    for number, start, line in (*_lines(text), (-1, len(text), "")):
        pieces = style(line) if style is not None else ()
        if rows and len(pieces) >= _FEWEST_ROWS and (style is not _narrow or len(pieces) == len(rows[0])):
            rows.append(_cells(line, pieces, number, start))
            continue
        if len(rows) >= _FEWEST_ROWS:
            yield Table(where, name, tuple(rows))
        style = next((each for each in (_tabs, _bars, _wide, _narrow) if _fits(each, line)), None)
        rows = [] if style is None else [_cells(line, style(line), number, start)]
        if style is not None:
            name = "\n".join(above)
            above.clear()
        elif line.strip():
            above.append(line.strip())


def _fits(style: Callable[[str], _Pieces], line: str) -> bool:
    return len(style(line)) >= (_FEWEST_NARROW if style is _narrow else _FEWEST_ROWS)


def _lines(text: str) -> Iterator[tuple[int, int, str]]:
    start = 0
    for number, line in enumerate(text.split("\n")):
        yield number, start, line
        start += len(line) + 1


def _cells(line: str, pieces: _Pieces, number: int, start: int) -> tuple[Cell, ...]:
    made = []
    for column, (first, last) in enumerate(pieces):
        piece = line[first:last]
        text = piece.strip()
        begin = start + first + (len(piece) - len(piece.lstrip()) if text else 0)
        made.append(Cell(text, begin, begin + len(text), number, column))
    return tuple(made)


def _split(line: str, separator: re.Pattern[str]) -> _Pieces:
    places, begin = [], 0
    for found in separator.finditer(line):
        places.append((begin, found.start()))
        begin = found.end()
    return (*places, (begin, len(line)))


_TAB, _BAR = re.compile(r"\t"), re.compile(r"[|｜│]")


def _tabs(line: str) -> _Pieces:
    return _split(line, _TAB)


def _commas(line: str) -> _Pieces:
    """As in CSV: a comma between quotation marks sets nothing apart, and the marks are not of the value."""
    places, begin, quoted = [], 0, False
    for position, sign in enumerate(line):
        if sign == '"':
            quoted = not quoted
        elif sign == "," and not quoted:
            places.append((begin, position))
            begin = position + 1
    places.append((begin, len(line)))
    marked = [(first, last, line[first:last].strip()) for first, last in places]
    return tuple(
        (line.index('"', first) + 1, line.rindex('"', first, last))
        if len(text) > 1 and text[0] == text[-1] == '"'
        else (first, last)
        for first, last, text in marked
    )


def _bars(line: str) -> _Pieces:
    if line.count("|") + line.count("｜") + line.count("│") < _FEWEST_ROWS:
        return ()
    pieces = _split(line, _BAR)
    first = 1 if not line[: pieces[0][1]].strip() else 0
    last = len(pieces) - 1 if not line[pieces[-1][0] :].strip() else len(pieces)
    return pieces[first:last]


def _wide(line: str) -> _Pieces:
    if not _WIDE.search(line.strip()):
        return ()
    return tuple(each for each in _split(line, _WIDE) if line[each[0] : each[1]].strip())


def _narrow(line: str) -> _Pieces:
    return tuple(each for each in _split(line, _SPACE) if line[each[0] : each[1]].strip())
