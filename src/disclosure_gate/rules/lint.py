"""What is wrong, doubtful or unused among rules that load: stale, uncited, unverified, untested, unreachable, overlapping."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from disclosure_gate.model.findings import Clock, Residue
from disclosure_gate.model.frozen import Text
from disclosure_gate.rules.conditions import Test, clauses, judge, tests
from disclosure_gate.rules.rulebase import RuleBase
from disclosure_gate.rules.ruleset import Rule
from disclosure_gate.rules.vocabulary import Vocabulary

Kind = Literal["stale", "dates", "uncited", "unverified", "untested", "unreachable", "overlapping"]

NATIONAL = "national"  # the scope of rules for every document
_ARTICLED = {"law", "regulation", "local_regulation", "rule"}  # what is cited by article


@dataclass(frozen=True, slots=True)
class LintFinding:
    """One thing to look at. ``error`` makes the lint fail; the rest is for a legal officer to work off."""

    kind: Kind
    rule: str
    where: str
    message: Text
    error: bool


def lint(base: RuleBase, on: date, fired: Collection[str], rows: Collection[str] = ()) -> list[LintFinding]:
    """Look through all rules.

    Args:
        base: the loaded rules.
        on: the day bases are held against.
        fired: ids of the rules that some test case made true.
        rows: ids of the catalogue rows there are; without them, rules that wait for a row are not looked at.
    """
    found: list[LintFinding] = []
    for rule in base.rules:
        found += _law(rule, base, on)
        if rule.confidence in {"M", "L"}:
            found.append(
                _finding(
                    "unverified",
                    rule,
                    f"可信度 {rule.confidence}，须核实",
                    f"confidence {rule.confidence}: verify it",
                    error=False,
                )
            )
        if not any(each.article for each in rule.basis) and any(
            base.registry[each.law].rank in _ARTICLED for each in rule.basis
        ):
            found.append(
                _finding("uncited", rule, "依据没有写到条", "its basis names no article", error=False)
            )
        if rule.id not in fired:
            found.append(
                _finding(
                    "untested", rule, "没有任何测试用例使它成立", "no test case makes it true", error=True
                )
            )
        why = _unreachable(rule, base, rows)
        if why is not None:
            found.append(_finding("unreachable", rule, why.zh, why.en, error=True))
    return found + list(_overlaps(base))


def _law(rule: Rule, base: RuleBase, on: date) -> Iterator[LintFinding]:
    if rule.to and rule.to < on:
        return
    day = max(on, rule.from_ or on)
    live = [base.registry.basis(each.law, each.article, day) for each in rule.basis]
    stale = [ended for each in rule.basis if (ended := base.registry.stale(each.law, each.article, day))]
    for ended in stale:
        message = ended.message()
        yield _finding("stale", rule, message.zh, message.en, error=not any(live))
    if not any(live) and not stale:
        yield _finding("dates", rule, f"{day} 没有一条依据施行", f"no basis is in force on {day}", error=True)


def _unreachable(rule: Rule, base: RuleBase, rows: Collection[str]) -> Text | None:
    """Why the rule can never speak: it contradicts itself, its domain, or waits for a row there is not."""
    possible = [clause for clause in clauses(rule.condition) if _possible(clause, base.vocabulary)]
    if not possible:
        return Text(zh="条件自相矛盾，永不成立", en="its condition can never hold")
    if rule.from_ and rule.to and rule.to < rule.from_:
        return Text(zh="失效日期早于生效日期", en="it ends before it begins")
    own = {"domain": rule.scope} if rule.scope != NATIONAL else {}
    if not any(all(test.fact not in own or judge(test, own) for test in clause) for clause in possible):
        return Text(
            zh="条件要求的领域不是它所在的领域", en="its condition asks for another domain than its own"
        )
    named = {str(value) for test in tests(rule.when) if test.fact == "item" for value in test.values}
    if rows and named and not named & set(rows):
        return Text(zh="条件要求的目录事项不存在", en="its condition asks for a catalogue row there is not")
    return None


def _possible(clause: tuple[Test, ...], vocabulary: Vocabulary) -> bool:
    by_fact: dict[str, list[Test]] = {}
    for test in clause:
        by_fact.setdefault(test.fact, []).append(test)
    for name, asked in by_fact.items():
        fact = vocabulary[name]
        mentioned = frozenset(value for test in asked for value in test.values)
        values = fact.domain(mentioned)
        if not any(all(judge(test, {name: value}) for test in asked) for value in values):
            return False
    return True


def _overlaps(base: RuleBase) -> Iterator[LintFinding]:
    seen: dict[tuple[object, ...], Rule] = {}
    for rule in base.rules:
        key = (
            rule.scope,
            frozenset(map(frozenset, clauses(rule.condition))),
            tuple(each for each in rule.effects if not isinstance(each, Clock | Residue)),
            rule.from_,
            rule.to,
        )
        if not key[2]:
            continue
        first = seen.setdefault(key, rule)
        if first is not rule:
            yield _finding(
                "overlapping",
                rule,
                f"与 {first.id} 的条件和效果相同",
                f"same condition and effect as {first.id}",
                error=True,
            )


def _finding(kind: Kind, rule: Rule, zh: str, en: str, *, error: bool) -> LintFinding:
    return LintFinding(kind, rule.id, rule.where, Text(zh=zh, en=en), error)
