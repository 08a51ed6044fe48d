"""From folders of YAML to a rulebase: read, typed against the vocabulary, layered, or refused with every flaw."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from disclosure_gate.law.registry import LawRegistry
from disclosure_gate.law.source import Source, Trail, read, read_model
from disclosure_gate.model.codes import CODES
from disclosure_gate.model.document import closest
from disclosure_gate.model.errors import Flaw, RulesetError
from disclosure_gate.model.findings import (
    CODE_BEGINS,
    Cap,
    Derive,
    Duty,
    Effect,
    Exempt,
    Hold,
    KeepSpans,
    Lift,
    Oblige,
    Offer,
    Residue,
    Warn,
)  # fmt: skip
from disclosure_gate.rules.conditions import MAX_CLAUSES, All, clause_count, negate, parse, tests
from disclosure_gate.rules.rulebase import RuleBase
from disclosure_gate.rules.ruleset import (
    EFFECTS,
    CaseFile,
    FactFile,
    FactSource,
    Manifest,
    Rule,
    RuleFile,
    Ruleset,
    RuleSource,
)  # fmt: skip
from disclosure_gate.rules.vocabulary import Cue, Fact, Presumption, Vocabulary, given_facts

_RESERVED = {"all", "any", "not"}
_FILE_KEYS = ("facts", "rules", "tests", "catalogue", "laws")
_OURS = re.compile(rb"^(?:\xef\xbb\xbf)?(?:ruleset|rules|facts|tests|catalogue|laws):", re.MULTILINE)


def find(roots: Iterable[Path]) -> list[Path]:
    """The ruleset folders below ``roots``: those that hold a ``ruleset.yaml``, in path order.

    Raises:
        RulesetError: ``E-FILE``; a root is no folder, or a file of rules would be left unread.
    """
    folders: list[Path] = []
    flaws: list[Flaw] = []
    for root in roots:
        if not root.is_dir():
            raise RulesetError("E-FILE", where=str(root), expected="folder of rulesets")
        found = sorted(path.parent for path in root.rglob("ruleset.yaml"))
        flaws += _unread(root, found)
        folders += found
    if flaws:
        raise RulesetError(flaws=tuple(flaws))
    return folders


def _unread(root: Path, folders: Collection[Path]) -> Iterator[Flaw]:
    """Files that hold rules and that nobody would read: of another suffix, or with no manifest above them."""
    for path in sorted(root.rglob("*")):
        if path.suffix.lower() not in {".yaml", ".yml"} or not path.is_file():
            continue  # nor is the lock of an editor, a link that leads nowhere, a file
        within = not set(folders).isdisjoint(path.parents)
        if within and path.suffix == ".yaml":
            continue
        try:
            ours = _OURS.search(path.read_bytes())
        except OSError as error:
            yield Flaw("E-FILE", path.relative_to(root).as_posix(), got=type(error).__name__)
            continue
        if not ours:
            continue
        expected = "the suffix .yaml" if within else "a ruleset.yaml in its folder"
        yield Flaw("E-FILE", path.relative_to(root).as_posix(), got=path.name, expected=expected)


def load(
    folders: Iterable[Path], registry: LawRegistry, extra_facts: Mapping[str, FactSource] | None = None
) -> RuleBase:
    """Load rulesets.

    Args:
        folders: ruleset folders, each with ``ruleset.yaml`` and any of facts, rules, tests.
        registry: the laws that bases must name.
        extra_facts: facts that plugins add, by name.

    Raises:
        RulesetError: with every flaw found, each at ``file:line:column``.
    """
    return _Loader(registry).load(list(folders), extra_facts or {})


class _Loader:
    def __init__(self, registry: LawRegistry) -> None:
        self.registry = registry
        self.flaws: list[Flaw] = []
        self.rulesets: dict[str, Ruleset] = {}
        self.facts: dict[str, Fact] = given_facts()
        self.fact_places: dict[str, str] = {}
        self.pending: list[tuple[Ruleset, Source, int, RuleSource]] = []
        self.cases: list[tuple[str, Source, CaseFile]] = []
        self.sources: dict[str, Source] = {}

    def load(self, folders: list[Path], extra: Mapping[str, FactSource]) -> RuleBase:
        opened = [self._open(folder) for folder in folders]
        for each in opened:
            if each is not None:
                self._read_files(*each)
        added = self.sources["dg_vocabulary"] = Source("dg_vocabulary", None, {})
        for name, fact in extra.items():
            self._add_fact(name, fact, added, ())
        self._fail()
        self._check_requirements()
        rules = self._compile()
        self._fail()
        return RuleBase(
            tuple(self.rulesets.values()),
            Vocabulary(self.facts),
            tuple(_layer(rules, self.flaws)) if not self.flaws else (),
            self.registry,
            tuple(
                (ruleset, source.name, case) for ruleset, source, file in self.cases for case in file.tests
            ),
        ).checked(self.flaws)

    def _fail(self) -> None:
        for source in self.sources.values():
            self.flaws += source.flaws
            source.flaws.clear()
        if self.flaws:
            raise RulesetError(flaws=tuple(self.flaws))

    def _source(self, path: Path, root: Path) -> Source | None:
        try:
            source = read(path, root)
        except RulesetError as error:
            self.flaws += error.flaws
            return None
        self.sources[str(path)] = source
        return source

    def _open(self, folder: Path) -> tuple[Path, Ruleset] | None:
        source = self._source(folder / "ruleset.yaml", folder.parent)
        manifest = read_model(source, Manifest) if source else None
        if source is None or manifest is None:
            return None
        if manifest.ruleset in self.rulesets:
            source.flaw("E-RULE-DUPLICATE", ("ruleset",), got=manifest.ruleset)
        domain = None if manifest.domain is None else source.domain(manifest.domain, ("domain",))
        digest = sha256()
        for path in sorted(folder.rglob("*.yaml")):
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
        ruleset = Ruleset(
            manifest.ruleset,
            manifest.title,
            manifest.version,
            domain,
            manifest.requires,
            digest.hexdigest(),
            manifest.since,
        )
        self.rulesets[ruleset.id] = ruleset
        return folder, ruleset

    def _read_files(self, folder: Path, ruleset: Ruleset) -> None:
        for path in sorted(folder.rglob("*.yaml")):
            if path.name in {
                "ruleset.yaml",
                "laws.yaml",
                "catalogue.yaml",
                "names.yaml",
                "organs.yaml",
                "limits.yaml",
                "elements.yaml",
            }:
                continue
            source = self._source(path, folder.parent)
            if source is None:
                continue
            keys = set(source.data) if isinstance(source.data, dict) else set()
            if keys == {"rules"}:
                rules = read_model(source, RuleFile)
                for index, rule in enumerate(rules.rules if rules else ()):
                    self.pending.append((ruleset, source, index, rule))
            elif keys == {"facts"}:
                facts = read_model(source, FactFile)
                for name, fact in (facts.facts if facts else {}).items():
                    self._add_fact(name, fact, source, ("facts", name), ruleset.id)
            elif keys == {"tests"}:
                cases = read_model(source, CaseFile)
                for index, case in enumerate(cases.tests if cases else ()):
                    if not case.expect.says_something:
                        source.flaw(
                            "E-RULE-VALUE",
                            ("tests", index, "expect"),
                            got="{}",
                            expected="an outcome, such as status",
                        )
                if cases:
                    self.cases.append((ruleset.id, source, cases))
            else:
                odd = next(iter(keys - set(_FILE_KEYS)), "")
                source.flaw(
                    "E-RULE-KEY",
                    (odd,),
                    got=str(odd),
                    expected="one of: rules | facts | tests",
                    suggestion=closest(str(odd), _FILE_KEYS),
                )

    def _add_fact(
        self, name: str, fact: FactSource, source: Source, at: Trail, owner: str = "plugin"
    ) -> None:
        if name in self.facts or name in _RESERVED:
            first = self.fact_places.get(name)
            source.flaw(
                "E-RULE-DUPLICATE", at, got=name, expected=f"unique; first at {first}" if first else ""
            )
            return
        self.fact_places[name] = source.where(at)
        if (fact.type == "enum") is not bool(fact.values):
            source.flaw("E-RULE-VALUE", at, got="values", expected="values for type enum, and only there")
            return
        made = Fact(name, fact.type, fact.title, fact.ask, fact.values, source=owner, says=fact.says)
        words = {"true", "false"} if fact.type == "bool" else {*fact.values, "some"}
        for word in fact.says:
            if word not in words:
                source.flaw(
                    "E-FACT-TYPE",
                    (*at, "says", word),
                    got=word,
                    expected=" | ".join(sorted(words)),
                    suggestion=closest(word, words),
                )
        cues = []
        for index, cue in enumerate(fact.cues):
            cues.append(
                Cue(self._value(made, cue.value, source, (*at, "cues", index, "value")), cue.place, cue.words)
            )
        presumptions: list[Presumption] = []
        default = None
        given = Vocabulary(given_facts())
        if isinstance(fact.presume, tuple):
            for index, each in enumerate(fact.presume):
                value = self._value(made, each.value, source, (*at, "presume", index, "value"))
                if each.when is None:
                    default = value
                else:
                    when = parse(each.when, given, source, (*at, "presume", index, "when"))
                    presumptions.append(Presumption(when, value))
        else:
            default = self._value(made, fact.presume, source, (*at, "presume"))
        self.facts[name] = replace(made, presume=tuple(presumptions), default=default, cues=tuple(cues))

    def _value(self, fact: Fact, value: Any, source: Source, at: Trail) -> Any:
        try:
            return fact.read(value)
        except ValueError as error:
            source.flaw("E-FACT-TYPE", at, got=str(value)[:60], expected=str(error))
            return None

    def _check_requirements(self) -> None:
        place = {
            source.data["ruleset"]: source
            for source in self.sources.values()
            if isinstance(source.data, dict) and "ruleset" in source.data
        }
        for ruleset in self.rulesets.values():
            for index, needed in enumerate(ruleset.requires):
                if needed not in self.rulesets:
                    place[ruleset.id].flaw(
                        "E-RULE-REFERENCE",
                        ("requires", index),
                        got=needed,
                        suggestion=closest(needed, self.rulesets),
                    )
        for ruleset in self.rulesets.values():
            seen: list[str] = []
            circle = self._circle(ruleset.id, seen)
            if circle:
                place[ruleset.id].flaw("E-RULE-CYCLE", ("requires",), got=" → ".join(circle))
        self._fail()

    def _circle(self, name: str, path: list[str]) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        if name in self.rulesets:
            for needed in self.rulesets[name].requires:
                if found := self._circle(needed, [*path, name]):
                    return found
        return []

    def _compile(self) -> list[Rule]:
        parsed: list[tuple[Ruleset, Source, int, RuleSource, tuple[Effect, ...]]] = []
        ids: dict[str, str] = {}
        for ruleset, source, index, written in self.pending:
            at: Trail = ("rules", index)
            full = f"{ruleset.id}/{written.id}"
            if full in ids:
                source.flaw(
                    "E-RULE-DUPLICATE", (*at, "id"), got=full, expected=f"unique; first at {ids[full]}"
                )
            ids.setdefault(full, source.where(at))
            effects = self._effects(written, source, at)
            parsed.append((ruleset, source, index, written, effects))
            for effect in effects:
                if isinstance(effect, Derive):
                    self._add_concept(effect.derive, written, source, at, ruleset.id)
        vocabulary = Vocabulary(self.facts)
        mandatory = {
            f"{ruleset.id}/{written.id}"
            for ruleset, _, _, written, effects in parsed
            if any(isinstance(each, Exempt) and each.kind == "mandatory" for each in effects)
        }
        rules: list[Rule] = []
        for ruleset, source, index, written, effects in parsed:
            at = ("rules", index)
            self._check_said(written, effects, source, at)
            when = parse(written.when, vocabulary, source, (*at, "when"))
            unless = parse(written.unless, vocabulary, source, (*at, "unless")) if written.unless else None
            condition = when if unless is None else All((when, negate(unless)))
            if clause_count(condition) > MAX_CLAUSES:
                source.flaw(
                    "E-RULE-VALUE",
                    (*at, "when"),
                    got=f"{clause_count(condition)} alternatives",
                    expected=f"≤ {MAX_CLAUSES}; name a part as a concept with derive",
                )
            for place, citation in enumerate(written.basis):
                if citation.law not in self.registry:
                    source.flaw(
                        "E-LAW-REFERENCE",
                        (*at, "basis", place, "law"),
                        got=citation.law,
                        suggestion=closest(citation.law, self.registry.ids()),
                    )
            self._check_references(effects, set(ids), mandatory, source, at)
            rules.append(
                Rule(
                    len(rules), f"{ruleset.id}/{written.id}", ruleset.id, ruleset.scope, written.title, written.basis,
                    written.from_, written.to, when, unless, condition, effects, written.because,
                    written.confidence, written.source, source.where(at),
                )
            )  # fmt: skip
        return rules

    def _check_said(
        self, written: RuleSource, effects: tuple[Effect, ...], source: Source, at: Trail
    ) -> None:
        """A duty says of which documents; every rule says in words what it is and why."""
        if "when" not in written.model_fields_set and any(isinstance(each, Duty) for each in effects):
            source.flaw(
                "E-RULE-MISSING", (*at, "when"), got="", expected="when; {} if it is meant for every document"
            )
        for name, text in (("title", written.title), ("because", written.because)):
            for lang, words in (("zh", text.zh), ("en", text.en)):
                if not words.strip():
                    source.flaw("E-RULE-MISSING", (*at, name, lang), expected="a sentence")

    def _add_concept(self, name: str, written: RuleSource, source: Source, at: Trail, owner: str) -> None:
        known = self.facts.get(name)
        if known is None and name not in _RESERVED:
            self.facts[name] = Fact(
                name, "bool", written.title, written.title, default=False, concept=True, source=owner
            )
        elif known is None or not known.concept:
            source.flaw(
                "E-RULE-DUPLICATE", (*at, "then", "derive"), got=name, expected="a name that is no fact"
            )

    def _effects(self, written: RuleSource, source: Source, at: Trail) -> tuple[Effect, ...]:
        found: list[Effect] = []
        many = isinstance(written.then, list)
        for number, group in enumerate(written.then if isinstance(written.then, list) else [written.then]):
            for name, body in group.items():
                trail: Trail = (*at, "then", number, name) if many else (*at, "then", name)
                model = EFFECTS.get(name)
                if model is None:
                    source.unknown_key(name, trail[:-1], tuple(EFFECTS))
                    continue
                data = {"derive": body} if name == "derive" else body
                made: Any = read_model(source, model, trail, {} if data is None else data)
                if made is not None:
                    found.append(made)
        if sum(isinstance(effect, Derive) for effect in found) > 1:
            source.flaw(
                "E-RULE-VALUE", (*at, "then"), got="several derive", expected="one; a rule for each concept"
            )
        if not found and not source.flaws:
            source.flaw("E-RULE-MISSING", (*at, "then"), expected=" | ".join(EFFECTS))
        return tuple(found)

    def _check_references(
        self, effects: tuple[Effect, ...], ids: set[str], mandatory: set[str], source: Source, at: Trail
    ) -> None:
        trail = (*at, "then")
        for effect in effects:
            for target, known in self._referred(effect, ids):
                if isinstance(effect, Lift) and (target.startswith("R14") or target in mandatory):
                    source.flaw("E-RULE-LIFT", trail, got=target)
                elif target not in known:
                    source.flaw("E-RULE-REFERENCE", trail, got=target, suggestion=closest(target, known))
            if isinstance(effect, Offer) and effect.publication.audience == "public":
                source.flaw(
                    "E-RULE-VALUE", trail, got="public", expected="an offer on request has another audience"
                )

    def _referred(self, effect: Effect, ids: set[str]) -> list[tuple[str, Collection[str]]]:
        """Everything an effect names, each with the names there are."""
        match effect:
            case Lift():
                named = {*CODES, *ids}
                lifted = [(each, named) for each in effect.exemptions]
                return [*lifted, *((each, {"*", "P-ROW", *ids}) for each in effect.duties)]
            case KeepSpans():
                return [(each, ids) for each in effect.over]
            case Hold():
                return [(each, self.facts) for each in effect.ask]
            case Duty() | Cap() | Offer() | Residue() | Oblige() | Warn():
                begins = CODE_BEGINS[type(effect)]
                return [(effect.code, [code for code in CODES if code.startswith(begins)])]
            case _:
                return []


def _layer(rules: list[Rule], flaws: list[Flaw]) -> list[Rule]:
    """Give every rule its stratum: above every rule that derives a concept it reads."""
    deriving: dict[str, list[Rule]] = {}
    for rule in rules:
        if rule.concept:
            deriving.setdefault(rule.concept, []).append(rule)
    level: dict[int, int] = {}

    def settle(rule: Rule, path: tuple[Rule, ...]) -> int:
        if rule.index in level:
            return level[rule.index]
        if rule in path:
            circle = [*path[path.index(rule) :], rule]
            flaws.append(Flaw("E-RULE-CYCLE", rule.where, got=" → ".join(each.id for each in circle)))
            return 0
        below = [
            settle(source, (*path, rule)) + 1
            for test in tests(rule.condition)
            for source in deriving.get(test.fact, ())
        ]
        level[rule.index] = max(below, default=0)
        return level[rule.index]

    return [replace(rule, stratum=settle(rule, ())) for rule in rules]
