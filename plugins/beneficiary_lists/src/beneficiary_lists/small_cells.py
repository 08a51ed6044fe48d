"""Counts so small that a person can be inferred, and the counts that would give them away (统计法 28)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

FEWEST = 3
"""The smallest count that may be shown. The law names no number: with one or two, each of them is known to the other."""
MANY = 400
"""Hidden cells beyond which all counts of the table are hidden, rather than searched for the few that suffice."""

Place: TypeAlias = tuple[int, int]
_Counts: TypeAlias = Sequence[Sequence[int | None]]


def suppressed(counts: _Counts, *, row_totals: bool = False, column_totals: bool = False) -> frozenset[Place]:
    """The cells of a table of counts that are not shown.

    Every count from 1 to :data:`FEWEST` - 1 is hidden, and as many others as it takes that no hidden
    count follows from totals: the smallest ones. A zero tells of nobody and is hidden only to protect another.

    Args:
        counts: rows of counts; ``None`` where there is none, which counts as nothing.
        row_totals: the last column is the total of its row.
        column_totals: the last row is the total of its column.

    Returns:
        Places (row, column).
    """
    filled = {
        (row, column): value
        for row, line in enumerate(counts)
        for column, value in enumerate(line)
        if value is not None
    }
    hidden = {place for place, value in filled.items() if 0 < value < FEWEST}
    while place := _given_away(hidden, row_totals=row_totals, column_totals=column_totals):
        if len(hidden) > MANY:
            return frozenset(filled)
        candidates = _protecting(place, hidden, filled, row_totals=row_totals, column_totals=column_totals)
        if not candidates:
            return frozenset(filled)  # nothing is left that could protect it: fail closed
        hidden.add(min(candidates, key=lambda each: (filled[each], each)))
    return frozenset(hidden)


def _given_away(hidden: Iterable[Place], *, row_totals: bool, column_totals: bool) -> Place | None:
    """The first hidden cell whose value follows from totals.

    A hidden cell joins its row to its column. Where both have totals it follows from them exactly when
    nothing else joins the two: when it is a bridge. Where only one has, when it is alone in its line.
    """
    ordered = sorted(hidden)
    if row_totals and column_totals:
        return min(_bridges(ordered), default=None)
    if not (row_totals or column_totals):
        return None
    axis = 0 if row_totals else 1
    lines: dict[int, list[Place]] = {}
    for place in ordered:
        lines.setdefault(place[axis], []).append(place)
    return next((line[0] for line in lines.values() if len(line) == 1), None)


def _bridges(hidden: Sequence[Place]) -> list[Place]:
    """The cells without which their row and their column are no longer joined (Tarjan, without recursion)."""
    joined: dict[int, list[tuple[int, int]]] = {}  # node → (neighbour, number of the cell)
    for number, (row, column) in enumerate(hidden):
        joined.setdefault(2 * row, []).append((2 * column + 1, number))
        joined.setdefault(2 * column + 1, []).append((2 * row, number))
    met: dict[int, int] = {}
    low: dict[int, int] = {}
    found: list[Place] = []
    for root, first in joined.items():
        if root in met:
            continue
        met[root] = low[root] = len(met)
        path = [(root, -1, iter(first))]
        while path:
            node, came, neighbours = path[-1]
            for neighbour, number in neighbours:
                if neighbour not in met:
                    met[neighbour] = low[neighbour] = len(met)
                    path.append((neighbour, number, iter(joined[neighbour])))
                    break
                if number != came:
                    low[node] = min(low[node], met[neighbour])
            else:
                path.pop()
                if path:
                    above = path[-1][0]
                    low[above] = min(low[above], low[node])
                    if low[node] > met[above]:
                        found.append(hidden[came])
    return found


def _reach(place: Place, hidden: Sequence[Place]) -> frozenset[tuple[str, int]] | None:
    """Rows and columns joined to the row of ``place`` without it; ``None`` if its column is among them."""
    joined: dict[tuple[str, int], list[tuple[str, int]]] = {}
    for row, column in hidden:
        if (row, column) != place:
            joined.setdefault(("row", row), []).append(("column", column))
            joined.setdefault(("column", column), []).append(("row", row))
    seen = {("row", place[0])}
    waiting = [("row", place[0])]
    while waiting:
        for neighbour in joined.get(waiting.pop(), ()):
            if neighbour not in seen:
                seen.add(neighbour)
                waiting.append(neighbour)
    return None if ("column", place[1]) in seen else frozenset(seen)


def _protecting(
    place: Place,
    hidden: set[Place],
    filled: dict[Place, int],
    *,
    row_totals: bool,
    column_totals: bool,
) -> list[Place]:
    """The cells that may be hidden so that ``place`` no longer follows, or at least in its line."""
    shown = [each for each in filled if each not in hidden]
    if not (row_totals and column_totals):
        axis = 0 if row_totals else 1
        return [each for each in shown if each[axis] == place[axis]]
    mine = _reach(place, sorted(hidden)) or frozenset()
    theirs = _reach_of_column(place, sorted(hidden))
    closing = [
        (row, column)
        for row, column in shown
        if (("row", row) in mine and ("column", column) in theirs)
        or (("row", row) in theirs and ("column", column) in mine)
    ]
    return closing or [each for each in shown if each[0] == place[0] or each[1] == place[1]]


def _reach_of_column(place: Place, hidden: Sequence[Place]) -> frozenset[tuple[str, int]]:
    turned = _reach((place[1], place[0]), [(column, row) for row, column in hidden]) or frozenset()
    return frozenset(("column" if kind == "row" else "row", number) for kind, number in turned)
