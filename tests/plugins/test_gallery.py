"""Every bad plugin is caught by the kit with a message that teaches, and at run time harms nobody but itself (P10)."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterable, Mapping
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
from gallery.bad import EXHIBITS, Exhibit

from disclosure_gate import Gate, hookimpl
from disclosure_gate.console import show_examinations
from disclosure_gate.model.codes import CODES
from disclosure_gate.model.determination import Explanation
from disclosure_gate.model.findings import FactStatement, Reading
from disclosure_gate.plugins.testing import examine, process
from factories import RULESETS, TODAY, data

_NATIONAL = [RULESETS / "national"]
_PATIENCE = {"E-PLUGIN-SLOW": 0.5}
"""Seconds: few where something hangs, many where a busy machine may look like that."""


class Heating:
    """A plugin as it should be."""

    name = "heating"

    @hookimpl
    def dg_vocabulary(self) -> Mapping[str, Any]:
        text = {"zh": "供热", "en": "heating"}
        return {"heating_concerned": {"type": "bool", "presume": False, "title": text, "ask": text}}

    @hookimpl
    def dg_facts(self, reading: Reading) -> Iterable[FactStatement]:
        yield FactStatement("heating_concerned", any("供热" in text for _, text in reading.parts), "heating")


def test_there_are_enough_exhibits_and_no_two_are_alike() -> None:
    assert len(EXHIBITS) >= 12
    assert len({each.name for each in EXHIBITS}) == len(EXHIBITS)


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=lambda each: each.name)
def test_the_kit_catches_it_and_says_how_to_mend_it(
    exhibit: Exhibit, capsys: pytest.CaptureFixture[str]
) -> None:
    examined = examine(exhibit.make(), rulesets=_NATIONAL, patience=_PATIENCE.get(exhibit.code, 10))
    found = [flaw for flaw in examined.flaws if flaw.code == exhibit.code and exhibit.hook in flaw.where]
    told = [flaw.message("en") for flaw in examined.flaws]
    assert found, told
    message = next((flaw.message("en") for flaw in found if exhibit.told in flaw.message("en")), None)
    assert message is not None, told
    assert message.startswith("bad")
    assert CODES[exhibit.code].remedy_en
    assert CODES[exhibit.code].remedy_en in message
    assert capsys.readouterr() == ("", "")


def test_a_plugin_as_it_should_be_passes() -> None:
    assert [flaw.message("en") for flaw in examine(Heating(), rulesets=_NATIONAL).flaws] == []


def _explained(*plugins: object, budget: float = 10) -> Explanation:
    gate = Gate.open(rulesets=_NATIONAL, plugins=plugins, engine="direct")
    gate.parts.plugins.budget = budget
    return gate.explain(data(), TODAY, what_if=False)


@pytest.fixture(scope="module")
def plain() -> Explanation:
    return _explained(Heating())


@pytest.mark.law(10)
@pytest.mark.parametrize("exhibit", EXHIBITS, ids=lambda each: each.name)
def test_at_run_time_it_harms_nobody_but_itself(
    exhibit: Exhibit, plain: Explanation, caplog: pytest.LogCaptureFixture
) -> None:
    explained = _explained(exhibit.make(), Heating(), budget=_PATIENCE.get(exhibit.code, 10))
    good = {fact.name: fact for fact in explained.facts}["heating_concerned"]
    assert (good.value, good.source) == (True, "derived: plugin heating")
    if exhibit.at_run_time == "held":
        assert explained.determination.status is None
        assert "H-PLUGIN" in {held.code for held in explained.determination.held}
        assert "bad" in " ".join(held.message.en for held in explained.determination.held)
        assert (explained.facts, explained.rules) == (plain.facts, plain.rules)
        assert "现将冬季供热" not in explained.model_dump_json() + caplog.text
    elif exhibit.name != "LogsContent":
        assert "现将冬季供热" not in explained.model_dump_json() + caplog.text


# What happens before there is a plugin at all

_AT_IMPORT = {
    "raises": ("raise RuntimeError('no')", "E-PLUGIN-LOAD"),
    "exits": ("import sys; sys.exit(1)", "E-PLUGIN-LOAD"),
    "is broken": ("def", "E-PLUGIN-LOAD"),
    "has no plugin": ("x = 1", "E-PLUGIN-LOAD"),
    "asks the network": ("import socket; socket.getaddrinfo('example.invalid', 80)", "E-PLUGIN-REACHES"),
    "fails when made": ("class plugin:\n    def __init__(self): raise ValueError", "E-PLUGIN-LOAD"),
}


@pytest.mark.law(10)
@pytest.mark.parametrize("how", _AT_IMPORT)
def test_what_fails_at_import_holds_documents_and_leaves_the_others_alone(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, code = _AT_IMPORT[how]
    module = f"imported_{list(_AT_IMPORT).index(how)}"
    _install(tmp_path, "bad", f"{module}:plugin", {f"{module}.py": source})
    _install(tmp_path, "heating", "heating_alone:plugin", {"heating_alone.py": _HEATING})
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "heating_alone", raising=False)
    examined = examine("bad", rulesets=_NATIONAL)
    assert [(flaw.code, flaw.where.startswith("bad")) for flaw in examined.flaws] == [(code, True)]
    gate = Gate.open(rulesets=_NATIONAL, engine="direct")
    assert [flaw.code for flaw in gate.problems] == [code]
    explained = gate.explain(data(), TODAY, what_if=False)
    assert {"H-PLUGIN"} == {held.code for held in explained.determination.held}
    assert {fact.name: fact.value for fact in explained.facts}["heating_concerned"] is True


_HEATING = """
from disclosure_gate import hookimpl
from disclosure_gate.model.findings import FactStatement

_TEXT = {"zh": "供热", "en": "heating"}

class plugin:
    @hookimpl
    def dg_vocabulary(self):
        return {"heating_concerned": {"type": "bool", "presume": False, "title": _TEXT, "ask": _TEXT}}

    @hookimpl
    def dg_facts(self, reading):
        yield FactStatement("heating_concerned", any("供热" in text for _, text in reading.parts), "heating")
"""


def _install(folder: Path, name: str, value: str, files: Mapping[str, str]) -> None:
    """As an installer leaves a package behind: modules, and metadata with an entry point."""
    for path, text in files.items():
        (folder / path).write_text(textwrap.dedent(text), encoding="utf-8")
    metadata = folder / f"{name}-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8"
    )
    (metadata / "entry_points.txt").write_text(f"[disclosure_gate]\n{name} = {value}\n", encoding="utf-8")


# What only a process of its own survives

_APART = {
    "ends the process": ("import os; os._exit(7)", "E-PLUGIN-DIED", "exit code 7"),
    "prints past sys.stdout": ("import os; os.write(1, b'hello\\n')", "E-PLUGIN-SAYS", "past sys.stdout"),
    "depends on the hash seed": (
        (
            "names = list({'policy_document', 'major_decision', 'concerns_minor', 'legality_review'})\n"
            "return [FactStatement(name, True, 'bad') for name in names]"
        ),
        "E-PLUGIN-VARIES",
        "another process",
    ),
}


@pytest.mark.parametrize("how", _APART)
def test_plugin_check_sees_what_a_thread_does_not_survive(how: str, tmp_path: Path) -> None:
    body, code, told = _APART[how]
    result = process.check(_package(tmp_path, body))
    flaws = [flaw for line in result.lines for flaw in line.flaws]
    assert [flaw.code for flaw in flaws] == [code]
    assert told in flaws[0].message("en")
    assert not result.ok


def test_plugin_check_ends_what_holds_the_interpreter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_SECONDS", 5)
    result = process.check(_package(tmp_path, "import re; re.match(r'(a+)+$', 'a' * 60 + 'b')"))
    [flaw] = [flaw for line in result.lines for flaw in line.flaws]
    assert (flaw.code, flaw.got) == ("E-PLUGIN-DIED", "no end after 5 s")


def _package(folder: Path, body: str) -> process.Target:
    module = (
        "from disclosure_gate import hookimpl\n"
        "from disclosure_gate.model.findings import FactStatement\n\n"
        "class plugin:\n    @hookimpl\n    def dg_facts(self):\n"
        + textwrap.indent(body, " " * 8)
        + "\n        return []\n"
    )
    (folder / "bad_apart.py").write_text(module, encoding="utf-8")
    (folder / "pyproject.toml").write_text(
        '[project]\nname = "bad"\nversion = "1"\n[project.entry-points.disclosure_gate]\nbad = "bad_apart:plugin"\n',
        encoding="utf-8",
    )
    [target] = process.targets(str(folder))
    return target


def test_a_folder_goes_before_an_installed_copy_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bad").mkdir()
    target = _package(tmp_path / "bad", "pass")
    installed = EntryPoint("bad", "elsewhere:plugin", "disclosure_gate")
    monkeypatch.setattr(process, "entry_points", lambda group: [installed] if group else [])
    assert process.targets("bad") == [process.Target("bad", "elsewhere:plugin")]
    monkeypatch.chdir(tmp_path)
    assert process.targets("bad") == [target]


def test_what_did_not_load_is_not_shown_as_passed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    result = process.check(_package(tmp_path, "}"))
    show_examinations([result], "zh")
    told = capsys.readouterr().out
    assert ("✕ 能够加载" in told, "– 通过自己的用例" in told, "✓" in told) == (True, True, False)


def test_an_entry_point_is_examined_like_its_plugin() -> None:
    entry = EntryPoint("bad", "gallery.bad:Raises", "disclosure_gate")
    assert "E-PLUGIN-RAISED" in {flaw.code for flaw in examine(entry, rulesets=_NATIONAL).flaws}


@pytest.mark.parametrize("source", ["x = 1\n", "x = 2\n"])
def test_what_python_keeps_of_a_module_imported_late_is_no_writing(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "imported_late.py").write_text(source, encoding="utf-8")
    monkeypatch.delitem(sys.modules, "imported_late", raising=False)

    class Late:
        name = "late"

        @hookimpl
        def dg_facts(self) -> list[FactStatement]:
            __import__("imported_late")
            return []

    assert _explained(Late()).determination.held == ()
    assert list(tmp_path.glob("__pycache__/imported_late*.pyc"))
