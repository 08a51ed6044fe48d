"""Two versions of one list: for the village board its permitted columns, for the web counts and sums without names."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from beneficiary_lists.lists import PROGRAMMES, PeopleList
from beneficiary_lists.small_cells import suppressed

HIDDEN = "—"
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def village_version(found: PeopleList, programme: str) -> tuple[tuple[str, ...], ...]:
    """The heading and rows with the columns that ``programme`` may show in the village, in their order.

    Names are left out where the programme hides them. Health, numbers and addresses are not among the columns
    any programme may show; what a shown column still holds of them is for the gate to mask.

    Raises:
        KeyError: there is no such programme.
    """
    known = PROGRAMMES[programme]
    kept = [
        number
        for number, role in enumerate(found.roles)
        if role in known.show and not (role == "name" and known.names == "hidden")
    ]
    heading = tuple(found.headings[number].text for number in kept)
    rows = tuple(
        tuple(row[number].text if number < len(row) else "" for number in kept) for row in found.rows
    )
    return (heading, *rows)


def web_version(found: PeopleList) -> tuple[tuple[str, str, str], ...]:
    """For the web: place, number of persons or households, sum; counts that are too small are hidden with their sums.

    Without a column of places there is one line for all. A row whose amount is no number leaves the sum of its
    place unstated, for a wrong sum is worse than none.
    """
    place, amount = found.column("place"), found.column("amount")
    counts: dict[str, int] = {}
    sums: dict[str, Decimal | None] = {}
    for row in found.rows:
        name = row[place].text if place is not None and place < len(row) else "合计"
        if not name:
            name = "未注明"
        value = _number(row[amount].text) if amount is not None and amount < len(row) else None
        before = sums.get(name, Decimal(0))
        counts[name] = counts.get(name, 0) + 1
        sums[name] = before + value if before is not None and value is not None else None
    names = sorted(counts) if place is not None else list(counts)
    total = len(found.rows)
    with_total = place is not None and len(names) > 1
    column: list[list[int | None]] = [[counts[name]] for name in names]
    hidden = suppressed([*column, [total]] if with_total else column, column_totals=with_total)
    lines = [
        (name, HIDDEN, HIDDEN) if (number, 0) in hidden else (name, str(counts[name]), _told(sums[name]))
        for number, name in enumerate(names)
    ]
    if with_total:
        values = list(sums.values())
        known = [value for value in values if value is not None]
        shown = (len(names), 0) not in hidden
        whole = _told(sum(known, Decimal(0)) if len(known) == len(values) else None)
        lines.append(("合计", str(total) if shown else HIDDEN, whole if shown else HIDDEN))
    return tuple(lines)


def _number(text: str) -> Decimal | None:
    found = _NUMBER.fullmatch(text.replace(",", "").replace("，", "").removesuffix("元").strip())
    try:
        return Decimal(found.group()) if found else None
    except InvalidOperation:
        return None


def _told(value: Decimal | None) -> str:
    return HIDDEN if value is None else f"{value.normalize():f}"
