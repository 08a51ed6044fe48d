"""The vocabulary: every fact with its type, its presumption, its question, and how text shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, TypeAlias

from disclosure_gate.model.document import DOMAINS, KINDS, closest
from disclosure_gate.model.errors import Flaw
from disclosure_gate.model.frozen import FactValue, Text

FactType: TypeAlias = Literal["bool", "enum", "int", "date", "text"]
FACT_TYPES: tuple[FactType, ...] = ("bool", "enum", "int", "date", "text")
UNKNOWN = "unknown"  # how a person writes None
NONE = "none"
_DAYS = range(1, date.max.toordinal() + 1)


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that show a fact's value plainly."""

    value: FactValue
    place: Literal["text", "title", "issuer", "quoted"]  # quoted: what the text says of documents it quotes
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Presumption:
    """A value taken when nobody says otherwise; ``when`` speaks of the given facts only."""

    when: Any
    value: FactValue


@dataclass(frozen=True, slots=True)
class Fact:
    """One entry of the vocabulary. ``given`` facts are read off the document itself."""

    name: str
    type: FactType
    title: Text
    ask: Text
    values: tuple[str, ...] = ()
    presume: tuple[Presumption, ...] = ()
    default: FactValue = None
    cues: tuple[Cue, ...] = ()
    given: bool = False
    concept: bool = False
    source: str = "national"
    says: Mapping[str, Text] = field(
        default_factory=dict, compare=False
    )  # by value: its clause in a sentence

    def read(self, value: object) -> FactValue:
        """``value`` as the engines hold it: dates as ordinals, ``unknown`` as ``None``.

        Raises:
            ValueError: it is not of this fact's type; the message says what was expected.
        """
        if value is None or value == UNKNOWN:
            return None
        if self.type == "date":
            return _ordinal(value, self.expected)
        if isinstance(value, str):
            if self.type == "text" or (self.type == "enum" and value in self.values):
                return value
        elif isinstance(value, int) and self.type == ("bool" if isinstance(value, bool) else "int"):
            return value
        raise ValueError(self.expected)

    def show(self, value: FactValue) -> FactValue:
        """A held value as it is written at the border."""
        if self.type == "date" and isinstance(value, int):
            return date.fromordinal(value).isoformat()
        return value

    @property
    def expected(self) -> str:
        """What a value may be, in words for an error message."""
        return {
            "bool": "true | false",
            "enum": " | ".join(self.values),
            "int": "integer",
            "date": "YYYY-MM-DD",
            "text": "text",
        }[self.type]

    def domain(self, mentioned: frozenset[FactValue]) -> tuple[FactValue, ...]:
        """The values worth trying for this fact: all of a finite type, else those rules mention and one more."""
        if self.type == "bool":
            return (False, True)
        if self.type == "enum":
            return self.values
        if self.type == "text":
            return (*sorted(str(word) for word in mentioned), "\ufffe")
        edges = sorted(int(edge) for edge in mentioned if edge is not None)
        near = {each for edge in edges for each in (edge - 1, edge, edge + 1)}
        if self.type == "date":
            return tuple(sorted(each for each in near if each in _DAYS)) or (1,)
        return tuple(sorted(near)) or (0,)


def _ordinal(value: object, expected: str) -> int:
    if isinstance(value, date):
        return value.toordinal()
    try:
        return date.fromisoformat(str(value)).toordinal()
    except ValueError:
        raise ValueError(expected) from None


_GIVEN_TITLES = {
    "kind": Text(zh="文种", en="kind of document"),
    "domain": Text(zh="领域", en="domain"),
    "item": Text(zh="目录事项", en="catalogue item"),
    "issuer_level": Text(zh="发文机关层级", en="level of the issuing organ"),
    "catalogue_row": Text(zh="目录公开方式", en="what the catalogue row says"),
    "row_audience": Text(zh="目录公开对象", en="audience of the catalogue row"),
}


def given_facts() -> dict[str, Fact]:
    """The facts that the document and its catalogue row give by themselves; they are never unknown."""
    values: dict[str, tuple[str, ...]] = {
        "kind": KINDS,
        "domain": (NONE, *DOMAINS),
        "item": (),
        "issuer_level": ("national", "province", "city", "county", "township"),
        "catalogue_row": (NONE, "proactive", "on_request"),
        "row_audience": (NONE, "public", "village", "affected", "parties"),
    }
    return {
        name: Fact(
            name,
            "text" if name == "item" else "enum",
            title,
            Text(zh=f"{title.zh}是什么？", en=f"What is the {title.en}?"),
            values[name],
            default=NONE if name not in {"kind", "issuer_level"} else None,
            given=True,
        )
        for name, title in _GIVEN_TITLES.items()
    }


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All facts by name."""

    facts: Mapping[str, Fact] = field(default_factory=given_facts)

    def __contains__(self, name: object) -> bool:
        return name in self.facts

    def __getitem__(self, name: str) -> Fact:
        return self.facts[name]

    def declared(self, name: str, value: object, where: str) -> FactValue | Flaw:
        """A value the caller declares, or what is wrong with it."""
        fact = self.facts.get(name)
        if fact is None or fact.given or fact.concept:
            known = [each.name for each in self.facts.values() if not each.given and not each.concept]
            return Flaw("E-FACT-UNKNOWN", where, got=name[:80], suggestion=closest(name, known))
        try:
            return fact.read(value)
        except ValueError as error:
            near = closest(value, fact.values) if isinstance(value, str) else ""
            return Flaw("E-FACT-TYPE", where, got=type(value).__name__, expected=str(error), suggestion=near)
