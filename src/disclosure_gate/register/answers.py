"""Answers to requests that may come again, kept in the transaction of what they answer (P8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from disclosure_gate.register.ledger import Register, Transaction
from disclosure_gate.register.tables import answer

KEPT_DAYS = 7


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to a request; ``digest`` is of the request, so that a key used for another shows."""

    digest: str
    status: int
    body: bytes


def keep(tx: Transaction, key_id: str, request_key: str, given: Answer, at: datetime) -> bool:
    """Keep an answer with the deed; false, and the transaction must not go on, where the key has one already.

    Args:
        tx: the transaction of the deed.
        key_id: the API key that asked.
        request_key: its name for the request.
        given: the answer.
        at: the moment, aware; answers older than ``KEPT_DAYS`` are let go.
    """
    tx.connection.execute(delete(answer).where(answer.c.at < (at - timedelta(KEPT_DAYS)).isoformat()))
    try:
        tx.connection.execute(
            insert(answer).values(
                key_id=key_id, request_key=request_key, request_digest=given.digest, status=given.status,
                body=given.body, at=at.isoformat(),
            )
        )  # fmt: skip
    except IntegrityError:
        return False
    return True


def find(register: Register, key_id: str, request_key: str) -> Answer | None:
    """The answer kept for a request."""
    query = select(answer).where(answer.c.key_id == key_id, answer.c.request_key == request_key)
    with register.reading() as connection:
        row = connection.execute(query).first()
    return None if row is None else Answer(row.request_digest, row.status, bytes(row.body))
