"""Open facts: could they change the outcome, and which few would settle it?"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from disclosure_gate.model.frozen import FactValue
from disclosure_gate.rules.conditions import Condition, tests
from disclosure_gate.rules.ruleset import Rule
from disclosure_gate.rules.vocabulary import Vocabulary

MAX_TRIALS = 4096


@dataclass(frozen=True, slots=True)
class Inquiry:
    """``settled``: no answer could change the outcome. Else ``ask`` are the fewest facts that settle it."""

    settled: bool
    ask: tuple[str, ...] = ()


def open_facts(
    rules: Sequence[Rule], every: Sequence[Rule], vector: Mapping[str, FactValue]
) -> tuple[str, ...]:
    """The unknown facts that ``rules`` read, directly or through concepts of ``every`` rule, in name order."""
    deriving: dict[str, list[Condition]] = {}
    for rule in every:
        if rule.concept:
            deriving.setdefault(rule.concept, []).append(rule.condition)
    found: set[str] = set()
    seen: set[str] = set()
    waiting = [rule.condition for rule in rules]
    while waiting:
        for test in tests(waiting.pop()):
            if test.fact in deriving and test.fact not in seen:
                seen.add(test.fact)
                waiting += deriving[test.fact]
            elif test.fact not in deriving and vector[test.fact] is None:
                found.add(test.fact)
    return tuple(sorted(found))


def inquire(
    facts: Sequence[str],
    vocabulary: Vocabulary,
    mentioned: Mapping[str, frozenset[FactValue]],
    unanswered: Hashable,
    outcome: Callable[[Mapping[str, FactValue]], Hashable],
) -> Inquiry:
    """Try every answer to ``facts``.

    Exact for up to 4,096 combinations of answers; beyond that the outcome counts as open and all are asked.
    Where all answers lead to one outcome it must also be the outcome without an answer: of two rules, one for yes
    and one for no, neither speaks while the fact is unknown.

    Args:
        facts: the unknown facts that could matter.
        vocabulary: gives the values of each fact.
        mentioned: for facts without a finite domain, the values rules compare them with.
        unanswered: the signature of the result while all of ``facts`` are unknown.
        outcome: the signature of the result under an assignment of some of them.
    """
    domains = [vocabulary[fact].domain(mentioned.get(fact, frozenset())) for fact in facts]
    size = 1
    for domain in domains:
        size *= len(domain)
    if size > MAX_TRIALS:
        return Inquiry(settled=False, ask=tuple(facts))
    table = {answers: outcome(dict(zip(facts, answers, strict=True))) for answers in product(*domains)}
    if len(set(table.values())) == 1:
        [agreed] = set(table.values())
        if unanswered == agreed:
            return Inquiry(settled=True)
        return Inquiry(settled=False, ask=_fewest(facts, domains, agreed, outcome))
    for number in range(1, len(facts) + 1):
        for chosen in combinations(range(len(facts)), number):
            seen: dict[tuple[FactValue, ...], Hashable] = {}
            if all(
                seen.setdefault(tuple(answers[index] for index in chosen), result) == result
                for answers, result in table.items()
            ):
                return Inquiry(settled=False, ask=tuple(facts[index] for index in chosen))
    return Inquiry(settled=False, ask=tuple(facts))


def _fewest(
    facts: Sequence[str],
    domains: Sequence[Sequence[FactValue]],
    agreed: Hashable,
    outcome: Callable[[Mapping[str, FactValue]], Hashable],
) -> tuple[str, ...]:
    """The fewest facts whose answers, whatever they are, already lead to the outcome that all answers agree on."""
    trials = 0
    for number in range(1, len(facts)):
        for chosen in combinations(range(len(facts)), number):
            for answers in product(*(domains[index] for index in chosen)):
                trials += 1
                known = {facts[index]: answer for index, answer in zip(chosen, answers, strict=True)}
                if trials > MAX_TRIALS or outcome(known) != agreed:
                    break
            else:
                return tuple(facts[index] for index in chosen)
    return tuple(facts)
