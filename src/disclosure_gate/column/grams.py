"""Search that finds any run of characters, also one or two: texts as sets of single characters and pairs.

Chinese has no spaces, and a word list knows neither new names nor dispatch numbers. A run of one or two
characters is a gram of the index itself; a longer one is all its pairs, and is then looked for in the text.
"""

from __future__ import annotations

import re
import unicodedata
from operator import add

_SPACE = re.compile(r"\s+")
_WIDE = re.compile(r"(?<=[⺀-鿿豈-﫿　-〿＀-￯]) (?=[⺀-鿿豈-﫿　-〿＀-￯])")
_BREAKS = " \n"
MAX_QUERY = 100
MAX_TERMS = 10
_PAIR = 2


def folded(text: str) -> str:
    """The form in which texts and questions are compared: width and case alike, no gaps inside Chinese."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = "".join(char if char.isprintable() else " " for char in plain)
    return _WIDE.sub("", _SPACE.sub(" ", plain)).strip()


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


def _grams_of(term: str) -> list[str]:
    return [term] if len(term) < _PAIR else [term[at : at + 2] for at in range(len(term) - 1)]


def _token(gram: str) -> str:
    return f"g{gram.encode().hex()}"
