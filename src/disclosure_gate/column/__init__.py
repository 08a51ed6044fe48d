"""Where it is published: outbox, worker, publishers, the public site."""

from disclosure_gate.column.outbox import Outbox, OutboxRow
from disclosure_gate.column.publisher import Publisher, Receipt, serves
from disclosure_gate.column.site import ColumnSite
from disclosure_gate.column.worker import Delivery, Worker

__all__ = ["ColumnSite", "Delivery", "Outbox", "OutboxRow", "Publisher", "Receipt", "Worker", "serves"]
