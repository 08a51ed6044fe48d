"""Who may do what: every operation × role × organ, and people's keys that act for their holders alone."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from disclosure_gate.register.keys import ROLES, Role
from disclosure_gate.register.overview import Overview
from disclosure_gate.service.openapi import OPERATIONS
from factories import data, decision
from sidecars import ORGAN, Caller, Sidecar, order, problem, to_clearance

_OTHER = "区财政局"
_HOLDER = "签发人"


class _Prepared:
    """A sidecar with documents that are issued and one that is cleared, and a key of every role and organ."""

    def __init__(self, folder: Path) -> None:
        self.sidecar = Sidecar(folder, folder, engine="direct")
        oa = self.sidecar.caller()
        self.determination = oa.post("/v1/checks", {"document": data(), "as_of": "2026-11-24"}).get_json()
        for name in ("issued", "standing", "dated"):
            oa.post("/v1/issues", order(to_clearance(oa, id=name)["token"], id=name))
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
            # It awaits nothing: let through, it is refused for that.
            "/v1/schedules": {"document": data(id="dated", dates={"result": "2026-12-15"})},
            "/v1/rulesets": {},
            "/v1/withdrawals": {
                "document_id": "issued",
                "reason": "重发",
                "by": _HOLDER,
                "withdrawn_on": "2026-11-24",
            },
            "/v1/validity-changes": {
                "document_id": "standing",
                "validity": "amended",
                "by": _HOLDER,
                "on": "2026-11-24",
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


_DONE = {
    "/v1/issues": 409,
    "/v1/clearances": 201,
    "/v1/schedules": 409,
    "/v1/validity-changes": 201,
}  # 409: let through, and refused for its clearance
_OF_ONE_ORGAN = {
    "/v1/checks", "/v1/clearances", "/v1/issues", "/v1/schedules", "/v1/withdrawals", "/v1/validity-changes", "/v1/documents/{id}",
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


@pytest.mark.parametrize("role", sorted(ROLES.keys() - {"system"}))
def test_a_persons_key_signs_for_its_holder_alone(prepared: _Prepared, role: Role) -> None:
    body = {"document": data(), "determination": prepared.determination, "decision": decision(signer="别人")}
    # Whatever role may clear by itself: a key may be given any scope.
    person = prepared.sidecar.caller("clear", role=role, name=_HOLDER)
    told = problem(person.post("/v1/clearances", body), 409, "E-OWN-HAND")
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


def test_a_persons_key_says_that_nobody_else_did_it(prepared: _Prepared) -> None:
    officer = prepared.callers["officer", ORGAN]
    for path, body in (
        ("/v1/withdrawals", {"document_id": "standing", "reason": "重发", "withdrawn_on": "2026-11-24"}),
        ("/v1/validity-changes", {"document_id": "standing", "validity": "lapsed", "on": "2026-11-24"}),
    ):
        told = problem(officer.post(path, {**body, "by": "别人"}), 409, "E-OWN-HAND")
        assert told["errors"][0]["where"] == "/by"
    vouched = {"document_id": "standing", "validity": "lapsed", "on": "2026-11-24", "by": "别人"}
    assert prepared.callers["system", ORGAN].post("/v1/validity-changes", vouched).status_code == 201


@pytest.mark.parametrize("other", ["issued there", "waiting there", "withheld there", "nowhere"])
@pytest.mark.parametrize("kind", ["amends", "repeals", "interprets"])
def test_a_listing_touches_no_other_organs_document(prepared: _Prepared, kind: str, other: str) -> None:
    theirs = prepared.sidecar.caller(organ=_OTHER)
    issuer: dict[str, Any] = {"issuer": {"name": _OTHER}}
    if prepared.sidecar.register.state("issued there") is None:
        made = to_clearance(theirs, id="issued there", **issuer)
        theirs.post("/v1/issues", order(made["token"], id="issued there", **issuer))
        waiting = data(id="waiting there", **issuer)
        checked = theirs.post("/v1/checks", {"document": waiting, "as_of": "2026-11-24"}).get_json()
        body = {"document": waiting, "determination": checked, "decision": decision(publish_on="2026-12-01")}
        token = theirs.post("/v1/clearances", body).get_json()["token"]
        sent = order(token, id="waiting there", **issuer)
        assert theirs.post("/v1/issues", sent).status_code == 201
        closed = data(id="withheld there", kind="会议材料", proposed=None, **issuer) | {
            "facts": {"secrecy_review": "passed", "process_material": "discussion"}
        }
        checked = theirs.post("/v1/checks", {"document": closed, "as_of": "2026-11-24"}).get_json()
        assert checked["status"] == "withheld"
        body = {"document": closed, "determination": checked, "decision": decision()}
        token = theirs.post("/v1/clearances", body).get_json()["token"]
        sent = {"document": closed, "token": token, "issued_on": "2026-11-24"}
        assert theirs.post("/v1/issues", sent).status_code == 201
    ours = prepared.callers["system", ORGAN]
    listing = {"relations": [{"kind": kind, "document_id": other}]}
    wanted = order(prepared.token, id="another") | {"listing": listing}
    # What is public may be interpreted by everybody: then the clearance is what is wrong with this issue.
    if (kind, other) == ("interprets", "issued there"):
        problem(ours.post("/v1/issues", wanted), 409, "E-CLEARANCE")
    else:
        told = problem(ours.post("/v1/issues", wanted), 409, "E-UNKNOWN-DOCUMENT")
        assert told["errors"][0]["where"] == "/listing/relations/0"
    stated = {
        "document_id": "standing",
        "validity": "repealed",
        "by": "司法局",
        "on": "2026-11-24",
        "cause": other,
    }
    if other == "issued there":
        assert ours.post("/v1/validity-changes", stated).status_code == 201
    else:
        assert (
            problem(ours.post("/v1/validity-changes", stated), 409, "E-UNKNOWN-DOCUMENT")["errors"][0][
                "where"
            ]
            == "/cause"
        )


def test_an_id_in_use_takes_no_other_organs_document_over(tmp_path: Path) -> None:
    service = Sidecar(tmp_path, tmp_path)
    ours, theirs = service.caller(), service.caller(organ=_OTHER)
    their: dict[str, Any] = {"issuer": {"name": _OTHER}}
    early = to_clearance(theirs, **their)["token"]  # before ours is issued: only the issue can refuse it
    assert ours.post("/v1/issues", order(to_clearance(ours)["token"])).status_code == 201
    issued = problem(theirs.post("/v1/issues", order(early, **their)), 409, "E-ID-TAKEN")
    for told in (issued, to_clearance(theirs, **their)):
        assert (told["code"], told["errors"][0]["where"]) == ("E-ID-TAKEN", "/document/id")
    assert ours.get("/v1/documents/doc-1").get_json()["version"] == 1
    back = {"document_id": "doc-1", "reason": "重发", "by": "办公室", "withdrawn_on": "2026-11-24"}
    assert ours.post("/v1/withdrawals", back).status_code == 201
    assert to_clearance(theirs, **their)["code"] == "E-ID-TAKEN"
    service.gate.close()


@pytest.mark.parametrize(
    "brought", ["0000000000/2026-999999", "0000000000/2026-000002", "0000000000/2026-一二三四五六"]
)
def test_an_index_somebody_brings_keeps_nobody_from_getting_one(
    register_url: str, tmp_path: Path, brought: str
) -> None:
    service = Sidecar(register_url, tmp_path, engine="direct")
    ours, theirs = service.caller(), service.caller(organ=_OTHER)
    their: dict[str, Any] = {"id": "theirs", "issuer": {"name": _OTHER}}
    taken = order(to_clearance(theirs, **their)["token"], **their) | {"listing": {"index": brought}}
    assert theirs.post("/v1/issues", taken).status_code == 201
    found = set()
    for name in ("a", "b", "c"):
        assert (
            ours.post("/v1/issues", order(to_clearance(ours, id=name)["token"], id=name)).status_code == 201
        )
        found.add(ours.get(f"/v1/documents/{name}").get_json()["index"])
    assert len(found - {brought}) == 3
    service.gate.close()


def test_of_another_organs_document_of_this_name_nothing_is_told(tmp_path: Path) -> None:
    service = Sidecar(tmp_path, tmp_path, engine="direct")
    ours, theirs = service.caller(), service.caller(organ=_OTHER)
    their: dict[str, Any] = {"issuer": {"name": _OTHER}}
    closed = decision(
        status="withheld", reason_code="R14-3", statement="公开调度细节可能影响供热设施安全", signer="别人"
    )
    checked = theirs.post("/v1/checks", {"document": data(**their), "as_of": "2026-11-24"}).get_json()
    body = {"document": data(**their), "determination": checked, "decision": closed}
    assert theirs.post("/v1/clearances", body).status_code == 201
    assert ours.post("/v1/issues", order(to_clearance(ours)["token"])).status_code == 201
    flood = {"documents": [data(**their)] * 200, "as_of": "2026-11-24"}
    for _ in range(5):
        assert theirs.post("/v1/checks", flood).status_code == 200
    back = {"document_id": "doc-1", "reason": "重发", "by": "办公室", "withdrawn_on": "2026-11-24"}
    assert ours.post("/v1/withdrawals", back).status_code == 201
    told = [each["event"] for each in ours.get("/v1/documents/doc-1").get_json()["records"]]
    assert told == ["checked", "cleared", "issued", "withdrawn"]
    seen = Overview()
    seen.follow(service.register)
    assert [(each.state, each.departure) for each in seen.lines(ORGAN)] == [("withdrawn", "none")]
    assert seen.lines(_OTHER) == []
    assert (seen.departures(ORGAN), [each.signer for each in seen.departures(_OTHER)]) == ([], ["别人"])
    service.gate.close()


def test_each_organ_is_told_of_its_own_document_that_bears_a_mark(tmp_path: Path) -> None:
    service = Sidecar(tmp_path, tmp_path, engine="direct")
    marked = {"text": "机密★10年\n\n关于某事的通知\n现将有关事项通知如下。"}
    names = set()
    for organ, number in ((ORGAN, 1), (_OTHER, 2)):
        oa = service.caller(organ=organ)
        checked = oa.post(
            "/v1/checks", {"document": data(issuer={"name": organ}, **marked), "as_of": "2026-11-24"}
        )
        names.add(checked.get_json()["determination_id"])
        told = oa.get(f"/v1/determinations/{checked.get_json()['determination_id']}/explanation")
        assert (told.status_code, told.get_json().get("seq")) == (200, number)
    assert len(names) == 1  # nothing of the content is in it
    service.gate.close()
