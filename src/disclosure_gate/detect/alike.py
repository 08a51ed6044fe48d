"""Lines written alike: a field where the line beside tells somebody's home tells a home as well."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from disclosure_gate.detect.page import line_end

_BLANKS = " \u3000"
_SIGNS = frozenset("\t|/，,；;、→（(：:") | set(_BLANKS)
_TOKEN = re.compile(r"[^ \u3000]+")
_OVER = re.compile(r"[，。；;,、！？：:\n\t（()）|/→ \u3000]")
_LONGEST_LINE = 200
_FEWEST = 2  # homes in a column that say what the others are
_BRACKETS = frozenset("（(")
_LONGEST_ASIDE = 60
_MISSES = 2  # lines that do not fit, after which a home says nothing of those behind


def alike(
    text: str,
    homes: Sequence[tuple[int, int]],
    told: Callable[[int, int], bool],
    possible: Callable[[int, int], bool],
) -> Iterator[tuple[int, int]]:
    """The fields of neighbouring lines that stand where ``homes`` do in theirs, as far as ``told`` takes them.

    Those that are merely ``possible`` count where the greater part of the fields are told.
    Each line is split once for each place in it that a home is at: time is linear in the length of the text.
    """
    seen: set[tuple[int, str, int]] = set()
    for start, _ in homes:
        begin = text.rfind("\n", max(0, start - _LONGEST_LINE), start) + 1
        if not begin and start > _LONGEST_LINE:
            continue
        sign, index = _field_of(text, begin, start)
        if not sign or (begin, sign, index) in seen:
            continue
        seen.add((begin, sign, index))
        fits, maybe = 1, []
        for step in (_next_line, _line_before):
            line, misses = begin, 0
            while misses < _MISSES:
                line = step(text, line)
                if line < 0 or (line, sign, index) in seen:
                    break
                seen.add((line, sign, index))
                field = _field(text, line, sign, index)
                if field is not None and told(*field):
                    fits += 1
                    yield field
                elif field is not None and possible(*field):
                    maybe.append(field)
                else:
                    misses += 1
        if fits >= _FEWEST and fits >= len(maybe):
            yield from maybe


# From one thing in brackets behind a name to the next: 冯根娃（沟底组）、李莲叶（.
_NEXT_ASIDE = re.compile(
    r"[^（(）)\n]{0,30}[）)][、；;，,。 ]{0,2}\n?[ ]{0,8}(?:[\u4e00-\u9fa5]{2,8}[：:])?[\u4e00-\u9fa5·]{2,6}[（(](?P<field>[^，。；;、（(）)\n]{2,24})(?=[，；、）)])"
)


def beside(
    text: str, homes: Sequence[tuple[int, int]], told: Callable[[int, int], bool]
) -> Iterator[tuple[int, int]]:
    """What stands in brackets behind other names of an enumeration, where a home does behind one of them."""
    seen: set[int] = set()
    for start, end in homes:
        if text[start - 1 : start] not in _BRACKETS or start in seen:
            continue
        seen.add(start)
        following = _NEXT_ASIDE.match(text, end)
        while following and following.start("field") not in seen:
            field = following.span("field")
            seen.add(field[0])
            if not told(*field):
                break
            yield field
            following = _NEXT_ASIDE.match(text, field[1])
        first = start
        while (opened := text.rfind("（", max(0, first - _LONGEST_ASIDE), first - 1)) >= 0:
            between = _NEXT_ASIDE.match(text, opened + 1)
            if between is None or between.start("field") != first or opened + 1 in seen:
                break
            over = _OVER.search(text, opened + 1, first)
            first = opened + 1
            seen.add(first)
            if over is None or not told(first, over.start()):
                break
            yield first, over.start()


def _next_line(text: str, begin: int) -> int:
    end = text.find("\n", begin, begin + _LONGEST_LINE)
    return end + 1 if 0 <= end < len(text) - 1 else -1


def _line_before(text: str, begin: int) -> int:
    if not begin:
        return -1
    before = text.rfind("\n", max(0, begin - 1 - _LONGEST_LINE), begin - 1) + 1
    return before if before or begin <= _LONGEST_LINE else -1


def _field_of(text: str, begin: int, start: int) -> tuple[str, int]:
    """The sign that sets a field apart from what stands before it in its line, and how many such do."""
    place = start
    while place > begin and text[place - 1] not in _SIGNS:
        place -= 1
    last = place
    while last > begin and text[last - 1] in _BLANKS:
        last -= 1
    if last == begin:
        return "", 0
    sign = text[last - 1] if text[last - 1] in _SIGNS else " "
    if sign == " ":
        return sign, len(_TOKEN.findall(text, begin, place))
    return sign, text.count(sign, begin, last)


def _field(text: str, begin: int, sign: str, index: int) -> tuple[int, int] | None:
    """The field behind as many signs in the line that begins at ``begin``."""
    stop = line_end(text, begin, _LONGEST_LINE)
    if sign == " ":
        place = -1
        for number, token in enumerate(_TOKEN.finditer(text, begin, stop)):
            if number == index:
                place = token.start()
                break
        if place < 0:
            return None
    else:
        place = begin
        for _ in range(index):
            place = text.find(sign, place, stop) + 1
            if not place:
                return None
        while place < stop and text[place] in _BLANKS:
            place += 1
    over = _OVER.search(text, place, stop)
    end = over.start() if over else stop
    return (place, end) if end > place else None
