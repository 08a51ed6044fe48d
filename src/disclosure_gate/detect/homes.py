"""Whether a place is somebody's home: weighed by what is seen of it and around it.

``places.py`` finds where a place is written; an office, a field or the scene of an accident is written like a home.
What is seen (how the place is made, the words beside it, who is named near it) has weights that were fitted to
labelled texts by ``tests/corpus/fit.py`` (ADR 30).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from disclosure_gate.detect.page import Page, line_end
from disclosure_gate.detect.somebody import people_of
from disclosure_gate.detect.weights import crowd, distance, pairs, total

_FAR, _BEFORE, _BEHIND = 60, 10, 8
_TITLE, _TITLE_END = 60, 4  # code points of a page's first line, and those that say what it is
_SENTENCE = "。；;！？!?\n"


class Home(NamedTuple):
    """A place ``[start, end)`` that may be somebody's home."""

    start: int
    end: int
    seen: Sequence[str]


Judge: TypeAlias = Callable[[Home], bool]


def weigh(home: Home) -> bool:
    """Whether the weights say that a place is somebody's home."""
    return total("homes", home.seen) > 0


class Surroundings:
    """What is seen around the places of a page."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._people = people_of(page)
        many = len(self._people.places)
        self._flag = crowd(many)
        self._judged: list[tuple[int, bool]] = []
        title = page.text[: line_end(page.text, 0, _TITLE)].rstrip()
        self._title = pairs("title", title[-_TITLE_END:])

    def seen(self, start: int, end: int, source: str) -> list[str]:
        """All that speaks for a home at ``[start, end)`` or against one; ``source``: by which rule it was found."""
        return [
            f"by:{source}",
            self._flag,
            *_made(self._page.text[start:end]),
            *self._beside(start, end),
            *self._of_whom(start, end),
            *self._title,
            *self._told(start),
        ]

    def judged(self, start: int, *, right: bool) -> None:
        """What was judged of the place at ``start``: places that stand together are homes together or none is."""
        insort(self._judged, (start, right))

    def _told(self, start: int) -> Iterator[str]:
        index = bisect_left(self._judged, (start, False))
        if index:
            place, right = self._judged[index - 1]
            yield f"{'home' if right else 'no home'} before:{distance(start - place)}"
        if index < len(self._judged):
            place, right = self._judged[index]
            yield f"{'home' if right else 'no home'} behind:{distance(place - start)}"

    def _beside(self, start: int, end: int) -> Iterator[str]:
        text = self._page.text
        clause, first = start, max(0, start - _BEFORE)
        while clause > first and text[clause - 1] not in _SENTENCE:
            clause -= 1
        yield from pairs("before", text[clause:start])
        yield from pairs("behind", text[end : line_end(text, end, _BEHIND)])
        yield f"right before={text[start - 1 : start]}"
        yield f"right behind={text[end : end + 1]}"
        heading = self._page.rows.heading(start)
        if heading:
            yield f"column={heading.partition('（')[0][-2:]}"
            first, last = self._page.rows.at(start).cells[0][0], line_end(text, end)
            yield "row of a person" if self._people.within(first, last) else "row of nobody"

    def _of_whom(self, start: int, end: int) -> Iterator[str]:
        text, people = self._page.text, self._people
        stop = line_end(text, end, _FAR)
        before, behind = people.before(start, _FAR), people.within(end, stop)
        if before:
            yield f"person before:{distance(start - before[1])}"
        if behind:
            yield f"person behind:{distance(behind[0] - end)}"
        if not before and not behind:
            yield "person around" if people.around(start, 2 * _FAR) else "nobody"


def _made(place: str) -> Iterator[str]:
    yield f"last={place[-1:]}"
    yield f"last={place[-2:]}"
    yield from pairs("within", place)
    yield f"size:{min(len(place) // 4, 5)}"
    if place[:1].isdigit() and place.replace("-", "").isdigit():
        yield f"flat:{'-'.join(str(len(part)) for part in place.split('-'))}"
