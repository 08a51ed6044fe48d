"""What both engines promise: given the total vector, which rules hold, which are open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from disclosure_gate.model.frozen import FactValue
from disclosure_gate.rules.conditions import Condition


@dataclass(frozen=True, slots=True)
class MatchRule:
    """A rule as the engines see it: where it lives, when it holds, which concept it settles.

    ``stratum`` orders evaluation: a rule reads only concepts settled in lower strata.
    """

    index: int
    scope: str
    stratum: int
    condition: Condition
    concept: str | None = None


class Matches(NamedTuple):
    """Indexes of the rules that are true and of those that are unknown, both ascending."""

    true: tuple[int, ...]
    unknown: tuple[int, ...]


class Engine(Protocol):
    """Matches rules. Safe to call from several threads; made after fork."""

    name: str

    def match(self, scopes: tuple[str, ...], vector: Mapping[str, FactValue]) -> Matches:
        """Judge every rule of ``scopes`` over a total ``vector`` (every fact present, ``None`` = unknown)."""
        ...
