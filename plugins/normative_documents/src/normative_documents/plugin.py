"""Reads a document's own words on validity, amendment and repeal into facts, and tells when it is to be evaluated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from disclosure_gate import hookimpl
from disclosure_gate.detect.reader import is_body
from disclosure_gate.law.registry import LawRegistry
from disclosure_gate.model.determination import Obligation
from disclosure_gate.model.document import Document
from disclosure_gate.model.findings import Detection, FactStatement, Finding, Oblige, Reading
from disclosure_gate.model.frozen import FactValue, Text
from normative_documents.validity import actions, validity

_RULESET = Path(__file__).parent / "ruleset"
_KINDS = frozenset({"决议", "决定", "命令", "意见", "通知", "通告", "公告", "其他"})
_PUBLIC_NOTES = frozenset({"proactive"})
_EVALUATE = 6  # months before the end of validity (practice.md §8, a city rule)
_MONTHS = 12


class NormativeDocuments:
    """The plugin. Obliges and warns; that such a document is public is the national rules' own."""

    name = "normative_documents"

    @hookimpl
    def dg_rulesets(self) -> Sequence[Path]:
        """Facts and rules of this package."""
        return (_RULESET,)

    @hookimpl
    def dg_facts(self, document: Document, reading: Reading, as_of: date) -> Iterable[FactStatement]:
        """Validity, and how many documents are amended or repealed."""
        if document.kind not in _KINDS:
            return
        text = _body(reading)
        made_on = document.dates.signed or document.formed_on
        told = validity(document.title, text, made_on)
        if told.stated:
            yield FactStatement("validity_stated", True, self.name)
        if told.effective_on is not None:
            yield FactStatement("effective_on", told.effective_on.isoformat(), self.name)
            if made_on is not None:
                yield FactStatement("in_force_before_made", told.effective_on < made_on, self.name)
                yield FactStatement(
                    "days_before_force", max(0, (told.effective_on - made_on).days), self.name
                )
        if told.until is not None:
            yield FactStatement("valid_until", told.until.isoformat(), self.name)
            yield FactStatement("validity_too_long", told.too_long, self.name)
            yield FactStatement("validity_ended", told.on(as_of) == "expired", self.name)
        done = actions(document.title, text)
        for name, kind in (("repeals", "repeal"), ("amends", "amend")):
            count = sum(each.kind == kind for each in done)
            if count:
                yield FactStatement(name, count, self.name)

    @hookimpl
    def dg_findings(
        self, facts: Mapping[str, FactValue], detection: Detection, as_of: date, laws: LawRegistry
    ) -> Iterable[Finding]:
        """A note in the text that says it is not public."""
        basis = laws.basis("ogi_regulation", "20(1)", as_of)
        if facts["normative_document"] is not True or basis is None:
            return
        notes = [
            each
            for each in detection.marks
            if each.kind == "disclosure_note" and each.value not in _PUBLIC_NOTES
        ]
        if notes:
            places = tuple(f"{each.where}[{each.start}:{each.end}]" for each in notes)
            effect = Oblige(code="D-CONFIRM", when="before_clearing")
            yield Finding("plugins/normative_documents/note", effect, (basis,), _NOTE, evidence=places)

    @hookimpl
    def dg_obligations(
        self, facts: Mapping[str, FactValue], as_of: date, laws: LawRegistry
    ) -> Sequence[Obligation]:
        """The evaluation half a year before the end of validity."""
        last = facts["valid_until"]
        basis = laws.basis("gbf_2018_37", "", as_of)
        if facts["normative_document"] is not True or not isinstance(last, int) or basis is None:
            return []
        end = date.fromordinal(last)
        due = _months_before(end, _EVALUATE)
        if end < as_of:
            return []
        return [
            Obligation(
                code="D-OTHER",
                rule="plugins/normative_documents/evaluate",
                when="after_issuing",
                message=_evaluate(end),
                due_on=max(due, as_of),
                basis=(basis,),
            )
        ]


plugin = NormativeDocuments()


def _body(reading: Reading) -> str:
    return "\n".join(part for where, part in reading.parts if is_body(where))


def _months_before(day: date, months: int) -> date:
    month = day.year * _MONTHS + day.month - 1 - months
    year, number = month // _MONTHS, month % _MONTHS + 1
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, number, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def _evaluate(end: date) -> Text:
    return Text(
        zh=f"有效期到 {end.isoformat()} 为止，届满前六个月组织评估，决定继续有效、修改或者废止",
        en=f"Valid until {end.isoformat()}; six months before it is evaluated and kept, amended or repealed.",
    )


_NOTE = Text(
    zh="文中附注与规范性文件应当公开不符，请删去原附注，改用本次认定的附注",
    en="The note in the text says it is not public, which a normative document is; replace it with the note given here.",
)
