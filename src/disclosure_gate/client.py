"""The SDK of business systems: the calls of the gate, made to a sidecar; and the offline check of a clearance.

A call is repeated with the same ``Idempotency-Key`` until it is answered or given up, so that nothing is done
twice. Where there is no answer the call raises: nobody is let through because the sidecar is away.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import time
from collections.abc import Awaitable, Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from random import SystemRandom
from typing import Any, Generic, Self, TypeAlias, TypeVar
from urllib.parse import quote
from uuid import uuid4

import httpx
from pydantic import BaseModel, ValidationError

from disclosure_gate.model.clearance import Clearance, Decision, IssueReceipt, Scheduled, Withdrawal
from disclosure_gate.model.codes import CODES
from disclosure_gate.model.determination import Determination, RecordedExplanation
from disclosure_gate.model.document import Document, content_digest
from disclosure_gate.model.errors import (
    ClearanceRefused,
    Flaw,
    GateError,
    InputError,
    IssueRefused,
    NotReady,
    SidecarAway,
    SidecarRefused,
)
from disclosure_gate.model.listing import Lane, Listing, Validity, ValidityChange
from disclosure_gate.register.signing import verified

_Result = TypeVar("_Result")
_Json: TypeAlias = Mapping[str, Any]
DocumentLike: TypeAlias = Document | _Json

TIMEOUT = 30.0  # seconds without an answer, in one attempt
ATTEMPTS = 5
_FIRST_DELAY, _LONGEST_DELAY = 0.1, 5.0  # seconds
_AGAIN = {429, 502, 503, 504}
_RANDOM = SystemRandom()
# A transport of our own is not led through a proxy by the environment: drafts and the key go to the sidecar alone. It keeps
# no connection: after a fork two processes would share one, and a loop that has ended takes its connections with it.
_LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=0)
_ITEMS = "/v1/catalogue/items"
# httpx logs the address of each request, and in this one stands a title.
logging.getLogger("httpx").addFilter(lambda record: _ITEMS not in record.getMessage())
_BODY = re.compile(
    "^/(?:document|decision|determination)(?=/)"
)  # the sidecar names places of the body, the gate those of its parts


class Cleared(BaseModel, frozen=True):
    """A clearance, and the signed token that stands for it. Keep the token with the document."""

    clearance: Clearance
    token: str


class Issued(IssueReceipt):
    """The receipt, and the signed head of the register after it: keep it as proof of the issue."""

    head: str


class Rescheduled(Scheduled):
    """The publications that have their days now, and the signed head of the register after it."""

    head: str


class Checked(BaseModel, frozen=True):
    """One answer of several: a determination, or what is wrong with this document."""

    determination: Determination | None
    errors: tuple[dict[str, str], ...]


class _Batch(BaseModel, frozen=True):
    results: tuple[Checked, ...]


class Withdrawn(BaseModel, frozen=True):
    """The record of a withdrawal, and the signed head of the register after it."""

    document_id: str
    record_seq: int
    head: str


class Restated(BaseModel, frozen=True):
    """The record of a change of validity, and the signed head of the register after it."""

    document_id: str
    validity: Validity
    record_seq: int
    head: str


@dataclass(frozen=True)
class _Call(Generic[_Result]):
    """One request to the sidecar: what is sent, how its answer is read, and what a refusal is called."""

    method: str
    path: str
    read: type[_Result]
    body: Any = None
    query: Mapping[str, str] | None = None
    refusal: type[GateError] = SidecarRefused
    key: str | None = None


class _Calls:
    """The calls a sidecar answers; both clients send the same."""

    @staticmethod
    def check(document: DocumentLike, as_of: date | None, *, preview: bool) -> _Call[Determination]:
        body = {"document": document_data(document), "as_of": _iso(as_of), "preview": preview}
        return _Call("POST", "/v1/checks", Determination, body, key=_new_key())

    @staticmethod
    def check_all(documents: Sequence[DocumentLike], as_of: date | None) -> _Call[_Batch]:
        body = {"documents": [document_data(each) for each in documents], "as_of": _iso(as_of)}
        return _Call("POST", "/v1/checks", _Batch, body, key=_new_key())

    @staticmethod
    def clear(
        document: DocumentLike, determination: Determination, decision: Decision | _Json
    ) -> _Call[Cleared]:
        body = {
            "document": document_data(document),
            "determination": determination.to_json(),
            "decision": _plain(decision),
        }
        return _Call("POST", "/v1/clearances", Cleared, body, refusal=ClearanceRefused, key=_new_key())

    @staticmethod
    def issue(
        document: DocumentLike,
        token: str,
        number: str,
        issued_on: date | None,
        listing: Listing | _Json | None,
        lane: Lane,
    ) -> _Call[Issued]:
        body = {
            "document": document_data(document),
            "token": token,
            "number": number,
            "issued_on": _iso(issued_on),
        }
        # What is not said is not sent: a sidecar that does not know of it yet issues all the same.
        if listing is not None:
            body["listing"] = _plain(listing)
        if lane != "single":
            body["lane"] = lane
        # The same order is the same request, also after the caller was restarted; another with this token finds it used.
        key = f"issue-{sha256(_sendable(body)).hexdigest()}"
        return _Call("POST", "/v1/issues", Issued, body, refusal=IssueRefused, key=key)

    @staticmethod
    def schedule(document: DocumentLike) -> _Call[Rescheduled]:
        body = {"document": document_data(document)}
        return _Call("POST", "/v1/schedules", Rescheduled, body, refusal=IssueRefused, key=_new_key())

    @staticmethod
    def withdraw(withdrawal: Withdrawal | _Json) -> _Call[Withdrawn]:
        return _Call(
            "POST", "/v1/withdrawals", Withdrawn, _plain(withdrawal), refusal=IssueRefused, key=_new_key()
        )

    @staticmethod
    def change_validity(change: ValidityChange | _Json) -> _Call[Restated]:
        return _Call(
            "POST", "/v1/validity-changes", Restated, _plain(change), refusal=IssueRefused, key=_new_key()
        )

    @staticmethod
    def explanation(determination_id: str) -> _Call[RecordedExplanation]:
        path = f"/v1/determinations/{quote(determination_id, safe='')}/explanation"
        return _Call("GET", path, RecordedExplanation)

    @staticmethod
    def read(path: str, **query: str) -> _Call[dict[str, Any]]:
        return _Call(
            "GET", path, dict[str, Any], query={name: value for name, value in query.items() if value}
        )


class Client:
    """A sidecar, called and waited for. Safe to use from several threads; close it, or use it with ``with``.

    Every call raises :class:`SidecarAway` where no answer could be had, and what the gate itself raises where it
    refuses: ``InputError``, ``ClearanceRefused``, ``IssueRefused``, ``NotReady``, or ``SidecarRefused`` for a key
    that may not do this.
    """

    def __init__(
        self, url: str, key: str, *, timeout: float = TIMEOUT, attempts: int = ATTEMPTS, lang: str = "zh"
    ) -> None:
        """Begin; nothing is sent.

        Args:
            url: ``http://127.0.0.1:8750``, or ``unix:///run/gate.sock``.
            key: the API key.
            timeout: seconds to be connected in, and seconds without anything of an answer, in one attempt.
            attempts: how often a request is sent before it is given up.
            lang: ``zh`` or ``en``, the language of problems.

        Raises:
            SidecarRefused: ``E-KEY``, this can be no key.
        """
        base, socket = _base(url)
        transport = httpx.HTTPTransport(uds=socket, limits=_LIMITS)
        self._http = httpx.Client(
            base_url=base, headers=_headers(key, lang), timeout=timeout, transport=transport
        )
        self._attempts = attempts

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def check(
        self, document: DocumentLike, as_of: date | None = None, *, preview: bool = False
    ) -> Determination:
        """See :meth:`disclosure_gate.Gate.check`; recorded unless it is a ``preview``."""
        return self._answer(_Calls.check(document, as_of, preview=preview))

    def check_all(self, documents: Sequence[DocumentLike], as_of: date | None = None) -> tuple[Checked, ...]:
        """Up to 200 documents in one request, recorded together; each has its answer or its errors, in order."""
        return self._answer(_Calls.check_all(documents, as_of)).results

    def clear(
        self, document: DocumentLike, determination: Determination, decision: Decision | _Json
    ) -> Cleared:
        """See :meth:`disclosure_gate.Gate.clear`."""
        return self._answer(_Calls.clear(document, determination, decision))

    def issue(
        self,
        document: DocumentLike,
        token: str,
        *,
        number: str = "",
        issued_on: date | None = None,
        listing: Listing | _Json | None = None,
        lane: Lane = "single",
    ) -> Issued:
        """See :meth:`disclosure_gate.Gate.issue`. The same again, within a week, gets the same receipt."""
        return self._answer(_Calls.issue(document, token, number, issued_on, listing, lane))

    def schedule(self, document: DocumentLike) -> Rescheduled:
        """See :meth:`disclosure_gate.Gate.schedule`."""
        return self._answer(_Calls.schedule(document))

    def withdraw(self, withdrawal: Withdrawal | _Json) -> Withdrawn:
        """See :meth:`disclosure_gate.Gate.withdraw`."""
        return self._answer(_Calls.withdraw(withdrawal))

    def change_validity(self, change: ValidityChange | _Json) -> Restated:
        """See :meth:`disclosure_gate.Gate.change_validity`."""
        return self._answer(_Calls.change_validity(change))

    def explanation(self, determination_id: str) -> RecordedExplanation:
        """A recorded determination, the facts it rests on, and what every rule said."""
        return self._answer(_Calls.explanation(determination_id))

    def document(self, document_id: str) -> dict[str, Any]:
        """Where a document stands that was issued, and what was recorded of it; before, it is ``E-UNKNOWN-DOCUMENT``."""
        return self._answer(_Calls.read(f"/v1/documents/{quote(document_id, safe='')}"))

    def items(self, *, domain: str = "", title: str = "") -> dict[str, Any]:
        """Catalogue rows of a domain, or the likely ones for a title."""
        return self._answer(_Calls.read(_ITEMS, domain=domain, title=title))

    def head(self) -> dict[str, Any]:
        """The signed end of the register."""
        return self._answer(_Calls.read("/v1/register/head"))

    def keys(self) -> dict[str, Any]:
        """The public keys that clearances are signed with (JWKS). Keep them: see :func:`clearance_of`."""
        return self._answer(_Calls.read("/.well-known/jwks.json"))

    def _answer(self, call: _Call[_Result]) -> _Result:
        talk = _conversation(call, self._attempts)
        step = next(talk)
        while True:
            try:
                if isinstance(step, float):
                    time.sleep(step)
                    step = talk.send(None)
                else:
                    step = talk.send(self._sent(step))
            except StopIteration as end:
                result: _Result = end.value
                return result

    def _sent(self, request: Mapping[str, Any]) -> httpx.Response | httpx.HTTPError:
        try:
            return self._http.request(**request)
        except httpx.HTTPError as error:
            return error


class AsyncClient:
    """As :class:`Client`, awaited."""

    def __init__(
        self, url: str, key: str, *, timeout: float = TIMEOUT, attempts: int = ATTEMPTS, lang: str = "zh"
    ) -> None:
        """See :class:`Client`."""
        base, socket = _base(url)
        transport = httpx.AsyncHTTPTransport(uds=socket, limits=_LIMITS)
        self._http = httpx.AsyncClient(
            base_url=base, headers=_headers(key, lang), timeout=timeout, transport=transport
        )
        self._attempts = attempts

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def check(
        self, document: DocumentLike, as_of: date | None = None, *, preview: bool = False
    ) -> Awaitable[Determination]:
        """See :meth:`Client.check`."""
        return self._answer(_Calls.check(document, as_of, preview=preview))

    async def check_all(
        self, documents: Sequence[DocumentLike], as_of: date | None = None
    ) -> tuple[Checked, ...]:
        """See :meth:`Client.check_all`."""
        return (await self._answer(_Calls.check_all(documents, as_of))).results

    def clear(
        self, document: DocumentLike, determination: Determination, decision: Decision | _Json
    ) -> Awaitable[Cleared]:
        """See :meth:`Client.clear`."""
        return self._answer(_Calls.clear(document, determination, decision))

    def issue(
        self,
        document: DocumentLike,
        token: str,
        *,
        number: str = "",
        issued_on: date | None = None,
        listing: Listing | _Json | None = None,
        lane: Lane = "single",
    ) -> Awaitable[Issued]:
        """See :meth:`Client.issue`."""
        return self._answer(_Calls.issue(document, token, number, issued_on, listing, lane))

    def schedule(self, document: DocumentLike) -> Awaitable[Rescheduled]:
        """See :meth:`Client.schedule`."""
        return self._answer(_Calls.schedule(document))

    def withdraw(self, withdrawal: Withdrawal | _Json) -> Awaitable[Withdrawn]:
        """See :meth:`Client.withdraw`."""
        return self._answer(_Calls.withdraw(withdrawal))

    def change_validity(self, change: ValidityChange | _Json) -> Awaitable[Restated]:
        """See :meth:`Client.change_validity`."""
        return self._answer(_Calls.change_validity(change))

    def explanation(self, determination_id: str) -> Awaitable[RecordedExplanation]:
        """See :meth:`Client.explanation`."""
        return self._answer(_Calls.explanation(determination_id))

    def document(self, document_id: str) -> Awaitable[dict[str, Any]]:
        """See :meth:`Client.document`."""
        return self._answer(_Calls.read(f"/v1/documents/{quote(document_id, safe='')}"))

    def items(self, *, domain: str = "", title: str = "") -> Awaitable[dict[str, Any]]:
        """See :meth:`Client.items`."""
        return self._answer(_Calls.read(_ITEMS, domain=domain, title=title))

    def head(self) -> Awaitable[dict[str, Any]]:
        """See :meth:`Client.head`."""
        return self._answer(_Calls.read("/v1/register/head"))

    def keys(self) -> Awaitable[dict[str, Any]]:
        """See :meth:`Client.keys`."""
        return self._answer(_Calls.read("/.well-known/jwks.json"))

    async def _answer(self, call: _Call[_Result]) -> _Result:
        talk = _conversation(call, self._attempts)
        step = next(talk)
        while True:
            try:
                if isinstance(step, float):
                    await asyncio.sleep(step)
                    step = talk.send(None)
                else:
                    step = talk.send(await self._sent(step))
            except StopIteration as end:
                result: _Result = end.value
                return result

    async def _sent(self, request: Mapping[str, Any]) -> httpx.Response | httpx.HTTPError:
        try:
            return await self._http.request(**request)
        except httpx.HTTPError as error:
            return error


def clearance_of(
    token: str,
    jwks: _Json,
    document: DocumentLike | None = None,
    *,
    organ: str | None = None,
    on: date | None = None,
) -> Clearance:
    """Verify a clearance offline, with the public keys alone.

    Args:
        token: the signed clearance.
        jwks: the sidecar's public keys, kept from before.
        document: what is about to be issued: its content must be the content cleared.
        organ: whose clearance it must be.
        on: the day of issue; default today.

    Raises:
        IssueRefused: ``E-CLEARANCE`` forged, expired or of another organ; ``E-CHANGED`` other content. Whether it
            is used up only the register knows: issue through the sidecar.
    """
    try:
        clearance = Clearance.model_validate_json(json.dumps(verified(token, jwks)))
    except ValidationError:
        raise IssueRefused("E-CLEARANCE") from None
    day = on or datetime.now(UTC).astimezone().date()
    if day > clearance.expires_on:
        raise IssueRefused("E-CLEARANCE", got=day.isoformat(), expected=f"≤ {clearance.expires_on}")
    if organ is not None and clearance.issuer.name != organ:
        raise IssueRefused("E-CLEARANCE", got=clearance.issuer.name, expected=organ)
    if document is not None:
        parsed = document if isinstance(document, Document) else Document.parse(document)
        if content_digest(parsed) != clearance.content_digest:
            raise IssueRefused("E-CHANGED")
    return clearance


def document_data(document: DocumentLike) -> dict[str, Any]:
    """The JSON data of a document, its content included: for sending, never for a log."""
    if not isinstance(document, Document):
        return dict(document)
    import base64  # noqa: PLC0415  only a Document with files needs it

    data = document.model_dump(mode="json", exclude={"text", "files"}, exclude_none=True)
    if document.text is not None:
        data["text"] = document.text.reveal()
    data["files"] = [
        {
            "name": each.name,
            "role": each.role,
            "media_type": each.media_type,
            "content": base64.b64encode(each.content.reveal()).decode(),
        }
        for each in document.files
    ]
    return data


# one call, without input or output: what is to be sent or waited for is yielded


def _conversation(
    call: _Call[_Result], attempts: int
) -> Generator[Mapping[str, Any] | float, httpx.Response | httpx.HTTPError | None, _Result]:
    last: GateError = SidecarAway("E-SIDECAR-AWAY")
    for attempt in range(1, attempts + 1):
        answer = yield _request(call)
        wait = 0.0
        if isinstance(answer, httpx.HTTPError):
            last = SidecarAway("E-SIDECAR-AWAY", got=type(answer).__name__)
        elif answer is not None:
            if answer.is_success:
                try:
                    return _read(answer, call.read)
                except ValueError:  # something that is no sidecar answers there, or half an answer came
                    last = SidecarAway("E-SIDECAR-ANSWER", got=str(answer.status_code))
            else:
                last = _refused(answer, call.refusal)
                wait = _retry_after(answer)
            if (
                answer.status_code not in _AGAIN
                and not answer.is_success
                and last.code != "E-REQUEST-RUNNING"
            ):
                raise last
        if attempt < attempts:
            yield max(wait, min(_LONGEST_DELAY, _FIRST_DELAY * 2 ** (attempt - 1)) * _RANDOM.uniform(0.5, 1))
    raise last


def _request(call: _Call[Any]) -> dict[str, Any]:
    headers = {"Idempotency-Key": call.key} if call.key else {}
    return {
        "method": call.method,
        "url": call.path,
        "content": None if call.body is None else _sendable(call.body),
        "params": call.query,
        "headers": headers,
    }


def _sendable(body: Any) -> bytes:
    """JSON of a body, members in order of their names; its days may be dates, as the gate itself takes them."""
    try:
        return json.dumps(body, ensure_ascii=False, sort_keys=True, default=_plain_date).encode()
    except UnicodeEncodeError:  # which would carry the content
        raise InputError("E-TEXT-CHARACTER") from None


def _plain_date(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _read(answer: httpx.Response, kind: type[_Result]) -> _Result:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind.model_validate_json(answer.content)
    data = answer.json()
    if not isinstance(data, dict):
        raise ValueError(type(data).__name__)  # noqa: TRY004  a bad answer, whatever is wrong with it
    result: Any = data
    return result  # type: ignore[no-any-return]  # a dictionary was asked for


def _refused(answer: httpx.Response, refusal: type[GateError]) -> GateError:
    """The refusal as the gate itself would have raised it."""
    try:
        problem = answer.json()
        told = problem.get("errors") or [{"code": problem["code"]}]
        flaws = tuple(_flaw(each) for each in told)
    except (ValueError, KeyError, TypeError, AttributeError):
        return SidecarAway("E-SIDECAR-ANSWER", got=str(answer.status_code))
    kinds: dict[int, type[GateError]] = {409: refusal, 413: InputError, 422: InputError, 503: NotReady}
    if answer.status_code in {401, 403, 404, 405}:
        return SidecarRefused(flaws=flaws)
    return kinds.get(answer.status_code, SidecarAway)(flaws=flaws)


def _flaw(told: _Json) -> Flaw:
    code = str(told["code"])
    if code not in CODES:  # a newer sidecar has more codes than this client
        return Flaw("E-SIDECAR-PROBLEM", str(told.get("where", "")), got=code)
    return Flaw(
        code,
        _BODY.sub("", str(told.get("where", ""))),
        *(str(told.get(name, "")) for name in ("got", "expected", "suggestion")),
    )


def _retry_after(answer: httpx.Response) -> float:
    given = answer.headers.get("Retry-After", "")
    return min(float(given), 60.0) if given.isdecimal() else 0.0


def _headers(key: str, lang: str) -> dict[str, str]:
    key = key.strip()  # as it was read from a file, with the end of its line
    if not (key.isascii() and key.isprintable() and key):
        raise SidecarRefused("E-KEY")
    return {"Authorization": f"Bearer {key}", "Content-Type": "application/json", "Accept-Language": lang}


def _base(url: str) -> tuple[str, str | None]:
    """The base address, and the path of the socket if it is one."""
    return ("http://sidecar", url.removeprefix("unix://")) if url.startswith("unix://") else (url, None)


def _plain(value: BaseModel | _Json) -> dict[str, Any]:
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else dict(value)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _new_key() -> str:
    return str(uuid4())
