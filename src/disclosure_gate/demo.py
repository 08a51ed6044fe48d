"""The main job on the example documents: check all, clear and issue what may be, push it to a column."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from typing import Any

from disclosure_gate.assembly import shipped
from disclosure_gate.column import Worker
from disclosure_gate.column.standard import shown_rows
from disclosure_gate.column.static_site import StaticSite
from disclosure_gate.column.store import ColumnStore
from disclosure_gate.console import progress, show_demo
from disclosure_gate.gate import Gate
from disclosure_gate.model import ClearanceRefused, Decision, Determination, Document
from disclosure_gate.model.determination import AUDIENCE_LABELS
from disclosure_gate.model.errors import InputError
from disclosure_gate.model.findings import Reading
from disclosure_gate.model.frozen import Text
from disclosure_gate.model.labels import CHANNELS

_INTACT = {True: Text(zh="完整", en="intact"), False: Text(zh="校验不通过", en="does not verify")}
_SIGNS = {"proactive": "●", "partial": "◐", "on_request": "○", "withheld": "✕"}


def run_demo(out: Path | None, day: date, lang: str, *, quiet: bool) -> dict[str, Any]:
    """Run the demo; returns what it found, document by document.

    Args:
        out: folder for register and column; a new temporary one by default.
        day: the day everything happens on.
        lang: ``zh`` or ``en``.
        quiet: print nothing, for programs.
    """
    folder = Path(mkdtemp(prefix="disclosure-gate-")) if out is None else out
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError("E-FILE", where=str(folder), got=type(error).__name__) from error
    database = folder / "register.db"
    moment = datetime.combine(day, time(9), UTC)
    names = sorted(path for path in shipped("examples/documents").glob("[0-9]*.json"))
    rows = []
    with Gate.open(register=f"sqlite:///{database}", now=lambda: moment) as gate:
        with progress("认定、放行、发出" if lang == "zh" else "check, clear, issue", quiet=quiet) as advance:
            for path in names:
                rows.append(_take_through(gate, Document.parse_json(path.read_bytes()), path.stem, day, lang))
                advance(path)
        assert gate.outbox is not None  # noqa: S101  opened with a register
        assert gate.register is not None  # noqa: S101  opened with a register
        store, pages = ColumnStore.open(folder / "column.db"), StaticSite(folder / "column")
        for each in (store, pages.store):
            each.set_catalogue(shown_rows(gate.parts.catalogue, gate.parts.laws))
        delivered = Worker(gate.outbox, [store, pages], Random(0)).run(lambda: moment)  # noqa: S311  jitter only
        verified = gate.register.verify()
        waiting = [
            row for row in gate.outbox.rows(("waiting", "awaiting", "manual")) if row.action == "publish"
        ]
    where = {
        ("专栏" if lang == "zh" else "column"): str(folder / "column" / "public" / "index.html"),
        (
            "台账" if lang == "zh" else "register"
        ): f"{database}  ({verified.count} · {_INTACT[verified.ok].get(lang)})",
        ("人工办理" if lang == "zh" else "for people to do"): ", ".join(
            f"{row.document_id} → {CHANNELS[row.channel].get(lang)}" for row in waiting
        )
        or "—",
    }
    if not quiet:
        show_demo(rows, where, lang)
    return {
        "documents": rows,
        "delivered": sum(each.outcome == "delivered" for each in delivered),
        "register_ok": verified.ok,
        "records": verified.count,
        "folder": str(folder),
    }


def _take_through(gate: Gate, document: Document, name: str, day: date, lang: str) -> dict[str, Any]:
    it = gate.check(document, day)
    return {**_row(it, document, name, lang), "result": clear_and_issue(gate, document, it, day, lang)}


def clear_and_issue(gate: Gate, document: Document, it: Determination, day: date, lang: str) -> str:
    """Clear and issue as three people would who follow the determination; says what became of it."""
    if it.status is None:
        return "未发出" if lang == "zh" else "not issued"
    wanted = document.proposed
    # A proposal more open than the law allows is put right by the reviewer; one more closed stands until it is refused.
    keeps = wanted is not None and wanted.status is not None and wanted.status.openness <= it.status.openness
    decision = Decision(
        drafter="拟稿人",
        reviewer="审核人",
        signer="签发人",
        status=wanted.status if wanted and keeps else None,
        reason_code=wanted.reason_code if wanted and keeps else None,
        statement=wanted.statement if wanted and keeps else None,
        done=("D-JUDGEMENT",),
    )
    try:
        clearance = gate.clear(document, it, decision)
    except ClearanceRefused as error:
        codes = " ".join(
            dict.fromkeys(
                f"{flaw.code}({flaw.got})" if flaw.got.startswith("X-") else flaw.code for flaw in error.flaws
            )
        )
        return f"{'未放行' if lang == 'zh' else 'refused'} {codes}"
    receipt = gate.issue(document, clearance, number=_number(gate, document), issued_on=day)
    return f"{'已发出' if lang == 'zh' else 'issued'} #{receipt.record_seq}"


def _number(gate: Gate, document: Document) -> str:
    """The dispatch number the text carries at its head, if it does."""
    text = document.text.reveal() if document.text else ""
    found = gate.parts.scanner.scan(Reading((("text", text),))).marks
    return next((mark.value for mark in found if mark.kind == "dispatch_number"), "")


def _row(it: Determination, document: Document, name: str, lang: str) -> dict[str, Any]:
    zh = lang == "zh"
    main = it.publications[0] if it.publications else None
    held = " ".join(dict.fromkeys(each.code for each in it.held))
    label = (it.status.label if zh else it.status.value) if it.status else ("待定" if zh else "held")
    asked = [question.text.get(lang) for question in it.questions]
    asked += [each.message.get(lang) for each in it.held if each.code != "H-QUESTION"]
    asked += [each.message.get(lang) for each in it.obligations if each.when == "before_clearing"]
    if it.proposal and not it.proposal.admissible:
        told = "提议不成立：" if zh else "proposal not admissible: "
        asked += [told + each.message.get(lang) for each in it.proposal.problems]
    return {
        "file": name,
        "document": f"{name[:2]} {document.title}",
        "status": it.status.value if it.status else None,
        "status_text": f"{_SIGNS.get(it.status.value, '‖') if it.status else '‖'} {label} {held}".rstrip(),
        "due_on": str(main.due_on or "—") if main else "—",
        "audience": (AUDIENCE_LABELS[main.audience] if zh else main.audience) if main else "—",
        "reason": f"{it.reasons[0].code} {it.reasons[0].statement.get(lang)}" if it.reasons else held or "—",
        "asked": "\n".join(asked) or "—",
    }
