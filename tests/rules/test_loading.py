"""Every error of the loader points at file, line and column, and says what was expected."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from disclosure_gate import Gate
from disclosure_gate.catalogue import load as load_catalogue
from disclosure_gate.law.registry import LawRegistry
from disclosure_gate.model import RulesetError
from disclosure_gate.rules.loading import find, load
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
_SEALED = (
    _RULE.removeprefix("rules:\n")
    .replace("id: one", "id: sealed")
    .replace("{duty: {code: P19}}", "{exempt: {kind: mandatory, code: R14-2}}")
)
_LIFTING = (
    _RULE.removeprefix("rules:\n")
    .replace("id: one", "id: opening")
    .replace("{duty: {code: P19}}", "{lift: {exemptions: [mine/sealed]}}")
)
_CASE = """tests:
  - case: "A notice"
    as_of: 2026-11-24
    document: {kind: 公告}
    expect: {status: proactive}
"""
_CATALOGUE = "domain: budget\ntitle: 目录\ncatalogue:\n  - id: a\n    item: [甲]\n    confidence: H\n"
_DAYS = "facts:\n  consultation_days:\n    type: int\n    title: {zh: 日, en: days}\n    ask: {zh: 日？, en: days?}\n"
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
        ({"rules": _RULE + _SEALED + _LIFTING}, "E-RULE-LIFT", "mine/rules.yaml:20:5", "unless"),
        ({"rules": _RULE.replace("    when: {kind: 公告}\n", "")}, "E-RULE-MISSING", "mine/rules.yaml:2:5", "for every document"),
        ({"rules": _RULE.replace("en: because", 'en: " "')}, "E-RULE-MISSING", "mine/rules.yaml:7:23", "a sentence"),
        ({"rules": _RULE.replace("zh: 因为", 'zh: ""')}, "E-RULE-MISSING", "mine/rules.yaml:7:15", "a sentence"),
        ({"rules": _RULE.replace("zh: 一", 'zh: ""')}, "E-RULE-MISSING", "mine/rules.yaml:3:13", "a sentence"),
        ({"rules": _RULE, "tests": _CASE.replace("{status: proactive}", "{}")}, "E-RULE-VALUE", "mine/tests.yaml:5:5", "an outcome"),
        ({"rules": _RULE, "tests": _CASE.replace("{status: proactive}", "{not_codes: []}")}, "E-RULE-VALUE", "mine/tests.yaml:5:5", "an outcome"),
        ({"rules": _RULE.replace("{duty: {code: P19}}", "{lift: {duties: [mine/two]}}")}, "E-RULE-REFERENCE", "mine/rules.yaml:6:5", "mine/one"),
        ({"rules": _RULE.replace("{duty: {code: P19}}", "{derive: warm}").replace("{kind: 公告}", "{warm: true}")}, "E-RULE-CYCLE", "mine/rules.yaml:2:5", "mine/one → mine/one"),
        ({"rules": _RULE.replace("{duty: {code: P19}}", "{derive: kind}")}, "E-RULE-DUPLICATE", "mine/rules.yaml:6:12", "no fact"),
        ({"rules": _RULE.replace("id: one", "id：one")}, "E-YAML", "mine/rules.yaml:2:7", "did you mean :?"),
        ({"rules": _RULE.replace("{kind: 公告}", "｛kind: 公告｝")}, "E-YAML", "mine/rules.yaml:5:11", "did you mean {?"),
        ({"rules": _RULE.replace("zh: 一, en", "zh: 一，en")}, "E-YAML", "mine/rules.yaml:3:18", "did you mean ,?"),
        ({"rules": _RULE.replace("{zh: 一, en: one}", '{zh: "附件［一］", en: one')}, "E-YAML", "mine/rules.yaml:4:10", "did not find"),
        ({"rules": _RULE.replace("    when", "\u3000\u3000when")}, "E-YAML", "mine/rules.yaml:5:1", "full-width space; expected spaces"),
        ({"rules": _RULE.replace("    when", "\twhen")}, "E-YAML", "mine/rules.yaml:5:1", "tab; expected spaces"),
        ({"rules": _RULE.replace("confidence: ", "confidence:")}, "E-YAML", "mine/rules.yaml:8:15", "a space after :"),
        ({"rules": _RULE.replace('"19"', "第十九条")}, "E-RULE-VALUE", "mine/rules.yaml:4:35", "a number, as 19"),
        ({"rules": _RULE.replace('"19"', "“19”")}, "E-RULE-VALUE", "mine/rules.yaml:4:35", "a number, as 19"),
        ({"rules": _RULE.replace('"19"', "20（5）")}, "E-RULE-VALUE", "mine/rules.yaml:4:35", "20(5) for its item"),
        ({"rules": _RULE.replace('"19"', "19")}, "E-RULE-VALUE", "mine/rules.yaml:4:35", 'in quotes: "19"'),
        ({"rules": _RULE.replace("[{law", "{law").replace("}]", "}")}, "E-RULE-VALUE", "mine/rules.yaml:4:5", "expected list"),
        ({"rules": _RULE.replace("{zh: 因为, en: because}", "因为")}, "E-RULE-VALUE", "mine/rules.yaml:7:5", "expected mapping: {zh: …, en: …}"),
        ({"rules": _RULE.replace("    when", "    from: 2026年2月1日\n    when")}, "E-RULE-VALUE", "mine/rules.yaml:5:5", "expected YYYY-MM-DD"),
        ({"rules": _RULE.replace("{kind: 公告}", "{consultation_days: {lt: " + "9" * 5000 + "}}"), "facts": _DAYS}, "E-FACT-TYPE", "mine/rules.yaml:5:32", "expected integer"),
        ({"rules": _RULE.replace("duty: {code: P19}", "exempt: {kind: discretionary, code: R14-1}")}, "E-RULE-VALUE", "mine/rules.yaml:6:12", "kind mandatory, as R14-1 is"),
        ({"rules": _RULE.replace("code: P19", "code: R14-1")}, "E-RULE-REFERENCE", "mine/rules.yaml:6:5", "R14-1"),
        ({"rules": _RULE.replace("{duty: {code: P19}}", "[{derive: one}, {derive: two}]")}, "E-RULE-VALUE", "mine/rules.yaml:6:5", "a rule for each concept"),
        ({"rules": _RULE.replace("{duty: {code: P19}}", "{derive: not}")}, "E-RULE-DUPLICATE", "mine/rules.yaml:6:12", "not"),
        ({"rules": _RULE.replace("{duty: {code: P19}}", "{redact: {kinds: []}}")}, "E-RULE-VALUE", "mine/rules.yaml:6:21", "at least one entry"),
        ({"rules": _RULE.replace("code: P19", "publications: [{channels: []}]")}, "E-RULE-VALUE", "mine/rules.yaml:6:35", "at least one entry"),
        ({"rules": _RULE.replace("code: P19", "publications: [{due: {within: 1, unit: day, start: []}}]")}, "E-RULE-VALUE", "mine/rules.yaml:6:63", "at least one entry"),
        ({"facts": _FACTS + '    cues: [{value: true, words: [""]}]\n'}, "E-RULE-VALUE", "mine/facts.yaml:7:34", "not empty"),
        ({"facts": _FACTS, "more": _FACTS}, "E-RULE-DUPLICATE", "mine/more.yaml:2:3", "first at mine/facts.yaml:2:3"),
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


def test_a_duty_for_every_document_says_so(tmp_path: Path) -> None:
    _load(tmp_path, rules=_RULE.replace("{kind: 公告}", "{}"))


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_a_file_of_another_encoding_is_told_which_one_to_use(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "ruleset.yaml").write_bytes(_MANIFEST.encode(encoding))
    with pytest.raises(RulesetError) as caught:
        load([tmp_path], _REGISTRY)
    [flaw] = caught.value.flaws
    assert (flaw.code, flaw.expected) == ("E-FILE", "UTF-8")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mine/exceptions.yml", "the suffix .yaml"),
        ("mine/more/exceptions.yml", "the suffix .yaml"),
        ("mine/exceptions.YAML", "the suffix .yaml"),
        ("mine/exceptions.Yml", "the suffix .yaml"),
        ("other/exceptions.yaml", "a ruleset.yaml in its folder"),
        ("exceptions.yaml", "a ruleset.yaml in its folder"),
        ("mine/docker.yml", ""),
        ("other/publishers.yaml", ""),
    ],
)
def test_rules_that_would_be_left_unread_are_told(tmp_path: Path, name: str, expected: str) -> None:
    files = {"mine/ruleset.yaml": _MANIFEST, name: _RULE if "exceptions" in name else "publishers: []\n"}
    for each, text in files.items():
        (tmp_path / each).parent.mkdir(exist_ok=True, parents=True)
        mark = "\ufeff" if each == name else ""  # as Windows sets it
        (tmp_path / each).write_text(mark + text, encoding="utf-8")
    if not expected:
        assert find([tmp_path]) == [tmp_path / "mine"]
        return
    with pytest.raises(RulesetError) as caught:
        find([tmp_path])
    assert [(flaw.where, flaw.expected) for flaw in caught.value.flaws] == [(name, expected)]


def test_what_is_no_file_of_rules_is_passed_by(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "ruleset.yaml").write_text(_MANIFEST, encoding="utf-8")
    (tmp_path / ".#notes.yaml").symlink_to("nobody@nowhere.1")  # the lock of an editor
    (tmp_path / "old.yml").mkdir()
    assert find([tmp_path]) == [tmp_path / "mine"]


def test_a_list_that_is_too_short_is_told_beside_what_else_is_wrong(tmp_path: Path) -> None:
    duty = "publications: [{channels: []}, {due: {within: many, unit: day}}]"
    with pytest.raises(RulesetError) as caught:
        _load(tmp_path, rules=_RULE.replace("code: P19", duty))
    assert [flaw.expected for flaw in caught.value.flaws] == ["at least one entry", "integer"]


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
        ("from: 0001-01-01\n    to: 9999-12-31", "2026-02-01", True),  # for good, as forms write it
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
    edition = base.edition(date.fromisoformat(day)) if speaks else Edition(base, date.fromisoformat(day))
    said = {rule.id for index, rule in edition.rules.items() if edition.findings(index)}
    assert ("mine/one" in said) is speaks


@pytest.mark.parametrize(
    ("domain", "suggestion"),
    [("财政预决算", None), ("budget", None), ("财政预决", "财政预决算"), ("budgett", "budget")],
)
def test_a_domain_is_named_by_slug_or_in_chinese(tmp_path: Path, domain: str, suggestion: str | None) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/ruleset.yaml").write_text(f"{_MANIFEST}domain: {domain}\n", encoding="utf-8")
    (tmp_path / "mine/catalogue.yaml").write_text(_CATALOGUE.replace("budget", domain), encoding="utf-8")
    if suggestion is None:
        assert [each.domain for each in load([tmp_path / "mine"], _REGISTRY).rulesets] == ["budget"]
        assert [row.id for row in load_catalogue([tmp_path / "mine/catalogue.yaml"], _REGISTRY).rows()] == [
            "budget/a"
        ]
        return
    for reading in (
        lambda: load([tmp_path / "mine"], _REGISTRY),
        lambda: load_catalogue([tmp_path / "mine/catalogue.yaml"], _REGISTRY),
    ):
        with pytest.raises(RulesetError) as caught:
            reading()
        assert [(flaw.code, flaw.suggestion) for flaw in caught.value.flaws] == [("E-DOMAIN", suggestion)]


def test_a_row_entered_twice_is_told_with_both_places(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "catalogue.yaml").write_text(_CATALOGUE, encoding="utf-8")
    with pytest.raises(RulesetError) as caught:
        load_catalogue([tmp_path / name / "catalogue.yaml" for name in ("one", "two")], _REGISTRY)
    [flaw] = caught.value.flaws
    assert (flaw.where, flaw.expected) == (
        "two/catalogue.yaml:4:5",
        "unique; first at one/catalogue.yaml:4:5",
    )


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
