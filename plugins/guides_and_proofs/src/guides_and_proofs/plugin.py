"""Guides and lists of proofs before the gate: what is asked beyond the list, catch-alls, proofs told in part."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from disclosure_gate import hookimpl
from disclosure_gate.detect.reader import is_body
from disclosure_gate.detect.tables import tables
from disclosure_gate.law.registry import LawRegistry
from disclosure_gate.model.document import Document
from disclosure_gate.model.findings import FactStatement, Finding, Reading, Warn
from disclosure_gate.model.frozen import FactValue, Text
from guides_and_proofs.guide import Demand, Guide, bare, read_guide
from guides_and_proofs.proofs import TITLES, ProofGap, proof_gaps

_RULESET = Path(__file__).parent / "ruleset"
_GUIDE_TITLES = ("办事指南", "服务指南", "办理指南", "申请指南")
_PROOF_TITLES = ("证明事项", "证明清单")
_ISSUED = re.compile(r"由[^，。；\n]{2,24}(?:开具|出具|核发)|(?:开具|出具|核发)(?:单位|部门|机关)")
_MORE = {
    "收费": ("收费", "费用", "免费"),
    "咨询监督": ("电话", "咨询", "监督", "投诉"),
    "救济": ("复议", "诉讼"),
}
"""What a guide tells beside what the law of licences makes a duty and the gate checks itself."""
_SHOWN = 40
_FILE = re.compile(r"files/(\d+)")


class GuidesAndProofs:
    """The plugin. Obliges and warns; never makes a document more or less open."""

    name = "guides_and_proofs"

    @hookimpl
    def dg_rulesets(self) -> Sequence[Path]:
        """Facts and rules of this package."""
        return (_RULESET,)

    @hookimpl
    def dg_facts(self, document: Document, reading: Reading) -> Iterable[FactStatement]:
        """How much is asked beyond the list, how many catch-alls, how many proofs are told in part."""
        if _is_guide(document):
            guide = read_guide(reading)
            if guide.materials or guide.none_needed:
                yield FactStatement("guide_names_materials", True, self.name)
            for name, found in (("asks_beyond_guide", _beyond(guide)), ("asks_catch_all", guide.catch_alls)):
                if found:
                    yield FactStatement(name, len(found), self.name, _places(found))
        if _is_guide(document) or _is_proof_list(document):
            gaps = proof_gaps(tables(reading))
            unissued = _unissued(reading) if _is_guide(document) else ()
            if gaps or unissued:
                places = (*(each.place for each in gaps), *_places(unissued))[:_SHOWN]
                yield FactStatement("proofs_incomplete", len(gaps) + len(unissued), self.name, places)

    @hookimpl
    def dg_findings(
        self,
        document: Document,
        facts: Mapping[str, FactValue],
        reading: Reading,
        as_of: date,
        laws: LawRegistry,
    ) -> Iterable[Finding]:
        """Where each of them stands; what else the guide does not tell."""
        basis = laws.basis("ogi_regulation", "20(5)", as_of)
        if basis is None:
            return
        said: list[tuple[str, Text]] = []
        if facts["service_guide"] is True and _is_guide(document):
            guide = read_guide(reading)
            said += [(f"beyond/{place}", _asks(place)) for place in _places(_beyond(guide))]
            said += [(f"catch-all/{place}", _open_ended(place)) for place in _places(guide.catch_alls)]
            said += [(f"proof/{place}", _by_whom(place)) for place in _places(_unissued(reading))]
            text = "\n".join(part for where, part in reading.parts if is_body(where))
            missing = tuple(name for name, words in _MORE.items() if not any(word in text for word in words))
            if missing:
                yield Finding(
                    "plugins/guides_and_proofs/elements", Warn(code="W-ELEMENTS"), (basis,), _lacks(missing)
                )
        if _is_guide(document) or _is_proof_list(document):
            said += [
                (f"proof/{each.element}/{each.place}", _gap(each)) for each in proof_gaps(tables(reading))
            ]
        for rule, statement in said[:_SHOWN]:
            yield Finding(f"plugins/guides_and_proofs/{rule}", Warn(code="W-RULE"), (basis,), statement)
        if len(said) > _SHOWN:
            yield Finding(
                "plugins/guides_and_proofs/more", Warn(code="W-RULE"), (basis,), _more(len(said) - _SHOWN)
            )


plugin = GuidesAndProofs()


def _is_guide(document: Document) -> bool:
    return document.kind == "办事指南" or any(word in document.title for word in _GUIDE_TITLES)


def _is_proof_list(document: Document) -> bool:
    return any(word in document.title for word in _PROOF_TITLES)


def _beyond(guide: Guide) -> tuple[Demand, ...]:
    """Nothing is beyond a list where there is none: that is told by itself."""
    return guide.beyond if guide.materials or guide.none_needed else ()


def _unissued(reading: Reading) -> tuple[Demand, ...]:
    """Proofs among the materials of which the guide's line does not say who issues them."""
    texts = dict(reading.parts)
    if any(_ISSUED.search(cell.text) for table in tables(reading) for row in table.rows for cell in row):
        return ()
    found = []
    for each in read_guide(reading).materials:
        lines = texts[each.where].split("\n")
        if bare(each.name).endswith("证明") and not _ISSUED.search(lines[each.line]):
            found.append(each)
    return tuple(found)


def _places(found: Iterable[Demand]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"{each.where}:{each.line + 1}" for each in found))


def _told(place: str) -> tuple[str, str]:
    where, _, line = place.rpartition(":")
    file = _FILE.match(where)
    zh, en = (f"附件{int(file[1]) + 1}", f"file {int(file[1]) + 1}") if file else ("正文", "the text")
    return f"{zh}第{line}行", f"{en}, line {line}"


def _asks(place: str) -> Text:
    zh, en = _told(place)
    return Text(
        zh=f"{zh}要求的材料不在材料清单之内",
        en=f"{en} asks for something the list of materials does not name",
    )


def _open_ended(place: str) -> Text:
    zh, en = _told(place)
    return Text(zh=f"{zh}有兜底的材料要求，没有写明是什么", en=f"{en} asks for materials without naming them")


def _by_whom(place: str) -> Text:
    zh, en = _told(place)
    return Text(
        zh=f"{zh}要求提交证明，没有写明由谁开具", en=f"{en} asks for a proof and does not say who issues it"
    )


def _gap(gap: ProofGap) -> Text:
    title = TITLES[gap.element]
    if gap.whole:
        return Text(
            zh=f"{gap.told.zh}没有“{title.zh}”一栏", en=f"{gap.told.en} has no column for: {title.en}"
        )
    return Text(zh=f"{gap.told.zh}没有写明{title.zh}", en=f"{gap.told.en} does not tell: {title.en}")


def _lacks(missing: Sequence[str]) -> Text:
    return Text(zh=f"指南没有写明：{'、'.join(missing)}", en=f"the guide does not tell: {', '.join(missing)}")


def _more(count: int) -> Text:
    return Text(zh=f"另有{count}处", en=f"{count} more places")
