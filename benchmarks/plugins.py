"""What installed plugins add to a decision: none against fifty, as `plugin new` writes them, in one run.

    python benchmarks/plugins.py [--plugins 50] [--rounds 40] [--json FILE]

Every plugin brings facts it derives from the text, a rule, a row and a detector; their domains are spread over
all. Times are medians over interleaved rounds; in the document nobody, one or every
plugin finds something to say.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from disclosure_gate import Document, Gate
from disclosure_gate.model.document import DOMAINS
from disclosure_gate.plugins.scaffold import PARTS, Wanted, write
from disclosure_gate.rules.decision import EngineChoice

_ON = date(2026, 11, 24)
_INNER = 20  # decisions per round
_THIRTEEN = 13
TEXTS = {
    "nobody speaks": "现将冬季供热有关事项公告如下。联系人手机13800138000。" * 4,
    "one speaks": "现将冬季供热有关事项公告如下。十三号表具：10023456，手机13800138000。" * 4,
    "all speak": "现将冬季供热有关事项公告如下。表具编号：10023456，涉及12户，手机13800138000。" * 4,
}


def made(count: int, folder: Path) -> list[Any]:
    """``count`` plugins, imported from ``folder``."""
    domains = list(DOMAINS)
    found = []
    for number in range(count):
        name = f"measured_{number:02}"
        write(
            Wanted(name, f"事项{number}", domains[number % len(domains)], frozenset(PARTS) - {"publisher"}),
            folder / name,
        )
        sys.path.insert(0, str(folder / name / "src"))
        # Every plugin has a term of its own as well, as departments have.
        detector: Any = import_module(f"{name}.detector").MeterDetector
        detector.terms = (*detector.terms, "十三号表具" if number == _THIRTEEN else f"{number}号设施")
        found.append(import_module(name).plugin)
    return found


def document(text: str) -> Document:
    """A notice of the municipal services."""
    return Document.parse(
        {
            "id": "1",
            "title": "关于冬季供热的公告",
            "kind": "公告",
            "text": text,
            "issuer": {"name": "景明区人民政府办公室"},
            "domain": "municipal_services",
            "formed_on": "2026-11-16",
            "facts": {"secrecy_review": "passed"},
        }
    )


def compare(
    plain: Gate,
    full: Gate,
    paper: Document,
    rounds: int,
    of: Callable[[Iterable[float]], float] = statistics.median,
    clock: Callable[[], float] = time.perf_counter,
) -> tuple[float, float]:
    """Milliseconds of a decision without and with plugins: medians over interleaved rounds."""
    times: tuple[list[float], list[float]] = ([], [])
    gc.collect()
    for _ in range(rounds):
        for gate, taken in zip((plain, full), times, strict=True):
            start = clock()
            for _ in range(_INNER):
                gate.check(paper, _ON)
            taken.append((clock() - start) / _INNER * 1e3)
    return of(times[0]), of(times[1])


def measure(count: int, rounds: int) -> list[dict[str, Any]]:
    """Both engines, both texts."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        plugins = made(count, Path(folder))
        engines: tuple[EngineChoice, ...] = ("direct", "both")
        for engine in engines:
            plain, full = Gate.open(plugins=(), engine=engine), Gate.open(plugins=plugins, engine=engine)
            assert full.problems == ()  # noqa: S101  else it measures something else
            for name, text in TEXTS.items():
                before, after = compare(plain, full, document(text), rounds)
                rows.append(
                    {
                        "engine": engine,
                        "text": name,
                        "plugins": count,
                        "without_ms": round(before, 3),
                        "with_ms": round(after, 3),
                        "added_ms": round(after - before, 3),
                    }
                )
    return rows


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plugins", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    rows = measure(given.plugins, given.rounds)
    table = Table(title=f"{given.plugins} plugins installed: milliseconds per decision")
    for heading in ("engine", "text", "without", "with", "added"):
        table.add_column(heading)
    for row in rows:
        table.add_row(
            row["engine"],
            row["text"],
            f"{row['without_ms']:.3f}",
            f"{row['with_ms']:.3f}",
            f"{row['added_ms']:.3f}",
        )
    Console().print(table)
    if given.json:
        given.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
