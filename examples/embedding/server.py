"""An OA in one file: its form includes <disclosure-status>; its server passes the component's requests on to the sidecar.

    disclosure-gate serve --register sqlite:///register.db
    disclosure-gate keys create oa --organ 景明区人民政府办公室 --register sqlite:///register.db
    SIDECAR_KEY=dg_… python examples/embedding/server.py

The key stays here: browsers talk to their own origin only, and the sidecar answers no other origin (no CORS). In an OA
of yours these routes stand behind its sign-in.
"""

from __future__ import annotations

import json
import os
import sys
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from urllib.parse import parse_qs

import httpx

HERE = Path(__file__).parent
PASSED_ON = {"/gate/v1/checks": "/v1/checks", "/gate/v1/clearances": "/v1/clearances"}
PAGES = {"/": "form.html", "/form.css": "form.css", "/form.js": "form.js"}
TYPES = {".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript"}
MOST = 8 * 1024 * 1024  # bytes of a request


class Oa(BaseHTTPRequestHandler):
    """The OA: its page, two requests passed on, and the issue of a paper."""

    sidecar = os.environ.get("SIDECAR", "http://127.0.0.1:8750")
    key = os.environ.get("SIDECAR_KEY", "")

    def do_GET(self) -> None:
        """The form, its files, and the component as the package brings it."""
        if self.path == "/disclosure-status.js":
            component = files("disclosure_gate") / "desk" / "static" / "disclosure-status.js"
            self.answer(200, TYPES[".js"], component.read_bytes())
        elif self.path in PAGES:
            name = PAGES[self.path]
            self.answer(200, TYPES[Path(name).suffix], (HERE / name).read_bytes())
        else:
            self.answer(404, "text/plain", b"")

    def do_POST(self) -> None:
        """Pass a request of the component on, or issue the paper."""
        # A page of another site must not make this server use its key.
        if self.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            return self.answer(403, "text/plain", b"")
        length = int(self.headers.get("Content-Length", "0"))
        if length > MOST:
            return self.answer(413, "text/plain", b"")
        body = self.rfile.read(length)
        if self.path in PASSED_ON:
            answer = self.ask(PASSED_ON[self.path], body)
            return self.answer(answer.status_code, answer.headers["Content-Type"], answer.content)
        if self.path == "/issue":
            return self.issue(parse_qs(body.decode(), keep_blank_values=True))
        return self.answer(404, "text/plain", b"")

    def issue(self, form: dict[str, list[str]]) -> None:
        """Issue exactly what was cleared; without a clearance the sidecar refuses."""
        document = {
            "id": form["id"][0],
            "title": form["subject"][0],
            "kind": form["type"][0],
            "text": form["body"][0].replace("\r\n", "\n"),
            "issuer": {"name": "景明区人民政府办公室", "level": "county"},
        }
        order = {
            "document": document,
            "token": form.get("clearance", [""])[0],
            "number": "景政办发〔2026〕1号",
        }
        answer = self.ask("/v1/issues", json.dumps(order).encode())
        told = (
            f"已发出，台账第 {answer.json()['record_seq']} 号"
            if answer.is_success
            else answer.json()["detail"]
        )
        page = f'<!doctype html><html lang="zh-CN"><title>结果</title><h1>{escape(told)}</h1>'
        self.answer(answer.status_code, TYPES[".html"], page.encode())

    def ask(self, path: str, body: bytes) -> httpx.Response:
        """Ask the sidecar with the key that no browser sees."""
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        headers["Accept-Language"] = self.headers.get("Accept-Language", "zh")
        try:
            # Not through a proxy of the environment: drafts and the key go to the sidecar alone.
            return httpx.post(self.sidecar + path, content=body, headers=headers, timeout=30, trust_env=False)
        except httpx.HTTPError:
            return httpx.Response(503, json={"status": 503, "detail": "公开属性服务没有响应，不得发出"})

    def answer(self, status: int, media_type: str, body: bytes) -> None:
        """Send an answer."""
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header(
            "Content-Security-Policy", "default-src 'self'; img-src data:; frame-ancestors 'none'"
        )
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: addresses and forms are nobody's business."""


if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8762
    print(f"http://127.0.0.1:{port}/")
    ThreadingHTTPServer(("127.0.0.1", port), Oa).serve_forever()
