"""Names set out one after another: behind 名单：, in a line, in rows without a heading."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from disclosure_gate.detect.called import FEWEST, MOST_LISTED, named_so, plain_name
from disclosure_gate.detect.lexicon import (
    FORENAMES,
    GIVEN,
    LIST_WORDS,
    words,
)
from disclosure_gate.detect.names import (
    name_at,
    signed,
)
from disclosure_gate.detect.offices import official_before
from disclosure_gate.detect.page import Page, lines_with

_LIST_ENDS = words("名单 名单公示 公示 对象 人员 如下 分别为 分别是 户 救助 家庭 确认 决定 发放")
_BRACKETED = re.compile(r"(?:（[^）]{0,12}）|\([^)]{0,12}\))$")
_LIST_GAP = re.compile(r"(?:[（(][^）)\n]{0,24}[）)])?[、，,； ;\u3000\t\r\n]+(?:\d{1,3}[.、）)])?")


def listed_names(page: Page, uses: AbstractSet[str]) -> Iterator[tuple[int, int]]:
    """Names set out one after another."""
    if "list" not in uses and not page.numbers:
        return
    text = page.text
    lines = lines_with(_WHITE, text, 0, len(text))
    of_officials = not uses.isdisjoint(("appointing", "contact"))
    if lines and not of_officials:
        yield from _set_apart(text, lines)
    if "list" in uses:
        yield from _lists(text)
        if not of_officials:
            yield from _lined_up(text)
    if lines:
        yield from _measured(text, lines)


_MEASURE = re.compile(
    r"[ \u3000\t]\d{1,7}(?:\.\d{1,3})?[ ]?(?:亩|元|公斤|千克|斤|平方米|平米|㎡|棵|株|头|只|羽|袋|吨|桶|车)"
)
_MEASURED = re.compile(r"(?:^|(?<=[^\u4e00-\u9fa5]))(?P<name>[\u4e00-\u9fa5]{2,4})[ \u3000\t]*$")
_MOSTLY = 0.7


def _measured(text: str, lines: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Names each with what its bearer has or gets: 樊正道 11.2亩 樊石头 6.5亩; not 玉米 500亩 小麦 300亩."""
    found = [
        (each.span("name"), each["name"])
        for line in lines
        for measure in _MEASURE.finditer(text, *line)
        if (each := _MEASURED.search(text, max(0, measure.start() - 8), measure.start()))
    ]
    names = [place for place, word in found if named_so(word)]
    return names if len(names) >= FEWEST and len(names) >= _MOSTLY * len(found) else []


_WHITE = " \u3000\t|"
_WORD = re.compile(r"[^ \u3000\t|：:]+")
_COUNTER = re.compile(r"\d{1,3}[.、]?")
_LEAST_CELLS = 3


def _set_apart(text: str, lines: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Names that only white sets apart, 一组：史刚　赵长军　严秀红, and those that begin rows without a heading."""
    rows: list[tuple[int, int]] = []
    for begin, stop in lines:
        colon = max(text.rfind("：", begin, stop), text.rfind(":", begin, stop)) + 1
        cells = [each.span() for each in _WORD.finditer(text, colon or begin, stop)]
        if len(cells) < FEWEST:
            continue
        names = [(start, end) for start, end in cells if plain_name(text[start:end])]
        if (
            len(names) >= FEWEST
            and len(names) >= _MOSTLY * len(cells)
            and not official_before(text, colon or begin)
        ):
            yield from names
        elif len(cells) >= _LEAST_CELLS and not colon:
            rows.append(cells[1] if _COUNTER.fullmatch(text[slice(*cells[0])]) else cells[0])
    first = [place for place in rows if plain_name(text[slice(*place)])]
    if len(first) >= FEWEST and len(first) >= _MOSTLY * len(rows):
        yield from first


def _lists(text: str) -> Iterator[tuple[int, int]]:
    """Names set out after 名单： in a text on recipients of benefits."""
    colon = text.find("：")
    while colon >= 0:
        before = text[max(0, colon - 40) : colon]
        if before.endswith(("）", ")")):
            before = _BRACKETED.sub("", before)
        if before.endswith(_LIST_ENDS):
            sentence = before[max(before.rfind("\n"), before.rfind("。")) + 1 :]
            if any(word in sentence for word in LIST_WORDS):
                names = list(_listed(text, colon + 1))
                if len(names) < FEWEST:
                    names = list(_segments(text, colon + 1))
                if len(names) >= FEWEST:
                    yield from names
        colon = text.find("：", colon + 1)


def _lined_up(text: str) -> Iterator[tuple[int, int]]:
    """Names that fill a line, one after another: 曹金花、田大勇、彭桂英."""
    for begin, stop in lines_with("、", text, 0, len(text)):
        places = [each.span() for each in _LINED.finditer(text, begin, stop)]
        if len(places) < _LEAST_CELLS:
            continue
        names = [(start, end) for start, end in places if plain_name(text[start:end])]
        if len(names) >= _LEAST_CELLS and len(names) >= _MOSTLY * len(places):
            yield from names


_LINED = re.compile(r"[^、 \u3000\n]+")


def _listed(text: str, begin: int) -> Iterator[tuple[int, int]]:
    while begin < len(text) and text[begin].isspace():
        begin += 1
    for _ in range(MOST_LISTED):
        end = name_at(text, begin, plain=True)
        if end is None:
            return
        yield begin, end
        gap = _LIST_GAP.match(text, end)
        if gap is None:
            return
        begin = gap.end()


_SEGMENT = re.compile(r"[；;\n]\s*(?:\d{1,3}[.、．）)]\s*)?")


def _segments(text: str, begin: int) -> Iterator[tuple[int, int]]:
    """Names that begin the parts of a list, as in 杨满仓，住…；高润生，住… of a sentence."""
    stop = text.find("。", begin, begin + 2000)
    stop = stop if stop >= 0 else min(len(text), begin + 2000)
    starts = [begin, *(found.end() for found in _SEGMENT.finditer(text, begin, stop))]
    for start in starts:
        while start < stop and text[start].isspace():
            start += 1  # noqa: PLW2901  past the blanks
        end = name_at(text, start, plain=True)
        if (
            end
            and signed(text, end)
            and (text[start : start + 2] in FORENAMES or set(text[start + 1 : end]) <= GIVEN)
        ):
            yield start, end
