"""A desk in the process of the tests: its people signed in, a clock that can be moved, and what its forms need."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.test import TestResponse

from disclosure_gate import Gate
from disclosure_gate.column import Outbox
from disclosure_gate.desk import mount
from disclosure_gate.register import Register
from disclosure_gate.register.keys import ApiKeys, Role
from disclosure_gate.register.sessions import Lasting
from disclosure_gate.register.signing import SigningKeys
from disclosure_gate.service import create_app
from factories import NOW, parts
from sidecars import ORGAN, Caller

NAMES: dict[Role, str] = {
    "drafter": "拟稿人甲",
    "reviewer": "审核人乙",
    "signer": "签发人丙",
    "officer": "公开办丁",
    "auditor": "监督员戊",
    "admin": "管理员己",
}


class Person:
    """Somebody at the desk, signed in."""

    def __init__(self, client: FlaskClient, secret: str) -> None:
        self.client = client
        self.secret = secret

    def sign_in(self) -> TestResponse:
        return self.client.post("/desk/sign-in", data={"key": self.secret})

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def text(self, path: str) -> str:
        answer = self.get(path)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_data(as_text=True)

    def token(self) -> str:
        found = re.search(r'name="form_token" value="([0-9a-f]+)"', self.text("/desk/rules"))
        assert found
        return found[1]

    def post(self, path: str, **data: Any) -> TestResponse:
        return self.client.post(path, data={"form_token": self.token(), **data})

    def preview(self, **data: Any) -> dict[str, Any]:
        answer = self.client.post(
            "/desk/preview",
            data=draft(**data),
            headers={"X-Form-Token": self.token(), "X-Requested-With": "desk"},
        )
        assert answer.status_code == 200, answer.get_data(as_text=True)
        told: dict[str, Any] = answer.get_json()
        return told


class _Compiled(BytecodeCache):
    """Templates that one desk compiled, for the others of this process."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        known = self._known.get((bucket.key, bucket.checksum))
        if known is not None:
            bucket.bytecode_from_string(known)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


class Desk:
    """The desk over a register of its own; people of one organ, unless told otherwise."""

    def __init__(self, place: Path | str, folder: Path, lasting: Lasting | None = None) -> None:
        self.moment: datetime = NOW
        self.register = Register.open(
            place if isinstance(place, str) else f"sqlite:///{place / 'register.db'}"
        )
        self.gate = Gate(
            parts, parts(), "both", self.register, Outbox(self.register.engine), lambda: self.moment,
            lambda: str(uuid4()),
        )  # fmt: skip
        self.keys = ApiKeys(self.register.engine)
        self.app = create_app(
            self.gate, SigningKeys.open(folder / "signing-keys"), self.keys, rate="10000/second"
        )
        mount(self.app, lasting=lasting)
        self.app.jinja_env.bytecode_cache = _COMPILED

    @property
    def client(self) -> FlaskClient:
        """A browser of its own."""
        return self.app.test_client()

    def caller(self) -> Caller:
        """A business system of the organ."""
        return Caller(self.client, self.keys.create("oa", ORGAN, NOW)[1])

    def records(self) -> list[str]:
        """The kinds of all records."""
        return [each.event for each in self.register.entries()]

    def person(self, role: Role, *, organ: str = ORGAN, name: str = "", signed_in: bool = True) -> Person:
        _, secret = self.keys.create(name or NAMES[role], organ, NOW, role=role)
        made = Person(self.client, secret)
        if signed_in:
            assert made.sign_in().status_code == 302
        return made

    def later(self, **time: float) -> None:
        self.moment += timedelta(**time)


def draft(**changes: Any) -> dict[str, Any]:
    """The fields of a drafting page filled in: a notice with a mobile number, which is partial."""
    plain: dict[str, Any] = {
        "title": "关于冬季供热的公告",
        "kind": "公告",
        "level": "county",
        "issuer": ORGAN,
        "formed_on": date(2026, 11, 16).isoformat(),
        "text": "现将冬季供热有关事项公告如下。联系人手机13812345678。",
    }
    return plain | changes


def proposed(person: Person, **changes: Any) -> str:
    """Propose a document; gives the address of its case."""
    answer = person.post("/desk/cases", **draft(**changes))
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return answer.headers["Location"].partition("?")[0]


def revision(person: Person, case: str) -> str:
    """The revision that the case's page carries."""
    found = re.search(r'name="revision" value="(\d+)"', person.text(case))
    assert found, "nothing can be done here"
    return found[1]


def step(person: Person, case: str, what: str, **data: Any) -> TestResponse:
    """Take a step of a case as its page offers it."""
    return person.post(f"{case}/{what}", revision=revision(person, case), **data)


AGREED = {"do": "agree", "secrecy": "passed", "secrecy_reviewer": "保密办"}


def words_of(page: str) -> str:
    """A page's text without its tags."""
    return unescape(re.sub(r"<[^>]+>", " ", page))
