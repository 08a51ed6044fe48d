"""A sidecar in the process of the tests, and those who call it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from disclosure_gate import Gate
from disclosure_gate.register.keys import ApiKeys, Role, Scope
from disclosure_gate.register.signing import SigningKeys
from disclosure_gate.service import create_app, openapi_document
from factories import NOW, data, decision, gate_with_register

ORGAN = "景明区人民政府办公室"
DESCRIPTION = openapi_document()


class Caller:
    """A business system or a person with a key."""

    def __init__(self, client: FlaskClient, secret: str) -> None:
        self._client = client
        self.secret = secret
        self._headers = {"Authorization": f"Bearer {secret}"} if secret else {}

    def post(self, path: str, body: Any, **headers: str) -> TestResponse:
        payload = body if isinstance(body, bytes) else json.dumps(body, default=str)
        return self._client.post(path, data=payload, headers={**self._headers, **headers})

    def get(self, path: str, **headers: str) -> TestResponse:
        return self._client.get(path, headers={**self._headers, **headers})


class Sidecar:
    """The application over a register of its own, in a folder or at a database's URL."""

    def __init__(self, place: Path | str, folder: Path, rate: str = "10000/second", **options: Any) -> None:
        self.gate: Gate = gate_with_register(place, **options)
        assert self.gate.register is not None
        self.register = self.gate.register
        self.keys = ApiKeys(self.register.engine)
        self.signing = SigningKeys.open(folder / "signing-keys")
        self.app = create_app(self.gate, self.signing, self.keys, rate=rate)

    @property
    def client(self) -> FlaskClient:
        """A client of its own: one may not be shared by threads."""
        return self.app.test_client()

    def caller(self, *scopes: Scope, organ: str = ORGAN, role: Role = "system", name: str = "oa") -> Caller:
        """Somebody with a new key; without scopes one who may do what the role may."""
        _, secret = self.keys.create(name, organ, NOW, role=role, scopes=scopes)
        return Caller(self.client, secret)

    def records(self) -> list[str]:
        """The kinds of all records."""
        return [each.event for each in self.register.entries()]


def fits(body: Any, name: str) -> None:
    """The body has the form the description promises."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": DESCRIPTION["components"]}
    jsonschema.validate(body, schema)


def problem(answer: TestResponse, status: int, code: str) -> dict[str, Any]:
    """The answer is this problem, in the form of problems."""
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.mimetype == "application/problem+json"
    told: dict[str, Any] = json.loads(answer.get_data(as_text=True))
    assert (told["status"], told["code"]) == (status, code)
    fits(told, "ProblemDetails")
    return told


def to_clearance(oa: Caller, **changes: Any) -> Any:
    """The answer to a clearance of a checked document."""
    checked = oa.post("/v1/checks", {"document": data(**changes), "as_of": "2026-11-24"}).get_json()
    body = {"document": data(**changes), "determination": checked, "decision": decision()}
    return oa.post("/v1/clearances", body).get_json()


def order(token: str, **changes: Any) -> dict[str, Any]:
    """What is sent to issue a cleared document."""
    return {
        "document": data(**changes),
        "token": token,
        "number": "景政发〔2026〕5号",
        "issued_on": "2026-11-24",
    }
