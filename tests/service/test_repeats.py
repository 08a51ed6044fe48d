"""Requests that come again: the same answer, the deed done once, also at one moment and after a restart."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from werkzeug.test import TestResponse

from factories import data, decision
from sidecars import Caller, Sidecar, order, problem, to_clearance

_KEY = {"Idempotency-Key": "7f0c-1"}


@pytest.fixture
def service(register_url: str, tmp_path: Path) -> Iterator[Sidecar]:
    made = Sidecar(register_url, tmp_path, engine="direct")
    yield made
    made.gate.close()


def _deeds(service: Sidecar) -> dict[str, Any]:
    """Each kind of deed with a body that does it."""
    oa = service.caller()
    checked = oa.post("/v1/checks", {"document": data(), "as_of": "2026-11-24"}).get_json()
    oa.post("/v1/issues", order(to_clearance(oa, id="issued")["token"], id="issued"))
    tender: dict[str, Any] = {
        "id": "tender", "domain": "public_resource_trading",
        "facts": {"secrecy_review": "passed", "tender_secret": "committee"},
    }  # fmt: skip
    oa.post("/v1/issues", order(to_clearance(oa, **tender)["token"], **tender))
    return {
        "/v1/checks": {"document": data(id="other"), "as_of": "2026-11-24"},
        "/v1/clearances": {"document": data(), "determination": checked, "decision": decision()},
        "/v1/issues": order(to_clearance(oa)["token"]),
        "/v1/withdrawals": {
            "document_id": "issued", "reason": "重发", "by": "办公室", "withdrawn_on": "2026-11-24",
        },
        "/v1/schedules": {"document": data(**tender, dates={"result": "2026-12-15"})},
        "/v1/validity-changes": {
            "document_id": "issued", "validity": "repealed", "by": "司法局", "on": "2026-11-24",
        },
    }  # fmt: skip


@pytest.mark.law(8)
@pytest.mark.parametrize(
    "path",
    [
        "/v1/checks",
        "/v1/clearances",
        "/v1/issues",
        "/v1/schedules",
        "/v1/withdrawals",
        "/v1/validity-changes",
    ],
)
def test_a_repeat_gets_the_first_answer_and_does_nothing(service: Sidecar, path: str) -> None:
    body, oa = _deeds(service)[path], service.caller()
    first = oa.post(path, body, **_KEY)
    assert first.status_code in {200, 201}, first.get_data(as_text=True)
    done = service.records()
    again = oa.post(path, body, **_KEY)
    assert (again.status_code, again.data) == (first.status_code, first.data)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert service.records() == done
    # Another body under the same key is a mistake of the caller, and told.
    problem(oa.post(path, {**body, "x": 1}, **_KEY), 409, "E-REQUEST-OTHER")
    # Another caller's keys are other keys.
    other = service.caller().post(path, body, **_KEY)
    assert "Idempotency-Replayed" not in other.headers


@pytest.mark.law(8)
def test_who_repeats_an_issue_late_is_not_told_that_a_withdrawn_document_is_issued(service: Sidecar) -> None:
    oa = service.caller()
    body = order(to_clearance(oa)["token"])
    receipt = oa.post("/v1/issues", body, **_KEY).get_json()
    withdrawn = {"document_id": receipt["document_id"], "reason": "重发", "by": "办公室", "withdrawn_on": "2026-11-24"}  # fmt: skip
    assert oa.post("/v1/withdrawals", withdrawn).status_code == 201
    done = service.records()
    late = oa.post("/v1/issues", body, **_KEY)
    assert late.status_code == 409, late.get_data(as_text=True)
    assert service.records() == done


@pytest.mark.law(8)
def test_a_batch_is_recorded_together_and_once(service: Sidecar) -> None:
    oa = service.caller()
    batch = {
        "documents": [data(), data(kind="公吿"), data(id="b"), data(id="c", facts={"none": True})],
        "as_of": "2026-11-24",
    }
    first = oa.post("/v1/checks", batch, **_KEY, **{"Accept-Language": "en"})
    told = first.get_json()["results"]
    assert [each["determination"] and each["determination"]["document_id"] for each in told] == [
        "doc-1", None, "b", None,
    ]  # fmt: skip
    assert told[3]["errors"][0]["where"].startswith("/documents/3/facts")
    assert service.records() == ["checked", "checked"]
    again = oa.post("/v1/checks", batch, **_KEY)
    assert again.data == first.data
    assert service.records() == ["checked", "checked"]


@pytest.mark.law(8)
def test_many_at_one_moment_do_it_once(service: Sidecar) -> None:
    body = _deeds(service)["/v1/issues"]
    before, width = len(service.records()), 8
    oa = service.caller()
    barrier = Barrier(width)

    def send(_: int) -> TestResponse:
        caller = Caller(service.client, oa.secret)
        barrier.wait()
        return caller.post("/v1/issues", body, **_KEY)

    with ThreadPoolExecutor(width) as threads:
        answers = list(threads.map(send, range(width)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.data for answer in answers}) == 1
    assert service.records()[before:] == ["issued"]


def test_the_answer_outlives_the_process(register_url: str, tmp_path: Path) -> None:
    first = Sidecar(register_url, tmp_path, engine="direct")
    body, oa = _deeds(first)["/v1/issues"], first.caller()
    answer = oa.post("/v1/issues", body, **_KEY)
    first.gate.close()
    second = Sidecar(register_url, tmp_path, engine="direct")
    again = Caller(second.client, oa.secret).post("/v1/issues", body, **_KEY)
    assert (again.status_code, again.data) == (201, answer.data)
    second.gate.close()


def test_what_was_refused_is_not_kept(service: Sidecar) -> None:
    oa = service.caller()
    token = to_clearance(oa)["token"]
    problem(oa.post("/v1/issues", order(token, text="另有内容。"), **_KEY), 409, "E-CHANGED")
    assert oa.post("/v1/issues", order(token), **_KEY).status_code == 201


@pytest.mark.parametrize("key", ["", "with space", "密", "x" * 201, "tab\tinside"])
def test_a_bad_key_is_told_or_as_good_as_none(service: Sidecar, key: str) -> None:
    body = {"document": data(), "as_of": "2026-11-24", "preview": True}
    answer = service.caller().post("/v1/checks", body, **{"Idempotency-Key": key})
    if key:
        assert problem(answer, 422, "E-REQUEST-KEY")["errors"][0]["where"] == "Idempotency-Key"
    else:
        assert answer.status_code == 200
