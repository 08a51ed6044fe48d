"""Working days, from the published holiday arrangements with their adjusted working weekends."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, timedelta
from functools import cached_property
from typing import Self

_DAY = timedelta(1)
_WEEKEND = 5  # Monday is 0


class WorkingCalendar:
    """Which days are working days.

    Inside the published years the State Council's yearly arrangement decides, adjusted working
    weekends included. Outside them Monday to Friday are taken, without the festivals the
    regulation on holidays (全国年节及纪念日放假办法) fixes itself, and the answer is *provisional*:
    the arrangement for the next year is published in late autumn (ADR 31).
    """

    def __init__(
        self, holidays: frozenset[date], workdays: frozenset[date], first_year: int, last_year: int
    ) -> None:
        self._holidays = holidays
        self._workdays = workdays
        self.first_published = date(first_year, 1, 1)
        self.last_published = date(last_year, 12, 31)
        self._festivals: dict[int, frozenset[date]] = {}

    @classmethod
    def published(cls) -> Self:
        """The arrangements published so far, as the chinesecalendar package carries them."""
        from chinese_calendar import constants  # noqa: PLC0415  its tables are built on import

        holidays, workdays = frozenset(constants.holidays), frozenset(constants.workdays)
        years = {day.year for day in holidays}
        return cls(holidays, workdays, min(years), max(years))

    def covers(self, day: date) -> bool:
        """Whether the arrangement of that year is published."""
        return self.first_published <= day <= self.last_published

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on ``day``."""
        if day in self._workdays:
            return True
        if day.weekday() >= _WEEKEND or day in self._holidays:
            return False
        return self.covers(day) or day not in self._festivals_of(day.year)

    def _festivals_of(self, year: int) -> frozenset[date]:
        """The festivals of a year whose arrangement is not published; none before 1950 and after 2100."""
        days = self._festivals.get(year)
        if days is None:
            from holidays import country_holidays  # noqa: PLC0415  a tenth of a second, seldom needed

            # Days given for worked weekends are half of an arrangement: they count with its other half only.
            named = country_holidays("CN", years=year, observed=False, language="en_US").items()
            days = self._festivals[year] = frozenset(day for day, name in named if "substituted" not in name)
        return days

    @cached_property
    def _working_days(self) -> list[date]:
        """Every working day of the published years, in order."""
        span = (self.last_published - self.first_published).days + 1
        every = (self.first_published + _DAY * number for number in range(span))
        return [day for day in every if self.is_working_day(day)]

    def add_working_days(self, start: date, count: int) -> tuple[date, bool]:
        """The ``count``-th working day after ``start``; the first day is not counted (民法典 201).

        Returns:
            The day, and whether it is provisional because the count ran outside the published years.
            At the end of the calendar (9999-12-31) that last day is returned, provisional.
        """
        if count > 0 and self.covers(start):
            days = self._working_days
            place = bisect_right(days, start) + count - 1
            if place < len(days):
                return days[place], False
        day = start
        while count > 0:
            if day == date.max:
                return day, True
            day += _DAY
            if self.is_working_day(day):
                count -= 1
        return day, not (self.covers(start) and self.covers(day))

    def working_day_from(self, day: date) -> tuple[date, bool]:
        """``day``, or if it is a day of rest the first working day after it (民法典 203)."""
        while not self.is_working_day(day) and day < date.max:
            day += _DAY
        return day, not self.covers(day)
