"""What is wrong or doubtful among rows: stale, uncited, unverified, untested, unreachable, overlapping, weaker than the law."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from disclosure_gate.catalogue.book import Catalogue
from disclosure_gate.catalogue.limits import Limits
from disclosure_gate.catalogue.model import Row
from disclosure_gate.catalogue.wording import read
from disclosure_gate.law.registry import LawRegistry
from disclosure_gate.model.errors import InputError

Kind = Literal["stale", "dates", "uncited", "unverified", "untested", "unreachable", "overlapping", "weaker"]
_WEB = {"column", "gazette", "new_media", "press", "credit_system", "trading_platform"}


@dataclass(frozen=True, slots=True)
class RowFinding:
    """One thing to look at about a row. ``error`` makes the lint fail."""

    kind: Kind
    row: str
    message: str
    error: bool


def lint(
    catalogue: Catalogue,
    registry: LawRegistry,
    on: date,
    limits: Limits | None = None,
    tested: Collection[str] | None = None,
) -> list[RowFinding]:
    """Look through all rows.

    Args:
        catalogue: the rows.
        registry: the laws they rest on.
        on: the day bases are held against.
        limits: what the law sets for certain items; a row that undercuts it is an error.
        tested: ids of the rows that some test case names; ``None``: cases are not looked at.
    """
    found: list[RowFinding] = []
    paths = Counter((row.domain, row.path) for row in catalogue.rows())
    for row in catalogue.rows():
        found += _law(row, catalogue, registry, on)
        if row.confidence in {"M", "L"}:
            found.append(
                RowFinding("unverified", row.id, f"可信度 {row.confidence}，须核实 / verify", error=False)
            )
        times = read(row.wording)
        if times.flaw == "W-CATALOGUE-WEAK":
            found.append(
                RowFinding("weaker", row.id, f"{row.wording}：弱于法律 / weaker than the law", error=True)
            )
        for limit in (limits or Limits()).broken(row, times, registry, on):
            # tables print twenty days for licences and penalties; a rule counts the seven of the law all the same
            overruled = limit.code == "W-CATALOGUE-SEVEN"
            found.append(
                RowFinding("weaker", row.id, f"{limit.because.zh} / {limit.because.en}", error=not overruled)
            )
        if paths[row.domain, row.path] > 1:
            found.append(RowFinding("overlapping", row.id, "事项重复 / two rows of one path", error=True))
        elif not _named(row, catalogue):
            found.append(
                RowFinding("unreachable", row.id, "按名称找不到该事项 / its name leads elsewhere", error=True)
            )
        if row.audience != "public" and not row.then and set(row.channels) <= _WEB:
            found.append(
                RowFinding(
                    "unreachable",
                    row.id,
                    "只向特定对象公开，却只有网上渠道，实际无处公开 / for a few, but through the web only",
                    error=True,
                )
            )
        if tested is not None and row.id not in tested:
            found.append(RowFinding("untested", row.id, "没有用例 / no test case names it", error=False))
    return found


def _law(row: Row, catalogue: Catalogue, registry: LawRegistry, on: date) -> Iterator[RowFinding]:
    live = [registry.basis(each.law, each.article, on) for each in row.basis]
    stale = catalogue.stale(row, on)
    for warning in stale:
        yield RowFinding("stale", row.id, warning.message.zh, error=not any(live))
    if not row.basis:
        yield RowFinding("uncited", row.id, "没有依据 / no basis", error=True)
    elif not any(live) and not stale:
        yield RowFinding("dates", row.id, f"{on} 没有一条依据施行 / no basis is in force", error=True)


def _named(row: Row, catalogue: Catalogue) -> bool:
    """Whether a caller who names the row by its path gets it."""
    try:
        return catalogue.find(row.domain, row.path) is row
    except InputError:
        return False


def summary(found: list[RowFinding]) -> list[tuple[tuple[Kind, str], int]]:
    """How many of each kind in each domain, in order of kind and domain."""
    return sorted(Counter((each.kind, each.row.partition("/")[0]) for each in found).items())
