"""The weights that were fitted to labelled texts (``make weights``): data beside the code that reads them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

_DISTANCES = (1, 6, 20, 60)  # code points: right beside, near, in the same clause, in the same line
_CROWDS = (0, 1, 4)  # persons on a page


@cache
def weights(of: str) -> Mapping[str, float]:
    """The weight of everything that may be seen of ``names``, ``numbers``, ``homes`` or ``health``, ``bias`` among it."""
    return dict(json.loads(files(__package__).joinpath(f"{of}.weights.json").read_text(encoding="utf-8")))


def total(of: str, seen: Iterable[str]) -> float:
    """What all that is seen weighs together."""
    weight = weights(of)
    return added(weight["bias"], weight, seen)


def added(weighs: float, weight: Mapping[str, float], seen: Iterable[str]) -> float:
    """``weighs``, and what all that is seen weighs."""
    for each in filter(None, map(weight.get, seen)):  # most is of no weight
        weighs += each
    return weighs


def pairs(of: str, words: str) -> list[str]:
    """The characters of ``words`` two at a time, as they may be seen."""
    of += "="
    return [of + words[begin : begin + 2] for begin in range(len(words) - 1)]


def distance(places: int) -> int | str:
    """So many code points as one of few distances that are told apart."""
    return next((most for most in _DISTANCES if places <= most), "far")


def crowd(many: int) -> str:
    """So many persons on a page as one of few numbers that are told apart, as it may be seen."""
    return f"people:{next((most for most in _CROWDS if many <= most), 'more')}"
