"""One example for every hook. docs/hooks.md shows them as they stand here, and the tests run them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from disclosure_gate import Document, hookimpl
from disclosure_gate.column import Publisher
from disclosure_gate.column.static_site import StaticSite
from disclosure_gate.detect import Detector
from disclosure_gate.detect.detector import TermDetector
from disclosure_gate.detect.reader import FileText, Reader, is_body
from disclosure_gate.law.calendar import WorkingCalendar
from disclosure_gate.law.registry import LawRegistry
from disclosure_gate.model.determination import Obligation
from disclosure_gate.model.document import File
from disclosure_gate.model.findings import Duty, FactStatement, Finding, Reading, Span
from disclosure_gate.model.frozen import FactValue, Text

HERE = Path(__file__).parent / "hooks"


class Vocabulary:
    name = "vocabulary_example"

    @hookimpl
    def dg_vocabulary(self) -> Mapping[str, Mapping[str, Any]]:
        return {
            "vocabulary_example_households": {
                "type": "int",
                "presume": 0,
                "title": {"zh": "影响户数", "en": "households affected"},
                "ask": {"zh": "影响多少户？", "en": "How many households are affected?"},
            }
        }


class Rulesets:
    name = "rulesets_example"

    @hookimpl
    def dg_rulesets(self) -> Iterable[Path]:
        return [HERE / "ruleset"]  # holds ruleset.yaml, rules.yaml and tests.yaml


class Catalogues:
    name = "catalogues_example"

    @hookimpl
    def dg_catalogues(self) -> Iterable[Path]:
        return [HERE / "rows.yaml"]


class Detectors:
    name = "detectors_example"

    @hookimpl
    def dg_detectors(self) -> Sequence[Detector]:
        why = Text(zh="举报人化名", en="the cover name of an informant")
        return [TermDetector("detectors_example_covers", "person_name", ["老周头", "阿青嫂"], why)]


class Notes:
    """Reads files that begin with a line of their own."""

    name = "readers_example_notes"

    def claims(self, file: File) -> bool:
        return file.content.reveal().startswith(b"NOTES/1\n\x01")

    def read(self, file: File) -> FileText:
        text = file.content.reveal().partition(b"\x01")[2].decode()
        return FileText((("", text),))


class Readers:
    name = "readers_example"

    @hookimpl
    def dg_readers(self) -> Sequence[Reader]:
        return [Notes()]


class Spans:
    name = "spans_example"

    @hookimpl
    def dg_spans(self, reading: Reading) -> Iterable[Span]:
        why = Text(zh="申请编号可以对应到具体的人", en="the number of an application leads to a person")
        for where, text in reading.parts:
            for found in re.finditer(r"申请编号[:：](\d{6})", text):
                yield Span(where, found.start(1), found.end(1), "other", self.name, "******", why)


class Facts:
    name = "facts_example"

    @hookimpl
    def dg_facts(self, reading: Reading) -> Iterable[FactStatement]:
        for where, text in reading.parts:
            found = re.search(r"征求意见(\d{1,3})[天日]", text) if is_body(where) else None
            if found is not None:
                place = f"{where}[{found.start()}:{found.end()}]"  # a place, never what stands there
                yield FactStatement("consultation_days", int(found[1]), self.name, (place,))
                return


class Findings:
    name = "findings_example"

    @hookimpl
    def dg_findings(
        self, document: Document, facts: Mapping[str, FactValue], as_of: date, laws: LawRegistry
    ) -> Iterable[Finding]:
        basis = laws.basis("ogi_regulation", "19", as_of)  # None where it is not in force on the day
        if document.kind == "其他" and facts["wide_public_interest"] and basis is not None:
            said = Text(zh="涉及公众利益，应当公开", en="it concerns the public and is published")
            return [Finding("findings_example/wide-interest", Duty(code="P19"), (basis,), said)]
        return []


class Obligations:
    name = "obligations_example"

    @hookimpl
    def dg_obligations(
        self, document: Document, as_of: date, calendar: WorkingCalendar
    ) -> Iterable[Obligation]:
        if document.kind != "名单公示":
            return []
        said = Text(zh="公示前与发放部门核对名单", en="compare the list with the paying office first")
        due, _ = calendar.add_working_days(as_of, 3)
        rule = "obligations_example/compare"
        return [Obligation(code="D-OTHER", rule=rule, when="before_clearing", message=said, due_on=due)]


class Publishers:
    name = "publishers_example"

    @hookimpl
    def dg_publishers(self) -> Sequence[Publisher]:
        return [StaticSite(Path("/srv/column"), name="publishers_example")]
