"""The register: append-only, chained, whole or not at all, even when the process is killed (P8)."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event as Signal
from threading import Timer

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from databases import as_of_revision, fresh
from disclosure_gate import Gate
from disclosure_gate.column.store import ColumnStore
from disclosure_gate.model import RegisterEntry, RegisterError
from disclosure_gate.publishing import differences, mend
from disclosure_gate.register import Event, Fault, Register, Transaction, Verification
from disclosure_gate.register.database import REVISION, connected
from disclosure_gate.register.derived import table_faults
from disclosure_gate.register.overview import Overview
from disclosure_gate.register.tables import clearance, metadata, outbox
from factories import NOW, TODAY, decision, document, gate_with_register, parts


def _filled(url: str, count: int = 5) -> tuple[int, str]:
    with Register.open(url) as register:
        for number in range(count):
            with register.transaction(NOW) as tx:
                tx.append(Event.CLEARED, f"d{number}", {"number": number})
        return register.head()


def _verified(url: str, head: tuple[int, str] | None = None) -> Verification:
    with Register.open(url) as register:
        return register.verify(head)


def _tamper(url: str, *statements: str) -> None:
    """As somebody would who may do anything with the database."""
    engine = connected(url)
    with engine.begin() as connection:
        names = (
            ("record_no_update", "record_no_delete")
            if connection.dialect.name == "sqlite"
            else ("record_no_change ON record", "record_no_truncate ON record")
        )
        for name in names:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


@pytest.mark.parametrize(
    ("statements", "seq", "kind"),
    [
        (["UPDATE record SET envelope = (SELECT envelope FROM record WHERE seq = 4) WHERE seq = 3"], 3, "changed"),
        (["UPDATE record SET hash = 'f' WHERE seq = 2"], 2, "changed"),
        (["DELETE FROM record WHERE seq = 2"], 2, "missing"),
        (["DELETE FROM record WHERE seq = 5"], 5, "cut_off"),
        (["INSERT INTO record SELECT 0, event, document_id, envelope, hash FROM record WHERE seq = 1"], 0, "reordered"),
        (["UPDATE record SET seq = 99 WHERE seq = 2", "UPDATE record SET seq = 2 WHERE seq = 3", "UPDATE record SET seq = 3 WHERE seq = 99"], 2, "reordered"),
    ],
)  # fmt: skip
def test_tampering_is_found_and_named(register_url: str, statements: list[str], seq: int, kind: str) -> None:
    head = _filled(register_url)
    _tamper(register_url, *statements)
    result = _verified(register_url, head)
    assert not result.ok
    assert (seq, kind) in {(fault.seq, fault.kind) for fault in result.faults}


def test_what_the_tables_beside_the_records_say_is_held_against_them(register_url: str) -> None:
    with gate_with_register(register_url, engine="direct") as gate:
        for number in range(1, 8):
            doc = document(id=f"doc-{number}")
            clearance = gate.clear(doc, gate.record_check(doc, TODAY), decision())
            gate.issue(doc, clearance, issued_on=TODAY)
        given = gate.check(document(id="doc-5"), TODAY).determination_id
        assert gate.register is not None
        head = gate.register.head()
    assert _verified(register_url, head).ok
    _tamper(
        register_url,
        "UPDATE document_state SET status = 'withheld' WHERE document_id = 'doc-1'",
        "UPDATE document_state SET state = 'withdrawn' WHERE document_id = 'doc-2'",
        "DELETE FROM document_state WHERE document_id = 'doc-3'",
        "UPDATE clearance SET used_seq = NULL WHERE document_id = 'doc-4'",
        "UPDATE determination SET seq = 1 WHERE seq = 13",
        "UPDATE record SET envelope = substr(envelope, 2) WHERE seq = 18",
        "UPDATE record SET document_id = 'doc-1' WHERE seq = 19",
        "INSERT INTO clearance SELECT 'forged', 'doc-9', data, NULL FROM clearance WHERE document_id = 'doc-1'",
    )
    result = _verified(register_url, head)
    assert {(fault.seq, fault.kind) for fault in result.faults} == {
        (3, "state_mismatch"), (6, "state_mismatch"), (9, "state_mismatch"), (11, "state_mismatch"),
        (1, "state_mismatch"), (13, "state_mismatch"), (18, "changed"), (0, "state_mismatch"),
        (17, "state_mismatch"), (19, "changed"),
    }  # fmt: skip
    with (
        gate_with_register(register_url, engine="direct") as gate,
        pytest.raises(RegisterError, match="CHAIN"),
    ):
        gate.recall(given)


_PUBLISHED = "UPDATE outbox SET {} WHERE document_id = 'doc-1' AND action = 'publish'"
_WITHDRAWN = "UPDATE outbox SET {} WHERE document_id = 'doc-3' AND action = 'withdraw'"
_TO_BE_PUBLISHED: list[tuple[str, int, str]] = [  # what is done, the record it goes against, what differs
    (_PUBLISHED.format("payload = (SELECT payload FROM outbox WHERE document_id = 'doc-2')"), 2, "index, key"),
    ("供热 > 断供", 2, "payload"),
    ("5号 > 6号", 2, "number"),
    ('"until":null > "until":"2027-01-01"', 2, "until"),
    ("{ > [", 2, "payload"),
    (_PUBLISHED.format("channel = 'village_board', key = 'doc-1#public#village_board'"), 2, "channel"),
    (_PUBLISHED.format("version = 9"), 2, "version"),
    (_PUBLISHED.format("not_before = '2026-11-30'"), 2, "not_before"),
    (_PUBLISHED.format("not_before = NULL, state = 'delivered'"), 2, "not_before"),
    (_PUBLISHED.format("state = 'superseded'"), 2, "action"),
    ("DELETE FROM outbox WHERE document_id = 'doc-1'", 2, "action"),
    ("UPDATE outbox SET document_id = 'doc-9' WHERE document_id = 'doc-1'", 0, "document_id"),
    ("UPDATE outbox SET document_id = 'doc-4' WHERE document_id = 'doc-1'", 10, "channel"),
    ("UPDATE outbox SET state = 'waiting' WHERE document_id = 'doc-3' AND action = 'publish'", 6, "state"),
    (_WITHDRAWN.format("action = 'publish', payload = (SELECT payload FROM outbox WHERE document_id = 'doc-1')"), 7, "action"),
    (_WITHDRAWN.format("state = 'superseded'"), 7, "action"),
    ("DELETE FROM outbox WHERE document_id = 'doc-3'", 7, "action"),
    ('"validity":"in_force" > "validity":"repealed"', 2, "validity"),
    ('"valid_until":null > "valid_until":"2030-12-31"', 2, "valid_until"),
    ('"label":"主动公开" > "label":"部分公开"', 2, "label"),
    ('"article":"26" > "article":"20"', 2, "basis"),
    ('"kind":"公告" > "kind":"通知"', 2, "kind"),
    ('"domain":null > "domain":"10"', 2, "domain"),
    ('"item":null > "item":"10-1"', 2, "item"),
    ('"policy":false > "policy":true', 2, "policy"),
    ('"section":"statutory" > "section":"rules"', 2, "section"),
    ('"relations":[] > "relations":[{"kind":"repeals","document_id":"doc-2"}]', 2, "relations"),
    ('"changes":[] > "changes":[{"validity":"repealed","on":"2026-11-24","title":"某件"}]', 2, "changes"),
]  # fmt: skip


def test_what_is_to_be_published_is_held_against_the_records(register_url: str) -> None:
    closed = {"status": "withheld", "reason_code": "R14-3", "statement": "公开调度细节可能影响供热设施安全"}
    with gate_with_register(register_url, engine="direct") as gate:
        for number, decided in enumerate(({"publish_on": "2026-12-01"}, {}, {}, closed), start=1):
            doc = document(id=f"doc-{number}")
            clearance = gate.clear(doc, gate.check(doc, TODAY), decision(**decided))
            gate.issue(doc, clearance, number="景政发〔2026〕5号", issued_on=TODAY)
            if number == 3:
                gate.withdraw(
                    {"document_id": doc.id, "reason": "有误", "by": "公开办", "withdrawn_on": TODAY}
                )
    with Register.open(register_url) as register:
        assert register.verify().ok
        with register.engine.connect() as connection:
            rows = [dict(row._mapping) for row in connection.execute(select(outbox).order_by(outbox.c.id))]
        for done, seq, what in _TO_BE_PUBLISHED:
            before, _, after = done.partition(" > ")
            with register.engine.begin() as connection:
                if after:
                    payload = rows[0]["payload"].replace(before.encode(), after.encode())
                    assert payload != rows[0]["payload"]
                    connection.execute(
                        update(outbox).where(outbox.c.id == rows[0]["id"]).values(payload=payload)
                    )
                else:
                    connection.exec_driver_sql(done)
            faults = register.verify().faults
            told = {(each.seq, each.message.en.partition("(")[2].partition(")")[0]) for each in faults}
            assert (seq, what) in told, (done, told)
            with register.engine.begin() as connection:
                connection.execute(outbox.delete())
                connection.execute(outbox.insert(), rows)
        assert register.verify().ok


def test_what_the_public_is_told_of_a_change_or_a_withdrawal_is_held_against_the_records(
    tmp_path: Path,
) -> None:
    with gate_with_register(tmp_path, engine="direct") as gate:
        assert gate.register is not None
        for name, listing in (
            ("old", None),
            ("new", {"relations": [{"kind": "repeals", "document_id": "old"}]}),
        ):
            doc = document(id=name)
            clearance = gate.clear(doc, gate.check(doc, TODAY), decision())
            gate.issue(doc, clearance, issued_on=TODAY, listing=listing)
        gate.change_validity(
            {"document_id": "new", "validity": "in_force", "by": "公开办", "on": TODAY, "valid_until": TODAY}
        )
        gate.withdraw({"document_id": "old", "reason": "有误", "by": "公开办", "withdrawn_on": TODAY})
        assert gate.register.verify().ok
        for action, true, false in (
            ("publish", '"validity":"in_force","on"', '"validity":"amended","on"'),
            ("publish", '"valid_until":"2026-11-24"', '"valid_until":null'),
            ("publish", '"kind":"repeals"', '"kind":"amends"'),
            ("withdraw", "有误", "泄密"),
            ("withdraw", '"reason"', '"because"'),
        ):
            with gate.register.engine.begin() as connection:
                rows = [dict(row._mapping) for row in connection.execute(select(outbox))]
                for row in rows:
                    if row["action"] == action and row["state"] != "superseded":
                        other = row["payload"].replace(true.encode(), false.encode())
                        connection.execute(
                            update(outbox).where(outbox.c.id == row["id"]).values(payload=other)
                        )
            assert not gate.register.verify().ok, true
            with gate.register.engine.begin() as connection:
                connection.execute(outbox.delete())
                connection.execute(outbox.insert(), rows)
        assert gate.register.verify().ok


def test_a_fault_that_only_issuing_again_mends_says_so_and_that_mends_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'register.db'}"
    with gate_with_register(url, engine="direct") as gate:
        assert gate.register is not None
        assert gate.outbox is not None
        doc = document()
        gate.issue(doc, gate.clear(doc, gate.check(doc, TODAY), decision()), issued_on=TODAY)
        with (
            gate.register.engine.begin() as connection
        ):  # as a program of before did when it took something away
            gate.outbox.enqueue_removal(connection, "doc-1#public#column", 1, NOW)
        [fault] = gate.register.verify().faults
        assert fault.message.zh.endswith("须将该件重新认定、放行并发布")
        assert fault.message.en.endswith("have the document checked, cleared and issued again")
        gate.issue(doc, gate.clear(doc, gate.check(doc, TODAY), decision()), issued_on=TODAY)
        assert gate.register.verify().ok
        gate.withdraw({"document_id": "doc-1", "reason": "有误", "by": "公开办", "withdrawn_on": TODAY})
        with gate.register.engine.begin() as connection:
            connection.execute(outbox.delete().where(outbox.c.action == "withdraw"))
            connection.execute(outbox.update().where(outbox.c.version == 2).values(state="delivered"))
        [fault] = gate.register.verify().faults
        assert "执行 column reconcile --apply" in fault.message.zh
        store = ColumnStore.open(tmp_path / "column.db")
        store.publish("doc-1#public#column", next(gate.outbox.expected()).item(), NOW.isoformat())
        assert mend(gate, [store], differences(gate, [store], TODAY), lambda: NOW) == []
        assert gate.register.verify().ok


def test_the_copies_of_one_document_after_the_other_are_verified_and_not_all_are_held(tmp_path: Path) -> None:
    with gate_with_register(tmp_path, engine="direct") as gate:
        assert gate.register is not None
        for number in range(30):
            doc = document(id=f"doc-{number}")
            gate.issue(doc, gate.clear(doc, gate.check(doc, TODAY), decision()), issued_on=TODAY)
        with gate.register.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE outbox SET payload = zeroblob(2000000)")
        tracemalloc.start()
        try:
            faults = gate.register.verify().faults
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert len(faults) == 30
        assert most < 40_000_000  # bytes, of 60 million


def test_what_is_taken_away_before_its_day_is_as_the_records_say_while_it_comes_on_its_day(
    register_url: str,
) -> None:
    key = "doc-1#public#column"
    with gate_with_register(register_url, engine="direct") as gate:
        doc = document()
        gate.issue(doc, gate.clear(doc, gate.check(doc, TODAY), decision(publish_on="2026-12-01")))
        assert gate.register is not None
        gate.take_away(doc.id, key, 1)
        assert gate.register.verify().ok
        gate.change_validity({"document_id": doc.id, "validity": "amended", "on": TODAY, "by": "公开办"})
        assert gate.register.verify().ok
        for done in (
            "DELETE FROM outbox WHERE version = 3",
            "UPDATE outbox SET not_before = NULL WHERE version = 3",
        ):
            with gate.register.engine.connect() as connection:
                connection.exec_driver_sql(done)
                faults = list(table_faults(connection))
                connection.rollback()
            assert [each.kind for each in faults] == ["state_mismatch"], done
        assert gate.register.verify().ok


def test_what_is_done_to_an_issued_document_is_its_organs_also_where_another_clears_one_of_its_name(
    tmp_path: Path,
) -> None:
    ours, theirs = document(), document(issuer={"name": "乙局"})
    with gate_with_register(tmp_path, engine="direct") as gate:
        given = gate.clear(ours, gate.check(ours, TODAY), decision())
        assert gate.register is not None

        def meanwhile() -> str:  # after it was seen that nobody has the name, and before the record
            gate.issue(ours, given, issued_on=TODAY)
            return "theirs"

        other = Gate(parts, parts(), "direct", gate.register, gate.outbox, lambda: NOW, meanwhile)
        closed = decision(
            status="withheld", reason_code="R14-3", statement="公开调度细节可能影响供热设施安全"
        )
        other.clear(theirs, other.check(theirs, TODAY), closed)
        gate.withdraw({"document_id": ours.id, "reason": "有误", "by": "公开办", "withdrawn_on": TODAY})
        seen = Overview()
        seen.follow(gate.register)
        told = {
            line.issuer: (line.state, [each.event for each in gate.register.history(ours.id, line.issuer)])
            for line in seen.lines()
        }
        assert told == {
            ours.issuer.name: ("withdrawn", ["cleared", "issued", "withdrawn"]),
            "乙局": ("open", ["cleared", "departed"]),
        }
        assert [each.issuer for each in seen.departures()] == ["乙局"]


def test_a_register_that_is_written_meanwhile_verifies(register_url: str) -> None:
    done = Signal()

    def issue() -> None:
        with gate_with_register(register_url, engine="direct") as gate:
            for number in range(12):
                doc = document(id=f"doc-{number % 3}")
                gate.issue(doc, gate.clear(doc, gate.check(doc, TODAY), decision()), issued_on=TODAY)
        done.set()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(issue)
        faults: list[Fault] = []
        while not done.is_set():
            faults += _verified(register_url).faults
    assert faults == []


def test_an_index_that_leads_to_no_determination_is_found_and_told(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'register.db'}"
    with gate_with_register(url, engine="direct") as gate:
        ids = []
        for number in (1, 2):
            doc = document(id=f"doc-{number}")
            clearance = gate.clear(doc, gate.record_check(doc, TODAY), decision())
            gate.issue(doc, clearance, issued_on=TODAY)
            ids.append(clearance.determination_id)
    _tamper(
        url,
        "DELETE FROM determination WHERE seq = 2",
        "UPDATE determination SET seq = 3 WHERE seq = 1",  # the issue
        "UPDATE determination SET seq = 'x' WHERE seq = 4",
    )
    found = {(fault.seq, fault.kind) for fault in _verified(url).faults}
    assert found == {(seq, "state_mismatch") for seq in (0, 1, 2, 3, 4)}
    with gate_with_register(url, engine="direct") as gate, pytest.raises(RegisterError, match="CHAIN"):
        gate.recall(ids[0])


def test_a_record_kept_as_something_else_than_its_bytes_is_found(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'register.db'}"
    head = _filled(url)
    _tamper(url, "UPDATE record SET envelope = CAST(envelope AS TEXT) WHERE seq = 3")
    result = _verified(url, head)
    assert [(fault.seq, fault.kind) for fault in result.faults] == [(3, "changed")]


def test_an_untouched_register_verifies(register_url: str) -> None:
    head = _filled(register_url)
    result = _verified(register_url, head)
    assert (result.ok, result.count, (result.head_seq, result.head_hash)) == (True, 5, head)


_REPLACE = (
    "INSERT OR REPLACE INTO record SELECT seq, 'x', document_id, envelope, hash FROM record WHERE seq = 1"
)


def test_sqlite_refuses_to_replace_records(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'register.db'}"
    _filled(url)
    engine = connected(url)
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.exec_driver_sql(_REPLACE)
    engine.dispose()


@pytest.mark.parametrize("statement", ["UPDATE record SET event = 'x'", "DELETE FROM record"])
def test_the_database_itself_refuses_to_change_records(register_url: str, statement: str) -> None:
    _filled(register_url)
    engine = connected(register_url)
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()
    assert _verified(register_url).ok


def test_a_transaction_is_kept_whole_or_not_at_all(register_url: str) -> None:
    def fail(register: Register) -> None:
        with register.transaction(NOW) as tx:
            tx.append(Event.ISSUED, "d", {})
            raise KeyError("after the record")

    with Register.open(register_url) as register:
        with pytest.raises(KeyError):
            fail(register)
        assert register.head()[0] == 0


def test_writes_of_many_threads_are_one_chain_and_a_failing_one_fails_alone(register_url: str) -> None:
    with Register.open(register_url) as register:

        def write(number: int) -> int:
            def append(tx: Transaction) -> RegisterEntry:
                entry = tx.append(Event.CHECKED, f"d{number}", {"number": number})
                if number % 7 == 0:
                    raise KeyError(number)
                return entry

            try:
                return register.write_together(append, NOW).seq
            except KeyError:
                return 0

        with ThreadPoolExecutor(8) as threads:
            numbers = list(threads.map(write, range(1, 141)))
        kept = sorted(number for number in numbers if number)
        assert kept == list(range(1, 121))
        assert numbers.count(0) == 20
        result = register.verify()
        assert (result.ok, result.count) == (True, 120)
        by_seq = {entry.seq: entry.document_id for entry in register.entries()}
        assert all(by_seq[seq] == f"d{number}" for number, seq in enumerate(numbers, 1) if seq)


def test_a_register_in_memory_keeps_what_it_answers_while_others_read() -> None:
    with Register.open("sqlite://") as register, ThreadPoolExecutor(6) as threads:

        def write(number: int) -> None:
            for _ in range(20):
                register.write_together(lambda tx: tx.append(Event.CLEARED, f"d{number}", {}), NOW)

        def read(_: int) -> None:
            for _ in range(40):
                register.head()
                assert len(register.entries()) <= 60

        for done in [threads.submit(each, number) for each in (write, read) for number in range(3)]:
            done.result()
        assert register.head()[0] == 60


@pytest.mark.parametrize("kept", [[1], [1, 2]])
def test_nobody_is_answered_where_the_thread_that_writes_for_all_is_ended(
    register_url: str, kept: list[int]
) -> None:
    with Register.open(register_url) as register, ThreadPoolExecutor(5) as threads:
        begun, go = Signal(), Signal()

        def first(tx: Transaction) -> int:
            begun.set()
            go.wait(10)
            return tx.append(Event.CHECKED, "first", {}).seq

        def ended(_: Transaction) -> int:
            raise SystemExit(1)

        def wanted(tx: Transaction) -> int:
            return tx.append(Event.CHECKED, "wanted", {}).seq

        def failed(_: Transaction) -> int:  # after it each is tried alone
            raise ValueError

        together = (failed, wanted, ended, wanted) if len(kept) > 1 else (wanted, ended, wanted)
        writes = [threads.submit(register.write_together, first, NOW)]
        assert begun.wait(10)
        for number, each in enumerate(together):
            writes.append(threads.submit(register.write_together, each, NOW))
            while len(register._waiting) <= number:
                time.sleep(0.001)
        go.set()
        answered = [each.result(10) for each in writes if each.exception(10) is None]
        assert answered == [entry.seq for entry in register.entries()] == kept
        assert register.write_together(wanted, NOW) == len(kept) + 1


def test_sidecars_started_at_once_take_the_steps_to_a_newer_program_once(register_url: str) -> None:
    engine = connected(register_url)
    as_of_revision(engine, "0001")
    engine.dispose()
    with ThreadPoolExecutor(4) as threads:
        for opened in list(threads.map(Register.open, [register_url] * 4)):
            opened.close()
    assert _verified(register_url).ok


def test_a_new_file_that_somebody_writes_first_is_waited_for(tmp_path: Path) -> None:
    # As of those who start at once on a file that is not there yet: one of them makes it, and it is no write-ahead one yet.
    path = tmp_path / "register.db"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    Timer(0.2, other.rollback).start()
    Register.open(f"sqlite:///{path}").close()
    other.close()


def test_a_register_whose_folder_is_no_folder_any_more_is_told_as_that(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    with Register.open(f"sqlite:///{folder / 'register.db'}") as register:
        folder.rename(tmp_path / "elsewhere")
        folder.write_bytes(b"")
        with pytest.raises(RegisterError, match="E-REGISTER"):
            register.state("doc-1")


def test_a_register_named_from_a_folder_is_the_same_when_the_process_goes_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with Register.open("sqlite:///register.db") as register:
        monkeypatch.chdir("/")
        assert register.verify().ok


def test_two_processes_write_one_chain(register_url: str) -> None:
    script = (
        "import sys; from datetime import UTC, datetime; from disclosure_gate.register import Event, Register\n"
        "register = Register.open(sys.argv[1])\n"
        "for number in range(40):\n"
        "    with register.transaction(datetime.now(UTC)) as tx: tx.append(Event.CHECKED, 'd', {'n': number})\n"
    )
    # Both also find the database empty and make its tables.
    running = [subprocess.Popen([sys.executable, "-c", script, register_url]) for _ in range(3)]
    assert [each.wait(60) for each in running] == [0, 0, 0]
    result = _verified(register_url)
    assert (result.ok, result.count) == (True, 120)


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////nonexistent/folder/r.db",
        "nonsense",
        "sqlite:////proc/r.db",
        "postgresql://nobody@127.0.0.1:1/none",
        "mysql://x/y",
    ],
)
def test_a_register_that_cannot_be_opened_is_told(url: str) -> None:
    with pytest.raises(RegisterError, match="E-REGISTER"):
        Register.open(url)


def test_a_password_is_not_told() -> None:
    with pytest.raises(RegisterError) as told:
        Register.open("postgresql://user:geheim@127.0.0.1:1/none")
    assert "geheim" not in str(told.value)


@pytest.mark.law("P8")
def test_what_was_committed_while_a_writer_waited_is_seen_whatever_the_server_is_set_to(
    postgresql_server: str, tmp_path: Path
) -> None:
    url = fresh("postgresql", postgresql_server, tmp_path)
    strict = f"{url}&options=-cdefault_transaction_isolation%3Drepeatable%5C%20read"
    with Register.open(strict) as opened, opened.reading() as connection:
        assert connection.exec_driver_sql("SHOW transaction_isolation").scalar_one() == "read committed"


def test_the_steps_between_revisions_lead_to_the_tables_the_program_knows(register_url: str) -> None:
    made = connected(register_url)
    as_of_revision(made, REVISION)
    with made.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    _filled(register_url)
    for statement in ("DELETE FROM record", *([_REPLACE] if made.dialect.name == "sqlite" else [])):
        with pytest.raises(DBAPIError, match="append-only"), made.begin() as connection:
            connection.exec_driver_sql(statement)
    made.dispose()
    assert _verified(register_url).ok


def test_a_clearance_with_a_code_longer_than_today_is_read_and_issued(tmp_path: Path) -> None:
    with gate_with_register(tmp_path) as gate:
        register = gate.register
        assert register is not None
        issuer = {"name": "景明区人民政府办公室", "code": "6"}
        made = gate.clear(document(issuer=issuer), gate.check(document(issuer=issuer), TODAY), decision())
        assert register.clearance(made.clearance_id) == (made, False)
        older = made.model_dump_json().replace('"code":"6"', f'"code":"{"6" * 41}"')
        with register.engine.begin() as connection:
            connection.execute(update(clearance).values(data=older.encode()))
        kept = register.clearance(made.clearance_id)
        assert kept is not None
        assert kept[0].issuer.code == "6" * 41
        # It was cleared before; the document goes out with a code as it may be today.
        assert gate.issue(document(issuer=issuer), kept[0], issued_on=TODAY).version == 1


def test_a_register_of_a_newer_program_is_not_touched(register_url: str) -> None:
    engine = connected(register_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    with pytest.raises(RegisterError, match="E-REGISTER-NEWER"):
        Register.open(register_url)


_CRASHER = """
import os, signal, sys
sys.path.insert(0, sys.argv[1])
from factories import TODAY, decision, document, gate_with_register, parts
from disclosure_gate.column.outbox import Outbox
from disclosure_gate.register.ledger import Transaction

def dying(owner, name, moment):
    real = getattr(owner, name)
    def call(*args, **kwargs):
        if moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)
    setattr(owner, name, call)

def issue(url, point):
    gate = gate_with_register(url, engine="direct")
    doc = document()
    clearance = gate.clear(doc, gate.check(doc, TODAY), decision())
    where, moment = point.split(":")
    if where != "answer":
        dying(*{"append": (Transaction, "append"), "use": (Transaction, "use_clearance"), "state": (Transaction, "set_state"), "enqueue": (Outbox, "enqueue")}[where], moment)
    gate.issue(doc, clearance, issued_on=TODAY)
    print("answered", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

parts()
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        issue(*line.split())
        os._exit(1)
    print("ended", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.fixture(scope="module")
def crasher() -> Iterator[subprocess.Popen[str]]:
    """Starts, for each line ``URL POINT``, a process that issues a document and is killed at that point."""
    program = [sys.executable, "-c", _CRASHER, str(Path(__file__).parent.parent)]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        yield running
        assert running.stdin is not None
        running.stdin.close()


def _killed(crasher: subprocess.Popen[str], url: str, point: str) -> bool:
    """Issue, and be killed at ``point``; whether it was answered before."""
    assert crasher.stdin is not None
    assert crasher.stdout is not None
    crasher.stdin.write(f"{url} {point}\n")
    crasher.stdin.flush()
    told = [crasher.stdout.readline().strip()]
    while told[-1] and not told[-1].startswith("ended"):
        told.append(crasher.stdout.readline().strip())
    assert told[-1] == f"ended {-signal.SIGKILL}"
    return "answered" in told


@pytest.mark.law(8)
@pytest.mark.parametrize(
    "point",
    [f"{step}:{moment}" for step in ("append", "use", "state", "enqueue") for moment in ("before", "after")]
    + ["answer:after"],
)
def test_killed_between_the_steps_of_issuing_nothing_is_half_done(
    crasher: subprocess.Popen[str], register_url: str, point: str
) -> None:
    answered = _killed(crasher, register_url, point)
    with gate_with_register(register_url, engine="direct") as gate:
        assert gate.register is not None
        assert gate.outbox is not None
        events = [entry.event for entry in gate.register.entries()]
        rows = gate.outbox.rows()
        state = gate.register.state("doc-1")
        assert answered is (point == "answer:after")
        assert events == (["cleared", "issued"] if answered else ["cleared"])
        assert len(rows) == int(answered)
        assert (state is not None) is answered
        assert gate.register.verify().ok
        if not answered:
            doc = document()
            clearance = gate.clear(doc, gate.check(doc, TODAY), decision())
            gate.issue(doc, clearance, issued_on=TODAY)
            assert len(gate.outbox.rows()) == 1
