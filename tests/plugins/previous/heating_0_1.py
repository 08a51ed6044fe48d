"""A plugin as the first version of the hooks had them, frozen: it is never changed, whatever the hooks become.

Every hook of version 1 with all its arguments of then, and no ``hooks_version``, which there was not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from disclosure_gate import hookimpl
from disclosure_gate.detect import Detector
from disclosure_gate.detect.detector import TermDetector
from disclosure_gate.detect.reader import FileText
from disclosure_gate.model.determination import Basis, Obligation
from disclosure_gate.model.document import Document, File
from disclosure_gate.model.findings import Detection, Duty, FactStatement, Finding, Reading
from disclosure_gate.model.frozen import FactValue, Text

_HERE = Path(__file__).parent / "heating_0_1"
_SAID = Text(zh="供热事项应当公开", en="heating is published")


class _Notes:
    """Reads a file format of its own."""

    name = "heating_notes"

    def claims(self, file: File) -> bool:
        return file.content.reveal().startswith(b"HEATING1\n")

    def read(self, file: File) -> FileText:
        return FileText((("", file.content.reveal().decode().partition("\n")[2]),))


class Heating:
    name = "heating"

    @hookimpl
    def dg_vocabulary(self) -> Mapping[str, Mapping[str, Any]]:
        text = {"zh": "停暖户数", "en": "households without heating"}
        return {"heating_households": {"type": "int", "presume": 0, "title": text, "ask": text}}

    @hookimpl
    def dg_rulesets(self) -> Iterable[Path]:
        return [_HERE / "ruleset"]

    @hookimpl
    def dg_catalogues(self) -> Iterable[Path]:
        return [_HERE / "rows.yaml"]

    @hookimpl
    def dg_detectors(self) -> Sequence[Detector]:
        return [TermDetector("heating_station", "other", ["三号换热站"], Text(zh="站点", en="a station"))]

    @hookimpl
    def dg_readers(self) -> Sequence[Any]:
        return [_Notes()]

    @hookimpl
    def dg_facts(self, document: Document, reading: Reading, detection: Detection) -> Iterable[FactStatement]:
        del document, detection
        for where, text in reading.parts:
            found = re.search(r"(\d+)户", text)
            if found:
                yield FactStatement(
                    "heating_households", int(found[1]), "heating", (f"{where}[{found.start()}]",)
                )
                return

    @hookimpl
    def dg_findings(self, document: Document, facts: Mapping[str, FactValue]) -> Iterable[Finding]:
        if document.kind == "公告" and (facts["heating_households"] or 0):
            basis = Basis(
                law="ogi_regulation",
                title="中华人民共和国政府信息公开条例",
                article="19",
                in_force_from=date(2019, 5, 15),
            )
            return [Finding("heating/households", Duty(code="P19"), (basis,), _SAID)]
        return []

    @hookimpl
    def dg_obligations(self, document: Document, facts: Mapping[str, FactValue]) -> Iterable[Obligation]:
        households = facts["heating_households"]
        if document.kind and isinstance(households, int) and households >= 1000:
            said = Text(zh="通知社区", en="tell the neighbourhood")
            return [Obligation(code="D-OTHER", rule="heating/tell", when="before_clearing", message=said)]
        return []

    @hookimpl
    def dg_publishers(self) -> Sequence[Any]:
        return []
