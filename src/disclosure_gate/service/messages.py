"""What is sent and answered over HTTP."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from disclosure_gate.model.clearance import Clearance, Decision, Withdrawal
from disclosure_gate.model.determination import Determination
from disclosure_gate.model.frozen import Frozen

DocumentData = Annotated[dict[str, Any], Field(description="the document, see the schema Document")]
MAX_BATCH = 200


class CheckRequest(Frozen):
    """One document or several. A check is recorded unless it is asked as a ``preview``."""

    document: DocumentData | None = None
    documents: Annotated[tuple[DocumentData, ...] | None, Field(max_length=MAX_BATCH)] = None
    as_of: date | None = None
    preview: bool = False


class ClearanceRequest(Frozen):
    """A document, the determination it was given, and the decision of the people who reviewed it."""

    document: DocumentData
    determination: Determination
    decision: Decision


class ClearanceAnswer(Frozen):
    """A clearance, and the same as a signed token (compact JWS) that can be verified with the public key alone."""

    clearance: Clearance
    token: str


class IssueRequest(Frozen):
    """A document exactly as it was cleared, and its clearance as the signed token."""

    document: DocumentData
    token: Annotated[str, Field(max_length=20_000)]
    number: str = ""
    issued_on: date | None = None


WithdrawalRequest = Withdrawal


class ProblemDetails(Frozen):
    """An error in the form of RFC 9457. ``errors`` has one entry for each flaw, with its JSON pointer."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str
    errors: tuple[dict[str, str], ...] = ()
