"""Charts as inline SVG that a screen reader can read, each with its table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

_ROW, _BAR, _WIDE, _LABEL = 34, 16, 640, 210  # in the units of the drawing
_LONGEST = 15  # characters of a label before it is cut; the table has it whole


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
    """Horizontal bars, their lengths to the longest; the count beside each, so colour alone says nothing."""
    most = max((each.count for each in given), default=0) or 1
    room = _WIDE - _LABEL - 60
    rows = []
    for number, each in enumerate(given):
        top = number * _ROW
        length = round(room * each.count / most, 1)
        label = each.label if len(each.label) <= _LONGEST else each.label[: _LONGEST - 1] + "…"
        rows.append(
            Markup(
                '<text x="{}" y="{}" text-anchor="end">{}</text><rect class="track" x="{}" y="{}" width="{}" height="{}" rx="3"/>'
                '<rect class="bar-{}" x="{}" y="{}" width="{}" height="{}" rx="3"/><text class="value" x="{}" y="{}">{}</text>'
            ).format(
                _LABEL - 12, top + 22, label, _LABEL, top + 9, room, _BAR,
                each.colour, _LABEL, top + 9, length, _BAR, _LABEL + room + 10, top + 22, each.count,
            )
        )  # fmt: skip
    told = "；".join(f"{each.label} {each.count}" for each in given)
    height = max(len(given), 1) * _ROW
    svg = Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        _WIDE, height, told, Markup("").join(rows)
    )
    return Chart(svg, tuple(given))
