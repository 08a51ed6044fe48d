"""The reference is true: every hook has an example that passes the kit and does what the page says; versions hold."""

from __future__ import annotations

import runpy
import warnings
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from previous import next_hookspecs
from previous.heating_0_1 import Heating

from disclosure_gate import Gate, hookimpl
from disclosure_gate.model.errors import UnreadableError
from disclosure_gate.plugins import hookspecs
from disclosure_gate.plugins.manager import PluginManager
from disclosure_gate.plugins.testing import cases, examine
from factories import RULESETS, TODAY, data

ROOT = Path(__file__).parents[2]
HOOKS = sorted(name for name in vars(hookspecs) if name.startswith("dg_"))
_WRITTEN = runpy.run_path(str(ROOT / "examples" / "hooks.py"))
EXAMPLES: dict[str, Any] = {
    hook: each()
    for each in _WRITTEN.values()
    if isinstance(each, type)
    for hook in HOOKS
    if hook in vars(each)
}
_NATIONAL = [RULESETS / "national"]


def test_every_hook_has_an_example_and_its_words() -> None:
    assert sorted(EXAMPLES) == sorted(hookspecs.CALLED) == HOOKS
    known = {
        *HOOKS,
        *(f"{hook}.{name}" for hook in HOOKS for name in getattr(hookspecs, hook).__annotations__),
    }
    assert set(hookspecs.SINCE) <= known
    assert not set(hookspecs.GONE) & known
    assert set(hookspecs.RETIRING) <= known


@pytest.mark.parametrize("hook", HOOKS)
def test_every_example_passes_the_kit(hook: str) -> None:
    assert [flaw.message("en") for flaw in examine(EXAMPLES[hook], rulesets=_NATIONAL).flaws] == []


def _check(gate: Gate, **changes: Any) -> Any:
    return gate.check(data(**changes), TODAY)


def _notes(gate: Gate) -> bool:
    files = [{"name": "备忘", "content": "NOTES/1\n\x01联系人身份证号610203199001010017。".encode()}]
    return {each.where for each in _check(gate, files=files).redactions} == {"files/0"}


_EFFECTS: dict[str, Callable[[Gate], bool]] = {
    "dg_vocabulary": lambda gate: "vocabulary_example_households" in gate.parts.rules.vocabulary,
    "dg_rulesets": lambda gate: (
        "plugins/rulesets_example/consulted-long-enough"
        in {each.rule for each in _check(gate, kind="其他", facts={"consultation_days": 30}).reasons}
    ),
    "dg_catalogues": lambda gate: (
        _check(gate, domain="municipal_services", item="示例事项/停供信息").publications[0].due_on
        == date(2026, 11, 17)
    ),
    "dg_detectors": lambda gate: (
        [each.kind for each in _check(gate, text="老周头反映的情况已经核实。").redactions] == ["person_name"]
    ),
    "dg_readers": _notes,
    "dg_spans": lambda gate: (
        [(each.start, each.end) for each in _check(gate, text="申请编号：123456，已受理。").redactions]
        == [(5, 11)]
    ),
    "dg_facts": lambda gate: (
        {
            fact.name: fact.value
            for fact in gate.explain(data(text="征求意见30天。"), TODAY, what_if=False).facts
        }["consultation_days"]
        == 30
    ),
    "dg_findings": lambda gate: (
        "findings_example/wide-interest"
        in {each.rule for each in _check(gate, kind="其他", facts={"wide_public_interest": True}).reasons}
    ),
    "dg_obligations": lambda gate: (
        date(2026, 11, 27)
        in {
            each.due_on
            for each in _check(gate, kind="名单公示").obligations
            if each.rule == "obligations_example/compare"
        }
    ),
    "dg_publishers": lambda gate: [each.name for each in gate.parts.publishers] == ["publishers_example"],
}


@pytest.mark.parametrize("hook", HOOKS)
def test_every_example_does_what_it_says(hook: str) -> None:
    # Without the example it is not so: the effect is its own.
    with_it = Gate.open(rulesets=_NATIONAL, plugins=(EXAMPLES[hook],), engine="direct")
    assert with_it.problems == ()
    assert _EFFECTS[hook](with_it)
    without = Gate.open(rulesets=_NATIONAL, plugins=(), engine="direct")
    with suppress(KeyError, IndexError, UnreadableError, ValueError):
        assert not _EFFECTS[hook](without)


# Versions


def test_a_plugin_of_the_first_version_runs_as_it_did() -> None:
    gate = Gate.open(plugins=(Heating(),))
    assert (gate.problems, gate.parts.plugins.notices) == ((), [])
    assert gate.parts.plugins.hooks_of("heating") == [name for name in HOOKS if name not in hookspecs.SINCE]
    assert [case.differences() for case in cases(Heating())] == [()]
    answer = _check(gate, text="停暖涉及1200户，详询三号换热站。", kind="公告")
    assert {"heating/households"} <= {each.rule for each in answer.reasons}
    assert [each.kind for each in answer.redactions] == ["other"]
    assert "heating/tell" in {each.rule for each in answer.obligations}
    files = [{"name": "记录", "content": "HEATING1\n停暖涉及300户。".encode()}]
    facts = {each.name: each for each in gate.explain(data(files=files), TODAY, what_if=False).facts}
    assert (facts["heating_households"].value, facts["heating_households"].source) == (
        300,
        "derived: plugin heating",
    )
    row = _check(gate, domain="municipal_services", item="供热服务/停暖信息")
    assert row.publications[0].due_on == date(2026, 11, 17)


def test_what_retires_works_on_and_is_told_with_the_version_it_goes_in() -> None:
    class Reading:
        @hookimpl
        def dg_facts(self, reading: Any) -> list[Any]:
            return [reading]

    manager = PluginManager(specs=next_hookspecs)
    with pytest.warns(DeprecationWarning, match=r"dg_facts\.reading.*until hooks version 4.*body"):
        manager.register(Reading(), "reading")
    assert manager.flaws == []
    assert [flaw.code for flaw in manager.notices] == ["W-PLUGIN-RETIRING"]
    given = {"document": 1, "reading": 2, "body": 3, "as_of": 4}
    outcome = manager.call("dg_facts", lambda value, _: value, **given)
    assert [answer.value for answer in outcome.answers] == [[2]]


def test_what_is_gone_says_what_is_used_instead() -> None:
    manager = PluginManager(specs=next_hookspecs)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        manager.register(Heating(), "heating")
    told = {flaw.where: flaw.message("en") for flaw in manager.flaws}
    assert "did you mean body.detection?" in told["heating.dg_facts"]
    assert "did you mean dg_rulesets with an oblige?" in told["heating.dg_obligations"]
    assert manager.names() == []
