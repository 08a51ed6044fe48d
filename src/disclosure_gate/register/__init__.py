"""What was decided: durable, append-only, chained."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from disclosure_gate.register.chain import Fault, Verification
    from disclosure_gate.register.events import Event
    from disclosure_gate.register.ledger import DocumentState, Register, Transaction

__all__ = ["DocumentState", "Event", "Fault", "Register", "Transaction", "Verification"]

_HOME = {
    "DocumentState": "ledger",
    "Event": "events",
    "Fault": "chain",
    "Register": "ledger",
    "Transaction": "ledger",
    "Verification": "chain",
}


def __getattr__(name: str) -> Any:
    # Fetched when first used: a gate without storage does without SQLAlchemy, a third of its start.
    if name not in _HOME:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
