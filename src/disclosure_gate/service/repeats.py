"""Requests that come again: with the same ``Idempotency-Key`` the same answer, the deed done once.

The answer is kept in the transaction of the deed, so there is no moment at which one is durable without
the other (P8).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from hashlib import sha256
from typing import Any, TypeVar, cast

from flask import Response, current_app, g, request

from disclosure_gate.model.errors import GateError, InputError
from disclosure_gate.register import Register, Transaction, answers
from disclosure_gate.service.problems import Repeated

_View = TypeVar("_View", bound=Callable[..., Response])
_Result = TypeVar("_Result")
_WELL_FORMED = re.compile(r"[\x21-\x7e]{1,200}")


def repeatable(view: _View) -> _View:
    """The view answers a request key once, and from then on with what it answered."""

    @wraps(view)
    def answered(*args: Any, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key", "")
        if not key:
            return view(*args, **kwargs)
        if not _WELL_FORMED.fullmatch(key):
            raise InputError("E-REQUEST-KEY", where="Idempotency-Key")
        g.request_key = key
        g.request_digest = sha256(request.path.encode() + b"\n" + request.get_data()).hexdigest()
        known = _known()
        if known is not None:
            return known
        try:
            return view(*args, **kwargs)
        except GateError:
            # Another request with this key may have been quicker.
            known = _known()
            if known is None:
                raise
            return known

    return cast("_View", answered)


def kept(make: Callable[[_Result], tuple[bytes, int]]) -> Callable[[Transaction, _Result], None] | None:
    """What to write with the deed, or nothing where the request has no key.

    Args:
        make: the answer's body and status from the deed's result.
    """
    if "request_key" not in g:
        return None
    key_id, request_key, digest = g.key.id, g.request_key, g.request_digest

    def keep(tx: Transaction, result: _Result) -> None:
        body, status = make(result)
        if not answers.keep(tx, key_id, request_key, answers.Answer(digest, status, body), datetime.now(UTC)):
            raise Repeated("E-REQUEST-RUNNING", where="Idempotency-Key", got=request_key)

    return keep


def _known() -> Response | None:
    register: Register = current_app.config["GATE"].register
    known = answers.find(register, g.key.id, g.request_key)
    if known is None:
        return None
    if known.digest != g.request_digest:
        raise Repeated("E-REQUEST-OTHER", where="Idempotency-Key", got=g.request_key)
    found = Response(known.body, known.status, mimetype="application/json")
    found.headers["Idempotency-Replayed"] = "true"
    return found
