"""The hooks a plugin may implement. Signatures and what they mean; nothing else.

A hook takes any of the arguments named here, by name, and need not take all. Every call runs in its own
guard with a time budget. What a hook returns is checked against the type named here; a hook that raises,
hangs or returns something else makes the document held (P10).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pluggy

from disclosure_gate.column.publisher import Publisher
from disclosure_gate.detect import Detector
from disclosure_gate.detect.reader import Reader
from disclosure_gate.law.calendar import WorkingCalendar
from disclosure_gate.law.registry import LawRegistry
from disclosure_gate.model.determination import Obligation
from disclosure_gate.model.document import Document
from disclosure_gate.model.findings import Detection, FactStatement, Finding, Reading, Span
from disclosure_gate.model.frozen import FactValue


class Retiring(NamedTuple):
    """Something a plugin should no longer use: what to use instead, and the hooks version it is gone in."""

    instead: str
    goes_in: int


PROJECT = "disclosure_gate"
VERSION = 2
"""Of the hooks, counted up with every hook or argument that is added or retired (ADR 24)."""
SINCE: Mapping[str, int] = {
    "dg_spans": 2,
    "dg_facts.as_of": 2,
    "dg_findings.reading": 2,
    "dg_findings.detection": 2,
    "dg_findings.as_of": 2,
    "dg_findings.laws": 2,
    "dg_findings.calendar": 2,
    "dg_obligations.reading": 2,
    "dg_obligations.as_of": 2,
    "dg_obligations.laws": 2,
    "dg_obligations.calendar": 2,
}
"""The version that brought a hook or an argument; what is not named here is there since version 1."""
RETIRING: Mapping[str, Retiring] = {}
"""Hooks and arguments that still work and will be gone, by name. Plugins that use them are told so."""
GONE: Mapping[str, str] = {}
"""What is used instead of a hook or an argument that is no longer there, by its old name."""
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)

_OPENING = "The plugin's other hooks stay; every document is held `H-PLUGIN` and `/readyz` says why, until it is mended."
_DECIDING = "The document is held `H-PLUGIN`; what the others say stands."
CALLED: Mapping[str, tuple[str, str]] = {
    "dg_vocabulary": ("Once, when a gate opens or reloads.", _OPENING),
    "dg_rulesets": ("Once, when a gate opens or reloads.", _OPENING),
    "dg_catalogues": ("Once, when a gate opens or reloads.", _OPENING),
    "dg_detectors": (
        "Once, when a gate opens or reloads. `find` is called for every part of a document that holds one of the detector's terms.",
        f"{_OPENING} Where `find` fails: {_DECIDING[0].lower()}{_DECIDING[1:]}",
    ),
    "dg_readers": (
        "Once, when a gate opens or reloads. `claims` and `read` are called for files that we do not read ourselves.",
        f"{_OPENING} Where `read` fails, or `claims` does: the document is held `H-UNREADABLE` with `U-PLUGIN`.",
    ),
    "dg_spans": ("For every document, after the detectors and before the facts.", _DECIDING),
    "dg_facts": ("For every document, after the spans and before the rules.", _DECIDING),
    "dg_findings": (
        "For every document, when its facts are settled; the findings join those of the rules.",
        _DECIDING,
    ),
    "dg_obligations": ("For every document, when its status is settled.", _DECIDING),
    "dg_publishers": (
        "Once, when a gate opens or reloads. `publish` and `withdraw` are called by the worker, at least once per version.",
        f"{_OPENING} Where a delivery fails: it is tried again, ever later, and parked after the last attempt.",
    ),
}
"""When a hook is called, and what happens when it raises, hangs or returns something else."""


@hookspec
def dg_vocabulary() -> Mapping[str, Mapping[str, Any]]:  # type: ignore[empty-body]
    """Facts this plugin adds: name → an entry as in ``facts.yaml``."""


@hookspec
def dg_rulesets() -> Iterable[Path]:  # type: ignore[empty-body]
    """Folders that hold rulesets (each with a ``ruleset.yaml``)."""


@hookspec
def dg_catalogues() -> Iterable[Path]:  # type: ignore[empty-body]
    """Files in the form of ``catalogue.yaml``."""


@hookspec
def dg_detectors() -> Sequence[Detector]:  # type: ignore[empty-body]
    """Detectors of spans."""


@hookspec
def dg_readers() -> Sequence[Reader]:  # type: ignore[empty-body]
    """Readers of file formats. The first that claims a file reads it."""


@hookspec
def dg_spans(  # type: ignore[empty-body]
    document: Document, reading: Reading, detection: Detection, as_of: date
) -> Iterable[Span]:
    """Spans that only the document as a whole tells, such as a column its programme may not show.

    They are added to what the detectors saw; rules decide what becomes of them. No span takes one away.
    """


@hookspec
def dg_facts(  # type: ignore[empty-body]
    document: Document, reading: Reading, detection: Detection, as_of: date
) -> Iterable[FactStatement]:
    """Facts derived from the document. A declared fact stands against a derived one, with a warning."""


@hookspec
def dg_findings(  # type: ignore[empty-body]
    document: Document,
    facts: Mapping[str, FactValue],
    reading: Reading,
    detection: Detection,
    as_of: date,
    laws: LawRegistry,
    calendar: WorkingCalendar,
) -> Iterable[Finding]:
    """Findings a rule file cannot express; each with a basis in force, see ``laws.basis``.

    ``facts`` is the total vector; dates in it are ordinals. An implementation names the arguments it needs.
    """


@hookspec
def dg_obligations(  # type: ignore[empty-body]
    document: Document,
    facts: Mapping[str, FactValue],
    reading: Reading,
    as_of: date,
    laws: LawRegistry,
    calendar: WorkingCalendar,
) -> Iterable[Obligation]:
    """What must be done before clearing or after issuing. Arguments as in ``dg_findings``."""


@hookspec
def dg_publishers() -> Sequence[Publisher]:  # type: ignore[empty-body]
    """Publishers by channel and audience."""
