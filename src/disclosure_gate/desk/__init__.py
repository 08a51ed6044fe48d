"""The desk: pages on which documents are drafted, reviewed, signed, and the office sees what waits."""

from disclosure_gate.desk.mounting import mount

__all__ = ["mount"]
