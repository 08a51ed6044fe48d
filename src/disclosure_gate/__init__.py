"""The step every government document passes between being drafted and being issued."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from disclosure_gate.gate import Gate
    from disclosure_gate.model import Clearance, Decision, Determination, Document, GateError, Status
    from disclosure_gate.plugins import hookimpl

__all__ = ["Clearance", "Decision", "Determination", "Document", "Gate", "GateError", "Status", "hookimpl"]

_HOME = {"Gate": "disclosure_gate.gate", "hookimpl": "disclosure_gate.plugins"}


def __getattr__(name: str) -> Any:
    # Names are fetched when first used, so that `disclosure-gate --help` loads nothing of the engine.
    if name not in __all__:
        raise AttributeError(name)
    return getattr(import_module(_HOME.get(name, "disclosure_gate.model")), name)
