"""What was decided: durable, append-only, chained."""

from disclosure_gate.register.chain import Fault, Verification
from disclosure_gate.register.events import Event
from disclosure_gate.register.ledger import DocumentState, Register, Transaction

__all__ = ["DocumentState", "Event", "Fault", "Register", "Transaction", "Verification"]
