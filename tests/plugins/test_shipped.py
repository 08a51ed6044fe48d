"""The plugins of plugins/: installable, found by the gate, at peace with each other, and never more open than the gate alone.

What every plugin is held to, its rules and cases included, each of them tests with the conformance kit.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from disclosure_gate import Gate
from disclosure_gate.model.determination import Determination
from disclosure_gate.model.errors import InputError
from disclosure_gate.rules.cases import document_of
from factories import TODAY

ROOT = Path(__file__).parents[2]
NAMES = sorted(path.parent.name for path in ROOT.glob("plugins/*/pyproject.toml"))
_WIDTH = {"public": 3, "village": 2, "affected": 2, "parties": 1}


def _plugin(name: str) -> Any:
    return import_module(name).plugin


def _opened(*names: str) -> Gate:
    return Gate.open(plugins=[_plugin(name) for name in names], engine="direct")


@pytest.fixture(scope="module")
def plain() -> Gate:
    return Gate.open(plugins=(), engine="direct")


@pytest.fixture(scope="module", params=NAMES)
def extended(request: pytest.FixtureRequest) -> Gate:
    return _opened(request.param)


@pytest.fixture(scope="module")
def every() -> Gate:
    return _opened(*NAMES)


def test_each_is_installed_and_found_by_its_entry_point(tmp_path: Path) -> None:
    packages = [str(ROOT / "plugins" / name) for name in NAMES]
    # Sources are copied by pip; nothing is fetched and nothing in the environment changes.
    subprocess.run(
        [
            sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index",
            "--no-deps", "--no-build-isolation", "--target", str(tmp_path), *packages,
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    ran = subprocess.run(
        [sys.executable, "-m", "disclosure_gate.cli", "plugin", "list", "--json"],
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        text=True,
    )
    found = json.loads(ran.stdout)
    assert {each["name"] for each in found["plugins"]} >= set(NAMES)
    assert found.get("problems", []) == []


def test_each_has_a_page_and_stands_in_the_list() -> None:
    table = (ROOT / "plugins" / "README.md").read_text(encoding="utf-8")
    for name in NAMES:
        assert f"[{name}]({name}/README.md)" in table
        assert len((ROOT / "plugins" / name / "README.md").read_text(encoding="utf-8").splitlines()) <= 60


def _widest(answer: Determination) -> int:
    return max((_WIDTH[each.audience] for each in answer.publications), default=0)


@pytest.mark.law(1)
def test_none_makes_a_document_more_open(plain: Gate, extended: Gate) -> None:
    cases = extended.parts.rules.cases
    own = [case for ruleset, _, case in cases if ruleset.startswith("plugins/")]
    others = [case for ruleset, _, case in cases if not ruleset.startswith("plugins/")]
    for case in (*own, *others[::12]):
        data = document_of(case.document)
        known = {
            **data,
            "facts": {k: v for k, v in data["facts"].items() if k in plain.parts.rules.vocabulary},
        }
        try:
            before = plain.check(known, case.as_of)
        except InputError:
            continue  # names a row that only the plugin brings
        after = extended.check(data, case.as_of)
        if before.status is None or after.status is None:
            continue  # held: nothing is opened
        assert after.status.openness <= before.status.openness, case.case
        assert _widest(after) <= _widest(before), case.case


@pytest.mark.law(2)
def test_their_order_does_not_matter_and_all_of_them_live_together(every: Gate) -> None:
    assert every.problems == ()
    paper = {
        "id": "1", "title": "关于低保对象名单的公示", "kind": "名单公示", "domain": "social_assistance",
        "text": "名单如下\n姓名\t年龄\t金额\n沐云\t9\t100\n柳川\t40\t200", "issuer": {"name": "区民政局"},
        "facts": {"secrecy_review": "passed"},
    }  # fmt: skip
    expected = every.check(paper, TODAY).model_dump_json()
    for order in (NAMES[::-1], [*NAMES[3:], *NAMES[:3]]):
        assert _opened(*order).check(paper, TODAY).model_dump_json() == expected


@pytest.mark.law(10)
def test_a_broken_file_holds_the_document_and_raises_nothing(every: Gate) -> None:
    for kind in ("预算", "名单公示", "办事指南", "申请答复", "行政处罚决定", "征收补偿文件", "通知"):
        answer = every.check(
            {
                "id": "1", "title": "材料", "kind": kind, "issuer": {"name": "区政府办公室"},
                "files": [{"name": "表.xlsx", "content": b"PK\x03\x04 no workbook xl/workbook"}],
            },
            date(2026, 11, 24),
        )  # fmt: skip
        assert answer.status is None
        codes = {each.code for each in answer.held}
        assert "H-UNREADABLE" in codes
        assert "H-PLUGIN" not in codes
