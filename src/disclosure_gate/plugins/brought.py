"""What plugins bring when the gate opens: rulesets, facts, rows, detectors, readers, publishers.

Everything is loaded together. Where that fails, the plugins that are to blame are left out, each with its
flaws, and the others are loaded as if they were alone; every document is held as long as that is so (P10).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from disclosure_gate.catalogue import Catalogue
from disclosure_gate.catalogue import load as load_catalogue
from disclosure_gate.catalogue.elements import Elements
from disclosure_gate.catalogue.elements import load as load_elements
from disclosure_gate.catalogue.limits import Limits
from disclosure_gate.catalogue.limits import load as load_limits
from disclosure_gate.catalogue.organs import Organs
from disclosure_gate.catalogue.organs import load as load_organs
from disclosure_gate.column.publisher import Publisher
from disclosure_gate.detect import Detector
from disclosure_gate.detect.reader import Reader
from disclosure_gate.law.registry import LawRegistry
from disclosure_gate.model.errors import Flaw, RulesetError
from disclosure_gate.plugins import contract
from disclosure_gate.plugins.manager import PluginManager
from disclosure_gate.rules.loading import find, load
from disclosure_gate.rules.rulebase import RuleBase
from disclosure_gate.rules.ruleset import FactSource


@dataclass(slots=True)
class Brought:
    """What one plugin brings."""

    plugin: str
    trusted: bool = False
    rulesets: list[Path] = field(default_factory=list)
    catalogues: list[Path] = field(default_factory=list)
    facts: dict[str, FactSource] = field(default_factory=dict)
    detectors: list[Detector] = field(default_factory=list)
    readers: list[Reader] = field(default_factory=list)
    publishers: list[Publisher] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What files of rulesets come to."""

    rules: RuleBase
    laws: LawRegistry
    catalogue: Catalogue
    limits: Limits
    elements: Elements
    organs: Organs


def gathered(manager: PluginManager) -> list[Brought]:
    """What every plugin brings, in the order of names; what fails is among the manager's flaws."""
    brought = {name: Brought(name, manager.is_trusted(name)) for name in manager.names()}
    checks = {
        "rulesets": ("dg_rulesets", lambda value, plugin: contract.paths(value, plugin, "dg_rulesets")),
        "catalogues": ("dg_catalogues", lambda value, plugin: contract.paths(value, plugin, "dg_catalogues")),
        "facts": ("dg_vocabulary", contract.vocabulary),
        "detectors": ("dg_detectors", contract.detectors),
        "readers": ("dg_readers", contract.readers),
        "publishers": ("dg_publishers", contract.publishers),
    }
    for part, (hook, check) in checks.items():
        outcome = manager.call(hook, check)
        manager.flaws += [failure.flaw() for failure in outcome.failures]
        for answer in outcome.answers:
            value = _facts(manager, answer.plugin, answer.value) if part == "facts" else answer.value
            setattr(brought[answer.plugin], part, value)
    return list(brought.values())


def load_sound(brought: Sequence[Brought], laws: Path, flaws: list[Flaw]) -> tuple[Loaded, list[Brought]]:
    """Load what is brought, without the plugins that make that fail; their flaws are added to ``flaws``.

    Args:
        brought: everything, our own parts among it.
        laws: the registry of laws where nobody brings one.
        flaws: receives what is wrong with plugins.

    Raises:
        RulesetError: our own parts do not load.
    """
    own = [each for each in brought if each.trusted]
    others = [each for each in brought if not each.trusted]
    try:
        _same_names(brought)
        return _load(brought, laws), list(brought)
    except RulesetError:
        _load(own, laws)
    alone: list[Brought] = []
    for each in others:
        found = _flaws_of([*own, each], laws)
        flaws += [_by(each, flaw) for flaw in found]
        if not found:
            alone.append(each)
    bad = _clashing(own, alone, laws, flaws)
    sound = [each for each in brought if each.trusted or (each in alone and each.plugin not in bad)]
    return _load(sound, laws), sound


def _clashing(own: list[Brought], others: list[Brought], laws: Path, flaws: list[Flaw]) -> set[str]:
    """Plugins that load alone and not together. Who takes a name that begins with another's is to blame, else both."""
    bad: set[str] = set()
    kept: list[Brought] = []
    for each in others:
        if not _flaws_of([*own, *kept, each], laws):
            kept.append(each)
            continue
        for other in kept:
            found = _flaws_of([*own, other, each], laws)
            if found:
                bad |= {plugin.plugin for plugin in _to_blame(other, each, found)}
                for plugin, rival in ((other, each), (each, other)):
                    if plugin.plugin in bad:
                        flaws += [_shadow(plugin, rival, flaw) for flaw in found]
    return bad


def _to_blame(one: Brought, other: Brought, found: Sequence[Flaw]) -> list[Brought]:
    taken = [flaw.got for flaw in found if flaw.got]
    for owner, thief in ((one, other), (other, one)):
        if taken and all(_belongs(name, owner.plugin) for name in taken):
            return [thief]
    return [one, other]


def _belongs(name: str, plugin: str) -> bool:
    own = plugin.replace("-", "_")
    return name.replace("-", "_").removeprefix("plugins/").removeprefix("domains/").startswith(own)


def _shadow(plugin: Brought, rival: Brought, flaw: Flaw) -> Flaw:
    return Flaw(
        "E-PLUGIN-SHADOWS",
        f"{plugin.plugin}.{_hook(flaw)}",
        got=flaw.got,
        expected=f"a name {rival.plugin} does not use",
    )


def _by(plugin: Brought, flaw: Flaw) -> Flaw:
    return Flaw(
        flaw.code, f"{plugin.plugin}.{_hook(flaw)} {flaw.where}", flaw.got, flaw.expected, flaw.suggestion
    )


def _hook(flaw: Flaw) -> str:
    if flaw.where.startswith("dg_"):
        return flaw.where.partition(":")[0]
    return "dg_catalogues" if "catalogue.yaml" in flaw.where else "dg_rulesets"


def _flaws_of(brought: Sequence[Brought], laws: Path) -> tuple[Flaw, ...]:
    try:
        _same_names(brought)
        _load(brought, laws)
    except RulesetError as error:
        return error.flaws
    return ()


def _same_names(brought: Sequence[Brought]) -> None:
    """Refuse two facts, detectors, readers or publishers of one name."""
    flaws = []
    for hook, named in (
        ("dg_vocabulary", [name for each in brought for name in each.facts]),
        ("dg_detectors", [detector.name for each in brought for detector in each.detectors]),
        ("dg_readers", [reader.name for each in brought for reader in each.readers]),
        ("dg_publishers", [publisher.name for each in brought for publisher in each.publishers]),
    ):
        seen: set[str] = set()
        for name in named:
            if name in seen:
                flaws.append(Flaw("E-PLUGIN-SHADOWS", hook, got=name, expected="a name of its own"))
            seen.add(name)
    if flaws:
        raise RulesetError(flaws=tuple(flaws))


def _load(brought: Iterable[Brought], shipped_laws: Path) -> Loaded:
    brought = list(brought)
    roots = [root for each in brought for root in each.rulesets]
    ours = [path for each in brought if each.trusted for path in _found(each.rulesets, "laws.yaml")]
    theirs = [path for each in brought if not each.trusted for path in _found(each.rulesets, "laws.yaml")]
    registry = LawRegistry.load(*(ours or [shipped_laws]), *theirs)
    facts = {name: fact for each in brought for name, fact in each.facts.items()}
    rules = load(find(roots), registry, facts)
    files = [*_found(roots, "catalogue.yaml"), *(path for each in brought for path in each.catalogues)]
    catalogue = load_catalogue(files, registry, _found(roots, "names.yaml"))
    limits = load_limits(_found(roots, "limits.yaml"), registry)
    elements = load_elements(_found(roots, "elements.yaml"), registry, [row.id for row in catalogue.rows()])
    return Loaded(rules, registry, catalogue, limits, elements, load_organs(_found(roots, "organs.yaml")))


def _found(roots: Iterable[Path], name: str) -> list[Path]:
    return [path for root in roots for path in sorted(root.rglob(name))]


def _facts(manager: PluginManager, plugin: str, entries: Any) -> dict[str, FactSource]:
    facts = {}
    for name, entry in entries.items():
        where = f"{plugin}.dg_vocabulary ({name})"
        try:
            facts[name] = FactSource.model_validate(entry)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            manager.flaws.append(
                Flaw("E-PLUGIN-CONTRACT", where, got="/".join(map(str, first["loc"])), expected=first["msg"])
            )
    return facts
