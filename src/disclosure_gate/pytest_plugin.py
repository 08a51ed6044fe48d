"""The pytest plugin that comes with the package: what tests of plugins need, and nothing for any other test."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from disclosure_gate.gate import Gate


def pytest_addoption(parser: pytest.Parser) -> None:
    """The language in which the conformance kit speaks."""
    parser.getgroup("disclosure-gate").addoption(
        "--gate-lang", choices=["zh", "en"], default="en", help="language of the conformance kit: zh | en"
    )


@pytest.fixture(scope="session")
def gate_with() -> Callable[..., Gate]:
    """Open a gate with these plugins and no others: ``gate_with(plugin).check(document, as_of)``."""
    from disclosure_gate.gate import Gate  # noqa: PLC0415  a test run without plugins' tests loads nothing

    def opened(*plugins: object) -> Gate:
        return Gate.open(plugins=plugins)

    return opened
