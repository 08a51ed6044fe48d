"""One decision: match the rules in force, resolve what they say, find out whether open facts matter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from disclosure_gate.model.determination import Counterfactual, RuleTrace
from disclosure_gate.model.errors import GateError
from disclosure_gate.model.findings import Finding, Span
from disclosure_gate.model.frozen import FactValue
from disclosure_gate.rules.conditions import deciding, judge
from disclosure_gate.rules.matching import Matches
from disclosure_gate.rules.questions import Inquiry, inquire, open_facts
from disclosure_gate.rules.resolution import Resolution, resolve
from disclosure_gate.rules.rulebase import Edition
from disclosure_gate.rules.ruleset import Rule

EngineChoice = Literal["both", "direct"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of it. ``engines_differ`` names the rules the engines disagree on, or the error of one."""

    matches: Matches
    resolution: Resolution
    inquiry: Inquiry
    engines_differ: tuple[str, ...] = ()


def decide(
    edition: Edition,
    scopes: tuple[str, ...],
    vector: Mapping[str, FactValue],
    said: Sequence[Finding],
    spans: Sequence[Span],
    engine: EngineChoice,
) -> Verdict:
    """Decide over a total vector.

    Args:
        edition: the rules in force on the day.
        scopes: whose rules apply: national, and the document's domain.
        vector: every fact, ``None`` for unknown.
        said: findings that come from elsewhere (catalogue row, plugins, the gate itself).
        spans: what was flagged in the text.
        engine: ``both`` compares the two engines; ``direct`` trusts the evaluator.
    """
    return _decide(edition, scopes, vector, _Outcomes(edition, said, spans), engine)


class _Outcomes:
    """What the rules that hold come to for one document.

    Of the hundreds of answers that are tried for questions and counterfactuals most leave the same rules standing, and
    resolving them walks all findings and spans: once for each set of rules is enough.
    """

    def __init__(self, edition: Edition, said: Sequence[Finding], spans: Sequence[Span]) -> None:
        self._edition = edition
        self._said = said
        self._spans = spans
        self._known: dict[tuple[int, ...], Resolution] = {}

    def of(self, true: tuple[int, ...]) -> Resolution:
        """The resolution where exactly the rules ``true`` hold."""
        known = self._known.get(true)
        if known is None:
            found = [finding for index in true for finding in self._edition.findings(index)]
            known = self._known[true] = resolve([*self._said, *found], self._spans)
        return known


def _decide(
    edition: Edition,
    scopes: tuple[str, ...],
    vector: Mapping[str, FactValue],
    outcomes: _Outcomes,
    engine: EngineChoice,
) -> Verdict:
    matches = edition.direct.match(scopes, vector)
    differ: tuple[str, ...] = ()
    if engine == "both":
        differ = _compare(edition, scopes, vector, matches)
    resolution = outcomes.of(matches.true)
    inquiry = Inquiry(settled=True)
    unknown = [edition.rules[index] for index in matches.unknown if edition.law[index].basis]
    if unknown:
        inquiry = _inquire(edition, scopes, vector, outcomes, unknown, resolution)
    return Verdict(matches, resolution, inquiry, differ)


def _compare(
    edition: Edition, scopes: tuple[str, ...], vector: Mapping[str, FactValue], mine: Matches
) -> tuple[str, ...]:
    try:
        other = edition.networks.match(scopes, vector)
    except GateError as error:
        return (error.code,)
    apart = set(mine.true) ^ set(other.true) | set(mine.unknown) ^ set(other.unknown)
    return tuple(sorted(edition.rules[index].id for index in apart))


def _inquire(
    edition: Edition,
    scopes: tuple[str, ...],
    vector: Mapping[str, FactValue],
    outcomes: _Outcomes,
    unknown: Sequence[Rule],
    unanswered: Resolution,
) -> Inquiry:
    every = [rule for rule in edition.rules.values() if rule.scope in scopes]
    facts = open_facts(unknown, every, vector)

    def outcome(answers: Mapping[str, FactValue]) -> tuple[object, ...]:
        return outcomes.of(edition.direct.match(scopes, {**vector, **answers}).true).signature()

    return inquire(facts, edition.vocabulary, edition.mentioned(scopes), unanswered.signature(), outcome)


def counterfactuals(
    edition: Edition,
    scopes: tuple[str, ...],
    vector: Mapping[str, FactValue],
    said: Sequence[Finding],
    spans: Sequence[Span],
) -> list[Counterfactual]:
    """Every single answer that would lead to another status."""
    outcomes = _Outcomes(edition, said, spans)
    base = _decide(edition, scopes, vector, outcomes, "direct")
    now = base.resolution.status if base.inquiry.settled else None
    found = []
    for name, mentioned in sorted(edition.mentioned(scopes).items()):
        fact = edition.vocabulary[name]
        if fact.given or fact.concept:
            continue
        for value in fact.domain(mentioned):
            if value == vector[name]:
                continue
            verdict = _decide(edition, scopes, {**vector, name: value}, outcomes, "direct")
            status = verdict.resolution.status if verdict.inquiry.settled else None
            if status != now:
                found.append(Counterfactual(fact=name, value=fact.show(value), status=status))
    return found


def trace(
    edition: Edition, scopes: tuple[str, ...], vector: Mapping[str, FactValue], matches: Matches
) -> list[RuleTrace]:
    """Every rule in force with the clause that decided it, strata in order."""
    settled = dict(vector)
    true, unknown = set(matches.true), set(matches.unknown)
    every = sorted(
        (rule for rule in edition.rules.values() if rule.scope in scopes),
        key=lambda each: (each.stratum, each.id),
    )
    deriving: dict[str, list[Rule]] = {}
    for rule in every:
        if rule.concept and edition.law[rule.index].basis:
            deriving.setdefault(rule.concept, []).append(rule)
    for concept, rules in deriving.items():
        indexes = {rule.index for rule in rules}
        settled[concept] = True if indexes & true else None if indexes & unknown else False
    traces = []
    for rule in every:
        outcome: Literal["true", "false", "unknown"] = (
            "true" if rule.index in true else "unknown" if rule.index in unknown else "false"
        )
        clause = str(deciding(rule.condition, settled))
        if outcome == "false" and rule.unless is not None and judge(rule.when, settled) is True:
            clause = f"unless {deciding(rule.unless, settled)}"
        if outcome == "true" and not edition.law[rule.index].basis:
            clause = "no provision it rests on is in force"
        traces.append(RuleTrace(rule=rule.id, outcome=outcome, clause=clause, title=rule.title))
    return traces
