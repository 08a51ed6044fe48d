"""What the folder of signing keys remembers: an older register in the place of the one it knew is noticed."""

from __future__ import annotations

import json
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from structlog.testing import capture_logs

from commands import answer
from disclosure_gate.register import Event, Register
from disclosure_gate.register.keys import ApiKeys
from disclosure_gate.register.remembering import Memory
from factories import NOW
from processes import sidecar_process


def _opened(
    folder: Path, name: str = "register.db", keys_in: str = "keys"
) -> tuple[Register, ApiKeys, Memory]:
    register = Register.open(f"sqlite:///{folder / name}")
    (folder / keys_in).mkdir(exist_ok=True)
    keys = ApiKeys(register.engine)
    return register, keys, Memory(folder / keys_in, register, keys)


def _record(register: Register, document_id: str = "d") -> None:
    with register.transaction(NOW) as tx:
        tx.append(Event.CHECKED, document_id, {})


def _copied(folder: Path, name: str) -> None:
    (folder / name).write_bytes((folder / "register.db").read_bytes())


def test_a_register_that_only_grew_is_the_one_that_was_known(tmp_path: Path) -> None:
    register, keys, memory = _opened(tmp_path)
    assert memory.compare(NOW) == ()
    memory.note()
    key, _ = keys.create("oa", "*", NOW)
    for _ in range(3):
        _record(register)
        memory.note()
    keys.revoke(key.id, NOW)
    memory.note()
    register.close()
    register, _, memory = _opened(tmp_path)
    _record(register)
    assert memory.compare(NOW) == ()
    register.close()


@pytest.mark.parametrize("grown", [0, 1, 5])
def test_an_older_register_is_noticed_also_when_it_has_grown_since(tmp_path: Path, grown: int) -> None:
    register, keys, memory = _opened(tmp_path)
    _record(register)
    gone, _ = keys.create("gone", "*", NOW)
    stays, _ = keys.create("stays", "*", NOW)
    register.close()
    _copied(tmp_path, "backup.db")
    register, keys, memory = _opened(tmp_path)
    for _ in range(3):
        _record(register)
    keys.revoke(gone.id, NOW)
    memory.note()
    register.close()
    restored, keys, memory = _opened(tmp_path, "backup.db")
    for _ in range(grown):
        _record(restored, "another")
    assert keys.get(gone.id) is not None
    found = memory.compare(NOW + timedelta(1))
    assert [each.code for each in found] == ["E-REGISTER-RESTORED", "E-KEY-REVIVED"]
    assert found[1].got == gone.id
    assert (keys.get(gone.id), keys.get(stays.id)) == (None, stays)
    # From now on this is the register that is known; what was revoked is not forgotten.
    memory.note()
    assert memory.compare(NOW) == ()
    assert gone.id in (tmp_path / "keys" / "remembered.json").read_text()
    restored.close()


def test_registers_that_share_a_folder_of_keys_are_told_apart(tmp_path: Path) -> None:
    for name in ("one.db", "two.db", "one.db"):
        register, _, memory = _opened(tmp_path, name)
        _record(register, name)
        assert memory.compare(NOW) == ()
        memory.note()
        register.close()
    assert len(json.loads((tmp_path / "keys" / "remembered.json").read_text())) == 2


@pytest.mark.parametrize(
    "content",
    [
        "", "{", "[]", '{"x": 1}', "null", "[" * 100_000,
        '{"x": {"seq": "1", "hash": "h", "revoked": []}}', '{"x": {"seq": 1, "hash": 1, "revoked": []}}',
        '{"x": {"seq": 1e99, "hash": "h", "revoked": []}}', '{"x": {"seq": 4294967296, "hash": "h", "revoked": []}}',
        '{"x": {"seq": 1, "hash": "h", "revoked": [1, "a"]}}', '{"x": {"seq": 1, "hash": "h", "revoked": "abc"}}',
    ],
)  # fmt: skip
def test_a_memory_that_cannot_be_read_is_told_and_begun_anew(tmp_path: Path, content: str) -> None:
    register, _, memory = _opened(tmp_path)
    _record(register)
    memory.note()
    path = tmp_path / "keys" / "remembered.json"
    path.write_text(content.replace("x", next(iter(json.loads(path.read_text())))))
    [told] = memory.compare(NOW)
    assert (told.code, told.where) == ("E-REMEMBERED", str(path))
    memory.note()
    assert memory.compare(NOW) == ()
    register.close()


def test_sidecars_that_note_at_one_moment_do_not_get_in_each_others_way(tmp_path: Path) -> None:
    register, keys, memory = _opened(tmp_path)
    _record(register)
    others = [
        Memory(tmp_path / "keys", register, keys) for _ in range(4)
    ]  # of one process number, as in containers
    path = tmp_path / "keys" / "remembered.json"

    def note(each: Memory) -> None:
        for _ in range(20):
            path.unlink(missing_ok=True)
            each.note()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(note, others))
    memory.note()
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    assert memory.compare(NOW) == ()
    register.close()


def test_a_register_put_back_while_it_is_served_is_still_told_on_the_next_start(tmp_path: Path) -> None:
    register, keys, memory = _opened(tmp_path)
    gone, _ = keys.create("gone", "*", NOW)
    _record(register)
    register.close()
    _copied(tmp_path, "backup.db")
    register, keys, memory = _opened(tmp_path)
    _record(register)
    keys.revoke(gone.id, NOW)
    memory.note()
    register.close()
    restored, keys, _ = _opened(tmp_path, "backup.db")
    served = Memory(
        tmp_path / "keys", restored, keys
    )  # of a sidecar that goes on, such as with a server's database
    _record(restored, "another")
    with capture_logs() as logs:
        for _ in range(2):
            served.note()
    assert [each["code"] for each in logs if each["event"] == "restored"] == ["E-REGISTER-RESTORED"]
    memory = Memory(tmp_path / "keys", restored, keys)
    assert [each.code for each in memory.compare(NOW)] == ["E-REGISTER-RESTORED", "E-KEY-REVIVED"]
    memory.note()
    assert memory.compare(NOW) == ()
    restored.close()


def test_a_folder_that_cannot_be_written_keeps_nobody_from_being_served(tmp_path: Path) -> None:
    register, _, memory = _opened(tmp_path)
    (tmp_path / "keys").rmdir()
    (tmp_path / "keys").write_text("no folder")
    _record(register)
    assert memory.compare(NOW) == ()
    with memory.kept_up(0.01):
        time.sleep(0.05)
    register.close()


def test_a_sidecar_says_loudly_that_its_register_is_an_older_one(tmp_path: Path) -> None:
    register, keys, memory = _opened(tmp_path, keys_in="signing-keys")
    gone, _ = keys.create("oa", "*", NOW)
    _record(register)
    register.close()
    _copied(tmp_path, "backup.db")
    register, keys, memory = _opened(tmp_path, keys_in="signing-keys")
    keys.revoke(gone.id, NOW)
    _record(register)
    memory.note()
    register.close()
    (tmp_path / "backup.db").replace(tmp_path / "register.db")
    with sidecar_process(tmp_path) as sidecar:
        assert _warnings(sidecar.url) == ["E-REGISTER-RESTORED", "E-KEY-REVIVED"]
        told = (tmp_path / "log").read_text()
        assert "keys list" in told
        assert '"restored"' in told
        [listed] = answer("keys", "list", "--register", sidecar.register)
        assert listed["revoked_at"]
        remembered = tmp_path / "signing-keys" / "remembered.json"
        until = time.monotonic() + 60
        while [each["seq"] for each in json.loads(remembered.read_text()).values()] != [1]:
            assert time.monotonic() < until
            time.sleep(0.02)
        assert stat.S_IMODE(remembered.stat().st_mode) == 0o600


def _warnings(url: str) -> list[str]:
    warnings = httpx.get(f"{url}/readyz", trust_env=False).json()["warnings"]
    return [each["code"] for each in warnings if each["code"] != "E-CALENDAR-YEAR"]
