"""The total vector: every fact of the vocabulary with a value or unknown, and who said it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick

from disclosure_gate.model.determination import FactUsed, Warning
from disclosure_gate.model.errors import Flaw, InputError, pointer
from disclosure_gate.model.findings import FactStatement
from disclosure_gate.model.frozen import FactValue, Text
from disclosure_gate.rules.conditions import judge
from disclosure_gate.rules.vocabulary import Fact, Vocabulary


@dataclass(frozen=True, slots=True)
class FactTable:
    """``vector`` as the engines take it; ``stated`` only what was declared or derived, by name."""

    vector: Mapping[str, FactValue]
    declared: frozenset[str]
    derived: Mapping[str, FactStatement]
    warnings: tuple[Warning, ...]
    disputed: tuple[str, ...]  # declared against what the text shows: to be confirmed before clearing

    def used(self, vocabulary: Vocabulary) -> tuple[FactUsed, ...]:
        """Every fact with its source, for the explanation."""
        return tuple(
            FactUsed(
                name=name,
                value=vocabulary[name].show(value),
                source=self._source(name, vocabulary[name], value),
                evidence=self.derived[name].evidence if name in self.derived else (),
            )
            for name, value in self.vector.items()
            if not vocabulary[name].concept
        )

    def stated(self, vocabulary: Vocabulary) -> list[dict[str, FactValue]]:
        """The facts that were said of this document, as a record keeps them; all others follow by presumption."""
        return [
            {
                "name": name,
                "value": vocabulary[name].show(value),
                "source": self._source(name, vocabulary[name], value),
            }
            for name, value in self.vector.items()
            if name in self.declared or name in self.derived or vocabulary[name].given
        ]

    def _source(self, name: str, fact: Fact, value: FactValue) -> str:
        if name in self.declared:
            return "declared"
        if name in self.derived:
            return f"derived: {self.derived[name].source}"
        if fact.given:
            return "document"
        return "unknown" if value is None else "presumed"


class FactReader:
    """Builds vectors for one vocabulary. Presumptions are settled once per combination of given facts."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._presumed: dict[tuple[FactValue, ...], dict[str, FactValue]] = {}
        self._cues = _Cues(vocabulary)

    def shown(self, title: str, text: str, issuer: str, quoted: str = "") -> list[FactStatement]:
        """Facts that the words of a document show plainly; the first cue of a fact that is met speaks."""
        met = self._cues.met({"title": title, "text": text, "issuer": issuer, "quoted": quoted})
        found: dict[str, FactStatement] = {}
        for number in sorted(met):
            statement = self._cues.statements[number]
            found.setdefault(statement.name, statement)
        return list(found.values())

    def read(
        self, given: Mapping[str, FactValue], declared: Mapping[str, object], derived: Iterable[FactStatement]
    ) -> FactTable:
        """The total vector.

        What the caller declares stands. What the text shows stands against presumptions; where it
        contradicts a declaration, that is a warning and must be confirmed before clearing. Where two
        sources derive different values the fact is unknown.

        Raises:
            InputError: ``E-FACT-UNKNOWN`` or ``E-FACT-TYPE``, one flaw per fact.
        """
        vector = dict(self._base(given))
        seen: dict[str, FactStatement] = {}
        quarrel: set[str] = set()
        for statement in derived:
            before = seen.setdefault(statement.name, statement)
            if before.value != statement.value:
                quarrel.add(statement.name)
        for name, statement in seen.items():
            vector[name] = None if name in quarrel else statement.value
        flaws: list[Flaw] = []
        warnings: list[Warning] = []
        disputed: list[str] = []
        stated: set[str] = set()
        for name, value in declared.items():
            read = self._vocabulary.declared(name, value, pointer("facts", name))
            if isinstance(read, Flaw):
                flaws.append(read)
                continue
            stated.add(name)
            if (
                name in seen
                and name not in quarrel
                and seen[name].value is not None
                and read is not None
                and read != seen[name].value
            ):
                disputed.append(name)
                warnings.append(_disagreement(self._vocabulary[name], read, seen[name].value))
            vector[name] = read
        if flaws:
            raise InputError(flaws=tuple(flaws))
        return FactTable(vector, frozenset(stated), seen, tuple(warnings), tuple(disputed))

    def _base(self, given: Mapping[str, FactValue]) -> dict[str, FactValue]:
        key = tuple(given[name] for name in _KEY)
        found = self._presumed.get(key)
        if found is None:
            found = {}
            for name, fact in self._vocabulary.facts.items():
                if fact.given:
                    continue
                found[name] = next(
                    (each.value for each in fact.presume if judge(each.when, given) is True), fact.default
                )
            if len(self._presumed) < _KEPT:
                self._presumed[key] = found
        return {**found, **given}


_KEY = ("kind", "domain", "issuer_level", "catalogue_row", "row_audience")
_KEPT = 10_000


class _Cues:
    """The cues of all facts, numbered in their order, and all words of one place found in one pass."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        cues = [(fact, cue) for fact in vocabulary.facts.values() for cue in fact.cues]
        self.statements = [
            FactStatement(
                fact.name,
                cue.value,
                f"cue in {cue.place}",
                (f"{cue.place} names one of: {' | '.join(cue.words)}",),
            )
            for fact, cue in cues
        ]
        showing: dict[str, dict[str, list[int]]] = {}
        for number, (_, cue) in enumerate(cues):
            for word in cue.words:
                showing.setdefault(cue.place, {}).setdefault(word, []).append(number)
        self._places = [
            (place, AhoCorasick(list(words)), list(words.values())) for place, words in showing.items()
        ]

    def met(self, places: Mapping[str, str]) -> set[int]:
        """The numbers of the cues that the texts of these places hold a word of."""
        return {
            number
            for place, words, numbers in self._places
            for word, _, _ in words.find_matches_as_indexes(places[place], overlapping=True)
            for number in numbers[word]
        }


def _disagreement(fact: Fact, declared: FactValue, shown: FactValue) -> Warning:
    return Warning(
        code="W-FACT-DISAGREES",
        message=Text(
            zh=f"“{fact.title.zh}”填报为 {fact.show(declared)}，正文显示为 {fact.show(shown)}，放行前须确认",
            en=f"{fact.title.en}: declared {fact.show(declared)}, the text shows {fact.show(shown)}; confirm before clearing",
        ),
        where=f"/facts/{fact.name}",
    )
