"""What was written into a request, wherever in it, is in no metric, no log and no record (P7)."""

from __future__ import annotations

import base64
import io
import json
import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from disclosure_gate import hookimpl
from disclosure_gate.service.serving import write_logs
from factories import data
from sidecars import Sidecar

_CANARY = "金丝雀鸣涧"
_ASCII = "canary-b7c1"  # where only ASCII may stand


class _Careless:
    """A plugin that puts the text it was given into its error."""

    @hookimpl
    def dg_facts(self, reading: Any) -> Any:
        raise ValueError(str(reading.parts))


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Sidecar]:
    made = Sidecar(tmp_path, tmp_path, engine="direct", plugins=(_Careless(),))
    yield made
    made.gate.close()


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What the sidecar writes to its log, every request with it, and what anybody else logs."""
    caplog.set_level(logging.DEBUG)
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    write_logs("info")
    yield stream
    structlog.reset_defaults()


def _file(content: bytes) -> list[dict[str, str]]:
    return [{"name": f"{_CANARY}.txt", "content": base64.b64encode(content).decode()}]


# Content must not be in the answer either; a wrong name, such as that of a field, may be told to who wrote it.
_CONTENT: dict[str, dict[str, Any]] = {
    "text": {"text": f"{_CANARY}，供热公告。"},
    "title": {"title": f"关于{_CANARY}的公告"},
    "personal data": {"text": f"联系人{_CANARY}，手机13800005678。"},
    "secret": {"text": f"机密★10年\n{_CANARY}", "title": _CANARY},
    "file": {"text": "", "files": _file(f"{_CANARY}\n".encode())},
    "unreadable file": {"text": "", "files": _file(b"\x00\x01" + _CANARY.encode())},
    "long title": {"title": _CANARY * 200},
    "ill-formed text": {"text": f"{_CANARY}\0"},
    "statement": {"proposed": {"status": "withheld", "reason_code": "其他", "statement": _CANARY}},
    "long statement": {"proposed": {"status": "withheld", "statement": _CANARY * 2000}},
}
_NAMES: dict[str, dict[str, Any]] = {
    "name of a field": {_CANARY: 1},
    "name of a fact": {"facts": {_CANARY: True}},
    "value of a fact": {"facts": {"secrecy_review": _CANARY}},
    "kind": {"kind": _CANARY},
    "domain": {"domain": _CANARY},
    "item": {"domain": "budget", "item": _CANARY},
    "date": {"formed_on": _CANARY},
}  # fmt: skip


@pytest.mark.law(7)
def test_what_is_in_a_request_is_in_no_metric_log_or_record(
    service: Sidecar, tmp_path: Path, logged: io.StringIO, caplog: pytest.LogCaptureFixture
) -> None:
    oa = service.caller(organ="*")
    for name, changed in _CONTENT.items():
        for asked in (
            {"document": data(**changed)},
            {"documents": [data(**changed)]},
            {"document": data(**changed), "preview": True},
        ):
            answer = oa.post("/v1/checks", asked)
            assert answer.status_code in {200, 422}, name
            assert _CANARY not in json.dumps(answer.get_json(), ensure_ascii=False), name
    for name, changed in _NAMES.items():
        assert oa.post("/v1/checks", {"document": data(**changed)}).status_code == 422, name
    plain = {"document": data()}
    oa.post("/v1/checks", f'{{"document": "{_CANARY}'.encode())
    oa.post("/v1/clearances", {"document": data(text=_CANARY), "determination": {_CANARY: 1}, "decision": {}})
    oa.post("/v1/issues", {"document": data(text=_CANARY), "token": _ASCII})
    for header in ("X-Request-Id", "traceparent", "Idempotency-Key", "Accept-Language", "Content-Type"):
        oa.post("/v1/checks", plain, **{header: f"{_ASCII} {_ASCII}"})
    oa.get(f"/{_ASCII}?{_ASCII}=1")
    oa.get(f"/v1/rules/{_ASCII}")
    oa.get(f"/v1/determinations/{_ASCII}/explanation")
    service.client.open("/v1/checks", method=_ASCII.upper().replace("-", ""))
    service.client.get("/v1/register/head", headers={"Authorization": f"Bearer {_ASCII}"})

    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    said = logged.getvalue() + caplog.text + str(caplog.records)
    shown = oa.get("/metrics").get_data(as_text=True)
    assert shown.count("disclosure_gate_requests_total{") > 5
    assert said.count('"event": "answered"') > 40
    for where, told in (("metrics", shown), ("logs", said)):
        for canary in (_CANARY, _ASCII, json.dumps(_CANARY)[1:-1], "CANARYB7C1", "13800005678"):
            assert canary not in told, where
    for canary in (_CANARY, json.dumps(_CANARY)[1:-1], "13800005678"):
        assert canary.encode() not in kept


@pytest.mark.law(7)
def test_whatever_is_asked_there_are_few_metrics(service: Sidecar) -> None:
    def lines() -> int:
        return len(service.client.get("/metrics").get_data().splitlines())

    service.client.get("/nothing")
    service.client.open("/nothing", method="BREW")
    service.client.get("/metrics")
    before = lines()
    for number in range(50):
        service.client.open(f"/nothing/{number}", method=f"BREW{number}")
    assert lines() == before
