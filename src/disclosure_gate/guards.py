"""Guards of business systems: code that issues runs only with the gate's receipt in its hand.

Use one of them around the step that makes a document official; ``docs/guards.md`` shows each, and the trigger by
which a database itself refuses.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from enum import Enum
from functools import wraps
from hashlib import sha256
from inspect import isasyncgenfunction, iscoroutinefunction, isgeneratorfunction
from typing import TYPE_CHECKING, Any, ParamSpec, TypeAlias, TypeVar

from disclosure_gate.client import Client, DocumentLike, Issued, clearance_of
from disclosure_gate.model.document import Document
from disclosure_gate.model.errors import GateError, IssueRefused
from disclosure_gate.model.listing import Listing
from disclosure_gate.register.signing import verified

if TYPE_CHECKING:
    import sqlite3
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_Params = ParamSpec("_Params")
_Result = TypeVar("_Result")
_Order: TypeAlias = tuple[DocumentLike, str] | tuple[DocumentLike, str, Mapping[str, Any]]
HEADER = "X-Disclosure-Clearance"
_TRIGGERS = ("gate_no_insert_without_clearance", "gate_no_update_without_clearance")
# Both names have 32 letters; another may follow, of a second table.
_GONE = """SELECT 1 FROM sqlite_master WHERE name = 'gate_used' AND 2 > (
    SELECT count(DISTINCT substr(name, 1, 32)) FROM sqlite_master WHERE type = 'trigger' AND substr(name, 1, 32) IN (?, ?)
)"""
CLEARANCE = "disclosure_gate.clearance"
"""Where the WSGI environment holds the verified clearance of a guarded request."""


class AnyDocument(Enum):
    """See :data:`ANY_DOCUMENT`."""

    ANY = "any document"


ANY_DOCUMENT = AnyDocument.ANY
"""For a :class:`RouteGuard` that cannot know which document a request issues: its views hold the clearance against it."""


@contextmanager
def issuing(
    client: Client,
    document: DocumentLike,
    token: str,
    *,
    number: str = "",
    issued_on: date | None = None,
    listing: Listing | Mapping[str, Any] | None = None,
) -> Iterator[Issued]:
    """Issue, then run the block with the receipt; where the gate refuses or is away, the block does not run.

    A block that fails leaves the document issued at the gate: enter again with the same token, and the same
    receipt comes.

    Raises:
        IssueRefused: the gate refuses.
        SidecarAway: it does not answer.
        TypeError: an ``AsyncClient``, which would give no receipt but a coroutine, and issue nothing.
    """
    if not isinstance(client, Client):
        raise TypeError(f"{type(client).__name__}: an AsyncClient's issue is awaited, in place of the guard")
    yield client.issue(document, token, number=number, issued_on=issued_on, listing=listing)


def requires_issue(
    client: Client, read: Callable[_Params, _Order]
) -> Callable[[Callable[..., _Result]], Callable[_Params, _Result]]:
    """The function runs only after its document was issued by the gate, and gets it as ``receipt=``.

    Args:
        client: the sidecar.
        read: from what the function is called with the document and the token of its clearance, and, if there is
            more to say, what :func:`issuing` takes besides: ``{"number": …}``.

    Raises:
        TypeError: a coroutine function, a generator or a ``classmethod`` already made, which would be issued, not run.
    """

    def wrap(function: Callable[..., _Result]) -> Callable[_Params, _Result]:
        later = iscoroutinefunction(function) or isgeneratorfunction(function) or isasyncgenfunction(function)
        if later or not callable(function):
            name = getattr(function, "__name__", type(function).__name__)
            raise TypeError(f"{name}: a plain function; elsewhere await client.issue(…) before the step")

        @wraps(function)
        def guarded(*args: _Params.args, **kwargs: _Params.kwargs) -> _Result:
            document, token, *more = read(*args, **kwargs)
            with issuing(client, document, token, **(more[0] if more else {})) as receipt:
                return function(*args, **{**kwargs, "receipt": receipt})

        return guarded

    return wrap


class RouteGuard:
    """WSGI middleware: a route that issues is reached only with a clearance that verifies, and is of its document.

    The request carries its clearance in the header ``X-Disclosure-Clearance``. It is verified with the sidecar's
    public keys; the view finds it under ``disclosure_gate.clearance`` in the environment and issues with it. What
    is missing, forged, expired, another organ's or another document's is answered with 403 and a problem (RFC 9457).

    With Flask: ``app.wsgi_app = RouteGuard(app.wsgi_app, client, [("POST", r"/documents/(?P<id>[^/]+)/issue")],
    document=lambda environ, route: route["id"])``.
    """

    def __init__(
        self,
        app: WSGIApplication,
        client: Client,
        routes: Sequence[tuple[str, str]],
        *,
        document: Callable[[WSGIEnvironment, re.Match[str]], DocumentLike | str] | AnyDocument,
        organ: str | None = None,
    ) -> None:
        """Begin.

        Args:
            app: what is guarded.
            client: the sidecar whose keys count; asked for them when first needed, and for a key not known yet.
            routes: method and a regular expression for the whole path of every route that issues.
            document: which document a request issues, told from its environment and the match of its path: the
                document, which must be exactly what was cleared, or its id. What it raises is raised, and no view runs;
                it must not read the body, which is the view's. :data:`ANY_DOCUMENT` waives it.
            organ: whose clearances count; default: any.
        """
        self._app = app
        self._client = client
        self._routes = [(method.upper(), re.compile(pattern)) for method, pattern in routes]
        self._document = document
        self._organ = organ
        self._keys: dict[str, Any] = {"keys": []}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer, or refuse; see PEP 3333."""
        environ.pop(CLEARANCE, None)
        method = environ["REQUEST_METHOD"].upper()
        # WSGI hands the path's bytes over as if they were Latin-1; a pattern is written in the letters meant.
        path = environ.get("PATH_INFO", "").encode("latin-1").decode(errors="replace")
        # Frameworks run the view of GET for HEAD, and a route may be declared to take a slash more at its end.
        methods = {method, "GET" if method == "HEAD" else method}
        paths = {path, path.rstrip("/")}
        matches = [
            match
            for wanted, pattern in self._routes
            if wanted in methods
            for match in map(pattern.fullmatch, paths)
            if match is not None
        ]
        if matches:
            try:
                token = environ.get("HTTP_X_DISCLOSURE_CLEARANCE", "")
                environ[CLEARANCE] = self._verified(token)
                for match in matches:  # whichever of them the application goes by
                    self._bound(token, environ, match)
            except GateError as error:
                environ.pop(CLEARANCE, None)
                return _refused(error, start_response)
        return self._app(environ, start_response)

    def _verified(self, token: str) -> Any:
        if not token:
            raise IssueRefused("E-GUARD", where=HEADER)
        try:
            return clearance_of(token, self._keys, organ=self._organ)
        except IssueRefused:
            # The keys may have been rotated, or not been fetched yet. Without an answer nobody gets through.
            self._keys = self._client.keys()
            return clearance_of(token, self._keys, organ=self._organ)

    def _bound(self, token: str, environ: WSGIEnvironment, match: re.Match[str]) -> None:
        """Refuse a clearance of another document than this request issues."""
        if isinstance(self._document, AnyDocument):
            return
        issued, cleared = self._document(environ, match), environ[CLEARANCE]
        if isinstance(issued, Document | Mapping):
            clearance_of(token, self._keys, issued, organ=self._organ)
        elif issued != cleared.document_id:
            raise IssueRefused("E-OTHER-DOCUMENT", where=HEADER, got=cleared.document_id)


def teach_sqlite(connection: sqlite3.Connection, keys: Callable[[], Mapping[str, Any]]) -> None:
    """Register the functions by which the triggers of ``examples/guards/sqlite.sql`` know a valid clearance.

    Args:
        connection: of the business system's own database; one that was not taught cannot write the guarded table.
        keys: gives the sidecar's public keys (JWKS), kept from before; asked when a row is to be issued.

    Raises:
        IssueRefused: ``E-GUARD-GONE``, a migration made the guarded table anew, and its triggers are gone.
    """

    def clearance(token: object) -> str | None:
        said = verified(token, keys()) if isinstance(token, str) else None
        return None if said is None else json.dumps(said, ensure_ascii=False)

    def digest(text: object) -> str | None:
        return sha256(text.encode()).hexdigest() if isinstance(text, str) else None

    connection.create_function("gate_clearance", 1, clearance, deterministic=True)
    connection.create_function("gate_sha256", 1, digest, deterministic=True)
    if connection.execute(_GONE, _TRIGGERS).fetchone():
        raise IssueRefused("E-GUARD-GONE", expected=" ".join(_TRIGGERS))


def _refused(error: GateError, start_response: StartResponse) -> Iterable[bytes]:
    body = json.dumps(
        {
            "type": f"urn:disclosure-gate:{error.code}",
            "title": error.flaws[0].message("zh"),
            "status": 403,
            "detail": error.flaws[0].message("en"),
            "code": error.code,
        },
        ensure_ascii=False,
    ).encode()
    start_response(
        "403 Forbidden",
        [("Content-Type", "application/problem+json"), ("Content-Length", str(len(body)))],
    )
    return [body]
