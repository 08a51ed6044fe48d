"""Reply letters (申请答复) before the gate: to the applicant only, with basis, reasons and remedies."""

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
from disclosure_gate.model.findings import FactStatement, Finding, Oblige, Reading
from disclosure_gate.model.frozen import FactValue, Text

KIND = "申请答复"
_RULESET = Path(__file__).parent / "ruleset"
# In the order of the law: what a letter says first of a kind decides; a refusal in part is no refusal.
_TOLD: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("partial", ("部分公开", "部分不予公开", "区分处理", "其余部分不予公开")),
    ("refused", ("不予公开",)),
    ("not_existing", ("不存在", "未检索到", "没有找到")),
    ("not_ours", ("不属于本机关", "非本机关")),
    ("repeated", ("重复处理", "重复申请")),
    ("needs_making", ("加工、分析", "另行制作", "没有现成")),
    ("petition", ("信访", "投诉、举报")),
    ("published", ("已经主动公开", "已主动公开")),
    ("granted", ("予以公开", "可以公开", "现提供")),
)
_ARTICLE = re.compile(r"(?:政府信息公开)?条例》?\s*第[一二三四五六七八九十\d]{1,4}条")
_LIMB = re.compile(r"第(?:十四|十五|十六|14|15|16)条")
_REVIEW_FIRST = re.compile(r"(?:应当|须|需|必须)?先[^。]{0,12}?(?:申请)?行政复议")
_REFUSING = frozenset({"refused", "partial"})


class InformationRequests:
    """The plugin. Restricts, obliges and warns; never makes a document more open."""

    name = "information_requests"

    @hookimpl
    def dg_rulesets(self) -> Sequence[Path]:
        """Facts and rules of this package."""
        return (_RULESET,)

    @hookimpl
    def dg_facts(self, document: Document, reading: Reading) -> Iterable[FactStatement]:
        """The type of reply, by what the letter says."""
        if document.kind != KIND:
            return
        text = _body(reading)
        told = next((name for name, words in _TOLD if any(word in text for word in words)), None)
        if told is not None and "reply_type" not in document.facts:
            yield FactStatement("reply_type", told, self.name)

    @hookimpl
    def dg_findings(
        self,
        document: Document,
        facts: Mapping[str, FactValue],
        reading: Reading,
        as_of: date,
        laws: LawRegistry,
    ) -> Iterable[Finding]:
        """What the letter must say and does not: the article, the limb of a refusal, the way against it."""
        if document.kind != KIND:
            return
        text = _body(reading)
        for rule, law, article, statement in _lacking(text, str(facts["reply_type"])):
            basis = laws.basis(law, article, as_of)
            if basis is not None:
                yield _obliged(rule, basis, statement)


plugin = InformationRequests()


def _lacking(text: str, reply_type: str) -> Iterator[tuple[str, str, str, Text]]:
    if not _ARTICLE.search(text):
        yield "names-no-article", "ogi_regulation", "36", _NO_ARTICLE
    if reply_type in _REFUSING:
        if not _LIMB.search(text):
            yield "names-no-reason", "ogi_regulation", "36(3)", _NO_REASON
        if not _REVIEW_FIRST.search(text):
            yield "review-first", "reconsideration_law", "23", _NO_REVIEW
    elif "复议" not in text and "诉讼" not in text:
        yield "names-no-remedy", "ogi_regulation", "51", _NO_REMEDY
    if reply_type == "not_existing" and "检索" not in text and "查找" not in text:
        yield "names-no-search", "ogi_regulation", "36(4)", _NO_SEARCH


def _body(reading: Reading) -> str:
    return "\n".join(part for where, part in reading.parts if is_body(where))


def _obliged(rule: str, basis: Basis, statement: Text) -> Finding:
    effect = Oblige(code="D-ELEMENTS", when="before_clearing")
    return Finding(f"plugins/information_requests/{rule}", effect, (basis,), statement)


_NO_ARTICLE = Text(zh="答复没有写明所依据的条款", en="the reply does not name the article it rests on")
_NO_REASON = Text(
    zh="不予公开的部分须写明属于第十四、十五、十六条的哪一种情形和理由",
    en="what is refused must be told by article 14, 15 or 16, with the limb and the reason",
)
_NO_REVIEW = Text(
    zh="不予公开的决定须告知先申请行政复议，不服复议决定再提起诉讼",
    en="a refusal must tell that reconsideration comes first, and court only after it",
)
_NO_REMEDY = Text(
    zh="答复没有告知可以申请复议或者提起诉讼", en="the reply does not tell of reconsideration or court"
)
_NO_SEARCH = Text(
    zh="信息不存在的答复须写明检索情况",
    en="that something does not exist is told with how it was searched for",
)
