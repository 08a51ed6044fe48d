"""A gallery of bad plugins: each does one thing wrong, and otherwise would like to be useful.

``EXHIBITS`` says of each what the kit must say (code, hook and a word of the expectation) and what the run
time can see: ``held`` (the document is held), ``seen`` by the kit only, or ``load`` (it does not even load).
"""

from __future__ import annotations

import itertools
import logging
import os
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from disclosure_gate import hookimpl
from disclosure_gate.detect.detector import Hit
from disclosure_gate.detect.page import Page
from disclosure_gate.model.determination import Basis, Obligation, SpanKind
from disclosure_gate.model.document import Document, File
from disclosure_gate.model.findings import Duty, Exempt, FactStatement, Finding, Lift, Reading, Span
from disclosure_gate.model.frozen import FactValue, Text

HERE = Path(__file__).parent
SAID = Text(zh="应当公开", en="it is published")


@dataclass(frozen=True)
class Exhibit:
    """One bad plugin.

    ``code``, ``hook`` and ``told`` must be in what the kit says. ``at_run_time``: what the gate does about it.
    """

    make: Callable[[], object]
    code: str
    hook: str
    told: str
    at_run_time: Literal["held", "unseen"] = "held"

    @property
    def name(self) -> str:
        """What it is called."""
        return str(self.make.__name__)


EXHIBITS: list[Exhibit] = []


def exhibit(
    code: str, hook: str, told: str, at_run_time: Literal["held", "unseen"] = "held"
) -> Callable[[type], type]:
    """Hang a plugin into the gallery."""

    def hung(plugin: type) -> type:
        plugin.name = "bad"  # type: ignore[attr-defined]  # every exhibit is called so
        EXHIBITS.append(Exhibit(plugin, code, hook, told, at_run_time))
        return plugin

    return hung


# What raises, hangs, ends


@exhibit("E-PLUGIN-RAISED", "dg_facts", "ZeroDivisionError")
class Raises:
    @hookimpl
    def dg_facts(self) -> list[FactStatement]:
        return [1 // 0]  # type: ignore[list-item]


@exhibit("E-PLUGIN-RAISED", "dg_findings", "RuntimeError")
class RaisesWithContentInItsMessage:
    @hookimpl
    def dg_findings(self, document: Document) -> list[Finding]:
        raise RuntimeError(document.text.reveal() if document.text else "")


@exhibit("E-PLUGIN-RAISED", "dg_facts", "SystemExit")
class ExitsTheProcess:
    @hookimpl
    def dg_facts(self) -> list[FactStatement]:
        sys.exit(3)


@exhibit("E-PLUGIN-RAISED", "dg_obligations", "KeyboardInterrupt")
class Interrupts:
    @hookimpl
    def dg_obligations(self) -> list[Obligation]:
        raise KeyboardInterrupt


@exhibit("E-PLUGIN-RAISED", "dg_facts", "RecursionError")
class Recurses:
    @hookimpl
    def dg_facts(self) -> list[FactStatement]:
        return self.dg_facts()


@exhibit("E-PLUGIN-SLOW", "dg_facts", "no answer after")
class Sleeps:
    @hookimpl
    def dg_facts(self) -> list[FactStatement]:
        time.sleep(20)
        return []


@exhibit("E-PLUGIN-SLOW", "dg_findings", "no answer after")
class LoopsForEver:
    @hookimpl
    def dg_findings(self) -> list[Finding]:
        count = 0
        while True:
            count += 1


@exhibit("E-PLUGIN-ENDLESS", "dg_facts", "10000")
class GivesWithoutEnd:
    @hookimpl
    def dg_facts(self) -> Iterator[FactStatement]:
        for number in itertools.count():
            yield FactStatement("policy_document", bool(number % 2), "bad")


@exhibit("E-PLUGIN-SLOW", "dg_facts", "no answer after")
class LocksItself:
    def __init__(self) -> None:
        self._lock = threading.Lock()

    @hookimpl
    def dg_facts(self) -> list[FactStatement]:
        self._lock.acquire()
        self._lock.acquire()
        return []


# What returns something else


@exhibit("E-PLUGIN-CONTRACT", "dg_facts", "a list of FactStatement")
class ReturnsADict:
    @hookimpl
    def dg_facts(self) -> dict[str, bool]:
        return {"policy_document": True}


@exhibit("E-PLUGIN-CONTRACT", "dg_facts", "a list of FactStatement")
class ReturnsASet:
    @hookimpl
    def dg_facts(self) -> set[FactStatement]:
        return {FactStatement("policy_document", True, "bad"), FactStatement("major_decision", True, "bad")}


@exhibit("E-PLUGIN-CONTRACT", "dg_obligations", "a list of Obligation")
class ReturnsText:
    @hookimpl
    def dg_obligations(self) -> list[str]:
        return ["D-OTHER"]


@exhibit("E-PLUGIN-CONTRACT", "dg_facts", "a list of FactStatement")
class ReturnsNothing:
    @hookimpl
    def dg_facts(self) -> None:
        return None


@exhibit("E-PLUGIN-CONTRACT", "dg_spans", "outside of the text")
class PointsOutsideTheText:
    @hookimpl
    def dg_spans(self) -> list[Span]:
        return [Span("text", 0, 10**6, "other", "bad", "**", SAID)]


@exhibit("E-PLUGIN-FACT", "dg_facts", "a name of the vocabulary")
class NamesAFactThatIsNone:
    @hookimpl
    def dg_facts(self) -> list[FactStatement]:
        return [FactStatement("policy_documents", True, "bad")]


@exhibit("E-PLUGIN-FACT", "dg_facts", "true | false")
class GivesAFactTheWrongType:
    @hookimpl
    def dg_facts(self) -> list[FactStatement]:
        return [FactStatement("policy_document", "yes", "bad")]


# What it rests on


@exhibit("E-PLUGIN-LAW", "dg_findings", "not in force")
class NamesARepealedLaw:
    @hookimpl
    def dg_findings(self) -> list[Finding]:
        old = Basis(
            law="environment_law", title="环境保护法", article="53", in_force_from=date(1989, 12, 26),
            in_force_to=date(2026, 8, 14),
        )  # fmt: skip
        return [Finding("bad/environment", Duty(code="P-LAW"), (old,), SAID)]


@exhibit("E-PLUGIN-CONTRACT", "dg_findings", "lone surrogate")
class SaysHalfALetter:
    @hookimpl
    def dg_findings(self, as_of: date, laws: Any) -> list[Finding]:
        basis = laws.basis("ogi_regulation", "20", as_of)
        said = Text(zh="应当公开\ud83d", en="it is published")
        return [Finding("bad/half", Duty(code="P20"), (basis,), said)] if basis else []


@exhibit("E-PLUGIN-CONTRACT", "dg_obligations", "lone surrogate")
class ObligesWithHalfALetter:
    @hookimpl
    def dg_obligations(self) -> list[Obligation]:
        said = Text(zh="请核对\ud83d", en="compare")
        return [Obligation(code="D-OTHER", rule="bad/half", when="before_clearing", message=said)]


@exhibit("E-PLUGIN-LAW", "dg_findings", "a law of laws.yaml")
class InventsALaw:
    @hookimpl
    def dg_findings(self) -> list[Finding]:
        law = Basis(law="heating_law", title="供热法", article="1", in_force_from=date(2000, 1, 1))
        return [Finding("bad/heating", Duty(code="P-LAW"), (law,), SAID)]


@exhibit("E-PLUGIN-LAW", "dg_findings", "at least one provision in force")
class RestsOnNothing:
    @hookimpl
    def dg_findings(self) -> list[Finding]:
        return [Finding("bad/nothing", Duty(code="P19"), (), SAID)]


@exhibit("E-PLUGIN-CONTRACT", "dg_findings", "article 14 is never lifted")
class OpensWhatArticle14Closes:
    @hookimpl
    def dg_findings(self, as_of: date, laws: Any) -> list[Finding]:
        basis = laws.basis("ogi_regulation", "20", as_of)
        return [Finding("bad/open", Lift(exemptions=("R14-1",)), (basis,), SAID)] if basis else []


@exhibit("E-PLUGIN-CONTRACT", "dg_findings", "a value it cannot have")
class ChangesAnEffectBehindItsTypes:
    @hookimpl
    def dg_findings(self, as_of: date, laws: Any) -> list[Finding]:
        basis = laws.basis("ogi_regulation", "20", as_of)
        closed = Exempt(kind="mandatory", code="R14-1").model_copy(update={"kind": "discretionary"})
        return [Finding("bad/secret", closed, (basis,), SAID)] if basis else []


@exhibit("E-PLUGIN-CONTRACT", "dg_findings", "a code P… of docs/codes.md")
class GivesAnErrorForAReason:
    @hookimpl
    def dg_findings(self, as_of: date, laws: Any) -> list[Finding]:
        basis = laws.basis("ogi_regulation", "20", as_of)
        return [Finding("bad/reason", Duty(code="E-YAML"), (basis,), SAID)] if basis else []


@exhibit("E-LAW-REFERENCE", "dg_rulesets", "heating_law")
class BringsRulesOnAnUnknownLaw:
    @hookimpl
    def dg_rulesets(self) -> list[Path]:
        return [HERE / "unknown_law"]


@exhibit("E-PLUGIN-LAW", "dg_rulesets", "no longer in force", "unseen")
class BringsRulesOnARepealedLaw:
    """At run time a rule whose basis has ended says nothing: the gate itself sees to that (P5)."""

    @hookimpl
    def dg_rulesets(self) -> list[Path]:
        return [HERE / "repealed_law"]


@exhibit("E-PLUGIN-CASES", "dg_rulesets", "a case in tests.yaml that makes it true", "unseen")
class BringsARuleNobodyTested:
    @hookimpl
    def dg_rulesets(self) -> list[Path]:
        return [HERE / "untested"]


# Whose name it takes


@exhibit("E-RULE-DUPLICATE", "dg_rulesets", "national")
class ShadowsARule:
    @hookimpl
    def dg_rulesets(self) -> list[Path]:
        return [HERE / "shadow"]


@exhibit("E-RULE-DUPLICATE", "dg_vocabulary", "secrecy_review")
class ShadowsAFact:
    @hookimpl
    def dg_vocabulary(self) -> Mapping[str, Any]:
        return {
            "secrecy_review": {
                "type": "bool",
                "presume": True,
                "title": {"zh": "审", "en": "r"},
                "ask": {"zh": "审", "en": "r"},
            }
        }


@exhibit("E-PLUGIN-SHADOWS", "dg_findings", "bad/…")
class SpeaksAsAnotherRule:
    @hookimpl
    def dg_findings(self, as_of: date, laws: Any) -> list[Finding]:
        basis = laws.basis("ogi_regulation", "20", as_of)
        return [Finding("national/budgets", Duty(code="P20"), (basis,), SAID)] if basis else []


class _Detecting:
    kind: SpanKind = "other"
    why = SAID
    terms: Sequence[str] = ()

    def __init__(self, name: str, find: Callable[[Page], Iterable[Hit]]) -> None:
        self.name = name
        self.find = find


@exhibit("E-PLUGIN-SHADOWS", "dg_detectors", "mobile")
class ShadowsADetector:
    @hookimpl
    def dg_detectors(self) -> list[Any]:
        return [_Detecting("mobile", lambda _: [])]


# What it says, reaches for and changes

# Python tells audit hooks of threads since 3.12; before, only the kit sees them.
_THREADS: Literal["held", "unseen"] = "held" if sys.version_info >= (3, 12) else "unseen"


@exhibit("E-PLUGIN-SAYS", "dg_facts", "content of the document printed", "unseen")
class PrintsContent:
    @hookimpl
    def dg_facts(self, document: Document) -> list[FactStatement]:
        print(document.text.reveal() if document.text else "")  # noqa: T201  the point
        return []


@exhibit("E-PLUGIN-SAYS", "dg_findings", "content of the document logged", "unseen")
class LogsContent:
    @hookimpl
    def dg_findings(self, reading: Reading) -> list[Finding]:
        logging.getLogger("bad").debug("read %s", reading.parts[-1][1])
        return []


@exhibit("E-PLUGIN-LEAKS", "dg_facts", "places")
class ReturnsASecretInEvidence:
    @hookimpl
    def dg_facts(self, reading: Reading) -> list[FactStatement]:
        return [
            FactStatement(
                "policy_document", True, "bad", tuple(text for _, text in reading.parts if len(text) > 8)
            )
        ]


@exhibit("E-PLUGIN-LEAKS", "dg_spans", "the span itself")
class MasksNothing:
    @hookimpl
    def dg_spans(self, reading: Reading) -> list[Span]:
        where, text = reading.parts[0]
        return [Span(where, 0, len(text), "other", "bad", text, SAID)]


@exhibit("E-PLUGIN-REACHES", "dg_facts", "network")
class ReachesForTheNetwork:
    @hookimpl
    def dg_facts(self, document: Document) -> list[FactStatement]:
        try:
            with socket.create_connection(("192.0.2.1", 80), timeout=0.2) as connection:
                connection.sendall(document.title.encode())
        except OSError:  # having caught it does not undo it
            return []
        return []


@exhibit("E-PLUGIN-REACHES", "dg_findings", "process")
class StartsAProcess:
    @hookimpl
    def dg_findings(self) -> list[Finding]:
        subprocess.run(["true"], check=False)  # noqa: S607  the point
        return []


@exhibit("E-PLUGIN-REACHES", "dg_facts", "thread", _THREADS)
class StartsAThread:
    @hookimpl
    def dg_facts(self) -> list[FactStatement]:
        threading.Thread(target=time.sleep, args=(0.01,)).start()
        return []


@exhibit("E-PLUGIN-WRITES", "dg_facts", "file")
class WritesAFile:
    @hookimpl
    def dg_facts(self, document: Document) -> list[FactStatement]:
        (HERE / "leaked.txt").write_text(document.title, encoding="utf-8")
        return []


@exhibit("E-PLUGIN-CHANGES", "dg_facts", "ChangeRefused")
class DeclaresAFactItself:
    @hookimpl
    def dg_facts(self, document: Document) -> list[FactStatement]:
        document.facts["secrecy_review"] = "passed"
        return []


@exhibit("E-PLUGIN-CHANGES", "dg_findings", "ChangeRefused")
class ChangesTheVector:
    @hookimpl
    def dg_findings(self, facts: dict[str, FactValue]) -> list[Finding]:
        facts.clear()
        return []


@exhibit("E-PLUGIN-CHANGES", "dg_facts", "ValidationError")
class ChangesTheTitle:
    @hookimpl
    def dg_facts(self, document: Document) -> list[FactStatement]:
        document.title = "改过的标题"
        return []


# What it depends on


@exhibit("E-PLUGIN-VARIES", "dg_facts", "one answer", "unseen")
class Dices:
    @hookimpl
    def dg_facts(self) -> list[FactStatement]:
        return [FactStatement("wide_public_interest", random.random() < 0.5, "bad")]


@exhibit("E-PLUGIN-VARIES", "dg_facts", "one answer", "unseen")
class Counts:
    def __init__(self) -> None:
        self._calls = 0

    @hookimpl
    def dg_facts(self) -> list[FactStatement]:
        self._calls += 1
        return [FactStatement("consultation_days", self._calls, "bad")]


@exhibit("E-PLUGIN-ORDER", "dg_facts", "whatever came before", "unseen")
class RemembersTheLastDocument:
    def __init__(self) -> None:
        self._last = ""

    @hookimpl
    def dg_facts(self, document: Document) -> list[FactStatement]:
        before, self._last = self._last, document.kind
        return [FactStatement("policy_document", before == document.kind, "bad")]


# What it takes


@exhibit("E-PLUGIN-MEMORY", "dg_facts", "64 MiB", "unseen")
class EatsMemory:
    @hookimpl
    def dg_facts(self) -> list[FactStatement]:
        eaten = len(bytearray(96 * 2**20))
        return [FactStatement("consultation_days", eaten // 2**20, "bad")]


@exhibit("E-PLUGIN-MEMORY", "dg_facts", "stays behind", "unseen")
class KeepsEveryDocument:
    def __init__(self) -> None:
        self._seen: list[str] = []

    @hookimpl
    def dg_facts(self, document: Document) -> list[FactStatement]:
        self._seen.append("".join(reversed(document.text.reveal() if document.text else "")))
        return []


@exhibit("E-PLUGIN-SLOW", "dg_facts", "linear in the length", "unseen")
class ReadsTheTextSquared:
    """A second on 200,000 characters; on 4 MiB the budget ends it and the document is held."""

    @hookimpl
    def dg_facts(self, reading: Reading) -> list[FactStatement]:
        for _, text in reading.parts:
            for start in range(0, len(text), 2):
                text.count("供热", start)
        return []


# What does not load


@exhibit("E-PLUGIN-HOOK", "dg_fact", "dg_facts")
class ImplementsAHookThatIsNone:
    @hookimpl
    def dg_fact(self) -> list[FactStatement]:
        return []


@exhibit("E-PLUGIN-HOOK", "bad", "without a hook")
class DoesNothing: ...


@exhibit("E-PLUGIN-HOOK", "dg_facts", "@hookimpl above it")
class ForgetsTheMark:
    def dg_facts(self) -> list[FactStatement]:
        return []


@exhibit("E-PLUGIN-SIGNATURE", "dg_facts", "dg_facts(document, reading, detection, as_of)")
class AsksForAnUnknownArgument:
    @hookimpl
    def dg_facts(self, documents: Document) -> list[FactStatement]:
        del documents
        return []


@exhibit("E-PLUGIN-HOOK", "dg_facts", "a plain implementation")
class WrapsTheOthers:
    @hookimpl(wrapper=True)
    def dg_facts(self) -> Generator[None, Any, Any]:
        yield
        return []


@exhibit("E-PLUGIN-NEWER", "bad", "hooks_version 99")
class IsFromTheFuture:
    hooks_version = 99

    @hookimpl
    def dg_facts(self) -> list[FactStatement]:
        return []


@exhibit("E-PLUGIN-LOAD", "bad", "RuntimeError")
class RaisesWhenItIsLookedAt:
    @property
    def hooks_version(self) -> int:
        raise RuntimeError

    @hookimpl
    def dg_facts(self) -> list[FactStatement]:
        return []


@exhibit("E-PLUGIN-CONTRACT", "dg_rulesets", "a folder that is there")
class NamesAFolderThatIsNotThere:
    @hookimpl
    def dg_rulesets(self) -> list[Path]:
        return [HERE / "nowhere"]


@exhibit("E-PLUGIN-CONTRACT", "dg_vocabulary", "facts.yaml")
class BringsAVocabularyThatIsNone:
    @hookimpl
    def dg_vocabulary(self) -> list[str]:
        return ["heating"]


# Detectors and readers


@exhibit("E-PLUGIN-RAISED", "dg_detectors", "KeyError")
class DetectsAndRaises:
    @hookimpl
    def dg_detectors(self) -> list[Any]:
        return [_Detecting("bad", lambda page: [Hit(0, 1, {"": ""}[page.text + "?"])])]


@exhibit("E-PLUGIN-SLOW", "dg_detectors", "no answer after")
class DetectsForEver:
    @hookimpl
    def dg_detectors(self) -> list[Any]:
        return [_Detecting("bad", lambda _: (Hit(0, 1, "*") for number in itertools.count() if number < 0))]


@exhibit("E-PLUGIN-CONTRACT", "dg_detectors", "kind: str")
class DetectsSomethingWithoutAKind:
    @hookimpl
    def dg_detectors(self) -> list[Any]:
        made = _Detecting("bad", lambda _: [])
        made.kind = 7  # type: ignore[assignment]
        return [made]


@exhibit("E-PLUGIN-CONTRACT", "dg_detectors", "an empty term")
class LooksForNothing:
    @hookimpl
    def dg_detectors(self) -> list[Any]:
        made = _Detecting("bad", lambda _: [])
        made.terms = ("表号", "")
        return [made]


@exhibit("E-PLUGIN-CONTRACT", "dg_detectors", "lone surrogate")
class MasksWithHalfALetter:
    @hookimpl
    def dg_detectors(self) -> list[Any]:
        return [_Detecting("bad", lambda page: [Hit(0, 1, "\ud83d")] if page.text else [])]


@exhibit("E-PLUGIN-LEAKS", "dg_detectors", "the span itself")
class DetectsAndShows:
    @hookimpl
    def dg_detectors(self) -> list[Any]:
        return [_Detecting("bad", lambda page: [Hit(0, len(page.text), page.text)] if page.text else [])]


class _Reading:
    name = "bad"

    def claims(self, file: File) -> bool:
        return file.name.endswith(".txt") and 1 // 0 == 0

    def read(self, file: File) -> str:
        return file.name


@exhibit("E-PLUGIN-RAISED", "dg_readers", "ZeroDivisionError", "unseen")
class ReadsAndRaises:
    """Never asked about a file that we read ourselves; see test_what_only_a_plugin_reads."""

    @hookimpl
    def dg_readers(self) -> list[Any]:
        return [_Reading()]


def dies() -> None:
    """What no thread survives: only a process of its own."""
    os._exit(7)
