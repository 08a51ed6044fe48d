"""The built-in parts, as a plugin like any other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from disclosure_gate.detect import Detector, built_in_detectors
from disclosure_gate.detect.reader import Reader
from disclosure_gate.plugins.hookspecs import hookimpl


class BuiltIn:
    """Rulesets, detectors and readers that come with the package."""

    def __init__(self, rulesets: Sequence[Path], readers: Sequence[Reader]) -> None:
        self._rulesets = rulesets
        self._readers = readers

    @hookimpl
    def dg_rulesets(self) -> Sequence[Path]:
        """The ruleset folders the gate was opened with."""
        return self._rulesets

    @hookimpl
    def dg_detectors(self) -> Sequence[Detector]:
        """Identifiers, names, addresses and what else a text holds."""
        return built_in_detectors()

    @hookimpl
    def dg_readers(self) -> Sequence[Reader]:
        """Plain text, Word, Excel and PDF."""
        return self._readers
