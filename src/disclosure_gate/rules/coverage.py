"""What the test cases reach: every rule, and every article rules rest on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from disclosure_gate.rules.rulebase import RuleBase


@dataclass(frozen=True, slots=True)
class ArticleCoverage:
    """One article: the rules that rest on it, how many of them a case makes true, and by how many cases."""

    law: str
    title: str
    article: str
    rules: int
    tested: int
    cases: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """Cases by rule and by article; ``untested`` rules are true in no case."""

    rules: dict[str, int]
    articles: tuple[ArticleCoverage, ...]
    untested: tuple[str, ...]


def coverage(base: RuleBase, fired: Mapping[str, Collection[str]]) -> Coverage:
    """Count.

    Args:
        base: the loaded rules.
        fired: by case, the ids of the rules it makes true.
    """
    counts: Counter[str] = Counter(rule for rules in fired.values() for rule in rules)
    by_rule = {rule.id: counts[rule.id] for rule in base.rules}
    articles: dict[tuple[str, str], list[str]] = {}
    for rule in base.rules:
        for basis in rule.basis:
            articles.setdefault((basis.law, basis.article), []).append(rule.id)
    return Coverage(
        by_rule,
        tuple(
            ArticleCoverage(
                law,
                base.registry[law].title,
                article,
                len(rules),
                sum(by_rule[rule] > 0 for rule in rules),
                sum(by_rule[rule] for rule in rules),
            )
            for (law, article), rules in sorted(articles.items())
        ),
        tuple(rule for rule, count in by_rule.items() if not count),
    )
