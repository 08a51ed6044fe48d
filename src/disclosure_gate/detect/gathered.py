"""Text that a scanner or a form spread character by character, 前 庄 村 王 楼 组, as it reads without the blanks."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import NamedTuple

from disclosure_gate.model.findings import Span

_FEWEST = 4
_RUN = re.compile(r" [^\s|] [^\s|] [^\s|](?![^\s|])")
_ALONE = re.compile(r"(?<![^\s|])[^\s|](?![^\s|])")
# A single blank between two characters, at least one of which stands alone.
_BLANK = re.compile(r"(?<=[^\s|]) (?=[^\s|](?![^\s|]))|(?<=(?<![^\s|])[^\s|]) (?=[^\s|])")


class Gathered(NamedTuple):
    """``text`` without those blanks; ``cuts`` are the places in it before which one was left out."""

    text: str
    cuts: tuple[int, ...]

    def back(self, spans: Iterable[Span]) -> Iterator[Span]:
        """The spans where they stand in the text with its blanks."""
        for span in spans:
            start = span.start + bisect_right(self.cuts, span.start)
            end = span.end + bisect_right(self.cuts, span.end - 1)
            yield span._replace(start=start, end=end)


def gather(text: str) -> Gathered | None:
    """The text with its spread lines gathered, or ``None`` when there is none."""
    if text.count(" ") < _FEWEST or not _RUN.search(text):
        return None
    blanks: list[int] = []
    begin = 0
    for line in text.split("\n"):
        if len(_ALONE.findall(line)) >= _FEWEST - 1:
            blanks += (begin + each.start() for each in _BLANK.finditer(line))
        begin += len(line) + 1
    parts, begin = [], 0
    for blank in blanks:
        parts.append(text[begin:blank])
        begin = blank + 1
    return Gathered("".join((*parts, text[begin:])), tuple(accumulate(map(len, parts))))
