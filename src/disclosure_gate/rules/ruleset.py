"""Rules as data: what a rules file may hold, and the compiled rule that comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field

from disclosure_gate.law.registry import Article
from disclosure_gate.model.findings import (
    Cap,
    Clock,
    Derive,
    Duty,
    Effect,
    Exempt,
    Hold,
    KeepSpans,
    Lift,
    Oblige,
    Offer,
    RedactSpans,
    Residue,
    Restrict,
    Warn,
)  # fmt: skip
from disclosure_gate.model.frozen import FactValue, Frozen, Text
from disclosure_gate.rules.conditions import Condition

Confidence: TypeAlias = Literal["verified", "H", "M", "L"]
Identifier: TypeAlias = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]*$", max_length=80)]
RulesetId: TypeAlias = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_./-]*$", max_length=120)]

EFFECTS: dict[str, type[Frozen]] = {
    "derive": Derive, "duty": Duty, "exempt": Exempt, "lift": Lift, "redact": RedactSpans,
    "keep": KeepSpans, "oblige": Oblige, "hold": Hold, "offer": Offer, "restrict": Restrict,
    "clock": Clock, "cap": Cap, "warn": Warn, "residue": Residue,
}  # fmt: skip


class Citation(Frozen):
    """A provision: a law of the registry and the place in it, such as ``20(1)``."""

    law: str
    article: Article = ""


class Manifest(Frozen):
    """``ruleset.yaml``: what a folder of rules is."""

    ruleset: RulesetId
    title: Text
    version: Annotated[str, Field(pattern=r"^\d[\w.+-]*$")]
    domain: str | None = None
    requires: tuple[RulesetId, ...] = ()
    since: date | None = None  # the first day whose law it tells; nothing is decided for a day before


class CueSource(Frozen):
    """Words that show a fact's value plainly; the first cue that is met speaks."""

    value: FactValue
    place: Literal["text", "title", "issuer", "quoted"] = "text"
    words: Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(min_length=1)]


class PresumptionSource(Frozen):
    """A value taken by default; ``when`` speaks of kind, domain, level and catalogue row only."""

    when: dict[str, Any] | None = None
    value: FactValue


class FactSource(Frozen):
    """One fact of a ``facts.yaml``."""

    type: Literal["bool", "enum", "int", "date", "text"]
    title: Text
    ask: Text
    values: tuple[str, ...] = ()
    presume: tuple[PresumptionSource, ...] | FactValue = None
    cues: tuple[CueSource, ...] = ()
    says: dict[str, Text] = Field(default_factory=dict)  # by value: the clause it makes in a sentence


class FactFile(Frozen):
    """``facts.yaml``: the facts a ruleset adds to the vocabulary."""

    facts: dict[Identifier, FactSource]


class RuleSource(Frozen):
    """One rule as written: title, basis, when, unless, then, because."""

    id: Identifier
    title: Text
    basis: Annotated[tuple[Citation, ...], Field(min_length=1)]
    from_: date | None = Field(default=None, alias="from")
    to: date | None = None
    when: dict[str, Any] = Field(default_factory=dict)
    unless: dict[str, Any] | None = None
    then: dict[str, Any] | list[dict[str, Any]]
    because: Text
    confidence: Confidence
    source: str = ""


class RuleFile(Frozen):
    """A rules file."""

    rules: tuple[RuleSource, ...]


class Expectation(Frozen):
    """What a test expects; only what is named is compared. An empty list: there is none."""

    status: Literal["proactive", "partial", "on_request", "withheld"] | None = None
    held: tuple[str, ...] | None = None
    codes: tuple[str, ...] | None = None  # reason codes that must be among the reasons
    not_codes: tuple[str, ...] | None = None
    rules: tuple[str, ...] | None = None  # rule ids that must be among the reasons
    audience: str | None = None  # of the main publication
    audiences: tuple[str, ...] | None = None  # of all publications, as a set
    channels: tuple[str, ...] | None = None  # of the main publication, as a set
    not_channels: tuple[str, ...] | None = None  # in no publication
    due_on: date | None = None
    not_before: date | None = None
    until: date | None = None
    ask: tuple[str, ...] | None = None
    admissible: bool | None = None
    problems: tuple[str, ...] | None = None
    obligations: tuple[str, ...] | None = None
    warnings: tuple[str, ...] | None = None
    redacted: tuple[str, ...] | None = None  # kinds of the masked spans, as a set
    notes: tuple[str, ...] | None = None

    @property
    def says_something(self) -> bool:
        """Whether an outcome could differ from it."""
        named = self.model_dump(exclude_none=True)
        return any(value != () or name not in {"not_codes", "not_channels"} for name, value in named.items())


class CaseDocument(Frozen):
    """The document of a test; id, title, text and issuer have plain defaults."""

    kind: str
    title: str = "测试文件"
    text: str = "正文。"
    issuer: dict[str, Any] | str = "区政府办公室"
    domain: str | None = None
    item: str | None = None
    formed_on: date | None = None
    dates: dict[str, date] = Field(default_factory=dict)
    facts: dict[str, FactValue] = Field(default_factory=dict)
    proposed: dict[str, Any] | None = None


class Case(Frozen):
    """A test that reads like a case: input, date, outcome."""

    case: str
    as_of: date
    document: CaseDocument
    expect: Expectation
    source: str = ""


class CaseFile(Frozen):
    """``tests.yaml`` beside a ruleset."""

    tests: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Ruleset:
    """A loaded ruleset, pinned by the SHA-256 over its files."""

    id: str
    title: Text
    version: str
    domain: str | None
    requires: tuple[str, ...]
    digest: str
    since: date | None = None

    @property
    def scope(self) -> str:
        """The scope its rules are matched in: its domain, or ``national`` for every document."""
        return self.domain or "national"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, compiled. ``condition`` is ``when`` without ``unless``, in negation normal form."""

    index: int
    id: str
    ruleset: str
    scope: str
    title: Text
    basis: tuple[Citation, ...]
    from_: date | None
    to: date | None
    when: Condition
    unless: Condition | None
    condition: Condition
    effects: tuple[Effect, ...]
    because: Text
    confidence: Confidence
    source: str
    where: str
    stratum: int = 0

    @property
    def concept(self) -> str | None:
        """The concept it derives, if any."""
        return next((effect.derive for effect in self.effects if isinstance(effect, Derive)), None)
