"""One text as detectors see it: folded, its terms found in one pass, its numbers in another, its tables by heading."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import repeat
from types import MappingProxyType
from typing import Any, Final, Generic, NamedTuple, TypeVar

from disclosure_gate.detect.lexicon import LABELS
from disclosure_gate.detect.rosters import Cell, Roster, Rows, rosters

# Full-width digits, letters and the signs that stand in numbers, one code point for one: offsets stay.
_FOLD = {0xFF10 + n: 0x30 + n for n in range(10)} | {0xFF21 + n: 0x41 + n for n in range(26)}
_FOLD |= {0xFF41 + n: 0x61 + n for n in range(26)}
_FOLD |= {0xFF0D: 0x2D, 0x2010: 0x2D, 0x2011: 0x2D, 0x2012: 0x2D, 0x2013: 0x2D, 0x2014: 0x2D, 0x2212: 0x2D}
_FOLD |= {0xFF0B: 0x2B, 0xFF20: 0x40, 0xFF0E: 0x2E, 0xA0: 0x20, 0xFF5C: 0x7C}
_FOLD |= dict.fromkeys((0xA6, 0x2502, 0x2503, 0x2551), 0x7C)  # ¦ │ ┃ ║
# Spaces of all widths, and what has none: texts copied from a page or a message are full of them.
_FOLD |= dict.fromkeys((0x25A1, 0xAD, 0x202F, 0x205F, 0x2060, 0xFEFF), 0x20) | dict.fromkeys(
    range(0x2000, 0x2010), 0x20
)
_FOLD |= dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), 0x20)
# Radicals look like the characters they are and stand for them in what is copied out of many a PDF: ⼈ for 人.
RADICALS = {code: ord(unicodedata.normalize("NFKC", chr(code))) for code in range(0x2F00, 0x2FD6)}
RADICALS |= str.maketrans(
    "⺁⺄⺈⺌⺍⺒⺜⺝⺟⺠⺧⺩⺬⺮⺶⺼⻁⻄⻅⻆⻉⻊⻋⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻱⻲⻳",
    "厂乙刀小小巳日月母民牛王示竹羊月虎西见角贝足车長长门雨青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙龜亀龟",
)
_FOLD |= RADICALS
FOLDED = tuple(map(chr, _FOLD))
_FOLDABLE = re.compile(f"[{re.escape(''.join(FOLDED))}]")  # most texts hold none
# Also those beside the plain ones, and those that old fonts keep where nothing is.
LATE = re.compile("[\u9fa6-\u9fff\uf900-\ufad9\ue815-\ue864\U00020000-\U0003ffff]")
_RARE = "\u9fa5"

_BESIDE_HAN = re.compile(r"[,:;](?:(?=[\u4e00-\u9fa5])|(?<=[\u4e00-\u9fa5][,:;]))")
_CHINESE_SIGNS = {",": "，", ":": "：", ";": "；"}

# Digits and whatever stands between the digits of one number, in cells and boxes too: searched for once for all that
# is made of digits.
_FIGURES = re.compile(r"[0-9Xx][0-9XxBb \t\r\n\x0b\u3000\-|,._/·•、\[\]]{7,}+")
# No look-behind in front: the search for a first digit stays a search for one character.
_NUMBER = re.compile(
    r"[0-9][0-9 \t\r\n\x0b\u3000\-]{8,}[0-9Xx](?:(?:(?<=[Xx])[ \-])?[0-9]{2}(?:[Bb][0-9]?)?(?![0-9A-Za-z])|(?<=[0-9]{2})[Bb][0-9]?(?![0-9A-Za-z]))?"
)
_GROUP = re.compile(r"\d++(?:[Xx](?:\d{2})?)?(?:[Bb]\d?)?|[Xx]")
_WORD = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_LONGEST_HEADINGS = 400  # code points in which a table's headings tell what it is of
_OVER_A_LINE = ("-\n", " \n")  # two signs that part a number over two lines
_CHAT = re.compile("qq|wx|vx", re.IGNORECASE)  # a label glued to the number before it
_PLAIN = 20  # digits of the longest number that identifies a person
_SHORTEST = 11  # digits of the shortest number that identifies a person
LABEL_TERMS, COLUMN_TERMS, PEOPLE_TERMS, NUMERAL_TERMS = (
    "labels",
    "columns",
    "people",
    "numerals",
)  # owners of terms beside the detectors
# 住 alone says an address only after a comma, and not in 住所, 住房, 住院 …
_LOOSE = frozenset({"，住", "、住", ",住"})
_NO_HOME = frozenset("所房宅院建址户宿")
_REACH = 14  # code points before a value in which a label may say what it is
_BETWEEN = re.compile(
    r"[”\"）)]?[ \t\u3000]*(?:[一1]本)?(?: is| no\.?| number)?(?:[（(](?![0-9A-Za-z_]{5})[^）)\n]{0,8}[）)])?(?:Passport )?(?:No\.? ?)?(?:[（(，,\n]{0,2}(?:证件)?(?:号码|编号)|(?:[（(，,\n]{0,2}证件)?号|信息)?[ \t\u3000]*(?:依次|分别)?[为是]?[:：|]?[ \t\r\n\x0b\u3000]*[（(№]?(?:\+86[ \-]?)?"
)


class Number(NamedTuple):
    """Digits in groups that single separators join: ``[start, end)`` and the groups' own places."""

    start: int
    end: int
    groups: tuple[tuple[int, int], ...]


_T = TypeVar("_T")


class _Once(Generic[_T]):
    """A property computed when it is first asked for. No lock: a page belongs to one scan."""

    def __init__(self, compute: Callable[[Any], _T]) -> None:
        self._compute = compute
        self._name = compute.__name__
        self.__doc__ = compute.__doc__

    def __get__(self, page: Any, owner: type) -> _T:
        value = page.__dict__[self._name] = self._compute(page)
        return value


def _once(compute: Callable[[Any], _T]) -> _Once[_T]:
    return _Once(compute)


class Page:
    """One text. Nothing is computed before a detector asks for it."""

    def __init__(self, text: str, met: Mapping[str, Sequence[tuple[int, int]]]) -> None:
        self.text: Final = text
        self._met = met
        self.notes: dict[str, Any] = {}  # what detectors that work together tell each other

    def places(self) -> Mapping[str, Sequence[tuple[int, int]]]:
        """Where all terms stand, by owner, as nobody can change it: for a page of one's own."""
        return MappingProxyType({owner: tuple(places) for owner, places in self._met.items()})

    @property
    def owners(self) -> Mapping[str, Sequence[tuple[int, int]]]:
        """The places of terms by owner, those without any left out."""
        return self._met

    def met(self, owner: str) -> Sequence[tuple[int, int]]:
        """Where the terms of ``owner``, a detector's name, stand: ``[start, end)`` in order of their ends."""
        return self._met.get(owner, ())

    @_once
    def figures(self) -> list[tuple[int, int]]:
        """Where digits stand, eight signs and more, with the signs that part the digits of one number."""
        return [found.span() for found in _FIGURES.finditer(self.text)]

    def in_figures(self, pattern: re.Pattern[str], fewest: int) -> Iterator[re.Match[str]]:
        """What ``pattern`` finds in figures of ``fewest`` signs and more; it may look at one sign behind them."""
        for start, end in self.figures:
            if end - start >= fewest:
                yield from pattern.finditer(self.text, start, end + 1)

    @_once
    def numbers(self) -> tuple[Number, ...]:
        """All stretches of at least eleven digits, single separators between groups allowed."""
        found: list[Number] = []
        text = self.text
        for match in self.in_figures(_NUMBER, _SHORTEST - 1):
            start, end = match.span()
            digits = match.group()
            if end - start <= _PLAIN and (
                digits.isdigit() or digits.upper().replace("X", "0", 1).isdigit()
            ):  # the usual case: one plain number
                if not (_joins(text, start - 1) or (_joins(text, end) and not _CHAT.match(text, end))):
                    found.append(Number(start, end, ((start, end),)))
                continue
            groups: list[tuple[int, int]] = []
            for group in _GROUP.finditer(text, start, end):
                if _joins(text, group.start() - 1) or _joins(text, group.end()):
                    _keep(groups, found)
                    groups = []
                    continue
                if groups and group.start() - groups[-1][1] > 1 + text.startswith(
                    _OVER_A_LINE, groups[-1][1]
                ):
                    _keep(groups, found)
                    groups = []
                groups.append(group.span())
            _keep(groups, found)
        return tuple(found)

    @_once
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

    @property
    def labels(self) -> Sequence[tuple[int, str]]:
        """Where each label begins, and what it calls the value behind it."""
        return self._labels[1] if LABEL_TERMS in self._met else ()

    def label(self, position: int) -> str | None:
        """What the words right before ``position`` say stands there: 身份证号, 账号, 合同编号 and so on."""
        ends, labels = self._labels
        index = bisect_right(ends, position) - 1
        if index < 0 or position - ends[index] > _REACH:
            return None
        between = _BETWEEN.match(self.text, ends[index], position)
        return labels[index][1] if between is not None and between.end() == position else None

    @_once
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

    @_once
    def cells(self) -> tuple[Cell, ...]:
        """The cells of all tables that stand below a heading."""
        return tuple(cell for roster in self.rosters for cell in roster.cells)

    def in_heading(self, place: int) -> bool:
        """Whether ``place`` is in the heading of a table: no label of a value."""
        roster = self.roster_at(place)
        return roster is not None and place <= roster.end

    def in_roster(self, place: int) -> bool:
        """Whether ``place`` is in a table."""
        roster = self.roster_at(place)
        return roster is not None and place < max(roster.end, roster.cells[-1].end)

    def roster_at(self, place: int) -> Roster | None:
        """The last table that begins before ``place``, whether or not it goes so far."""
        rosters = self.rosters
        if not rosters:
            return None
        index = bisect_right(self._roster_starts, place) - 1
        return rosters[index] if index >= 0 else None

    def headings(self, place: int) -> str:
        """The heading line of the table :meth:`roster_at` tells, the beginning of a long one; nothing where there is none."""
        roster = self.roster_at(place)
        if roster is None:
            return ""
        return self.text[roster.start : min(roster.end, roster.start + _LONGEST_HEADINGS)]

    @_once
    def rosters(self) -> tuple[Roster, ...]:
        """All tables that stand below a heading."""
        headings = self.met(COLUMN_TERMS)
        return tuple(rosters(self.text, headings)) if headings else ()

    @_once
    def rows(self) -> Rows:
        """All lines that are cut into cells, below a heading that is known or not."""
        return Rows(self.text)

    @_once
    def _roster_starts(self) -> list[int]:
        return [roster.start for roster in self.rosters]

    @_once
    def _columns(self) -> dict[str, list[Cell]]:
        columns: dict[str, list[Cell]] = {}
        for cell in self.cells:
            columns.setdefault(cell.column, []).append(cell)
        return columns

    def below(self, column: str) -> Sequence[Cell]:
        """The cells below headings that stand for ``column``."""
        return self._columns.get(column, ()) if self.cells else ()

    @_once
    def column_of(self) -> dict[int, str]:
        """The role of the column by the place where a cell begins."""
        return {cell.start: cell.column for cell in self.cells}


def punctuated(text: str) -> str:
    """``text`` with ASCII signs beside Chinese as Chinese ones, one code point for one: 地址:城关镇,电话."""
    if "," in text or ":" in text or ";" in text:
        return _BESIDE_HAN.sub(lambda found: _CHINESE_SIGNS[found.group()], text)
    return text


def folded(text: str) -> str:
    """``text`` with full-width digits, letters and signs as ASCII and radicals as characters, one code point for one.

    Characters that Unicode took in late, which little but names is written with (李𠮷), are as any other rare one.
    """
    if LATE.search(text):
        text = LATE.sub(_RARE, text)
    return text.translate(_FOLD) if _FOLDABLE.search(text) else text


def line_end(text: str, start: int, most: int | None = None) -> int:
    """Where the line of ``start`` ends, or ``most`` code points after it, or the text."""
    limit = len(text) if most is None else min(len(text), start + most)
    end = text.find("\n", start, limit)
    return end if end >= 0 else limit


def lines_with(signs: str, text: str, begin: int, stop: int) -> list[tuple[int, int]]:
    """The lines of ``[begin, stop)`` that hold any of ``signs``: a search for one sign is many times as fast as for a set."""
    lines: set[tuple[int, int]] = set()
    for sign in signs:
        place = text.find(sign, begin, stop)
        while place >= 0:
            end = text.find("\n", place, stop)
            if end < 0:
                end = stop
            lines.add((text.rfind("\n", begin, place) + 1 or begin, end))
            place = text.find(sign, end, stop)
    return sorted(lines)


def last_of(signs: str, text: str, start: int, end: int) -> int:
    """The last place in ``[start, end)`` of any of ``signs``, or -1."""
    return max(map(text.rfind, signs, repeat(start), repeat(end)))


def _joins(text: str, place: int) -> bool:
    """Whether the character at ``place`` belongs to a word that a number beside it is part of."""
    return 0 <= place < len(text) and text[place] in _WORD


def _keep(groups: list[tuple[int, int]], found: list[Number]) -> None:
    if groups and sum(end - start for start, end in groups) >= _SHORTEST:
        found.append(Number(groups[0][0], groups[-1][1], tuple(groups)))
