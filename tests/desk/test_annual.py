"""The annual report: its formulas on generated registers and figures, in the model and in the workbook's own cells."""

from __future__ import annotations

import io
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from deskroom import AGREED, Desk, Person, proposed, step, words_of
from disclosure_gate.cli import cli
from disclosure_gate.desk.workbook import workbook
from disclosure_gate.model.errors import InputError
from disclosure_gate.register import Event, Register, requests_counted
from disclosure_gate.register.annual import (
    CARRIED_IN,
    CARRIED_OUT,
    COLUMNS,
    NEW,
    OUTCOMES,
    REQUEST_ROWS,
    RESULTS,
    Entered,
    Report,
    report,
)
from disclosure_gate.register.overview import Overview
from factories import NOW, TODAY
from information_requests.__main__ import main
from information_requests.report import COLUMNS as PLUGIN_COLUMNS
from information_requests.report import ROWS as PLUGIN_ROWS

_ISSUES = st.lists(
    st.tuples(
        st.sampled_from(["通知", "行政许可决定", "行政处罚决定", "行政强制决定"]),
        st.booleans(),  # normative
        st.sampled_from(["proactive", "partial", "on_request", "withheld"]),
        st.integers(2025, 2027),
        st.sampled_from(["once", "replaced", "withdrawn", "held"]),
    ),
    max_size=12,
)
_COUNTS = st.fixed_dictionaries({row: st.integers(0, 40) for row in REQUEST_ROWS})
_TABLES = st.fixed_dictionaries({column: _COUNTS for column, _ in COLUMNS})


def _register(issues: list[tuple[str, bool, str, int, str]]) -> Overview:
    """A register with these documents, written as the gate writes them."""
    register = Register.open("sqlite://")
    for number, (kind, normative, status, year, fate) in enumerate(issues):
        name, held = f"doc-{number}", fate == "held"
        determination = {
            "determination_id": f"det-{number}",
            "status": None if held else status,
            "held": [{"code": "H-QUESTION"}] if held else [],
            "reasons": [{"code": "R16-1", "rule": "r"}] if status == "withheld" else [],
            "redactions": [],
            "publications": [{"due_on": f"{year}-06-30"}],
            "obligations": [],
        }
        facts = [{"name": "normative_document", "value": normative}, {"name": "kind", "value": kind}]
        body = {"determination": determination, "issuer": "甲局", "domain": None, "facts": facts}
        clearance = {
            "clearance_id": f"c-{number}",
            "status": status,
            "departure": "none",
            "reason_code": None,
        }
        issued = {
            "clearance_id": f"c-{number}",
            "determination": determination,
            "status": status,
            "number": "",
            "issued_on": f"{year}-06-01",
        }
        with register.transaction(NOW) as tx:
            tx.append(Event.CHECKED, name, body)
            if not held:
                tx.append(Event.CLEARED, name, {**body, "clearance": clearance})
                tx.append(Event.ISSUED, name, issued)
            if fate == "replaced":
                tx.append(Event.REPLACED, name, {**issued, "issued_on": f"{year + 1}-01-02"})
            if fate == "withdrawn":
                tx.append(Event.WITHDRAWN, name, {"withdrawn_on": f"{year}-07-01"})
    seen = Overview()
    seen.follow(register)
    seen.follow(register)  # nothing is counted twice
    register.close()
    return seen


def _balanced(table: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    """The same with as many received as the formula asks for."""
    made = {}
    for column, cells in table.items():
        closed = sum(cells[row.key] for row in OUTCOMES) + cells["carried_out"]
        carried = min(cells["carried_in"], closed)
        made[column] = {**cells, "carried_in": carried, "new": closed - carried}
    return made


@given(_ISSUES)
def test_what_the_register_holds_is_counted_once_and_in_its_year(
    issues: list[tuple[str, bool, str, int, str]],
) -> None:
    made = report(2026, "*", _register(issues).lines(), TODAY)
    ours = [each for each in issues if each[3] == 2026 and each[4] != "held"]
    assert sum(made.issued.values()) == len(ours)
    normative = sum(each[1] for each in ours)
    assert made.papers["normative"]["made"].value == (normative or None)
    for key, kind in (
        ("licences", "行政许可决定"),
        ("penalties", "行政处罚决定"),
        ("coercion", "行政强制决定"),
    ):
        assert made.decisions[key].value == (sum(each[0] == kind for each in ours) or None)
    assert made.sound
    assert all(each.value is None for cells in made.requests.values() for each in cells.values())


@given(_ISSUES, _TABLES, st.integers(0, 50), st.integers(0, 9))
def test_every_formula_holds_where_all_is_known(
    issues: list[tuple[str, bool, str, int, str]],
    table: dict[str, dict[str, int]],
    before: int,
    repealed: int,
) -> None:
    lines = _register(issues).lines()
    made_here = sum(each[1] for each in issues if each[3] == 2026 and each[4] != "held")
    papers = {"made": made_here, "repealed": min(repealed, before), "in_force_before": before}
    entered = Entered.parse({"normative": papers, "requests": _balanced(table)}, "figures")
    made = report(2026, "*", lines, TODAY, entered=entered)
    checks = {each.title.zh: each.holds for each in made.checks}
    assert [title for title, holds in checks.items() if holds is False] == []
    assert all(holds for title, holds in checks.items() if "第一项" in title or "各列" in title)
    assert checks["行政规范性文件：上年现行有效＋制发－废止＝现行有效"] is True
    assert made.requests["total"]["total"].value == sum(
        cells[row.key] for cells in _balanced(table).values() for row in OUTCOMES
    )


@given(
    _TABLES, st.sampled_from([column for column, _ in COLUMNS]), st.sampled_from(REQUEST_ROWS), st.booleans()
)
def test_one_wrong_figure_breaks_a_formula_and_one_unknown_only_opens_it(
    table: dict[str, dict[str, int]],
    column: str,
    row: str,
    unknown: bool,  # noqa: FBT001  Hypothesis chooses
) -> None:
    figures = _balanced(table)
    if unknown:
        del figures[column][row]
    else:
        figures[column][row] += 1
    made = report(2026, "*", [], TODAY, entered=Entered.parse({"requests": figures}, "figures"))
    name = dict(COLUMNS)[column].zh
    holds = {each.title.zh: each.holds for each in made.checks}
    assert holds[f"{name}：第一项＋第二项＝第三项＋第四项"] is (None if unknown else False)
    assert holds["总计：第一项＋第二项＝第三项＋第四项"] is (None if unknown else False)
    assert made.sound is unknown


@given(
    _TABLES,
    st.sets(st.sampled_from([(column, row) for column, _ in COLUMNS for row in REQUEST_ROWS]), max_size=3),
)
def test_the_cells_of_the_workbook_compute_what_the_report_says(
    table: dict[str, dict[str, int]], missing: set[tuple[str, str]]
) -> None:
    figures = _balanced(table)
    for column, row in missing:
        del figures[column][row]
    made = report(2026, "*", [], TODAY, entered=Entered.parse({"requests": figures}, "figures"))
    sheet = load_workbook(io.BytesIO(workbook(made, "zh")))["表三 申请办理"]
    cells = {cell.coordinate: cell.value for line in sheet.iter_rows() for cell in line}
    total_row = next(cell.row for cell in sheet["A"] if str(cell.value).startswith("（七）"))
    for letter, (column, _) in zip("BCDEFG", COLUMNS, strict=True):
        assert (
            _computed(cells, f"{letter}{total_row}")
            == (made.requests[column]["total"].value, "未知")[made.requests[column]["total"].value is None]
        )
    grand = made.requests["total"]["total"].value
    assert _computed(cells, f"H{total_row}") == ("未知" if grand is None else grand)
    verdicts = {True: "符合", False: "不符", None: "未知"}
    for letter, each in zip("BCDEFGH", made.checks, strict=False):
        assert _computed(cells, f"{letter}{total_row + 2}") == verdicts[each.holds]


def _computed(cells: dict[str, Any], place: str) -> Any:
    """A cell as an office program shows it; of formulas the two forms that the workbook has."""
    value = cells[place]
    if not isinstance(value, str) or not value.startswith("="):
        return value
    if found := re.fullmatch(r'=IF\(COUNT\((\S+)\)<(\d+),"(.+?)",SUM\(\1\)\)', value):
        numbers = _numbers(cells, found[1])
        return found[3] if len(numbers) < int(found[2]) else sum(numbers)
    found = re.fullmatch(
        r'=IF\(COUNT\((\S+)\)\+COUNT\((\S+)\)<(\d+),"(.+?)",IF\(SUM\(\1\)=SUM\(\2\),"(.+?)","(.+?)"\)\)',
        value,
    )
    assert found, value
    left, right = _numbers(cells, found[1]), _numbers(cells, found[2])
    if len(left) + len(right) < int(found[3]):
        return found[4]
    return found[5] if sum(left) == sum(right) else found[6]


def _numbers(cells: dict[str, Any], area: str) -> list[int]:
    first, last = (re.fullmatch(r"([A-Z])(\d+)", each) for each in area.split(":"))
    assert first
    assert last
    places = [
        f"{chr(letter)}{row}"
        for letter in range(ord(first[1]), ord(last[1]) + 1)
        for row in range(int(first[2]), int(last[2]) + 1)
    ]
    return [each for each in (_computed(cells, place) for place in places) if isinstance(each, int)]


def test_nothing_typed_becomes_a_formula() -> None:
    entered = Entered.parse({"text": {"overall": "=1+1"}}, "figures")
    made = report(2026, "=cmd()", [], TODAY, entered=entered)
    book = load_workbook(io.BytesIO(workbook(made, "zh")))
    typed = [cell for sheet in book for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]
    assert all(str(cell.value).startswith("=IF(COUNT(") for cell in typed)


@pytest.mark.parametrize(
    ("figures", "place"),
    [
        ({"requests": {"person": {"new": -1}}}, "/requests/person/new"),
        ({"requests": {"people": {"new": 1}}}, "/requests/people"),
        ({"requests": {"person": {"nwe": 1}}}, "/requests/person/nwe"),
        ({"licences": 1.5}, "/licences"),
        ({"licence": 1}, "/licence"),
        ({"fees": -0.5}, "/fees"),
    ],
)
def test_a_flawed_figure_is_told_with_its_place(figures: dict[str, Any], place: str) -> None:
    with pytest.raises(InputError) as told:
        Entered.parse(figures, "figures")
    assert place in told.value.flaws[0].where


def test_entered_and_counted_requests_that_differ_are_shown() -> None:
    entered = Entered.parse({"requests": {"person": {"new": 3}}, "unnamed_requests": 0}, "figures")
    made = report(2026, "*", [], TODAY, entered=entered, requests={"person": {"new": 4, "granted": 3}})
    assert made.conflicts == ["requests/person/new: 3 ≠ 4"]
    assert made.requests["person"]["granted"].origin == "plugin"
    assert made.requests["business"]["new"].value == 0
    assert made.sound


def test_disputes_add_up() -> None:
    entered = Entered.parse(
        {"review": {name: 2 for name, _ in RESULTS}, "litigation_direct": {"upheld": 1}}, "f"
    )
    made = report(2026, "*", [], TODAY, entered=entered)
    assert made.disputes["review"]["total"].value == 8
    assert made.disputes["litigation_direct"]["total"].value is None


def test_the_page_and_the_files_from_a_real_register(tmp_path: Path) -> None:
    desk = Desk(tmp_path, tmp_path)
    drafter, reviewer, signer = desk.person("drafter"), desk.person("reviewer"), desk.person("signer")
    case = proposed(
        drafter, kind="通知", **{"fact.normative_document": "true", "fact.legality_review": "true"}
    )
    step(reviewer, case, "review", **AGREED, done=["D-CONSULT", "D-INTERPRET", "D-LEGALITY"])
    step(signer, case, "sign", do="sign")
    assert step(signer, case, "issue", number="景政规〔2026〕1号").status_code == 302
    officer = desk.person("officer")
    page = officer.text("/desk/report?year=2026")
    assert re.search(r"行政规范性文件</th>\s*<td[^>]*>1</td>", page)
    figures = (io.BytesIO(b"licences: 7\nunnamed_requests: 0\n"), "f.yaml")
    entered = officer.post("/desk/report", year="2026", figures=figures).get_data(as_text=True)
    assert re.search(r"行政许可</th>\s*<td[^>]*>7</td>", entered)
    kept = officer.post("/desk/report", year="2026", **{"as": "html"})
    assert "attachment" in kept.headers["Content-Disposition"]
    assert officer.post("/desk/report", year="2026", **{"as": "xlsx"}).get_data()[:2] == b"PK"
    assert officer.post("/desk/report", year="1999").status_code == 422
    _by_command(tmp_path)


def _by_command(folder: Path) -> None:
    figures, url = folder / "figures.yaml", f"sqlite:///{folder / 'register.db'}"
    figures.write_text("unnamed_requests: 0\nrequests: {person: {new: 2, granted: 1, carried_out: 1}}\n")
    for suffix, code in (("xlsx", 0), ("html", 0), ("json", 0), ("docx", 2)):
        out = folder / f"report.{suffix}"
        options = ["--register", url, "-o", str(out), "--figures", str(figures)]
        answer = CliRunner().invoke(cli, ["register", "report", "2026", *options])
        assert answer.exit_code == code, answer.output
        assert out.exists() is (code == 0)
    told: dict[str, Any] = json.loads((folder / "report.json").read_text())
    assert told["requests"]["person"]["total"]["value"] == 1
    figures.write_text("unnamed_requests: 0\nrequests: {person: {new: 2}}\n")
    broken = CliRunner().invoke(
        cli, ["register", "report", "2026", *options[:-3], str(folder / "b.xlsx"), *options[-2:]]
    )
    assert broken.exit_code == 1


_REQUESTS = [
    {
        "request": {
            "id": name, "applicant": {"name": "某", "kind": kind}, "wanted": "预算", "way": "handed_in",
            "arrived_on": arrived,
        },
        **({"reply": {"organ": "甲局", "type": "granted", "replied_on": "2026-03-20"}} if replied else {}),
    }
    for name, kind, arrived, replied in (
        ("a", "natural", "2026-03-02", True),
        ("b", "legal_service", "2025-12-30", True),
        ("c", "natural", "2026-11-20", False),
    )
]  # fmt: skip


def test_table_three_comes_from_the_plugin_that_handles_requests(tmp_path: Path) -> None:
    (tmp_path / "cases.json").write_text(json.dumps(_REQUESTS))
    ran = CliRunner().invoke(main, ["report", str(tmp_path / "cases.json"), "--year", "2026", "--json"])
    assert ran.exit_code == 0, ran.output
    counts, out = tmp_path / "requests.json", tmp_path / "report.json"
    counts.write_text(ran.stdout)
    where = ["--register", f"sqlite:///{tmp_path / 'register.db'}", "-o", str(out), "--requests", str(counts)]
    Register.open(where[1]).close()
    answer = CliRunner().invoke(cli, ["register", "report", "2026", *where])
    assert answer.exit_code == 0, answer.output
    table = json.loads(out.read_text())["requests"]
    assert {(column, row): cell["value"] for column, rows in table.items() for row, cell in rows.items() if cell["value"]} == {
        ("person", "new"): 2, ("person", "granted"): 1, ("person", "total"): 1, ("person", "carried_out"): 1,
        ("legal", "carried_in"): 1, ("legal", "granted"): 1, ("legal", "total"): 1,
        ("total", "new"): 2, ("total", "carried_in"): 1, ("total", "granted"): 2, ("total", "total"): 2,
        ("total", "carried_out"): 1,
    }  # fmt: skip
    assert table["person"]["granted"]["origin"] == "plugin"
    answer = CliRunner().invoke(cli, ["register", "report", "2025", *where])
    assert answer.exit_code == 2, "counts of another year"
    officer = Desk(tmp_path, tmp_path).person("officer")

    shown = _uploaded(officer, ran.stdout, 2026)
    assert re.search(r"一、本年新收政府信息公开申请数量</th>\s*<td[^>]*>2</td>", shown.get_data(as_text=True))
    for words, year, place in (
        (ran.stdout, 2025, "/year"),
        ("{", 2026, "requests"),
        (ran.stdout.replace('"natural": 2', '"natural": 3', 1), 2026, "/rows/1/total"),
        ("\udcff", 2026, "requests"),
    ):
        refused = _uploaded(officer, words, year)
        assert refused.status_code == 422, place
        assert place in words_of(refused.get_data(as_text=True))


def _uploaded(officer: Person, words: str, year: int) -> TestResponse:
    file = io.BytesIO(words.encode("utf-8", "surrogateescape"))
    return officer.post("/desk/report", year=str(year), requests=(file, "r.json"))


def test_rows_under_which_nothing_was_published_for_long_are_told(tmp_path: Path) -> None:
    desk = Desk(tmp_path, tmp_path)
    drafter, reviewer, signer = desk.person("drafter"), desk.person("reviewer"), desk.person("signer")
    officer = desk.person("officer")
    assert 'id="silent"' not in officer.text("/desk/figures")  # nothing was issued: nothing is expected
    item = "特困人员救助供养/办事指南"
    case = proposed(drafter, domain="social_assistance", item=item, kind="办事指南", text="办理流程如下。")
    step(reviewer, case, "review", **AGREED)
    step(signer, case, "sign", do="sign")
    assert step(signer, case, "issue", number="").status_code == 302
    expected = [
        row.path
        for row in desk.gate.parts.catalogue.rows("social_assistance")
        if row.mode == "proactive" and row.audience == "public"
    ]
    assert item in expected
    figures = words_of(officer.text("/desk/figures"))
    assert f"{len(expected) - 1} / {len(expected)}" in figures
    assert f" {item} " not in figures
    assert figures.count("从未公开") == min(50, len(expected) - 1)
    desk.later(days=40)
    assert desk.person("officer").sign_in().status_code == 302
    officer.sign_in()
    late = words_of(officer.text("/desk/figures?quiet=30"))
    assert f"{len(expected)} / {len(expected)}" in late
    assert officer.get("/desk/figures?quiet=0").status_code == 422
    assert f"{len(expected)} / {len(expected)}" in words_of(officer.text("/desk/report?year=2026&quiet=30"))
    out = tmp_path / "report.json"
    where = ["--register", f"sqlite:///{tmp_path / 'register.db'}", "-o", str(out)]
    answer = CliRunner().invoke(cli, ["register", "report", "2026", *where, "--quiet-days", "3660"])
    assert answer.exit_code == 0, answer.output
    [silence] = [
        each for each in json.loads(out.read_text())["indicators"] if "目录事项" in each["title"]["zh"]
    ]
    assert silence["value"] == f"{len(expected) - 1} / {len(expected)}"


def test_every_row_of_the_plugin_is_one_of_ours_with_the_same_heading() -> None:
    assert set(requests_counted.ROWS) == PLUGIN_ROWS.keys() - {"3.7"}
    assert set(requests_counted.COLUMNS) == set(PLUGIN_COLUMNS)
    assert sorted(requests_counted.ROWS.values()) == sorted(REQUEST_ROWS)
    assert sorted(requests_counted.COLUMNS.values()) == sorted(column for column, _ in COLUMNS)
    ours = {row.key: row.title.zh for row in (NEW, CARRIED_IN, *OUTCOMES, CARRIED_OUT)}
    for number, key in requests_counted.ROWS.items():
        assert ours[key][:6] == PLUGIN_ROWS[number][:6], number  # theirs are longer in places


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"3.1": {"natural": -1}}, "/rows/3.1/natural"),
        ({"3.1": {"natural": "1"}}, "/rows/3.1/natural"),
        ({"3.1": {"natural": 1}}, "/rows/3.1/total"),
        ({"3.7": {"natural": 1, "total": 1}}, "/rows/3.7/natural"),
        ({"3.9": {"natural": 1}}, "/rows/3.9"),
        ({"3.1": {"people": 0}}, "/rows/3.1/people"),
        ({"4": None}, "/rows/4/natural"),
    ],
)
def test_flawed_counts_of_requests_are_told_with_their_place(
    change: dict[str, dict[str, Any] | None], place: str
) -> None:
    rows: dict[str, dict[str, Any]] = {
        row: dict.fromkeys((*PLUGIN_COLUMNS, "total"), 0) for row in PLUGIN_ROWS
    }
    assert requests_counted.parse({"year": 2026, "rows": rows}, "f", 2026)["person"]["new"] == 0
    for row, cells in change.items():
        if cells is None:
            del rows[row]
        else:
            rows.setdefault(row, {}).update(cells)
    with pytest.raises(InputError) as told:
        requests_counted.parse({"year": 2026, "rows": rows}, "f", 2026)
    assert place in [flaw.where.partition(":")[2] for flaw in told.value.flaws]


def test_repeals_are_counted_from_the_register_and_what_lapsed_leaves_the_sum_open() -> None:
    register = Register.open("sqlite://")
    for name, changes in {
        "a": (("repealed", "2026-03-01"),),
        "b": (("repealed", "2026-03-01"), ("in_force", "2026-04-01")),
        "c": (("repealed", "2025-03-01"),),
        "d": (),
    }.items():
        _normative(register, name, changes)
    entered = Entered.parse({"normative": {"in_force_before": 5}}, "f")
    seen = Overview()
    seen.follow(register)
    papers = report(2026, "*", seen.lines(), TODAY, entered=entered).papers["normative"]
    assert (papers["repealed"].value, papers["repealed"].origin) == (1, "register")
    assert papers["in_force"].value == 5 + 4 - 1
    _normative(register, "e", (("lapsed", "2026-05-01"),))
    seen.follow(register)
    made = report(2026, "*", seen.lines(), TODAY, entered=entered)
    assert made.papers["normative"]["in_force"].value is None
    shown = {each.title.zh: each.value for each in made.indicators}
    assert shown["现行公文所依条款已失效"] == "2"  # b and d; the others are in force no more
    assert shown["发出后 3 个工作日内撤回"] == "0"
    for name, day in (("b", "2026-01-08"), ("d", "2026-01-09")):  # issued on a Monday
        with register.transaction(NOW) as tx:
            tx.append(Event.WITHDRAWN, name, {"withdrawn_on": day})
    seen.follow(register)
    shown = {each.title.zh: each.value for each in report(2026, "*", seen.lines(), TODAY).indicators}
    assert shown["发出后 3 个工作日内撤回"] == "1"
    assert shown["现行公文所依条款已失效"] == "0"
    register.close()


def _normative(register: Register, name: str, changes: tuple[tuple[str, str], ...]) -> None:
    basis = [{"in_force_to": "2026-06-30"}, {"in_force_to": None}]
    determination = {
        "determination_id": name, "status": "proactive", "held": [], "redactions": [], "publications": [],
        "reasons": [{"code": "P20", "rule": "r", "basis": basis}], "obligations": [],
    }  # fmt: skip
    facts = [{"name": "normative_document", "value": True}]
    body = {
        "determination": determination,
        "status": "proactive",
        "number": "",
        "issued_on": "2026-01-05",
        "facts": facts,
    }
    with register.transaction(NOW) as tx:
        tx.append(Event.ISSUED, name, body)
        for validity, on in changes:
            tx.append(Event.VALIDITY, name, {"validity": validity, "on": on})


def test_a_report_names_its_year(tmp_path: Path) -> None:
    del tmp_path
    made: Report = report(2026, "*", [], date(2026, 12, 31))
    assert made.year == 2026
    with pytest.raises(InputError):
        report(2026, "*", [], date(2026, 12, 31), entered=Entered.parse({"year": 2025}, "f"))
