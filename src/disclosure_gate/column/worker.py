"""The worker: takes deliveries from the outbox and makes them, at least once each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from disclosure_gate.column.outbox import Entry, Outbox
from disclosure_gate.column.publisher import Publisher, Receipt, serves
from disclosure_gate.model.errors import PublishError

LEASE_SECONDS = 60.0
FIRST_DELAY = 5.0
LONGEST_DELAY = 3600.0
ATTEMPTS = 12


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one entry: delivered, manual, failed (tried again later) or parked."""

    entry: Entry
    outcome: str
    code: str = ""


class Worker:
    """Delivers what is due. A poison item is parked and blocks nobody."""

    def __init__(
        self, outbox: Outbox, publishers: Sequence[Publisher], rng: Random, attempts: int = ATTEMPTS
    ) -> None:
        self._outbox = outbox
        self._publishers = sorted(publishers, key=lambda each: each.name)
        self._rng = rng
        self._attempts = attempts

    def run(
        self, now: Callable[[], datetime], told: Callable[[Delivery], None] = lambda _: None
    ) -> list[Delivery]:
        """Make every delivery that is due now; returns what became of each."""
        made: list[Delivery] = []
        while True:
            moment = now()
            entry = self._outbox.lease(moment, LEASE_SECONDS)
            if entry is None:
                return made
            done = self._deliver(entry, moment)
            made.append(done)
            told(done)

    def _deliver(self, entry: Entry, now: datetime) -> Delivery:
        publisher = next(
            (each for each in self._publishers if serves(each, entry.channel, entry.audience)), None
        )
        if publisher is None:
            self._outbox.manual(entry)
            return Delivery(entry, "manual")
        try:
            receipt = self._hand_over(publisher, entry, now)
            if receipt.key != entry.key:
                raise PublishError("E-PUBLISH", got="a receipt for another item")  # noqa: TRY301  treated like any failure
        except Exception as error:  # noqa: BLE001  a publisher is a plugin: whatever it raises is a failed delivery
            code = error.code if isinstance(error, PublishError) else f"E-PUBLISH {type(error).__name__}"
            parked = entry.attempts >= self._attempts
            self._outbox.failed(entry, code, None if parked else now + self._delay(entry.attempts))
            return Delivery(entry, "parked" if parked else "failed", code)
        self._outbox.delivered(entry, receipt)
        return Delivery(entry, "delivered")

    def _hand_over(self, publisher: Publisher, entry: Entry, now: datetime) -> Receipt:
        if entry.action == "publish":
            return publisher.publish(entry.key, entry.item(), now.astimezone().strftime("%Y-%m-%d %H:%M"))
        reason, on = entry.withdrawal()
        return publisher.withdraw(entry.key, entry.version, reason, on)

    def _delay(self, attempts: int) -> timedelta:
        """Doubling, with jitter, so that many failures do not come back at one moment."""
        seconds = min(LONGEST_DELAY, FIRST_DELAY * 2 ** (attempts - 1))
        return timedelta(seconds=seconds * (0.5 + self._rng.random() / 2))
