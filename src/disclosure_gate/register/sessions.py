"""Sessions of people at the desk. Only hashes are stored; the token is in the person's cookie alone."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, delete, insert, or_, select, update

from disclosure_gate.register.ledger import Register
from disclosure_gate.register.tables import desk_session

_TOUCH = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long a session lasts: since it began, and since it was last used; and how long it is known whose it was."""

    at_most: timedelta = timedelta(hours=8)
    idle: timedelta = timedelta(minutes=30)
    known: timedelta = timedelta(days=3)  # a weekend


def begin(register: Register, key_id: str, now: datetime, lasting: Lasting) -> str:
    """A new session of a key; returns its token. Sessions that are long over are let go."""
    token = secrets.token_urlsafe(32)
    moment = _stamp(now)
    with register.transaction(now) as tx:
        tx.connection.execute(
            delete(desk_session).where(
                or_(
                    desk_session.c.began_at < _stamp(now - lasting.at_most - lasting.known),
                    desk_session.c.seen_at < _stamp(now - lasting.idle - lasting.known),
                )
            )
        )
        tx.connection.execute(
            insert(desk_session).values(hash=_hash(token), key_id=key_id, began_at=moment, seen_at=moment)
        )
    return token


def holder(register: Register, token: str, now: datetime, lasting: Lasting) -> str | None:
    """The id of the key whose session this is; ``None`` where there is none or it is over."""
    row = _row(register, token)
    if row is None:
        return None
    began, seen = datetime.fromisoformat(row.began_at), datetime.fromisoformat(row.seen_at)
    if now - began > lasting.at_most or now - seen > lasting.idle:
        return None
    if now - seen > min(_TOUCH, lasting.idle / 4):
        with register.transaction(now) as tx:
            tx.connection.execute(
                update(desk_session).where(desk_session.c.hash == row.hash).values(seen_at=_stamp(now))
            )
    return str(row.key_id)


def whose(register: Register, token: str, now: datetime, lasting: Lasting) -> str | None:
    """The id of the key whose session this was, also where it is over: it opens nothing."""
    row = _row(register, token) if token else None
    if row is None or now - datetime.fromisoformat(row.seen_at) > lasting.idle + lasting.known:
        return None
    return str(row.key_id)


def end(register: Register, token: str, now: datetime) -> None:
    """End a session at once."""
    with register.transaction(now) as tx:
        tx.connection.execute(delete(desk_session).where(desk_session.c.hash == _hash(token)))


def _row(register: Register, token: str) -> Row[Any] | None:
    with register.reading() as connection:
        return connection.execute(select(desk_session).where(desk_session.c.hash == _hash(token))).first()


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
