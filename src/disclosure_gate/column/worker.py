"""The worker: takes deliveries from the outbox and makes them, at least once each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from random import Random
from threading import Thread

from disclosure_gate.column.outbox import Entry, Outbox, Route
from disclosure_gate.column.publisher import Publisher, Receipt, Settling, serves
from disclosure_gate.events import LogEvent, log
from disclosure_gate.model.errors import PublishError

LEASE_SECONDS = 120.0
BUDGET = 45.0
"""Seconds a receiver may take for one delivery; well below the lease, so that no other worker comes between."""
FIRST_DELAY = 5.0
LONGEST_DELAY = 3600.0
ATTEMPTS = 12
PATIENCE = 5
"""So many failures of one receiver on end, and it is left alone for a while."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one entry: delivered, manual, failed (tried again later), parked, or lost to another worker."""

    entry: Entry
    outcome: str
    code: str = ""


class Worker:
    """Delivers what is due. A poison item is parked and blocks nobody; a receiver that is away rests and parks nothing.

    Several workers may share an outbox. Each publisher is called on a thread of its own, so that one that
    hangs costs its budget once and then rests until it returns.
    """

    def __init__(
        self,
        outbox: Outbox,
        publishers: Sequence[Publisher],
        rng: Random,
        attempts: int = ATTEMPTS,
        budget: float = BUDGET,
    ) -> None:
        self._outbox = outbox
        self._receivers = [_Receiver(each, budget) for each in sorted(publishers, key=lambda each: each.name)]
        self._rng = rng
        self._attempts = attempts
        self.unsettled: tuple[str, ...] = ()
        """The publishers whose lists the last run could not bring up to date; the next one does."""

    def run(
        self,
        now: Callable[[], datetime],
        told: Callable[[Delivery], None] = lambda _: None,
        limit: int | None = None,
        stop: Callable[[], bool] = lambda: False,
    ) -> list[Delivery]:
        """Make every delivery that is due now, at most ``limit``, until ``stop``; returns what became of each."""
        made: list[Delivery] = []
        while (limit is None or len(made) < limit) and not stop():
            moment = now()
            entry = self._outbox.lease(moment, LEASE_SECONDS, self._resting(moment))
            if entry is None:
                break
            done = self._deliver(entry, moment)
            made.append(done)
            told(done)
        self.unsettled = tuple(each.name for each in self._receivers if not _settled(each))
        return made

    def _deliver(self, entry: Entry, now: datetime) -> Delivery:
        receivers = [
            each for each in self._receivers if serves(each.publisher, entry.channel, entry.audience)
        ]
        if not receivers:
            kept = self._outbox.manual(entry)
            return Delivery(entry, "manual" if kept else "lost")
        receipts, codes = dict(entry.receipts), []
        for each in receivers:
            if each.name in receipts:
                continue  # it has this version already; another receiver of the channel did not
            try:
                receipts[each.name] = each.hand_over(entry, now)
            except Exception as error:  # noqa: BLE001  a publisher is a plugin: whatever it raises is a failed delivery
                code = error.code if isinstance(error, PublishError) else f"E-PUBLISH {type(error).__name__}"
                codes.append(f"{each.name}: {code}")
                each.failed(now, self._delay)
                log(
                    LogEvent.DELIVERY_FAILED, key=entry.key, version=entry.version, publisher=each.name,
                    code=code, attempts=entry.attempts,
                )  # fmt: skip
            else:
                each.worked()
                log(LogEvent.DELIVERED, key=entry.key, version=entry.version, publisher=each.name)
        if codes:
            outcome = self._outbox.failed(
                entry, "; ".join(codes), now + self._delay(entry.attempts), receipts, patience=self._attempts
            )
            return Delivery(entry, outcome, codes[0])
        kept = self._outbox.delivered(entry, receipts, now)
        return Delivery(entry, "delivered" if kept else "lost")

    def _resting(self, now: datetime) -> set[Route]:
        return {route for each in self._receivers if each.rests(now) for route in each.routes}

    def _delay(self, attempts: int) -> timedelta:
        """Doubling, with jitter, so that many failures do not come back at one moment."""
        seconds = min(LONGEST_DELAY, FIRST_DELAY * 2 ** min(attempts - 1, 30))
        return timedelta(seconds=seconds * (0.5 + self._rng.random() / 2))


class _Receiver:
    """One publisher, its thread, and how it has been doing."""

    def __init__(self, publisher: Publisher, budget: float) -> None:
        self.publisher = publisher
        self.name = publisher.name
        self.routes: frozenset[Route] = frozenset(
            (channel, audience)
            for channel in publisher.channels
            for audience in publisher.audiences
            if serves(publisher, channel, audience)
        )
        self._budget = budget
        self._calls: SimpleQueue[tuple[Callable[[], Receipt], SimpleQueue[Receipt | Exception]]] = (
            SimpleQueue()
        )
        self._thread: Thread | None = None
        self._hangs: SimpleQueue[Receipt | Exception] | None = None
        self._failures = 0
        self._rests_until: datetime | None = None

    def hand_over(self, entry: Entry, now: datetime) -> Receipt:
        """Deliver, and hold the receipt against what was delivered.

        Raises:
            PublishError: no answer in time, or a receipt for something else.
        """
        if self._still_hangs():
            raise PublishError("E-PUBLISH", got="no answer yet to an earlier delivery")
        answer: SimpleQueue[Receipt | Exception] = SimpleQueue()
        if self._thread is None:
            self._thread = Thread(target=self._serve, name=f"publisher {self.name}", daemon=True)
            self._thread.start()
        self._calls.put((lambda: self._call(entry, now), answer))
        try:
            receipt = answer.get(timeout=self._budget)
        except Empty:
            self._hangs = answer
            raise PublishError("E-PUBLISH", got=f"no answer in {self._budget:g} s") from None
        if isinstance(receipt, Exception):
            raise receipt
        _check(receipt, entry)
        return receipt

    def worked(self) -> None:
        """It is there."""
        self._failures, self._rests_until = 0, None

    def failed(self, now: datetime, delay: Callable[[int], timedelta]) -> None:
        """It failed once more on end."""
        self._failures += 1
        if self._failures >= PATIENCE:
            self._rests_until = now + delay(self._failures - PATIENCE + 1)

    def rests(self, now: datetime) -> bool:
        """Whether it is left alone now."""
        return self._still_hangs() or (self._rests_until is not None and now < self._rests_until)

    def settle(self) -> None:
        """Let it bring up to date what is made from many items, such as lists."""
        if isinstance(self.publisher, Settling) and not self._still_hangs():
            self.publisher.settle()

    def _call(self, entry: Entry, now: datetime) -> Receipt:
        if entry.action == "publish":
            at = now.astimezone().strftime("%Y-%m-%d %H:%M")
            return self.publisher.publish(entry.key, entry.item(), at)
        reason, on = entry.withdrawal()
        return self.publisher.withdraw(entry.key, entry.version, reason, on)

    def _serve(self) -> None:
        while True:
            call, answer = self._calls.get()
            try:
                answer.put(call())
            except Exception as error:  # noqa: BLE001  handed to the worker, which tells it
                answer.put(error)

    def _still_hangs(self) -> bool:
        if self._hangs is not None and not self._hangs.empty():
            self._hangs = None  # what it answers too late counts for nothing: the delivery is made again
        return self._hangs is not None


def _settled(receiver: _Receiver) -> bool:
    """Bring its lists up to date; one that cannot keeps nobody else from it, and no worker from going on."""
    try:
        receiver.settle()
    except Exception as error:  # noqa: BLE001  a publisher is a plugin
        code = error.code if isinstance(error, PublishError) else f"E-PUBLISH {type(error).__name__}"
        log(LogEvent.DELIVERY_FAILED, key="", version=0, publisher=receiver.name, code=code, attempts=1)
        return False
    return True


def _check(receipt: object, entry: Entry) -> None:
    """A receipt counts only for this item and version: published, withdrawn, or the receiver knew a newer one."""
    right = isinstance(receipt, Receipt) and receipt.key == entry.key
    if right and isinstance(receipt, Receipt):
        wanted = "published" if entry.action == "publish" else "withdrawn"
        right = (
            receipt.version == entry.version
            if receipt.outcome == wanted
            else receipt.outcome == "stale" and receipt.version >= entry.version
        )
    if not right:
        raise PublishError("E-PUBLISH", got="a receipt for something else")
