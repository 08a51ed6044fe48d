"""Rules and rows as sentences: no code of the engine is left in them, and each reads one way only."""

from __future__ import annotations

import re

import pytest

from disclosure_gate import Gate
from disclosure_gate.catalogue.book import sentence as row_sentence
from disclosure_gate.model.labels import cited
from disclosure_gate.rules.wording import sentence

_ENGLISH_IN_CHINESE = re.compile(r"[a-z]{2,}")


def test_no_code_of_the_engine_is_left_in_a_sentence(gate: Gate) -> None:
    parts = gate.parts
    items = {row.id: row.path for row in parts.catalogue.rows()}
    for rule in parts.rules.rules:
        zh, en = (sentence(rule, parts.rules.vocabulary, lang, items) for lang in ("zh", "en"))
        # Chinese sentences hold codes of reasons such as R14-2 and H-OWNER, and no English word
        assert not _ENGLISH_IN_CHINESE.search(zh), zh
        assert not re.search(r"[a-z]+_[a-z_]+", en), en
        assert zh.endswith("。")
        assert en.endswith(".")
        assert "：是" not in zh
    for row in parts.catalogue.rows():
        told = row_sentence(row, "zh")
        assert not re.search(r"[a-z]+_[a-z_]+|working_day|public", told), told
        assert row.path in told


@pytest.mark.parametrize(
    ("rule", "zh", "en"),
    [
        ("national/process-material", "属于过程稿、磋商信函或者请示报告的，除非所属的过程已经结束，整件可以不予公开（过程性信息 R16-2）。", "Where it is a draft, a consultation letter or a request or report, unless the process it belongs to has ended, the whole may be withheld (process material R16-2)."),
        ("national/state-secret", "整件为国家秘密的，整件不予公开（依法确定为国家秘密 R14-1）。", "Where the whole of it is a state secret, the whole is withheld (lawfully classified state secret R14-1)."),
        ("national/ask-the-third-party", "（含有商业秘密，或者涉及个人隐私），并且尚未征求第三方意见的，除非本机关认定不公开会对公共利益造成重大影响，发出后应当办理：书面征求第三方意见（自认定之日起15个工作日内）。", "Where (either it holds trade secrets or it touches a person's privacy) and the third party has not been asked, unless the organ finds that withholding would gravely affect the public interest, after issuing: ask the third party in writing (within 15 working days of the determination)."),
        ("national/public-order-penalty-sealed", "文种为行政处罚决定，并且属于治安管理处罚的，整件不予公开（法律、行政法规禁止公开 R14-2）。", "Where the kind of document is 行政处罚决定 and it is a public-order penalty, the whole is withheld (publication forbidden by law or administrative regulation R14-2)."),
        ("domains/public_legal_services/legal-aid-to-the-parties", "属于法律援助决定书或者指派通知书的，只向当事人、申请人公开，不上网站。", "Where it is a legal-aid decision or notice of assignment, it is for the parties only and does not go to the web."),
        ("domains/food_drug/warnings-are-not-shown", "文种为行政处罚决定，并且市场监管处罚仅为警告的，不再因任何规定应当主动公开。", "Where the kind of document is 行政处罚决定 and the market penalty is a warning only, no duty to publish it remains."),
        ("domains/land_compensation/the-web-waits-for-the-approval", "目录事项为“征地法定公告/征地法定公告汇总”、“征地审查报批/报批材料”，或者属于批准之前的征收土地预公告的，批准之前不得公开。", "Where the catalogue item is “征地法定公告/征地法定公告汇总” or “征地审查报批/报批材料” or it is the notice, before the approval, that land is to be taken, it is not published before the approval."),
    ],
)  # fmt: skip
def test_a_rule_reads_as_a_sentence(gate: Gate, rule: str, zh: str, en: str) -> None:
    parts = gate.parts
    items = {row.id: row.path for row in parts.catalogue.rows()}
    found = parts.rules.rule(rule)
    assert found is not None
    assert [sentence(found, parts.rules.vocabulary, lang, items) for lang in ("zh", "en")] == [zh, en]


def test_a_row_reads_as_a_sentence(gate: Gate) -> None:
    row = gate.parts.catalogue.get("land_compensation/pre-notice")
    assert row is not None
    zh, en = row_sentence(row, "zh"), row_sentence(row, "en")
    assert "对象为特定群众，渠道为村、社区公示栏" in zh
    assert (
        "其后向全社会公开，渠道为政府信息公开专栏，自收到批准文件之日起（没有该日期的，自批准之日起）10个工作日内，批准之前不得公开"
        in zh
    )
    assert "then to everybody through the disclosure column of the web site" in en


@pytest.mark.parametrize(
    ("law", "title", "article", "cited_as"),
    [
        ("penalty_law", "中华人民共和国行政处罚法", "48", "《中华人民共和国行政处罚法》第48条"),
        ("ogi_regulation", "政府信息公开条例", "20(6)", "《政府信息公开条例》第20条第（6）项"),
        ("ogi_regulation", "政府信息公开条例", "16(2)", "《政府信息公开条例》第16条第2款"),
        ("gbf_2015_51", "国办发〔2015〕51号文件", "18", "国办发〔2015〕51号文件第（18）项"),
        ("infectious_disease_law", "传染病防治法", "", "《传染病防治法》"),
    ],
)
def test_a_provision_is_cited_as_papers_cite_it(law: str, title: str, article: str, cited_as: str) -> None:
    assert cited(law, title, article) == cited_as
