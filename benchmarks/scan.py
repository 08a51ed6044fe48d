"""Detection beside its peers, in one run, on the same documents with the same patterns.

    python benchmarks/scan.py [--quick] [--json FILE]

Ours is the whole detection: secrecy marks, every built-in detector, a dictionary of 5,000 terms, overlaps
settled. Plain `re` is one alternation of eight patterns, as a script would have it. Presidio's analyzer is
given those eight as Chinese pattern recognisers and a blank Chinese pipeline; and once more with the dictionary
as a ninth: a pattern, for its own lists of terms ask for a blank around each, which Chinese has not. Neither looks
for names, homes or health. Times are processor time of
one thread, so that other work on the machine counts little. Documents are official
texts of the corpus and the examples, cut or repeated to 2 KB and 100 KB of UTF-8.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from disclosure_gate.detect import Scanner, built_in_detectors, secret_mark
from disclosure_gate.detect.detector import TermDetector
from disclosure_gate.model.findings import Reading
from disclosure_gate.model.frozen import Text

ROOT = Path(__file__).parent.parent
PATTERNS = {
    "ID": r"[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]",
    "MOBILE": r"(?:\+?86[-\s]?)?1[3-9](?:[-\s]?\d){9}",
    "CARD": r"[1-9]\d{15,18}",
    "PASSPORT": r"[EG][A-Z]?\d{7,8}",
    "PLATE": r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][A-Z0-9]{5,6}",
    "EMAIL": r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}",
    "SECRET": r"(?:绝密|机密|秘密)\s*★",
    "NUMBER": r"[\u4e00-\u9fa5]{2,12}〔(?:19|20)\d{2}〕[1-9]\d*号",
}
TARGET_RATE = 20.0  # MB of UTF-8 a second
TARGET_RATIO = 30.0  # times Presidio


def documents(size: int) -> list[str]:
    """Official texts of ``size`` bytes: four in five running text, one in five with a table of persons."""
    texts = []
    for path in sorted((ROOT / "examples/documents").glob("[0-9]*.json")):
        text = json.loads(path.read_text(encoding="utf-8")).get("text", "")
        if text and "★" not in text:
            texts.append(text)
    return [_sized(text, size) for text in texts]


def _sized(text: str, size: int) -> str:
    data = text.encode()
    while len(data) < size:
        data += b"\n" + text.encode()
    return data[:size].decode(errors="ignore")


def dictionary() -> list[str]:
    """5,000 terms."""
    rng = random.Random(1)
    signs = [chr(0x4E00 + number) for number in range(3000)]
    return sorted({"".join(rng.choices(signs, k=rng.randint(3, 6))) for _ in range(5000)})


def ours() -> Callable[[str], int]:
    """The scanner as the gate uses it, with 5,000 further terms."""
    watch = TermDetector("watch", "other", dictionary(), Text(zh="词表", en="terms"))
    scanner = Scanner([*built_in_detectors(), watch])

    def run(text: str) -> int:
        secret_mark(text)
        return len(scanner.scan(Reading((("text", text),))).spans)

    return run


def plain() -> Callable[[str], int]:
    """One alternation."""
    pattern = re.compile("|".join(f"(?P<{name}>{each})" for name, each in PATTERNS.items()))
    return lambda text: sum(1 for _ in pattern.finditer(text))


def presidio(terms: Sequence[str] = ()) -> Callable[[str], int]:
    """Presidio's analyzer with equivalent recognisers, and one for ``terms`` if there are any."""
    import spacy  # noqa: PLC0415  peers are optional
    from presidio_analyzer import AnalyzerEngine, Pattern, PatternRecognizer, RecognizerRegistry  # noqa: PLC0415
    from presidio_analyzer.nlp_engine import NlpEngine, SpacyNlpEngine  # noqa: PLC0415

    class Blank(SpacyNlpEngine):  # type: ignore[misc,unused-ignore]
        """A Chinese pipeline without a model: pattern recognisers need none."""

        def __init__(self) -> None:
            super().__init__(models=[{"lang_code": "zh", "model_name": "zh"}])
            self.nlp = {"zh": spacy.blank("zh")}  # type: ignore[assignment,unused-ignore]

    engine: NlpEngine = Blank()
    registry = RecognizerRegistry(supported_languages=["zh"])
    patterns = {**PATTERNS, "TERM": "|".join(terms)} if terms else PATTERNS
    for name, each in patterns.items():
        registry.add_recognizer(
            PatternRecognizer(
                supported_entity=name, patterns=[Pattern(name, each, 0.8)], supported_language="zh"
            )
        )
    analyzer = AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["zh"])
    return lambda text: len(analyzer.analyze(text=text, language="zh"))


def measure(run: Callable[[str], int], texts: Sequence[str], rounds: int) -> float:
    """Megabytes of UTF-8 a second, the median of rounds."""
    for text in texts[:3]:
        run(text)
    size = sum(len(text.encode()) for text in texts)
    rates = []
    for _ in range(rounds):
        start = time.process_time()
        for text in texts:
            run(text)
        rates.append(size / (time.process_time() - start) / 1e6)
    return statistics.median(rates)


def main() -> None:
    """Run, print, compare with the targets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    console = Console()
    runners: dict[str, Callable[[str], int]] = {
        "ours: whole detection": ours(),
        "plain re: 8 patterns": plain(),
    }
    try:
        runners["presidio-analyzer"] = presidio()
        runners["presidio-analyzer with the terms"] = presidio(dictionary())
    except ImportError as error:
        print(f"presidio-analyzer: {error}", file=sys.stderr)
    figures: dict[str, dict[str, float]] = {}
    rounds = 3 if options.quick else 7
    for length in (2048, 102_400):
        texts, size = documents(length), str(length)
        for name, run in runners.items():
            few = texts[:3] if name.startswith("presidio") and length > 2048 else texts
            figures.setdefault(name, {})[size] = measure(run, few, 1 if few is not texts else rounds)
    growth = {}
    scan = runners["ours: whole detection"]
    for length in (100_000, 1_000_000, 10_000_000):
        text = documents(length)[0]
        start = time.process_time()
        scan(text)
        growth[str(length)] = (time.process_time() - start) / length * 1e9
    table = Table(title="MB of UTF-8 a second")
    for head in ("", "2 KB", "100 KB"):
        table.add_column(head, justify="right" if head else "left")
    for name, rates in figures.items():
        table.add_row(name, *(f"{rate:.2f}" for rate in rates.values()))
    console.print(table)
    checks: list[tuple[str, float, bool]] = []
    mine = figures["ours: whole detection"]
    for size, rate in mine.items():
        checks.append((f"ours at {size} bytes, MB/s (at least {TARGET_RATE:.0f})", rate, rate >= TARGET_RATE))
        for name, rates in figures.items():
            if name.startswith("presidio"):
                ratio = rate / rates[size]
                checks.append(
                    (
                        f"ours / {name} at {size} bytes (at least {TARGET_RATIO:.0f})",
                        ratio,
                        ratio >= TARGET_RATIO,
                    )
                )
    slowest = growth["10000000"] / growth["100000"]
    checks.append(("time per byte, 10 MB / 100 KB (linear: at most 1.5)", slowest, slowest <= 1.5))
    for name, value, held in checks:
        console.print(f"{'PASS' if held else 'FAIL'}  {name}: {value:.2f}")
    report: dict[str, Any] = {
        "mb_per_second": figures,
        "ns_per_byte": growth,
        "checks": {name: value for name, value, _ in checks},
    }
    if options.json:
        options.json.write_text(json.dumps(report, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
