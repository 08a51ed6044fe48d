"""The guard around every call of a plugin: a thread of its own, a time budget, and everything it may do wrong.

What a guard on a thread can do: wait no longer than the budget, tell Python code that runs on to stop,
refuse network, processes, threads and files, stop reading what has no end, turn every error into a
:class:`Failure`. What it cannot: stop C code that holds the interpreter, measure the memory of one thread,
or survive ``os._exit`` (ADR 23). ``disclosure-gate plugin check`` sees those, in a process of its own.
"""

from __future__ import annotations

import ctypes
import os
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import FrozenInstanceError
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from time import monotonic
from typing import Any, NamedTuple
from weakref import finalize

from pydantic import ValidationError

from disclosure_gate.model.errors import Failure, PluginError
from disclosure_gate.model.frozen import ChangeRefused
from disclosure_gate.plugins.contract import drained
from disclosure_gate.plugins.watch import Trespass, watched

_AGAIN = 0.2  # seconds after which a thread that does not stop is told again


class Answer(NamedTuple):
    """What one plugin said to one hook."""

    plugin: str
    value: Any

    def __repr__(self) -> str:
        return f"<answer of {self.plugin}>"


class Call(NamedTuple):
    """One call to be made: ``check`` turns what comes back into what the hook promises, or refuses it."""

    plugin: str
    hook: str
    function: Callable[..., Any]
    arguments: dict[str, Any]
    check: Callable[[Any, str], Any]

    def __repr__(self) -> str:
        return f"<call of {self.plugin}.{self.hook}>"


class Stopped(BaseException):
    """Raised within a plugin whose time is over. No ``except Exception`` of its own holds it up."""


class Lanes:
    """Threads that make calls. One that hangs is left alone, and its plugin fails until it returns."""

    def __init__(self) -> None:
        self._idle: deque[_Lane] = deque()
        self._process = os.getpid()
        finalize(self, _dismiss, self._idle)
        self._hung: dict[str, int] = {}
        self._lock = Lock()

    def run(self, calls: Sequence[Call], budget: float) -> list[Answer | Failure]:
        """Make the calls one after another on one thread, each in at most ``budget`` seconds."""
        done: list[Answer | Failure] = []
        waiting = []
        for call in calls:
            if self._hung.get(call.plugin):
                done.append(
                    Failure(call.plugin, call.hook, "E-PLUGIN-SLOW", "still hanging from an earlier call")
                )
            else:
                waiting.append(call)
        while waiting:
            lane = self._take()
            lane.start(waiting)
            position = lane.wait(budget)
            if position is None:
                done += lane.results
                with self._lock:
                    self._idle.append(lane)
                break
            hung = waiting[position]
            done += lane.results[:position]
            done.append(Failure(hung.plugin, hung.hook, "E-PLUGIN-SLOW", f"no answer after {budget} s"))
            self._abandon(lane, hung.plugin)
            waiting = [each for each in waiting[position + 1 :] if each.plugin != hung.plugin]
        return done

    def _take(self) -> _Lane:
        with self._lock:
            if self._process != os.getpid():  # a fork has no threads but the one that forked
                self._process = os.getpid()
                self._idle.clear()
                self._hung.clear()
            return self._idle.pop() if self._idle else _Lane()

    def _abandon(self, lane: _Lane, plugin: str) -> None:
        with self._lock:
            self._hung[plugin] = self._hung.get(plugin, 0) + 1

        def watch() -> None:
            lane.end()
            with self._lock:
                self._hung[plugin] -= 1

        Thread(target=watch, name=f"watch-{plugin}", daemon=True).start()


def _dismiss(lanes: deque[_Lane]) -> None:
    """End the threads of lanes nobody will use again, such as those of a gate that was reloaded."""
    for lane in lanes:
        lane.dismiss()


class _Lane:
    """A thread that makes the calls it is given and says when the last is done."""

    def __init__(self) -> None:
        self.results: list[Answer | Failure] = []
        self._now = (0, 0.0)  # the call being made, and since when
        self._abandoned = False
        self._jobs: SimpleQueue[Sequence[Call]] = SimpleQueue()
        self._done: SimpleQueue[None] = SimpleQueue()
        self._thread = Thread(target=self._run, name="plugin-lane", daemon=True)
        self._thread.start()

    def start(self, calls: Sequence[Call]) -> None:
        self.results = []
        self._now = (0, monotonic())
        self._jobs.put(calls)

    def dismiss(self) -> None:
        """Have the thread end when it is idle."""
        self._abandoned = True
        self._jobs.put(())

    def wait(self, budget: float) -> int | None:
        """``None`` when all calls are done; else the place of the one whose time is over."""
        while True:
            position, since = self._now
            left = since + budget - monotonic()
            try:
                self._done.get(timeout=max(left, 0.0))
            except Empty:
                if self._now[0] == position and monotonic() - since >= budget:
                    self._abandoned = True
                    return position
            else:
                return None

    def end(self) -> None:
        """Have an abandoned thread stop, and return when it did."""
        while True:
            try:
                self._done.get(timeout=_AGAIN)
            except Empty:
                if not self._thread.is_alive():
                    return
                # CPython raises it at the next instruction of Python code; code in C hears it when it returns.
                ctypes.pythonapi.PyThreadState_SetAsyncExc(
                    ctypes.c_ulong(self._thread.ident or 0), ctypes.py_object(Stopped)
                )
            else:
                return

    def _stop(self) -> bool:
        return self._abandoned

    def _run(self) -> None:
        try:
            with watched() as reached:
                while not self._stop():
                    for position, call in enumerate(self._jobs.get()):
                        self._now = (position, monotonic())
                        self.results.append(attempt(call, reached))
                        if self._stop():
                            break
                    self._done.put(None)
        except Stopped:  # it came after the call had returned
            return


def attempt(call: Call, reached: list[Trespass]) -> Answer | Failure:
    """Make one call here and now.

    Args:
        call: the call.
        reached: where the watch over this thread notes what is reached for; empty again afterwards.
    """
    result: Answer | Failure
    try:
        value = drained(call.function(**call.arguments))
    except BaseException as error:  # noqa: BLE001  a plugin's SystemExit is an error of the plugin as well
        result = _raised(call, error)
    else:
        try:
            result = Answer(call.plugin, call.check(value, call.plugin))
        except PluginError as refused:
            flaw = refused.flaws[0]
            place = flaw.where.partition(".")[2] or call.hook
            result = Failure(call.plugin, place, flaw.code, flaw.got, flaw.expected, flaw.suggestion)
        except BaseException as error:  # noqa: BLE001  objects of a plugin may do anything when they are looked at
            result = _raised(call, error)
    if reached:
        # Having caught the refusal does not undo it.
        code = "E-PLUGIN-WRITES" if reached[0].kind == "file" else "E-PLUGIN-REACHES"
        result = Failure(call.plugin, call.hook, code, f"{reached[0].kind}: {reached[0].event}")
        reached.clear()
    return result


def _raised(call: Call, error: BaseException) -> Failure:
    if isinstance(error, Stopped):
        return Failure(call.plugin, call.hook, "E-PLUGIN-SLOW")
    frozen = isinstance(error, ValidationError) and any(
        each["type"] == "frozen_instance" for each in error.errors(include_input=False, include_url=False)
    )
    if frozen or isinstance(error, ChangeRefused | FrozenInstanceError):
        return Failure(call.plugin, call.hook, "E-PLUGIN-CHANGES", type(error).__name__)
    if isinstance(error, MemoryError):
        return Failure(call.plugin, call.hook, "E-PLUGIN-MEMORY", type(error).__name__)
    return Failure(call.plugin, call.hook, "E-PLUGIN-RAISED", type(error).__name__)
