"""A real sidecar in a process of its own, and a real server between it and its callers that misbehaves."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from disclosure_gate.register import Register
from disclosure_gate.register.keys import ApiKeys, Role
from factories import NOW

ORGAN = "景明区人民政府办公室"


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@dataclass
class Process:
    """A sidecar started by its command, as a business system would have it."""

    folder: Path
    port: int = field(default_factory=free_port)
    socket: Path | None = None
    running: subprocess.Popen[bytes] | None = None

    @property
    def register(self) -> str:
        """The URL of its register."""
        return f"sqlite:///{self.folder / 'register.db'}"

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"unix://{self.socket}" if self.socket else f"http://127.0.0.1:{self.port}"

    def start(self) -> float:
        """Start it and wait until it is ready; the seconds that took."""
        where = ["--socket", str(self.socket)] if self.socket else ["--port", str(self.port)]
        began = time.monotonic()
        with (self.folder / "log").open("ab") as log:
            self.running = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "disclosure_gate.cli",
                    "serve",
                    "--register",
                    self.register,
                    *where,
                    "--signing-keys",
                    str(self.folder / "signing-keys"),
                    "--rate",
                    "100000/second",
                ],
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
        while not self._ready():
            assert self.running.poll() is None, "the sidecar ended"
            assert time.monotonic() - began < 60, "the sidecar does not become ready"
            time.sleep(0.02)
        return time.monotonic() - began

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.running is not None:
            with_pid, self.running = self.running, None
            os.kill(with_pid.pid, signal.SIGKILL)
            with_pid.wait()

    def key(self, role: Role = "system", organ: str = ORGAN, name: str = "oa") -> str:
        """The secret of a new key."""
        with Register.open(self.register) as register:
            return ApiKeys(register.engine).create(name, organ, NOW, role=role)[1]

    def events(self) -> list[str]:
        """The kinds of all records."""
        with Register.open(self.register) as register:
            return [each.event for each in register.all_entries()]

    def _ready(self) -> bool:
        try:
            if self.socket:
                with socket.socket(socket.AF_UNIX) as made:
                    made.connect(str(self.socket))
                return True
            with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)) as connection:
                connection.request("GET", "/readyz")
                return connection.getresponse().status == 200
        except OSError:
            return False


@contextmanager
def sidecar_process(folder: Path, *, unix: bool = False) -> Iterator[Process]:
    """A running sidecar; killed in the end."""
    made = Process(folder, socket=folder / "gate.sock" if unix else None)
    made.start()
    try:
        yield made
    finally:
        made.kill()


Answer = tuple[int, dict[str, str], bytes]
Misdeed = Callable[[BaseHTTPRequestHandler, Callable[[], Answer]], Answer | None]
"""What stands between does with a request: it may ask the sidecar, and answers, or says nothing and hangs up."""


@contextmanager
def between(port: int, misdeeds: list[Misdeed]) -> Iterator[tuple[str, list[str]]]:
    """A server that passes requests on to ``port`` after it did one misdeed for each of the first; gives its URL and
    the request keys it saw.
    """
    keys: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            keys.append(self.headers.get("Idempotency-Key", ""))

            def passed_on() -> Answer:
                names = ("Authorization", "Content-Type", "Idempotency-Key", "Accept-Language")
                headers = {name: self.headers[name] for name in names if self.headers[name]}
                with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
                    connection.request(self.command, self.path, body, headers)
                    answer = connection.getresponse()
                    return answer.status, {"Content-Type": answer.headers["Content-Type"]}, answer.read()

            misdeed = misdeeds.pop(0) if misdeeds else None
            answer = misdeed(self, passed_on) if misdeed else passed_on()
            if answer is None:
                self.close_connection = True
                return
            status, headers, content = answer
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST  # noqa: N815  the names http.server asks for

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", keys
    finally:
        server.shutdown()
        server.server_close()
