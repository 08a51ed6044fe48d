"""What is wrong or doubtful among catalogue rows: stale, uncited, unverified, weaker than the law, alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from disclosure_gate.catalogue.book import Catalogue
from disclosure_gate.catalogue.wording import read
from disclosure_gate.law.registry import LawRegistry

Kind = Literal["stale", "uncited", "unverified", "weaker", "overlapping"]


@dataclass(frozen=True, slots=True)
class RowFinding:
    """One thing to look at about a row. ``error`` makes the lint fail."""

    kind: Kind
    row: str
    message: str
    error: bool


def lint(catalogue: Catalogue, registry: LawRegistry, on: date) -> list[RowFinding]:
    """Look through all rows; bases are held against ``on``."""
    found: list[RowFinding] = []
    paths = Counter((row.domain, row.path) for row in catalogue.rows())
    for row in catalogue.rows():
        live = [registry.basis(each.law, each.article, on) for each in row.basis]
        found += [
            RowFinding("stale", row.id, warning.message.zh, error=not any(live))
            for warning in catalogue.stale(row, on)
        ]
        if not row.basis:
            found.append(RowFinding("uncited", row.id, "没有依据 / no basis", error=True))
        if row.confidence in {"M", "L"}:
            found.append(
                RowFinding("unverified", row.id, f"可信度 {row.confidence}，须核实 / verify", error=False)
            )
        if read(row.wording).flaw == "W-CATALOGUE-WEAK":
            found.append(
                RowFinding("weaker", row.id, f"{row.wording}：弱于法律 / weaker than the law", error=True)
            )
        if paths[row.domain, row.path] > 1:
            found.append(RowFinding("overlapping", row.id, "事项重复 / two rows of one path", error=True))
    return found


def summary(found: list[RowFinding]) -> Iterator[str]:
    """One line for each kind and domain."""
    counts = Counter((each.kind, each.row.partition("/")[0]) for each in found)
    for (kind, domain), count in sorted(counts.items()):
        yield f"{kind} {domain}: {count}"
