"""A CMS that receives over real HTTP, as docs/publishers.md asks it to, and misbehaves when told to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from disclosure_gate.column.cms import SIGNATURE, sign, verified

SECRET = b"a secret of the tests, long enough"
FAULTS = (
    "before",
    "crash",
    "cut",
    "slow",
    "hang",
    "500",
    "500 after",
    "garbage",
    "wrong key",
    "wrong version",
    "unsigned",
)
"""What a receiver may do instead of answering well; some before it has taken the item, some after."""


class Cms:
    """What it holds, and every change it made, in order. ``faults`` are used up one by one.

    ``says`` is answered instead of receipts, ``lists`` instead of the inventory.
    """

    def __init__(self, faults: list[str] | None = None, hang: float = 0.4) -> None:
        self.faults = faults or []
        self.hang = hang
        self.held: dict[str, dict[str, Any]] = {}
        self.changes: list[tuple[str, int, str]] = []
        self.done: list[str] = []
        self.says: bytes | None = None
        self.lists: bytes | None = None
        self.lock = threading.Lock()

    def next_fault(self) -> str:
        """The fault of this request, or none."""
        with self.lock:
            fault = self.faults.pop() if self.faults else ""
            self.done.append(fault)
            return fault

    def take(self, told: dict[str, Any]) -> dict[str, Any]:
        """Take an item or a withdrawal, if it is not older than what is known."""
        key, version, action = told["key"], int(told["version"]), told["action"]
        state = "public" if action == "publish" else "withdrawn"
        with self.lock:
            known = self.held.get(key, {"version": 0, "state": ""})
            newer = known["version"] < version or (
                state == "withdrawn" and known["version"] == version and known["state"] == "public"
            )
            if not newer:
                return {"key": key, "version": known["version"], "outcome": "stale"}
            self.held[key] = {
                "version": version,
                "state": state,
                "digest": told.get("digest") or "",
                "told": told,
            }
            self.changes.append((key, version, state))
            return {
                "key": key,
                "version": version,
                "outcome": "published" if state == "public" else "withdrawn",
            }

    def public(self) -> set[str]:
        """The keys that are public now."""
        return {key for key, each in self.held.items() if each["state"] == "public"}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    cms: Cms

    def do_PUT(self) -> None:
        self._receive()

    def do_DELETE(self) -> None:
        self._receive()

    def do_GET(self) -> None:
        if self.cms.lists is not None:
            self._answer(200, self.cms.lists)
            return
        listed = [
            {"key": key, "version": each["version"], "state": each["state"], "digest": each["digest"]}
            for key, each in self.cms.held.items()
        ]
        self._answer(200, json.dumps(listed).encode())

    def _receive(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not verified(SECRET, body, self.headers.get(SIGNATURE, ""), time.time()):
            self._answer(401, b"{}")
            return
        fault = self.cms.next_fault()
        if fault == "500":
            self._answer(500, b"broken")
            return
        if fault == "before":
            self._cut(b"")
            return
        receipt = self.cms.take(json.loads(body))
        if self.cms.says is not None:
            self._answer(200, self.cms.says)
            return
        if fault == "crash":
            self._cut(b"")
        elif fault == "cut":
            self._cut(b'HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{"key"')
        elif fault == "500 after":
            self._answer(500, json.dumps(receipt).encode())
        elif fault == "garbage":
            self._answer(200, b"\xff\x00<html>" + b"[" * 5000)
        elif fault == "unsigned":
            self._answer(200, json.dumps(receipt).encode(), signed=False)
        else:
            time.sleep({"slow": 0.02, "hang": self.cms.hang}.get(fault, 0))
            wrong = {
                "wrong key": {"key": "another#public#column"},
                "wrong version": {"version": receipt["version"] + 7},
            }
            self._answer(200, json.dumps({**receipt, **wrong.get(fault, {})}).encode())

    def _answer(self, status: int, body: bytes, *, signed: bool = True) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if signed:
                self.send_header(SIGNATURE, sign(SECRET, body, int(time.time())))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            pass  # whoever asked has given up: that is what the fault was for

    def _cut(self, begun: bytes) -> None:
        self.wfile.write(begun)
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class's name
        del format, args


@contextmanager
def receiving(cms: Cms) -> Iterator[str]:
    """Serve it on a free port; gives where items go."""
    handler = type("Handler", (_Handler,), {"cms": cms})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/items"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
