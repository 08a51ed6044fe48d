"""Putting the parts together: rulesets, laws, calendar, catalogue, detectors, readers, plugins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from disclosure_gate.catalogue import Catalogue
from disclosure_gate.catalogue import load as load_catalogue
from disclosure_gate.catalogue.organs import Organs
from disclosure_gate.catalogue.organs import load as load_organs
from disclosure_gate.column.publisher import Publisher
from disclosure_gate.detect import Scanner
from disclosure_gate.detect.reader import Reader
from disclosure_gate.law.calendar import WorkingCalendar
from disclosure_gate.law.registry import LawRegistry
from disclosure_gate.model.errors import Flaw
from disclosure_gate.plugins.builtin import BuiltIn
from disclosure_gate.plugins.manager import PluginManager
from disclosure_gate.redact import Format, formats
from disclosure_gate.rules.facts import FactReader
from disclosure_gate.rules.loading import find, load
from disclosure_gate.rules.rulebase import RuleBase
from disclosure_gate.rules.ruleset import FactSource

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Parts:
    """What a gate decides with. Nothing in it is shared with another gate."""

    rules: RuleBase
    laws: LawRegistry
    catalogue: Catalogue
    organs: Organs
    calendar: WorkingCalendar
    plugins: PluginManager
    scanner: Scanner
    readers: tuple[Reader, ...]
    facts: FactReader
    publishers: tuple[Publisher, ...]

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
    manager = PluginManager()
    manager.register(BuiltIn(folders or [shipped("rulesets")], formats()), "disclosure_gate", trusted=True)
    if plugins is None:
        manager.register_installed()
    else:
        for number, plugin in enumerate(plugins):
            manager.register(plugin, _name_of(plugin, number))
    roots = [Path(root) for root in _gathered(manager, "dg_rulesets")]
    laws = [path for root in roots for path in sorted(root.rglob("laws.yaml"))]
    registry = LawRegistry.load(*(laws or [shipped("rulesets") / "national" / "laws.yaml"]))
    rules = load(find(roots), registry, _vocabulary(manager))
    files = [path for root in roots for path in sorted(root.rglob("catalogue.yaml"))]
    catalogue = load_catalogue(
        [*files, *map(Path, _gathered(manager, "dg_catalogues"))],
        registry,
        [path for root in roots for path in sorted(root.rglob("names.yaml"))],
    )
    return Parts(
        rules,
        registry,
        catalogue,
        load_organs(path for root in roots for path in sorted(root.rglob("organs.yaml"))),
        WorkingCalendar.published(),
        manager,
        Scanner(tuple(_gathered(manager, "dg_detectors"))),
        tuple(_gathered(manager, "dg_readers")),
        FactReader(rules.vocabulary),
        tuple(_gathered(manager, "dg_publishers")),
    )


def digest_of(parts: Iterable[str]) -> str:
    """SHA-256 over several strings, unambiguously framed."""
    total = sha256()
    for part in parts:
        data = part.encode()
        total.update(len(data).to_bytes(8, "big") + data)
    return total.hexdigest()


def _gathered(manager: PluginManager, hook: str) -> list[Any]:
    """Everything the plugins hand over at opening; one that fails makes the gate not ready."""
    outcome = manager.call(hook)
    manager.flaws += [Flaw("E-PLUGIN-LOAD", failure.plugin, got=str(failure)) for failure in outcome.failures]
    found: list[Any] = []
    for answer in outcome.answers:
        try:
            found += list(answer.value)
        except TypeError:
            manager.flaws.append(
                Flaw(
                    "E-PLUGIN-CONTRACT",
                    answer.plugin,
                    got=type(answer.value).__name__,
                    expected=f"{hook}: a sequence",
                )
            )
    return found


def _vocabulary(manager: PluginManager) -> dict[str, FactSource]:
    outcome = manager.call("dg_vocabulary")
    manager.flaws += [Flaw("E-PLUGIN-LOAD", failure.plugin, got=str(failure)) for failure in outcome.failures]
    facts: dict[str, FactSource] = {}
    for answer in outcome.answers:
        entries = answer.value if isinstance(answer.value, Mapping) else {"": answer.value}
        for name, entry in entries.items():
            try:
                fact = FactSource.model_validate(entry)
            except ValidationError as error:
                first = error.errors(include_url=False)[0]
                manager.flaws.append(
                    Flaw("E-PLUGIN-CONTRACT", f"{answer.plugin}.dg_vocabulary/{name}", expected=first["msg"])
                )
                continue
            if name in facts:
                manager.flaws.append(
                    Flaw("E-RULE-DUPLICATE", f"{answer.plugin}.dg_vocabulary/{name}", got=name)
                )
            facts.setdefault(name, fact)
    return facts


def _name_of(plugin: object, number: int) -> str:
    name = getattr(plugin, "name", None) or getattr(plugin, "__name__", None) or type(plugin).__name__
    return f"{name}" if number == 0 else f"{name}#{number}"
