"""Tables in plain text, read by their headings: tabs, bars, spaces, commas, slashes, or one cell a line."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Container, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from disclosure_gate.detect.lexicon import (
    COLUMNS,
    HEADING_ENDS,
    NO_ROLES,
    OFFICE_ROWS,
    PRIVATE_COLUMNS,
    words,
)

_SPACES = re.compile(r"[ \u3000]+")
_WIDE = re.compile(r"[ \u3000]{2,}|\t")
_PARTED_NAME = re.compile(r"(?<![^\s])([\u4e00-\u9fa5])[ \u3000]{1,2}([\u4e00-\u9fa5])(?![^\s])")
_COMMA, _SEMICOLON, _QUOTED_OR_COMMA = re.compile("[,，]"), re.compile("[;；]"), re.compile('"[^"]*"|[,，]')
_RULE = re.compile(r"[\s|:\-─—+=┼├┤]+")  # the line below a heading in Markdown, or one drawn with signs
_INSIDE = re.compile(r"[（(]([^（）()]{2,8})[）)]")
_ASIDE = re.compile(r"[（(][^）)]*[）)]?|[\s*]+")
_PARTED = re.compile(r"[\t|,，/／;；]|[ \u3000]{2,}")
_PARTS = re.compile("[ \u3000|,，/／;；]")
_VALUED = re.compile(r"\d{11}|(?:^|[\t|])[^\S\t]*[男女][^\S\t]*(?:[\t|]|$)")
_VALUE = re.compile(r"\d{4}(?!年|\d*年度)")  # 护照号码　E 3847 1926　姓名
_FILLED = re.compile(r"[：:][^\s|]")
_SENTENCE = re.compile("[。；：:！？]")
_CALLED = words("人 者 户 对象 家庭 居民 村民 群众 学生 儿童 考生 学员 职工 员工 产妇 孕妇")
_IN_A_CASE = words(
    "户主 群众 居民 村民 申请人 投诉人 信访人 上访人 举报人 受害人 患者 学生 农户 被征收人 监护人 来访人 反映人 诉求人 求助人 当事人 困难户 贫困户 残疾人 帮扶对象 救助对象 慰问对象"
)
# What ends like that is an office; 家长, 办理时间太长 is none.
_OFFICE_HELD = re.compile(
    "(?:[局处科股所站队厂校院园会部组镇乡村县市区州省社行馆班排连团营师军司厅台庭船事书察判士楼格片路河湖林田链巷街首谋机车店矿场段总副]长|主任|书记|法定代表人）?)$"
)
_CITIZENS = frozenset(words("群众代表 居民代表 当事人 证人 家属 受害人 投诉人 举报人 申请人 患者 家长"))
_MISSES = 3  # lines that do not fit, after which a table is over
_FEWEST = 2
_LONGEST_HEADING = 14
_MOST_UPRIGHT = 16  # headings of a table whose cells stand one a line
_OF_NAMES = (["person_name"], ["minor_name"], ["guardian"])  # a name may end like an office: 梁萱长
_NUMBERED = frozenset(
    words(
        "resident_id disability_card bank_card mobile social_security household student_number passport permit"
    )
)
_NAMED = frozenset(words("person_name minor_name guardian"))
_NO_VALUE = frozenset({"无", "/", "-", "—", "——"})
_NO_NAME_ENDS = frozenset("期日间数额号址式型类位")
_NO_HEADING = re.compile("[0-9。；：:！？|\t]")
# The fewest digits of what may stand below a heading of numbers; of those that have no form, any four.
_FEWEST_DIGITS = {"resident_id": 14, "disability_card": 14, "bank_card": 9, "mobile": 7}
_FEW_DIGITS = 4
_LONGEST_CELL = 40  # of a heading, and of a table whose cells stand one a line: a cell, not a sentence
_SHORT_HEADING = 4  # of what may stand before the first heading that is known: 序, 编号
_LEFT_EMPTY = 2  # cells at the end of a row that may be missing
_Split: TypeAlias = Callable[[str, int], list[tuple[int, int]]]


class Cell(NamedTuple):
    """One cell of a table below a heading that says what it holds."""

    start: int
    end: int
    column: str  # the heading's role, see lexicon.COLUMNS
    roster: frozenset[str]  # the roles of all columns of its table
    official: bool = False  # whoever is named in its row is named for an office held
    called: bool = False  # its heading calls a person by what he or she is in a case: 约访群众


class Roster(NamedTuple):
    """A table: where its heading begins and ends, and its cells."""

    start: int
    end: int
    cells: tuple[Cell, ...]


class Row(NamedTuple):
    """A line of cells: what parts them, where each begins and ends. Nothing parts a line that is no row."""

    bar: str
    cells: Sequence[tuple[int, int]]
    first: tuple[int, int] | None  # the first cell that holds anything


_NO_ROW = Row("", (), None)


class Rows:
    """The rows of a text that stand below one another, whether or not anything is known of the first of them.

    Linear: every line is cut once, and the first row of each is looked for once.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._line = (0, -1)  # the line that was asked for last
        self._rows: dict[int, Row] = {}  # by where they begin
        self._tops: dict[int, int] = {}

    def at(self, place: int) -> Row:
        """The row ``place`` stands in."""
        return self._row(self._begin(place))

    def heading(self, place: int) -> str:
        """What stands above ``place`` in the first row, or nothing outside of tables, in their first row, below a sentence."""
        begin = self._begin(place)
        row = self._row(begin)
        if not row.bar:
            return ""
        top = self._top(begin)
        cells = self._row(top).cells
        column = bisect_right(row.cells, (place, len(self._text))) - 1
        if top == begin or not 0 <= column < len(cells):
            return ""
        begin, end = cells[column]
        return self._text[begin:end] if end - begin <= _LONGEST_CELL else ""

    def _begin(self, place: int) -> int:
        begin, end = self._line
        if not begin <= place <= end:
            begin = self._text.rfind("\n", 0, place) + 1
            end = self._text.find("\n", place)
            self._line = begin, end if end >= 0 else len(self._text)
        return begin

    def _row(self, begin: int) -> Row:
        row = self._rows.get(begin)
        if row is None:
            row = self._rows[begin] = _cells(_line(self._text, begin), begin)
        return row

    def _drawn(self, begin: int) -> bool:
        """Whether a line is one that is drawn between two rows."""
        return _RULE.fullmatch(_line(self._text, begin)) is not None

    def _above(self, begin: int) -> int:
        return self._text.rfind("\n", 0, begin - 1) + 1

    def _top(self, begin: int) -> int:
        bar, passed = self._row(begin).bar, [begin]
        while begin > 0 and begin not in self._tops:
            above = self._above(begin)
            if self._row(above).bar != bar:
                if above == 0 or not self._drawn(above):
                    break
                above = self._above(above)
                if self._row(above).bar != bar:
                    break
            begin = above
            passed.append(begin)
        top = self._tops.get(begin, begin)
        self._tops.update(dict.fromkeys(passed, top))
        return top


def _cells(line: str, begin: int) -> Row:
    for bar in "\t|":
        if line.count(bar) >= _FEWEST:
            places = _cut(line, begin, bar)
            return Row(bar, places, next((each for each in places if each[1] > each[0]), None))
    if " " in line or "\u3000" in line:
        places = _by_spaces(line, begin)
        if len(places) > _FEWEST and not _SENTENCE.search(line):
            return Row(" ", places, places[0])
    return _NO_ROW


def rosters(text: str, headings: Sequence[tuple[int, int]]) -> Iterator[Roster]:
    """All tables of ``text``. ``headings`` are the places of the words of COLUMNS in it.

    Linear: every line is split once as a heading or once as a row.
    """
    position = 0
    upto = 0  # no line before this one is the first of a table that lies sideways
    counts: dict[int, int] = {}
    line, stop = 0, -1
    for start, _ in headings:  # in order of their ends: each line is looked for once
        if not line <= start <= stop:
            line = text.rfind("\n", max(0, stop) if start > stop else 0, start) + 1 or (
                0 if stop < 0 else line
            )
            stop = text.find("\n", start)
            stop = len(text) if stop < 0 else stop
        counts[line] = counts.get(line, 0) + 1
    for line in sorted(counts):
        if line < position:
            continue
        head = _line(text, line)
        style = _style(head, line, text)
        if style is None:
            found = _upright(text, line, counts) if len(head) <= _LONGEST_HEADING else None
            if found is None and line >= upto and _ruled(head):
                found, upto = _sideways(text, line)
            if found is not None:
                yield found[0]
                position = found[1]
            continue
        cells: list[Cell] = []
        position = _rows(text, line, style, counts, cells)
        if cells:
            yield Roster(line, line + len(head), tuple(cells))
        else:
            position = line + len(head) + 1


def role(heading: str) -> str:
    """What stands below a heading: by the whole of it, by its end, then by a word within it; else ``""``."""
    bare = _ASIDE.sub("", heading)
    if len(bare) > _LONGEST_HEADING:
        return ""
    if bare in {"等级", "程度"}:
        return "health"  # beside the kind of a disability; 信用等级 is none
    if "少数民族" in bare:
        return ""  # 少数民族发展 is a purpose of money
    known = _ending(bare) or next(
        (inside for each in _INSIDE.findall(heading) if (inside := _ending(each))), ""
    )  # ID No.(证件号)
    if known:
        return known
    size = len(bare)
    for length in range(size - 1, 1, -1):
        for start in range(size - length + 1):
            within = COLUMNS.get(bare[start : start + length])
            if within is not None:
                return within
    return ""


def _ending(bare: str) -> str:
    """What a heading is by the longest end of it that is known."""
    if len(bare) > _LONGEST_HEADING:
        return ""
    for start in range(len(bare)):
        ending = bare[start:]
        if ending in COLUMNS:
            return COLUMNS[ending]
        if ending in HEADING_ENDS:
            return "plain"
    # 护理人, 申请家庭: whoever such a heading calls by what he or she is in a case.
    calls = bare.endswith(_CALLED) and not bare.endswith(NO_ROLES)
    return "person_name" if calls and len(bare) > 1 else ""


class _Style(NamedTuple):
    split: _Split
    roles: list[str]
    exact: bool  # a row has as many cells as the heading, or is none
    called: list[bool]  # which headings call a person by what he or she is in a case


def _style(head: str, line: int, text: str) -> _Style | None:
    """How a heading line is split and what its columns hold, or ``None`` when it is no heading.

    Where several ways split it, the one that splits the row below into as many cells is taken.
    """
    ways = _ways(head)
    if not ways or _FILLED.search(head) or _VALUED.search(head) or _VALUE.search(head):
        return None  # a sentence, or a line of a form: labels with their values
    found: _Style | None = None
    row = _line(text, line + len(head) + 1) if len(ways) > 1 else ""
    for split, exact in ways:
        words_of_it = [head[start - line : end - line] for start, end in split(head, line)]
        roles = [role(word) for word in words_of_it]
        if len(roles) >= _FEWEST and sum(map(bool, roles)) >= _FEWEST:
            if _of_a_form(text, line + len(head) + 1, split, roles):
                return None
            style = _Style(
                split, roles, exact, [_ASIDE.sub("", word).endswith(_IN_A_CASE) for word in words_of_it]
            )
            found = found or style
            if len(ways) == 1 or not row.strip() or len(split(row, 0)) == len(roles):
                return style
    return found


def _ruled(line: str) -> _Split | None:
    """The way in which tabs or bars split a line, which leave no doubt, or ``None``."""
    if "\t" in line:
        return _by_tabs
    return _by_bars if line.count("|") >= _FEWEST else None


def _ways(head: str) -> list[tuple[_Split, bool]]:
    """The ways in which a line may be split into cells, and whether its rows then have as many; none of a sentence."""
    ruled = _ruled(head)
    if ruled is not None:
        return [(ruled, False)]
    if "。" in head or "：" in head or not _PARTS.search(head):
        return []
    ways: list[tuple[_Split, bool]] = []
    if len(_WIDE.split(head.strip())) > _FEWEST:
        ways.append((_by_wide_spaces, False))
    elif head.strip().count("\u3000") >= _FEWEST and " " not in head:
        ways.append((_by_broad_spaces, False))
    if " " in head or "\u3000" in head:
        ways.append((_by_spaces, False))
    if not _SENTENCE.search(head):
        if len(_COMMA.findall(head)) >= _FEWEST:
            ways.append((_by_commas, True))
        if head.count("/") + head.count("／") >= _FEWEST:
            ways.append((_by_slashes, True))
    if len(_SEMICOLON.findall(head)) >= _FEWEST:
        ways.append((_by_semicolons, True))
    return ways


def _of_a_form(text: str, below: int, split: _Split, roles: Sequence[str]) -> bool:
    """Whether a row holds labels with their values, and the one below it too: 受害人 | 谷雨 | 伤情 | 挫伤."""
    if not all(roles[0::2]) or any(roles[1::2]) or len(roles) % 2:
        return False
    row = _line(text, below)
    while row.strip() and _RULE.fullmatch(row):
        below += len(row) + 1
        row = _line(text, below)
    labels = [row[start - below : end - below] for start, end in split(row, below)][0::2]
    return len(labels) >= _FEWEST and any(map(role, labels))


def _rows(text: str, line: int, style: _Style, heads: dict[int, int], cells: list[Cell]) -> int:
    """Adds the cells of the rows below the heading at ``line``; returns where the table is over."""
    split, roles, exact, called = style
    roster = frozenset(filter(None, roles))
    office = "office" in roster and not roster & PRIVATE_COLUMNS
    spaced = split is _by_spaces
    position = line + len(_line(text, line)) + 1
    misses = 0
    while position < len(text) and misses < _MISSES:
        row = _line(text, position)
        if (position in heads or row.partition("\t")[0] in COLUMNS) and _again(
            row, split, position, parted=misses > 0
        ):
            break
        places = split(row, position)
        if misses and len(places) > len(roles) + 1 and _ruled(row):
            break  # another table
        if _RULE.fullmatch(row):
            misses += not row.strip()
        elif _fits(len(places), roles, exact=exact, spaced=spaced) and not (
            len(places) < len(roles) and _FILLED.search(row)
        ):
            misses = 0
            official = (office and not any(text[slice(*each)] in _CITIZENS for each in places)) or any(
                text[start:end] in OFFICE_ROWS or _OFFICE_HELD.search(text, start, end)
                for number, (start, end) in enumerate(places)
                if end - start <= 12 and roles[number : number + 1] not in _OF_NAMES  # noqa: PLR2004  the longest
            )
            cells += [
                Cell(start, end, column, roster, official, calls)
                for (start, end), column, calls in zip(places, roles, called, strict=False)
                if column and end > start
            ]
        else:
            misses += 1
        position += len(row) + 1
    return position


def _fits(count: int, roles: list[str], *, exact: bool, spaced: bool) -> bool:
    if exact:
        return count == len(roles)
    return count >= (max(_FEWEST, len(roles) - _LEFT_EMPTY) if spaced else _FEWEST)


def _again(row: str, split: _Split, position: int, *, parted: bool) -> bool:
    """Whether a row is a heading once more, as on every page of a long table, or that of the next one.

    What is ``parted`` from the rows before, or made otherwise, need only read as headings do: 来访人, 户口簿户号.
    """
    own = _ruled(row) or split
    words = [row[start - position : end - position] for start, end in own(row, position)]
    bare = [_ASIDE.sub("", word) for word in words]
    if (parted or own is not split) and len(bare) >= _FEWEST and all(map(_ending, bare)):
        return True
    return sum(word in COLUMNS for word in bare) >= _FEWEST


def _sideways(text: str, line: int) -> tuple[tuple[Roster, int] | None, int]:
    """A table whose headings stand at the left, one below another: 姓名 | 林立新 | 席平.

    And where its rows are over: where they make no table, fewer of them make none.
    """
    rows: list[tuple[str, list[tuple[int, int]]]] = []
    position = line
    while position < len(text):
        row = _line(text, position)
        split = _ruled(row)
        if split is None or _RULE.fullmatch(row):
            if split is None or not rows:
                break
        else:
            (start, end), *cells = split(row, position)
            heading = role(text[start:end])
            if (
                len(cells) < _FEWEST
                or (not rows and not heading)
                or any(_ending(text[slice(*each)]) for each in cells)
            ):
                break
            rows.append((heading, cells))
        position += len(row) + 1
    roster = frozenset(heading for heading, _ in rows if heading)
    if len(roster) < _FEWEST or not roster & PRIVATE_COLUMNS or roster.isdisjoint(_NAMED):
        return None, position
    made = [
        Cell(start, end, heading, roster)
        for heading, cells in rows
        for start, end in cells
        if heading and end > start
    ]
    return (Roster(line, rows[0][1][0][0] - 1, tuple(made)), position) if made else None, position


def _upright(text: str, line: int, tried: Container[int]) -> tuple[Roster, int] | None:
    """A table whose cells were pasted one a line: headings, then rows of as many lines. What is known is the heading at ``line``."""
    for begin in _first_headings(text, line, tried):
        roles, ends = _headings_upright(text, begin)
        for size in range(_FEWEST, len(roles) + 1):
            head = roles[:size]
            told = sum(map(bool, head)) >= max(_FEWEST, size / 2) and set(head) & PRIVATE_COLUMNS
            # What stands below an unknown heading is counted off by the numbers beside it, or by the names of several rows.
            counted = "" not in head or not _NUMBERED.isdisjoint(head)
            if not told or (size < len(roles) and roles[size]) or (not counted and _NAMED.isdisjoint(head)):
                continue  # before any row is read: whoever reads many takes them
            cells, end = _rows_upright(text, ends[size - 1], head)
            rows = len(cells) // sum(map(bool, head))
            if rows >= (1 if counted else _FEWEST):
                return Roster(begin, ends[size - 1] - 1, tuple(cells)), end
    return None


def _first_headings(text: str, line: int, tried: Container[int]) -> Iterator[int]:
    """Where the headings may begin: at the first of those that are known, or at a word before it, 序.

    Nowhere, if a line before that is one of them was ``tried``: the table would be the same.
    """
    for _ in range(_MOST_UPRIGHT):
        before = text.rfind("\n", 0, max(0, line - 1)) + 1
        if line == 0 or not _heading(text[before : line - 1]):
            break
        if before in tried:
            return
        line = before
    yield line
    before = text.rfind("\n", 0, max(0, line - 1)) + 1
    if line > 0 and 0 < len(text[before : line - 1].strip()) <= _SHORT_HEADING:
        yield before


def _headings_upright(text: str, begin: int) -> tuple[list[str], list[int]]:
    """The roles of the lines that may be headings, from ``begin`` on, and where each of these lines is over."""
    roles: list[str] = []
    ends: list[int] = []
    while len(roles) < _MOST_UPRIGHT and begin < len(text):
        word = _line(text, begin)
        if not word.strip() or len(word.strip()) > _LONGEST_HEADING or _NO_HEADING.search(word.strip()):
            break
        begin += len(word) + 1
        roles.append(_heading(word))
        ends.append(begin)
    return roles, ends


def _heading(word: str) -> str:
    """What stands below a word that is a line by itself, if it is a heading."""
    return "" if _PARTED.search(word.strip()) else _ending(_ASIDE.sub("", word))


def _rows_upright(text: str, position: int, roles: list[str]) -> tuple[list[Cell], int]:
    """The cells of the rows from ``position`` on, as long as they hold what the headings say; and where they end."""
    roster = frozenset(filter(None, roles))
    cells: list[Cell] = []
    end = position
    while position < len(text):
        row: list[Cell] = []
        for column in roles:
            value = _line(text, position)
            start, stop = _trimmed(value, 0, len(value), position)
            if start == stop or stop - start > _LONGEST_CELL or not _holds(text[start:stop], column):
                return cells, end
            row.append(Cell(start, stop, column, roster))
            position += len(value) + 1
            if position > len(text) and len(row) < len(roles):
                return cells, end
        cells += [cell for cell in row if cell.column]
        end = position
    return cells, end


def _holds(value: str, column: str) -> bool:
    """Whether a cell may stand below a heading: a number below one of numbers, and none below one of names."""
    if value in COLUMNS:
        return False  # a form: 救助原因, its value, 救助金额
    digits = sum(map(str.isdigit, value))
    if column in _NUMBERED:
        return digits >= _FEWEST_DIGITS.get(column, _FEW_DIGITS) or value in _NO_VALUE
    return column not in _NAMED or not (digits or _ending(value) or value[-1] in _NO_NAME_ENDS)


def _line(text: str, start: int) -> str:
    end = text.find("\n", start)
    return text[start : len(text) if end < 0 else end]


def _pieces(line: str, offset: int, separators: Iterator[re.Match[str]]) -> list[tuple[int, int]]:
    places, begin = [], 0
    for separator in separators:
        places.append((begin, separator.start()))
        begin = separator.end()
    places.append((begin, len(line)))
    return [_trimmed(line, start, end, offset) for start, end in places]


def _cut(line: str, offset: int, sign: str) -> list[tuple[int, int]]:
    """The places of what one sign parts, blanks around it left out."""
    places: list[tuple[int, int]] = []
    for piece in line.split(sign):
        size, bare = len(piece), piece.lstrip()
        begin = offset + size - len(bare)
        places.append((begin, begin + len(bare.rstrip())))
        offset += size + 1
    return places


def _trimmed(line: str, start: int, end: int, offset: int) -> tuple[int, int]:
    while start < end and line[start].isspace():
        start += 1
    while end > start and line[end - 1].isspace():
        end -= 1
    return offset + start, offset + end


def _by_tabs(line: str, offset: int) -> list[tuple[int, int]]:
    return _cut(line, offset, "\t")


def _by_bars(line: str, offset: int) -> list[tuple[int, int]]:
    places = _cut(line, offset, "|")
    if line.lstrip().startswith("|"):
        places = places[1:]
    return places[:-1] if line.rstrip().endswith("|") else places


def _by_commas(line: str, offset: int) -> list[tuple[int, int]]:
    """What commas part that are not within quotation marks, which are no part of a value."""
    commas = (each for each in _QUOTED_OR_COMMA.finditer(line) if each.group() in {",", "，"})
    places = _pieces(line, offset, commas)
    return [
        (start + 1, end - 1)
        if line[start - offset : start - offset + 1] == '"' and end - start > 1
        else (start, end)
        for start, end in places
    ]


def _by_semicolons(line: str, offset: int) -> list[tuple[int, int]]:
    return _pieces(line, offset, _SEMICOLON.finditer(line))


def _by_slashes(line: str, offset: int) -> list[tuple[int, int]]:
    return _cut(line.replace("／", "/"), offset, "/")


def _by_broad_spaces(line: str, offset: int) -> list[tuple[int, int]]:
    return _stripped(_pieces(line, offset, re.finditer("\u3000+", line)))


def _by_wide_spaces(line: str, offset: int) -> list[tuple[int, int]]:
    return _stripped(_pieces(line, offset, _WIDE.finditer(line)))


def _by_spaces(line: str, offset: int) -> list[tuple[int, int]]:
    joined = _PARTED_NAME.sub(
        lambda found: found.group(1) + "\x1f" * (len(found.group()) - 2) + found.group(2), line
    )
    return _stripped(_pieces(line, offset, _SPACES.finditer(joined)))


def _stripped(places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return [place for place in places if place[1] > place[0]]
