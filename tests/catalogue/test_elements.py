"""Content elements: what a guide must say, and what happens where it does not."""

from __future__ import annotations

import pytest

from disclosure_gate import Gate
from disclosure_gate.model import ClearanceRefused
from factories import TODAY, decision, document

_WHOLE = (
    "一、设定依据：《城市道路管理条例》。二、受理机构：区住建局窗口。三、申请条件：略。四、办理流程：申请、受理、审查、决定。"
    "五、办理时限：十个工作日。六、申请材料：申请书。"
)
_FACTS = {"secrecy_review": "passed"}


def _codes(gate: Gate, **changes: object) -> tuple[set[str], set[str]]:
    it = gate.check(document(kind="办事指南", facts=_FACTS, **changes), TODAY)
    return {each.code for each in it.warnings}, {each.code for each in it.obligations}


def test_a_guide_that_says_everything_is_not_remarked_on(gate: Gate) -> None:
    warnings, obligations = _codes(gate, text=_WHOLE)
    assert "W-ELEMENTS" not in warnings
    assert "D-ELEMENTS" not in obligations


@pytest.mark.parametrize(
    ("gone", "name"), [("办理流程", "程序"), ("申请材料：申请书", "材料"), ("办理时限：十个工作日", "时限")]
)
def test_what_is_missing_is_named(gate: Gate, gone: str, name: str) -> None:
    it = gate.check(document(kind="办事指南", facts=_FACTS, text=_WHOLE.replace(gone, "略")), TODAY)
    [warning] = [each for each in it.warnings if each.code == "W-ELEMENTS"]
    assert name in warning.message.zh


def test_a_guide_to_a_licence_is_not_cleared_without_its_elements(issuing: Gate) -> None:
    guide = document(
        kind="办事指南",
        facts=_FACTS,
        domain="municipal_services",
        item="市政设施建设类审批/占用、挖掘城市道路",
        text="欢迎来办理。",
    )
    determined = issuing.check(guide, TODAY)
    assert "D-ELEMENTS" in {each.code for each in determined.obligations}
    with pytest.raises(ClearanceRefused):
        issuing.clear(guide, determined, decision())
    whole = document(
        kind="办事指南",
        facts=_FACTS,
        domain="municipal_services",
        item="市政设施建设类审批/占用、挖掘城市道路",
        text=_WHOLE,
    )
    issuing.clear(whole, issuing.check(whole, TODAY), decision())


def test_a_likely_item_is_shown_where_none_is_named(gate: Gate) -> None:
    it = gate.check(document(title="关于最低生活保障审核信息的公告", domain="social_assistance"), TODAY)
    [warning] = [each for each in it.warnings if each.code == "W-ITEM"]
    assert "最低生活保障/审核信息" in warning.message.zh
    named = gate.check(
        document(
            title="关于最低生活保障审核信息的公告", domain="social_assistance", item="最低生活保障/审核信息"
        ),
        TODAY,
    )
    assert "W-ITEM" not in {each.code for each in named.warnings}
