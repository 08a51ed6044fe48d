"""Where it is published: outbox, worker, publishers, the public site."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from disclosure_gate.column.outbox import Outbox, OutboxRow
    from disclosure_gate.column.publisher import Holding, Publisher, Receipt, serves
    from disclosure_gate.column.worker import Delivery, Worker

__all__ = ["Delivery", "Holding", "Outbox", "OutboxRow", "Publisher", "Receipt", "Worker", "serves"]

_HOME = {
    "Delivery": "worker",
    "Holding": "publisher",
    "Outbox": "outbox",
    "OutboxRow": "outbox",
    "Publisher": "publisher",
    "Receipt": "publisher",
    "Worker": "worker",
    "serves": "publisher",
}


def __getattr__(name: str) -> Any:
    # Fetched when first used: a gate without storage does without SQLAlchemy, a third of its start.
    if name not in _HOME:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
