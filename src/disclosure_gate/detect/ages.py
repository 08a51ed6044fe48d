"""Who among those named is a child: by the number, the date of birth or the age told beside a name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from disclosure_gate.model.findings import Detection, Reading, Span
from disclosure_gate.model.frozen import Text

_OF_AGE = 18  # years; practice: by number or date of birth (未成年人保护法 2)
_REACH = 60  # code points behind a name
_NAMED = frozenset({"person_name", "minor_name", "guardian"})
_IDENTITY = 18
_BORN = re.compile(
    r"(?P<year>(?:19|20)\d{2})\s?(?:年|[.\-/])\s?(?P<month>\d{1,2})(?:\s?(?:月|[.\-/])\s?(?P<day>\d{1,2})日?|月)?\s?(?:出?生(?![效产活态源成])|年龄)"
    r"|(?:出生(?:年月日?|日期)?|生于)\s?[:：]?\s?(?P<year2>(?:19|20)\d{2})\s?(?:年|[.\-/])\s?(?P<month2>\d{1,2})"
)
_AGED = re.compile(r"(?:年龄\s?[:：]?\s?|[，,、（(\s])(?P<age>\d{1,2})\s?周?岁(?![以及])")
_WHY = Text(
    zh="未成年人姓名（依证件号码、出生日期或年龄）", en="name of a minor, by number, date of birth or age"
)


def with_minors(reading: Reading, found: Detection, day: date) -> Detection:
    """``found`` with the names of those who are under eighteen on ``day`` flagged as names of minors."""
    texts = dict(reading.parts)
    by_part: defaultdict[str, list[Span]] = defaultdict(list)
    for span in found.spans:
        by_part[span.where].append(span)
    young: set[tuple[str, str]] = set()
    for where, spans in by_part.items():
        text = texts[where]
        names = [span for span in spans if span.kind in _NAMED]
        numbers = [span for span in spans if span.kind == "resident_id"]
        for place, name in enumerate(names):
            if name.kind != "person_name":
                continue
            begin, end = _told_of(text, name, names, place)
            if _under_age(text, begin, end, numbers, day):
                young.add((where, text[name.start : name.end]))
    if not young:
        return found
    return replace(
        found,
        spans=tuple(
            span._replace(kind="minor_name", why=_WHY)
            if span.kind == "person_name" and (span.where, texts[span.where][span.start : span.end]) in young
            else span
            for span in found.spans
        ),
    )


def _told_of(text: str, name: Span, names: list[Span], place: int) -> tuple[int, int]:
    """What is told of a name: what follows it in its line up to the next one; the whole of a line that names nobody else."""
    line = text.rfind("\n", 0, name.start) + 1
    stop = text.find("\n", name.end)
    stop = len(text) if stop < 0 else stop
    before = names[place - 1].end if place else 0
    after = names[place + 1].start if place + 1 < len(names) else len(text)
    if before <= line and after >= stop and stop - line <= _REACH * 2:
        return line, stop
    return name.end, min(after, stop, name.end + _REACH)


def _under_age(text: str, begin: int, end: int, numbers: Iterable[Span], day: date) -> bool:
    for number in numbers:
        if begin <= number.start < end:
            digits = re.sub(r"\D", "", text[number.start : number.end])
            if len(digits) >= _IDENTITY - 1:
                return _younger(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]), day)
    if born := _BORN.search(text, begin, end):
        last = int(born["day"]) if born["day"] else 31
        return _younger(int(born["year"] or born["year2"]), int(born["month"] or born["month2"]), last, day)
    aged = _AGED.search(text, begin, end)
    return aged is not None and int(aged["age"]) < _OF_AGE


def _younger(year: int, month: int, last: int, day: date) -> bool:
    """Whether who was born on that day, or in that month, is not of age on ``day``: one is from the day after a birthday."""
    return year <= day.year and (day.year - year, day.month, day.day) <= (_OF_AGE, month, last)
