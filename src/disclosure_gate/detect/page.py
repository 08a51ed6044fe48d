"""One text as detectors see it: folded, its terms found in one pass, its numbers in another, its tables by heading."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Final, NamedTuple, TypeAlias

from disclosure_gate.detect.lexicon import COLUMNS, LABELS

# Full-width digits, letters and the signs that stand in numbers, one code point for one: offsets stay.
_FOLD = {0xFF10 + n: 0x30 + n for n in range(10)} | {0xFF21 + n: 0x41 + n for n in range(26)}
_FOLD |= {0xFF41 + n: 0x61 + n for n in range(26)}
_FOLD |= {0xFF0D: 0x2D, 0x2010: 0x2D, 0x2011: 0x2D, 0x2012: 0x2D, 0x2013: 0x2D, 0x2014: 0x2D, 0x2212: 0x2D}
_FOLD |= {0xFF0B: 0x2B, 0xFF20: 0x40, 0xFF0E: 0x2E, 0xA0: 0x20, 0xFF5C: 0x7C, 0x2502: 0x7C, 0x200B: 0x20}
_FOLDABLE = re.compile(f"[{re.escape(''.join(map(chr, _FOLD)))}]")  # most texts hold none

# No look-behind in front: the search for a first digit stays a search for one character.
_NUMBER = re.compile(r"[0-9][0-9 \t\r\n\x0b\u3000\-]{8,}[0-9Xx](?:[0-9]{2}(?![0-9A-Za-z]))?")
_GROUP = re.compile(r"\d++(?:[Xx](?:\d{2})?)?")
_PLAIN = 20  # digits of the longest number that identifies a person
_SHORTEST = 11  # digits of the shortest number that identifies a person
LABEL_TERMS, COLUMN_TERMS = "labels", "columns"  # owners of terms beside the detectors
# 住 alone says an address only after a comma, and not in 住所, 住房, 住院 …
_LOOSE = frozenset({"，住", "、住", ",住"})
_NO_HOME = frozenset("所房宅院建址户宿")
_REACH = 14  # code points before a value in which a label may say what it is
_BETWEEN = re.compile(
    r"[ \t\u3000]*(?:[（(][^）)\n]{0,8}[）)])?(?:号码|编号|号|信息)?[ \t\u3000]*[为是:：]?[ \t\r\n\x0b\u3000]*(?:\+86[ \-]?)?"
)


class Number(NamedTuple):
    """Digits in groups that single separators join: ``[start, end)`` and the groups' own places."""

    start: int
    end: int
    groups: tuple[tuple[int, int], ...]


class Cell(NamedTuple):
    """One cell of a table below a heading that says what it holds."""

    start: int
    end: int
    column: str  # the heading's role, see lexicon.COLUMNS
    roster: frozenset[str]  # the roles of all columns of its table


class Page:
    """One text. Nothing is computed before a detector asks for it."""

    def __init__(self, text: str, met: Mapping[str, Sequence[tuple[int, int]]]) -> None:
        self.text: Final = text
        self._met = met
        self.notes: dict[str, Any] = {}  # what detectors that work together tell each other

    def copy(self) -> Page:
        """The same page anew: nothing that is noted or changed there is seen here."""
        return Page(self.text, {owner: tuple(places) for owner, places in self._met.items()})

    def met(self, owner: str) -> Sequence[tuple[int, int]]:
        """Where the terms of ``owner``, a detector's name, stand: ``[start, end)`` in order of their ends."""
        return self._met.get(owner, ())

    @cached_property
    def numbers(self) -> tuple[Number, ...]:
        """All stretches of at least eleven digits, single separators between groups allowed."""
        found: list[Number] = []
        text = self.text
        for match in _NUMBER.finditer(text):
            start, end = match.span()
            if (
                end - start <= _PLAIN and match.group().upper().replace("X", "0", 1).isdigit()
            ):  # the usual case: one plain number
                if not (_joins(text, start - 1) or _joins(text, end)):
                    found.append(Number(start, end, ((start, end),)))
                continue
            groups: list[tuple[int, int]] = []
            for group in _GROUP.finditer(text, start, end):
                if _joins(text, group.start() - 1) or _joins(text, group.end()):
                    _keep(groups, found)
                    groups = []
                    continue
                if groups and group.start() - groups[-1][1] > 1:
                    _keep(groups, found)
                    groups = []
                groups.append(group.span())
            _keep(groups, found)
        return tuple(found)

    @cached_property
    def _labels(self) -> tuple[list[int], list[tuple[int, str]]]:
        ends: list[int] = []
        labels: list[tuple[int, str]] = []
        for start, end in sorted(self.met(LABEL_TERMS), key=lambda each: (each[0], -each[1])):
            if ends and end <= ends[-1]:
                continue  # 身份证 within 身份证号码
            word = self.text[start:end]
            if word in _LOOSE and self.text[end : end + 1] in _NO_HOME:
                continue
            ends.append(end)
            labels.append((start, LABELS[word]))
        return ends, labels

    def label(self, position: int) -> str | None:
        """What the words right before ``position`` say stands there: 身份证号, 账号, 合同编号 and so on."""
        ends, labels = self._labels
        index = bisect_right(ends, position) - 1
        if index < 0 or position - ends[index] > _REACH:
            return None
        between = _BETWEEN.match(self.text, ends[index], position)
        return labels[index][1] if between is not None and between.end() == position else None

    @cached_property
    def _values(self) -> dict[str, list[int]]:
        values: dict[str, list[int]] = {}
        ends, labels = self._labels
        for end, (_, label) in zip(ends, labels, strict=True):
            between = _BETWEEN.match(self.text, end)
            values.setdefault(label, []).append(between.end() if between else end)
        return values

    def labelled(self, role: str) -> Sequence[int]:
        """Where a value begins that the words before it call ``role``."""
        return self._values.get(role, ()) if self.met(LABEL_TERMS) else ()

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """The cells of all tables that stand below a heading line, tab, bar or space separated."""
        headings = self.met(COLUMN_TERMS)
        return tuple(_cells(self.text, headings)) if len(headings) > 1 else ()

    @cached_property
    def _columns(self) -> dict[str, list[Cell]]:
        columns: dict[str, list[Cell]] = {}
        for cell in self.cells:
            columns.setdefault(cell.column, []).append(cell)
        return columns

    def below(self, column: str) -> Sequence[Cell]:
        """The cells below headings that stand for ``column``."""
        return self._columns.get(column, ()) if self.cells else ()

    @cached_property
    def column_of(self) -> dict[int, str]:
        """The role of the column by the place where a cell begins."""
        return {cell.start: cell.column for cell in self.cells}


def folded(text: str) -> str:
    """``text`` with full-width digits, letters and signs as ASCII, one code point for one."""
    return text.translate(_FOLD) if _FOLDABLE.search(text) else text


def _joins(text: str, place: int) -> bool:
    """Whether the character at ``place`` belongs to a word that a number beside it is part of."""
    return 0 <= place < len(text) and text[place].isascii() and text[place].isalnum()


def _keep(groups: list[tuple[int, int]], found: list[Number]) -> None:
    if groups and sum(end - start for start, end in groups) >= _SHORTEST:
        found.append(Number(groups[0][0], groups[-1][1], tuple(groups)))


# Tables

_SPACES = re.compile(r"[ \u3000]+")
_WIDE = re.compile(r"[ \u3000]{2,}|\t")
_PARTED_NAME = re.compile(r"(?<![^\s])([\u4e00-\u9fa5])[ \u3000]{1,2}([\u4e00-\u9fa5])(?![^\s])")
_SEPARATED = re.compile(r"[\t| \u3000]")
_MISSES = 3  # lines that do not fit, after which a table is over
_FEWEST = 2
_Split: TypeAlias = Callable[[str, int], list[tuple[int, int]]]


def _cells(text: str, headings: Sequence[tuple[int, int]]) -> Iterator[Cell]:
    position = 0
    by_line: dict[int, list[tuple[int, int]]] = {}
    for start, end in headings:
        by_line.setdefault(text.rfind("\n", 0, start) + 1, []).append((start, end))
    for line in sorted(by_line):
        if line < position:
            continue
        head = _line(text, line)
        if len(by_line[line]) < _FEWEST or not _SEPARATED.search(head):
            continue
        split = _style(head)
        columns = [(place, _role(text, place, by_line[line])) for place in split(head, line)]
        named = [role for _, role in columns if role]
        if len(columns) < _FEWEST or len(named) < _FEWEST:
            continue
        roster = frozenset(named)
        position = line + len(head) + 1
        misses = 0
        while position < len(text) and misses < _MISSES:
            row = _line(text, position)
            places = split(row, position)
            if len(places) >= len(columns) or (split is not _by_spaces and len(places) >= _FEWEST):
                misses = 0
                for (start, end), (_, role) in zip(places, columns, strict=False):
                    if role and end > start:
                        yield Cell(start, end, role, roster)
            elif not row.strip():
                break
            else:
                misses += 1
            position += len(row) + 1


def _line(text: str, start: int) -> str:
    end = text.find("\n", start)
    return text[start : len(text) if end < 0 else end]


def _role(text: str, place: tuple[int, int], headings: Sequence[tuple[int, int]]) -> str:
    within = [
        (end - start, end, COLUMNS[text[start:end]])
        for start, end in headings
        if place[0] <= start and end <= place[1]
    ]
    return max(within)[2] if within else ""


def _style(head: str) -> _Split:
    if "\t" in head:
        return _by_tabs
    if head.count("|") > 1:
        return _by_bars
    return _by_wide_spaces if len(_WIDE.split(head.strip())) > _FEWEST else _by_spaces


def _pieces(line: str, offset: int, separators: Iterator[re.Match[str]]) -> list[tuple[int, int]]:
    places, begin = [], 0
    for separator in separators:
        places.append((begin, separator.start()))
        begin = separator.end()
    places.append((begin, len(line)))
    return [_trimmed(line, start, end, offset) for start, end in places]


def _trimmed(line: str, start: int, end: int, offset: int) -> tuple[int, int]:
    while start < end and line[start].isspace():
        start += 1
    while end > start and line[end - 1].isspace():
        end -= 1
    return offset + start, offset + end


def _by_tabs(line: str, offset: int) -> list[tuple[int, int]]:
    return _pieces(line, offset, re.finditer("\t", line))


def _by_bars(line: str, offset: int) -> list[tuple[int, int]]:
    places = _pieces(line, offset, re.finditer(r"\|", line))
    if line.lstrip().startswith("|"):
        places = places[1:]
    return places[:-1] if line.rstrip().endswith("|") else places


def _by_wide_spaces(line: str, offset: int) -> list[tuple[int, int]]:
    return _stripped(_pieces(line, offset, _WIDE.finditer(line)))


def _by_spaces(line: str, offset: int) -> list[tuple[int, int]]:
    joined = _PARTED_NAME.sub(
        lambda found: found.group(1) + "\x1f" * (len(found.group()) - 2) + found.group(2), line
    )
    return _stripped(_pieces(line, offset, _SPACES.finditer(joined)))


def _stripped(places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return [place for place in places if place[1] > place[0]]
