from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from disclosure_gate import Gate
from disclosure_gate.plugins.testing import Conformance
from disclosure_gate.rules.cases import run
from disclosure_gate.rules.ruleset import Case
from normative_documents import actions, count_year, plugin, validity

GATE = Gate.open(plugins=(plugin,))
assert GATE.problems == ()
CASES = [case for ruleset, _, case in GATE.parts.rules.cases if ruleset == "plugins/normative_documents"]
MADE = date(2026, 11, 23)
DAY = date(2026, 11, 24)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.case)
def test_case(case: Case) -> None:
    assert run("plugins/normative_documents", case, GATE.check).differences == ()


@pytest.mark.parametrize(
    ("text", "effective", "until", "stated"),
    [
        ("自2026年12月1日起施行，有效期五年。", date(2026, 12, 1), date(2031, 11, 30), True),
        (
            "自 2026 年 12 月 1 日起实施，有效期至2028年11月30日。",
            date(2026, 12, 1),
            date(2028, 11, 30),
            True,
        ),
        ("本通知自印发之日起执行，有效期2年。", MADE, date(2028, 11, 22), True),
        ("自公布之日起三十日后施行，有效期为十二个月。", MADE + timedelta(30), date(2027, 12, 22), True),
        ("自发布之日起施行。", MADE, None, False),
        ("本办法于2027年6月30日自行废止。", None, date(2027, 6, 30), True),
        ("有效期5年。", None, None, True),
        ("现将有关事项通知如下。", None, None, False),
        ("自2026年13月1日起施行。", None, None, False),
        ("自2024年2月29日起施行，有效期1年。", date(2024, 2, 29), date(2025, 2, 27), True),
    ],
)
def test_a_document_tells_its_own_validity(
    text: str, effective: date | None, until: date | None, *, stated: bool
) -> None:
    told = validity("关于供热的通知", text, MADE)
    assert (told.effective_on, told.until, told.stated) == (effective, until, stated)


@pytest.mark.parametrize(
    ("title", "text", "too_long"),
    [
        ("办法", "自2026年1月1日起施行，有效期5年。", False),
        ("办法", "自2026年1月1日起施行，有效期6年。", True),
        ("办法（试行）", "自2026年1月1日起施行，有效期2年。", False),
        ("暂行办法", "自2026年1月1日起施行，有效期3年。", True),
        ("办法", "有效期30年。", False),  # from when, is not told: nothing can be said
    ],
)
def test_the_usual_limit_of_validity(title: str, text: str, *, too_long: bool) -> None:
    assert validity(title, text, None).too_long is too_long


@settings(deadline=None)
@given(
    effective=st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    days=st.integers(0, 4000),
    at=st.integers(-50, 4100),
)
def test_a_document_is_in_force_from_its_first_day_to_its_last(effective: date, days: int, at: int) -> None:
    last = effective + timedelta(days)
    text = f"自{effective:%Y年%m月%d日}起施行，有效期至{last:%Y年%m月%d日}。"
    told = validity("办法", text, None)
    day = effective + timedelta(at)
    assert told.on(day) == ("not_yet" if day < effective else "expired" if day > last else "in_force")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("《甲办法》（景政办发〔2019〕5号）同时废止。", [("repeal", "景政办发〔2019〕5号")]),
        (
            "景政发〔2018〕1号、景政发[2017]03号停止执行。",
            [("repeal", "景政发〔2018〕1号"), ("repeal", "景政发〔2017〕3号")],
        ),
        ("将《乙细则》（景政发〔2020〕8号）第三条修改为：……。", [("amend", "景政发〔2020〕8号")]),
        ("《丙规定》同时废止。", [("repeal", "")]),
        ("本通知有效期5年，到期自行废止。", []),
        ("本办法自2027年6月30日废止。", []),
        ("根据景政发〔2020〕8号，现通知如下。", []),
        ("景政发〔2020〕8号废止。重申景政发〔2020〕8号废止。", [("repeal", "景政发〔2020〕8号")]),
    ],
)
def test_what_a_document_does_to_others(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(each.kind, each.number) for each in actions("关于供热的通知", text)] == expected


def test_a_title_may_say_it_already() -> None:
    done = actions("关于废止景政发〔2018〕1号文件的决定", "决定如下。")
    assert [(each.kind, each.number) for each in done] == [("repeal", "景政发〔2018〕1号")]


def _paper(text: str, **facts: Any) -> dict[str, Any]:
    return {
        "id": "1", "title": "关于供热管理的通知", "kind": "通知", "text": text, "issuer": {"name": "区政府"},
        "formed_on": MADE.isoformat(), "facts": {"normative_document": True, "secrecy_review": "passed"} | facts,
    }  # fmt: skip


def test_the_evaluation_is_due_half_a_year_before_the_end() -> None:
    answer = GATE.check(_paper("自2026年12月1日起施行，有效期至2028年8月31日。"), DAY)
    [told] = [each for each in answer.obligations if each.rule.endswith("/evaluate")]
    assert told.due_on == date(2028, 2, 29)
    assert told.when == "after_issuing"
    answer = GATE.check(_paper("自2026年12月1日起施行，有效期至2026年12月31日。"), DAY)
    assert [each.due_on for each in answer.obligations if each.rule.endswith("/evaluate")] == [DAY]
    answer = GATE.check(_paper("自2020年1月1日起施行，有效期5年。"), DAY)
    assert not [each for each in answer.obligations if each.rule.endswith("/evaluate")]


@pytest.mark.parametrize(
    ("title", "asked"), [("关于供热管理的通知", True), ("关于废止部分行政规范性文件的通知", False)]
)
def test_validity_is_asked_of_what_repeals_and_sets_rules_of_its_own(title: str, *, asked: bool) -> None:
    paper = _paper("景政发〔2018〕1号予以废止。") | {"title": title}
    answer = GATE.check(paper, DAY)
    assert any(each.rule.endswith("/say-how-long-it-is-valid") for each in answer.obligations) is asked
    assert any(each.rule.endswith("/update-what-it-changes") for each in answer.obligations)


def test_facts_are_read_from_the_text_and_a_declared_one_stands() -> None:
    paper = _paper("自2026年12月1日起施行，有效期五年。景政发〔2018〕1号、景政发〔2017〕3号同时废止。")
    facts = {each.name: each.value for each in GATE.explain(paper, DAY, what_if=False).facts}
    assert facts["effective_on"] == "2026-12-01"
    assert facts["valid_until"] == "2031-11-30"
    assert (facts["repeals"], facts["amends"], facts["days_before_force"]) == (2, 0, 8)
    declared = GATE.explain(_paper("有效期五年。", valid_until="2030-01-01"), DAY, what_if=False)
    assert {each.name: each.value for each in declared.facts}["valid_until"] == "2030-01-01"


_LIVES = st.lists(
    st.tuples(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.one_of(st.none(), st.integers(0, 2000))).map(
        lambda each: (each[0], None if each[1] is None else each[0] + timedelta(each[1]))
    ),
    max_size=30,
)


@settings(deadline=None)
@given(documents=_LIVES, year=st.integers(2019, 2037))
def test_the_counts_of_a_year_follow_from_those_of_the_year_before(
    documents: list[tuple[date, date | None]], year: int
) -> None:
    counted, before = count_year(documents, year), count_year(documents, year - 1)
    assert counted.consistent
    assert counted.before == before.in_force
    assert min(counted.made, counted.ended, counted.in_force, counted.before) >= 0


class TestConformance(Conformance):
    plugin = plugin
