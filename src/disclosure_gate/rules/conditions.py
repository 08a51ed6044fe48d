"""Conditions over facts: how they are written, typed against the vocabulary, normalised and judged.

Judgement is Kleene's: ``True``, ``False``, or ``None`` for unknown. Negation is pushed down to the
literals (negation normal form), so both engines meet only tests, *and* and *or*.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal, TypeAlias

from disclosure_gate.law.source import Source, Trail
from disclosure_gate.model.document import closest
from disclosure_gate.model.frozen import FactValue
from disclosure_gate.rules.vocabulary import Fact, Vocabulary

Operator: TypeAlias = Literal["in", "not_in", "lt", "le", "gt", "ge"]
OPERATORS: tuple[str, ...] = ("is", "in", "not", "lt", "le", "gt", "ge")
MAX_CLAUSES = 256


@dataclass(frozen=True, slots=True)
class Test:
    """One literal. ``values`` holds the set for ``in`` and ``not_in``, one bound for the others."""

    fact: str
    operator: Operator
    values: tuple[FactValue, ...]

    __test__ = False  # the field's word, not a test case

    def __str__(self) -> str:
        if self.operator in {"in", "not_in"}:
            sign = (
                ("=" if self.operator == "in" else "≠")
                if len(self.values) == 1
                else ("∈" if self.operator == "in" else "∉")
            )
            return f"{self.fact} {sign} {' | '.join(_written(value) for value in self.values)}"
        sign = {"lt": "<", "le": "≤", "gt": ">", "ge": "≥"}[self.operator]
        return f"{self.fact} {sign} {_written(self.values[0])}"


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; an empty one is true."""

    parts: tuple[Condition, ...]

    def __str__(self) -> str:
        return " ∧ ".join(f"({part})" if isinstance(part, AnyOf) else str(part) for part in self.parts) or "⊤"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Some part holds; an empty one is false."""

    parts: tuple[Condition, ...]

    def __str__(self) -> str:
        return " ∨ ".join(f"({part})" if isinstance(part, All) else str(part) for part in self.parts) or "⊥"


Condition: TypeAlias = Test | All | AnyOf

_OPPOSITE: dict[Operator, Operator] = {
    "in": "not_in", "not_in": "in", "lt": "ge", "ge": "lt", "le": "gt", "gt": "le",
}  # fmt: skip
_JUDGE: dict[Operator, Callable[[Any, Any], bool]] = {
    "lt": lambda value, bound: value < bound,
    "le": lambda value, bound: value <= bound,
    "gt": lambda value, bound: value > bound,
    "ge": lambda value, bound: value >= bound,
}


def negate(condition: Condition) -> Condition:
    """The negation, pushed down to the literals (de Morgan); Kleene values are kept."""
    if isinstance(condition, Test):
        return Test(condition.fact, _OPPOSITE[condition.operator], condition.values)
    parts = tuple(negate(part) for part in condition.parts)
    return AnyOf(parts) if isinstance(condition, All) else All(parts)


def judge(condition: Condition, vector: Mapping[str, FactValue]) -> bool | None:
    """The reference semantics, by walking the tree. The engines must agree with it (P4)."""
    if isinstance(condition, Test):
        value = vector[condition.fact]
        if value is None:
            return None
        if condition.operator == "in":
            return value in condition.values
        if condition.operator == "not_in":
            return value not in condition.values
        return _JUDGE[condition.operator](value, condition.values[0])
    settles = isinstance(condition, AnyOf)
    open_part = False
    for part in condition.parts:
        outcome = judge(part, vector)
        if outcome is settles:
            return settles
        open_part = open_part or outcome is None
    return None if open_part else not settles


def deciding(condition: Condition, vector: Mapping[str, FactValue]) -> Condition:
    """The smallest part that makes ``condition`` what it is: the clause shown to a reader."""
    if isinstance(condition, Test):
        return condition
    outcome = judge(condition, vector)
    alike = [part for part in condition.parts if judge(part, vector) is outcome]
    whole = outcome is isinstance(condition, All)  # a true All, a false AnyOf: every part counts
    if whole or len(alike) != 1:
        if not whole and alike:
            return deciding(alike[0], vector)
        return condition
    return deciding(alike[0], vector)


def tests(condition: Condition) -> Iterator[Test]:
    """All literals."""
    if isinstance(condition, Test):
        yield condition
    else:
        for part in condition.parts:
            yield from tests(part)


def clause_count(condition: Condition) -> int:
    """How many clauses :func:`clauses` would give."""
    if isinstance(condition, Test):
        return 1
    if isinstance(condition, AnyOf):
        return sum(clause_count(part) for part in condition.parts)
    count = 1
    for part in condition.parts:
        count *= clause_count(part)
    return count


def clauses(condition: Condition) -> list[tuple[Test, ...]]:
    """Disjunctive normal form: one of the clauses holds with all its literals.

    Kleene's logic is distributive, so the value is the same for unknown facts too; nothing is simplified away.
    """
    if isinstance(condition, Test):
        return [(condition,)]
    if isinstance(condition, AnyOf):
        return [clause for part in condition.parts for clause in clauses(part)]
    return [
        tuple(dict.fromkeys(test for clause in choice for test in clause))
        for choice in product(*(clauses(part) for part in condition.parts))
    ]


def parse(data: Any, vocabulary: Vocabulary, source: Source, trail: Trail) -> Condition:
    """A condition as written in YAML; flaws are noted in ``source``.

    A mapping holds when every entry does: ``fact: value``, ``fact: [one, of]``,
    ``fact: {not: …, lt: …, ge: …}``, ``all: […]``, ``any: […]``, ``not: …``.
    """
    if not isinstance(data, dict):
        source.flaw(
            "E-RULE-VALUE", trail, got=type(data).__name__, expected="mapping of facts, all, any, not"
        )
        return All(())
    parts: list[Condition] = []
    for key, body in data.items():
        at = (*trail, key)
        if key in {"all", "any"}:
            if not isinstance(body, list) or not body:
                source.flaw("E-RULE-VALUE", at, expected="non-empty list of conditions")
                continue
            inner = tuple(parse(part, vocabulary, source, (*at, index)) for index, part in enumerate(body))
            parts.append(All(inner) if key == "all" else AnyOf(inner))
        elif key == "not":
            parts.append(negate(parse(body, vocabulary, source, at)))
        elif key not in vocabulary:
            near = closest(str(key), [*vocabulary.facts, "all", "any", "not"])
            source.flaw("E-FACT-UNKNOWN", at, got=str(key), suggestion=near)
        else:
            parts.extend(_fact_tests(vocabulary[key], body, source, at))
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def _fact_tests(fact: Fact, body: Any, source: Source, trail: Trail) -> list[Condition]:
    if not isinstance(body, dict):
        return [Test(fact.name, "in", _values(fact, body, source, trail))]
    parts: list[Condition] = []
    for operator, operand in body.items():
        at = (*trail, operator)
        if operator not in OPERATORS:
            source.flaw(
                "E-RULE-KEY",
                at,
                got=str(operator),
                expected=" | ".join(OPERATORS),
                suggestion=closest(str(operator), OPERATORS),
            )
        elif operator in {"is", "in"}:
            parts.append(Test(fact.name, "in", _values(fact, operand, source, at)))
        elif operator == "not":
            parts.append(Test(fact.name, "not_in", _values(fact, operand, source, at)))
        elif fact.type not in {"int", "date"}:
            source.flaw(
                "E-RULE-VALUE", at, got=f"{operator} on a fact of type {fact.type}", expected="is | in | not"
            )
        else:
            bound = _values(fact, operand, source, at)
            if len(bound) != 1:
                source.flaw("E-RULE-VALUE", at, expected="one value")
            else:
                parts.append(Test(fact.name, operator, bound))
    return parts


def _values(fact: Fact, body: Any, source: Source, trail: Trail) -> tuple[FactValue, ...]:
    many = isinstance(body, list)
    found: list[FactValue] = []
    for index, item in enumerate(body if many else [body]):
        at = (*trail, index) if many else trail
        try:
            value = fact.read(item)
            if value is None:
                raise ValueError(fact.expected)  # noqa: TRY301  unknown is nothing a rule can test for
        except ValueError as error:
            near = closest(item, fact.values) if isinstance(item, str) else ""
            source.flaw("E-FACT-TYPE", at, got=str(item)[:60], expected=str(error), suggestion=near)
            continue
        found.append(value)
    if many and not body:
        source.flaw("E-RULE-VALUE", trail, expected="at least one value")
    return tuple(dict.fromkeys(found))


def _written(value: FactValue) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
