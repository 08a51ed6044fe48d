"""What every plugin brings, by name: rulesets, facts, rules, rows, detectors, readers, publishers, version, flaws."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from disclosure_gate.law.source import read
from disclosure_gate.model.errors import Flaw, GateError
from disclosure_gate.plugins.brought import Brought
from disclosure_gate.plugins.manager import PluginManager
from disclosure_gate.rules.loading import find
from disclosure_gate.rules.rulebase import RuleBase


def inventory(
    brought: Iterable[Brought], rules: RuleBase, manager: PluginManager, lang: str
) -> dict[str, Any]:
    """JSON data for ``plugin list``."""
    by_name = {each.plugin: each for each in brought}
    names = [*by_name, *sorted({_owner(flaw) for flaw in manager.flaws} - set(by_name))]
    return {
        "plugins": [_entry(by_name.get(name, Brought(name)), rules, manager, lang) for name in names],
        "problems": [flaw.as_json(lang) for flaw in manager.flaws],
        "notices": [flaw.as_json(lang) for flaw in manager.notices],
    }


def ruleset_ids(brought: Brought) -> list[str]:
    """The ids of the rulesets a plugin brings, sound or not."""
    found = []
    for folder in find(root for root in brought.rulesets if root.is_dir()):
        with suppress(GateError):
            data = read(folder / "ruleset.yaml", folder.parent).data
            if isinstance(data, dict):
                found.append(str(data.get("ruleset")))
    return found


def row_ids(brought: Brought) -> list[str]:
    """The ids of the catalogue rows a plugin brings, sound or not."""
    found: list[str] = []
    for path in [*_all(brought.rulesets, "catalogue.yaml"), *brought.catalogues]:
        with suppress(GateError):
            data = read(path, path.parent).data
            rows = data.get("catalogue") if isinstance(data, dict) else None
            found += [
                f"{data['domain']}/{row['id']}" for row in rows or () if isinstance(row, dict) and "id" in row
            ]
    return found


def _entry(brought: Brought, rules: RuleBase, manager: PluginManager, lang: str) -> dict[str, Any]:
    ids = ruleset_ids(brought)
    versions = {each.id: each.version for each in rules.rulesets}
    flaws = [flaw for flaw in manager.flaws if _owner(flaw) == brought.plugin]
    return {
        "name": brought.plugin,
        "package": manager.origins.get(brought.plugin, ""),
        "ok": not flaws,
        "hooks": manager.hooks_of(brought.plugin),
        "rulesets": [f"{each} {versions.get(each, '')}".strip() for each in ids],
        "facts": sorted(
            {
                *brought.facts,
                *(
                    fact.name
                    for fact in rules.vocabulary.facts.values()
                    if fact.source in ids and not fact.concept
                ),
            }
        ),
        "rules": [rule.id for rule in rules.rules if rule.ruleset in ids],
        "rows": row_ids(brought),
        "detectors": sorted(each.name for each in brought.detectors),
        "readers": sorted(each.name for each in brought.readers),
        "publishers": sorted(each.name for each in brought.publishers),
        "flaws": [flaw.as_json(lang) for flaw in flaws],
    }


def _owner(flaw: Flaw) -> str:
    return flaw.where.partition(".")[0].partition(" ")[0]


def _all(roots: Iterable[Path], name: str) -> list[Path]:
    return [path for root in roots for path in sorted(root.rglob(name))]
