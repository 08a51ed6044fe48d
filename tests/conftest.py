from __future__ import annotations

import gc
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from databases import KINDS, fresh, postgresql
from disclosure_gate import Gate
from factories import checking, gate_with_register

if TYPE_CHECKING:
    from playwright.sync_api import Browser

settings.register_profile(
    "suite", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("suite")

gc.disable()  # nothing of what is imported and collected is garbage: it is looked through again and again


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    try:
        return (yield)
    finally:
        gc.enable()


_LONGEST = (
    "test_browser_desk.py",
    "test_site.py",
    "test_gallery.py",
    "test_tutorial.py",
    "test_cli.py",
    "test_people.py",
    "test_cases.py",
    "test_scaffold.py",
    "test_client.py",
    "test_linear.py",
    "test_unseen.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take longest come first: a worker has a file to itself, and none is to begin one at the end."""
    items.sort(
        key=lambda each: _LONGEST.index(each.path.name) if each.path.name in _LONGEST else len(_LONGEST)
    )


@pytest.fixture(scope="session")
def gate() -> Gate:
    """Checks only, both engines, shipped rulesets, no foreign plugins."""
    return checking()


@pytest.fixture
def issuing(tmp_path: Path) -> Iterator[Gate]:
    """With a register of its own."""
    with gate_with_register(tmp_path) as opened:
        yield opened


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a PostgreSQL server that runs while the tests run."""
    with postgresql() as url:
        yield url


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for all tests of a session; each test opens pages of its own."""
    from browser import launched  # noqa: PLC0415  only tests of pages need the driver

    with launched() as browser:
        yield browser


@pytest.fixture(params=KINDS)
def register_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind a register runs on."""
    kind: str = request.param
    server = request.getfixturevalue("postgresql_server") if kind == "postgresql" else ""
    return fresh(kind, server, tmp_path)
