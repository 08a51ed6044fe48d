"""Search that finds any run of characters, also one or two: texts as sets of single characters and pairs.

Chinese has no spaces, and a word list knows neither new names nor dispatch numbers. A run of one or two
characters is a gram of the index itself; a longer one is all its pairs, and is then looked for in the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from functools import cache, lru_cache
from operator import add

_SPACE = re.compile(r"\s+")
_WIDE_CHAR = "[⺀-鿿豈-﫿　-〿＀-￯]"
_WIDE = re.compile(f"(?<={_WIDE_CHAR}) (?={_WIDE_CHAR})")
_GAP = r"[\s\u200b-\u200f\u2060\ufeff]*"
_VARIED = [
    (0x00A0, 0x0100),
    (0x2070, 0x2100),
    (0x2460, 0x2500),
    (0x2E80, 0x3400),
    (0xF900, 0xFB00),
    (0xFE10, 0x10000),
]
"""Blocks of characters that are another character in another width or shape."""
_BREAKS = " \n"
MAX_QUERY = 100
MAX_TERMS = 10
_PAIR = 2


def folded(text: str) -> str:
    """The form in which texts and questions are compared: width and case alike, no gaps inside Chinese."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = "".join(char if char.isprintable() else " " for char in plain)
    return _WIDE.sub("", _SPACE.sub(" ", plain)).strip()


@lru_cache(maxsize=256)
def finder(terms: tuple[str, ...]) -> re.Pattern[str]:
    """Finds folded terms in a text as it was written, longest first: in any width and case, with gaps inside Chinese."""
    longest = sorted(terms, key=len, reverse=True)
    return re.compile("|".join(map(_as_written, longest)), re.IGNORECASE)


def grams(text: str) -> str:
    """The grams of folded texts, one a line, as tokens of the index, each once."""
    found = {char for char in text if char not in _BREAKS}
    found |= {pair for pair in map(add, text, text[1:]) if pair[0] not in _BREAKS and pair[1] not in _BREAKS}
    return " ".join(map(_token, sorted(found)))


def terms_of(query: str) -> list[str]:
    """The runs of characters a question asks for: what spaces separate; all must be found."""
    runs = [run for part in query[:MAX_QUERY].split() for run in folded(part).split(" ") if run]
    return list(dict.fromkeys(runs))[:MAX_TERMS]


def expression(terms: list[str], tags: list[str], column: str = "") -> str:
    """What is asked of the full-text index. Only tokens of our own making are in it, nothing of the question."""
    asked = [_token(gram) for term in terms for gram in _grams_of(term)]
    wanted = " AND ".join(dict.fromkeys(asked))
    if column and wanted:
        wanted = f"{{{column}}} : ({wanted})"
    return " AND ".join([*([f"({wanted})"] if wanted else []), *(tag_token(each) for each in tags)])


def needs_proof(term: str) -> bool:
    """Whether all grams of a term could stand in a text without the term itself."""
    return len(term) > _PAIR


def tag_token(tag: str) -> str:
    """The token of a filter such as ``domain=budget``."""
    return f"t{tag.encode().hex()}"


def _as_written(term: str) -> str:
    chars = [f"[{''.join(map(re.escape, (char, *_variants().get(char, ()))))}]" for char in term]
    wide = [re.match(_WIDE_CHAR, char) is not None for char in term]
    gaps = [_GAP if one and other else "" for one, other in zip(wide, [*wide[1:], False], strict=True)]
    return "".join(map(add, chars, gaps))


@cache
def _variants() -> dict[str, list[str]]:
    """What else a folded character may have been."""
    found: dict[str, list[str]] = defaultdict(list)
    for char in (chr(code) for start, end in _VARIED for code in range(start, end)):
        plain = unicodedata.normalize("NFKC", char).casefold()
        if plain != char:
            found[plain].append(char)
    return found


def _grams_of(term: str) -> list[str]:
    return [term] if len(term) < _PAIR else [term[at : at + 2] for at in range(len(term) - 1)]


def _token(gram: str) -> str:
    return f"g{gram.encode().hex()}"
