"""What is counted: requests, their times, the outbox. No content, no names, no ids (P7)."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily

from disclosure_gate.gate import Gate

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)  # seconds


class Meter:
    """The counts of one application."""

    def __init__(self, gate: Gate) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "disclosure_gate_requests", "Requests answered.", ["route", "method", "status"], registry=self._registry
        )  # fmt: skip
        self._seconds = Histogram(
            "disclosure_gate_request_seconds", "Time to answer.", ["route"], registry=self._registry, buckets=_BUCKETS
        )  # fmt: skip
        self._registry.register(_State(gate))
        # Looked up once: routes, methods and statuses are few, whoever asks for what.
        self._told: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one request."""
        told = self._told.get((route, method, status))
        if told is None:
            told = self._requests.labels(route, method, str(status)), self._seconds.labels(route)
            self._told[route, method, status] = told
        told[0].inc()
        told[1].observe(seconds)

    def text(self) -> bytes:
        """All counts in the Prometheus text format."""
        return generate_latest(self._registry)


class _State:
    """Read when asked: how many deliveries are in which state, and how long the register is."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def collect(self) -> list[GaugeMetricFamily]:
        deliveries = GaugeMetricFamily("disclosure_gate_outbox", "Deliveries by state.", labels=["state"])
        records = GaugeMetricFamily("disclosure_gate_records", "Records in the register.")
        if self._gate.register is not None and self._gate.outbox is not None:
            for state, count in self._gate.outbox.counts().items():
                deliveries.add_metric([state], count)
            records.add_metric([], self._gate.register.head()[0])
        return [deliveries, records]
