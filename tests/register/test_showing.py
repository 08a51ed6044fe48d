"""What the register shows years later: to a third party, to the office, and a determination made again."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from copy import copy
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Self

import pytest

from commands import Told, command
from disclosure_gate import Document, Gate
from disclosure_gate.model.errors import ClearanceRefused, InputError, IssueRefused
from disclosure_gate.register.due import due
from disclosure_gate.register.overview import Overview
from disclosure_gate.register.signing import SigningKeys
from factories import NOW, RULESETS, TODAY, data, decision, document, gate_with_register

_VERIFIER = Path(__file__).parent.parent.parent / "examples" / "verify_register.py"


def _issued(gate: Gate, doc: Document | None = None) -> None:
    doc = doc or document()
    gate.issue(doc, gate.clear(doc, gate.record_check(doc, TODAY), decision()), issued_on=TODAY)


class _Exported:
    """An exported register and the public keys, as a third party gets them."""

    def __init__(self, url: str, folder: Path) -> None:
        self._url, self._keys = url, folder / "signing-keys"
        with gate_with_register(url, engine="direct") as gate:
            _issued(gate)
        self.head = command("register", "head", *self.options()).stdout.strip()
        with gate_with_register(url, engine="direct") as gate:
            _issued(gate, document(id="doc-2"))
        self.file, self.jwks = folder / "register.jsonl", folder / "jwks.json"
        made = command("register", "export", *self.options(), "-o", str(self.file))
        assert made.returncode == 0, made.stderr
        self.jwks.write_text(json.dumps(SigningKeys.open(self._keys).jwks()))

    def options(self, keys: Path | None = None) -> list[str]:
        return ["--register", self._url, "--signing-keys", str(keys or self._keys)]

    def verified(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(_VERIFIER), str(self.file), "--keys", str(self.jwks), *words],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def own_verify(self, head: str) -> Told:
        return command("register", "verify", *self.options(), "--head", head)

    def taken_to(self, folder: Path) -> Self:
        """The same with a file of its own, which may be changed."""
        taken = copy(self)
        taken.file = Path(shutil.copy(self.file, folder))
        return taken

    def rewrite(self, change: Callable[[list[Any]], list[Any]]) -> None:
        lines = [json.loads(line) for line in self.file.read_text(encoding="utf-8").splitlines()]
        self.file.write_text("".join(json.dumps(line) + "\n" for line in change(lines)))


@pytest.fixture
def exported(register_url: str, tmp_path: Path) -> _Exported:
    return _Exported(register_url, tmp_path)


@pytest.fixture(scope="module")
def exported_once(tmp_path_factory: pytest.TempPathFactory) -> _Exported:
    """For those who only change a copy of the file."""
    folder = tmp_path_factory.mktemp("exported")
    return _Exported(f"sqlite:///{folder / 'register.db'}", folder)


def test_a_third_party_verifies_an_export_and_a_head_kept_from_before(exported: _Exported) -> None:
    answer = exported.verified("--head", exported.head)
    assert (answer.returncode, answer.stdout) == (0, "VALID  6 records\n"), answer.stderr
    assert exported.own_verify(exported.head).returncode == 0
    assert exported.own_verify("no.head.at-all").returncode == 2


@pytest.mark.parametrize("name", ["verify", "head", "export", "due"])
def test_a_register_that_is_not_there_is_no_empty_one(tmp_path: Path, name: str) -> None:
    file = tmp_path / "register.db"
    told = command("register", name, "--register", f"sqlite:///{file}")
    assert (told.returncode, file.exists()) == (1, False)
    assert "E-REGISTER" in told.stderr


def test_what_proves_less_than_it_seems_is_told(exported_once: _Exported, tmp_path: Path) -> None:
    assert "--head" in command("register", "verify", *exported_once.options()).stdout
    assert "--head" not in exported_once.own_verify(exported_once.head).stdout
    assert command("register", "head", *exported_once.options()).stderr == ""
    elsewhere = tmp_path / "signing-keys"
    assert "signing-keys" in command("register", "head", *exported_once.options(elsewhere)).stderr


def _lengthened(lines: list[Any]) -> list[Any]:
    """One more record, well chained, after what was signed."""
    more = {"seq": 7, "event": "issued", "document_id": "x", "at": "", "body": {}, "prev": lines[-2]["hash"]}
    text = json.dumps(more)
    added = {"seq": 7, "hash": hashlib.sha256(text.encode()).hexdigest(), "envelope": text}
    return [*lines[:-1], added, lines[-1]]


def _resealed(lines: list[Any]) -> list[Any]:
    """Changed, and every hash after it made anew: only the signature can tell."""
    previous = "0" * 64
    for line in lines[:-1]:
        inside = json.loads(line["envelope"])
        inside["prev"] = previous
        if inside["seq"] == 2:
            inside["body"]["decision"]["signer"] = "另一人"
        line["envelope"] = json.dumps(inside, ensure_ascii=False)
        previous = line["hash"] = hashlib.sha256(line["envelope"].encode()).hexdigest()
    return lines


_FORGERIES: dict[str, Callable[[list[Any]], list[Any]]] = {
    "record 2: changed": lambda lines: [
        line | {"envelope": line["envelope"].replace("拟稿人", "另一人")} if number == 1 else line
        for number, line in enumerate(lines)
    ],
    "record 3: missing": lambda lines: [*lines[:2], *lines[3:]],
    "record 4: missing or out of order": lambda lines: [*lines[:3], lines[4], lines[3], *lines[5:]],
    "record 6 was there when this head was signed; it is gone": lambda lines: [*lines[:-2], lines[-1]],
    "is not the record this head was signed over": _resealed,
    "the head is of record 6, the export ends with 7": _lengthened,
    "last line: no head": lambda lines: lines[:-1],
    "unreadable": lambda lines: [*lines[:-1], {"nothing": 1}, lines[-1]],
}


@pytest.mark.parametrize("told", sorted(_FORGERIES))
def test_a_forged_export_is_found(exported_once: _Exported, tmp_path: Path, told: str) -> None:
    exported = exported_once.taken_to(tmp_path)
    exported.rewrite(_FORGERIES[told])
    answer = exported.verified("--head", exported.head)
    assert answer.returncode == 1
    assert told in answer.stdout
    assert "NOT VALID" in answer.stdout


def test_a_chain_signed_by_somebody_else_is_found(exported_once: _Exported, tmp_path: Path) -> None:
    exported = exported_once.taken_to(tmp_path)
    other = SigningKeys.open(tmp_path / "other-keys")
    exported.rewrite(lambda lines: [*lines[:-1], {"head": other.sign_head(6, lines[-2]["hash"], NOW)}])
    assert "not signed by any of the keys" in exported.verified().stdout


def test_what_falls_due_is_listed(register_url: str) -> None:
    secret = data(
        id="doc-2",
        kind="通知",
        facts={"secrecy_review": "passed", "trade_secret": "whole"},
        proposed={"status": "withheld", "reason_code": "R15-1", "statement": "涉及企业报价"},
    )
    with gate_with_register(register_url, engine="direct") as gate:
        assert gate.register is not None
        _issued(gate)
        gate.record_check(secret, TODAY)
        listed = due(gate.register, TODAY, TODAY + timedelta(400))
        codes = {(each.document_id, each.kind, each.code) for each in listed}
        assert ("doc-1", "publication", "column") in codes
        assert ("doc-2", "obligation", "D-THIRD-PARTY") in codes
        assert ("doc-2", "obligation", "D-REVIEW") in codes
        assert [each.due_on for each in listed] == sorted(each.due_on for each in listed)
        assert not any(each.overdue for each in listed)
        publication = next(each for each in listed if each.kind == "publication")
        assert due(gate.register, TODAY, publication.due_on - timedelta(1)) == [
            each for each in listed if each.due_on < publication.due_on
        ]
        late = due(gate.register, publication.due_on + timedelta(1), publication.due_on)
        assert all(each.overdue for each in late)
        gate.withdraw(
            {"document_id": "doc-1", "reason": "重发", "by": "办公室", "withdrawn_on": TODAY.isoformat()}
        )
        assert not [
            each
            for each in due(gate.register, TODAY, TODAY + timedelta(400))
            if each.document_id == "doc-1" and "公开而" in each.message.zh
        ]


def test_no_check_discharges_what_an_issue_obliges_to(register_url: str) -> None:
    withheld = data(
        facts={"secrecy_review": "passed", "process_material": "draft"},
        proposed={"status": "withheld", "reason_code": "R16-2", "statement": "尚在研究过程中的材料"},
    )
    with gate_with_register(register_url, engine="direct") as gate:
        assert gate.register is not None
        gate.issue(withheld, gate.clear(withheld, gate.check(withheld, TODAY), decision()), issued_on=TODAY)
        before = due(gate.register, TODAY, TODAY + timedelta(400))
        assert [(each.code, each.issuer, each.seq) for each in before] == [
            ("D-REVIEW", data()["issuer"]["name"], 2)
        ]
        gate.record_check(data(), TODAY)
        gate.record_check(data(issuer={"name": "区财政局"}), TODAY)
        assert due(gate.register, TODAY, TODAY + timedelta(400)) == before
        overview = Overview()
        overview.follow(gate.register)
        assert [(each.issuer, each.status, each.review_on) for each in overview.lines()] == [
            (data()["issuer"]["name"], "withheld", before[0].due_on)
        ]
        gate.record_check(withheld | {"id": "doc-2"}, TODAY)
        again = due(gate.register, TODAY, TODAY + timedelta(400))
        assert [(each.document_id, each.issued) for each in again] == [("doc-1", True), ("doc-2", False)]


def test_a_document_closed_further_keeps_its_reason_and_is_looked_at_again(register_url: str) -> None:
    closed = decision(status="withheld", reason_code="R14-3", statement="公开调度细节可能影响供热设施安全")
    with gate_with_register(register_url, engine="direct") as gate:
        assert gate.register is not None
        gate.issue(data(), gate.clear(data(), gate.check(data(), TODAY), closed), issued_on=TODAY)
        overview = Overview()
        overview.follow(gate.register)
        assert [(each.status, each.state, each.codes) for each in overview.lines()] == [
            ("withheld", "issued", ("R14-3",))
        ]
        # It is looked at again in due course (条例 18), like what was determined so.
        listed = due(gate.register, TODAY, TODAY + timedelta(400))
        assert [each.code for each in listed] == ["D-REVIEW"]
        assert overview.lines()[0].review_on == listed[0].due_on


def test_a_document_opened_further_is_not_looked_at_again_as_if_it_were_withheld(register_url: str) -> None:
    kept = data(facts={"secrecy_review": "passed", "process_material": "draft"})
    with gate_with_register(register_url, engine="direct") as gate:
        assert gate.register is not None
        determined = gate.check(kept, TODAY)
        assert "D-REVIEW" in {each.code for each in determined.obligations}
        gate.issue(kept, gate.clear(kept, determined, decision(status="proactive")), issued_on=TODAY)
        assert "D-REVIEW" not in {each.code for each in due(gate.register, TODAY, TODAY + timedelta(400))}


def test_no_organ_takes_another_s_document_over_by_its_id(register_url: str) -> None:
    with gate_with_register(register_url, engine="direct") as gate:
        assert gate.register is not None
        theirs = data(issuer={"name": "区财政局"}, text="另一机关的正文。")
        early = gate.clear(theirs, gate.check(theirs, TODAY), decision())
        _issued(gate)
        stands = gate.register.state("doc-1")
        with pytest.raises(IssueRefused, match="E-ID-TAKEN"):
            gate.issue(theirs, early, issued_on=TODAY)
        with pytest.raises(ClearanceRefused, match="E-ID-TAKEN"):
            gate.clear(theirs, gate.check(theirs, TODAY), decision())
        assert [each.code for each in gate.objections(theirs, decision(), TODAY)] == ["E-ID-TAKEN"]
        assert gate.register.state("doc-1") == stands


def test_a_document_is_its_organ_s_whoever_checks_or_clears_one_of_its_name(register_url: str) -> None:
    theirs = data(issuer={"name": "区财政局"}, text="另一机关的正文。")
    kept = data(
        facts={"secrecy_review": "passed", "process_material": "draft"},
        proposed={"status": "withheld", "reason_code": "R16-2", "statement": "尚在研究过程中的材料"},
    )
    with gate_with_register(register_url, engine="direct") as gate:
        assert gate.register is not None
        ours = gate.clear(kept, gate.check(kept, TODAY), decision())
        gate.clear(theirs, gate.check(theirs, TODAY), decision())
        gate.issue(kept, ours, issued_on=TODAY)
        name = kept["issuer"]["name"]
        overview = Overview()
        for withdrawn in (False, True):
            if withdrawn:
                back = {
                    "document_id": "doc-1",
                    "reason": "有误",
                    "by": "公开办",
                    "withdrawn_on": "2026-11-24",
                }
                gate.withdraw(back)
            gate.record_check(theirs, TODAY)
            overview.follow(gate.register)
            assert [each.issuer for each in overview.lines()] == [name]
            listed = due(gate.register, TODAY, TODAY + timedelta(400))
            reviews = [each.issuer for each in listed if each.code == "D-REVIEW"]
            assert reviews == ([] if withdrawn else [name])


def test_the_due_command_tells_and_warns_by_its_exit_code(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'register.db'}"
    with gate_with_register(url, engine="direct") as gate:
        _issued(gate)
    soon = command("--json", "register", "due", "--register", url, "--on", "2026-11-24")
    assert soon.returncode == 0, soon.stderr
    assert [each["document_id"] for each in json.loads(soon.stdout)] == ["doc-1"]
    assert command("register", "due", "--register", url, "--on", "2027-11-24").returncode == 1
    assert (
        "没有到期"
        in command("register", "due", "--register", url, "--on", "2026-11-24", "--within", "0").stdout
    )


@pytest.mark.law(3)
def test_a_recorded_determination_is_made_again_byte_for_byte(register_url: str) -> None:
    with gate_with_register(register_url) as gate:
        determined = gate.record_check(document(), date(2025, 3, 3))
        again = gate.replay(determined.determination_id, document())
        assert (again.same, again.differs) == (True, ())
        other = gate.replay(determined.determination_id, document(text="另一段内容。"))
        assert not other.same
        assert not other.same_content
        assert "content_digest" in other.differs
        with pytest.raises(InputError, match="E-UNKNOWN-DETERMINATION"):
            gate.replay("det-none", document())


def test_a_replay_with_other_rulesets_says_so(tmp_path: Path) -> None:
    url, file = f"sqlite:///{tmp_path / 'register.db'}", tmp_path / "document.json"
    file.write_text(json.dumps(data()), encoding="utf-8")
    with gate_with_register(url) as gate:
        made = gate.record_check(document(), TODAY).determination_id
    assert "逐字节一致" in command("register", "replay", made, str(file), "--register", url).stdout
    changed = tmp_path / "rulesets"
    shutil.copytree(RULESETS, changed)
    with (changed / "national" / "ruleset.yaml").open("a", encoding="utf-8") as ruleset:
        ruleset.write("# another digest\n")
    answer = command("--rulesets", str(changed), "register", "replay", made, str(file), "--register", url)
    assert answer.returncode == 1
    assert "--rulesets" in answer.stdout
