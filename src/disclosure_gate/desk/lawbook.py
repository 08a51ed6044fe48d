"""Rules, catalogue and laws to read: every rule as a sentence, with its tests and what it decided."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import current_app, g, request

from disclosure_gate.catalogue.book import sentence as row_sentence
from disclosure_gate.desk.office import titles
from disclosure_gate.desk.pages import desk, gate, overview, page
from disclosure_gate.desk.signin import may, signed_in
from disclosure_gate.desk.words import language
from disclosure_gate.model.document import DOMAINS, Document
from disclosure_gate.model.errors import CaseRefused, GateError
from disclosure_gate.register.overview import Line
from disclosure_gate.rules.cases import document_of
from disclosure_gate.rules.ruleset import Case, Rule
from disclosure_gate.rules.wording import sentence

_MOST = 60


@desk.get("/rules")
@signed_in("rules")
def rules() -> str:
    """All rules, or those with a word in them."""
    asked = request.args.get("q", "").strip()[:100]
    scope = request.args.get("scope", "")
    vocabulary, lang = gate().parts.rules.vocabulary, language()
    every = gate().parts.rules.rules
    found = [(rule, sentence(rule, vocabulary, lang)) for rule in every if scope in {"", rule.scope}]
    if asked:
        found = [
            (rule, told)
            for rule, told in found
            if all(
                word.lower() in f"{rule.id} {rule.title.zh} {rule.title.en} {told}".lower()
                for word in asked.split()
            )
        ]
    return page(
        "rules.html",
        found=found,
        asked=asked,
        scope=scope,
        scopes=dict.fromkeys(rule.scope for rule in every),
        rulesets=gate().parts.rules.rulesets,
        total=len(every),
    )


@desk.get("/rules/<path:rule_id>")
@signed_in("rules")
def rule(rule_id: str) -> str:
    """One rule: its sentence, basis, dates, tests, and the documents it decided."""
    parts = gate().parts
    row = parts.catalogue.get(rule_id.removeprefix("catalogue/"))
    if row is not None:
        return page(
            "row.html",
            row=row,
            sentence=row_sentence(row, language()),
            laws=parts.laws,
            decided=_decided(f"catalogue/{row.id}"),
            tests=_tests_of(f"catalogue/{row.id}", f"domains/{row.domain}"),
        )
    found = parts.rules.rule(rule_id)
    if found is None:
        raise CaseRefused("E-CASE-UNKNOWN")
    return page(
        "rule.html",
        rule=found,
        sentence=sentence(found, parts.rules.vocabulary, language()),
        bases=_bases(found),
        tests=_tests_of(rule_id, found.ruleset),
        decided=_decided(rule_id),
    )


@desk.get("/rules/catalogue")
@signed_in("rules")
def catalogue() -> str:
    """The rows of a domain, or those with a word in them."""
    asked = request.args.get("q", "").strip()[:100]
    domain = request.args.get("domain", "")
    rows = gate().parts.catalogue.rows(domain if domain in DOMAINS else None)
    if asked:
        rows = [each for each in rows if all(word in each.path + each.content for word in asked.split())]
    return page(
        "catalogue.html",
        rows=[(each, row_sentence(each, language())) for each in rows[:_MOST]],
        total=len(rows),
        asked=asked,
        domain=domain,
        domains=DOMAINS,
    )


@desk.get("/rules/law/<law_id>")
@signed_in("rules")
def law(law_id: str) -> str:
    """A law: its editions with their dates, and the rules that rest on it."""
    laws, parts = gate().parts.laws, gate().parts
    if law_id not in laws:
        raise CaseRefused("E-CASE-UNKNOWN")
    resting = [
        (each, sentence(each, parts.rules.vocabulary, language()))
        for each in parts.rules.rules
        if any(basis.law == law_id for basis in each.basis)
    ]
    return page("law.html", law=laws[law_id], law_id=law_id, resting=resting)


def _bases(found: Rule) -> list[dict[str, Any]]:
    laws, today = gate().parts.laws, gate().today()
    return [
        {
            "law": each.law,
            "title": laws[each.law].title,
            "article": each.article,
            "live": laws.basis(each.law, each.article, today),
        }
        for each in found.basis
    ]


def _decided(rule_id: str) -> list[tuple[Line, str]]:
    """The documents a rule decided, and what people call them."""
    if not may("office"):
        return []
    named = titles()
    return [(each, named[each.document_id]) for each in overview().decided_by(rule_id, g.key.organ)]


def _tests_of(rule_id: str, ruleset: str) -> list[Case]:
    """The tests beside a rule in which it comes true. Found once for the rulesets in force now."""
    rules = gate().parts.rules
    kept: tuple[Any, dict[str, dict[str, list[Case]]]] = current_app.config.get("DESK_TESTS", (None, {}))
    if kept[0] is not rules:
        kept = current_app.config["DESK_TESTS"] = (rules, {})
    if ruleset not in kept[1]:
        kept[1][ruleset] = _by_rule(case for of, _, case in rules.cases if of == ruleset)
    return kept[1][ruleset].get(rule_id, [])


def _by_rule(every: Iterable[Case]) -> dict[str, list[Case]]:
    found: dict[str, list[Case]] = {}
    for case in every:
        if "H-SECRET" in (case.expect.held or ()):  # it has no reasons, and checking it raises an alarm
            continue
        try:
            document = Document.parse(document_of(case.document))
            explained = gate().explain(document, case.as_of, what_if=False)
        except GateError:
            continue
        # A rule that moves a date, narrows an audience or holds is no reason: that it came true counts.
        spoke = {each.rule for each in explained.rules if each.outcome == "true"}
        for rule_id in spoke | {each.rule for each in explained.determination.reasons}:
            found.setdefault(rule_id, []).append(case)
    return found
