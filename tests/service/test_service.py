"""The sidecar over HTTP: who may do what, one error shape, the main job from check to withdrawal."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

from disclosure_gate.cli import cli
from disclosure_gate.model import Determination, RegisterError
from disclosure_gate.model.canonical import canonical
from disclosure_gate.register.keys import SCOPES, Scope
from disclosure_gate.register.signing import SigningKeys, verified
from disclosure_gate.service.openapi import EXAMPLES, OPERATIONS
from factories import NOW, data, decision, gate_with_register
from sidecars import DESCRIPTION, ORGAN, Caller, Sidecar, fits, order, problem, to_clearance

_ID = "610203199001010017"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Sidecar]:
    made = Sidecar(tmp_path, tmp_path)
    yield made
    made.gate.close()


def test_the_main_job_from_check_to_withdrawal(service: Sidecar) -> None:
    oa = service.caller()
    checked = oa.post("/v1/checks", {"document": data(), "as_of": "2026-11-24"})
    assert checked.status_code == 200
    fits(checked.get_json(), "Determination")
    assert checked.get_json()["status"] == "proactive"
    body = {"document": data(), "determination": checked.get_json(), "decision": decision()}
    cleared = oa.post("/v1/clearances", body)
    assert cleared.status_code == 201
    fits(cleared.get_json(), "ClearanceAnswer")
    wanted = order(cleared.get_json()["token"])
    issued = oa.post("/v1/issues", wanted)
    assert issued.status_code == 201
    fits(issued.get_json(), "IssueAnswer")
    problem(oa.post("/v1/issues", wanted), 409, "E-CLEARANCE-USED")
    stands = oa.get("/v1/documents/doc-1").get_json()
    events = [each["event"] for each in stands["records"]]
    assert (stands["state"], events) == ("issued", ["checked", "cleared", "issued"])
    back = {"document_id": "doc-1", "reason": "重发", "by": "办公室", "withdrawn_on": "2026-11-24"}
    assert oa.post("/v1/withdrawals", back).status_code == 201
    assert oa.get("/v1/documents/doc-1").get_json()["state"] == "withdrawn"
    assert service.gate.register is not None
    assert service.gate.register.verify().ok


def test_what_an_issue_repeals_and_what_an_office_states_stands_in_the_register(service: Sidecar) -> None:
    oa = service.caller()
    first = order(to_clearance(oa, id="old")["token"], id="old") | {"listing": {"valid_until": "2031-11-23"}}
    assert oa.post("/v1/issues", first).status_code == 201
    assert oa.get("/v1/documents/old").get_json()["valid_until"] == "2031-11-23"
    listing = {
        "section": "rules",
        "index": "610203/2026-77",
        "keywords": ["供热"],
        "relations": [{"kind": "repeals", "document_id": "old"}],
    }
    wanted = order(to_clearance(oa, id="new")["token"], id="new") | {"listing": listing, "lane": "bulk"}
    assert oa.post("/v1/issues", wanted).status_code == 201
    old, new = (oa.get(f"/v1/documents/{each}").get_json() for each in ("old", "new"))
    fits(old, "DocumentAnswer")
    assert (old["validity"], new["validity"], new["index"]) == ("repealed", "in_force", "610203/2026-77")
    with service.register.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT document_id, max(urgency) FROM outbox GROUP BY 1").all()
    assert {row[0]: row[1][0] for row in rows} == {"old": "1", "new": "2"}
    stated = {
        "document_id": "old",
        "validity": "in_force",
        "by": "司法局",
        "on": "2026-11-24",
        "cause": "new",
    }
    answer = oa.post("/v1/validity-changes", stated)
    assert answer.status_code == 201
    fits(answer.get_json(), "ValidityAnswer")
    assert verified(answer.get_json()["head"], service.signing.jwks()) is not None
    assert oa.get("/v1/documents/old").get_json()["validity"] == "in_force"
    assert service.register.history("old", ORGAN)[-1].body["cause"] == "new"


@pytest.mark.parametrize(
    ("listing", "status", "code", "where"),
    [
        ({"section": "news"}, 422, "E-FIELD-TYPE", "/listing/section"),
        ({"colour": 1}, 422, "E-FIELD-UNKNOWN", "/listing/colour"),
        ({"valid_until": "someday"}, 422, "E-FIELD-TYPE", "/listing/valid_until"),
        ({"keywords": ["好", ""]}, 422, "E-FIELD-TYPE", "/listing/keywords/1"),
        ({"relations": [{"kind": "repeals"}]}, 422, "E-FIELD-MISSING", "/listing/relations/0/document_id"),
        ({"relations": [{"kind": "repeats", "document_id": "x"}]}, 422, "E-FIELD-TYPE", "/listing/relations/0/kind"),
        ({"relations": [{"kind": "repeals", "document_id": "x"}]}, 409, "E-UNKNOWN-DOCUMENT", "/listing/relations/0"),
        ({"relations": [{"kind": "amends", "document_id": "doc-1"}]}, 409, "E-UNKNOWN-DOCUMENT", "/listing/relations/0"),
        ({"abstract": "联系人手机13812345678"}, 409, "E-SHOWN", "/listing/abstract"),
        ({"index": "taken"}, 409, "E-INDEX", "/listing/index"),
    ],
)  # fmt: skip
def test_a_bad_listing_is_a_problem_with_its_place_and_issues_nothing(
    service: Sidecar, listing: dict[str, Any], status: int, code: str, where: str
) -> None:
    oa = service.caller()
    taken = order(to_clearance(oa, id="other")["token"], id="other") | {"listing": {"index": "taken"}}
    assert oa.post("/v1/issues", taken).status_code == 201
    wanted = order(to_clearance(oa)["token"]) | {"listing": listing}
    told = problem(oa.post("/v1/issues", wanted), status, code)
    assert told["errors"][0]["where"] == where
    assert oa.get("/v1/documents/doc-1").status_code == 404


@pytest.mark.parametrize(
    ("changes", "status", "code", "where"),
    [
        ({"validity": "gone"}, 422, "E-FIELD-TYPE", "/validity"),
        ({"by": ""}, 422, "E-FIELD-TYPE", "/by"),
        ({"on": None}, 422, "E-FIELD-TYPE", "/on"),
        ({"why": "x"}, 422, "E-FIELD-UNKNOWN", "/why"),
        ({"document_id": "nowhere"}, 404, "E-UNKNOWN-DOCUMENT", ""),
        ({"document_id": "gone"}, 409, "E-UNKNOWN-DOCUMENT", "/document_id"),
        ({"cause": "nowhere"}, 409, "E-UNKNOWN-DOCUMENT", "/cause"),
        ({"cause": "doc-1"}, 409, "E-UNKNOWN-DOCUMENT", "/cause"),
        ({"cause": "gone"}, 409, "E-UNKNOWN-DOCUMENT", "/cause"),
    ],
)
def test_a_bad_change_of_validity_is_a_problem_with_its_place(
    service: Sidecar, changes: dict[str, Any], status: int, code: str, where: str
) -> None:
    oa = service.caller()
    for name in ("doc-1", "gone"):
        assert oa.post("/v1/issues", order(to_clearance(oa, id=name)["token"], id=name)).status_code == 201
    back = {"document_id": "gone", "reason": "重发", "by": "办公室", "withdrawn_on": "2026-11-24"}
    assert oa.post("/v1/withdrawals", back).status_code == 201
    stated = {"document_id": "doc-1", "validity": "repealed", "by": "司法局", "on": "2026-11-24"}
    told = problem(oa.post("/v1/validity-changes", stated | changes), status, code)
    assert told["errors"][0].get("where", "") == where
    assert oa.get("/v1/documents/doc-1").get_json()["validity"] == "in_force"


def test_a_changed_document_or_a_forged_clearance_is_not_issued(service: Sidecar, tmp_path: Path) -> None:
    oa = service.caller()
    clearance = to_clearance(oa)
    changed = {"document": data(text="另有内容。"), "token": clearance["token"], "issued_on": "2026-11-24"}
    problem(oa.post("/v1/issues", changed), 409, "E-CHANGED")
    other = SigningKeys.open(tmp_path / "other-keys")
    forged = other.sign({**clearance["clearance"], "status": "withheld"})
    # Ed25519's last byte is below 17: the last characters alone would often stay the same.
    good = clearance["token"]
    other_signature = good[:-40] + ("B" if good[-40] == "A" else "A") + good[-39:]
    deep = f"{urlsafe_b64encode(b'[' * 12_000).decode()}.e30.AA"
    for token in (forged, other_signature, f"{good}=", _rewritten(good), deep, "a.b.c", "", "…"):
        body = {"document": data(), "token": token, "issued_on": "2026-11-24"}
        problem(oa.post("/v1/issues", body), 409, "E-CLEARANCE")
    assert service.records() == ["checked", "cleared"]


def _rewritten(token: str) -> str:
    """The same bytes in another spelling: the last character has bits to spare."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return token[:-1] + letters[letters.index(token[-1]) | 1]


@pytest.mark.parametrize("name", ["a", "a/b", "0%0A", "%0A", "a%0A/b%0A%0A", "%0D", "a%E2%80%A8"])
def test_whatever_is_named_without_a_key_nothing_is_told(service: Sidecar, name: str) -> None:
    for path in (f"/v1/documents/{name}", f"/v1/rules/{name}"):
        problem(Caller(service.client, "").get(path), 401, "E-KEY")
        assert service.caller().get(path).get_json()["code"] in {"E-UNKNOWN-DOCUMENT", "E-RULE-REFERENCE"}


def test_without_a_key_nothing_and_with_a_revoked_one_neither(service: Sidecar) -> None:
    problem(Caller(service.client, "").post("/v1/checks", {"document": data()}), 401, "E-KEY")
    problem(Caller(service.client, "dg_wrong").get("/v1/documents/x"), 401, "E-KEY")
    made, secret = service.keys.create("oa", ORGAN, NOW, scopes=SCOPES)
    assert service.keys.revoke(made.id, NOW)
    problem(Caller(service.client, secret).get("/v1/catalogue/items"), 401, "E-KEY")
    assert not service.keys.revoke(made.id, NOW)


_SCOPED = [(path, method, each.scope) for (path, method), each in OPERATIONS.items() if each.scope]


@pytest.mark.parametrize(("path", "method", "scope"), _SCOPED)
def test_a_key_does_only_what_its_scopes_say(service: Sidecar, path: str, method: str, scope: str) -> None:
    others: list[Scope] = [each for each in SCOPES if each not in {scope, "admin"}]
    caller = service.caller(*others)
    url = path.replace("{id}", "x")
    problem(caller.get(url) if method == "get" else caller.post(url, {}), 403, "E-SCOPE")


def test_another_organs_documents_do_not_exist(service: Sidecar) -> None:
    oa, other = service.caller(), service.caller(organ="区财政局")
    oa.post("/v1/issues", {"document": data(), "token": to_clearance(oa)["token"], "issued_on": "2026-11-24"})
    problem(other.get("/v1/documents/doc-1"), 404, "E-UNKNOWN-DOCUMENT")
    refused = problem(other.post("/v1/checks", {"document": data()}), 404, "E-UNKNOWN-DOCUMENT")
    assert refused["errors"][0]["expected"] == "区财政局"
    back = {"document_id": "doc-1", "reason": "x", "by": "y", "withdrawn_on": "2026-11-24"}
    [flaw] = problem(oa.post("/v1/withdrawals", back | {"reason": " \u3000\n"}), 422, "E-FIELD-MISSING")[
        "errors"
    ]
    assert flaw["where"] == "/reason"
    problem(other.post("/v1/withdrawals", back), 404, "E-UNKNOWN-DOCUMENT")
    assert service.caller(organ="*").get("/v1/documents/doc-1").status_code == 200


@pytest.mark.parametrize(
    ("body", "code", "where"),
    [
        (b"not json", "E-JSON", ""),
        (b"[" * 100_000, "E-JSON", ""),
        (b"\xff\xfe", "E-JSON", ""),
        (b'{"document": {"facts": {"\xed\xa0\x80": true}}}', "E-JSON", ""),  # a lone surrogate, as it is
        (json.dumps({"document": data(text="a\0b")}).encode("utf-16"), "E-JSON", ""),
        ([], "E-FIELD-TYPE", ""),
        ({}, "E-FIELD-MISSING", "/document"),
        ({"documents": []}, "E-FIELD-MISSING", "/document"),
        ({"document": data(), "documents": [data()]}, "E-FIELD-UNKNOWN", "/documents"),
        ({"document": {**data(), "colour": 1}}, "E-FIELD-UNKNOWN", "/document/colour"),
        ({"document": {**data(), "kind": "公吿"}}, "E-KIND", "/document/kind"),
        (
            {"document": data(issuer={"name": "区财政局", "level": 1})},
            "E-FIELD-TYPE",
            "/document/issuer/level",
        ),
        (
            {"document": data(issuer={"name": "区财政局", "code": "9" * 41})},
            "E-FIELD-TYPE",
            "/document/issuer/code",
        ),
        ({"document": data(facts={"a~/b": 1})}, "E-FACT-UNKNOWN", "/document/facts/a~0~1b"),
        ({"document": data(facts={"a~/b": []})}, "E-FIELD-TYPE", "/document/facts/a~0~1b"),
        ({"document": data(item="nowhere")}, "E-ITEM", "/document/item"),
        ({"document": data(text="a\0b")}, "E-TEXT-CHARACTER", "/document/text"),
        ({"document": data(), "as_of": "yesterday"}, "E-FIELD-TYPE", "/as_of"),
        ({"document": data(), "as_of": "2018-01-01"}, "E-DATE", "/as_of"),
    ],
)
def test_bad_input_is_a_problem_with_code_and_place(
    service: Sidecar, body: Any, code: str, where: str
) -> None:
    told = problem(service.caller().post("/v1/checks", body), 422, code)
    assert [each["where"] for each in told["errors"]] == [where]
    assert "Input should" not in told["detail"]
    assert service.records() == []


def test_what_is_wrong_later_is_told_with_its_place_in_the_body_too(service: Sidecar) -> None:
    oa = service.caller()
    checked = oa.post("/v1/checks", {"document": data(), "as_of": "2026-11-24"}).get_json()
    body = {"document": data(), "determination": checked, "decision": decision(reviewer="拟稿人")}
    [flaw] = problem(oa.post("/v1/clearances", body), 409, "E-TWO-PERSONS")["errors"]
    assert flaw["where"] == "/decision/reviewer"
    wanted = order(to_clearance(oa)["token"]) | {"issued_on": "2018-01-01"}
    [flaw] = problem(oa.post("/v1/issues", wanted), 422, "E-DATE")["errors"]
    assert flaw["where"] == "/issued_on"
    batch = {"documents": [data(), data(issuer={"name": "区财政局"})], "as_of": "2018-01-01"}
    early, foreign = (each["errors"][0] for each in oa.post("/v1/checks", batch).get_json()["results"])
    assert (early["where"], foreign["where"]) == ("/as_of", "/documents/1/issuer/name")
    assert foreign["message"].startswith("/documents/1/issuer/name: ")


def test_a_batch_answers_for_each(service: Sidecar) -> None:
    batch = {"documents": [data(), data(kind="公吿"), data(issuer={"name": "区财政局"})]}
    results = service.caller().post("/v1/checks", batch).get_json()["results"]
    assert [bool(each["determination"]) for each in results] == [True, False, False]
    assert [each["errors"][0]["code"] for each in results[1:]] == ["E-KIND", "E-UNKNOWN-DOCUMENT"]
    assert results[1]["errors"][0]["where"].startswith("/documents/1/")


@pytest.mark.law(3)
@pytest.mark.parametrize(
    "changed",
    [{}, {"id": '"determination_id":""'}, {"id": "\U0001f600"}, {"text": "机密★10年\n密件"}, {"text": f"身份证{_ID}。"}],
)  # fmt: skip
def test_what_is_answered_is_what_is_recorded_to_the_byte(service: Sidecar, changed: dict[str, Any]) -> None:
    oa = service.caller()
    document = data(**changed)
    asked = {"document": document, "as_of": "2026-11-24"}
    answered = oa.post("/v1/checks", asked).get_data()
    previewed = oa.post("/v1/checks", {**asked, "preview": True}).get_data()
    several = oa.post("/v1/checks", {"documents": [document], "as_of": "2026-11-24"}).get_data()
    (first, second) = service.register.stored()
    for record in (first, second):
        assert b'"body":{"determination":%b,' % answered in record.envelope
        assert canonical(json.loads(record.envelope)) == record.envelope
    assert previewed == answered
    assert several == b'{"results":[{"determination":%b,"errors":[]}]}' % answered
    determined = Determination.model_validate_json(answered)
    assert determined == service.gate.check(document, date(2026, 11, 24))
    unnamed = canonical(determined.model_copy(update={"determination_id": ""}).to_json())
    assert determined.determination_id == f"det-{sha256(unnamed).hexdigest()[:40]}"


def test_a_preview_is_not_recorded(service: Sidecar) -> None:
    service.caller().post("/v1/checks", {"document": data(), "preview": True})
    assert service.records() == []


@pytest.mark.law("P7")
def test_no_content_in_records_problems_metrics_or_headers(service: Sidecar, tmp_path: Path) -> None:
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


@pytest.mark.parametrize(
    ("accepted", "word"),
    [
        ("", "密钥"), ("en", "key"), ("en-GB", "key"), ("fr, en;q=0.1", "key"), ("zh;q=0, en", "key"), ("en, zh;q=0.9", "key"),
        ("zh-CN", "密钥"), ("zh-CN, en;q=0.5", "密钥"), ("zh-Hans-CN,en-US;q=0.7", "密钥"), ("en;q=0.5, zh-TW", "密钥"),
        ("fr", "密钥"), ("*", "密钥"), (";;q=x,", "密钥"),
    ],
)  # fmt: skip
def test_problems_speak_the_callers_language(service: Sidecar, accepted: str, word: str) -> None:
    answer = Caller(service.client, "").post("/v1/checks", {}, **{"Accept-Language": accepted})
    assert word in problem(answer, 401, "E-KEY")["title"]


def test_what_is_not_there_and_what_is_not_allowed_are_problems_too(service: Sidecar) -> None:
    oa = service.caller()
    problem(oa.get("/v1/nothing"), 404, "E-HTTP")
    problem(oa.get("/v1/checks"), 405, "E-HTTP")
    problem(oa.get("/v1/rules/national/none"), 404, "E-RULE-REFERENCE")


def test_rules_rows_and_suggestions_can_be_read(service: Sidecar) -> None:
    oa = service.caller("read")

    def told(path: str, form: str) -> Any:
        answer = oa.get(path)
        assert answer.status_code == 200
        fits(answer.get_json(), form)
        return answer.get_json()

    assert "预算" in told("/v1/rules/national/budgets", "RuleAnswer")["sentence"]["zh"]
    told("/v1/rules/catalogue/budget/government-budget", "RowAnswer")
    budget = told("/v1/catalogue/items?domain=budget", "ItemsAnswer")
    assert len(budget["items"]) >= 5
    assert told("/v1/catalogue/items?domain=财政预决算", "ItemsAnswer") == budget
    problem(oa.get("/v1/catalogue/items?domain=budgets"), 422, "E-DOMAIN")
    assert len(told("/v1/catalogue/items", "ItemsAnswer")["items"]) > 100
    suggested = told("/v1/catalogue/items?title=低保名单公示", "ItemsAnswer")["items"]
    assert suggested[0]["id"].startswith("social_assistance/")
    told("/.well-known/jwks.json", "KeysAnswer")
    told("/healthz", "HealthAnswer")


def test_it_is_ready_and_counts(service: Sidecar) -> None:
    caller = Caller(service.client, "")
    assert caller.get("/healthz").get_json() == {"status": "ok"}
    assert caller.get("/readyz").get_json()["ready"] is True
    caller.post("/v1/checks", {})
    line = 'disclosure_gate_requests_total{method="POST",route="/v1/checks",status="401"} 1.0'
    assert line in caller.get("/metrics").get_data(as_text=True)


def test_every_route_is_described(service: Sidecar) -> None:
    routes = {
        (re.sub(r"<[^>]+>", "{id}", rule.rule), method.lower())
        for rule in service.client.application.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint != "static"
    }
    assert routes == set(OPERATIONS)
    without_form = {path for (path, _), each in OPERATIONS.items() if not each.answers}
    assert without_form == {"/openapi.json", "/metrics"}
    sent = Caller(service.client, "").get("/openapi.json").get_json()
    assert sent == json.loads(json.dumps(DESCRIPTION))


@pytest.mark.parametrize(
    ("path", "name"), [(path, name) for (path, _), found in EXAMPLES.items() for name in found]
)
def test_every_example_of_the_description_runs(service: Sidecar, path: str, name: str) -> None:
    described = DESCRIPTION["paths"][path]["post"]
    media = described["requestBody"]["content"]["application/json"]
    value = media["examples"][name]["value"]
    jsonschema.validate(value, {**media["schema"], "components": DESCRIPTION["components"]})
    answer = service.caller().post(path, value)
    assert answer.status_code == EXAMPLES[path, "post"][name].status, answer.get_data(as_text=True)
    kind = "default" if answer.status_code >= 400 else str(answer.status_code)
    shown = described["responses"][kind]["content"][answer.mimetype]["schema"]
    jsonschema.validate(answer.get_json(), {**shown, "components": DESCRIPTION["components"]})


def test_every_request_has_an_example() -> None:
    assert set(EXAMPLES) == {route for route, operation in OPERATIONS.items() if operation.request}


def test_only_hashes_of_keys_are_stored(service: Sidecar, tmp_path: Path) -> None:
    _, secret = service.keys.create("oa", ORGAN, NOW, scopes=("check",))
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert secret.encode() not in kept
    assert service.keys.find(secret) is not None


def test_a_clearance_is_verified_offline_also_after_rotation(service: Sidecar, tmp_path: Path) -> None:
    answer = to_clearance(service.caller())
    keys = Caller(service.client, "").get("/.well-known/jwks.json").get_json()
    assert verified(answer["token"], keys) == answer["clearance"]
    assert verified(answer["token"], {"keys": []}) is None
    folder = tmp_path / "signing-keys"
    told = CliRunner().invoke(cli, ["keys", "rotate", "--signing-keys", str(folder), "--json"])
    assert told.exit_code == 0, told.output
    rotated = SigningKeys.open(folder)
    assert json.loads(told.output) == {"kid": rotated.newest}
    assert len(rotated.jwks()["keys"]) == 2
    assert verified(answer["token"], rotated.jwks()) == answer["clearance"]
    assert verified(rotated.sign({"a": 1}), keys) is None
    assert verified(rotated.sign({"a": 1}), rotated.jwks()) == {"a": 1}
    header, payload, signature = answer["token"].split(".")
    assert verified(f"{header}.{payload[:-2]}AA.{signature}", keys) is None


def test_keys_and_register_are_for_their_owner_only(service: Sidecar, tmp_path: Path) -> None:
    assert service.signing.jwks()["keys"]
    files = [*(tmp_path / "signing-keys").iterdir(), *tmp_path.glob("register.db*")]
    assert len(files) > 1
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


def test_a_file_that_is_no_key_is_told(tmp_path: Path) -> None:
    (tmp_path / "0001.ed25519.pem").write_text("no key")
    with pytest.raises(RegisterError):
        SigningKeys.open(tmp_path)


def test_of_those_who_start_at_once_one_makes_the_key(tmp_path: Path) -> None:
    for number in range(10):
        folder = tmp_path / str(number)
        with ThreadPoolExecutor(8) as pool:
            made = list(pool.map(SigningKeys.open, [folder] * 8))
        assert len({each.newest for each in made}) == 1
        assert [each.name for each in folder.iterdir()] == ["0001.ed25519.pem"]


def test_a_disk_that_knows_one_name_for_a_file_keeps_keys_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "hardlink_to", refused)
    [first] = SigningKeys.open(tmp_path).jwks()["keys"]
    assert [first] == [each for each in SigningKeys.rotate(tmp_path).jwks()["keys"] if each == first]
    assert len(SigningKeys.open(tmp_path).jwks()["keys"]) == 2
    assert sorted(path.stat().st_mode & 0o777 for path in tmp_path.iterdir()) == [0o600, 0o600]


def test_a_key_whose_making_was_cut_off_is_in_nobodys_way(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _CUT_OFF, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert SigningKeys.open(tmp_path).jwks()["keys"]


_CUT_OFF = """
import os, signal, sys
from pathlib import Path
from disclosure_gate.register.signing import SigningKeys
os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)
SigningKeys.open(Path(sys.argv[1]))
"""


@pytest.mark.parametrize(
    ("zone", "last"), [("Asia/Shanghai", date(2026, 12, 25)), ("UTC", date(2026, 12, 24))]
)
def test_a_clearance_is_good_for_its_days_by_the_day_it_is_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zone: str, last: date
) -> None:
    night = datetime(2026, 11, 24, 20, tzinfo=UTC)  # in China it is the 25th already
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        with gate_with_register(tmp_path, now=lambda: night, engine="direct") as gate:
            assert gate.clear(data(), gate.check(data()), decision()).expires_on == last
    finally:
        monkeypatch.undo()
        time.tzset()
