"""Canonical JSON: whatever the value, the bytes are those of RFC 8785."""

from __future__ import annotations

from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from disclosure_gate.model.canonical import canonical, canonical_words
from disclosure_gate.register.chain import envelope

_LEAF = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.sampled_from(["[1.5", ",1e3", ":12345678901234567", "\u2028", "\x7f", "\x00\x1f\b\f", "</script>"])
)
_NAMES = st.text() | st.sampled_from(["\U0001f600", "\uff08", "\ue000", "\ud7ff", "a", "A", "", "é"])
_VALUE = st.recursive(
    _LEAF, lambda inner: st.lists(inner) | st.dictionaries(_NAMES, inner) | st.tuples(inner), max_leaves=20
)


@pytest.mark.law(3)
@given(st.dictionaries(_NAMES, _VALUE))
def test_the_bytes_are_those_of_the_rfc(value: dict[str, Any]) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@pytest.mark.law(3)
@given(st.dictionaries(_NAMES, _VALUE), st.text(), st.integers(1, 2**53 - 1))
def test_the_bytes_of_a_record_are_those_of_the_rfc(body: dict[str, Any], name: str, seq: int) -> None:
    at, before = "2026-11-24T08:00:00+00:00", "0" * 64
    whole: dict[str, Any] = {
        "at": at,
        "body": body,
        "document_id": name,
        "event": "checked",
        "prev": before,
        "seq": seq,
    }
    assert envelope(seq, "checked", name, at, canonical(body), before) == rfc8785.dumps(whole)


_NAMES_WITHIN = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]))
_WORDS = st.recursive(
    st.none() | st.booleans() | st.integers(0, 2**32) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(_NAMES_WITHIN, inner),
    max_leaves=20,
)


@pytest.mark.law(3)
@given(st.dictionaries(_NAMES_WITHIN, _WORDS))
def test_the_bytes_of_words_are_those_of_the_rfc(value: dict[str, Any]) -> None:
    assert canonical_words(value) == rfc8785.dumps(value)


@pytest.mark.parametrize(
    "value",
    [2**53, -(2**53), 10**30, float("nan"), float("inf"), "\ud800"],
    ids=["large", "small", "huge", "nan", "infinite", "surrogate"],
)
def test_what_is_no_json_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        canonical({"a": [value]})
