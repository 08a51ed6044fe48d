from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from disclosure_gate import Document, Gate
from disclosure_gate.law.calendar import WorkingCalendar
from disclosure_gate.plugins.testing import Conformance
from disclosure_gate.rules.cases import run
from disclosure_gate.rules.ruleset import Case
from expropriation import STAGES, plugin, stage_of

GATE = Gate.open(plugins=(plugin,))
assert GATE.problems == ()
CASES = [case for ruleset, _, case in GATE.parts.rules.cases if ruleset == "plugins/expropriation"]
CALENDAR = WorkingCalendar.published()


def workbook(rows: Sequence[Sequence[object]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _paper(**changes: Any) -> Document:
    return Document.parse(
        {
            "id": "1", "title": "征收土地预公告", "kind": "公告", "text": "正文。", "issuer": {"name": "区政府"},
            "facts": {"secrecy_review": "passed"},
        }
        | changes
    )  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.case)
def test_case(case: Case) -> None:
    assert run("plugins/expropriation", case, GATE.check).differences == ()


def test_every_stage_is_a_value_of_the_fact_and_told_by_its_own_words() -> None:
    assert set(GATE.parts.rules.vocabulary["expropriation_stage"].values) == {"none", *STAGES}
    for name, stage in STAGES.items():
        for word in stage.words:
            assert stage_of(_paper(title=f"景明区{word}", kind="征收补偿文件")) == name


@pytest.mark.parametrize(
    ("title", "domain", "expected"),
    [
        ("征收土地公告", "house_expropriation", None),
        ("房屋征收决定公告", "land_compensation", None),
        ("关于冬季供热的公告", None, None),
        ("关于征收土地公告的说明", None, "land_notice"),
    ],
)
def test_the_domain_says_what_is_taken(title: str, domain: str | None, expected: str | None) -> None:
    assert stage_of(_paper(title=title, domain=domain)) == expected


def test_before_the_approval_nothing_is_due_on_the_web() -> None:
    answer = GATE.check(_paper(domain="land_compensation", formed_on="2026-11-23"), date(2026, 11, 24))
    village, web = answer.publications
    assert (village.audience, web.audience) == ("affected", "public")
    assert (web.due_on, web.awaits) == (None, "approved")


@pytest.mark.parametrize("title", ["征收土地预公告", "征收土地公告"])
def test_whatever_the_kind_the_web_waits_for_the_approval(title: str) -> None:
    facts = {"wide_public_interest": True, "normative_document": False, "secrecy_review": "passed"}
    answer = GATE.check(_paper(title=title, kind="通知", facts=facts), date(2026, 11, 24))
    assert [(each.audience, each.due_on, each.awaits) for each in answer.publications] == [
        ("public", None, "approved")
    ]


@settings(deadline=None)
@given(approved=st.dates(date(2021, 9, 1), date(2026, 11, 1)))
def test_the_notice_is_due_fifteen_working_days_after_the_approval(approved: date) -> None:
    paper = _paper(title="征收土地公告", text="征收范围和时间。", dates={"approved": approved.isoformat()})
    answer = GATE.check(paper, approved + timedelta(1))
    for each in answer.publications:
        assert each.due_on is not None
        days = [approved + timedelta(n) for n in range(1, (each.due_on - approved).days + 1)]
        assert sum(map(CALENDAR.is_working_day, days)) == 15
    assert {each.audience for each in answer.publications} == {"affected", "public"}


@settings(deadline=None)
@given(posted=st.dates(date(2026, 9, 1), date(2026, 11, 24)))
def test_the_plan_does_not_come_before_the_pre_notice_has_run(posted: date) -> None:
    day = date(2026, 11, 24)
    paper = _paper(
        title="征地补偿安置方案公告", text="登记、异议反馈渠道。", facts={"pre_notice_on": posted.isoformat()}
    )
    told = any(each.code == "D-CONFIRM" for each in GATE.check(paper, day).obligations)
    passed = [posted + timedelta(n) for n in range(1, (day - posted).days + 1)]
    assert told == (sum(map(CALENDAR.is_working_day, passed)) < 10)


@pytest.mark.parametrize("title", ["关于房屋征收情况的公告", "房屋征收决定公告"])
def test_households_in_a_workbook_are_noticed_whatever_the_stage(title: str) -> None:
    rows: list[list[object]] = [
        ["补偿情况"],
        ["序号", "被征收人", "房屋面积", "补偿金额"],
        [1, "沐云", 90, 400000],
    ]
    files = [{"name": "附件.xlsx", "content": workbook(rows)}]
    answer = GATE.check(_paper(title=title, text="补偿方案、复议。", files=files), date(2026, 11, 24))
    assert {each.audience for each in answer.publications} == {"affected"}
    assert answer.notes == ("（此件向相关群众公开）",)
    plain = GATE.check(_paper(title=title, text="补偿方案、复议。"), date(2026, 11, 24))
    assert {each.audience for each in plain.publications} == {"public"}


class TestConformance(Conformance):
    plugin = plugin
