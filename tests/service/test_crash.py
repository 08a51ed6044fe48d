"""Killed under load, at named points and at any moment: see :mod:`crash`; `make soak` does it hundreds of times."""

from __future__ import annotations

from pathlib import Path

import pytest

import crash
from databases import KINDS


@pytest.mark.law(8)
@pytest.mark.parametrize("database", KINDS)
def test_what_was_answered_is_there_and_nothing_is_done_twice(
    database: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    server = request.getfixturevalue("postgresql_server") if database == "postgresql" else ""
    report = crash.run(database, 16, 1, server, tmp_path)
    assert report.faults == []
    assert report.answered["issue"] >= 6
    assert report.published
