"""How slow this machine is: a bound in seconds is set on one machine, and holds on a slower one in proportion."""

from __future__ import annotations

import time

_WORK = 200_000
_THERE = 0.030  # processor seconds of the work below on the machine the bounds were set on


def slowness() -> float:
    """How many times as long as there fixed work takes here now, at least 1."""
    return max(1.0, min(_seconds() for _ in range(3)) / _THERE)


def _seconds() -> float:
    started = time.process_time()
    kept: dict[int, str] = {}
    for number in range(_WORK):
        kept[number % 997] = str(number)
    return time.process_time() - started
