from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from disclosure_gate import Document, Gate
from disclosure_gate.law.calendar import WorkingCalendar
from disclosure_gate.plugins.testing import Conformance
from disclosure_gate.rules.cases import run
from disclosure_gate.rules.ruleset import Case as RuleCase
from information_requests import (
    KINDS,
    ROWS,
    Case,
    Incomplete,
    Reply,
    Situation,
    WithheldPart,
    check_reply,
    choose,
    clocks,
    fee_by_items,
    fee_by_pages,
    letter,
    outcome_of,
    plugin,
    problems,
    review_first,
    row_of,
    situation_of,
    table_three,
    third_party_data,
)
from information_requests.__main__ import main
from information_requests.report import RESULTS

GATE = Gate.open(plugins=(plugin,))
assert GATE.problems == ()
CASES = [case for ruleset, _, case in GATE.parts.rules.cases if ruleset == "plugins/information_requests"]
DATA = yaml.safe_load((Path(__file__).parent / "cases.yaml").read_text(encoding="utf-8"))
CALENDAR = WorkingCalendar.published()
DAY = date(2026, 11, 24)
ARTICLE_16 = WithheldPart(part="会议记录", code="R16-2", ground="讨论记录")


def _case(**changes: Any) -> Case:
    request = {
        "id": "2026-17", "applicant": {"name": "沐云"}, "wanted": "冬季供热补贴发放情况",
        "way": "handed_in", "arrived_on": "2026-11-02",
    } | changes.pop("request", {})  # fmt: skip
    return Case.model_validate({"request": request} | changes)


def _reply(**changes: Any) -> dict[str, Any]:
    return {
        "type": "granted",
        "organ": "景明区财政局",
        "replied_on": "2026-11-20",
        "how": "随信附送",
    } | changes


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.case)
def test_rule_case(case: RuleCase) -> None:
    assert run("plugins/information_requests", case, GATE.check).differences == ()


@pytest.mark.parametrize("entry", DATA["clocks"], ids=lambda entry: entry["case"])
def test_clock(entry: dict[str, Any]) -> None:
    expected = dict(entry["expect"])
    case = _case(**{key: value for key, value in entry.items() if key not in {"case", "expect"}})
    told = clocks(case, DAY, CALENDAR)
    outcomes = expected.pop("outcomes", None)
    if outcomes is not None:
        assert [outcome_of(each, DAY, CALENDAR) for each in case.consultations] == outcomes
    assert len(told.problems) == expected.pop("problems", 0)
    assert {key: getattr(told, key) for key in expected} == expected


@pytest.mark.parametrize("entry", DATA["replies"], ids=lambda entry: entry["case"])
def test_reply(entry: dict[str, Any]) -> None:
    assert choose(Situation.model_validate(entry["situation"])) == entry["reply"]


@pytest.mark.parametrize("entry", DATA["fees"], ids=str)
def test_fee(entry: dict[str, int]) -> None:
    if "items" in entry:
        assert fee_by_items(entry["items"], entry.get("before", 0)) == entry["yuan"]
    else:
        assert fee_by_pages(entry["pages"]) == entry["yuan"]


# Clocks


@settings(deadline=None)
@given(
    arrived=st.dates(date(2024, 1, 1), date(2026, 8, 1)),
    sent=st.integers(0, 30),
    took=st.integers(0, 60),
    extended=st.integers(0, 20),
)
def test_twenty_working_days_lie_between_receipt_and_reply_beside_consultation(
    arrived: date, sent: int, took: int, extended: int
) -> None:
    asked = arrived + timedelta(sent)
    consultation = {
        "of": "third_party",
        "sent_on": asked,
        "answered_on": asked + timedelta(took),
        "answer": "agrees",
    }
    extension = {"days": extended, "approved_by": "负责人", "told_on": arrived} if extended else None
    case = _case(request={"arrived_on": arrived}, consultations=[consultation], extension=extension)
    told = clocks(case, date(2026, 11, 24), CALENDAR)
    assert told.due_on is not None
    working = [
        day
        for n in range(1, (told.due_on - arrived).days + 1)
        if CALENDAR.is_working_day(day := arrived + timedelta(n))
    ]
    assert len(working) == 20 + extended + told.excluded
    assert told.excluded <= 15
    assert CALENDAR.is_working_day(told.due_on)
    alone = clocks(_case(request={"arrived_on": arrived}), DAY, CALENDAR)
    assert alone.due_on is not None
    assert told.due_on >= alone.due_on


@settings(deadline=None)
@given(offset=st.integers(-5, 40))
def test_silence_of_a_third_party_decides_nothing_and_of_a_co_maker_is_consent(offset: int) -> None:
    sent = date(2026, 10, 13)
    limit = date(2026, 11, 3)
    day = sent + timedelta(offset)
    for of, after in (
        ("third_party", "organ_decides"),
        ("co_maker", "consents"),
        ("other_organ", "organ_decides"),
    ):
        [asked] = _case(consultations=[{"of": of, "sent_on": sent}]).consultations
        assert outcome_of(asked, day, CALENDAR) == ("open" if day <= limit else after)


@pytest.mark.parametrize(
    "consultation",
    [
        {"of": "third_party", "sent_on": "2026-11-04", "answered_on": "2026-11-03", "answer": "agrees"},
        {"of": "third_party", "sent_on": "2026-11-04", "answered_on": "2026-11-05"},
        {"of": "third_party", "sent_on": "2026-11-04", "answer": "agrees"},
    ],
)
def test_a_consultation_that_cannot_have_happened_is_refused(consultation: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        _case(consultations=[consultation])


def test_an_extension_is_of_twenty_working_days_at_most() -> None:
    with pytest.raises(ValidationError):
        _case(extension={"days": 21, "approved_by": "负责人", "told_on": "2026-11-10"})


# Fees


@settings(deadline=None)
@given(items=st.integers(0, 200), before=st.integers(0, 200), more=st.integers(0, 50))
def test_the_fee_by_items_does_not_depend_on_how_the_month_is_cut(items: int, before: int, more: int) -> None:
    assert fee_by_items(items + more, before) == fee_by_items(items, before) + fee_by_items(
        more, before + items
    )
    assert fee_by_items(items, before) <= fee_by_items(items, before + more)


@settings(deadline=None)
@given(pages=st.integers(0, 5000))
def test_the_fee_by_pages_rises_by_the_rate_of_the_next_page(pages: int) -> None:
    rate = 0 if pages < 30 else 10 if pages < 100 else 20 if pages < 200 else 40
    assert fee_by_pages(pages + 1) - fee_by_pages(pages) == rate


@pytest.mark.parametrize(("items", "before"), [(-1, 0), (1, -1)])
def test_negative_numbers_are_refused(items: int, before: int) -> None:
    with pytest.raises(ValueError, match="not negative"):
        fee_by_items(items, before)
    with pytest.raises(ValueError, match="not negative"):
        fee_by_pages(-1)


# Replies and letters


@pytest.mark.parametrize(
    ("reply", "count"),
    [
        (_reply(how=""), 1),
        (_reply(type="refused"), 1),
        (_reply(type="refused", withheld=[ARTICLE_16]), 1),
        (_reply(type="refused", withheld=[ARTICLE_16], no_law_orders_release=True), 0),
        (_reply(type="partial", how=""), 2),
        (_reply(withheld=[ARTICLE_16], no_law_orders_release=True), 1),
        (_reply(type="not_existing"), 2),
        (_reply(type="not_ours", reason="由区住建局制作", owner="区住建局"), 1),
        (_reply(type="excessive", reason="一年内提出八十件"), 1),
        (_reply(type="petition"), 1),
    ],
)
def test_what_a_reply_must_tell(reply: dict[str, Any], count: int) -> None:
    assert len(problems(Reply.model_validate(reply))) == count


_COMPLETE: dict[str, Any] = {
    "how": "随信附送", "reason": "理由如下", "searched": "档案室，由档案管理员检索目录", "owner": "区住建局",
    "owner_contact": "0919-1234567", "asked_why": True, "document": "补贴发放情况",
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_letter_of_every_type_passes_the_gate(kind: str) -> None:
    withheld = [ARTICLE_16] if kind in {"refused", "partial"} else []
    reply = _reply(**_COMPLETE, type=kind, withheld=withheld, no_law_orders_release=True)
    case = _case(reply=reply)
    text = letter(case)
    assert "沐云" in text.zh
    assert "2026年11月2日" in text.zh
    assert text.en.startswith("Reply to a request")
    answer = check_reply(GATE, case, DAY)
    assert answer.held == ()
    assert {each.audience for each in answer.publications} == {"parties"}
    assert [each.rule for each in answer.obligations if each.code == "D-ELEMENTS"] == []
    assert ("应当先申请行政复议" in text.zh) is bool(withheld)
    assert review_first(Reply.model_validate(reply)) is bool(withheld)
    assert third_party_data(answer, case, text.zh) == ()


def test_a_third_person_in_a_letter_is_found_and_the_applicant_is_not() -> None:
    case = _case(reply=_reply(document="补贴情况（投诉人：柳川，手机13812345678）"))
    text = letter(case).zh
    answer = check_reply(GATE, case, DAY)
    found = third_party_data(answer, case, text)
    assert {text[each.start : each.end] for each in found} == {"柳川", "13812345678"}


@pytest.mark.parametrize(
    "case",
    [
        _case(),
        _case(request={"way": "fax", "confirmed_on": None}, reply=_reply()),
        _case(reply=_reply(how="")),
    ],
)
def test_no_letter_before_everything_is_told(case: Case) -> None:
    with pytest.raises(Incomplete) as caught:
        letter(case)
    assert all(each.zh and each.en for each in caught.value.missing)


_WANTED: dict[str, Any] = {
    "id": "1", "title": "材料", "kind": "公告", "text": "供热开始。", "issuer": {"name": "区财政局"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "facts", "published", "reply", "codes"),
    [
        ({"kind": "纪要"}, {}, False, "refused", ["R16-2"]),
        ({"text": "联系人手机13812345678。"}, {}, False, "partial", ["R15-2"]),
        ({}, {}, True, "published", []),
        ({}, {}, False, "granted", []),
        ({"kind": "通知"}, {}, False, None, []),
        ({"kind": "其他"}, {"wide_public_interest": False}, False, "granted", []),
        (
            {"kind": "其他"},
            {"wide_public_interest": False, "classified": "separable"},
            False,
            "partial",
            ["R14-1"],
        ),
        (
            {"kind": "其他"},
            {"wide_public_interest": False, "trade_secret": "separable"},
            False,
            "partial",
            ["R15-1"],
        ),
        (
            {"kind": "其他"},
            {"wide_public_interest": False, "trade_secret": "separable", "third_party_consent": "given"},
            False,
            "granted",
            [],
        ),
        (
            {"kind": "其他", "text": "手机13812345678。"},
            {"wide_public_interest": False},
            False,
            "partial",
            ["R15-2"],
        ),
    ],
)
def test_the_gates_word_on_a_document_becomes_the_reply(
    changes: dict[str, Any], facts: dict[str, Any], *, published: bool, reply: str | None, codes: list[str]
) -> None:
    wanted = Document.parse(_WANTED | changes | {"facts": {"secrecy_review": "passed"} | facts})
    situation = situation_of(GATE, wanted, DAY, published=published)
    assert choose(situation) == reply
    assert [each.code for each in situation.withheld] == codes


# The annual report


_KINDS_WITHOUT_REASON = sorted(set(KINDS) - {"refused"})
_CASES_OF_YEARS = st.lists(
    st.tuples(
        st.dates(date(2023, 1, 1), date(2026, 6, 30)),
        st.one_of(st.none(), st.integers(0, 400)),
        st.sampled_from([*_KINDS_WITHOUT_REASON, "refused"]),
        st.sampled_from(["natural", "business", "legal_service"]),
        st.sampled_from(["R14-1", "R14-2", "R14-3", "R15-1", "R15-2", "R16-1", "R16-2", "R16-3", "R36-7"]),
    ),
    max_size=30,
)


def _made(entry: tuple[date, int | None, str, str, str]) -> Case:
    arrived, days, kind, applicant, code = entry
    withheld = [{"part": "全文", "code": code, "ground": "理由"}] if kind == "refused" else []
    reply = (
        None if days is None else _reply(type=kind, replied_on=arrived + timedelta(days), withheld=withheld)
    )
    return _case(
        request={"arrived_on": arrived, "applicant": {"name": "申请人", "kind": applicant}}, reply=reply
    )


@settings(deadline=None)
@given(entries=_CASES_OF_YEARS, year=st.integers(2023, 2027))
def test_table_three_is_consistent_and_carries_over(
    entries: list[tuple[date, int | None, str, str, str]], year: int
) -> None:
    cases = [_made(entry) for entry in entries]
    table, before = table_three(cases, year), table_three(cases, year - 1)
    assert table.consistent
    assert table.of("2") == before.of("4")
    assert table.of("3.7") == sum(table.of(row) for row in RESULTS)


def test_every_type_and_reason_has_its_row() -> None:
    for kind in _KINDS_WITHOUT_REASON:
        assert row_of(Reply.model_validate(_reply(type=kind))) in ROWS
    rows = [
        row_of(
            Reply.model_validate(
                _reply(type="refused", withheld=[ARTICLE_16.model_copy(update={"code": code})])
            )
        )
        for code in ("R14-1", "R14-2", "R14-3", "R15-1", "R15-2", "R16-1", "R16-2", "R16-3", "R36-7")
    ]
    assert rows == [f"3.3.{number}" for number in (1, 2, 3, 4, 4, 5, 6, 7, 8)]
    with pytest.raises(ValueError, match="by its reason"):
        row_of(Reply.model_validate(_reply(type="refused")))


def test_an_answer_before_its_request_is_refused() -> None:
    with pytest.raises(ValueError, match="before it was received"):
        table_three([_case(reply=_reply(replied_on="2026-10-01"))], 2026)


# The command line


def _file(folder: Path, data: Any) -> str:
    path = folder / "case.json"
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return str(path)


def _told(printed: str) -> Any:
    return json.loads(printed.splitlines()[-1])  # whoever logs to the console does so before


def test_commands(tmp_path: Path) -> None:
    case = _case(reply=_reply()).model_dump(mode="json")
    ran = CliRunner().invoke(main, ["clock", _file(tmp_path, case), "--as-of", "2026-11-24", "--json"])
    assert (ran.exit_code, _told(ran.stdout)["due_on"]) == (0, "2026-11-30")
    ran = CliRunner().invoke(main, ["letter", _file(tmp_path, case)])
    assert ran.stdout.startswith("政府信息公开申请答复书")
    ran = CliRunner().invoke(main, ["check", _file(tmp_path, case), "--as-of", "2026-11-24", "--json"])
    assert (ran.exit_code, _told(ran.stdout)["audience"]) == (0, ["parties"])
    ran = CliRunner().invoke(main, ["fee", "--items", "12"])
    assert ran.stdout.endswith("元: 200\n")
    ran = CliRunner().invoke(main, ["clock", _file(tmp_path, case), "--as-of", "2026-11-24", "--lang", "en"])
    assert "reply due on: 2026-11-30" in ran.stdout
    ran = CliRunner().invoke(main, ["report", _file(tmp_path, [case]), "--year", "2026"])
    assert ran.stdout.splitlines()[0].endswith("\t1")
    ran = CliRunner().invoke(main, ["report", _file(tmp_path, [case]), "--year", "2026", "--json"])
    assert _told(ran.stdout)["rows"]["3.1"]["total"] == 1


def test_commands_refuse_what_they_cannot_use(tmp_path: Path) -> None:
    case = _case().model_dump(mode="json")
    ran = CliRunner().invoke(main, ["letter", _file(tmp_path, case)])
    assert ran.exit_code == 3
    ran = CliRunner().invoke(main, ["check", _file(tmp_path, case)])
    assert ran.exit_code == 3
    ran = CliRunner().invoke(main, ["fee"])
    assert ran.exit_code == 2
    case["request"]["wanted"] = ""
    case["request"]["way"] = "秘密内容"
    ran = CliRunner().invoke(main, ["clock", _file(tmp_path, case)])
    assert ran.exit_code == 2
    assert "/request/way" in ran.stderr
    assert "秘密内容" not in ran.output
    lacking = _case(reply=_reply()).model_dump(mode="json")
    edited = tmp_path / "letter.txt"
    edited.write_text("不予公开。", encoding="utf-8")
    lacking["reply"]["type"] = "granted"
    ran = CliRunner().invoke(main, ["check", _file(tmp_path, lacking), "--letter", str(edited), "--json"])
    assert ran.exit_code == 3
    assert _told(ran.stdout)["lacking"]


class TestConformance(Conformance):
    plugin = plugin
