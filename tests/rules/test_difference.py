"""Two editions of the rulesets: every change is told, with the decisions that change; digests are held against a record."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from commands import command
from disclosure_gate import Gate
from disclosure_gate.difference import Comparison, compare, loaded_rulesets, verify
from disclosure_gate.model.determination import RulesetVersion
from factories import RULESETS, TODAY, document


def _copied(folder: Path) -> Path:
    for name in ("national", "domains/07-budget"):
        shutil.copytree(RULESETS / name, folder / name)
    return folder


def _changed(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _compared(before: Path, after: Path) -> Comparison:
    one, other = (Gate.open(rulesets=each, plugins=(), engine="direct") for each in (before, after))
    return compare(one, other)


@pytest.fixture
def editions(tmp_path: Path) -> tuple[Path, Path]:
    """Two copies of the national ruleset and the budget domain."""
    return _copied(tmp_path / "old"), _copied(tmp_path / "new")


def test_the_same_rulesets_do_not_differ(editions: tuple[Path, Path]) -> None:
    found = _compared(*editions)
    assert found.same
    assert found.cases > 100


def _shorter_review(folder: Path) -> None:
    _changed(
        folder / "national/rules/2-exemptions.yaml",
        "statuses: [withheld], due: {within: 1, unit: year",
        "statuses: [withheld], due: {within: 6, unit: month",
    )


def _no_minutes(folder: Path) -> None:
    path = folder / "national/rules/2-exemptions.yaml"
    text = path.read_text(encoding="utf-8")
    start = text.index("  - id: record-of-discussion")
    path.write_text(text[:start] + text[text.index("  - id: enforcement-file") :], encoding="utf-8")


def _later_budget(folder: Path) -> None:
    _changed(
        folder / "domains/07-budget/catalogue.yaml",
        "due: {within: 20, unit: day, start: [approved]}",
        "due: {within: 10, unit: day, start: [approved]}",
    )


def _new_fact(folder: Path) -> None:
    path = folder / "domains/07-budget/facts.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").rstrip()
        + "\n  loans:\n    type: bool\n    presume: false\n    title: {zh: 贷款, en: loans}\n    ask: {zh: 贷款？, en: loans?}\n",
        encoding="utf-8",
    )


def _repealed(folder: Path) -> None:
    _changed(folder / "national/laws.yaml", "- {in_force_from: 1995-01-01}", "- {in_force_from: 1995-01-01, in_force_to: 2026-01-31}")  # fmt: skip


@pytest.mark.parametrize(
    ("change", "told", "part"),
    [
        (_shorter_review, ("rule", "changed", "national/review-what-is-withheld"), "obligations"),
        (_no_minutes, ("rule", "removed", "national/record-of-discussion"), "status"),
        (_later_budget, ("row", "changed", "budget/government-budget"), "publications"),
        (_new_fact, ("fact", "added", "loans"), ""),
        (_repealed, ("law", "changed", "budget_law"), "basis"),
    ],
)
def test_every_change_is_told_with_the_decisions_it_changes(
    editions: tuple[Path, Path], change: Callable[[Path], None], told: tuple[str, str, str], part: str
) -> None:
    old, new = editions
    change(new)
    found = _compared(old, new)
    assert told in {(each.kind, each.what, each.name) for each in found.changes}
    assert "ruleset" in {each.kind for each in found.changes}  # its digest is another
    changed = {name for each in found.decisions for name, _, _ in each.parts}
    assert (part in changed) if part else not found.decisions
    back = _compared(new, old)
    opposite = {"added": "removed", "removed": "added", "changed": "changed"}
    assert (told[0], opposite[told[1]], told[2]) in {
        (each.kind, each.what, each.name) for each in back.changes
    }
    assert len(back.decisions) == len(found.decisions)


def test_a_changed_field_is_told_before_and_after(editions: tuple[Path, Path]) -> None:
    old, new = editions
    _later_budget(new)
    [row] = [each for each in _compared(old, new).changes if each.kind == "row"]
    [(name, before, after)] = row.fields
    assert name == "due"
    assert "'within': 20" in before
    assert "'within': 10" in after


def test_a_rule_that_only_moves_in_its_file_does_not_differ(editions: tuple[Path, Path]) -> None:
    old, new = editions
    path = new / "national/rules/7-process.yaml"
    path.write_text("# moved down\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    found = _compared(old, new)
    assert {each.kind for each in found.changes} == {"ruleset"}
    assert found.decisions == ()


def test_digests_are_held_against_what_was_named(gate: Gate) -> None:
    loaded = loaded_rulesets(gate)
    determination = gate.check(document(), TODAY)
    assert verify(determination.rulesets, loaded, whole=False) == ()
    assert verify(loaded, loaded, whole=True) == ()
    named = [each for each in loaded if each.name == "national"]
    unnamed = {each.name for each in loaded} - {"national"}
    assert {each.name for each in verify(named, loaded, whole=True)} == unnamed
    other = RulesetVersion(name="national", version="1", digest="0" * 64)
    [wrong] = verify([other], loaded, whole=False)
    assert (wrong.name, wrong.named) == ("national", f"1 {'0' * 64}")
    [gone] = verify([RulesetVersion(name="domains/none", version="1", digest="")], loaded, whole=False)
    assert gone.loaded == ""


def test_diff_and_verify_on_the_command_line(editions: tuple[Path, Path], tmp_path: Path) -> None:
    old, new = map(str, editions)
    assert command("rules", "diff", old, new).returncode == 0
    _later_budget(editions[1])
    done = command("rules", "diff", old, new, "--json")
    assert done.returncode == 1
    data = json.loads(done.stdout)
    assert {each["name"] for each in data["changes"]} == {"domains/budget", "budget/government-budget"}
    assert data["decisions"][0]["parts"][0]["part"] == "publications"
    told = command("rules", "diff", old, new).stdout
    assert re.search(r"budget/government-budget.*due", told, re.DOTALL)
    manifest = tmp_path / "manifest.json"
    assert command("--rulesets", old, "rules", "verify", "-o", str(manifest)).returncode == 0
    assert command("--rulesets", old, "rules", "verify", str(manifest)).returncode == 0
    wrong = command("--rulesets", new, "rules", "verify", str(manifest))
    assert wrong.returncode == 1
    assert "domains/budget" in wrong.stdout
    assert command("rules", "verify", str(tmp_path / "none.json")).returncode == 2
    (tmp_path / "odd.json").write_text('{"x": 1}', encoding="utf-8")
    assert command("rules", "verify", str(tmp_path / "odd.json")).returncode == 2
