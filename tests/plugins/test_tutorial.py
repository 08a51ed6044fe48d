"""The tutorial, command by command, in an empty folder with an environment of its own."""

from __future__ import annotations

import os
import re
import site
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Block:
    language: str
    text: str


def _blocks(name: str) -> list[Block]:
    return [
        Block(*found.groups())
        for found in _BLOCK.finditer((ROOT / "docs" / name).read_text(encoding="utf-8"))
    ]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What `pip install disclosure-gate pytest` leaves behind, without an index: our sources, this environment's rest."""
    folder = tmp_path_factory.mktemp("environment")
    # pip is that of this environment, run by the new one's Python: it installs there.
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "venv"], check=True)
    pip = folder / "venv" / "bin" / "pip"
    pip.write_text(f'#!/bin/sh\nexec "{folder}/venv/bin/python" -m pip "$@"\n', encoding="utf-8")
    pip.chmod(0o755)
    packages = next((folder / "venv" / "lib").glob("python*")) / "site-packages"
    ours = [each for each in site.getsitepackages() if Path(each).is_dir()]
    (packages / "this_environment.pth").write_text(
        "\n".join(f"import site; site.addsitedir({each!r})" for each in ours), encoding="utf-8"
    )
    variables = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "PYTHON", "PIP"))
    }
    offline = {
        "PIP_NO_INDEX": "1",
        "PIP_NO_BUILD_ISOLATION": "0",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_QUIET": "1",
    }
    found = (
        variables
        | offline
        | {
            "PATH": f"{folder / 'venv' / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "VIRTUAL_ENV": str(folder / "venv"),
        }
    )
    subprocess.run(
        [
            str(folder / "venv/bin/python"),
            "-m",
            "pip",
            "install",
            "--no-deps",
            "--force-reinstall",
            str(ROOT),
        ],
        check=True,
        env=found,
        cwd=folder,
    )
    return found


def test_every_command_of_the_tutorial_does_what_the_page_says(
    environment: dict[str, str], tmp_path: Path
) -> None:
    blocks = _blocks("tutorial-plugin.md")
    assert (
        blocks[0].text.splitlines()[-1] == "pip install disclosure-gate pytest"
    )  # what the fixture has done
    said = ""
    for block in blocks[1:]:
        if block.language == "sh":
            said = "".join(_run(line, environment, tmp_path) for line in block.text.splitlines())
        elif block.language == "text":
            _compare(block.text, said)
        else:
            place = block.text.partition("\n")[0].removeprefix("# ")
            (tmp_path / place).write_text(block.text.partition("\n")[2], encoding="utf-8")


def test_four_commands_lead_from_an_empty_folder_to_a_gate_that_uses_the_plugin() -> None:
    commands = [each.text.strip() for each in _blocks("tutorial-plugin.md") if each.language == "sh"][1:5]
    assert [len(each.splitlines()) for each in commands] == [1, 1, 1, 1]
    assert [each.split()[0] for each in commands] == ["disclosure-gate", "pip", "python", "disclosure-gate"]


def test_the_chinese_tutorial_has_the_same_commands_and_files() -> None:
    assert _blocks("tutorial-plugin.zh.md") == _blocks("tutorial-plugin.md")


def _run(line: str, environment: dict[str, str], folder: Path) -> str:
    command, _, wanted = line.partition("  # exit ")
    done = subprocess.run(
        ["/bin/bash", "-c", command],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    told = done.stdout + done.stderr
    assert done.returncode == int(wanted or 0), f"{command}\n{told}"
    return told


def _compare(wanted: str, said: str) -> None:
    # Output is wrapped to the width of the terminal: a line of the page may come in two.
    flat = re.sub(r"\s+", "", said)
    pattern = ".*".join(
        ".*".join(re.escape(re.sub(r"\s+", "", part)) for part in line.split("…"))
        for line in wanted.splitlines()
    )
    assert re.search(pattern, flat, re.DOTALL), f"expected\n{wanted}\ngot\n{said}"
