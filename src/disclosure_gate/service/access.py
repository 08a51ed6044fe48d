"""Who may do what: keys, scopes, organs, roles, rates. Every way in passes here."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any, TypeVar, cast

from flask import Response, current_app, g, request

from disclosure_gate.model.clearance import Decision
from disclosure_gate.model.document import Document
from disclosure_gate.model.errors import ClearanceRefused, InputError, IssueRefused
from disclosure_gate.register import DocumentState
from disclosure_gate.register.keys import ApiKey, Scope
from disclosure_gate.service.problems import NoKey, NotAllowed, NotFoundHere, TooMany

_View = TypeVar("_View", bound=Callable[..., Response])
EVERY_ORGAN = "*"
_RATE = re.compile(r"([1-9]\d{0,8})/(second|minute|hour)")
_SECONDS = {"second": 1, "minute": 60, "hour": 3600}
_VOUCHES = "system"


class Rates:
    """How often a key may ask; counted in this process.

    Each key has a bucket of as many requests as its rate names, filled again evenly over the period.
    """

    def __init__(self, rate: str, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin.

        Args:
            rate: such as ``200/second`` or ``5000/minute``.
            clock: seconds.

        Raises:
            InputError: ``E-RATE-FORM``.
        """
        read = _RATE.fullmatch(rate)
        if read is None:
            raise InputError("E-RATE-FORM", got=rate[:40], expected="200/second | 5000/minute | 100000/hour")
        self._rate = rate
        self._size = float(read[1])
        self._per_second = self._size / _SECONDS[read[2]]
        self._clock = clock
        self._left: dict[str, tuple[float, float]] = {}  # by key: what is left of its bucket, and since when
        self._lock = Lock()

    def take(self, key: ApiKey) -> None:
        """Count one request.

        Raises:
            TooMany: ``E-RATE``.
        """
        now = self._clock()
        with self._lock:
            left, since = self._left.get(key.id, (self._size, now))
            left = min(self._size, left + (now - since) * self._per_second)
            if left >= 1:
                self._left[key.id] = (left - 1, now)
                return
            self._left[key.id] = (left, now)
        raise TooMany("E-RATE", expected=f"≤ {self._rate}", wait=(1 - left) / self._per_second)


def allowed(scope: Scope) -> Callable[[_View], _View]:
    """The view may be used by a live key with this scope; the key is in ``g.key``."""

    def wrap(view: _View) -> _View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Response:
            scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
            key: ApiKey | None = (
                current_app.config["KEYS"].find(secret.strip()) if scheme.lower() == "bearer" else None
            )
            if key is None:
                raise NoKey("E-KEY")
            if scope not in key.scopes:
                raise NotAllowed("E-SCOPE", got=" ".join(sorted(key.scopes)), expected=scope)
            current_app.config["RATES"].take(key)
            g.key = key
            return view(*args, **kwargs)

        return cast("_View", guarded)

    return wrap


def sees(organ: str) -> bool:
    """Whether the key may know of documents of this organ."""
    return g.key.organ in {EVERY_ORGAN, organ}


def own(document: Document) -> Document:
    """A document of the key's organ.

    Raises:
        NotFoundHere: for any other organ's: it is as if it did not exist.
    """
    if not sees(document.issuer.name):
        raise NotFoundHere("E-UNKNOWN-DOCUMENT", where="/issuer/name", expected=g.key.organ)
    return document


def nameable(state: DocumentState | None, *, shown: bool) -> bool:
    """Whether the key may name this document: its organ's, or, where ``shown``, another's that everybody may find by now.

    To change another organ's document, by amending or repealing it, it must be able to name it as its own.
    """
    return state is not None and (sees(state.issuer) or shown)


def own_hand(decision: Decision) -> Decision:
    """A decision that the key may bring: a person's key signs for its holder alone, a system's vouches for all.

    Raises:
        ClearanceRefused: ``E-OWN-HAND``.
    """
    key: ApiKey = g.key
    if key.role != _VOUCHES and decision.signer != key.name:
        raise ClearanceRefused("E-OWN-HAND", where="/signer", got=decision.signer, expected=key.name)
    return decision


def own_name(name: str, where: str) -> None:
    """A person's key says nobody did it but its holder; a system's vouches for whom it names.

    Raises:
        IssueRefused: ``E-OWN-HAND``.
    """
    key: ApiKey = g.key
    if key.role != _VOUCHES and name != key.name:
        raise IssueRefused("E-OWN-HAND", where=where, got=name, expected=key.name)
