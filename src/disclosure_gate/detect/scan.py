"""One scan of a document: every detector over every part, overlaps settled, marks beside the spans."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from disclosure_gate.detect.detector import Detector
from disclosure_gate.detect.identifiers import (
    BankCardDetector,
    DisabilityCardDetector,
    MobileDetector,
    ResidentIdDetector,
)  # fmt: skip
from disclosure_gate.detect.marks import marks
from disclosure_gate.detect.names import ThirdPersonDetector
from disclosure_gate.model.findings import Detection, Mark, Reading, Span

# Full-width digits, letters and the signs that stand in numbers, one code point for one: offsets stay.
_FOLD = {0xFF10 + n: 0x30 + n for n in range(10)} | {0xFF21 + n: 0x41 + n for n in range(26)}
_FOLD |= {0xFF41 + n: 0x61 + n for n in range(26)} | {
    0xFF0D: 0x2D,
    0x2010: 0x2D,
    0x2013: 0x2D,
    0x2014: 0x2D,
    0xFF0B: 0x2B,
    0xA0: 0x20,
}

_FOLDABLE = re.compile(
    f"[{''.join(map(chr, _FOLD))}]"
)  # most texts hold none: looking is cheaper than folding


def built_in_detectors() -> tuple[Detector, ...]:
    """The detectors that come with the package."""
    return (
        ResidentIdDetector(),
        DisabilityCardDetector(),
        MobileDetector(),
        BankCardDetector(),
        ThirdPersonDetector(),
    )


class Scanner:
    """Runs detectors over the parts of a document."""

    def __init__(self, detectors: Sequence[Detector]) -> None:
        # INVARIANT P2: the order in which plugins bring detectors is not the order they speak in.
        self._detectors = sorted(detectors, key=lambda each: each.name)

    def scan(self, reading: Reading) -> Detection:
        """All spans and marks, in order of parts and places."""
        spans: list[Span] = []
        found_marks: list[Mark] = []
        for where, text in reading.parts:
            folded = text.translate(_FOLD) if _FOLDABLE.search(text) else text
            spans += settle(
                Span(
                    where,
                    hit.start,
                    hit.end,
                    detector.kind,
                    detector.name,
                    hit.mask,
                    detector.why,
                    hit.certain,
                )
                for detector in self._detectors
                for hit in detector.find(folded)
            )
            found_marks += marks(text, where)
        return Detection(tuple(spans), tuple(found_marks))


def settle(spans: Iterable[Span]) -> list[Span]:
    """Spans without overlap, ordered: the longer wins, then the certain one; its extent covers both."""
    settled: list[Span] = []
    for span in sorted(spans, key=lambda each: (each.start, -each.end, not each.certain, each.kind)):
        last = settled[-1] if settled else None
        if last is None or span.start >= last.end:
            settled.append(span)
            continue
        winner = max(last, span, key=lambda each: (each.end - each.start, each.certain, each is last))
        start, end = last.start, max(last.end, span.end)
        if (start, end) == (winner.start, winner.end):
            settled[-1] = winner
        else:
            # Two kinds of which neither covers the other: nothing of either may stay readable.
            settled[-1] = replace(winner, start=start, end=end, mask="*" * (end - start))
    return settled
