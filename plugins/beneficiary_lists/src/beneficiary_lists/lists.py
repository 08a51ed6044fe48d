"""Lists of people in a document, and the programme they belong to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field

from disclosure_gate.detect.lexicon import COLUMNS
from disclosure_gate.detect.tables import Cell, Table
from disclosure_gate.model.document import Document
from disclosure_gate.model.frozen import Frozen

_NAMES = frozenset({"person_name", "minor_name"})
_HEAD_ROWS = 6  # rows among which the headings are looked for: title, date and unit stand above them
_FEWEST_HEADINGS = 2
_BRACKETS = re.compile(r"[（(][^）)]*[）)]|\s|\x0b")


class Programme(Frozen):
    """A programme of benefits: by which words it is known, and which columns its lists may show."""

    domain: str
    words: tuple[str, ...]
    show: frozenset[str]
    names: Literal["shown", "hidden"] = "shown"
    confidence: Literal["verified", "H", "M", "L"]
    source: str


class _File(Frozen):
    programmes: dict[str, Programme]
    columns: dict[str, tuple[str, ...]] = Field(min_length=1)


_DATA = _File.model_validate(
    yaml.safe_load((Path(__file__).parent / "programmes.yaml").read_text(encoding="utf-8"))
)
PROGRAMMES = _DATA.programmes
_ROLES = {word: role for word, role in COLUMNS.items() if role not in {"plain", "office"}}
_ROLES |= {word: role for role, words in _DATA.columns.items() for word in words}
_ROLES |= {word: "name" for word, role in COLUMNS.items() if role in _NAMES}
_ROLES |= dict.fromkeys(("救助事由", "救助原因", "申请事由", "申请原因"), "reason")
_BY_LENGTH = sorted(_ROLES, key=lambda word: (-len(word), word))
HEADINGS = re.compile(
    "|".join(
        # 姓 名 is set out with spaces as often as not
        r"[ \u3000]*".join(map(re.escape, word))
        for word, role in sorted(_ROLES.items())
        if role in {"name", "count", "household_size"}
    )
)
"""The words without which a text holds neither a list of people nor a table of counts."""
_OFFICE = frozenset(word for word, role in COLUMNS.items() if role == "office")


@dataclass(frozen=True, slots=True)
class PeopleList:
    """A table with a column of names. ``roles`` are by column; an unknown heading has the empty role."""

    table: Table
    roles: tuple[str, ...]
    headings: tuple[Cell, ...] = field(repr=False)
    rows: tuple[tuple[Cell, ...], ...] = field(repr=False)

    def column(self, role: str) -> int | None:
        """The first column of ``role``."""
        return self.roles.index(role) if role in self.roles else None


def role_of(heading: str) -> str:
    """What stands below a heading: a role, or the empty string."""
    plain = _BRACKETS.sub("", heading)
    if plain in _ROLES:
        return _ROLES[plain]
    return next((_ROLES[word] for word in _BY_LENGTH if len(word) > 1 and word in plain), "")


def people_lists(tables: Iterable[Table]) -> list[PeopleList]:
    """The tables that list persons or households; those that name people for their office are none."""
    found = []
    for table in tables:
        head = _head(table)
        if head is None:
            continue
        headings = table.rows[head]
        roles = tuple(role_of(cell.text) for cell in headings)
        if "name" not in roles or any(_BRACKETS.sub("", cell.text) in _OFFICE for cell in headings):
            continue
        names = roles.index("name")
        rows = tuple(row for row in table.rows[head + 1 :] if len(row) > names and row[names].text)
        if rows:
            found.append(PeopleList(table, roles, headings, rows))
    return found


def heading_row(table: Table, roles: Sequence[str]) -> int | None:
    """The row of headings among which one of ``roles`` stands."""
    head = _head(table)
    if head is None or not any(role_of(cell.text) in roles for cell in table.rows[head]):
        return None
    return head


def programme_of(document: Document) -> str | None:
    """The programme: declared, else named in the title or the catalogue item, else the only one of the domain."""
    declared = document.facts.get("list_programme")
    if isinstance(declared, str):
        return declared if declared in PROGRAMMES else None
    told = f"{document.title} {document.item or ''}"
    met = [
        (len(word), -position, name)
        for position, (name, programme) in enumerate(PROGRAMMES.items())
        for word in programme.words
        if word in told and document.domain in {None, programme.domain}
    ]
    if met:
        return max(met)[2]
    own = [name for name, programme in PROGRAMMES.items() if programme.domain == document.domain]
    return own[0] if len(own) == 1 else None


def _head(table: Table) -> int | None:
    for number, row in enumerate(table.rows[:_HEAD_ROWS]):
        filled = [cell for cell in row if cell.text]
        known = [role for cell in filled if (role := role_of(cell.text))]
        named = any(_ROLES.get(_BRACKETS.sub("", cell.text)) == "name" for cell in filled)
        if len(filled) >= _FEWEST_HEADINGS and (named or len(known) >= _FEWEST_HEADINGS):
            return number
    return None
