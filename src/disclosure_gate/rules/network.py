"""The second engine: durable-rules networks, one for each domain (with the national rules), stratum and kind of document.

The only module that knows durable-rules. What it avoids, and why (design §4; a test each):

- ``durable.engine.Host`` starts timer threads that enter the C engine beside ours. No host is made:
  the C engine is driven directly, one lock per network.
- Only ``==``, ``!=``, ``<``, ``<=``, ``>``, ``>=``, ``$and`` and ``$or`` are emitted; conditions come in
  negation normal form, so ``$nex`` is never needed.
- The engine takes ``1``, ``"1"``, ``1.0`` and ``true`` for equal. Values that are not ordered travel as
  interned names (``v3``), ordered ones as integers inside the range the rules mention.
- A fact is asserted, never posted (``post`` lets the first rule consume it), in the default state (a
  ``sid`` per document leaks), and retracted before the next one. Nothing of a document's text is in it.
- Networks stay well below 300 rules, and one the engine still refuses is made as two halves.

Unknown facts: each network exists twice. In the *must* form a literal over an unknown fact is false,
in the *may* form it is true; the second is asked only when a fact it reads is unknown.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from threading import Lock
from typing import Any, TypeAlias

from durable.engine import durable_rules_engine as core

from disclosure_gate.model.errors import EngineError
from disclosure_gate.model.frozen import FactValue
from disclosure_gate.rules.conditions import All, AnyOf, Condition, Test, judge, tests
from disclosure_gate.rules.matching import Matches, MatchRule
from disclosure_gate.rules.vocabulary import Vocabulary

MAX_RULES = 150
KIND = "kind"
_HANDLED, _UNMATCHED = 0, 1
_UNKNOWN, _OTHER = "?", "-"
_Json: TypeAlias = dict[str, Any]
_SIGN = {"lt": "$lt", "le": "$lte", "gt": "$gt", "ge": "$gte"}


class NetworkEngine:
    """Matches rules with durable-rules. Networks are built on first use, in the process that uses them."""

    name = "networks"

    def __init__(self, rules: Sequence[MatchRule], vocabulary: Vocabulary) -> None:
        self._rules = rules
        self._fields = _fields(rules, vocabulary)
        self._strata: dict[tuple[tuple[str, ...], FactValue], tuple[_Stratum, ...]] = {}
        self._networks: dict[tuple[tuple[str, ...], int, FactValue], tuple[_Network, ...]] = {}
        self._pid = os.getpid()
        self._lock = Lock()

    def match(self, scopes: tuple[str, ...], vector: Mapping[str, FactValue]) -> Matches:
        """See :class:`~disclosure_gate.rules.matching.Engine`.

        Raises:
            EngineError: the C engine reported an error; nothing is concluded from such a run.
        """
        if os.getpid() != self._pid:
            self._start_over()
        kind = vector[KIND]
        strata = self._strata.get((scopes, kind)) or self._build(scopes, kind)
        settled = dict(vector) if len(strata) > 1 else vector
        true: set[int] = set()
        unknown: set[int] = set()
        for stratum in strata:
            must: set[int] = set()
            may: set[int] = set()
            for network in stratum.networks:
                held, standing = network.match(settled)
                must |= held
                may |= standing
            true |= must
            unknown |= may - must
            for concept, rules in stratum.concepts.items():
                value = True if rules & must else None if rules & may else False
                settled[concept] = value  # type: ignore[index]  # several strata: settled is our own dict
        return Matches(tuple(sorted(true)), tuple(sorted(unknown)))

    def _start_over(self) -> None:
        """After a fork the parent's networks are not ours: the engine's locks may be held by nobody."""
        self._lock = Lock()
        self._strata, self._networks, self._pid = {}, {}, os.getpid()

    def _build(self, scopes: tuple[str, ...], kind: FactValue) -> tuple[_Stratum, ...]:
        with self._lock:
            chosen = [rule for rule in self._rules if rule.scope in scopes]
            strata = []
            for level in sorted({rule.stratum for rule in chosen}):
                networks = self._network(scopes, level, kind)
                concepts: dict[str, set[int]] = {}
                for rule in chosen:
                    if rule.stratum == level and rule.concept:
                        concepts.setdefault(rule.concept, set()).add(rule.index)
                strata.append(_Stratum(networks, concepts))
            if len(strata) == 1 and strata[0].concepts:
                strata[0].concepts.clear()  # nothing reads them
            self._strata[scopes, kind] = tuple(strata)
            return self._strata[scopes, kind]

    def _network(self, scopes: tuple[str, ...], level: int, kind: FactValue) -> tuple[_Network, ...]:
        # The engine's cost grows with the rules in a network. The kind is always known, so a document
        # meets only the rules that its kind alone does not make false, national and domain in one network.
        key = (scopes, level, kind)
        if key not in self._networks:
            given = _Only({KIND: kind})
            rules = [
                replace(rule, condition=_given(rule.condition, given))
                for rule in self._rules
                if rule.scope in scopes
                and rule.stratum == level
                and judge(rule.condition, given) is not False
            ]
            self._networks[key] = tuple(
                network
                for start in range(0, len(rules), MAX_RULES)
                for network in _networks(
                    f"{'+'.join(scopes)}.{level}.{kind}.{start}",
                    rules[start : start + MAX_RULES],
                    self._fields,
                )
            )
        return self._networks[key]


def _networks(name: str, rules: Sequence[MatchRule], fields: Mapping[str, _Field]) -> list[_Network]:
    """One network, or as many as the engine's limits on nodes and expressions make necessary."""
    try:
        return [_Network(name, rules, fields)]
    except EngineError:
        if len(rules) == 1:
            raise
        half = len(rules) // 2
        return _networks(f"{name}a", rules[:half], fields) + _networks(f"{name}b", rules[half:], fields)


class _Only(dict[str, FactValue]):
    """A vector in which all but a few facts are unknown."""

    def __missing__(self, name: str) -> None:
        return None


def _given(condition: Condition, known: Mapping[str, FactValue]) -> Condition:
    """``condition``, not false, without the tests that the known facts settle."""
    if isinstance(condition, Test):
        return All(()) if judge(condition, known) is True else condition
    parts = [_given(part, known) for part in condition.parts if judge(part, known) is not False]
    if isinstance(condition, AnyOf):
        return All(()) if All(()) in parts else AnyOf(tuple(parts))
    return All(tuple(part for part in parts if part != All(())))


class _Stratum:
    def __init__(self, networks: tuple[_Network, ...], concepts: dict[str, set[int]]) -> None:
        self.networks = networks
        self.concepts = concepts


class _Network:
    """A few hundred rules as a must network and a may network over the facts they read."""

    def __init__(self, name: str, rules: Sequence[MatchRule], fields: Mapping[str, _Field]) -> None:
        read = sorted({test.fact for rule in rules for test in tests(rule.condition)})
        self._facts = tuple(fields[fact] for fact in read)
        self._fields = fields
        self._must = _create(f"{name}.must", rules, fields, may=False)
        self._may: int | None = None  # made when first asked for: a network takes some 0.4 MB
        self._name = name
        self._rules = rules
        self._halves: list[_Network] = []
        self._lock = Lock()

    def match(self, vector: Mapping[str, FactValue]) -> tuple[set[int], set[int]]:
        """Indexes of the rules that hold, and of those that hold or are open."""
        if not self._halves:
            try:
                return self._match(vector)
            except EngineError:
                # Error 303: more rules fired at once than the engine has room for. Halves have room.
                if len(self._rules) == 1:
                    raise
                half = len(self._rules) // 2
                self._halves = [
                    *_networks(f"{self._name}a", self._rules[:half], self._fields),
                    *_networks(f"{self._name}b", self._rules[half:], self._fields),
                ]
        answers = [network.match(vector) for network in self._halves]
        return set().union(*(held for held, _ in answers)), set().union(
            *(standing for _, standing in answers)
        )

    def _match(self, vector: Mapping[str, FactValue]) -> tuple[set[int], set[int]]:
        parts = ['{"id":1,"t":"t"']
        known = True
        for field in self._facts:
            value = vector[field.fact]
            if value is None:
                known = False
            parts.append(field.pieces.get(value) or field.written(value))
        message = ",".join(parts) + "}"
        with self._lock:
            held = self._run(self._must, message)
            if known:
                return held, held
            if self._may is None:
                self._may = _create(f"{self._name}.may", self._rules, self._fields, may=True)
            return held, self._run(self._may, message)

    def _run(self, handle: int, message: str) -> set[int]:
        fired: set[int] = set()
        try:
            code, state = core.assert_fact(handle, message)
            if code == _HANDLED:
                started = core.start_action_for_state(handle, state)
                action = started[1] if started else None
                while action:
                    fired.add(_rule_of(action))
                    action = core.complete_and_start_action(handle, state)
            elif code != _UNMATCHED:
                raise EngineError("E-ENGINE", where=self._name, got=f"code {code}")
        except core.error as error:
            raise EngineError("E-ENGINE", where=self._name, got=str(error)) from error
        finally:
            # A fact left behind would be matched again with the next document.
            try:
                core.retract_fact(handle, message)
            except core.error as error:
                raise EngineError("E-ENGINE", where=self._name, got=str(error)) from error
        return fired


def _fields(rules: Sequence[MatchRule], vocabulary: Vocabulary) -> dict[str, _Field]:
    """The facts that rules read, each with a short key of its own."""
    mentioned: dict[str, set[FactValue]] = {}
    for rule in rules:
        for test in tests(rule.condition):
            mentioned.setdefault(test.fact, set()).update(test.values)
    return {
        fact: _Field(f"f{number}", fact, vocabulary[fact].type in {"int", "date"}, values)
        for number, (fact, values) in enumerate(sorted(mentioned.items()))
    }


class _Field:
    """One fact as a network sees it."""

    def __init__(self, key: str, fact: str, ordered: bool, values: set[FactValue]) -> None:  # noqa: FBT001  set once, by type
        self.key = key
        self.fact = fact
        self.ordered = ordered
        bounds = [int(value) for value in values if value is not None] if ordered else []
        # Beyond the outermost bound every comparison is the same, so a value is clamped there: the
        # engine's own numbers are narrower than Python's.
        self._low, self._high = min(bounds, default=0) - 1, max(bounds, default=0) + 1
        known = sorted(values, key=lambda value: (type(value).__name__, str(value)))
        self.names = {} if ordered else {value: f"v{number}" for number, value in enumerate(known)}
        # What is sent for a value, made once and shared by all networks.
        self.pieces: dict[FactValue, str] = {value: f'"{key}":"{name}"' for value, name in self.names.items()}
        self._other = f'"{key}":"{_OTHER}"'
        self._unknown = f'"{key}":{self._low},"{key}k":"n"' if ordered else f'"{key}":"{_UNKNOWN}"'

    def written(self, value: FactValue) -> str:
        """The fact as a piece of JSON, for a value that is not among :attr:`pieces`."""
        if value is None:
            return self._unknown
        if self.ordered:
            number = max(self._low, min(self._high, int(value)))
            return f'"{self.key}":{number},"{self.key}k":"y"'
        return self._other


def _create(name: str, rules: Sequence[MatchRule], fields: Mapping[str, _Field], *, may: bool) -> int:
    definition = {
        f"r{rule.index}": {"all": [{"m": _expression(rule.condition, fields, may=may)}]} for rule in rules
    }
    try:
        handle: int = core.create_ruleset(name, json.dumps(definition))
    except core.error as error:
        raise EngineError("E-ENGINE", where=name, got=str(error)) from error
    return handle


def _expression(condition: Condition, fields: Mapping[str, _Field], *, may: bool) -> _Json:
    if isinstance(condition, Test):
        return _literal(condition, fields[condition.fact], may=may)
    parts = [_expression(part, fields, may=may) for part in condition.parts]
    if isinstance(condition, AnyOf):
        return _joined("$or", parts, {"t": "f"})
    return _joined("$and", parts, {"t": "t"})


def _literal(test: Test, field: _Field, *, may: bool) -> _Json:
    if field.ordered:
        if test.operator in {"in", "not_in"}:
            numbers: Iterator[Any] = iter(test.values)
            if test.operator == "in":
                compared = _joined("$or", [{field.key: int(number)} for number in numbers], {"t": "f"})
            else:
                compared = _joined(
                    "$and", [{"$neq": {field.key: int(number)}} for number in numbers], {"t": "t"}
                )
        else:
            bound: Any = test.values[0]
            compared = {_SIGN[test.operator]: {field.key: int(bound)}}
        if may:
            return {"$or": [{f"{field.key}k": "n"}, compared]}
        return {"$and": [{f"{field.key}k": "y"}, compared]}
    names = [field.names[value] for value in test.values]
    if test.operator == "in":
        return _joined(
            "$or", [{field.key: name} for name in [*names, *([_UNKNOWN] if may else [])]], {"t": "f"}
        )
    return _joined(
        "$and", [{"$neq": {field.key: name}} for name in [*names, *([] if may else [_UNKNOWN])]], {"t": "t"}
    )


def _joined(sign: str, parts: list[_Json], empty: _Json) -> _Json:
    if not parts:
        return empty
    return parts[0] if len(parts) == 1 else {sign: parts}


def _rule_of(action: str) -> int:
    # {"r12":{"m":{…}}}: the name of the rule is the first key.
    return int(action[action.index('"r') + 2 : action.index('"', 3)])
