"""The sidecar over HTTP: who may do what, one error shape, the main job from check to withdrawal."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from disclosure_gate import Gate
from disclosure_gate.model import RegisterError
from disclosure_gate.register.keys import SCOPES, ApiKeys, Scope
from disclosure_gate.register.signing import SigningKeys, verified
from disclosure_gate.service import create_app, openapi_document
from disclosure_gate.service.openapi import OPERATIONS
from factories import NOW, data, decision, gate_with_register

_ORGAN = "景明区人民政府办公室"
_ID = "610203199001010017"
_DESCRIPTION = openapi_document()


class _Caller:
    """A business system with a key."""

    def __init__(self, client: FlaskClient, secret: str) -> None:
        self._client = client
        self._headers = {"Authorization": f"Bearer {secret}"} if secret else {}

    def post(self, path: str, body: Any, **headers: str) -> TestResponse:
        payload = body if isinstance(body, bytes) else json.dumps(body, default=str)
        return self._client.post(path, data=payload, headers={**self._headers, **headers})

    def get(self, path: str) -> TestResponse:
        return self._client.get(path, headers=self._headers)


class _Service:
    def __init__(self, folder: Path) -> None:
        self.gate: Gate = gate_with_register(folder)
        assert self.gate.register is not None
        self.keys = ApiKeys(self.gate.register.engine)
        self.signing = SigningKeys.open(folder / "signing-keys")
        self.client = create_app(self.gate, self.signing, self.keys).test_client()

    def caller(self, *scopes: Scope, organ: str = _ORGAN) -> _Caller:
        _, secret = self.keys.create("oa", organ, NOW, scopes=scopes or SCOPES)
        return _Caller(self.client, secret)

    def records(self) -> list[str]:
        assert self.gate.register is not None
        return [each.event for each in self.gate.register.entries()]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[_Service]:
    made = _Service(tmp_path)
    yield made
    made.gate.close()


def _fits(body: Any, name: str) -> None:
    schema = {"$ref": f"#/components/schemas/{name}", "components": _DESCRIPTION["components"]}
    jsonschema.validate(body, schema)


def _problem(answer: TestResponse, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.mimetype == "application/problem+json"
    problem: dict[str, Any] = json.loads(answer.get_data(as_text=True))
    assert (problem["status"], problem["code"]) == (status, code)
    _fits(problem, "ProblemDetails")
    return problem


def _to_clearance(oa: _Caller) -> Any:
    checked = oa.post("/v1/checks", {"document": data(), "as_of": "2026-11-24"}).get_json()
    body = {"document": data(), "determination": checked, "decision": decision()}
    return oa.post("/v1/clearances", body).get_json()


def test_the_main_job_from_check_to_withdrawal(service: _Service) -> None:
    oa = service.caller()
    checked = oa.post("/v1/checks", {"document": data(), "as_of": "2026-11-24"})
    assert checked.status_code == 200
    _fits(checked.get_json(), "Determination")
    assert checked.get_json()["status"] == "proactive"
    body = {"document": data(), "determination": checked.get_json(), "decision": decision()}
    cleared = oa.post("/v1/clearances", body)
    assert cleared.status_code == 201
    _fits(cleared.get_json(), "ClearanceAnswer")
    order = {
        "document": data(),
        "token": cleared.get_json()["token"],
        "number": "景政发〔2026〕5号",
        "issued_on": "2026-11-24",
    }
    issued = oa.post("/v1/issues", order)
    assert issued.status_code == 201
    _fits(issued.get_json(), "IssueAnswer")
    _problem(oa.post("/v1/issues", order), 409, "E-CLEARANCE-USED")
    stands = oa.get("/v1/documents/doc-1").get_json()
    events = [each["event"] for each in stands["records"]]
    assert (stands["state"], events) == ("issued", ["checked", "cleared", "issued"])
    back = {"document_id": "doc-1", "reason": "重发", "by": "办公室", "withdrawn_on": "2026-11-24"}
    assert oa.post("/v1/withdrawals", back).status_code == 201
    assert oa.get("/v1/documents/doc-1").get_json()["state"] == "withdrawn"
    assert service.gate.register is not None
    assert service.gate.register.verify().ok


def test_a_changed_document_or_a_forged_clearance_is_not_issued(service: _Service, tmp_path: Path) -> None:
    oa = service.caller()
    clearance = _to_clearance(oa)
    changed = {"document": data(text="另有内容。"), "token": clearance["token"], "issued_on": "2026-11-24"}
    _problem(oa.post("/v1/issues", changed), 409, "E-CHANGED")
    other = SigningKeys.open(tmp_path / "other-keys")
    forged = other.sign({**clearance["clearance"], "status": "withheld"})
    for token in (forged, clearance["token"][:-2] + "AA", "a.b.c", "", "…"):
        body = {"document": data(), "token": token, "issued_on": "2026-11-24"}
        _problem(oa.post("/v1/issues", body), 409, "E-CLEARANCE")
    assert service.records() == ["checked", "cleared"]


def test_without_a_key_nothing_and_with_a_revoked_one_neither(service: _Service) -> None:
    _problem(_Caller(service.client, "").post("/v1/checks", {"document": data()}), 401, "E-KEY")
    _problem(_Caller(service.client, "dg_wrong").get("/v1/documents/x"), 401, "E-KEY")
    made, secret = service.keys.create("oa", _ORGAN, NOW, scopes=SCOPES)
    assert service.keys.revoke(made.id, NOW)
    _problem(_Caller(service.client, secret).get("/v1/catalogue/items"), 401, "E-KEY")
    assert not service.keys.revoke(made.id, NOW)


_SCOPED = [(path, method, each.scope) for (path, method), each in OPERATIONS.items() if each.scope]


@pytest.mark.parametrize(("path", "method", "scope"), _SCOPED)
def test_a_key_does_only_what_its_scopes_say(service: _Service, path: str, method: str, scope: str) -> None:
    others: list[Scope] = [each for each in SCOPES if each not in {scope, "admin"}]
    caller = service.caller(*others)
    url = path.replace("{id}", "x")
    _problem(caller.get(url) if method == "get" else caller.post(url, {}), 403, "E-SCOPE")


def test_another_organs_documents_do_not_exist(service: _Service) -> None:
    oa, other = service.caller(), service.caller(organ="区财政局")
    oa.post(
        "/v1/issues", {"document": data(), "token": _to_clearance(oa)["token"], "issued_on": "2026-11-24"}
    )
    _problem(other.get("/v1/documents/doc-1"), 404, "E-UNKNOWN-DOCUMENT")
    _problem(other.post("/v1/checks", {"document": data()}), 404, "E-UNKNOWN-DOCUMENT")
    back = {"document_id": "doc-1", "reason": "x", "by": "y", "withdrawn_on": "2026-11-24"}
    _problem(other.post("/v1/withdrawals", back), 404, "E-UNKNOWN-DOCUMENT")
    assert service.caller(organ="*").get("/v1/documents/doc-1").status_code == 200


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"not json", "E-JSON"),
        (b"[" * 100_000, "E-JSON"),
        (b"\xff\xfe", "E-JSON"),
        ({}, "E-FIELD-MISSING"),
        ({"document": {**data(), "colour": 1}}, "E-FIELD-UNKNOWN"),
        ({"document": {**data(), "kind": "公吿"}}, "E-KIND"),
        ({"document": data(), "as_of": "yesterday"}, "E-FIELD-TYPE"),
    ],
)
def test_bad_input_is_a_problem_with_code_and_place(service: _Service, body: Any, code: str) -> None:
    problem = _problem(service.caller().post("/v1/checks", body), 422, code)
    assert problem["errors"]
    assert service.records() == []


def test_a_batch_answers_for_each(service: _Service) -> None:
    batch = {"documents": [data(), data(kind="公吿"), data(issuer={"name": "区财政局"})]}
    results = service.caller().post("/v1/checks", batch).get_json()["results"]
    assert [bool(each["determination"]) for each in results] == [True, False, False]
    assert [each["errors"][0]["code"] for each in results[1:]] == ["E-KIND", "E-UNKNOWN-DOCUMENT"]
    assert results[1]["errors"][0]["where"].startswith("/documents/1/")


def test_a_preview_is_not_recorded(service: _Service) -> None:
    service.caller().post("/v1/checks", {"document": data(), "preview": True})
    assert service.records() == []


@pytest.mark.law("P7")
def test_no_content_in_records_problems_metrics_or_headers(service: _Service, tmp_path: Path) -> None:
    oa = service.caller()
    marked = "金丝雀内容标记"
    texts = [f"{marked}，身份证{_ID}。", f"机密★10年\n{marked}"]
    answers = [oa.post("/v1/checks", {"document": data(text=text)}) for text in texts]
    answers += [oa.get("/metrics"), oa.get("/readyz")]
    said = "".join(each.get_data(as_text=True) + str(each.headers) for each in answers)
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for secret in (marked, _ID):
        assert secret not in said
        assert secret.encode() not in kept


def test_problems_speak_the_callers_language(service: _Service) -> None:
    caller = _Caller(service.client, "")
    assert "密钥" in _problem(caller.post("/v1/checks", {}), 401, "E-KEY")["title"]
    english = caller.post("/v1/checks", {}, **{"Accept-Language": "en"})
    assert "key" in _problem(english, 401, "E-KEY")["title"]


def test_what_is_not_there_and_what_is_not_allowed_are_problems_too(service: _Service) -> None:
    oa = service.caller()
    _problem(oa.get("/v1/nothing"), 404, "E-HTTP")
    _problem(oa.get("/v1/checks"), 405, "E-HTTP")
    _problem(oa.get("/v1/rules/national/none"), 404, "E-RULE-REFERENCE")


def test_rules_rows_and_suggestions_can_be_read(service: _Service) -> None:
    oa = service.caller("read")
    assert "预算" in oa.get("/v1/rules/national/budgets").get_json()["sentence"]["zh"]
    assert oa.get("/v1/rules/catalogue/budget/government-budget").status_code == 200
    assert len(oa.get("/v1/catalogue/items?domain=budget").get_json()["items"]) >= 5
    suggested = oa.get("/v1/catalogue/items?title=低保名单公示").get_json()["items"]
    assert suggested[0]["id"].startswith("social_assistance/")


def test_it_is_ready_and_counts(service: _Service) -> None:
    caller = _Caller(service.client, "")
    assert caller.get("/healthz").get_json() == {"status": "ok"}
    assert caller.get("/readyz").get_json()["ready"] is True
    caller.post("/v1/checks", {})
    line = 'disclosure_gate_requests_total{method="POST",route="/v1/checks",status="401"} 1.0'
    assert line in caller.get("/metrics").get_data(as_text=True)


def test_every_route_is_described_and_its_example_runs(service: _Service) -> None:
    routes = {
        (re.sub(r"<[^>]+>", "{id}", rule.rule), method.lower())
        for rule in service.client.application.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint != "static"
    }
    assert routes == set(OPERATIONS)
    content = _DESCRIPTION["paths"]["/v1/checks"]["post"]["requestBody"]["content"]["application/json"]
    assert service.caller().post("/v1/checks", content["example"]).get_json()["status"] == "proactive"
    sent = _Caller(service.client, "").get("/openapi.json").get_json()
    assert sent == json.loads(json.dumps(_DESCRIPTION))


def test_only_hashes_of_keys_are_stored(service: _Service, tmp_path: Path) -> None:
    _, secret = service.keys.create("oa", _ORGAN, NOW, scopes=("check",))
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert secret.encode() not in kept
    assert service.keys.find(secret) is not None


def test_a_clearance_is_verified_offline_also_after_rotation(service: _Service, tmp_path: Path) -> None:
    answer = _to_clearance(service.caller())
    keys = _Caller(service.client, "").get("/.well-known/jwks.json").get_json()
    assert verified(answer["token"], keys) == answer["clearance"]
    assert verified(answer["token"], {"keys": []}) is None
    rotated = SigningKeys.rotate(tmp_path / "signing-keys")
    assert len(rotated.jwks()["keys"]) == 2
    assert verified(answer["token"], rotated.jwks()) == answer["clearance"]
    assert verified(rotated.sign({"a": 1}), keys) is None
    assert verified(rotated.sign({"a": 1}), rotated.jwks()) == {"a": 1}
    header, payload, signature = answer["token"].split(".")
    assert verified(f"{header}.{payload[:-2]}AA.{signature}", keys) is None


def test_key_files_are_for_their_owner_only(service: _Service, tmp_path: Path) -> None:
    assert service.signing.jwks()["keys"]
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "signing-keys").iterdir()}
    assert modes == {0o600}


def test_a_file_that_is_no_key_is_told(tmp_path: Path) -> None:
    (tmp_path / "0001.ed25519.pem").write_text("no key")
    with pytest.raises(RegisterError):
        SigningKeys.open(tmp_path)
