"""Whether the sidecar can decide and record; what cannot is named."""

from __future__ import annotations

from datetime import datetime, timedelta

from disclosure_gate.gate import Gate
from disclosure_gate.model.errors import Flaw, RegisterError

_LAG = timedelta(minutes=15)


def hindrances(gate: Gate, now: datetime) -> tuple[list[Flaw], list[Flaw]]:
    """What keeps it from deciding or recording, and what only needs somebody's attention."""
    missing, troubles = list(gate.problems), []
    if not gate.parts.rules.rules:
        missing.append(Flaw("E-NO-RULES"))
    assert gate.register is not None  # noqa: S101  the application refuses a gate without one
    assert gate.outbox is not None  # noqa: S101  it comes with the register
    try:
        gate.register.try_writing()
        lag = gate.outbox.waiting_since(now)
        parked = gate.outbox.counts().get("parked", 0)
    except RegisterError as error:
        missing += error.flaws
    else:
        if lag is not None and now - lag > _LAG:
            troubles.append(Flaw("E-OUTBOX-LAG", got=lag.isoformat(timespec="seconds")))
        if parked:
            troubles.append(Flaw("E-OUTBOX-PARKED", got=str(parked)))
    today = now.astimezone().date()
    if not gate.parts.calendar.covers(today):
        troubles.append(Flaw("E-CALENDAR-YEAR", got=str(today.year)))
    return missing, troubles
