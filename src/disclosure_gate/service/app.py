"""The Flask application: routes, keys, problems. It decides nothing; the gate does."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from threading import Lock
from typing import Any, TypeVar, cast
from uuid import uuid4

from flask import Blueprint, Flask, Response, current_app, g, request
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from disclosure_gate.catalogue.book import sentence as row_sentence
from disclosure_gate.gate import Gate
from disclosure_gate.model.clearance import Clearance
from disclosure_gate.model.codes import CODES
from disclosure_gate.model.document import Document, flaws_of
from disclosure_gate.model.errors import (
    ClearanceRefused,
    Flaw,
    GateError,
    InputError,
    IssueRefused,
    NotReady,
    RegisterError,
    UnreadableError,
)  # fmt: skip
from disclosure_gate.model.frozen import Frozen
from disclosure_gate.register.keys import ApiKey, ApiKeys, Scope
from disclosure_gate.register.signing import SigningKeys, verified
from disclosure_gate.rules.wording import sentence
from disclosure_gate.service import openapi
from disclosure_gate.service.messages import CheckRequest, ClearanceRequest, IssueRequest, WithdrawalRequest

MAX_BODY = 128 * 1024 * 1024
_Model = TypeVar("_Model", bound=Frozen)
_View = TypeVar("_View", bound=Callable[..., Response])
_STATUS: tuple[tuple[type[GateError], int], ...] = (
    (InputError, 422), (ClearanceRefused, 409), (IssueRefused, 409), (UnreadableError, 422), (NotReady, 503), (RegisterError, 503),
)  # fmt: skip
v1 = Blueprint("v1", __name__, url_prefix="/v1")
about = Blueprint("about", __name__)


def create_app(gate: Gate, signing: SigningKeys, keys: ApiKeys | None = None) -> Flask:
    """The application over an open gate with a register.

    Args:
        gate: decides, clears, issues.
        signing: signs clearances.
        keys: who may do what; default: the keys in the gate's register.

    Raises:
        NotReady: the gate has no register.
    """
    if gate.register is None:
        raise NotReady("E-NO-REGISTER")
    app = Flask("disclosure_gate")
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_BODY,
        GATE=gate,
        SIGNING=signing,
        KEYS=keys or ApiKeys(gate.register.engine),
        COUNTS=_Counts(),
    )
    app.register_blueprint(v1)
    app.register_blueprint(about)
    app.before_request(_begin)
    app.after_request(_finish)
    app.register_error_handler(GateError, _gate_problem)
    app.register_error_handler(HTTPException, _http_problem)
    app.register_error_handler(Exception, _unforeseen)
    return app


class _Counts:
    """Requests by route, method and status."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: Counter[tuple[str, str, int]] = Counter()

    def add(self, route: str, method: str, status: int) -> None:
        with self._lock:
            self._counts[route, method, status] += 1

    def text(self) -> str:
        with self._lock:
            rows = sorted(self._counts.items())
        lines = ["# TYPE disclosure_gate_requests_total counter"]
        lines += [
            f'disclosure_gate_requests_total{{route="{route}",method="{method}",status="{status}"}} {count}'
            for (route, method, status), count in rows
        ]
        return "\n".join(lines) + "\n"


# who may do what


def _allowed(scope: Scope) -> Callable[[_View], _View]:
    """The view may be used by a key with this scope; the key is in ``g.key``."""

    def wrap(view: _View) -> _View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Response:
            scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
            key: ApiKey | None = (
                current_app.config["KEYS"].find(secret.strip()) if scheme.lower() == "bearer" else None
            )
            if key is None:
                return _problem(401, (Flaw("E-KEY"),))
            if scope not in key.scopes and "admin" not in key.scopes:
                return _problem(403, (Flaw("E-SCOPE", got=" ".join(sorted(key.scopes)), expected=scope),))
            g.key = key
            return view(*args, **kwargs)

        return cast("_View", guarded)

    return wrap


def _own(document: Document) -> Document:
    """A document of the key's organ.

    Raises:
        _OtherOrgan: for any other organ's: it is as if it did not exist.
    """
    if g.key.organ not in {"*", document.issuer.name}:
        raise _OtherOrgan("E-UNKNOWN-DOCUMENT", where="/document/issuer/name")
    return document


class _OtherOrgan(GateError):
    """Another organ's document: answered as one that does not exist."""


# the gate


@v1.post("/checks")
@_allowed("check")
def checks() -> Response:
    """Check one document, or several with an answer for each."""
    asked = _read(CheckRequest)
    gate = _gate()
    if asked.document is not None:
        determined = gate.check(_own(Document.parse(asked.document)), asked.as_of)
        if not asked.preview:
            gate.record_check(determined)
        return _answer(determined.to_json())
    results: list[dict[str, Any]] = []
    for number, data in enumerate(asked.documents or ()):
        try:
            determined = gate.check(_own(Document.parse(data)), asked.as_of)
        except GateError as error:
            flaws = [
                {**flaw.as_json(_lang()), "where": f"/documents/{number}{flaw.where}"} for flaw in error.flaws
            ]
            results.append({"determination": None, "errors": flaws})
            continue
        if not asked.preview:
            gate.record_check(determined)
        results.append({"determination": determined.to_json(), "errors": []})
    if not results:
        raise InputError("E-FIELD-MISSING", where="/document", expected="document | documents")
    return _answer({"results": results})


@v1.post("/clearances")
@_allowed("clear")
def clearances() -> Response:
    """Clear a determined document."""
    asked = _read(ClearanceRequest)
    clearance = _gate().clear(_own(Document.parse(asked.document)), asked.determination, asked.decision)
    data = clearance.model_dump(mode="json")
    return _answer({"clearance": data, "token": current_app.config["SIGNING"].sign(data)}, 201)


@v1.post("/issues")
@_allowed("issue")
def issues() -> Response:
    """Issue a cleared document."""
    asked = _read(IssueRequest)
    document = _own(Document.parse(asked.document))
    said = verified(asked.token, current_app.config["SIGNING"].jwks())
    if said is None:
        raise IssueRefused("E-CLEARANCE", where="/token")
    clearance = Clearance.model_validate_json(json.dumps(said))
    receipt = _gate().issue(document, clearance, number=asked.number, issued_on=asked.issued_on)
    return _answer(receipt.model_dump(mode="json"), 201)


@v1.post("/withdrawals")
@_allowed("withdraw")
def withdrawals() -> Response:
    """Withdraw an issued document."""
    asked = _read(WithdrawalRequest)
    _own_state(asked.document_id)
    return _answer({"document_id": asked.document_id, "record_seq": _gate().withdraw(asked)}, 201)


@v1.get("/documents/<path:document_id>")
@_allowed("read")
def documents(document_id: str) -> Response:
    """Where a document stands, and what was recorded of it."""
    state = _own_state(document_id)
    register = _gate().register
    assert register is not None  # noqa: S101  create_app refuses a gate without one
    entries = [
        {"seq": each.seq, "event": each.event, "at": each.at.isoformat(), "hash": each.hash}
        for each in register.entries(document_id)
    ]
    return _answer({**state, "records": entries})


@v1.get("/catalogue/items")
@_allowed("read")
def items() -> Response:
    """Rows of a domain, or the likely rows of a title."""
    catalogue = _gate().parts.catalogue
    domain = request.args.get("domain") or None
    title = request.args.get("title", "")
    if title:
        return _answer(
            {
                "items": [
                    {
                        "id": each.row.id,
                        "path": each.row.path,
                        "score": round(each.score, 3),
                        "because": list(each.because),
                    }
                    for each in catalogue.suggest(title, "", domain)
                ]
            }
        )
    return _answer({"items": [row.model_dump(mode="json") for row in catalogue.rows(domain)]})


@v1.get("/rules/<path:rule_id>")
@_allowed("read")
def rules(rule_id: str) -> Response:
    """A rule or a row, as a sentence."""
    parts = _gate().parts
    row = parts.catalogue.get(rule_id.removeprefix("catalogue/"))
    if row is not None:
        return _answer(
            {
                "id": f"catalogue/{row.id}",
                "sentence": {lang: row_sentence(row, lang) for lang in ("zh", "en")},
            }
        )
    rule = parts.rules.rule(rule_id)
    if rule is None:
        return _problem(404, (Flaw("E-RULE-REFERENCE", got=rule_id[:120]),))
    return _answer(
        {
            "id": rule.id,
            "title": rule.title.model_dump(),
            "sentence": {lang: sentence(rule, parts.rules.vocabulary, lang) for lang in ("zh", "en")},
            "because": rule.because.model_dump(),
            "basis": [
                {"law": each.law, "title": parts.laws[each.law].title, "article": each.article}
                for each in rule.basis
            ],
            "confidence": rule.confidence,
        }
    )


# about


@about.get("/openapi.json")
def description() -> Response:
    """The OpenAPI description."""
    return _answer(openapi.document())


@about.get("/.well-known/jwks.json")
def jwks() -> Response:
    """The public keys that clearances are signed with."""
    return _answer(current_app.config["SIGNING"].jwks())


@about.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return _answer({"status": "ok"})


@about.get("/readyz")
def readyz() -> Response:
    """Whether it can decide and record; what is not ready is named."""
    gate = _gate()
    missing = [flaw.as_json(_lang()) for flaw in gate.problems]
    assert gate.register is not None  # noqa: S101  create_app refuses a gate without one
    try:
        with gate.register.transaction(datetime.now(UTC)):
            pass
    except RegisterError as error:
        missing += [flaw.as_json(_lang()) for flaw in error.flaws]
    parked = len(gate.outbox.rows(("parked",))) if gate.outbox is not None else 0
    return _answer({"ready": not missing, "problems": missing, "parked": parked}, 200 if not missing else 503)


@about.get("/metrics")
def metrics() -> Response:
    """Counts in the Prometheus text format; no content and no names in them."""
    return Response(current_app.config["COUNTS"].text(), mimetype="text/plain; version=0.0.4")


# how it answers


def _gate() -> Gate:
    gate: Gate = current_app.config["GATE"]
    return gate


def _lang() -> str:
    return "en" if request.accept_languages.best_match(["zh", "en"], "zh") == "en" else "zh"


def _read(model: type[_Model]) -> _Model:
    try:
        data = json.loads(request.get_data(cache=False))
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise InputError("E-JSON") from None
    try:
        return model.model_validate(data, strict=False)
    except ValidationError as error:
        raise InputError(flaws=tuple(flaws_of(error, model))) from None


def _own_state(document_id: str) -> dict[str, Any]:
    register = _gate().register
    assert register is not None  # noqa: S101  create_app refuses a gate without one
    state = register.state(document_id)
    if state is None or g.key.organ not in {"*", state.issuer}:
        raise _OtherOrgan("E-UNKNOWN-DOCUMENT", got=document_id[:120])
    return {
        "document_id": state.document_id,
        "issuer": state.issuer,
        "version": state.version,
        "status": state.status.value,
        "state": state.state,
        "number": state.number,
    }


def _answer(data: Any, status: int = 200) -> Response:
    body = json.dumps(data, ensure_ascii=False)
    return Response(body, status, mimetype="application/json")


def _problem(status: int, flaws: tuple[Flaw, ...]) -> Response:
    chief = flaws[0]
    text = CODES[chief.code]
    zh = _lang() == "zh"
    body = {
        "type": f"urn:disclosure-gate:{chief.code}",
        "title": text.zh if zh else text.en,
        "status": status,
        "detail": chief.message(_lang()),
        "code": chief.code,
        "instance": f"urn:request:{g.get('request_id', '')}",
        "errors": [flaw.as_json(_lang()) for flaw in flaws],
    }
    return Response(json.dumps(body, ensure_ascii=False), status, mimetype="application/problem+json")


def _gate_problem(error: GateError) -> Response:
    if isinstance(error, _OtherOrgan):
        return _problem(404, error.flaws)
    status = next((number for kind, number in _STATUS if isinstance(error, kind)), 500)
    return _problem(status, error.flaws)


def _http_problem(error: HTTPException) -> Response:
    code = "E-TEXT-LARGE" if isinstance(error, RequestEntityTooLarge) else "E-HTTP"
    return _problem(error.code or 500, (Flaw(code, got=str(error.code or "")),))


def _unforeseen(error: Exception) -> Response:
    # Nothing of the exception is told: it may carry content (P7). Its class is enough to look for it.
    from disclosure_gate.events import LogEvent, log  # noqa: PLC0415  only failures need it

    log(
        LogEvent.STAGE_FAILED,
        document_id=g.get("request_id", ""),
        stage="service",
        error=type(error).__name__,
    )
    return _problem(500, (Flaw("E-INTERNAL"),))


def _begin() -> None:
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if given.isalnum() and len(given) <= 64 else uuid4().hex  # noqa: PLR2004  a short name


def _finish(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.get("request_id", "")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    route = request.url_rule.rule if request.url_rule else "unknown"
    current_app.config["COUNTS"].add(route, request.method, response.status_code)
    return response
