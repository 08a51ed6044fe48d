"""Human review: what the gate checks before a status chosen by people stands (design §5, Clearing; 条例 art 17)."""

from __future__ import annotations

from unicodedata import normalize

from disclosure_gate.determining import Considered
from disclosure_gate.model.clearance import Clearance, Decision
from disclosure_gate.model.determination import Status
from disclosure_gate.model.errors import Flaw
from disclosure_gate.rules.proposal import departure, problems

_SECRECY = "D-SECRECY"
_PROPOSE = "D-PROPOSE"


def chosen_status(considered: Considered, decision: Decision) -> Status | None:
    """What the signer chose; by default what was determined."""
    return decision.status or considered.determination.status


def review_flaws(considered: Considered, decision: Decision) -> list[Flaw]:
    """Every reason why this decision cannot clear this document; empty when it can.

    A status is chosen by three named people, the reviewer not being the drafter. The secrecy review
    must be passed. Everything to be done before clearing must be done. A departure must be one the
    law allows; more closed only with an exemption code and a specific statement.
    """
    determination, workings = considered.determination, considered.workings
    if determination.status is None or workings is None:
        return [Flaw("E-HELD", "/held", got=held.code) for held in determination.held]
    chosen = decision.status or determination.status
    people = {role: _person(getattr(decision, role)) for role in ("drafter", "reviewer", "signer")}
    flaws = [Flaw("E-FIELD-MISSING", f"/{role}") for role, name in people.items() if not name]
    if people["reviewer"] == people["drafter"]:
        flaws.append(Flaw("E-TWO-PERSONS", "/reviewer"))
    flaws += _secrecy_flaws(considered, decision)
    flaws += [
        Flaw("E-OBLIGATION", f"/done/{each.code}", got=each.rule, expected=each.message.zh)
        for each in determination.obligations
        if each.when == "before_clearing" and each.code not in {_SECRECY, _PROPOSE, *decision.done}
    ]
    kind = departure(chosen, determination.status)
    code = decision.reason_code
    if kind != "none" or code:
        found = problems(chosen, code, decision.statement, workings.verdict.resolution)
        # A withheld status that was determined carries its reasons already.
        ignored = {"X-REASON-MISSING", "X-STATEMENT"} if kind == "none" else set()
        refusal = {"more_open": "E-MORE-OPEN", "more_closed": "E-MORE-CLOSED", "none": "E-DECISION"}[kind]
        flaws += [
            Flaw(
                "E-MUST-PUBLISH" if problem.code == "X-MUST-PUBLISH" else refusal,
                "/status",
                got=problem.code,
                expected=problem.message.zh,
            )
            for problem in found
            if problem.code not in ignored
        ]
    if kind == "more_closed" and chosen is not Status.WITHHELD and not decision.statement:
        flaws.append(Flaw("E-MORE-CLOSED", "/statement"))
    publish_on = decision.publish_on
    flaws += [
        Flaw("E-NOT-BEFORE", "/publish_on", got=str(publish_on), expected=f"≥ {each.not_before}")
        for each in determination.publications
        if publish_on and each.not_before and publish_on < each.not_before
    ]
    return flaws


def _person(name: str) -> str:
    """A name as it is compared: spaces, width and what cannot be seen make nobody another person."""
    return "".join(filter(str.isalnum, normalize("NFKC", name).casefold()))


def departure_record(clearance: Clearance, decision: Decision) -> dict[str, str | None]:
    """What the register keeps of a departure, as an event of its own."""
    return {
        "clearance_id": clearance.clearance_id,
        "determined": clearance.determined.value,
        "chosen": clearance.status.value,
        "departure": clearance.departure,
        "reason_code": decision.reason_code,
        "statement": decision.statement,
        "drafter": decision.drafter,
        "reviewer": decision.reviewer,
        "signer": decision.signer,
    }


def _secrecy_flaws(considered: Considered, decision: Decision) -> list[Flaw]:
    assert considered.workings is not None  # noqa: S101  the caller has returned for a marked document
    declared = considered.workings.table.vector.get("secrecy_review")
    if declared == "failed" or decision.secrecy_review == "failed":
        return [Flaw("E-REVIEW-FAILED", "/secrecy_review")]
    if declared == "passed" or decision.secrecy_review == "passed":
        return []
    return [Flaw("E-REVIEW-PENDING", "/secrecy_review")]
