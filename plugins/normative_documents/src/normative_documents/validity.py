"""What a document says of its own validity, and of the documents it amends or repeals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from disclosure_gate.law.calendar import WorkingCalendar
from disclosure_gate.law.deadlines import until
from disclosure_gate.model.findings import Period

USUAL_YEARS = 5
TRIAL_YEARS = 2
"""The usual limits of validity in years (practice.md §8: five by a city rule; the province five, on trial two, M)."""

_DAY = r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日"
_COUNT = r"(\d{1,3}|[一二两三四五六七八九十]{1,3})"
_FROM = re.compile(rf"自\s*{_DAY}\s*起\s*(?:正式)?(?:施行|实施|执行|生效)")
_FROM_ISSUE = re.compile(
    rf"自(?:印发|发布|公布|下发|发文)之日起\s*(?:{_COUNT}\s*(?:个)?日后)?\s*(?:施行|实施|执行|生效)"
)
_UNTIL = re.compile(rf"(?:有效期(?:限)?[^。；\n]{{0,20}}?(?:至|到)|施行至|执行至|实施至)\s*{_DAY}")
_ENDS = re.compile(rf"(?:本|该)[^。；\n]{{0,12}}?{_DAY}\s*(?:起)?\s*(?:自行)?(?:废止|失效|停止执行)")
_YEARS = re.compile(rf"有效期(?:限)?\s*(?:为|是)?\s*{_COUNT}\s*(个月|年)")
_TRIAL = re.compile(r"暂行|试行")
_NUMBER = re.compile(r"[一-龥]{2,12}[〔\[［(（【](?:19|20)\d{2}[〕\]］)）】]\d{1,5}号")
_TITLE = re.compile(r"《[^《》]{2,80}》")
_SENTENCE = re.compile(r"[^。；\n]+")
_REPEALS = re.compile(r"废止|停止执行|不再执行|失效")
_AMENDS = re.compile(r"修改|修订|修正|调整为|改为")
_OWN_END = re.compile(r"有效期|本(?:通知|办法|规定|意见|细则|文件|决定)[^，。；\n]{0,16}(?:废止|失效)")
_NUMERALS = {char: number for number, char in enumerate("零一二三四五六七八九")} | {"两": 2}


@dataclass(frozen=True, slots=True)
class Validity:
    """From when to when a document says it is in force; ``stated`` says that it tells its end or its length."""

    effective_on: date | None
    until: date | None
    stated: bool
    trial: bool

    @property
    def too_long(self) -> bool:
        """Whether it lasts longer than the usual limit."""
        if self.effective_on is None or self.until is None:
            return False
        limit = _years_later(self.effective_on, TRIAL_YEARS if self.trial else USUAL_YEARS)
        return self.until > limit

    def on(self, day: date) -> Literal["not_yet", "in_force", "expired", "unknown"]:
        """What it is on ``day`` by its own words."""
        if self.until is not None and day > self.until:
            return "expired"
        if self.effective_on is None:
            return "unknown"
        return "in_force" if day >= self.effective_on else "not_yet"


@dataclass(frozen=True, slots=True)
class Action:
    """That the document amends or repeals another, by dispatch number, or by title alone (then ``number`` is empty)."""

    kind: Literal["amend", "repeal"]
    number: str
    start: int  # where it is said: code points of the text
    end: int


def validity(title: str, text: str, made_on: date | None) -> Validity:
    """Read a document's own words on its validity.

    Args:
        title: its title; 暂行 and 试行 stand there.
        text: its text.
        made_on: the day it was made or published, from which relative times count.
    """
    trial = bool(_TRIAL.search(title))
    effective = _effective(text, made_on)
    last = _last(text)
    length = _YEARS.search(text)
    if last is None and length and effective:
        count = _number(length[1])
        unit: Literal["year", "month"] = "year" if length[2] == "年" else "month"
        end, _ = until(
            Period(length=max(count, 1), unit=unit),
            effective,
            WorkingCalendar(frozenset(), frozenset(), 1, 1),
        )
        last = end - timedelta(1)  # five years from 1 January end on 31 December
    return Validity(effective, last, bool(last or length), trial)


def actions(title: str, text: str) -> tuple[Action, ...]:
    """The documents it says it amends or repeals, each once by number; what it says of its own end is none."""
    found: dict[tuple[str, str], Action] = {}
    for action in (*_in_title(title), *_in_text(text)):
        key = (action.kind, action.number or f"{action.start}")
        found.setdefault(key, action)
    return tuple(found.values())


def _effective(text: str, made_on: date | None) -> date | None:
    found = _FROM.search(text)
    if found:
        return _date(*found.groups())
    relative = _FROM_ISSUE.search(text)
    if relative and made_on:
        return made_on + timedelta(_number(relative[1]) if relative[1] else 0)
    return None


def _last(text: str) -> date | None:
    for pattern in (_UNTIL, _ENDS):
        found = pattern.search(text)
        if found:
            return _date(*found.groups()[-3:])
    return None


def _in_title(title: str) -> Iterator[Action]:
    for kind, pattern in (("repeal", _REPEALS), ("amend", _AMENDS)):
        if not pattern.search(title):
            continue
        numbers = list(_NUMBER.finditer(title))
        for number in numbers:
            yield Action("repeal" if kind == "repeal" else "amend", _plain(number.group()), -1, -1)


def _in_text(text: str) -> Iterator[Action]:
    for sentence in _SENTENCE.finditer(text):
        said = sentence.group()
        repeals = _REPEALS.search(said)
        amends = None if repeals else _AMENDS.search(said)
        if not (repeals or amends):
            continue
        numbers = list(_NUMBER.finditer(said))
        titles = list(_TITLE.finditer(said))
        if repeals and not numbers and (_OWN_END.search(said) or not titles):
            continue
        kind: Literal["amend", "repeal"] = "repeal" if repeals else "amend"
        for each in numbers or titles:
            start = sentence.start() + each.start()
            named = _plain(each.group()) if numbers else ""
            yield Action(kind, named, start, start + len(each.group()))


def _plain(number: str) -> str:
    """A dispatch number in the form of GB/T 9704: 〔〕, no leading zero."""
    head, year, rest = re.split(r"[〔\[［(（【]|[〕\]］)）】]", number, maxsplit=2)
    for lead in ("废止", "修改", "根据", "按照", "关于", "重申", "以及", "同时"):
        head = head.rpartition(lead)[2] or head
    return f"{head}〔{year}〕{rest.removesuffix('号').lstrip('0')}号"


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _number(text: str) -> int:
    """1 to 999 in digits, 1 to 99 in Chinese numerals."""
    if text.isdigit():
        return int(text)
    tens, ten, units = text.rpartition("十")
    if not ten:
        return _NUMERALS.get(text, 0)
    return (_NUMERALS.get(tens, 1) if tens else 1) * 10 + (_NUMERALS.get(units, 0) if units else 0)


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)
