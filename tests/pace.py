"""How slow this machine is: a bound in seconds is set on one machine, and holds on a slower one in proportion."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

_WORK = [{"n": number, "words": ["供热", str(number), "公告"] * 3} for number in range(4_000)]
_THERE = 0.033  # processor seconds of the work below on the machine the bounds were set on


def slowness(clock: Callable[[], float] = time.process_time) -> float:
    """How many times as long as there fixed work takes here now, at least 1; by the wall's clock it waits for others too."""
    return max(1.0, min(_seconds(clock) for _ in range(3)) / _THERE)


def _seconds(clock: Callable[[], float]) -> float:
    """Much is made and little of it stays in the processor, as in reading rules and papers."""
    started = clock()
    read = [json.loads(json.dumps(each)) for each in _WORK]
    kept = {f"{each['n']}{word}": each for each in read for word in each["words"]}
    assert sorted(kept, key=len)
    return clock() - started
