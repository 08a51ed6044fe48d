"""One scan of a document: every detector over every part, overlaps settled, marks beside the spans."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from ahocorasick_rs import AhoCorasick

from disclosure_gate.detect.detector import Detector, Hit
from disclosure_gate.detect.gathered import gather, unmarked, unwrapped
from disclosure_gate.detect.health import HealthDetector
from disclosure_gate.detect.identifiers import (
    NUMERAL_WORDS,
    BankCardDetector,
    DisabilityCardDetector,
    MobileDetector,
    ResidentIdDetector,
)  # fmt: skip
from disclosure_gate.detect.lexicon import HEADING_WORDS, LABELS
from disclosure_gate.detect.marks import MARK_TERMS, marks
from disclosure_gate.detect.page import (
    COLUMN_TERMS,
    FOLDED,
    LABEL_TERMS,
    LATE,
    NUMERAL_TERMS,
    PEOPLE_TERMS,
    Page,
    folded,
    punctuated,
)
from disclosure_gate.detect.papers import paper_detectors
from disclosure_gate.detect.people import PEOPLE_WORDS
from disclosure_gate.detect.persons import people_detectors
from disclosure_gate.detect.persons_numbers import PersonsNumberDetector
from disclosure_gate.detect.places import AddressDetector
from disclosure_gate.model.errors import Failure
from disclosure_gate.model.findings import Detection, Mark, Reading, Span

_MARKS = "marks"
_FOLDED = "folded"  # owner of the signs that ASCII ones stand for
_SAID = re.compile(r"[^*＊_＿█▇\s]")  # a mask, or a blank to be filled in, is no value; + and √ are
_STRETCH = 65_536  # code points the automaton reads at a time: its index of a text is many times the text


def built_in_detectors() -> tuple[Detector, ...]:
    """The detectors that come with the package."""
    return (
        ResidentIdDetector(),
        DisabilityCardDetector(),
        MobileDetector(),
        BankCardDetector(),
        *paper_detectors(),
        PersonsNumberDetector(),
        *people_detectors(),
        AddressDetector(),
        HealthDetector(),
    )


class Guard(Protocol):
    """Runs the detectors of plugins where they can do no harm."""

    detectors: Sequence[Detector]

    def find(
        self, pages: Sequence[Page]
    ) -> tuple[Sequence[tuple[int, Detector, Sequence[Hit]]], tuple[Failure, ...]]:
        """What they found, by number of page, and which of them failed."""
        ...


class Scanner:
    """Runs detectors over the parts of a document.

    The terms of all detectors are found in one pass of one automaton; a detector that has terms is
    called only where one of them stands, or, if it asks for that, where a long number does.
    """

    def __init__(self, detectors: Sequence[Detector], guard: Guard | None = None) -> None:
        self._guard = guard
        # INVARIANT P2: the order in which plugins bring detectors is not the order they speak in.
        # Children come before their schools: "minor_name" < "minor_school".
        self._detectors = sorted(detectors, key=lambda each: each.name)
        self._called = tuple(
            (each, bool(each.terms), getattr(each, "beside_numbers", False)) for each in self._detectors
        )
        owners: dict[str, list[str]] = {sign: [_FOLDED] for sign in FOLDED}
        for owner, terms in (
            (LABEL_TERMS, LABELS),
            (COLUMN_TERMS, HEADING_WORDS),
            (PEOPLE_TERMS, PEOPLE_WORDS),
            (NUMERAL_TERMS, NUMERAL_WORDS),
            (_MARKS, MARK_TERMS),
            *((each.name, each.terms) for each in self._detectors),
            *((each.name, each.terms) for each in (guard.detectors if guard else ())),
        ):
            for term in terms:
                owners.setdefault(folded(term), []).append(owner)
        self._owners = tuple(tuple(dict.fromkeys(each)) for each in owners.values())
        self._automaton = AhoCorasick(list(owners))
        self._overlap = max(map(len, owners), default=1) - 1

    def scan(self, reading: Reading) -> Detection:
        """All spans and marks, in order of parts and places."""
        spans: list[Span] = []
        found_marks: list[Mark] = []
        pages = [(where, self.page(text)) for where, text in reading.parts]
        seen = [[*self._seen(where, page), *self._laid_out(where, page)] for where, page in pages]
        failures: tuple[Failure, ...] = ()
        if self._guard is not None:
            guarded, failures = self._guard.find([page for _, page in pages])
            for number, detector, hits in guarded:
                seen[number] += _spans(pages[number][0], detector, hits)
        for (where, page), found in zip(pages, seen, strict=True):
            spans += settle(found) if len(found) > 1 else found
            found_marks += marks(page.text, where, page.met(_MARKS))
        return Detection(tuple(spans), tuple(found_marks), failures)

    def _seen(self, where: str, page: Page) -> list[Span]:
        numbers = bool(page.numbers)
        met = page.owners
        found: list[Span] = []
        for each, has_terms, beside in self._called:
            if not has_terms or each.name in met or (beside and numbers):
                hits = each.find(page)
                if hits:  # most find nothing
                    found += _spans(where, each, hits)
        return [each for each in found if _SAID.search(page.text, each.start, each.end)]

    def _laid_out(self, where: str, page: Page) -> Iterator[Span]:
        """What is seen where blanks between characters, ends of lines within a sentence or the tags of HTML are left out."""
        # The rows of a table, which commas may part, are no paragraph.
        for without in (unmarked, gather) if page.rosters else (unmarked, gather, unwrapped):
            gathered = without(page.text)
            if gathered is not None:
                yield from gathered.back(self._seen(where, self.page(gathered.text)))

    def page(self, text: str) -> Page:
        """``text`` as detectors see it, with the places of all terms."""
        text = punctuated(text)
        met = self._met(text)
        if _FOLDED in met or LATE.search(text):  # most texts hold none of its signs, and are read once
            text = folded(text)
            met = self._met(text)
        return Page(text, met)

    def _met(self, plain: str) -> dict[str, list[tuple[int, int]]]:
        """The places of all terms by owner."""
        met: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        owners = self._owners
        if len(plain) <= _STRETCH:
            matches: Iterable[tuple[int, int, int]] = self._automaton.find_matches_as_indexes(
                plain, overlapping=True
            )
        else:
            matches = self._stretched(plain)
        for pattern, start, end in matches:
            place = start, end
            for owner in owners[pattern]:
                met[owner].append(place)
        return dict(met)

    def _stretched(self, plain: str) -> Iterator[tuple[int, int, int]]:
        """The same matches in the same order, stretch by stretch: each ends in one of them."""
        for begin in range(0, len(plain), _STRETCH):
            offset = max(0, begin - self._overlap)
            stretch = plain[offset : begin + _STRETCH]
            for pattern, start, end in self._automaton.find_matches_as_indexes(stretch, overlapping=True):
                if end + offset > begin:
                    yield pattern, start + offset, end + offset


def _spans(where: str, detector: Detector, hits: Iterable[Hit]) -> list[Span]:
    kind, name, why = detector.kind, detector.name, detector.why
    return [
        Span(where, hit.start, hit.end, kind, name, hit.mask, hit.why or why, hit.certain) for hit in hits
    ]


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
            settled[-1] = winner._replace(start=start, end=end, mask="*" * (end - start))
    return settled
