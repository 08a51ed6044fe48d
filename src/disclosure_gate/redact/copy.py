"""The public copy of one file: masks put in, the copy read again, and every masked value searched in its bytes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from ahocorasick_rs import AhoCorasick, BytesAhoCorasick, MatchKind

from disclosure_gate.detect.lexicon import ordinary
from disclosure_gate.detect.names import bounded, is_han
from disclosure_gate.detect.page import folded
from disclosure_gate.detect.reader import NAME, FileText
from disclosure_gate.detect.scan import Scanner
from disclosure_gate.model.content import Blob
from disclosure_gate.model.determination import Redaction
from disclosure_gate.model.document import File
from disclosure_gate.model.errors import Flaw, UnreadableError
from disclosure_gate.model.findings import Reading, Unseen
from disclosure_gate.redact.formats import Format
from disclosure_gate.redact.woven import Mask, applied

# Kinds whose value alone says nothing of anybody: 汉族, 肺癌. They are masked where they were found.
_WORDS = frozenset({"health", "other", "minor_school", "address"})
_NAMES = frozenset({"person_name", "minor_name", "guardian"})
_LEFT_OUT = frozenset({"U-IMAGE", "U-OBJECT"})  # what no copy carries, and a person can have looked at
_SHORTEST = 2
_SHORTEST_DIGITS = 5
_SURE_DIGITS = 9  # a shorter number may as well be part of an amount, a date, a row of figures
_SEPARATORS = re.compile(r"[\s\x0b\u3000\-·•]")


@dataclass(frozen=True, slots=True)
class Masking:
    """What is masked in a document: spans by place, and the values that may stand nowhere in a copy.

    ``again`` are the spans that no rule names, where a value comes again.
    """

    masks: Mapping[str, Sequence[Mask]]
    values: frozenset[str] = field(repr=False)
    again: tuple[Redaction, ...] = ()

    def text(self, where: str, text: str) -> str:
        """The public text of one part."""
        return applied(text, self.masks.get(where, ()))


@dataclass(frozen=True, slots=True)
class PublicCopy:
    """A file as it may be published. ``masked`` counts spans."""

    name: str
    media_type: str
    content: Blob = field(repr=False)
    masked: int


def masking(redactions: Iterable[Redaction], parts: Iterable[tuple[str, str]]) -> Masking:
    """From redactions to masks: a value masked in one place is masked wherever it comes again.

    Args:
        redactions: the redactions of a determination.
        parts: the parts of the document as read, (where, text).
    """
    texts = dict(parts)
    redactions = tuple(redactions)
    values = _values(redactions, texts)
    again = tuple(_again(redactions, texts, values))
    masks: dict[str, list[Mask]] = {}
    for each in (*redactions, *again):
        masks.setdefault(each.where, []).append((each.start, each.end, each.mask))
    return Masking(masks, frozenset(values), again)


def public_copy(
    file: File,
    where: str,
    masks: Masking,
    known: Format,
    scanner: Scanner,
    *,
    without: AbstractSet[str] = frozenset(),
) -> PublicCopy:
    """Build the public copy of ``file`` and prove it clean (P6).

    Args:
        file: the original.
        where: its place in the document, such as ``files/0``.
        masks: what is masked in the document.
        known: the format of the file.
        scanner: reads the copy again.
        without: codes of what a person has looked at; the copy is to be made without it.

    Raises:
        UnreadableError: something could not be seen, or is left in the copy; nothing is returned then.
    """
    original = known.read(file)
    unseen = [each for each in original.unseen if not left_out(each, known, without)]
    if unseen:
        raise UnreadableError(flaws=tuple(Flaw(each.code, _within(where, each.where)) for each in unseen))
    mine = {place: masks.masks.get(_within(where, place), ()) for place, _ in original.parts}
    try:
        data = known.rebuild(file.content.reveal(), mine)
    except UnreadableError as error:
        told = (replace(each, where=_within(where, each.where)) for each in error.flaws)
        raise UnreadableError(flaws=tuple(told)) from error
    name = masks.text(f"{where}/{NAME}", file.name)
    _prove(known.inspect(data), name, data, masks.values, known, scanner, where)
    return PublicCopy(name, known.media_type, Blob(data), sum(map(len, mine.values())))


def left_out(unseen: Unseen, known: Format, without: AbstractSet[str]) -> bool:
    """Whether what could not be seen is among ``without``, codes, and a copy in this format does not carry it."""
    return unseen.code in _LEFT_OUT & without and known.leaves_out_pictures


def squeezed(text: str) -> str:
    """``text`` without separators, digits and letters in ASCII: the form in which values are compared."""
    return _SEPARATORS.sub("", folded(text))


def standing(text: str, values: Iterable[str]) -> list[str]:
    """Those of ``values``, squeezed, that stand in ``text``, written in whatever way."""
    bare = squeezed(text)
    found = _all_in(bare, list(values))
    short = {value for *_, value in _alone(folded(text), [each for each in found if _unsure(each)])}
    return [value for value in found if value in short or not _unsure(value)]


def _all_in(text: str, values: Sequence[str]) -> list[str]:
    """Those of ``values`` that ``text`` holds, in one pass."""
    search = AhoCorasick(values)
    return [
        values[number]
        for number in sorted({each[0] for each in search.find_matches_as_indexes(text, overlapping=True)})
    ]


def _unsure(value: str) -> bool:
    """Whether a value is so short, a number or a name of two characters, that it is that value only by itself."""
    return len(value) < _SURE_DIGITS if value.isdigit() else len(value) == _SHORTEST


def _alone(text: str, values: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Where short values stand by themselves: no part of an amount, a date, a word, a longer name."""
    numbers = [value for value in values if value.isdigit()]
    names = [value for value in values if not value.isdigit()]
    if numbers:
        one = "|".join(map(re.escape, numbers))
        beside = rf"(?<![0-9A-Za-z])(?<![0-9][.,\-])(?:{one})(?![0-9A-Za-z]|[.,\-][0-9])"
        yield from ((*found.span(), found.group()) for found in re.finditer(beside, text))
    if names:
        one = "|".join(f"{re.escape(name[0])}[ \u3000]*{re.escape(name[1])}" for name in names)
        for found in re.finditer(one, text):
            start, end = found.span()
            if bounded(text, end) and not (start and is_han(text[start - 1])):
                yield start, end, squeezed(found.group())


def _values(redactions: Sequence[Redaction], texts: dict[str, str]) -> dict[str, Redaction]:
    """What was masked, by its squeezed form; only what identifies somebody by itself."""
    found: dict[str, Redaction] = {}
    for each in redactions:
        value = squeezed(texts.get(each.where, "")[each.start : each.end])
        digits = sum(char.isdigit() for char in value)
        long_enough = digits >= _SHORTEST_DIGITS or (digits == 0 and len(value) > _SHORTEST)
        name = each.kind in _NAMES and len(value) == _SHORTEST and value not in ordinary()
        if each.kind not in _WORDS and (long_enough or name):
            found.setdefault(value, each)
    return found


def _again(
    redactions: Sequence[Redaction], texts: Mapping[str, str], values: Mapping[str, Redaction]
) -> Iterator[Redaction]:
    """Where the values come again, and no redaction covers them."""
    named: dict[str, list[tuple[int, int]]] = {}
    for each in sorted(redactions, key=lambda each: (each.start, each.end)):
        named.setdefault(each.where, []).append((each.start, each.end))
    longest_first = sorted(values, key=lambda each: (-len(each), each))
    sure = [value for value in longest_first if not _unsure(value)]
    unsure = [value for value in longest_first if _unsure(value)]
    search = AhoCorasick(sure, matchkind=MatchKind.LeftmostLongest)
    for where, text in texts.items():
        spans = named.get(where, [])
        places: list[tuple[int, int, str]] = []
        if sure:
            bare, at = _bare(text)
            again = search.find_matches_as_indexes(bare)
            places += [(at[start], at[end - 1] + 1, sure[number]) for number, start, end in again]
        places += _alone(folded(text), unsure)
        for start, end, value in sorted(places):
            before = bisect_right(spans, start, key=lambda span: span[0]) - 1
            if before < 0 or spans[before][1] < end:
                first = values[value]
                yield Redaction(
                    where=where, start=start, end=end, kind=first.kind, rule=first.rule, mask=first.mask
                )


def _bare(text: str) -> tuple[str, list[int]]:
    """``text`` squeezed, and for each character where it stands in ``text``."""
    plain = folded(text)
    places = [index for index, char in enumerate(plain) if not _SEPARATORS.match(char)]
    return "".join(plain[index] for index in places), places


def _prove(
    copy: FileText,
    name: str,
    data: bytes,
    values: frozenset[str],
    known: Format,
    scanner: Scanner,
    where: str,
) -> None:
    """INVARIANT P6: nothing that was found is left: not in text, hidden places, names or raw bytes."""
    if copy.unseen:
        raise UnreadableError(
            flaws=tuple(Flaw(each.code, _within(where, each.where)) for each in copy.unseen)
        )
    texts = [(NAME, name), *copy.parts]
    left = standing("\n".join(text for _, text in texts), values)
    if not left:
        # Others may be a width, half of a word, or a word of the format itself, such as ``space`` and ``style``.
        sure = [value for value in values if not (_unsure(value) or (value.isascii() and value.isalpha()))]
        search = BytesAhoCorasick([form for value in sure for form in _forms(value)])
        if any(search.find_matches_as_indexes(part) for part in known.raw(data)):
            left = sure
    if not left:
        seen = scanner.scan(Reading(tuple((place, text) for place, text in copy.parts)))
        if seen.failures:
            raise UnreadableError("U-PLUGIN", where=where, got=str(seen.failures[0]))
        parts = dict(copy.parts)
        found = (squeezed(parts[span.where][span.start : span.end]) for span in seen.spans)
        left = [value for value in found if value in values and not _unsure(value)]
    if left:
        places = [place for place, text in texts if standing(text, left)]
        raise UnreadableError(flaws=tuple(Flaw("U-LEFT", _within(where, place)) for place in places or [""]))


def _forms(value: str) -> list[bytes]:
    """How a value may stand in the bytes of a file."""
    encoded = {value.encode(name) for name in ("utf-8", "utf-16-le", "utf-16-be", "gb18030")}
    return [*encoded, value.encode("ascii", "xmlcharrefreplace")]


def _within(where: str, place: str) -> str:
    return f"{where}/{place}" if place else where
