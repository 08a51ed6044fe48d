"""How a document stands in the column, said at the desk: when it is issued, and afterwards."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import g, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from disclosure_gate.desk.drafting import day
from disclosure_gate.desk.pages import desk, gate, register
from disclosure_gate.desk.signin import signed_in
from disclosure_gate.model.errors import CaseRefused, IssueRefused
from disclosure_gate.service.access import nameable, sees

_KINDS = ("amends", "repeals", "interprets")
_BETWEEN = re.compile(r"[\s，、；,;]+")


def listing_from(form: Mapping[str, str]) -> dict[str, Any] | None:
    """What the form of an issue says of the column, for :meth:`Gate.issue`; ``None`` where it says nothing.

    Raises:
        IssueRefused: ``E-UNKNOWN-DOCUMENT``, with what the person called it.
    """
    relations = [
        {"kind": kind, "document_id": _called(name, theirs=kind == "interprets")}
        for kind in _KINDS
        for name in _listed(form.get(kind, ""))
    ]
    said: dict[str, Any] = {
        "section": form.get("section") or None,
        "abstract": form.get("abstract", "").strip(),
        "keywords": tuple(_listed(form.get("keywords", ""))),
        "valid_until": day(form.get("valid_until", "")),
        "relations": relations,
    }
    return said if any(said.values()) else None


@desk.post("/validity")
@signed_in("validity")
def validity() -> BaseResponse:
    """State whether an issued document is in force, such as after a clean-up."""
    document_id = request.form.get("document_id", "")
    state = register().state(document_id)
    if state is None or not sees(state.issuer):
        raise CaseRefused("E-CASE-UNKNOWN")
    cause = request.form.get("cause", "").strip()
    gate().change_validity(
        {
            "document_id": document_id, "validity": request.form.get("validity", ""), "by": g.key.name,
            "on": day(request.form.get("on", "")) or gate().today(), "cause": _called(cause, theirs=True) if cause else None,
            "valid_until": day(request.form.get("valid_until", "")),
        }
    )  # fmt: skip
    return redirect(url_for("desk.document_page", document_id=document_id))


def _called(name: str, *, theirs: bool) -> str:
    """The document people call by its dispatch number, or by its id."""
    known = register().state(name)
    found = [known] if known is not None else register().numbered(name)
    named = [each for each in found if nameable(each, shown=theirs and gate().shows(each.document_id))]
    if len(named) != 1:
        raise IssueRefused("E-UNKNOWN-DOCUMENT", where="/listing/relations", got=name[:120])
    return named[0].document_id


def _listed(text: str) -> list[str]:
    return [each for each in _BETWEEN.split(text) if each]
