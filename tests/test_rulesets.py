"""Every case that stands beside a ruleset. What the lint says of them, see ``test_cli.py``."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from disclosure_gate import Gate
from disclosure_gate.rules.cases import run
from disclosure_gate.rules.ruleset import Case, CaseDocument, Expectation
from factories import RULESETS, TODAY, document, parts

_CASES = [(ruleset, case) for ruleset, _, case in parts().rules.cases]


@pytest.mark.parametrize(
    ("ruleset", "case"), _CASES, ids=[f"{ruleset}: {case.case}" for ruleset, case in _CASES]
)
def test_case_beside_its_ruleset(gate: Gate, ruleset: str, case: Case) -> None:
    assert run(ruleset, case, gate.check).differences == ()


@pytest.mark.law("P3")
def test_installing_other_domains_changes_no_determination(tmp_path: Path, gate: Gate) -> None:
    shutil.copytree(RULESETS / "national", tmp_path / "national")
    for name in ("03-social_assistance", "07-budget", "24-ecology"):
        shutil.copytree(RULESETS / "domains" / name, tmp_path / "domains" / name)
    shutil.copytree(RULESETS / "local", tmp_path / "local")
    few = Gate.open(rulesets=tmp_path, plugins=())
    for domain in ("budget", "ecology", "social_assistance", None):
        for kind in ("公告", "预算", "行政处罚决定", "名单公示"):
            it = document(kind=kind, domain=domain)
            one, other = few.check(it, TODAY), gate.check(it, TODAY)
            assert {each.name for each in other.rulesets} == {"national", "local/yintai"} | (
                {f"domains/{domain}"} if domain else set()
            )
            assert one.status == other.status
            assert one.publications == other.publications
            if domain:
                assert [each.digest for each in one.rulesets] == [each.digest for each in other.rulesets]


@pytest.mark.parametrize(("codes", "told"), [((), 1), (("R99",), 1), (None, 0)])
def test_an_empty_list_expects_that_there_is_none(
    gate: Gate, codes: tuple[str, ...] | None, told: int
) -> None:
    case = Case(
        case="a public notice",
        as_of=date(2026, 11, 24),
        document=CaseDocument(kind="公告"),
        expect=Expectation(codes=codes),
    )
    assert len(run("mine", case, gate.check).differences) == told
