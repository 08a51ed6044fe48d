"""Whatever is sent, the answer is one of those described: no internal error, no other form (`make soak`: far more)."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from disclosure_gate.register.keys import SCOPES
from disclosure_gate.service.openapi import OPERATIONS
from factories import data, decision
from sidecars import Caller, Sidecar, fits, order, to_clearance

_EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "12"))
_BODIES = int(os.environ.get("FUZZ_BODIES", "1500"))


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sidecar]:
    folder = tmp_path_factory.mktemp("fuzz")
    made = Sidecar(folder, folder, engine="direct")
    yield made
    made.gate.close()


@pytest.fixture(scope="module")
def schema(service: Sidecar) -> Any:
    import schemathesis  # noqa: PLC0415  by the worker that needs it: it takes two seconds

    return schemathesis.openapi.from_wsgi("/openapi.json", service.app)


@pytest.fixture(scope="module")
def checks() -> list[Any]:
    from schemathesis.checks import not_a_server_error  # noqa: PLC0415  see above
    from schemathesis.specs.openapi import checks  # noqa: PLC0415

    return [
        not_a_server_error,
        checks.status_code_conformance,
        checks.content_type_conformance,
        checks.response_schema_conformance,
    ]


@pytest.mark.parametrize("keyed", [True, False], ids=["key", "no key"])
@pytest.mark.parametrize(("path", "method"), sorted(OPERATIONS))
def test_every_described_request_gets_a_described_answer(
    service: Sidecar, schema: Any, checks: list[Any], path: str, method: str, *, keyed: bool
) -> None:
    secret = service.caller(*SCOPES, organ="*").secret
    headers = {"Authorization": f"Bearer {secret}"} if keyed else {}

    @settings(max_examples=_EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(case=schema[path][method.upper()].as_strategy())
    def send(case: Any) -> None:
        answer = case.call(headers=headers)
        case.validate_response(answer, checks=checks)
        if not keyed and OPERATIONS[path, method].scope is not None:
            assert answer.status_code == 401

    send()


_ODD: list[Any] = [
    None, True, False, 0, -1, 10**30, 1.5, float("nan"), "", " ", "x" * 5000, "\ud800", "\x00", "密", "2026-13-40",
    "9999-12-31", "0001-01-01", [], {}, [[]], [None], {"zh": 1}, "../../etc/passwd", "<script>", "' OR 1=1 --",
    {"$ref": "#"}, ["x"] * 300,
]  # fmt: skip


def _places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    for key, value in (
        node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    ):
        yield from _places(value, (*path, key))


def _mutated(body: Any, rng: Random) -> bytes:
    """A good body with one to three places changed, removed or added; at times the bytes as well."""
    made = copy.deepcopy(body)
    for _ in range(rng.randint(1, 3)):
        places = list(_places(made))
        *way, last = rng.choice(places) if places else ("new",)
        parent = made
        for step in way:
            parent = parent[step]
        match rng.randrange(4):
            case 0 if isinstance(parent, dict):
                parent.pop(last, None)
            case 1 if isinstance(parent, dict):
                parent[rng.choice(["extra", "id", "status", "\x00", "text", "files", "as_of"])] = rng.choice(
                    _ODD
                )
            case 2 if isinstance(parent, list):
                parent.insert(0, copy.deepcopy(rng.choice(_ODD)))
            case _:
                parent[last] = copy.deepcopy(rng.choice(_ODD))
    raw = json.dumps(made).encode()
    if rng.random() < 0.1:
        cut = rng.randrange(len(raw) + 1)
        raw = (
            raw[:cut]
            + bytes(rng.randrange(256) for _ in range(rng.randrange(4)))
            + raw[cut + rng.randrange(3) :]
        )
    return raw


def test_mutated_bodies_are_answered_with_what_is_wrong(service: Sidecar) -> None:
    oa, rng = service.caller(), Random(7)
    full = data(
        domain="budget",
        dates={"approved": "2026-02-10"},
        files=[
            {"name": "附件1.txt", "role": "attachment", "media_type": "text/plain", "content": "5q2j5paH"}
        ],
    )
    checked = oa.post("/v1/checks", {"document": data(), "as_of": "2026-11-24"}).get_json()
    good = {
        "/v1/checks": [
            {"document": full, "as_of": "2026-11-24", "preview": True},
            {"documents": [data(), data(id="b")], "as_of": "2026-11-24", "preview": True},
        ],
        "/v1/clearances": [{"document": data(), "determination": checked, "decision": decision()}],
        "/v1/issues": [
            order(to_clearance(oa)["token"]),
            order(to_clearance(oa)["token"])
            | {
                "listing": {
                    "section": "rules",
                    "keywords": ["供热"],
                    "valid_until": "2031-11-23",
                    "relations": [{"kind": "amends", "document_id": "d"}],
                },
                "lane": "bulk",
            },
        ],
        "/v1/validity-changes": [
            {
                "document_id": "d",
                "validity": "lapsed",
                "by": "司法局",
                "on": "2026-11-24",
                "valid_until": "2026-11-23",
            }
        ],
        "/v1/withdrawals": [
            {"document_id": "d", "reason": "重发", "by": "办公室", "withdrawn_on": "2026-11-24"}
        ],
    }
    seen: set[int] = set()
    for number in range(_BODIES):
        path = rng.choice(sorted(good))
        body = _mutated(rng.choice(good[path]), rng)
        answer = Caller(service.client, oa.secret).post(path, body)
        seen.add(answer.status_code)
        assert answer.status_code < 500, (number, path, body[:2000], answer.get_data(as_text=True))
        if answer.status_code >= 400:
            fits(answer.get_json(force=True), "ProblemDetails")
    assert {200, 409, 422} <= seen
    assert service.register.verify().ok
