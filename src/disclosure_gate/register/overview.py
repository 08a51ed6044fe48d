"""What the register holds, read once and followed: where every document stands, why, and what was departed from.

Everything here can be made again from the records; nothing here is proof.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Any

from disclosure_gate.model.clearance import RegisterEntry
from disclosure_gate.register.ledger import Register
from disclosure_gate.rules.vocabulary import NONE

_PAGE = 1000
_NORMATIVE = "normative_document"
_PUBLIC = frozenset({"proactive", "partial"})


@dataclass(frozen=True, slots=True)
class Line:
    """One document. ``state`` is open, issued or withdrawn; ``status`` what was issued, else what was determined.

    ``due_on`` is the day it must be public; ``review_on`` when what is withheld is looked at again (条例 18).
    ``first_issued`` is the day of the first issue: later ones replace it.
    """

    document_id: str
    issuer: str = ""
    domain: str = ""
    kind: str = ""
    row: str = ""  # of the catalogue
    state: str = "open"
    status: str = ""
    held: tuple[str, ...] = ()
    reasons: tuple[tuple[str, str], ...] = ()  # (code, rule)
    codes: tuple[str, ...] = ()  # exemption codes the issued status rests on
    due_on: date | None = None
    review_on: date | None = None
    number: str = ""
    issued_on: date | None = None
    first_issued: date | None = None
    withdrawn_on: date | None = None
    normative: bool = False
    repealed_on: date | None = None
    lapsed_on: date | None = None
    basis_until: date | None = (
        None  # the first day a provision it rests on ends, as known when it was determined
    )
    departure: str = "none"
    masked: int = 0
    interpretation_open: bool = False
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Silence:
    """A row of the catalogue under which nothing was published for long; ``last`` is the day it last was, if ever."""

    row: str
    last: date | None


@dataclass(frozen=True, slots=True)
class Departed:
    """One departure from a determined status."""

    seq: int
    document_id: str
    issuer: str
    at: datetime
    determined: str
    chosen: str
    departure: str
    reason_code: str
    statement: str
    drafter: str
    reviewer: str
    signer: str


@dataclass(slots=True)
class Overview:
    """Follows a register; safe to use from several threads."""

    # By name, then by organ: a name is the callers', and several may use it until one issues its document.
    _lines: dict[str, dict[str, Line]] = field(default_factory=dict)
    _organs: dict[str, str] = field(default_factory=dict)  # whose each clearance is
    _departures: list[Departed] = field(default_factory=list)
    _seen: int = 0
    _lock: Lock = field(default_factory=Lock)

    def follow(self, register: Register) -> None:
        """Read the records that came since."""
        with self._lock:
            while True:
                entries = register.entries(after=self._seen, limit=_PAGE)
                for entry in entries:
                    self._take(entry)
                    self._seen = entry.seq
                if len(entries) < _PAGE:
                    return

    def lines(self, organ: str = "*") -> list[Line]:
        """Every document of an organ (``*``: of all), the one last spoken of first."""
        with self._lock:
            found = [
                each
                for lines in self._lines.values()
                for each in lines.values()
                if organ in {"*", each.issuer}
            ]
        return sorted(found, key=lambda each: -each.seq)

    def departures(self, organ: str = "*") -> list[Departed]:
        """Every departure, newest first."""
        with self._lock:
            found = [each for each in self._departures if organ in {"*", each.issuer}]
        return found[::-1]

    def decided_by(self, rule: str, organ: str = "*") -> list[Line]:
        """The documents whose newest determination rests on a rule."""
        return [each for each in self.lines(organ) if any(of == rule for _, of in each.reasons)]

    def _take(self, entry: RegisterEntry) -> None:
        body = entry.body
        lines = self._lines.setdefault(entry.document_id, {})
        owner, owned = next(
            ((name, each) for name, each in lines.items() if each.state != "open"), ("", None)
        )
        # What names neither an organ nor a clearance was done to what is issued.
        issuer = body.get("issuer") or self._organs.get(body.get("clearance_id", ""), owner)
        known = lines.get(issuer, Line(entry.document_id))
        if entry.event == "checked" and owned and (owned.state == "issued" or owner != issuer):
            return  # of a version not issued, or of another organ's document of this name
        if entry.event == "cleared":
            self._organs[body["clearance"]["clearance_id"]] = issuer
        line = replace(known, seq=entry.seq)
        if entry.event in {"checked", "cleared", "issued", "replaced", "scheduled"}:
            line = _determined(line, body)
        match entry.event:
            case "cleared":
                clearance = body["clearance"]
                line = replace(line, departure=clearance["departure"])
                if line.state != "issued":
                    line = replace(line, status=clearance["status"])
                if clearance["departure"] == "more_closed" and clearance["reason_code"]:
                    line = replace(line, codes=(clearance["reason_code"],))
            case "issued" | "replaced":
                lines.clear()
                day = date.fromisoformat(body["issued_on"])
                line = replace(
                    line, state="issued", status=body["status"], number=body["number"], issued_on=day,
                    first_issued=known.first_issued or day, withdrawn_on=None, held=(),
                    # The determination knows no reason for a status that people closed further.
                    codes=known.codes if known.departure == "more_closed" else line.codes,
                )  # fmt: skip
            case "scheduled" if known.departure == "more_closed":
                line = replace(line, codes=known.codes)
            case "withdrawn":
                line = replace(line, state="withdrawn", withdrawn_on=date.fromisoformat(body["withdrawn_on"]))
            case "validity":
                now, day = body["validity"], date.fromisoformat(body["on"])
                line = replace(
                    line,
                    repealed_on=day if now == "repealed" else None,
                    lapsed_on=day if now == "lapsed" else None,
                )
            case "departed":
                self._departures.append(_departed(entry, issuer))
        lines[issuer] = line


def _determined(line: Line, body: dict[str, Any]) -> Line:
    it = body["determination"]
    obliged = body.get(
        "obligations", it["obligations"]
    )  # under the status people chose, where they chose another
    main = it["publications"][0] if it["publications"] else None
    facts = {each["name"]: each["value"] for each in body.get("facts", ())}
    ends = [
        date.fromisoformat(basis["in_force_to"])
        for each in it["reasons"]
        for basis in each.get("basis", ())
        if basis["in_force_to"]
    ]
    codes = tuple(dict.fromkeys(each["code"] for each in it["reasons"] if each["code"].startswith("R")))
    reviews = [
        date.fromisoformat(each["due_on"])
        for each in obliged
        if each["code"] == "D-REVIEW" and each["due_on"]
    ]
    return replace(
        line,
        issuer=body.get("issuer") or line.issuer,
        domain=body.get("domain") or line.domain,
        kind=facts.get("kind") or line.kind,
        row=_row(facts.get("item"), line.row),
        status=(it["status"] or "") if line.state != "issued" else line.status,
        held=tuple(dict.fromkeys(each["code"] for each in it["held"])),
        reasons=tuple((each["code"], each["rule"]) for each in it["reasons"]),
        codes=codes,
        due_on=_day(main["due_on"]) if main else None,
        review_on=min(reviews) if reviews else None,
        normative=facts.get(_NORMATIVE, line.normative) is True,
        basis_until=min(ends, default=None),
        masked=len(it["redactions"]),
        interpretation_open=any(each["code"] == "D-INTERPRET" for each in obliged),
    )


def _row(item: str | None, before: str) -> str:
    return before if item is None else "" if item == NONE else item


def _departed(entry: RegisterEntry, issuer: str) -> Departed:
    body = entry.body
    return Departed(
        entry.seq, entry.document_id, issuer, entry.at, body["determined"], body["chosen"], body["departure"],
        body["reason_code"] or "", body["statement"] or "", body["drafter"], body["reviewer"], body["signer"],
    )  # fmt: skip


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def silent(
    lines: Iterable[Line], rows: Iterable[tuple[str, str]], today: date, days: int
) -> tuple[list[Silence], int]:
    """Rows under which nothing became public in the last ``days``, and of how many rows.

    Args:
        lines: the documents of an organ.
        rows: rows that must be published to all, each with its domain.
        today: the day it is asked.
        days: calendar days.

    Only domains in which the organ has issued something count: what is not its business is not expected of it.
    """
    last: dict[str, date] = {}
    domains: set[str] = set()
    for line in lines:
        if line.issued_on is None:
            continue
        domains.add(line.domain)
        if line.row and line.state == "issued" and line.status in _PUBLIC:
            last[line.row] = max(line.issued_on, last.get(line.row, line.issued_on))
    ours = [row for row, domain in rows if domain in domains]
    since = today - timedelta(days)
    found = [Silence(row, last.get(row)) for row in ours if row not in last or last[row] < since]
    return sorted(found, key=lambda each: (each.last or date.min, each.row)), len(ours)


def on_time(lines: Iterable[Line]) -> tuple[int, int]:
    """(in time, late) among documents issued for the public that had a day."""
    dated = [each for each in lines if each.first_issued and each.due_on and each.status in _PUBLIC]
    late = sum(each.first_issued > each.due_on for each in dated if each.first_issued and each.due_on)
    return len(dated) - late, late
