"""Work in hand at the desk: a proposal on its way to review, signature and issue.

A case row says where it stands, its steps who did what and when. The document lies in a table of its own
and only as long as somebody needs it: it goes when the case is issued, taken back or withdrawn. A step is
taken from a known revision: of two who take one at the same moment, one wins and the other is told.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, TypeAlias

from sqlalchemy import Connection, and_, delete, func, insert, or_, select, update

from disclosure_gate.model.errors import CaseRefused
from disclosure_gate.register.keys import ApiKey
from disclosure_gate.register.ledger import Register, Transaction
from disclosure_gate.register.tables import desk_case, desk_draft, desk_step, document_state

CaseState: TypeAlias = Literal[
    "proposed", "returned", "reviewed", "cleared", "issued", "withdrawn", "taken_back"
]
Step: TypeAlias = Literal[
    "proposed", "proposed_again", "returned", "reviewed", "signed", "issued", "withdrawn", "taken_back"
]
OPEN: tuple[CaseState, ...] = ("proposed", "returned", "reviewed", "cleared")
EVERY_ORGAN = "*"
_ISSUED_OPEN = ("proactive", "partial")


@dataclass(frozen=True, slots=True)
class Case:
    """Where a case stands. ``held`` are codes; ``title`` is empty once only its number may be known."""

    case_id: str
    document_id: str
    issuer: str
    title: str
    kind: str
    domain: str
    state: CaseState
    revision: int
    drafter_id: str
    drafter: str
    reviewer_id: str
    reviewer: str
    signer: str
    determined: str
    chosen: str
    held: tuple[str, ...]
    due_on: str | None
    clearance_id: str
    number: str
    created_at: str
    changed_at: str


@dataclass(frozen=True, slots=True)
class CaseStep:
    """One step: who, when, why."""

    number: int
    step: Step
    by_id: str
    by_name: str
    role: str
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class Found:
    """A document of the register that a search found; ``title`` only where the desk knows one."""

    document_id: str
    issuer: str
    number: str
    status: str
    state: str
    version: int
    title: str
    case_id: str


_LETTERS = str.maketrans("0123456789", "ghjkmnpqrs")


def new_id() -> str:
    """A name for a case and its document, from our own letters, never from input.

    Without digits: the public reads it, and of twenty thousand one held eleven that made a mobile number, with which
    nothing is cleared.
    """
    return secrets.token_hex(6).translate(_LETTERS)


def open_case(
    tx: Transaction, by: ApiKey, at: datetime, values: dict[str, Any], draft: dict[str, Any], note: str
) -> None:
    """Write a new case with its document.

    Args:
        tx: the transaction that records the check.
        by: whose proposal it is.
        at: the moment, aware.
        values: ``case_id``, ``document_id``, ``issuer``, ``title``, ``kind``, ``domain`` and what is determined.
        draft: the document and what goes with it, JSON data.
        note: why, in the drafter's words.
    """
    moment = _stamp(at)
    tx.connection.execute(
        insert(desk_case).values(
            **{"reviewer_id": "", "reviewer": "", "signer": "", "clearance_id": "", "number": "", **values},
            state="proposed", revision=1, drafter_id=by.id, drafter=by.name, created_at=moment, changed_at=moment,
        )
    )  # fmt: skip
    tx.connection.execute(insert(desk_draft).values(case_id=values["case_id"], data=_bytes(draft)))
    _note(tx.connection, values["case_id"], 1, "proposed", by, at, note)


def advance(
    tx: Transaction,
    case: Case,
    step: Step,
    by: ApiKey,
    at: datetime,
    *,
    state: CaseState,
    note: str = "",
    draft: dict[str, Any] | None = None,
    values: dict[str, Any] | None = None,
) -> None:
    """Take a step from exactly the revision of ``case``.

    ``draft`` replaces the document; a state that ends the work removes it, and its title where the
    document is not for the public.

    Raises:
        CaseRefused: ``E-CASE-MOVED``, another step was taken meanwhile. Nothing of the transaction may be kept.
    """
    changed = {"state": state, "revision": case.revision + 1, "changed_at": _stamp(at), **(values or {})}
    if state not in OPEN:
        status = changed.get("chosen", case.chosen)
        if state == "taken_back" or status not in _ISSUED_OPEN:
            changed["title"] = ""
        tx.connection.execute(delete(desk_draft).where(desk_draft.c.case_id == case.case_id))
    done = tx.connection.execute(
        update(desk_case)
        .where(desk_case.c.case_id == case.case_id, desk_case.c.revision == case.revision)
        .values(changed)
    )
    if done.rowcount != 1:
        raise CaseRefused("E-CASE-MOVED")
    if draft is not None:
        tx.connection.execute(
            update(desk_draft).where(desk_draft.c.case_id == case.case_id).values(data=_bytes(draft))
        )
    _note(tx.connection, case.case_id, case.revision + 1, step, by, at, note)


def scrub(register: Register) -> None:
    """Bring what was deleted out of SQLite's journal as well: the deleted pages are overwritten already."""
    if register.engine.dialect.name == "sqlite":
        with register.reading() as connection:
            connection.rollback()
            raw = connection.connection.driver_connection
            assert raw is not None  # noqa: S101  the connection is open
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def find(register: Register, case_id: str, organ: str = EVERY_ORGAN) -> Case:
    """A case of an organ.

    Raises:
        CaseRefused: ``E-CASE-UNKNOWN``; another organ's is as if it did not exist.
    """
    with register.reading() as connection:
        row = connection.execute(select(desk_case).where(desk_case.c.case_id == case_id)).first()
    if row is None or organ not in {EVERY_ORGAN, row.issuer}:
        raise CaseRefused("E-CASE-UNKNOWN")
    return _case(row)


def of_document(register: Register, document_id: str, issuer: str) -> Case | None:
    """The case of an organ's document, if it came through the desk."""
    query = select(desk_case).where(desk_case.c.document_id == document_id, desk_case.c.issuer == issuer)
    with register.reading() as connection:
        row = connection.execute(query).first()
    return None if row is None else _case(row)


def draft(register: Register, case_id: str) -> dict[str, Any] | None:
    """The document of a case and what goes with it; ``None`` once it is gone."""
    with register.reading() as connection:
        data = connection.scalar(select(desk_draft.c.data).where(desk_draft.c.case_id == case_id))
    return None if data is None else json.loads(bytes(data))


def steps(register: Register, case_id: str) -> list[CaseStep]:
    """The steps of a case in order."""
    query = select(desk_step).where(desk_step.c.case_id == case_id).order_by(desk_step.c.number)
    with register.reading() as connection:
        return [
            CaseStep(
                row.number, row.step, row.by_id, row.by_name, row.role, datetime.fromisoformat(row.at), row.note
            )
            for row in connection.execute(query)
        ]  # fmt: skip


def cases(
    register: Register, organ: str, states: Sequence[CaseState] = (), drafter_id: str | None = None
) -> list[Case]:
    """The cases of an organ (``*``: of all), newest change first; in ``states``, of one drafter."""
    query = select(desk_case).order_by(desk_case.c.changed_at.desc(), desk_case.c.case_id)
    if organ != EVERY_ORGAN:
        query = query.where(desk_case.c.issuer == organ)
    if states:
        query = query.where(desk_case.c.state.in_(states))
    if drafter_id is not None:
        query = query.where(desk_case.c.drafter_id == drafter_id)
    with register.reading() as connection:
        return [_case(row) for row in connection.execute(query)]


def organs_of(register: Register, drafter_id: str, most: int = 20) -> list[str]:
    """The organs somebody has drafted for, the last one first."""
    last = func.max(desk_case.c.created_at)
    query = select(desk_case.c.issuer).where(desk_case.c.drafter_id == drafter_id)
    with register.reading() as connection:
        return list(connection.scalars(query.group_by(desk_case.c.issuer).order_by(last.desc()).limit(most)))


def search(
    register: Register, organ: str, words: str, *, status: str = "", state: str = "", most: int = 200
) -> list[Found]:
    """Issued documents whose title, number, id or organ has every one of ``words``, newest first."""
    joined = document_state.outerjoin(
        desk_case,
        and_(
            desk_case.c.document_id == document_state.c.document_id,
            desk_case.c.issuer == document_state.c.issuer,
        ),
    )
    query = select(
        document_state, desk_case.c.title, desk_case.c.case_id
    ).select_from(joined).order_by(document_state.c.seq.desc()).limit(most)  # fmt: skip
    if organ != EVERY_ORGAN:
        query = query.where(document_state.c.issuer == organ)
    if status:
        query = query.where(document_state.c.status == status)
    if state:
        query = query.where(document_state.c.state == state)
    for word in words.split():
        query = query.where(
            or_(
                *(
                    func.lower(column).contains(word.lower(), autoescape=True)
                    for column in (
                        desk_case.c.title,
                        document_state.c.number,
                        document_state.c.document_id,
                        document_state.c.issuer,
                    )
                )
            )
        )
    with register.reading() as connection:
        return [
            Found(
                row.document_id, row.issuer, row.number, row.status, row.state, row.version,
                row.title or "", row.case_id or "",
            )
            for row in connection.execute(query)
        ]  # fmt: skip


def _note(
    connection: Connection, case_id: str, number: int, step: Step, by: ApiKey, at: datetime, note: str
) -> None:
    connection.execute(
        insert(desk_step).values(
            case_id=case_id, number=number, step=step, by_id=by.id, by_name=by.name, role=by.role,
            at=_stamp(at), note=note,
        )
    )  # fmt: skip


def _case(row: Any) -> Case:
    values = dict(row._mapping)  # noqa: SLF001  SQLAlchemy's public name for a row's mapping
    values["held"] = tuple(values["held"].split())
    return Case(**values)


def _bytes(data: dict[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False).encode()


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
