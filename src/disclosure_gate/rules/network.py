"""The second engine: durable-rules networks, one for each domain (with the national rules), kind of document and stratum.

The only module that knows durable-rules. What it avoids, and why (design §4; a test each):

- ``durable.engine.Host`` starts timer threads that enter the C engine beside ours. No host is made:
  the C engine is driven directly, one lock per network.
- Only ``==``, ``!=``, ``<``, ``<=``, ``>``, ``>=``, ``$and`` and ``$or`` are emitted; conditions come in
  negation normal form, so ``$nex`` is never needed.
- The engine takes ``1``, ``"1"``, ``1.0`` and ``true`` for equal. Only integers travel: ordered values inside
  the range the rules mention, all others as the number of the value among those of their fact.
- A fact is asserted, never posted (``post`` lets the first rule consume it), in the default state (a
  ``sid`` per document leaks), and retracted before the next one. Nothing of a document's text is in it.
- Networks stay well below 300 rules, and one the engine still refuses is made as two halves.

Unknown facts: beside the *known* form, which knows nothing of them, a network has two more, made when a fact it
reads is first unknown. In the *must* form a literal over an unknown fact is false, in the *may* form it is true.

A decision's cost here is memory that is not in the cache: every node of the engine lies kilobytes from the next,
and there are hundreds of networks. So each holds as few nodes as can be, and what is ours is shared between them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from threading import Lock
from typing import Any, Literal, TypeAlias

from durable.engine import durable_rules_engine as core

from disclosure_gate.model.errors import EngineError
from disclosure_gate.model.frozen import FactValue
from disclosure_gate.rules.conditions import All, AnyOf, Condition, Test, judge, tests
from disclosure_gate.rules.matching import Matches, MatchRule
from disclosure_gate.rules.vocabulary import Vocabulary

MAX_RULES = 150
_HANDLED, _UNMATCHED = 0, 1
_UNKNOWN, _OTHER = 0, 1  # what travels for a value nobody knows, and for one that no rule mentions
_ID = "1"
_HEAD = f'{{"id":"{_ID}"'
_Case: TypeAlias = tuple[tuple[str, ...], FactValue, FactValue]  # scopes, kind, domain
_Json: TypeAlias = dict[str, Any]
_Told: TypeAlias = tuple[str, Callable[[FactValue, str], str], str]
_Form: TypeAlias = Literal["known", "must", "may"]
_SIGN = {"lt": "$lt", "le": "$lte", "gt": "$gt", "ge": "$gte"}


class NetworkEngine:
    """Matches rules with durable-rules. Networks are built on first use, in the process that uses them."""

    name = "networks"

    def __init__(self, rules: Sequence[MatchRule], vocabulary: Vocabulary) -> None:
        self._rules = rules
        self._fields = _fields(rules, vocabulary)
        self._strata: dict[_Case, tuple[_Stratum, ...]] = {}
        self._pid = os.getpid()
        self._lock = Lock()

    def match(self, scopes: tuple[str, ...], vector: Mapping[str, FactValue]) -> Matches:
        """See :class:`~disclosure_gate.rules.matching.Engine`.

        Raises:
            EngineError: the C engine reported an error; nothing is concluded from such a run.
        """
        if os.getpid() != self._pid:
            self._start_over()
        case = (scopes, vector["kind"], vector["domain"])
        strata = self._strata.get(case) or self._build(case)
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
        self._lock, self._strata, self._pid = Lock(), {}, os.getpid()

    def _build(self, case: _Case) -> tuple[_Stratum, ...]:
        # The engine's cost grows with the rules in a network. Kind and domain are always known, so a document
        # meets only the rules that these two do not make false, national and domain in one network.
        scopes, kind, domain = case
        known = _Only({"kind": kind, "domain": domain})
        with self._lock:
            if case not in self._strata:
                chosen = [rule for rule in self._rules if rule.scope in scopes]
                levels = sorted({rule.stratum for rule in chosen})
                self._strata[case] = tuple(
                    self._stratum(
                        f"{'+'.join(scopes)}.{domain}.{kind}.{level}",
                        [rule for rule in chosen if rule.stratum == level],
                        known,
                        last=level == levels[-1],
                    )
                    for level in levels
                )
            return self._strata[case]

    def _stratum(
        self, name: str, rules: Sequence[MatchRule], known: Mapping[str, FactValue], *, last: bool
    ) -> _Stratum:
        concepts: dict[str, set[int]] = {}
        for rule in rules:
            if rule.concept and not last:  # nothing reads those of the last
                concepts.setdefault(rule.concept, set()).add(rule.index)
        left = [
            replace(rule, condition=_given(rule.condition, known))
            for rule in rules
            if judge(rule.condition, known) is not False
        ]
        networks = [
            network
            for start in range(0, len(left), MAX_RULES)
            for network in _networks(f"{name}.{start}", left[start : start + MAX_RULES], self._fields)
        ]
        return _Stratum(tuple(networks), concepts)


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
    """A few hundred rules over the facts they read, as a known network and, when it comes to that, must and may."""

    def __init__(self, name: str, rules: Sequence[MatchRule], fields: Mapping[str, _Field]) -> None:
        self._name = name
        self._rules = rules
        self._fields = fields
        read = {test.fact for rule in rules for test in tests(rule.condition)}
        # Shared between networks, so that they are in the cache whatever network was asked last.
        self._facts = [fields[fact].told for fact in sorted(read)]
        self._read = [fields[fact] for fact in sorted(read)]
        self._known = _create(f"{name}.known", rules, fields, "known")
        self._open: tuple[int, int] | None = None  # made when first asked for: a network takes some 0.3 MB
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
        told = [get(vector[fact], other) for fact, get, other in self._facts]
        message = f"{_HEAD}{''.join(told)}}}"
        if "?" not in message:
            with self._lock:
                held = self._run(self._known, message)
            return held, held
        message = _written(self._read, vector)
        with self._lock:
            if self._open is None:
                self._open = (
                    _create(f"{self._name}.must", self._rules, self._fields, "must"),
                    _create(f"{self._name}.may", self._rules, self._fields, "may"),
                )
            must, may = self._open
            return self._run(must, message), self._run(may, message)

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
            # A fact left behind would be matched again with the next document. Its id is all that is read.
            try:
                core.retract_fact(handle, _HEAD + "}")
            except core.error as error:
                raise EngineError("E-ENGINE", where=self._name, got=str(error)) from error
        return fired


def _fields(rules: Sequence[MatchRule], vocabulary: Vocabulary) -> dict[str, _Field]:
    """The facts that rules read."""
    mentioned: dict[str, set[FactValue]] = {}
    for rule in rules:
        for test in tests(rule.condition):
            mentioned.setdefault(test.fact, set()).update(test.values)
    return {
        fact: _Field(f"f{number}", fact, vocabulary[fact].type in {"int", "date"}, values)
        for number, (fact, values) in enumerate(sorted(mentioned.items()))
    }


class _Field:
    """One fact as all networks see it: its key, and how its values travel."""

    def __init__(self, key: str, fact: str, ordered: bool, values: set[FactValue]) -> None:  # noqa: FBT001  set once, by type
        self.key = key
        self.fact = fact
        self.ordered = ordered
        bounds = [int(value) for value in values if value is not None] if ordered else []
        # Beyond the outermost bound every comparison is the same, so a value is clamped there: the
        # engine's own numbers are narrower than Python's.
        self.low, self.high = min(bounds, default=0) - 1, max(bounds, default=0) + 1
        #: A number that no value has.
        self.unknown = self.low if ordered else _UNKNOWN
        known = sorted(values, key=lambda value: (type(value).__name__, str(value)))
        self.numbers = {} if ordered else {value: number for number, value in enumerate(known, _OTHER + 1)}

        pieces: dict[FactValue, str] = {value: f',"{key}":{sent}' for value, sent in self.numbers.items()}
        #: For *known* networks: the fact, what gives its piece of JSON, and the piece for any other value.
        self.told: _Told = (fact, self._clamped, "") if ordered else (
            fact, {**pieces, None: "?"}.get, f',"{key}":{_OTHER}'
        )  # fmt: skip

    def _clamped(self, value: FactValue, _: str) -> str:
        return "?" if value is None else f',"{self.key}":{self.number(value)}'

    def number(self, value: FactValue) -> int:
        """What is sent for a known value."""
        if self.ordered:
            return max(self.low, min(self.high, int(value)))  # type: ignore[arg-type]  # an ordered fact holds integers only
        return self.numbers.get(value, _OTHER)


def _written(fields: Sequence[_Field], vector: Mapping[str, FactValue]) -> str:
    """What *must* and *may* networks are told; an ordered fact has a second key that says whether it is known."""
    parts = [_HEAD]
    for field in fields:
        value = vector[field.fact]
        parts.append(f'"{field.key}":{field.unknown if value is None else field.number(value)}')
        if field.ordered:
            parts.append(f'"{field.key}_":{_UNKNOWN if value is None else _OTHER}')
    return ",".join(parts) + "}"


def _create(name: str, rules: Sequence[MatchRule], fields: Mapping[str, _Field], form: _Form) -> int:
    definition = {
        f"r{rule.index}": {"all": [{"m": _expression(rule.condition, fields, form)}]} for rule in rules
    }
    try:
        handle: int = core.create_ruleset(name, json.dumps(definition))
    except core.error as error:
        raise EngineError("E-ENGINE", where=name, got=str(error)) from error
    return handle


def _expression(condition: Condition, fields: Mapping[str, _Field], form: _Form) -> _Json:
    if isinstance(condition, Test):
        return _literal(condition, fields[condition.fact], form)
    parts = [_expression(part, fields, form) for part in condition.parts]
    return _joined("$or" if isinstance(condition, AnyOf) else "$and", parts)


def _literal(test: Test, field: _Field, form: _Form) -> _Json:
    key = field.key
    if test.operator in _SIGN:
        compared: _Json = {_SIGN[test.operator]: {key: field.number(test.values[0])}}
    else:
        numbers = [field.number(value) for value in test.values]
        if test.operator == "in":
            compared = _joined("$or", [{key: number} for number in numbers])
        else:
            compared = _joined("$and", [{"$neq": {key: number}} for number in numbers])
    if form == "known" or (form == "must" and test.operator == "in"):
        return compared  # an unknown fact equals nothing
    known = f"{key}_" if field.ordered else key
    if form == "may":
        return {"$or": [{known: _UNKNOWN}, compared]}
    return {"$and": [{"$neq": {known: _UNKNOWN}}, compared]}


def _joined(sign: str, parts: list[_Json]) -> _Json:
    """The parts under one sign; no part at all is true under *and*, false under *or*."""
    if not parts:
        return {"id": _ID if sign == "$and" else ""}
    return parts[0] if len(parts) == 1 else {sign: parts}


def _rule_of(action: str) -> int:
    # {"r12":{"m":{…}}}: the name of the rule is the first key.
    return int(action[action.index('"r') + 2 : action.index('"', 3)])
