"""What a detector is: it finds spans of one kind in a text; rules decide what becomes of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from disclosure_gate.model.determination import SpanKind
from disclosure_gate.model.frozen import Text


@dataclass(frozen=True, slots=True)
class Hit:
    """Code points ``[start, end)`` of a text, and what a mask would show instead.

    ``certain`` is false where the validator failed, such as a wrong check digit: it is flagged all the
    same, for a typing error leaks as much as the right number.
    """

    start: int
    end: int
    mask: str = field(repr=False)
    certain: bool = True


class Detector(Protocol):
    """Finds spans of one kind. Linear in the length of the text, for every text."""

    name: str
    kind: SpanKind
    why: Text

    def find(self, text: str) -> Iterable[Hit]:
        """All hits. ``text`` has full-width digits and letters folded to ASCII, one code point for one."""
        ...
