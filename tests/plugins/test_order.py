"""The order of plugins does not matter, whatever they bring and wherever they meet (P2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from disclosure_gate import Gate, hookimpl
from disclosure_gate.detect.detector import TermDetector
from disclosure_gate.detect.reader import FileText
from disclosure_gate.model.determination import Obligation
from disclosure_gate.model.document import File
from disclosure_gate.model.findings import Duty, FactStatement, Finding, Span, Warn
from disclosure_gate.model.frozen import Text
from factories import RULESETS, TODAY, data

_NAMES = ["a", "b", "c", "d"]
_SAID = Text(zh="所说", en="said")


class _Reader:
    """All of them claim the same file and read it differently: the name decides, not the order."""

    def __init__(self, name: str) -> None:
        self.name = f"{name}_reader"

    def claims(self, file: File) -> bool:
        return file.content.reveal().startswith(b"\x01")

    def read(self, file: File) -> FileText:
        return FileText((("", f"{self.name}读出，手机13800138000，共{len(file.name)}。"),))


class Everything:
    """Implements every hook, and at each says something the others contradict, repeat or overlap."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self._folder = folder / name
        number = _NAMES.index(name)
        self._even = number % 2 == 0
        self._number = number
        (self._folder / "rules").mkdir(parents=True, exist_ok=True)
        (self._folder / "rules" / "ruleset.yaml").write_text(
            f'ruleset: plugins/{name}\ntitle: {{zh: 甲, en: a}}\nversion: "1"\nrequires: [national]\n',
            encoding="utf-8",
        )
        (self._folder / "rules" / "rules.yaml").write_text(
            f"""rules:
  - id: one
    title: {{zh: 甲, en: a}}
    basis: [{{law: ogi_regulation, article: "{19 + number}"}}]
    when: {{kind: 公告, {name}_fact: true}}
    then: {{{"duty: {code: P19}" if self._even else "warn: {code: W-RULE}"}}}
    because: {{zh: 甲, en: a}}
    confidence: L
""",
            encoding="utf-8",
        )

    @hookimpl
    def dg_vocabulary(self) -> Mapping[str, Any]:
        text = {"zh": self.name, "en": self.name}
        return {f"{self.name}_fact": {"type": "bool", "presume": False, "title": text, "ask": text}}

    @hookimpl
    def dg_rulesets(self) -> list[Path]:
        return [self._folder / "rules"]

    @hookimpl
    def dg_detectors(self) -> list[Any]:
        words = [["供热"], ["供热有关"], ["有关事项"], ["热有"]][self._number]
        return [TermDetector(f"{self.name}_detector", "other" if self._even else "health", words, _SAID)]

    @hookimpl
    def dg_readers(self) -> list[Any]:
        return [_Reader(self.name)]

    @hookimpl
    def dg_spans(self) -> list[Span]:
        return [Span("text", self._number, self._number + 3, "other", self.name, "***", _SAID)]

    @hookimpl
    def dg_facts(self) -> Iterable[FactStatement]:
        yield FactStatement(f"{self.name}_fact", True, self.name, (f"{self.name}[0:1]",))
        yield FactStatement("policy_document", self._even, self.name, (f"{self.name}[1:2]",))
        yield FactStatement("major_decision", True, self.name, (f"{self.name}[2:3]",))

    @hookimpl
    def dg_findings(self, as_of: date, laws: Any) -> list[Finding]:
        basis = laws.basis("ogi_regulation", "20", as_of)
        effect: Any = Duty(code="P20") if self._even else Warn(code="W-RULE")
        return [Finding(f"{self.name}/said", effect, (basis,), _SAID, evidence=(self.name,))]

    @hookimpl
    def dg_obligations(self) -> list[Obligation]:
        return [
            Obligation(code="D-OTHER", rule=f"{name}/do", when="before_clearing", message=_SAID)
            for name in (self.name, "shared")
        ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("order")


@pytest.mark.law(2)
@settings(max_examples=6)
@given(order=st.permutations(_NAMES), broken=st.sets(st.sampled_from(_NAMES), max_size=2))
def test_every_byte_is_the_same_in_any_order(order: list[str], broken: set[str], folder: Path) -> None:
    def told(names: list[str]) -> str:
        plugins: list[Any] = [Everything(name, folder) for name in names]
        gate = Gate.open(rulesets=[RULESETS / "national"], plugins=plugins, engine="direct")
        assert gate.problems == ()
        for plugin in plugins:
            if plugin.name in broken:
                plugin._number = 10**6  # its spans lie outside of the text
        document = data(files=[{"name": "x.bin", "content": b"\x01"}])
        return gate.explain(document, TODAY, what_if=False).model_dump_json()

    answered = told(order)
    assert answered == told(_NAMES)
    assert ("H-PLUGIN" in answered) is bool(broken)


@pytest.mark.law(2)
@pytest.mark.parametrize("order", [("heating", "thief"), ("thief", "heating"), ("a_thief", "heating")])
def test_who_takes_anothers_name_is_left_out_in_any_order(order: tuple[str, str]) -> None:
    def plugin(name: str) -> object:
        text = {"zh": name, "en": name}
        entry = {"type": "bool", "presume": name == "heating", "title": text, "ask": text}
        members = {"name": name, "dg_vocabulary": staticmethod(hookimpl(lambda: {"heating_fact": entry}))}
        return type(name, (), members)()

    gate = Gate.open(
        rulesets=[RULESETS / "national"], plugins=[plugin(name) for name in order], engine="direct"
    )
    [thief] = [name for name in order if name != "heating"]
    assert [(flaw.code, flaw.where, flaw.got) for flaw in gate.problems] == [
        ("E-PLUGIN-SHADOWS", f"{thief}.dg_vocabulary", "heating_fact")
    ]
    assert gate.parts.rules.vocabulary["heating_fact"].default is True
    assert [held.code for held in gate.check(data(), TODAY).held] == ["H-PLUGIN"]
