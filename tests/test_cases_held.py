"""What must be there: rows and cases of every domain, every known trap, every acceptance case by its number."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from disclosure_gate import Gate
from disclosure_gate.catalogue.comparison import missing
from disclosure_gate.catalogue.organs import load as load_organs
from disclosure_gate.model import ClearanceRefused, InputError
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


def test_every_row_has_the_elements_a_catalogue_must_have(gate: Gate) -> None:
    lacking = {row.id: missing(row) for row in gate.parts.catalogue.rows() if missing(row)}
    assert lacking == {}


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


_TURNS = [  # the day a law began or ended, and where the cases around it stand
    (date(2019, 9, 1), "national"),
    (date(2021, 7, 15), "national"),
    (date(2021, 9, 1), "domains/food_drug"),
    (date(2021, 9, 1), "domains/land_compensation"),
    (date(2022, 1, 1), "domains/public_legal_services"),
    (date(2026, 1, 1), "national"),
    (date(2026, 7, 1), "domains/social_assistance"),
    (date(2026, 8, 15), "domains/ecology"),
]


@pytest.mark.parametrize(("day", "ruleset"), _TURNS)
def test_cases_stand_on_both_sides_of_the_day_a_law_turns(gate: Gate, day: date, ruleset: str) -> None:
    days = {case.as_of for owner, _, case in gate.parts.rules.cases if owner == ruleset}
    assert day - timedelta(1) in days
    assert day in days


def test_before_the_revised_regulation_nothing_is_decided(gate: Gate) -> None:
    paper = document(formed_on=None, text="身份证号610203199001010017。")
    with pytest.raises(InputError) as refused:
        gate.check(paper, date(2019, 5, 14))
    assert (refused.value.code, refused.value.flaws[0].expected) == ("E-DATE", "≥ 2019-05-15")
    it = gate.check(paper, date(2019, 5, 15))
    assert {str(each.kind) for each in it.redactions} == {"resident_id"}


def test_articles_that_were_numbered_otherwise_are_not_cited_before(gate: Gate) -> None:
    laws = gate.parts.laws
    assert laws.basis("penalty_law", "48", date(2021, 7, 14)) is None
    assert laws.basis("penalty_law", "", date(2021, 7, 14)) is not None
    assert laws.basis("penalty_law", "48", date(2021, 7, 15)) is not None
    assert date(2021, 7, 15) in laws.turns()


@pytest.mark.parametrize(("day", "stale"), [(date(2026, 8, 14), False), (date(2026, 8, 15), True)])
def test_a14_a_row_on_a_repealed_law_warns_and_names_what_replaced_it(
    gate: Gate,
    day: date,
    stale: bool,  # noqa: FBT001  a table
) -> None:
    it = gate.check(document(domain="ecology", item="行政许可/环评审批/受理", formed_on=None), day)
    told = [each.message.zh for each in it.warnings if each.code == "W-STALE"]
    assert bool(told) is stale
    assert all("环境影响评价法" in each and "《中华人民共和国生态环境法典》第1242条" in each for each in told)
