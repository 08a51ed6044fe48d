"""The command line as its users give it: output, JSON, languages, exit codes; how fast it starts."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import click
import pytest
from fpdf import FPDF
from fpdf.enums import TextMode

from commands import answer, command
from disclosure_gate.assembly import shipped
from disclosure_gate.cli import cli
from factories import data
from pace import slowness

_EXAMPLES = shipped("examples/documents")


def _process(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "disclosure_gate.cli", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """The folder of a demo, and what it reported."""
    folder = tmp_path_factory.mktemp("demo")
    told = command("demo", "--out", str(folder), "--json")
    assert told.stderr == ""  # the mark of secrecy among the examples is there on purpose
    return folder, json.loads(told.stdout)


@pytest.mark.parametrize(
    ("name", "code", "status"),
    [
        ("17-recruitment-notice", 0, "proactive"),
        ("20-notice-without-facts", 3, None),
        ("15-secret-mark", 3, None),
        ("07-request-for-instructions", 0, "withheld"),
    ],
)
def test_check_answers_with_the_status_and_its_exit_code(name: str, code: int, status: str | None) -> None:
    done = command("check", str(_EXAMPLES / f"{name}.json"), "--as-of", "2026-11-24", "--json")
    assert done.returncode == code, done.stderr
    assert json.loads(done.stdout)["status"] == status


def test_as_a_process_the_answer_is_on_standard_output_and_what_is_wrong_on_the_other(tmp_path: Path) -> None:
    good, bad = _EXAMPLES / "17-recruitment-notice.json", tmp_path / "absent.json"
    done = _process("check", str(good), "--as-of", "2026-11-24")
    assert (done.returncode, done.stderr) == (0, "")
    assert "主动公开" in done.stdout
    done = _process("check", str(bad))
    assert done.returncode == 2
    assert "E-FILE" in done.stdout + done.stderr


def test_check_reads_plain_text_with_options(tmp_path: Path) -> None:
    path = tmp_path / "公告.txt"
    path.write_text("现将有关事项公告如下，手机13812345678。", encoding="utf-8")
    assert command("check", str(path)).returncode == 2
    told = answer("check", str(path), "--kind", "公告", "--issuer", "区政府办公室", "--as-of", "2026-11-24")
    assert (told["status"], [each["kind"] for each in told["redactions"]]) == ("partial", ["mobile"])


@pytest.mark.parametrize(
    ("outputs", "code"),
    [
        (["-o", "a.txt"], "E-SAME-FILE"),
        (["-o", "x/../a.txt"], "E-SAME-FILE"),
        (["-o", "linked.txt"], "E-SAME-FILE"),
        (["-o", "out.txt", "--report", "out.txt"], "E-SAME-FILE"),
        (["-o", "out.txt", "--report", "none/report.md"], "E-FILE"),
        (["-o", ""], "E-FIELD-MISSING"),
        (["-o", "out.txt", "--report", "a.txt"], "E-SAME-FILE"),
        (["-o", "pipe"], "E-FILE"),
        (["-o", "absent/out.txt"], "E-FILE"),
    ],
)
def test_redact_never_writes_over_what_it_reads_or_what_is_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, outputs: list[str], code: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("x").mkdir()
    Path("a.txt").write_text("电话13812345678", encoding="utf-8")
    os.link("a.txt", "linked.txt")
    os.mkfifo("pipe")
    before = sorted(each.name for each in tmp_path.iterdir())
    done = command("redact", "a.txt", *outputs)
    assert done.returncode == 2
    assert code in done.stdout + done.stderr
    assert sorted(each.name for each in tmp_path.iterdir()) == before
    assert Path("a.txt").read_text(encoding="utf-8") == "电话13812345678"
    assert stat.S_ISFIFO(Path("pipe").stat().st_mode)


def test_a_file_that_cannot_be_copied_is_told_with_its_name_and_page(tmp_path: Path) -> None:
    made = FPDF()
    for mode in (TextMode.FILL, TextMode.INVISIBLE):
        made.add_page()
        made.set_font("Helvetica", size=12)
        made.text_mode = mode
        made.text(20, 20, "Notice on planting trees along the river")
    path = tmp_path / "a.pdf"
    path.write_bytes(bytes(made.output()))
    done = command("redact", str(path), "-o", str(tmp_path / "b.pdf"))
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("a.pdf，第 2 页: [U-UNSHOWN]")
    assert not (tmp_path / "b.pdf").exists()


@pytest.mark.parametrize("encoding", ["gbk", "ascii"])
@pytest.mark.parametrize("form", [(), ("--json",)], ids=["table", "json"])
def test_an_encoding_that_lacks_letters_does_not_keep_the_answer_back(
    encoding: str, form: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", encoding)
    asked = ("check", str(_EXAMPLES / "01-implementation-plan.json"), "--as-of", "2026-11-24", *form)
    done = subprocess.run(
        [sys.executable, "-m", "disclosure_gate.cli", *asked], capture_output=True, timeout=120, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    told = done.stdout.decode(encoding)
    assert json.loads(told)["label"] == "部分公开" if form else "P20" in told


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("check", "long.json"), "E-JSON"),
        (("rules", "verify", "long.json"), "E-JSON"),
        (("rules", "verify", "deep.json"), "E-JSON"),
        (("check", "marked.json", "--fact", "consultation_days=--5"), "E-FACT-TYPE"),
        (("check", "marked.json", "--fact", f"consultation_days={'1' * 5_000}"), "E-FACT-TYPE"),
        (("column", "schedule", "long.json", "--register", "sqlite:///r.db"), "E-JSON"),
        (("column", "push", "--site", "deep.json", "--register", "sqlite:///r.db"), "E-COLUMN"),
        (("register", "report", "2026", "-o", "x.html", "--register", "sqlite:///r.db", "--figures", "deep.json"), "E-YAML"),
        (("register", "report", "2026", "-o", "x.html", "--register", "sqlite:///r.db", "--figures", "day.yaml"), "E-YAML"),
        (("register", "report", "2026", "-o", "x.html", "--register", "sqlite:///r.db", "--requests", "deep.json"), "E-JSON"),
    ],
    ids=lambda each: " ".join(each)[:60] if isinstance(each, tuple) else each,
)  # fmt: skip
def test_what_is_in_a_file_or_an_option_is_never_an_error_we_did_not_foresee(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], code: str
) -> None:
    monkeypatch.chdir(tmp_path)
    command("keys", "create", "oa", "--organ", "区政府", "--register", "sqlite:///r.db")
    Path("long.json").write_text(json.dumps(data()).replace("{", '{"facts": 1%s, ' % ("0" * 5_000), 1))
    Path("deep.json").write_text("[" * 100_000)
    Path("day.yaml").write_text("text: 2026-13-01")
    Path("marked.json").write_text(json.dumps(data()), encoding="utf-8-sig")
    done = command(*words)
    assert (done.returncode, code in done.stdout + done.stderr) == (2, True), done


def test_the_mark_that_windows_puts_before_a_text_is_read_over(tmp_path: Path) -> None:
    path = tmp_path / "marked.json"
    path.write_text(json.dumps(data(), ensure_ascii=False), encoding="utf-8-sig")
    assert answer("check", str(path), "--as-of", "2026-11-24")["document_id"] == data()["id"]
    path = tmp_path / "gbk.txt"
    path.write_text("现将有关事项公告如下，城乡低保对象名单公示。", encoding="gb18030")
    assert answer("catalogue", "suggest", "公示", "--text", str(path))


def test_facts_can_be_given(tmp_path: Path) -> None:
    path = tmp_path / "d.json"
    path.write_text(json.dumps(data(kind="通知")), encoding="utf-8")
    assert command("check", str(path)).returncode == 3
    assert command("check", str(path), "--fact", "normative_document=true").returncode == 0
    done = command("check", str(path), "--fact", "normativ=true", "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["errors"][0]["code"] == "E-FACT-UNKNOWN"


@pytest.mark.parametrize(("lang", "word"), [("zh", "没有这个文种"), ("en", "there is no such kind")])
def test_errors_speak_both_languages(tmp_path: Path, lang: str, word: str) -> None:
    path = tmp_path / "d.json"
    path.write_text(json.dumps(data(kind="通之")), encoding="utf-8")
    done = command("--lang", lang, "check", str(path))
    assert done.returncode == 2
    assert word in done.stdout + done.stderr


def test_one_bad_file_does_not_keep_the_others_from_being_answered(tmp_path: Path) -> None:
    good = _EXAMPLES / "17-recruitment-notice.json"
    done = command("check", str(good), str(tmp_path / "absent.json"), "--json")
    assert done.returncode == 2
    first, second = json.loads(done.stdout)
    assert first["status"] == "proactive"
    assert second["errors"][0]["code"] == "E-FILE"


def test_explain_one_rule() -> None:
    name = str(_EXAMPLES / "07-request-for-instructions.json")
    [rule] = answer("explain", name, "--rule", "national/process-material", "--as-of", "2026-11-24")["rules"]
    assert rule["outcome"] == "true"
    done = command("explain", name, "--rule", "national/process-materials")
    assert done.returncode == 2
    assert "national/process-material" in done.stderr


def test_rules_show_is_a_sentence_in_both_languages() -> None:
    shown = answer("rules", "show", "national/budgets")
    assert "预算、决算" in shown["sentence"]["zh"]
    assert "must be published unless article 14 forbids it" in shown["sentence"]["en"]


def test_rules_test_and_lint_pass_on_what_is_shipped() -> None:
    """Every case of every ruleset is run by ``test_rulesets.py``."""
    told = answer("rules", "test", "--ruleset", "domains/budget")
    assert (told["failed"], told["cases"] > 5) == ([], True)
    done = command("rules", "lint", "--as-of", "2026-11-24")
    assert done.returncode == 0, done.stdout


def test_the_demo_then_the_commands_on_its_register(demo: tuple[Path, Any], tmp_path: Path) -> None:
    folder, report = demo
    assert report["register_ok"]
    issued = [row for row in report["documents"] if row["result"].startswith("已发出")]
    assert len(report["documents"]) >= 15
    assert len(issued) >= 10
    register = f"sqlite:///{folder / 'register.db'}"
    assert answer("register", "verify", "--register", register)["ok"]
    assert command("register", "verify", "--register", register, "--head", "999:abc").returncode == 1
    waiting = answer("column", "status", "--register", register)
    assert waiting["counts"]["delivered"] >= 6
    assert {row["channel"] for row in waiting["deliveries"]} >= {"village_board", "credit_system"}
    assert (
        command("column", "push", "--register", register, "--site", str(tmp_path / "again")).returncode == 0
    )
    pages = (folder / "column").rglob("*")
    everything = b"".join(path.read_bytes() for path in pages if path.is_file())
    assert b"19900011201" not in everything
    assert "柳湾镇2026年第四季度".encode() not in everything


def test_what_is_started_side_by_side_listens_apart() -> None:
    own = [
        *cli.commands["serve"].params,
        *cast("click.Group", cli.commands["column"]).commands["serve"].params,
    ]
    ports = [each.default for each in own if each.name == "port"]
    for name in ("oa/app.py", "embedding/server.py"):
        text = (_EXAMPLES.parent / name).read_text(encoding="utf-8")
        ports += map(int, re.findall(r"(?:default=|else )(8\d{3})\b", text))
    assert len(set(ports)) == len(ports) == 4


def test_expected_outcomes_of_the_examples(demo: tuple[Path, Any]) -> None:
    expected = json.loads((_EXAMPLES / "expected.json").read_text(encoding="utf-8"))
    assert {row["file"]: row["status"] for row in demo[1]["documents"]} == expected


def test_plugin_list_names_the_built_in_parts() -> None:
    [plugin] = answer("plugin", "list")["plugins"]
    assert plugin["hooks"] == ["dg_detectors", "dg_readers", "dg_rulesets"]


@pytest.mark.parametrize("port", ["0", "99999", "-1"])
def test_a_port_that_is_none_is_told(tmp_path: Path, port: str) -> None:
    where = f"sqlite:///{tmp_path / 'register.db'}"
    told = command("serve", "--register", where, "--port", port)
    assert (told.returncode, "1<=x<=65535" in told.stderr) == (2, True)


def test_help_comes_at_once() -> None:
    def seconds() -> float:
        """Of the processor: a machine busy with something else is no slower start."""
        start = os.times()
        assert _process("--help").returncode == 0
        end = os.times()
        return end.children_user + end.children_system - start.children_user - start.children_system

    assert min(seconds() for _ in range(5)) < 0.4 * slowness()


def test_import_and_load_take_less_than_a_second_and_a_half() -> None:
    program = (
        "import time; from disclosure_gate import Gate; Gate.open(plugins=()); print(time.process_time())"
    )
    taken = [
        float(
            subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
        )
        for _ in range(3)
    ]
    assert min(taken) < 1.5 * slowness()


def test_a_gate_without_storage_loads_no_database() -> None:
    program = "import sys; from disclosure_gate import Gate; Gate.open(plugins=()); print({'sqlalchemy', 'structlog', 'flask'} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert told.strip() == "set()"


@pytest.mark.parametrize(
    "words",
    [
        ("register", "verify"),
        ("register", "head"),
        ("register", "export"),
        ("register", "due"),
        ("register", "report", "2026", "-o", "report.json"),
        ("column", "status"),
        ("column", "push", "--site", "site"),
        ("keys", "list"),
        ("keys", "revoke", "0123456789ab"),
        ("rules", "verify", "det-1"),
    ],
)
def test_a_register_that_is_not_there_is_told_and_not_made(words: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    for name in ("slip.db", "empty.db"):
        done = command(*words, "--register", f"sqlite:///{tmp_path / name}")
        assert (done.returncode, "E-REGISTER-NONE" in done.stderr) == (1, True)
    assert [each.name for each in tmp_path.iterdir() if each.suffix == ".db"] == ["empty.db"]


def test_a_slip_in_the_registers_name_does_not_empty_the_column(
    demo: tuple[Path, Any], tmp_path: Path
) -> None:
    site = tmp_path / "site"
    shutil.copytree(demo[0] / "column", site)
    before = {path: path.read_bytes() for path in (site / "public").rglob("*.html")}
    slip = f"sqlite:///{tmp_path / 'slip.db'}"
    done = command("column", "reconcile", "--register", slip, "--site", str(site), "--apply")
    assert done.returncode == 1
    assert before == {path: path.read_bytes() for path in (site / "public").rglob("*.html")}
    assert len(before) > 100


def test_names_that_do_not_exist_are_told_as_what_they_are(tmp_path: Path) -> None:
    register = f"sqlite:///{tmp_path / 'register.db'}"
    assert command("keys", "create", "oa", "--organ", "*", "--register", register).returncode == 0
    paper, figures = str(_EXAMPLES / "17-recruitment-notice.json"), tmp_path / "figures.yaml"
    figures.write_text("hello: 1\n", encoding="utf-8")
    for words, code, named in (
        (("rules", "diff", str(tmp_path / "absent")), "E-FILE", "absent/**/ruleset.yaml"),
        (("--rulesets", str(tmp_path), "check", paper), "E-FILE", "/**/ruleset.yaml"),
        (("rules", "test", "--ruleset", "domains/buget"), "E-RULE-REFERENCE", "domains/budget"),
        (("keys", "revoke", "0123456789ab", "--register", register), "E-KEY-ID", "keys list"),
        (("keys", "create", "a", "--organ", " ", "--register", register), "E-FIELD-MISSING", "--organ"),
        (("keys", "create", "a", "--organ", "*", "--role", "x", "--register", register), "E-FIELD-TYPE", "signer"),
        (("keys", "rotate", "--signing-keys", str(tmp_path / "absent")), "E-FILE", "absent/*.ed25519.pem"),
        (("column", "status", "--done", "9", "--by", "a", "--register", register), "E-NOT-BY-HAND", "9"),
        (("column", "serve", "--database", "x", "--port", "99999"), "65535", "--port"),
        (("serve", "--register", register, "--port", "0"), "65535", "--port"),
        (("demo", "--out", str(tmp_path / "register.db")), "E-FILE", "register.db"),
        (("catalogue", "export", "zzz", "-o", str(tmp_path / "x.xlsx")), "E-DOMAIN", "生态环境"),
        (("register", "report", "2026", "--register", register, "-o", str(tmp_path / "r.json"),
          "--figures", str(figures)), "E-FIELD-UNKNOWN", "/hello"),
    ):  # fmt: skip
        done = command(*words)
        assert (done.returncode, code in done.stderr, named in done.stderr) == (2, True, True), done.stderr


def test_marks_of_secrecy_in_cases_alarm_nobody() -> None:
    done = command("rules", "test", "--ruleset", "national")
    assert (done.returncode, done.stderr) == (0, "")


def test_names_of_items_are_told_whole_however_narrow_the_terminal(tmp_path: Path) -> None:
    book = str(tmp_path / "ecology.xlsx")
    assert command("catalogue", "export", "ecology", "-o", book).returncode == 0
    shown = command("catalogue", "import", book, "--domain", "生态环境").stdout
    assert "生物多样性" in shown.replace("\n", "")
    assert "…" not in shown.split("理解方式")[0]
