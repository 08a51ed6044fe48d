"""A text woven of pieces: what stands in many small places of a file, read as one, masked piece by piece."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

Mask: TypeAlias = tuple[int, int, str]
"""Code points ``[start, end)`` of a text, and what stands there instead."""


@dataclass(slots=True)
class _Piece:
    start: int
    text: str
    put: Callable[[str], None]


class Woven:
    """Collects the pieces of one place of a file in reading order."""

    def __init__(self) -> None:
        self._pieces: list[_Piece] = []
        self._texts: list[str] = []
        self._length = 0

    def add(self, text: str, put: Callable[[str], None] | None = None) -> None:
        """Add text; ``put`` replaces it where it stands, or nothing does (separators)."""
        if not text:
            return
        if put is not None:
            self._pieces.append(_Piece(self._length, text, put))
        self._texts.append(text)
        self._length += len(text)

    @property
    def text(self) -> str:
        """Everything added so far."""
        return "".join(self._texts)

    def ends_with(self, sign: str) -> bool:
        """Whether the last text added ends with ``sign``; true while nothing was added."""
        return not self._texts or self._texts[-1].endswith(sign)

    def mask(self, masks: Iterable[Mask]) -> None:
        """Put every mask where its span stands: into the first piece it touches; the others lose theirs."""
        starts = [piece.start for piece in self._pieces]
        changed: dict[int, list[Mask]] = {}
        for start, end, mask in merged(masks):
            index = max(0, bisect_right(starts, start) - 1)
            put = mask
            while index < len(self._pieces) and self._pieces[index].start < end:
                piece = self._pieces[index]
                first, last = max(start - piece.start, 0), min(end - piece.start, len(piece.text))
                if first < last:
                    changed.setdefault(index, []).append((first, last, put))
                    put = ""
                index += 1
        for index, cuts in changed.items():
            piece = self._pieces[index]
            piece.put(applied(piece.text, cuts))


def merged(masks: Iterable[Mask]) -> list[Mask]:
    """Masks in order and without overlap: nothing of two that overlap may stay readable."""
    kept: list[Mask] = []
    for start, end, mask in sorted(masks, key=lambda each: (each[0], -each[1])):
        if kept and start < kept[-1][1]:
            before = kept[-1]
            if end > before[1]:
                kept[-1] = (before[0], end, "*" * (end - before[0]))
            continue
        kept.append((start, end, mask))
    return kept


def applied(text: str, masks: Iterable[Mask]) -> str:
    """``text`` with its masks; see :func:`merged`."""
    out: list[str] = []
    position = 0
    for start, end, mask in merged(masks):
        out += [text[position:start], mask]
        position = end
    out.append(text[position:])
    return "".join(out)
