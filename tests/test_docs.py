"""The documents against the code: what is made is up to date, what is written is true."""

from __future__ import annotations

import json
import re
import runpy
import tomllib
from pathlib import Path
from typing import Any

import click
import jsonschema
import pytest
import yaml

from disclosure_gate.cli import cli
from disclosure_gate.model.codes import CODES

ROOT = Path(__file__).parent.parent
_MADE: dict[Path, str] = runpy.run_path(str(ROOT / "docs" / "make.py"))["made"]()


@pytest.mark.parametrize("path", sorted(_MADE), ids=lambda path: path.name)
def test_what_is_made_from_code_is_up_to_date(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == _MADE[path], "run `make docs`"


def test_every_code_that_is_used_is_in_the_table_and_every_entry_is_used() -> None:
    used: set[str] = set()
    for path in [
        *ROOT.glob("src/**/*.py"),
        *ROOT.glob("rulesets/**/*.yaml"),
        *ROOT.glob("plugins/*/src/**/*.py"),
        *ROOT.glob("plugins/*/src/**/*.yaml"),
    ]:
        if path.name != "codes.py":
            used |= set(
                re.findall(
                    r"\b(?:[EHWXDPU]-[A-Z][A-Z-]+[A-Z]|R\d\d-\d|P(?:19|20|21)|O-[A-Z]+)\b",
                    path.read_text(encoding="utf-8"),
                )
            )
    assert used - set(CODES) == set()
    reserved = {
        "R36-7",
        "E-INTERNAL",
        "E-LAW-DATE",
        "E-CALENDAR",
        "W-UNVERIFIED",
    }
    assert set(CODES) - used - reserved == set()


def _commands(group: click.Group, path: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    for name, command in group.commands.items():
        found |= _commands(command, (*path, name)) if isinstance(command, click.Group) else {(*path, name)}
    return found


def test_the_readme_names_every_command_and_only_those() -> None:
    commands = _commands(cli)
    written = re.findall(
        r"^disclosure-gate ((?:[a-z]+ ?){1,2})",
        (ROOT / "README.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    named = {
        command for line in written for command in commands if tuple(line.split())[: len(command)] == command
    }
    assert named == commands


def test_the_readme_program_runs_as_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for program in programs:
        exec(compile(program, "README.md", "exec"), names)  # noqa: S102  our own README
    assert names["determination"].label == "部分公开"
    assert names["gate"].register.state("2026-0117").state == "withdrawn"


def test_every_dependency_has_its_line() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    needed = [re.split(r"[><=\[]", each)[0] for each in project["dependencies"]]
    assert [name for name in needed if f"| {name} |" not in text] == []


def test_every_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pinned = {
        line.split("==")[0].lower().replace("_", "-")
        for line in (ROOT / "constraints.txt").read_text().splitlines()
    }
    wanted = [
        *project["dependencies"],
        *project["optional-dependencies"]["dev"],
        *project["optional-dependencies"]["bench"],
    ]
    assert [
        each for each in wanted if re.split(r"[><=\[]", each)[0].lower().replace("_", "-") not in pinned
    ] == []


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("rulesets/**/*.yaml")), ids=lambda path: str(path.relative_to(ROOT))
)
def test_every_shipped_file_fits_the_schema_it_names(path: Path) -> None:
    first, _, _ = path.read_text(encoding="utf-8").partition("\n")
    schema = path.parent / first.split("$schema=")[1].strip()
    data = json.loads(json.dumps(yaml.safe_load(path.read_text(encoding="utf-8")), default=str))
    jsonschema.validate(data, json.loads(schema.read_text(encoding="utf-8")))


_FLOORS = {
    "events": 0,
    "model": 1,
    "law": 2,
    "rules": 3,
    "catalogue": 3,
    "detect": 3,
    "redact": 4,
    "plugins": 4,
    "register": 4,
    "column": 5,
}


@pytest.mark.parametrize(
    "path",
    sorted((ROOT / "src/disclosure_gate").rglob("*.py")),
    ids=lambda path: str(path.relative_to(ROOT / "src")),
)
def test_imports_go_down_only(path: Path) -> None:
    parts = path.relative_to(ROOT / "src/disclosure_gate").parts
    # The conformance kit opens gates: it lives with the plugins and stands on the top floor.
    kit = parts[:2] == ("plugins", "testing")
    room = "kit" if kit else parts[0]
    text = path.read_text(encoding="utf-8")
    assert kit or room in {"cli.py", "console.py"} or "disclosure_gate.plugins.testing" not in text
    for imported in set(
        re.findall(
            r"^\s*(?:from|import) disclosure_gate\.(\w+)", path.read_text(encoding="utf-8"), re.MULTILINE
        )
    ):
        if room in _FLOORS and imported != room:
            allowed = imported in _FLOORS and (
                _FLOORS[imported] < _FLOORS[room]
                or (room == "plugins" and imported in {"column", "redact"})  # hooks speak of both
            )
            assert allowed, f"{room} imports {imported}"
    assert ("import durable" in text or "from durable" in text) is (path.name == "network.py")
    assert not re.search(r"^\s*(?:import|from) flask\b", text, re.MULTILINE) or room in {
        "service",
        "desk",
        "column",
    }
    assert not re.search(r"^\s*(?:import|from) sqlalchemy\b", text, re.MULTILINE) or room in {
        "register",
        "column",
    }
