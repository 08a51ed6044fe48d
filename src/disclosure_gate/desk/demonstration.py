"""The demonstration: sidecar, desk and column in one process, with the examples on their way and through the gate."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from random import SystemRandom
from threading import Event, Thread
from typing import Any, TypeAlias

from werkzeug.middleware.dispatcher import DispatcherMiddleware

from disclosure_gate.assembly import shipped
from disclosure_gate.column import Worker
from disclosure_gate.column.standard import shown_rows
from disclosure_gate.column.store import ColumnStore
from disclosure_gate.column.web import create_app as create_column
from disclosure_gate.demo import clear_and_issue
from disclosure_gate.desk.serving import application
from disclosure_gate.gate import Gate
from disclosure_gate.model.determination import Determination
from disclosure_gate.model.document import Document
from disclosure_gate.register import Transaction, cases
from disclosure_gate.register.keys import ApiKey, ApiKeys, Role
from disclosure_gate.register.signing import SigningKeys

Wsgi: TypeAlias = Callable[..., Iterable[bytes]]
_DELIVER_EVERY = 1.0  # seconds
DEMO_DAY = date(2026, 11, 24)
PEOPLE: tuple[tuple[Role, str], ...] = (
    ("drafter", "拟稿人甲"),
    ("reviewer", "审核人乙"),
    ("signer", "签发人丙"),
    ("officer", "公开办丁"),
    ("auditor", "监督员戊"),
    ("admin", "管理员己"),
)
# Examples that are still on their way when the demonstration begins; all others have been through the gate.
_ON_THEIR_WAY = frozenset(
    {
        "01-implementation-plan",
        "05-ecology-penalty",
        "10-joint-notice-other",
        "14-legal-aid-decision",
        "17-recruitment-notice",
        "18-quotes-nonpublic",
        "20-notice-without-facts",
    }
)


@dataclass(frozen=True, slots=True)
class Demonstration:
    """A running demonstration: what is served, and a key for each role."""

    app: Wsgi
    keys: tuple[tuple[Role, str, str], ...]
    folder: Path


def demonstration(folder: Path, register: str | None = None, **options: Any) -> Demonstration:
    """The examples loaded, some through the gate, some on their way; delivered to a column every second.

    Args:
        folder: for register, keys and column.
        register: another database instead of one in ``folder``.
        options: see :func:`application`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    began = datetime.now(UTC)
    start = datetime.combine(DEMO_DAY, time(9)).astimezone()

    def now() -> datetime:
        return start + (datetime.now(UTC) - began)

    gate = Gate.open(register=register or f"sqlite:///{folder / 'register.db'}", now=now)
    assert gate.register is not None  # noqa: S101  it was opened with one
    assert gate.outbox is not None  # noqa: S101  the register brings it
    keys = ApiKeys(gate.register.engine)
    made = {role: keys.create(name, cases.EVERY_ORGAN, now(), role=role) for role, name in PEOPLE}
    if gate.register.head()[0] == 0:
        _load(gate, made["drafter"][0])
    publisher, column = _column(folder / "column.db", gate)
    worker = Worker(gate.outbox, [publisher, *gate.parts.publishers], SystemRandom())
    worker.run(now)
    Thread(target=_deliver, args=(worker, now, Event()), daemon=True).start()
    app = application(gate, SigningKeys.open(folder / "signing-keys"), keys=keys, **options)
    shown = tuple((role, name, made[role][1]) for role, name in PEOPLE)
    app.config["DESK_DEMO"] = shown
    return Demonstration(DispatcherMiddleware(app, {"/column": column}), shown, folder)


def _load(gate: Gate, drafter: ApiKey) -> None:
    for path in sorted(shipped("examples/documents").glob("[0-9]*.json")):
        document = Document.parse_json(path.read_bytes())
        if path.stem in _ON_THEIR_WAY:
            _propose(gate, path, drafter)
            continue
        determined = gate.record_check(document, DEMO_DAY) if path.stem != "15-secret-mark" else None
        if determined is not None:
            clear_and_issue(gate, document, determined, DEMO_DAY, "zh")


def _propose(gate: Gate, path: Path, drafter: ApiKey) -> None:
    import json  # noqa: PLC0415  read once more as data

    from disclosure_gate.desk.casework import told_of  # noqa: PLC0415  pages are loaded by then

    data = json.loads(path.read_bytes())
    data["facts"].pop("secrecy_review", None)  # at the desk that is for the reviewer to say
    document = Document.parse(data)

    def write(tx: Transaction, determined: Determination) -> None:
        values = {"case_id": cases.new_id(), "document_id": document.id, **told_of(document, determined)}
        draft = {"document": data, "determination": determined.to_json()}
        cases.open_case(tx, drafter, gate.now(), values, draft, "")

    gate.record_check(document, DEMO_DAY, also=write)


def _column(path: Path, gate: Gate) -> tuple[ColumnStore, Wsgi]:
    """The built-in column: where items are published, and the site that shows them and can write nothing."""
    store = ColumnStore.open(path)
    store.set_catalogue(shown_rows(gate.parts.catalogue, gate.parts.laws))
    return store, create_column(ColumnStore.read(path), today=gate.today)


def _deliver(worker: Worker, now: Callable[[], datetime], stop: Event) -> None:
    from disclosure_gate.model.errors import GateError  # noqa: PLC0415  only the thread needs it

    while not stop.wait(_DELIVER_EVERY):
        try:
            worker.run(now)
        except GateError:
            continue  # the database may be busy; what is due is still due in a second
