"""One call of a plugin, looked at from all sides: what it gave, took, said, changed and reached for."""

from __future__ import annotations

import io
import logging
import tracemalloc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field, fields, is_dataclass
from threading import Thread
from time import perf_counter
from typing import Any

import structlog
from pydantic import BaseModel

from disclosure_gate.law.registry import LawRegistry
from disclosure_gate.model.content import Blob, Content
from disclosure_gate.model.errors import Failure
from disclosure_gate.plugins.lanes import Answer, Call, Lanes
from disclosure_gate.plugins.watch import refuse


@dataclass(frozen=True, slots=True)
class Observed:
    """What one call came to. ``seconds`` is measured without, ``peak`` (bytes) with the eyes on memory."""

    result: Answer | Failure = field(repr=False)
    seconds: float
    peak: int
    printed: str = field(repr=False)
    logged: str = field(repr=False)
    changed: bool


def observe(call: Call, lanes: Lanes, patience: float, *, memory: bool = False) -> Observed:
    """Make a call on a guarded thread.

    Args:
        call: what to call.
        lanes: the threads.
        patience: seconds after which it hangs.
        memory: whether its memory is measured, which makes it several times slower.
    """
    before = seen_in(call.arguments)
    with listening() as said, _no_threads():
        if memory:
            tracemalloc.start()
        start = perf_counter()
        [result] = lanes.run([call], patience)
        seconds = perf_counter() - start
        peak = 0
        if memory:
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
    printed, logged = said()
    return Observed(result, seconds, peak, printed, logged, before != seen_in(call.arguments))


@contextmanager
def _no_threads() -> Iterator[None]:
    """Refuse threads as the audit hook does where Python tells it of them, from 3.12 on."""
    start = Thread.start

    def refused(thread: Thread) -> None:
        refuse("thread", "threading.Thread.start")
        start(thread)

    Thread.start = refused  # type: ignore[method-assign,assignment]  # for the length of one call
    try:
        yield
    finally:
        Thread.start = start  # type: ignore[method-assign]


@contextmanager
def listening() -> Iterator[Any]:
    """What is printed and logged meanwhile, as a function that gives both."""
    out, lines = io.StringIO(), []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(f"{record.getMessage()} {record.exc_text or ''} {record.args or ''}")

    listener, root = Listener(), logging.getLogger()
    level, configured = root.level, structlog.is_configured()
    root.addHandler(listener)
    root.setLevel(logging.DEBUG)
    try:
        with structlog.testing.capture_logs() as events, redirect_stdout(out), redirect_stderr(out):
            yield lambda: (out.getvalue(), "\n".join([*lines, *map(str, events)]))
    finally:
        root.removeHandler(listener)
        root.setLevel(level)
        if not configured:  # capturing configures it
            structlog.reset_defaults()


def seen_in(value: Any) -> Any:
    """Everything a value holds, down to the last character, as something that can be compared later."""
    match value:
        case Content() | Blob():
            return value.reveal()
        case LawRegistry():
            return (value.digest, tuple(value.ids()))
        case BaseModel():
            return (
                type(value).__name__,
                *((name, seen_in(each)) for name, each in sorted(value.__dict__.items())),
            )
        case Mapping():
            return tuple((seen_in(name), seen_in(each)) for name, each in value.items())
        case list() | tuple():
            return tuple(seen_in(each) for each in value)
        case _ if is_dataclass(value) and not isinstance(value, type):
            return (type(value).__name__, *(seen_in(getattr(value, each.name)) for each in fields(value)))
        case _:
            return value


def texts_in(value: Any) -> Iterator[str]:
    """Every text within a value."""
    found = seen_in(value)
    stack = [found]
    while stack:
        each = stack.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, tuple):
            stack += each
