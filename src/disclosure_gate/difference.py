"""Two editions of the rulesets side by side: what was added, removed and changed, and which decisions change with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Literal

from pydantic import ValidationError

from disclosure_gate.catalogue.model import Row
from disclosure_gate.gate import Gate
from disclosure_gate.law.registry import Law
from disclosure_gate.model.determination import Determination, RulesetVersion
from disclosure_gate.model.document import Document
from disclosure_gate.model.errors import GateError, InputError
from disclosure_gate.rules.cases import document_of
from disclosure_gate.rules.ruleset import Case, Rule
from disclosure_gate.rules.vocabulary import Fact

Kind = Literal["ruleset", "law", "fact", "rule", "row"]
What = Literal["added", "removed", "changed"]
# Where a rule stands in its file, and by which number the engines know it, says nothing about the law.
_PLACES = {"index", "where", "stratum", "ruleset", "scope", "condition"}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs. ``fields`` are the parts of it that changed, each as before and after."""

    kind: Kind
    what: What
    name: str
    fields: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ChangedDecision:
    """A case that is decided differently, part by part, each as before and after."""

    ruleset: str
    case: str
    parts: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that differs; ``cases`` is how many cases were decided by both."""

    changes: tuple[Change, ...]
    decisions: tuple[ChangedDecision, ...]
    cases: int

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not self.changes and not self.decisions

    def to_json(self) -> dict[str, Any]:
        """Plain data, every part as before and after."""
        return {
            "changes": [
                {"kind": each.kind, "what": each.what, "name": each.name, "parts": _pairs(each.fields)}
                for each in self.changes
            ],
            "decisions": [
                {"ruleset": each.ruleset, "case": each.case, "parts": _pairs(each.parts)}
                for each in self.decisions
            ],
            "cases": self.cases,
        }


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A ruleset that is not the one named: what was named, and what is loaded (empty where it is not)."""

    name: str
    named: str
    loaded: str


def compare(before: Gate, after: Gate, step: Callable[[Any], None] = lambda _: None) -> Comparison:
    """Hold two gates side by side and decide every case of either with both.

    Args:
        before: a gate over the old rulesets, with no register.
        after: a gate over the new ones.
        step: told of every case, for a display of progress.
    """
    changes = [
        *_between("ruleset", _rulesets(before), _rulesets(after), _parts_of_mapping),
        *_between("law", _laws(before), _laws(after), _parts_of_law),
        *_between("fact", _facts(before), _facts(after), _parts_of_fact),
        *_between("rule", _rules(before), _rules(after), _parts_of_rule),
        *_between("row", _rows(before), _rows(after), _parts_of_row),
    ]
    cases: dict[tuple[str, str, date], Case] = {}
    for gate in (before, after):
        cases |= {(ruleset, case.case, case.as_of): case for ruleset, _, case in gate.parts.rules.cases}
    decisions = []
    for (ruleset, name, day), case in cases.items():
        document = document_of(case.document)
        parts = _differing(_decided(before, document, day), _decided(after, document, day))
        if parts:
            decisions.append(ChangedDecision(ruleset, name, parts))
        step(name)
    return Comparison(tuple(changes), tuple(decisions), len(cases))


def verify(
    named: Iterable[RulesetVersion], loaded: Iterable[RulesetVersion], *, whole: bool
) -> tuple[Mismatch, ...]:
    """Hold the rulesets that are loaded against those named by a determination or a manifest.

    Args:
        named: what should be loaded, with version and digest.
        loaded: what is.
        whole: nothing else may be loaded either (a manifest names all, a determination those that took part).
    """
    have = {each.name: each for each in loaded}
    want = {each.name: each for each in named}
    found = [
        Mismatch(name, _written(each), _written(have[name]) if name in have else "")
        for name, each in want.items()
        if have.get(name) != each
    ]
    if whole:
        found += [Mismatch(name, "", _written(each)) for name, each in have.items() if name not in want]
    return tuple(found)


def named_rulesets(data: bytes, name: str) -> tuple[tuple[RulesetVersion, ...], bool]:
    """The rulesets that a file names, and whether they are all there may be.

    A determination names those that took part; a manifest, written by ``rules verify -o``, names all.

    Raises:
        InputError: ``E-JSON`` or ``E-FIELD-MISSING``; the file is neither.
    """
    try:
        read = json.loads(data)
        whole = isinstance(read, dict) and "manifest" in read
        listed = read["manifest"] if whole else read["rulesets"]
        return tuple(RulesetVersion.model_validate(each) for each in listed), whole
    except (KeyError, TypeError, ValidationError) as error:
        raise InputError("E-FIELD-MISSING", where=name, expected="rulesets | manifest") from error
    except (ValueError, RecursionError) as error:
        raise InputError("E-JSON", where=name) from error


def loaded_rulesets(gate: Gate) -> tuple[RulesetVersion, ...]:
    """The rulesets a gate decides with, in the form a determination names them."""
    return tuple(
        RulesetVersion(name=each.id, version=each.version, digest=each.digest)
        for each in gate.parts.rules.rulesets
    )


def _written(version: RulesetVersion) -> str:
    return f"{version.version} {version.digest}"


def _between(
    kind: Kind, before: Mapping[str, Any], after: Mapping[str, Any], parts: Callable[[Any], dict[str, str]]
) -> Iterable[Change]:
    for name in before:
        if name not in after:
            yield Change(kind, "removed", name)
    for name, new in after.items():
        if name not in before:
            yield Change(kind, "added", name)
            continue
        differing = _differing(parts(before[name]), parts(new))
        if differing:
            yield Change(kind, "changed", name, differing)


def _differing(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (name, before.get(name, ""), after.get(name, ""))
        for name in {**before, **after}
        if before.get(name, "") != after.get(name, "")
    )


def _rulesets(gate: Gate) -> dict[str, dict[str, str]]:
    return {each.id: {"version": each.version, "digest": each.digest} for each in gate.parts.rules.rulesets}


def _laws(gate: Gate) -> dict[str, Law]:
    return {name: gate.parts.laws[name] for name in gate.parts.laws}


def _facts(gate: Gate) -> dict[str, Fact]:
    return {name: fact for name, fact in gate.parts.rules.vocabulary.facts.items() if not fact.given}


def _rules(gate: Gate) -> dict[str, Rule]:
    return {rule.id: rule for rule in gate.parts.rules.rules}


def _rows(gate: Gate) -> dict[str, Row]:
    return {row.id: row for row in gate.parts.catalogue.rows()}


def _parts_of_mapping(whole: Mapping[str, str]) -> dict[str, str]:
    return dict(whole)


def _parts_of_law(law: Law) -> dict[str, str]:
    return {name: str(value) for name, value in law.model_dump(mode="json").items()}


def _parts_of_fact(fact: Fact) -> dict[str, str]:
    return {each.name: str(getattr(fact, each.name)) for each in fields(fact)}


def _parts_of_rule(rule: Rule) -> dict[str, str]:
    return {each.name: str(getattr(rule, each.name)) for each in fields(rule) if each.name not in _PLACES}


def _parts_of_row(row: Row) -> dict[str, str]:
    return {name: str(value) for name, value in row.model_dump(mode="json").items()}


def _decided(gate: Gate, document: Mapping[str, Any], day: date) -> dict[str, str]:
    """What one gate decides of a case, part by part; an input that it does not accept is an answer too."""
    try:
        it = gate.check(Document.parse(dict(document)), day)
    except GateError as error:
        return {"error": " ".join(flaw.code for flaw in error.flaws)}
    return {name: value for name, value in _parts_of_decision(it).items() if value}


def _parts_of_decision(it: Determination) -> dict[str, str]:
    return {
        "status": it.status.value if it.status else "held",
        "held": _told(each.code for each in it.held),
        "reasons": _told(f"{each.rule} {each.code}" for each in it.reasons),
        "basis": _told(f"{each.law} {each.article}" for reason in it.reasons for each in reason.basis),
        "publications": "; ".join(
            f"{each.audience} {' '.join(each.channels)} {each.due_on or each.awaits or ''}"
            f"{f' from {each.not_before}' if each.not_before else ''}{f' until {each.until}' if each.until else ''}"
            for each in it.publications
        ),
        "redactions": _told(f"{each.where} {each.start}-{each.end} {each.kind}" for each in it.redactions),
        "obligations": _told(
            f"{each.code} {each.rule} {each.due_on or ''}".strip() for each in it.obligations
        ),
        "questions": _told(each.fact for each in it.questions),
        "warnings": _told(f"{each.code} {each.where}" for each in it.warnings),
        "notes": " ".join(it.notes),
        "proposal": _told(each.code for each in it.proposal.problems) if it.proposal else "",
    }


def _pairs(parts: Iterable[tuple[str, str, str]]) -> list[dict[str, str]]:
    return [{"part": name, "before": before, "after": after} for name, before, after in parts]


def _told(parts: Iterable[str]) -> str:
    found: Sequence[str] = sorted(set(parts))
    return ", ".join(found)
