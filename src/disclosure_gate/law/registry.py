"""The registry of laws: number, rank, dates in force, what replaced them, and how sure we are."""

from __future__ import annotations

import re
from collections.abc import Iterator, KeysView, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field

from disclosure_gate.law.source import Source, read, read_model
from disclosure_gate.model.determination import Basis
from disclosure_gate.model.document import closest
from disclosure_gate.model.errors import Flaw, RulesetError
from disclosure_gate.model.findings import RANKS
from disclosure_gate.model.frozen import Fixed, Frozen, Text

LawRank = Literal["law", "regulation", "local_regulation", "rule", "document", "judicial", "party"]


def _cited(article: str) -> str:
    if re.search(r"[第条“”‘’（）０-９\s]", article):
        raise ValueError("a number, as 19, or 20(5) for its item or paragraph")
    return article


Article: TypeAlias = Annotated[str, AfterValidator(_cited)]
"""A place in a law, such as ``20(1)``; the dates of a provision are found by it."""


class Replacement(Frozen):
    """What took a law's place, and the provision that says so."""

    law: str
    article: Article = ""


class EditionInForce(Frozen):
    """One edition of a law with the days it is in force, both inclusive."""

    in_force_from: date
    in_force_to: date | None = None
    number: str = ""
    replaced_by: Replacement | None = None


class ProvisionDates(Frozen):
    """A provision that begins or ends apart from its law."""

    in_force_from: date | None = None
    in_force_to: date | None = None


class Law(Frozen):
    """A law, regulation, rule or document, 法律 … 规范性文件."""

    title: str
    short: str = ""
    rank: LawRank
    editions: Annotated[tuple[EditionInForce, ...], Field(min_length=1)]
    provisions: Annotated[dict[Article, ProvisionDates], AfterValidator(Fixed)] = Field(default_factory=Fixed)
    numbered_from: date | None = (
        None  # articles are cited as numbered from this day on; before, they were others
    )
    confidence: Literal["verified", "H", "M", "L"]
    verified_on: date | None = None
    note: str = ""


class LawFile(Frozen):
    """``laws.yaml``."""

    laws: dict[Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]*$")], Law]


@dataclass(frozen=True, slots=True)
class Stale:
    """A provision that is no longer in force, and what stands in its place."""

    law: str
    title: str
    article: str
    ended_on: date
    replaced_by: str

    def message(self) -> Text:
        """What to tell a drafter."""
        zh = f"《{self.title}》自 {self.ended_on} 后不再施行"
        en = f"{self.title} is no longer in force after {self.ended_on}"
        if self.replaced_by:
            zh, en = f"{zh}，已由{self.replaced_by}取代", f"{en}; replaced by {self.replaced_by}"
        return Text(zh=zh, en=en)


class LawRegistry:
    """All laws by id."""

    def __init__(self, laws: dict[str, Law], digest: str = "") -> None:
        self._laws = laws
        self.digest = digest

    @classmethod
    def load(cls, *paths: Path) -> LawRegistry:
        """Read the files ``laws.yaml``: the national one, and those of domains that rest on laws of their own.

        Raises:
            RulesetError: every flaw at ``file:line:column``; a law entered twice is one.
        """
        laws: dict[str, Law] = {}
        sources: list[tuple[Source, LawFile]] = []
        flaws: list[Flaw] = []
        digest = sha256()
        for path in paths:
            source = read(path, path.parent.parent)
            file = read_model(source, LawFile)
            for law_id in file.laws if file else ():
                if law_id in laws:
                    source.flaw("E-RULE-DUPLICATE", ("laws", law_id), got=law_id)
            if file is not None:
                laws |= file.laws
                sources.append((source, file))
            flaws += source.flaws
            source.flaws.clear()
            digest.update(sha256(path.read_bytes()).digest())
        for source, file in sources:
            for law_id, law in file.laws.items():
                _check(law_id, law, laws, source)
            flaws += source.flaws
        if flaws:
            raise RulesetError(flaws=tuple(flaws))
        return cls(laws, digest.hexdigest())

    def __contains__(self, law_id: object) -> bool:
        return law_id in self._laws

    def __getitem__(self, law_id: str) -> Law:
        return self._laws[law_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._laws)

    def ids(self) -> KeysView[str]:
        """All ids."""
        return self._laws.keys()

    def rank(self, law_id: str) -> int:
        """The rank as a number, see :data:`~disclosure_gate.model.findings.RANKS`.

        Judicial interpretations and party rules order no organ to publish: they count as documents.
        """
        return RANKS.get(self._laws[law_id].rank, RANKS["document"])

    def basis(self, law_id: str, article: str, on: date) -> Basis | None:
        """The provision as it is in force on ``on``, or ``None``."""
        law = self._laws[law_id]
        for edition in law.editions:
            first, last = _span(law, edition, article)
            if first <= on and (last is None or on <= last):
                return Basis(
                    law=law_id, title=law.title, article=article, in_force_from=first, in_force_to=last
                )
        return None

    def stale(self, law_id: str, article: str, on: date) -> Stale | None:
        """What to say of a provision that ended before ``on``; ``None`` while it is in force or not yet so."""
        law = self._laws[law_id]
        if self.basis(law_id, article, on) is not None:
            return None
        ended = [
            (last, edition)
            for edition in law.editions
            if (last := _span(law, edition, article)[1]) and last < on
        ]
        if not ended:
            return None
        last, edition = max(ended, key=lambda each: each[0])
        successor = ""
        if edition.replaced_by is not None:
            successor = f"《{self._laws[edition.replaced_by.law].title}》"
            if edition.replaced_by.article:
                successor += f"第{edition.replaced_by.article}条"
        return Stale(law_id, law.title, article, last, successor)

    def cited_ended(self, text: str, on: date) -> list[Stale]:
        """The laws ``text`` cites by their full title, 《…法》, that have ended before ``on``."""
        return [
            ended
            for law_id, law in self._laws.items()
            if f"《{law.title}》" in text and (ended := self.stale(law_id, "", on)) is not None
        ]

    def turns(self) -> set[date]:
        """The days on which some provision begins, and the days after some provision ends."""
        days: set[date] = set()
        for law in self._laws.values():
            if law.numbered_from:
                days.add(law.numbered_from)
            spans: list[EditionInForce | ProvisionDates] = [*law.editions, *law.provisions.values()]
            for dates in spans:
                if dates.in_force_from:
                    days.add(dates.in_force_from)
                if after := day_after(dates.in_force_to):
                    days.add(after)
        return days


def day_after(last: date | None) -> date | None:
    """The first day on which what is in force up to ``last`` no longer is; ``None``, and 9999-12-31, are for good."""
    return last + timedelta(1) if last and last < date.max else None


def _span(law: Law, edition: EditionInForce, article: str) -> tuple[date, date | None]:
    # A paragraph begins and ends with its article.
    own = law.provisions.get(article) or law.provisions.get(article.partition("(")[0])
    first, last = edition.in_force_from, edition.in_force_to
    if article and law.numbered_from:
        first = max(first, law.numbered_from)
    if own is not None:
        first = max(first, own.in_force_from) if own.in_force_from else first
        ends = [day for day in (last, own.in_force_to) if day]
        last = min(ends) if ends else None
    return first, last


def _check(law_id: str, law: Law, laws: Mapping[str, Law], source: Source) -> None:
    for article, own in law.provisions.items():
        if own.in_force_from and own.in_force_to and own.in_force_to < own.in_force_from:
            source.flaw(
                "E-RULE-VALUE",
                ("laws", law_id, "provisions", article, "in_force_to"),
                got=str(own.in_force_to),
                expected=f"≥ {own.in_force_from}",
            )
    previous: EditionInForce | None = None
    for number, edition in enumerate(law.editions):
        at = ("laws", law_id, "editions", number)
        if edition.in_force_to and edition.in_force_to < edition.in_force_from:
            source.flaw(
                "E-RULE-VALUE",
                (*at, "in_force_to"),
                got=str(edition.in_force_to),
                expected=f"≥ {edition.in_force_from}",
            )
        if previous and (previous.in_force_to is None or edition.in_force_from <= previous.in_force_to):
            source.flaw(
                "E-RULE-VALUE",
                (*at, "in_force_from"),
                got=str(edition.in_force_from),
                expected="after the end of the edition before it",
            )
        successor = edition.replaced_by.law if edition.replaced_by else law_id
        if successor not in laws:
            source.flaw(
                "E-LAW-REFERENCE",
                (*at, "replaced_by", "law"),
                got=successor,
                suggestion=closest(successor, laws),
            )
        previous = edition
