"""Every case that stands beside a ruleset, and what the lint says of the rules."""

from __future__ import annotations

import pytest

from disclosure_gate import Document, Gate
from disclosure_gate.rules.cases import document_of, run
from disclosure_gate.rules.lint import lint
from disclosure_gate.rules.ruleset import Case
from factories import TODAY

_CASES = [(ruleset, case) for ruleset, _, case in Gate.open(plugins=(), engine="direct").parts.rules.cases]


@pytest.mark.parametrize(
    ("ruleset", "case"), _CASES, ids=[f"{ruleset}: {case.case}" for ruleset, case in _CASES]
)
def test_case_beside_its_ruleset(gate: Gate, ruleset: str, case: Case) -> None:
    assert run(ruleset, case, gate.check).differences == ()


def test_no_rule_is_untested_unreachable_overlapping_or_without_a_basis(gate: Gate) -> None:
    fired: set[str] = set()
    for _, case in _CASES:
        explanation = gate.explain(Document.parse(document_of(case.document)), case.as_of, what_if=False)
        fired |= {each.rule for each in explanation.rules if each.outcome == "true"}
    errors = [
        f"{each.where} {each.kind} {each.rule}" for each in lint(gate.parts.rules, TODAY, fired) if each.error
    ]
    assert errors == []
