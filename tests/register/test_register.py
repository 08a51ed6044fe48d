"""The register: append-only, chained, whole or not at all, even when the process is killed (P8)."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from disclosure_gate.model import RegisterError
from disclosure_gate.register import Event, Register
from factories import NOW, TODAY, decision, document, gate_with_register


def _filled(folder: Path, count: int = 5) -> tuple[Path, tuple[int, str]]:
    path = folder / "register.db"
    register = Register.open(f"sqlite:///{path}")
    for number in range(count):
        with register.transaction(NOW) as tx:
            tx.append(Event.CLEARED, f"d{number}", {"number": number})
    head = register.head()
    register.close()
    return path, head


def _tamper(path: Path, *statements: str) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TRIGGER record_no_update")
        connection.execute("DROP TRIGGER record_no_delete")
        for statement in statements:
            connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    ("statements", "seq", "kind"),
    [
        (["UPDATE record SET envelope = replace(envelope, 'd2', 'dX') WHERE seq = 3"], 3, "changed"),
        (["UPDATE record SET hash = 'f' WHERE seq = 2"], 2, "changed"),
        (["DELETE FROM record WHERE seq = 2"], 2, "missing"),
        (["DELETE FROM record WHERE seq = 5"], 5, "cut_off"),
        (["UPDATE record SET seq = 99 WHERE seq = 2", "UPDATE record SET seq = 2 WHERE seq = 3", "UPDATE record SET seq = 3 WHERE seq = 99"], 2, "reordered"),
    ],
)  # fmt: skip
def test_tampering_is_found_and_named(tmp_path: Path, statements: list[str], seq: int, kind: str) -> None:
    path, head = _filled(tmp_path)
    _tamper(path, *statements)
    result = Register.open(f"sqlite:///{path}").verify(head)
    assert not result.ok
    assert (seq, kind) in {(fault.seq, fault.kind) for fault in result.faults}


def test_an_untouched_register_verifies(tmp_path: Path) -> None:
    path, head = _filled(tmp_path)
    result = Register.open(f"sqlite:///{path}").verify(head)
    assert (result.ok, result.count, (result.head_seq, result.head_hash)) == (True, 5, head)


@pytest.mark.parametrize("statement", ["UPDATE record SET event = 'x'", "DELETE FROM record"])
def test_the_database_itself_refuses_to_change_records(tmp_path: Path, statement: str) -> None:
    path, _ = _filled(tmp_path)
    connection = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(statement)
    connection.close()


def test_a_transaction_is_kept_whole_or_not_at_all(tmp_path: Path) -> None:
    register = Register.open(f"sqlite:///{tmp_path / 'r.db'}")

    def fail() -> None:
        with register.transaction(NOW) as tx:
            tx.append(Event.ISSUED, "d", {})
            raise KeyError("after the record")

    with pytest.raises(KeyError):
        fail()
    assert register.head()[0] == 0


@pytest.mark.parametrize("url", ["sqlite:////nonexistent/folder/r.db", "nonsense", "sqlite:////proc/r.db"])
def test_a_register_that_cannot_be_opened_is_told(url: str) -> None:
    with pytest.raises(RegisterError, match="E-REGISTER"):
        Register.open(url)


_CRASHER = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from factories import TODAY, decision, document, gate_with_register
from disclosure_gate.column.outbox import Outbox
from disclosure_gate.register.ledger import Transaction
point = sys.argv[2]
def dying(owner, name, moment):
    real = getattr(owner, name)
    def call(*args, **kwargs):
        if moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)
    setattr(owner, name, call)
gate = gate_with_register(Path(sys.argv[1]), engine="direct")
doc = document()
clearance = gate.clear(doc, gate.check(doc, TODAY), decision())
print(clearance.model_dump_json(), flush=True)
where, moment = point.split(":")
if where != "answer":
    dying(*{"append": (Transaction, "append"), "use": (Transaction, "use_clearance"), "state": (Transaction, "set_state"), "enqueue": (Outbox, "enqueue")}[where], moment)
gate.issue(doc, clearance, issued_on=TODAY)
print("answered", flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.law(8)
@pytest.mark.parametrize(
    "point",
    [f"{step}:{moment}" for step in ("append", "use", "state", "enqueue") for moment in ("before", "after")]
    + ["answer:after"],
)
def test_killed_between_the_steps_of_issuing_nothing_is_half_done(tmp_path: Path, point: str) -> None:
    tests = str(Path(__file__).parent.parent)
    done = subprocess.run(
        [sys.executable, "-c", _CRASHER, str(tmp_path), point, tests],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=dict(os.environ),
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    answered = "answered" in done.stdout
    with gate_with_register(tmp_path, engine="direct") as gate:
        assert gate.register is not None
        assert gate.outbox is not None
        events = [entry.event for entry in gate.register.entries()]
        rows = gate.outbox.rows()
        state = gate.register.state("doc-1")
        assert answered is (point == "answer:after")
        assert events == (["cleared", "issued"] if answered else ["cleared"])
        assert len(rows) == int(answered)
        assert (state is not None) is answered
        assert gate.register.verify().ok
        if not answered:
            doc = document()
            clearance = gate.clear(doc, gate.check(doc, TODAY), decision())
            gate.issue(doc, clearance, issued_on=TODAY)
            assert len(gate.outbox.rows()) == 1
