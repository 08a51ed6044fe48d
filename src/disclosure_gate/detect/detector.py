"""What a detector is: it finds spans of one kind in a page of text; rules decide what becomes of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from disclosure_gate.detect.page import Page
from disclosure_gate.model.determination import SpanKind
from disclosure_gate.model.frozen import Text


class Hit(NamedTuple):
    """Code points ``[start, end)`` of a text, and what a mask would show instead.

    ``certain`` is false where the validator failed, such as a wrong check digit: it is flagged all the
    same, for a typing error leaks as much as the right number. ``why`` says more than the detector's own
    explanation where there is more to say.
    """

    start: int
    end: int
    mask: str
    certain: bool = True
    why: Text | None = None

    def __repr__(self) -> str:
        return f"<hit at {self.start} to {self.end}>"


class Detector(Protocol):
    """Finds spans of one kind. Linear in the length of the text, for every text.

    ``terms`` are words the detector wants to be told about: they are found for all detectors together
    in one pass, and a detector that has terms is only called on a page that holds one of them. With
    ``beside_numbers`` (default: false) it is also called where a number of eleven digits or more stands.
    """

    name: str
    kind: SpanKind
    why: Text
    terms: Sequence[str]

    def find(self, page: Page) -> Iterable[Hit]:
        """All hits on the page; ``page.met(self.name)`` are the places of its terms."""
        ...


class TermDetector:
    """Flags every occurrence of given terms, such as a department's own list of words.

    Args:
        name: the detector's name, unique among detectors.
        kind: the kind of span.
        terms: the words, in simplified Chinese or ASCII.
        why: the explanation shown with a span.
    """

    def __init__(self, name: str, kind: SpanKind, terms: Sequence[str], why: Text) -> None:
        self.name = name
        self.kind: SpanKind = kind
        self.terms: Sequence[str] = tuple(terms)
        self.why = why

    def find(self, page: Page) -> Iterable[Hit]:
        """See :class:`Detector`."""
        return [Hit(start, end, "*" * (end - start)) for start, end in page.met(self.name)]
