"""When storage fails or is shared: a clear error or one winner, nothing lost (P8)."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from threading import Event, Thread

import pytest
from sqlalchemy import create_engine, make_url, text

from databases import fresh
from disclosure_gate.register import Register, database
from disclosure_gate.register.signing import SigningKeys, head_of, verified
from factories import data, decision
from sidecars import Caller, Sidecar, order, problem, to_clearance

_TESTS = str(Path(__file__).parent.parent)

_FULL = """
import json, resource, signal, sys
from pathlib import Path
from random import Random
sys.path.insert(0, sys.argv[2])
from factories import data
from sidecars import Sidecar
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
service = Sidecar(Path(sys.argv[1]), Path(sys.argv[1]), engine="direct")
oa = service.caller()
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
answered, codes = [], []
def check(number):
    answer = oa.post("/v1/checks", {"document": data(id=f"d{number}")})
    if answer.status_code == 200:
        answered.append(answer.get_json()["determination_id"])
    else:
        codes.append([answer.status_code, answer.get_json()["code"]])
for number in range(20):
    check(number)
size = sum(path.stat().st_size for path in Path(sys.argv[1]).glob("register.db*"))
resource.setrlimit(resource.RLIMIT_FSIZE, (size // 2, hard))
for number in range(20, 400):
    check(number)
    if len(codes) > 3:
        break
ready = oa.get("/readyz").status_code
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
for number in range(1000, 1010):
    check(number)
kept = [service.register.determined(each) is not None for each in answered]
print(json.dumps({"answered": len(answered), "codes": codes, "kept": all(kept), "ready": ready, "ok": service.register.verify().ok,
                  "records": service.register.head()[0]}))
"""


@pytest.mark.law(8)
def test_on_a_full_disk_nothing_is_answered_that_is_not_kept(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _FULL, str(tmp_path), _TESTS],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["codes"]
    assert all(code == [503, "E-REGISTER"] for code in told["codes"])
    assert told["ready"] == 503
    assert told["kept"]
    assert told["ok"]
    assert told["records"] == told["answered"]
    assert told["answered"] >= 30  # what came before, and what came when there was room again


_READ_ONLY = """
import os, sys
from pathlib import Path
from random import Random
sys.path.insert(0, sys.argv[2])
from disclosure_gate import Gate
from disclosure_gate.model.errors import RegisterError
from disclosure_gate.register import Register, database
if os.geteuid() == 0:
    os.setuid(65534)  # to root nothing is read-only
for name in sys.argv[3:]:
    try:
        Register.open(f"sqlite:///{sys.argv[1]}/{name}")
    except RegisterError as error:
        print(error.flaws[0].code, error.flaws[0].where.endswith(name))
"""


def test_a_read_only_folder_is_told_on_opening(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    for parent in tmp_path.parents[:3]:  # so that another user comes this far
        if parent.name.startswith(("pytest-", "popen-")):
            parent.chmod(0o755)
    Register.open(f"sqlite:///{tmp_path / 'old.db'}").close()
    (tmp_path / "old.db").chmod(0o444)
    tmp_path.chmod(0o555)
    try:
        done = subprocess.run(
            [sys.executable, "-c", _READ_ONLY, str(tmp_path), _TESTS, "old.db", "new.db"],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        tmp_path.chmod(0o755)
    assert done.stdout.splitlines() == ["E-REGISTER True", "E-REGISTER True"], done.stderr


@pytest.fixture
def both(register_url: str, tmp_path: Path) -> tuple[Sidecar, Sidecar]:
    """Two sidecars on one register, each with connections of its own."""
    return Sidecar(register_url, tmp_path, engine="direct"), Sidecar(register_url, tmp_path, engine="direct")


@pytest.mark.law(8)
def test_two_sidecars_race_for_one_clearance_and_one_wins(both: tuple[Sidecar, Sidecar]) -> None:
    one, two = both
    oa = one.caller()
    for number in range(5):
        wanted = order(to_clearance(oa, id=f"d{number}")["token"], id=f"d{number}")
        callers = [Caller(each.client, oa.secret) for each in (one, two, one, two)]
        with ThreadPoolExecutor(4) as threads:
            answers = list(threads.map(lambda each: each.post("/v1/issues", wanted), callers))  # noqa: B023  done in the loop
        assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
        for answer in answers:
            if answer.status_code == 409:
                problem(answer, 409, "E-CLEARANCE-USED")
    assert Counter(one.records()) == {"checked": 5, "cleared": 5, "issued": 5}
    assert two.register.verify().ok
    one.gate.close()
    two.gate.close()


@pytest.mark.law(8)
def test_two_clearances_of_one_document_become_two_versions(both: tuple[Sidecar, Sidecar]) -> None:
    one, two = both
    oa = one.caller()
    tokens = [to_clearance(oa)["token"] for _ in range(4)]
    callers = [Caller(each.client, oa.secret) for each in (one, two, one, two)]
    with ThreadPoolExecutor(4) as threads:
        answers = list(
            threads.map(
                lambda pair: pair[0].post("/v1/issues", order(pair[1])), zip(callers, tokens, strict=True)
            )
        )
    assert sorted(answer.get_json()["version"] for answer in answers) == [1, 2, 3, 4]
    assert one.register.verify().ok
    one.gate.close()
    two.gate.close()


def test_while_sidecars_are_started_again_one_by_one_each_knows_what_the_new_key_signed(
    both: tuple[Sidecar, Sidecar], register_url: str, tmp_path: Path
) -> None:
    not_yet, _ = both
    oa = not_yet.caller()
    before = to_clearance(oa, id="before")
    SigningKeys.rotate(tmp_path / "signing-keys")
    again = Sidecar(register_url, tmp_path, engine="direct")
    cleared = to_clearance(Caller(again.client, oa.secret), id="after")
    assert verified(cleared["token"], not_yet.signing.jwks()) is None
    answer = oa.post("/v1/issues", order(cleared["token"], id="after"))
    assert answer.status_code == 201
    # What signs stays until it is started again; who verifies offline is told of both.
    assert head_of(answer.get_json()["head"], {"keys": not_yet.signing.jwks()["keys"]}) is not None
    assert to_clearance(oa, id="third")["token"].split(".")[0] == before["token"].split(".")[0]
    keys = oa.get("/.well-known/jwks.json").get_json()
    assert len(keys["keys"]) == 2
    assert verified(cleared["token"], keys) == cleared["clearance"]
    forged = SigningKeys.open(tmp_path / "others").sign(cleared["clearance"])
    problem(oa.post("/v1/issues", order(forged, id="after")), 409, "E-CLEARANCE")
    for each in (*both, again):
        each.gate.close()


def test_a_key_taken_out_of_the_folder_is_not_taken_in_again(tmp_path: Path) -> None:
    folder = tmp_path / "signing-keys"
    SigningKeys.open(folder)
    SigningKeys.rotate(folder)
    (folder / "0001.ed25519.pem").unlink()
    keys = SigningKeys.open(folder)
    keys.catch_up()
    assert len(keys.jwks()["keys"]) == 1
    (folder / "0003.ed25519.pem").write_text("no key")
    keys.catch_up()
    assert len(keys.jwks()["keys"]) == 1
    # On a share a key may be seen before it is whole.
    other = SigningKeys.open(tmp_path / "others")
    (folder / "0003.ed25519.pem").write_bytes((tmp_path / "others" / "0001.ed25519.pem").read_bytes())
    keys.catch_up()
    assert verified(other.sign({"a": 1}), keys.jwks()) == {"a": 1}


@pytest.mark.law(8)
def test_connections_that_are_cut_lose_nothing(postgresql_server: str, tmp_path: Path) -> None:
    url = fresh("postgresql", postgresql_server, tmp_path)
    service = Sidecar(url, tmp_path, engine="direct")
    oa, stop, rng = service.caller(), Event(), Random(1)
    admin = create_engine(
        postgresql_server.replace("postgresql://", "postgresql+psycopg://", 1), isolation_level="AUTOCOMMIT"
    )

    def cut() -> None:
        name = make_url(url).database
        cutting = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")
        with admin.connect() as connection:
            while not stop.is_set():
                connection.execute(cutting, {"name": name})
                time.sleep(rng.uniform(0.02, 0.2))

    cutter = Thread(target=cut)
    cutter.start()
    seen: Counter[int] = Counter()

    def persist(caller: Caller, path: str, body: object, key: str) -> object:
        for _ in range(200):
            answer = caller.post(path, body, **{"Idempotency-Key": key})
            seen[answer.status_code] += 1
            if answer.status_code in {200, 201}:
                return answer.get_json()
            problem(answer, 503, "E-REGISTER")
        raise AssertionError(key)

    def story(number: int) -> None:
        caller, document = Caller(service.client, oa.secret), data(id=f"d{number}")
        checked = persist(
            caller, "/v1/checks", {"document": document, "as_of": "2026-11-24"}, f"{number}-check"
        )
        body = {"document": document, "determination": checked, "decision": decision()}
        cleared = persist(caller, "/v1/clearances", body, f"{number}-clear")
        assert isinstance(cleared, dict)
        persist(caller, "/v1/issues", order(cleared["token"], id=f"d{number}"), f"{number}-issue")

    try:
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(story, range(24)))
    finally:
        stop.set()
        cutter.join()
        admin.dispose()
    assert seen[503], "no connection was cut while it was in use"
    assert Counter(service.records()) == {"checked": 24, "cleared": 24, "issued": 24}
    assert service.register.verify().ok
    service.gate.close()


def test_a_writer_that_never_ends_is_told_and_not_waited_for(
    postgresql_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_MS", 100)
    service = Sidecar(fresh("postgresql", postgresql_server, tmp_path), tmp_path, engine="direct")
    oa = service.caller()
    with service.register.engine.begin() as gone:  # of another sidecar, whose machine lost its network
        database.lock_writers(gone)
        problem(oa.post("/v1/checks", {"document": data()}), 503, "E-REGISTER")
        assert oa.get("/readyz").status_code == 503
    assert oa.post("/v1/checks", {"document": data()}).status_code == 200
    assert oa.get("/readyz").status_code == 200
    service.gate.close()


@pytest.mark.law(8)
@pytest.mark.parametrize("restored", [False, True])
def test_nothing_is_answered_for_a_register_that_is_not_there_any_more(
    tmp_path: Path, *, restored: bool
) -> None:
    service = Sidecar(tmp_path, tmp_path, engine="direct")
    oa = service.caller()
    assert oa.post("/v1/checks", {"document": data()}).status_code == 200
    if restored:
        Register.open(f"sqlite:///{tmp_path / 'copy.db'}").close()
        (tmp_path / "copy.db").replace(tmp_path / "register.db")
    else:
        (tmp_path / "register.db").rename(tmp_path / "elsewhere.db")
    problem(oa.post("/v1/checks", {"document": data()}), 503, "E-REGISTER")
    assert oa.get("/readyz").status_code == 503
    service.gate.close()
