"""Plugins: found, loaded, and called one by one, each in its own guard with a time budget (P10)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread
from typing import Any, TypeAlias

import pluggy

from disclosure_gate.model.errors import Flaw
from disclosure_gate.plugins import hookspecs

ENTRY_POINTS = "disclosure_gate"
BUDGET = 2.0  # seconds a plugin may take for one call


@dataclass(frozen=True, slots=True)
class Answer:
    """What one plugin said to one hook."""

    plugin: str
    value: Any = field(repr=False)


@dataclass(frozen=True, slots=True)
class Failure:
    """That a plugin failed: which, at which hook, and how. The message of the error may be content; it is left out."""

    plugin: str
    hook: str
    how: str

    def __str__(self) -> str:
        return f"{self.plugin}.{self.hook}: {self.how}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """All answers to one hook, in plugin-name order, and all failures."""

    answers: tuple[Answer, ...]
    failures: tuple[Failure, ...]


_Call: TypeAlias = tuple[str, Callable[..., Any], dict[str, Any]]
_Result: TypeAlias = tuple[Any, BaseException | None]


class PluginManager:
    """Holds the plugins and calls their hooks.

    Built-in parts are plugins too, registered with ``trusted=True``: they are called in place.
    Others run on a thread of their own, so that one that hangs costs its budget once and is then
    skipped, failing, until it returns.
    """

    def __init__(self, budget: float = BUDGET) -> None:
        self._manager = pluggy.PluginManager(hookspecs.PROJECT)
        self._manager.add_hookspecs(hookspecs)
        self._budget = budget
        self._trusted: set[str] = set()
        self._hung: dict[str, int] = {}
        self._idle: deque[_Lane] = deque()
        self._lock = Lock()
        self.flaws: list[Flaw] = []

    def register(self, plugin: object, name: str, *, trusted: bool = False) -> None:
        """Add a plugin; what is wrong with it is kept in :attr:`flaws` and makes the gate not ready."""
        try:
            self._manager.register(plugin, name)
            self._manager.check_pending()
        except Exception as error:  # noqa: BLE001  whatever a plugin does on loading must not stop the others
            if self._manager.get_plugin(name) is not None:
                self._manager.unregister(name=name)
            self.flaws.append(Flaw("E-PLUGIN-LOAD", name, got=_told(error)))
        else:
            if trusted:
                self._trusted.add(name)

    def register_installed(self) -> None:
        """Load every plugin that an installed package announces under ``disclosure_gate``."""
        for entry in sorted(entry_points(group=ENTRY_POINTS), key=lambda each: each.name):
            try:
                plugin = entry.load()
            except Exception as error:  # noqa: BLE001  whatever a plugin does on loading must not stop the others
                self.flaws.append(Flaw("E-PLUGIN-LOAD", entry.name, got=_told(error)))
            else:
                self.register(plugin() if isinstance(plugin, type) else plugin, entry.name)

    def names(self) -> list[str]:
        """The registered plugins, in name order."""
        return sorted(name for name, _ in self._manager.list_name_plugin())

    def hooks_of(self, name: str) -> list[str]:
        """The hooks a plugin implements."""
        plugin = self._manager.get_plugin(name)
        callers = self._manager.get_hookcallers(plugin) if plugin is not None else None
        return sorted(caller.name for caller in callers or ())

    def implements(self, hook: str) -> bool:
        """Whether any plugin implements ``hook``."""
        return bool(getattr(self._manager.hook, hook).get_hookimpls())

    def call(self, hook: str, **arguments: Any) -> Outcome:
        """Call ``hook`` on every plugin, each in its own guard.

        Answers come in the order of plugin names, whatever the order of registration (P2).
        """
        implementations = sorted(
            getattr(self._manager.hook, hook).get_hookimpls(), key=lambda each: each.plugin_name
        )
        answers: list[Answer] = []
        failures: list[Failure] = []
        foreign: list[_Call] = []
        for each in implementations:
            call = (each.plugin_name, each.function, {name: arguments[name] for name in each.argnames})
            if each.plugin_name in self._trusted:
                _sort_in(each.plugin_name, hook, _attempt(call), answers, failures)
            else:
                foreign.append(call)
        if foreign:
            self._call_foreign(hook, foreign, answers, failures)
        answers.sort(key=lambda each: each.plugin)
        return Outcome(tuple(answers), tuple(sorted(failures, key=str)))

    def _call_foreign(
        self, hook: str, calls: Sequence[_Call], answers: list[Answer], failures: list[Failure]
    ) -> None:
        waiting = []
        for call in calls:
            if self._hung.get(call[0]):
                failures.append(Failure(call[0], hook, "still hanging from an earlier call"))
            else:
                waiting.append(call)
        while waiting:
            lane = self._lane()
            lane.start(waiting)
            for position, call in enumerate(waiting):
                try:
                    result = lane.results.get(timeout=self._budget)
                except Empty:
                    failures.append(Failure(call[0], hook, f"took longer than {self._budget} s"))
                    self._abandon(lane, call[0])
                    waiting = waiting[position + 1 :]
                    break
                _sort_in(call[0], hook, result, answers, failures)
            else:
                with self._lock:
                    self._idle.append(lane)
                return

    def _lane(self) -> _Lane:
        with self._lock:
            return self._idle.pop() if self._idle else _Lane()

    def _abandon(self, lane: _Lane, plugin: str) -> None:
        # The thread cannot be killed. It is told to do nothing more, and its plugin is skipped till it returns.
        lane.abandoned.set()
        with self._lock:
            self._hung[plugin] = self._hung.get(plugin, 0) + 1

        def watch() -> None:
            lane.results.get()
            with self._lock:
                self._hung[plugin] -= 1

        Thread(target=watch, name=f"watch-{plugin}", daemon=True).start()


class _Lane:
    """A thread that makes calls one after another and hands each result over."""

    def __init__(self) -> None:
        self.results: SimpleQueue[_Result] = SimpleQueue()
        self.abandoned = Event()
        self._jobs: SimpleQueue[Sequence[_Call]] = SimpleQueue()
        Thread(target=self._run, name="plugin-lane", daemon=True).start()

    def start(self, calls: Sequence[_Call]) -> None:
        self._jobs.put(calls)

    def _run(self) -> None:
        while True:
            for call in self._jobs.get():
                self.results.put(_attempt(call))
                if self.abandoned.is_set():
                    return


def _attempt(call: _Call) -> _Result:
    try:
        value = call[1](**call[2])
        # A generator runs while it is read: it is read here, inside the guard and its budget.
        return (tuple(value) if isinstance(value, Iterator) else value), None
    except BaseException as error:  # noqa: BLE001  a plugin's SystemExit is an error of the plugin as well
        return None, error


def _sort_in(plugin: str, hook: str, result: _Result, answers: list[Answer], failures: list[Failure]) -> None:
    value, error = result
    if error is not None:
        failures.append(Failure(plugin, hook, f"raised {type(error).__name__}"))
    else:
        answers.append(Answer(plugin, value))


def _told(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:300]
