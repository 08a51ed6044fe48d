"""The guards: code that issues runs only with the gate's receipt, a route only with a clearance."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask, request
from werkzeug.test import Client as WerkzeugClient

from disclosure_gate import Document
from disclosure_gate.client import AsyncClient, Client, Issued
from disclosure_gate.guards import ANY_DOCUMENT, CLEARANCE, HEADER, RouteGuard, issuing, requires_issue
from disclosure_gate.model.errors import IssueRefused, SidecarAway
from factories import TODAY, data, decision
from processes import Process, free_port, sidecar_process

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    with sidecar_process(tmp_path_factory.mktemp("sidecar")) as running:
        yield running


@pytest.fixture(scope="module")
def client(process: Process) -> Iterator[Client]:
    with Client(process.url, process.key()) as opened:
        yield opened


@pytest.fixture
def away() -> Iterator[Client]:
    with Client(f"http://127.0.0.1:{free_port()}", "dg_x", attempts=1) as gone:
        yield gone


def _token(client: Client, document: dict[str, Any]) -> str:
    return client.clear(document, client.check(document, TODAY), decision()).token


def test_the_block_runs_with_a_receipt_or_not_at_all(client: Client, away: Client) -> None:
    document, ran = data(id="block"), []
    token = _token(client, document)
    for gate, refusal, content in (
        (away, SidecarAway, document),
        (client, IssueRefused, data(id="block", text="改过。")),
    ):
        with pytest.raises(refusal), issuing(gate, content, token, issued_on=TODAY):
            ran.append("never")
    with pytest.raises(ZeroDivisionError), issuing(client, document, token, issued_on=TODAY) as first:
        raise ZeroDivisionError
    # As a database gives it back, with its members in another order.
    with issuing(client, dict(reversed(document.items())), token, issued_on=TODAY) as receipt:
        ran.append(receipt.document_id)
    assert ran == ["block"]
    assert receipt == first
    with pytest.raises(IssueRefused, match="E-CLEARANCE-USED"), issuing(client, document, token):
        ran.append("never")


def test_a_guarded_function_is_called_with_the_receipt(client: Client, away: Client) -> None:
    document, ran = data(id="function"), []
    token = _token(client, document)

    def read(content: dict[str, Any], token: str) -> tuple[dict[str, Any], str, dict[str, Any]]:
        return content, token, {"number": "景政发〔2026〕5号"}

    def issue(content: dict[str, Any], token: str, *, receipt: Issued) -> str:
        assert token
        assert receipt.number == "景政发〔2026〕5号"
        ran.append(content["id"])
        return receipt.record_hash

    with pytest.raises(SidecarAway):
        requires_issue(away, read)(issue)(document, token)
    with pytest.raises(IssueRefused):
        requires_issue(client, read)(issue)(document, "forged")
    assert ran == []
    assert len(requires_issue(client, read)(issue)(document, token)) == 64
    assert ran == ["function"]


def test_what_would_run_without_a_receipt_is_told_from_the_start(process: Process) -> None:
    """A coroutine in place of a receipt lets nobody in; what runs only later is not put behind the decorator."""
    ran: list[object] = []
    waited_for = AsyncClient(process.url, process.key())
    with pytest.raises(TypeError), issuing(waited_for, data(id="awaited"), "token") as given:  # type: ignore[arg-type]
        ran.append(given)

    async def later(receipt: Issued) -> None:
        ran.append(receipt)

    def piece_by_piece(receipt: Issued) -> Iterator[Issued]:
        yield receipt

    made: Any = classmethod(lambda _cls, receipt: ran.append(receipt))
    functions: list[Any] = [later, piece_by_piece, made]
    for function in functions:
        with pytest.raises(TypeError, match="a plain function"):
            requires_issue(Client(process.url, "dg_x"), lambda: (data(), "token"))(function)
    assert ran == []


def test_a_guarded_route_needs_a_clearance_that_verifies(client: Client, away: Client) -> None:
    reached: list[str] = []
    app = Flask("oa")

    @app.post("/documents/<document_id>/issue")
    def issue(document_id: str) -> str:
        reached.append(request.environ[CLEARANCE].document_id)
        return document_id

    @app.get("/documents/<document_id>")
    def show(document_id: str) -> str:
        return document_id

    @app.post("/公文/<document_id>/签发")
    def issue_by_its_chinese_name(document_id: str) -> str:
        return issue(document_id)

    plain = app.wsgi_app
    routes = [("POST", r"/documents/(?P<id>[^/]+)/issue"), ("POST", r"/公文/(?P<id>[^/]+)/签发")]
    token, other = _token(client, data(id="route")), _token(client, data(id="other"))

    def asked(guard: RouteGuard, headers: dict[str, str]) -> tuple[int, str]:
        app.wsgi_app = guard  # type: ignore[method-assign]
        answer = app.test_client().post("/documents/route/issue", headers=headers)
        return answer.status_code, (answer.get_json(silent=True) or {}).get("code", "")

    guard = RouteGuard(plain, client, routes, document=_named)
    assert asked(guard, {}) == (403, "E-GUARD")
    assert app.test_client().post("/公文/route/签发").status_code == 403
    assert asked(guard, {HEADER: "forged"}) == (403, "E-CLEARANCE")
    foreign = RouteGuard(plain, client, routes, document=_named, organ="区财政局")
    assert asked(foreign, {HEADER: token}) == (403, "E-CLEARANCE")
    assert asked(RouteGuard(plain, away, routes, document=_named), {HEADER: token}) == (403, "E-SIDECAR-AWAY")
    assert asked(guard, {HEADER: other}) == (403, "E-OTHER-DOCUMENT")
    assert reached == []
    assert asked(guard, {HEADER: token}) == (200, "")
    assert reached == ["route"]
    assert app.test_client().get("/documents/route").status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/issue"), ("POST", "/issue/"), ("GET", "/print"), ("HEAD", "/print"), ("HEAD", "/print/")],
)
def test_a_view_is_not_reached_by_another_spelling_of_its_route(
    client: Client, method: str, path: str
) -> None:
    reached: list[str] = []
    app = Flask("oa")
    app.url_map.strict_slashes = False

    @app.post("/issue")
    @app.get("/print")
    def view() -> str:
        reached.append(path)
        return ""

    routes = [("post", "/issue"), ("GET", "/print")]
    app.wsgi_app = RouteGuard(app.wsgi_app, client, routes, document=ANY_DOCUMENT)  # type: ignore[method-assign]
    assert app.test_client().open(path, method=method).status_code == 403
    assert reached == []


def _named(_: WSGIEnvironment, route: re.Match[str]) -> str:
    return route["id"]


_CLEARED = data(id="bound")


@pytest.mark.parametrize(
    ("issued", "code"),
    [
        ("bound", ""),
        (_CLEARED, ""),
        (Document.parse(_CLEARED), ""),
        ("another", "E-OTHER-DOCUMENT"),
        ("bound ", "E-OTHER-DOCUMENT"),
        ("", "E-OTHER-DOCUMENT"),
        (None, "E-OTHER-DOCUMENT"),
        (_CLEARED | {"text": "改动后的公告。"}, "E-CHANGED"),
        (_CLEARED | {"id": "another"}, "E-CHANGED"),
        ({"id": "bound"}, "E-FIELD-MISSING"),
    ],
)
def test_a_clearance_of_one_document_passes_no_route_that_issues_another(
    client: Client, issued: Any, code: str
) -> None:
    reached: list[str] = []

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        reached.append(environ[CLEARANCE].document_id)
        start_response("200 OK", [])
        return []

    guard = RouteGuard(app, client, [("POST", "/issue")], document=lambda _, __: issued)
    answer = WerkzeugClient(guard).post("/issue", headers={HEADER: _token(client, _CLEARED)})
    assert (answer.status_code, (answer.get_json(silent=True) or {}).get("code", "")) == (
        403 if code else 200, code,
    )  # fmt: skip
    assert reached == ([] if code else ["bound"])


def test_what_cannot_say_which_document_is_issued_lets_nothing_through(client: Client) -> None:
    def fails(_: WSGIEnvironment, route: re.Match[str]) -> str:
        return route["no such group"]

    reached: list[str] = []

    def app(environ: WSGIEnvironment, _: StartResponse) -> list[bytes]:
        reached.append(environ["PATH_INFO"])
        return []

    guard = RouteGuard(app, client, [("POST", "/issue")], document=fails)
    with pytest.raises(IndexError):
        WerkzeugClient(guard).post("/issue", headers={HEADER: _token(client, _CLEARED)})
    with pytest.raises(TypeError, match="document"):
        RouteGuard(app, client, [("POST", "/issue")])  # type: ignore[call-arg]
    assert reached == []


def test_every_pattern_that_a_path_meets_has_to_agree(client: Client) -> None:
    routes = [("POST", r"/(?P<id>[^/]+)(?:/.*)?"), ("POST", r"/bound/(?P<id>[^/]+)")]
    guard = RouteGuard(lambda *_: [], client, routes, document=_named)
    answer = WerkzeugClient(guard).post("/bound/other", headers={HEADER: _token(client, _CLEARED)})
    assert (answer.status_code, answer.get_json()["code"]) == (403, "E-OTHER-DOCUMENT")
