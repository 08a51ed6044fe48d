"""All rules with the law they rest on, and the edition of them that is in force on a day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from threading import Lock

from disclosure_gate.law.registry import LawRegistry, Stale, day_after
from disclosure_gate.model.determination import Basis
from disclosure_gate.model.errors import Flaw, InputError, RulesetError
from disclosure_gate.model.findings import Duty, Exempt, Finding
from disclosure_gate.model.frozen import FactValue
from disclosure_gate.rules.conditions import tests
from disclosure_gate.rules.direct import DirectEngine
from disclosure_gate.rules.matching import Engine, MatchRule
from disclosure_gate.rules.ruleset import Case, Rule, Ruleset
from disclosure_gate.rules.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class LawInForce:
    """What a rule rests on, on the day of an edition."""

    basis: tuple[Basis, ...]
    stale: tuple[Stale, ...]
    rank: int


class Edition:
    """The rules in force over one stretch of days in which no rule and no provision begins or ends."""

    def __init__(self, base: RuleBase, on: date) -> None:
        self.vocabulary = base.vocabulary
        chosen = [
            rule
            for rule in base.rules
            if (not rule.from_ or rule.from_ <= on) and (not rule.to or on <= rule.to)
        ]
        self.law: dict[int, LawInForce] = {rule.index: _law_of(rule, base.registry, on) for rule in chosen}
        # INVARIANT P5: a rule without a provision in force on the day is never more than a warning.
        self.rules: dict[int, Rule] = {rule.index: rule for rule in chosen}
        self._match_rules = tuple(
            MatchRule(
                rule.index,
                rule.scope,
                rule.stratum,
                rule.condition,
                rule.concept if self.law[rule.index].basis else None,
            )
            for rule in chosen
        )
        self.scopes: frozenset[str] = frozenset(rule.scope for rule in chosen)
        self._findings: dict[int, tuple[Finding, ...]] = {}
        self._reads: dict[int, tuple[str, ...]] = {}
        self._mentioned: dict[tuple[str, ...], Mapping[str, frozenset[FactValue]]] = {}

    @cached_property
    def speaks(self) -> bool:
        """Whether any rule in force can give a status at all."""
        return any(
            self.law[index].basis and any(isinstance(effect, Duty | Exempt) for effect in rule.effects)
            for index, rule in self.rules.items()
        )

    @cached_property
    def direct(self) -> Engine:
        """Our own engine over this edition."""
        return DirectEngine(self._match_rules, self.vocabulary)

    @cached_property
    def networks(self) -> Engine:
        """The durable-rules networks over this edition."""
        from disclosure_gate.rules.network import NetworkEngine  # noqa: PLC0415  loads a C extension; direct-only gates need none

        return NetworkEngine(self._match_rules, self.vocabulary)

    def findings(self, index: int) -> tuple[Finding, ...]:
        """What rule ``index`` says when it holds; empty when nothing it rests on is in force."""
        made = self._findings.get(index)
        if made is None:
            rule, law = self.rules[index], self.law[index]
            made = tuple(
                Finding(rule.id, effect, law.basis, rule.because, law.rank, place)
                for place, effect in enumerate(rule.effects)
                if law.basis
            )
            self._findings[index] = made
        return made

    def reads(self, index: int) -> tuple[str, ...]:
        """The facts that the condition of rule ``index`` reads, in name order."""
        found = self._reads.get(index)
        if found is None:
            found = self._reads[index] = tuple(
                sorted({test.fact for test in tests(self.rules[index].condition)})
            )
        return found

    def mentioned(self, scopes: tuple[str, ...]) -> Mapping[str, frozenset[FactValue]]:
        """For every fact that rules of ``scopes`` read: the values they compare it with."""
        found = self._mentioned.get(scopes)
        if found is None:
            values: dict[str, set[FactValue]] = {}
            for rule in self.rules.values():
                if rule.scope in scopes:
                    for test in tests(rule.condition):
                        values.setdefault(test.fact, set()).update(test.values)
            found = self._mentioned[scopes] = {name: frozenset(each) for name, each in values.items()}
        return found

    def scopes_of(self, domain: str | None) -> tuple[str, ...]:
        """The scopes a document of ``domain`` is judged in."""
        wanted = ("national",) if domain is None else ("national", domain)
        return tuple(scope for scope in wanted if scope in self.scopes)


@dataclass(frozen=True)
class RuleBase:
    """Everything loaded."""

    rulesets: tuple[Ruleset, ...]
    vocabulary: Vocabulary
    rules: tuple[Rule, ...]
    registry: LawRegistry
    cases: tuple[tuple[str, str, Case], ...] = ()
    _editions: dict[int, Edition] = field(default_factory=dict, compare=False, repr=False)
    _lock: Lock = field(default_factory=Lock, compare=False, repr=False)

    def checked(self, flaws: list[Flaw]) -> RuleBase:
        """Itself, or every flaw found on the way.

        Raises:
            RulesetError: there were flaws.
        """
        if flaws:
            raise RulesetError(flaws=tuple(flaws))
        return self

    @cached_property
    def _first(self) -> date | None:
        """The first day whose law every ruleset that is for all documents tells."""
        return max((each.since for each in self.rulesets if each.since and not each.domain), default=None)

    @cached_property
    def _turns(self) -> tuple[date, ...]:
        """The days on which some rule or provision begins or has just ended."""
        days: set[date] = set()
        for rule in self.rules:
            days |= {day for day in (rule.from_, day_after(rule.to)) if day}
        days |= set(self.registry.turns())
        return tuple(sorted(days))

    def edition(self, on: date) -> Edition:
        """The rules in force on ``on``.

        Raises:
            InputError: ``E-DATE``, no rule that gives a status is in force then, or a ruleset for every
                document does not tell the law of that day: what it does not know might be what protects.
        """
        first = self._first
        if first is not None and on < first:
            raise InputError("E-DATE", where="/as_of", got=on.isoformat(), expected=f"≥ {first}")
        key = bisect_right(self._turns, on)
        found = self._editions.get(key)
        if found is None:
            with self._lock:
                found = self._editions.setdefault(key, Edition(self, on))
        if not found.speaks:
            raise InputError("E-DATE", where="/as_of", got=on.isoformat())
        return found

    def rule(self, rule_id: str) -> Rule | None:
        """A rule by its full id."""
        return self._by_id.get(rule_id)

    @cached_property
    def _by_id(self) -> Mapping[str, Rule]:
        return {rule.id: rule for rule in self.rules}


def _law_of(rule: Rule, registry: LawRegistry, on: date) -> LawInForce:
    live: list[Basis] = []
    stale: list[Stale] = []
    rank = 0
    for citation in rule.basis:
        basis = registry.basis(citation.law, citation.article, on)
        if basis is None:
            ended = registry.stale(citation.law, citation.article, on)
            if ended is not None:
                stale.append(ended)
        else:
            live.append(basis)
            rank = max(rank, registry.rank(citation.law))
    return LawInForce(tuple(live), tuple(stale), rank)
