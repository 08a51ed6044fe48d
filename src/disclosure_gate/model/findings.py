"""What a rule, a catalogue row, a detector or a plugin can say: effects, findings, spans, facts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal, NamedTuple, TypeAlias

from pydantic import Field, model_validator

from disclosure_gate.model.determination import (
    Audience,
    Basis,
    Channel,
    HeldCode,
    ReasonCode,
    SpanKind,
    Status,
)
from disclosure_gate.model.document import Dates
from disclosure_gate.model.errors import Failure
from disclosure_gate.model.frozen import FactValue, Frozen, Text

Rank = Literal["law", "regulation", "local_regulation", "rule", "document"]
RANKS: dict[str, int] = {"law": 5, "regulation": 4, "local_regulation": 3, "rule": 2, "document": 1}
"""法律, 行政法规, 地方性法规, 规章, 规范性文件 and below. Up to ``rule`` a duty can defeat article 16."""

Trigger = Literal[
    "formed", "approved", "signed", "received", "served", "bid_opening", "result", "concluded", "as_of"
]
"""The date a clock counts from: ``formed_on``, one of ``dates``, or the day the law is read."""


class Deadline(Frozen):
    """A clock. The first day is not counted (民法典 201); the last moves off a holiday (203)."""

    within: Annotated[int, Field(ge=0, le=3650)]
    unit: Literal["working_day", "day", "month", "year"]
    start: Annotated[tuple[Trigger, ...], Field(min_length=1)] = ("signed", "formed")
    prompt: bool = False  # 及时/实时: no number in law, `within` is the cap
    promise: bool = (
        False  # a local promise stricter than the law: missing it is told, not held against the law
    )


class Period(Frozen):
    """How long something stays on display, counted from publication."""

    length: Annotated[int, Field(ge=1, le=3650)]
    unit: Literal["working_day", "day", "month", "year"]


class PublicationSpec(Frozen):
    """Where, to whom and in what time a duty is to be fulfilled."""

    audience: Audience = "public"
    channels: Annotated[tuple[Channel, ...], Field(min_length=1)] = ("column",)
    due: Deadline | None = None
    not_before: tuple[Trigger, ...] = ()
    period: Period | None = None


class Derive(Frozen):
    """The concept holds. Concepts are settled stratum by stratum."""

    derive: str


class Duty(Frozen):
    """A reason to publish. ``specific``: a provision that orders this sort of paper out (art 16 end)."""

    code: str = "P20"
    specific: bool = False
    rank: Rank | None = None  # default: the highest rank among the live basis
    publications: tuple[PublicationSpec, ...] = ()
    must: bool = False  # nothing but public, unless art 14 stands against it


class Exempt(Frozen):
    """A reason not to publish."""

    kind: Literal["mandatory", "third_party", "discretionary"]
    code: ReasonCode
    scope: Literal["whole", "separable"] = "whole"

    @model_validator(mode="after")
    def _of_its_article(self) -> Exempt:
        # INVARIANT P1: what article 14 forbids is never said to be a matter of discretion.
        kind = _KIND_OF.get(self.code[:3], self.kind)
        if kind != self.kind:
            raise ValueError(f"kind {kind}, as {self.code} is")
        return self


_KIND_OF = {"R14": "mandatory", "R15": "third_party", "R16": "discretionary"}


class Lift(Frozen):
    """Defeats the named exemptions (reason codes or rule ids) and duties (rule ids, or ``*``)."""

    exemptions: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()


class RedactSpans(Frozen):
    """Spans of these kinds are masked in whatever is published."""

    kinds: Annotated[tuple[SpanKind, ...], Field(min_length=1)]
    mask: str = "default"
    code: ReasonCode = "R15-2"


class KeepSpans(Frozen):
    """Spans of these kinds stay; ``over`` names the redacting rules it is an exception to."""

    kinds: Annotated[tuple[SpanKind, ...], Field(min_length=1)]
    over: tuple[str, ...] = ()


class Oblige(Frozen):
    """Something must be done, before clearing or after issuing."""

    code: str
    when: Literal["before_clearing", "after_issuing"]
    due: Deadline | None = None
    statuses: tuple[Status, ...] = ()  # only with one of these; empty: with any, and while held


class Hold(Frozen):
    """No status can be given."""

    code: HeldCode
    ask: tuple[str, ...] = ()


class Offer(Frozen):
    """The paper is offered on request: a discretionary exemption gives way to that."""

    code: str = "O-ROW"
    publication: PublicationSpec = PublicationSpec(
        audience="parties",
        channels=("direct",),
        due=Deadline(within=20, unit="working_day", start=("received",)),
    )


class Restrict(Frozen):
    """Nobody beyond this audience may be given it."""

    audience: Audience


class Clock(Frozen):
    """A time that hangs on a kind or a fact, for whatever is published to ``audience``.

    ``general`` is the fallback of art 26: it gives way to any other time. With ``channels`` it asks
    for a publication there as well; without, it times the publications there are.
    """

    audience: Audience | None = "public"  # None: any
    channels: tuple[Channel, ...] = ()
    general: bool = False
    due: Deadline | None = None
    not_before: tuple[Trigger, ...] = ()
    period: Period | None = None


class Cap(Frozen):
    """Never more open than this (a forwarded document and its origin)."""

    status: Status
    code: str = "P-ORIGIN"


class Warn(Frozen):
    """Something a person should see."""

    code: str


class Residue(Frozen):
    """What remains when no duty and no exemption speaks: on request. Never an exemption's reason."""

    code: str = "O-RESIDUE"


Effect: TypeAlias = (
    Derive
    | Duty
    | Exempt
    | Lift
    | RedactSpans
    | KeepSpans
    | Oblige
    | Hold
    | Offer
    | Restrict
    | Clock
    | Cap
    | Warn
    | Residue
)

EFFECT_NAMES: dict[type[Frozen], str] = {
    Derive: "derive", Duty: "duty", Exempt: "exempt", Lift: "lift", RedactSpans: "redact",
    KeepSpans: "keep", Oblige: "oblige", Hold: "hold", Offer: "offer", Restrict: "restrict",
    Clock: "clock", Cap: "cap", Warn: "warn",
    Residue: "residue",
}  # fmt: skip
CODE_BEGINS: dict[type[Frozen], str] = {
    Duty: "P", Cap: "P", Offer: "O-", Residue: "O-", Oblige: "D-", Warn: "W-",
}  # fmt: skip
"""How the codes of an effect begin; those of exemptions, masks and holds are listed in their types."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule, row, detector or plugin having spoken. Two are equal when they say the same."""

    rule: str
    effect: Effect
    basis: tuple[Basis, ...]
    statement: Text
    rank: int = 0  # of the highest live basis, see RANKS
    place: int = 0  # among the effects of its rule
    evidence: tuple[str, ...] = ()


class Span(NamedTuple):
    """A stretch ``[start, end)`` of code points that a detector flagged. Holds no content.

    ``mask`` is what the detector would put in its place (digits it keeps are its own choice);
    whether it is masked at all is decided by rules.
    """

    where: str
    start: int
    end: int
    kind: SpanKind
    detector: str
    mask: str
    why: Text
    certain: bool = True  # False: the validator failed (a wrong check digit), still flagged

    def __repr__(self) -> str:
        return f"<{self.kind} at {self.where}[{self.start}:{self.end}]>"


@dataclass(frozen=True, slots=True)
class Mark:
    """A marking the text carries about itself: secrecy, internal, a note on disclosure, a quotation."""

    kind: Literal["state_secret", "internal", "disclosure_note", "quotation", "dispatch_number"]
    where: str
    start: int
    end: int
    value: str = ""  # normalised: "机密 10年", "on_request", "〔2026〕5号"; never running text
    nonstandard: bool = False  # a dispatch number not written in the form of GB/T 9704


@dataclass(frozen=True, slots=True)
class FactStatement:
    """A fact somebody derived, with how it was seen."""

    name: str
    value: FactValue
    source: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unseen:
    """Something in a file that could not be looked into, and why: a code ``U-…``."""

    where: str
    code: str
    by: str = ""  # the plugin whose reader failed


@dataclass(frozen=True, slots=True)
class Reading:
    """The text of a document as read: ``text`` and each file's text by place, hidden places included."""

    parts: tuple[tuple[str, str], ...] = field(repr=False)  # (where, text)
    unseen: tuple[Unseen, ...] = ()


@dataclass(frozen=True, slots=True)
class Detection:
    """Everything the detectors saw, ordered by place."""

    spans: tuple[Span, ...] = ()
    marks: tuple[Mark, ...] = ()
    failures: tuple[
        Failure, ...
    ] = ()  # detectors of plugins that failed: what they would have seen is not known


class CaseDates(Dates):
    """The dates that clocks may start from, by trigger."""

    as_of: date
    formed: date | None = None

    def first(self, triggers: tuple[Trigger, ...]) -> date | None:
        """The first of ``triggers`` whose date is known."""
        return next((found for name in triggers if (found := getattr(self, name))), None)
