"""The routes: what is asked is read, handed to the gate, and answered. Nothing is decided here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, TypeVar

from flask import Blueprint, Response, current_app, g, request
from pydantic import ValidationError

from disclosure_gate.catalogue.book import sentence as row_sentence
from disclosure_gate.gate import Gate
from disclosure_gate.model.canonical import canonical
from disclosure_gate.model.clearance import Clearance, IssueReceipt, RegisterEntry, Scheduled, Withdrawal
from disclosure_gate.model.determination import Determination
from disclosure_gate.model.document import Document, domain_of, flaws_of, ill_formed
from disclosure_gate.model.errors import ClearanceRefused, Flaw, GateError, InputError, IssueRefused
from disclosure_gate.model.frozen import Frozen
from disclosure_gate.model.listing import Listing, ValidityChange
from disclosure_gate.register import Register
from disclosure_gate.register.signing import SigningKeys, verified
from disclosure_gate.rules.wording import sentence
from disclosure_gate.service import openapi
from disclosure_gate.service.access import EVERY_ORGAN, allowed, nameable, own, own_hand, own_name, sees
from disclosure_gate.service.messages import CheckRequest, ClearanceRequest, IssueRequest, ScheduleRequest
from disclosure_gate.service.problems import NotFoundHere, language
from disclosure_gate.service.readiness import hindrances
from disclosure_gate.service.repeats import Reply, always, repeatable
from disclosure_gate.service.staying import replaced

_Model = TypeVar("_Model", bound=Frozen)
v1 = Blueprint("v1", __name__, url_prefix="/v1")
_MAY_BE_ILL_FORMED = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
about = Blueprint("about", __name__)
# Of a refusal that is of the document itself, not of what is decided of it.
_ID = {each: f"/document{each}" for each in ("/id", "/issuer/name", "/issuer/code")}


# the gate


@v1.post("/checks")
@allowed("check")
@repeatable(always)
def checks() -> Response:
    """Check one document, or several with an answer for each."""
    asked = _read(CheckRequest)
    if (asked.document is None) == (not asked.documents):
        code = "E-FIELD-MISSING" if asked.document is None else "E-FIELD-UNKNOWN"
        where = "/document" if asked.document is None else "/documents"
        raise InputError(code, where=where, expected="document | documents")
    if asked.document is not None:
        with _placed():
            document = own(Document.parse(asked.document))
            if asked.preview:
                return _response(_written(_gate().check(document, asked.as_of)), 200)
            reply = Reply(_determined)
            _gate().record_written(document, asked.as_of, also=reply.keep)
            return reply.response()
    assert asked.documents  # noqa: S101  one of the two is there
    return _batch(asked.documents, asked)


def _batch(given: Sequence[dict[str, Any]], asked: CheckRequest) -> Response:
    """An answer for each: a determination, or what is wrong with this document."""
    documents = [_parsed(each) for each in given]
    good = [each for each in documents if isinstance(each, Document)]
    lang = language()  # asked now: another request's thread may write the answer, see Register.write_together

    def body(determined: Sequence[bytes | GateError]) -> tuple[bytes, int]:
        found = iter(determined)
        results = [each if isinstance(each, GateError) else next(found) for each in documents]
        told = b",".join(_result(each, number, lang) for number, each in enumerate(results))
        return b'{"results":[%b]}' % told, 200

    if asked.preview:
        return _response(*body([_previewed(each, asked.as_of) for each in good]))
    reply = Reply(body)
    _gate().record_checks(good, asked.as_of, also=reply.keep)
    return reply.response()


def _parsed(given: dict[str, Any]) -> Document | GateError:
    try:
        return own(Document.parse(given))
    except GateError as error:
        return error


def _previewed(document: Document, as_of: date | None) -> bytes | GateError:
    try:
        return _written(_gate().check(document, as_of))
    except InputError as error:
        return error


def _result(result: bytes | GateError, number: int, lang: str) -> bytes:
    if isinstance(result, bytes):
        return b'{"determination":%b,"errors":[]}' % result
    flaws = _moved(result.flaws, f"/documents/{number}", {"/as_of": "/as_of"})
    return _bytes({"determination": None, "errors": [flaw.as_json(lang) for flaw in flaws]})


def _determined(written: bytes) -> tuple[bytes, int]:
    return written, 200


def _written(determined: Determination) -> bytes:
    """As a recorded one is answered: canonical JSON."""
    return canonical(determined.to_json())


@v1.post("/clearances")
@allowed("clear")
@repeatable(always)
def clearances() -> Response:
    """Clear a determined document."""
    asked = _read(ClearanceRequest)

    def body(clearance: Clearance) -> tuple[bytes, int]:
        data = clearance.model_dump(mode="json")
        return _bytes({"clearance": data, "token": _signing().sign(data)}), 201

    with _placed(day="/determination/as_of"):
        document, decision, reply = own(Document.parse(asked.document)), own_hand(asked.decision), Reply(body)
        _gate().clear(document, asked.determination, decision, also=reply.keep)
    return reply.response()


def _stands(receipt: Response) -> bool:
    """Whether the document of a receipt was not withdrawn since: who asks again late must not take it for issued."""
    state = _register().state(json.loads(receipt.get_data())["document_id"])
    return state is None or state.state != "withdrawn"


@v1.post("/issues")
@allowed("issue")
@repeatable(_stands)
def issues() -> Response:
    """Issue a cleared document."""
    asked = _read(IssueRequest)
    with _placed():
        document = own(Document.parse(asked.document))
    if asked.listing is not None:
        _related(asked.listing)
    said = verified(asked.token, _signing().jwks())
    if said is None:
        _signing().catch_up()  # another sidecar may have been started again since the keys were rotated
        said = verified(asked.token, _signing().jwks())
    if said is None:
        raise IssueRefused("E-CLEARANCE", where="/token")
    try:
        clearance = Clearance.model_validate_json(json.dumps(said))
    except ValidationError:  # signed by us, but as something else: a register head is no clearance
        raise IssueRefused("E-CLEARANCE", where="/token") from None

    reply = Reply(_receipt)
    with _placed(day="/issued_on"):
        _gate().issue(
            document, clearance, number=asked.number, issued_on=asked.issued_on, listing=asked.listing,
            lane=asked.lane, also=reply.keep,
        )  # fmt: skip
    return reply.response()


@v1.post("/schedules")
@allowed("issue")
@repeatable(always)
def schedules() -> Response:
    """Give what awaited a date of the case its days."""
    asked = _read(ScheduleRequest)
    with _placed():
        document = own(Document.parse(asked.document))
        _own_state(document.id)
        reply = Reply(_receipt)
        _gate().schedule(document, also=reply.keep)
    return reply.response()


@v1.post("/withdrawals")
@allowed("withdraw")
@repeatable(always)
def withdrawals() -> Response:
    """Withdraw an issued document."""
    asked = _read(Withdrawal)
    own_name(asked.by, "/by")
    _own_state(asked.document_id)

    def body(entry: RegisterEntry) -> tuple[bytes, int]:
        head = _signed_head(entry.seq, entry.hash)
        return _bytes({"document_id": asked.document_id, "record_seq": entry.seq, "head": head}), 201

    reply = Reply(body)
    _gate().withdraw(asked, also=reply.keep)
    return reply.response()


@v1.post("/validity-changes")
@allowed("validity")
@repeatable(always)
def validity_changes() -> Response:
    """State whether an issued document is in force."""
    asked = _read(ValidityChange)
    own_name(asked.by, "/by")
    _own_state(asked.document_id)
    if asked.cause is not None:
        _named(asked.cause, "/cause")

    def body(entry: RegisterEntry) -> tuple[bytes, int]:
        told = {"document_id": asked.document_id, "validity": asked.validity, "record_seq": entry.seq}
        return _bytes({**told, "head": _signed_head(entry.seq, entry.hash)}), 201

    reply = Reply(body)
    _gate().change_validity(asked, also=reply.keep)
    return reply.response()


# what is known


@v1.get("/documents/<name:document_id>")
@allowed("read")
def documents(document_id: str) -> Response:
    """Where a document stands, and what was recorded of it."""
    state = _own_state(document_id)
    entries = [
        {"seq": each.seq, "event": each.event, "at": each.at.isoformat(), "hash": each.hash}
        for each in _register().history(document_id, state["issuer"])
    ]
    return _answer({**state, "records": entries})


@v1.get("/determinations/<determination_id>/explanation")
@allowed("read")
def explanation(determination_id: str) -> Response:
    """A recorded determination, the facts it rests on, and what every rule said."""
    found = _gate().recall(determination_id, None if g.key.organ == EVERY_ORGAN else g.key.organ)
    if found is None or not sees(found[0]):
        raise NotFoundHere("E-UNKNOWN-DETERMINATION", got=determination_id[:120])
    return _answer(found[1].model_dump(mode="json"))


@v1.get("/register/head")
@allowed("read")
def head() -> Response:
    """The signed end of the register: whoever keeps it can show later that nothing before it was cut off."""
    seq, digest = _register().head()
    return _answer({"seq": seq, "hash": digest, "head": _signed_head(seq, digest)})


@v1.get("/catalogue/items")
@allowed("read")
def items() -> Response:
    """Rows of a domain, or the likely rows of a title."""
    catalogue = _gate().parts.catalogue
    given = request.args.get("domain")
    domain = domain_of(given) if given else None
    title = request.args.get("title", "")
    if not title:
        return _answer({"items": [row.model_dump(mode="json") for row in catalogue.rows(domain)]})
    likely = [
        {
            "id": each.row.id,
            "path": each.row.path,
            "score": round(each.score, 3),
            "because": list(each.because),
        }
        for each in catalogue.suggest(title, "", domain)
    ]
    return _answer({"items": likely})


@v1.get("/rules/<name:rule_id>")
@allowed("read")
def rules(rule_id: str) -> Response:
    """A rule or a row, as a sentence."""
    parts = _gate().parts
    row = parts.catalogue.get(rule_id.removeprefix("catalogue/"))
    if row is not None:
        told = {lang: row_sentence(row, lang) for lang in ("zh", "en")}
        return _answer({"id": f"catalogue/{row.id}", "sentence": told})
    rule = parts.rules.rule(rule_id)
    if rule is None:
        raise NotFoundHere("E-RULE-REFERENCE", got=rule_id[:120])
    items = {each.id: each.path for each in parts.catalogue.rows()}
    return _answer(
        {
            "id": rule.id,
            "title": rule.title.model_dump(),
            "sentence": {lang: sentence(rule, parts.rules.vocabulary, lang, items) for lang in ("zh", "en")},
            "because": rule.because.model_dump(),
            "basis": [
                {"law": each.law, "title": parts.laws[each.law].title, "article": each.article}
                for each in rule.basis
            ],
            "confidence": rule.confidence,
        }
    )


# administration


@v1.post("/rulesets")
@allowed("admin")
def rulesets() -> Response:
    """Read the rulesets again; with a flaw in any of them those of before go on."""
    changed = _gate().reload()
    replaced()
    return _answer(
        {
            "changed": changed,
            "rulesets": [
                {"name": each.id, "version": each.version, "digest": each.digest}
                for each in _gate().parts.rules.rulesets
            ],
        }
    )


# about


@about.get("/openapi.json")
def description() -> Response:
    """The OpenAPI description."""
    return _response(_description(), 200)


@cache
def _description() -> bytes:
    return _bytes(openapi.document())  # the same for everybody, as long as the process


@about.get("/.well-known/jwks.json")
def jwks() -> Response:
    """The public keys that clearances and heads are signed with."""
    _signing().catch_up()
    return _answer(_signing().jwks())


@about.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return _answer({"status": "ok"})


@about.get("/readyz")
def readyz() -> Response:
    """Whether it can decide and record; what is not ready is named."""
    missing, troubles = hindrances(_gate(), datetime.now(UTC))
    lang = language()
    told = {
        "ready": not missing,
        "problems": [flaw.as_json(lang) for flaw in missing],
        "warnings": [flaw.as_json(lang) for flaw in (*current_app.config["TROUBLES"], *troubles)],
    }
    return _answer(told, 503 if missing else 200)


@about.get("/metrics")
def metrics() -> Response:
    """Counts in the Prometheus text format; no content and no names in them."""
    return Response(current_app.config["METER"].text(), mimetype="text/plain; version=0.0.4")


# what they share


def _gate() -> Gate:
    gate: Gate = current_app.config["GATE"]
    return gate


def _register() -> Register:
    register = _gate().register
    assert register is not None  # noqa: S101  the application refuses a gate without one
    return register


def _signing() -> SigningKeys:
    keys: SigningKeys = current_app.config["SIGNING"]
    return keys


def _signed_head(seq: int, digest: str) -> str:
    return _signing().sign_head(seq, digest, datetime.now(UTC))


def _read(model: type[_Model]) -> _Model:
    raw = request.get_data()
    try:
        # Decoded here: json.loads takes UTF-16 and lone surrogates in UTF-8 as well, which what follows does not look for.
        data = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise InputError("E-JSON") from None
    if _MAY_BE_ILL_FORMED.search(raw):
        where = ill_formed(data)
        if where is not None:
            raise InputError("E-TEXT-CHARACTER", where=where)
    try:
        return model.model_validate(data, strict=False)
    except ValidationError as error:
        raise InputError(flaws=tuple(flaws_of(error, model))) from None


@contextmanager
def _placed(day: str = "/as_of") -> Iterator[None]:
    """The gate names the places of a document, of a decision; the caller is told them as places of the body it sent."""
    try:
        yield
    except (InputError, NotFoundHere) as error:
        error.flaws = _moved(error.flaws, "/document", {"/as_of": day})
        raise
    except ClearanceRefused as error:
        error.flaws = _moved(error.flaws, "/decision", {"": "", "/held": "/determination/held", **_ID})
        raise
    except IssueRefused as error:
        error.flaws = _moved(error.flaws, "", {"/dates": "/document/dates", **_ID})
        raise


def _moved(flaws: Sequence[Flaw], part: str, others: Mapping[str, str]) -> tuple[Flaw, ...]:
    """The flaws with their places in the body: below ``part``, but for ``others``. What is no pointer stays."""
    return tuple(
        replace(flaw, where=others.get(flaw.where, part + flaw.where))
        if flaw.where[:1] in {"", "/"}
        else flaw
        for flaw in flaws
    )


def _own_state(document_id: str) -> dict[str, Any]:
    state = _register().state(document_id)
    if state is None or not sees(state.issuer):
        raise NotFoundHere("E-UNKNOWN-DOCUMENT", got=document_id[:120])
    return {
        "document_id": state.document_id,
        "issuer": state.issuer,
        "version": state.version,
        "status": state.status.value,
        "state": state.state,
        "number": state.number,
        "content_digest": state.content_digest,
        "index": state.index_number,
        "validity": state.validity,
        "valid_until": state.valid_until.isoformat() if state.valid_until else None,
    }


def _related(listing: Listing) -> None:
    """Nobody changes another organ's documents; to interpret one, it must be public.

    Raises:
        IssueRefused: ``E-UNKNOWN-DOCUMENT``, the same for what is not there and for what is another's.
    """
    for number, each in enumerate(listing.relations):
        _named(each.document_id, f"/listing/relations/{number}", theirs=each.kind == "interprets")


def _named(document_id: str, where: str, *, theirs: bool = True) -> None:
    if not nameable(_register().state(document_id), shown=theirs and _gate().shows(document_id)):
        raise IssueRefused("E-UNKNOWN-DOCUMENT", where=where, got=document_id[:120])


def _receipt(done: IssueReceipt | Scheduled) -> tuple[bytes, int]:
    return _bytes(
        {**done.model_dump(mode="json"), "head": _signed_head(done.record_seq, done.record_hash)}
    ), 201


def _bytes(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False).encode()


def _answer(data: Any, status: int = 200) -> Response:
    return _response(_bytes(data), status)


def _response(body: bytes, status: int) -> Response:
    return Response(body, status, content_type="application/json")
