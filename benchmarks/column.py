"""The column with many items: how long searches and pages take, and how fast items get there.

    python benchmarks/column.py [--items 100000] [--push 10000] [--withdraw 30] [--json FILE]

`--items` are written to a public database; then the site over it is asked, in this process, for searches (words of
one, two, four and more characters, with filters, deep pages, words nobody wrote), for pages of items, and for pages of lists,
however far back. Times are the server's,
without a network; percentiles over all requests. `--push` items wait in an outbox of a register and are delivered
to another database by a worker, as `column push` does; the rate beside that of bare commits with synchronous FULL on the same
disk, because that is what each delivery pays at least. `--withdraw` items are taken, one by one, from a folder of plain pages
that lists `--items`: from the call until no page names them.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from disclosure_gate.column import Outbox, Worker
from disclosure_gate.column.pages import PER_PAGE
from disclosure_gate.column.static_site import StaticSite
from disclosure_gate.column.store import ColumnStore, slug_of
from disclosure_gate.column.web import create_app
from disclosure_gate.model.document import DOMAINS
from disclosure_gate.register import Register
from public_items import many

_AT = "2026-11-24 09:00"
_WORDS = (
    "供", "补贴", "食品抽检", "农村危房改造", "保障群众知情权", "第3项第", "景政办发〔2026〕7号", "公共文化场馆 通知", "没有人写过的词",
    "法律援助工作方案", "的", "2026年",
)  # fmt: skip
_FILTERS = ("", "&domain=budget", "&kind=公告&year=2026", "&scope=title", "&order=new", "&page=7")


def filled(path: Path, count: int) -> float:
    """A public database with ``count`` items; the seconds it took."""
    began = time.perf_counter()
    store = ColumnStore.open(path)
    for item in track(many(count), "publish", transient=True):
        store.publish(item.key("column"), item, _AT)
    store.settle()
    store.close()
    return time.perf_counter() - began


def searches(rng: random.Random, count: int) -> Iterator[str]:
    """Addresses of searches."""
    for _ in range(count):
        yield f"/search?q={rng.choice(_WORDS)}{rng.choice(_FILTERS)}"


def pages(rng: random.Random, count: int, items: int) -> Iterator[str]:
    """Addresses of item pages."""
    for _ in range(count):
        yield f"/items/{slug_of(f'doc-{rng.randrange(items)}#public#column')}"


def lists(rng: random.Random, count: int, items: int) -> Iterator[str]:
    """Addresses of the front page, of sections and policies at any page, and of domains."""
    for _ in range(count):
        yield rng.choice(
            (
                "/",
                f"/sections/statutory?page={rng.randrange(items // PER_PAGE) + 1}",
                f"/policies?page={rng.randrange(items // 9 // PER_PAGE) + 1}",
                f"/domains/{rng.choice(list(DOMAINS))}",
            )
        )


def served(path: Path, addresses: Iterator[str]) -> list[tuple[float, str]]:
    """Milliseconds of each request, and its address; none may fail."""
    client = create_app(ColumnStore.read(path)).test_client()
    taken = []
    for address in addresses:
        began = time.perf_counter()
        answer = client.get(address)
        body = answer.get_data()
        taken.append(((time.perf_counter() - began) * 1e3, address))
        if answer.status_code != 200 or len(body) > 100_000:
            raise AssertionError(f"{address}: {answer.status_code}, {len(body)} bytes")
    return taken


def pushed(folder: Path, count: int) -> tuple[float, float]:
    """Items a second from an outbox to a database, and bare commits a second on the same disk."""
    now = datetime.now(UTC)
    with Register.open(f"sqlite:///{folder / 'register.db'}") as register:
        outbox = Outbox(register.engine)
        with register.transaction(now) as tx:
            for item in many(count, seed=11):
                outbox.enqueue(tx.connection, item.document_id, 1, [item], now, "bulk")
        store = ColumnStore.open(folder / "pushed.db")
        began = time.perf_counter()
        made = Worker(outbox, [store], random.Random(1)).run(lambda: datetime.now(UTC))
        took = time.perf_counter() - began
        if outbox.counts() != {"delivered": count} or len(made) != count or store.total() != count:
            raise AssertionError(outbox.counts())
    return count / took, _commits(folder / "bare.db")


def withdrawn(folder: Path, items: int, count: int) -> tuple[list[tuple[float, str]], float]:
    """Milliseconds of each withdrawal from a folder of plain pages, and the seconds a run then takes for all lists."""
    site = StaticSite(folder / "plain")
    for item in track(many(items), "known", transient=True):
        site.store.publish(item.key("column"), item, _AT)
    site.settle()
    rng, taken = random.Random(3), []
    for number in rng.sample(range(items), count):
        began = time.perf_counter()
        site.withdraw(f"doc-{number}#public#column", 2, "benchmark", date(2026, 11, 24))
        taken.append(((time.perf_counter() - began) * 1e3, f"doc-{number}"))
    pages = b"".join(each.read_bytes() for each in (folder / "plain" / "public").glob("[!i]*/*.*"))
    pages += b"".join(each.read_bytes() for each in (folder / "plain" / "public").glob("*.*"))
    if left := [name for _, name in taken if slug_of(f"{name}#public#column").encode() in pages]:
        raise AssertionError(left)
    began = time.perf_counter()
    site.settle()
    return taken, time.perf_counter() - began


def _commits(path: Path, seconds: float = 2.0) -> float:
    with sqlite3.connect(path, isolation_level=None) as bare:
        bare.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (x BLOB)")
        began, done = time.perf_counter(), 0
        while time.perf_counter() - began < seconds:
            bare.execute("INSERT INTO t VALUES (randomblob(2000))")
            done += 1
        return done / (time.perf_counter() - began)


def _summed(taken: list[tuple[float, str]]) -> dict[str, float]:
    times = sorted(each for each, _ in taken)
    return {
        "median": statistics.median(times),
        "p95": times[int(len(times) * 0.95)],
        "p99": times[int(len(times) * 0.99)],
        "max": times[-1],
    }


def main() -> None:
    """Run, print, compare with the targets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--push", type=int, default=10_000)
    parser.add_argument("--requests", type=int, default=600)
    parser.add_argument("--withdraw", type=int, default=30)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    console, rng = Console(), random.Random(5)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        seconds = filled(folder / "column.db", options.items)
        asked = {
            "search": served(folder / "column.db", searches(rng, options.requests)),
            "list page": served(folder / "column.db", lists(rng, options.requests, options.items)),
            "item page": served(folder / "column.db", pages(rng, options.requests, options.items)),
        }
        rate, bare = pushed(folder, options.push)
        gone, settled = withdrawn(folder, options.items, options.withdraw)
    figures = {name: _summed(taken) for name, taken in asked.items()}
    table = Table(title=f"milliseconds with {options.items} items, {options.requests} requests each")
    for heading in ("", "median", "p95", "p99", "max"):
        table.add_column(heading, justify="right" if heading else "left")
    for name, row in figures.items():
        table.add_row(name, *(f"{value:.1f}" for value in row.values()))
    console.print(table)
    leaving = _summed(gone)
    console.print(
        f"      withdrawing from plain pages: median {leaving['median']:.0f} ms, p95 {leaving['p95']:.0f} ms, "
        f"{1e3 * len(gone) / sum(each for each, _ in gone):.0f} a second; all lists afterwards {settled:.1f} s"
    )
    slowest = max(asked["search"])
    console.print(f"      slowest search: {slowest[1]} ({slowest[0]:.0f} ms)")
    console.print(f"      filling: {options.items / seconds:.0f} items a second")
    console.print(f"      pushing {options.push}: {rate:.0f} a second; bare commits {bare:.0f} a second")
    for name, most in (("search", 100), ("list page", 100), ("item page", 20)):
        found = figures[name]["p95"]
        console.print(f"{'PASS' if found < most else 'FAIL'}  {name}, p95: {found:.1f} ms (below {most})")
    report: dict[str, Any] = {
        "items": options.items,
        "milliseconds": figures,
        "filled_per_second": options.items / seconds,
        "pushed_per_second": rate,
        "bare_commits_per_second": bare,
        "withdrawal_milliseconds": leaving,
        "lists_seconds": settled,
    }
    if options.json:
        options.json.write_text(json.dumps(report, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
