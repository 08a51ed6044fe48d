"""A case on its way: proposed, reviewed, signed, issued, withdrawn. Each step once, by the person it belongs to."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, g, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from disclosure_gate.desk import words
from disclosure_gate.desk.drafting import (
    because,
    data_from,
    day,
    draft_files,
    draft_page,
    given_back,
    is_secret,
    marked,
    panel,
    parsed,
)
from disclosure_gate.desk.listing import listing_from
from disclosure_gate.desk.pages import attached, desk, gate, page, register
from disclosure_gate.desk.sheet import Sheet, as_pdf, sheet_of
from disclosure_gate.desk.signin import may, signed_in
from disclosure_gate.model.clearance import Clearance, Decision, IssueReceipt, RegisterEntry
from disclosure_gate.model.determination import Determination, Status
from disclosure_gate.model.document import Document
from disclosure_gate.model.errors import (
    CaseRefused,
    ClearanceRefused,
    Flaw,
    InputError,
    IssueRefused,
)
from disclosure_gate.model.frozen import Text
from disclosure_gate.register import Transaction, cases
from disclosure_gate.register.cases import Case, CaseState
from disclosure_gate.rules.proposal import departure

_TABS: dict[str, tuple[CaseState, ...]] = {
    "open": cases.OPEN,
    "done": ("issued", "withdrawn", "taken_back"),
}
_NOTE = Text(zh="意见", en="remark")
_REASON = Text(zh="撤回原因", en="reason of the withdrawal")
_SECRECY_REVIEWER = Text(zh="保密审查人或机构", en="who reviewed secrecy")
_STATUS_FLAWS = {"E-MORE-OPEN", "E-MORE-CLOSED", "E-MUST-PUBLISH", "E-DECISION"}
_UNUSED = "（理由另行写明）"  # stands for a statement where only the law's leave is asked


@dataclass(frozen=True, slots=True)
class Choice:
    """A status the reviewer might choose, whether the law leaves it open, and why not."""

    status: Status
    departure: str
    allowed: bool
    why: str


# list and case


@desk.get("/cases")
@signed_in("draft")
def case_list() -> str:
    """Cases in hand: one's own, or the organ's for those who review and sign."""
    shown = "done" if request.args.get("show") == "done" else "open"
    own = g.key.id if not may("office") else None
    found = cases.cases(register(), g.key.organ, _TABS[shown], own)
    mine = [each for each in found if waits_for_me(each)]
    return page("cases.html", cases=found, mine=mine, shown=shown, own=own is not None)


@desk.post("/cases")
@signed_in("draft")
def propose() -> BaseResponse:
    """Propose a new document: it is checked and recorded, and waits for review."""
    case_id = cases.new_id()
    data = data_from(request.form, request.files.getlist("files"), f"desk-{case_id}")
    try:
        document = _acceptable(data)
    except InputError as error:
        return given_back(None, data, error)

    def write(tx: Transaction, determined: Determination) -> None:
        values = {"case_id": case_id, "document_id": document.id, **told_of(document, determined)}
        draft = {"document": data, "determination": determined.to_json()}
        cases.open_case(tx, g_key, gate().now(), values, draft, note)

    g_key, note = g.key, request.form.get("note", "").strip()[:400]
    gate().record_check(document, also=write)
    return redirect(url_for("desk.case_page", case_id=case_id, done="proposed"))


@desk.get("/cases/<case_id>")
@signed_in("rules")
def case_page(case_id: str) -> Response:
    """Where a case stands, and what the person may do about it."""
    case = _visible(case_id)
    return Response(_case_page(case))


@desk.get("/cases/<case_id>/edit")
@signed_in("draft")
def edit(case_id: str) -> str:
    """Change a case that was returned, or not reviewed yet."""
    case = _visible(case_id)
    if not _may_change(case):
        raise CaseRefused("E-CASE-STATE")
    draft = cases.draft(register(), case_id) or {}
    return draft_page(case, draft["document"])


@desk.post("/cases/<case_id>/propose")
@signed_in("draft")
def propose_again(case_id: str) -> BaseResponse:
    """Propose a changed document."""
    case = _from_form(case_id)
    if not _may_change(case):
        raise CaseRefused("E-CASE-STATE")
    data = data_from(
        request.form, request.files.getlist("files"), case.document_id, kept_files(case_id, request.form)
    )
    try:
        document = _acceptable(data)
    except InputError as error:
        return given_back(case, data, error)

    def write(tx: Transaction, determined: Determination) -> None:
        draft = {"document": data, "determination": determined.to_json()}
        cases.advance(
            tx, case, "proposed_again", key, now, state="proposed", note=note, draft=draft,
            values={**told_of(document, determined), "reviewer": "", "reviewer_id": ""},
        )  # fmt: skip

    key, now, note = g.key, gate().now(), request.form.get("note", "").strip()[:400]
    gate().record_check(document, also=write)
    return redirect(url_for("desk.case_page", case_id=case_id, done="proposed"))


@desk.post("/cases/<case_id>/take-back")
@signed_in("draft")
def take_back(case_id: str) -> BaseResponse:
    """Take one's own case back; its document is let go of."""
    case = _from_form(case_id)
    if not _may_change(case):
        raise CaseRefused("E-CASE-STATE")
    now = gate().now()
    with register().transaction(now) as tx:
        cases.advance(tx, case, "taken_back", g.key, now, state="taken_back")
    cases.scrub(register())
    return redirect(url_for("desk.case_list"))


# review, signature, issue, withdrawal


@desk.post("/cases/<case_id>/review")
@signed_in("review")
def review(case_id: str) -> BaseResponse:
    """Agree, with or without a departure, or return."""
    case = _from_form(case_id)
    if case.state != "proposed":
        raise CaseRefused("E-CASE-STATE", got=case.state)
    if g.key.id == case.drafter_id or g.key.name == case.drafter:
        raise CaseRefused("E-CASE-PERSON", expected=words.said(words.ROLES["reviewer"]))
    if request.form.get("do") == "return":
        return _return(case)
    draft = _draft(case)
    document = Document.parse(draft["document"])
    decision = _decision(case, reviewer=g.key.name, signer=words.said(words.ROLES["signer"]))
    flaws = gate().objections(document, decision)
    if decision.secrecy_review == "passed" and decision.secrecy_reviewer is None:
        flaws = (*flaws, _missing("/secrecy_reviewer", _SECRECY_REVIEWER))
    if flaws:
        return Response(_case_page(case, flaws), 409)
    determined = gate().check(document)
    chosen = decision.status or determined.status
    now = gate().now()
    with register().transaction(now) as tx:
        cases.advance(
            tx, case, "reviewed", g.key, now, state="reviewed", note=request.form.get("note", "").strip()[:400],
            draft={
                **draft, "determination": determined.to_json(),
                "decision": decision.model_dump(mode="json", exclude={"signer"}),
            },
            values={
                **told_of(document, determined), "reviewer_id": g.key.id, "reviewer": g.key.name,
                "chosen": chosen.value if chosen else "",
            },
        )  # fmt: skip
    return _done(case, "reviewed")


@desk.post("/cases/<case_id>/sign")
@signed_in("sign")
def sign(case_id: str) -> BaseResponse:
    """Sign what was reviewed, or return it."""
    case = _from_form(case_id)
    if case.state != "reviewed":
        raise CaseRefused("E-CASE-STATE", got=case.state)
    if request.form.get("do") == "return":
        return _return(case)
    draft = _draft(case)
    document = Document.parse(draft["document"])
    decision = Decision.model_validate({**draft["decision"], "signer": g.key.name})
    determined = gate().check(document)
    reviewed = draft["determination"]["status"]
    if (determined.status.value if determined.status else None) != reviewed:
        raise CaseRefused("E-CASE-REVIEWED", got=str(determined.status), expected=str(reviewed))
    key, now, note = g.key, gate().now(), request.form.get("note", "").strip()[:400]

    def write(tx: Transaction, clearance: Clearance) -> None:
        cases.advance(
            tx, case, "signed", key, now, state="cleared", note=note,
            values={"signer": key.name, "clearance_id": clearance.clearance_id, "chosen": clearance.status.value},
        )  # fmt: skip

    try:
        gate().clear(document, determined, decision, also=write)
    except ClearanceRefused as error:
        return Response(_case_page(case, error.flaws), 409)
    return _done(case, "signed")


@desk.post("/cases/<case_id>/issue")
@signed_in("sign")
def issue(case_id: str) -> BaseResponse:
    """Issue what was signed, or return it: record, deliveries and the end of the draft are one transaction."""
    case = _from_form(case_id)
    if case.state != "cleared":
        raise CaseRefused("E-CASE-STATE", got=case.state)
    if request.form.get("do") == "return":  # a mistake was found, or the clearance has run out
        return _return(case)
    document = Document.parse(_draft(case)["document"])
    kept = register().clearance(case.clearance_id)
    if kept is None:
        raise IssueRefused("E-CLEARANCE", got=case.clearance_id)
    key, now, number = g.key, gate().now(), request.form.get("number", "").strip()[:200]

    def write(tx: Transaction, receipt: IssueReceipt) -> None:
        cases.advance(
            tx, case, "issued", key, now, state="issued", note=receipt.number,
            values={"number": receipt.number},
        )  # fmt: skip

    try:
        gate().issue(
            document, kept[0], number=number, issued_on=day(request.form.get("issued_on", "")),
            listing=listing_from(request.form), also=write,
        )  # fmt: skip
    except IssueRefused as error:
        return Response(_case_page(case, error.flaws), 409)
    cases.scrub(register())
    return _done(case, "issued")


@desk.post("/withdraw")
@signed_in("withdraw")
def withdraw() -> BaseResponse:
    """Withdraw an issued document, whether it came through the desk or from a business system."""
    document_id = request.form.get("document_id", "")
    state = register().state(document_id)
    if state is None or g.key.organ not in {cases.EVERY_ORGAN, state.issuer}:
        raise CaseRefused("E-CASE-UNKNOWN")
    reason = request.form.get("reason", "").strip()
    if not reason:
        raise InputError("E-FIELD-MISSING", where="/reason", expected=words.said(_REASON))
    case = cases.of_document(register(), document_id, state.issuer)
    key, now = g.key, gate().now()

    def write(tx: Transaction, entry: RegisterEntry) -> None:
        del entry
        if case is not None:
            cases.advance(tx, case, "withdrawn", key, now, state="withdrawn", note=reason)

    gate().withdraw(
        {
            "document_id": document_id, "reason": reason, "by": key.name,
            "withdrawn_on": day(request.form.get("withdrawn_on", "")) or gate().today(),
        },
        also=write,
    )  # fmt: skip
    if case is not None:
        return redirect(url_for("desk.case_page", case_id=case.case_id, done="withdrawn"))
    return redirect(url_for("desk.register_page", q=document_id))


# paper


@desk.get("/cases/<case_id>/sheet")
@signed_in("rules")
def sheet_page(case_id: str) -> str:
    """The review sheet, to print on one page."""
    case = _visible(case_id)
    return page("sheet.html", case=case, sheet=_sheet(case))


@desk.get("/cases/<case_id>/sheet.pdf")
@signed_in("rules")
def sheet_pdf(case_id: str) -> Response:
    """The review sheet as PDF."""
    answer = Response(as_pdf(_sheet(_visible(case_id))), mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "attachment", filename=f"review-sheet-{case_id}.pdf")
    return answer


@desk.get("/cases/<case_id>/files/<int:number>")
@signed_in("draft")
def attachment(case_id: str, number: int) -> Response:
    """A file of a case, for those who must read it."""
    case = _visible(case_id)
    files = _draft(case)["document"].get("files") or []
    if number >= len(files):
        raise CaseRefused("E-CASE-UNKNOWN")
    answer = Response(base64.b64decode(files[number]["content"]), mimetype="application/octet-stream")
    return attached(answer, files[number]["name"])


# what they share


def waits_for_me(case: Case) -> bool:
    """Whether the next step of a case is this person's."""
    if case.state == "proposed":
        return may("review") and case.drafter_id != g.key.id
    if case.state in {"reviewed", "cleared"}:
        return may("sign")
    return case.state == "returned" and case.drafter_id == g.key.id


def kept_files(case_id: str, form: Mapping[str, str]) -> list[dict[str, Any]]:
    """The files of a returned case that its form keeps."""
    if not case_id:
        return []
    return [each for number, each in enumerate(draft_files(_visible(case_id))) if form.get(f"keep.{number}")]


def _acceptable(data: dict[str, Any]) -> Document:
    """The document, unless it carries a secrecy mark: of such a one nothing is written."""
    document = parsed(data)
    if is_secret(gate().check(document)):
        raise InputError("H-SECRET")
    return document


def told_of(document: Document, determined: Determination) -> dict[str, Any]:
    """What a case's row says of its document and determination."""
    main = determined.publications[0] if determined.publications else None
    return {
        "issuer": document.issuer.name,
        "title": document.title,
        "kind": document.kind,
        "domain": document.domain or "",
        "determined": determined.status.value if determined.status else "",
        "chosen": "",
        "held": " ".join(dict.fromkeys(each.code for each in determined.held)),
        "due_on": main.due_on.isoformat() if main and main.due_on else None,
    }


def _visible(case_id: str) -> Case:
    case = cases.find(register(), case_id, g.key.organ)
    if not may("office") and case.drafter_id != g.key.id:
        raise CaseRefused("E-CASE-UNKNOWN")
    return case


def _from_form(case_id: str) -> Case:
    """The case at the revision the person saw; a step from an older one is refused when it is written."""
    case = _visible(case_id)
    seen = request.form.get("revision", "")
    if not seen.isdecimal():
        raise CaseRefused("E-CASE-MOVED")
    if int(seen) != case.revision:
        raise CaseRefused("E-CASE-MOVED", got=words.named(words.STATES, case.state))
    return replace(case, revision=int(seen))


def _may_change(case: Case) -> bool:
    return case.state in {"proposed", "returned"} and case.drafter_id == g.key.id


def _draft(case: Case) -> dict[str, Any]:
    found = cases.draft(register(), case.case_id)
    if found is None:
        raise CaseRefused("E-CASE-STATE")
    return found


def _return(case: Case) -> BaseResponse:
    note = request.form.get("note", "").strip()[:400]
    if not note:
        return Response(_case_page(case, (_missing("/note", _NOTE),)), 422)
    now = gate().now()
    with register().transaction(now) as tx:
        values = {"signer": "", "clearance_id": ""}  # what comes again is signed anew
        cases.advance(tx, case, "returned", g.key, now, state="returned", note=note, values=values)
    return _done(case, "returned")


def _missing(where: str, field: Text) -> Flaw:
    return Flaw("E-FIELD-MISSING", where, expected=words.said(field))


def _done(case: Case, what: str) -> BaseResponse:
    return redirect(url_for("desk.case_page", case_id=case.case_id, done=what))


def _decision(case: Case, *, reviewer: str, signer: str) -> Decision:
    form = request.form
    chosen = form.get("status") or None
    return Decision(
        drafter=case.drafter,
        reviewer=reviewer,
        signer=signer,
        status=Status(chosen) if chosen else None,
        reason_code=(form.get("reason_code") or None) if chosen else None,
        statement=(form.get("statement", "").strip()[:4000] or None) if chosen else None,
        secrecy_review="passed" if form.get("secrecy") == "passed" else "pending",
        secrecy_reviewer=form.get("secrecy_reviewer", "").strip()[:500] or None,
        done=tuple(form.getlist("done")),
        publish_on=day(form.get("publish_on", "")),
    )


def choices(document: Document, determined: Determination, case: Case) -> list[Choice]:
    """Every status with what the law says of choosing it instead of the determined one."""
    found = []
    for status in Status:
        assert determined.status is not None  # noqa: S101  the caller has one
        kind = departure(status, determined.status)
        if kind == "none":
            found.append(Choice(status, kind, allowed=True, why=""))
            continue
        trial = Decision(
            drafter=case.drafter, reviewer="reviewer", signer="signer", status=status, secrecy_review="passed",
            reason_code=_trial_code(determined) if kind == "more_closed" and status is Status.WITHHELD
            else "R16-1" if kind == "more_closed" else None,
            statement=_UNUSED if kind == "more_closed" else None,
        )  # fmt: skip
        against = [
            each
            for each in gate().objections(document, trial)
            if each.code in _STATUS_FLAWS and each.got not in {"X-REASON-ON-REQUEST", "X-STATEMENT"}
        ]
        found.append(
            Choice(status, kind, allowed=not against, why=words.code(against[0].got) if against else "")
        )
    return found


def _trial_code(determined: Determination) -> str:
    return next((each.code for each in determined.reasons if each.code in words.EXEMPTIONS), "R16-1")


def _case_page(case: Case, flaws: Sequence[Flaw] = ()) -> str:
    draft = cases.draft(register(), case.case_id)
    document = Document.parse(draft["document"]) if draft else None
    answer, view, open_choices, obligations, determined = "", "", [], [], None
    reads = may("draft")  # an auditor sees what was done, not the text
    if document is not None:
        explained = gate().explain(document)
        determined = explained.determination
        if not is_secret(determined):
            answer = panel(explained, document, live=False)
            if determined.status is not None and case.state == "proposed" and may("review"):
                open_choices = choices(document, determined, case)
            obligations = [
                each
                for each in determined.obligations
                if each.when == "before_clearing" and each.code not in {"D-SECRECY", "D-PROPOSE"}
            ]
            if reads and document.text is not None:
                spans = [each for each in determined.redactions if each.where == "text"]
                view = marked(document.text.reveal(), spans, because(determined))
    return page(
        "case.html",
        case=case,
        document=document if reads else None,
        files=[each.name for each in document.files] if document is not None and reads else [],
        it=determined,
        answer=answer,
        view=view,
        choices=open_choices,
        obligations=obligations,
        proposed=document.proposed
        if document is not None and document.proposed and document.proposed.status
        else None,
        decision=(draft or {}).get("decision"),
        steps=cases.steps(register(), case.case_id),
        flaws=flaws,
        done=request.args.get("done", ""),
        can_review=may("review") and case.drafter_id != g.key.id and case.drafter != g.key.name,
        can_change=_may_change(case),
        state=register().state(case.document_id),
        form=request.form,
    )


def _sheet(case: Case) -> Sheet:
    draft = cases.draft(register(), case.case_id)
    cleared = [
        each
        for each in register().history(case.document_id, case.issuer)
        if each.event == "cleared" and case.clearance_id
    ]
    steps = cases.steps(register(), case.case_id)
    if cleared:
        body = cleared[-1].body
        return sheet_of(case, steps, body["determination"], body["decision"], body["clearance"])
    if draft is not None:
        return sheet_of(case, steps, draft["determination"], draft.get("decision"), None)
    raise CaseRefused("E-CASE-STATE")
