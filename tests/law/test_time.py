"""Working days, deadlines, and laws with their dates."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure_gate.law.calendar import WorkingCalendar
from disclosure_gate.law.deadlines import due, until
from disclosure_gate.law.registry import LawRegistry
from disclosure_gate.model import RulesetError
from disclosure_gate.model.findings import CaseDates, Deadline, Period
from factories import RULESETS

CALENDAR = WorkingCalendar.published()
REGISTRY = LawRegistry.load(RULESETS / "national" / "laws.yaml")


@pytest.mark.parametrize(
    ("count", "unit", "start", "expected"),
    [
        (20, "day", "2026-02-10", "2026-03-02"),  # A8
        (20, "working_day", "2026-02-10", "2026-03-16"),  # over the Spring Festival, 14 and 28 February worked
        (7, "working_day", "2026-09-28", "2026-10-13"),  # over the National Day, 10 October worked
        (20, "day", "2026-09-14", "2026-10-08"),  # the last day falls into a holiday
        (15, "working_day", "2026-06-01", "2026-06-23"),  # over the Dragon Boat Festival
        (3, "working_day", "2026-11-20", "2026-11-25"),
        (0, "working_day", "2026-11-20", "2026-11-20"),
        (1, "month", "2026-01-31", "2026-02-28"),  # clamped; 28 February 2026 is a working Saturday
        (1, "year", "2024-02-29", "2025-02-28"),
    ],
)  # fmt: skip
def test_deadlines(
    count: int, unit: Literal["working_day", "day", "month", "year"], start: str, expected: str
) -> None:
    first = date.fromisoformat(start)
    counted = due(
        Deadline(within=count, unit=unit, start=("approved",)),
        CaseDates(as_of=first, approved=first),
        CALENDAR,
    )
    wanted = date.fromisoformat(expected)
    assert (counted.on, counted.assumed_start, counted.provisional) == (wanted, False, False)


def test_a_provision_cannot_end_before_it_begins(tmp_path: Path) -> None:
    (tmp_path / "laws.yaml").write_text(
        "laws:\n  one:\n    title: 一\n    rank: law\n    confidence: verified\n    editions: [{in_force_from: 2019-05-15}]\n"
        '    provisions: {"5": {in_force_from: 2026-05-01, in_force_to: 2024-01-01}}\n',
        encoding="utf-8",
    )
    with pytest.raises(RulesetError) as caught:
        LawRegistry.load(tmp_path / "laws.yaml")
    [flaw] = caught.value.flaws
    assert (flaw.where.rpartition("/")[2], flaw.expected) == ("laws.yaml:7:51", "≥ 2026-05-01")


def test_a_law_in_force_for_good_ends_on_no_day(tmp_path: Path) -> None:
    (tmp_path / "laws.yaml").write_text(
        "laws:\n  one:\n    title: 一\n    rank: law\n    confidence: verified\n    editions:\n"
        "      - {in_force_from: 2019-05-15, in_force_to: 9999-12-31}\n",
        encoding="utf-8",
    )
    assert LawRegistry.load(tmp_path / "laws.yaml").turns() == {date(2019, 5, 15)}


@given(start=st.dates(date(2010, 1, 1), date(2026, 6, 1)), count=st.integers(0, 60))
def test_exactly_so_many_working_days_lie_behind_the_start(start: date, count: int) -> None:
    end, provisional = CALENDAR.add_working_days(start, count)
    days = [start + timedelta(n) for n in range(1, (end - start).days + 1)]
    assert sum(map(CALENDAR.is_working_day, days)) == count
    assert not provisional
    assert count == 0 or CALENDAR.is_working_day(end)
    assert CALENDAR.add_working_days(start, count + 1)[0] > end


@given(start=st.dates(date(1990, 1, 1)), count=st.integers(0, 300))
def test_provisional_is_what_leaves_the_published_years(start: date, count: int) -> None:
    end, provisional = CALENDAR.add_working_days(start, count)
    assert provisional == (end == date.max or not (CALENDAR.covers(start) and CALENDAR.covers(end)))


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2027-12-31", "2028-01-03"),  # 元旦, on a Saturday
        ("2027-02-04", "2027-02-09"),  # 除夕 to 初三, from a Friday
        ("2027-04-02", "2027-04-06"),  # 清明
        ("2028-04-28", "2028-05-03"),  # 劳动节, two days
        ("2027-06-08", "2027-06-10"),  # 端午
        ("2027-09-14", "2027-09-16"),  # 中秋
        ("2028-09-29", "2028-10-04"),  # 国庆, and 中秋 on its last day
    ],
)
def test_festivals_fixed_by_law_are_no_working_days_before_their_arrangement(
    start: str, expected: str
) -> None:
    next_day = CALENDAR.add_working_days(date.fromisoformat(start), 1)
    assert next_day == (date.fromisoformat(expected), True)


def test_half_an_arrangement_is_not_taken() -> None:
    calendar = WorkingCalendar(frozenset(), frozenset(), 2025, 2025)
    given, festival = date(2026, 1, 2), date(2026, 2, 17)
    assert (calendar.is_working_day(given), calendar.is_working_day(festival)) == (True, False)


def test_an_arrangement_published_later_decides_alone() -> None:
    friday = date(2027, 1, 1)
    assert not CALENDAR.is_working_day(friday)
    arranged = WorkingCalendar(frozenset(), frozenset({date(2027, 1, 2)}), 2027, 2027)
    assert arranged.is_working_day(friday)
    assert arranged.add_working_days(date(2027, 1, 1), 1) == (date(2027, 1, 2), False)


def test_the_end_of_the_calendar_is_no_error() -> None:
    last = due(
        Deadline(within=3000, unit="year"),
        CaseDates(as_of=date(9000, 1, 1), formed=date(9000, 1, 1)),
        CALENDAR,
    )
    assert last.provisional
    assert until(Period(length=3000, unit="day"), date(9999, 1, 1), CALENDAR) == (date.max, False)


@pytest.mark.parametrize(
    ("law", "article", "day", "in_force"),
    [
        ("public_security_law", "136", "2025-12-31", False),
        ("public_security_law", "136", "2026-01-01", True),
        ("public_security_law", "43", "2025-12-31", True),
        ("social_assistance_law", "45", "2026-06-30", False),
        ("social_assistance_law", "45", "2026-07-01", True),
        ("eia_law", "21", "2026-08-14", True),
        ("eia_law", "21", "2026-08-15", False),
        ("ecology_code", "103", "2026-08-15", True),
        ("ogi_regulation", "20(1)", "2019-05-15", True),
        (
            "public_security_law",
            "136(1)",
            "2025-12-31",
            False,
        ),  # as its article, which begins apart from the law
        ("public_security_law", "136(1)", "2026-01-01", True),
    ],
)
def test_provisions_are_in_force_in_their_dates(law: str, article: str, day: str, in_force: bool) -> None:  # noqa: FBT001  a column of the table
    assert (REGISTRY.basis(law, article, date.fromisoformat(day)) is not None) is in_force


def test_a_repealed_law_names_what_replaced_it() -> None:
    ended = REGISTRY.stale("eia_law", "21", date(2026, 8, 15))
    assert ended is not None
    assert "生态环境法典" in ended.message().zh
    assert "1242" in ended.message().zh
    assert REGISTRY.stale("eia_law", "21", date(2026, 8, 14)) is None


@pytest.mark.parametrize(
    ("text", "code", "where"),
    [
        ("laws:\n  a:\n    title: 甲\n    rank: lawe\n    editions: [{in_force_from: 2020-01-01}]\n    confidence: H\n", "E-RULE-VALUE", "x/laws.yaml:4:5"),
        ("laws:\n  a:\n    titel: 甲\n    rank: law\n    editions: [{in_force_from: 2020-01-01}]\n    confidence: H\n", "E-RULE-KEY", "x/laws.yaml:3:5"),
        ("laws:\n  a:\n    title: 甲\n    rank: law\n    editions: [{in_force_from: 2020-01-01, in_force_to: 2019-01-01}]\n    confidence: H\n", "E-RULE-VALUE", "x/laws.yaml:5:"),
        ("laws:\n  a:\n    title: 甲\n    rank: law\n    editions: [{in_force_from: 2020-01-01, replaced_by: {law: b}}]\n    confidence: H\n", "E-LAW-REFERENCE", "x/laws.yaml:5:"),
        ("laws:\n  a:\n    title: 甲\n    rank: law\n    editions: [{in_force_from: 2020-01-01}, {in_force_from: 2021-01-01}]\n    confidence: H\n", "E-RULE-VALUE", "x/laws.yaml:5:"),
    ],
)  # fmt: skip
def test_an_error_in_the_registry_points_at_its_place(
    tmp_path: Path, text: str, code: str, where: str
) -> None:
    path = tmp_path / "x" / "laws.yaml"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RulesetError) as caught:
        LawRegistry.load(path)
    assert any(flaw.code == code and flaw.where.startswith(where) for flaw in caught.value.flaws), (
        caught.value
    )
