"""What falls due: publications to be made, obligations of recorded determinations, reviews and answers awaited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Literal

from sqlalchemy import select

from disclosure_gate.model.frozen import Frozen, Text
from disclosure_gate.register.events import Event
from disclosure_gate.register.ledger import Register
from disclosure_gate.register.tables import document_state, outbox

Kind = Literal["publication", "obligation"]
_OPEN = ("waiting", "awaiting", "leased", "manual", "parked")


class DueItem(Frozen):
    """One thing that must be done by a day.

    ``code`` is the channel of a publication or the code of an obligation: ``D-REVIEW`` is the review of what
    is withheld (条例 18), ``D-THIRD-PARTY`` the third party's answer (条例 32). ``seq`` is the record it rests on;
    ``issued`` is false for an obligation of a document that is not issued yet.
    """

    due_on: date
    overdue: bool
    kind: Kind
    code: str
    document_id: str
    issuer: str
    issued: bool
    seq: int
    message: Text


def due(register: Register, today: date, until: date) -> list[DueItem]:
    """What is overdue or falls due up to ``until`` inclusive, earliest first.

    Obligations are those a document was issued with, and what its newest determination asks for before it is
    cleared; before it is issued, those of its newest determination. A withdrawn document has none.
    """
    found = [*_publications(register, today, until), *_obligations(register, today, until)]
    return sorted(found, key=lambda each: (each.due_on, each.document_id, each.kind, each.code))


def _publications(register: Register, today: date, until: date) -> Iterator[DueItem]:
    query = (
        select(
            outbox.c.document_id,
            outbox.c.channel,
            outbox.c.action,
            outbox.c.due_on,
            document_state.c.issuer,
            document_state.c.seq,
        )
        .join(document_state, document_state.c.document_id == outbox.c.document_id)
        .where(outbox.c.state.in_(_OPEN), outbox.c.due_on.is_not(None), outbox.c.due_on <= until.isoformat())
        .order_by(outbox.c.id)
    )
    with register.reading() as connection:
        rows = connection.execute(query).all()
    for row in rows:
        by = date.fromisoformat(row.due_on)
        told = (
            Text(zh="应当公开而尚未送达", en="to be published, not delivered yet")
            if row.action == "publish"
            else Text(zh="应当撤下而尚未送达", en="to be taken down, not delivered yet")
        )
        yield DueItem(
            due_on=by, overdue=by < today, kind="publication", code=row.channel, document_id=row.document_id,
            issuer=row.issuer, issued=True, seq=row.seq, message=told,
        )  # fmt: skip


def _obligations(register: Register, today: date, until: date) -> Iterator[DueItem]:
    # A name is the caller's: two organs may check documents of one name, but only one of them can issue its own.
    newest: dict[tuple[str, str], tuple[int, list[dict[str, Any]]]] = {}
    standing: dict[str, tuple[int, str, list[dict[str, Any]]]] = {}
    cleared: dict[str, str] = {}
    for entry in register.all_entries():
        name, body = entry.document_id, entry.body
        if entry.event == Event.WITHDRAWN:
            _, issuer, _ = standing.pop(name, (0, cleared.get(name, ""), []))
            newest.pop((name, issuer), None)
        elif "determination" in body:
            if entry.event == Event.CLEARED:
                cleared[name] = body["issuer"]
            issuer = body.get("issuer") or cleared.get(name, "")
            # Where people chose another status than was determined, the issue says what that one obliges to.
            obliged = body.get("obligations", body["determination"]["obligations"])
            newest[name, issuer] = (entry.seq, obliged)
            if entry.event in {Event.ISSUED, Event.REPLACED, Event.SCHEDULED}:
                standing[name] = (entry.seq, issuer, obliged)
    for (name, issuer), (seq, obliged) in newest.items():
        issued = name in standing and standing[name][1] == issuer
        found = [(seq, each, issued) for each in obliged]
        if issued:
            # INVARIANT: what a check says of a document that stands discharges nobody of what the issue obliges to.
            first, _, of_issue = standing[name]
            found = [(first, each, True) for each in of_issue] + [
                each for each in found if seq != first and each[1]["when"] == "before_clearing"
            ]
        for rests_on, each, stands in found:
            by = date.fromisoformat(each["due_on"]) if each["due_on"] else None
            if by is not None and by <= until:
                yield DueItem(
                    due_on=by, overdue=by < today, kind="obligation", code=each["code"],
                    document_id=name, issuer=issuer, issued=stands, seq=rests_on,
                    message=Text.model_validate(each["message"]),
                )  # fmt: skip
