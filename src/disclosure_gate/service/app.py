"""The Flask application: what every request passes through, coming and going."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Sequence
from typing import Any

from flask import Flask, Request, Response, current_app, g, request
from werkzeug.routing import BaseConverter

from disclosure_gate.events import LogEvent, log, name_request
from disclosure_gate.gate import Gate
from disclosure_gate.model.errors import Flaw, NotReady
from disclosure_gate.register.keys import ApiKeys
from disclosure_gate.register.signing import SigningKeys
from disclosure_gate.service import problems
from disclosure_gate.service.access import Rates
from disclosure_gate.service.metering import Meter
from disclosure_gate.service.views import about, v1

MAX_BODY = 128 * 1024 * 1024
RATE = "200/second"
_TRACE = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})")
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
    troubles: Sequence[Flaw] = (),
) -> Flask:
    """The application over an open gate with a register.

    Args:
        gate: decides, clears, issues.
        signing: signs clearances and heads of the register.
        keys: who may do what; default: the keys in the gate's register.
        max_body: the largest request body, in bytes.
        rate: how often one key may ask, such as ``200/second`` or ``5000/minute``.
        troubles: what was found on starting that needs somebody's attention; ``/readyz`` tells it as a warning.

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
        TROUBLES=tuple(troubles),
    )
    app.url_map.converters["name"] = NameConverter
    app.register_blueprint(v1)
    app.register_blueprint(about)
    app.before_request(_begin)
    app.after_request(_finish)
    problems.install(app)
    return app


def _request() -> Request:
    """The request itself: each step through Flask's proxy costs a look-up."""
    return request._get_current_object()  # type: ignore[attr-defined,no-any-return]  # noqa: SLF001  the documented name


def _names() -> Any:
    """What belongs to this request."""
    return g._get_current_object()  # noqa: SLF001  as above


def _begin() -> None:
    """Name the request, and bind its names to every event logged while it runs."""
    asked, headers = _names(), _request().headers
    asked.began = time.perf_counter()
    # The random names it may need, all at once: its own, its trace's and its span's.
    chance = secrets.token_hex(40)
    given = headers.get("X-Request-Id", "")
    asked.request_id = given if _REQUEST_ID.fullmatch(given) else chance[:32]
    trace = _TRACE.fullmatch(headers.get("traceparent", ""))
    asked.trace_id, asked.trace_flags = trace.groups() if trace else (chance[32:64], "00")
    asked.span_id = chance[64:]
    name_request(request_id=asked.request_id, trace_id=asked.trace_id)


def _finish(response: Response) -> Response:
    asked, named, headers = _request(), _names(), response.headers
    said = {name.lower() for name in headers.keys()}  # noqa: SIM118  iterating the headers gives pairs
    for lowered, name, value in _CARE:
        if lowered not in said:
            headers.add(name, value)
    headers.add("X-Request-Id", named.get("request_id", ""))
    if "trace_id" in named:
        headers.add("traceparent", f"00-{named.trace_id}-{named.span_id}-{named.trace_flags}")
    rule, status = asked.url_rule, response.status_code
    route = rule.rule if rule else "unknown"
    # INVARIANT P7: a method may be any word the caller likes; neither counts nor logs take it from there.
    method = asked.method if asked.method in _METHODS else "other"
    now = time.perf_counter()
    seconds = now - named.get("began", now)
    current_app.config["METER"].answered(route, method, status, seconds)
    log(LogEvent.ANSWERED, route=route, method=method, status=status, ms=round(seconds * 1000, 1))
    return response
