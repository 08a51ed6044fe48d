"""The register: durable, append-only, hash-chained. One transaction for a record and what follows from it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from threading import Lock, RLock
from typing import Any, Literal, Self, TypeVar

from sqlalchemy import Connection, Engine, Row, func, insert, or_, select, update
from sqlalchemy.exc import OperationalError

from disclosure_gate.model.canonical import canonical
from disclosure_gate.model.clearance import Clearance, RegisterEntry
from disclosure_gate.model.determination import Status
from disclosure_gate.model.errors import IssueRefused, RegisterError
from disclosure_gate.model.listing import Validity
from disclosure_gate.register.chain import (
    GENESIS,
    Fault,
    Stored,
    Verification,
    envelope,
    fault,
    hash_of,
    verify,
)
from disclosure_gate.register.database import (
    Prepared,
    connected,
    lock_writers,
    looked_at,
    told_as_register_error,
    touch,
)
from disclosure_gate.register.derived import Index, opened, table_faults
from disclosure_gate.register.events import Event
from disclosure_gate.register.tables import clearance as clearance_table
from disclosure_gate.register.tables import determination, document_state, record

_Result = TypeVar("_Result")
_DIGITS = re.compile(r"[0-9]{6}")
_HEAD = select(record.c.seq, record.c.hash).where(
    record.c.seq == select(func.max(record.c.seq)).scalar_subquery()
)


@dataclass(frozen=True, slots=True)
class DocumentState:
    """Where a document stands now."""

    document_id: str
    issuer: str
    version: int
    status: Status
    state: Literal["issued", "withdrawn"]
    number: str
    content_digest: str
    seq: int
    index_number: str = ""
    validity: Validity = "in_force"
    valid_until: date | None = None


class _Statements:
    """What every transaction runs, written once for its database."""

    def __init__(self, engine: Engine) -> None:
        self.head = Prepared(engine, _HEAD)
        self.add_records = Prepared(engine, insert(record))
        self.add_determinations = Prepared(engine, insert(determination))


class _End:
    """The end of the chain inside a transaction, and the rows that wait to be written when it ends."""

    def __init__(self, connection: Connection, statements: _Statements) -> None:
        self._statements = statements
        self.seq, self.hash = statements.head.first(connection) or (0, GENESIS)
        # Rows in the order of their table's columns.
        self.records: list[tuple[int, str, str, bytes, str]] = []
        self.determinations: list[tuple[str, int, str]] = []

    def write(self, connection: Connection) -> None:
        if self.records:
            self._statements.add_records.insert(connection, self.records)
        if self.determinations:
            self._statements.add_determinations.insert(connection, self.determinations)


class Transaction:
    """One write transaction. Everything in it is kept, or nothing is.

    Rows that nobody reads before its end are gathered and written at its end, all of a table at once.
    """

    def __init__(self, connection: Connection, now: datetime, end: _End) -> None:
        self.connection = connection
        self._now = now
        self._at = now.astimezone(UTC).isoformat()
        self._end = end

    def at(self, now: datetime) -> Transaction:
        """The same transaction for another writer, at another moment."""
        return self if now == self._now else Transaction(self.connection, now, self._end)

    def append(self, event: Event, document_id: str, body: Mapping[str, Any]) -> RegisterEntry:
        """Add a record at the end of the chain. ``body`` is JSON data without document content."""
        before = self._end.hash
        seq, digest = self.append_written(event, document_id, canonical(body))
        return RegisterEntry(
            seq=seq, event=event.value, document_id=document_id, at=datetime.fromisoformat(self._at),
            body=dict(body), prev_hash=before, hash=digest,
        )  # fmt: skip

    def append_written(self, event: Event, document_id: str, body: bytes) -> tuple[int, str]:
        """As :meth:`append`, with a body that is canonical JSON already; number and hash of the record."""
        end = self._end
        seq = end.seq + 1
        data = envelope(seq, event.value, document_id, self._at, body, end.hash)
        end.seq, end.hash = seq, hash_of(data)
        end.records.append((seq, event.value, document_id, data, end.hash))
        return seq, end.hash

    def index_determination(self, determination_id: str, seq: int, issuer: str) -> None:
        """Note that record ``seq`` holds a determination, and whose document it was."""
        self._end.determinations.append((determination_id, seq, issuer))

    def save_clearance(self, given: Clearance) -> None:
        """Keep a clearance, so that only what was given can be used."""
        self.connection.execute(
            insert(clearance_table).values(
                clearance_id=given.clearance_id,
                document_id=given.document_id,
                data=given.model_dump_json().encode(),
                used_seq=None,
            )
        )

    def use_clearance(self, clearance_id: str, seq: int) -> None:
        """Mark a clearance as used by record ``seq``.

        Raises:
            IssueRefused: ``E-CLEARANCE-USED`` when it was used before, also by another process meanwhile.
        """
        done = self.connection.execute(
            update(clearance_table)
            .where(clearance_table.c.clearance_id == clearance_id, clearance_table.c.used_seq.is_(None))
            .values(used_seq=seq)
        )
        if done.rowcount != 1:
            raise IssueRefused("E-CLEARANCE-USED", got=clearance_id)

    def unused_clearances(self, document_id: str) -> list[str]:
        """The clearances given to a document of which none was used yet, in order of their ids."""
        query = (
            select(clearance_table.c.clearance_id)
            .where(clearance_table.c.document_id == document_id, clearance_table.c.used_seq.is_(None))
            .order_by(clearance_table.c.clearance_id)
        )
        return list(self.connection.execute(query).scalars())

    def state(self, document_id: str) -> DocumentState | None:
        """Where a document stands, inside this transaction."""
        return _state(self.connection, document_id)

    def issues(self, document_id: str) -> list[RegisterEntry]:
        """The records by which a document was issued before this transaction, oldest first."""
        return _issues(self.connection, document_id)

    def set_state(
        self,
        *,
        document_id: str,
        issuer: str,
        version: int,
        status: Status,
        state: Literal["issued", "withdrawn"],
        number: str,
        content_digest: str,
        seq: int,
        index_number: str = "",
        validity: Validity = "in_force",
        valid_until: date | None = None,
    ) -> None:
        """Write where a document stands; ``seq`` is the record that says so."""
        values = {
            "index_number": index_number or None, "validity": validity,
            "valid_until": valid_until.isoformat() if valid_until else None,
            "issuer": issuer, "version": version, "status": status.value, "state": state,
            "number": number, "content_digest": content_digest, "seq": seq,
        }  # fmt: skip
        done = self.connection.execute(
            update(document_state).where(document_state.c.document_id == document_id).values(values)
        )
        if done.rowcount == 0:
            self.connection.execute(insert(document_state).values(document_id=document_id, **values))

    def move(self, before: DocumentState, seq: int, version: int, **changes: Any) -> None:
        """Write that record ``seq`` brought a document from ``before`` to ``version``, changed as said."""
        self.set_state(**{**asdict(before), "seq": seq, "version": version, **changes})

    def next_index(self, prefix: str) -> str:
        """The next 索引号 that begins with ``prefix``, six digits long."""
        column = document_state.c.index_number
        last, count = self.connection.execute(
            select(func.max(column), func.count()).where(
                column.like(f"{_literal(prefix)}______", escape="\\")
            )
        ).one()
        # INVARIANT: no index that somebody brings, be it the last there is or none of ours, keeps others from getting theirs.
        follows = last is not None and _DIGITS.fullmatch(last[-6:]) and last[-6:] != "999999"
        number = int(last[-6:] if follows else count) + 1
        while self.holder_of(index := f"{prefix}{number:06d}") is not None:
            number += 1
        return index

    def holder_of(self, index_number: str) -> str | None:
        """The document that has this 索引号."""
        return self.connection.scalar(
            select(document_state.c.document_id).where(document_state.c.index_number == index_number)
        )

    def ends_before(self, today: date) -> list[DocumentState]:
        """Issued documents in force whose last day of being in force has passed."""
        rows = self.connection.execute(
            select(document_state)
            .where(
                document_state.c.valid_until < today.isoformat(),
                document_state.c.state == "issued",
                or_(
                    document_state.c.validity.is_(None),
                    document_state.c.validity.in_(("in_force", "amended")),
                ),
            )
            .order_by(document_state.c.document_id)
        ).all()
        return [_state_of(row) for row in rows]


class _Write:
    """A write that waits for the next transaction shared by all who wait.

    ``turn`` is held until the write is done, or until it is its thread's turn to write for all.
    """

    def __init__(self, write: Callable[[Transaction], Any], now: datetime) -> None:
        self.write = write
        self.now = now
        self.turn = Lock()
        self.turn.acquire()
        self.done = False
        self.result: Any = None
        self.error: Exception | None = None


class Register:
    """An open register. Safe to use from several threads; several processes may share a database."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._statements = _Statements(engine)
        self._lock = RLock()
        self._waiting: list[_Write] = []
        self._waiting_lock = Lock()
        self._writing = False
        self._kept: Connection | None = None

    @classmethod
    def open(cls, url: str, *, make: bool = True) -> Register:
        """Open, and create on first use if ``make``.

        Args:
            url: see :func:`disclosure_gate.register.database.connected`.
            make: whether a register that is not there is made.

        Raises:
            RegisterError: ``E-REGISTER``, it cannot be opened or written; ``E-REGISTER-NEWER``; ``E-REGISTER-NONE``.
        """
        return cls(connected(url, make=make))

    @classmethod
    def look(cls, url: str) -> Register:
        """Open to read, with a connection that can change nothing, not even an older program's tables: it may be evidence.

        Raises:
            RegisterError: see :func:`disclosure_gate.register.database.looked_at`.
        """
        return cls(looked_at(url))

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            self._let_go()
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def transaction(self, now: datetime) -> Iterator[Transaction]:
        """One write transaction, durable when the block is left without an error.

        Raises:
            RegisterError: ``E-REGISTER``, nothing was written.
        """
        with told_as_register_error(), self._lock, self._writing_connection() as connection:
            lock_writers(connection)
            end = _End(connection, self._statements)
            yield Transaction(connection, now, end)
            end.write(connection)

    @contextmanager
    def _writing_connection(self) -> Iterator[Connection]:
        """A connection in a transaction, by the one writer that has the lock.

        With SQLite in a file it is kept for the next one: taking it from the pool and giving it back takes a third of what a
        transaction costs the processor. A server's connection may be lost meanwhile; the pool sees that. None is kept
        after an error, nor by two at a time.
        """
        kept, self._kept = self._kept, None
        connection = kept or self.engine.connect()
        try:
            with connection.begin():
                yield connection
        except BaseException:
            connection.close()
            raise
        if connection.get_execution_options().get("kept") and self._kept is None:
            self._kept = connection
        else:
            connection.close()

    def _let_go(self) -> None:
        kept, self._kept = self._kept, None
        if kept is not None:
            kept.close()

    def try_writing(self) -> None:
        """Write something that changes nothing, durably.

        Raises:
            RegisterError: ``E-REGISTER``, nothing can be recorded now.
        """
        with told_as_register_error(), self._lock, self.engine.begin() as connection:
            lock_writers(connection)
            touch(connection)

    def write_together(self, write: Callable[[Transaction], _Result], now: datetime) -> _Result:
        """Write in a transaction shared with whoever writes at this moment: one sync to disk serves all.

        Durable when it returns. A write that raises is undone alone; ``write`` may be called a second time then,
        for the writes that were undone with another's.

        Raises:
            RegisterError: ``E-REGISTER``, nothing of it was written.
        """
        mine = _Write(write, now)
        with self._waiting_lock:
            self._waiting.append(mine)
            first, self._writing = not self._writing, True
        if not first:
            mine.turn.acquire()
        if not mine.done:
            self._write_for_all()
        if mine.error is not None:
            raise mine.error
        result: _Result = mine.result
        return result

    def _write_for_all(self) -> None:
        """Commit what waits now; what has come meanwhile is left to the thread of the first of it."""
        with self._waiting_lock:
            together, self._waiting = self._waiting, []
        try:
            self._commit(together)
        finally:
            with self._waiting_lock:
                following = self._waiting[0] if self._waiting else None
                self._writing = following is not None
            if following is not None:
                following.turn.release()
            for each in together:
                if not each.done:
                    # INVARIANT P8: an interrupt, or a write that ends its thread, leaves nobody answered for what was not kept.
                    each.error, each.done = RegisterError("E-REGISTER", got="interrupted"), True
                each.turn.release()

    def _commit(self, together: list[_Write]) -> None:
        try:
            with self.transaction(together[0].now) as tx:
                for each in together:
                    each.result = each.write(tx.at(each.now))
        except Exception as error:  # noqa: BLE001  it is handed to the one who asked for this write
            if len(together) > 1 and not isinstance(error.__cause__, OperationalError):
                # Nothing of it was kept, and whose fault it was is seen when each is tried alone.
                for each in together:
                    self._commit([each])
                return
            for each in together:
                each.error = error
        for each in together:
            each.done = True

    def state(self, document_id: str) -> DocumentState | None:
        """Where a document stands now, or ``None`` if it was never issued."""
        with self.reading() as connection:
            return _state(connection, document_id)

    def states(self) -> dict[str, DocumentState]:
        """Where every document stands that was ever issued, by document."""
        with self.reading() as connection:
            return {row.document_id: _state_of(row) for row in connection.execute(select(document_state))}

    def issues(self, document_id: str) -> list[RegisterEntry]:
        """The records by which a document was issued, oldest first."""
        with self.reading() as connection:
            return _issues(connection, document_id)

    def numbered(self, number: str) -> list[DocumentState]:
        """The issued documents with this dispatch number."""
        query = select(document_state).where(
            document_state.c.number == number, document_state.c.state == "issued"
        )
        with self.reading() as connection:
            return [_state_of(row) for row in connection.execute(query)]

    def clearance(self, clearance_id: str) -> tuple[Clearance, bool] | None:
        """A clearance as it was given, and whether it is used up."""
        with self.reading() as connection:
            row = connection.execute(
                select(clearance_table.c.data, clearance_table.c.used_seq).where(
                    clearance_table.c.clearance_id == clearance_id
                )
            ).first()
        return None if row is None else (Clearance.model_validate_json(row.data), row.used_seq is not None)

    def entries(self, after: int = 0, limit: int = 1000) -> list[RegisterEntry]:
        """Records in order, after number ``after``."""
        query = (
            select(record.c.seq, record.c.envelope, record.c.hash)
            .where(record.c.seq > after)
            .order_by(record.c.seq)
            .limit(limit)
        )
        with self.reading() as connection:
            rows = connection.execute(query).all()
        return [_entry(Stored(row.seq, bytes(row.envelope), row.hash)) for row in rows]

    def history(self, document_id: str, issuer: str) -> list[RegisterEntry]:
        """Every record of an organ's document, in order.

        A name is the caller's: what another organ's document of this name was given is not of it.
        """
        query = (
            select(record.c.seq, record.c.envelope, record.c.hash)
            .where(record.c.document_id == document_id)
            .order_by(record.c.seq)
        )
        with self.reading() as connection:
            rows = connection.execute(query).all()
        found, organs, owner = [], dict[str, str](), issuer
        for row in rows:
            entry = _entry(Stored(row.seq, bytes(row.envelope), row.hash))
            # A departure names its clearance, not its organ; what names neither was done to what is issued.
            organ = entry.body.get("issuer") or organs.get(entry.body.get("clearance_id", ""), owner)
            if entry.event == Event.CLEARED:
                organs[entry.body["clearance"]["clearance_id"]] = organ
            elif entry.event in {Event.ISSUED, Event.REPLACED}:
                owner = organ
            if organ == issuer:
                found.append(entry)
        return found

    def all_entries(self) -> Iterator[RegisterEntry]:
        """Every record in order, read as it is needed."""
        return map(_entry, self.stored())

    def stored(self) -> Iterator[Stored]:
        """Every record in order as the exact bytes that lie in the database, read as they are needed."""
        with self.reading() as connection:
            for stored, _, _ in _stored(connection):
                yield stored

    def determined(
        self, determination_id: str, issuer: str | None = None
    ) -> tuple[str, RegisterEntry] | None:
        """The first record of a determination, and the organ it was made for: as the record says, not its index.

        Args:
            determination_id: its name, which several organs' may share where nothing of the content was looked at.
            issuer: an organ; default: whosever it is.

        Raises:
            RegisterError: ``E-REGISTER-CHAIN``, the index leads to a record that holds another, or none.
        """
        query = (
            select(record.c.seq, record.c.envelope, record.c.hash)
            .join(determination, record.c.seq == determination.c.seq)
            .where(determination.c.determination_id == determination_id)
            .order_by(record.c.seq)
            .limit(1)
        )
        if issuer is not None:
            query = query.where(determination.c.issuer == issuer)
        with self.reading() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        entry = _entry(Stored(row.seq, bytes(row.envelope), row.hash))
        held = (
            entry.event in {Event.CHECKED, Event.CLEARED} and entry.body["determination"]["determination_id"]
        )
        if held != determination_id:
            raise RegisterError("E-REGISTER-CHAIN", got=f"record {row.seq}", expected=determination_id)
        return entry.body["issuer"], entry

    def head(self) -> tuple[int, str]:
        """Number and hash of the last record; ``(0, 000…)`` for an empty register."""
        with self.reading() as connection:
            row = connection.execute(_HEAD).first()
        return (row.seq, row.hash) if row else (0, GENESIS)

    def hash_of(self, seq: int) -> str | None:
        """The hash kept of a record, or ``None`` where there is no such record."""
        with self.reading() as connection:
            return connection.scalar(select(record.c.hash).where(record.c.seq == seq))

    def verify(self, expected: tuple[int, str] | None = None) -> Verification:
        """Read the whole chain and hold the tables beside it against it.

        Args:
            expected: a head known from elsewhere; a register that no longer holds it was cut or rewritten.
        """
        # One moment for all it reads: what is written meanwhile would look like tables that differ.
        options = {"isolation_level": "REPEATABLE READ"} if self.engine.dialect.name == "postgresql" else {}
        with self.reading(**options) as connection:
            beside: list[Fault] = []
            result = verify(_stored(connection, beside), expected)
            faults = [*result.faults, *beside, *table_faults(connection)]
        return result.model_copy(update={"ok": not faults, "faults": tuple(faults)})

    @contextmanager
    def reading(self, **options: Any) -> Iterator[Connection]:
        """A connection that only reads, with these options of its execution.

        Raises:
            RegisterError: ``E-REGISTER``.
        """
        engine = self.engine.execution_options(reading=True, **options)
        with told_as_register_error(), engine.connect() as connection:
            yield connection


def _stored(connection: Connection, faults: list[Fault] | None = None) -> Iterator[tuple[Stored, int, str]]:
    """Every record with the ``seq`` and ``prev`` it names; what lies beside it and says something else goes to ``faults``."""
    index = None if faults is None else Index(connection)
    query = select(record).order_by(record.c.seq).execution_options(yield_per=500)
    for row in connection.execute(query):
        # What was tampered with may have another type than what was written.
        data = row.envelope if isinstance(row.envelope, bytes) else str(row.envelope).encode()
        said = opened(data)
        if faults is not None and index is not None:
            beside = (row.event, row.document_id, type(row.envelope))
            if said and beside != (said.get("event"), said.get("document_id"), bytes):
                faults.append(
                    fault(
                        row.seq,
                        "changed",
                        "与记录同行的各列同其内容不符",
                        "the columns beside it are not what it says",
                    )
                )
            faults.extend(index.faults(row.seq, said))
        seq, previous = said.get("seq", row.seq), said.get("prev", "")
        yield Stored(row.seq, data, row.hash), seq, previous
    if faults is not None and index is not None:
        faults.extend(index.faults(None, {}))


def _entry(stored: Stored) -> RegisterEntry:
    data = json.loads(stored.envelope)
    return RegisterEntry(
        seq=data["seq"], event=data["event"], document_id=data["document_id"], at=datetime.fromisoformat(data["at"]),
        body=data["body"], prev_hash=data["prev"], hash=stored.hash,
    )  # fmt: skip


def _issues(connection: Connection, document_id: str) -> list[RegisterEntry]:
    query = (
        select(record.c.seq, record.c.envelope, record.c.hash)
        .where(record.c.document_id == document_id, record.c.event.in_((Event.ISSUED, Event.REPLACED)))
        .order_by(record.c.seq)
    )
    rows = connection.execute(query)
    return [_entry(Stored(row.seq, bytes(row.envelope), row.hash)) for row in rows]


def _state(connection: Connection, document_id: str) -> DocumentState | None:
    row = connection.execute(
        select(document_state).where(document_state.c.document_id == document_id)
    ).first()
    return None if row is None else _state_of(row)


def _literal(text: str) -> str:
    """A text that LIKE takes for itself."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _state_of(row: Row[Any]) -> DocumentState:
    return DocumentState(
        row.document_id,
        row.issuer,
        row.version,
        Status(row.status),
        row.state,
        row.number,
        row.content_digest,
        row.seq,
        row.index_number or "",
        row.validity or "in_force",
        date.fromisoformat(row.valid_until) if row.valid_until else None,
    )
