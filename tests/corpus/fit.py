"""Fits the weights by which names are told that no word tells: logistic regression over what may be seen.

    python tests/corpus/fit.py [--report]

Reads the labelled texts (texts/ and running/), writes src/disclosure_gate/detect/weights.json. The names that words
tell are taught as well, each as if no word had told it. The texts of unseen/ are not read. The same texts
give the same weights.
"""

from __future__ import annotations

import json
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from random import Random

import corpus
from disclosure_gate.detect import Scanner, built_in_detectors
from disclosure_gate.detect.lexicon import ordinary
from disclosure_gate.detect.people import told
from disclosure_gate.detect.weighing import made, surrounded

_TARGET = Path(__file__).parents[2] / "src/disclosure_gate/detect/weights.json"
_NAMES = {"person_name", "minor_name", "guardian", corpus.AMBIGUOUS}
_ROUNDS = 30
_RATE = 0.3
_FEWEST = 6
_RIDGE = 3e-4
_OWN = 2.0  # how much a name weighs that no word tells
_LEAN = 0.4  # a name that stays readable is worse than a word masked
_LOST = 0.02  # of the names, those whose own weight is too small for a look at what is around them
Row = tuple[tuple[str, ...], int, bool, bool]
"""What is seen, how much of it is of the name itself, whether it is a name, whether no word tells it."""


def rows(texts: list[corpus.Labelled]) -> Iterator[Row]:
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
            yield (*own, *surrounded(around, start, end)), len(own), right, not heard


def common(data: list[Row]) -> list[Row]:
    """The same without what is seen only a few times: nothing can be learnt of it."""
    times = Counter(sign for seen, *_ in data for sign in seen)
    kept = []
    for seen, size, right, unheard in data:
        own = tuple(sign for sign in seen[:size] if times[sign] >= _FEWEST)
        around = tuple(sign for sign in seen[size:] if times[sign] >= _FEWEST)
        kept.append(((*own, *around), len(own), right, unheard))
    return kept


def fitted(data: list[Row]) -> dict[str, float]:
    """Weights by gradient descent, every weight with its own rate."""
    weights: defaultdict[str, float] = defaultdict(float)
    steps: defaultdict[str, float] = defaultdict(lambda: 1e-6)
    order, rng = list(data), Random(1)
    for _ in range(_ROUNDS):
        rng.shuffle(order)
        for seen, _, right, own in order:
            each = (*seen, "bias")
            total = sum(weights[sign] for sign in each)
            error = right - 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
            error *= _OWN if own else 1.0
            for sign in each:
                gradient = error - _RIDGE * weights[sign] * len(data) ** 0.5
                steps[sign] += gradient * gradient
                weights[sign] += _RATE * gradient / math.sqrt(steps[sign])
    return dict(weights)


def main() -> None:
    """Fit, write, report."""
    texts = [*corpus.written(), *corpus.running()]
    data = common(list(rows(texts)))
    weights = fitted(data)
    weights["bias"] += _LEAN
    own = sorted(
        sum(map(weights.__getitem__, ("bias", *seen[:size]))) for seen, size, right, _ in data if right
    )
    weights["least"] = own[round(_LOST * len(own))]
    _TARGET.write_text(
        json.dumps(
            {sign: round(weight, 2) for sign, weight in sorted(weights.items())}, indent=0, ensure_ascii=False
        )
        + "\n",
        encoding="utf-8",
    )
    print(
        f"{len(data)} places in {len(texts)} texts, {sum(row[2] for row in data)} names, {len(weights)} weights"
    )
    if "--report" in sys.argv:
        for sign, weight in sorted(weights.items(), key=lambda each: each[1]):
            print(f"{weight:6.2f} {sign}")


if __name__ == "__main__":
    main()
