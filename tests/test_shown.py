"""Words that the public reads beside a document: whoever says them, they name nobody."""

from __future__ import annotations

import base64
import json
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

import pytest

from disclosure_gate import Gate
from disclosure_gate.column import Publisher, Worker
from disclosure_gate.column.archive import ArchiveFeed
from disclosure_gate.column.cms import CmsPush
from disclosure_gate.column.static_site import StaticSite
from disclosure_gate.column.store import ColumnStore
from disclosure_gate.detect.detector import Hit
from disclosure_gate.detect.page import Page
from disclosure_gate.model.clearance import PublicItem
from disclosure_gate.model.errors import ClearanceRefused, GateError, IssueRefused
from disclosure_gate.model.frozen import Text
from disclosure_gate.plugins import hookimpl
from disclosure_gate.register.cases import new_id
from disclosure_gate.shown import CARE, flaws, placing
from factories import NOW, TODAY, data, decision, document, gate_with_register
from receivers import SECRET, Cms, receiving

pytestmark = pytest.mark.law(6)
_ID = "110101199003078515"


@pytest.fixture
def direct(tmp_path: Path) -> Iterator[Gate]:
    with gate_with_register(tmp_path, engine="direct") as gate:
        yield gate


def _cleared(gate: Gate, **changes: Any) -> dict[str, Any]:
    doc = document(**changes)
    return {"document": doc, "clearance": gate.clear(doc, gate.check(doc, TODAY), decision())}


def _issued(gate: Gate, **changes: Any) -> None:
    gate.issue(**_cleared(gate, **changes), issued_on=TODAY)


def _back(reason: str) -> dict[str, Any]:
    return {"document_id": "doc-1", "reason": reason, "by": "公开办", "withdrawn_on": TODAY}


def _told(error: GateError) -> list[tuple[str, str]]:
    return [(flaw.code, flaw.where) for flaw in error.flaws]


def test_somebody_is_responsible_for_every_field_a_publisher_is_handed() -> None:
    assert set(CARE) == set(PublicItem.model_fields)


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"number": f"景民字〔2026〕{_ID}号"}, "/number"),
        ({"number": "景民字〔2026〕5号 13812345678"}, "/number"),
        ({"number": "低保户王小明〔2026〕5号"}, "/number"),
        ({"number": "景民字〔2026〕138-1234-5678号"}, "/number"),
        ({"number": "家住新华路5号院3号楼201室〔2026〕5号"}, "/number"),
        ({"number": "〔2026〕5号 绝密★10年"}, "/number"),
        ({"listing": {"index": f"{_ID}/2026"}}, "/listing/index"),
        ({"listing": {"index": "13812345678"}}, "/listing/index"),
        ({"listing": {"index": "１１０１０１１９９００３０７８５１５"}}, "/listing/index"),
        ({"listing": {"abstract": "咨询电话 138 1234 5678 王工"}}, "/listing/abstract"),
        ({"listing": {"abstract": "涉及未成年人王小明"}}, "/listing/abstract"),
        ({"listing": {"keywords": ["供热", _ID]}}, "/listing/keywords/1"),
    ],
)
def test_what_is_said_when_it_is_issued_names_nobody(direct: Gate, said: dict[str, Any], where: str) -> None:
    with pytest.raises(IssueRefused) as refused:
        direct.issue(**_cleared(direct), issued_on=TODAY, **said)
    assert _told(refused.value) == [("E-SHOWN", where)]
    assert _ID not in str(refused.value)
    assert direct.register is not None
    assert direct.register.state("doc-1") is None


def test_what_is_masked_in_a_document_does_not_stand_beside_it(direct: Gate) -> None:
    masked = _cleared(direct, text="现将低保对象公示如下。\n低保户王小明，家庭人口3人。")
    with pytest.raises(IssueRefused) as refused:
        direct.issue(**masked, issued_on=TODAY, number="王小明字〔2026〕5号")
    assert _told(refused.value) == [("E-SHOWN", "/number")]


def test_an_index_number_that_is_kept_from_before_names_nobody_either(direct: Gate) -> None:
    named = {"issuer": {"name": "景明区人民政府办公室", "code": _ID}}
    closed = {"title": "关于供热事项的请示", "kind": "请示", "text": "请示如下。"}
    direct.issue(**_cleared(direct, **named, **closed), issued_on=TODAY)
    assert direct.register is not None
    state = direct.register.state("doc-1")
    assert state is not None
    assert state.index_number.startswith(_ID)
    shown = _cleared(direct, issuer={"name": "景明区人民政府办公室"})
    for listing in (None, {}, {"keywords": ["供热"]}):
        with pytest.raises(IssueRefused) as refused:
            direct.issue(**shown, issued_on=TODAY, listing=listing)
        assert _told(refused.value) == [("E-SHOWN", "/listing/index")]
    direct.issue(**shown, issued_on=TODAY, listing={"index": "014149869/2026-00001"})


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"id": f"case-{_ID}"}, "/id"),
        ({"id": "13812345678"}, "/id"),
        ({"issuer": {"name": "景明区民政局", "code": _ID}}, "/issuer/code"),
        ({"issuer": {"name": "景明区民政局（13812345678）"}}, "/issuer/name"),
    ],
)
def test_what_places_a_document_names_nobody_once_it_is_to_be_public(
    direct: Gate, changes: dict[str, Any], where: str
) -> None:
    with pytest.raises(ClearanceRefused) as refused:
        _cleared(direct, **changes)
    assert _told(refused.value) == [("E-SHOWN", where)]
    doc = document(**changes)
    assert [(each.code, each.where) for each in direct.objections(doc, decision(), TODAY)] == _told(
        refused.value
    )


@pytest.mark.parametrize(
    "said",
    [
        {"number": "景政办发〔2026〕5号"},
        {"number": "（景）应急罚〔2026〕33-3号"},
        {"number": "公（治）行罚决字[2026]17011号"},
        {"number": "景政发[2026]33-3号"},
        {"number": "交执罚【2026】第A-12号"},
        {"listing": {"index": "11320500014149869D/2026-00012"}},
        {"listing": {"index": "014149869-02/2026-000123"}},
    ],
)
@pytest.mark.parametrize(
    "id_",
    [
        "f3b7c7a0-1c5e-4d0a-8a39-13912345678e",
        "3089721222756928964",
        "202604200802057069",
        "575990188710034456",
        "FQZR1AQQ6Q0454928HXRT70BYW",
    ],
)
def test_numbers_of_offices_and_their_systems_are_nobodys(
    direct: Gate, id_: str, said: dict[str, Any]
) -> None:
    direct.issue(**_cleared(direct, id=id_), issued_on=TODAY, **said)
    assert direct.register is not None
    assert direct.register.state(id_) is not None


def test_no_name_that_the_desk_gives_a_document_is_somebodys_number(direct: Gate) -> None:
    given = [f"desk-{new_id()}" for _ in range(2_000)]
    assert not any(char.isdigit() for each in given for char in each)
    assert len(set(given)) == len(given)
    for number, each in enumerate(given):
        assert flaws(direct.parts.scanner, placing(each, "景明区人民政府", None)) == (), number


@pytest.mark.parametrize(
    "reason",
    [
        f"当事人（身份证号{_ID}）申请",
        "误将李桂香（患有肺癌）的信息公开",
        "家住新华路5号院3号楼201室的住户申请更正",
        "涉及未成年人王小明",
        "王小明的手机号13812345678误公开",
        "绝密★10年",
    ],
)
def test_the_reason_of_a_withdrawal_names_nobody(direct: Gate, reason: str) -> None:
    _issued(direct)
    with pytest.raises(IssueRefused) as refused:
        direct.withdraw(_back(reason))
    assert _told(refused.value) == [("E-SHOWN", "/reason")]
    assert reason not in str(refused.value)
    assert direct.register is not None
    state = direct.register.state("doc-1")
    assert state is not None
    assert state.state == "issued"


@pytest.mark.parametrize(
    "reason",
    [
        "内容有误",
        "已由景政发〔2026〕8号替代",
        "文号有误，应为景政发〔2026〕33-3号",
        "经景明区人民法院（2026）景01行终12号行政判决撤销",
        "涉及个人隐私：身份证号码、住址未遮盖",
        "内部文件误公开",
        "联系电话有误，应为0512-65212345",
    ],
)
def test_a_reason_that_names_nobody_is_the_one_the_public_reads(direct: Gate, reason: str) -> None:
    _issued(direct)
    direct.withdraw(_back(reason))
    assert _reason(direct) == reason


def _reason(gate: Gate) -> str:
    assert gate.outbox is not None
    [last] = gate.outbox.expected()
    told: str = json.loads(last.payload)["reason"]
    return told


class _Failing:
    """A plugin's detector that fails wherever one of its words stands."""

    name, kind, terms = "failing", "other", ("有误", "特急")
    why = Text(zh="测试", en="test")

    def find(self, page: Page) -> list[Hit]:
        raise RuntimeError(page.text)


class _Plugin:
    @hookimpl
    def dg_detectors(self) -> list[Any]:
        return [_Failing()]


def test_what_a_detector_could_not_look_through_is_not_shown(tmp_path: Path) -> None:
    with gate_with_register(tmp_path, plugins=[_Plugin()], engine="direct") as gate:
        with pytest.raises(IssueRefused) as refused:
            gate.issue(**_cleared(gate), issued_on=TODAY, number="景政发〔2026〕5号 特急")
        assert ("E-SHOWN-UNSEEN", "/number") in _told(refused.value)
        _issued(gate)
        gate.withdraw(_back("内容有误"))
        assert _reason(gate) == "removed"
        assert gate.register is not None
        assert gate.register.history("doc-1", data()["issuer"]["name"])[-1].body["reason"] == "内容有误"


class _Probe:
    """A detector that tells whether somebody else could write the register while it looks."""

    name, kind, terms = "probe", "other", ("供热",)
    why = Text(zh="测试", en="test")

    def __init__(self, path: Path) -> None:
        # Opened here: what is called on a lane opens no files.
        self.other = sqlite3.connect(path, timeout=0, check_same_thread=False, isolation_level=None)
        self.free: list[bool] = []

    def find(self, page: Page) -> list[Hit]:
        del page
        try:
            self.other.execute("BEGIN IMMEDIATE").close()
            self.other.execute("ROLLBACK").close()
            self.free.append(True)
        except sqlite3.OperationalError:
            self.free.append(False)
        return []

    @hookimpl
    def dg_detectors(self) -> list[Any]:
        return [self]


def test_nobody_waits_for_the_register_while_detectors_look(tmp_path: Path) -> None:
    with gate_with_register(tmp_path, engine="direct") as gate:
        assert gate.register is not None
    probe = _Probe(tmp_path / "register.db")
    content = base64.b64encode("供热安排表。".encode()).decode()
    changes = {"files": [{"name": "附件.txt", "media_type": "text/plain", "content": content}]}
    with closing(probe.other), gate_with_register(tmp_path, plugins=[probe], engine="direct") as gate:
        for text, listing in (("供热公告。", {"abstract": "供热安排"}), ("供热公告，改。", None)):
            doc = document(text=text, **changes)
            clearance = gate.clear(doc, gate.check(doc, TODAY), decision())
            probe.free.clear()
            gate.issue(doc, clearance, number="景政发〔2026〕5号", issued_on=TODAY, listing=listing)
            # Its document, its copy of the file, what is said beside it now, and what was said before.
            assert len(probe.free) >= 3
            assert all(probe.free)


_SAID = (
    "id", "title", "text", "issuer", "code", "file", "media", "filetext", "proposal", "drafter", "reviewer", "signer", "secrecy",
    "statement", "number", "index", "abstract", "keyword", "reason", "by",
)  # fmt: skip


def _word(name: str) -> str:
    return f"供{name}热"


def _reached(folder: Path, told: object) -> set[str]:
    """The words that stand in any file of a publisher, its archives unpacked, or in what a CMS was sent."""
    contents = [json.dumps(told, ensure_ascii=False).encode()]
    for path in folder.rglob("*"):
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as bag:
                contents += [bag.read(each) for each in bag.namelist()]
        elif path.is_file():
            contents.append(path.read_bytes())
    return {
        name
        for name in _SAID
        for form in (_word(name), json.dumps(_word(name))[1:-1], quote(_word(name)))
        if any(form.encode() in each for each in contents)
    }


def test_no_other_words_of_a_request_reach_a_publisher(tmp_path: Path) -> None:
    file = {
        "name": f"{_word('file')}.txt",
        "media_type": _word("media"),
        "content": _word("filetext").encode(),
    }
    doc = document(
        id=_word("id"), title=_word("title"), text=_word("text"), files=[file],
        issuer={"name": _word("issuer"), "code": _word("code")}, proposed={"status": "proactive", "statement": _word("proposal")},
    )  # fmt: skip
    decided = decision(
        drafter=_word("drafter"), reviewer=_word("reviewer"), signer=_word("signer"),
        secrecy_reviewer=_word("secrecy"), statement=_word("statement"),
    )  # fmt: skip
    listing = {"index": _word("index"), "abstract": _word("abstract"), "keywords": [_word("keyword")]}
    places, cms = tmp_path / "places", Cms()
    places.mkdir()
    with receiving(cms) as url, gate_with_register(tmp_path, engine="direct") as gate:
        assert gate.outbox is not None
        publishers: list[Publisher] = [
            ColumnStore.open(places / "column.db"), StaticSite(places / "site"),
            ArchiveFeed(places / "archive", channels=frozenset({"column"})),
            CmsPush("portal", f"{url}/items/{{slug}}", SECRET, inventory=f"{url}/inventory"),
        ]  # fmt: skip
        worker = Worker(gate.outbox, publishers, Random(0))
        clearance = gate.clear(doc, gate.check(doc, TODAY), decided)
        gate.issue(doc, clearance, number=_word("number"), issued_on=TODAY, listing=listing)
        assert [each.outcome for each in worker.run(lambda: NOW)] == ["delivered"]
        masked = {"title", "text", "file", "filetext"}
        beside = {"id", "issuer", "number", "index", "abstract", "keyword"}
        assert _reached(places, cms.held) == masked | beside
        by = {"document_id": _word("id"), "reason": _word("reason"), "by": _word("by"), "withdrawn_on": TODAY}
        gate.withdraw(by)
        assert [each.outcome for each in worker.run(lambda: NOW)] == ["delivered"]
        assert _reached(places, cms.held) == {"id", "reason"}
