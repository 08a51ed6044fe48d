"""From a document to its determination: intake, facts, rules, resolution, and the answer in words (design §4)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from disclosure_gate.assembly import Parts
from disclosure_gate.catalogue import Row
from disclosure_gate.catalogue.elements import Lacking
from disclosure_gate.detect import secret_mark
from disclosure_gate.detect.ages import with_minors
from disclosure_gate.detect.reader import is_body, is_hidden, read_document
from disclosure_gate.events import LogEvent, log
from disclosure_gate.model.canonical import canonical_words
from disclosure_gate.model.codes import CODES
from disclosure_gate.model.determination import (
    Determination,
    FactUsed,
    Held,
    Obligation,
    ProposalAnswer,
    Publication,
    Question,
    Reason,
    Redaction,
    RulesetVersion,
    RuleTrace,
    Status,
    Warning,
)  # fmt: skip
from disclosure_gate.model.document import DOMAINS, Document, content_digest
from disclosure_gate.model.errors import Failure, Flaw, InputError
from disclosure_gate.model.findings import (
    EFFECT_NAMES,
    CaseDates,
    Detection,
    FactStatement,
    Finding,
    Hold,
    Oblige,
    Reading,
    RedactSpans,
    Span,
    Unseen,
)  # fmt: skip
from disclosure_gate.model.frozen import FactValue, Fixed, Text
from disclosure_gate.plugins import contract
from disclosure_gate.rules.conditions import tests
from disclosure_gate.rules.decision import EngineChoice, Verdict, decide, trace
from disclosure_gate.rules.facts import FactTable
from disclosure_gate.rules.proposal import problems
from disclosure_gate.rules.rulebase import Edition
from disclosure_gate.rules.schedule import obligation, schedule
from disclosure_gate.rules.vocabulary import NONE

_LIKELY = 0.3  # how well a row must fit to be shown as the likely item
HELD_LABEL = "待定"
NOTES = {
    Status.PROACTIVE: "（此件公开发布）",
    Status.PARTIAL: "（此件部分公开）",
    Status.ON_REQUEST: "（此件依申请公开）",
    Status.WITHHELD: "（此件不予公开）",
}
RESTRICTED_NOTES = {
    "village": "（此件在村、社区范围内公开）",
    "affected": "（此件向相关群众公开）",
    "parties": "（此件送达当事人）",
}


@dataclass(frozen=True, slots=True)
class Workings:
    """How a determination came about; kept beside it for clearing, issuing and explaining."""

    edition: Edition
    reading: Reading
    table: FactTable
    said: tuple[Finding, ...]
    detection: Detection
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Considered:
    """A determination, and its workings unless a secrecy mark stopped everything."""

    document: Document
    domain: str | None
    determination: Determination
    written: bytes  # the determination as canonical JSON
    workings: Workings | None
    by: Determiner


class Determiner:
    """Considers documents with one set of parts."""

    def __init__(self, parts: Parts, engine: EngineChoice) -> None:
        self.parts = parts
        self._engine: EngineChoice = engine
        self._rule_ids = frozenset(rule.id for rule in parts.rules.rules)
        # By domain: what took part in a decision. Installing another domain changes no determination.
        self._versions: dict[str | None, tuple[RulesetVersion, ...]] = {}

    def consider(self, document: Document, as_of: date) -> Considered:
        """Determine ``document`` under the law of ``as_of``. Stores nothing.

        Raises:
            InputError: a fact, the item or the date is not acceptable.
        """
        parts = self.parts
        edition = parts.rules.edition(as_of)
        reading = read_document(document, parts.readers)
        # Nothing looks at the text before this: with a mark of state secrecy, nothing else ever does.
        if any(secret_mark(text) is not None for _, text in reading.parts):
            log(LogEvent.SECRET_MARK, document_id=document.id)
            return Considered(document, None, *_secret(document.id, as_of, self._engine), None, self)
        if not reading.unseen and not any(text.strip() for where, text in reading.parts if is_body(where)):
            raise InputError("E-TEXT-EMPTY", where="/files")
        row = parts.catalogue.find(document.domain, document.item) if document.item else None
        said = [_not_loaded(flaw) for flaw in parts.plugins.flaws]
        detection, failed = self._detect(document, reading, as_of)
        said += failed
        detection, failed = self._plugin_spans(document, reading, detection, as_of)
        said += failed
        table, failed = self._facts(document, reading, detection, row, as_of)
        said += failed
        if row is not None:
            said += parts.catalogue.findings(row, as_of)
        said += self._plugin_findings(document, table, reading, detection, as_of)
        domain = row.domain if row else document.domain
        scopes = edition.scopes_of(domain)
        verdict = decide(edition, scopes, table.vector, said, detection.spans, self._engine)
        if verdict.engines_differ:
            log(LogEvent.ENGINES_DIFFER, document_id=document.id, rules=list(verdict.engines_differ))
        workings = Workings(edition, reading, table, tuple(said), detection, verdict)
        determination, written = self._answer(document, as_of, row, workings)
        log(
            LogEvent.CHECKED,
            document_id=document.id,
            status=determination.status.value if determination.status else None,
            held=[held.code for held in determination.held],
        )
        return Considered(document, domain, determination, written, workings, self)

    # facts and findings

    def _detect(self, document: Document, reading: Reading, as_of: date) -> tuple[Detection, list[Finding]]:
        said = [_unseen(each) for each in reading.unseen]
        try:
            detection = with_minors(reading, self.parts.scanner.scan(reading), as_of)
        except Exception as error:  # noqa: BLE001  whatever a detector does, the document is held, never let through
            log(LogEvent.STAGE_FAILED, document_id=document.id, stage="detect", error=type(error).__name__)
            said.append(_hold("gate/detect", "H-ERROR", "检测未能完成", "detection did not finish"))
            return Detection(), said
        said += self._plugin_holds(document, detection.failures)
        # Nothing hidden is carried into a public copy; but who hands it in should know and clean the file.
        hidden = dict.fromkeys(span.where for span in detection.spans if is_hidden(span.where))
        said += [_unseen(Unseen(where, "U-HIDDEN")) for where in hidden]
        return detection, said

    def _plugin_spans(
        self, document: Document, reading: Reading, detection: Detection, as_of: date
    ) -> tuple[Detection, list[Finding]]:
        outcome = self.parts.plugins.call(
            "dg_spans",
            lambda value, plugin: contract.spans(value, plugin, reading),
            document=document,
            reading=reading,
            detection=detection,
            as_of=as_of,
        )
        found: list[Span] = [span for answer in outcome.answers for span in answer.value]
        if found:
            # INVARIANT P1: a plugin's span stands beside a detector's; it never takes its place.
            order = {where: number for number, (where, _) in enumerate(reading.parts)}
            spans = sorted(
                {*detection.spans, *found},
                key=lambda each: (order[each.where], each.start, each.end, each.kind, each.detector),
            )
            detection = Detection(tuple(spans), detection.marks, detection.failures)
        return detection, self._plugin_holds(document, outcome.failures)

    def _facts(
        self, document: Document, reading: Reading, detection: Detection, row: Row | None, as_of: date
    ) -> tuple[FactTable, list[Finding]]:
        given: dict[str, FactValue] = {
            "kind": document.kind,
            "domain": (row.domain if row else document.domain) or NONE,
            "item": row.id if row else NONE,
            "issuer_level": document.issuer.level,
            "catalogue_row": row.mode if row else NONE,
            "row_audience": row.audience if row else NONE,
        }
        body = "\n".join(text for where, text in reading.parts if is_body(where))
        texts = dict(reading.parts)
        quoted = "\n".join(
            texts[mark.where][mark.start : mark.end] for mark in detection.marks if mark.kind == "quotation"
        )
        derived = self.parts.facts.shown(document.title, body, document.issuer.name, quoted)
        if young := tuple(_minors_in_a_case(document, detection)):
            derived.append(FactStatement("concerns_minor", True, "detectors", young))
        ground = self._ground(reading, detection, as_of)
        outcome = self.parts.plugins.call(
            "dg_facts",
            lambda value, plugin: contract.facts(value, plugin, ground),
            document=document,
            reading=reading,
            detection=detection,
            as_of=as_of,
        )
        derived += [statement for answer in outcome.answers for statement in answer.value]
        table = self.parts.facts.read(given, document.facts, derived)
        return table, self._plugin_holds(document, outcome.failures)

    def _plugin_findings(
        self, document: Document, table: FactTable, reading: Reading, detection: Detection, as_of: date
    ) -> list[Finding]:
        ground = self._ground(reading, detection, as_of)
        outcome = self.parts.plugins.call(
            "dg_findings",
            lambda value, plugin: contract.findings(value, plugin, ground),
            document=document,
            facts=Fixed(table.vector),
            reading=reading,
            detection=detection,
            as_of=as_of,
            laws=self.parts.laws,
            calendar=self.parts.calendar,
        )
        found: list[Finding] = [finding for answer in outcome.answers for finding in answer.value]
        return found + self._plugin_holds(document, outcome.failures)

    def _plugin_obligations(
        self, document: Document, workings: Workings, as_of: date
    ) -> tuple[list[Obligation], list[Finding]]:
        ground = self._ground(workings.reading, workings.detection, as_of)
        outcome = self.parts.plugins.call(
            "dg_obligations",
            lambda value, plugin: contract.obligations(value, plugin, ground),
            document=document,
            facts=Fixed(workings.table.vector),
            reading=workings.reading,
            as_of=as_of,
            laws=self.parts.laws,
            calendar=self.parts.calendar,
        )
        found: list[Obligation] = [each for answer in outcome.answers for each in answer.value]
        return found, self._plugin_holds(document, outcome.failures)

    def _ground(self, reading: Reading, detection: Detection, as_of: date) -> contract.Ground:
        parts = self.parts
        return contract.Ground(parts.rules.vocabulary, parts.laws, self._rule_ids, as_of, reading, detection)

    def _plugin_holds(self, document: Document, failures: Iterable[Failure]) -> list[Finding]:
        holds = []
        for failure in failures:
            log(LogEvent.PLUGIN_FAILED, document_id=document.id, plugin=failure.plugin, how=str(failure))
            holds.append(
                _hold(
                    f"plugin/{failure.plugin}",
                    "H-PLUGIN",
                    f"插件 {failure.plugin} 出错：{failure.told('zh')}",
                    f"plugin {failure.plugin} failed: {failure.told('en')}",
                )
            )
        return holds

    # the answer

    def _answer(
        self, document: Document, as_of: date, row: Row | None, workings: Workings
    ) -> tuple[Determination, bytes]:
        parts, verdict, resolution = self.parts, workings.verdict, workings.verdict.resolution
        obligations, failed = self._plugin_obligations(document, workings, as_of)
        held = [*_held(workings, parts), *(_held_by(finding, ()) for finding in failed)]
        status = None if held else resolution.status
        dates = case_dates(document, as_of)
        planned = schedule(resolution, dates, parts.calendar)
        obligations += [obligation(finding, dates, parts.calendar) for finding in resolution.obligations]
        obligations += _own_obligations(document, workings)
        lacking = self._lacking(document, row, workings, as_of)
        if lacking.by_law:
            obligations.append(
                Obligation(
                    code="D-ELEMENTS",
                    rule="gate/elements",
                    when="before_clearing",
                    message=_lacks(lacking.by_law),
                    basis=lacking.basis,
                )
            )
        proposal = None
        if document.proposed is not None and (document.proposed.status or document.proposed.reason_code):
            wanted = document.proposed
            found = problems(
                wanted.status, wanted.reason_code, wanted.statement, resolution if status else None
            )
            proposal = ProposalAnswer(admissible=not found, problems=found)
        publications = planned.publications if status else ()
        asked = verdict.inquiry.ask
        draft = Determination(
            document_id=document.id,
            status=status,
            label=status.label if status else HELD_LABEL,
            held=tuple(held),
            reasons=tuple(self._reason(finding, workings) for finding in resolution.reasons)
            if status
            else (),
            redactions=redacted(workings) if status else (),
            publications=publications,
            proposal=proposal,
            obligations=tuple(_sorted_obligations(obligations)),
            questions=tuple(self._question(name, workings) for name in asked),
            warnings=tuple(
                _sorted_warnings(
                    [
                        *workings.table.warnings,
                        *self._warnings(row, as_of, workings),
                        *_elements_warning(document, row, lacking),
                        *self._suggested(document, row),
                        *(planned.warnings if status else ()),
                    ]
                )
            ),
            notes=_notes(status, publications),
            as_of=as_of,
            rulesets=self._versions_of(row.domain if row else document.domain),
            engine=self._engine,
            content_digest=content_digest(document),
        )
        return _named(draft)

    def retrace(
        self, determination: Determination, domain: str | None, facts: Sequence[FactUsed]
    ) -> tuple[tuple[RuleTrace, ...], bool]:
        """What every rule says to recorded facts; nothing where the rulesets are others than recorded."""
        if determination.rulesets != self._versions_of(domain):
            return (), False
        vocabulary = self.parts.rules.vocabulary
        values = {
            each.name: None if each.value is None else vocabulary[each.name].read(each.value)
            for each in facts
        }
        given = {each.name: values[each.name] for each in facts if each.source == "document"}
        declared = {each.name: each.value for each in facts if each.source == "declared"}
        derived = [
            FactStatement(each.name, values[each.name], each.source)
            for each in facts
            if each.name not in given and each.name not in declared
        ]
        edition = self.parts.rules.edition(determination.as_of)
        vector = self.parts.facts.read(given, declared, derived).vector
        scopes = edition.scopes_of(domain)
        return tuple(trace(edition, scopes, vector, edition.direct.match(scopes, vector))), True

    def reasons_of_masks(self, workings: Workings) -> tuple[Reason, ...]:
        """One reason for every rule that masks something."""
        masking = dict.fromkeys(finding for _, finding in workings.verdict.resolution.redactions)
        return tuple(self._reason(finding, workings) for finding in masking)

    def obligations_under(self, considered: Considered, status: Status) -> tuple[Obligation, ...]:
        """What a document obliges to under a status that people chose: some of it hangs on the status."""
        determined, workings = considered.determination, considered.workings
        if workings is None:
            return determined.obligations
        true = (each for index in workings.verdict.matches.true for each in workings.edition.findings(index))
        hanging = {
            (each.rule, each.effect.code): each
            for each in (*workings.said, *true)
            if isinstance(each.effect, Oblige) and each.effect.statuses
        }
        dates = case_dates(considered.document, determined.as_of)
        chosen = [
            obligation(each, dates, self.parts.calendar)
            for each in hanging.values()
            if isinstance(each.effect, Oblige) and status in each.effect.statuses
        ]
        others = [each for each in determined.obligations if (each.rule, each.code) not in hanging]
        return tuple(_sorted_obligations([*others, *chosen]))

    def _reason(self, finding: Finding, workings: Workings) -> Reason:
        evidence = list(finding.evidence)
        edition = workings.edition
        rule = self.parts.rules.rule(finding.rule)
        if rule is not None and rule.index in edition.rules:
            evidence += [
                f"{name} = {edition.vocabulary[name].show(workings.table.vector[name])}"
                for name in edition.reads(rule.index)
                if name in workings.table.vector and not edition.vocabulary[name].concept
            ]
        code = str(getattr(finding.effect, "code", "")) or finding.rule
        if isinstance(finding.effect, RedactSpans):
            evidence += [
                f"{span.where}[{span.start}:{span.end}] {span.kind}"
                for span, masker in workings.verdict.resolution.redactions
                if masker is finding or masker == finding
            ]
        return Reason(
            rule=finding.rule,
            code=code,
            effect=EFFECT_NAMES[type(finding.effect)],
            basis=finding.basis,
            statement=finding.statement,
            evidence=tuple(evidence),
        )

    def _versions_of(self, domain: str | None) -> tuple[RulesetVersion, ...]:
        """The rulesets that a document of ``domain`` is judged by, with version and digest."""
        known = self._versions.get(domain)
        if known is None:
            known = self._versions[domain] = tuple(
                RulesetVersion(name=each.id, version=each.version, digest=each.digest)
                for each in self.parts.rules.rulesets
                if each.domain in {None, domain}
            )
        return known

    def _lacking(self, document: Document, row: Row | None, workings: Workings, as_of: date) -> Lacking:
        """What the paper should say and does not."""
        text = "\n".join(text for where, text in workings.reading.parts if not is_hidden(where))
        return self.parts.elements.lacking(document.kind, document.title, row, text, self.parts.laws, as_of)

    def _suggested(self, document: Document, row: Row | None) -> list[Warning]:
        """Likely items where the caller names none: shown, never taken silently."""
        if row is not None:
            return []
        if document.domain is None:
            return self._domains_of_the_issuer(document)
        text = document.text.reveal() if document.text is not None else ""
        found = [
            each
            for each in self.parts.catalogue.suggest(document.title, text, document.domain)
            if each.score >= _LIKELY
        ]
        if not found:
            return []
        paths = "；".join(each.row.path for each in found)
        return [
            Warning(
                code="W-ITEM",
                message=Text(
                    zh=f"未指明目录事项，可能是：{paths}",
                    en=f"no catalogue item is named; it may be: {paths}",
                ),
                where="/item",
            )
        ]

    def _domains_of_the_issuer(self, document: Document) -> list[Warning]:
        slugs = self.parts.organs.domains_of(document.issuer.name)
        if not slugs:
            return []
        return [
            Warning(
                code="W-DOMAIN",
                message=Text(
                    zh=f"未指明领域；{document.issuer.name}负责：{'、'.join(DOMAINS[each] for each in slugs)}",
                    en=f"no domain is named; this organ answers for: {', '.join(slugs).replace('_', ' ')}",
                ),
                where="/domain",
            )
        ]

    def _question(self, name: str, workings: Workings) -> Question:
        fact = self.parts.rules.vocabulary[name]
        asking = [workings.edition.rules[index] for index in workings.verdict.matches.unknown]
        return Question(
            fact=name,
            type=fact.type,
            text=fact.ask,
            values=fact.values if fact.type == "enum" else (True, False) if fact.type == "bool" else (),
            because=tuple(
                sorted(rule.id for rule in asking if any(test.fact == name for test in tests(rule.condition)))
            ),
        )

    def _warnings(self, row: Row | None, as_of: date, workings: Workings) -> list[Warning]:
        edition = workings.edition
        found = [
            Warning(code="W-STALE", message=ended.message(), where=edition.rules[index].id)
            for index in workings.verdict.matches.true
            for ended in edition.law[index].stale
        ]
        found += [
            Warning(
                code=str(getattr(finding.effect, "code", "W-RULE")),
                message=finding.statement,
                where=finding.rule,
            )
            for finding in workings.verdict.resolution.warnings
        ]
        if workings.verdict.resolution.status is Status.ON_REQUEST:
            # An exemption is no reason for this status; who asks gets the paper without these parts (条例 37).
            found += [
                Warning(code="W-SEPARATE", message=finding.statement, where=finding.rule)
                for finding in workings.verdict.resolution.exemptions
            ]
        if row is not None:
            found += self.parts.catalogue.stale(row, as_of)
        for where, text in workings.reading.parts:
            if is_body(where) and "《" in text:
                found += [
                    Warning(
                        code="W-STALE",
                        message=Text(
                            zh=f"正文引用的{ended.message().zh}，请核对",
                            en=f"the text cites it: {ended.message().en}",
                        ),
                        where=where,
                    )
                    for ended in self.parts.laws.cited_ended(text, as_of)
                ]
        if workings.verdict.resolution.status in {Status.PROACTIVE, Status.PARTIAL}:
            found += _internal_mark(workings.detection)
        found += [
            Warning(
                code="W-REFERENCE-FORM",
                message=Text(
                    zh=f"{CODES['W-REFERENCE-FORM'].zh}，应写作 {mark.value}",
                    en=f"{CODES['W-REFERENCE-FORM'].en}; write {mark.value}",
                ),
                where=f"{mark.where}[{mark.start}:{mark.end}]",
            )
            for mark in workings.detection.marks
            if mark.kind == "dispatch_number" and mark.nonstandard
        ]
        return found


def case_dates(document: Document, as_of: date) -> CaseDates:
    """The dates clocks may start from."""
    return CaseDates(as_of=as_of, formed=document.formed_on, **vars(document.dates))


def redacted(workings: Workings) -> tuple[Redaction, ...]:
    """Every span that the rules mask, with the rule it rests on."""
    return tuple(
        Redaction(
            where=span.where,
            start=span.start,
            end=span.end,
            kind=span.kind,
            rule=finding.rule,
            mask=span.mask,
        )
        for span, finding in workings.verdict.resolution.redactions
    )


def _unseen(unseen: Unseen) -> Finding:
    said = CODES[unseen.code]
    by = f" ({unseen.by})" if unseen.by else ""
    return _hold(
        f"gate/read/{unseen.where}",
        "H-UNREADABLE",
        f"{unseen.where}：{said.zh}{by}。{said.remedy_zh}",
        f"{unseen.where}: {said.en}{by}; {said.remedy_en}",
    )


def _held(workings: Workings, parts: Parts) -> list[Held]:
    """Everything that stands in the way of a status, in order of rule."""
    verdict, resolution = workings.verdict, workings.verdict.resolution
    held = [_held_by(finding, _quotations(workings)) for finding in resolution.holds]
    for conflict in resolution.conflicts:
        one, other = conflict.one, conflict.other
        held.append(
            Held(
                code="H-CONFLICT",
                message=Text(
                    zh=f"两条规则结论相反：{one.rule}（{one.statement.zh}）；{other.rule}（{other.statement.zh}）",
                    en=f"two rules disagree: {one.rule} ({one.statement.en}); {other.rule} ({other.statement.en})",
                ),
            )
        )
    if verdict.engines_differ:
        named = "、".join(verdict.engines_differ)
        held.append(
            Held(
                code="H-ENGINE",
                message=Text(
                    zh=f"两个引擎对以下规则结论不一致：{named}", en=f"the engines differ on: {named}"
                ),
            )
        )
    if not verdict.inquiry.settled:
        facts = [parts.rules.vocabulary[name] for name in verdict.inquiry.ask]
        held.append(
            Held(
                code="H-QUESTION",
                message=Text(
                    zh="须先回答：" + "；".join(fact.ask.zh for fact in facts),
                    en="answer first: " + "; ".join(fact.ask.en for fact in facts),
                ),
                ask=verdict.inquiry.ask,
            )
        )
    if not held and resolution.status is None:
        held.append(
            Held(
                code="H-ERROR",
                message=Text(zh="没有任何现行规则支持任何属性", en="no rule in force supports any status"),
            )
        )
    return held


def _held_by(finding: Finding, quotations: tuple[str, ...]) -> Held:
    effect = finding.effect
    assert isinstance(effect, Hold)  # noqa: S101  callers pass what holds
    places = quotations if effect.code == "H-QUOTE" else finding.evidence
    return Held(code=effect.code, message=finding.statement, ask=effect.ask, places=places)


def _quotations(workings: Workings) -> tuple[str, ...]:
    return tuple(
        f"{mark.where}[{mark.start}:{mark.end}] {mark.value}".rstrip()
        for mark in workings.detection.marks
        if mark.kind == "quotation"
    )


_CASE_KINDS = frozenset({"行政处罚决定", "行政强制决定", "执法程序文书"})
_CASE_TITLE = re.compile("案件|事件|案的|欺凌|侵害|违法|伤害")


def _minors_in_a_case(document: Document, detection: Detection) -> Iterator[str]:
    """Places that tell of a minor, where the paper is on a case (未成年人保护法 103); lists and honours of pupils are no case."""
    if document.kind in _CASE_KINDS or _CASE_TITLE.search(document.title):
        for span in detection.spans:
            if span.kind in {"minor_name", "minor_school"}:
                yield f"{span.where}[{span.start}:{span.end}]"


_INTERNAL_MARKS = frozenset(
    {"内部资料", "内部文件", "注意保存", "不得外传", "请勿外传", "严禁外传", "供领导参阅"}
)


def _internal_mark(detection: Detection) -> list[Warning]:
    """The first mark for internal use on a paper that is to be published: it is no exemption, and no ornament either."""
    return [
        Warning(
            code="W-INTERNAL-MARK",
            message=Text(
                zh=f"文中标有“{mark.value}”；标记本身不是不予公开的理由：确有理由的，按第十四条至第十六条填报要素，没有的，删去标记后再公开",
                en=f"it is marked {mark.value}; the mark is no ground for withholding: state one under articles 14 to 16, or take it off before publishing",
            ),
            where=f"{mark.where}[{mark.start}:{mark.end}]",
        )
        for mark in detection.marks
        if mark.kind == "internal" and mark.value in _INTERNAL_MARKS
    ][:1]


def _own_obligations(document: Document, workings: Workings) -> list[Obligation]:
    """What follows from the case itself: a proposal to be made, a contradicted fact to be confirmed."""
    found = []
    if document.proposed is None or document.proposed.status is None:
        found.append(
            Obligation(
                code="D-PROPOSE", rule="gate/proposal", when="before_clearing",
                message=Text(zh="拟稿人尚未提出公开属性", en="the drafter has not proposed a status"),
            )
        )  # fmt: skip
    found += [
        Obligation(
            code="D-CONFIRM", rule=f"gate/confirm/{name}", when="before_clearing",
            message=Text(
                zh=f"填报的“{workings.edition.vocabulary[name].title.zh}”与正文不符，请审核人确认",
                en=f"the declared {workings.edition.vocabulary[name].title.en} disagrees with the text; the reviewer confirms it",
            ),
        )
        for name in workings.table.disputed
    ]  # fmt: skip
    return found


def _lacks(elements: Sequence[str]) -> Text:
    return Text(zh=f"缺少要素：{'、'.join(elements)}", en=f"lacks what it should say: {', '.join(elements)}")


def _elements_warning(document: Document, row: Row | None, lacking: Lacking) -> list[Warning]:
    if not lacking.elements:
        return []
    where = f"catalogue/{row.id}" if row else document.kind
    return [Warning(code="W-ELEMENTS", message=_lacks(lacking.elements), where=where)]


def _notes(status: Status | None, publications: Sequence[Publication]) -> tuple[str, ...]:
    if status is None:
        return ()
    widest = publications[0].audience if publications else "public"
    if status in {Status.PROACTIVE, Status.PARTIAL} and widest != "public":
        return (RESTRICTED_NOTES[widest],)
    return (NOTES[status],)


def _secret(document_id: str, as_of: date, engine: EngineChoice) -> tuple[Determination, bytes]:
    """The answer to a secrecy mark: nothing of the document is in it, not even a digest."""
    entry = CODES["H-SECRET"]
    draft = Determination(
        document_id=document_id,
        status=None,
        label=HELD_LABEL,
        held=(
            Held(
                code="H-SECRET",
                message=Text(zh=f"{entry.zh}；{entry.remedy_zh}", en=f"{entry.en}; {entry.remedy_en}"),
            ),
        ),
        as_of=as_of,
        engine=engine,
        content_digest=None,
    )
    return _named(draft)


def _named(draft: Determination) -> tuple[Determination, bytes]:
    """A determination named after its own bytes, and these bytes (canonical JSON) with the name in them.

    They are written once: what is hashed, recorded and answered is the same.
    """
    data = canonical_words(draft.to_json())  # its only numbers are places of spans
    name = f"det-{sha256(data).hexdigest()[:40]}"
    # Quotes within a string are escaped, so no text can be taken for the field.
    before, _, after = data.partition(b'"determination_id":""')
    return draft.model_copy(update={"determination_id": name}), b'%b"determination_id":"%b"%b' % (
        before, name.encode(), after,
    )  # fmt: skip


def _not_loaded(flaw: Flaw) -> Finding:
    """INVARIANT P10: what a plugin that did not load would have said is not known, so nothing is decided."""
    plugin = flaw.where.partition(".")[0]
    return _hold(f"plugin/{plugin}", "H-PLUGIN", flaw.message("zh"), flaw.message("en"))


def _hold(rule: str, code: str, zh: str, en: str) -> Finding:
    effect = Hold.model_validate({"code": code})
    return Finding(rule, effect, (), Text(zh=zh, en=en))


def _sorted_obligations(obligations: Sequence[Obligation]) -> list[Obligation]:
    if len(obligations) > 1:
        obligations = list(dict.fromkeys(obligations))
    return sorted(obligations, key=lambda each: (each.when, each.code, each.rule))


def _sorted_warnings(warnings: Sequence[Warning]) -> list[Warning]:
    if len(warnings) > 1:
        warnings = list(dict.fromkeys(warnings))
    return sorted(warnings, key=lambda each: (each.code, each.where, each.message.en))
