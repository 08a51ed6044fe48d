"""The column's commands as processes, started and stopped as a person or a service manager does."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from disclosure_gate.column import Outbox, Worker
from disclosure_gate.column.store import ColumnStore, slug_of
from disclosure_gate.register import Register
from factories import NOW, TODAY, data, decision, document, gate_with_register
from processes import free_port
from public_items import AT, many, public_item
from receivers import SECRET, Cms, receiving


@contextmanager
def _running(*command: str, **options: Any) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "disclosure_gate.cli", "column", *command],
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, **options},
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def _run(*command: str) -> tuple[int, Any]:
    with _running(*command, "--json") as process:
        out, err = process.communicate(timeout=60)
    assert not err, err
    return process.returncode, json.loads(out)


def _until(true: Callable[[], bool], process: subprocess.Popen[str], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.02)


def _lined_up(url: str, count: int, seed: int = 3) -> None:
    """So many items in the outbox of a register."""
    now = datetime.now(UTC)
    with Register.open(url) as register, register.transaction(now) as tx:
        for item in many(count, seed=seed):
            named = item.model_copy(update={"document_id": f"{seed}-{item.document_id}"})
            Outbox(register.engine).enqueue(tx.connection, named.document_id, 1, [named], now)


def _states(url: str) -> dict[str, int]:
    with Register.open(url) as register:
        return Outbox(register.engine).counts()


def _total(path: Path) -> int:
    store = ColumnStore.read(path)
    try:
        return store.total()
    finally:
        store.close()


def test_the_site_is_served_until_it_is_told_to_end(tmp_path: Path) -> None:
    store = ColumnStore.open(tmp_path / "column.db")
    store.publish("d#public#column", public_item(), AT)
    where = f"http://127.0.0.1:{(port := free_port())}/info"
    command = ("serve", "--database", str(tmp_path / "column.db"), "--port", str(port), "--prefix", "/info")
    with _running(*command) as process:
        assert process.stderr is not None
        assert f"{where}/" in process.stderr.readline()
        page = urllib.request.urlopen(f"{where}/items/{slug_of('d#public#column')}", timeout=20)  # noqa: S310  our own process
        assert "关于冬季供热的公告" in page.read().decode()
        # What is published while it runs is shown at once.
        store.publish("e#public#column", public_item(document_id="e", title="后来的公告"), AT)
        assert "后来的公告" in urllib.request.urlopen(f"{where}/", timeout=20).read().decode()  # noqa: S310  our own process
        with _running(*command) as second:
            _, told = second.communicate(timeout=60)
        assert (second.returncode, "E-ADDRESS" in told, "Traceback" in told) == (2, True, False)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=20)
        assert (process.returncode, said) == (0, "")
    with socket.socket() as asked:
        assert asked.connect_ex(("127.0.0.1", port)) != 0


def test_a_worker_delivers_what_comes_waits_for_the_register_and_finishes_what_it_has_in_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, cms = f"sqlite:///{tmp_path / 'register.db'}", Cms()
    monkeypatch.setenv("PORTAL_SECRET", SECRET.decode())
    _lined_up(url, 3)
    with receiving(cms) as where:
        (tmp_path / "publishers.yaml").write_text(
            "publishers:\n  - {type: static, folder: site}\n"
            f"  - {{type: cms, name: portal, url: '{where}/{{slug}}', secret_env: PORTAL_SECRET}}\n",
            encoding="utf-8",
        )
        command = ("push", "--register", url, "--publishers", str(tmp_path / "publishers.yaml"))
        log = tmp_path / "log"
        with log.open("w") as said, _running(*command, "--watch", "0.2", stderr=said) as process:
            _until(lambda: _states(url) == {"delivered": 3}, process)
            with sqlite3.connect(tmp_path / "register.db") as db:
                db.execute("ALTER TABLE outbox RENAME TO away")
            _until(lambda: "E-REGISTER" in log.read_text(encoding="utf-8"), process)
            with sqlite3.connect(tmp_path / "register.db") as db:
                db.execute("ALTER TABLE away RENAME TO outbox")
            db.close()
            cms.hang = 1.0
            cms.faults = ["hang"] * 50
            _lined_up(url, 5, seed=4)
            _until(lambda: len(cms.done) == 4, process)  # it has the fourth in hand
            process.send_signal(signal.SIGTERM)
            out, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    lines = log.read_text(encoding="utf-8").splitlines()
    assert _states(url) == {"delivered": 4, "waiting": 4}, "nothing is left in hand"
    assert "送达 1" in out
    events = [json.loads(line) for line in lines if line.startswith("{")]
    assert {(each["event"], each["error"]) for each in events} == {("stage_failed", "E-REGISTER")}
    # Nobody watches a terminal: a line for each round, with its rate.
    rounds = [line for line in lines if not line.startswith("{")]
    assert len(rounds) == 2
    for count, line in zip((3, 1), rounds, strict=True):
        assert re.fullmatch(rf"推送 {count} 件，用时 \d+\.\d 秒，\d+ 件/秒", line), line
    listed = (tmp_path / "site/public/sections/statutory.html").read_text(encoding="utf-8")
    assert listed.count('href="../items/') == 4, "lists are made before it ends"


def test_on_a_terminal_progress_and_rate_are_seen(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'register.db'}"
    _lined_up(url, 120)
    ours, theirs = pty.openpty()
    command = ("push", "--register", url, "--database", str(tmp_path / "column.db"))
    with _running(
        *command, stderr=theirs, env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "110"}
    ) as process:
        os.close(theirs)
        seen = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
            seen += piece
            if not piece:
                break
        os.close(ours)
        process.communicate(timeout=30)
    assert process.returncode == 0
    drawn = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", seen.decode())
    steps = [int(step) for step in re.findall(r"(\d+)/120", drawn)]
    assert steps == sorted(steps)
    assert len(set(steps)) > 2, "it is drawn again and again"
    assert steps[-1] == 120
    assert re.search(r"120/120 [1-9]\d* 件/秒", drawn)
    assert _total(tmp_path / "column.db") == 120


def test_what_awaits_a_date_is_given_its_day_by_the_command(tmp_path: Path) -> None:
    url, path = f"sqlite:///{tmp_path / 'register.db'}", tmp_path / "tender.json"
    tender = data(
        id="tender",
        domain="public_resource_trading",
        facts={"secrecy_review": "passed", "tender_secret": "committee"},
    )
    path.write_text(json.dumps(tender), encoding="utf-8")
    with gate_with_register(tmp_path, engine="direct") as gate:
        doc = document(**tender)
        gate.issue(
            doc, gate.clear(doc, gate.check(doc, TODAY), decision(done=("D-ELEMENTS",))), issued_on=TODAY
        )
    command = ("schedule", str(path), "--register", url)
    for given, code, flaw, remedy in (
        ("result=15 December", 2, "E-FIELD-TYPE", "NAME=YYYY-MM-DD"),
        ("bid_opening=2026-12-15", 1, "E-AWAITED", "result"),
    ):
        done, told = _run(*command, "--date", given)
        assert (done, [each["code"] for each in told["errors"]]) == (code, [flaw])
        assert remedy in told["errors"][0]["expected"]
    assert _states(url) == {"awaiting": 1}
    with _running(*command, "--date", "result=2026-12-15", "--lang", "en") as process:
        out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert "tender: the awaited date is recorded" in out
    assert "not before 2026-12-15" in " ".join(out.split())
    assert _states(url) == {"superseded": 1, "waiting": 1}


def test_differences_are_found_mended_and_gone(tmp_path: Path) -> None:
    url, database = f"sqlite:///{tmp_path / 'register.db'}", tmp_path / "column.db"
    with gate_with_register(tmp_path, engine="direct") as gate:
        for name in ("fine", "lost"):
            doc = document(**data(id=name))
            clearance = gate.clear(doc, gate.check(doc, TODAY), decision())
            gate.issue(doc, clearance, issued_on=TODAY)
        assert gate.outbox is not None
        Worker(gate.outbox, [ColumnStore.open(database)], Random(0)).run(lambda: NOW)
    places = ("--register", url, "--database", str(database))
    with sqlite3.connect(database) as db:
        db.execute("DELETE FROM item WHERE document_id = 'lost'")
    db.close()
    code, told = _run("reconcile", *places)
    assert (code, [each["kind"] for each in told["differences"]]) == (1, ["missing"])
    assert _total(database) == 1, "only looked at"
    code, told = _run("reconcile", *places, "--apply")
    assert (code, told["applied"], told["left"]) == (0, True, [])
    assert _total(database) == 2
    assert _states(url) == {"delivered": 3}
