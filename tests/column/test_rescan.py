"""What is public is read again: what was overlooked is found and told, what is as it should be raises no alarm."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

import office
from commands import command
from disclosure_gate import Gate, hookimpl
from disclosure_gate.assembly import shipped
from disclosure_gate.column import Outbox
from disclosure_gate.demo import run_demo
from disclosure_gate.detect.detector import TermDetector
from disclosure_gate.model.frozen import Text
from disclosure_gate.publishing import rescan
from disclosure_gate.register import Register
from factories import NOW, TODAY, data, decision, document, gate_with_register
from public_items import public_item

WORD, CODE = "朱砂鹤唳", "zhusha"


class Newer:
    """A detector that came after the documents were issued."""

    name = "newer"

    @hookimpl
    def dg_detectors(self) -> list[Any]:
        return [TermDetector("nicknames", "person_name", (WORD, CODE), Text(zh="绰号", en="nickname"))]


def _issue(gate: Gate, **changes: Any) -> None:
    doc = document(**data(**changes))
    gate.issue(
        doc, gate.clear(doc, gate.check(doc, TODAY), decision()), number="景政发〔2026〕5号", issued_on=TODAY
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("名单.docx", office.word([f"编号 {CODE}"], [["姓名", "手机"], ["王秀英", "13812345678"]])),
        ("名单.xlsx", office.workbook([["姓名", "备注", "手机"], ["王秀英", CODE, "13812345678"]])),
        ("list.pdf", office.pdf([f"code {CODE}", "tel 13812345678"])),
    ],
    ids=["docx", "xlsx", "pdf"],
)
def test_copies_of_files_are_read(name: str, content: bytes, tmp_path: Path) -> None:
    with gate_with_register(tmp_path, engine="direct") as gate:
        _issue(gate, files=[{"name": name, "content": base64.b64encode(content).decode()}])
        assert rescan(gate, TODAY).exposures == []
    with gate_with_register(tmp_path, plugins=[Newer()], engine="direct") as gate:
        [found] = rescan(gate, TODAY).exposures
    assert {each.where.split("/")[0] for each in found.redactions} == {"text", "files"}
    assert (found.files, found.flaws) == ((name,), ())


def _file(text: str) -> dict[str, str]:
    return {"name": "附件.txt", "content": base64.b64encode(text.encode()).decode()}


def test_what_was_overlooked_is_told_by_place_and_never_by_content(tmp_path: Path) -> None:
    with gate_with_register(tmp_path, engine="direct") as gate:
        _issue(gate, id="clean", text="供热公告，联系人手机13812345678。")
        _issue(gate, id="text", text=f"供热公告。{WORD}一事已经核实。")
        _issue(gate, id="file", files=[_file(f"{WORD}一事已经核实。")])
        _issue(gate, id="gone", text=f"供热公告。{WORD}一事已经核实。")
        gate.withdraw({"document_id": "gone", "reason": "内容有误", "by": "公开办丁", "withdrawn_on": TODAY})
        assert rescan(gate, TODAY).exposures == []
    with gate_with_register(tmp_path, plugins=[Newer()], engine="direct") as gate:
        done = rescan(gate, TODAY)
        again = rescan(gate, TODAY)
    assert done == again
    assert done.scanned == 3
    assert {each.document_id: [one.where for one in each.redactions] for each in done.exposures} == {
        "text": ["text"],
        "file": ["text", "files/0"],  # what the column shows of a document is the text of its files too
    }
    assert {(each.audience, each.channels, each.flaws) for each in done.exposures} == {
        ("public", ("column",), ())
    }
    assert WORD not in json.dumps(done.as_json(), ensure_ascii=False)


def test_facts_that_were_declared_are_known_again(tmp_path: Path) -> None:
    """A list of who gets a benefit, for the village alone, names them: as it was decided, so it is read."""
    folder = shipped("examples/documents")
    listed = json.loads(next(folder.glob("02-*.json")).read_text(encoding="utf-8"))
    with gate_with_register(tmp_path, engine="direct") as gate:
        determined = gate.check(listed, TODAY)
        gate.issue(
            listed, gate.clear(listed, determined, decision()), number="柳政公〔2026〕5号", issued_on=TODAY
        )
        assert determined.redactions
        done = rescan(gate, TODAY)
    assert (done.scanned, done.exposures) == (len(determined.publications), [])


def test_words_beside_a_document_are_read_too(tmp_path: Path) -> None:
    with gate_with_register(tmp_path, engine="direct") as gate:
        doc = document()
        clearance = gate.clear(doc, gate.check(doc, TODAY), decision())
        gate.issue(
            doc, clearance, number="景政发〔2026〕5号", issued_on=TODAY, listing={"abstract": f"{WORD}来信"}
        )
    with gate_with_register(tmp_path, plugins=[Newer()], engine="direct") as gate:
        [found] = rescan(gate, TODAY).exposures
    assert [(each.code, each.where) for each in found.flaws] == [("E-SHOWN", "/listing/abstract")]
    assert WORD not in found.model_dump_json()


def test_the_command_says_how_to_mend_it_and_changes_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'register.db'}"
    with Register.open(url) as register, register.transaction(NOW) as tx:
        fine = public_item(document_id="fine", text="供热公告。")
        Outbox(register.engine).enqueue(tx.connection, "fine", 1, [fine], NOW)
    done = command("--lang", "en", "column", "rescan", "--register", url)
    assert (done.returncode, "1 public copies read again" in done.stdout) == (0, True), done
    with Register.open(url) as register, register.transaction(NOW) as tx:
        # As something wrote it that did not look at files, and at the text with other eyes.
        bare = public_item(
            document_id="bare", text="供热公告，居民陈桂香，身份证号11010519491231002X，手机13812345678。"
        )
        secret = public_item(document_id="secret", text="机密★10年\n供热安排。")
        for each in (bare, secret):
            Outbox(register.engine).enqueue(tx.connection, each.document_id, 1, [each], NOW)
    before = _rows(url)
    told = command("column", "rescan", "--register", url)
    flat = "".join(told.stdout.split())
    assert told.returncode == 1
    for word in ("bare", "secret", "正文", "手机", "身份证", "H-SECRET", "共扫描3份，2份有问题：请撤回"):
        assert word in flat
    assert "13812345678" not in told.stdout + told.stderr
    assert _rows(url) == before


def _rows(url: str) -> list[Any]:
    with Register.open(url) as register:
        return list(Outbox(register.engine).rows(()))


def test_nothing_of_the_examples_is_found_again(tmp_path: Path) -> None:
    run_demo(tmp_path, TODAY, "zh", quiet=True)
    with Register.open(f"sqlite:///{tmp_path / 'register.db'}") as register:
        meant = sum(line.action == "publish" for line in Outbox(register.engine).expected(NOW.date()))
    told = command("column", "rescan", "--register", f"sqlite:///{tmp_path / 'register.db'}", "--json")
    done = json.loads(told.stdout)
    assert (told.returncode, done["exposures"]) == (0, [])
    assert 0 < done["scanned"] <= meant
