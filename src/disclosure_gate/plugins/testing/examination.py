"""A plugin examined: loaded, tried on documents, and held to everything a hook promises."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from time import monotonic
from typing import Any

from disclosure_gate.assembly import OWN, Parts, joined, name_of, shipped
from disclosure_gate.catalogue.lint import lint as lint_rows
from disclosure_gate.detect.page import Page
from disclosure_gate.detect.reader import read_document
from disclosure_gate.determining import Determiner
from disclosure_gate.model.document import Document, closest
from disclosure_gate.model.errors import Failure, Flaw, GateError, InputError
from disclosure_gate.model.findings import Detection, FactStatement, Finding, Reading
from disclosure_gate.model.frozen import Fixed, Text
from disclosure_gate.plugins import contract
from disclosure_gate.plugins.brought import Brought
from disclosure_gate.plugins.builtin import BuiltIn
from disclosure_gate.plugins.inventory import row_ids, ruleset_ids
from disclosure_gate.plugins.lanes import Answer, Call, Lanes
from disclosure_gate.plugins.manager import ENTRY_POINTS, PluginManager
from disclosure_gate.plugins.testing.observing import Observed, listening, observe, texts_in
from disclosure_gate.plugins.testing.probes import CANARIES, Probe, long_document, probes
from disclosure_gate.redact import formats
from disclosure_gate.rules.cases import CaseResult, document_of, run
from disclosure_gate.rules.lint import lint
from disclosure_gate.rules.ruleset import Case

PATIENCE = 3.0  # seconds after which a call hangs
SHORT = 0.2  # seconds for one call on a page of text
LONG = 1.0  # seconds for one call on 200,000 characters
MEMORY = 64 * 1024 * 1024  # bytes for one call
_REPEATS = 6
_RUN = 8  # characters of a document in a row that evidence may not hold
_KEPT = 150_000  # bytes that may stay behind after a long document
_MOST_CASES = 60
DOCUMENT_HOOKS = ("dg_spans", "dg_facts", "dg_findings", "dg_obligations")


@dataclass(frozen=True, slots=True)
class Seen:
    """All calls of one hook on one document: in order, on the way back, and several times in a row."""

    hook: str
    probe: Probe
    first: Observed
    back: Observed
    again: tuple[Observed, ...]
    reading: Reading = field(repr=False)
    detection: Detection = field(repr=False)

    @property
    def where(self) -> str:
        """The hook and the document."""
        return f"{self.hook} ({self.probe.name})"

    def all(self) -> Iterator[Observed]:
        """Every observation."""
        yield self.first
        yield from self.again
        yield self.back


class Subject:
    """A plugin with everything that was seen of it."""

    def __init__(
        self,
        plugin: object,
        *,
        rulesets: Sequence[Path] | None = None,
        documents: Iterable[Mapping[str, Any]] = (),
        today: date | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self.patience = patience
        self.today = today or date.today()  # noqa: DTZ011  the day's law decides, as for Gate.check
        self.lanes = Lanes()
        manager = PluginManager(budget=patience)
        manager.register(BuiltIn(list(rulesets or [shipped("rulesets")]), formats()), OWN, trusted=True)
        with listening() as said:
            self.name = _registered(plugin, manager)
            self.parts: Parts = joined(manager)
        self.printed, _ = said()
        self.flaws = tuple(manager.flaws)
        self.notices = tuple(manager.notices)
        self.loaded = self.name in manager.names() and not self.flaws
        self.brought = next(
            (each for each in self.parts.brought if each.plugin == self.name), Brought(self.name)
        )
        self.rulesets = frozenset(ruleset_ids(self.brought))
        self.cases = tuple(
            (ruleset, case) for ruleset, _, case in self.parts.rules.cases if ruleset in self.rulesets
        )
        self.determiner = Determiner(self.parts, "direct")
        self.probes = self._probes(documents)
        self.seen: tuple[Seen, ...] = tuple(self._observed()) if self.loaded else ()
        self.kept = self._kept() if self.loaded and self.seen else {}

    def where(self, place: str) -> str:
        """``plugin.hook``, as flaws name it."""
        return f"{self.name}.{place}"

    def results(self) -> list[CaseResult]:
        """The plugin's own cases, run."""
        return [run(name, case, self._checked) for name, case in self.cases]

    def _checked(self, document: Document, as_of: date) -> Any:
        with listening():
            return self.determiner.consider(document, as_of).determination

    def _probes(self, documents: Iterable[Mapping[str, Any]]) -> list[Probe]:
        own = [
            (f"{case.case}", document, case.as_of)
            for _, case in self.cases[:_MOST_CASES]
            if (document := _document(document_of(case.document))) is not None
        ]
        own += [
            (f"own {number}", Document.parse(data), self.today) for number, data in enumerate(documents, 1)
        ]
        domains = dict.fromkeys(each.domain for each in self.parts.rules.rulesets if each.id in self.rulesets)
        return probes(self.today, domains, own)

    def _observed(self) -> Iterator[Seen]:
        """Every hook on every document there, then back, and several times in a row."""
        ready = []
        for probe in self.probes:
            start = monotonic()
            made = self._arguments(probe)
            if made is not None:
                ready.append((probe, made))
            if monotonic() - start >= self.patience:
                break  # something hung: the calls of this document will show what
        jobs = [(call, probe, ground) for probe, (calls, ground) in ready for call in calls]
        firsts = []
        for call, _, _ in jobs:
            seen = observe(call, self.lanes, self.patience, memory=True)
            firsts.append(seen)
            if _enough(seen):
                # Whoever hangs, has no end or takes too much is not asked again: the rest would only repeat it.
                jobs = jobs[: len(firsts)]
                break
        hung = bool(firsts) and _enough(firsts[-1])
        agains: list[tuple[Observed, ...]] = []
        backs: list[Observed] = []
        if hung:
            agains, backs = [()] * len(jobs), firsts[::-1]
        else:
            backs = [observe(call, self.lanes, self.patience) for call, _, _ in reversed(jobs)]
            agains = [
                tuple(observe(call, self.lanes, self.patience) for _ in range(_REPEATS))
                for call, _, _ in jobs
            ]
        for (call, probe, ground), first, back, again in zip(
            jobs, firsts, reversed(backs), agains, strict=True
        ):
            yield Seen(call.hook, probe, first, back, again, ground.reading, ground.detection)

    def _arguments(self, probe: Probe) -> tuple[list[Call], contract.Ground] | None:
        """The calls the gate makes for a document, with what it hands over."""
        try:
            with listening():
                considered = self.determiner.consider(probe.document, probe.as_of)
        except InputError:
            return None  # the day is before any law of ours: nothing would be called
        workings = considered.workings
        if workings is None:
            return None
        rules = frozenset(rule.id for rule in self.parts.rules.rules)
        ground = contract.Ground(
            self.parts.rules.vocabulary,
            self.parts.laws,
            rules,
            probe.as_of,
            workings.reading,
            workings.detection,
        )
        return list(self._calls(probe, ground, workings.table.vector)), ground

    def _calls(self, probe: Probe, ground: contract.Ground, vector: Mapping[str, Any]) -> Iterator[Call]:
        given: dict[str, Any] = {
            "document": probe.document,
            "reading": ground.reading,
            "detection": ground.detection,
            "facts": Fixed(vector),
            "as_of": probe.as_of,
            "laws": self.parts.laws,
            "calendar": self.parts.calendar,
        }
        checks: dict[str, Callable[[Any, str], Any]] = {
            "dg_spans": lambda value, plugin: contract.spans(value, plugin, ground.reading),
            "dg_facts": lambda value, plugin: contract.facts(value, plugin, ground),
            "dg_findings": lambda value, plugin: contract.findings(value, plugin, ground),
            "dg_obligations": lambda value, plugin: contract.obligations(value, plugin, ground),
        }
        for hook, check in checks.items():
            for each in self.parts.plugins.implementations(hook):
                if each.plugin == self.name:
                    arguments = {name: given[name] for name in each.arguments}
                    yield Call(self.name, hook, each.function, arguments, check)
        for detector in self.brought.detectors:
            yield _detecting(self, detector, ground.reading)
        for reader in self.brought.readers:
            for file in probe.document.files:
                yield Call(
                    self.name,
                    f"dg_readers ({reader.name})",
                    reader.claims,
                    {"file": file},
                    lambda value, _: value,
                )

    def _kept(self) -> dict[str, int]:
        """By hook: the bytes that stay behind after a long document has gone, where that is too much."""
        found: dict[str, int] = {}
        names = {seen.hook for seen in self.seen}
        if any(_enough(seen.first) for seen in self.seen):
            return {}
        gc.freeze()  # what is there now, garbage too, is not looked through again and again: only what comes is counted
        tracemalloc.start()
        try:
            for hook in sorted(names):
                left = [self._left(hook, number) for number in range(3)]
                # Caches of Python and of the plugin may grow once; what grows with every document is kept of it.
                if min(left[1:]) > _KEPT:
                    found[hook] = min(left[1:])
        finally:
            tracemalloc.stop()
            gc.unfreeze()
        return found

    def _left(self, hook: str, number: int) -> int:
        gc.collect()
        before = tracemalloc.get_traced_memory()[0]
        document = long_document(number)
        reading = read_document(document, ())
        ground = contract.Ground(
            self.parts.rules.vocabulary, self.parts.laws, frozenset(), self.today, reading, Detection()
        )
        probe = Probe("long text", document, self.today)
        vector = self.parts.facts.read(_GIVEN | {"kind": document.kind}, {}, ()).vector
        for call in self._calls(probe, ground, vector):
            if call.hook == hook:
                with listening():
                    self.lanes.run([call], self.patience)
        del document, reading, ground, probe, vector
        with suppress(UnboundLocalError):
            del call
        gc.collect()
        return tracemalloc.get_traced_memory()[0] - before


_GIVEN: dict[str, Any] = {
    "domain": "none", "item": "none", "issuer_level": "county", "catalogue_row": "none", "row_audience": "none",
}  # fmt: skip


# What is held against it


@dataclass(frozen=True, slots=True)
class Check:
    """One thing a plugin is held to."""

    name: str
    about: Text
    run: Callable[[Subject], Iterator[Flaw]] = field(repr=False)


def _loads(subject: Subject) -> Iterator[Flaw]:
    yield from subject.flaws


def _failures(subject: Subject, codes: Iterable[str]) -> Iterator[Flaw]:
    told: set[tuple[str, str]] = set()
    for seen in subject.seen:
        for each in seen.all():
            failure = each.result
            if (
                isinstance(failure, Failure)
                and failure.code in codes
                and (failure.code, failure.hook) not in told
            ):
                told.add((failure.code, failure.hook))
                yield Flaw(
                    failure.code, subject.where(f"{failure.hook} ({seen.probe.name})"), failure.got,
                    failure.expected, failure.suggestion,
                )  # fmt: skip


def _raises(subject: Subject) -> Iterator[Flaw]:
    return _failures(subject, {"E-PLUGIN-RAISED"})


def _is_typed(subject: Subject) -> Iterator[Flaw]:
    return _failures(subject, {"E-PLUGIN-CONTRACT", "E-PLUGIN-ENDLESS", "E-PLUGIN-SHADOWS"})


def _names_facts(subject: Subject) -> Iterator[Flaw]:
    return _failures(subject, {"E-PLUGIN-FACT"})


def _cites(subject: Subject) -> Iterator[Flaw]:
    yield from _failures(subject, {"E-PLUGIN-LAW"})
    if not subject.loaded:
        return
    fired = {rule.id for rule in subject.parts.rules.rules}
    for each in lint(subject.parts.rules, subject.today, fired):
        rule = subject.parts.rules.rule(each.rule)
        if (
            rule is not None
            and rule.ruleset in subject.rulesets
            and each.kind in {"stale", "dates"}
            and each.error
        ):
            yield Flaw("E-PLUGIN-LAW", subject.where(f"dg_rulesets {each.where}"), got=each.message.en)
    rows = frozenset(row_ids(subject.brought))
    for row in lint_rows(subject.parts.catalogue, subject.parts.laws, subject.today):
        if row.error and row.row in rows:
            yield Flaw("E-PLUGIN-LAW", subject.where(f"dg_catalogues ({row.row})"), got=row.message)


def _cases_hold(subject: Subject) -> Iterator[Flaw]:
    if not subject.loaded:
        return
    fired: set[str] = set()
    for (ruleset, case), result in zip(subject.cases, subject.results(), strict=True):
        if result.differences:
            yield Flaw(
                "E-PLUGIN-CASES", subject.where(f"dg_rulesets {ruleset}/tests.yaml ({case.case})"),
                got="; ".join(result.differences), expected="what the case says",
            )  # fmt: skip
        document = _document(document_of(case.document))
        if document is not None:
            fired |= _fired(subject, document, case)
    for rule in subject.parts.rules.rules:
        if rule.ruleset in subject.rulesets and rule.id not in fired:
            yield Flaw(
                "E-PLUGIN-CASES", subject.where(f"dg_rulesets {rule.where}"), got=f"no case for {rule.id}",
                expected="a case in tests.yaml that makes it true",
            )  # fmt: skip
    for each in lint(subject.parts.rules, subject.today, fired):
        made = subject.parts.rules.rule(each.rule)
        if (
            made is not None
            and made.ruleset in subject.rulesets
            and each.kind in {"unreachable", "overlapping"}
        ):
            yield Flaw("E-PLUGIN-CASES", subject.where(f"dg_rulesets {each.where}"), got=each.message.en)


def _is_the_same_again(subject: Subject) -> Iterator[Flaw]:
    for hook, seen in _by_hook(subject):
        for each in seen:
            values = [one.result for one in each.again]
            if values and any(value != values[-1] for value in values[1:]):
                yield Flaw(
                    "E-PLUGIN-VARIES", subject.where(each.where), got=f"{_different(values)} answers to {len(values)} equal calls",
                    expected="one answer",
                )  # fmt: skip
                break
        del hook


def _is_free_of_order(subject: Subject) -> Iterator[Flaw]:
    varying = {flaw.where for flaw in _is_the_same_again(subject)}
    for _, seen in _by_hook(subject):
        if any(subject.where(each.where) in varying for each in seen):
            continue
        for each in seen:
            if (
                each.again
                and not each.first.result == each.back.result == each.again[0].result == each.again[-1].result
            ):
                yield Flaw(
                    "E-PLUGIN-ORDER", subject.where(each.where), got="another answer after other documents",
                    expected="the same answer whatever came before",
                )  # fmt: skip
                break


def _is_in_time(subject: Subject) -> Iterator[Flaw]:
    yield from _failures(subject, {"E-PLUGIN-SLOW"})
    for hook, seen in _by_hook(subject):
        for each in seen:
            if not each.again:
                continue
            seconds = min(one.seconds for one in each.again)
            if seconds > SHORT:
                yield Flaw(
                    "E-PLUGIN-SLOW",
                    subject.where(each.where),
                    got=f"{seconds:.2f} s",
                    expected=f"≤ {SHORT} s",
                )
                break
        del hook
    yield from _slow_on_long_texts(subject)


def _slow_on_long_texts(subject: Subject) -> Iterator[Flaw]:
    if not subject.seen or any(_enough(each.first) for each in subject.seen):
        return
    made = subject._arguments(Probe("long text", long_document(9), subject.today))  # noqa: SLF001  its own module
    for call in made[0] if made else ():
        seen = min(
            (observe(call, subject.lanes, subject.patience) for _ in range(2)), key=lambda each: each.seconds
        )
        if seen.seconds > LONG or _enough(seen):
            yield Flaw(
                "E-PLUGIN-SLOW", subject.where(f"{call.hook} (200,000 characters)"), got=f"{seen.seconds:.2f} s",
                expected=f"≤ {LONG} s: linear in the length of the text",
            )  # fmt: skip


def _reaches_nowhere(subject: Subject) -> Iterator[Flaw]:
    return _failures(subject, {"E-PLUGIN-REACHES", "E-PLUGIN-WRITES"})


def _says_nothing(subject: Subject) -> Iterator[Flaw]:
    if subject.printed.strip():
        yield Flaw(
            "E-PLUGIN-SAYS",
            subject.where("import"),
            got="text printed while it is loaded",
            expected="nothing",
        )
    for _, seen in _by_hook(subject):
        for each in seen:
            found = _said(each)
            if found:
                yield Flaw(
                    "E-PLUGIN-SAYS", subject.where(each.where), got=found, expected="nothing of a document"
                )
                break


def _said(seen: Seen) -> str:
    texts = [text for _, text in seen.reading.parts]
    for one in seen.all():
        if one.printed:
            kind = "content of the document" if _of(texts, [one.printed]) else "text"
            return f"{kind} printed"
        if _of(texts, [one.logged]):
            return "content of the document logged"
    return ""


def _leaks_nothing(subject: Subject) -> Iterator[Flaw]:
    yield from _failures(subject, {"E-PLUGIN-LEAKS"})
    for _, seen in _by_hook(subject):
        for each in seen:
            result = each.first.result
            if not isinstance(result, Answer):
                continue
            told = _evidence(result.value)
            texts = [text for _, text in each.reading.parts]
            if _of(texts, told) or any(
                canary in text for text in texts_in(result.value) for canary in CANARIES
            ):
                yield Flaw(
                    "E-PLUGIN-LEAKS", subject.where(each.where), got="content of the document",
                    expected="places such as text[3:9]",
                )  # fmt: skip
                break


def _changes_nothing(subject: Subject) -> Iterator[Flaw]:
    yield from _failures(subject, {"E-PLUGIN-CHANGES"})
    for _, seen in _by_hook(subject):
        for each in seen:
            if any(one.changed for one in each.all()):
                yield Flaw(
                    "E-PLUGIN-CHANGES", subject.where(each.where), got="arguments that differ after the call"
                )
                break


def _is_bounded_in_memory(subject: Subject) -> Iterator[Flaw]:
    yield from _failures(subject, {"E-PLUGIN-MEMORY"})
    for hook, seen in _by_hook(subject):
        peak, where = max((each.first.peak, each.where) for each in seen)
        if peak > MEMORY:
            yield Flaw(
                "E-PLUGIN-MEMORY",
                subject.where(where),
                got=f"{peak // 2**20} MiB",
                expected=f"≤ {MEMORY // 2**20} MiB",
            )
        elif hook in subject.kept:
            yield Flaw(
                "E-PLUGIN-MEMORY", subject.where(hook), expected="nothing that stays behind",
                got=f"{subject.kept[hook] // 1024} KiB kept of every document of 200,000 characters",
            )  # fmt: skip


CHECKS: tuple[Check, ...] = (
    Check("loads", Text(zh="能够加载，钩子和数据文件有效", en="it loads, with hooks and files that are valid"), _loads),
    Check("does_not_raise", Text(zh="不抛出异常", en="it does not raise"), _raises),
    Check("returns_what_hooks_promise", Text(zh="返回值类型正确", en="it returns what its hooks promise"), _is_typed),
    Check("states_facts_of_the_vocabulary", Text(zh="只陈述词汇表中的要素", en="it states facts of the vocabulary"), _names_facts),
    Check("cites_law_in_force", Text(zh="引用的条款存在且现行有效", en="what it cites exists and is in force"), _cites),
    Check("passes_its_cases", Text(zh="通过自己的用例，每条规则都有用例", en="it passes its cases, and every rule has one"), _cases_hold),
    Check("says_the_same_again", Text(zh="同样的输入得到同样的结果", en="the same input gives the same result"), _is_the_same_again),
    Check("is_free_of_order", Text(zh="结果与处理顺序无关", en="the order of documents does not matter"), _is_free_of_order),
    Check("is_in_time", Text(zh="在时限内完成", en="it is done in time"), _is_in_time),
    Check("reaches_nowhere", Text(zh="不访问网络、进程、线程，不写文件", en="it reaches for no network, process, thread or file"), _reaches_nowhere),
    Check("says_nothing", Text(zh="不打印，不把内容写入日志", en="it prints nothing and logs no content"), _says_nothing),
    Check("leaks_nothing", Text(zh="返回值中没有公文内容", en="what it returns holds no content"), _leaks_nothing),
    Check("changes_nothing", Text(zh="不修改收到的参数", en="it changes nothing it was given"), _changes_nothing),
    Check("is_bounded_in_memory", Text(zh="内存占用有界", en="its memory is bounded"), _is_bounded_in_memory),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Examination:
    """What came out, check by check."""

    plugin: str
    found: tuple[tuple[Check, tuple[Flaw, ...]], ...]
    notices: tuple[Flaw, ...]
    digest: str
    """SHA-256 over every answer: equal in every process for a plugin that says the same everywhere."""

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.flaws

    @property
    def flaws(self) -> tuple[Flaw, ...]:
        """Everything that is wrong."""
        return tuple(flaw for _, flaws in self.found for flaw in flaws)

    def flaws_of(self, check: Check) -> tuple[Flaw, ...]:
        """What is wrong by one check."""
        return next((flaws for each, flaws in self.found if each.name == check.name), ())


def examine(
    plugin: object,
    *,
    rulesets: Sequence[Path] | None = None,
    documents: Iterable[Mapping[str, Any]] = (),
    today: date | None = None,
    patience: float = PATIENCE,
) -> Examination:
    """Examine a plugin.

    Args:
        plugin: the name of an installed plugin, its entry point, or the plugin itself.
        rulesets: ruleset folders instead of the shipped ones.
        documents: more documents to try it on, as JSON data.
        today: the day whose law it is held to; default today.
        patience: seconds after which a call hangs.

    Raises:
        InputError: ``E-PLUGIN-UNKNOWN``; no installed plugin has this name.
    """
    subject = Subject(plugin, rulesets=rulesets, documents=documents, today=today, patience=patience)
    said = sha256()
    for seen in subject.seen:
        said.update(f"{seen.where} {seen.first.result!r}\n".encode("utf-8", "backslashreplace"))
        if isinstance(seen.first.result, Answer):
            said.update(repr(seen.first.result.value).encode("utf-8", "backslashreplace"))
    found = tuple((check, tuple(check.run(subject))) for check in CHECKS)
    return Examination(subject.name, found, subject.notices, said.hexdigest())


@dataclass(frozen=True, slots=True)
class PluginCase:
    """A case of ``tests.yaml``; :meth:`differences` runs it."""

    ruleset: str
    case: Case
    parts: Parts = field(repr=False)

    def differences(self) -> tuple[str, ...]:
        """What came out otherwise than the case says; empty when nothing did."""
        determiner = Determiner(self.parts, "direct")
        return run(
            self.ruleset,
            self.case,
            lambda document, as_of: determiner.consider(document, as_of).determination,
        ).differences

    def __str__(self) -> str:
        return self.case.case


def cases(plugin: object) -> list[PluginCase]:
    """What stands in ``tests.yaml`` beside a plugin's rulesets, to parametrize a test with (``ids=str``)."""
    manager = PluginManager()
    manager.register(BuiltIn([shipped("rulesets")], formats()), OWN, trusted=True)
    name = _registered(plugin, manager)
    parts = joined(manager)
    if manager.flaws:
        raise GateError(flaws=tuple(manager.flaws))
    brought = next(each for each in parts.brought if each.plugin == name)
    ids = ruleset_ids(brought)
    return [PluginCase(ruleset, case, parts) for ruleset, _, case in parts.rules.cases if ruleset in ids]


# How a subject is found and asked


def _registered(plugin: object, manager: PluginManager) -> str:
    if isinstance(plugin, str):
        known = {entry.name: entry for entry in entry_points(group=ENTRY_POINTS)}
        if plugin not in known:
            raise InputError(
                "E-PLUGIN-UNKNOWN",
                where=plugin,
                expected=" | ".join(known),
                suggestion=closest(plugin, known),
            )
        plugin = known[plugin]
    if isinstance(plugin, EntryPoint):
        manager.register_entry(plugin)
        return plugin.name
    name = name_of(plugin)
    manager.register(plugin, name)
    return name


def _detecting(subject: Subject, detector: Any, reading: Reading) -> Call:
    hook = f"dg_detectors ({detector.name})"
    pages = [subject.parts.scanner.page(text) for _, text in reading.parts]

    def find() -> Any:
        return [contract.drained(detector.find(Page(page.text, page.places()))) for page in pages]

    def check(value: Any, plugin: str) -> Any:
        where = f"{plugin}.{hook}"
        return [contract.hits(each, page.text, where) for each, page in zip(value, pages, strict=True)]

    return Call(subject.name, hook, find, {}, check)


def _document(data: Mapping[str, Any]) -> Document | None:
    try:
        return Document.parse(data)
    except InputError:
        return None


def _fired(subject: Subject, document: Document, case: Case) -> set[str]:
    try:
        with listening():
            considered = subject.determiner.consider(document, case.as_of)
    except GateError:
        return set()
    workings = considered.workings
    if workings is None:
        return set()
    edition = workings.edition
    true = edition.direct.match(edition.scopes_of(considered.domain), workings.table.vector)
    return {edition.rules[index].id for index in true.true}


def _by_hook(subject: Subject) -> Iterator[tuple[str, list[Seen]]]:
    for hook in dict.fromkeys(seen.hook for seen in subject.seen):
        yield hook, [seen for seen in subject.seen if seen.hook == hook]


def _enough(seen: Observed) -> bool:
    endless = isinstance(seen.result, Failure) and seen.result.code in {"E-PLUGIN-SLOW", "E-PLUGIN-ENDLESS"}
    return endless or seen.peak > MEMORY


def _different(values: Sequence[object]) -> int:
    kinds: list[object] = []
    for value in values:
        if value not in kinds:
            kinds.append(value)
    return len(kinds)


def _evidence(value: Any) -> list[str]:
    made = value if isinstance(value, list) else []
    return [text for each in made if isinstance(each, FactStatement | Finding) for text in each.evidence]


def _of(texts: Sequence[str], said: Iterable[str]) -> bool:
    """Whether something that was said stands in the texts: a canary, or some characters in a row."""
    for each in said:
        if any(canary in each for canary in CANARIES):
            return True
        pieces = {each[start : start + _RUN] for start in range(len(each) - _RUN + 1)}
        if pieces and any(
            text[start : start + _RUN] in pieces for text in texts for start in range(len(text) - _RUN + 1)
        ):
            return True
    return False
