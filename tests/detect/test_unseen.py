"""Texts that no detector was made for: what may be expected of a paper nobody has seen, kept from getting worse."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "corpus"))
import corpus

_Scored = dict[str, tuple[dict[str, corpus.Score], list[str]]]


@pytest.fixture(scope="module")
def scored() -> _Scored:
    """Every set scanned, by the worker that needs it and not by each when it collects the tests."""
    return {name: corpus.score(texts) for name, texts in corpus.unseen().items()}


def test_there_are_enough_of_them() -> None:
    sets = corpus.unseen()
    assert {name: len(texts) >= 100 for name, texts in sets.items()} == dict.fromkeys(sets, True)
    assert sum(len(each.spans) for texts in sets.values() for each in texts) >= 4500


@pytest.mark.parametrize("kind", ["resident_id", "mobile", "bank_card", "passport", "plate"])
def test_numbers_that_identify_are_found(kind: str, scored: _Scored) -> None:
    """What was missed of these in ``ac`` and ``ad``, and of numbers flagged wrongly in ``ag``, was looked at and mended where it could be.

    Accounts of firms are masked where no word near them tells whose they are: 0.89 of those flagged in ``f`` are right. ``ad``
    is written to be hard: IDs a bracket a digit, accounts over two lines without a word for one, a scanner's blanks.
    """
    for of, (scores, errors) in scored.items():
        if kind not in scores:
            continue  # neither labelled nor flagged in this set
        assert scores[kind].recall >= _HARD.get((of, kind), 0.995), (
            of, [each for each in errors if f"missed {kind}" in each],
        )  # fmt: skip
        least = 0.89 if kind == "bank_card" else _OFFICIAL.get((of, kind), 0.97)
        assert scores[kind].precision >= least, (of, [each for each in errors if f"wrong {kind}" in each])


_OFFICIAL = {
    ("ag", "plate"): 0.87,  # two of the cars of an office, which a list may show
    ("al", "plate"): 0.48,  # cars of firms, in logs and reports that do not say so
    ("ap", "plate"): 0.58,
    ("aq", "plate"): 0.88,
}
_HARD = {
    ("ad", "resident_id"): 0.96,
    ("ad", "bank_card"): 0.92,
    ("ad", "passport"): 0.84,
    ("ad", "plate"): 0.93,
    ("o", "bank_card"): 0.97,  # one has no form of a card and stands behind no word for one
}


@pytest.mark.parametrize(
    ("of", "kind", "recall", "precision"),
    [
        ("ab", "people", 0.96, 0.925),
        ("ab", "address", 0.985, 0.945),
        ("ab", "health", 0.915, 0.84),
        ("ab", "other", 0.8, 0.73),
        ("ac", "people", 0.975, 0.98),
        ("ac", "address", 0.97, 0.9),
        ("ac", "health", 0.955, 0.94),
        ("ac", "other", 0.94, 0.905),
        ("ad", "people", 0.93, 0.985),
        ("ad", "address", 0.925, 1.0),
        ("ad", "health", 1.0, 1.0),
        ("ad", "other", 0.93, 0.965),
        ("ae", "people", 0.945, 0.97),
        ("ae", "address", 0.925, 0.87),
        ("ae", "health", 0.98, 0.9),
        ("ae", "other", 0.805, 0.795),
        ("af", "people", 0.955, 0.96),
        ("af", "address", 0.935, 0.975),
        ("af", "health", 0.985, 0.875),
        ("af", "other", 0.895, 0.93),
        ("ag", "people", 0.97, 0.985),
        ("ag", "address", 0.945, 0.9),
        ("ag", "health", 1.0, 1.0),
        ("ag", "other", 0.96, 0.55),
        ("ah", "people", 0.98, 0.97),
        ("ah", "address", 1.0, 0.97),
        ("ah", "health", 1.0, 0.97),
        ("ah", "other", 1.0, 0.875),
        ("ai", "people", 0.94, 0.985),
        ("ai", "address", 1.0, 0.98),
        ("ai", "health", 0.96, 1.0),
        ("ai", "other", 0.955, 0.915),
        ("aj", "people", 0.97, 1.0),
        ("aj", "address", 1.0, 0.98),
        ("aj", "health", 0.96, 0.945),
        ("aj", "other", 1.0, 0.96),
        ("ak", "people", 0.975, 0.975),
        ("ak", "address", 0.94, 0.89),
        ("ak", "health", 0.955, 0.9),
        ("ak", "other", 0.87, 0.745),
        ("al", "people", 0.93, 0.875),
        ("al", "address", 0.925, 0.955),
        ("al", "health", 0.87, 0.93),
        ("al", "other", 0.905, 0.805),
        ("an", "people", 0.96, 0.88),
        ("an", "address", 0.89, 0.865),
        ("an", "health", 0.91, 0.915),
        ("an", "other", 0.885, 0.625),
        ("ao", "people", 0.93, 0.9),
        ("ao", "address", 0.95, 1.0),
        ("ao", "health", 0.96, 0.925),
        ("ao", "other", 1.0, 0.95),
        ("ap", "people", 0.955, 0.91),
        ("ap", "address", 0.94, 0.975),
        ("ap", "health", 0.98, 0.975),
        ("ap", "other", 0.93, 0.845),
        ("aq", "people", 0.875, 0.925),
        ("aq", "address", 0.95, 0.98),
        ("aq", "health", 0.9, 0.84),
        ("aq", "other", 0.785, 1.0),
        ("f", "people", 0.97, 0.95),
        ("f", "address", 0.92, 0.935),
        ("f", "health", 0.925, 0.87),
        ("f", "other", 0.87, 0.88),
        ("m", "people", 0.85, 0.92),
        ("m", "address", 0.97, 0.97),
        ("m", "health", 0.96, 0.895),
        ("m", "other", 0.765, 0.85),
        ("o", "people", 0.965, 0.95),
        ("o", "address", 0.95, 0.94),
        ("o", "health", 0.98, 0.935),
        ("o", "other", 0.595, 1.0),
        ("s", "people", 0.965, 0.94),
        ("s", "address", 0.955, 0.97),
        ("s", "health", 0.91, 0.945),
        ("s", "other", 0.91, 0.915),
    ],
)
def test_what_context_tells_is_found_as_far_as_it_was(
    scored: _Scored, of: str, kind: str, recall: float, precision: float
) -> None:
    """What each set came to; single sets move by a word or two with every fit, what they come to together is held below.

    Every third name of ``m`` is an ordinary word, 计划 or 海南: that is harder than papers are. ``ae`` is running prose, a third of its
    surnames rare, ``af`` too; ``ad`` short messages; ``ag`` tables. ``ah`` to ``ak`` are ordinary papers, ``al`` and ``an`` those of every day, ``ao`` the mixture
    of a week; ``ap``, ordinary papers, and ``aq``, of every day, were written last. ``other`` are numbers
    without a form of their own (社保编号, 学号, an account), and traits such as 汉族, which few labelled.
    """
    scores, _ = scored[of]
    assert scores[kind].recall >= recall
    assert scores[kind].precision >= precision


@pytest.mark.parametrize(
    ("kind", "recall", "precision"),
    [("people", 0.95, 0.92), ("address", 0.95, 0.92), ("health", 0.945, 0.92)],
)
def test_of_all_sets_together_as_much_is_found_as_is_aimed_at(
    kind: str, recall: float, precision: float, scored: _Scored
) -> None:
    """Of health 95 % are aimed at as well: without ``al`` and ``an``, where it is told in everyday words, it is 96."""
    of_each = [scores[kind] for scores, _ in scored.values()]
    assert sum(each.found for each in of_each) >= recall * sum(each.labels for each in of_each)
    assert sum(each.right for each in of_each) >= precision * sum(each.flagged for each in of_each)


def test_texts_that_weights_were_fitted_to_are_told_as_well_as_unseen_ones() -> None:
    people = corpus.score(corpus.running()[::4])[0]["people"]  # every fourth
    assert people.recall >= 0.92
    assert people.precision >= 0.92
