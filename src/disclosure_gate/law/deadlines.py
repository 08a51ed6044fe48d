"""Counting time as the law does: from a date of the case to the last day something may be done."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from disclosure_gate.law.calendar import WorkingCalendar
from disclosure_gate.model.findings import CaseDates, Deadline, Period

_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Due:
    """The last day ``on``, and how it was counted.

    ``assumed_start``: the date the clock starts from is not known, ``as_of`` was taken for it.
    ``provisional``: the count ran past the published holiday calendar.
    """

    on: date
    started: date
    trigger: str
    assumed_start: bool
    provisional: bool


def start_of(deadline: Deadline, dates: CaseDates) -> date | None:
    """The date the clock starts from, or ``None`` when the case does not tell it."""
    return dates.first(deadline.start)


def due(deadline: Deadline, dates: CaseDates, calendar: WorkingCalendar) -> Due:
    """The last day of a deadline (民法典 201, 203).

    Working days are counted one by one. Days, months and years run by the calendar, and a last day
    that is a day of rest moves to the next working day.
    """
    started = start_of(deadline, dates)
    base = started or dates.as_of
    if deadline.unit == "working_day":
        on, provisional = calendar.add_working_days(base, deadline.within)
    else:
        on, provisional = calendar.working_day_from(_later(base, deadline.within, deadline.unit))
    return Due(on, base, deadline.start[0], started is None, provisional)


def until(period: Period, start: date, calendar: WorkingCalendar) -> tuple[date, bool]:
    """The last day something is shown that is published on ``start``, and whether that is provisional.

    A display is a minimum for the public: its last day does not move forward off a day of rest.
    """
    if period.unit == "working_day":
        return calendar.add_working_days(start, period.length)
    return _later(start, period.length, period.unit), False


def _later(day: date, count: int, unit: Literal["working_day", "day", "month", "year"]) -> date:
    if unit == "day":
        return day + timedelta(count) if (date.max - day).days >= count else date.max
    months = day.month - 1 + count * (_MONTHS if unit == "year" else 1)
    year, month = day.year + months // _MONTHS, months % _MONTHS + 1
    if year > date.max.year:
        return date.max
    return date(year, month, min(day.day, monthrange(year, month)[1]))
