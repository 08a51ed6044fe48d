"""What every request passes: limits, names, traces; readiness that says what is not ready; administration."""

from __future__ import annotations

import gc
import re
import shutil
import sys
import weakref
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
import structlog

from disclosure_gate import hookimpl
from disclosure_gate.model.clearance import RegisterEntry
from disclosure_gate.model.errors import InputError
from disclosure_gate.register.keys import ApiKeys
from disclosure_gate.register.signing import head_of
from disclosure_gate.register.tables import outbox
from disclosure_gate.service import create_app
from disclosure_gate.service.access import Rates
from disclosure_gate.service.problems import TooMany
from disclosure_gate.service.serving import write_logs
from disclosure_gate.service.staying import set_aside
from factories import NOW, RULESETS, data
from sidecars import Caller, Sidecar, fits, order, problem, to_clearance


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Sidecar]:
    made = Sidecar(tmp_path, tmp_path, engine="direct")
    yield made
    made.gate.close()


def test_a_key_that_asks_too_often_waits_and_no_other_does(tmp_path: Path) -> None:
    service = Sidecar(tmp_path, tmp_path, rate="3/minute", engine="direct")
    eager, other = service.caller(), service.caller()
    for _ in range(3):
        assert eager.get("/v1/register/head").status_code == 200
    answer = eager.get("/v1/register/head")
    problem(answer, 429, "E-RATE")
    assert 15 <= int(answer.headers["Retry-After"]) <= 20
    assert other.get("/v1/register/head").status_code == 200
    service.gate.close()


def test_what_was_used_up_comes_back_evenly(service: Sidecar) -> None:
    now = 0.0
    key, _ = service.keys.create("oa", "*", NOW)
    rates = Rates("60/minute", lambda: now)

    def taken() -> int:
        for number in range(1000):
            try:
                rates.take(key)
            except TooMany:
                return number
        return 1000

    assert taken() == 60
    now = 10.5
    assert taken() == 10
    now = 10_000.0
    assert taken() == 60


@pytest.mark.parametrize("rate", ["", "fast", "0/second", "3/fortnight", "-1/second"])
def test_a_rate_that_is_none_is_told_at_start(service: Sidecar, rate: str) -> None:
    with pytest.raises(InputError) as told:
        create_app(service.gate, service.signing, service.keys, rate=rate)
    assert told.value.code == "E-RATE-FORM"


def test_a_key_revoked_elsewhere_ends_within_a_second(service: Sidecar) -> None:
    now = 0.0
    here, elsewhere = ApiKeys(service.register.engine, lambda: now), ApiKeys(service.register.engine)
    key, secret = here.create("oa", "*", NOW)
    assert here.find(secret) == key
    elsewhere.revoke(key.id, NOW)
    now = 1.01
    assert here.find(secret) is None
    other, secret = here.create("oa", "*", NOW)
    assert here.find(secret) == other
    here.revoke(other.id, NOW)
    assert here.find(secret) is None


def test_a_body_that_is_too_large_is_not_read(service: Sidecar) -> None:
    app = create_app(service.gate, service.signing, service.keys, max_body=1000)
    answer = Caller(app.test_client(), service.caller().secret).post("/v1/checks", b"x" * 1001)
    problem(answer, 413, "E-TEXT-LARGE")


def test_a_trace_goes_on_and_a_request_keeps_its_name(service: Sidecar) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    answer = service.caller().get(
        "/healthz", traceparent=f"00-{trace}-00f067aa0ba902b7-01", **{"X-Request-Id": "oa-17"}
    )
    assert re.fullmatch(rf"00-{trace}-[0-9a-f]{{16}}-01", answer.headers["traceparent"])
    assert "00f067aa0ba902b7" not in answer.headers["traceparent"]
    assert answer.headers["X-Request-Id"] == "oa-17"
    for no_trace in ("00-xyz", f"00-{'0' * 32}-00f067aa0ba902b7-01", f"00-{trace}-{'0' * 16}-01"):
        odd = service.caller().get("/healthz", traceparent=no_trace, **{"X-Request-Id": "<script>"})
        assert re.fullmatch(
            rf"00-(?!0{{32}}|{trace})[0-9a-f]{{32}}-[0-9a-f]{{16}}-00", odd.headers["traceparent"]
        )
    assert re.fullmatch(r"[0-9a-f]{32}", odd.headers["X-Request-Id"])


@pytest.mark.parametrize("path", ["/healthz", "/v1/checks", "/nothing"])
def test_every_answer_is_sent_with_care(service: Sidecar, path: str) -> None:
    headers = Caller(service.client, "").get(path).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"


def test_the_head_is_signed_and_stands_for_the_register(service: Sidecar) -> None:
    oa = service.caller()
    token = to_clearance(oa)["token"]
    issued = oa.post("/v1/issues", order(token)).get_json()
    head = oa.get("/v1/register/head").get_json()
    fits(head, "HeadAnswer")
    assert head_of(head["head"], service.signing.jwks()) == (head["seq"], head["hash"])
    assert head_of(issued["head"], service.signing.jwks()) == (issued["record_seq"], issued["record_hash"])
    assert head_of(token, service.signing.jwks()) is None
    problem(oa.post("/v1/issues", order(head["head"])), 409, "E-CLEARANCE")


def test_a_recorded_determination_is_explained_and_a_preview_is_not(service: Sidecar) -> None:
    oa = service.caller()
    body = {
        "document": data(facts={"secrecy_review": "passed", "trade_secret": "whole"}),
        "as_of": "2026-11-24",
    }
    preview = oa.post("/v1/checks", {**body, "preview": True}).get_json()["determination_id"]
    problem(oa.get(f"/v1/determinations/{preview}/explanation"), 404, "E-UNKNOWN-DETERMINATION")
    oa.post("/v1/checks", body)
    told = oa.get(f"/v1/determinations/{preview}/explanation").get_json()
    fits(told, "RecordedExplanation")
    assert told["same_rulesets"] is True
    said = {each["rule"]: each["outcome"] for each in told["rules"]}
    assert said["national/trade-secret"] == "true"
    assert said["national/budgets"] == "false"
    assert {"name": "trade_secret", "value": "whole", "source": "declared", "evidence": []} in told["facts"]


def test_readiness_names_what_is_not_ready(service: Sidecar, monkeypatch: pytest.MonkeyPatch) -> None:
    oa = service.caller()
    told = oa.get("/readyz").get_json()
    assert told == {"ready": True, "problems": [], "warnings": []}
    oa.post("/v1/issues", order(to_clearance(oa)["token"]))
    # The delivery has been due since the clock of the tests; the sidecar's own is years ahead of the calendar.
    monkeypatch.setattr("disclosure_gate.service.views.datetime", _Later)
    warned = oa.get("/readyz").get_json()
    assert {each["code"] for each in warned["warnings"]} == {"E-OUTBOX-LAG", "E-CALENDAR-YEAR"}
    assert warned["ready"] is True


class _Unwell:
    """A plugin that fails while the gate opens."""

    @hookimpl
    def dg_detectors(self) -> None:
        raise RuntimeError("content")


def test_a_plugin_that_failed_is_named_and_gives_no_status(tmp_path: Path) -> None:
    service = Sidecar(tmp_path, tmp_path, engine="direct", plugins=(_Unwell(),))
    answer = service.caller().get("/readyz")
    assert answer.status_code == 503
    told = answer.get_json()
    fits(told, "ReadinessAnswer")
    assert [each["code"] for each in told["problems"]] == ["E-PLUGIN-RAISED"]
    assert "_Unwell" in told["problems"][0]["where"]
    assert "content" not in answer.get_data(as_text=True)
    held = service.caller().post("/v1/checks", {"document": data()}).get_json()
    assert (held["status"], [each["code"] for each in held["held"]]) == (None, ["H-PLUGIN"])
    service.gate.close()


def test_rules_that_are_not_there_are_told(tmp_path: Path) -> None:
    (tmp_path / "rulesets").mkdir()
    service = Sidecar(tmp_path, tmp_path, engine="direct", rulesets=tmp_path / "rulesets")
    answer = service.caller().get("/readyz")
    assert answer.status_code == 503
    assert [each["code"] for each in answer.get_json()["problems"]] == ["E-NO-RULES"]
    assert service.caller().post("/v1/checks", {"document": data()}).status_code >= 400
    service.gate.close()


def test_what_is_parked_is_told(service: Sidecar) -> None:
    oa = service.caller()
    oa.post("/v1/issues", order(to_clearance(oa)["token"]))
    with service.register.engine.begin() as connection:
        connection.execute(outbox.update().values(state="parked"))
    told = oa.get("/readyz").get_json()
    assert (told["ready"], [each["code"] for each in told["warnings"]]) == (True, ["E-OUTBOX-PARKED"])


class _Later:
    @staticmethod
    def now(_: object) -> object:
        return NOW + timedelta(days=4000)


def test_a_register_that_cannot_be_written_is_told_and_nothing_is_answered(service: Sidecar) -> None:
    oa = service.caller()
    service.register.engine.dispose()
    path = Path(str(service.register.engine.url.database))
    kept = path.read_bytes()
    path.write_bytes(b"this is no database" * 1000)
    for extra in ("-wal", "-shm"):
        path.with_name(path.name + extra).unlink(missing_ok=True)
    problem(oa.post("/v1/checks", {"document": data()}), 503, "E-REGISTER")
    answer = oa.get("/readyz")
    assert answer.status_code == 503
    assert [each["code"] for each in answer.get_json()["problems"]] == ["E-REGISTER"]
    service.register.engine.dispose()
    path.write_bytes(kept)
    assert oa.post("/v1/checks", {"document": data()}).status_code == 200


def test_checks_that_come_together_share_commits(service: Sidecar) -> None:
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415  only here

    secret, transactions, real = service.caller().secret, [], service.register.transaction

    def counted(now: object) -> object:
        transactions.append(now)
        return real(now)  # type: ignore[arg-type]

    service.register.transaction = counted  # type: ignore[method-assign,assignment]

    def send(number: int) -> int:
        caller = Caller(service.client, secret)
        return caller.post("/v1/checks", {"document": data(id=f"d{number}")}).status_code

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(send, range(120))) == {200}
    assert len(service.records()) == 120
    assert len(transactions) <= 120
    assert service.register.verify().ok


def test_rulesets_are_read_again_and_a_bad_one_changes_nothing(tmp_path: Path) -> None:
    rulesets = tmp_path / "rulesets"
    shutil.copytree(RULESETS, rulesets)
    service = Sidecar(tmp_path, tmp_path, engine="direct", rulesets=rulesets)
    admin, oa = service.caller(role="admin"), service.caller()
    assert admin.post("/v1/rulesets", {}).get_json()["changed"] is False
    ruleset = rulesets / "national" / "ruleset.yaml"
    good = ruleset.read_text(encoding="utf-8")
    ruleset.write_text(good + "# a change\n", encoding="utf-8")
    answer = admin.post("/v1/rulesets", {}).get_json()
    fits(answer, "RulesetsAnswer")
    assert answer["changed"] is True
    checked = oa.post("/v1/checks", {"document": data()}).get_json()
    digests = {each["digest"] for each in answer["rulesets"]}
    assert {each["digest"] for each in checked["rulesets"]} <= digests
    ruleset.write_text(good.replace("version:", "versoin:"), encoding="utf-8")
    told = admin.post("/v1/rulesets", {})
    assert told.status_code == 422
    assert "ruleset.yaml" in told.get_json()["errors"][0]["where"]
    assert oa.post("/v1/checks", {"document": data()}).get_json() == checked
    service.gate.close()


def test_rulesets_read_again_stay_out_of_the_collectors_way_and_those_of_before_go(tmp_path: Path) -> None:
    service = Sidecar(tmp_path, tmp_path, engine="direct", plugins=())  # with rulesets of its own

    def looked_through() -> bool:
        return any(each is service.gate.parts.rules for each in gc.get_objects())

    admin = service.caller(role="admin")
    assert admin.post("/v1/rulesets", {}).status_code == 200
    assert looked_through(), "a process that sets nothing aside is left as it is"
    set_aside()  # as one does before it serves
    try:
        before = weakref.ref(service.gate.parts.rules)
        assert not looked_through()
        assert admin.post("/v1/rulesets", {}).status_code == 200
        assert before() is None
        assert not looked_through()
    finally:
        gc.unfreeze()


def test_an_entry_has_the_record_it_names(service: Sidecar) -> None:
    oa = service.caller()
    issued = oa.post("/v1/issues", order(to_clearance(oa)["token"])).get_json()
    entries: dict[int, RegisterEntry] = {each.seq: each for each in service.register.entries()}
    assert entries[issued["record_seq"]].hash == issued["record_hash"]


def test_a_log_that_cannot_be_written_stops_no_deed(
    service: Sidecar, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = Path("/dev/full").open("w", buffering=1)  # noqa: SIM115  closing it fails, as writing to it does
    monkeypatch.setattr(sys, "stderr", full)
    write_logs("info")
    try:
        oa = service.caller()
        answers = [oa.get("/healthz").status_code for _ in range(3)]
        answers.append(oa.post("/v1/checks", {"document": data()}).status_code)
    finally:
        structlog.reset_defaults()
        with suppress(OSError):
            full.close()
    assert answers == [200] * 4
    assert service.records() == ["checked"]
