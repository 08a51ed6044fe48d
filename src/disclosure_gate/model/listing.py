"""How a document stands in the column: its section, its index number, whether it is in force, what it changes."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from disclosure_gate.model.document import Name
from disclosure_gate.model.frozen import Frozen, Text

Section = Literal["guide", "rules", "statutory", "annual_report"]
SECTIONS: dict[Section, Text] = {
    "guide": Text(zh="政府信息公开指南", en="Guide"),
    "rules": Text(zh="政府信息公开制度", en="Rules"),
    "statutory": Text(zh="法定主动公开内容", en="Statutory content"),
    "annual_report": Text(zh="政府信息公开年报", en="Annual reports"),
}
"""The four fixed sections of every column."""

Validity = Literal["in_force", "amended", "repealed", "lapsed"]
VALIDITY: dict[Validity, Text] = {
    "in_force": Text(zh="现行有效", en="in force"),
    "amended": Text(zh="已修改", en="amended"),
    "repealed": Text(zh="废止", en="repealed"),
    "lapsed": Text(zh="失效", en="lapsed"),
}
DocumentId = Annotated[str, Field(min_length=1, max_length=500)]
Lane = Literal["single", "bulk"]
"""``bulk``: one of many, such as an archive taken over. Single documents are delivered before it."""


class Relation(Frozen):
    """What a document does to another: amends or repeals an earlier one, or interprets a policy."""

    kind: Literal["amends", "repeals", "interprets"]
    document_id: DocumentId


class Listing(Frozen):
    """What the issuing office says about how a document stands in the column; all of it may be left out.

    ``section`` is told from the title where it is not given, ``index`` (索引号) is numbered by the register.
    ``valid_until`` is the last day a normative document is in force.
    """

    section: Section | None = None
    index: Annotated[str, Field(max_length=60)] = ""
    abstract: Annotated[str, Field(max_length=1000)] = ""
    keywords: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=40)], ...], Field(max_length=20)
    ] = ()
    valid_until: date | None = None
    relations: Annotated[tuple[Relation, ...], Field(max_length=200)] = ()


class Change(Frozen):
    """By what a document was amended, repealed, or lapsed. The other's title and number where the public may read it."""

    validity: Validity
    on: date
    document_id: str = ""
    title: str = ""
    number: str = ""


class ValidityChange(Frozen):
    """Somebody states whether an issued document is in force, such as after a clean-up of normative documents.

    ``cause`` names the issued document that says so, where there is one. A ``valid_until`` that is not given
    stays as it is.
    """

    document_id: DocumentId
    validity: Validity
    by: Name
    on: date
    cause: DocumentId | None = None
    valid_until: date | None = None


def section_of(title: str) -> Section:
    """The fixed section a title belongs to: guide, rules and annual reports are named the same everywhere."""
    if "政府信息公开" in title:
        if title.rstrip("）)》").endswith("指南"):
            return "guide"
        if "年度报告" in title or title.endswith("年报"):
            return "annual_report"
        if title.rstrip("》").endswith(("制度", "办法", "规定", "细则", "条例", "规范")):
            return "rules"
    return "statutory"
