"""Tests that read like cases: input, date, outcome, and what came instead."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from disclosure_gate.model.determination import Determination
from disclosure_gate.model.document import Document
from disclosure_gate.model.errors import GateError
from disclosure_gate.rules.ruleset import Case, CaseDocument, Expectation


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case that was run. ``differences`` is empty when all that was expected came out."""

    ruleset: str
    name: str
    differences: tuple[str, ...]
    determination: Determination | None


def run(ruleset: str, case: Case, check: Callable[[Document, Any], Determination]) -> CaseResult:
    """Run one case with ``check(document, as_of)``."""
    try:
        determination = check(Document.parse(document_of(case.document)), case.as_of)
    except GateError as error:
        return CaseResult(ruleset, case.case, tuple(error.messages("en")), None)
    return CaseResult(ruleset, case.case, tuple(differences(case.expect, determination)), determination)


def document_of(written: CaseDocument) -> dict[str, Any]:
    """The document data of a case, its plain defaults filled in."""
    data = written.model_dump(mode="json", exclude_none=True)
    issuer = data["issuer"]
    return {**data, "id": "case", "issuer": {"name": issuer} if isinstance(issuer, str) else issuer}


def differences(expected: Expectation, got: Determination) -> list[str]:
    """What differs from the expectation, one line each; only what the case names is compared."""
    main = got.publications[0] if got.publications else None
    codes = {reason.code for reason in got.reasons}
    found: list[str] = []

    def same(name: str, wanted: object, have: object) -> None:
        if wanted is not None and wanted != have:
            found.append(f"{name}: expected {_told(wanted)}, got {_told(have)}")

    def among(name: str, wanted: Iterable[str] | None, have: Iterable[str]) -> None:
        if wanted is None:
            return
        asked, there = set(wanted), set(have)
        if not asked and there:
            found.append(f"{name}: expected none, got {_told(there)}")
        if asked - there:
            found.append(f"{name}: missing {_told(asked - there)}, got {_told(there)}")

    if expected.status is not None or expected.held is None:
        same("status", expected.status, got.status.value if got.status else "held")
    if expected.held is not None:
        same("held", set(expected.held), {held.code for held in got.held})
    among("codes", expected.codes, codes)
    if expected.not_codes and codes & set(expected.not_codes):
        found.append(f"codes: unexpected {_told(codes & set(expected.not_codes))}")
    among("rules", expected.rules, (reason.rule for reason in got.reasons))
    same("audience", expected.audience, main.audience if main else None)
    same("audiences", _set(expected.audiences), {each.audience for each in got.publications})
    same("channels", _set(expected.channels), set(main.channels) if main else set())
    reached = {channel for each in got.publications for channel in each.channels}
    if expected.not_channels and reached & set(expected.not_channels):
        found.append(f"channels: unexpected {_told(reached & set(expected.not_channels))}")
    same("due_on", expected.due_on, main.due_on if main else None)
    same("not_before", expected.not_before, main.not_before if main else None)
    same("until", expected.until, main.until if main else None)
    same("ask", _set(expected.ask), {question.fact for question in got.questions})
    same("admissible", expected.admissible, got.proposal.admissible if got.proposal else None)
    among(
        "problems", expected.problems, (each.code for each in got.proposal.problems) if got.proposal else ()
    )
    among("obligations", expected.obligations, (each.code for each in got.obligations))
    among("warnings", expected.warnings, (each.code for each in got.warnings))
    same("redacted", _set(expected.redacted), {str(each.kind) for each in got.redactions})
    among("notes", expected.notes, got.notes)
    return found


def _set(values: Iterable[str] | None) -> set[str] | None:
    return None if values is None else set(values)


def _told(value: object) -> str:
    return ", ".join(sorted(map(str, value))) or "none" if isinstance(value, set) else str(value)
