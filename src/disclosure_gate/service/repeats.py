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
from typing import Any, Generic, TypeVar, cast

from flask import Response, current_app, g, request

from disclosure_gate.model.errors import GateError, InputError
from disclosure_gate.register import Register, Transaction, answers
from disclosure_gate.service.problems import Repeated

_View = TypeVar("_View", bound=Callable[..., Response])
_Result = TypeVar("_Result")
_WELL_FORMED = re.compile(r"[\x21-\x7e]{1,200}")


def repeatable(holds: Callable[[Response], bool]) -> Callable[[_View], _View]:
    """A view that answers a request key once, and from then on with what it answered, as long as that ``holds``."""

    def decorated(view: _View) -> _View:
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
            if known is not None and holds(known):
                return known
            try:
                return view(*args, **kwargs)
            except GateError:
                # Another request with this key may have been quicker.
                known = _known()
                if known is None or not holds(known):
                    raise
                return known

        return cast("_View", answered)

    return decorated


def always(_: Response) -> bool:
    """Of an answer that holds whatever comes after it."""
    return True


class Reply(Generic[_Result]):
    """The answer to a deed: made once, and kept with the deed where the request has a key."""

    def __init__(self, make: Callable[[_Result], tuple[bytes, int]]) -> None:
        """Begin.

        Args:
            make: the answer's body and status from the deed's result.
        """
        self._make = make
        self._made: tuple[bytes, int] | None = None
        # Taken now: the deed may be written by the thread of another request, see Register.write_together.
        self._asked = (g.key.id, g.request_key, g.request_digest) if "request_key" in g else None

    def keep(self, tx: Transaction, result: _Result) -> None:
        """Write the answer into the transaction of the deed.

        Raises:
            Repeated: ``E-REQUEST-RUNNING``, another request with this key was quicker.
        """
        self._made = self._make(result)
        if self._asked is None:
            return
        key_id, request_key, digest = self._asked
        body, status = self._made
        if not answers.keep(tx, key_id, request_key, answers.Answer(digest, status, body), datetime.now(UTC)):
            raise Repeated("E-REQUEST-RUNNING", where="Idempotency-Key", got=request_key)

    def response(self) -> Response:
        """What was kept, now that the deed is done."""
        assert self._made is not None  # noqa: S101  the deed was done, so its answer was made
        body, status = self._made
        return Response(body, status, content_type="application/json")


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
