"""Which rows a document is likely to be, from its title and text, with the words that say so.

Four things speak for a row, and their weights are added: how much its own words are those of the
title (pairs of characters, weighed by how rare they are); a name it goes by that the title holds; the
words of its domain; and whether title and row are of one form, such as a guide or a list.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from disclosure_gate.catalogue.model import Row
from disclosure_gate.catalogue.names import Names
from disclosure_gate.model.document import DOMAIN_ALIASES, DOMAINS

_HAN = re.compile(r"[\u4e00-\u9fff]+")
_FRAME = re.compile(
    r"关于|印发|公布|发布|下达|调整|开展|做好|进一步|加强|(?:19|20)\d\d年?度?(?:第[一二三四]季度|上半年|下半年|\d{1,2}月)?|^[\u4e00-\u9fff]{2,3}(?:区|县|市)(?!管理|场|政)|本区|全区|区级|县级|区人民政府|人民政府|办公室"
)
_TITLE_WEIGHT, _PATH_WEIGHT, _CONTENT_WEIGHT = 3.0, 3.0, 1.0
_NAMED, _DOMAIN, _FORM = 0.9, 0.6, 0.12
_OTHER_DEED = 0.3  # a title that tells of a penalty is no licence, whatever licence it names
_MOST_TEXT = 1500  # code points of a text that are looked at: its beginning says what it is
_TEXT_PART = 0.25  # what a word of the text counts beside one of the title
_FULL = 6  # characters of a name that make it certain
_ALONE = 0.5  # what is left of a name where the words of the title point to other domains only
_LEAST = 0.08
_SHOWN = 4
_BEST = 2.5  # a row that everything speaks for

_TITLE_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("penalty", re.compile(r"处罚|罚款|查处|裁量")),
    ("guide", re.compile(r"指南|须知|流程|怎[么样]|如何|什么材料|办理|条件|申请|申报|程序|一次性告知|指引")),
    ("list", re.compile(r"名单|名录|公示|结果|一览|发放|花名册|对象|情况")),
    ("policy", re.compile(r"办法|细则|意见|方案|规定|通知|政策|标准|解读")),
    ("plan", re.compile(r"预案|计划|规划")),
)
_ROW_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("penalty", re.compile(r"处罚|违法建设|裁量|占道|违规")),
    ("guide", re.compile(r"指南|申领|登记|申请|办理|服务|备案|程序|材料、")),
    ("list", re.compile(r"名单|结果|名录|公示|审批信息|审核信息|发放|对象|情况")),
    ("policy", re.compile(r"政策|文件|法规|标准|办法|解读")),
    ("plan", re.compile(r"预案|计划|规划")),
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A row, how well it fits (0 to 1), and the words that say so."""

    row: Row
    score: float
    because: tuple[str, ...]


class Suggester:
    """An index of rows; made once, asked in well under five milliseconds."""

    def __init__(self, rows: Iterable[Row], names: Names | None = None) -> None:
        self._rows = tuple(rows)
        given = names or Names()
        weighted = [_weights(_told(row)) for row in self._rows]
        spread: Counter[str] = Counter()
        for weights in weighted:
            spread.update(weights.keys())
        count = max(len(self._rows), 1)
        self._rarity = {pair: math.log(1 + count / seen) for pair, seen in spread.items()}
        self._postings: dict[str, list[tuple[int, float]]] = {}
        for number, weights in enumerate(weighted):
            size = math.sqrt(sum((weight * self._rarity[pair]) ** 2 for pair, weight in weights.items())) or 1
            for pair, weight in weights.items():
                self._postings.setdefault(pair, []).append((number, weight * self._rarity[pair] / size))
        self._forms = [_forms(row.path + row.content[:12], _ROW_FORMS) for row in self._rows]
        told = [f"{row.path} {row.content}" for row in self._rows]
        self._names = _by_first_word(
            (number, name) for number, row in enumerate(self._rows) for name in _names(row, given, told)
        )
        self._of: dict[str, list[int]] = {}
        for number, row in enumerate(self._rows):
            self._of.setdefault(row.domain, []).append(number)
        self._words = _words({row.domain for row in self._rows}, given)
        self._word = _any_of(self._words)
        self._first = _any_of(self._names)

    def suggest(self, title: str, text: str = "", most: int = 3) -> list[Suggestion]:
        """The likeliest rows, best first; none where nothing fits."""
        bare = _FRAME.sub(" ", title)
        beginning = text[:_MOST_TEXT]
        pointed = self._pointed(title, beginning)
        named = self._named(title, pointed)
        domains = self._domains(pointed, named)
        likeness, shared = self._likeness(bare, beginning)
        forms = _forms(title, _TITLE_FORMS)
        scores: dict[int, float] = {}
        # Rows of the domain that the words point to are likelier than look-alikes of another one.
        pointed_to = {number for domain in _best(pointed) for number in self._of[domain]}
        for number in {*likeness, *named, *pointed_to}:
            row = self._rows[number]
            scores[number] = (
                likeness.get(number, 0.0)
                + _NAMED * named.get(number, (0.0, ""))[0]
                + _DOMAIN * domains.get(row.domain, 0.0)
                + (_FORM if forms & self._forms[number] else 0.0)
                - (_OTHER_DEED if "penalty" in forms - self._forms[number] else 0.0)
            )
        ranked = sorted(scores, key=lambda number: (-scores[number], self._rows[number].id))
        return [
            Suggestion(
                self._rows[number],
                min(scores[number] / _BEST, 1.0),
                _because(named.get(number), shared.get(number, []), self._met_words(title, number)),
            )
            for number in ranked[:most]
            if number in named or number in pointed_to or likeness.get(number, 0.0) >= _LEAST
        ]

    def _met_words(self, title: str, number: int) -> list[str]:
        """Words of the title that point to the domain of a row."""
        domain = self._rows[number].domain
        return [word for word in sorted(_met(self._word, title)) if domain in dict(self._words[word])]

    def domains(self, title: str) -> list[str]:
        """The domains whose words the title holds, the likeliest first."""
        pointed = self._pointed(title, "")
        found = self._domains(pointed, self._named(title, pointed))
        return sorted(found, key=lambda domain: (-found[domain], domain))

    def _pointed(self, title: str, text: str) -> dict[str, float]:
        """By domain, what its words in title and text say for it."""
        found: dict[str, float] = {}
        for source, part in ((title, 1.0), (text, _TEXT_PART)):
            for word in _met(self._word, source):
                for domain, weight in self._words[word]:
                    found[domain] = found.get(domain, 0.0) + part * weight
        return found

    def _named(self, title: str, pointed: Mapping[str, float]) -> dict[int, tuple[float, str]]:
        """Rows that go by a name the title holds: how sure that makes it (0 to 1), and the name.

        申请条件 is a name in many domains: it says less where the title's words point to another one.
        """
        most = max(pointed.values(), default=0.0)
        found: dict[int, tuple[float, str]] = {}
        for first in _met(self._first, title):
            for number, name in self._names[first]:
                if all(word in title for word in name):
                    sure = min(sum(map(len, name)) / _FULL, 1.0)
                    if most:
                        near = pointed.get(self._rows[number].domain, 0.0) / most
                        sure *= _ALONE + (1 - _ALONE) * near
                    if sure > found.get(number, (0.0, ""))[0]:
                        found[number] = (sure, "、".join(name))
        return found

    def _domains(
        self, pointed: Mapping[str, float], named: Mapping[int, tuple[float, str]]
    ) -> dict[str, float]:
        """By domain, what its words and the names of its rows say for it; the likeliest has 1."""
        found = dict(pointed)
        best: dict[str, float] = {}
        for number, (sure, _) in named.items():
            domain = self._rows[number].domain
            best[domain] = max(best.get(domain, 0.0), sure)
        for domain, sure in best.items():
            found[domain] = found.get(domain, 0.0) + sure
        most = max(found.values(), default=1.0)
        return {domain: value / most for domain, value in found.items()}

    def _likeness(self, title: str, text: str) -> tuple[dict[int, float], dict[int, list[tuple[float, str]]]]:
        asked = _weights([(title, _TITLE_WEIGHT), (text, _CONTENT_WEIGHT / 3)])
        size = (
            math.sqrt(sum((weight * self._rarity.get(pair, 0)) ** 2 for pair, weight in asked.items())) or 1
        )
        scores: dict[int, float] = {}
        shared: dict[int, list[tuple[float, str]]] = {}
        for pair, weight in asked.items():
            rarity = self._rarity.get(pair)
            if rarity is None:
                continue
            for number, strength in self._postings[pair]:
                gain = weight * rarity * strength / size
                scores[number] = scores.get(number, 0.0) + gain
                shared.setdefault(number, []).append((gain, pair))
        return scores, shared


def _told(row: Row) -> list[tuple[str, float]]:
    return [
        (row.item[-1], _PATH_WEIGHT),
        (" ".join(row.item), _PATH_WEIGHT / 2),
        (row.content, _CONTENT_WEIGHT),
    ]


def _names(row: Row, given: Names, told: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """What the row goes by: names given as data, and its last level where no other row says the same words."""
    yield from given.rows.get(row.id, ())
    own = row.item[-1]
    if len(own) >= _FULL - 1 and sum(own in each for each in told) == 1:
        yield (own,)


def _words(domains: Iterable[str], given: Names) -> dict[str, list[tuple[str, float]]]:
    """By word: the domains it points to, and how strongly; a word of several domains says less of each."""
    owners: dict[str, list[str]] = {}
    for domain in sorted(domains):
        aliases = [name for name, slug in DOMAIN_ALIASES.items() if slug == domain]
        for word in dict.fromkeys((*given.words.get(domain, ()), DOMAINS[domain], *aliases)):
            owners.setdefault(word, []).append(domain)
    return {
        word: [(domain, min(len(word), _FULL) / _FULL / len(of)) for domain in of]
        for word, of in owners.items()
    }


def _by_first_word(
    names: Iterable[tuple[int, tuple[str, ...]]],
) -> dict[str, list[tuple[int, tuple[str, ...]]]]:
    found: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
    for number, name in names:
        found.setdefault(name[0], []).append((number, name))
    return found


def _any_of(words: Iterable[str]) -> re.Pattern[str] | None:
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, longest_first))) if longest_first else None


def _met(pattern: re.Pattern[str] | None, text: str) -> set[str]:
    """All words of the pattern in the text, also one that begins within another."""
    found: set[str] = set()
    if pattern is None:
        return found
    at = 0
    while match := pattern.search(text, at):
        found.add(match.group())
        at = match.start() + 1
    return found


def _forms(text: str, known: Iterable[tuple[str, re.Pattern[str]]]) -> frozenset[str]:
    return frozenset(form for form, pattern in known if pattern.search(text))


def _best(pointed: Mapping[str, float]) -> list[str]:
    most = max(pointed.values(), default=0.0)
    return [domain for domain, value in pointed.items() if value == most]


def _because(
    named: tuple[float, str] | None, shared: list[tuple[float, str]], words: list[str]
) -> tuple[str, ...]:
    pairs = [pair for _, pair in sorted(shared, reverse=True)[:_SHOWN]]
    return tuple(dict.fromkeys([*([named[1]] if named else []), *pairs, *words]))[:_SHOWN]


def _weights(parts: list[tuple[str, float]]) -> dict[str, float]:
    found: dict[str, float] = {}
    for text, weight in parts:
        for pair in set(_pairs(text)):
            found[pair] = max(found.get(pair, 0.0), weight)
    return found


def _pairs(text: str) -> Iterator[str]:
    for run in _HAN.finditer(text):
        word = run.group()
        for start in range(len(word) - 1):
            yield word[start : start + 2]
