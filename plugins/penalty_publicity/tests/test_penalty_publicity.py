from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from disclosure_gate import Gate
from disclosure_gate.law.calendar import WorkingCalendar
from disclosure_gate.plugins.testing import Conformance
from disclosure_gate.rules.cases import run
from disclosure_gate.rules.ruleset import Case
from penalty_publicity import Weight, plugin, stop_on, withdraw_by, withdrawal_notice

GATE = Gate.open(plugins=(plugin,))
assert GATE.problems == ()
CASES = [case for ruleset, _, case in GATE.parts.rules.cases if ruleset == "plugins/penalty_publicity"]
CALENDAR = WorkingCalendar.published()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.case)
def test_case(case: Case) -> None:
    assert run("plugins/penalty_publicity", case, GATE.check).differences == ()


def test_the_dates_of_what_must_be_done_are_the_laws() -> None:
    facts = {"social_impact": True, "penalty_judged_by": "负责人", "market_penalty": "other"}
    paper = {
        "id": "1", "title": "处罚决定书", "kind": "行政处罚决定", "text": "正文。",
        "issuer": {"name": "区市场监管局"}, "dates": {"signed": "2026-11-02", "concluded": "2026-11-20"},
    }  # fmt: skip
    obliged = {
        each.rule.rpartition("/")[2]: each
        for each in GATE.check({**paper, "facts": facts}, date(2026, 11, 24)).obligations
    }
    assert obliged["enterprise-credit-in-twenty-days"].due_on == date(2026, 11, 30)
    assert [each.law for each in obliged["enterprise-credit-in-twenty-days"].basis] == [
        "market_penalty_rules"
    ]
    facts |= {"penalised_elsewhere": True, "penalty_undone": "changed"}
    obliged = {
        each.rule.rpartition("/")[2]: each
        for each in GATE.check({**paper, "facts": facts}, date(2026, 11, 24)).obligations
    }
    assert obliged["push-to-another-province"].due_on == date(2026, 11, 16)
    assert obliged["what-was-changed-replaces"].due_on == date(
        2026, 11, 25
    )  # Friday, then three working days
    assert "enterprise-credit-in-twenty-days" not in obliged


@pytest.mark.parametrize(
    ("weight", "restriction", "expected"),
    [
        ("warning_only", None, None),
        ("warning_only", date(2031, 1, 1), None),
        ("light", None, date(2027, 2, 28)),  # no 30 February
        ("other", None, date(2029, 11, 30)),
        ("other", date(2028, 1, 1), date(2029, 11, 30)),
        ("other", date(2031, 1, 1), date(2031, 1, 1)),
    ],
)
def test_the_last_day_of_display(weight: Weight, restriction: date | None, expected: date | None) -> None:
    assert stop_on(date(2026, 11, 30), weight, CALENDAR, restriction) == expected


@settings(deadline=None)
@given(
    shown=st.dates(date(2021, 9, 1), date(2090, 1, 1)),
    days=st.integers(-400, 4000),
    weight=st.sampled_from(["light", "other"]),
)
def test_a_restriction_never_shortens_the_display(shown: date, days: int, weight: Weight) -> None:
    plain = stop_on(shown, weight, CALENDAR)
    restriction = shown + timedelta(days)
    longer = stop_on(shown, weight, CALENDAR, restriction)
    assert plain is not None
    assert longer == max(plain, restriction)


@settings(deadline=None)
@given(undone=st.dates(date(2021, 7, 15), date(2026, 12, 20)))
def test_three_working_days_lie_between_quashing_and_withdrawal(undone: date) -> None:
    last = withdraw_by(undone, CALENDAR)
    days = [undone + timedelta(n) for n in range(1, (last - undone).days + 1)]
    assert sum(map(CALENDAR.is_working_day, days)) == 3
    assert CALENDAR.is_working_day(last)


def test_the_explanation_names_the_decision_and_its_end() -> None:
    said = withdrawal_notice("景明区市场监督管理局", "景市监罚〔2026〕9号", "quashed", date(2026, 11, 3))
    assert "景市监罚〔2026〕9号" in said.zh
    assert "2026年11月3日已被撤销" in said.zh
    assert "was quashed on 2026-11-03" in said.en


class TestConformance(Conformance):
    plugin = plugin
