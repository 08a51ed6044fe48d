"""Looking at a register changes nothing of it: it may be evidence."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from commands import answer, command
from databases import as_of_revision, revision_of
from disclosure_gate.model.errors import RegisterError
from disclosure_gate.register import Register
from disclosure_gate.register.database import REVISION, connected
from factories import TODAY, data, decision, document, gate_with_register


def _filled(url: str) -> str:
    """A register with one issued document; the name of its determination."""
    with gate_with_register(url, engine="direct") as gate:
        doc = document()
        determined = gate.record_check(doc, TODAY)
        gate.issue(doc, gate.clear(doc, determined, decision()), issued_on=TODAY)
    return determined.determination_id


def _looking(url: str, folder: Path, determination_id: str) -> list[list[str]]:
    """Every command that only reads a register."""
    checked = folder / "checked.json"
    checked.write_text(json.dumps(data(), ensure_ascii=False), "utf-8")
    keys = ["--signing-keys", str(folder / "keys")]
    return [
        [*words, "--register", url]
        for words in (
            ["register", "verify", *keys],
            ["register", "due"],
            ["register", "head", *keys],
            ["register", "export", "-o", str(folder / "out"), *keys],
            ["register", "report", "2026", "-o", str(folder / "report.json")],
            ["register", "replay", determination_id, str(checked)],
            ["rules", "verify", determination_id],
            ["column", "status", "--all"],
            ["column", "reconcile", "--database", str(folder / "column.db")],
            ["keys", "list"],
        )
    ]


def _bytes(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("left", ["closed", "killed"])
def test_looking_leaves_every_byte_of_the_file_as_it_was(tmp_path: Path, left: str) -> None:
    path = tmp_path / "register.db"
    url = f"sqlite:///{path}"
    name = _filled(url)
    if left == "killed":  # what was written last is in the journal beside it
        with Register.open(url) as register:
            copy = tmp_path / "copy"
            copy.mkdir()
            with register.engine.begin() as connection:
                connection.execute(text("UPDATE api_key SET name = name"))
            for each in tmp_path.glob("register.db*"):
                if not each.name.endswith("-shm"):
                    (copy / each.name).write_bytes(each.read_bytes())
        path, url = copy / "register.db", f"sqlite:///{copy / 'register.db'}"
    journal = path.with_name("register.db-wal")
    assert journal.exists() == (left == "killed")
    before = _bytes(path), journal.exists() and _bytes(journal)
    for words in _looking(url, tmp_path, name):
        done = command(*words)
        assert done.returncode == 0, (words, done.stdout, done.stderr)
        assert (_bytes(path), left == "killed" and _bytes(journal)) == before, words
    path.chmod(0o444)
    assert answer("register", "verify", "--register", url)["count"] == 3
    assert _bytes(path) == before[0]


def test_what_a_running_sidecar_has_just_written_is_seen(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'register.db'}"
    with gate_with_register(url, engine="direct") as gate:
        gate.record_check(document(), TODAY)
        with Register.look(url) as register:
            assert register.verify().count == 1
            gate.record_check(document(), TODAY)
            assert register.verify().count == 2


def test_a_register_in_a_folder_that_cannot_be_written_is_verified() -> None:
    script = (
        "import os, sys\n"
        "from disclosure_gate.cli import cli\n"
        "from disclosure_gate import publishing\n"  # what commands import may be for root alone
        "copy, url = sys.argv[1:]\n"
        "def look(url):\n"
        "    for words in (['register', 'verify'], ['column', 'status']):\n"
        "        try: cli.main([*words, '--register', url])\n"
        "        except SystemExit as end: assert not end.code, (words, end.code)\n"
        "look(copy)\n"
        "if os.geteuid() == 0: os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "assert not os.access(os.path.dirname(url.removeprefix('sqlite:///')), os.W_OK)\n"
        "look(url)\n"
    )
    with (
        tempfile.TemporaryDirectory() as name
    ):  # the tests' own folders are for their owner, whom root does not stay
        folder, copy = Path(name) / "evidence", Path(name) / "copy"
        folder.mkdir()
        path = folder / "register.db"
        _filled(f"sqlite:///{path}")
        shutil.copytree(folder, copy)
        path.chmod(0o444)
        folder.chmod(0o555)
        Path(name).chmod(0o755)
        urls = [f"sqlite:///{each / 'register.db'}" for each in (copy, folder)]
        done = subprocess.run(
            [sys.executable, "-c", script, *urls], capture_output=True, text=True, timeout=120, check=False
        )
        folder.chmod(0o700)
        assert (done.returncode, list(folder.iterdir())) == (0, [path]), done.stderr


def test_a_register_is_read_with_its_journal_by_whatever_name_it_is_called(tmp_path: Path) -> None:
    # A link in a folder that cannot be written: the journal lies beside the file it leads to.
    there, here = tmp_path / "there", tmp_path / "here"
    for each in (there, here):
        each.mkdir()
    url = f"sqlite:///{there / 'register.db'}"
    (here / "link.db").symlink_to(there / "register.db")
    with gate_with_register(url, engine="direct") as gate:
        gate.record_check(document(), TODAY)
        with Register.look(f"sqlite:///{here / 'link.db'}") as register:
            path = register.engine.url.database
            assert path is not None
            assert "/there/register.db" in path
            assert register.verify().count == 1


def test_nothing_can_be_written_by_who_looks(register_url: str) -> None:
    _filled(register_url)
    with Register.look(register_url) as register:
        assert register.verify().ok
        for statement in ("DELETE FROM outbox", "CREATE TABLE more (x INTEGER)"):
            with pytest.raises(DBAPIError), register.engine.connect() as connection:
                connection.exec_driver_sql(statement)
        with pytest.raises(RegisterError, match="E-REGISTER"):
            register.try_writing()


@pytest.mark.parametrize("revision", ["0001", "0002", "0003"])
def test_a_register_of_an_older_program_is_looked_at_as_it_is_or_refused(
    register_url: str, revision: str
) -> None:
    engine = connected(register_url)
    as_of_revision(engine, revision)
    engine.dispose()
    if revision == "0001":
        with pytest.raises(RegisterError, match="register upgrade") as told:
            Register.look(register_url)
        assert told.value.code == "E-REGISTER-OLDER"
        done = command("register", "verify", "--register", register_url)
        assert (done.returncode, "register upgrade" in done.stderr) == (1, True)
    else:
        with Register.look(register_url) as register:
            assert register.verify().ok
    assert revision_of(register_url) == revision
    assert answer("register", "upgrade", "--register", register_url) == {
        "before": revision,
        "revision": REVISION,
    }
    assert answer("register", "upgrade", "--register", register_url) == {
        "before": REVISION,
        "revision": REVISION,
    }
    with Register.look(register_url) as register:
        assert register.verify().ok


def test_one_of_a_newer_program_and_one_that_is_none_are_refused(register_url: str, tmp_path: Path) -> None:
    engine = connected(register_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    with pytest.raises(RegisterError, match="E-REGISTER-NEWER"):
        Register.look(register_url)
    for content, code in (
        (None, "E-REGISTER-NONE"),
        (b"", "E-REGISTER-NONE"),
        (b"no database" * 99, "E-REGISTER"),
    ):
        path = tmp_path / "other.db"
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(RegisterError) as told:
            Register.look(f"sqlite:///{path}")
        assert told.value.code == code
        assert (path.read_bytes() if path.exists() else None) == content
