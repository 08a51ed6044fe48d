"""Suggestion: the right item among the first three, the right domain first, in no time, and why."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from disclosure_gate import Gate
from disclosure_gate.catalogue.names import load
from disclosure_gate.model.errors import RulesetError
from pace import slowness

_HERE = Path(__file__).parent
_LISTS = sorted(path.name for path in _HERE.glob("titles*.txt"))
_FEWEST = 150


def _titles(name: str) -> list[list[str]]:
    return [
        [part.strip() for part in line.split("|")]
        for line in (_HERE / name).read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    ]


@pytest.mark.parametrize("name", _LISTS)
def test_labelled_titles_find_their_items(gate: Gate, name: str) -> None:
    catalogue = gate.parts.catalogue
    ids = {row.id for row in catalogue.rows()}
    titles = _titles(name)
    wrong_domain, wrong_item = [], []
    for title, domain, items in titles:
        wanted = {f"{domain}/{item.strip()}" for item in items.split(",")}
        assert wanted <= ids, f"{title}: no such row"
        found = catalogue.suggest(title)
        if not found or found[0].row.domain != domain:
            wrong_domain.append(title)
        if not wanted & {each.row.id for each in found}:
            wrong_item.append(title)
    assert len(titles) >= _FEWEST
    assert len({domain for _, domain, _ in titles}) == 26
    assert len(wrong_domain) <= 0.05 * len(titles), wrong_domain
    assert len(wrong_item) <= 0.10 * len(titles), wrong_item


def test_no_title_stands_in_two_lists() -> None:
    seen = [title for name in _LISTS for title, _, _ in _titles(name)]
    assert len(_LISTS) == 5
    assert len(set(seen)) == len(seen)


def test_a_suggestion_takes_less_than_five_milliseconds(gate: Gate) -> None:
    catalogue = gate.parts.catalogue
    text = "为做好社会救助工作，现将有关事项公告如下。" * 200
    catalogue.suggest("准备", text)
    titles = [title for title, _, _ in _titles(_LISTS[0])]
    start = time.process_time()
    for title in titles:
        catalogue.suggest(title, text)
    assert (time.process_time() - start) / len(titles) < 0.005 * slowness()


def test_every_suggestion_says_why_and_nothing_is_suggested_for_nothing(gate: Gate) -> None:
    assert all(each.because and each.score > 0 for each in gate.parts.catalogue.suggest("低保名单公示"))
    assert gate.parts.catalogue.suggest("abc 123") == []


def test_a_name_says_less_where_the_words_point_elsewhere(gate: Gate) -> None:
    [first, *_] = gate.parts.catalogue.suggest("城市管理行政处罚流程图")
    assert first.row.id == "urban_enforcement/procedure"


def test_a_title_of_a_penalty_is_no_licence(gate: Gate) -> None:
    found = gate.parts.catalogue.suggest("关于对某药店违反药品经营许可规定的行政处罚决定")
    assert found[0].row.id == "food_drug/drug-penalty"


def test_a_name_of_a_row_that_is_nowhere_is_told_at_its_place(tmp_path: Path) -> None:
    path = tmp_path / "x" / "names.yaml"
    path.parent.mkdir()
    path.write_text("domain: budget\nrows:\n  debts: [政府债务]\n", encoding="utf-8")
    with pytest.raises(RulesetError) as refused:
        load([path], ["budget/debt"])
    [flaw] = refused.value.flaws
    assert (flaw.code, flaw.where, flaw.suggestion) == ("E-ITEM", "x/names.yaml:3:3", "budget/debt")


def test_rows_of_the_domain_the_words_point_to_come_before_look_alikes(gate: Gate) -> None:
    found = gate.parts.catalogue.suggest("中小学幼儿园周边环境整治通报")
    assert {each.row.domain for each in found} == {"compulsory_education"}
    assert all(each.because for each in found)
