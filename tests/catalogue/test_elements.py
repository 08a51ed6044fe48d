"""Content elements: what a guide must say, and what happens where it does not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from disclosure_gate import Gate
from disclosure_gate.catalogue.elements import load
from disclosure_gate.law.registry import LawRegistry
from disclosure_gate.model import ClearanceRefused, RulesetError
from factories import RULESETS, TODAY, decision, document

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


_PAPERS: dict[str, tuple[dict[str, object], str, dict[str, str]]] = {
    # sort of paper: the document, a text that says everything, and by element what to take out of it
    "proof": (
        {"kind": "公告", "title": "景明区证明事项清单"},
        "设定依据：《某条例》。索要单位：区人社局。开具单位：社区。办理方式：网上核验。",
        {"索要单位": "索要单位：区人社局", "依据": "设定依据：《某条例》", "办理方式": "办理方式：网上核验"},
    ),
    "benefit": (
        {"kind": "公告", "title": "关于高龄津贴申领公告", "domain": "elderly_care", "item": "业务办理/老年人补贴"},
        "对象：八十周岁以上老人。标准：每月一百元。流程：申请、审核、发放。材料：身份证件。咨询电话：0919-6180001。",
        {"标准": "标准：每月一百元", "程序": "流程：申请、审核、发放", "咨询监督": "咨询电话：0919-6180001", "材料": "材料：身份证件"},
    ),
    "department budget": (
        {"kind": "预算", "title": "区水务局部门预算", "domain": "budget", "item": "部门预算"},
        "收支总表；机构设置；机关运行经费；政府采购；绩效；国有资产。",
        {"机关运行经费": "机关运行经费；", "绩效": "绩效；"},
    ),
    "three public expenses": (
        {"kind": "决算", "title": "三公经费说明", "domain": "budget", "item": "“三公”经费"},
        "因公出国（境）费；公务用车购置费；公务用车运行费；公务接待费；增减说明。",
        {"公务用车运行费": "公务用车运行费；", "增减说明": "增减说明"},
    ),
    "interpretation": (
        {"kind": "政策解读", "title": "某办法政策解读"},
        "出台背景：略。主要内容：略。",
        {"主要内容": "主要内容：略"},
    ),
    "recruitment": (
        {"kind": "公告", "title": "2026年公开招聘公告"},
        "招聘岗位、人数和条件见附表。",
        {"职位": "岗位、", "名额": "人数"},
    ),
    "assistance guide": (
        {"kind": "公告", "title": "低保办理", "domain": "social_assistance", "item": "最低生活保障/办事指南"},
        "事项、条件、标准、材料、流程、时间地点、联系方式。",
        {"时间地点": "时间地点、", "联系方式": "联系方式"},
    ),
}  # fmt: skip
_DUTIES: dict[str, tuple[dict[str, object], str, dict[str, str], str]] = {
    # sort of paper: the document, the whole text, what to take out, and the law that makes it a duty
    "expropriation": (
        {"kind": "公告", "title": "房屋征收决定公告", "domain": "house_expropriation", "item": "征收/房屋征收决定公告"},
        "补偿方案附后。不服的可以申请行政复议或者提起行政诉讼。",
        {"救济": "可以申请行政复议或者提起行政诉讼", "补偿方案": "补偿方案附后"}, "expropriation_regulation",
    ),
    "land plan": (
        {"kind": "公告", "title": "征地补偿安置方案公告", "domain": "land_compensation", "item": "征地前期准备/征地补偿安置方案公告"},
        "补偿登记方式和期限见附件。异议可以反馈。补偿标准、安置、登记。",
        {"反馈渠道": "异议可以反馈"}, "land_regulation",
    ),
    "unit budget": (
        {"kind": "预算", "title": "区图书馆单位预算", "domain": "budget", "item": "单位预算"},
        "按功能分类公开到项，基本支出按经济分类公开到款。",
        {"经济分类": "经济分类"}, "budget_regulation",
    ),
    "annual report": (
        {"kind": "公告", "title": "景明区2026年政府信息公开工作年度报告"},
        "主动公开情况；收到和处理申请情况；行政复议、行政诉讼情况；存在的主要问题及改进情况。",
        {"问题改进": "存在的主要问题及改进情况", "复议诉讼": "行政复议、行政诉讼情况"}, "ogi_regulation",
    ),
    "disclosure guide": (
        {"kind": "公告", "title": "景明区政府信息公开指南"},
        "信息分类和编排体系；获取方式；工作机构；电话、地址、传真。",
        {"联系方式": "电话、地址、传真", "获取方式": "获取方式"}, "ogi_regulation",
    ),
    "draft decision": (
        {"kind": "公告", "title": "关于重大行政决策草案征求意见的公告"},
        "起草说明附后。征求意见截止日期：2026年12月24日。意见请反馈至区政府办公室。",
        {"起草说明": "起草说明附后", "期限": "截止日期：2026年12月24日"}, "decision_regulation",
    ),
}  # fmt: skip


@pytest.mark.parametrize("sort", sorted(_PAPERS))
def test_every_sort_of_paper_is_asked_for_its_elements(gate: Gate, sort: str) -> None:
    given, text, parts = _PAPERS[sort]
    whole = gate.check(document(facts=_FACTS, text=text, **given), TODAY)
    assert "W-ELEMENTS" not in {each.code for each in whole.warnings}, whole.warnings
    for element, words in parts.items():
        it = gate.check(document(facts=_FACTS, text=text.replace(words, "略"), **given), TODAY)
        [warning] = [each for each in it.warnings if each.code == "W-ELEMENTS"]
        assert element in warning.message.zh
        assert "D-ELEMENTS" not in {each.code for each in it.obligations}  # no law makes it a duty


@pytest.mark.parametrize("sort", sorted(_DUTIES))
def test_where_a_law_makes_them_a_duty_the_paper_is_not_cleared(issuing: Gate, sort: str) -> None:
    given, text, parts, law = _DUTIES[sort]
    whole = document(facts=_FACTS, text=text, **given)
    assert "D-ELEMENTS" not in {each.code for each in issuing.check(whole, TODAY).obligations}
    for element, words in parts.items():
        paper = document(facts=_FACTS, text=text.replace(words, "略"), **given)
        determined = issuing.check(paper, TODAY)
        [duty] = [each for each in determined.obligations if each.code == "D-ELEMENTS"]
        assert element in duty.message.zh
        assert [each.law for each in duty.basis] == [law]
        with pytest.raises(ClearanceRefused):
            issuing.clear(paper, determined, decision())


def test_a_duty_begins_with_its_law(gate: Gate) -> None:
    given, text, _, _ = _DUTIES["draft decision"]
    paper = document(facts=_FACTS, text=text.replace("起草说明附后", "略"), formed_on=None, **given)
    codes = {
        day: {each.code for each in gate.check(paper, day).obligations}
        for day in (date(2019, 8, 31), date(2019, 9, 1))
    }
    assert "D-ELEMENTS" not in codes[date(2019, 8, 31)]
    assert "D-ELEMENTS" in codes[date(2019, 9, 1)]


def test_what_is_wrong_in_an_elements_file_is_told_at_its_place(tmp_path: Path) -> None:
    path = tmp_path / "x" / "elements.yaml"
    path.parent.mkdir()
    path.write_text(
        "papers:\n  - id: one\n    title: {zh: 一, en: one}\n    kinds: [预算书]\n    elements: [依据]\n    duty: [{law: licensing_laws}]\n",
        encoding="utf-8",
    )
    with pytest.raises(RulesetError) as refused:
        load([path], LawRegistry.load(RULESETS / "national" / "laws.yaml"), ["budget/debt"])
    assert [(flaw.code, flaw.where) for flaw in refused.value.flaws] == [
        ("E-RULE-VALUE", "x/elements.yaml:4:5"),
        ("E-LAW-REFERENCE", "x/elements.yaml:6:5"),
    ]
