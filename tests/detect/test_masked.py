"""What is masked already is nobody's any more: it is not found again, whatever its heading or label says."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from disclosure_gate.detect import Scanner, built_in_detectors
from disclosure_gate.model.findings import Reading

sys.path.insert(0, str(Path(__file__).parent.parent / "corpus"))
import corpus

_SCANNER = Scanner(built_in_detectors())


def _found(text: str) -> list[str]:
    return [text[each.start : each.end] for each in _SCANNER.scan(Reading((("text", text),))).spans]


@pytest.mark.parametrize(
    "text",
    [
        "姓名\t残疾类别\t残疾等级\n李某某\t****\t＊＊",
        "姓名 | 学校 | 学号\n张某 | ****** | ＿＿＿＿",
        "户主：王某某　民族：**　身份证号：******************",
        "诊断：________　住院号：________",
        "姓名\t病种\n赵某某\t███",
    ],
)
def test_a_value_of_signs_alone_is_none(text: str) -> None:
    assert _found(text) == []


def test_beside_masked_values_the_others_are_found() -> None:
    assert _found("姓名\t残疾类别\n李某某\t****\n王秀英\t肢体二级") == ["王秀英", "肢体二级"]


def test_of_a_corpus_that_was_masked_hardly_anything_is_found_again() -> None:
    first = again = 0
    for each in corpus.written():
        spans = _SCANNER.scan(Reading((("text", each.text),))).spans
        masked = each.text
        for span in reversed(spans):
            masked = masked[: span.start] + span.mask + masked[span.end :]
        first += len(spans)
        again += len(_found(masked))
    assert first > 2500
    assert again < first / 100, (again, first)
