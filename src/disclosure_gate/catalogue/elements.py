"""Content elements: what a guide, a proof, a benefit notice, a budget … must say, and what of it a text does not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field

from disclosure_gate.catalogue.model import Row, RowBasis
from disclosure_gate.law.registry import LawRegistry
from disclosure_gate.law.source import read, read_model
from disclosure_gate.model.determination import Basis
from disclosure_gate.model.document import KINDS, closest
from disclosure_gate.model.errors import Flaw, RulesetError
from disclosure_gate.model.frozen import Frozen, Text


class Paper(Frozen):
    """A sort of paper: of one of ``kinds``, with one of ``titles`` in its title, under one of ``items``; empty asks nothing.

    ``duty`` are the provisions that make its elements a duty: then it is not cleared without them.
    With ``resting_on`` they do so only where the catalogue row rests on that law.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    title: Text
    kinds: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    elements: Annotated[tuple[str, ...], Field(min_length=1)]
    duty: tuple[RowBasis, ...] = ()
    resting_on: str = ""
    source: str = ""


class ElementFile(Frozen):
    """``elements.yaml``. ``words`` show that an element is there: a check of presence, not of quality."""

    words: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    papers: tuple[Paper, ...] = ()


@dataclass(frozen=True, slots=True)
class Lacking:
    """What a paper does not say: all of it, and the part that a law makes a duty, with the provisions."""

    elements: tuple[str, ...]
    by_law: tuple[str, ...]
    basis: tuple[Basis, ...]


@dataclass(frozen=True, slots=True)
class Elements:
    """All papers, and the words of their elements."""

    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    papers: tuple[Paper, ...] = ()

    def papers_of(self, kind: str, title: str, row: Row | None) -> list[Paper]:
        """The sorts of paper a document is."""
        return [
            paper
            for paper in self.papers
            if (not paper.kinds or kind in paper.kinds)
            and (not paper.titles or any(word in title for word in paper.titles))
            and (not paper.items or (row is not None and row.id in paper.items))
        ]

    def lacking(
        self, kind: str, title: str, row: Row | None, text: str, registry: LawRegistry, on: date
    ) -> Lacking:
        """What a document should say and does not; title and text count, in the words of each element."""
        papers = self.papers_of(kind, title, row)
        own = row.elements if row is not None else ()
        asked = dict.fromkeys([element for paper in papers for element in paper.elements])
        said = f"{title}\n{text}"
        gone = tuple(each for each in (*asked, *own) if not self._there(each, said))
        by_law: dict[str, None] = {}
        basis: dict[Basis, None] = {}
        for paper in papers:
            if paper.resting_on and not (row and any(each.law == paper.resting_on for each in row.basis)):
                continue
            live = [found for each in paper.duty if (found := registry.basis(each.law, each.article, on))]
            missing = [each for each in paper.elements if each in gone]
            if live and missing:
                by_law |= dict.fromkeys(missing)
                basis |= dict.fromkeys(live)
        return Lacking(tuple(dict.fromkeys(gone)), tuple(by_law), tuple(basis))

    def _there(self, element: str, text: str) -> bool:
        return any(word in text for word in (element, *self.words.get(element, ())))


def load(paths: Iterable[Path], registry: LawRegistry, row_ids: Iterable[str]) -> Elements:
    """Read the files ``elements.yaml``.

    Raises:
        RulesetError: every flaw at ``file:line:column``: an unknown kind, law or row.
    """
    known = set(row_ids)
    words: dict[str, tuple[str, ...]] = {}
    papers: list[Paper] = []
    flaws: list[Flaw] = []
    for path in paths:
        source = read(path, path.parent.parent)
        file = read_model(source, ElementFile)
        for name, shown in (file.words if file else {}).items():
            words[name] = (*words.get(name, ()), *shown)
        for number, paper in enumerate(file.papers if file else ()):
            at = ("papers", number)
            for part, named, valid, code in (
                ("kinds", paper.kinds, KINDS, "E-RULE-VALUE"),
                ("items", paper.items if known else (), known, "E-ITEM"),
                ("duty", [each.law for each in paper.duty], registry.ids(), "E-LAW-REFERENCE"),
                (
                    "resting_on",
                    [paper.resting_on] if paper.resting_on else [],
                    registry.ids(),
                    "E-LAW-REFERENCE",
                ),
            ):
                for each in named:
                    if each not in valid:
                        source.flaw(code, (*at, part), got=each, suggestion=closest(each, valid))
            papers.append(paper)
        flaws += source.flaws
    if flaws:
        raise RulesetError(flaws=tuple(flaws))
    return Elements(words, tuple(papers))
