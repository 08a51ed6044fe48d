"""Every error of the loader points at file, line and column, and says what was expected."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from disclosure_gate import Gate
from disclosure_gate.law.registry import LawRegistry
from disclosure_gate.model import RulesetError
from disclosure_gate.rules.loading import load
from disclosure_gate.rules.rulebase import Edition
from factories import RULESETS

_REGISTRY = LawRegistry.load(RULESETS / "national" / "laws.yaml")
_MANIFEST = 'ruleset: mine\ntitle: {zh: 我的, en: mine}\nversion: "1"\n'
_RULE = """rules:
  - id: one
    title: {zh: 一, en: one}
    basis: [{law: ogi_regulation, article: "19"}]
    when: {kind: 公告}
    then: {duty: {code: P19}}
    because: {zh: 因为, en: because}
    confidence: verified
"""
_FACTS = "facts:\n  heating:\n    type: bool\n    presume: false\n    title: {zh: 供热, en: heating}\n    ask: {zh: 供热？, en: heating?}\n"


def _load(folder: Path, **files: str) -> None:
    (folder / "mine").mkdir()
    for name, text in {"ruleset": _MANIFEST, **files}.items():
        (folder / "mine" / f"{name}.yaml").write_text(text, encoding="utf-8")
    load([folder / "mine"], _REGISTRY)


@pytest.mark.parametrize(
    ("files", "code", "where", "told"),
    [
        ({"rules": _RULE.replace("{kind: 公告}", "{kind: [公告")}, "E-YAML", "mine/rules.yaml:", ""),
        ({"rules": _RULE.replace("id: one", "id: &a [*a]")}, "E-YAML", "mine/rules.yaml:2:", "alias"),
        ({"rules": _RULE.replace("{kind: 公告}", "{[kind]: 公告}")}, "E-YAML", "mine/rules.yaml:5:11", "a name as a key"),
        ({"rules": _RULE.replace("kind: 公告", "kindd: 公告")}, "E-FACT-UNKNOWN", "mine/rules.yaml:5:12", "did you mean kind?"),
        ({"rules": _RULE.replace("kind: 公告", "kind: 公报告")}, "E-FACT-TYPE", "mine/rules.yaml:5:12", "did you mean"),
        ({"rules": _RULE.replace("{kind: 公告}", "{kind: {lt: 公告}}")}, "E-RULE-VALUE", "mine/rules.yaml:5:19", "is | in | not"),
        ({"rules": _RULE.replace("{kind: 公告}", "{kind: {iss: 公告}}")}, "E-RULE-KEY", "mine/rules.yaml:5:19", "is | in | not | lt"),
        ({"rules": _RULE.replace("{kind: 公告}", "{any: []}")}, "E-RULE-VALUE", "mine/rules.yaml:5:12", "non-empty list"),
        ({"rules": _RULE.replace("duty:", "dutty:")}, "E-RULE-KEY", "mine/rules.yaml:6:12", "did you mean duty?"),
        ({"rules": _RULE.replace("code: P19", "cod: P19")}, "E-RULE-KEY", "mine/rules.yaml:6:19", ""),
        ({"rules": _RULE.replace("code: P19", "code: P99")}, "E-RULE-REFERENCE", "mine/rules.yaml:6:5", "did you mean P19?"),
        ({"rules": _RULE.replace("ogi_regulation", "ogi_regulations")}, "E-LAW-REFERENCE", "mine/rules.yaml:4:14", "did you mean ogi_regulation?"),
        ({"rules": _RULE.replace("confidence: verified", "confidence: verifed")}, "E-RULE-VALUE", "mine/rules.yaml:8:5", "did you mean verified?"),
        ({"rules": _RULE.replace("    confidence: verified\n", "")}, "E-RULE-MISSING", "mine/rules.yaml:2:5", "expected confidence"),
        ({"rules": _RULE + _RULE.removeprefix("rules:\n")}, "E-RULE-DUPLICATE", "mine/rules.yaml:9:5", "mine/one"),
        ({"rules": _RULE.replace("    when:", "    when: {kind: 通知}\n    when:")}, "E-RULE-DUPLICATE", "mine/rules.yaml:6:5", "when"),
        ({"rules": _RULE.replace("{duty: {code: P19}}", "{lift: {exemptions: [R14-1]}}")}, "E-RULE-LIFT", "mine/rules.yaml:6:5", "unless"),
        ({"rules": _RULE.replace("{duty: {code: P19}}", "{lift: {duties: [mine/two]}}")}, "E-RULE-REFERENCE", "mine/rules.yaml:6:5", "mine/one"),
        ({"rules": _RULE.replace("{duty: {code: P19}}", "{derive: warm}").replace("{kind: 公告}", "{warm: true}")}, "E-RULE-CYCLE", "mine/rules.yaml:2:5", "mine/one → mine/one"),
        ({"rules": _RULE.replace("{duty: {code: P19}}", "{derive: kind}")}, "E-RULE-DUPLICATE", "mine/rules.yaml:6:12", "no fact"),
        ({"rules": "rulez: []\n"}, "E-RULE-KEY", "mine/rules.yaml:1:1", "did you mean rules?"),
        ({"facts": _FACTS.replace("type: bool", "type: enum")}, "E-RULE-VALUE", "mine/facts.yaml:2:3", "values"),
        ({"facts": _FACTS.replace("presume: false", "presume: maybe")}, "E-FACT-TYPE", "mine/facts.yaml:4:5", "true | false"),
        ({"facts": _FACTS.replace("heating:", "kind:", 1)}, "E-RULE-DUPLICATE", "mine/facts.yaml:2:3", "kind"),
        ({"ruleset": _MANIFEST + "requires: [nationale]\n"}, "E-RULE-REFERENCE", "mine/ruleset.yaml:4:12", "nationale"),
        ({"ruleset": _MANIFEST + "requires: [mine]\n"}, "E-RULE-CYCLE", "mine/ruleset.yaml:4:1", "mine → mine"),
        ({"ruleset": _MANIFEST + "domain: budgett\n"}, "E-DOMAIN", "mine/ruleset.yaml:4:1", "did you mean budget?"),
        ({"ruleset": _MANIFEST.replace("version", "versoin")}, "E-RULE-KEY", "mine/ruleset.yaml:3:1", "did you mean version?"),
    ],
)  # fmt: skip
def test_an_error_points_at_its_place(
    tmp_path: Path, files: dict[str, str], code: str, where: str, told: str
) -> None:
    with pytest.raises(RulesetError) as caught:
        _load(tmp_path, **files)
    flaws = {flaw.code: flaw for flaw in caught.value.flaws}
    assert code in flaws, caught.value
    assert flaws[code].where.startswith(where), caught.value
    assert told in flaws[code].message("en")
    assert flaws[code].message("zh")


def test_all_flaws_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(RulesetError) as caught:
        _load(
            tmp_path,
            rules=_RULE.replace("duty:", "dutty:"),
            more=_RULE.replace("id: one", "id: two").replace("kind: 公告", "kind: 公报告"),
        )
    assert len({flaw.where.split(":")[0] for flaw in caught.value.flaws}) == 2


def test_strata_follow_the_concepts(tmp_path: Path) -> None:
    rules = _RULE.replace("{duty: {code: P19}}", "{derive: warm}") + _RULE.removeprefix("rules:\n").replace(
        "id: one", "id: two"
    ).replace("{kind: 公告}", "{warm: true}")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/ruleset.yaml").write_text(_MANIFEST, encoding="utf-8")
    (tmp_path / "mine/rules.yaml").write_text(rules, encoding="utf-8")
    base = load([tmp_path / "mine"], _REGISTRY)
    assert [(rule.id, rule.stratum) for rule in base.rules] == [("mine/one", 0), ("mine/two", 1)]


@pytest.mark.parametrize(
    ("dates", "day", "speaks"),
    [
        ("", "2026-01-01", True),
        ("", "2008-04-30", False),  # the regulation it rests on is not in force yet
        ("from: 2026-02-01", "2026-01-31", False),
        ("from: 2026-02-01", "2026-02-01", True),
        ("to: 2026-02-01", "2026-02-01", True),
        ("to: 2026-02-01", "2026-02-02", False),
        ("from: 2026-02-01\n    to: 2026-02-01", "2026-02-01", True),
        ("from: 2026-02-02\n    to: 2026-02-03", "2026-02-01", False),
    ],
)
def test_a_rule_speaks_within_its_dates_and_those_of_its_basis(
    tmp_path: Path,
    dates: str,
    day: str,
    speaks: bool,  # noqa: FBT001  a column of the table
) -> None:
    dated = _RULE.replace("    when:", f"    {dates}\n    when:") if dates else _RULE
    (tmp_path / "mine").mkdir()
    for name, text in {"ruleset": _MANIFEST, "rules": dated}.items():
        (tmp_path / "mine" / f"{name}.yaml").write_text(text, encoding="utf-8")
    base = load([tmp_path / "mine"], _REGISTRY)
    edition = Edition(base, date.fromisoformat(day))
    said = {rule.id for index, rule in edition.rules.items() if edition.findings(index)}
    assert ("mine/one" in said) is speaks


def test_a_catalogue_error_points_at_its_place(tmp_path: Path) -> None:
    folder = tmp_path / "rulesets" / "domain"
    folder.mkdir(parents=True)
    (folder / "ruleset.yaml").write_text(_MANIFEST, encoding="utf-8")
    (folder / "catalogue.yaml").write_text(
        "domain: budget\ntitle: 目录\ncatalogue:\n  - id: a\n    item: [甲]\n    audiance: public\n    confidence: H\n",
        encoding="utf-8",
    )
    with pytest.raises(RulesetError) as caught:
        Gate.open(rulesets=[tmp_path / "rulesets"], plugins=())
    [flaw] = [each for each in caught.value.flaws if each.code == "E-RULE-KEY"]
    assert (flaw.code, flaw.where, flaw.suggestion) == ("E-RULE-KEY", "domain/catalogue.yaml:6:5", "audience")
