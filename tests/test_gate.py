"""Check, clear, issue, withdraw: what goes through, what is refused, and what is left behind."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

import office
from disclosure_gate import Clearance, Gate
from disclosure_gate.column import Worker
from disclosure_gate.column.static_site import StaticSite
from disclosure_gate.column.store import Line, Query
from disclosure_gate.gate import _check_no_wider
from disclosure_gate.model import ClearanceRefused, InputError, IssueRefused, NotReady, Status
from factories import NOW, TODAY, data, decision, document, gate_with_register

_ID = "610203199001010017"
_NORMATIVE = {
    "secrecy_review": "passed",
    "normative_document": True,
    "legality_review": True,
    "interpretation_attached": True,
}


def _codes(error: ClearanceRefused | IssueRefused) -> set[str]:
    return {flaw.code for flaw in error.flaws}


def _issue(gate: Gate, **changes: Any) -> Clearance:
    doc = document(**changes)
    clearance = gate.clear(doc, gate.check(doc, TODAY), decision())
    gate.issue(doc, clearance, number="景政发〔2026〕5号", issued_on=TODAY)
    return clearance


def _push(gate: Gate, folder: Path) -> StaticSite:
    site = StaticSite(folder / "site")
    assert gate.outbox is not None
    Worker(gate.outbox, [site], Random(0)).run(lambda: NOW)
    return site


def _lines(site: StaticSite) -> Sequence[Line]:
    """What is public."""
    return site.store.find(Query()).lines


def test_a_notice_goes_from_draft_to_column_and_the_register_proves_it(issuing: Gate, tmp_path: Path) -> None:
    _issue(issuing, text=f"供热咨询找王工，身份证{_ID}。")
    site = _push(issuing, tmp_path)
    [item] = _lines(site)
    assert item.label == "部分公开"
    page = next((tmp_path / "site/public/items").iterdir()).read_text(encoding="utf-8")
    assert "61*************017" in page
    assert "景政发〔2026〕5号" in page
    everything = b"".join(path.read_bytes() for path in (tmp_path / "site").rglob("*") if path.is_file())
    assert _ID.encode() not in everything
    assert issuing.register is not None
    assert [entry.event for entry in issuing.register.entries()] == ["cleared", "issued"]
    assert issuing.register.verify().ok


def test_withdrawn_items_are_gone_from_the_column(issuing: Gate, tmp_path: Path) -> None:
    _issue(issuing)
    site = _push(issuing, tmp_path)
    assert len(_lines(site)) == 1
    issuing.withdraw(
        {
            "document_id": "doc-1",
            "reason": "数据有误，更正后重新发布",
            "by": "公开办",
            "withdrawn_on": "2026-11-24",
        }
    )
    _push(issuing, tmp_path)
    assert _lines(site) == []
    [page] = (tmp_path / "site/public/items").iterdir()
    assert "数据有误，更正后重新发布" in page.read_text(encoding="utf-8")
    everything = b"".join(path.read_bytes() for path in (tmp_path / "site").rglob("*") if path.is_file())
    assert "冬季供热".encode() not in everything
    with pytest.raises(IssueRefused, match="E-ALREADY"):
        issuing.withdraw(
            {"document_id": "doc-1", "reason": "再次撤回", "by": "公开办", "withdrawn_on": "2026-11-24"}
        )
    with pytest.raises(IssueRefused, match="E-UNKNOWN-DOCUMENT"):
        issuing.withdraw(
            {"document_id": "never", "reason": "没有这份", "by": "公开办", "withdrawn_on": "2026-11-24"}
        )


def test_what_is_for_the_village_never_reaches_the_web(issuing: Gate, tmp_path: Path) -> None:
    _issue(
        issuing,
        kind="名单公示",
        domain="social_assistance",
        item="最低生活保障/审核信息",
        text="序号 姓名\n1 甲某",
        proposed={"status": "proactive"},
    )
    site = _push(issuing, tmp_path)
    assert _lines(site) == []
    assert issuing.outbox is not None
    assert [
        (row.channel, row.audience, row.state) for row in issuing.outbox.rows() if row.action == "publish"
    ] == [("village_board", "village", "manual")]


def test_reissued_as_withheld_takes_the_earlier_version_away(issuing: Gate, tmp_path: Path) -> None:
    _issue(issuing)
    site = _push(issuing, tmp_path)
    assert len(_lines(site)) == 1
    _issue(issuing, facts={"secrecy_review": "passed", "endangers_security": "whole"}, proposed=None)
    _push(issuing, tmp_path)
    assert _lines(site) == []


@pytest.mark.parametrize(
    ("changes", "decided", "codes"),
    [
        ({"facts": {}}, {}, {"E-REVIEW-PENDING"}),
        ({}, {"secrecy_review": "failed"}, {"E-REVIEW-FAILED"}),
        ({}, {"reviewer": "拟稿人"}, {"E-TWO-PERSONS"}),
        ({}, {"reviewer": "拟稿 人\u3000\u200b"}, {"E-TWO-PERSONS"}),
        ({}, {"drafter": "Li Lei", "reviewer": "ＬＩ ＬＥＩ"}, {"E-TWO-PERSONS"}),
        ({}, {"signer": " \u3000\u200b"}, {"E-FIELD-MISSING"}),
        ({"text": f"身份证{_ID}"}, {"status": "proactive"}, {"E-MORE-OPEN"}),
        ({}, {"status": "withheld"}, {"E-MORE-CLOSED"}),
        ({}, {"status": "withheld", "reason_code": "其他", "statement": "其他"}, {"E-MORE-CLOSED"}),
        ({}, {"status": "on_request", "reason_code": "R15-1", "statement": "涉及企业经营情况"}, {"E-MORE-CLOSED"}),
        ({"kind": "通知", "facts": _NORMATIVE}, {"status": "withheld", "reason_code": "R16-1", "statement": "属于内部工作流程安排"}, {"E-MUST-PUBLISH"}),
        ({"kind": "通知", "facts": {**_NORMATIVE, "legality_review": False}}, {}, {"E-OBLIGATION"}),
        ({"facts": {"secrecy_review": "passed", "classified": "whole"}}, {"status": "proactive"}, {"E-MORE-OPEN"}),
        ({"facts": {"secrecy_review": "passed", "trade_secret": "whole"}}, {"status": "on_request"}, {"E-MORE-OPEN"}),
        ({"facts": {"secrecy_review": "passed", "tender_secret": "committee"}, "dates": {"result": "2026-12-15"}}, {"publish_on": "2026-12-01"}, {"E-NOT-BEFORE"}),
    ],
)  # fmt: skip
def test_clearing_is_refused(
    issuing: Gate, changes: dict[str, Any], decided: dict[str, Any], codes: set[str]
) -> None:
    doc = document(**changes)
    with pytest.raises(ClearanceRefused) as caught:
        issuing.clear(doc, issuing.check(doc, TODAY), decision(**decided))
    assert _codes(caught.value) == codes
    assert issuing.register is not None
    assert issuing.register.head()[0] == 0


@pytest.mark.parametrize(
    ("changes", "decided", "kind", "events"),
    [
        ({"kind": "请示"}, {"status": "proactive"}, "more_open", ["cleared", "departed"]),
        ({}, {"status": "withheld", "reason_code": "R14-3", "statement": "公开调度细节可能影响供热设施安全"}, "more_closed", ["cleared", "departed"]),
        ({"facts": {}}, {"secrecy_review": "passed"}, "none", ["cleared"]),
    ],
)  # fmt: skip
def test_departures_the_law_allows_are_events_of_their_own(
    issuing: Gate, changes: dict[str, Any], decided: dict[str, Any], kind: str, events: list[str]
) -> None:
    doc = document(**changes)
    clearance = issuing.clear(doc, issuing.check(doc, TODAY), decision(**decided))
    assert clearance.departure == kind
    assert issuing.register is not None
    assert [entry.event for entry in issuing.register.entries()] == events


def test_a_held_document_cannot_be_cleared(issuing: Gate) -> None:
    doc = document(kind="通知")
    with pytest.raises(ClearanceRefused, match="E-HELD"):
        issuing.clear(doc, issuing.check(doc, TODAY), decision())


def test_a_determination_that_was_altered_is_refused(issuing: Gate) -> None:
    doc = document(kind="请示")
    forged = issuing.check(doc, TODAY).model_copy(update={"status": Status.PROACTIVE})
    with pytest.raises(ClearanceRefused, match="E-STALE"):
        issuing.clear(doc, forged, decision())


def test_an_incomplete_decision_is_told(issuing: Gate) -> None:
    doc = document()
    with pytest.raises(InputError) as caught:
        issuing.clear(doc, issuing.check(doc, TODAY), {"drafter": "拟稿人"})
    assert {flaw.where for flaw in caught.value.flaws} == {"/reviewer", "/signer"}


def test_issue_refuses_changed_used_expired_and_foreign_clearances(issuing: Gate, tmp_path: Path) -> None:
    doc = document()
    clearance = issuing.clear(doc, issuing.check(doc, TODAY), decision())
    with pytest.raises(IssueRefused, match="E-CHANGED"):
        issuing.issue(document(text="改动过的正文。"), clearance, issued_on=TODAY)
    with pytest.raises(IssueRefused, match="E-CLEARANCE"):
        issuing.issue(document(id="doc-2"), clearance, issued_on=TODAY)
    with pytest.raises(IssueRefused, match="E-CLEARANCE"):
        issuing.issue(doc, clearance.model_copy(update={"status": Status.WITHHELD}), issued_on=TODAY)
    with pytest.raises(IssueRefused, match="E-CLEARANCE"):
        issuing.issue(doc, clearance, issued_on=clearance.expires_on + timedelta(1))
    (tmp_path / "other").mkdir()
    with gate_with_register(tmp_path / "other") as other, pytest.raises(IssueRefused, match="E-CLEARANCE"):
        other.issue(doc, clearance, issued_on=TODAY)
    issuing.issue(doc, clearance, issued_on=TODAY)
    with pytest.raises(IssueRefused, match="E-CLEARANCE-USED"):
        issuing.issue(doc, clearance, issued_on=TODAY)


def test_a_clearance_that_has_expired_is_not_revived_by_an_earlier_day(tmp_path: Path) -> None:
    now = NOW
    with gate_with_register(tmp_path, now=lambda: now) as gate:
        clearance = gate.clear(document(), gate.check(document(), TODAY), decision())
        now = NOW + timedelta(31)
        with pytest.raises(IssueRefused, match="E-CLEARANCE"):
            gate.issue(document(), clearance, issued_on=TODAY)


@pytest.mark.parametrize(
    ("at_clearing", "at_issue"),
    [  # the village's board, then the web; names masked, then shown
        ({"domain": "social_assistance", "item": "最低生活保障/审核信息"}, {}),
        ({"domain": "budget"}, {"domain": "social_assistance", "item": "最低生活保障/审核信息"}),
    ],
)
def test_what_was_cleared_is_not_shown_to_more_people_or_with_fewer_masks(
    issuing: Gate, at_clearing: dict[str, Any], at_issue: dict[str, Any]
) -> None:
    listed = {
        "kind": "名单公示",
        "text": f"序号 姓名 身份证号\n1 沐云 {_ID}",
        "proposed": {"status": "partial"},
    }
    cleared, issued = document(**listed, **at_clearing), document(**listed, **at_issue)
    clearance = issuing.clear(cleared, issuing.check(cleared, TODAY), decision())
    assert issuing.check(issued, TODAY).status is clearance.status
    assert issuing.check(issued, TODAY).content_digest == clearance.content_digest
    with pytest.raises(IssueRefused, match="E-STALE"):
        issuing.issue(issued, clearance, issued_on=TODAY)
    issuing.issue(cleared, clearance, issued_on=TODAY)


@pytest.mark.parametrize(
    ("moved", "refused"),
    [((-2, 0), False), ((0, 3), False), ((1, 0), True), ((0, -1), True), ((30, 30), True)],
)
def test_a_span_found_longer_since_the_clearance_is_masked_all_the_same(
    issuing: Gate, moved: tuple[int, int], *, refused: bool
) -> None:
    cleared = issuing.check(document(text=f"联系人身份证号：{_ID}，请知悉。"), TODAY)
    [masked] = cleared.redactions
    span = {"start": masked.start + moved[0], "end": masked.end + moved[1]}
    fresh = cleared.model_copy(update={"redactions": (masked.model_copy(update=span),)})
    with pytest.raises(IssueRefused, match="E-STALE") if refused else nullcontext():
        _check_no_wider(fresh, cleared)


def test_a_clearance_from_before_a_withdrawal_is_void(issuing: Gate) -> None:
    doc = document()
    first, second = (issuing.clear(doc, issuing.check(doc, TODAY), decision()) for _ in range(2))
    issuing.issue(doc, first, issued_on=TODAY)
    issuing.withdraw({"document_id": "doc-1", "reason": "有误", "by": "公开办", "withdrawn_on": "2026-11-24"})
    with pytest.raises(IssueRefused, match="E-CLEARANCE-USED"):
        issuing.issue(doc, second, issued_on=TODAY)
    third = issuing.clear(doc, issuing.check(doc, TODAY), decision())
    assert issuing.issue(doc, third, issued_on=TODAY).version == 3


def test_what_was_cleared_to_wait_is_not_shown_at_once(issuing: Gate) -> None:
    secret = {"secrecy_review": "passed", "tender_secret": "committee"}
    waits, known = document(facts=secret), document(facts=secret, dates={"result": "2026-12-15"})
    clearance = issuing.clear(waits, issuing.check(waits, TODAY), decision())
    at_once = document()
    assert issuing.check(at_once, TODAY).status is clearance.status
    with pytest.raises(IssueRefused, match="E-STALE"):
        issuing.issue(at_once, clearance, issued_on=TODAY)
    [publication] = issuing.issue(known, clearance, issued_on=TODAY).publications
    assert publication.not_before == date(2026, 12, 15)


def test_issue_refuses_when_the_law_of_the_day_decides_differently(tmp_path: Path) -> None:
    start = date(2025, 12, 20)
    now = NOW.replace(year=2025, month=12, day=20)
    with gate_with_register(tmp_path, now=lambda: now) as gate:
        doc = document(
            kind="行政处罚决定", text="根据《中华人民共和国治安管理处罚法》处罚。",
            facts={"secrecy_review": "passed", "social_impact": True}, dates={"signed": "2025-12-19"},
        )  # fmt: skip
        clearance = gate.clear(doc, gate.check(doc, start), decision(done=["D-JUDGEMENT"]))
        assert clearance.status is Status.PROACTIVE
        with pytest.raises(IssueRefused, match="E-STALE"):
            gate.issue(doc, clearance, issued_on=date(2026, 1, 2))


def test_without_a_register_the_gate_only_checks(gate: Gate) -> None:
    doc = document()
    determination = gate.check(doc, TODAY)
    assert determination.status is Status.PROACTIVE
    with pytest.raises(NotReady, match="E-NO-REGISTER"):
        gate.clear(doc, determination, decision())


@pytest.mark.law(7)
def test_a_secret_mark_leaves_no_trace_of_the_text(issuing: Gate, tmp_path: Path) -> None:
    canary = "金丝雀六零三"
    with capture_logs() as logs:
        determination = issuing.check(document(text=f"机密★10年\n{canary}"), TODAY)
    assert [held.code for held in determination.held] == ["H-SECRET"]
    assert determination.content_digest is None
    assert canary not in determination.model_dump_json()
    assert canary not in str(logs)
    assert [entry["event"] for entry in logs] == ["secret_mark"]
    assert all(canary.encode() not in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


@pytest.mark.law(3)
@given(
    kind=st.sampled_from(["公告", "通知", "请示", "行政处罚决定", "预算"]),
    text=st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=200).filter(
        str.strip
    ),
    facts=st.dictionaries(
        st.sampled_from(["normative_document", "wide_public_interest", "social_impact"]), st.booleans()
    ),
)
def test_the_same_input_gives_the_same_bytes(
    gate: Gate, kind: str, text: str, facts: dict[str, bool]
) -> None:
    doc = data(kind=kind, text=text, facts=facts)
    first, second = gate.check(doc, TODAY), Gate.check(gate, dict(reversed(doc.items())), TODAY)
    assert first.model_dump_json() == second.model_dump_json()


def test_another_gate_gives_the_same_bytes(gate: Gate) -> None:
    with Gate.open(plugins=()) as other:
        assert (
            other.check(document(), TODAY).model_dump_json()
            == gate.check(document(), TODAY).model_dump_json()
        )


def test_questions_are_the_fewest_that_settle(gate: Gate) -> None:
    asked = gate.check(data(kind="通知"), TODAY)
    assert {question.fact for question in asked.questions} == {"normative_document", "wide_public_interest"}
    one = gate.check(data(kind="通知", facts={"normative_document": False}), TODAY)
    assert [question.fact for question in one.questions] == ["wide_public_interest"]
    assert gate.check(data(kind="通知", facts={"normative_document": True}), TODAY).questions == ()
    assert gate.check(data(kind="请示"), TODAY).questions == ()


def test_parts_to_be_separated_on_request_are_named(gate: Gate) -> None:
    facts = {"secrecy_review": "passed", "trade_secret": "separable", "wide_public_interest": False}
    determined = gate.check(data(kind="其他", facts=facts), TODAY)
    assert determined.status is Status.ON_REQUEST
    assert not any(reason.effect == "exempt" for reason in determined.reasons)
    assert [each.code for each in determined.warnings if each.where.startswith("national/")] == ["W-SEPARATE"]


def test_an_explanation_tells_every_rule_with_the_clause_that_decided_it(gate: Gate) -> None:
    explanation = gate.explain(
        data(kind="请示", facts={"process_concluded": True, "wide_public_interest": False}), TODAY
    )
    rules = {each.rule: each for each in explanation.rules}
    assert rules["national/process-material"].outcome == "false"
    assert rules["national/process-material"].clause == "unless process_concluded = true"
    assert rules["national/state-secret"].clause == "classified = whole"
    assert {fact.name: fact.source for fact in explanation.facts}["process_material"] == "presumed"
    changes = {(each.fact, each.value): each.status for each in explanation.counterfactuals}
    assert changes["wide_public_interest", True] is Status.PROACTIVE
    assert changes["classified", "whole"] is Status.WITHHELD


def test_a_declared_fact_the_text_speaks_against_must_be_confirmed(gate: Gate) -> None:
    doc = data(
        kind="行政处罚决定",
        text="根据《中华人民共和国治安管理处罚法》处罚。",
        facts={"public_order_penalty": False, "social_impact": True},
    )
    determination = gate.check(doc, TODAY)
    assert "W-FACT-DISAGREES" in {each.code for each in determination.warnings}
    assert "D-CONFIRM" in {each.code for each in determination.obligations}


def test_a_deadline_past_the_published_calendar_is_provisional_and_says_so(gate: Gate) -> None:
    determination = gate.check(data(formed_on="2026-12-20"), date(2026, 12, 20))
    [publication] = determination.publications
    assert publication.provisional
    assert publication.due_on is not None
    assert "W-CALENDAR" in {each.code for each in determination.warnings}


def test_quotations_are_listed_with_their_places(gate: Gate) -> None:
    text = "按照《关于风险研判的通报》（景市应急发〔2026〕52号，此件不公开）办理。"
    [held] = gate.check(data(text=text, facts={"quotes_nonpublic": True}), TODAY).held
    assert held.code == "H-QUOTE"
    [place] = held.places
    assert place.startswith("text[")
    assert "〔2026〕52号" in place


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("按照《关于风险研判的通报》（景市应急发〔2026〕52号，此件不公开）办理。", True),
        ("按照景市应急发〔2026〕52号（此件不公开）办理。", True),
        ("按照《关于风险研判的通报》（景市应急发〔2026〕52号，不予公开）办理。", True),
        ("按照《关于风险研判的通报》（此件不公开）办理。", True),
        ("按照《关于风险研判的通报》（景市应急发〔2026〕52号）办理。", False),
        ("按照《关于风险研判的通报》（景市应急发〔2026〕52号，此件公开发布）办理。", False),
        ("按照《关于风险研判的通报》办理。\n（此件不公开）", False),  # the note of the paper itself
        ("按照《不予公开政府信息工作规程》办理。", False),
    ],
)
def test_a_text_that_says_so_itself_quotes_a_document_that_is_not_public(
    gate: Gate, text: str, *, quoted: bool
) -> None:
    assert ("H-QUOTE" in {each.code for each in gate.check(data(text=text), TODAY).held}) is quoted
    declared = gate.check(data(text=text, facts={"quotes_nonpublic": False}), TODAY)
    assert ("D-CONFIRM" in {each.code for each in declared.obligations}) is quoted


def test_a10_a_quashed_penalty_is_withdrawn_within_three_working_days(issuing: Gate, tmp_path: Path) -> None:
    facts = {"secrecy_review": "passed", "social_impact": True}
    issued = document(
        kind="行政处罚决定", text="对某厂罚款二万元。", facts=facts, dates={"concluded": "2026-11-20"}
    )
    determined = issuing.check(issued, TODAY)
    [duty] = [each for each in determined.obligations if each.code == "D-WITHDRAW"]
    assert duty.due_on == date(2026, 11, 25)  # the third working day after Friday the 20th
    standing = issuing.check(document(kind="行政处罚决定", text="对某厂罚款二万元。", facts=facts), TODAY)
    [duty] = [each for each in standing.obligations if each.code == "D-WITHDRAW"]
    assert duty.due_on is None  # not quashed: no day to withdraw it by
    clearance = issuing.clear(issued, determined, decision(done=["D-JUDGEMENT"]))
    issuing.issue(issued, clearance, number="景环罚〔2026〕5号", issued_on=TODAY)
    site = _push(issuing, tmp_path)
    assert len(_lines(site)) == 1
    issuing.withdraw(
        {"document_id": "doc-1", "reason": "行政复议决定撤销", "by": "法制科", "withdrawn_on": "2026-11-24"}
    )
    assert issuing.outbox is not None
    Worker(issuing.outbox, [site], Random(0)).run(lambda: NOW)
    assert _lines(site) == []
    assert issuing.register is not None
    assert [entry.event for entry in issuing.register.entries()] == ["cleared", "issued", "withdrawn"]


def test_a_file_goes_to_the_column_as_a_public_copy(issuing: Gate, tmp_path: Path) -> None:
    content = base64.b64encode(office.workbook([["姓名", "身份证号"], ["沐云", _ID]])).decode()
    _issue(issuing, files=[{"name": f"{_ID}.xlsx", "content": content}])
    site = _push(issuing, tmp_path)
    [published] = (tmp_path / "site/public/files").rglob("*.xlsx")
    everything = b"".join(office.unzipped(published.read_bytes()).values())
    assert _ID.encode() not in everything
    page = next((tmp_path / "site/public/items").iterdir()).read_text(encoding="utf-8")
    assert published.name in page
    assert _ID not in page
    issuing.withdraw({"document_id": "doc-1", "reason": "重发", "by": "办公室", "withdrawn_on": "2026-11-24"})
    assert issuing.outbox is not None
    Worker(issuing.outbox, [site], Random(0)).run(lambda: NOW)
    assert list((tmp_path / "site/public/files").rglob("*.xlsx")) == []


def test_a23_a_workbook_with_a_hidden_sheet_of_identifiers_is_held(gate: Gate) -> None:
    content = base64.b64encode(office.workbook_with({"hidden sheet": _ID})).decode()
    determined = gate.check(document(files=[{"name": "附件.xlsx", "content": content}]), TODAY)
    assert determined.status is None
    [held] = determined.held
    assert held.code == "H-UNREADABLE"
    assert "隐藏" in held.message.zh
    assert _ID not in determined.model_dump_json()
    copies = gate.redact(document(files=[{"name": "附件.xlsx", "content": content}]), TODAY)
    assert _ID.encode() not in b"".join(office.unzipped(copies.files[1].content).values())


def test_a_public_item_names_no_document_before_its_own_day(issuing: Gate) -> None:
    def issue(name: str, day: date | None, *related: str) -> None:
        doc = document(id=name)
        clearance = issuing.clear(doc, issuing.check(doc, TODAY), decision(publish_on=day))
        relations = [{"kind": "interprets", "document_id": each} for each in related]
        issuing.issue(doc, clearance, issued_on=TODAY, listing={"relations": relations})

    later = TODAY + timedelta(7)
    issue("now", None)
    issue("later", later)
    issue("early", None, "now", "later")
    issue("together", later, "now", "later")
    assert issuing.outbox is not None
    told = {
        each.document_id: [one.document_id for one in each.item().relations]
        for each in issuing.outbox.expected()
    }
    assert (told["early"], told["together"]) == (["now"], ["now", "later"])
    assert issuing.register is not None
    assert issuing.register.verify().ok
