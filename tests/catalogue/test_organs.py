"""The local layer: who answers for which domain, and what a lint finds among rows."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from disclosure_gate import Gate
from disclosure_gate.catalogue.lint import lint
from disclosure_gate.catalogue.organs import load
from disclosure_gate.model.document import DOMAINS
from disclosure_gate.model.errors import RulesetError
from factories import RULESETS, TODAY, decision, document

_ORGANS = load([RULESETS / "local" / "yintai" / "organs.yaml"])


@pytest.mark.parametrize(
    ("issuer", "domains"),
    [
        ("区财政局", ("budget",)),
        ("景明区财政局", ("budget",)),
        ("区乡村振兴局", ("poverty_relief",)),
        ("景明区人力资源和社会保障局", ("employment", "social_insurance")),
        ("景明区人民政府", ()),
    ],
)
def test_an_issuer_answers_for_its_domains(issuer: str, domains: tuple[str, ...]) -> None:
    assert _ORGANS.domains_of(issuer) == domains


_ANNEX = [  # the eighteen lines of the plan's annex, in its order
    ("区发改局", ["major_projects"]), ("区教科体局", ["compulsory_education"]), ("区民政局", ["social_assistance", "elderly_care"]),
    ("区司法局", ["public_legal_services"]), ("公安分局", ["household_registration"]), ("区财政局", ["budget"]),
    ("区人社局", ["employment", "social_insurance"]),
    ("区住建局", ["house_expropriation", "affordable_housing", "rural_housing_renovation", "urban_enforcement", "municipal_services"]),
    ("区农业农村局", ["farm_subsidies"]), ("区卫健局", ["health_care"]), ("区市场监管局", ["food_drug"]),
    ("区应急局", ["work_safety", "disaster_relief"]), ("区文旅局", ["public_culture"]), ("区扶贫局", ["poverty_relief"]),
    ("自然资源分局", ["spatial_planning", "land_compensation"]), ("生态环境分局", ["ecology"]), ("区税务局", ["taxation"]),
    ("区行政审批服务局", ["public_resource_trading"]),
]  # fmt: skip


@pytest.mark.parametrize(("organ", "domains"), _ANNEX)
def test_the_annex_of_the_plan_line_by_line(organ: str, domains: list[str]) -> None:
    assert list(_ORGANS.domains_of(organ)) == domains
    assert [slug for _, found in _ANNEX for slug in found] == list(DOMAINS)
    assert len(_ANNEX) == 18


def test_every_domain_has_an_organ_that_answers_for_it() -> None:
    import yaml  # noqa: PLC0415  only here

    data = yaml.safe_load((RULESETS / "local" / "yintai" / "organs.yaml").read_text(encoding="utf-8"))
    assert {slug for organ in data["organs"] for slug in organ["domains"]} == set(DOMAINS)


def test_a_document_without_a_domain_is_told_the_organs_domains(gate: Gate) -> None:
    it = gate.check(document(issuer={"name": "景明区财政局"}), TODAY)
    [warning] = [each for each in it.warnings if each.code == "W-DOMAIN"]
    assert "财政预决算" in warning.message.zh


def test_an_unknown_domain_is_told_at_its_place(tmp_path: Path) -> None:
    path = tmp_path / "x" / "organs.yaml"
    path.parent.mkdir()
    path.write_text(
        "place: 甲\nsupervisor: 乙\nconfidence: M\norgans:\n  - {name: 丙, domains: [budgett]}\n",
        encoding="utf-8",
    )
    with pytest.raises(RulesetError) as refused:
        load([path])
    [flaw] = refused.value.flaws
    assert (flaw.code, flaw.where, flaw.suggestion) == ("E-DOMAIN", "x/organs.yaml:5:25", "budget")


def test_rows_rest_on_law_that_changes(gate: Gate) -> None:
    before = {
        each.row
        for each in lint(gate.parts.catalogue, gate.parts.laws, date(2026, 8, 14))
        if each.kind == "stale"
    }
    after = {
        each.row
        for each in lint(gate.parts.catalogue, gate.parts.laws, date(2026, 8, 15))
        if each.kind == "stale"
    }
    assert {row for row in after - before if row.startswith("ecology/")}
    assert [each for each in lint(gate.parts.catalogue, gate.parts.laws, TODAY) if each.error] == []


def test_the_register_numbers_in_the_form_of_the_local_layer(issuing: Gate) -> None:
    import yaml  # noqa: PLC0415  only here

    data = yaml.safe_load((RULESETS / "local" / "yintai" / "organs.yaml").read_text(encoding="utf-8"))
    form = re.escape(data["index"]).replace(r"\#", r"\d").replace("#", r"\d")
    for number in (1, 2):
        paper = document(id=f"doc-{number}", issuer={"name": "印台区财政局", "code": "6102030012"})
        clearance = issuing.clear(paper, issuing.check(paper, TODAY), decision())
        issuing.issue(paper, clearance, number=f"印财发〔2026〕{number}号", issued_on=TODAY)
        assert issuing.register is not None
        state = issuing.register.state(f"doc-{number}")
        assert state is not None
        assert re.fullmatch(form, state.index_number)
        assert state.index_number == f"6102030012/2026-{number:06d}"
