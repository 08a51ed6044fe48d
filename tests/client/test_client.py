"""The SDK against a real sidecar, and against everything that can stand in its place."""

from __future__ import annotations

import asyncio
import http.client
import json
import logging
import pickle
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import quote

import pytest

from disclosure_gate import Document, running
from disclosure_gate.client import AsyncClient, Cleared, Client, clearance_of
from disclosure_gate.model.determination import Determination, Status
from disclosure_gate.model.errors import (
    ClearanceRefused,
    GateError,
    InputError,
    IssueRefused,
    SidecarAway,
    SidecarRefused,
)
from disclosure_gate.model.listing import Listing, ValidityChange
from disclosure_gate.service.app import MAX_BODY
from factories import TODAY, data, decision, document
from pace import slowness
from processes import Answer, Misdeed, Process, between, free_port, sidecar_process


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    with sidecar_process(tmp_path_factory.mktemp("sidecar")) as running:
        yield running


@pytest.fixture(scope="module")
def client(process: Process) -> Iterator[Client]:
    with Client(process.url, process.key()) as opened:
        yield opened


def _cleared(client: Client, doc: Document | dict[str, Any]) -> Cleared:
    return client.clear(doc, client.check(doc, TODAY), decision())


def test_connections_that_callers_keep_open_keep_nobody_out(process: Process) -> None:
    with ExitStack() as kept:
        for _ in range(200):
            kept.enter_context(socket.create_connection(("127.0.0.1", process.port), timeout=5))
        with Client(process.url, process.key(), timeout=5, attempts=1) as late:
            assert late.check(document(id="late"), TODAY).status is not None


def test_the_calls_of_the_gate_made_to_a_sidecar(client: Client) -> None:
    doc = document(id="main", text="现将有关事项公告如下。")
    determined = client.check(doc, TODAY)
    assert determined.status is Status.PROACTIVE
    cleared = client.clear(doc, determined, decision())
    issued = client.issue(doc, cleared.token, number="景政发〔2026〕5号", issued_on=TODAY)
    assert client.issue(doc, cleared.token, number="景政发〔2026〕5号", issued_on=TODAY) == issued
    assert client.document("main")["state"] == "issued"
    assert client.explanation(determined.determination_id).determination == determined
    assert client.items(domain="budget")["items"]
    withdrawn = {"document_id": "main", "reason": "重发", "by": "办公室", "withdrawn_on": TODAY.isoformat()}
    assert client.withdraw(withdrawn).record_seq > issued.record_seq
    assert client.head()["seq"] >= issued.record_seq + 1


def test_a_listing_is_sent_with_the_issue_and_validity_is_changed(client: Client) -> None:
    old, new = document(id="old rules"), document(id="new rules", title="关于冬季供热的新公告")
    client.issue(old, _cleared(client, old).token, issued_on=TODAY, listing=Listing(valid_until=TODAY))
    listing = {"relations": [{"kind": "amends", "document_id": "old rules"}], "keywords": ["供热"]}
    token = _cleared(client, new).token
    issued = client.issue(new, token, issued_on=TODAY, listing=listing, lane="bulk")
    assert client.issue(new, token, issued_on=TODAY, listing=listing, lane="bulk") == issued
    assert client.document("old rules")["validity"] == "amended"
    said = {"document_id": "old rules", "validity": "repealed", "by": "司法局", "on": TODAY.isoformat()}
    assert client.change_validity(said).record_seq > issued.record_seq
    assert client.document("old rules")["validity"] == "repealed"
    with pytest.raises(IssueRefused, match="E-UNKNOWN-DOCUMENT"):
        client.change_validity(ValidityChange.model_validate(said | {"cause": "nowhere", "on": TODAY}))


def test_a_date_that_was_awaited_is_told(client: Client) -> None:
    awaiting: dict[str, Any] = {
        "id": "tender", "domain": "public_resource_trading",
        "facts": {"secrecy_review": "passed", "tender_secret": "committee"},
    }  # fmt: skip
    doc = document(**awaiting)
    assert client.issue(doc, _cleared(client, doc).token, issued_on=TODAY).publications[0].awaits == "result"
    with pytest.raises(IssueRefused, match="E-AWAITED"):
        client.schedule(doc)
    done = client.schedule(data(**awaiting, dates={"result": "2026-12-15"}))
    assert [str(each.not_before) for each in done.publications] == ["2026-12-15"]
    assert client.document("tender")["version"] == done.version == 2


def test_a_document_with_files_is_sent_whole(client: Client) -> None:
    given = data(
        id="files", files=[{"name": "附件.txt", "content": "6ZmE5Lu25q2j5paH", "media_type": "text/plain"}]
    )
    assert client.check(Document.parse(given), TODAY) == client.check(given, TODAY)


@pytest.mark.parametrize(
    ("call", "kind", "code"),
    [
        (lambda c: c.check(data(kind="公吿")), InputError, "E-KIND"),
        (lambda c: c.clear(data(), c.check(data(), TODAY), decision(reviewer="拟稿人", signer="拟稿人")), ClearanceRefused, "E-TWO-PERSONS"),
        (lambda c: c.issue(data(), "no token", issued_on=TODAY), IssueRefused, "E-CLEARANCE"),
        (lambda c: c.document("unknown"), SidecarRefused, "E-UNKNOWN-DOCUMENT"),
        (lambda c: c.check(data(issuer={"name": "区财政局"})), SidecarRefused, "E-UNKNOWN-DOCUMENT"),
    ],
)  # fmt: skip
def test_refusals_are_those_of_the_gate(client: Client, call: Any, kind: type[GateError], code: str) -> None:
    with pytest.raises(kind) as refused:
        call(client)
    assert refused.value.code == code


def test_a_flaw_is_told_with_the_place_the_gate_names(client: Client) -> None:
    with pytest.raises(InputError) as checked:
        client.check(data(item="nowhere"))
    with pytest.raises(ClearanceRefused) as cleared:
        client.clear(data(), client.check(data(), TODAY), decision(reviewer="拟稿人"))
    marked = data(text="机密★10年")
    with pytest.raises(ClearanceRefused) as held:
        client.clear(marked, client.check(marked, TODAY), decision())
    told = [each.value.flaws[0].where for each in (checked, cleared, held)]
    assert told == ["/item", "/reviewer", "/held"]


@pytest.mark.parametrize("key", ["", " \n", "dg_密钥", "dg_x\ndg_y"])
def test_what_can_be_no_key_is_told_as_that(key: str) -> None:
    for kind in (Client, AsyncClient):
        with pytest.raises(SidecarRefused, match="E-KEY"):
            kind("http://127.0.0.1:8750", key)


def test_a_key_is_taken_as_a_file_has_it_and_days_as_the_gate_takes_them(process: Process) -> None:
    with Client(process.url, process.key() + "\n") as reader:
        assert reader.check(data(id="dated", formed_on=TODAY), TODAY).status is not None
        with pytest.raises(InputError, match="E-TEXT-CHARACTER") as refused:
            reader.check(data(id="dated", text="供热\ud800"))
    assert refused.value.__cause__ is None


def test_drafts_and_keys_go_through_no_proxy_of_the_environment(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    with Client(process.url, process.key(), attempts=1) as direct:
        assert direct.check(data(id="direct"), TODAY).status is not None
    waited_for = AsyncClient(process.url, process.key(), attempts=1)
    with ThreadPoolExecutor(1) as thread:
        # One loop after the other, as an OA whose views are awaited has it: no connection outlives its loop.
        for _ in range(3):
            assert thread.submit(_checked, waited_for).result().status is not None


def _checked(waited_for: AsyncClient) -> Determination:
    async def story() -> Determination:
        return await waited_for.check(data(id="awaited"), TODAY)

    return asyncio.run(story())


def test_no_connection_is_kept_that_two_processes_would_share_after_a_fork() -> None:
    def answered(server: socket.socket) -> bytes:
        connection, _ = server.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{"keys": []}')
            connection.settimeout(5)
            return connection.recv(1)

    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(1) as thread:
        left = thread.submit(answered, server)
        with Client(f"http://127.0.0.1:{server.getsockname()[1]}", "dg_x", attempts=1) as caller:
            assert caller.keys() == {"keys": []}
            assert left.result() == b""


def test_a_refusal_passes_from_a_worker_process(client: Client) -> None:
    with pytest.raises(IssueRefused) as refused:
        client.issue(data(id="worker"), "forged")
    passed = pickle.loads(pickle.dumps(refused.value))  # noqa: S301  as pools of processes do
    assert (type(passed), passed.flaws) == (IssueRefused, refused.value.flaws)


def test_no_log_of_the_caller_has_what_a_document_says(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client.check(data(id="logged", title="关于鸣涧的公告", text="鸣涧"), TODAY)
    client.items(title="鸣涧")
    assert "/v1/checks" in caplog.text
    assert not any(said in caplog.text for said in ("鸣涧", quote("鸣涧")))


def test_a_bad_key_is_refused(process: Process) -> None:
    with Client(process.url, "dg_wrong") as stranger, pytest.raises(SidecarRefused, match="E-KEY"):
        stranger.check(data())


def test_it_works_over_a_unix_socket_and_awaited(tmp_path: Path) -> None:
    async def story(url: str, key: str) -> str:
        async with AsyncClient(url, key) as gate:
            determined = await gate.check(document(), TODAY)
            cleared = await gate.clear(document(), determined, decision())
            await gate.issue(document(), cleared.token, issued_on=TODAY, listing={"section": "rules"})
            change = ValidityChange(document_id="doc-1", validity="lapsed", by="司法局", on=TODAY)
            assert (await gate.change_validity(change)).validity == "lapsed"
            return str((await gate.document("doc-1"))["state"])

    with sidecar_process(tmp_path, unix=True) as process:
        # On a thread of its own: where pages were tested before, a loop runs in this one.
        with ThreadPoolExecutor(1) as thread:
            told = thread.submit(asyncio.run, story(process.url, process.key())).result()
        assert told == "issued"
        # A second one does not take the first one's place.
        with pytest.raises(InputError, match="E-ADDRESS"):
            running.serve(lambda *_: [], _too_late, unix_socket=str(process.socket))
        with Client(process.url, process.key()) as gate:
            assert gate.document("doc-1")["state"] == "issued"


def test_a_socket_whose_listener_takes_nobody_now_is_not_taken_from_it(tmp_path: Path) -> None:
    place = str(tmp_path / "gate.sock")
    with ExitStack() as open_sockets:
        listener = open_sockets.enter_context(socket.socket(socket.AF_UNIX))
        listener.bind(place)
        listener.listen(0)
        for _ in range(2):
            waiting = open_sockets.enter_context(socket.socket(socket.AF_UNIX))
            waiting.setblocking(False)
            waiting.connect_ex(place)
        with pytest.raises(InputError, match="E-ADDRESS"):
            running.serve(lambda *_: [], _too_late, unix_socket=place)


def _too_late() -> None:
    raise AssertionError("it listens")


# what can stand in its place


def _drops(_: Any, passed_on: Any) -> Answer | None:
    passed_on()  # it is done, and the answer never comes
    return None


def _hangs(_: Any, passed_on: Any) -> Answer | None:
    time.sleep(1.2)
    return passed_on()  # type: ignore[no-any-return]


def _garbles(_: Any, passed_on: Any) -> Answer:
    status, headers, body = passed_on()
    return status, headers, body[: len(body) // 2]


def _page(_: Any, __: Any) -> Answer:
    return 200, {"Content-Type": "text/html"}, b"<html>please sign in</html>"


def _other(_: Any, __: Any) -> Answer:
    return 200, {"Content-Type": "application/json"}, b'{"status": "proactive"}'


def _busy(_: Any, __: Any) -> Answer:
    return 503, {"Content-Type": "text/plain", "Retry-After": "0"}, b"busy"


def _many(_: Any, __: Any) -> Answer:
    return 429, {"Content-Type": "text/plain", "Retry-After": "0"}, b"slower"


_MISDEEDS: list[Misdeed] = [_drops, _hangs, _garbles, _page, _other, _busy, _many]


@pytest.mark.law(8)
@pytest.mark.parametrize("misdeed", _MISDEEDS)
def test_whatever_comes_between_the_deed_is_done_once(
    process: Process, client: Client, misdeed: Misdeed
) -> None:
    doc = data(id=f"between-{misdeed.__name__}")
    cleared = _cleared(client, doc)
    before = process.events().count("issued")
    with (
        between(process.port, [misdeed, misdeed]) as (url, keys),
        Client(url, process.key(), timeout=1.0) as cut_off,
    ):
        assert cut_off.issue(doc, cleared.token, issued_on=TODAY).document_id == doc["id"]
        assert len(keys) == 3
        assert len(set(keys)) == 1
    assert process.events().count("issued") == before + 1


@pytest.mark.parametrize("misdeed", _MISDEEDS)
def test_without_an_answer_nothing_is_let_through(process: Process, misdeed: Misdeed) -> None:
    with (
        between(process.port, [misdeed] * 3) as (url, _),
        Client(url, process.key(), timeout=1.0, attempts=3) as cut_off,
        pytest.raises(SidecarAway) as away,
    ):
        cut_off.check(data(id="x"), TODAY, preview=True)
    assert away.value.code in {"E-SIDECAR-AWAY", "E-SIDECAR-ANSWER"}
    assert "不得发出" in away.value.messages()[0]


def test_a_sidecar_that_is_not_there_is_told_soon(tmp_path: Path) -> None:
    began = time.monotonic()
    for url in (
        f"http://127.0.0.1:{free_port()}",
        f"unix://{tmp_path / 'none.sock'}",
        "http://nowhere.invalid",
    ):
        with Client(url, "dg_x", attempts=3) as gone, pytest.raises(SidecarAway, match="E-SIDECAR-AWAY"):
            gone.check(data())
    assert time.monotonic() - began < 20 * slowness()


@pytest.mark.law(8)
def test_a_sidecar_killed_and_started_again_is_waited_for(tmp_path: Path) -> None:
    def revive(process: Process) -> None:
        time.sleep(0.5)
        process.start()

    with sidecar_process(tmp_path) as process, Client(process.url, process.key(), attempts=12) as patient:
        cleared = _cleared(patient, document())
        process.kill()
        Thread(target=revive, args=(process,)).start()
        receipt = patient.issue(document(), cleared.token, issued_on=TODAY)
        assert receipt.document_id == "doc-1"
        assert process.events().count("issued") == 1
        # A start from another folder, by mistake, would make keys by which nothing from before verifies.
        made = f"已生成新的签名密钥：{tmp_path / 'signing-keys'}"
        assert (tmp_path / "log").read_text(encoding="utf-8").count(made) == 1


# offline


def test_a_clearance_is_verified_offline(client: Client, tmp_path: Path) -> None:
    keys, doc = client.keys(), document(id="offline")
    cleared = _cleared(client, doc)
    organ = doc.issuer.name
    assert clearance_of(cleared.token, keys, doc, organ=organ, on=TODAY) == cleared.clearance
    late = cleared.clearance.expires_on + timedelta(1)
    for attempt, code in [
        (lambda: clearance_of(cleared.token, {"keys": []}), "E-CLEARANCE"),
        (lambda: clearance_of(cleared.token[:-3] + "AAA", keys), "E-CLEARANCE"),
        (lambda: clearance_of("", keys), "E-CLEARANCE"),
        (lambda: clearance_of(client.head()["head"], keys), "E-CLEARANCE"),
        (lambda: clearance_of(cleared.token, keys, organ="区财政局"), "E-CLEARANCE"),
        (lambda: clearance_of(cleared.token, keys, on=late), "E-CLEARANCE"),
        (lambda: clearance_of(cleared.token, keys, document(id="offline", text="改过。")), "E-CHANGED"),
        (lambda: clearance_of(cleared.token, keys, document()), "E-CHANGED"),
    ]:
        with pytest.raises(IssueRefused, match=code):
            attempt()  # type: ignore[no-untyped-call]
    assert not list(tmp_path.iterdir())


def test_a_body_that_is_too_large_is_refused_as_a_problem_and_lies_in_no_file(process: Process) -> None:
    length = MAX_BODY + 2**25  # by more than what may still be on its way
    assert process.running is not None
    opened = Path(f"/proc/{process.running.pid}/fd")
    with socket.create_connection(("127.0.0.1", process.port), timeout=60) as made:
        head = f"POST /v1/checks HTTP/1.1\r\nHost: gate\r\nAuthorization: Bearer {process.key()}\r\nContent-Length: {length}\r\n\r\n"
        made.sendall(head.encode())
        for _ in range(length // 2**20 - 1):
            made.sendall(bytes(2**20))
        made.sendall(bytes(2**20 - 1))
        files = [str(each.readlink()) for each in opened.iterdir() if each.is_symlink()]
        made.sendall(b"0")
        answer = http.client.HTTPResponse(made)
        answer.begin()
        told = json.loads(answer.read())
    assert (answer.status, told["code"]) == (413, "E-TEXT-LARGE")
    assert [each for each in files if "(deleted)" in each] == []


def test_the_log_has_a_line_for_every_request_with_its_id_and_no_content(tmp_path: Path) -> None:
    with sidecar_process(tmp_path) as process, Client(process.url, process.key()) as client:
        client.check(data(text="金丝雀内容标记，联系人手机13812345678。"), TODAY)
    lines = [
        json.loads(line)
        for line in (tmp_path / "log").read_text(encoding="utf-8").splitlines()
        if line[0] == "{"
    ]
    answered = [each for each in lines if each["event"] == "answered" and each["route"] == "/v1/checks"]
    assert [(each["status"], each["method"]) for each in answered] == [(200, "POST")]
    assert len(answered[0]["request_id"]) == 32
    assert len(answered[0]["trace_id"]) == 32
    said = [each for each in lines if each["event"] == "checked"]
    assert said[0]["request_id"] == answered[0]["request_id"]
    assert "金丝雀" not in str(lines)
    assert "13812345678" not in str(lines)
