"""`plugin new`: whatever is asked for, the package is clean, typed, and passes what the kit holds it to."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import pytest

from disclosure_gate.model.errors import InputError
from disclosure_gate.plugins.scaffold import PARTS, Wanted, checked_name, write
from disclosure_gate.plugins.testing import examine
from factories import RULESETS

ROOT = Path(__file__).parents[2]
_CHOICES = [frozenset(chosen) for count in range(len(PARTS) + 1) for chosen in combinations(PARTS, count)]
_NATIONAL = [RULESETS / "national"]


def _named(parts: frozenset[str]) -> str:
    return f"made{_CHOICES.index(parts)}"


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One package for every choice of parts."""
    folder = tmp_path_factory.mktemp("packages")
    for parts in _CHOICES:
        write(Wanted(_named(parts), "供热", "municipal_services", parts), folder / _named(parts))
    return folder


def _tool(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *map(str, arguments)], capture_output=True, text=True, check=False, cwd=cwd
    )


@pytest.mark.parametrize("command", [("check",), ("format", "--check")], ids=lambda command: command[0])
def test_every_choice_is_clean_for_ruff(command: tuple[str, ...], packages: Path) -> None:
    for parts in _CHOICES:
        done = _tool(
            "ruff",
            *command,
            "--config",
            ROOT / "pyproject.toml",
            "--no-cache",
            ".",
            cwd=packages / _named(parts),
        )
        assert done.returncode == 0, done.stdout


def test_all_parts_together_are_typed_strictly(packages: Path) -> None:
    # Our own lint has read the same modules: its cache makes this a matter of two seconds.
    options = ("--config-file", ROOT / "pyproject.toml", "--cache-dir", ROOT / ".mypy_cache")
    done = _tool("mypy", *options, "src", "tests", cwd=packages / _named(frozenset(PARTS)))
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("parts", _CHOICES, ids=lambda parts: "+".join(sorted(parts)) or "nothing")
def test_every_choice_passes_the_kit(
    parts: frozenset[str], packages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(packages / _named(parts) / "src")
    plugin = __import__(_named(parts)).plugin
    examined = examine(plugin, rulesets=_NATIONAL)
    assert [flaw.message("en") for flaw in examined.flaws] == []


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        ("Heating", "heating"),
        ("city-heating", "city_heating"),
        ("3d", ""),
        ("供热", ""),
        ("a" * 41, ""),
        ("", ""),
        ("class", "class_office"),
        ("json", "json_office"),
        ("national", "national_office"),
        ("../heating", "heating"),
    ],
)
def test_a_name_that_cannot_be_a_plugins_is_refused_with_one_that_can(name: str, suggestion: str) -> None:
    with pytest.raises(InputError) as refused:
        checked_name(name)
    assert (refused.value.code, refused.value.flaws[0].suggestion) == ("E-PLUGIN-NAME", suggestion)


@pytest.mark.parametrize(
    "title",
    [
        '供"热"',
        "供热: 管网",
        "供热, 供水",
        "供热/管网",
        "供\\热",
        "供\n热",
        "#供热",
        "2026",
        "\udce4",
        "true",
        "null",
        "2026-11-24",
        "供热 ",
    ],
)
def test_a_title_that_would_break_the_files_it_stands_in_is_refused(title: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--title"):
        write(Wanted("heating", title, "municipal_services", frozenset(PARTS)), tmp_path / "heating")
    assert not (tmp_path / "heating").exists()


@pytest.mark.parametrize(
    ("name", "title"), [("titled_so", "供热 (试行)"), ("titled_otherwise", "2026年供热&供水")]
)
def test_a_title_as_people_write_it_makes_a_package_that_loads(
    name: str, title: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(Wanted(name, title, "municipal_services", frozenset(PARTS)), tmp_path / name)
    monkeypatch.syspath_prepend(tmp_path / name / "src")
    examined = examine(__import__(name).plugin, rulesets=_NATIONAL)
    assert [flaw.message("en") for flaw in examined.flaws] == []


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    target = tmp_path / "heating"
    wanted = Wanted("heating", "供热", "municipal_services", frozenset())
    write(wanted, target)
    (target / "README.md").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="E-PLUGIN-THERE"):
        write(wanted, target)
    assert (target / "README.md").read_text(encoding="utf-8") == "mine"


def _new(*arguments: str, into: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "disclosure_gate.cli", "plugin", "new", *arguments],
        capture_output=True, text=True, check=False, cwd=into,
    )  # fmt: skip


def test_the_command_takes_flags_and_says_what_to_do_next(tmp_path: Path) -> None:
    done = _new(
        "heating",
        "--title",
        "供热",
        "--domain",
        "市政服务",
        "--no-row",
        "--publisher",
        "--json",
        into=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    files = json.loads(done.stdout)["files"]
    assert "src/heating/publisher.py" in files
    assert "src/heating/ruleset/catalogue.yaml" not in files
    assert (tmp_path / "heating" / "pyproject.toml").exists()
    again = _new("heating", into=tmp_path)
    assert (again.returncode, "E-PLUGIN-THERE" in again.stderr) == (2, True)
    odd = _new("other", "--domain", "市政", into=tmp_path)
    assert (odd.returncode, "E-DOMAIN" in odd.stderr) == (2, True)
    assert not (tmp_path / "other").exists()


def test_on_a_terminal_it_asks(tmp_path: Path) -> None:
    asked, ours = pty.openpty()
    os.write(asked, "供热\nmunicipal_services\ny\nn\nn\nn\nn\n".encode())
    done = subprocess.run(
        [sys.executable, "-m", "disclosure_gate.cli", "plugin", "new", "heating"],
        stdin=ours, capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    package = tmp_path / "heating" / "src" / "heating"
    assert (package / "ruleset" / "facts.yaml").exists()
    assert not (package / "detector.py").exists()
    assert "供热" in (package / "ruleset" / "ruleset.yaml").read_text(encoding="utf-8")
