"""The outbox: what is to be published or taken away, written in the transaction that issues a document."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, Literal, TypeAlias

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Engine,
    FromClause,
    Select,
    String,
    and_,
    bindparam,
    exists,
    false,
    func,
    insert,
    or_,
    select,
    update,
)

from disclosure_gate.column.publisher import Receipt
from disclosure_gate.model.clearance import PublicItem, Withdrawal
from disclosure_gate.model.determination import Audience, Channel, Publication
from disclosure_gate.model.listing import Lane
from disclosure_gate.register.database import told_as_register_error
from disclosure_gate.register.tables import outbox

State: TypeAlias = Literal["waiting", "awaiting", "leased", "delivered", "manual", "parked", "superseded"]
Route: TypeAlias = tuple[Channel, Audience]

UNSETTLED: tuple[State, ...] = ("waiting", "awaiting", "leased", "manual", "parked")
_NEVER = "9999-12-31"
_LANES: dict[Lane, str] = {"single": "1", "bulk": "2"}
_URGENT = "0"  # what must come off goes before what is to appear
_TURNS = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """One delivery to be made. ``receipts``: the publishers that have it already."""

    id: int
    key: str
    document_id: str
    audience: Audience
    channel: Channel
    version: int
    action: Literal["publish", "withdraw"]
    payload: bytes
    attempts: int
    receipts: Mapping[str, Receipt]

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


@dataclass(frozen=True, slots=True)
class Expected:
    """What a place should hold for a key by the register: the newest line that is still meant.

    ``receipts``: what each publisher said that has it already. ``sent``: the versions that were ever handed over,
    each with its first day. ``removal``: the version of the newest removal that is still to be made, 0 if none is.
    """

    key: str
    document_id: str
    audience: Audience
    channel: Channel
    version: int
    action: Literal["publish", "withdraw"]
    state: State
    not_before: date | None
    due_on: date | None
    payload: bytes
    receipts: Mapping[str, Receipt]
    sent: Mapping[int, date | None] = field(default_factory=dict)
    removal: int = 0

    def item(self) -> PublicItem:
        """The item, for a publish."""
        return PublicItem.model_validate_json(self.payload)


class Outbox:
    """The table of deliveries in the register's database. Where that is away, every call raises ``RegisterError``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._turn = 0

    # Written in the transaction of the deed.

    def enqueue(
        self,
        connection: Connection,
        document_id: str,
        version: int,
        items: Sequence[PublicItem],
        now: datetime,
        lane: Lane = "single",
    ) -> None:
        """Write the deliveries of an issue on the caller's connection.

        What an earlier version had published somewhere this one does not go is withdrawn there. An item
        that must not stay gets its removal written down now, for the day after its last.
        """
        self._supersede(connection, document_id)
        keys = {item.key(channel) for item in items for channel in item.publication.channels}
        self._remove_others(connection, document_id, version, keys, now)
        for item in items:
            for channel in item.publication.channels:
                self._line_up(connection, item, channel, now, lane=lane)

    def enqueue_withdraw(
        self, connection: Connection, withdrawal: Withdrawal, version: int, now: datetime
    ) -> None:
        """Write the removals of a withdrawal on the caller's connection; deliveries not yet made are dropped."""
        self._supersede(connection, withdrawal.document_id)
        for key, audience, channel in self._published(connection, withdrawal.document_id):
            self._put_withdrawal(
                connection, key, withdrawal.document_id, audience, channel, version,
                withdrawal.reason, withdrawal.withdrawn_on, now, at_once=True,
            )  # fmt: skip

    def enqueue_again(
        self,
        connection: Connection,
        document_id: str,
        version: int,
        change: Callable[[PublicItem], PublicItem],
        now: datetime,
        not_before: date | None = None,
    ) -> int:
        """Deliver what stands of a document once more, changed, as ``version``; returns how many lines.

        What was not public yet keeps its days: a change of validity must not make anything appear early.
        """
        today = now.astimezone().date()
        standing = [
            each for each in self._standing(connection, document_id, today) if each.action == "publish"
        ]
        self._supersede(connection, document_id)
        lined: set[str] = set()
        for each in standing:
            item = each.item()
            publication = item.publication
            if publication.until is not None and publication.until < today:
                continue
            start = max((day for day in (each.not_before, not_before) if day), default=None)
            item = change(item).model_copy(update={"version": version})
            self._line_up(
                connection, item, each.channel, now, start=start, due=_due_again(each, start, today)
            )
            lined.add(each.key)
        self._remove_others(connection, document_id, version, lined, now)
        return len(lined)

    def enqueue_dated(
        self,
        connection: Connection,
        document_id: str,
        version: int,
        publications: Sequence[Publication],
        now: datetime,
    ) -> tuple[Publication, ...]:
        """Give deliveries that awaited a date their days, as ``version``; returns what has its days now.

        The rest goes on as it is: what is delivered is not sent again, what no publication dates awaits on.
        """
        done: dict[Publication, None] = {}
        for each in self._standing(connection, document_id, now.astimezone().date()):
            if each.state != "awaiting":
                continue
            dated = next(
                (one for one in publications if one.awaits is None and one.audience == each.audience and each.channel in one.channels),
                None,
            )  # fmt: skip
            if dated is None:
                continue
            connection.execute(
                update(outbox)
                .where(outbox.c.key == each.key, outbox.c.state == "awaiting")
                .values(state="superseded")
            )
            item = each.item()
            start = max((day for day in (dated.not_before, item.publication.not_before) if day), default=None)
            item = item.model_copy(
                update={"version": version, "publication": dated.model_copy(update={"not_before": start})}
            )
            self._line_up(connection, item, each.channel, now)
            done[item.publication] = None
        return tuple(done)

    def awaited(self, connection: Connection, document_id: str) -> list[str]:
        """The dates that deliveries of a document wait for."""
        standing = self._standing(connection, document_id, None)
        return sorted({each.item().publication.awaits or "" for each in standing if each.state == "awaiting"})

    def enqueue_removal(
        self, connection: Connection, key: str, version: int, now: datetime, again: int | None = None
    ) -> bool:
        """Have a key taken away that should not be public now, whatever is known of it.

        What is to be public there on a later day is lined up behind the removal as version ``again``, with its days;
        ``None``: nothing is to be public. Returns whether something was.
        """
        document_id, audience, channel = key_parts(key)
        today = now.astimezone().date()
        standing = [each for each in self._standing(connection, document_id, today) if each.key == key]
        self._put_withdrawal(
            connection, key, document_id, audience, channel, version, "removed", today, now, at_once=True
        )
        for each in standing:
            if again is None or each.action != "publish":
                continue
            item = each.item().model_copy(update={"version": again})
            until = item.publication.until
            if until is not None and until < today:
                continue
            self._line_up(
                connection, item, channel, now, start=each.not_before,
                due=_due_again(each, each.not_before, today),
            )  # fmt: skip
            return True
        return False

    # Taken by workers.

    def lease(self, now: datetime, seconds: float, resting: Collection[Route] = ()) -> Entry | None:
        """Take the next delivery that is due, or ``None``.

        In order per key: an entry waits for those before it. An entry whose worker died is taken over
        when its lease has run out. Withdrawals come first, then single documents, then bulk, by the day
        they are due; every fourth turn takes what was written last, so that nobody's bulk, declared or
        not, keeps a single document waiting. ``resting``: routes whose receivers are left alone for now.
        """
        values = _times(now)
        self._turn += 1
        order = "newest" if self._turn % _TURNS == 0 else "urgent"
        skipped = frozenset(resting)
        with self._writing() as connection:
            # What was overtaken and whose worker died is not tried again; what overtook it may go.
            connection.execute(_LET_GO, values)
            row = (
                connection.execute(_next("died", skipped), values).first()
                or connection.execute(_next(order, skipped), values).first()
            )
            if row is None:
                return None
            connection.execute(
                update(outbox)
                .where(outbox.c.id == row.id)
                .values(
                    state="leased",
                    lease_until=_stamp(now + timedelta(seconds=seconds)),
                    attempts=row.attempts + 1,
                    first_try_at=row.first_try_at or values["moment"],
                )
            )
        return Entry(
            row.id, row.key, row.document_id, row.audience, row.channel, row.version, row.action,
            bytes(row.payload), row.attempts + 1, _receipts(row.receipt),
        )  # fmt: skip

    def delivered(self, entry: Entry, receipts: Mapping[str, Receipt], now: datetime) -> bool:
        """Every receiver has it; false where the lease was lost to another worker meanwhile."""
        return self._close(entry, "delivered", receipts, now)

    def manual(self, entry: Entry) -> bool:
        """No publisher serves this channel: a person must do it."""
        return self._close(entry, "manual", {}, None)

    def failed(
        self,
        entry: Entry,
        code: str,
        retry_at: datetime,
        receipts: Mapping[str, Receipt] | None = None,
        *,
        patience: int | None = None,
    ) -> Literal["failed", "parked", "lost"]:
        """It did not get there: it is tried again at ``retry_at``, or parked for a person to look at.

        It is parked when it was tried ``patience`` times and its channel took something else meanwhile:
        then the item is the trouble, not the receiver. What was overtaken by a newer version or a
        withdrawal is not tried again, nor what the day of the next line of its key has come upon.
        """
        values = {"last_error": code, "lease_until": None, "receipt": _written(receipts or {})}
        with self._writing() as connection:
            poison = patience is not None and entry.attempts >= patience and self._works(connection, entry)
            state = "parked" if poison else "waiting"
            following = outbox.alias("following")
            ended = exists().where(
                following.c.key == entry.key,
                following.c.id > entry.id,
                following.c.state == "waiting",
                _day_has_come(retry_at.astimezone().date().isoformat(), following),
            )
            done = connection.execute(
                update(outbox)
                .where(_mine(entry), outbox.c.overtaken == 0, ~ended)
                .values(state=state, next_try_at=_stamp(retry_at), **values)
            )
            if done.rowcount == 1:
                return "parked" if poison else "failed"
            connection.execute(update(outbox).where(_mine(entry)).values(state="superseded", **values))
        return "lost"

    def _works(self, connection: Connection, entry: Entry) -> bool:
        """Whether the channel took anything since this entry was tried first."""
        mine, other = outbox.alias("mine"), outbox.alias("other")
        query = (
            select(other.c.id)
            .join(mine, mine.c.id == entry.id)
            .where(
                other.c.state == "delivered",
                other.c.channel == entry.channel,
                other.c.audience == entry.audience,
                other.c.settled_at >= mine.c.first_try_at,
            )
            .limit(1)
        )
        return connection.execute(query).first() is not None

    # Done by people.

    def unpark(self, now: datetime, ids: Collection[int] | None = None) -> int:
        """Try parked deliveries again, all or some, as if for the first time; returns how many."""
        query = update(outbox).where(outbox.c.state == "parked")
        if ids is not None:
            query = query.where(outbox.c.id.in_(ids))
        with self._writing() as connection:
            return connection.execute(
                query.values(
                    state="waiting", attempts=0, next_try_at=_stamp(now), last_error="", first_try_at=None
                )
            ).rowcount

    def done(self, entry_id: int, by: str, now: datetime) -> bool:
        """A person has delivered what no publisher serves; false if there is no such line."""
        receipt = {
            by: Receipt(key="", version=0, outcome="published", place=now.astimezone().date().isoformat())
        }
        with self._writing() as connection:
            done = connection.execute(
                update(outbox)
                .where(outbox.c.id == entry_id, outbox.c.state == "manual")
                .values(state="delivered", receipt=_written(receipt), settled_at=_stamp(now))
            )
        return done.rowcount == 1

    # Looked at.

    def rows(self, states: Sequence[State] = (), limit: int | None = None) -> list[OutboxRow]:
        """All deliveries in order, or those in ``states``."""
        query = select(outbox).order_by(outbox.c.id).limit(limit)
        if states:
            query = query.where(outbox.c.state.in_(states))
        with self._reading() as connection:
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
        with self._reading() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def overdue(self, today: date) -> int:
        """How many deliveries should have been made before ``today`` and were not."""
        query = select(func.count()).where(outbox.c.state.in_(UNSETTLED), outbox.c.due_on < today.isoformat())
        with self._reading() as connection:
            return connection.scalar(query) or 0

    def due_now(self, now: datetime) -> int:
        """How many deliveries a worker would make now."""
        query = select(func.count()).where(outbox.c.state == "waiting", _TRIED_NOW, _day_has_come(_TODAY))
        with self._reading() as connection:
            return connection.scalar(query, _times(now)) or 0

    def waiting_since(self, now: datetime) -> datetime | None:
        """Since when the delivery that waits longest could have been made; ``None`` if none waits."""
        today = now.astimezone().date().isoformat()
        query = select(func.min(outbox.c.next_try_at)).where(
            outbox.c.state == "waiting", _day_has_come(today)
        )
        with self._reading() as connection:
            oldest = connection.scalar(query)
        return datetime.fromisoformat(oldest) if oldest else None

    def shows(self, connection: Connection, document_id: str, day: date) -> bool:
        """Whether everybody may find a document somewhere by a day."""
        return any(
            each.action == "publish"
            and each.audience == "public"
            and each.state != "awaiting"
            and (each.not_before is None or each.not_before <= day)
            for each in self._standing(connection, document_id, day)
        )

    def expected(self, today: date | None = None) -> Iterator[Expected]:
        """For every key ever written the newest line that is meant, in order of keys.

        Args:
            today: what ended a publication on a later day than this, while the clock was ahead, has not ended it yet.
        """
        with self._reading() as connection:
            sent: dict[str, dict[int, date | None]] = {}
            removals: dict[str, int] = {}
            for row in connection.execute(_SENT):
                if row.action == "publish":
                    sent.setdefault(row.key, {})[row.version] = _day(row.not_before)
                else:
                    removals[row.key] = max(row.version, removals.get(row.key, 0))
            for each in self._standing(connection, None, today):
                yield replace(each, sent=sent.get(each.key, {}), removal=removals.get(each.key, 0))

    def _standing(
        self, connection: Connection, document_id: str | None, today: date | None
    ) -> list[Expected]:
        """The newest line of each key. A removal that lies in the future, done or not, stands behind what it ends."""
        later = outbox.c.not_before > today.isoformat() if today else false()
        ended = and_(
            outbox.c.action == "withdraw",
            outbox.c.not_before.is_not(None),  # for what is later than no day is neither true nor false
            or_(outbox.c.state == "waiting", later),
        )
        newest = (
            select(outbox.c.key, func.max(outbox.c.id).label("id"))
            .where(~ended, outbox.c.state != "superseded")
            .group_by(outbox.c.key)
        )
        if document_id is not None:
            newest = newest.where(outbox.c.document_id == document_id)
        last = newest.subquery()
        query = select(outbox).join(last, last.c.id == outbox.c.id).order_by(outbox.c.key)
        return [
            Expected(
                row.key, row.document_id, row.audience, row.channel, row.version, row.action, row.state,
                _day(row.not_before), _day(row.due_on), bytes(row.payload), _receipts(row.receipt),
            )
            for row in connection.execute(query)
        ]  # fmt: skip

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with told_as_register_error(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with told_as_register_error(), self._engine.execution_options(reading=True).connect() as connection:
            yield connection

    def _close(
        self, entry: Entry, state: State, receipts: Mapping[str, Receipt], now: datetime | None
    ) -> bool:
        with self._writing() as connection:
            done = connection.execute(
                update(outbox)
                .where(_mine(entry))
                .values(
                    state=state, receipt=_written(receipts), lease_until=None, last_error="",
                    settled_at=_stamp(now) if now else None,
                )
            )  # fmt: skip
        return done.rowcount == 1

    def _supersede(self, connection: Connection, document_id: str) -> None:
        """Drop what is not delivered of a document, but for removals: those go with what is sent instead at once."""
        _overtake(connection, and_(outbox.c.document_id == document_id, ~_AT_ONCE))

    def _published(self, connection: Connection, document_id: str) -> list[tuple[str, Audience, Channel]]:
        """Every key this document was ever sent to; a removal too many harms nobody."""
        query = (
            select(outbox.c.key, outbox.c.audience, outbox.c.channel)
            .where(outbox.c.document_id == document_id, outbox.c.action == "publish")
            .distinct()
            .order_by(outbox.c.key)
        )
        return [(row.key, row.audience, row.channel) for row in connection.execute(query)]

    def _remove_others(
        self, connection: Connection, document_id: str, version: int, keys: Collection[str], now: datetime
    ) -> None:
        for key, audience, channel in self._published(connection, document_id):
            if key not in keys:
                self._put_withdrawal(
                    connection, key, document_id, audience, channel, version, "replaced",
                    now.astimezone().date(), now, at_once=True,
                )  # fmt: skip

    def _line_up(
        self,
        connection: Connection,
        item: PublicItem,
        channel: Channel,
        now: datetime,
        *,
        lane: Lane = "single",
        start: date | None = None,
        due: date | None = None,
    ) -> None:
        publication = item.publication
        start = start or publication.not_before
        # INVARIANT: a removal that was not made yet is overtaken by what goes now, never by what waits for its day.
        if not publication.awaits and (start is None or start <= now.astimezone().date()):
            _overtake(connection, and_(outbox.c.key == item.key(channel), _AT_ONCE))
        self._put(
            connection, key=item.key(channel), document_id=item.document_id, audience=publication.audience,
            channel=channel, version=item.version, action="publish", payload=item.model_dump_json().encode(),
            not_before=_iso(start), due_on=_iso(due or publication.due_on),
            state="awaiting" if publication.awaits else "waiting", lane=_LANES[lane], now=now,
        )  # fmt: skip
        if publication.until is not None:
            self._put_withdrawal(
                connection, item.key(channel), item.document_id, publication.audience, channel, item.version,
                "expired", publication.until + timedelta(1), now,
            )  # fmt: skip

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
        if at_once:
            _overtake(connection, outbox.c.key == key)
        payload = json.dumps({"reason": reason, "on": on.isoformat()}, ensure_ascii=False).encode()
        self._put(
            connection, key=key, document_id=document_id, audience=audience, channel=channel, version=version,
            action="withdraw", payload=payload, not_before=None if at_once else on.isoformat(), due_on=on.isoformat(),
            state="waiting", lane=_URGENT, now=now,
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
        lane: str,
        now: datetime,
    ) -> None:
        connection.execute(
            insert(outbox).values(
                key=key, document_id=document_id, audience=audience, channel=channel, version=version,
                action=action, payload=payload, not_before=not_before, due_on=due_on, state=state,
                attempts=0, next_try_at=_stamp(now), last_error="", receipt="", overtaken=0,
                urgency=f"{lane}:{due_on or _NEVER}",
            )
        )  # fmt: skip


def key_parts(key: str) -> tuple[str, Audience, Channel]:
    """Document, audience and channel a key names; what has no such form is told by its whole, for everybody."""
    parts: list[Any] = key.rsplit("#", 2)
    return (parts[0], parts[1], parts[2]) if len(parts) == 3 else (key, "public", "column")  # noqa: PLR2004


_MOMENT, _TODAY = bindparam("moment", type_=String), bindparam("today", type_=String)
_BEYOND = bindparam("beyond", type_=String)
# What lies farther ahead than anything is put off was written before the clock was set back: a withdrawal does not wait
# for that day to come again.
_FARTHEST = timedelta(hours=2)
_TRIED_NOW = or_(outbox.c.next_try_at <= _MOMENT, outbox.c.next_try_at > _BEYOND)
_LEASE_OVER = or_(outbox.c.lease_until <= _MOMENT, outbox.c.lease_until > _BEYOND)
# Removals to be made at once; those that end a publication have their day.
_AT_ONCE = and_(outbox.c.action == "withdraw", outbox.c.not_before.is_(None))
_SENT = select(outbox.c.key, outbox.c.version, outbox.c.action, outbox.c.not_before).where(
    or_(
        and_(outbox.c.action == "publish", or_(outbox.c.attempts > 0, outbox.c.receipt != "")),
        and_(_AT_ONCE, outbox.c.state.in_(("waiting", "leased")), outbox.c.overtaken == 0),
    )
)
_LET_GO = (
    update(outbox)
    .where(outbox.c.state == "leased", outbox.c.overtaken == 1, _LEASE_OVER)
    .values(state="superseded", lease_until=None)
)


@cache
def _next(order: Literal["died", "urgent", "newest"], resting: frozenset[Route]) -> Select[Any]:
    """The next line to take: one whose worker died, the most urgent, or the newest. Made once: making it costs most."""
    earlier = outbox.alias("earlier")
    blocked = exists().where(
        earlier.c.key == outbox.c.key,
        earlier.c.id < outbox.c.id,
        or_(earlier.c.state == "waiting", earlier.c.state == "leased"),
    )
    ready = {
        "died": and_(outbox.c.state == "leased", _LEASE_OVER, outbox.c.overtaken == 0),
        "urgent": and_(outbox.c.state == "waiting", _TRIED_NOW),
    }
    by = {"urgent": (outbox.c.urgency, outbox.c.id), "newest": (outbox.c.id.desc(),), "died": (outbox.c.id,)}
    query = select(outbox).where(
        ready["died" if order == "died" else "urgent"],
        or_(outbox.c.not_before.is_(None), outbox.c.not_before <= _TODAY),
        ~blocked,
    )
    for channel, audience in sorted(resting):
        query = query.where(or_(outbox.c.channel != channel, outbox.c.audience != audience))
    # INVARIANT: no two workers have one key at a time: the row is locked, and a later one of its key is blocked by it.
    return query.order_by(*by[order]).limit(1).with_for_update(skip_locked=True)


def _overtake(connection: Connection, lines: ColumnElement[bool]) -> None:
    """Drop those of the lines that are not delivered; one that a worker has is not tried again."""
    connection.execute(
        update(outbox)
        .where(lines, outbox.c.state.in_(("waiting", "awaiting", "parked", "manual")))
        .values(state="superseded")
    )
    connection.execute(update(outbox).where(lines, outbox.c.state == "leased").values(overtaken=1))


def _due_again(standing: Expected, start: date | None, today: date) -> date | None:
    """By when what stands is to be there once more: what was not delivered yet keeps its day."""
    return standing.due_on if standing.state != "delivered" else max(today, start or today)


def _mine(entry: Entry) -> ColumnElement[bool]:
    """Still the lease this worker took: each lease counts ``attempts`` up."""
    return and_(outbox.c.id == entry.id, outbox.c.state == "leased", outbox.c.attempts == entry.attempts)


def _times(now: datetime) -> dict[str, str]:
    """What is held against lines that wait."""
    return {
        "moment": _stamp(now), "beyond": _stamp(now + _FARTHEST), "today": now.astimezone().date().isoformat(),
    }  # fmt: skip


def _day_has_come(today: str | BindParameter[str], lines: FromClause = outbox) -> ColumnElement[bool]:
    return or_(lines.c.not_before.is_(None), lines.c.not_before <= today)


def _receipts(text: str) -> dict[str, Receipt]:
    return {name: Receipt.model_validate(data) for name, data in json.loads(text).items()} if text else {}


def _written(receipts: Mapping[str, Receipt]) -> str:
    if not receipts:
        return ""
    return json.dumps(
        {name: each.model_dump() for name, each in sorted(receipts.items())}, ensure_ascii=False
    )


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
