"""What people call things: words that point to a domain, and other names of its rows, as data beside a catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import Field

from disclosure_gate.law.source import read, read_model
from disclosure_gate.model.document import closest
from disclosure_gate.model.errors import Flaw, RulesetError
from disclosure_gate.model.frozen import Frozen

Name = Annotated[str, Field(min_length=2, max_length=40)]


class NamesFile(Frozen):
    """``names.yaml`` beside a catalogue.

    ``words`` point to the domain. ``rows`` gives by row id what titles call it; a name of several
    words, such as 低保 公示, is met where a title holds all of them.
    """

    domain: str
    words: tuple[Name, ...] = ()
    rows: dict[str, tuple[Name, ...]] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Names:
    """All names: words by domain, and names by row id such as ``budget/debt``, each in its words."""

    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rows: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)


def load(paths: Iterable[Path], row_ids: Iterable[str]) -> Names:
    """Read the files ``names.yaml``; several of one domain add to each other.

    Raises:
        RulesetError: every flaw at ``file:line:column``; a name of a row that is in no catalogue is one.
    """
    known = set(row_ids)
    words: dict[str, tuple[str, ...]] = {}
    rows: dict[str, tuple[tuple[str, ...], ...]] = {}
    flaws: list[Flaw] = []
    for path in paths:
        source = read(path, path.parent.parent)
        file = read_model(source, NamesFile)
        if file is not None:
            domain = source.domain(file.domain, ("domain",)) or file.domain
            words[domain] = tuple(dict.fromkeys((*words.get(domain, ()), *file.words)))
            for short, names in file.rows.items():
                row = f"{domain}/{short}"
                if row not in known:
                    source.flaw("E-ITEM", ("rows", short), got=short, suggestion=closest(row, known))
                rows[row] = (*rows.get(row, ()), *(tuple(name.split()) for name in names))
        flaws += source.flaws
    if flaws:
        raise RulesetError(flaws=tuple(flaws))
    return Names(words, rows)
