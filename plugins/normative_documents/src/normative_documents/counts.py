"""What the annual report counts of normative documents (table 二, 第二十条第（一）项)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class YearCounts:
    """本年制发件数, 本年废止件数, 现行有效件数. ``before`` is what was in force at the end of the year before."""

    made: int
    ended: int
    in_force: int
    before: int

    @property
    def consistent(self) -> bool:
        """现行有效(N) = 现行有效(N-1) + 制发(N) - 废止(N)."""
        return self.in_force == self.before + self.made - self.ended


def count_year(documents: Iterable[tuple[date, date | None]], year: int) -> YearCounts:
    """Count one year.

    Args:
        documents: for each, the day it was made and the last day it was in force, ``None`` while it is.
        year: the year reported on.
    """
    first, last = date(year, 1, 1), date(year, 12, 31)
    made = ended = in_force = before = 0
    for made_on, ended_on in documents:
        made += first <= made_on <= last
        # What stops on the last day of the year before is no longer in force when the year ends.
        ended += ended_on is not None and first <= ended_on <= last and made_on <= last
        in_force += made_on <= last and (ended_on is None or ended_on > last)
        before += made_on < first and (ended_on is None or ended_on >= first)
    return YearCounts(made, ended, in_force, before)
