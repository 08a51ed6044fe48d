"""A request for information and what happened to it. Every model is frozen; dates are days, never moments."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from disclosure_gate.model.determination import ReasonCode
from disclosure_gate.model.frozen import Frozen

ApplicantKind = Literal["natural", "business", "research", "public_welfare", "legal_service", "other"]
"""自然人; 商业企业, 科研机构, 社会公益组织, 法律服务机构, 其他 (columns of table 三)."""
Way = Literal["handed_in", "signed_post", "ordinary_letter", "internet", "fax"]
ReplyType = Literal[
    "published", "granted", "partial", "refused", "special_query", "not_existing", "not_ours", "needs_making",
    "unclear", "petition", "repeated", "publication", "excessive", "confirm_again", "correction_overdue",
    "fee_unpaid", "other",
]  # fmt: skip


class Applicant(Frozen):
    """Who asks."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    kind: ApplicantKind = "natural"


class Request(Frozen):
    """What was asked, how it came and when (条例 29, 31).

    ``confirmed_on`` is the day an ordinary letter was confirmed with the applicant, or a request by internet or
    fax by both sides; such a request is not received before that day.
    """

    id: Annotated[str, Field(min_length=1, max_length=200)]
    applicant: Applicant
    wanted: Annotated[str, Field(min_length=1, max_length=4000)]
    way: Way
    arrived_on: date
    confirmed_on: date | None = None


class Correction(Frozen):
    """The one notice to complete a request (条例 30): when it was sent, until when, when the answer came."""

    asked_on: date
    until: date | None = None
    received_on: date | None = None


class Consultation(Frozen):
    """A third party (条例 32), a co-maker (34) or another organ (33) that was asked in writing.

    ``received_on`` is the day it got the letter: its 15 working days run from there.
    """

    of: Literal["third_party", "co_maker", "other_organ"]
    sent_on: date
    received_on: date | None = None
    answered_on: date | None = None
    answer: Literal["agrees", "objects"] | None = None
    reasonable: bool | None = None  # whether the ground of an objection is

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if (self.answered_on is None) is not (self.answer is None):
            raise ValueError("answer and answered_on belong together")
        steps = [day for day in (self.sent_on, self.received_on, self.answered_on) if day]
        if steps != sorted(steps):
            raise ValueError("sent_on, received_on and answered_on must be in order")
        return self


class Extension(Frozen):
    """More time, of at most 20 working days, agreed to by the head of the 工作机构 and told to the applicant (33)."""

    days: Annotated[int, Field(ge=1, le=20)]
    approved_by: Annotated[str, Field(min_length=1, max_length=200)]
    told_on: date


class FeeNotice(Frozen):
    """The notice of a fee (42): the amount in yuan, when it was sent and paid."""

    amount: Annotated[int, Field(ge=0)]
    sent_on: date
    paid_on: date | None = None


class WithheldPart(Frozen):
    """A part that is not given, with the code of its reason and why, specifically."""

    part: Annotated[str, Field(min_length=1, max_length=500)]
    code: ReasonCode
    ground: Annotated[str, Field(min_length=1, max_length=2000)]


class Reply(Frozen):
    """The answer. What must be filled in depends on ``type``; see :func:`information_requests.replies.problems`."""

    type: ReplyType
    organ: Annotated[str, Field(min_length=1, max_length=200)]
    replied_on: date
    document: str = ""  # what is given or meant: title or number
    how: str = ""  # how to get it, or how, where and when it is supplied
    withheld: tuple[WithheldPart, ...] = ()
    reason: str = ""
    owner: str = ""  # the organ that has it, where it is known
    owner_contact: str = ""
    searched: str = ""  # where and by whom it was searched for
    no_law_orders_release: bool = False  # confirmed for article 16
    asked_why: bool = False  # the applicant was asked why so much (35)


class Case(Frozen):
    """A request with everything that happened to it."""

    request: Request
    correction: Correction | None = None
    consultations: tuple[Consultation, ...] = ()
    extension: Extension | None = None
    fee: FeeNotice | None = None
    reply: Reply | None = None
