"""Both engines against the reference semantics, and each trap of durable-rules."""

from __future__ import annotations

import os
import random
import resource
import threading
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest
from durable.engine import durable_rules_engine as core
from hypothesis import given, settings
from hypothesis import strategies as st

from disclosure_gate.model.document import KINDS
from disclosure_gate.model.errors import EngineError
from disclosure_gate.model.frozen import FactValue, Text
from disclosure_gate.rules import network
from disclosure_gate.rules.conditions import All, AnyOf, Condition, Test, clauses, judge, negate
from disclosure_gate.rules.direct import DirectEngine
from disclosure_gate.rules.matching import Engine, Matches, MatchRule
from disclosure_gate.rules.network import NetworkEngine
from disclosure_gate.rules.vocabulary import Fact, Vocabulary, given_facts

_T = Text(zh="", en="")
_CONCEPTS = ("c0", "c1")


def _vocabulary() -> Vocabulary:
    facts = given_facts()
    for name in ("b0", "b1", "b2"):
        facts[name] = Fact(name, "bool", _T, _T)
    for name in ("e0", "e1"):
        facts[name] = Fact(name, "enum", _T, _T, ("1", "true", "甲", "none"))
    for name in ("n0", "n1"):
        facts[name] = Fact(name, "int", _T, _T)
    for name in _CONCEPTS:
        facts[name] = Fact(name, "bool", _T, _T, concept=True, default=False)
    return Vocabulary(facts)


VOCABULARY = _vocabulary()
_bools = st.builds(
    lambda fact, value, op: Test(fact, op, (value,)),
    st.sampled_from(["b0", "b1", "b2"]),
    st.booleans(),
    st.sampled_from(["in", "not_in"]),
)
_enums = st.builds(
    lambda fact, values, op: Test(fact, op, tuple(values)),
    st.sampled_from(["e0", "e1"]), st.lists(st.sampled_from(["1", "true", "甲", "none"]), min_size=1, max_size=3, unique=True), st.sampled_from(["in", "not_in"]),
)  # fmt: skip
_ints = st.builds(
    lambda fact, value, op: Test(fact, op, (value,)),
    st.sampled_from(["n0", "n1"]),
    st.integers(-3, 3),
    st.sampled_from(["lt", "le", "gt", "ge", "in", "not_in"]),
)


_GIVEN: dict[str, tuple[str, ...]] = {
    "kind": ("公告", "通知", "函"),
    "domain": ("none", "budget", "ecology"),
    "catalogue_row": ("none", "proactive"),
}
_givens = st.sampled_from(sorted(_GIVEN)).flatmap(
    lambda fact: st.builds(
        lambda values, op: Test(fact, op, tuple(values)),
        st.lists(st.sampled_from(_GIVEN[fact]), min_size=1, max_size=2, unique=True), st.sampled_from(["in", "not_in"]),
    )
)  # fmt: skip


def _conditions(*more: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    leaves = st.one_of(_bools, _enums, _ints, _givens, *more)
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3).flatmap(
            lambda parts: st.sampled_from([All(tuple(parts)), AnyOf(tuple(parts))])
        ),
        max_leaves=6,
    )


_reads_concepts = st.builds(
    lambda fact, value: Test(fact, "in", (value,)), st.sampled_from(_CONCEPTS), st.booleans()
)


@st.composite
def _rulesets(draw: st.DrawFn) -> list[MatchRule]:
    deriving = draw(st.lists(st.tuples(_conditions(), st.sampled_from(_CONCEPTS)), max_size=4))
    using = draw(st.lists(_conditions(_reads_concepts), min_size=1, max_size=6))
    scopes = st.sampled_from(["national", "budget"])
    rules = [
        MatchRule(index, draw(scopes), 0, condition, concept)
        for index, (condition, concept) in enumerate(deriving)
    ]
    return rules + [
        MatchRule(len(rules) + number, draw(scopes), 1, condition) for number, condition in enumerate(using)
    ]


def _vectors() -> st.SearchStrategy[dict[str, FactValue]]:
    maybe: dict[str, Any] = {name: st.one_of(st.none(), st.booleans()) for name in ("b0", "b1", "b2")}
    maybe |= {
        name: st.one_of(st.none(), st.sampled_from(["1", "true", "甲", "none"])) for name in ("e0", "e1")
    }
    maybe |= {
        name: st.one_of(st.none(), st.integers(-5, 5), st.just(10**30), st.just(-(10**30)))
        for name in ("n0", "n1")
    }
    # What is read off the document is never unknown.
    maybe |= {name: st.sampled_from(values) for name, values in _GIVEN.items()}
    others = {"item": "none", "issuer_level": "county", "row_audience": "none"}
    return st.fixed_dictionaries(maybe).map(
        lambda known: {**others, **dict.fromkeys(_CONCEPTS, False), **known}
    )


def reference(
    rules: Sequence[MatchRule], scopes: tuple[str, ...], vector: Mapping[str, FactValue]
) -> Matches:
    """Stratum by stratum, rule by rule, by walking the tree."""
    settled = dict(vector)
    true: list[int] = []
    unknown: list[int] = []
    chosen = [rule for rule in rules if rule.scope in scopes]
    for level in sorted({rule.stratum for rule in chosen}):
        outcome = {rule.index: judge(rule.condition, settled) for rule in chosen if rule.stratum == level}
        true += [index for index, value in outcome.items() if value is True]
        unknown += [index for index, value in outcome.items() if value is None]
        for concept in {rule.concept for rule in chosen if rule.stratum == level and rule.concept}:
            values = [
                outcome[rule.index] for rule in chosen if rule.concept == concept and rule.stratum == level
            ]
            settled[concept] = True if True in values else None if None in values else False
    return Matches(tuple(sorted(true)), tuple(sorted(unknown)))


@pytest.mark.law(4)
@settings(max_examples=400)
@given(
    rules=_rulesets(),
    vectors=st.lists(_vectors(), min_size=1, max_size=4),
    scopes=st.sampled_from([("national",), ("national", "budget"), ("budget",)]),
)
def test_both_engines_agree_with_the_reference(
    rules: list[MatchRule], vectors: list[dict[str, FactValue]], scopes: tuple[str, ...]
) -> None:
    direct, networks = DirectEngine(rules, VOCABULARY), NetworkEngine(rules, VOCABULARY)
    for vector in vectors:
        expected = reference(rules, scopes, vector)
        assert direct.match(scopes, vector) == expected
        assert networks.match(scopes, vector) == expected


@given(condition=_conditions(), vector=_vectors())
def test_normal_forms_keep_the_kleene_value(condition: Condition, vector: dict[str, FactValue]) -> None:
    value = judge(condition, vector)
    assert judge(AnyOf(tuple(All(clause) for clause in clauses(condition))), vector) == value
    opposite = judge(negate(condition), vector)
    assert opposite is (None if value is None else not value)


def _vector(**changes: FactValue) -> dict[str, FactValue]:
    plain: dict[str, FactValue] = {
        "kind": "公告",
        "domain": "none",
        "item": "none",
        "issuer_level": "county",
        "catalogue_row": "none",
        "row_audience": "none",
    }
    return (
        plain
        | dict.fromkeys(_CONCEPTS, False)
        | {"b0": True, "b1": False, "b2": True, "e0": "1", "e1": "甲", "n0": 1, "n1": 0}
        | changes
    )


def _many(count: int, seed: int = 1) -> list[MatchRule]:
    rng = random.Random(seed)
    return [
        MatchRule(
            index, "national", 0,
            All((Test("kind", "in", (rng.choice(KINDS),)), Test("b0", "in", (rng.random() < 0.5,)), Test("n0", "lt", (rng.randrange(9),)))),
        )
        for index in range(count)
    ]  # fmt: skip


def test_no_timer_thread_is_started() -> None:
    before = threading.active_count()
    NetworkEngine(_many(20), VOCABULARY).match(("national",), _vector())
    assert threading.active_count() == before


def test_threads_share_networks() -> None:
    rules = _many(120)
    engine = NetworkEngine(rules, VOCABULARY)
    vectors = [_vector(kind=kind, n0=number) for kind in KINDS[:10] for number in range(8)]
    expected = [reference(rules, ("national",), vector) for vector in vectors]
    wrong: list[int] = []

    def work(seed: int) -> None:
        order = list(range(len(vectors)))
        random.Random(seed).shuffle(order)
        wrong.extend(
            index
            for _ in range(5)
            for index in order
            if engine.match(("national",), vectors[index]) != expected[index]
        )

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_child_makes_its_own_networks() -> None:
    rules = _many(50)
    engine = NetworkEngine(rules, VOCABULARY)
    expected = engine.match(("national",), _vector())
    child = os.fork()
    if child == 0:
        os._exit(0 if engine.match(("national",), _vector()) == expected else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_values_that_only_look_alike_are_not_equal() -> None:
    rules = [
        MatchRule(0, "national", 0, Test("e0", "in", ("1",))),
        MatchRule(1, "national", 0, Test("e0", "in", ("true",))),
        MatchRule(2, "national", 0, Test("n0", "in", (1,))),
        MatchRule(3, "national", 0, Test("b0", "in", (True,))),
    ]
    engine = NetworkEngine(rules, VOCABULARY)
    assert engine.match(("national",), _vector(e0="1", n0=0, b0=False)).true == (0,)
    assert engine.match(("national",), _vector(e0="true", n0=0, b0=False)).true == (1,)
    assert engine.match(("national",), _vector(e0="none", n0=1, b0=False)).true == (2,)


@pytest.mark.parametrize("operator", ["in", "not_in", "lt", "le", "gt", "ge"])
@pytest.mark.parametrize("bound", [-2, -1, 0, 1, 2])
def test_an_unknown_number_leaves_every_comparison_open(operator: Any, bound: int) -> None:
    rules = [MatchRule(0, "national", 0, Test("n0", operator, (bound,)))]
    for engine in (DirectEngine(rules, VOCABULARY), NetworkEngine(rules, VOCABULARY)):
        assert engine.match(("national",), _vector(n0=None)) == Matches((), (0,))


def test_every_rule_that_holds_is_found_and_once_though_two_branches_do() -> None:
    rules = [
        MatchRule(0, "national", 0, AnyOf((Test("b0", "in", (True,)), Test("n0", "gt", (0,))))),
        MatchRule(1, "national", 0, Test("b2", "in", (True,))),
        MatchRule(2, "national", 0, All(())),
    ]
    assert NetworkEngine(rules, VOCABULARY).match(("national",), _vector()) == Matches((0, 1, 2), ())


def test_a_vector_that_matches_nothing_and_one_that_comes_again() -> None:
    engine = NetworkEngine([MatchRule(0, "national", 0, Test("b0", "in", (True,)))], VOCABULARY)
    for _ in range(3):
        assert engine.match(("national",), _vector(b0=False)) == Matches((), ())
        assert engine.match(("national",), _vector()) == Matches((0,), ())


@pytest.mark.parametrize("count", [301, 1000, 2500])
def test_more_rules_than_one_network_can_hold(count: int) -> None:
    rules = _many(count)
    engine = NetworkEngine(rules, VOCABULARY)
    for kind in KINDS[:5]:
        vector = _vector(kind=kind, n0=None)
        assert engine.match(("national",), vector) == reference(rules, ("national",), vector)


def test_an_error_of_the_c_engine_is_told_and_the_fact_is_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = NetworkEngine([MatchRule(0, "national", 0, Test("b0", "in", (True,)))], VOCABULARY)
    engine.match(("national",), _vector())
    taken_back: list[str] = []

    class Broken:
        error = core.error

        @staticmethod
        def assert_fact(handle: int, message: str) -> tuple[int, int]:
            del handle, message
            raise core.error("error code: 303")

        @staticmethod
        def retract_fact(handle: int, message: str) -> None:
            del handle
            taken_back.append(message)

    monkeypatch.setattr(network, "core", Broken)
    with pytest.raises(EngineError, match="303"):
        engine.match(("national",), _vector())
    assert len(taken_back) == 1


def test_only_plain_operators_are_emitted(monkeypatch: pytest.MonkeyPatch) -> None:
    emitted: list[str] = []
    real = core.create_ruleset

    class Watched:
        error = core.error
        assert_fact = staticmethod(core.assert_fact)
        retract_fact = staticmethod(core.retract_fact)
        start_action_for_state = staticmethod(core.start_action_for_state)
        complete_and_start_action = staticmethod(core.complete_and_start_action)

        @staticmethod
        def create_ruleset(name: str, definition: str) -> int:
            emitted.append(definition)
            handle: int = real(name, definition)
            return handle

    monkeypatch.setattr(network, "core", Watched)
    condition = negate(
        All((Test("b0", "in", (True,)), AnyOf((Test("n0", "le", (3,)), Test("e0", "not_in", ("甲",))))))
    )
    NetworkEngine([MatchRule(0, "national", 0, condition)], VOCABULARY).match(("national",), _vector())
    import re  # noqa: PLC0415

    assert emitted
    assert set(re.findall(r"\$\w+", "".join(emitted))) <= {
        "$and",
        "$or",
        "$neq",
        "$lt",
        "$lte",
        "$gt",
        "$gte",
    }


@pytest.mark.parametrize("make", [DirectEngine, NetworkEngine])
def test_memory_stays_flat(make: type[DirectEngine | NetworkEngine]) -> None:
    engine: Engine = make(_many(100), VOCABULARY)
    vectors = [_vector(kind=kind, n0=number) for kind in KINDS for number in range(10)]

    def run(rounds: int) -> int:
        for _ in range(rounds):
            for vector in vectors:
                engine.match(("national",), vector)
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    first = run(10)
    assert run(40) <= first * 1.05


def test_the_days_worth_trying_are_days() -> None:
    fact = Fact("opened", "date", _T, _T)
    edges = frozenset({1, date.max.toordinal()})
    assert [fact.show(day) for day in fact.domain(edges)] == [
        "0001-01-01",
        "0001-01-02",
        "9999-12-30",
        "9999-12-31",
    ]
