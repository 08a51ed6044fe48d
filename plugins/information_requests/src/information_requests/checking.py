"""The reply as a document of its own: checked by the gate before it goes out."""

from __future__ import annotations

from datetime import date

from disclosure_gate import Determination, Document, Gate
from disclosure_gate.model.determination import Redaction
from information_requests.case import Case
from information_requests.clocks import received_on
from information_requests.letter import letter

KIND = "申请答复"


def reply_document(case: Case, text: str | None = None) -> Document:
    """The reply letter of a case as a document for the gate; ``text`` is the letter as edited, else the draft.

    Raises:
        Incomplete: see :func:`information_requests.letter.letter`.
    """
    draft = letter(case)
    assert case.reply is not None  # noqa: S101  letter() refuses a case without a reply
    received = received_on(case.request)
    return Document.parse(
        {
            "id": f"reply-{case.request.id}",
            "title": "政府信息公开申请答复书",
            "kind": KIND,
            "text": draft.zh if text is None else text,
            "issuer": {"name": case.reply.organ},
            "formed_on": case.reply.replied_on.isoformat(),
            "dates": {"received": received.isoformat() if received else None},
            "facts": {"reply_type": case.reply.type, "wide_public_interest": False},
        }
    )


def check_reply(gate: Gate, case: Case, as_of: date, text: str | None = None) -> Determination:
    """What the gate says of the letter: whom it goes to, whose data in it are to be masked, what it lacks."""
    return gate.check(reply_document(case, text), as_of)


def third_party_data(answer: Determination, case: Case, text: str) -> tuple[Redaction, ...]:
    """Of what the gate would mask, all but the applicant's own name: that may stand in a letter to the applicant."""
    own = case.request.applicant.name
    return tuple(
        each
        for each in answer.redactions
        if not (each.where == "text" and text[each.start : each.end] == own)
    )
