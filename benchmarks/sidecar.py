"""The sidecar under load, beside a bare echo on the same server: which server, how many requests, how late.

    python benchmarks/sidecar.py servers   [--seconds S] [--rounds N] [--server NAME …] [--json FILE]
    python benchmarks/sidecar.py deeds     [--seconds S] [--json FILE]
    python benchmarks/sidecar.py memory    [--requests 200000] [--json FILE]
    python benchmarks/sidecar.py reloads   [--reloads 100] [--json FILE]
    python benchmarks/sidecar.py start     [--rounds N] [--json FILE]
    python benchmarks/sidecar.py stages    [--rounds N] [--json FILE]

`servers`: checks that are recorded in a durable register, against an echo of Flask and pydantic (the body is parsed,
validated and written back) with the same 2 KB bodies, one server after the other. First the capacity: requests answered
per second while 32 are always under way. Then, open model: requests are sent at moments drawn beforehand (Poisson) at 30,
50 and 70 % of the sidecar's capacity, whether or not those before were answered, and each answer's time is counted from the
moment its request was due; both applications get the same moments, and so does the disk alone: a file to which 4 KB are
written and synced, which the echo never waits for and no recorded check is answered without. Rounds are interleaved. Every document is
another one; one in ten holds a telephone number to be masked.
`deeds`: check, clear and issue of one document after the other in eight threads, on SQLite and PostgreSQL, beside the
rate at which the same disk completes fsync of 4 KB.
`memory`: resident memory while requests are answered. `reloads`: rulesets of two editions read again under load; no
answer may fail or name rulesets of both. `start`: seconds by the clock from starting `disclosure-gate serve` (the desk
and all shipped rulesets with it) to the first 200 of /readyz, and the processor time taken until then; on a register not
there yet and on one that is. `stages`: microseconds of processor time that the parts of a check take, without server and
network and one request at a time; the least of some rounds, so that other work on the machine weighs little. Beside them
the echo, and what 60 % of its requests would leave for a check.

The generator is a process of its own on the same cores; what it costs weighs on both applications alike.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import http.client
import io
import json
import os
import platform
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

_DAY = "2026-11-24"
_ORGAN = "景明区人民政府办公室"
_UNDER_WAY = 32
_BESIDE_RELOADS = 50  # checks per second while rulesets are read again
_PARTS = (0.3, 0.5, 0.7)  # of the sidecar's capacity, for the open model
_SENTENCES = (
    "为进一步做好冬季供热保障工作，经研究，现将有关事项公告如下。", "供热期为本年十一月十五日至次年三月十五日。",
    "各供热单位应当在供热前完成设备检修和管网注水。", "居民室内温度不得低于十八摄氏度，另有约定的从其约定。",
    "对老旧小区管网，由街道组织逐户排查，建立台账，限期整改。", "供热单位应当公布服务项目、收费标准和投诉处理时限。",
    "遇极端天气，由主管部门启动应急预案，调度燃料和抢修力量。", "各有关单位要明确责任人，加强值守，及时回应群众诉求。",
    "本公告自发布之日起施行，原有规定与本公告不一致的，以本公告为准。",
)  # fmt: skip
_KINDS = ("公告", "通告", "意见", "通报", "办事指南", "规划")
_SERVERS = ("waitress", "gunicorn-gthread", "gunicorn-sync", "granian")


def bodies(count: int, seed: int) -> list[bytes]:
    """Requests of 2 KB, each with another document."""
    rng = random.Random(seed)
    made = []
    for number in range(count):
        text = ""
        while len(text.encode()) < 1500:
            text += rng.choice(_SENTENCES)
        if rng.random() < 0.1:
            text += f"联系人手机1380{rng.randrange(10**7):07d}。"
        document = {
            "id": f"load-{seed}-{number}",
            "title": f"关于冬季供热有关事项的{number}号{rng.choice(('公告', '说明', '安排'))}",
            "kind": rng.choice(_KINDS),
            "text": text,
            "issuer": {"name": _ORGAN},
            "formed_on": "2026-11-16",
            "facts": {"secrecy_review": "passed", "normative_document": False, "wide_public_interest": True},
            "proposed": {"status": "proactive"},
        }
        made.append(json.dumps({"document": document, "as_of": _DAY}, ensure_ascii=False).encode())
    return made


# the applications, in a process of their own: `serve SERVER APP PORT WORKERS FOLDER URL`


def application() -> Any:
    """The application named in the environment; a server that forks or spawns calls this in each worker."""
    if os.environ["BENCH_APP"] == "echo":
        return _echo()
    from disclosure_gate import Gate
    from disclosure_gate.register.signing import SigningKeys
    from disclosure_gate.service import create_app
    from disclosure_gate.service.serving import write_logs

    write_logs("info")
    rulesets = os.environ.get("BENCH_RULESETS")
    gate = Gate.open(rulesets=rulesets or None, plugins=(), register=os.environ["BENCH_URL"])
    folder = Path(os.environ["BENCH_FOLDER"])
    return create_app(gate, SigningKeys.open(folder / "signing-keys"), rate="1000000/second")


def _echo() -> Any:
    from datetime import date

    from flask import Flask, Response, request
    from pydantic import BaseModel

    class Echo(BaseModel):
        document: dict[str, Any]
        as_of: date

    app = Flask("echo")

    @app.post("/v1/checks")
    def echo() -> Response:
        asked = Echo.model_validate_json(request.get_data())
        return Response(asked.model_dump_json(), mimetype="application/json")

    @app.get("/readyz")
    def ready() -> str:
        return "ready"

    return app


def serve(server: str, port: int, workers: int) -> None:
    """Serve :func:`application`."""
    if server == "waitress":
        from disclosure_gate.service.serving import serve as served

        served(application(), "127.0.0.1", port)  # the echo too: the very same server and settings
    elif server.startswith("gunicorn"):
        from gunicorn.app.base import BaseApplication

        class Served(BaseApplication):  # type: ignore[misc]  # gunicorn ships no type information
            def load_config(self) -> None:
                kind = server.removeprefix("gunicorn-")
                for name, value in {
                    "bind": f"127.0.0.1:{port}", "workers": workers, "worker_class": kind, "loglevel": "error",
                    "threads": 8 if kind == "gthread" else 1, "keepalive": 60, "control_socket_disable": True,
                }.items():  # fmt: skip
                    if name in self.cfg.settings:
                        self.cfg.set(name, value)

            def load(self) -> Any:
                return application()

        Served().run()
    else:
        from granian import Granian
        from granian.constants import Interfaces

        Granian(
            "sidecar:application", address="127.0.0.1", port=port, interface=Interfaces.WSGI, factory=True,
            workers=workers, blocking_threads=8, log_enabled=False,
        ).serve()  # fmt: skip


@contextmanager
def running(app: str, server: str, workers: int, folder: Path, **more: str) -> Iterator[tuple[int, int]]:
    """A served application: its port, and the id of its first process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "BENCH_APP": app,
        "BENCH_FOLDER": str(folder),
        "BENCH_URL": f"sqlite:///{folder / 'register.db'}",
        "PYTHONPATH": str(Path(__file__).parent),
        **more,
    }
    log = (folder / f"{app}.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, __file__, "serve", server, str(port), str(workers)],
        env=environment,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    try:
        _await(port, process, folder / f"{app}.log")
        yield port, process.pid
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        log.close()


def _await(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                connection.close()
                return
        time.sleep(0.05)
    raise RuntimeError(log.read_text()[-2000:])


def _key(url: str, role: str = "system") -> str:
    from disclosure_gate.register import Register
    from disclosure_gate.register.keys import ROLES, ApiKeys

    with Register.open(url) as register:
        chosen = next(each for each in ROLES if each == role)
        return ApiKeys(register.engine).create("bench", "*", datetime.now(UTC), role=chosen)[1]


# the generator, in a process of its own: `load PORT KEY RATE SECONDS SEED`; rate 0: 32 requests always under way


class _Connection(asyncio.Protocol):
    """One connection: a request at a time, its answer read to the end."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.answered: asyncio.Future[int] | None = None
        self._read = b""
        self.body = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, end, body = self._read.partition(b"\r\n\r\n")
        if not end:
            return
        lowered = head.lower()
        if b"transfer-encoding: chunked" in lowered:
            if not body.endswith(b"0\r\n\r\n"):
                return
        else:
            length = int(lowered.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
            if len(body) < length:
                return
        self.body, self._read = body, b""
        if b"connection: close" in lowered:
            assert self.transport is not None
            self.transport.close()
            self.transport = None
        if self.answered is not None and not self.answered.done():
            self.answered.set_result(int(head[9:12]))

    def connection_lost(self, error: Exception | None) -> None:
        self.transport = None
        if self.answered is not None and not self.answered.done():
            self.answered.set_exception(error or ConnectionError("closed"))


class Load:
    """What was sent and what came of it."""

    def __init__(self, port: int, key: str, seed: int, look: Callable[[bytes], None] | None = None) -> None:
        head = (
            f"POST /v1/checks HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\n"
            "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n"
        )
        self._requests = [head.format(len(body)).encode() + body for body in bodies(2000, seed)]
        self._port = port
        self._idle: list[_Connection] = []
        self._next = 0
        self._look = look
        self.times: list[float] = []
        self.statuses: dict[str, int] = {}

    async def _ask(self, due: float) -> None:
        loop = asyncio.get_running_loop()
        self._next += 1
        request = self._requests[self._next % len(self._requests)]
        connection = self._idle.pop() if self._idle else None
        status: int | str
        try:
            if connection is None or connection.transport is None:
                _, connection = await loop.create_connection(_Connection, "127.0.0.1", self._port)
            connection.answered = loop.create_future()
            assert connection.transport is not None
            connection.transport.write(request)
            status = await connection.answered
            if self._look is not None:
                self._look(connection.body)
            if connection.transport is not None:
                self._idle.append(connection)
        except OSError as error:
            status = type(error).__name__
        self.times.append(time.perf_counter() - due)
        self.statuses[str(status)] = self.statuses.get(str(status), 0) + 1

    async def saturate(self, seconds: float) -> None:
        """Keep 32 requests under way."""
        until = time.perf_counter() + seconds

        async def one() -> None:
            while time.perf_counter() < until:
                await self._ask(time.perf_counter())

        await asyncio.gather(*(one() for _ in range(_UNDER_WAY)))

    async def open(self, rate: float, seconds: float, seed: int) -> None:
        """Send at moments drawn beforehand, whatever becomes of those before."""
        began, tasks = time.perf_counter(), set()
        for moment in _moments(rate, seconds, seed):
            wait = began + moment - time.perf_counter()
            if wait > 0:
                await asyncio.sleep(wait)
            task = asyncio.create_task(self._ask(began + moment))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        await asyncio.gather(*tasks)


def _moments(rate: float, seconds: float, seed: int) -> list[float]:
    """When requests are due, in seconds from the beginning."""
    rng, at, moments = random.Random(seed), 0.0, []
    while at < seconds:
        at += rng.expovariate(rate)
        moments.append(at)
    return moments


def load(port: int, key: str, rate: float, seconds: float, seed: int) -> dict[str, Any]:
    """Send requests and sum up; seconds in the answer are milliseconds there."""
    made = Load(port, key, seed)
    began = time.perf_counter()
    asyncio.run(made.open(rate, seconds, seed) if rate else made.saturate(seconds))
    took = time.perf_counter() - began
    times = sorted(made.times)
    return {
        "requests": len(times),
        "per_second": len(times) / took,
        "p50_ms": _at(times, 0.5) * 1000,
        "p99_ms": _at(times, 0.99) * 1000,
        "max_ms": times[-1] * 1000,
        "statuses": made.statuses,
    }


def _at(ordered: list[float], part: float) -> float:
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def _loaded(port: int, pid: int, key: str, rate: float, seconds: float, seed: int) -> dict[str, Any]:
    """A generator run to its end, and the processor time the server took for a request."""
    before = _cpu(pid)
    done = subprocess.run(
        [sys.executable, __file__, "load", str(port), key, str(rate), str(seconds), str(seed)],
        capture_output=True,
        text=True,
        check=True,
    )
    told: dict[str, Any] = json.loads(done.stdout)
    told["cpu_ms"] = (_cpu(pid) - before) * 1000 / told["requests"]
    return told


def _group(pid: int) -> list[int]:
    """The process and those it started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[2]) == pid:
                found.append(int(stat.parent.name))
    return found


def _cpu(pid: int) -> float:
    """Seconds of processor time of a group of processes."""
    ticks = 0
    for each in _group(pid):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _rss(pid: int) -> float:
    """MiB resident in a group of processes."""
    pages = 0
    for each in _group(pid):
        with contextlib.suppress(OSError):
            pages += int(Path(f"/proc/{each}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


# what is measured


def servers(names: list[str], seconds: float, rounds: int) -> list[dict[str, Any]]:
    """Each server with one and, where it can, two workers: the sidecar beside the echo."""
    results = []
    for name in names:
        for workers in (1,) if name == "waitress" else (1, 2):
            results.append(_compared(name, workers, seconds, rounds))
            _show_servers(results[-1:])
    return results


def _compared(name: str, workers: int, seconds: float, rounds: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        key = _key(f"sqlite:///{folder / 'register.db'}")
        with (
            running("echo", name, workers, folder) as echo,
            running("sidecar", name, workers, folder) as gate,
        ):
            apps = {"echo": echo, "sidecar": gate}
            for port, pid in apps.values():
                _loaded(port, pid, key, 0, 1, 0)
            capacity: dict[str, list[dict[str, Any]]] = {"echo": [], "sidecar": []}
            for number in range(rounds):
                for app, (port, pid) in apps.items():
                    capacity[app].append(_loaded(port, pid, key, 0, seconds, number + 1))
            runs, opened = [*capacity["sidecar"]], []
            for part in _PARTS:
                rate = part * _median(capacity["sidecar"], "per_second")
                late: dict[str, list[dict[str, Any]]] = {"echo": [], "sidecar": [], "disk": []}
                for number in range(rounds):
                    for app, (port, pid) in apps.items():
                        late[app].append(_loaded(port, pid, key, rate, seconds, 100 + number))
                    late["disk"].append(_synced(folder, rate, seconds, 100 + number))
                runs += late["sidecar"]
                times = {
                    name: {app: _median(each, name) for app, each in late.items()}
                    for name in ("p50_ms", "p99_ms")
                }
                opened.append({"part": part, "rate": rate, **times})
    answers: dict[str, int] = {}
    for each in runs:
        for status, count in each["statuses"].items():
            answers[status] = answers.get(status, 0) + count
    return {
        "server": name, "workers": workers, "answers": answers, "open": opened,
        "capacity": {app: _median(runs, "per_second") for app, runs in capacity.items()},
        "cpu_ms": {app: _median(runs, "cpu_ms") for app, runs in capacity.items()},
        "ratio": statistics.median(
            mine["per_second"] / bare["per_second"]
            for mine, bare in zip(capacity["sidecar"], capacity["echo"], strict=True)
        ),
    }  # fmt: skip


def _median(runs: list[dict[str, Any]], name: str) -> float:
    return float(statistics.median(each[name] for each in runs))


def fsyncs(folder: Path, seconds: float = 3) -> float:
    """How often a second this disk completes writing and syncing 4 KB."""
    path, count, began = folder / "fsync", 0, time.perf_counter()
    with path.open("wb") as file:
        while time.perf_counter() - began < seconds:
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
            count += 1
    return count / (time.perf_counter() - began)


def _synced(folder: Path, rate: float, seconds: float, seed: int) -> dict[str, float]:
    """How long it takes until 4 KB are on the disk, due at the moments at which :meth:`Load.open` sends."""
    times, began = [], time.perf_counter()
    with (folder / "synced").open("wb") as file:
        for moment in _moments(rate, seconds, seed):
            time.sleep(max(0.0, began + moment - time.perf_counter()))
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - began - moment)
    times.sort()
    return {"p50_ms": _at(times, 0.5) * 1000, "p99_ms": _at(times, 0.99) * 1000}


def deeds(seconds: float) -> list[dict[str, Any]]:
    """Documents checked, cleared and issued per second, on each database."""
    sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
    from databases import fresh, postgresql

    results = []
    with tempfile.TemporaryDirectory() as made, postgresql() as server:
        folder = Path(made)
        rate = fsyncs(folder)
        for database in ("sqlite", "postgresql"):
            url = fresh(database, server, folder)
            key = _key(url)
            with running("sidecar", "waitress", 1, folder, BENCH_URL=url) as (port, _):
                told = _issue(port, key, seconds)
            results.append({"database": database, "fsync_per_second": rate, **told})
    return results


def _issue(port: int, key: str, seconds: float) -> dict[str, Any]:
    papers = [bodies(2000, 1000 + number) for number in range(8)]
    until = time.perf_counter() + seconds
    times: dict[str, list[float]] = {"check": [], "clear": [], "issue": []}
    lock = threading.Lock()

    def worker(number: int) -> int:
        connection, done = http.client.HTTPConnection("127.0.0.1", port, timeout=60), 0

        def post(name: str, path: str, body: Any) -> Any:
            began = time.perf_counter()
            headers = {"Authorization": f"Bearer {key}"}
            connection.request("POST", path, json.dumps(body, ensure_ascii=False).encode(), headers)
            answer = connection.getresponse()
            told = json.loads(answer.read())
            assert answer.status in {200, 201}, told
            with lock:
                times[name].append(time.perf_counter() - began)
            return told

        decided = {"drafter": "拟稿人", "reviewer": "审核人", "signer": "签发人"}
        for body in papers[number]:
            if time.perf_counter() > until:
                break
            asked = json.loads(body)
            checked = post("check", "/v1/checks", asked)
            document = asked["document"]
            if checked["status"] != "proactive":
                continue
            cleared = {"document": document, "determination": checked, "decision": decided}
            token = post("clear", "/v1/clearances", cleared)["token"]
            post("issue", "/v1/issues", {"document": document, "token": token, "issued_on": _DAY})
            done += 1
        return done

    began = time.perf_counter()
    with ThreadPoolExecutor(8) as threads:
        issued = sum(threads.map(worker, range(8)))
    took = time.perf_counter() - began
    return {
        "issued_per_second": issued / took,
        "commits_asked_per_second": sum(map(len, times.values())) / took,
        **{f"{name}_p50_ms": statistics.median(each) * 1000 for name, each in times.items()},
    }


def memory(requests: int) -> dict[str, Any]:
    """Resident memory every tenth of the way."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        key = _key(f"sqlite:///{folder / 'register.db'}")
        with running("sidecar", "waitress", 1, folder) as (port, pid):
            began, answered, seen = time.perf_counter(), 0, [(0, _rss(pid))]
            while answered < requests:
                told = _loaded(port, pid, key, 0, 10, answered % 89)
                assert set(told["statuses"]) == {"200"}, told
                answered += told["requests"]
                if answered >= seen[-1][0] + requests / 10:
                    seen.append((answered, _rss(pid)))
            took = time.perf_counter() - began
    return {"requests": answered, "seconds": took, "mib": [[count, round(mib, 1)] for count, mib in seen]}


def reloads(count: int) -> dict[str, Any]:
    """Read rulesets again ``count`` times, two editions in turn, while checks are answered."""
    from disclosure_gate.assembly import shipped

    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        rulesets = folder / "rulesets"
        shutil.copytree(shipped("rulesets"), rulesets)
        url = f"sqlite:///{folder / 'register.db'}"
        key, admin = _key(url), _key(url, "admin")
        told = [rulesets / "national" / "ruleset.yaml", rulesets / "local" / "yintai" / "ruleset.yaml"]
        told = [path for path in told if path.exists()]
        plain = [path.read_text(encoding="utf-8") for path in told]

        def edition(name: str) -> None:
            for path, text in zip(told, plain, strict=True):
                lines = [
                    f'version: "{name}"' if line.startswith("version:") else line
                    for line in text.splitlines()
                ]
                path.write_text("\n".join(lines) + "\n", encoding="utf-8")

        edition("1.0")
        with running("sidecar", "waitress", 1, folder, BENCH_RULESETS=str(rulesets)) as (port, _):
            seen: dict[str, int] = {}

            def look(body: bytes) -> None:
                versions = {each["version"] for each in json.loads(body)["rulesets"]}
                named = "+".join(sorted(versions & {"1.0", "2.0"}))
                seen[named] = seen.get(named, 0) + 1

            made_load, stop = Load(port, key, 5, look), threading.Event()

            async def under_load() -> None:
                while not stop.is_set():
                    await made_load.open(_BESIDE_RELOADS, 2, len(made_load.times))

            thread = threading.Thread(target=lambda: asyncio.run(under_load()))
            thread.start()
            statuses: dict[int, int] = {}
            took = []
            for number in range(count):
                edition(("2.0", "1.0")[number % 2])
                began = time.perf_counter()
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
                connection.request("POST", "/v1/rulesets", "{}", {"Authorization": f"Bearer {admin}"})
                answer = connection.getresponse()
                answer.read()
                connection.close()
                statuses[answer.status] = statuses.get(answer.status, 0) + 1
                took.append(time.perf_counter() - began)
            stop.set()
            thread.join()
    times = sorted(made_load.times)
    return {
        "reloads": statuses, "reload_p50_s": statistics.median(took), "answers": made_load.statuses, "editions": seen,
        "p50_ms": _at(times, 0.5) * 1000, "p99_ms": _at(times, 0.99) * 1000, "max_ms": times[-1] * 1000,
    }  # fmt: skip


def start(rounds: int) -> dict[str, Any]:
    """Seconds from starting the command to being ready; the least and the median of some starts."""
    told: dict[str, list[tuple[float, float]]] = {"new register": [], "register there": []}
    with tempfile.TemporaryDirectory() as made:
        for number in range(rounds):
            folder = Path(made) / str(number)
            folder.mkdir()
            for named in told.values():
                named.append(_started(folder))
    return {
        name: {
            "starts": rounds,
            "least_s": round(min(wall for wall, _ in each), 2),
            "median_s": round(statistics.median(wall for wall, _ in each), 2),
            "cpu_s": round(statistics.median(cpu for _, cpu in each), 2),
        }
        for name, each in told.items()
    }


def _started(folder: Path) -> tuple[float, float]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).parent / "disclosure-gate"), "serve", "--port", str(port),
               "--register", f"sqlite:///{folder / 'register.db'}", "--signing-keys", str(folder / "keys")]  # fmt: skip
    with (folder / "log").open("wb") as log:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    try:
        while process.poll() is None:
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
                connection.request("GET", "/readyz")
                if connection.getresponse().status == 200:
                    return time.perf_counter() - began, _cpu(process.pid)
            time.sleep(0.005)
        raise RuntimeError((folder / "log").read_text()[-2000:])
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def stages(rounds: int) -> dict[str, float]:
    """Microseconds of processor time of each part of a check."""
    from datetime import date

    from disclosure_gate.detect.reader import read_document
    from disclosure_gate.model.canonical import canonical
    from disclosure_gate.model.document import Document
    from disclosure_gate.register import Event, Transaction
    from disclosure_gate.rules.resolution import resolve

    day, sent = date.fromisoformat(_DAY), bodies(500, 7)
    with tempfile.TemporaryDirectory() as made, Path(made, "log").open("w") as log:
        url = f"sqlite:///{made}/register.db"
        os.environ.update(BENCH_APP="sidecar", BENCH_FOLDER=made, BENCH_URL=url)
        key = _key(url)
        with contextlib.redirect_stderr(log):
            app, echo = application(), _echo()
        gate = app.config["GATE"]
        documents = [Document.parse(json.loads(body)["document"]) for body in sent]
        answers = [gate.check(each, day) for each in documents]
        parts, edition = gate.parts, gate.parts.rules.edition(day)
        scopes = edition.scopes_of(None)
        readings = [read_document(each, parts.readers) for each in documents]
        facts = {each.name: each.value for each in gate.explain(documents[0], day, what_if=False).facts}
        vector = {**dict.fromkeys(edition.vocabulary.facts), **facts}
        matched = edition.direct.match(scopes, vector)
        findings = [finding for index in matched.true for finding in edition.findings(index)]
        body = canonical({"determination": answers[0].to_json()})

        def written(tx: Transaction) -> None:
            seq, _ = tx.append_written(Event.CHECKED, "stages", body)
            tx.index_determination(f"det-{seq}", seq, _ORGAN)

        def eight(_: int) -> None:
            with gate.register.transaction(datetime.now(UTC)) as tx:
                for _each in range(8):
                    written(tx)

        count = len(sent)
        told = {
            "echo: Flask and pydantic": _each(rounds, count, lambda number: _asked(echo, sent[number], key)),
            "a recorded check": _each(rounds, count, lambda number: _asked(app, sent[number], key)),
            "· the body read into a document": _each(
                rounds, count, lambda number: Document.parse(json.loads(sent[number])["document"])
            ),
            "· the decision with its reasons (gate.check)": _each(
                rounds, count, lambda number: gate.check(documents[number], day)
            ),
            "· · detection": _each(rounds, count, lambda number: parts.scanner.scan(readings[number])),
            "· · engine: direct": _each(rounds, count, lambda _: edition.direct.match(scopes, vector)),
            "· · engine: durable-rules": _each(rounds, count, lambda _: edition.networks.match(scopes, vector)),
            "· · resolution": _each(rounds, count, lambda _: resolve(findings)),
            "· · the answer as canonical JSON": _each(
                rounds, count, lambda number: canonical(answers[number].to_json())
            ),
            "· a commit for it alone": _each(
                rounds, count, lambda _: gate.register.write_together(written, datetime.now(UTC))
            ),
            "· its part of a commit of eight": _each(rounds, count // 8, eight) / 8,
        }  # fmt: skip
        gate.close()
    told["60 % of the echo's requests would leave"] = told["echo: Flask and pydantic"] / 0.6
    return {name: round(value, 1) for name, value in told.items()}


def _each(rounds: int, count: int, do: Callable[[int], object]) -> float:
    """Microseconds of processor time of one, the least of some rounds."""
    least = float("inf")
    for _ in range(rounds + 1):  # the first warms up
        began = time.process_time()
        for number in range(count):
            do(number)
        least = min(least, (time.process_time() - began) / count * 1e6)
    return least


def _asked(app: Any, body: bytes, key: str) -> None:
    environ = {
        "REQUEST_METHOD": "POST", "SCRIPT_NAME": "", "PATH_INFO": "/v1/checks", "QUERY_STRING": "", "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "127.0.0.1", "HTTP_AUTHORIZATION": f"Bearer {key}",
        "CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(body)), "wsgi.version": (1, 0), "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr, "wsgi.multithread": True, "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }  # fmt: skip
    seen: list[str] = []
    answer = app(environ, lambda status, *_: seen.append(status))
    b"".join(answer)
    answer.close()
    assert seen == ["200 OK"], seen


# the report


def _machine() -> dict[str, Any]:
    cpu = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        "",
    )
    return {
        "cores": os.cpu_count(), "cpu": cpu, "kernel": platform.release(), "python": platform.python_version(),
        "load_before": os.getloadavg(),
    }  # fmt: skip


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []


def _show_servers(results: list[dict[str, Any]]) -> None:
    table = Table("server", "workers", "echo/s", "checks/s", "ratio", "CPU ms echo", "CPU ms check", "open at/s",
                  "p50 ms", "p99 ms", "p99 echo", "p99 ×", "p99 disk", "answers")  # fmt: skip
    for each in results:
        for opened in each["open"]:
            late = opened["p99_ms"]
            table.add_row(
                each["server"], str(each["workers"]), f"{each['capacity']['echo']:.0f}",
                f"{each['capacity']['sidecar']:.0f}", f"{each['ratio']:.0%}", f"{each['cpu_ms']['echo']:.2f}",
                f"{each['cpu_ms']['sidecar']:.2f}", f"{opened['rate']:.0f}", f"{opened['p50_ms']['sidecar']:.1f}",
                f"{late['sidecar']:.1f}", f"{late['echo']:.1f}", f"{late['sidecar'] / late['echo']:.1f}",
                f"{late['disk']:.1f}",
                str(each["answers"]),
            )  # fmt: skip
    Console(width=180).print(table)


def main() -> None:
    """Run from the command line."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("what", choices=("servers", "deeds", "memory", "reloads", "start", "stages"))
    options.add_argument("--server", action="append", choices=_SERVERS)
    options.add_argument("--seconds", type=float, default=6)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--requests", type=int, default=200_000)
    options.add_argument("--reloads", type=int, default=100)
    options.add_argument("--json", type=Path)
    given = options.parse_args()
    machine = _machine()
    measured: Any
    if given.what == "servers":
        measured = servers(given.server or list(_SERVERS), given.seconds, given.rounds)
    elif given.what == "deeds":
        measured = deeds(given.seconds)
    elif given.what == "memory":
        measured = memory(given.requests)
    elif given.what == "start":
        measured = start(given.rounds)
    elif given.what == "stages":
        measured = stages(given.rounds)
    else:
        measured = reloads(given.reloads)
    told = {"what": given.what, "machine": machine, "measured": measured}
    if given.json:
        given.json.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    if given.what == "servers":
        _show_servers(measured)
        print(json.dumps(machine))
    else:
        print(json.dumps(told, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    elif sys.argv[1:2] == ["load"]:
        _port, _secret, _rate, _seconds, _seed = sys.argv[2:]
        print(json.dumps(load(int(_port), _secret, float(_rate), float(_seconds), int(_seed))))
    else:
        main()
