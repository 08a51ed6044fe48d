"""Suggestion: the right item among the first three, the right domain first, in no time."""

from __future__ import annotations

import time
from pathlib import Path

from disclosure_gate import Gate

_TITLES = [
    [part.strip() for part in line.split("|")]
    for line in (Path(__file__).parent / "titles.txt").read_text(encoding="utf-8").splitlines()
    if line.strip() and not line.startswith("#")
]


def test_labelled_titles_find_their_items(gate: Gate) -> None:
    catalogue = gate.parts.catalogue
    ids = {row.id for row in catalogue.rows()}
    wrong_domain, wrong_item = [], []
    for title, domain, items in _TITLES:
        wanted = {f"{domain}/{item.strip()}" for item in items.split(",")}
        assert wanted & ids, f"{title}: no such row"
        found = catalogue.suggest(title)
        if not found or found[0].row.domain != domain:
            wrong_domain.append(title)
        if not wanted & {each.row.id for each in found}:
            wrong_item.append(title)
    assert len(_TITLES) >= 150
    assert len({domain for _, domain, _ in _TITLES}) == 26
    assert len(wrong_domain) <= 0.05 * len(_TITLES), wrong_domain
    assert len(wrong_item) <= 0.10 * len(_TITLES), wrong_item


def test_a_suggestion_takes_less_than_five_milliseconds(gate: Gate) -> None:
    catalogue = gate.parts.catalogue
    text = "为做好社会救助工作，现将有关事项公告如下。" * 200
    catalogue.suggest("准备", text)
    start = time.perf_counter()
    for title, _, _ in _TITLES:
        catalogue.suggest(title, text)
    assert (time.perf_counter() - start) / len(_TITLES) < 0.005


def test_every_suggestion_says_why_and_nothing_is_suggested_for_nothing(gate: Gate) -> None:
    assert all(each.because and each.score > 0 for each in gate.parts.catalogue.suggest("低保名单公示"))
    assert gate.parts.catalogue.suggest("abc 123") == []
