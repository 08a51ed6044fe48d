"""What the public reads beside a document's text: who takes care of each field, and that its words name nobody (P6).

A document is read, and masked by the rules. The words around it, such as its number or the reason of a withdrawal, are no part
of it: nothing of a person may stand in them at all. This is the one place that says so.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Literal, NamedTuple, TypeAlias

from disclosure_gate.detect import Scanner, secret_mark
from disclosure_gate.events import LogEvent, log
from disclosure_gate.model.clearance import Withdrawal
from disclosure_gate.model.errors import Flaw
from disclosure_gate.model.findings import Detection, Reading, Span
from disclosure_gate.model.labels import SPANS
from disclosure_gate.model.listing import Listing
from disclosure_gate.redact.copy import standing

Care: TypeAlias = Literal["masked", "words", "ours", "another's"]

CARE: Mapping[str, Care] = {
    "document_id": "words",  # in the keys a CMS is sent, and in what it is told of other documents
    "title": "masked",
    "number": "words",
    "issuer": "words",
    "text": "masked",
    "files": "masked",  # their names too
    "index": "words",
    "abstract": "words",
    "keywords": "words",
    "changes": "another's",  # title and number as that document was issued with them
    "relations": "another's",  # ids of documents that are public
    "item": "ours",  # a row's id
    **dict.fromkeys(
        ("version", "kind", "domain", "status", "issued_on", "label", "publication", "section", "policy", "validity", "valid_until"),
        "ours",
    ),
}  # fmt: skip
"""By whom each field of a ``PublicItem`` is made safe: the masks of the rules, the scan here, nobody because it is one of our
own words, numbers and days, or the issue of the document it comes from. Of a withdrawal the public reads reason and day."""

# The serial number of a 文号 with its year before it, 33-3号, is no house's; eight digits at most are no person's number either.
_SERIAL = re.compile(r"(?<=[〔\[（(【]\d{4}[〕\]）)】])第?[A-Z]?-?(?=(?:-?\d){1,8}号)[\d-]+号")
# What numbers of systems hold by chance: the check digit of a bank's card (one in ten of nineteen digits), QQ or WX before digits, and, in
# a number such as 202604200802057069, that of a resident ID, whose first two digits would name a province that there is not.
_BY_CHANCE = frozenset({"bank_card", "im_account"})
_BY_PLACE = frozenset({"resident_id", "disability_card"})
# 83 and 9 stand in permits of residents from elsewhere.
_NO_PROVINCE = re.compile("(?!1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|9)[0-9]{2}")
_NUMBERS = frozenset({"dispatch_number", "quotation"})  # marks: to cite a document names nobody


class Said(NamedTuple):
    """Words for the public, and the place they were given at.

    ``numbering``: they are a number that a system gave. ``marks``: what marks a document, such as 内部资料, may not stand there either.
    """

    where: str
    text: str
    numbering: bool = False
    marks: bool = False


def placing(document_id: str, issuer: str, code: str | None) -> list[Said]:
    """What is known of a document before it is issued: its id, and whose it is."""
    return [Said("/id", document_id, numbering=True), Said("/issuer/name", issuer), Said("/issuer/code", code or "", numbering=True)]  # fmt: skip


def of_listing(listing: Listing) -> list[Said]:
    """What the office says of how a document stands in the column."""
    return [
        Said("/listing/index", listing.index, numbering=True),
        Said("/listing/abstract", listing.abstract, marks=True),
        *(Said(f"/listing/keywords/{number}", each, marks=True) for number, each in enumerate(listing.keywords)),
    ]  # fmt: skip


def of_number(number: str) -> list[Said]:
    """The dispatch number."""
    return [Said("/number", number)]


def of_withdrawal(withdrawal: Withdrawal) -> list[Said]:
    """Why it was withdrawn."""
    return [Said("/reason", withdrawal.reason)]


def flaws(scanner: Scanner, said: Iterable[Said], masked: Collection[str] = ()) -> tuple[Flaw, ...]:
    """What may not be shown, by its place: ``E-SHOWN``, or ``E-SHOWN-UNSEEN`` where a detector failed. Never the words themselves.

    Args:
        scanner: the detectors, those of plugins among them.
        said: the words.
        masked: what is masked in the document itself, squeezed; it does not stand beside it either.
    """
    given = {each.where: each for each in said if each.text.strip()}
    found: dict[str, list[str]] = {
        each.where: ["密级标志 / a secrecy mark"] for each in given.values() if secret_mark(each.text) is not None
    }  # fmt: skip
    # INVARIANT: as with a document, nothing else looks at what bears a mark of state secrecy.
    reading = Reading(tuple((each.where, _read(each)) for each in given.values() if each.where not in found))
    detection, failed = Detection(), ""
    try:
        detection = scanner.scan(reading)
    except Exception as error:  # noqa: BLE001  whatever a detector does, what it has not seen is not shown
        failed = type(error).__name__
        log(LogEvent.STAGE_FAILED, document_id="", stage="shown", error=failed)
    if detection.failures:
        failed = str(detection.failures[0])
    for span in detection.spans:
        if _means_somebody(span, given[span.where]):
            found.setdefault(span.where, []).append(f"{SPANS[span.kind].zh} / {SPANS[span.kind].en}")
    for mark in detection.marks:
        if given[mark.where].marks and mark.kind not in _NUMBERS:
            found.setdefault(mark.where, []).append("公文标识 / marks of a document")
    for where, _ in reading.parts:
        if masked and standing(given[where].text, masked):
            found.setdefault(where, []).append("公文中遮盖的内容 / what is masked in the document")
    told = [
        Flaw("E-SHOWN", where, got=" | ".join(dict.fromkeys(found[where]))) for where in given if where in found
    ]  # fmt: skip
    if failed:
        told += [
            Flaw("E-SHOWN-UNSEEN", where, got=failed) for where, _ in reading.parts if where not in found
        ]
    return tuple(told)


def _read(said: Said) -> str:
    """What the detectors read: all of it but serial numbers of documents."""
    return _SERIAL.sub("", said.text)


def _means_somebody(span: Span, said: Said) -> bool:
    if not said.numbering:
        return True
    if span.kind in _BY_PLACE:
        return _NO_PROVINCE.match(_read(said), span.start, span.end) is None
    return span.kind not in _BY_CHANCE
