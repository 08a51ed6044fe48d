"""What guards do beside calling hooks: readers and formats of plugins, threads that end, processes that fork, pytest."""

from __future__ import annotations

import gc
import os
import socket
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from disclosure_gate import Gate, hookimpl
from disclosure_gate.detect.reader import FileText
from disclosure_gate.model.document import File
from disclosure_gate.model.errors import UnreadableError
from disclosure_gate.model.findings import FactStatement
from disclosure_gate.plugins.manager import PluginManager
from factories import RULESETS, TODAY, data

_NATIONAL = [RULESETS / "national"]
_FILE = {"name": "x.own", "content": b"OWN\n\x01"}


class _Reader:
    """Claims files that nobody else reads, and does ``act``."""

    name = "own"

    def __init__(self, act: Any, claims: Any = lambda _: True) -> None:
        self._act = act
        self._claims = claims

    def claims(self, file: File) -> Any:
        return self._claims(file)

    def read(self, file: File) -> Any:
        return self._act(file)


def _reading(reader: object) -> Gate:
    plugin = type("P", (), {"name": "own", "dg_readers": staticmethod(hookimpl(lambda: [reader]))})()
    gate = Gate.open(rulesets=_NATIONAL, plugins=(plugin,), engine="direct")
    gate.parts.plugins.budget = 0.3
    return gate


def _unreadable(_: File) -> FileText:
    raise UnreadableError("U-ENCRYPTED")


@pytest.mark.law(10)
@pytest.mark.parametrize(
    ("reader", "code"),
    [
        (_Reader(lambda _: 1 // 0), "U-PLUGIN"),
        (_Reader(lambda _: "text"), "U-PLUGIN"),
        (_Reader(lambda _: FileText((("", 7),))), "U-PLUGIN"),  # type: ignore[arg-type]
        (_Reader(lambda _: time.sleep(5)), "U-PLUGIN"),
        (_Reader(lambda _: sys.exit(1)), "U-PLUGIN"),
        (_Reader(_unreadable), "U-ENCRYPTED"),
        (_Reader(lambda _: FileText(()), claims=lambda _: 1 // 0), "U-PLUGIN"),
        (_Reader(lambda _: FileText(()), claims=lambda _: "yes"), "U-PLUGIN"),
    ],
)
def test_what_only_a_plugin_reads_stays_unread_when_it_fails(reader: _Reader, code: str) -> None:
    gate = _reading(reader)
    held = gate.check(data(files=[_FILE]), TODAY).held
    assert [each.code for each in held] == ["H-UNREADABLE"]
    from disclosure_gate.model.codes import CODES  # noqa: PLC0415  only here

    assert CODES[code].en in held[0].message.en
    if code == "U-PLUGIN":
        assert "own" in held[0].message.en
    assert gate.check(data(), TODAY).status == "proactive"


def test_what_we_read_ourselves_no_plugin_reads_instead() -> None:
    asked: list[str] = []

    def claims(file: File) -> bool:
        asked.append(file.name)
        return True

    gate = _reading(_Reader(lambda _: FileText((("", "别的文字"),)), claims=claims))
    file = {"name": "a.txt", "content": "手机13800138000。".encode()}
    answer = gate.check(data(files=[file]), TODAY)
    assert [each.where for each in answer.redactions] == ["files/0"]
    assert asked == []


class _Plain:
    name = "plain"

    @hookimpl
    def dg_facts(self) -> list[FactStatement]:
        return []


def _lanes() -> int:
    return sum(thread.name == "plugin-lane" for thread in threading.enumerate())


def test_a_gate_that_is_gone_leaves_no_thread_behind() -> None:
    gc.collect()
    before = _lanes()
    for _ in range(5):
        gate = Gate.open(rulesets=_NATIONAL, plugins=(_Plain(),), engine="direct")
        gate.check(data(), TODAY)
        for _ in range(2):
            gate.reload()
            gate.check(data(), TODAY)
        del gate
    gc.collect()
    deadline = time.monotonic() + 30
    while _lanes() > before and time.monotonic() < deadline:
        time.sleep(0.02)
    assert _lanes() <= before


def test_a_plugin_that_loops_is_stopped_and_asked_again() -> None:
    class Loops:
        name = "loops"
        loop = True

        @hookimpl
        def dg_facts(self) -> list[FactStatement]:
            while self.loop:
                pass
            return []

    plugin = Loops()
    gate = Gate.open(rulesets=_NATIONAL, plugins=(plugin,), engine="direct")
    gate.parts.plugins.budget = 0.2
    before = _lanes()
    assert [held.code for held in gate.check(data(), TODAY).held] == ["H-PLUGIN"]
    deadline = time.monotonic() + 60
    while _lanes() > before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert _lanes() <= before
    plugin.loop = False
    gate.parts.plugins.budget = 5
    while gate.check(data(), TODAY).held and time.monotonic() < deadline:
        time.sleep(0.05)
    assert gate.check(data(), TODAY).held == ()


def test_a_process_that_forks_goes_on_in_both(tmp_path: Path) -> None:
    (tmp_path / "forking.py").write_text(_FORKING, encoding="utf-8")
    tests = str(Path(__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-W", "ignore", tmp_path / "forking.py"],
        env=os.environ | {"PYTHONPATH": tests}, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.stdout.split() == ["child", "proactive", "parent", "proactive"], done.stderr


_FORKING = """
import os, socket, sys
from disclosure_gate import Gate, hookimpl
from factories import RULESETS, TODAY, data

class Plain:
    name = "plain"

    @hookimpl
    def dg_facts(self):
        return []

gate = Gate.open(rulesets=[RULESETS / "national"], plugins=(Plain(),), engine="direct")
gate.check(data(), TODAY)
child = os.fork()
if child:
    os.waitpid(child, 0)
status = gate.check(data(), TODAY).status
with socket.socket() as made:  # no thread of the child is taken for one that runs a plugin
    made.bind(("127.0.0.1", 0))
print("parent" if child else "child", status, flush=True)
os._exit(0)
"""


def test_only_threads_that_run_plugins_are_kept_from_the_network() -> None:
    manager = PluginManager()
    manager.register(_Plain(), "plain")
    manager.call("dg_facts", lambda value, _: value)
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        assert made.getsockname()[1]


# The kit under pytest


def _pytest(folder: Path, source: str, *options: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_it.py").write_text(textwrap.dedent(source), encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, "test_it.py"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_pytest_plugin_loads_nothing_for_other_tests(tmp_path: Path) -> None:
    done = _pytest(
        tmp_path,
        """
        import sys

        def test_nothing_is_loaded(pytestconfig):
            assert pytestconfig.pluginmanager.has_plugin("disclosure_gate")
            loaded = [name for name in sys.modules if name.startswith("disclosure_gate")]
            assert sorted(loaded) == ["disclosure_gate", "disclosure_gate.pytest_plugin"]
        """,
    )
    assert done.returncode == 0, done.stdout


def test_a_failing_check_teaches_in_the_language_of_the_office(tmp_path: Path) -> None:
    done = _pytest(
        tmp_path,
        """
        from disclosure_gate import hookimpl
        from disclosure_gate.plugins.testing import Conformance

        class Heating:
            name = "heating"

            @hookimpl
            def dg_facts(self, document):
                print(document.title)
                return []

        class TestConformance(Conformance):
            plugin = Heating()

        def test_a_gate_for_it(gate_with):
            assert gate_with(Heating()).problems == ()
        """,
        "--gate-lang", "zh",
    )  # fmt: skip
    assert done.returncode == 1
    assert "1 failed, 14 passed" in done.stdout
    assert "heating: 不打印，不把内容写入日志" in done.stdout
    assert "[E-PLUGIN-SAYS]" in done.stdout
    assert "删去 print；日志里不写公文内容" in done.stdout
    assert "Traceback" not in done.stdout


class _Format(_Reader):
    """A format of a plugin's own, of which public copies are made as ``act`` does."""

    suffixes = (".own",)
    media_type = "application/x-own"
    leaves_out_pictures = False

    def __init__(self, act: Any) -> None:
        super().__init__(lambda file: FileText((("", file.content.reveal().decode()),)))
        self._rebuild = act

    def rebuild(self, data: bytes, masks: Any) -> Any:
        return self._rebuild(data, masks)

    def inspect(self, data: bytes) -> FileText:
        return FileText((("", data.decode()),))

    def raw(self, data: bytes) -> list[bytes]:
        return [data]


@pytest.mark.law(6)
@pytest.mark.parametrize(
    ("rebuild", "code"),
    [
        (lambda data, _: data.replace(b"13800138000", b"***"), None),
        (lambda data, _: data, "U-LEFT"),
        (lambda *_: 1 // 0, "U-PLUGIN"),
        (lambda *_: "text", "U-PLUGIN"),
        (lambda *_: time.sleep(5), "U-PLUGIN"),
    ],
    ids=["masks", "masks nothing", "raises", "returns text", "hangs"],
)
def test_a_public_copy_a_plugin_makes_is_proved_and_guarded(rebuild: Any, code: str | None) -> None:
    gate = _reading(_Format(rebuild))
    file = {"name": "x.own", "content": "\x01OWN 手机13800138000。".encode()}
    if code is None:
        [copy] = [each for each in gate.redact(data(files=[file]), TODAY).files if each.name == "x.own"]
        assert b"13800138000" not in copy.content
        return
    with pytest.raises(UnreadableError) as refused:
        gate.redact(data(files=[file]), TODAY)
    assert refused.value.code == code


def test_check_names_the_plugin_that_is_meant(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "disclosure_gate.cli", "plugin", "check", "nowhere", "--lang", "en"],
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert (done.returncode, "E-PLUGIN-UNKNOWN" in done.stderr) == (2, True)
