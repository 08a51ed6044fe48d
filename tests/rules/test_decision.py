"""Decisions over random rulesets: what is unknown, fails or is forbidden never opens (P1), order does not matter (P2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from disclosure_gate.law.calendar import WorkingCalendar
from disclosure_gate.law.registry import LawRegistry
from disclosure_gate.model.determination import Basis, Status
from disclosure_gate.model.findings import (
    RANKS,
    Cap,
    CaseDates,
    Clock,
    Derive,
    Duty,
    Effect,
    Exempt,
    Finding,
    Hold,
    KeepSpans,
    Lift,
    Offer,
    PublicationSpec,
    RedactSpans,
    Residue,
    Restrict,
    Span,
)  # fmt: skip
from disclosure_gate.model.frozen import FactValue, Text
from disclosure_gate.rules.conditions import All, AnyOf, Condition, Test
from disclosure_gate.rules.decision import Verdict, decide
from disclosure_gate.rules.rulebase import Edition, RuleBase
from disclosure_gate.rules.ruleset import Citation, Rule
from disclosure_gate.rules.schedule import schedule
from disclosure_gate.rules.vocabulary import Fact, Vocabulary, given_facts
from factories import RULESETS

_T = Text(zh="因为", en="because")
_REGISTRY = LawRegistry.load(RULESETS / "national" / "laws.yaml")
_DAY = date(2026, 11, 24)
_CALENDAR = WorkingCalendar.published()
_BASIS = (Basis(law="ogi_regulation", title="条例", article="13", in_force_from=date(2019, 5, 15)),)
_SPAN = Span("text", 0, 18, "resident_id", "resident_id", "*" * 18, _T)
_NAME = Span("text", 20, 23, "person_name", "person_name", "*" * 3, _T)
_BOOLS = ("b0", "b1", "b2")
_ENUM = ("none", "separable", "whole")
_GIVEN: dict[str, FactValue] = {
    "kind": "公告", "domain": "none", "item": "none", "issuer_level": "county", "catalogue_row": "none", "row_audience": "none",
}  # fmt: skip
_VOCABULARY = Vocabulary(
    given_facts()
    | {name: Fact(name, "bool", _T, _T) for name in _BOOLS}
    | {"e0": Fact("e0", "enum", _T, _T, _ENUM)}
    | {name: Fact(name, "bool", _T, _T, concept=True, default=False) for name in ("c0", "c1")}
)
_EFFECTS: list[Effect] = [
    Duty(code="P19"),
    Duty(code="P-LAW", specific=True, rank="law"),
    Duty(code="P-LAW", publications=(PublicationSpec(audience="village", channels=("village_board",)),)),
    *(Exempt(kind="mandatory", code="R14-1", scope=scope) for scope in ("whole", "separable")),
    *(Exempt(kind="third_party", code="R15-1", scope=scope) for scope in ("whole", "separable")),
    Exempt(kind="third_party", code="R15-2"),
    *(Exempt(kind="discretionary", code="R16-2", scope=scope) for scope in ("whole", "separable")),
    Lift(exemptions=("R15-1",)), Lift(exemptions=("R15-2", "R16-2")), Lift(duties=("*",)),
    Lift(exemptions=("R14-1", "R14-2", "worse")),  # no ruleset may, and no resolver lets it
    Offer(), Cap(status=Status.ON_REQUEST), Cap(status=Status.WITHHELD),
    RedactSpans(kinds=("resident_id",)), KeepSpans(kinds=("resident_id",)), RedactSpans(kinds=("person_name",)),
    Clock(audience=None, not_before=("result",)),
    Restrict(audience="village"), Hold(code="H-SCOPE"),
]  # fmt: skip
_OPENING = [
    effect
    for effect in _EFFECTS
    if isinstance(effect, Duty) or (isinstance(effect, Lift) and effect.exemptions)
]
_literals: st.SearchStrategy[Condition] = st.one_of(
    st.builds(lambda fact, value: Test(fact, "in", (value,)), st.sampled_from(_BOOLS), st.booleans()),
    st.builds(
        lambda value, sign: Test("e0", sign, (value,)),
        st.sampled_from(_ENUM),
        st.sampled_from(["in", "not_in"]),
    ),
)
_concepts: st.SearchStrategy[Condition] = st.builds(
    lambda fact, value: Test(fact, "in", (value,)), st.sampled_from(["c0", "c1"]), st.booleans()
)


def _conditions(leaves: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3).flatmap(
            lambda parts: st.sampled_from([All(tuple(parts)), AnyOf(tuple(parts))])
        ),
        max_leaves=4,
    )


def _rule(index: int, condition: Condition, effect: Effect, stratum: int) -> Rule:
    return Rule(
        index, f"mine/r{index}", "mine", "national", _T, (Citation(law="ogi_regulation", article="13"),),
        None, None, condition, None, condition, (effect,), _T, "verified", "", "", stratum,
    )  # fmt: skip


@st.composite
def _rules(draw: st.DrawFn) -> list[Rule]:
    deriving = draw(st.lists(st.tuples(_conditions(_literals), st.sampled_from(["c0", "c1"])), max_size=3))
    speaking = draw(
        st.lists(
            st.tuples(_conditions(st.one_of(_literals, _concepts)), st.sampled_from(_EFFECTS)),
            min_size=2,
            max_size=7,
        )
    )
    effects = [(condition, Derive(derive=concept), 0) for condition, concept in deriving]
    # Something is always said, so that a status is the rule and not the exception.
    always: list[tuple[Condition, Effect, int]] = [(All(()), Residue(), 1)]
    always += [(All(()), effect, 1) for effect in draw(st.lists(st.sampled_from(_OPENING), max_size=3))]
    written = [*effects, *always, *((condition, effect, 1) for condition, effect in speaking)]
    return [_rule(number, *each) for number, each in enumerate(written)]


_known = st.fixed_dictionaries(
    {**{name: st.booleans() for name in _BOOLS}, "e0": st.sampled_from(_ENUM)}
).map(lambda facts: {**_GIVEN, "c0": False, "c1": False, **facts})
_spans = st.sampled_from([[], [_SPAN], [_SPAN, _NAME]])


def _edition(rules: Sequence[Rule]) -> Edition:
    return Edition(RuleBase((), _VOCABULARY, tuple(rules), _REGISTRY), _DAY)


def _decide(
    edition: Edition, vector: Mapping[str, FactValue], spans: Sequence[Span], *said: Finding
) -> Verdict:
    return decide(edition, ("national",), vector, said, spans, "direct")


def _status(verdict: Verdict) -> Status | None:
    return verdict.resolution.status if verdict.inquiry.settled else None


def _shown(verdict: Verdict) -> tuple[object, ...]:
    """What goes out, to whom, and what it waits for."""
    resolution = verdict.resolution
    if resolution.status is None:
        return (None,)
    publications = schedule(resolution, CaseDates(as_of=_DAY), _CALENDAR).publications
    return {span for span, _ in resolution.redactions}, {
        (each.audience, each.awaits) for each in publications
    }


def _openness(verdict: Verdict) -> int:
    status = _status(verdict)
    return status.openness if status else -1


@pytest.mark.law(1)
@settings(max_examples=250)
@given(rules=_rules(), vector=_known, spans=_spans, data=st.data())
def test_forgetting_facts_never_opens_and_what_is_given_holds_for_every_answer(
    rules: list[Rule], vector: dict[str, FactValue], spans: list[Span], data: st.DataObject
) -> None:
    edition = _edition(rules)
    forgotten = data.draw(st.lists(st.sampled_from([*_BOOLS, "e0"]), min_size=1, unique=True))
    verdict = _decide(edition, vector | dict.fromkeys(forgotten), spans)
    assert _openness(verdict) <= _openness(_decide(edition, vector, spans))
    if verdict.inquiry.settled:
        told = verdict.resolution.signature()
        for answers in product(*(_VOCABULARY[name].domain(frozenset()) for name in forgotten)):
            answered = _decide(edition, vector | dict(zip(forgotten, answers, strict=True)), spans)
            assert answered.resolution.signature() == told
            assert _shown(answered) == _shown(verdict)
    else:
        assert set(verdict.inquiry.ask) <= set(forgotten)


@pytest.mark.law(1)
@pytest.mark.parametrize(
    "effect", [RedactSpans(kinds=("person_name",)), Clock(audience=None, not_before=("bid_opening",))]
)
def test_what_may_have_to_be_masked_or_to_wait_is_asked(effect: Effect) -> None:
    """The status is the same under every answer; what is seen of the paper, or when, is not."""
    always: list[Effect] = [Duty(code="P19"), RedactSpans(kinds=("resident_id",))]
    rules = [
        *(_rule(number, All(()), each, 1) for number, each in enumerate(always)),
        _rule(2, Test("b0", "in", (True,)), effect, 1),
    ]
    known = dict.fromkeys((*_BOOLS, "c0", "c1"), False) | _GIVEN | {"e0": "none"}
    verdict = _decide(_edition(rules), known | {"b0": None}, [_SPAN, _NAME])
    assert (verdict.inquiry.settled, verdict.inquiry.ask) == (False, ("b0",))
    for answer in (False, True):
        assert _status(_decide(_edition(rules), known | {"b0": answer}, [_SPAN, _NAME])) is Status.PARTIAL


@pytest.mark.law(1)
@settings(max_examples=250)
@given(
    rules=_rules(), vector=_known, spans=_spans, forgotten=st.lists(st.sampled_from([*_BOOLS, "e0"]), unique=True),
    worse=st.sampled_from([
        Exempt(kind="mandatory", code="R14-2"), Exempt(kind="mandatory", code="R14-2", scope="separable"),
        Hold(code="H-PLUGIN"), Hold(code="H-ERROR"), Cap(status=Status.WITHHELD),
    ]),
)  # fmt: skip
def test_an_error_or_a_mandatory_exemption_never_opens(
    rules: list[Rule], vector: dict[str, FactValue], spans: list[Span], forgotten: list[str], worse: Effect
) -> None:
    edition = _edition(rules)
    asked = vector | dict.fromkeys(forgotten)
    before = _decide(edition, asked, spans)
    after = _decide(edition, asked, spans, Finding("worse", worse, _BASIS, _T, RANKS["law"]))
    if isinstance(worse, Hold):
        assert _status(after) is None
    if isinstance(worse, Exempt):  # it stands, whatever lifts, duties and offers there are
        assert _openness(after) <= (0 if worse.scope == "whole" else 2)
    # A question may be settled by what forbids; it is then settled no further open than any of its answers.
    possible = [
        _openness(_decide(edition, vector | dict(zip(forgotten, answers, strict=True)), spans))
        for answers in product(*(_VOCABULARY[name].domain(frozenset()) for name in forgotten))
    ]
    assert _openness(after) <= max(_openness(before), *possible, Status.WITHHELD.openness)


@pytest.mark.law(2)
@given(rules=_rules(), vector=_known, spans=_spans, data=st.data())
def test_the_order_of_rules_does_not_matter(
    rules: list[Rule], vector: dict[str, FactValue], spans: list[Span], data: st.DataObject
) -> None:
    forgotten = dict.fromkeys(data.draw(st.lists(st.sampled_from([*_BOOLS, "e0"]), unique=True)))
    order = data.draw(st.permutations(rules))
    other = [replace(rule, index=number) for number, rule in enumerate(order)]
    one = _decide(_edition(rules), vector | forgotten, spans)
    two = _decide(_edition(other), vector | forgotten, spans)
    assert (one.resolution, one.inquiry) == (two.resolution, two.inquiry)


@pytest.mark.law(4)
@given(rules=_rules(), vector=_known, forgotten=st.lists(st.sampled_from([*_BOOLS, "e0"]), unique=True))
def test_engines_never_differ(rules: list[Rule], vector: dict[str, FactValue], forgotten: list[str]) -> None:
    asked = vector | dict.fromkeys(forgotten)
    assert decide(_edition(rules), ("national",), asked, (), (), "both").engines_differ == ()
