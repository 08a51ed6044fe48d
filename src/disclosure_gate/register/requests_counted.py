"""Table 三 as a system that handles requests exports it: its rows and columns named as the annual report names them.

The file is what ``python -m information_requests report cases.json --year N --json`` prints:
``{"year": N, "rows": {row: {column: count}}}``, rows by their number on the form.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from disclosure_gate.model.errors import Flaw, InputError
from disclosure_gate.register.annual import OUTCOMES, Count, RequestFigures

# Its column → ours.
COLUMNS: Mapping[str, str] = {
    "natural": "person",
    "business": "business",
    "research": "research",
    "public_welfare": "welfare",
    "legal_service": "legal",
    "other": "other",
}
# Its row → ours: the number on the form, group by group in the order of the form.
ROWS: Mapping[str, str] = {
    "1": "new",
    "2": "carried_in",
    "3.1": "granted",
    "3.2": "partly",
    "3.3.1": "refused_secret",
    "3.3.2": "refused_forbidden",
    "3.3.3": "refused_safety",
    "3.3.4": "refused_third_party",
    "3.3.5": "refused_internal",
    "3.3.6": "refused_process",
    "3.3.7": "refused_enforcement",
    "3.3.8": "refused_query",
    "3.4.1": "unable_not_held",
    "3.4.2": "unable_to_make",
    "3.4.3": "unable_unclear",
    "3.5.1": "closed_petition",
    "3.5.2": "closed_repeated",
    "3.5.3": "closed_publication",
    "3.5.4": "closed_excessive",
    "3.5.5": "closed_confirm",
    "3.6.1": "ended_unamended",
    "3.6.2": "ended_unpaid",
    "3.6.3": "ended_other",
    "4": "carried_out",
}
_TOTAL, _TOTAL_ROW = "total", "3.7"
_COUNTS: TypeAdapter[dict[str, dict[str, int]]] = TypeAdapter(dict[str, dict[str, Count]])


def read(path: Path, year: int) -> RequestFigures:
    """The counts of a file, by our columns and rows.

    Raises:
        InputError: it cannot be read, is of another year, lacks a row or column, names an unknown one, or its
            totals are not the sums of its counts.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("E-FILE", where=str(path), got=type(error).__name__) from error
    except (ValueError, RecursionError) as error:
        raise InputError("E-JSON", where=str(path)) from error
    return parse(data, str(path), year)


def parse(data: Any, where: str, year: int) -> RequestFigures:
    """See :func:`read`."""
    if not isinstance(data, dict) or data.get("year") != year:
        got = data.get("year") if isinstance(data, dict) else type(data).__name__
        raise InputError("E-FIELD-TYPE", where=f"{where}:/year", got=str(got), expected=str(year))
    try:
        counts = _COUNTS.validate_python(data.get("rows"), strict=True)
    except ValidationError as error:
        raise InputError(
            flaws=tuple(
                Flaw(
                    "E-FIELD-TYPE",
                    f"{where}:/rows/{'/'.join(map(str, each['loc']))}",
                    expected=each["msg"],
                )
                for each in error.errors(include_url=False)
            )
        ) from None
    if flaws := [*_misnamed(counts, where), *_missummed(counts, where)]:
        raise InputError(flaws=tuple(flaws))
    return {
        ours: {row: counts[number][theirs] for number, row in ROWS.items()}
        for theirs, ours in COLUMNS.items()
    }


def _misnamed(counts: Mapping[str, Mapping[str, int]], where: str) -> list[Flaw]:
    rows, columns = {*ROWS, _TOTAL_ROW}, {*COLUMNS, _TOTAL}
    flaws = [
        Flaw("E-FIELD-UNKNOWN", f"{where}:/rows/{row}", expected=" | ".join(ROWS))
        for row in sorted(counts.keys() - rows)
    ]
    flaws += [
        Flaw("E-FIELD-UNKNOWN", f"{where}:/rows/{row}/{column}", expected=" | ".join(COLUMNS))
        for row, cells in counts.items()
        for column in sorted(cells.keys() - columns)
    ]
    # INVARIANT: a row that is not there was not counted; it is no nought.
    flaws += [
        Flaw("E-FIELD-MISSING", f"{where}:/rows/{row}/{column}")
        for row in ROWS
        for column in COLUMNS
        if column not in counts.get(row, {})
    ]
    return flaws


def _missummed(counts: Mapping[str, Mapping[str, int]], where: str) -> list[Flaw]:
    flaws = []
    for row, cells in counts.items():
        sums = sum(count for column, count in cells.items() if column != _TOTAL)
        if cells.get(_TOTAL, sums) != sums:
            flaws.append(Flaw("E-FIELD-TYPE", f"{where}:/rows/{row}/{_TOTAL}", expected=str(sums)))
    outcomes = {row.key for row in OUTCOMES}
    for column, found in counts.get(_TOTAL_ROW, {}).items():
        sums = sum(counts.get(number, {}).get(column, 0) for number, row in ROWS.items() if row in outcomes)
        if column != _TOTAL and found != sums:
            flaws.append(Flaw("E-FIELD-TYPE", f"{where}:/rows/{_TOTAL_ROW}/{column}", expected=str(sums)))
    return flaws
