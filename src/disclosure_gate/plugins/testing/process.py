"""``plugin check``: the examination in processes of their own, which a plugin may end, fill or print from.

Two processes with different hash seeds must give the same answers: what iterates over a set shows here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from disclosure_gate.model.document import closest
from disclosure_gate.model.errors import Flaw, InputError
from disclosure_gate.model.frozen import Text
from disclosure_gate.plugins.manager import ENTRY_POINTS

_SECONDS = 180  # for one process
_MEMORY = 4 * 1024**3  # bytes of address space


@dataclass(frozen=True, slots=True)
class Target:
    """A plugin to examine: its entry point, and the folder it is imported from if it is not installed."""

    name: str
    value: str
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One check and what is wrong by it."""

    name: str
    about: Text
    flaws: tuple[Flaw, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What ``plugin check`` says of one plugin."""

    plugin: str
    lines: tuple[Line, ...]
    notices: tuple[Flaw, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not any(line.flaws for line in self.lines)

    def as_json(self, lang: str) -> dict[str, Any]:
        """JSON data."""
        return {
            "plugin": self.plugin,
            "ok": self.ok,
            "checks": [
                {
                    "name": line.name,
                    "about": line.about.get(lang),
                    "ok": not line.flaws,
                    "flaws": [flaw.as_json(lang) for flaw in line.flaws],
                }
                for line in self.lines
            ],
            "notices": [flaw.as_json(lang) for flaw in self.notices],
        }


def targets(wanted: str | None) -> list[Target]:
    """The plugins meant by a name, by the folder of a package, or all that are installed.

    Where both are there, the folder is meant: what is being written and not a copy installed before.

    Raises:
        InputError: there is no such plugin, or the folder is no package with an entry point of ours.
    """
    installed = sorted(entry_points(group=ENTRY_POINTS), key=lambda entry: entry.name)
    if wanted is None:
        return [Target(entry.name, entry.value) for entry in installed]
    named = [Target(entry.name, entry.value) for entry in installed if entry.name == wanted]
    folder = Path(wanted)
    if named and not (folder / "pyproject.toml").is_file():
        return named
    if not folder.is_dir():
        known = [entry.name for entry in installed]
        raise InputError(
            "E-PLUGIN-UNKNOWN", where=wanted, expected=" | ".join(known), suggestion=closest(wanted, known)
        )
    try:
        project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
        entries = project["project"]["entry-points"][ENTRY_POINTS]
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise InputError(
            "E-FILE", where=str(folder / "pyproject.toml"), got=type(error).__name__,
            expected=f"[project.entry-points.{ENTRY_POINTS}]",
        ) from None  # fmt: skip
    source = folder / "src" if (folder / "src").is_dir() else folder
    return [Target(name, value, source.resolve()) for name, value in sorted(entries.items())]


def check(target: Target) -> Result:
    """Examine a plugin in two processes."""
    one = _apart(target, 1)
    other = _apart(target, 2) if one.digest else one  # what has died or hung once does it again
    lines = list(one.lines)
    if one.digest and other.digest and one.digest != other.digest:
        flaw = Flaw(
            "E-PLUGIN-VARIES", target.name, got="other answers in another process",
            expected="the same bytes in every process; sort what comes from a set",
        )  # fmt: skip
        lines = [_with(line, flaw) if line.name == "says_the_same_again" else line for line in lines]
    printed = one.printed or other.printed
    if printed:
        flaw = Flaw("E-PLUGIN-SAYS", target.name, got="output past sys.stdout", expected="nothing")
        lines = [_with(line, flaw) if line.name == "says_nothing" else line for line in lines]
    return Result(target.name, tuple(lines), one.notices)


@dataclass(frozen=True, slots=True)
class _Process:
    lines: tuple[Line, ...]
    notices: tuple[Flaw, ...] = ()
    digest: str = ""
    printed: bool = False


def _apart(target: Target, seed: int) -> _Process:
    with tempfile.TemporaryDirectory() as folder:
        out, said = Path(folder) / "result.json", Path(folder) / "said"
        spec = json.dumps(
            {"name": target.name, "value": target.value, "folder": str(target.folder or ""), "out": str(out)}
        )
        with said.open("wb") as output:
            try:
                code: int | None = subprocess.run(  # noqa: S603  this interpreter and a module of ours
                    [sys.executable, "-m", __name__, spec],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    timeout=_SECONDS,
                    env=os.environ | {"PYTHONHASHSEED": str(seed)},
                    check=False,
                ).returncode
            except subprocess.TimeoutExpired:
                code = None
        if not out.exists():
            got = f"no end after {_SECONDS} s" if code is None else f"exit code {code}"
            about = Text(zh="检查进程正常结束", en="the process that checks it comes to its end")
            flaw = Flaw("E-PLUGIN-DIED", target.name, got=got, expected="the process goes on")
            return _Process((Line("comes_to_its_end", about, (flaw,)),))
        data = json.loads(out.read_text(encoding="utf-8"))
        return _Process(
            tuple(
                Line(each["name"], Text(**each["about"]), tuple(Flaw(**flaw) for flaw in each["flaws"]))
                for each in data["checks"]
            ),
            tuple(Flaw(**flaw) for flaw in data["notices"]),
            data["digest"],
            bool(said.read_bytes().strip()),
        )


def _with(line: Line, flaw: Flaw) -> Line:
    return Line(line.name, line.about, (*line.flaws, flaw))


def _examine(spec: dict[str, str]) -> None:
    """Run in the process: examine and write down what came out."""
    from dataclasses import asdict  # noqa: PLC0415  only the process needs these

    from disclosure_gate.plugins.testing.examination import examine  # noqa: PLC0415

    _bound_memory()
    if spec["folder"]:
        sys.path.insert(0, spec["folder"])
    examined = examine(EntryPoint(spec["name"], spec["value"], ENTRY_POINTS))
    data = {
        "checks": [
            {"name": each.name, "about": each.about.model_dump(), "flaws": [asdict(flaw) for flaw in flaws]}
            for each, flaws in examined.found
        ],
        "notices": [asdict(flaw) for flaw in examined.notices],
        "digest": examined.digest,
    }
    Path(spec["out"]).write_text(json.dumps(data), encoding="utf-8")
    sys.stdout.flush()
    os._exit(0)  # whatever threads a plugin has left


def _bound_memory() -> None:
    try:
        import resource  # noqa: PLC0415  not on every system
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


if __name__ == "__main__":
    _examine(json.loads(sys.argv[1]))
