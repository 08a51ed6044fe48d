"""How findings become a status: the law's own order, in one pure function (design §5).

Not priorities by number. A duty asks for publication; an exemption stands against it; what defeats
what follows from articles 13 to 16 and from exceptions that name what they defeat.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from disclosure_gate.model.determination import Audience, Channel, Status
from disclosure_gate.model.findings import (
    RANKS,
    Cap,
    Clock,
    Duty,
    Exempt,
    Finding,
    Hold,
    KeepSpans,
    Lift,
    Oblige,
    Offer,
    PublicationSpec,
    RedactSpans,
    Residue,
    Restrict,
    Span,
    Trigger,
    Warn,
)  # fmt: skip

_WIDTH: dict[Audience, int] = {"public": 3, "village": 2, "affected": 2, "parties": 1}


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two findings of the same strength that disagree: shown, not settled."""

    one: Finding
    other: Finding


@dataclass(frozen=True, slots=True)
class Resolution:
    """The status with what decided it. ``status`` is ``None`` where something holds or conflicts."""

    status: Status | None
    holds: tuple[Finding, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    reasons: tuple[Finding, ...] = ()
    duties: tuple[Finding, ...] = ()
    exemptions: tuple[Finding, ...] = ()  # live ones
    defeated: tuple[Finding, ...] = ()
    offers: tuple[Finding, ...] = ()
    redactions: tuple[tuple[Span, Finding], ...] = ()
    clocks: tuple[Finding, ...] = ()
    restrictions: tuple[Finding, ...] = ()
    obligations: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    must_publish: bool = False

    @property
    def audiences(self) -> frozenset[Audience]:
        """Who may be given it, of those the duties address."""
        if self.status not in {Status.PROACTIVE, Status.PARTIAL}:
            return frozenset()
        return frozenset(spec.audience for _, spec in addressed(self))

    def signature(self) -> tuple[object, ...]:
        """What an open question must not be able to change: the status, what holds it, who may see what of it, and from when."""
        return (
            self.status,
            frozenset((finding.rule, getattr(finding.effect, "code", "")) for finding in self.holds),
            bool(self.conflicts),
            self.audiences,
            # A kind of span is masked everywhere or nowhere.
            frozenset(span.kind for span, _ in self.redactions) if self.status else None,
            self._awaited,
        )

    @property
    def _awaited(self) -> frozenset[tuple[Audience | None, tuple[Trigger, ...]]]:
        """The dates that publication, or handing it to an applicant, must wait for."""
        if self.status not in {Status.PROACTIVE, Status.PARTIAL, Status.ON_REQUEST}:
            return frozenset()
        asked: list[PublicationSpec | Clock] = []
        if self.status is not Status.ON_REQUEST:
            asked += [spec for _, spec in addressed(self)]
        asked += [finding.effect for finding in self.clocks if isinstance(finding.effect, Clock)]
        return frozenset((each.audience, each.not_before) for each in asked if each.not_before)


def resolve(findings: Iterable[Finding], spans: Sequence[Span] = ()) -> Resolution:
    """Resolve findings to a status.

    Order and repetition of ``findings`` do not matter (P2); adding a hold or a mandatory exemption
    never makes the result more open (P1). Basis: 条例 arts 13–16, 19–21, 36–37.

    Args:
        findings: what rules, catalogue rows and plugins said; every one with a basis in force.
        spans: what the detectors flagged; masked where a redact rule covers their kind.
    """
    said = _arranged(findings)
    by = _by_effect(said)
    duties = by.get(Duty, [])
    exempt = by.get(Exempt, [])
    lifts = [effect for finding in by.get(Lift, ()) if isinstance(effect := finding.effect, Lift)]
    lifted = {target for lift in lifts for target in lift.exemptions}
    barred = {target for lift in lifts for target in lift.duties}

    live_duties = [
        duty for duty in duties
        if not ({"*", duty.rule} & barred) and not (_code(duty) == "P-ROW" and "P-ROW" in barred)
    ]  # fmt: skip
    orders_out = any(
        isinstance(duty.effect, Duty) and duty.effect.specific and _rank(duty) >= RANKS["rule"]
        for duty in live_duties
    )
    live: list[Finding] = []
    offers = by.get(Offer, [])
    offered = False
    for finding in exempt:
        effect = finding.effect
        assert isinstance(effect, Exempt)  # noqa: S101  collected by this type
        # INVARIANT P1: a mandatory exemption (art 14) is live whatever else was said.
        if effect.kind == "mandatory":
            live.append(finding)
        elif {effect.code, finding.rule} & lifted:
            continue
        elif effect.kind == "discretionary" and orders_out:
            continue  # art 16 para 2 end: a law, regulation or rule that requires release prevails
        elif effect.kind == "discretionary" and offers:
            offered = True
        else:
            live.append(finding)
    whole = [finding for finding in live if _scope(finding) == "whole"]
    parts = [finding for finding in live if _scope(finding) != "whole"]
    masks, conflicts = _masks(by.get(RedactSpans, ()), by.get(KeepSpans, ()), spans)
    caps = by.get(Cap, [])

    if whole:
        status, reasons = Status.WITHHELD, whole
    elif live_duties and not offered:
        if parts or masks:
            status = Status.PARTIAL
            # Equal findings are one object by now, and hashing one costs more than all the rest of this.
            masking = {id(finding): finding for _, finding in masks}
            reasons = [*live_duties, *parts, *masking.values()]
        else:
            status, reasons = Status.PROACTIVE, live_duties
    else:
        status = Status.ON_REQUEST
        reasons = offers or by.get(Residue, [])
    for cap in caps:
        assert isinstance(cap.effect, Cap)  # noqa: S101  collected by this type
        if cap.effect.status.openness < status.openness:
            status, reasons = cap.effect.status, [cap]
        elif cap.effect.status is status:
            reasons = list(dict.fromkeys([*reasons, cap]))

    holds = by.get(Hold, [])
    # INVARIANT P5: a status without a reason in force is no status.
    given = status if not holds and not conflicts and reasons else None
    return Resolution(
        given,
        tuple(holds),
        tuple(conflicts),
        tuple(reasons) if given else (),
        tuple(live_duties),
        tuple(live),
        tuple(
            finding for finding in [*duties, *exempt] if finding not in live_duties and finding not in live
        ),
        tuple(offers),
        tuple(masks) if given is not Status.WITHHELD else (),
        tuple(by.get(Clock, [])),
        tuple(by.get(Restrict, [])),
        tuple(
            finding
            for finding in by.get(Oblige, [])
            if isinstance(finding.effect, Oblige)
            and (not finding.effect.statuses or given in finding.effect.statuses)
        ),
        tuple(by.get(Warn, [])),
        must_publish=any(isinstance(duty.effect, Duty) and duty.effect.must for duty in live_duties),
    )


def addressed(resolution: Resolution) -> list[tuple[Finding, PublicationSpec]]:
    """Which publications the live duties ask for, narrowed to the restrictions.

    A duty that says where and to whom it is fulfilled speaks for itself; only where none does, the
    general duties mean everybody, in the column. What is for the village is not for the web as well.
    """
    told = [
        (duty, spec)
        for duty in resolution.duties
        if isinstance(duty.effect, Duty)
        for spec in duty.effect.publications
    ]
    if not told:
        told = [(duty, PublicationSpec()) for duty in resolution.duties]
    for restriction in resolution.restrictions:
        assert isinstance(restriction.effect, Restrict)  # noqa: S101  collected by this type
        limit = restriction.effect.audience
        within = [
            (duty, spec)
            for duty, spec in told
            if spec.audience == limit or _WIDTH[spec.audience] < _WIDTH[limit]
        ]
        told = within or [
            (duty, spec.model_copy(update={"audience": limit, "channels": _CHANNELS[limit]}))
            for duty, spec in told
        ]
    return told


def _masks(
    redacting: Sequence[Finding], keepers: Sequence[Finding], spans: Sequence[Span]
) -> tuple[list[tuple[Span, Finding]], list[Conflict]]:
    if not spans:
        return [], []
    masking = _by_kind(redacting)
    keeping = _by_kind(keepers)
    masks: list[tuple[Span, Finding]] = []
    conflicts: dict[Conflict, None] = {}
    for span in spans:
        standing = []
        for rule in masking.get(span.kind, ()):
            against = keeping.get(span.kind, ())
            if any(
                rule.rule in keeper.effect.over for keeper in against if isinstance(keeper.effect, KeepSpans)
            ):
                continue
            standing.append(rule)
            for keeper in against:
                conflicts[Conflict(rule, keeper)] = None
        if standing:
            masks.append((span, _nearest(standing)))
    return masks, list(conflicts)


def _nearest(masking: Sequence[Finding]) -> Finding:
    """The reason for a mask: what a department says of its spans before what the law says for all, but for article 14."""
    forbidden = (each for each in masking if _code(each).startswith("R14"))
    own = (each for each in masking if not each.rule.startswith("national/"))
    return next(forbidden, None) or next(own, masking[0])


_CHANNELS: dict[Audience, tuple[Channel, ...]] = {
    "public": ("column",),
    "village": ("village_board",),
    "affected": ("village_board",),
    "parties": ("direct",),
}


def _by_effect(said: Sequence[Finding]) -> dict[type, list[Finding]]:
    found: dict[type, list[Finding]] = {}
    for finding in said:
        found.setdefault(type(finding.effect), []).append(finding)
    return found


def _by_kind(findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    """Findings on spans, by each kind of span they speak of."""
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        assert isinstance(finding.effect, RedactSpans | KeepSpans)  # noqa: S101  collected by these types
        for kind in finding.effect.kinds:
            found.setdefault(kind, []).append(finding)
    return found


def _arranged(findings: Iterable[Finding]) -> list[Finding]:
    """Each finding once, in an order that does not depend on who spoke first (P2)."""
    groups: dict[tuple[str, int, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.rule, finding.place, type(finding.effect).__name__), []).append(finding)
    said: list[Finding] = []
    for key in sorted(groups):
        group = groups[key]
        if len(group) > 1:
            group = sorted(
                set(group), key=lambda each: (each.effect.model_dump_json(), each.statement.zh, each.rank)
            )
        said += group
    return said


def _code(finding: Finding) -> str:
    return str(getattr(finding.effect, "code", ""))


def _scope(finding: Finding) -> str:
    return finding.effect.scope if isinstance(finding.effect, Exempt) else ""


def _rank(finding: Finding) -> int:
    effect = finding.effect
    return RANKS[effect.rank] if isinstance(effect, Duty) and effect.rank else finding.rank
