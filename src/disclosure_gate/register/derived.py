"""The tables beside the records, held against them: what they say must be what the records say.

The chain proves the records. Where a document stands, which clearances are used up, where a determination lies and what
is to be published is kept in tables of its own, which the gate and the column's worker read; who may write the database
could change those alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import groupby, islice
from typing import Any

from sqlalchemy import Connection, Row, Table, select

from disclosure_gate.model.frozen import Text
from disclosure_gate.register.chain import Fault, fault
from disclosure_gate.register.deliveries import Deliveries, Wrong
from disclosure_gate.register.events import Event
from disclosure_gate.register.tables import clearance, determination, document_state, outbox, record

_TOGETHER = 400  # documents whose rows are fetched at a time
_ISSUES = (Event.ISSUED, Event.REPLACED)


def opened(envelope: object) -> dict[str, Any]:
    """What a stored envelope says; nothing, where it was tampered with and is no JSON object."""
    with suppress(ValueError, TypeError):
        said = json.loads(envelope)  # type: ignore[arg-type]  # its type may have been changed too
        if isinstance(said, dict):
            return said
    return {}


class Index:
    """The table of determinations, read beside the records in their order."""

    def __init__(self, connection: Connection) -> None:
        query = select(determination).order_by(determination.c.seq).execution_options(yield_per=500)
        self._rows = iter(connection.execute(query))
        self._next = next(self._rows, None)

    def faults(self, seq: int | None, said: Mapping[str, Any]) -> Iterator[Fault]:
        """What is wrong with the rows of record ``seq``, and with those of records that are none; ``None``: the rest."""
        found = []
        while self._next is not None:
            # SQLite keeps a number that was tampered with as what it is now, and sorts it after all numbers.
            at = self._next.seq if isinstance(self._next.seq, int) else None
            if seq is not None and (at is None or at > seq):
                break
            if at is not None and at == seq:
                found.append((self._next.determination_id, self._next.issuer))
            else:
                yield _told(at or 0, "认定索引", "the index of determinations")
            self._next = next(self._rows, None)
        if seq is not None and found != _indexed(said):
            yield _told(seq, "认定索引", "the index of determinations")


def table_faults(connection: Connection) -> Iterator[Fault]:
    """What the states of documents and the clearances say other than the records do."""
    query = (
        select(record.c.document_id, record.c.seq, record.c.envelope)
        .where(record.c.event != Event.CHECKED)
        .order_by(record.c.document_id, record.c.seq)
        .execution_options(yield_per=500)
    )
    by_document = groupby(connection.execute(query), lambda row: row.document_id)
    while together := {name: _Told(name, rows) for name, rows in islice(by_document, _TOGETHER)}:
        states = _rows(connection, document_state, list(together))
        clearances = _rows(connection, clearance, list(together))
        for name, told in together.items():
            yield from told.faults(states.get(name, []), clearances.get(name, []))
        yield from _outbox_faults(connection, together)
    for table, zh, en in ((document_state, "现状", "state"), (clearance, "放行凭证", "clearance")):
        unknown = select(table).where(
            table.c.document_id.not_in(select(record.c.document_id).where(record.c.event != Event.CHECKED))
        )
        for row in connection.execute(unknown):
            yield _told(0, f"公文 {row.document_id} 的{zh}", f"a {en} of {row.document_id}")
    # What has no record is taken away wherever it is found; nothing of the kind is published.
    stray = select(outbox.c.key).where(
        outbox.c.action == "publish",
        outbox.c.document_id.not_in(select(record.c.document_id).where(record.c.event != Event.CHECKED)),
    )
    for key in connection.execute(stray.order_by(outbox.c.id)).scalars():
        yield _delivery(Wrong(0, key, "document_id"))


def _outbox_faults(connection: Connection, together: Mapping[str, _Told]) -> Iterator[Fault]:
    query = (
        select(outbox)
        .where(outbox.c.document_id.in_(list(together)))
        .order_by(outbox.c.document_id, outbox.c.id)  # as the index has them: copies are large to sort
        .execution_options(yield_per=10)  # each has its files with it
    )
    for row in connection.execute(query):
        wrong = together[row.document_id].deliveries.line(row)
        if wrong is not None:
            yield _delivery(wrong)
    for told in together.values():
        stands = told.state.get("state") == "issued"
        for wrong in told.deliveries.left(stands=stands, seq=told.state.get("seq", 0)):
            yield _delivery(wrong)


def _delivery(wrong: Wrong) -> Fault:
    found = _told(
        wrong.seq, f"发件箱 {wrong.key}（{wrong.what}）", f"the outbox of {wrong.key} ({wrong.what})"
    )
    if wrong.remedy is None:
        return found
    zh, en = f"{found.message.zh}：{wrong.remedy.zh}", f"{found.message.en}: {wrong.remedy.en}"
    return found.model_copy(update={"message": Text(zh=zh, en=en)})


class _Told:
    """What the records of one document say in the end: where it stands, what became of its clearances, what is published."""

    def __init__(self, document_id: str, rows: Iterator[Any]) -> None:
        self.state: dict[str, Any] = {}
        self.deliveries = Deliveries(document_id)
        self.clearances: dict[
            str, tuple[dict[str, Any], int | None]
        ] = {}  # as given, and the record that used it
        self._cleared: dict[str, int] = {}
        for row in rows:
            said = opened(row.envelope)
            with suppress(KeyError, TypeError, AttributeError):  # told as a changed record already
                self._read(row.seq, said["event"], said["body"])

    def _read(self, seq: int, event: str, body: Mapping[str, Any]) -> None:
        if event == Event.CLEARED:
            given = body["clearance"]
            self.clearances[given["clearance_id"]] = (given, None)
            self._cleared[given["clearance_id"]] = seq
        if "version" not in body:
            return
        if event in _ISSUES:
            given, _ = self.clearances[body["clearance_id"]]
            self.clearances[body["clearance_id"]] = (given, seq)
            self.deliveries.issued(seq, body, given)
            listing = body.get("listing", {})
            until = listing.get("valid_until")
            again = self.state.get("validity") == "lapsed" and (until is None or until >= body["issued_on"])
            self.state = {
                "issuer": given["issuer"]["name"],
                "status": body["status"],
                "state": "issued",
                "number": body["number"],
                "content_digest": given["content_digest"],
                "index_number": listing.get("index") or None,
                "validity": "in_force" if again else self.state.get("validity", "in_force"),
                "valid_until": until,
            }
        elif event == Event.WITHDRAWN:
            self.state["state"] = "withdrawn"
            self.deliveries.withdrawn(body)
            for name in body.get("voids", ()):  # the first withdrawals voided none
                self.clearances[name] = (self.clearances[name][0], seq)
        elif event == Event.VALIDITY:
            self.deliveries.changed(body)
            self.state["validity"] = body["validity"]
            self.state.pop("valid_until", None)
            if "valid_until" in body:  # the first records of this kind did not say it
                self.state["valid_until"] = body["valid_until"]
        self.state |= {"version": body["version"], "seq": seq}
        self.deliveries.moved(body, self.state)

    def faults(self, states: Sequence[Row[Any]], clearances: Sequence[Row[Any]]) -> Iterator[Fault]:
        if self.state:
            kept = states[0]._mapping if states else {}  # noqa: SLF001  SQLAlchemy's public name for a row's mapping
            # Before there were validities, none was written.
            differs = [
                name for name, value in self.state.items()
                if kept.get(name) != value and (name, value, kept.get(name)) != ("validity", "in_force", None)
            ]  # fmt: skip
            if differs:
                columns = ", ".join(differs)
                yield _told(
                    self.state["seq"], f"公文现状（{columns}）", f"the state of the document ({columns})"
                )
        elif states:
            yield _told(0, f"公文 {states[0].document_id} 的现状", f"the state of {states[0].document_id}")
        found = {row.clearance_id: (opened(row.data), row.used_seq) for row in clearances}
        for name in self.clearances.keys() | found.keys():
            if self.clearances.get(name) != found.get(name):
                yield _told(self._cleared.get(name, 0), f"放行凭证 {name}", f"clearance {name}")


def _indexed(said: Mapping[str, Any]) -> list[tuple[str, str]]:
    with suppress(KeyError, TypeError):
        if said["event"] in {Event.CHECKED, Event.CLEARED}:
            return [(said["body"]["determination"]["determination_id"], said["body"]["issuer"])]
    return []


def _rows(connection: Connection, table: Table, names: Sequence[str]) -> dict[str, list[Row[Any]]]:
    found: dict[str, list[Row[Any]]] = {}
    for row in connection.execute(select(table).where(table.c.document_id.in_(names))):
        found.setdefault(row.document_id, []).append(row)
    return found


def _told(seq: int, zh: str, en: str) -> Fault:
    """A fault of a table; ``seq`` is the record it should follow, 0 where there is none."""
    zh, en = f"{zh}与记录不符", f"{en}: not as the records say"
    return (
        fault(seq, "state_mismatch", zh, en)
        if seq
        else Fault(seq=0, kind="state_mismatch", message=Text(zh=zh, en=en))
    )
