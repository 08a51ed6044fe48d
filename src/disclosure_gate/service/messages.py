"""What is sent and answered over HTTP."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from disclosure_gate.catalogue.model import Row
from disclosure_gate.model.clearance import Clearance, Decision, IssueReceipt, Scheduled
from disclosure_gate.model.determination import Determination, RulesetVersion, Status
from disclosure_gate.model.frozen import Frozen, Text
from disclosure_gate.model.listing import Lane, Listing, Validity

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
    """A document exactly as it was cleared, and its clearance as the signed token.

    ``listing`` says how it stands in the column and what it amends, repeals or interprets.
    """

    document: DocumentData
    token: Annotated[str, Field(max_length=20_000)]
    number: Annotated[str, Field(max_length=200)] = ""
    issued_on: date | None = None
    listing: Listing | None = None
    lane: Lane = "single"


class IssueAnswer(IssueReceipt):
    """The receipt, and the signed head of the register after it: keep it as proof of the issue."""

    head: str


class ScheduleRequest(Frozen):
    """A document as it was issued, whose ``dates`` now name what its publications awaited."""

    document: DocumentData


class ScheduleAnswer(Scheduled):
    """The publications that have their days now, and the signed head of the register after it."""

    head: str


class WithdrawalAnswer(Frozen):
    """The record of the withdrawal, and the signed head of the register after it."""

    document_id: str
    record_seq: int
    head: str


class ValidityAnswer(Frozen):
    """The record of the change, and the signed head of the register after it."""

    document_id: str
    validity: Validity
    record_seq: int
    head: str


class BatchResult(Frozen):
    """One answer of a batch: a determination, or what is wrong with this document."""

    determination: Determination | None
    errors: tuple[dict[str, str], ...]


class BatchAnswer(Frozen):
    """The answers of a batch, in the order of its documents."""

    results: tuple[BatchResult, ...]


class RecordLine(Frozen):
    """One record of a document."""

    seq: int
    event: str
    at: datetime
    hash: str


class DocumentAnswer(Frozen):
    """Where a document stands, and what was recorded of it."""

    document_id: str
    issuer: str
    version: int
    status: Status
    state: Literal["issued", "withdrawn"]
    number: str
    content_digest: str
    index: str
    validity: Validity
    valid_until: date | None
    records: tuple[RecordLine, ...]


class HeadAnswer(Frozen):
    """The end of the register: number and hash of its last record, and both signed."""

    seq: int
    hash: str
    head: str


class LikelyItem(Frozen):
    """A catalogue row that may be meant by a title, how well it fits (0 to 1), and the words that say so."""

    id: str
    path: str
    score: float
    because: tuple[str, ...]


class ItemsAnswer(Frozen):
    """Rows of the catalogues, or with a title those that may be meant, the likeliest first."""

    items: tuple[Row, ...] | tuple[LikelyItem, ...]


class RowAnswer(Frozen):
    """A catalogue row as a sentence."""

    id: str
    sentence: Text


class RuleBasis(Frozen):
    """A provision a rule rests on."""

    law: str
    title: str
    article: str


class RuleAnswer(RowAnswer):
    """A rule as a sentence, why it is one, and what it rests on."""

    title: Text
    because: Text
    basis: tuple[RuleBasis, ...]
    confidence: str


class PublicKey(Frozen):
    """A public key (RFC 8037)."""

    kty: Literal["OKP"]
    crv: Literal["Ed25519"]
    use: Literal["sig"]
    alg: Literal["EdDSA"]
    kid: str
    x: str


class KeysAnswer(Frozen):
    """The public keys, those of before a rotation among them (RFC 7517)."""

    keys: tuple[PublicKey, ...]


class HealthAnswer(Frozen):
    """The process answers."""

    status: Literal["ok"]


class RulesetsAnswer(Frozen):
    """The rulesets that decide now, and whether any differs from before."""

    changed: bool
    rulesets: tuple[RulesetVersion, ...]


class ReadinessAnswer(Frozen):
    """Whether it can decide and record; what hinders it, and what only needs attention."""

    ready: bool
    problems: tuple[dict[str, str], ...]
    warnings: tuple[dict[str, str], ...]


class ProblemDetails(Frozen):
    """An error in the form of RFC 9457. ``errors`` has one entry for each flaw, with its JSON pointer."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str
    errors: tuple[dict[str, str], ...] = ()
