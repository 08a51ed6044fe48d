"""What is answered: the status with every reason, or what stands in the way of one."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import Field

from disclosure_gate.model.frozen import FactValue, Frozen, Text


class Status(StrEnum):
    """公开属性. Ordered by :attr:`openness`."""

    PROACTIVE = "proactive"
    PARTIAL = "partial"
    ON_REQUEST = "on_request"
    WITHHELD = "withheld"

    @property
    def openness(self) -> int:
        """3 (proactive) … 0 (withheld)."""
        return _OPENNESS[self]

    @property
    def label(self) -> str:
        """The official Chinese term."""
        return _LABELS[self]


_OPENNESS = {Status.PROACTIVE: 3, Status.PARTIAL: 2, Status.ON_REQUEST: 1, Status.WITHHELD: 0}
_LABELS = {
    Status.PROACTIVE: "主动公开",
    Status.PARTIAL: "部分公开",
    Status.ON_REQUEST: "依申请公开",
    Status.WITHHELD: "不予公开",
}

HeldCode = Literal[
    "H-SCOPE", "H-OWNER", "H-QUOTE", "H-SECRECY", "H-SECRET", "H-QUESTION", "H-CONFLICT",
    "H-ENGINE", "H-PLUGIN", "H-ERROR", "H-UNREADABLE",
]  # fmt: skip
ReasonCode = Literal["R14-1", "R14-2", "R14-3", "R15-1", "R15-2", "R16-1", "R16-2", "R16-3", "R36-7"]
Audience = Literal["public", "village", "affected", "parties"]
AUDIENCE_LABELS: dict[Audience, str] = {
    "public": "全社会",
    "village": "村、社区范围内",
    "affected": "特定群众",
    "parties": "当事人、申请人",
}
Channel = Literal[
    "column", "gazette", "new_media", "press", "village_board", "service_hall", "archive_library",
    "credit_system", "trading_platform", "direct", "other",
]  # fmt: skip
SpanKind = Literal[
    "resident_id", "disability_card", "mobile", "bank_card", "passport", "permit", "plate", "email",
    "im_account", "address", "person_name", "minor_name", "minor_school", "guardian", "health",
    "social_security", "household", "student_number", "property_certificate", "other",
]  # fmt: skip


class Basis(Frozen):
    """One provision a reason rests on, with the dates it is in force (inclusive; ``None`` = open)."""

    law: str
    title: str
    article: str
    in_force_from: date
    in_force_to: date | None = None


class Reason(Frozen):
    """One rule that spoke. ``evidence`` names facts and places, never content."""

    rule: str
    code: str
    effect: str
    basis: tuple[Basis, ...]
    statement: Text
    evidence: tuple[str, ...] = ()


class Held(Frozen):
    """Why no status can be given; ``ask`` names the facts to supply."""

    code: HeldCode
    message: Text
    ask: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


class Redaction(Frozen):
    """A span to be masked: code points ``[start, end)`` of ``where`` ("text", or a file and its place)."""

    where: str
    start: int
    end: int
    kind: SpanKind
    rule: str
    mask: str


class Publication(Frozen):
    """One act of publishing: until when it must be done, not before when, till when it is shown.

    ``awaits`` names the date of the case that must be known before it may happen at all.
    """

    due_on: date | None = None
    not_before: date | None = None
    until: date | None = None
    audience: Audience
    channels: tuple[Channel, ...]
    basis: tuple[Basis, ...] = ()
    provisional: bool = False
    awaits: str | None = None


class Problem(Frozen):
    """Why a proposal cannot stand."""

    code: str
    message: Text


class ProposalAnswer(Frozen):
    """The drafter's proposal held against the determination."""

    admissible: bool
    problems: tuple[Problem, ...] = ()


class Obligation(Frozen):
    """Something to be done before clearing or after issuing."""

    code: str
    rule: str
    when: Literal["before_clearing", "after_issuing"]
    message: Text
    due_on: date | None = None
    basis: tuple[Basis, ...] = ()


class Question(Frozen):
    """A fact whose value would settle the status."""

    fact: str
    type: Literal["bool", "enum", "int", "date", "text"]
    text: Text
    values: tuple[FactValue, ...] = ()
    because: tuple[str, ...] = ()


class Warning(Frozen):  # noqa: A001  the word of the contract
    """Something a person should see; it does not change the status."""

    code: str
    message: Text
    where: str = ""


class RulesetVersion(Frozen):
    """A ruleset that took part, pinned by the SHA-256 of its files."""

    name: str
    version: str
    digest: str


class Determination(Frozen):
    """公开属性认定. Equal inputs give equal bytes (P3): nothing in it depends on clock or machine."""

    document_id: str
    status: Status | None
    label: str
    held: tuple[Held, ...] = ()
    reasons: tuple[Reason, ...] = ()
    redactions: tuple[Redaction, ...] = ()
    publications: tuple[Publication, ...] = ()
    proposal: ProposalAnswer | None = None
    obligations: tuple[Obligation, ...] = ()
    questions: tuple[Question, ...] = ()
    warnings: tuple[Warning, ...] = ()
    notes: tuple[str, ...] = ()
    as_of: date
    rulesets: tuple[RulesetVersion, ...] = ()
    engine: Literal["both", "direct"] = "both"
    content_digest: str | None
    determination_id: str = ""

    def to_json(self) -> dict[str, Any]:
        """JSON data, as the contract names it."""
        return self.model_dump(mode="json")


class FactUsed(Frozen):
    """One fact of the total vector, and who said it: declared, derived, presumed, unknown."""

    name: str
    value: FactValue
    source: str
    evidence: tuple[str, ...] = ()


class RuleTrace(Frozen):
    """What one rule came to, and the clause that decided it."""

    rule: str
    outcome: Literal["true", "false", "unknown"]
    clause: str
    title: Text


class Counterfactual(Frozen):
    """What would change the answer: with ``fact`` at ``value`` the status were ``status``."""

    fact: str
    value: FactValue
    status: Status | None


class Explanation(Frozen):
    """The determination with the whole fact vector and, on request, every rule."""

    determination: Determination
    facts: tuple[FactUsed, ...]
    rules: tuple[RuleTrace, ...]
    counterfactuals: tuple[Counterfactual, ...] = Field(default=())


class RecordedExplanation(Frozen):
    """A determination as it was recorded, the facts said of the document, and how today's parts read them.

    ``rules`` is empty where the rulesets are no longer those of the record (``same_rulesets`` false): what
    other rules would say now explains nothing.
    """

    seq: int
    at: datetime
    determination: Determination
    facts: tuple[FactUsed, ...]
    same_rulesets: bool
    rules: tuple[RuleTrace, ...] = Field(default=())


class Replay(Frozen):
    """A recorded determination made again: ``same`` when every byte is; else which of its parts differ."""

    determination_id: str
    seq: int
    same: bool
    same_content: bool
    same_rulesets: bool
    differs: tuple[str, ...]
    determination: Determination
