"""Writes the list of ordinary Chinese words that names are told apart from: detect/words.txt.

    pip install jieba==0.42.1 && python tests/corpus/words.py

The words come from the dictionary of jieba (MIT licence, see docs/dependencies.md): those of two characters met at
least ten times in what it was made from, and of three those that could cover a name or the edge of one. Names of
persons it knows are left out, but for those with a surname that is seldom one.
"""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

from disclosure_gate.detect.lexicon import SURNAMES, USUAL_SURNAMES

_TARGET = Path(__file__).parents[2] / "src/disclosure_gate/detect/words.txt"
_ENTRY = re.compile(r"^([\u4e00-\u9fa5]{2,3}) (\d+) (\w+)$", re.MULTILINE)
_OFTEN = {2: 10, 3: 3}
_VERY_OFTEN = 300


def main() -> None:
    """Read the dictionary, write the list: words of two characters on one line, of three on the next."""
    spec = find_spec("jieba")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("jieba is not installed: pip install jieba==0.42.1")
    entries = Path(spec.submodule_search_locations[0], "dict.txt").read_text(encoding="utf-8")
    words: dict[int, set[str]] = {2: set(), 3: set()}
    for word, times, tag in _ENTRY.findall(entries):
        if int(times) >= _OFTEN[len(word)] and _ordinary(word, name=tag.startswith("nr")):
            words[len(word)].add(word)
    often = {
        word for word, times, _ in _ENTRY.findall(entries) if word in words[2] and int(times) >= _VERY_OFTEN
    }
    lines = (*words.values(), often)
    _TARGET.write_text("".join(f"{''.join(sorted(each))}\n" for each in lines), encoding="utf-8")
    print([len(each) for each in lines])


def _ordinary(word: str, *, name: bool) -> bool:
    if len(word) == 2:
        return not name or word[0] not in USUAL_SURNAMES
    return not name and not SURNAMES.isdisjoint((word[0], word[2]))


if __name__ == "__main__":
    main()
