"""A sidecar under load, killed again and again: what it answered is there, and nothing is done twice (P8).

    python tests/crash.py --database sqlite --kills 500
    python tests/crash.py --database postgresql --kills 200

A process that has loaded the rulesets forks a sidecar (the application on its production server, and a delivery
worker beside it) over one register. Clients check, clear, issue and withdraw over HTTP, and repeat a request with its key until
it is answered. The sidecar is killed (SIGKILL) in turn at a named point and at a random moment, and started anew. In
the end the register is held against every answer that was given.
"""

from __future__ import annotations

import argparse
import http.client
import json
import logging
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any, Literal

from databases import fresh, postgresql
from disclosure_gate.model.determination import Audience, Channel
from factories import NOW, data, decision

POINTS = [
    f"{step}:{moment}"
    for step in (
        "append",
        "index",
        "clearance",
        "use",
        "state",
        "enqueue",
        "keep",
        "commit",
        "publish",
        "settle",
    )
    for moment in ("before", "after")
]
_DAY = "2026-11-24"
_CLIENTS = 6


# the sidecar's side: run as `python crash.py serve URL FOLDER PORT`


def _armed(point: str, after: int) -> None:
    """Let the process die at a named point, the ``after``-th time it is passed."""
    from sqlalchemy.engine import Connection  # noqa: PLC0415  only the sidecar's side needs it

    from disclosure_gate.column.outbox import Outbox  # noqa: PLC0415
    from disclosure_gate.register import answers  # noqa: PLC0415
    from disclosure_gate.register.ledger import Transaction  # noqa: PLC0415

    step, _, moment = point.partition(":")
    owner, name = {
        "append": (Transaction, "append"),
        "index": (Transaction, "index_determination"),
        "clearance": (Transaction, "save_clearance"),
        "use": (Transaction, "use_clearance"),
        "state": (Transaction, "set_state"),
        "enqueue": (Outbox, "enqueue"),
        "keep": (answers, "keep"),
        "commit": (Connection, "_commit_impl"),
        "publish": (LogPublisher, "publish"),
        "settle": (Outbox, "delivered"),
    }[step]
    real, passed, lock = getattr(owner, name), Counter[str](), Lock()

    def dying(*args: Any, **kwargs: Any) -> Any:
        with lock:
            passed[point] += 1
            now = passed[point] >= after
        if now and moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*args, **kwargs)
        if now:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, dying)


class LogPublisher:
    """A receiver that keeps one line for every change it made: whatever comes twice must leave no second line."""

    name = "log"
    channels: frozenset[Channel] = frozenset({"column"})
    audiences: frozenset[Audience] = frozenset({"public"})

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, tuple[int, str]] = {}
        for key, version, action in told_by(path):
            self._known[key] = (version, action)

    def publish(self, key: str, item: Any, published_at: str) -> Any:  # noqa: ARG002  the protocol's signature
        return self._change(key, item.version, "published")

    def withdraw(self, key: str, version: int, reason: str, withdrawn_on: Any) -> Any:  # noqa: ARG002
        return self._change(key, version, "withdrawn")

    def _change(self, key: str, version: int, action: Literal["published", "withdrawn"]) -> Any:
        from disclosure_gate.column.publisher import Receipt  # noqa: PLC0415  only the sidecar's side needs it

        known = self._known.get(key, (0, ""))
        if known[0] > version or known == (version, action):
            return Receipt(key=key, version=known[0], outcome="stale")
        with self._path.open("ab") as file:
            file.write(json.dumps([key, version, action]).encode() + b"\n")
        self._known[key] = (version, action)
        return Receipt(key=key, version=version, outcome=action)


def told_by(log: Path) -> list[tuple[str, int, str]]:
    """What a receiver changed, in order."""
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    return [(key, version, action) for key, version, action in map(json.loads, lines)]


def _serve(url: str, folder: Path, port: int) -> None:
    """Fork a sidecar for every line on standard input: ``POINT AFTER``, or ``- 0`` for none."""
    from disclosure_gate.assembly import assemble  # noqa: PLC0415  only the sidecar's side needs it

    parts = assemble(None, ())
    for line in sys.stdin:
        point, after = line.split()
        pid = os.fork()
        if pid == 0:
            try:
                _sidecar(parts, url, folder, port, point, int(after))
            finally:
                os._exit(1)
        print(pid, flush=True)
        os.waitpid(pid, 0)
        print("dead", flush=True)


def _sidecar(parts: Any, url: str, folder: Path, port: int, point: str, after: int) -> None:
    import waitress  # noqa: PLC0415  only the sidecar's side needs it

    from disclosure_gate import Gate  # noqa: PLC0415
    from disclosure_gate.column import Worker, worker  # noqa: PLC0415
    from disclosure_gate.column.outbox import Outbox  # noqa: PLC0415
    from disclosure_gate.register import Register  # noqa: PLC0415
    from disclosure_gate.register.signing import SigningKeys  # noqa: PLC0415
    from disclosure_gate.service import create_app  # noqa: PLC0415

    register = Register.open(url)
    outbox = Outbox(register.engine)
    gate = Gate(lambda: parts, parts, "both", register, outbox, lambda: NOW, lambda: os.urandom(8).hex())
    app = create_app(gate, SigningKeys.open(folder / "signing-keys"), rate="100000/second")
    logging.getLogger("waitress").setLevel(logging.ERROR)
    if point != "-":
        _armed(point, after)
    worker.LEASE_SECONDS = 2.0  # what a dead worker held is soon taken over
    delivering = Worker(outbox, [LogPublisher(folder / "published.jsonl")], random.Random())

    def deliver() -> None:
        while True:
            delivering.run(lambda: datetime.now(UTC))
            time.sleep(0.01)

    Thread(target=deliver, daemon=True).start()
    waitress.serve(app, host="127.0.0.1", port=port, threads=_CLIENTS + 2, ident=None, _quiet=True)


# the callers' side


@dataclass
class Story:
    """What became of one document, as its caller knows it: the answer to every deed."""

    document_id: str
    answers: dict[str, Any] = field(default_factory=dict)


class _Client(Thread):
    def __init__(self, number: int, port: int, secret: str, stop: Event) -> None:
        super().__init__(daemon=True)
        self.stories: list[Story] = []
        self.faults: list[str] = []
        self._number, self._port, self._stop_asked = number, port, stop
        self._headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        self._rng = random.Random(number)

    def run(self) -> None:
        while not self._stop_asked.is_set():
            story = Story(f"c{self._number}-{len(self.stories)}")
            self.stories.append(story)
            self._tell(story)

    def _tell(self, story: Story) -> None:
        document = data(id=story.document_id)
        checked = self._do(story, "check", "/v1/checks", {"document": document, "as_of": _DAY})
        body = {"document": document, "determination": checked, "decision": decision()}
        cleared = self._do(story, "clear", "/v1/clearances", body)
        body = {"document": document, "token": cleared["token"], "issued_on": _DAY}
        self._do(story, "issue", "/v1/issues", body)
        if self._rng.random() < 0.3:
            body = {"document_id": story.document_id, "reason": "重发", "by": "办公室", "withdrawn_on": _DAY}
            self._do(story, "withdraw", "/v1/withdrawals", body)

    def _do(self, story: Story, deed: str, path: str, body: Any) -> Any:
        payload = json.dumps(body).encode()
        first = self._answered(path, payload, f"{story.document_id}-{deed}")
        story.answers[deed] = json.loads(first)
        if self._rng.random() < 0.1 and self._answered(path, payload, f"{story.document_id}-{deed}") != first:
            self.faults.append(f"{story.document_id} {deed}: a repeat got another answer")
        return story.answers[deed]

    def _answered(self, path: str, payload: bytes, key: str) -> bytes:
        while True:
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
            try:
                connection.request("POST", path, payload, {**self._headers, "Idempotency-Key": key})
                answer = connection.getresponse()
                body = answer.read()
            except (OSError, http.client.HTTPException):
                time.sleep(0.01)
                continue
            finally:
                connection.close()
            if answer.status in {200, 201}:
                return body
            if answer.status != 503:
                self.faults.append(f"{key}: {answer.status} {body.decode()[:200]}")
                raise RuntimeError(self.faults[-1])
            time.sleep(0.01)


@dataclass
class Report:
    """What was done, and every fault that was found."""

    kills: int
    answered: Counter[str]
    faults: list[str]
    by_point: Counter[str]
    records: int
    published: int
    seconds: float


def run(database: str, kills: int, seed: int, server: str, folder: Path) -> Report:
    """Kill a sidecar ``kills`` times under load and hold the register against what was answered."""
    began = time.monotonic()
    url = fresh(database, server, folder)
    secret = _key(url)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    forker = subprocess.Popen(
        [sys.executable, __file__, "serve", url, str(folder), str(port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert forker.stdin is not None
    assert forker.stdout is not None
    stop, rng, by_point = Event(), random.Random(seed), Counter[str]()
    clients = [_Client(number, port, secret, stop) for number in range(_CLIENTS)]
    for client in clients:
        client.start()
    try:
        for number in range(kills + 1):
            # In turn a named point, and any moment at all.
            point = POINTS[number // 2 % len(POINTS)] if number % 2 else "-"
            last = number == kills
            forker.stdin.write(f"{'-' if last else point} {rng.randint(1, 12)}\n")
            forker.stdin.flush()
            pid = int(forker.stdout.readline())
            if last:
                time.sleep(1)
                stop.set()
                for client in clients:
                    client.join(60)
                _drained(url)
            else:
                by_point[point] += 1
                _await_death(forker.stdout, pid, rng.uniform(0.05, 0.7) if point == "-" else 8.0)
                continue
            os.kill(pid, signal.SIGKILL)
            forker.stdout.readline()
    finally:
        stop.set()
        forker.kill()
        forker.wait()
        forker.stdin.close()
        forker.stdout.close()
    faults = [fault for client in clients for fault in client.faults]
    faults += [f"client {each._number} did not come to an end" for each in clients if each.is_alive()]
    stories = [story for client in clients for story in client.stories]
    answered = Counter(deed for story in stories for deed in story.answers)
    records, published, found = _held_against(url, stories, folder / "published.jsonl")
    return Report(kills, answered, faults + found, by_point, records, published, time.monotonic() - began)


def _await_death(told: Any, pid: int, seconds: float) -> None:
    """Kill the sidecar after a time, unless it died at its named point before."""
    from selectors import EVENT_READ, DefaultSelector  # noqa: PLC0415  only here

    with DefaultSelector() as selector:
        selector.register(told, EVENT_READ)
        if not selector.select(seconds):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    assert told.readline() == "dead\n"


def _key(url: str) -> str:
    from disclosure_gate.register import Register  # noqa: PLC0415  the forking side must not import it before
    from disclosure_gate.register.keys import ApiKeys  # noqa: PLC0415

    with Register.open(url) as register:
        return ApiKeys(register.engine).create("oa", "*", NOW)[1]


def _drained(url: str) -> None:
    """Wait until nothing is to be delivered; what a dead worker held is taken over when its lease ends."""
    from disclosure_gate.column.outbox import Outbox  # noqa: PLC0415  the forking side must not import it before
    from disclosure_gate.register import Register  # noqa: PLC0415

    with Register.open(url) as register:
        outbox, until = Outbox(register.engine), datetime.now(UTC) + timedelta(seconds=120)
        while datetime.now(UTC) < until:
            counts = outbox.counts()
            if not counts.get("waiting") and not counts.get("leased"):
                return
            time.sleep(0.2)


def _held_against(url: str, stories: list[Story], log: Path) -> tuple[int, int, list[str]]:
    """Number of records, of publications, and every answer or publication the register does not bear out."""
    from disclosure_gate.column.outbox import Outbox  # noqa: PLC0415  the forking side must not import it before
    from disclosure_gate.register import Register  # noqa: PLC0415

    faults: list[str] = []
    with Register.open(url) as register:
        verified = register.verify()
        faults += [f"chain: {each.message.en}" for each in verified.faults]
        events: dict[str, Counter[str]] = {}
        hashes: dict[int, tuple[str, str]] = {}
        for entry in register.all_entries():
            events.setdefault(entry.document_id, Counter())[entry.event] += 1
            hashes[entry.seq] = (entry.document_id, entry.hash)
        states = {story.document_id: register.state(story.document_id) for story in stories}
        rows = Outbox(register.engine).rows()
    deeds = {"check": "checked", "clear": "cleared", "issue": "issued", "withdraw": "withdrawn"}
    for story in stories:
        done = events.get(story.document_id, Counter())
        for deed, event in deeds.items():
            if deed in story.answers and done[event] != 1:
                faults.append(
                    f"{story.document_id}: {deed} was answered, and is recorded {done[event]} times"
                )
            if done[event] > 1:
                faults.append(f"{story.document_id}: {event} {done[event]} times")
        receipt = story.answers.get("issue")
        if receipt and hashes.get(receipt["record_seq"]) != (story.document_id, receipt["record_hash"]):
            faults.append(f"{story.document_id}: the record of its receipt is another")
    doubled = Counter((row.document_id, row.channel, row.audience, row.version, row.action) for row in rows)
    faults += [f"outbox: {each} {count} times" for each, count in doubled.items() if count > 1]
    faults += [
        f"outbox: {row.document_id} is {row.state}"
        for row in rows
        if row.state in {"waiting", "leased", "parked"}
    ]
    told = told_by(log)
    faults += [f"receiver: {each} {count} times" for each, count in Counter(told).items() if count > 1]
    newest = {key: action for key, _, action in told}
    for document_id, state in states.items():
        shown = newest.get(f"{document_id}#public#column")
        wanted = None if state is None else "published" if state.state == "issued" else "withdrawn"
        # Withdrawn before it was ever delivered: nothing to take down.
        if shown != wanted and not (wanted == "withdrawn" and shown is None):
            faults.append(f"{document_id}: the register says {wanted}, the receiver shows {shown}")
    known = {f"{document_id}#public#column" for document_id, state in states.items() if state}
    faults += [f"receiver: {key} is published without a record" for key in newest if key not in known]
    return verified.count, len(told), faults


def main() -> int:
    """Run from the command line; the exit code is 1 if there is any fault."""
    if sys.argv[1:2] == ["serve"]:
        _serve(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))
        return 0
    options = argparse.ArgumentParser()
    options.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options.add_argument("--kills", type=int, default=20)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if given.database == "postgresql":
            with postgresql() as server:
                report = run("postgresql", given.kills, given.seed, server, Path(folder))
        else:
            report = run("sqlite", given.kills, given.seed, "", Path(folder))
    deeds = ", ".join(f"{count} {deed}" for deed, count in report.answered.items())
    print(
        f"{given.database}: {report.kills} kills in {report.seconds:.0f} s, at {len(report.by_point)} kinds of points"
    )
    print(f"answered: {deeds}; {report.records} records, {report.published} changes at the receiver")
    for fault in report.faults[:50]:
        print(f"FAULT {fault}")
    print(f"{len(report.faults)} faults")
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
