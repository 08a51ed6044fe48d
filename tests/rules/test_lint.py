"""The lint finds what is planted, and nothing in what is shipped."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from disclosure_gate import Document, Gate
from disclosure_gate.catalogue.lint import lint as lint_rows
from disclosure_gate.model import RulesetError
from disclosure_gate.rules.cases import document_of
from disclosure_gate.rules.lint import lint
from factories import RULESETS, TODAY

_MANIFEST = 'ruleset: mine\ntitle: {zh: 我的, en: mine}\nversion: "1"\nrequires: [national]\n'
_RULE = """rules:
  - id: one
    title: {zh: 一, en: one}
    basis: [{law: ogi_regulation, article: "19"}]
    when: {kind: 公告, market_players: true}
    then: {duty: {code: P19}}
    because: {zh: 因为, en: because}
    confidence: verified
"""
_CASE = """tests:
  - case: "It speaks"
    as_of: 2026-11-24
    document: {kind: 公告, facts: {market_players: true}}
    expect: {status: proactive}
"""
_ROW = """domain: budget
title: 目录
catalogue:
  - id: mine
    item: [我的, 事项]
    content: 内容
    basis: [{law: ogi_regulation, article: "19"}]
    wording: 20个工作日内
    due: {within: 20, unit: working_day, start: [formed]}
    confidence: verified
"""
_ROW_CASE = """tests:
  - case: "It is named"
    as_of: 2026-11-24
    document: {kind: 公告, domain: budget, item: 我的/事项}
    expect: {status: proactive}
"""


def _gate(folder: Path, **files: str) -> Gate:
    for name in ("national", "domains/07-budget"):
        shutil.copytree(RULESETS / name, folder / name)
    (folder / "mine").mkdir()
    for name, text in {"ruleset": _MANIFEST, **files}.items():
        (folder / "mine" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return Gate.open(rulesets=folder, plugins=(), engine="direct")


def _of_rules(gate: Gate, on: date = TODAY) -> set[tuple[str, str, bool]]:
    fired: set[str] = set()
    for ruleset, _, case in gate.parts.rules.cases:
        if ruleset == "mine":
            told = gate.explain(Document.parse(document_of(case.document)), case.as_of, what_if=False)
            fired |= {each.rule for each in told.rules if each.outcome == "true"}
    rows = {row.id for row in gate.parts.catalogue.rows()}
    found = lint(gate.parts.rules, on, fired, rows)
    return {(each.kind, each.rule, each.error) for each in found if each.rule.startswith("mine/")}


def _of_rows(gate: Gate, on: date = TODAY) -> set[tuple[str, str, bool]]:
    catalogue = gate.parts.catalogue
    tested = catalogue.named(case.document for _, _, case in gate.parts.rules.cases)
    found = lint_rows(catalogue, gate.parts.laws, on, gate.parts.limits, tested)
    return {(each.kind, each.row, each.error) for each in found if each.row.startswith("budget/mine")}


@pytest.mark.parametrize(
    ("planted", "kind", "error"),
    [
        (_RULE.replace('law: ogi_regulation, article: "19"', 'law: eia_law, article: "21"'), "stale", True),
        (_RULE.replace("basis: [", 'basis: [{law: eia_law, article: "21"}, '), "stale", False),
        (_RULE.replace('article: "19"', 'article: ""'), "uncited", False),
        (_RULE.replace("confidence: verified", "confidence: L"), "unverified", False),
        (_RULE.replace("kind: 公告", "kind: 通报"), "untested", True),
        (_RULE.replace("market_players: true}", "market_players: true, not: {kind: 公告}}"), "unreachable", True),
        (_RULE.replace("market_players: true}", "market_players: true, consultation_days: {gt: 9, lt: 9}}"), "unreachable", True),
        (_RULE.replace("market_players: true", "item: budget/no-such-row"), "unreachable", True),
        (_RULE.replace("    when:", "    from: 2026-02-01\n    to: 2026-01-01\n    when:"), "unreachable", True),
        (_RULE + _RULE.removeprefix("rules:\n").replace("id: one", "id: two"), "overlapping", True),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 20 else "",
)  # fmt: skip
def test_a_defect_planted_in_a_rule_is_found(tmp_path: Path, planted: str, kind: str, error: bool) -> None:  # noqa: FBT001  a table
    found = _of_rules(_gate(tmp_path, rules=planted, tests=_CASE))
    assert (kind, error) in {(each, wrong) for each, _, wrong in found}


def test_a_rule_whose_law_is_not_yet_in_force_is_found(tmp_path: Path) -> None:
    planted = _RULE.replace('law: ogi_regulation, article: "19"', 'law: public_security_law, article: "136"')
    gate = _gate(tmp_path, rules=planted, tests=_CASE)
    assert ("dates", "mine/one", True) in _of_rules(gate, date(2025, 12, 31))
    assert "dates" not in {kind for kind, _, _ in _of_rules(gate, date(2026, 1, 1))}


def test_a_rule_of_another_domain_than_its_own_is_found(tmp_path: Path) -> None:
    gate = _gate(
        tmp_path,
        ruleset=_MANIFEST + "domain: budget\n",
        rules=_RULE.replace("market_players: true", "domain: ecology"),
        tests=_CASE,
    )
    assert ("unreachable", "mine/one", True) in _of_rules(gate)


def test_a_rule_without_a_basis_does_not_even_load(tmp_path: Path) -> None:
    with pytest.raises(RulesetError) as refused:
        _gate(tmp_path, rules=_RULE.replace('{law: ogi_regulation, article: "19"}', ""))
    assert "mine/rules.yaml:4" in str(refused.value)


def test_a_sound_rule_has_no_finding(tmp_path: Path) -> None:
    assert _of_rules(_gate(tmp_path, rules=_RULE, tests=_CASE)) == set()


@pytest.mark.parametrize(
    ("planted", "kind", "error"),
    [
        (_ROW.replace('law: ogi_regulation, article: "19"', 'law: eia_law, article: "21"'), "stale", True),
        (_ROW.replace("basis: [", 'basis: [{law: eia_law, article: "21"}, '), "stale", False),
        (_ROW.replace('{law: ogi_regulation, article: "19"}', ""), "uncited", True),
        (_ROW.replace("confidence: verified", "confidence: M"), "unverified", False),
        (_ROW.replace("item: [我的, 事项]", "item: [我的, 另一事项]"), "untested", False),
        (_ROW.replace("    wording", "    audience: village\n    channels: [column]\n    wording"), "unreachable", True),
        (_ROW.replace("item: [我的, 事项]", "item: [government-budget]"), "unreachable", True),
        (_ROW.replace("item: [我的, 事项]", "item: [政府预算]"), "overlapping", True),
        (_ROW.replace("wording: 20个工作日内", "wording: 半年至少更新1次"), "weaker", True),
        (_ROW.replace("item: [我的, 事项]", "item: [某局, 部门预算公开]"), "weaker", True),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 20 else "",
)  # fmt: skip
def test_a_defect_planted_in_a_row_is_found(tmp_path: Path, planted: str, kind: str, error: bool) -> None:  # noqa: FBT001  a table
    cases = _ROW_CASE if "item: [我的, 事项]" in planted else "tests: []\n"
    found = _of_rows(_gate(tmp_path, catalogue=planted, tests=cases))
    assert (kind, "budget/mine", error) in found


def test_a_row_whose_law_is_not_yet_in_force_is_found(tmp_path: Path) -> None:
    planted = _ROW.replace('law: ogi_regulation, article: "19"', 'law: ecology_code, article: "139"')
    gate = _gate(tmp_path, catalogue=planted, tests=_ROW_CASE)
    assert ("dates", "budget/mine", True) in _of_rows(gate, date(2026, 8, 14))
    assert "dates" not in {kind for kind, _, _ in _of_rows(gate, date(2026, 8, 15))}


def test_a_sound_row_has_no_finding(tmp_path: Path) -> None:
    assert _of_rows(_gate(tmp_path, catalogue=_ROW, tests=_ROW_CASE)) == set()
