"""Texts that no detector was made for: what may be expected of a paper nobody has seen, kept from getting worse."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "corpus"))
import corpus

_TEXTS = corpus.unseen()
_SCORES, _ERRORS = corpus.score(_TEXTS)


def test_there_are_enough_of_them() -> None:
    assert len(_TEXTS) >= 120
    assert sum(len(each.spans) for each in _TEXTS) >= 1200


@pytest.mark.parametrize("kind", ["resident_id", "mobile", "bank_card", "passport", "email"])
def test_numbers_that_identify_are_found(kind: str) -> None:
    assert _SCORES[kind].recall >= 0.995, [each for each in _ERRORS if f"missed {kind}" in each]
    assert _SCORES[kind].precision >= 0.97, [each for each in _ERRORS if f"wrong {kind}" in each]


@pytest.mark.parametrize(
    ("kind", "recall", "precision"),
    [("people", 0.83, 0.92), ("address", 0.8, 0.95), ("health", 0.86, 0.95), ("plate", 0.7, 0.99)],
)
def test_what_context_tells_is_found_as_far_as_it_was(kind: str, recall: float, precision: float) -> None:
    """The aim is 0.95 and 0.92. These are the figures reached: raise them with the detectors, never lower them."""
    assert _SCORES[kind].recall >= recall
    assert _SCORES[kind].precision >= precision
