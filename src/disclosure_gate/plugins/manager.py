"""Plugins: found, loaded, and called, each call in its own guard with a time budget (P10)."""

from __future__ import annotations

import difflib
import inspect
import re
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import Any

import pluggy

from disclosure_gate.model.errors import Failure, Flaw
from disclosure_gate.plugins import hookspecs
from disclosure_gate.plugins.lanes import Answer, Call, Lanes

ENTRY_POINTS = "disclosure_gate"
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
BUDGET = 2.0  # seconds a plugin may take for one call
LOADING = 20.0  # seconds a plugin may take to be imported and made
Check = Callable[[Any, str], Any]
"""Turns what a plugin returned into what its hook promises; raises ``PluginError``."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """All answers to one hook, in plugin-name order, and all failures."""

    answers: tuple[Answer, ...]
    failures: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class Implementation:
    """A hook as one plugin implements it, with the arguments it asks for."""

    plugin: str
    function: Callable[..., Any]
    arguments: tuple[str, ...]


class PluginManager:
    """Holds the plugins and calls their hooks.

    Built-in parts are plugins too, registered with ``trusted=True``: they are called in place. All
    others are called one after another on one guarded thread, see :mod:`disclosure_gate.plugins.lanes`.

    Args:
        budget: seconds a plugin may take for one call.
        specs: the hooks there are.
    """

    def __init__(self, budget: float = BUDGET, specs: ModuleType = hookspecs) -> None:
        self._manager = pluggy.PluginManager(hookspecs.PROJECT)
        self._manager.add_hookspecs(specs)
        self._specs = specs
        self._hooks = {name: inspect.signature(each) for name, each in _hooks_of(specs)}
        self.budget = budget
        self._trusted: set[str] = set()
        self._lanes = Lanes()
        self._implementations: dict[str, tuple[Implementation, ...]] = {}
        self.origins: dict[str, str] = {}
        """The installed package and version of a plugin that was found by its entry point."""
        self.flaws: list[Flaw] = []
        self.notices: list[Flaw] = []
        """What plugins use that will be gone in a later version of the hooks."""

    def register(self, plugin: object, name: str, *, trusted: bool = False) -> None:
        """Add a plugin; what is wrong with it is kept in :attr:`flaws` and holds every document."""
        flaws = list(self._misfits(plugin, name))
        if not flaws:
            try:
                self._manager.register(plugin, name)
                self._manager.check_pending()
            except BaseException as error:  # noqa: BLE001  whatever a plugin does on loading must not stop the others
                if self._manager.get_plugin(name) is plugin:
                    self._manager.unregister(name=name)
                flaws.append(Flaw("E-PLUGIN-LOAD", name, got=type(error).__name__))
        self.flaws += flaws
        self._implementations.clear()
        if trusted:
            self._trusted.add(name)

    def register_installed(self) -> None:
        """Load every plugin that an installed package announces under ``disclosure_gate``."""
        for entry in sorted(entry_points(group=ENTRY_POINTS), key=lambda each: each.name):
            self.register_entry(entry)

    def register_entry(self, entry: EntryPoint) -> None:
        """Import what an entry point names and add it."""
        if entry.dist is not None:
            self.origins[entry.name] = f"{entry.dist.name} {entry.dist.version}"
        if not NAME.fullmatch(entry.name):
            self.flaws.append(Flaw("E-PLUGIN-NAME", entry.name))
            return

        def made() -> object:
            loaded = entry.load()
            return loaded() if isinstance(loaded, type) else loaded

        call = Call(entry.name, "import", made, {}, lambda value, _: value)
        [result] = self._lanes.run([call], LOADING)
        if isinstance(result, Failure):
            code = "E-PLUGIN-LOAD" if result.code == "E-PLUGIN-RAISED" else result.code
            self.flaws.append(Flaw(code, f"{entry.name}.import", got=result.got, expected=entry.value))
        else:
            self.register(result.value, entry.name)

    def names(self) -> list[str]:
        """The registered plugins, in name order."""
        return sorted(name for name, _ in self._manager.list_name_plugin())

    def is_trusted(self, name: str) -> bool:
        """Whether a plugin is a built-in part."""
        return name in self._trusted

    def hooks_of(self, name: str) -> list[str]:
        """The hooks a plugin implements."""
        plugin = self._manager.get_plugin(name)
        callers = self._manager.get_hookcallers(plugin) if plugin is not None else None
        return sorted(caller.name for caller in callers or ())

    def implementations(self, hook: str) -> tuple[Implementation, ...]:
        """Who implements ``hook``, in the order of names, whatever the order of registration (P2)."""
        found = self._implementations.get(hook)
        if found is None:
            found = self._implementations[hook] = tuple(
                sorted(
                    (
                        Implementation(each.plugin_name, each.function, tuple(each.argnames))
                        for each in getattr(self._manager.hook, hook).get_hookimpls()
                    ),
                    key=lambda each: each.plugin,
                )
            )
        return found

    def call(self, hook: str, check: Check, /, **arguments: Any) -> Outcome:
        """Call ``hook`` on every plugin, each in its own guard; answers come in the order of names."""
        implementations = self.implementations(hook)
        if not implementations:
            return _NOBODY
        return self.run(
            Call(
                each.plugin,
                hook,
                each.function,
                {name: arguments[name] for name in each.arguments},
                check,
            )
            for each in implementations
        )

    def run(self, calls: Iterable[Call]) -> Outcome:
        """Make calls of plugins: trusted ones in place, the others in their guard."""
        foreign: list[Call] = []
        results: list[Answer | Failure] = []
        for call in calls:
            if call.plugin in self._trusted:
                # Our own: an error of theirs is ours, and is raised.
                results.append(Answer(call.plugin, call.check(call.function(**call.arguments), call.plugin)))
            else:
                foreign.append(call)
        if foreign:
            results += self._lanes.run(foreign, self.budget)
        answers = [each for each in results if isinstance(each, Answer)]
        failures = [each for each in results if isinstance(each, Failure)]
        answers.sort(key=lambda each: each.plugin)
        return Outcome(tuple(answers), tuple(sorted(failures, key=str)))

    # what does not fit

    def _misfits(self, plugin: object, name: str) -> list[Flaw]:
        """Why a plugin cannot be registered, in the words of who writes it."""
        if self._manager.get_plugin(name) is not None:
            return [Flaw("E-PLUGIN-SHADOWS", name, got=name, expected="a name no other plugin has")]
        try:
            return [*self._newer(plugin, name), *self._hook_misfits(plugin, name)]
        except BaseException as error:  # noqa: BLE001  properties of a plugin may do anything when they are looked at
            return [Flaw("E-PLUGIN-LOAD", name, got=type(error).__name__)]

    def _newer(self, plugin: object, name: str) -> list[Flaw]:
        wanted = getattr(plugin, "hooks_version", 1)
        known = self._specs.VERSION
        if not isinstance(wanted, int) or isinstance(wanted, bool):
            return [
                Flaw(
                    "E-PLUGIN-CONTRACT",
                    f"{name}.hooks_version",
                    got=type(wanted).__name__,
                    expected="a number",
                )
            ]
        if wanted > known:
            return [Flaw("E-PLUGIN-NEWER", name, got=f"hooks_version {wanted}", expected=f"≤ {known}")]
        return []

    def _hook_misfits(self, plugin: object, name: str) -> list[Flaw]:
        flaws: list[Flaw] = []
        implemented = 0
        for member in dir(plugin):
            options: Any = self._manager.parse_hookimpl_opts(plugin, member)
            if options is None and not (member.startswith("dg_") and callable(getattr(plugin, member))):
                continue
            implemented += 1
            where = f"{name}.{member}"
            hook = (options or {}).get("specname") or member
            if hook not in self._hooks:
                if not (options or {}).get("optionalhook"):
                    flaws.append(self._no_such_hook(hook, where))
            elif options is None:
                flaws.append(Flaw("E-PLUGIN-HOOK", where, got="no @hookimpl", expected="@hookimpl above it"))
            elif options["wrapper"] or options["hookwrapper"]:
                # INVARIANT P10: a wrapper would see and change what the others say.
                flaws.append(Flaw("E-PLUGIN-HOOK", where, got="a wrapper", expected="a plain implementation"))
            else:
                flaws += self._argument_misfits(getattr(plugin, member), hook, where)
                self._notice(getattr(plugin, member), hook, where)
        if not implemented:
            # The package instead of its plugin, a name instead of a thing: it would do nothing, and nobody would see.
            got = f"{type(plugin).__name__} without a hook"
            flaws.append(Flaw("E-PLUGIN-HOOK", name, got=got, expected="dg_…, marked @hookimpl"))
        return flaws

    def _notice(self, method: Callable[..., Any], hook: str, where: str) -> None:
        """Tell of what a plugin uses and what will be gone: it works until then."""
        for name in (hook, *(f"{hook}.{argument}" for argument in inspect.signature(method).parameters)):
            retiring = self._specs.RETIRING.get(name)
            if retiring is not None:
                notice = Flaw(
                    "W-PLUGIN-RETIRING", where, got=name, expected=f"until hooks version {retiring.goes_in}",
                    suggestion=retiring.instead,
                )  # fmt: skip
                self.notices.append(notice)
                warnings.warn(notice.message("en"), DeprecationWarning, stacklevel=2)

    def _no_such_hook(self, hook: str, where: str) -> Flaw:
        gone = self._specs.GONE.get(hook, "")
        near = difflib.get_close_matches(hook, self._hooks, n=1)
        return Flaw(
            "E-PLUGIN-HOOK",
            where,
            got=hook,
            expected=" | ".join(self._hooks),
            suggestion=gone or (near[0] if near else ""),
        )

    def _argument_misfits(self, method: Callable[..., Any], hook: str, where: str) -> list[Flaw]:
        known = self._hooks[hook].parameters
        flaws = []
        for argument, parameter in inspect.signature(method).parameters.items():
            if argument in known or parameter.default is not _EMPTY or parameter.kind in _COLLECTING:
                continue
            gone = self._specs.GONE.get(f"{hook}.{argument}")
            near = difflib.get_close_matches(argument, known, n=1)
            flaws.append(
                Flaw(
                    "E-PLUGIN-SIGNATURE",
                    where,
                    got=argument,
                    expected=f"{hook}({', '.join(known)})",
                    suggestion=gone or (near[0] if near else ""),
                )
            )
        return flaws


_NOBODY = Outcome((), ())
_EMPTY = inspect.Parameter.empty
_COLLECTING = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}


def _hooks_of(specs: ModuleType) -> list[tuple[str, Callable[..., Any]]]:
    return [
        (name, each) for name, each in inspect.getmembers(specs, inspect.isfunction) if name.startswith("dg_")
    ]
