"""The Flask application: what every request passes through, coming and going."""

from __future__ import annotations

import re
import secrets
import time
from uuid import uuid4

import structlog
from flask import Flask, Response, current_app, g, request
from werkzeug.routing import BaseConverter

from disclosure_gate.events import LogEvent, log
from disclosure_gate.gate import Gate
from disclosure_gate.model.errors import NotReady
from disclosure_gate.register.keys import ApiKeys
from disclosure_gate.register.signing import SigningKeys
from disclosure_gate.service import problems
from disclosure_gate.service.access import Rates
from disclosure_gate.service.metering import Meter
from disclosure_gate.service.views import about, v1

MAX_BODY = 128 * 1024 * 1024
RATE = "200/second"
_TRACE = re.compile(r"00-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})")
# What every answer says unless it has said it already; a room of its own, such as the desk, knows what its pages may do.
_CARE = tuple(
    (name.lower(), name, value)
    for name, value in (
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
        ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
        ("Referrer-Policy", "no-referrer"),
    )
)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_REQUEST_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")


class NameConverter(BaseConverter):
    """Any name, slashes and line ends in it: whatever is asked for, who has no key hears of that first."""

    part_isolating = False
    regex = r"[^/](?s:.*?)"
    weight = 200


def create_app(
    gate: Gate,
    signing: SigningKeys,
    keys: ApiKeys | None = None,
    *,
    max_body: int = MAX_BODY,
    rate: str = RATE,
) -> Flask:
    """The application over an open gate with a register.

    Args:
        gate: decides, clears, issues.
        signing: signs clearances and heads of the register.
        keys: who may do what; default: the keys in the gate's register.
        max_body: the largest request body, in bytes.
        rate: how often one key may ask, such as ``200/second`` or ``5000/minute``.

    Raises:
        NotReady: the gate has no register.
    """
    if gate.register is None:
        raise NotReady("E-NO-REGISTER")
    app = Flask("disclosure_gate")
    app.config.update(
        MAX_CONTENT_LENGTH=max_body,
        GATE=gate,
        SIGNING=signing,
        KEYS=keys or ApiKeys(gate.register.engine),
        METER=Meter(gate),
        RATES=Rates(rate),
    )
    app.url_map.converters["name"] = NameConverter
    app.register_blueprint(v1)
    app.register_blueprint(about)
    app.before_request(_begin)
    app.after_request(_finish)
    problems.install(app)
    return app


def _begin() -> None:
    """Name the request, and bind its names to every event logged while it runs."""
    g.began = time.perf_counter()
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if _REQUEST_ID.fullmatch(given) else uuid4().hex
    trace = _TRACE.fullmatch(request.headers.get("traceparent", ""))
    g.trace_id, g.trace_flags = trace.groups() if trace else (secrets.token_hex(16), "00")
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id, trace_id=g.trace_id)


def _finish(response: Response) -> Response:
    headers = response.headers
    said = {name.lower() for name in headers.keys()}  # noqa: SIM118  iterating the headers gives pairs
    for lowered, name, value in _CARE:
        if lowered not in said:
            headers.add(name, value)
    headers.add("X-Request-Id", g.get("request_id", ""))
    if "trace_id" in g:
        headers.add("traceparent", f"00-{g.trace_id}-{secrets.token_hex(8)}-{g.trace_flags}")
    asked, status = request, response.status_code
    route = asked.url_rule.rule if asked.url_rule else "unknown"
    # INVARIANT P7: a method may be any word the caller likes; neither counts nor logs take it from there.
    method = asked.method if asked.method in _METHODS else "other"
    seconds = time.perf_counter() - g.get("began", time.perf_counter())
    current_app.config["METER"].answered(route, method, status, seconds)
    log(LogEvent.ANSWERED, route=route, method=method, status=status, ms=round(seconds * 1000, 1))
    return response
