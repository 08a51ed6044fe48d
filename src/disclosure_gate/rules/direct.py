"""Our own engine: every clause is one bit, every value of a fact is the set of clauses it leaves standing.

For each fact a table maps its value to a Python integer whose bits are the clauses that value does
not contradict. The clauses that hold are the conjunction of one entry per fact: as many ``&`` as
there are facts, whatever the number of rules. Ordered facts bisect their sorted thresholds.

An unknown value leaves all clauses standing: what comes out *may* hold. Above the clauses every fact has
a bit of its own, which only its unknown value lacks; so the same number tells which facts are unknown. What *must*
hold is what stands and is silent on each of those.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import Any, TypeAlias

from disclosure_gate.model.frozen import FactValue
from disclosure_gate.rules.conditions import Test, clauses, judge
from disclosure_gate.rules.matching import Matches, MatchRule
from disclosure_gate.rules.vocabulary import Vocabulary

_Row: TypeAlias = dict[FactValue, int]


class DirectEngine:
    """The indexed evaluator. Programs are compiled per set of scopes, on first use."""

    name = "direct"

    def __init__(self, rules: Sequence[MatchRule], vocabulary: Vocabulary) -> None:
        self._rules = rules
        self._vocabulary = vocabulary
        self._programs: dict[tuple[str, ...], tuple[_Stratum, ...]] = {}
        self._lock = Lock()

    def match(self, scopes: tuple[str, ...], vector: Mapping[str, FactValue]) -> Matches:
        """See :class:`~disclosure_gate.rules.matching.Engine`."""
        program = self._programs.get(scopes) or self._compile(scopes)
        if len(program) == 1:
            return Matches._make(program[0].match(vector))
        settled = dict(vector)
        true: list[int] = []
        unknown: list[int] = []
        for stratum in program:
            held, open_ = stratum.match(settled)
            true += held
            unknown += open_
            for concept, rules in stratum.concepts.items():
                if not rules.isdisjoint(held):
                    settled[concept] = True
                else:
                    settled[concept] = False if rules.isdisjoint(open_) else None
        return Matches(tuple(sorted(true)), tuple(sorted(unknown)))

    def _compile(self, scopes: tuple[str, ...]) -> tuple[_Stratum, ...]:
        with self._lock:
            if scopes not in self._programs:
                chosen = [rule for rule in self._rules if rule.scope in scopes]
                levels = sorted({rule.stratum for rule in chosen}) or [0]
                self._programs[scopes] = tuple(
                    _Stratum([rule for rule in chosen if rule.stratum == level], self._vocabulary)
                    for level in levels
                )
            return self._programs[scopes]


class _Stratum:
    """The rules of one stratum as bit tables, and the code that looks them up."""

    def __init__(self, rules: Sequence[MatchRule], vocabulary: Vocabulary) -> None:
        self.concepts: dict[str, frozenset[int]] = {}
        for name in sorted({rule.concept for rule in rules if rule.concept}):
            self.concepts[name] = frozenset(rule.index for rule in rules if rule.concept == name)
        self._owner: list[int] = []  # clause bit -> rule index
        by_fact: dict[str, dict[int, list[Test]]] = {}
        for rule in rules:
            for clause in clauses(rule.condition):
                bit = len(self._owner)
                self._owner.append(rule.index)
                for test in clause:
                    by_fact.setdefault(test.fact, {}).setdefault(bit, []).append(test)
        self._every = (1 << len(self._owner)) - 1
        # The fact that leaves the fewest clauses standing comes first: the numbers get small early.
        order = sorted(by_fact, key=lambda fact: -len(by_fact[fact]))
        self._all_known = (1 << len(order)) - 1
        self._silent = [self._every ^ sum(1 << bit for bit in by_fact[fact]) for fact in order]
        self._standing = self._code(order, by_fact, vocabulary)

    def match(self, vector: Mapping[str, FactValue]) -> tuple[tuple[int, ...], tuple[int, ...]]:
        standing = self._standing(vector)
        unknown = (standing >> len(self._owner)) ^ self._all_known
        standing &= self._every
        if not unknown:
            return self._rules_of(standing), ()
        held = standing
        while unknown:
            low = unknown & -unknown
            held &= self._silent[low.bit_length() - 1]
            unknown ^= low
        true = self._rules_of(held)
        if standing == held:
            return true, ()
        certain = set(true)
        return true, tuple(rule for rule in self._rules_of(standing & ~held) if rule not in certain)

    def _rules_of(self, bits: int) -> tuple[int, ...]:
        owner = self._owner
        found = []
        while bits:
            low = bits & -bits
            found.append(owner[low.bit_length() - 1])
            bits ^= low
        return tuple(found) if len(found) < 2 else tuple(dict.fromkeys(found))  # noqa: PLR2004  one needs no thinning

    def _code(
        self, order: list[str], by_fact: dict[str, dict[int, list[Test]]], vocabulary: Vocabulary
    ) -> Callable[[Mapping[str, FactValue]], int]:
        # The look-ups are written out as one expression: a loop over facts costs twice as much.
        names: dict[str, Any] = {"bisect": bisect_right}
        terms: list[str] = []
        known = self._all_known << len(self._owner)
        for number, fact in enumerate(order):
            silent = self._silent[number] | known
            unknown = self._every | known ^ (1 << len(self._owner) + number)
            if vocabulary[fact].type in {"int", "date"}:
                names[f"e{number}"], names[f"t{number}"] = _thresholds(by_fact[fact], silent)
                names[f"u{number}"] = unknown
                terms.append(
                    f"(u{number} if (x := v[{fact!r}]) is None else t{number}[bisect(e{number}, x)])"
                )
            else:
                row, other = _row(by_fact[fact], silent, vocabulary[fact].values)
                row[None] = unknown
                if vocabulary[fact].type == "text":
                    names[f"g{number}"] = row.get
                    names[f"o{number}"] = other
                    terms.append(f"g{number}(v[{fact!r}], o{number})")
                else:  # the row has every value there is, and an index costs half as much as a call
                    names[f"r{number}"] = row
                    terms.append(f"r{number}[v[{fact!r}]]")
        expression = " & ".join(terms) or str(self._every)
        made: Callable[[Mapping[str, FactValue]], int] = eval(f"lambda v: {expression}", names)  # noqa: S307  names are vocabulary names, quoted; no input reaches this text
        return made


def _row(tests_of: dict[int, list[Test]], silent: int, values: tuple[str, ...]) -> tuple[_Row, int]:
    """Bits left standing by each mentioned value, and by any value not mentioned."""
    mentioned: set[FactValue] = {
        value for tests in tests_of.values() for test in tests for value in test.values
    }
    row: _Row = {}
    for value in mentioned | set(values) | {True, False}:
        row[value] = silent
    other = silent
    for bit, tests in tests_of.items():
        flag = 1 << bit
        for value in row:
            if all((value in test.values) == (test.operator == "in") for test in tests):
                row[value] |= flag
        if all(test.operator == "not_in" for test in tests):
            other |= flag
    return row, other


def _thresholds(tests_of: dict[int, list[Test]], silent: int) -> tuple[list[int], list[int]]:
    """Sorted edges between which nothing changes, and the bits standing in each interval."""
    edges: set[int] = set()
    for tests in tests_of.values():
        for test in tests:
            for value in test.values:
                bound = int(value)  # type: ignore[arg-type]  # an ordered fact holds integers only
                if test.operator in {"in", "not_in"}:
                    edges |= {bound, bound + 1}
                else:
                    edges.add(bound if test.operator in {"lt", "ge"} else bound + 1)
    ordered = sorted(edges)
    standing = []
    for index in range(len(ordered) + 1):
        sample = ordered[index - 1] if index else ordered[0] - 1
        bits = silent
        for bit, tests in tests_of.items():
            if all(judge(test, {test.fact: sample}) for test in tests):
                bits |= 1 << bit
        standing.append(bits)
    return ordered, standing
