"""What people decide: the review decision, the clearance it leads to, the issue and the withdrawal."""

from __future__ import annotations

from datetime import date, datetime
from hashlib import sha256
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from disclosure_gate.model.canonical import canonical, digest_of
from disclosure_gate.model.content import Content
from disclosure_gate.model.determination import Channel, Publication, Reason, Redaction, Status
from disclosure_gate.model.document import KnownIssuer, Name, Worded
from disclosure_gate.model.frozen import Frozen
from disclosure_gate.model.listing import Change, Relation, Section, Validity


class Decision(Frozen):
    """Human review: who proposed, reviewed and signed, and what was decided (条例 17).

    ``status`` defaults to the determined one. A departure needs ``reason_code`` and ``statement``.
    ``done`` names the obligations (their codes) that were met; ``secrecy_review`` is the reviewing
    body's result and ``secrecy_reviewer`` who gave it.
    """

    drafter: Name
    reviewer: Name
    signer: Name
    status: Status | None = None
    reason_code: Annotated[str, Field(max_length=40)] | None = None
    statement: Annotated[str, Field(max_length=4000)] | None = None
    secrecy_review: Literal["passed", "failed", "pending"] | None = None
    secrecy_reviewer: Name | None = None
    done: tuple[str, ...] = ()
    publish_on: date | None = None


class Clearance(Frozen):
    """放行凭证: this content, this status, once. Valid until ``expires_on`` inclusive."""

    clearance_id: str
    document_id: str
    content_digest: str
    determination_id: str
    status: Status
    determined: Status
    departure: Literal["none", "more_open", "more_closed"] = "none"
    reason_code: str | None = None
    issuer: KnownIssuer
    rulesets_digest: str
    publish_on: date | None = None
    cleared_at: datetime
    expires_on: date


class PublicFile(Frozen):
    """A public copy of a file: rebuilt, masked and proved clean. ``content`` is base64 in JSON."""

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    name: str
    media_type: str
    digest: str
    content: bytes = Field(repr=False)


class PublicCopies(Frozen):
    """The public copies of a document, what is masked in them, and the reason of every rule that masks.

    ``left_out`` are the places of pictures that the copies do not carry, ``objects_left_out`` those of charts,
    diagrams, text boxes of workbooks and embedded files. ``before`` is what stood in each
    span, in the order of ``redactions``: content, never serialised; ``lines`` are the spans' lines, from 1.
    """

    files: tuple[PublicFile, ...]
    left_out: tuple[str, ...] = ()
    objects_left_out: tuple[str, ...] = ()
    before: tuple[Content, ...] = Field(default=(), exclude=True, repr=False)
    lines: tuple[int, ...] = ()
    redactions: tuple[Redaction, ...]
    reasons: tuple[Reason, ...]


class PublicItem(Frozen):
    """What the public may see of a document: metadata and the public copy, never more.

    ``text`` is the masked text; ``None`` where only the title may be listed. ``index`` is the 索引号,
    ``item`` the id of the catalogue row, ``policy`` whether it is a normative or policy document.
    """

    document_id: str
    version: int
    title: str
    kind: str
    number: str
    issuer: str
    domain: str | None
    status: Status
    issued_on: date
    label: str
    text: str | None
    files: tuple[PublicFile, ...] = ()
    publication: Publication
    index: str = ""
    section: Section = "statutory"
    item: str | None = None
    policy: bool = False
    abstract: str = ""
    keywords: tuple[str, ...] = ()
    validity: Validity = "in_force"
    valid_until: date | None = None
    changes: tuple[Change, ...] = ()
    relations: tuple[Relation, ...] = ()

    def digest(self) -> str:
        """SHA-256 over everything the public sees; files by what is really in them, not by what is said of them."""
        said = self.model_dump(mode="json", exclude={"files": {"__all__": {"content", "digest"}}})
        said["contents"] = [sha256(file.content).hexdigest() for file in self.files]
        return sha256(canonical(said)).hexdigest()

    def copy_digest(self) -> str:
        """SHA-256 over the public copy alone, as the record of its issue keeps it: title, text, and what is in the files."""
        files = (f"{file.name}\n{sha256(file.content).hexdigest()}" for file in self.files)
        return digest_of([self.title, self.text or "", *files])

    def recorded(self) -> dict[str, Any]:
        """What the record of its issue keeps of it: for whom it is, its copy's digest, and where it stands in the column."""
        return {
            "audience": self.publication.audience,
            "digest": self.copy_digest(),
            **self.model_dump(mode="json", include={"kind", "domain", "item", "section", "policy"}),
        }

    def key(self, channel: Channel) -> str:
        """One delivery line per document, audience and channel."""
        return f"{self.document_id}#{self.publication.audience}#{channel}"


class IssueReceipt(Frozen):
    """Proof of issue: the register's sequence number and hash of the record."""

    document_id: str
    version: int
    number: str
    issued_on: date
    status: Status
    record_seq: int
    record_hash: str
    publications: tuple[Publication, ...]


class Scheduled(Frozen):
    """The publications that have their days now, and the record that says so."""

    document_id: str
    version: int
    record_seq: int
    record_hash: str
    publications: tuple[Publication, ...]


class Withdrawal(Frozen):
    """Taking back what was published, with the reason the public is given."""

    document_id: str
    reason: Annotated[Worded, Field(max_length=4000)]
    by: Name
    withdrawn_on: date


class RegisterEntry(Frozen):
    """One record of the register. ``hash`` is SHA-256 over ``prev_hash`` and the exact ``body`` bytes."""

    seq: int
    event: str
    document_id: str
    at: datetime
    body: dict[str, Any]
    prev_hash: str
    hash: str
