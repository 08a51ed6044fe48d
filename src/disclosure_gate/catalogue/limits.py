"""What the law sets for certain items whatever a county's table says: longest clocks, shortest displays, foreign bases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field

from disclosure_gate.catalogue.model import RowBasis, RowSource
from disclosure_gate.catalogue.wording import Times
from disclosure_gate.law.registry import LawRegistry
from disclosure_gate.law.source import read, read_model
from disclosure_gate.model.codes import CODES
from disclosure_gate.model.document import closest
from disclosure_gate.model.errors import Flaw, RulesetError
from disclosure_gate.model.findings import Deadline, Period
from disclosure_gate.model.frozen import Frozen, Text

_DAYS = {"working_day": 1.45, "day": 1.0, "month": 30.0, "year": 365.0}


class Limit(Frozen):
    """For rows whose item or content holds one of ``words``, or whose last level is one of ``last``, and none of ``unless``.

    ``due`` is the longest clock, ``period`` the shortest display, ``foreign`` a law that is about something else.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    words: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    due: Deadline | None = None
    period: Period | None = None
    foreign: str = ""
    code: str = "W-CATALOGUE-WEAK"
    basis: Annotated[tuple[RowBasis, ...], Field(min_length=1)]
    because: Text


class LimitFile(Frozen):
    """``limits.yaml``."""

    limits: tuple[Limit, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """All limits."""

    limits: tuple[Limit, ...] = ()

    def broken(self, row: RowSource, times: Times, registry: LawRegistry, on: date) -> Iterator[Limit]:
        """The limits that a row does not keep; those whose basis is not in force on the day say nothing."""
        for limit in self.limits:
            if not _meant(limit, row) or not any(
                registry.basis(each.law, each.article, on) for each in limit.basis
            ):
                continue
            if limit.foreign:
                if any(each.law == limit.foreign for each in row.basis):
                    yield limit
                continue
            clocks = [each.due for each in times.clauses if each.due] or ([row.due] if row.due else [])
            slow = bool(clocks) and all(_slower(clock, limit.due) for clock in clocks)
            brief = (
                row.period is not None
                and limit.period is not None
                and _days(row.period) < _days(limit.period)
            )
            if slow or brief:
                yield limit


def load(paths: Iterable[Path], registry: LawRegistry) -> Limits:
    """Read the files ``limits.yaml``.

    Raises:
        RulesetError: every flaw at ``file:line:column``.
    """
    limits: list[Limit] = []
    flaws: list[Flaw] = []
    for path in paths:
        source = read(path, path.parent.parent)
        file = read_model(source, LimitFile)
        for number, limit in enumerate(file.limits if file else ()):
            at = ("limits", number)
            for place, each in enumerate(limit.basis):
                if each.law not in registry:
                    source.flaw(
                        "E-LAW-REFERENCE",
                        (*at, "basis", place, "law"),
                        got=each.law,
                        suggestion=closest(each.law, registry.ids()),
                    )
            if limit.foreign and limit.foreign not in registry:
                source.flaw("E-LAW-REFERENCE", (*at, "foreign"), got=limit.foreign)
            if limit.code not in CODES:
                source.flaw("E-RULE-REFERENCE", (*at, "code"), got=limit.code)
            if not (limit.due or limit.period or limit.foreign) or not (limit.words or limit.last):
                source.flaw("E-RULE-MISSING", at, expected="due | period | foreign, words | last")
            limits.append(limit)
        flaws += source.flaws
    if flaws:
        raise RulesetError(flaws=tuple(flaws))
    return Limits(tuple(limits))


def _meant(limit: Limit, row: RowSource) -> bool:
    told = "/".join(row.item) + row.content
    named = any(word in told for word in limit.words) or row.item[-1] in limit.last
    return named and not any(word in told for word in limit.unless)


def _slower(clock: Deadline, longest: Deadline | None) -> bool:
    if longest is None or clock.prompt or clock.start == ("received",):
        return False
    if clock.unit == longest.unit:
        return clock.within > longest.within
    return clock.within * _DAYS[clock.unit] > longest.within * _DAYS[longest.unit]


def _days(period: Period) -> float:
    return period.length * _DAYS[period.unit]
