"""One bad plugin cannot stop or change the others: its error is a held document (P10)."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from disclosure_gate import Gate, hookimpl
from disclosure_gate.model.findings import Duty, FactStatement, Finding, Span, Warn
from disclosure_gate.model.frozen import Text
from factories import RULESETS, TODAY, data
from pace import slowness

_NATIONAL = [RULESETS / "national"]
"""All that these documents ask for."""


class Heating:
    """A plugin as it should be: one fact, derived from the text."""

    name = "heating"

    @hookimpl
    def dg_vocabulary(self) -> Mapping[str, Any]:
        text = {"zh": "供热", "en": "heating"}
        return {"concerns_heating": {"type": "bool", "presume": False, "title": text, "ask": text}}

    @hookimpl
    def dg_facts(self, document: Any, reading: Any) -> Iterable[FactStatement]:
        del document
        yield FactStatement("concerns_heating", any("供热" in text for _, text in reading.parts), "heating")


def _raising(**_: Any) -> Any:
    raise RuntimeError("正文内容不应出现在这里")


def _bad(hook: str, act: Any) -> object:
    def dg_facts(document: Any) -> Any:
        return act(document=document)

    def dg_findings(document: Any, facts: Any) -> Any:
        return act(document=document, facts=facts)

    def dg_obligations(document: Any, facts: Any) -> Any:
        return act(document=document, facts=facts)

    def dg_spans(document: Any) -> Any:
        return act(document=document)

    implementations = (dg_facts, dg_findings, dg_obligations, dg_spans)
    chosen: Any = next(each for each in implementations if each.__name__ == hook)
    return type("Bad", (), {"name": "bad", hook: staticmethod(hookimpl(chosen))})()


_ENDED = Finding("bad/rule", Duty(code="P19"), (), Text(zh="无依据", en="no basis"))
_ACTS: dict[str, Any] = {
    "raises": _raising,
    "exits": lambda **_: (_ for _ in ()).throw(SystemExit(1)),
    "returns a number": lambda **_: 7,
    "returns the wrong items": lambda **_: ["a string"],
    "raises while it is read": lambda **_: (1 // 0 for _ in range(1)),
}


@pytest.mark.law(10)
@pytest.mark.parametrize("hook", ["dg_facts", "dg_findings", "dg_obligations", "dg_spans"])
@pytest.mark.parametrize("how", sorted(_ACTS))
def test_a_plugin_that_fails_holds_the_document_and_leaves_the_others_alone(hook: str, how: str) -> None:
    plain = Gate.open(rulesets=_NATIONAL, plugins=(Heating(),), engine="direct").explain(data(), TODAY)
    explanation = Gate.open(
        rulesets=_NATIONAL, plugins=(Heating(), _bad(hook, _ACTS[how])), engine="direct"
    ).explain(data(), TODAY)
    determination = explanation.determination
    assert determination.status is None
    assert [held.code for held in determination.held] == ["H-PLUGIN"]
    assert "bad" in determination.held[0].message.zh
    assert "正文内容" not in determination.model_dump_json()
    assert explanation.facts == plain.facts
    assert explanation.rules == plain.rules


def test_a_finding_without_a_basis_in_force_is_refused() -> None:
    gate = Gate.open(
        rulesets=_NATIONAL, plugins=(_bad("dg_findings", lambda **_: [_ENDED]),), engine="direct"
    )
    [held] = gate.check(data(), TODAY).held
    assert held.code == "H-PLUGIN"
    assert "not in force" in held.message.en


def test_a_fact_that_is_not_in_the_vocabulary_is_refused() -> None:
    gate = Gate.open(
        rulesets=_NATIONAL,
        plugins=(_bad("dg_facts", lambda **_: [FactStatement("nonsense", True, "bad")]),),
        engine="direct",
    )
    [held] = gate.check(data(), TODAY).held
    assert "nonsense" in held.message.en


def test_a_plugin_that_hangs_costs_its_budget_once() -> None:
    gate = Gate.open(
        rulesets=_NATIONAL, plugins=(Heating(), _bad("dg_facts", lambda **_: time.sleep(30))), engine="direct"
    )
    gate.parts.plugins.budget = 0.5
    start = time.perf_counter()
    first = gate.check(data(), TODAY)
    assert time.perf_counter() - start < 5 * slowness()
    assert [held.code for held in first.held] == ["H-PLUGIN"]
    start = time.perf_counter()
    assert "still hanging" in gate.check(data(), TODAY).held[0].message.en
    assert time.perf_counter() - start < 0.5 * slowness()


def test_a_plugin_cannot_change_what_the_others_see() -> None:
    seen: list[dict[str, Any]] = []

    def spoil(**arguments: Any) -> list[Any]:
        arguments["facts"].clear()
        return []

    def look(**arguments: Any) -> list[Any]:
        seen.append(dict(arguments["facts"]))
        return []

    looking = _bad("dg_findings", look)
    type(looking).name = "z_looking"  # type: ignore[attr-defined]  # made here
    gate = Gate.open(rulesets=_NATIONAL, plugins=(_bad("dg_findings", spoil), looking), engine="direct")
    [held] = gate.check(data(), TODAY).held
    assert (held.code, "bad.dg_findings" in held.message.en, "changes what it was given" in held.message.en) == (
        "H-PLUGIN", True, True,
    )  # fmt: skip
    assert seen[0]["secrecy_review"] == "passed"


@pytest.mark.law(10)
def test_a_plugin_that_does_not_load_holds_every_document_and_leaves_the_others_alone() -> None:
    broken = type(
        "Broken",
        (),
        {"name": "broken", "dg_vocabulary": staticmethod(hookimpl(lambda: {"x": {"type": "boole"}}))},
    )()
    plain = Gate.open(rulesets=_NATIONAL, plugins=(Heating(),), engine="direct").explain(data(), TODAY)
    gate = Gate.open(rulesets=_NATIONAL, plugins=(Heating(), broken), engine="direct")
    assert [flaw.code for flaw in gate.problems] == ["E-PLUGIN-CONTRACT"]
    explanation = gate.explain(data(), TODAY)
    [held] = explanation.determination.held
    assert (held.code, "broken.dg_vocabulary" in held.message.en) == ("H-PLUGIN", True)
    assert (explanation.facts, explanation.rules) == (plain.facts, plain.rules)


def test_a_hook_with_an_unknown_argument_is_told() -> None:
    odd = type("Odd", (), {"name": "odd", "dg_facts": staticmethod(hookimpl(lambda document, weather: []))})()  # noqa: ARG005  the wrong argument is the point
    gate = Gate.open(rulesets=_NATIONAL, plugins=(odd,), engine="direct")
    assert "weather" in gate.problems[0].got


def _spanning(*spans: Any) -> object:
    def dg_spans(document: Any) -> Any:
        del document
        return spans

    return type("Spanning", (), {"name": "spanning", "dg_spans": staticmethod(hookimpl(dg_spans))})()


_WHY = Text(zh="插件", en="a plugin")


def test_a_span_of_a_plugin_is_masked_as_the_rules_say() -> None:
    gate = Gate.open(
        rulesets=_NATIONAL, plugins=(_spanning(Span("text", 0, 2, "health", "spanning", "**", _WHY)),)
    )
    answer = gate.check(data(), TODAY)
    assert answer.status == "partial"
    assert [(each.kind, each.start, each.rule) for each in answer.redactions] == [
        ("health", 0, "national/home-and-health")
    ]


@pytest.mark.parametrize(
    ("span", "told"),
    [
        (Span("elsewhere", 0, 2, "health", "spanning", "**", _WHY), "not a part"),
        (Span("text", 0, 999, "health", "spanning", "**", _WHY), "outside of the text"),
        (Span("text", 3, 3, "health", "spanning", "**", _WHY), "outside of the text"),
        (Span("text", 0, 2, "colour", "spanning", "**", _WHY), "not in the contract"),  # type: ignore[arg-type]
        ("text", "expected a list of Span"),
    ],
)
def test_a_span_that_is_none_holds_the_document(span: Any, told: str) -> None:
    [held] = (
        Gate.open(rulesets=_NATIONAL, plugins=(_spanning(span),), engine="direct").check(data(), TODAY).held
    )
    assert held.code == "H-PLUGIN"
    assert told in held.message.en


def test_findings_and_obligations_are_told_the_text_the_day_and_the_law() -> None:
    seen: dict[str, Any] = {}

    class Asking:
        name = "asking"

        @hookimpl
        def dg_findings(self, reading: Any, as_of: Any, laws: Any, calendar: Any) -> list[Finding]:
            seen["findings"] = (as_of, calendar.is_working_day(as_of))
            basis = laws.basis("ogi_regulation", "20", as_of)
            assert any("供热" in text for _, text in reading.parts)
            return [Finding("asking/told", Warn(code="W-RULE"), (basis,), _WHY)]

        @hookimpl
        def dg_obligations(self, reading: Any, as_of: Any, laws: Any, calendar: Any) -> list[Any]:
            seen["obligations"] = (as_of, bool(reading.parts), "ogi_regulation" in laws, calendar is not None)
            return []

    answer = Gate.open(rulesets=_NATIONAL, plugins=(Asking(),), engine="direct").check(data(), TODAY)
    assert [each.where for each in answer.warnings if each.code == "W-RULE"] == ["asking/told"]
    assert seen == {"findings": (TODAY, True), "obligations": (TODAY, True, True, True)}
