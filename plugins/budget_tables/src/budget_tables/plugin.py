"""Budgets and accounts: what their tables lack and where their sums do not come out, cell by cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from budget_tables.checks import Issue, Kind, check
from budget_tables.sheets import Sheet, sheet
from disclosure_gate import hookimpl
from disclosure_gate.detect.reader import is_body
from disclosure_gate.detect.tables import tables
from disclosure_gate.law.registry import LawRegistry
from disclosure_gate.model.document import Document
from disclosure_gate.model.findings import FactStatement, Finding, Oblige, Reading
from disclosure_gate.model.frozen import FactValue, Text

KINDS = frozenset({"预算", "决算"})
_RULESET = Path(__file__).parent / "ruleset"
_SHOWN = 40  # issues of one kind told one by one; the rest is counted
_CODES: dict[Kind, str] = {
    "missing": "D-ELEMENTS", "part": "D-ELEMENTS", "three": "D-ELEMENTS", "change": "D-ELEMENTS",
    "empty": "D-OTHER", "unit": "D-OTHER", "depth": "D-OTHER", "sum": "D-OTHER", "cross": "D-OTHER", "balance": "D-OTHER",
}  # fmt: skip
_BASIS: dict[Kind, tuple[tuple[str, str], ...]] = {
    "missing": (("budget_law", "14"), ("caiyu_2016_143", "")),
    "part": (("budget_law", "14"), ("caiyu_2016_143", "")),
    "three": (("budget_law", "14"), ("caiyu_2016_143", "")),
    "change": (("budget_law", "14"), ("caiyu_2016_143", "")),
    "empty": (("caiyu_2016_143", ""),),
    "unit": (("caiyu_2016_143", ""),),
    "depth": (("budget_regulation", "6"),),
    "sum": (("ogi_regulation", "6"),),
    "cross": (("ogi_regulation", "6"),),
    "balance": (("ogi_regulation", "6"),),
}


def sheets_of(reading: Reading) -> list[Sheet]:
    """The tables with amounts that a reader of the document sees."""
    texts = dict(reading.parts)
    found = (sheet(table, texts[table.where]) for table in tables(reading))
    return [each for each in found if each is not None]


class BudgetTables:
    """The plugin. Speaks of 预算 and 决算 only, and only obliges: no status follows from a sum."""

    name = "budget_tables"

    @hookimpl
    def dg_rulesets(self) -> Sequence[Path]:
        """Facts and rules of this package."""
        return (_RULESET,)

    @hookimpl
    def dg_facts(self, document: Document, reading: Reading) -> Iterable[FactStatement]:
        """Whether there are empty tables, and how many sums do not come out."""
        if document.kind not in KINDS:
            return
        sheets = sheets_of(reading)
        blank = tuple(each.table.where for each in sheets if each.empty)
        if blank:
            yield FactStatement("tables_without_data", True, self.name, blank)
        wrong = [each for each in check(sheets, "", "none") if each.kind in {"sum", "cross", "balance"}]
        if wrong:
            places = tuple(each.where for each in wrong[:_SHOWN])
            yield FactStatement("budget_sums_wrong", len(wrong), self.name, places)

    @hookimpl
    def dg_findings(
        self,
        document: Document,
        facts: Mapping[str, FactValue],
        reading: Reading,
        as_of: date,
        laws: LawRegistry,
    ) -> Iterable[Finding]:
        """One duty to act for each issue, with the sheet and the cell."""
        if document.kind not in KINDS:
            return
        text = "\n".join(part for where, part in reading.parts if is_body(where) or where == "title")
        found: dict[Kind, list[Issue]] = {}
        for issue in check(sheets_of(reading), text, str(facts["budget_paper"])):
            found.setdefault(issue.kind, []).append(issue)
        for kind, issues in found.items():
            basis = tuple(each for law, article in _BASIS[kind] if (each := laws.basis(law, article, as_of)))
            if not basis:
                continue
            effect = Oblige(code=_CODES[kind], when="before_clearing")
            for issue in issues[:_SHOWN]:
                rule = f"plugins/budget_tables/{kind}/{issue.where}"
                yield Finding(rule, effect, basis, issue.statement, evidence=(issue.where,))
            if len(issues) > _SHOWN:
                yield Finding(f"plugins/budget_tables/{kind}", effect, basis, _more(len(issues) - _SHOWN))


plugin = BudgetTables()


def _more(count: int) -> Text:
    return Text(zh=f"另有{count}处同类问题", en=f"{count} more of the same kind")
