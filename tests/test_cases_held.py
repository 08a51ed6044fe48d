"""What must be there: rows and cases of every domain, every known trap, every acceptance case by its number."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from disclosure_gate import Gate
from disclosure_gate.catalogue.organs import load as load_organs
from disclosure_gate.model import ClearanceRefused
from disclosure_gate.model.document import DOMAIN_ALIASES, DOMAINS
from factories import RULESETS, TODAY, decision, document

_HERE = Path(__file__).parent
_ACCEPTANCE = [
    "A1", "A2", "A3a", "A3b", "A4a", "A4b", "A5", "A6a", "A6b", "A6c", "A7", "A8", "A9", "A10", "A11", "A12a", "A12b",
    *(f"A{number}" for number in range(13, 31)),
]  # fmt: skip
_TRAPS = {
    # by domain: the traps of its section, of the conflicts found in tables (T5) and of what departs from the default (T6)
    "major_projects": ["T5.8"],
    "compulsory_education": ["T4.2"],
    "social_assistance": ["T4.3", "T5.12", "T6b", "T6c"],
    "elderly_care": ["T6c"],
    "public_legal_services": ["T4.5", "T5.8"],
    "household_registration": ["T4.6", "T5.4"],
    "budget": ["T4.7", "T6c"],
    "employment": ["T4.8", "T5.13"],
    "social_insurance": ["T4.9"],
    "house_expropriation": ["T5.3", "T5.8", "T6a", "T6b"],
    "affordable_housing": ["T4.11"],
    "rural_housing_renovation": ["T4.12", "T5.7"],
    "urban_enforcement": ["T4.13"],
    "municipal_services": ["T4.14", "T5.1", "T5.5"],
    "farm_subsidies": ["T4.15"],
    "health_care": ["T4.16", "T5.13", "T6c"],
    "food_drug": ["T5.1"],
    "work_safety": ["T5.1", "T5.6"],
    "disaster_relief": ["T6b"],
    "poverty_relief": ["T4.21", "T6b"],
    "spatial_planning": ["T4.22", "T5.13", "T6c"],
    "land_compensation": ["T4.23", "T5.2", "T5.13", "T6b", "T6c"],
    "ecology": ["T4.24", "T5.1", "T5.9", "T6a"],
    "public_resource_trading": ["T4.26", "T6c"],
}


def _names(gate: Gate, ruleset: str | None = None) -> list[str]:
    return [case.case for owner, _, case in gate.parts.rules.cases if ruleset in {None, owner}]


def _held(gate: Gate) -> set[str]:
    """The ids at the head of case names, A8 or T5.3, and of tests named test_a10_…."""
    ids = {name.split(" ")[0] for name in _names(gate)}
    for path in _HERE.rglob("test_*.py"):
        for found in re.findall(r"def test_a(\d+[abc]?)_", path.read_text(encoding="utf-8")):
            ids.add(f"A{found}")
    return ids


def test_every_domain_has_its_folder_rows_and_cases(gate: Gate) -> None:
    folders = [path.name for path in sorted((RULESETS / "domains").iterdir())]
    assert folders == [f"{number:02d}-{slug}" for number, slug in enumerate(DOMAINS, start=1)]
    assert len(folders) == 26
    assert len(gate.parts.catalogue) >= 400
    for slug in DOMAINS:
        assert len(gate.parts.catalogue.rows(slug)) >= 5
        written = [
            case
            for owner, place, case in gate.parts.rules.cases
            if owner == f"domains/{slug}" and not place.endswith("rows.yaml")
        ]
        assert len(written) >= 10, slug


def test_every_acceptance_case_is_a_test_by_its_number(gate: Gate) -> None:
    assert len(_ACCEPTANCE) == 35
    assert [each for each in _ACCEPTANCE if each not in _held(gate)] == []


@pytest.mark.parametrize("domain", sorted(_TRAPS))
def test_every_trap_is_a_case_of_its_domain(gate: Gate, domain: str) -> None:
    ids = {name.split(" ")[0] for name in _names(gate, f"domains/{domain}")}
    assert [each for each in _TRAPS[domain] if each not in ids] == []


def test_every_row_is_named_by_a_case(gate: Gate) -> None:
    catalogue = gate.parts.catalogue
    named = catalogue.named(case.document for _, _, case in gate.parts.rules.cases)
    assert [row.id for row in catalogue.rows() if row.id not in named] == []


def test_t5_10_old_names_of_organs_and_domains_are_understood(gate: Gate) -> None:
    organs = load_organs([RULESETS / "local" / "yintai" / "organs.yaml"])
    for name in ("区扶贫局", "区乡村振兴局"):
        assert organs.domains_of(f"景明{name}") == ("poverty_relief",)
    for alias in ("扶贫", *DOMAIN_ALIASES):
        slug = document(domain=alias).domain
        assert slug in DOMAINS
        assert slug == DOMAIN_ALIASES.get(alias, "poverty_relief")
    it = gate.check(document(domain=None, issuer={"name": "景明区乡村振兴局"}), TODAY)
    assert "W-DOMAIN" in {each.code for each in it.warnings}


def test_a19_publishing_before_the_first_day_is_refused(issuing: Gate) -> None:
    paper = document(
        facts={"secrecy_review": "passed", "tender_secret": "committee"}, dates={"result": "2026-12-15"}
    )
    determined = issuing.check(paper, TODAY)
    with pytest.raises(ClearanceRefused) as refused:
        issuing.clear(paper, determined, decision(publish_on="2026-12-14"))
    assert {flaw.code for flaw in refused.value.flaws} == {"E-NOT-BEFORE"}
    issuing.clear(paper, determined, decision(publish_on="2026-12-15"))
