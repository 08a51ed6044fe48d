"""The kit as tests: inherit :class:`Conformance`, name your plugin, run pytest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import pytest

from disclosure_gate.plugins.testing.examination import CHECKS, Check, Examination, examine


class Conformance:
    """One test for everything a plugin is held to.

    ``plugin`` is the name of an installed plugin or the plugin itself, ``documents`` are more documents to
    try it on, as JSON data. A failing test says what was expected and how to mend it, in the language
    of ``--gate-lang``.
    """

    plugin: ClassVar[object]
    documents: ClassVar[Sequence[Mapping[str, Any]]] = ()
    _examined: ClassVar[dict[type, Examination]] = {}

    @pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
    def test_conforms(self, check: Check, request: pytest.FixtureRequest) -> None:
        """The plugin passes this check."""
        examined = self._examined.get(type(self))
        if examined is None:
            examined = self._examined[type(self)] = examine(self.plugin, documents=self.documents)
        flaws = examined.flaws_of(check)
        if flaws:
            lang = request.config.getoption("--gate-lang")
            told = "\n".join(flaw.message(lang) for flaw in flaws)
            pytest.fail(f"{examined.plugin}: {check.about.get(lang)}\n{told}", pytrace=False)
