"""Who may do what: every operation × role × organ, and people's keys that act for their holders alone."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from disclosure_gate.register.keys import ROLES, Role
from disclosure_gate.service.openapi import OPERATIONS
from factories import data, decision
from sidecars import ORGAN, Caller, Sidecar, order, problem, to_clearance

_OTHER = "区财政局"
_HOLDER = "签发人"


class _Prepared:
    """A sidecar with a document that is issued and one that is cleared, and a key of every role and organ."""

    def __init__(self, folder: Path) -> None:
        self.sidecar = Sidecar(folder, folder, engine="direct")
        oa = self.sidecar.caller()
        self.determination = oa.post("/v1/checks", {"document": data(), "as_of": "2026-11-24"}).get_json()
        oa.post("/v1/issues", order(to_clearance(oa, id="issued")["token"], id="issued"))
        self.token = to_clearance(oa)["token"]
        self.callers = {
            (role, organ): self.sidecar.caller(role=role, organ=organ, name=_HOLDER)
            for role in ROLES
            for organ in (ORGAN, _OTHER, "*")
        }

    def ask(self, caller: Caller, path: str, method: str) -> tuple[int, Any]:
        """The operation on a document of ``ORGAN``, with a body that would do."""
        bodies = {
            "/v1/checks": {"document": data(), "as_of": "2026-11-24", "preview": True},
            "/v1/clearances": {
                "document": data(),
                "determination": self.determination,
                "decision": decision(signer=_HOLDER),
            },
            # Of a clearance that is another document's: let through, it would still be refused as such.
            "/v1/issues": order(self.token, id="another"),
            "/v1/rulesets": {},
            "/v1/withdrawals": {
                "document_id": "issued",
                "reason": "重发",
                "by": "办公室",
                "withdrawn_on": "2026-11-24",
            },
        }
        url = path.replace("{id}", self._id(path))
        answer = caller.get(url) if method == "get" else caller.post(url, bodies[path])
        return answer.status_code, answer.get_json(silent=True)

    def _id(self, path: str) -> str:
        if path.startswith("/v1/documents"):
            return "issued"
        if path.startswith("/v1/rules"):
            return "national/budgets"
        return str(self.determination["determination_id"])


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Prepared]:
    made = _Prepared(tmp_path_factory.mktemp("access"))
    yield made
    made.sidecar.gate.close()


_DONE = {"/v1/issues": 409, "/v1/clearances": 201}  # 409: let through, and refused for its clearance
_OF_ONE_ORGAN = {
    "/v1/checks", "/v1/clearances", "/v1/issues", "/v1/withdrawals", "/v1/documents/{id}",
    "/v1/determinations/{id}/explanation",
}  # fmt: skip
_TABLE = list(itertools.product(sorted(OPERATIONS), ROLES, (ORGAN, _OTHER, "*")))


@pytest.mark.parametrize(
    ("operation", "role", "organ"), _TABLE, ids=[f"{o[1]} {o[0]}-{r}-{g}" for o, r, g in _TABLE]
)
def test_every_operation_for_every_role_and_organ(
    prepared: _Prepared, operation: tuple[str, str], role: Role, organ: str
) -> None:
    path, method = operation
    status, body = prepared.ask(prepared.callers[role, organ], path, method)
    scope = OPERATIONS[operation].scope
    if scope is not None and scope not in ROLES[role]:
        assert (status, body["code"]) == (403, "E-SCOPE")
    elif path in _OF_ONE_ORGAN and organ == _OTHER:
        assert (status, body["code"][:9]) == (404, "E-UNKNOWN")
        assert "proactive" not in str(body)
    elif path == "/v1/withdrawals":
        # The first who may does it; to all others it is done already.
        assert status == 201 or (status, body["code"]) == (409, "E-ALREADY")
    else:
        assert status == _DONE.get(path, 200), body


@pytest.mark.parametrize(("path", "method"), sorted(OPERATIONS))
def test_without_a_key_only_what_is_about_the_sidecar(prepared: _Prepared, path: str, method: str) -> None:
    status, body = prepared.ask(Caller(prepared.sidecar.client, ""), path, method)
    if OPERATIONS[path, method].scope is None:
        assert status == 200
    else:
        assert (status, body["code"]) == (401, "E-KEY")


def test_a_persons_key_signs_for_its_holder_alone(prepared: _Prepared) -> None:
    body = {"document": data(), "determination": prepared.determination, "decision": decision(signer="别人")}
    signer = prepared.callers["signer", ORGAN]
    told = problem(signer.post("/v1/clearances", body), 409, "E-OWN-HAND")
    assert told["errors"][0]["where"] == "/decision/signer"
    assert prepared.callers["system", ORGAN].post("/v1/clearances", body).status_code == 201


def test_one_person_cannot_be_two(prepared: _Prepared) -> None:
    alone = decision(
        drafter=_HOLDER,
        reviewer=_HOLDER,
        signer=_HOLDER,
        status="withheld",
        reason_code="R16-1",
        statement="内部事务信息，不对外。",
    )
    body = {"document": data(), "determination": prepared.determination, "decision": alone}
    answer = prepared.callers["system", ORGAN].post("/v1/clearances", body)
    assert answer.status_code == 409
    assert [each["code"] for each in answer.get_json()["errors"]] == ["E-TWO-PERSONS"]
