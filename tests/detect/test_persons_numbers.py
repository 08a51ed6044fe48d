"""Numbers without a form of their own: a person's where a word for a number and a name, or a name alone, stand with them."""

from __future__ import annotations

import pytest

from disclosure_gate.detect import Scanner, built_in_detectors
from disclosure_gate.model.findings import Reading

_SCANNER = Scanner(built_in_detectors())


def _found(text: str) -> set[str]:
    spans = _SCANNER.scan(Reading((("text", text),))).spans
    return {text[each.start : each.end] for each in spans if each.kind == "other"}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("伤者逄大力（工号0417）送医。", "0417"),
        ("低保对象王秀兰，家中座机0919-6180290。", "0919-6180290"),
        ("低保对象王秀兰电话：0311-6602187（家），已回访。", "0311-6602187"),
        ("权证登记：申请人杨正德 B520600103321；", "B520600103321"),
        ("职工复核：\n档案号KN-1103-0026，厉卫东，铸造车间，身份证号610203198001011231。", "KN-1103-0026"),
        ("申请人邬国平，持独生子女证独字第3604210187号。", "独字第3604210187号"),
        ("低保对象：雍和平\n610400283917  雍和平  C1", "610400283917"),
    ],
)
def test_a_number_that_stands_with_a_person_is_found(text: str, number: str) -> None:
    assert number in _found(text)


@pytest.mark.parametrize(
    "text",
    [
        "低保对象王秀兰，向民政局反映，电话0919-6180290。",  # an office's
        "低保对象王秀兰，处罚决定书文号202604170。",
        "低保对象王秀兰，投诉工单编号202604170。",
        "低保对象王秀兰，邮政编码727031。",
        "低保对象王秀兰 2026-04-17 签字",
        "低保对象王秀兰 12000元",
        "人员编号0417，值班电话0919-6180290。",  # of nobody
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert _found(text) == set()
