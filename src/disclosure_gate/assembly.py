"""Putting the parts together: rulesets, laws, calendar, catalogue, detectors, readers, plugins."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from disclosure_gate.catalogue import Catalogue
from disclosure_gate.catalogue.elements import Elements
from disclosure_gate.catalogue.limits import Limits
from disclosure_gate.catalogue.organs import Organs
from disclosure_gate.column.publisher import Publisher
from disclosure_gate.detect import Scanner
from disclosure_gate.detect.reader import Reader
from disclosure_gate.law.calendar import WorkingCalendar
from disclosure_gate.law.registry import LawRegistry
from disclosure_gate.plugins.brought import Brought, gathered, load_sound
from disclosure_gate.plugins.builtin import BuiltIn
from disclosure_gate.plugins.guarded import GuardedDetectors, guarded_reader
from disclosure_gate.plugins.manager import PluginManager
from disclosure_gate.redact import Format, formats
from disclosure_gate.rules.facts import FactReader
from disclosure_gate.rules.rulebase import RuleBase

OWN = "disclosure_gate"
"""The plugin that holds our own parts."""
_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Parts:
    """What a gate decides with. Nothing in it is shared with another gate."""

    rules: RuleBase
    laws: LawRegistry
    catalogue: Catalogue
    limits: Limits
    elements: Elements
    organs: Organs
    calendar: WorkingCalendar
    plugins: PluginManager
    scanner: Scanner
    readers: tuple[Reader, ...]
    facts: FactReader
    publishers: tuple[Publisher, ...]
    brought: tuple[Brought, ...]

    @property
    def formats(self) -> tuple[Format, ...]:
        """The readers that can also build a public copy."""
        return tuple(each for each in self.readers if isinstance(each, Format))


def shipped(name: str) -> Path:
    """A data folder that comes with the package: ``rulesets`` or ``examples/documents``.

    In an installed wheel it lies inside the package, in a checkout at the top level.
    """
    packaged = _HERE / f"_{name.split('/', maxsplit=1)[0]}"
    return packaged if packaged.is_dir() else _HERE.parent.parent / name


def assemble(folders: Sequence[Path] | None, plugins: Sequence[object] | None) -> Parts:
    """Load everything.

    Args:
        folders: ruleset folders instead of the shipped ones; where none holds a ``laws.yaml``, the
            shipped registry of laws is used.
        plugins: plugin objects instead of the installed ones.

    Raises:
        RulesetError: every flaw of every file. Plugins that fail are kept as the manager's flaws.
    """
    with _no_collection():
        return _assemble(folders, plugins)


def _assemble(folders: Sequence[Path] | None, plugins: Sequence[object] | None) -> Parts:
    manager = PluginManager()
    manager.register(BuiltIn(folders or [shipped("rulesets")], formats()), OWN, trusted=True)
    if plugins is None:
        manager.register_installed()
    else:
        for plugin in plugins:
            manager.register(plugin, name_of(plugin))
    return joined(manager)


def joined(manager: PluginManager) -> Parts:
    """The parts that the registered plugins bring.

    Raises:
        RulesetError: every flaw of every file of our own.
    """
    brought = gathered(manager)
    loaded, sound = load_sound(brought, shipped("rulesets") / "national" / "laws.yaml", manager.flaws)
    own = [each for each in sound if manager.is_trusted(each.plugin)]
    others = [each for each in sound if not manager.is_trusted(each.plugin)]
    detectors = [(each.plugin, detector) for each in others for detector in each.detectors]
    return Parts(
        loaded.rules,
        loaded.laws,
        loaded.catalogue,
        loaded.limits,
        loaded.elements,
        loaded.organs,
        WorkingCalendar.published(),
        manager,
        Scanner(
            tuple(detector for each in own for detector in each.detectors),
            GuardedDetectors(manager, detectors) if detectors else None,
        ),
        # What we read ourselves, no plugin reads instead: it might see less.
        (
            *(reader for each in own for reader in each.readers),
            *(guarded_reader(manager, each.plugin, reader) for each in others for reader in each.readers),
        ),
        FactReader(loaded.rules.vocabulary),
        tuple(publisher for each in sound for publisher in each.publishers),
        tuple(brought),
    )


@contextmanager
def _no_collection() -> Iterator[None]:
    """Nothing of what is loaded is garbage: looking through it over and over takes a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def name_of(plugin: object) -> str:
    """What a plugin object is called: its ``name``, else its own or its type's."""
    return str(getattr(plugin, "name", None) or getattr(plugin, "__name__", None) or type(plugin).__name__)
