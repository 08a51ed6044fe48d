"""The outbox: what is to be published or taken away, written in the transaction that issues a document."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal, TypeAlias

from sqlalchemy import Connection, Engine, and_, exists, func, insert, or_, select, update

from disclosure_gate.column.publisher import Receipt
from disclosure_gate.model.clearance import PublicItem, Withdrawal
from disclosure_gate.model.determination import Audience, Channel
from disclosure_gate.register.tables import outbox

State: TypeAlias = Literal["waiting", "awaiting", "leased", "delivered", "manual", "parked", "superseded"]

_UNSETTLED = ("waiting", "leased")
_LIVE = ("waiting", "awaiting", "leased", "delivered", "manual", "parked")


@dataclass(frozen=True, slots=True)
class Entry:
    """One delivery to be made."""

    id: int
    key: str
    document_id: str
    audience: Audience
    channel: Channel
    version: int
    action: Literal["publish", "withdraw"]
    payload: bytes
    attempts: int

    def item(self) -> PublicItem:
        """The item to publish."""
        return PublicItem.model_validate_json(self.payload)

    def withdrawal(self) -> tuple[str, date]:
        """Reason and day of a withdrawal."""
        data = json.loads(self.payload)
        return data["reason"], date.fromisoformat(data["on"])


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One line of ``column status``."""

    id: int
    document_id: str
    channel: str
    audience: str
    action: str
    version: int
    state: State
    not_before: str | None
    due_on: str | None
    attempts: int
    last_error: str
    receipt: str


class Outbox:
    """The table of deliveries in the register's database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def enqueue(
        self,
        connection: Connection,
        document_id: str,
        version: int,
        items: Sequence[PublicItem],
        now: datetime,
    ) -> None:
        """Write the deliveries of an issue on the caller's connection.

        What an earlier version had published somewhere this one does not go is withdrawn there. An item
        that must not stay gets its removal written down now, for the day after its last.
        """
        keys = {item.key(channel) for item in items for channel in item.publication.channels}
        self._supersede(connection, document_id)
        for key, audience, channel in self._published(connection, document_id):
            if key not in keys:
                self._put_withdrawal(
                    connection, key, document_id, audience, channel, version, "replaced", now.date(), now
                )
        for item in items:
            publication = item.publication
            for channel in publication.channels:
                self._put(
                    connection, key=item.key(channel), document_id=document_id, audience=publication.audience,
                    channel=channel, version=version, action="publish", payload=item.model_dump_json().encode(),
                    not_before=_iso(publication.not_before),
                    due_on=_iso(publication.due_on),
                    state="awaiting" if publication.awaits else "waiting", now=now,
                )  # fmt: skip
                if publication.until is not None:
                    after = publication.until + timedelta(1)
                    self._put_withdrawal(
                        connection,
                        item.key(channel),
                        document_id,
                        publication.audience,
                        channel,
                        version,
                        "expired",
                        after,
                        now,
                    )

    def enqueue_withdraw(
        self, connection: Connection, withdrawal: Withdrawal, version: int, now: datetime
    ) -> None:
        """Write the removals of a withdrawal on the caller's connection; deliveries not yet made are dropped."""
        self._supersede(connection, withdrawal.document_id)
        for key, audience, channel in self._published(connection, withdrawal.document_id):
            self._put_withdrawal(
                connection,
                key,
                withdrawal.document_id,
                audience,
                channel,
                version,
                withdrawal.reason,
                withdrawal.withdrawn_on,
                now,
                at_once=True,
            )

    def lease(self, now: datetime, seconds: float) -> Entry | None:
        """Take the next delivery that is due, or ``None``.

        In order per key: an entry waits for those before it. An entry whose worker died is taken over
        when its lease has run out.
        """
        moment, today = _stamp(now), now.astimezone().date().isoformat()
        earlier = outbox.alias("earlier")
        blocked = exists().where(
            earlier.c.key == outbox.c.key, earlier.c.id < outbox.c.id, earlier.c.state.in_(_UNSETTLED)
        )
        ready = and_(
            or_(
                and_(outbox.c.state == "waiting", outbox.c.next_try_at <= moment),
                and_(outbox.c.state == "leased", outbox.c.lease_until <= moment),
            ),
            or_(outbox.c.not_before.is_(None), outbox.c.not_before <= today),
            ~blocked,
        )
        with self._engine.begin() as connection:
            row = connection.execute(
                select(outbox)
                .where(ready)
                .order_by(outbox.c.due_on.is_(None), outbox.c.due_on, outbox.c.id)
                .limit(1)
                .with_for_update(skip_locked=True)
            ).first()
            if row is None:
                return None
            connection.execute(
                update(outbox)
                .where(outbox.c.id == row.id)
                .values(
                    state="leased",
                    lease_until=_stamp(now + timedelta(seconds=seconds)),
                    attempts=row.attempts + 1,
                )
            )
        return Entry(
            row.id,
            row.key,
            row.document_id,
            row.audience,
            row.channel,
            row.version,
            row.action,
            bytes(row.payload),
            row.attempts + 1,
        )

    def delivered(self, entry: Entry, receipt: Receipt) -> None:
        """The receiver has it."""
        self._close(entry, "delivered", receipt=receipt.model_dump_json())

    def manual(self, entry: Entry) -> None:
        """No publisher serves this channel: a person must do it."""
        self._close(entry, "manual")

    def failed(self, entry: Entry, code: str, retry_at: datetime | None) -> None:
        """It did not get there: try again at ``retry_at``, or park it for a person to look at."""
        with self._engine.begin() as connection:
            connection.execute(
                update(outbox)
                .where(outbox.c.id == entry.id, outbox.c.state == "leased")
                .values(
                    state="parked" if retry_at is None else "waiting", last_error=code, lease_until=None,
                    next_try_at=_stamp(retry_at) if retry_at else outbox.c.next_try_at,
                )
            )  # fmt: skip

    def rows(self, states: Sequence[State] = ()) -> list[OutboxRow]:
        """All deliveries in order, or those in ``states``."""
        query = select(outbox).order_by(outbox.c.id)
        if states:
            query = query.where(outbox.c.state.in_(states))
        with self._engine.execution_options(reading=True).connect() as connection:
            return [
                OutboxRow(
                    row.id, row.document_id, row.channel, row.audience, row.action, row.version, row.state,
                    row.not_before, row.due_on, row.attempts, row.last_error, row.receipt,
                )
                for row in connection.execute(query)
            ]  # fmt: skip

    def counts(self) -> dict[str, int]:
        """How many deliveries are in which state."""
        query = select(outbox.c.state, func.count()).group_by(outbox.c.state)
        with self._engine.execution_options(reading=True).connect() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def waiting_since(self, now: datetime) -> datetime | None:
        """Since when the delivery that waits longest could have been made; ``None`` if none waits."""
        today = now.astimezone().date().isoformat()
        query = select(func.min(outbox.c.next_try_at)).where(
            outbox.c.state == "waiting", or_(outbox.c.not_before.is_(None), outbox.c.not_before <= today)
        )
        with self._engine.execution_options(reading=True).connect() as connection:
            oldest = connection.scalar(query)
        return datetime.fromisoformat(oldest) if oldest else None

    def _close(self, entry: Entry, state: State, receipt: str = "") -> None:
        with self._engine.begin() as connection:
            connection.execute(
                update(outbox)
                .where(outbox.c.id == entry.id, outbox.c.state == "leased")
                .values(state=state, receipt=receipt, lease_until=None, last_error="")
            )

    def _supersede(self, connection: Connection, document_id: str) -> None:
        connection.execute(
            update(outbox)
            .where(outbox.c.document_id == document_id, outbox.c.state.in_(("waiting", "awaiting", "parked")))
            .values(state="superseded")
        )

    def _published(self, connection: Connection, document_id: str) -> list[tuple[str, Audience, Channel]]:
        """Every key this document was ever sent to; a removal too many harms nobody."""
        query = (
            select(outbox.c.key, outbox.c.audience, outbox.c.channel)
            .where(
                outbox.c.document_id == document_id,
                outbox.c.action == "publish",
                outbox.c.state.in_((*_LIVE, "superseded")),
            )
            .distinct()
            .order_by(outbox.c.key)
        )
        return [(row.key, row.audience, row.channel) for row in connection.execute(query)]

    def _put_withdrawal(
        self,
        connection: Connection,
        key: str,
        document_id: str,
        audience: Audience,
        channel: Channel,
        version: int,
        reason: str,
        on: date,
        now: datetime,
        *,
        at_once: bool = False,
    ) -> None:
        payload = json.dumps({"reason": reason, "on": on.isoformat()}, ensure_ascii=False).encode()
        self._put(
            connection, key=key, document_id=document_id, audience=audience, channel=channel, version=version,
            action="withdraw", payload=payload, not_before=None if at_once else on.isoformat(), due_on=on.isoformat(),
            state="waiting", now=now,
        )  # fmt: skip

    def _put(
        self,
        connection: Connection,
        *,
        key: str,
        document_id: str,
        audience: Audience,
        channel: Channel,
        version: int,
        action: Literal["publish", "withdraw"],
        payload: bytes,
        not_before: str | None,
        due_on: str | None,
        state: State,
        now: datetime,
    ) -> None:
        connection.execute(
            insert(outbox).values(
                key=key, document_id=document_id, audience=audience, channel=channel, version=version,
                action=action, payload=payload, not_before=not_before, due_on=due_on, state=state,
                attempts=0, next_try_at=_stamp(now), last_error="", receipt="",
            )
        )  # fmt: skip


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
