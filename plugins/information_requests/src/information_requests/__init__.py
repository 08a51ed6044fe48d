"""Requests for government information, articles 27 to 44 of the Regulation."""

from information_requests.case import (
    Applicant,
    Case,
    Consultation,
    Correction,
    Extension,
    FeeNotice,
    Reply,
    Request,
    WithheldPart,
)
from information_requests.checking import check_reply, reply_document, third_party_data
from information_requests.clocks import Clocks, clocks, limit_of, outcome_of, received_on
from information_requests.fees import fee_by_items, fee_by_pages
from information_requests.letter import Incomplete, letter
from information_requests.plugin import InformationRequests, plugin
from information_requests.replies import (
    KINDS,
    Situation,
    choose,
    problems,
    review_first,
    row_of,
    situation_of,
)
from information_requests.report import ROWS, TableThree, table_three

__all__ = [
    "KINDS",
    "ROWS",
    "Applicant",
    "Case",
    "Clocks",
    "Consultation",
    "Correction",
    "Extension",
    "FeeNotice",
    "Incomplete",
    "InformationRequests",
    "Reply",
    "Request",
    "Situation",
    "TableThree",
    "WithheldPart",
    "check_reply",
    "choose",
    "clocks",
    "fee_by_items",
    "fee_by_pages",
    "letter",
    "limit_of",
    "outcome_of",
    "plugin",
    "problems",
    "received_on",
    "reply_document",
    "review_first",
    "row_of",
    "situation_of",
    "table_three",
    "third_party_data",
]
