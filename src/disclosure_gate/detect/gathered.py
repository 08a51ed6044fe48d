"""Text as it reads without what only lays it out: blanks between characters, 前 庄 村 王 楼 组, ends of lines within a sentence, the tags of HTML."""

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
_LAID_OUT = re.compile(r"</?(?:p|br|div|span|t[dhr]|li|h[1-6])\b", re.IGNORECASE)
_TAG = re.compile(r"</?([a-z][a-z0-9]{0,14})\b[^<>]{0,2000}>[\r\n]*|&nbsp;", re.IGNORECASE)
# The end of a line within a sentence, and how the next is set in. What is numbered begins anew.
_WRAP = re.compile(
    r"(?<=[\u4e00-\u9fa50-9A-Za-z])[ \u3000]*\r?\n[ \u3000]*(?=[\u4e00-\u9fa50-9])"
    r"(?![0-9]{1,2}[.．、)）]|[一二三四五六七八九十]{1,3}、|[\u4e00-\u9fa5 \u3000]{1,12}[：:])"
)
_OF_A_SENTENCE = re.compile("[，；。]|(?<![0-9一二三四五六七八九十])、")
_SHORTEST = 14  # code points of a line that goes on in the next
_OF_A_TABLE = re.compile(r"[\t|]|[ \u3000]{3,}[^ \u3000]+[ \u3000]{3,}")
_CELLS = frozenset({"td", "th"})
_LINES = frozenset({"tr", "p", "div", "li", "table", "h1", "h2", "h3", "h4", "h5", "h6"})


class Gathered(NamedTuple):
    """``text`` without that; ``cuts`` are the places in it before which a character was left out, once for each."""

    text: str
    cuts: tuple[int, ...]

    def back(self, spans: Iterable[Span]) -> Iterator[Span]:
        """The spans where they stand in the text as it was laid out."""
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


def unwrapped(text: str) -> Gathered | None:
    """The text with the lines of a paragraph as one, or ``None`` where no line ends within a sentence."""
    parts: list[str] = []
    cuts: list[int] = []
    begin = size = 0
    for found in _WRAP.finditer(text):
        start, end = found.span()
        above = text[text.rfind("\n", 0, start) + 1 : start]
        stop = text.find("\n", end)
        below = text[end : stop if stop >= 0 else len(text)]
        if len(above) >= _SHORTEST and all(
            _OF_A_SENTENCE.search(line) and not _OF_A_TABLE.search(line) for line in (above, below)
        ):
            parts.append(text[begin:start])
            size += start - begin
            cuts += [size] * (end - start)
            begin = end
    return Gathered("".join((*parts, text[begin:])), tuple(cuts)) if parts else None


def unmarked(text: str) -> Gathered | None:
    """The text of HTML without its tags, cells parted by bars and paragraphs by lines, or ``None`` when there is no tag."""
    if "<" not in text or not _LAID_OUT.search(text):
        return None
    parts: list[str] = []
    cuts: list[int] = []
    begin = size = 0
    in_cell = False
    for tag in _TAG.finditer(text):
        name = (tag[1] or "").lower()
        closes = tag.group().startswith("</")
        if name in _CELLS:
            in_cell = not closes
        sign = _instead(name, closes=closes, in_cell=in_cell)
        parts += (text[begin : tag.start()], sign)
        size += tag.start() - begin + len(sign)
        cuts += [size] * (tag.end() - tag.start() - len(sign))
        begin = tag.end()
    return Gathered("".join((*parts, text[begin:])), tuple(cuts))


def _instead(name: str, *, closes: bool, in_cell: bool) -> str:
    """What parts the text where a tag stood: a bar, a line, a line within a cell, or nothing."""
    if name == "br":
        return "\x0b" if in_cell else "\n"
    if closes and name in _CELLS:
        return "|"
    if closes and name in _LINES:
        return "\x0b" if in_cell else "\n"
    return "" if name else " "
