"""A proposed or chosen status held against the determined one: what the law allows, and what it does not."""

from __future__ import annotations

from typing import Literal

from disclosure_gate.model.codes import CODES
from disclosure_gate.model.determination import Problem, Status
from disclosure_gate.model.findings import RANKS, Duty, Exempt
from disclosure_gate.model.frozen import Text
from disclosure_gate.rules.resolution import Resolution

EXEMPTION_CODES = ("R14-1", "R14-2", "R14-3", "R15-1", "R15-2", "R16-1", "R16-2", "R16-3")
MIN_STATEMENT = 8  # characters; fewer cannot be specific

Departure = Literal["none", "more_open", "more_closed"]


def departure(chosen: Status, determined: Status) -> Departure:
    """How ``chosen`` differs from ``determined``."""
    if chosen is determined:
        return "none"
    return "more_open" if chosen.openness > determined.openness else "more_closed"


def most_open(resolution: Resolution) -> Status:
    """The most open status the law leaves to the organ.

    Discretionary exemptions *may* be used (art 16), and what nobody must publish may be published
    (art 7, 22). Articles 14 and 15, spans to be masked, and a forwarded document's origin leave no choice.
    """
    status = resolution.status
    assert status is not None  # noqa: S101  callers have a status
    binding = [
        finding.effect for finding in resolution.exemptions
        if isinstance(finding.effect, Exempt) and finding.effect.kind != "discretionary"
    ]  # fmt: skip
    capped = any(reason.effect.__class__.__name__ == "Cap" for reason in resolution.reasons)
    if capped or any(effect.scope == "whole" for effect in binding):
        return status
    if binding or resolution.redactions:
        return Status.PARTIAL
    return Status.PROACTIVE


def ordered_out(resolution: Resolution) -> bool:
    """Whether a provision leaves no choice but to publish (a specific duty of law, or a normative document)."""
    return resolution.must_publish or any(
        isinstance(duty.effect, Duty)
        and duty.effect.specific
        and (RANKS[duty.effect.rank] if duty.effect.rank else duty.rank) >= RANKS["rule"]
        for duty in resolution.duties
    )


def problems(
    status: Status | None, reason_code: str | None, statement: str | None, resolution: Resolution | None
) -> tuple[Problem, ...]:
    """Everything that keeps ``status`` with this reason from being admissible.

    Args:
        status: what is proposed; ``None`` where only a reason is given.
        reason_code: an exemption code, or whatever the drafter wrote.
        statement: the drafter's specific reason.
        resolution: the determined outcome; ``None`` or without a status when held.
    """
    found: list[str] = []
    known = reason_code in EXEMPTION_CODES
    if reason_code and not known:
        found.append("X-OTHER" if _is_other(reason_code) else "X-REASON-UNKNOWN")
    if reason_code and status is Status.ON_REQUEST:
        found.append("X-REASON-ON-REQUEST")
    if status is Status.WITHHELD:
        if not reason_code:
            found.append("X-REASON-MISSING")
        if not statement or len(statement.strip()) < MIN_STATEMENT or _is_other(statement):
            found.append("X-STATEMENT")
    if status is not None and (resolution is None or resolution.status is None):
        found.append("X-HELD")
    elif status is not None and resolution is not None and resolution.status is not None:
        determined = resolution.status
        match departure(status, determined):
            case "more_open":
                if status.openness > most_open(resolution).openness:
                    found.append("X-MORE-OPEN")
            case "more_closed":
                if ordered_out(resolution):
                    found.append("X-MUST-PUBLISH")
                elif not known:
                    found.append("X-MORE-CLOSED")
            case _:
                codes = {
                    finding.effect.code
                    for finding in resolution.exemptions
                    if isinstance(finding.effect, Exempt)
                }
                if status is Status.WITHHELD and known and reason_code not in codes:
                    found.append("X-REASON-UNSUPPORTED")
    return tuple(Problem(code=code, message=_message(code)) for code in dict.fromkeys(found))


def _is_other(word: str) -> bool:
    return word.strip().strip("。.").startswith(("其他", "其它", "other", "Other"))


def _message(code: str) -> Text:
    entry = CODES[code]
    zh = entry.zh + (f"，{entry.remedy_zh}" if entry.remedy_zh else "")
    en = entry.en + (f"; {entry.remedy_en}" if entry.remedy_en else "")
    return Text(zh=zh, en=en)
