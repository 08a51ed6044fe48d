"""Who may come in, how long, and what is refused: sessions, forms, roles, organs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from deskroom import AGREED, NAMES, Desk, Person, draft, proposed, revision, step
from disclosure_gate.register.keys import Role
from factories import NOW

PAGES: dict[str, set[Role]] = {
    "/desk/draft": {"drafter", "reviewer", "signer", "officer"},
    "/desk/cases": {"drafter", "reviewer", "signer", "officer"},
    "/desk/office": {"reviewer", "signer", "officer", "auditor"},
    "/desk/register": {"reviewer", "signer", "officer", "auditor"},
    "/desk/figures": {"reviewer", "signer", "officer", "auditor"},
    "/desk/report": {"reviewer", "signer", "officer", "auditor"},
    "/desk/rules": set(NAMES),
    "/desk/rules/catalogue": set(NAMES),
}


@pytest.fixture
def desk(register_url: str, tmp_path: Path) -> Iterator[Desk]:
    """On each kind of database."""
    made = Desk(register_url, tmp_path)
    yield made
    made.register.close()


def test_every_page_asks_for_a_session_and_leads_back(desk: Desk) -> None:
    for path in PAGES:
        answer = desk.client.get(path)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/desk/sign-in?next=")
    person = desk.person("officer", signed_in=False)
    answer = person.client.post("/desk/sign-in", data={"key": person.secret, "next": "/desk/figures"})
    assert answer.headers["Location"] == "/desk/figures"


@pytest.mark.parametrize("role", NAMES)
def test_a_role_sees_its_pages_and_no_others(desk: Desk, role: Role) -> None:
    person = desk.person(role)
    allowed = {path for path in PAGES if person.get(path).status_code == 200}
    assert allowed == {path for path, roles in PAGES.items() if role in roles}
    assert all(person.get(path).status_code in {200, 403} for path in PAGES)


def test_a_page_that_is_not_there_keeps_the_menu_of_whoever_is_signed_in(desk: Desk) -> None:
    answer = desk.person("drafter").get("/desk/nowhere")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 404
    assert 'href="/desk/draft"' in page
    assert NAMES["drafter"] in page
    assert "<nav" not in desk.client.get("/desk/nowhere").get_data(as_text=True)


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "/desk/\\evil", "javascript:alert(1)", "/v1/"]
)
def test_nobody_is_led_elsewhere_after_signing_in(desk: Desk, target: str) -> None:
    person = desk.person("drafter", signed_in=False)
    answer = person.client.post("/desk/sign-in", data={"key": person.secret, "next": target})
    assert answer.headers["Location"] == "/desk/"


def test_the_key_of_a_system_an_unknown_and_a_revoked_one_do_not_come_in(desk: Desk) -> None:
    key, secret = desk.keys.create("oa", "景明区", NOW)
    for given, told in ((secret, "E-PERSON-KEY"), ("dg_nonsense", "E-KEY"), ("", "E-KEY")):
        answer = desk.client.post("/desk/sign-in", data={"key": given})
        assert answer.status_code == 401, told
        assert "Set-Cookie" not in answer.headers
    person = desk.person("drafter")
    assert person.get("/desk/draft").status_code == 200
    desk.keys.revoke(desk.keys.all()[-1].id, NOW)
    assert person.get("/desk/draft").status_code == 302
    assert key.role == "system"


def test_the_cookie_is_safe_and_signing_in_from_afar_needs_https(desk: Desk) -> None:
    person = desk.person("drafter", signed_in=False)
    cookie = person.client.post("/desk/sign-in", data={"key": person.secret}).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    far = desk.client.post(
        "/desk/sign-in",
        data={"key": person.secret},
        base_url="http://gate.example",
        headers={"Host": "gate.example"},
    )
    assert far.status_code == 401
    assert "HTTPS" in far.get_data(as_text=True)
    secure = desk.client.post("/desk/sign-in", data={"key": person.secret}, base_url="https://gate.example")
    assert "Secure" in secure.headers["Set-Cookie"]


@pytest.mark.parametrize("used", [0, 20])
def test_a_session_ends_when_idle_and_in_any_case(desk: Desk, used: int) -> None:
    """After half an hour without a request; after eight hours even with one every 25 minutes."""
    person = desk.person("drafter")
    desk.later(minutes=25)
    assert person.get("/desk/draft").status_code == 200
    for _ in range(used):
        desk.later(minutes=25)
        person.get("/desk/draft")
    if not used:
        desk.later(minutes=31)
    assert person.get("/desk/draft").status_code == 302
    answer = person.client.post("/desk/preview", data=draft(), headers={"X-Requested-With": "desk"})
    assert (answer.status_code, answer.get_json()["errors"][0]["code"]) == (401, "E-SESSION")


def _sent_late(desk: Desk, person: Person, **changes: str) -> TestResponse:
    """A draft that was being written when the session ended, and sent without script."""
    token = person.token()
    desk.later(minutes=31)
    return person.client.post("/desk/cases", data=draft(form_token=token, **changes))


def _fields(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return {name: unescape(value) for name, value in found}


def test_a_draft_sent_after_its_session_ended_goes_on_with_who_wrote_it(desk: Desk) -> None:
    person = desk.person("drafter")
    told = _sent_late(desk, person, note="<script>alert(1)</script>")
    assert told.status_code == 401
    page = told.get_data(as_text=True)
    assert "<script>alert" not in page
    assert draft().items() <= _fields(page).items()
    # An hour and another's sign-in later it is still known whose it was.
    desk.later(hours=1)
    desk.person("officer")
    wrong = person.client.post("/desk/sign-in", data={**_fields(page), "key": "dg_wrong"})
    assert wrong.status_code == 401
    assert _fields(wrong.get_data(as_text=True)) == _fields(page)
    back = person.client.post("/desk/sign-in", data={**_fields(page), "key": person.secret})
    assert (back.status_code, "dg_session" in back.headers["Set-Cookie"]) == (200, True)
    shown = back.get_data(as_text=True)
    assert draft()["text"] in shown
    assert "部分公开" in shown, "its determination is there"
    assert desk.records() == [], "nothing is proposed unasked"
    answer = person.client.post("/desk/cases", data=draft(form_token=_fields(shown)["form_token"]))
    assert answer.status_code == 302


def test_nobody_else_is_given_the_draft(desk: Desk) -> None:
    person, other = desk.person("drafter"), desk.person("drafter", name="同机关另一拟稿人")
    page = _sent_late(desk, person).get_data(as_text=True)
    for client, cookie in ((person.client, True), (desk.client, False)):
        answer = client.post("/desk/sign-in", data={**_fields(page), "key": other.secret})
        assert answer.status_code == 302, cookie
    assert desk.records() == []


@pytest.mark.parametrize(
    ("changes", "headers"),
    [
        ({"form_token": "0" * 64}, {}),
        ({}, {"Origin": "https://evil.example"}),
        ({}, {"Sec-Fetch-Site": "cross-site"}),
        ({"text": "朱砂鹤唳青瓷\n机密★10年"}, {}),
        ({"text": "朱砂鹤唳青瓷" + "x" * 2_000_000}, {}),
    ],
    ids=["another token", "another origin", "another site", "a mark of secrecy", "too long"],
)
def test_what_must_not_be_carried_on_is_not(
    desk: Desk, changes: dict[str, str], headers: dict[str, str]
) -> None:
    person = desk.person("drafter")
    token = person.token()
    desk.later(minutes=31)
    data = draft(text="朱砂鹤唳青瓷", form_token=token) | changes
    answer = person.client.post("/desk/cases", data=data, headers=headers)
    assert answer.status_code == 401
    assert "朱砂鹤唳青瓷" not in answer.get_data(as_text=True)
    data["key"] = person.secret
    person.client.set_cookie("dg_session", "", path="/desk")
    again = person.client.post("/desk/sign-in", data=data)
    assert "朱砂鹤唳青瓷" not in again.get_data(as_text=True)


def test_after_days_it_is_not_known_any_more_whose_a_session_was(desk: Desk) -> None:
    person = desk.person("drafter")
    token = person.token()
    desk.later(days=4)
    answer = person.client.post("/desk/cases", data=draft(form_token=token))
    assert answer.status_code == 401
    assert draft()["text"] not in answer.get_data(as_text=True)


def test_signing_out_ends_the_session_for_whoever_has_its_cookie(desk: Desk) -> None:
    person = desk.person("drafter")
    cookie = person.client.get_cookie("dg_session", path="/desk")
    assert cookie is not None
    assert person.post("/desk/sign-out").status_code == 302
    thief = desk.client
    thief.set_cookie("dg_session", cookie.value, path="/desk")
    assert thief.get("/desk/draft").status_code == 302


@pytest.mark.parametrize(
    ("headers", "token"),
    [
        ({}, "0" * 64),
        ({}, ""),
        ({"Sec-Fetch-Site": "cross-site"}, None),
        ({"Origin": "https://evil.example"}, None),
    ],
)
def test_a_form_of_another_page_is_refused(desk: Desk, headers: dict[str, str], token: str | None) -> None:
    person = desk.person("drafter")
    given = person.token() if token is None else token
    answer = person.client.post("/desk/cases", data=draft(form_token=given), headers=headers)
    assert answer.status_code == 403
    assert "E-FORM" in answer.get_data(as_text=True)
    assert desk.records() == []


def test_another_organs_case_is_as_if_it_did_not_exist(desk: Desk) -> None:
    case = proposed(desk.person("drafter"))
    for role in ("reviewer", "signer", "officer", "auditor", "drafter"):
        stranger = desk.person(role, organ="另一机关", name="外人")
        assert stranger.get(case).status_code == 404
        assert stranger.get(f"{case}/sheet").status_code == 404
    assert desk.person("drafter", name="同机关另一拟稿人").get(case).status_code == 404


def test_who_drafted_does_not_review_and_who_may_not_sign_does_not(desk: Desk) -> None:
    both = desk.person("reviewer", name="又拟又审")
    case = proposed(both)
    answer = both.post(f"{case}/review", revision="1", **AGREED)
    assert (answer.status_code, "E-CASE-PERSON" in answer.get_data(as_text=True)) == (409, True)
    reviewer = desk.person("reviewer")
    assert step(reviewer, case, "review", **AGREED).status_code == 302
    assert reviewer.post(f"{case}/sign", revision="2", do="sign").status_code == 403
    assert revision(desk.person("signer"), case) == "2"


def test_an_auditor_sees_what_was_done_and_not_the_text(desk: Desk) -> None:
    case = proposed(desk.person("drafter"))
    page = desk.person("auditor").text(case)
    assert NAMES["drafter"] in page
    assert "13812345678" not in page
    assert "现将冬季" not in page


def test_headers_keep_foreign_script_out(desk: Desk) -> None:
    answer = desk.person("drafter").get("/desk/draft")
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    page = answer.get_data(as_text=True)
    assert "<script>" not in page
    assert "style=" not in page
    assert answer.headers["Cache-Control"] == "no-store"


def test_who_drafts_for_every_organ_is_offered_those_drafted_for_before(desk: Desk) -> None:
    drafter = desk.person("drafter", organ="*")
    field = re.compile(r'id="issuer"[^>]*value="([^"]*)"')
    first = field.search(drafter.text("/desk/draft"))
    assert first
    assert first[1] == ""
    for organ in ("景明区财政局", "景明区民政局", "景明区财政局"):
        desk.later(minutes=1)
        proposed(drafter, issuer=organ)
    page = drafter.text("/desk/draft")
    last = field.search(page)
    assert last
    assert last[1] == "景明区财政局"
    assert re.findall(r'<option value="(景明区[^"]+)">', page) == ["景明区财政局", "景明区民政局"]
    other = desk.person("drafter", organ="*", name="拟稿人庚").text("/desk/draft")
    assert "景明区民政局" not in other
