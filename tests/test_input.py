"""Bad input: a clear error with a stable code and its place; nothing of the content in it."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from disclosure_gate import Document, Gate
from disclosure_gate.model import ContentExposed, InputError
from disclosure_gate.model.codes import CODES
from factories import data

_CANARY = "金丝雀九四七二"


@pytest.mark.parametrize(
    ("changes", "code", "where", "suggestion"),
    [
        ({"formed_onn": "2026-01-01"}, "E-FIELD-UNKNOWN", "/formed_onn", "formed_on"),
        ({"title": 7}, "E-FIELD-TYPE", "/title", ""),
        ({"title": None}, "E-FIELD-TYPE", "/title", ""),
        ({"kind": "通之"}, "E-KIND", "/kind", "通知"),
        ({"domain": "budgets"}, "E-DOMAIN", "/domain", "budget"),
        ({"domain": "财政预决"}, "E-DOMAIN", "/domain", "财政预决算"),
        ({"text": ""}, "E-TEXT-EMPTY", "/text", ""),
        ({"text": " \n\u3000"}, "E-TEXT-EMPTY", "/text", ""),
        ({"text": "字" * 3_500_000}, "E-TEXT-LARGE", "/text", ""),
        ({"text": _CANARY + "\x00"}, "E-TEXT-CHARACTER", "/text", ""),
        ({"text": _CANARY + "\ud800"}, "E-TEXT-CHARACTER", "/text", ""),
        ({"title": "标题\x00"}, "E-TEXT-CHARACTER", "/title", ""),
        ({"id": "x\ud800"}, "E-TEXT-CHARACTER", "/id", ""),
        ({"issuer": {"name": "\udfff"}}, "E-TEXT-CHARACTER", "/issuer/name", ""),
        ({"facts": {"normativ_document": True}}, "E-FACT-UNKNOWN", "/facts/normativ_document", "normative_document"),
        ({"facts": {"classified": "part"}}, "E-FACT-TYPE", "/facts/classified", ""),
        ({"facts": {"normative_document": 1}}, "E-FACT-TYPE", "/facts/normative_document", ""),
        ({"facts": {"normative_document": "true"}}, "E-FACT-TYPE", "/facts/normative_document", ""),
        ({"facts": {"consultation_days": True}}, "E-FACT-TYPE", "/facts/consultation_days", ""),
        ({"facts": {"kind": "通知"}}, "E-FACT-UNKNOWN", "/facts/kind", ""),
        ({"domain": "budget", "item": "部门预案"}, "E-ITEM", "/item", "部门预算"),
        ({"dates": {"aproved": "2026-01-01"}}, "E-FIELD-UNKNOWN", "/dates/aproved", ""),
        ({"formed_on": "2026-02-30"}, "E-FIELD-TYPE", "/formed_on", ""),
        ({"issuer": {}}, "E-FIELD-MISSING", "/issuer/name", ""),
        ({"issuer": {"name": "x", "level": "village"}}, "E-FIELD-TYPE", "/issuer/level", ""),
        ({"text": None, "files": [{"name": "a.txt", "content": "不是base64"}]}, "E-FIELD-TYPE", "/files/0/content", ""),
    ],
)  # fmt: skip
def test_bad_input_is_told_with_code_place_and_suggestion(
    gate: Gate, changes: dict[str, Any], code: str, where: str, suggestion: str
) -> None:
    with pytest.raises(InputError) as caught:
        gate.check(data(**changes))
    flaw = caught.value.flaws[0]
    assert (flaw.code, flaw.where) == (code, where)
    if suggestion:
        assert flaw.suggestion == suggestion
    assert _CANARY not in str(caught.value)
    assert CODES[code].remedy_zh in flaw.message("zh")
    assert CODES[code].remedy_en in flaw.message("en")


def test_all_flaws_are_told_at_once(gate: Gate) -> None:
    with pytest.raises(InputError) as caught:
        gate.check({"id": "1", "title": "t", "kind": "x", "text": "a", "issuer": {"name": "n"}, "foo": 1})
    assert {flaw.code for flaw in caught.value.flaws} == {"E-KIND", "E-FIELD-UNKNOWN"}


@pytest.mark.parametrize(
    "text",
    ["", "{", "[1, 2", '{"id": 1,}', "\ufeff{", "[" * 100_000, "1" * 5_000],
    ids=lambda text: repr(text)[:20],
)
def test_broken_json_is_told(text: str) -> None:
    with pytest.raises(InputError) as caught:
        Document.parse_json(text)
    assert caught.value.code == "E-JSON"


def test_json_that_is_not_utf_8_is_told() -> None:
    with pytest.raises(InputError) as caught:
        Document.parse_json(json.dumps(data(), ensure_ascii=False).encode("gb18030"))
    assert caught.value.code == "E-JSON"


def test_a_date_outside_every_rule_is_told(gate: Gate) -> None:
    with pytest.raises(InputError) as caught:
        gate.check(data(), as_of=date(1949, 10, 1))
    assert (caught.value.code, caught.value.flaws[0].where) == ("E-DATE", "/as_of")


@pytest.mark.law(7)
def test_content_cannot_be_printed_serialised_or_pickled_by_accident() -> None:
    import pickle  # noqa: PLC0415

    document = Document.parse(data(text=_CANARY))
    assert document.text is not None
    assert _CANARY not in f"{document!r} {document.text} {document.text!r} {document.text:>40}"
    with pytest.raises(ContentExposed):
        pickle.dumps(document.text)
    with pytest.raises(Exception, match="E-CONTENT") as caught:
        document.model_dump_json()
    assert _CANARY not in str(caught.value)
    assert document.text.reveal() == _CANARY
