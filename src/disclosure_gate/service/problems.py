"""Errors as RFC 9457 problems: one shape on every route, in the caller's language, never with content in it."""

from __future__ import annotations

import json
from math import ceil

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from disclosure_gate.events import LogEvent, log
from disclosure_gate.model.codes import CODES
from disclosure_gate.model.errors import (
    CaseRefused,
    ClearanceRefused,
    Flaw,
    GateError,
    InputError,
    IssueRefused,
    NotReady,
    RegisterError,
    RulesetError,
    UnreadableError,
)  # fmt: skip


class NotFoundHere(GateError):
    """There is no such thing, or it is another organ's: both are answered alike."""


class NotAllowed(GateError):
    """The key may not do this."""


class NoKey(GateError):
    """There is no key, or it is not a live one."""


class TooMany(GateError):
    """The key asks faster than it may; it may again after ``wait`` seconds."""

    def __init__(self, code: str, *, expected: str, wait: float) -> None:
        super().__init__(code, expected=expected)
        self.wait = wait


class BadForm(GateError):
    """A form that is out of date, or was not sent from one of our pages."""


class Repeated(GateError):
    """A request key was used for something else, or its request is still running."""


_STATUS: tuple[tuple[type[GateError], int], ...] = (
    (NoKey, 401), (NotAllowed, 403), (BadForm, 403), (NotFoundHere, 404), (Repeated, 409), (ClearanceRefused, 409), (IssueRefused, 409), (CaseRefused, 409),
    (InputError, 422), (RulesetError, 422), (UnreadableError, 422), (TooMany, 429), (NotReady, 503), (RegisterError, 503),
)  # fmt: skip
_RETRY_AFTER = {503: "5"}  # seconds: the register may be back


def language() -> str:
    """The caller's: ``zh`` unless English is preferred. Of ``zh-CN``, as browsers say it, the first part counts."""
    for given, quality in request.accept_languages:
        named = given.lower().partition("-")[0]
        if quality > 0 and named in {"zh", "en"}:
            return named
    return "zh"


def problem(status: int, flaws: tuple[Flaw, ...]) -> Response:
    """The answer for these flaws, the first being the chief one."""
    chief, lang = flaws[0], language()
    text = CODES[chief.code]
    body = {
        "type": f"urn:disclosure-gate:{chief.code}",
        "title": text.zh if lang == "zh" else text.en,
        "status": status,
        "detail": chief.message(lang),
        "code": chief.code,
        "instance": f"urn:request:{g.get('request_id', '')}",
        "errors": [flaw.as_json(lang) for flaw in flaws],
    }
    answer = Response(json.dumps(body, ensure_ascii=False), status, mimetype="application/problem+json")
    if _RETRY_AFTER.get(status):
        answer.headers["Retry-After"] = _RETRY_AFTER[status]
    if status == 401:  # noqa: PLR2004  RFC 9110 asks for the header with this status
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def install(app: Flask) -> None:
    """Answer every error of the application as a problem."""
    app.register_error_handler(GateError, _gate_problem)
    app.register_error_handler(HTTPException, _http_problem)
    app.register_error_handler(Exception, _unforeseen)


def status_of(error: GateError) -> int:
    """The HTTP status that says what kind of error this is."""
    if error.code == "E-CASE-UNKNOWN":
        return 404
    return next((number for kind, number in _STATUS if isinstance(error, kind)), 500)


def _gate_problem(error: GateError) -> Response:
    answer = problem(status_of(error), error.flaws)
    if isinstance(error, TooMany):
        answer.headers["Retry-After"] = str(ceil(error.wait))
    return answer


def _http_problem(error: HTTPException) -> Response:
    code = "E-TEXT-LARGE" if isinstance(error, RequestEntityTooLarge) else "E-HTTP"
    answer = problem(error.code or 500, (Flaw(code, got=str(error.code or "")),))
    for name, value in error.get_headers():
        if name == "Allow":
            answer.headers[name] = value
    return answer


def _unforeseen(error: Exception) -> Response:
    # Nothing of the exception is told: it may carry content (P7). Its class is enough to look for it.
    log(
        LogEvent.STAGE_FAILED,
        document_id=g.get("request_id", ""),
        stage="service",
        error=type(error).__name__,
    )
    return problem(500, (Flaw("E-INTERNAL"),))
