"""Texts that no detector was made for: what may be expected of a paper nobody has seen, kept from getting worse."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "corpus"))
import corpus

_TEXTS = corpus.unseen()
_SCORES = {name: corpus.score(texts) for name, texts in _TEXTS.items()}


def test_there_are_enough_of_them() -> None:
    assert {name: len(texts) >= 110 for name, texts in _TEXTS.items()} == dict.fromkeys(_TEXTS, True)
    assert sum(len(each.spans) for texts in _TEXTS.values() for each in texts) >= 2500


@pytest.mark.parametrize("of", ["first", "second"])
@pytest.mark.parametrize("kind", ["resident_id", "mobile", "bank_card", "passport", "email"])
def test_numbers_that_identify_are_found(kind: str, of: str) -> None:
    """Whoever labelled them did not mask accounts of firms in contracts; we do: 0.89 of ``second``'s are right."""
    scores, errors = _SCORES[of]
    assert scores[kind].recall >= 0.995, [each for each in errors if f"missed {kind}" in each]
    assert scores[kind].precision >= (0.89 if kind == "bank_card" else 0.97), [
        each for each in errors if f"wrong {kind}" in each
    ]


@pytest.mark.parametrize(
    ("of", "kind", "recall", "precision"),
    [
        ("first", "people", 0.935, 0.90),
        ("first", "address", 0.80, 0.95),
        ("first", "health", 0.87, 0.96),
        ("first", "plate", 0.70, 0.99),
        ("second", "plate", 0.99, 0.99),
        ("second", "people", 0.94, 0.925),
        ("second", "address", 0.97, 0.79),
        ("second", "health", 0.90, 0.88),
    ],
)
def test_what_context_tells_is_found_as_far_as_it_was(
    of: str, kind: str, recall: float, precision: float
) -> None:
    """The aim is 0.95 and 0.92. These are the figures reached: raise them with the detectors, never lower them.

    Twice a precision was lowered: names of ``first`` from 0.92 when their recall went from 0.84 to 0.94 (ADR 30), and
    addresses from 0.99 when theirs went from 0.64 to 0.80 (ADR 13).
    """
    scores, _ = _SCORES[of]
    assert scores[kind].recall >= recall
    assert scores[kind].precision >= precision


def test_texts_that_weights_were_fitted_to_are_told_as_well_as_unseen_ones() -> None:
    people = corpus.score(corpus.running())[0]["people"]
    assert people.recall >= 0.90
    assert people.precision >= 0.92
