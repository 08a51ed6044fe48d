"""What YAML alone cannot say of a penalty decision: whose age its text tells, who judged, how long a restriction runs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from disclosure_gate import hookimpl
from disclosure_gate.detect.reader import is_body
from disclosure_gate.law.registry import LawRegistry
from disclosure_gate.model.determination import Basis
from disclosure_gate.model.document import Document
from disclosure_gate.model.findings import (
    Clock,
    Detection,
    Effect,
    FactStatement,
    Finding,
    Hold,
    Oblige,
    Period,
    Reading,
    Warn,
)
from disclosure_gate.model.frozen import FactValue, Text

KIND = "行政处罚决定"
_RULESET = Path(__file__).parent / "ruleset"
_OF_AGE = 18
_LONGEST = 3650  # days a period may have
# Where the decision presents the one penalised, not where it goes on to speak of that person.
_SUBJECT = re.compile(r"(?:当事人|被处罚人|被处罚者|受处罚人|违法行为人)(?:姓名|（自然人）)?\s*[:：]")
_REACH = 200  # code points behind the name of the one penalised in which number or birth may stand
_PRESENTED = re.compile(
    r"。|经查|查明|违法事实|案由|证人|举报人|投诉人|监护人|代理人|受害人|被害人|负责人|法定代表人"
)
_BORN = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日\s*(?:出生|生)")
_BORN_LABEL = re.compile(
    r"出生(?:日期|年月日?)?\s*[:：]?\s*(\d{4})\s*[年\-.]\s*(\d{1,2})\s*[月\-.]\s*(\d{1,2})"
)
_AGED = re.compile(r"年龄\s*[:：]?\s*(\d{1,3})|(\d{1,3})\s*(?:周岁|岁)")
_UNDER_AGE = ("未满十八周岁", "不满十八周岁", "未满18周岁", "不满18周岁")
_FINED = (
    "处以罚款",
    "处罚款",
    "并处罚款",
    "罚款人民币",
    "没收违法所得",
    "没收非法",
    "吊销",
    "责令停产停业",
    "责令关闭",
)
# 双公示 (practice.md §4, H): what the record of a penalty tells; one of the words shows it is told.
_FIELDS: dict[str, tuple[str, ...]] = {
    "决定书文号": ("〕", "］", "决定书文号", "文号"),
    "相对人名称": ("当事人", "被处罚人", "被处罚单位", "相对人"),
    "处罚事由": ("违法事实", "经查", "查明", "事由", "行为"),
    "处罚依据": ("依据", "根据《", "依照《", "《"),
    "处罚结果": ("决定", "处罚", "罚款", "警告", "没收", "吊销", "责令"),
    "决定日期": ("年",),
}


class PenaltyPublicity:
    """The plugin. Speaks of 行政处罚决定 only; never makes a document more open."""

    name = "penalty_publicity"

    @hookimpl
    def dg_rulesets(self) -> Sequence[Path]:
        """Facts and rules of this package."""
        return (_RULESET,)

    @hookimpl
    def dg_facts(
        self, document: Document, reading: Reading, detection: Detection, as_of: date
    ) -> Iterable[FactStatement]:
        """Whether the one penalised is a minor, by number, birth or age in the text."""
        if document.kind != KIND:
            return
        day = document.dates.signed or document.formed_on or as_of
        places = list(_minors(reading, detection, day))
        if places:
            yield FactStatement("penalised_minor", True, self.name, tuple(places))
            yield FactStatement("concerns_minor", True, self.name, tuple(places))

    @hookimpl
    def dg_findings(
        self,
        document: Document,
        facts: Mapping[str, FactValue],
        reading: Reading,
        as_of: date,
        laws: LawRegistry,
    ) -> Iterable[Finding]:
        """Who judged, a restriction that outlasts the display, what the record lacks, a declaration the text denies."""
        if document.kind != KIND:
            return
        penalty = laws.basis("penalty_law", "48", as_of)
        judged = facts["social_impact"] is not None and not facts["public_order_penalty"]
        if penalty and judged and not facts["penalty_judged_by"]:
            yield _said(
                "judgement-has-no-name",
                Hold(code="H-QUESTION", ask=("penalty_judged_by",)),
                penalty,
                _NAMELESS,
            )
        text = "\n".join(part for where, part in reading.parts if is_body(where) or where == "title")
        yield from _market(facts, text, as_of, laws)
        missing = _lacking(text)
        credit = laws.basis("gbf_2015_51", "18", as_of)
        if missing and credit:
            yield _said("record-is-incomplete", Warn(code="W-ELEMENTS"), credit, _incomplete(missing))


plugin = PenaltyPublicity()


def _market(facts: Mapping[str, FactValue], text: str, as_of: date, laws: LawRegistry) -> Iterator[Finding]:
    shown = laws.basis("market_penalty_rules", "13", as_of)
    ends = facts["penalty_restriction_until"]
    if shown and isinstance(ends, int) and facts["market_penalty"] in {"light", "other"}:
        days = ends - as_of.toordinal()
        if days > 0:
            period = Period(length=min(days, _LONGEST), unit="day")
            yield _said("as-long-as-the-restriction", Clock(period=period), shown, _RESTRICTED)
    barred = laws.basis("market_penalty_rules", "2", as_of)
    if barred and facts["market_penalty"] == "warning_only" and any(word in text for word in _FINED):
        yield _said(
            "more-than-a-warning", Oblige(code="D-CONFIRM", when="before_clearing"), barred, _FINED_TOO
        )


def _lacking(text: str) -> tuple[str, ...]:
    return tuple(name for name, words in _FIELDS.items() if not any(word in text for word in words))


def _said(rule: str, effect: Effect, basis: Basis, statement: Text) -> Finding:
    return Finding(f"plugins/penalty_publicity/{rule}", effect, (basis,), statement)


def _minors(reading: Reading, detection: Detection, day: date) -> Iterator[str]:
    """Places at which the text tells that the one penalised is under eighteen on ``day``."""
    for where, text in reading.parts:
        if not is_body(where):
            continue
        for subject in _SUBJECT.finditer(text):
            end = min(len(text), subject.end() + _REACH)
            over = _PRESENTED.search(text, subject.end(), end)
            stretch = (subject.end(), over.start() if over else end)
            if place := _told_young(text, stretch, day):
                yield f"{where}[{place[0]}:{place[1]}]"
            for span in detection.spans:
                if (
                    span.where == where
                    and span.kind == "resident_id"
                    and stretch[0] <= span.start < stretch[1]
                ):
                    born = _birth(text[span.start : span.end])
                    if born and _age(born, day) < _OF_AGE:
                        yield f"{where}[{span.start}:{span.end}]"


def _told_young(text: str, stretch: tuple[int, int], day: date) -> tuple[int, int] | None:
    for pattern in (_BORN, _BORN_LABEL):
        found = pattern.search(text, *stretch)
        if found and (born := _date(*found.groups())) and _age(born, day) < _OF_AGE:
            return found.span()
    aged = _AGED.search(text, *stretch)
    if aged and int(aged[1] or aged[2]) < _OF_AGE:
        return aged.span()
    for words in _UNDER_AGE:
        at = text.find(words, *stretch)
        if at >= 0:
            return at, at + len(words)
    return None


def _birth(number: str) -> date | None:
    digits = re.sub(r"[^0-9Xx]", "", number)
    if len(digits) < 14:  # noqa: PLR2004  old numbers and broken ones tell no age of a minor
        return None
    return _date(digits[6:10], digits[10:12], digits[12:14])


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _age(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


_NAMELESS = Text(
    zh="是否具有一定社会影响由本机关判断，须写明由谁判断（要素 penalty_judged_by）",
    en="Whether the decision has a certain social impact is the organ's judgement; say who judged (fact penalty_judged_by).",
)
_RESTRICTED = Text(
    zh="处罚附带的限制期限长于公示期，公示到限制期满为止",
    en="A restriction of the penalty outlasts the usual display, which goes on until the restriction ends.",
)
_FINED_TOO = Text(
    zh="填报为仅警告，正文却有罚款、没收等内容，请核实处罚种类",
    en="Declared as a mere warning, while the text speaks of a fine, forfeiture or the like; check the kind of penalty.",
)


def _incomplete(missing: Sequence[str]) -> Text:
    return Text(
        zh=f"报送信用平台的处罚信息缺少：{'、'.join(missing)}",
        en=f"the record for the credit platform lacks: {', '.join(missing)}",
    )
