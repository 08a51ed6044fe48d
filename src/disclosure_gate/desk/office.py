"""The office's pages: what waits, what is late, what is held and why, departures, re-reviews, deliveries; the register."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import g, request

from disclosure_gate.column.outbox import OutboxRow, State
from disclosure_gate.desk import words
from disclosure_gate.desk.charts import Bar, bars
from disclosure_gate.desk.pages import desk, gate, overview, page, register
from disclosure_gate.desk.reporting import days, expected_rows
from disclosure_gate.desk.signin import signed_in
from disclosure_gate.model.determination import Status
from disclosure_gate.model.errors import CaseRefused
from disclosure_gate.model.frozen import Text
from disclosure_gate.register import cases
from disclosure_gate.register.cases import EVERY_ORGAN
from disclosure_gate.register.due import DueItem, due
from disclosure_gate.register.overview import Line, on_time, silent

_MOST_SILENCES = 50
_DOCUMENT = Text(zh="公文", en="document")
_IN_HAND = Text(zh="在办，尚未发出", en="in hand, not issued yet")
SOON = 30  # days ahead that count as due soon
_UNSETTLED: tuple[State, ...] = ("waiting", "awaiting", "leased", "manual", "parked")


@dataclass(frozen=True, slots=True)
class Office:
    """Everything the office has to see today."""

    waiting: Sequence[cases.Case]
    late: Sequence[DueItem]
    soon: Sequence[DueItem]
    held: Sequence[Line]
    reviews: Sequence[Line]
    outbox: Sequence[OutboxRow]


@desk.get("/office")
@signed_in("office")
def office() -> str:
    """What waits, what is late, and why."""
    seen = _office()
    return page(
        "office.html",
        office=seen,
        shown=request.args.get("show", "waiting"),
        titles=titles(),
        departures=overview().departures(g.key.organ),
    )


@desk.get("/register")
@signed_in("office")
def register_page() -> str:
    """Search in the register."""
    asked = request.args.get("q", "").strip()[:200]
    status, state = request.args.get("status", ""), request.args.get("state", "")
    found = cases.search(register(), g.key.organ, asked, status=status, state=state)
    return page(
        "register.html",
        found=found,
        titles=titles(),
        asked=asked,
        status=status,
        state=state,
        head=register().head(),
    )


@desk.get("/register/<path:document_id>")
@signed_in("office")
def document_page(document_id: str) -> str:
    """One document: where it stands and every record of it."""
    lines = [each for each in overview().lines(g.key.organ) if each.document_id == document_id]
    if not lines:
        raise CaseRefused("E-CASE-UNKNOWN")
    line, state = lines[0], register().state(document_id)
    return page(
        "document.html",
        line=line,
        title=titles()[document_id],
        entries=register().history(document_id, line.issuer),
        case=cases.of_document(register(), document_id, line.issuer),
        state=state if state is not None and state.issuer == line.issuer else None,
    )


@desk.get("/figures")
@signed_in("office")
def figures() -> str:
    """What was decided, counted: by status, department, reason, timeliness."""
    lines = overview().lines(g.key.organ)
    issued = [each for each in lines if each.state != "open"]
    held = [each for each in lines if each.state == "open" and each.held]
    statuses = Counter(each.status for each in issued)
    organs = Counter(each.issuer for each in issued)
    codes = Counter(code for each in issued if each.status == "withheld" for code in each.codes)
    masks = Counter(code for each in issued if each.status == "partial" for code in each.codes)
    in_time, late = on_time(issued)
    charts = {
        "status": bars([Bar(words.status(each), statuses[each.value], each.value) for each in Status]
                       + [Bar(words.status(None), len(held), "held")]),
        "organ": bars([Bar(name, count, "plain") for name, count in organs.most_common(12)]),
        "reason": bars([Bar(f"{code} {words.code(code)}", count, "withheld") for code, count in sorted(codes.items())]),
        "masked": bars([Bar(f"{code} {words.code(code)}", count, "partial") for code, count in sorted(masks.items())]),
        "time": bars([Bar(words.said(words.TIMES["in_time"]), in_time, "proactive"),
                      Bar(words.said(words.TIMES["late"]), late, "withheld")]),
    }  # fmt: skip
    quiet = days(request.args.get("quiet", ""))
    rows = {row.id: row for row in gate().parts.catalogue.rows()}
    silences, of = silent(lines, expected_rows(gate()), gate().today(), quiet)
    return page(
        "figures.html",
        charts=charts,
        total=len(issued),
        held=len(held),
        rate=_rate(in_time, late),
        quiet=quiet,
        silences=[(rows[each.row], each.last) for each in silences[:_MOST_SILENCES]],
        silent=len(silences),
        of=of,
    )


def _office() -> Office:
    today = gate().today()
    own = g.key.organ
    waiting = cases.cases(register(), own, cases.OPEN)
    recorded = [
        each for each in due(register(), today, today + timedelta(SOON)) if own in {EVERY_ORGAN, each.issuer}
    ]
    everything = sorted([*_to_issue(waiting), *recorded], key=lambda each: each.due_on)
    lines = overview().lines(own)
    known = {each.document_id for each in lines}
    outbox = gate().outbox
    rows = outbox.rows(_UNSETTLED) if outbox is not None else []
    return Office(
        waiting=waiting,
        late=[each for each in everything if each.overdue],
        soon=[each for each in everything if not each.overdue],
        held=[each for each in lines if each.held and each.state == "open"],
        reviews=sorted(
            (each for each in lines if each.review_on and each.state == "issued"),
            key=lambda each: str(each.review_on),
        ),
        outbox=[each for each in rows if each.document_id in known],
    )


def _to_issue(waiting: Sequence[cases.Case]) -> Iterator[DueItem]:
    """The days by which cases in hand must be public: the outbox knows only what is issued."""
    today = gate().today()
    for case in waiting:
        by = date.fromisoformat(case.due_on) if case.due_on else None
        if by is not None and by <= today + timedelta(SOON):
            yield DueItem(
                due_on=by, overdue=by < today, kind="publication", code="", document_id=case.document_id,
                issuer=case.issuer, issued=False, seq=0, message=_IN_HAND,
            )  # fmt: skip


def titles() -> dict[str, str]:
    """What people may call documents: the title that came through the desk, the number, or what kind it is of when."""
    named = {each.document_id: each.title for each in cases.cases(register(), g.key.organ) if each.title}
    for line in overview().lines(g.key.organ):
        named.setdefault(line.document_id, line.number or _described(line))
    return named


def _described(line: Line) -> str:
    # The register holds no titles: they may be what is withheld.
    parts = (
        line.kind or words.said(_DOCUMENT),
        words.domain(line.domain) if line.domain else "",
        str(line.issued_on or line.due_on or ""),
    )
    return " · ".join(part for part in parts if part)


def _rate(in_time: int, late: int) -> str:
    return f"{in_time / (in_time + late):.0%}" if in_time + late else "—"
