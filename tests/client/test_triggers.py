"""The databases of business systems refuse by themselves what has no valid clearance: the recipes of examples/guards."""

from __future__ import annotations

import json
import runpy
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, redirect_stdout, suppress
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any, Protocol
from unittest.mock import patch

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import make_url

from databases import fresh
from disclosure_gate import Gate
from disclosure_gate.guards import teach_sqlite
from disclosure_gate.model.document import Document, content_digest
from disclosure_gate.model.errors import IssueRefused
from disclosure_gate.register.signing import SigningKeys
from factories import TODAY, data, decision, gate_with_register

_RECIPES = Path(__file__).parents[2] / "examples" / "guards"
_COLUMNS = "id text PRIMARY KEY, title text, kind text, issuer text, body text, state text NOT NULL"
_INSERT = "INSERT INTO document VALUES ({0}, {0}, {0}, {0}, {0}, {0}, {0})"


class System(Protocol):
    """A business system with a database of its own, on the connection its code has."""

    def run(self, statement: str, *values: object) -> None:
        """One statement, committed; ``{0}`` stands for each value."""

    def bring(self, token: str) -> str:
        """Hand a token over; what the column of the clearance must hold."""

    def states(self) -> dict[str, str]:
        """The state of every row."""


class _Refused(Exception):
    pass


class _Sqlite:
    def __init__(self, folder: Path, keys: SigningKeys, columns: str = _COLUMNS) -> None:
        self.connection = sqlite3.connect(folder / "oa.db")
        self.connection.execute(f"CREATE TABLE document ({columns}, clearance text)")
        self.connection.executescript((_RECIPES / "sqlite.sql").read_text(encoding="utf-8"))
        teach_sqlite(self.connection, keys.jwks)

    def run(self, statement: str, *values: object) -> None:
        try:
            with self.connection:
                self.connection.execute(statement.format("?", clearance="clearance"), values)
        except sqlite3.Error as error:
            raise _Refused(str(error)) from error

    def bring(self, token: str) -> str:
        return token

    def states(self) -> dict[str, str]:
        return dict(self.connection.execute("SELECT id, state FROM document").fetchall())


class _Postgresql:
    def __init__(self, server: str, folder: Path, keys: SigningKeys) -> None:
        self._folder = folder
        self._url = make_url(fresh("postgresql", server, folder))
        (folder / "jwks.json").write_text(json.dumps(keys.jwks()))
        with psycopg.connect(self._as()) as owner:
            for role in ("oa", "gate_verifier"):
                if not owner.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                    owner.execute(f"CREATE ROLE {role} LOGIN")
            owner.execute(f"CREATE TABLE document ({_COLUMNS}, clearance_id text)")
            owner.execute((_RECIPES / "postgresql.sql").read_text(encoding="utf-8"))
            owner.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON document TO oa")
        self.connection = psycopg.connect(self._as("oa"), autocommit=True)

    def _as(self, role: str | None = None) -> str:
        url = self._url if role is None else self._url.set(username=role)
        return url.render_as_string(hide_password=False)

    def run(self, statement: str, *values: object) -> None:
        try:
            self.connection.execute(statement.format("%s", clearance="clearance_id"), values)
        except psycopg.Error as error:
            raise _Refused(str(error)) from error

    def bring(self, token: str) -> str:
        path = self._folder / "clearance.jws"
        path.write_text(token)
        arguments = [
            str(path),
            "--keys",
            str(self._folder / "jwks.json"),
            "--database",
            self._as("gate_verifier"),
        ]
        told = StringIO()
        with (
            patch.object(sys, "argv", ["verifier.py", *arguments]),
            redirect_stdout(told),
            suppress(SystemExit),
        ):
            runpy.run_path(str(_RECIPES / "verifier.py"), run_name="__main__")
        return told.getvalue().strip()

    def states(self) -> dict[str, str]:
        return dict(self.connection.execute("SELECT id, state FROM document").fetchall())


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> SigningKeys:
    return SigningKeys.open(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    folder = tmp_path_factory.mktemp("gate")
    with gate_with_register(folder, engine="direct", now=lambda: datetime.now(UTC)) as opened:
        yield opened


@pytest.fixture(params=["sqlite", "postgresql"])
def system(request: pytest.FixtureRequest, tmp_path: Path, keys: SigningKeys) -> Iterator[System]:
    made = (
        _Sqlite(tmp_path, keys)
        if request.param == "sqlite"
        else _Postgresql(request.getfixturevalue("postgresql_server"), tmp_path, keys)
    )
    yield made
    made.connection.close()


def _row(state: str, clearance: str | None, **changes: Any) -> tuple[object, ...]:
    document = data(**changes)
    return (
        document["id"], document["title"], document["kind"], document["issuer"]["name"], document["text"], state, clearance,
    )  # fmt: skip


def _token(gate: Gate, keys: SigningKeys, changed: dict[str, Any] | None = None, **changes: Any) -> str:
    document = data(**changes)
    cleared = gate.clear(document, gate.check(document, TODAY), decision())
    return keys.sign({**cleared.model_dump(mode="json"), **(changed or {})})


_ISSUE = "UPDATE document SET state = 'issued', {clearance} = {0} WHERE id = {0}"


def test_a_cleared_row_is_issued_once(system: System, gate: Gate, keys: SigningKeys) -> None:
    brought = system.bring(_token(gate, keys))
    system.run(_INSERT, *_row("draft", None))
    with pytest.raises(_Refused):
        system.run("UPDATE document SET state = 'issued'")
    with pytest.raises(_Refused):
        system.run(_ISSUE, "made up", "doc-1")
    system.run(_ISSUE, brought, "doc-1")
    assert system.states() == {"doc-1": "issued"}
    # What does not touch the content stays possible; taking back as well; issuing again is not.
    system.run("UPDATE document SET state = 'issued'")
    system.run("UPDATE document SET state = 'withdrawn'")
    for mode in (
        ("UPDATE", "UPDATE OR REPLACE", "UPDATE OR IGNORE") if isinstance(system, _Sqlite) else ("UPDATE",)
    ):
        with pytest.raises(_Refused):
            system.run(_ISSUE.replace("UPDATE", mode), brought, "doc-1")
    assert system.states() == {"doc-1": "withdrawn"}
    system.run(_ISSUE, system.bring(_token(gate, keys)), "doc-1")
    assert system.states() == {"doc-1": "issued"}


@pytest.mark.parametrize(
    "change", ["body = 'x'", "title = 'x'", "kind = '通知'", "issuer = 'x'", "id = 'x'", "{clearance} = 'x'"]
)
def test_what_is_issued_is_not_changed(system: System, gate: Gate, keys: SigningKeys, change: str) -> None:
    system.run(_INSERT, *_row("issued", system.bring(_token(gate, keys))))
    with pytest.raises(_Refused):
        system.run("UPDATE document SET " + change)  # noqa: S608  the case is the statement
    # A draft is nobody's business.
    system.run("UPDATE document SET state = 'draft', " + change)  # noqa: S608


_Made = Callable[[Gate, SigningKeys, Path], str]
_REFUSED: dict[str, _Made] = {
    "another document's": lambda gate, keys, _: _token(gate, keys, id="doc-2"),
    "of other content": lambda gate, keys, _: _token(gate, keys, text="另有内容。"),
    "of another title": lambda gate, keys, _: _token(gate, keys, title="关于春季供热的公告"),
    "expired": lambda gate, keys, _: _token(
        gate, keys, {"expires_on": (datetime.now(UTC).date() - timedelta(2)).isoformat()}
    ),
    "signed by another": lambda gate, _, folder: _token(gate, SigningKeys.open(folder / "others")),
    "of the register's head": lambda _, keys, __: keys.sign_head(1, "0" * 64, datetime.now(UTC)),
    "no token": lambda *_: "x.y.z",
}


@pytest.mark.parametrize("name", _REFUSED)
def test_a_clearance_that_is_no_good_issues_nothing(
    system: System, gate: Gate, keys: SigningKeys, tmp_path: Path, name: str
) -> None:
    brought = system.bring(_REFUSED[name](gate, keys, tmp_path))
    with pytest.raises(_Refused):
        system.run(_INSERT, *_row("issued", brought))
    system.run(_INSERT, *_row("draft", None))
    with pytest.raises(_Refused):
        system.run(_ISSUE, brought, "doc-1")
    assert system.states() == {"doc-1": "draft"}


def test_a_connection_that_was_not_taught_cannot_issue(gate: Gate, keys: SigningKeys, tmp_path: Path) -> None:
    system = _Sqlite(tmp_path, keys)
    token = _token(gate, keys)
    with closing(sqlite3.connect(tmp_path / "oa.db")) as other, pytest.raises(sqlite3.OperationalError):
        other.execute(_INSERT.format("?"), _row("issued", token))
    for tampering in (
        "DELETE FROM gate_used",
        "UPDATE gate_used SET clearance_id = 'x'",
        "INSERT OR REPLACE INTO gate_used (rowid, clearance_id, document_id, used_at) VALUES (1, 'x', 'x', 'x')",
    ):
        with suppress(_Refused):
            system.run(_INSERT, *_row("issued", token))
        with pytest.raises(_Refused):
            system.run(tampering)
    system.connection.close()


def test_another_case_is_another_content_also_where_the_column_does_not_tell(
    gate: Gate, keys: SigningKeys, tmp_path: Path
) -> None:
    loose = _Sqlite(tmp_path, keys, _COLUMNS.replace("title text", "title text COLLATE NOCASE"))
    with closing(loose.connection):
        title = "关于ETC停车的公告"
        loose.run(_INSERT, *_row("issued", _token(gate, keys, title=title), title=title))
        loose.run("UPDATE document SET title = title")
        with pytest.raises(_Refused):
            loose.run("UPDATE document SET title = lower(title)")


def test_a_table_that_a_migration_made_anew_is_guarded_again_or_its_loss_is_told(
    gate: Gate, keys: SigningKeys, tmp_path: Path
) -> None:
    system = _Sqlite(tmp_path, keys)
    with closing(system.connection):
        used = _token(gate, keys)
        system.run(_INSERT, *_row("issued", used))
        made = f"CREATE TABLE made ({_COLUMNS}, clearance text, memo text);"
        moved = "INSERT INTO made SELECT *, NULL FROM document; DROP TABLE document; ALTER TABLE made RENAME TO document;"
        system.connection.executescript(f"BEGIN; DROP VIEW gate_content; {made} {moved} COMMIT;")
        with closing(sqlite3.connect(tmp_path / "oa.db")) as later:
            later.row_factory, later.text_factory = sqlite3.Row, bytes
            with pytest.raises(IssueRefused, match="E-GUARD-GONE"):
                teach_sqlite(later, keys.jwks)
            later.executescript((_RECIPES / "sqlite.sql").read_text(encoding="utf-8"))
            teach_sqlite(later, keys.jwks)
        assert system.states() == {"doc-1": "issued"}
        for refused in (
            "UPDATE document SET body = 'x'",
            "INSERT OR REPLACE INTO document SELECT * FROM document",
        ):
            with pytest.raises(_Refused, match="gate"):
                system.run(refused)
        system.run("UPDATE document SET memo = 'x'")


def test_an_upsert_uses_a_clearance_up_only_where_it_issues(
    system: System, gate: Gate, keys: SigningKeys
) -> None:
    token = _token(gate, keys)
    brought = system.bring(token)
    assert system.bring(token) == brought != ""  # handed over twice, as after a crash
    system.run(_INSERT, *_row("draft", None))
    system.run(_INSERT + " ON CONFLICT DO NOTHING", *_row("issued", brought))
    assert system.states() == {"doc-1": "draft"}
    upsert = " ON CONFLICT (id) DO UPDATE SET state = excluded.state, {clearance} = excluded.{clearance}"
    system.run(_INSERT + upsert, *_row("issued", brought))
    assert system.states() == {"doc-1": "issued"}
    with pytest.raises(_Refused):
        system.run(_INSERT + upsert + ", body = 'x'", *_row("issued", brought))


def test_of_two_rows_with_one_id_only_the_one_cleared_is_issued(
    gate: Gate, keys: SigningKeys, tmp_path: Path
) -> None:
    system = _Sqlite(tmp_path, keys, _COLUMNS.replace(" PRIMARY KEY", ""))
    system.run(_INSERT, *_row("draft", None))
    with pytest.raises(_Refused):
        system.run(_INSERT, *_row("issued", _token(gate, keys), text="另有内容。"))
    system.connection.close()


def test_what_another_trigger_makes_of_a_row_is_held_against_its_clearance(
    postgresql_server: str, gate: Gate, keys: SigningKeys, tmp_path: Path
) -> None:
    system = _Postgresql(postgresql_server, tmp_path, keys)
    with psycopg.connect(system._as()) as owner:
        owner.execute(
            "CREATE FUNCTION tidied() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN NEW.body := NEW.body || ' '; RETURN NEW; END $$"
        )
        owner.execute(
            "CREATE TRIGGER tidied BEFORE INSERT OR UPDATE ON document FOR EACH ROW EXECUTE FUNCTION tidied()"
        )
    with pytest.raises(_Refused):
        system.run(_INSERT, *_row("issued", system.bring(_token(gate, keys))))
    system.connection.close()


def test_a_session_cannot_set_the_clock_back(
    postgresql_server: str, gate: Gate, keys: SigningKeys, tmp_path: Path
) -> None:
    system = _Postgresql(postgresql_server, tmp_path, keys)
    brought = system.bring(_token(gate, keys))
    with psycopg.connect(system._as()) as owner:
        owner.execute("UPDATE gate.clearance SET expires_on = current_date - 3")
    system.run("SET TIME ZONE INTERVAL '-167:00' HOUR TO MINUTE")
    with pytest.raises(_Refused):
        system.run(_INSERT, *_row("issued", brought))
    system.connection.close()


def test_the_system_cannot_admit_or_free_a_clearance_nor_switch_the_trigger_off(
    postgresql_server: str, gate: Gate, keys: SigningKeys, tmp_path: Path
) -> None:
    system = _Postgresql(postgresql_server, tmp_path, keys)
    system.run(_INSERT, *_row("issued", system.bring(_token(gate, keys))))
    for statement in (
        "INSERT INTO gate.clearance (clearance_id) VALUES ('x')",
        "UPDATE gate.clearance SET used_at = NULL",
        "DELETE FROM gate.clearance",
        "SELECT * FROM gate.clearance",
        "ALTER TABLE document DISABLE TRIGGER gate_needs_clearance",
        "DROP TRIGGER gate_needs_clearance ON document",
        "CREATE OR REPLACE FUNCTION gate.needs_clearance() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "SET session_replication_role = replica",
    ):
        with pytest.raises(_Refused):
            system.run(statement)
    with psycopg.connect(system._as("gate_verifier")) as verifier, pytest.raises(psycopg.Error):
        verifier.execute("UPDATE gate.clearance SET used_at = NULL")
    system.connection.close()


@pytest.fixture(scope="module")
def digests(
    postgresql_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., list[str]]]:
    """The digest of a row as each of the databases computes it."""
    folder = tmp_path_factory.mktemp("digests")
    keys = SigningKeys.open(folder / "signing-keys")
    lite, postgres = _Sqlite(folder, keys), _Postgresql(postgresql_server, folder, keys)

    def of(row: tuple[object, ...]) -> list[str]:
        lite.run("DELETE FROM document")
        lite.run(_INSERT, *row)
        one = lite.connection.execute("SELECT digest FROM gate_content").fetchone()
        with psycopg.connect(postgres._as()) as owner:
            other = owner.execute("SELECT gate.content_digest(%s, %s, %s, %s, %s)", row[:5]).fetchone()
        assert other is not None
        return [one[0], other[0]]

    yield of
    lite.connection.close()
    postgres.connection.close()


_TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=40)


@given(title=_TEXT | st.sampled_from(['"\\/\b\f\n\r\t\x01\x1f\x7f\u2028“”🀄']), name=_TEXT, text=_TEXT)
def test_the_databases_compute_the_digest_of_the_gate(
    digests: Callable[..., list[str]], title: str, name: str, text: str
) -> None:
    changes = {"title": title, "issuer": {"name": name}, "text": f"一{text}", "id": name}
    expected = content_digest(Document.parse(data(**changes)))
    assert digests(_row("draft", None, **changes)) == [expected, expected]
