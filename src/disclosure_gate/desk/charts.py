"""Charts as inline SVG that a screen reader can read, each with its table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from disclosure_gate.desk import words

_ROW, _LABEL, _BAR, _WIDE = 42, 16, 12, 400  # in the units of the drawing: about pixels of a phone
_LONGEST = (
    26  # Chinese characters of a label before it is cut, or twice as many others; the table has it whole
)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, its count, and the class that colours it."""

    label: str
    count: int
    colour: str


@dataclass(frozen=True, slots=True)
class Chart:
    """The drawing and what it draws."""

    svg: Markup
    bars: tuple[Bar, ...]


def bars(given: Sequence[Bar]) -> Chart:
    """Horizontal bars below their labels, their lengths to the longest; the count beside each, so colour alone says nothing."""
    most = max((each.count for each in given), default=0) or 1
    room = _WIDE - 50
    rows = []
    for number, each in enumerate(given):
        top = number * _ROW
        length = round(room * each.count / most, 1)
        label = _fitting(each.label)
        rows.append(
            Markup(
                '<text x="0" y="{}">{}</text><rect class="track" x="0" y="{}" width="{}" height="{}" rx="3"/>'
                '<rect class="bar-{}" x="0" y="{}" width="{}" height="{}" rx="3"/><text class="value" x="{}" y="{}">{}</text>'
            ).format(
                top + _LABEL - 2, label, top + _LABEL + 4, room, _BAR,
                each.colour, top + _LABEL + 4, length, _BAR, room + 10, top + _LABEL + 4 + _BAR - 1, each.count,
            )
        )  # fmt: skip
    told = words.sets("；").join(f"{each.label} {each.count}" for each in given)
    height = max(len(given), 1) * _ROW
    svg = Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        _WIDE, height, told, Markup("").join(rows)
    )
    return Chart(svg, tuple(given))


def _fitting(label: str) -> str:
    room = 2 * _LONGEST
    for number, char in enumerate(label):
        room -= 1 if char.isascii() else 2
        if room < 0:
            return label[: number - 1] + "…"
    return label
