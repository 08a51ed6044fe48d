"""Fits the weights by which names, numbers, homes and tellings of health are told: logistic regression over what may be seen.

    python tests/corpus/fit.py [--report]

Reads the labelled texts (texts/ and running/), writes names, numbers, homes and health.weights.json to
src/disclosure_gate/detect/. What words tell is taught as well, each name as if no word had told it. The texts of
unseen/ are not read. The same texts give the same weights.
"""

from __future__ import annotations

import json
import math
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import corpus
from disclosure_gate.detect import Scanner, built_in_detectors
from disclosure_gate.detect.detector import Detector
from disclosure_gate.detect.health import HealthDetector
from disclosure_gate.detect.lexicon import ordinary
from disclosure_gate.detect.people import told
from disclosure_gate.detect.persons_numbers import Numbers
from disclosure_gate.detect.places import AddressDetector
from disclosure_gate.detect.weighing import made, surrounded
from disclosure_gate.model.determination import SpanKind

_TARGET = Path(__file__).parents[2] / "src/disclosure_gate/detect"
_NO_NUMBERS = {
    "person_name",
    "minor_name",
    "guardian",
    "address",
    "health",
    "plate",
    "email",
    "resident_id",
    "mobile",
}
_NAMES = {"person_name", "minor_name", "guardian", corpus.AMBIGUOUS}
_ROUNDS = 30
_RATE = 0.3
_FEWEST = 6
_RIDGE = 3e-4
_RIDGE_OF_NAMES = 1e-4
_RIDGES_OF_CLAUSES = 5e-4, 1e-3  # two characters of a clause say little of the next text
_PAIRS = ("before=", "behind=", "within=", "ahead=", "title=")
_FEWEST_OF_PAIRS = 10
_KNOWN = 5.0  # how much the sentences teach that the tests of detection hold
_OWN = 2.0  # how much a name weighs that no word tells
_LEAN = 0.7  # a name that stays readable is worse than a word masked
_LEAN_HOMES = 0.15
_LEAN_NUMBERS = -0.3  # a page holds many numbers, most of them nobody's
_LEAN_HEALTH = -0.11
# Sets whose labels leave open what somebody merely feels: with them fewer are found elsewhere.
_UNDECIDED = ("dr-", "ds-")
_LOST = 0.006  # of the names and numbers, those whose own weight is too small for a look around

Row = tuple[tuple[str, ...], int, bool, float]
"""What is seen, how much of it is of the thing itself, whether it is to be masked, how much it teaches."""


def names(texts: Iterable[corpus.Labelled]) -> Iterator[Row]:
    """What is seen at every place where a name may stand, in texts that tell something private."""
    scanner, known = Scanner(built_in_detectors()), ordinary()
    for each in texts:
        evidence, scene = told(scanner.page(each.text))
        if scene is None:
            continue
        found = set(evidence.found)
        names = {scene.text[start:end] for start, end in found}
        unheard = {name: scene.without(name) for name in names}
        for start, end in scene.readings:
            over = [span for span in each.spans if span[0] < end and start < span[1] and span[2] in _NAMES]
            right = any(span[:2] == (start, end) and span[2] != corpus.AMBIGUOUS for span in over)
            if over and not right:
                continue
            heard = any(first < end and start < last for first, last in found)
            if heard and (scene.text[start:end] not in names):
                continue
            around = unheard[scene.text[start:end]] if heard else scene
            own = made(scene.text, start, end, known)
            yield (*own, *surrounded(around, start, end)), len(own), right, 1.0 if heard else _OWN


def numbers(texts: Iterable[corpus.Labelled]) -> Iterator[Row]:
    """What is seen at every number that no form tells."""
    scanner = Scanner(built_in_detectors())
    for each in texts:
        found = Numbers(scanner.page(each.text))
        for begin, start, end in found.places():
            over = {kind for first, last, kind in each.spans if first < end and begin < last}
            if over == {corpus.AMBIGUOUS} or over & _NO_NUMBERS:
                continue
            own = found.made(begin, start, end)
            yield (*own, *found.surrounded(begin, end)), len(own), bool(over), 1.0


def sentences(texts: list[corpus.Labelled]) -> Iterator[corpus.Labelled]:
    """Every sentence of the texts as a text of its own, for some papers say no more."""
    for each in texts:
        for found in re.finditer("[^\\n。]+。?", each.text):
            begin, end = found.span()
            within = [span for span in each.spans if begin <= span[0] and span[1] <= end]
            if end - begin < len(each.text):
                yield corpus.Labelled(
                    each.name,
                    found.group(),
                    tuple((start - begin, stop - begin, kind) for start, stop, kind in within),
                )


def judged(
    texts: Iterable[corpus.Labelled],
    detector: Callable[[Callable[[Any], bool]], Detector],
    kind: SpanKind,
    doubtful: Callable[[set[str]], bool],
) -> Iterator[Row]:
    """What is seen at all that a detector asks a judge about, as if all before had been judged rightly.

    ``doubtful`` says of the labels it stands over whether it can teach nothing.
    """
    scanner = Scanner(built_in_detectors())
    seen: list[Row] = []
    for each in texts:

        def judge(asked: Any, spans: tuple[tuple[int, int, str], ...] = each.spans) -> bool:
            over = {label for start, end, label in spans if asked.start < end and start < asked.end}
            right = kind in over
            if right or not doubtful(over):
                seen.append((tuple(asked.seen), 0, right, 1.0))
            return right

        list(detector(judge).find(scanner.page(each.text)))
        yield from seen
        seen.clear()


def tellings(texts: Iterable[corpus.Labelled]) -> Iterator[Row]:
    """What is seen at every word of health."""
    return judged(texts, HealthDetector, "health", lambda over: over == {corpus.AMBIGUOUS})


def homes(texts: Iterable[corpus.Labelled]) -> Iterator[Row]:
    """What is seen at every place that may be somebody's home."""
    return judged(texts, AddressDetector, "address", lambda over: corpus.AMBIGUOUS in over)


def common(data: list[Row], fewest: int = _FEWEST) -> list[Row]:
    """The same without what is seen only a few times: nothing can be learnt of it."""
    times = Counter(sign for seen, *_ in data for sign in seen)
    kept = []
    for seen, size, right, teaches in data:
        own = tuple(sign for sign in seen[:size] if times[sign] >= fewest)
        around = tuple(sign for sign in seen[size:] if times[sign] >= fewest)
        kept.append(((*own, *around), len(own), right, teaches))
    return kept


def fitted(data: list[Row], ridge: float, ridge_of_pairs: float) -> dict[str, float]:
    """Weights by gradient descent, every weight with its own rate."""
    held = {
        sign: (ridge_of_pairs if sign.startswith(_PAIRS) else ridge) * len(data) ** 0.5
        for seen, *_ in data
        for sign in (*seen, "bias")
    }
    weights: defaultdict[str, float] = defaultdict(float)
    steps: defaultdict[str, float] = defaultdict(lambda: 1e-6)
    order, rng = list(data), Random(1)
    sums: defaultdict[str, float] = defaultdict(float)
    for turn in range(_ROUNDS):
        rng.shuffle(order)
        for seen, _, right, teaches in order:
            each = (*seen, "bias")
            total = sum(weights[sign] for sign in each)
            error = right - 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
            error *= teaches
            for sign in each:
                gradient = error - held[sign] * weights[sign]
                steps[sign] += gradient * gradient
                weights[sign] += _RATE * gradient / math.sqrt(steps[sign])
        if turn >= _ROUNDS // 2:  # their mean: where the last round ends is chance
            for sign, value in weights.items():
                sums[sign] += value
    return {sign: value / (_ROUNDS - _ROUNDS // 2) for sign, value in sums.items()}


def weighed(
    of: str, data: list[Row], lean: float, ridges: tuple[float, float], fewest: int = _FEWEST
) -> None:
    """Fits and writes the weights of ``of``, prints what they were fitted to."""
    data = common(data, fewest)
    weights = fitted(data, *ridges)
    weights["bias"] += lean
    own = sorted(
        sum(map(weights.__getitem__, ("bias", *seen[:size])))
        for seen, size, right, _ in data
        if right and size
    )
    if own:
        weights["least"] = own[round(_LOST * len(own))]
    (_TARGET / f"{of}.weights.json").write_text(
        json.dumps(
            {sign: round(weight, 2) for sign, weight in sorted(weights.items())}, indent=0, ensure_ascii=False
        )
        + "\n",
        encoding="utf-8",
    )
    print(f"{of}: {len(data)} places, {sum(row[2] for row in data)} of them right, {len(weights)} weights")
    if "--report" in sys.argv:
        for sign, weight in sorted(weights.items(), key=lambda each: each[1]):
            print(f"{weight:6.2f} {sign}")


def taught(
    rows: Callable[[Iterable[corpus.Labelled]], Iterator[Row]],
    *,
    alone: bool = False,
    without: tuple[str, ...] = (),
) -> list[Row]:
    """The rows of all texts, with ``alone`` of their sentences too; those of the known sentences teach more.

    ``without``: how the ids of texts begin that teach nothing here.
    """
    texts = [*corpus.written(), *(each for each in corpus.running() if not each.name.startswith(without))]
    if alone:
        texts += sentences(texts)
    known = rows(corpus.known())
    return [*rows(texts), *((seen, size, right, teaches * _KNOWN) for seen, size, right, teaches in known)]


def main() -> None:
    """Fit, write, report."""
    weighed("names", taught(names), _LEAN, (_RIDGE_OF_NAMES, _RIDGE_OF_NAMES), _FEWEST_OF_PAIRS)
    # Who is named beside these is what the new weights say.
    weighed("numbers", taught(numbers), _LEAN_NUMBERS, (_RIDGE, _RIDGE))
    weighed("homes", taught(homes, alone=True), _LEAN_HOMES, _RIDGES_OF_CLAUSES, _FEWEST_OF_PAIRS)
    weighed(
        "health",
        taught(tellings, alone=True, without=_UNDECIDED),
        _LEAN_HEALTH,
        _RIDGES_OF_CLAUSES,
        _FEWEST_OF_PAIRS,
    )


if __name__ == "__main__":
    main()
