"""Our engines beside their peers, in one run, on the same rules and documents; results are compared first.

    python benchmarks/engine.py [--quick] [--json FILE] [--memory DECISIONS]

Synthetic rules of the product's shape: 26 domains and the national scope, two to four literals each,
some with an alternative. Peers get all installed rules and a document as their users would: zen-engine
with a static loader and one expression per rule in a decision table that collects, Cedar policies,
CLIPS rules, compiled CEL programs, durable-rules without our split by domain and kind. Peers have no
unknown, so results are compared on complete vectors; ours is timed on vectors with unknowns as well.
Times are medians over interleaved rounds, each after the same documents once untimed. A ratio is the median of the ratios of each round, whose engines follow each
other within milliseconds: a machine that is slower for a while is slower for both.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import random
import resource
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from disclosure_gate.model.document import DOMAINS, KINDS
from disclosure_gate.model.frozen import FactValue, Text
from disclosure_gate.rules.conditions import All, AnyOf, Condition, Test, clauses
from disclosure_gate.rules.direct import DirectEngine
from disclosure_gate.rules.matching import MatchRule
from disclosure_gate.rules.network import NetworkEngine
from disclosure_gate.rules.vocabulary import Fact, Vocabulary, given_facts

_T = Text(zh="", en="")
_BOOLS = [f"b{n}" for n in range(10)]
_ENUMS = [f"e{n}" for n in range(6)]
_INTS = ["n0", "n1"]
_VALUES = ("none", "separable", "whole", "draft")
_LEVELS = ("province", "city", "county", "township")
Runner = Callable[[int], frozenset[int]]


def vocabulary() -> Vocabulary:
    """Twenty-four facts, as many as a rule file of ours reads."""
    facts = given_facts()
    facts |= {name: Fact(name, "bool", _T, _T) for name in _BOOLS}
    facts |= {name: Fact(name, "enum", _T, _T, _VALUES) for name in _ENUMS}
    facts |= {name: Fact(name, "int", _T, _T) for name in _INTS}
    return Vocabulary(facts)


def make_rules(
    count: int, rng: random.Random, scopes: Sequence[str] = ("national", *DOMAINS), first: int = 0
) -> list[MatchRule]:
    """Rules spread evenly over ``scopes``: one in 27 is national, the others belong to a domain and say so."""
    rules = []
    for index in range(first, first + count):
        scope = scopes[index % len(scopes)]
        parts: list[Condition] = [Test("kind", "in", tuple(rng.sample(KINDS, rng.choice((1, 1, 2)))))]
        if scope != "national":
            parts.append(Test("domain", "in", (scope,)))
        parts += [_literal(rng) for _ in range(rng.choice((1, 2, 2)))]
        if rng.random() < 0.2:
            parts.append(AnyOf((_literal(rng), _literal(rng))))
        rules.append(MatchRule(index, scope, 0, All(tuple(parts))))
    return rules


def _literal(rng: random.Random) -> Test:
    kind = rng.random()
    if kind < 0.45:
        return Test(rng.choice(_BOOLS), "in", (rng.random() < 0.5,))
    if kind < 0.85:
        return Test(rng.choice(_ENUMS), rng.choice(("in", "in", "not_in")), (rng.choice(_VALUES),))
    return Test(rng.choice(_INTS), rng.choice(("lt", "ge")), (rng.randrange(5, 60, 5),))


def make_vector(rng: random.Random, unknown: float = 0.0) -> dict[str, FactValue]:
    """A total vector; ``unknown`` is the share of facts nobody knows."""
    vector: dict[str, FactValue] = {name: rng.random() < 0.5 for name in _BOOLS}
    vector |= {name: rng.choice(_VALUES) for name in _ENUMS}
    vector |= {name: rng.randrange(0, 65) for name in _INTS}
    if unknown:
        vector = {name: None if rng.random() < unknown else value for name, value in vector.items()}
    vector |= {"kind": rng.choice(KINDS), "domain": rng.choice(list(DOMAINS)), "item": "none"}
    return vector | {"issuer_level": rng.choice(_LEVELS), "catalogue_row": "none", "row_audience": "none"}


def scopes_of(vector: Mapping[str, FactValue]) -> tuple[str, ...]:
    """What the gate asks for a document of this domain."""
    return ("national", str(vector["domain"]))


def written(condition: Condition, test: Callable[[Test], str], both: str, either: str) -> str:
    """A condition in a peer's own language."""
    if isinstance(condition, Test):
        return test(condition)
    sign = both if isinstance(condition, All) else either
    return "(" + sign.join(written(part, test, both, either) for part in condition.parts) + ")"


def _plain(vector: Mapping[str, FactValue]) -> dict[str, Any]:
    return {
        name: value for name, value in vector.items() if name in {"kind", "domain", *_BOOLS, *_ENUMS, *_INTS}
    }


def _value(value: FactValue) -> str:
    return json.dumps(value, ensure_ascii=False)


_SIGNS = {"lt": "<", "ge": ">=", "le": "<=", "gt": ">"}


def direct(rules: Sequence[MatchRule], vectors: Sequence[dict[str, FactValue]]) -> Runner:
    """Our evaluator over every installed rule at once, as the peers are."""
    flat = [MatchRule(rule.index, "all", 0, rule.condition) for rule in rules]
    engine = DirectEngine(flat, vocabulary())
    return lambda number: engine.match(("all",), vectors[number]).true  # type: ignore[return-value]  # made a set when compared


def both(rules: Sequence[MatchRule], vectors: Sequence[dict[str, FactValue]]) -> Runner:
    """A decision of the gate: evaluator and networks over the national rules and one domain."""
    one, other = DirectEngine(rules, vocabulary()), NetworkEngine(rules, vocabulary())

    def run(number: int) -> frozenset[int]:
        vector = vectors[number]
        scopes = scopes_of(vector)
        found = one.match(scopes, vector)
        if other.match(scopes, vector) != found:
            raise AssertionError("the engines differ")
        return found.true  # type: ignore[return-value]  # made a set when compared

    return run


def zen(rules: Sequence[MatchRule], vectors: Sequence[dict[str, FactValue]]) -> Runner:
    """zen-engine: one decision table that collects every row that holds; compiled once."""
    import zen as peer  # noqa: PLC0415  peers are optional

    names = ["kind", "domain", *_BOOLS, *_ENUMS, *_INTS]

    def cell(tests: Sequence[Test]) -> str:
        cells = []
        for test in tests:
            if test.operator == "in":
                cells.append(", ".join(_value(value) for value in test.values))
            elif test.operator == "not_in":
                cells.append(f"not($ in [{', '.join(_value(value) for value in test.values)}])")
            else:
                cells.append(f"{_SIGNS[test.operator]} {test.values[0]}")
        return cells[0] if len(cells) == 1 else " and ".join(cells)

    rows = []
    for rule in rules:
        for number, clause in enumerate(clauses(rule.condition)):
            columns = {
                name: cell(found)
                for name in names
                if (found := [test for test in clause if test.fact == name])
            }
            if any(len([test for test in clause if test.fact == name]) > 1 for name in columns):
                columns = {"x": " and ".join(f"({_zen_test(test)})" for test in clause)}
            rows.append({"_id": f"r{rule.index}.{number}", **columns, "o": str(rule.index)})
    table = {
        "hitPolicy": "collect",
        "inputs": [*({"id": name, "name": name, "field": name} for name in names), {"id": "x", "name": "x"}],
        "outputs": [{"id": "o", "name": "o", "field": "o"}],
        "rules": rows,
    }
    position = {"x": 0, "y": 0}
    content = {
        "nodes": [
            {"id": "i", "type": "inputNode", "name": "i", "position": position},
            {"id": "t", "type": "decisionTableNode", "name": "t", "content": table, "position": position},
            {"id": "z", "type": "outputNode", "name": "z", "position": position},
        ],
        "edges": [
            {"id": "1", "type": "edge", "sourceId": "i", "targetId": "t"},
            {"id": "2", "type": "edge", "sourceId": "t", "targetId": "z"},
        ],
    }
    engine = peer.ZenEngine({"loader": {"type": "static", "content": {"rules": content}}})
    inputs = [_plain(vector) for vector in vectors]
    return lambda number: [row["o"] for row in engine.evaluate("rules", inputs[number])["result"]]  # type: ignore[return-value]  # made a set when compared


def _zen_test(literal: Test) -> str:
    if literal.operator in {"in", "not_in"}:
        values = ", ".join(_value(value) for value in literal.values)
        return f"{literal.fact} {'in' if literal.operator == 'in' else 'not in'} [{values}]"
    return f"{literal.fact} {_SIGNS[literal.operator]} {literal.values[0]}"


def cel(rules: Sequence[MatchRule], vectors: Sequence[dict[str, FactValue]]) -> Runner:
    """Rust CEL: one compiled program for each rule."""
    import cel as peer  # noqa: PLC0415  peers are optional

    def test(literal: Test) -> str:
        if literal.operator in {"in", "not_in"}:
            inside = f"{literal.fact} in [{', '.join(_value(value) for value in literal.values)}]"
            return inside if literal.operator == "in" else f"!({inside})"
        return f"{literal.fact} {_SIGNS[literal.operator]} {literal.values[0]}"

    programs = [(rule.index, peer.compile(written(rule.condition, test, " && ", " || "))) for rule in rules]
    inputs = [peer.Context(variables=_plain(vector)) for vector in vectors]
    return lambda number: frozenset(index for index, program in programs if program.execute(inputs[number]))


def cedar(rules: Sequence[MatchRule], vectors: Sequence[dict[str, FactValue]]) -> Runner:
    """Cedar: one policy for each rule; the answer names the policies that held."""
    import cedarpy  # noqa: PLC0415  peers are optional

    def test(literal: Test) -> str:
        if literal.operator in {"in", "not_in"}:
            inside = (
                f"[{', '.join(_value(value) for value in literal.values)}].contains(context.{literal.fact})"
            )
            return inside if literal.operator == "in" else f"!({inside})"
        return f"context.{literal.fact} {_SIGNS[literal.operator]} {literal.values[0]}"

    policies = "\n".join(
        f'@id("r{rule.index}")\npermit(principal, action, resource) when {{ {written(rule.condition, test, " && ", " || ")} }};'
        for rule in rules
    )
    parsed = cedarpy.PolicySet.from_str(policies)
    requests = [
        {"principal": 'U::"u"', "action": 'A::"a"', "resource": 'R::"r"', "context": _plain(vector)}
        for vector in vectors
    ]

    def run(number: int) -> frozenset[int]:
        answer = cedarpy.is_authorized(requests[number], parsed, [])
        return frozenset(
            int(str(name).removeprefix("policy").removeprefix("r")) for name in answer.diagnostics.reasons
        )

    return run


def clips(rules: Sequence[MatchRule], vectors: Sequence[dict[str, FactValue]]) -> Runner:
    """CLIPS: a template fact, one rule each, run to the end."""
    import clips as peer  # noqa: PLC0415  peers are optional

    names = ["kind", "domain", *_BOOLS, *_ENUMS, *_INTS]
    environment = peer.Environment()
    environment.build("(deftemplate doc " + " ".join(f"(slot {name})" for name in names) + ")")
    fired: list[int] = []
    environment.define_function(fired.append, "fired")

    def symbol(value: FactValue) -> str:
        return (
            ("TRUE" if value else "FALSE")
            if isinstance(value, bool)
            else f'"{value}"'
            if isinstance(value, str)
            else str(value)
        )

    def test(literal: Test) -> str:
        if literal.operator in {"in", "not_in"}:
            inside = (
                "(or "
                + " ".join(f"(eq ?{literal.fact} {symbol(value)})" for value in literal.values)
                + " FALSE)"
            )
            return inside if literal.operator == "in" else f"(not {inside})"
        return f"({_SIGNS[literal.operator]} ?{literal.fact} {literal.values[0]})"

    def lisp(condition: Condition) -> str:
        if isinstance(condition, Test):
            return test(condition)
        return f"({'and' if isinstance(condition, All) else 'or'} {' '.join(lisp(part) for part in condition.parts)})"

    def slots(condition: Condition) -> set[str]:
        return (
            {condition.fact}
            if isinstance(condition, Test)
            else {name for part in condition.parts for name in slots(part)}
        )

    for rule in rules:
        used = " ".join(f"({name} ?{name})" for name in sorted(slots(rule.condition)))
        environment.build(
            f"(defrule r{rule.index} (doc {used}) (test {lisp(rule.condition)}) => (fired {rule.index}))"
        )
    template = environment.find_template("doc")
    inputs = [_plain(vector) for vector in vectors]

    def run(number: int) -> frozenset[int]:
        fired.clear()
        fact = template.assert_fact(**inputs[number])
        environment.run()
        fact.retract()
        return frozenset(fired)

    return run


def durable(rules: Sequence[MatchRule], vectors: Sequence[dict[str, FactValue]]) -> Runner:
    """durable-rules as its users call it: a host, networks of at most 500 rules, one fact asserted and retracted.

    Its own limits (errors 107 and 303) make some networks impossible; those are made as two halves.
    """
    from durable import engine as peer  # noqa: PLC0415  beside its peers

    class QuietHost(peer.Host):  # type: ignore[misc]
        """Its host, without types and without timers."""

        def _run(self) -> None:
            """No timer threads: they would enter the engine beside us."""

    def expression(condition: Condition) -> dict[str, Any]:
        if isinstance(condition, Test):
            if condition.operator in {"in", "not_in"}:
                sign = "$or" if condition.operator == "in" else "$and"
                parts: list[dict[str, Any]] = [
                    {condition.fact: value} if sign == "$or" else {"$neq": {condition.fact: value}}
                    for value in condition.values
                ]
            else:
                return {_DURABLE[condition.operator]: {condition.fact: condition.values[0]}}
        else:
            sign = "$and" if isinstance(condition, All) else "$or"
            parts = [expression(part) for part in condition.parts]
        return parts[0] if len(parts) == 1 else {sign: parts}

    fired: set[int] = set()
    hosts: list[Any] = []
    inputs = [{"id": 1, **_plain(vector)} for vector in vectors]

    def ask(host: Any, fact: dict[str, Any]) -> None:
        with contextlib.suppress(peer.MessageNotHandledException):
            host.assert_fact("rules", fact)
        with contextlib.suppress(peer.MessageNotHandledException):
            host.retract_fact("rules", fact)

    def note(index: int) -> Callable[[object], None]:
        return lambda _: fired.add(index)  # one argument: durable-rules counts them

    def install(chosen: Sequence[MatchRule]) -> None:
        definition = {
            f"r{rule.index}": {
                "all": [{"m": expression(rule.condition)}],
                "run": note(rule.index),
            }
            for rule in chosen
        }
        try:
            host = QuietHost({"rules": definition})
            for fact in inputs[:: max(1, len(inputs) // 100)]:
                ask(host, fact)
        except Exception:
            if len(chosen) == 1:
                raise
            half = len(chosen) // 2
            install(chosen[:half])
            install(chosen[half:])
            return
        hosts.append(host)

    for start in range(0, len(rules), 500):
        install(rules[start : start + 500])

    def run(number: int) -> frozenset[int]:
        fired.clear()
        for host in hosts:
            ask(host, inputs[number])
        return frozenset(fired)

    return run


_DURABLE = {"lt": "$lt", "ge": "$gte", "le": "$lte", "gt": "$gt"}


def same_core(rules: Sequence[MatchRule], vectors: Sequence[dict[str, FactValue]]) -> Runner:
    """durable-rules' C core driven our way, every rule in networks of 150, neither domain nor kind splitting them."""
    facts = dict(vocabulary().facts)
    other = {"kind": "k", "domain": "d"}
    facts["k"] = Fact("k", "enum", _T, _T, KINDS)
    facts["d"] = Fact("d", "enum", _T, _T, tuple(DOMAINS))

    def unsplit(condition: Condition) -> Condition:
        if isinstance(condition, Test):
            return Test(other.get(condition.fact, condition.fact), condition.operator, condition.values)
        return type(condition)(tuple(unsplit(part) for part in condition.parts))

    engine = NetworkEngine(
        [MatchRule(rule.index, "all", 0, unsplit(rule.condition)) for rule in rules], Vocabulary(facts)
    )
    inputs = [
        {**vector, "k": vector["kind"], "d": vector["domain"], "kind": "其他", "domain": "none"}
        for vector in vectors
    ]
    return lambda number: frozenset(engine.match(("all",), inputs[number]).true)


PEERS: dict[str, Callable[[Sequence[MatchRule], Sequence[dict[str, FactValue]]], Runner]] = {
    "ours: evaluator": direct,
    "ours: both engines": both,
    "zen-engine": zen,
    "CEL (Rust)": cel,
    "Cedar": cedar,
    "CLIPS": clips,
    "durable-rules, no domain split": durable,
    "durable-rules, our driver, no split": same_core,
}


def measure(count: int, *, quick: bool) -> dict[str, list[float]]:
    """Microseconds a decision, by engine, in each round, at ``count`` installed rules."""
    rng = random.Random(count)
    rules = make_rules(count, rng)
    vectors = [make_vector(rng) for _ in range(200 if quick else 1000)]
    runners: dict[str, Runner] = {}
    for name, make in PEERS.items():
        try:
            runners[name] = make(rules, vectors)
            runners[name](0)
        except Exception as error:  # noqa: BLE001  a peer that cannot be had or cannot hold the rules is told, not hidden
            print(f"{name} at {count} rules: {type(error).__name__}: {str(error)[:120]}")
            runners.pop(name, None)
    for number in range(0, len(vectors), 10):
        expected = {int(index) for index in runners["ours: evaluator"](number)}
        for name, run in runners.items():
            found = {int(index) for index in run(number)}
            if found != expected:
                raise AssertionError(f"{name} differs at {count} rules: {sorted(found ^ expected)[:5]}")
    for number in range(len(vectors)):
        runners["ours: both engines"](number)  # networks are built on first use
    gc.collect()
    gc.freeze()  # the documents and peers are not garbage; collecting them is nobody's decision
    open_vectors = [make_vector(rng, 0.2) for _ in vectors]
    # First, so that it is timed beside the fast ones.
    runners = {"ours: evaluator, a fifth unknown": direct(rules, open_vectors), **runners}
    rounds: dict[str, list[float]] = {name: [] for name in runners}
    for turn in range(3 if quick else 20):
        for name, run in runners.items():
            # A tenth of the documents for slow peers, another tenth in every round.
            whole = name.startswith("ours") or count <= 50
            chosen = range(len(vectors)) if whole else range(turn % 10, len(vectors), 10)
            for number in chosen:  # none pays for what the one before it drove out of the processor's caches
                run(number)
            start = time.perf_counter()
            for number in chosen:
                run(number)
            rounds[name].append((time.perf_counter() - start) / len(chosen) * 1e6)
    return rounds


def ratio(one: Sequence[float], other: Sequence[float]) -> float:
    """How many times as long the first takes, round by round."""
    return statistics.median(mine / theirs for mine, theirs in zip(one, other, strict=True))


def growth(*, quick: bool) -> dict[str, list[float]]:
    """A decision with both engines on the same documents: their 50 rules alone, and among 2,000 of 26 domains.

    The 50 are the national rules and those of one domain, which the documents belong to; the others are
    the rules of the other 25 domains.
    """
    rng = random.Random(11)
    mine = next(iter(DOMAINS))
    few = make_rules(50, rng, ("national", mine))
    more = make_rules(1950, rng, [slug for slug in DOMAINS if slug != mine], first=50)
    vectors = [{**make_vector(rng), "domain": mine} for _ in range(200 if quick else 1000)]
    runners = {"50": both(few, vectors), "2000": both([*few, *more], vectors)}
    for number in range(len(vectors)):
        if set(runners["50"](number)) != set(runners["2000"](number)):
            raise AssertionError("installing other domains changed a decision")
    rounds: dict[str, list[float]] = {name: [] for name in runners}
    for _ in range(3 if quick else 20):
        for name, run in runners.items():
            start = time.perf_counter()
            for number in range(len(vectors)):
                run(number)
            rounds[name].append((time.perf_counter() - start) / len(vectors) * 1e6)
    return rounds


def memory(decisions: int) -> tuple[int, int]:
    """Peak memory (KiB) after a tenth of the decisions, and after all."""
    rng = random.Random(7)
    rules = make_rules(500, rng)
    vectors = [make_vector(rng) for _ in range(1000)]
    run = both(rules, vectors)
    for number in range(decisions // 10):
        run(number % 1000)
    first = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for number in range(decisions):
        run(number % 1000)
    return first, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def stages(times: int) -> dict[str, float]:
    """A whole check of a 2 KB document, and its parts, in microseconds."""
    from datetime import date  # noqa: PLC0415  only this part opens a gate

    from disclosure_gate import Document, Gate  # noqa: PLC0415
    from disclosure_gate.detect import secret_mark  # noqa: PLC0415
    from disclosure_gate.detect.reader import read_document  # noqa: PLC0415
    from disclosure_gate.rules.decision import decide  # noqa: PLC0415

    gate = Gate.open(plugins=())
    day = date(2026, 11, 24)
    data = {
        "id": "1",
        "title": "关于供热的公告",
        "kind": "公告",
        "text": "现将冬季供热有关事项公告如下。" * 45,
        "issuer": {"name": "区政府办公室"},
    }
    document = Document.parse(data)
    reading = read_document(document, gate.parts.readers)
    considered = gate._determiner.consider(document, day)  # noqa: SLF001  the stages are inside
    work = considered.workings
    if work is None:
        raise AssertionError("the document must be decided")
    scopes = work.edition.scopes_of(None)
    acts: dict[str, Callable[[], object]] = {
        "intake: validate": lambda: Document.parse(data),
        "intake: secrecy mark": lambda: secret_mark(reading.parts[1][1]),
        "facts: detect": lambda: gate.parts.scanner.scan(reading),
        "rules: evaluator": lambda: work.edition.direct.match(scopes, work.table.vector),
        "rules: networks": lambda: work.edition.networks.match(scopes, work.table.vector),
        "decide: both engines, resolve, questions": lambda: decide(
            work.edition, scopes, work.table.vector, work.said, work.detection.spans, "both"
        ),
        "whole check": lambda: gate.check(document, day),
    }
    found = {}
    for name, act in acts.items():
        taken = []
        for _ in range(times):
            start = time.perf_counter()
            act()
            taken.append((time.perf_counter() - start) * 1e6)
        found[name] = statistics.median(taken)
    return found


def installed(*, quick: bool) -> tuple[list[float], list[float]]:
    """Milliseconds a whole check in each round, with three domains installed, and with all 26."""
    import shutil  # noqa: PLC0415  only this part copies rulesets
    import tempfile  # noqa: PLC0415
    from datetime import date  # noqa: PLC0415

    from disclosure_gate import Document, Gate  # noqa: PLC0415
    from disclosure_gate.assembly import shipped  # noqa: PLC0415

    day, root = date(2026, 11, 24), shipped("rulesets")
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(root / "national", Path(folder) / "national")
        for name in ("03-social_assistance", "07-budget", "24-ecology"):
            shutil.copytree(root / "domains" / name, Path(folder) / "domains" / name)
        gates = (Gate.open(rulesets=folder, plugins=()), Gate.open(plugins=()))
    documents = [
        Document.parse(
            {
                "id": "1", "title": "关于有关事项的公告", "kind": kind, "domain": domain, "text": "现将有关事项公告如下。" * 60,
                "issuer": {"name": "区政府办公室"}, "facts": {"normative_document": False, "wide_public_interest": True},
            }
        )
        for domain in ("budget", "ecology", "social_assistance")
        for kind in ("公告", "通知", "预算", "行政许可决定")
    ]  # fmt: skip
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(7 if quick else 31):
        for gate, found in zip(gates, times, strict=True):
            start = time.perf_counter()
            for each in documents:
                gate.check(each, day)
            if turn > 1:  # the first two build networks and indexes
                found.append((time.perf_counter() - start) / len(documents) * 1e3)
    return times


def main() -> None:
    """Run, print, compare with the targets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--memory", type=int, default=0, metavar="DECISIONS")
    options = parser.parse_args()
    sizes = (50, 500, 2000)
    rounds = {count: measure(count, quick=options.quick) for count in sizes}
    figures = {
        count: {name: statistics.median(times) for name, times in each.items()}
        for count, each in rounds.items()
    }
    table = Table(title="microseconds a decision, by installed rules")
    for heading in ("engine", *map(str, sizes)):
        table.add_column(heading, justify="left" if heading == "engine" else "right")
    for name in dict.fromkeys(name for each in figures.values() for name in each):
        table.add_row(
            name, *(f"{figures[count][name]:.1f}" if name in figures[count] else "—" for count in sizes)
        )
    console = Console()
    console.print(table)
    targets = []
    for count in (500, 2000):
        peers = {name: value for name, value in figures[count].items() if not name.startswith("ours")}
        fastest = min(peers, key=lambda name: peers[name])
        for ours in ("ours: evaluator", "ours: evaluator, a fifth unknown"):
            name = f"{ours.removeprefix('ours: ')} / {fastest} at {count}"
            targets.append((name, ratio(rounds[count][ours], rounds[count][fastest]), 1 / 8))
        if count == sizes[-1]:
            targets.append(
                (
                    f"both engines / {fastest} at {count}",
                    ratio(rounds[count]["ours: both engines"], rounds[count][fastest]),
                    1.0,
                )
            )
    with contextlib.suppress(KeyError):
        split = ratio(rounds[2000]["ours: both engines"], rounds[2000]["durable-rules, no domain split"])
        targets.append(("both engines / durable-rules without the split at 2000", split, 1 / 6))
    grown = growth(quick=options.quick)
    targets.append(
        (
            "both engines, the same documents among 2000 / 50 installed rules",
            ratio(grown["2000"], grown["50"]),
            1.5,
        )
    )
    three, all_of_them = installed(quick=options.quick)
    targets.append(("a whole check, 26 domains installed / 3", ratio(all_of_them, three), 1.2))
    for name, found, most in targets:
        console.print(f"{'PASS' if found <= most else 'FAIL'}  {name}: {found:.3f} (at most {most:.3f})")
    spread = figures[2000]["ours: both engines"] / figures[50]["ours: both engines"]
    console.print(f"      both engines, 40 times as many rules in every domain: {spread:.1f} times")
    parts = stages(50 if options.quick else 300)
    for name, value in parts.items():
        console.print(f"      {name}: {value:.0f} µs")
    report: dict[str, Any] = {
        "microseconds": figures,
        "growth": {name: statistics.median(times) for name, times in grown.items()},
        "ratios": {name: found for name, found, _ in targets},
        "check": parts,
    }
    if options.memory:
        first, last = memory(options.memory)
        report["memory_kib"] = [first, last]
        console.print(
            f"{'PASS' if last <= first * 1.05 else 'FAIL'}  memory over {options.memory} decisions: {first} → {last} KiB"
        )
    if options.json:
        options.json.write_text(json.dumps(report, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
