"""How documents stand: validity follows amendment, repeal and time; column and register are held together both ways."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from disclosure_gate import Gate
from disclosure_gate.column import Publisher, Worker
from disclosure_gate.column.archive import ArchiveFeed
from disclosure_gate.column.cms import CmsPush
from disclosure_gate.column.config import load, make
from disclosure_gate.column.static_site import StaticSite
from disclosure_gate.column.store import ColumnStore, Gone, Query, Shown, slug_of, standing
from disclosure_gate.column.web import create_app
from disclosure_gate.model import InputError, IssueRefused
from disclosure_gate.model.document import MAX_CODE
from disclosure_gate.publishing import differences, mend
from disclosure_gate.register.due import due
from disclosure_gate.register.overview import Overview
from factories import NOW, TODAY, data, decision, document, gate_with_register
from receivers import SECRET, Cms, receiving

_RNG = Random(0)
_AWAITING: dict[str, Any] = {
    "facts": {"secrecy_review": "passed", "tender_secret": "committee"},
    "domain": "public_resource_trading",
}
"""Public only once a date that nobody knows yet has come."""


@pytest.fixture
def direct(tmp_path: Path) -> Iterator[Gate]:
    with gate_with_register(tmp_path, engine="direct") as gate:
        yield gate


def _issue(gate: Gate, listing: dict[str, Any] | None = None, **changes: Any) -> None:
    doc = document(**changes)
    clearance = gate.clear(doc, gate.check(doc, TODAY), decision(done=("D-ELEMENTS",)))
    gate.issue(
        doc, clearance, number=f"景政发〔2026〕{changes.get('id', '')}号", issued_on=TODAY, listing=listing
    )


def _push(gate: Gate, *places: Any, days: int = 0) -> None:
    assert gate.outbox is not None
    Worker(gate.outbox, places, _RNG).run(lambda: NOW + timedelta(days))


def _shown(store: ColumnStore, document_id: str) -> Shown:
    found = store.item(slug_of(f"{document_id}#public#column"))
    assert isinstance(found, Shown)
    return found


def test_what_repeals_another_changes_it_everywhere_in_the_same_transaction(
    direct: Gate, tmp_path: Path
) -> None:
    cms = Cms()
    with receiving(cms) as url:
        store = ColumnStore.open(tmp_path / "column.db")
        archive = ArchiveFeed(tmp_path / "archive", channels=frozenset({"column"}))
        push = CmsPush("cms", f"{url}/{{slug}}", SECRET, signed_receipts=True)
        places: list[Publisher] = [store, StaticSite(tmp_path / "site"), archive, push]
        _issue(direct, id="old", title="供热管理暂行公告")
        _push(direct, *places)
        _issue(
            direct, {"relations": [{"kind": "repeals", "document_id": "old"}]}, id="new", title="供热管理公告"
        )
        _push(direct, *places)
        old = _shown(store, "old")
        assert (old.line.validity, old.item.version) == ("repealed", 2)
        assert [(each.title, each.number) for each in old.item.changes] == [
            ("供热管理公告", "景政发〔2026〕new号")
        ]
        slug = slug_of("old#public#column")
        assert "废止" in (tmp_path / f"site/public/items/{slug}.html").read_text(encoding="utf-8")
        held = {each.key: each.version for each in archive.holdings()}
        assert held == {"old#public#column": 2, "new#public#column": 1}
        assert cms.held["old#public#column"]["told"]["validity_name"] == "废止"
        assert direct.register is not None
        assert [each.event for each in direct.register.history("old", data()["issuer"]["name"])] == [
            "cleared",
            "issued",
            "validity",
        ]
        assert direct.register.verify().ok
        push.close()


def test_an_earlier_document_does_not_tell_of_a_later_one_before_its_day(
    direct: Gate, tmp_path: Path
) -> None:
    store = ColumnStore.open(tmp_path / "column.db")
    _issue(direct, id="old")
    _push(direct, store)
    doc = document(id="new", title="尚未公开的公告")
    clearance = direct.clear(
        doc, direct.check(doc, TODAY), decision(publish_on=(TODAY + timedelta(5)).isoformat())
    )
    direct.issue(
        doc, clearance, issued_on=TODAY, listing={"relations": [{"kind": "amends", "document_id": "old"}]}
    )
    _push(direct, store, days=4)
    assert _shown(store, "old").line.validity == "in_force"
    _push(direct, store, days=5)
    assert _shown(store, "old").line.validity == "amended"
    assert _shown(store, "new").line.title == "尚未公开的公告"


def test_a_term_ends_by_date_and_a_new_term_begins_with_a_new_issue(direct: Gate, tmp_path: Path) -> None:
    store = ColumnStore.open(tmp_path / "column.db")
    _issue(direct, {"valid_until": TODAY.isoformat()}, id="d")
    _push(direct, store)
    assert direct.lapse(TODAY) == []
    assert [each.event for each in direct.lapse(TODAY + timedelta(1))] == ["validity"]
    assert direct.lapse(TODAY + timedelta(2)) == []
    _push(direct, store)
    assert _shown(store, "d").line.validity == "lapsed"
    _issue(direct, {"valid_until": (TODAY + timedelta(900)).isoformat()}, id="d", text="重新发布的公告。")
    _push(direct, store)
    assert _shown(store, "d").line.validity == "in_force"


def test_who_looks_for_what_is_in_force_finds_no_term_that_ended_since_the_last_push(
    direct: Gate, tmp_path: Path
) -> None:
    store = ColumnStore.open(tmp_path / "column.db")
    _issue(direct, {"valid_until": TODAY.isoformat()}, id="ending", title="暂行办法公告")
    _issue(direct, id="lasting", title="长期办法公告")
    _push(direct, store)
    for text in ("", "公告", "办法公告"):
        for days, running, lapsed in ((0, {"ending", "lasting"}, set()), (1, {"lasting"}, {"ending"})):
            day = TODAY + timedelta(days)
            for validity, expected in (("in_force", running), ("lapsed", lapsed), ("repealed", set())):
                found = store.find(Query(text, validity=validity), today=day)
                assert ({each.document_id for each in found.lines}, found.total) == (expected, len(expected))
    page = create_app(store, today=lambda: TODAY + timedelta(1)).test_client()
    assert "暂行办法公告" not in page.get("/search?validity=in_force").get_data(as_text=True)
    assert "暂行办法公告" in page.get("/search?validity=lapsed").get_data(as_text=True)


def test_an_office_states_validity_after_a_clean_up(direct: Gate, tmp_path: Path) -> None:
    store = ColumnStore.open(tmp_path / "column.db")
    _issue(direct, id="d")
    _push(direct, store)
    said = {"document_id": "d", "validity": "lapsed", "by": "司法局", "on": TODAY.isoformat()}
    direct.change_validity(said)
    _push(direct, store)
    assert _shown(store, "d").line.validity == "lapsed"
    direct.withdraw({"document_id": "d", "reason": "撤回", "by": "公开办", "withdrawn_on": TODAY.isoformat()})
    with pytest.raises(IssueRefused, match="E-UNKNOWN-DOCUMENT"):
        direct.change_validity(said)


@pytest.mark.parametrize("public", [True, False])
def test_the_public_is_told_of_a_cause_only_where_it_may_read_it(
    direct: Gate, tmp_path: Path, *, public: bool
) -> None:
    store = ColumnStore.open(tmp_path / "column.db")
    _issue(direct, id="d")
    _issue(direct, id="cause", title="清理结果公告", **({} if public else _AWAITING))
    direct.change_validity(
        {"document_id": "d", "validity": "lapsed", "by": "司法局", "on": TODAY.isoformat(), "cause": "cause"}
    )
    _push(direct, store)
    assert [each.document_id for each in _shown(store, "d").item.changes] == ["cause" if public else ""]
    assert direct.register is not None
    assert direct.register.history("d", data()["issuer"]["name"])[-1].body["cause"] == "cause"
    page = create_app(store, today=lambda: TODAY).test_client().get(f"/items/{slug_of('d#public#column')}")
    assert ("清理结果公告" in page.get_data(as_text=True)) is public


@pytest.mark.law(9)
@pytest.mark.parametrize("deed", ["withdraw", "issue again", "issue again without relations"])
def test_what_is_taken_back_is_named_nowhere_else(direct: Gate, tmp_path: Path, deed: str) -> None:
    canary = "朱砂鹤唳公告"
    store, site = ColumnStore.open(tmp_path / "column.db"), StaticSite(tmp_path / "site")
    archive = ArchiveFeed(tmp_path / "archive", channels=frozenset({"column"}))
    places = (store, site, archive)
    repeals = {"relations": [{"kind": "repeals", "document_id": "old"}]}
    _issue(direct, id="old")
    _issue(direct, repeals, id="new", title=canary)
    _push(direct, *places)
    assert [each.title for each in _shown(store, "old").item.changes] == [canary]
    if deed == "withdraw":
        direct.withdraw(
            {"document_id": "new", "reason": "撤回", "by": "公开办", "withdrawn_on": TODAY.isoformat()}
        )
    else:
        _issue(direct, repeals if deed == "issue again" else None, id="new", title="更名后的公告")
    _push(direct, *places)
    told = [(each.validity, each.title) for each in _shown(store, "old").item.changes]
    assert told == [("repealed", "" if deed == "withdraw" else "更名后的公告")]
    assert _shown(store, "old").line.validity == "repealed"
    store.close()
    site.store.close()
    left = [
        path for path in tmp_path.rglob("*")
        if path.is_file() and "register" not in path.name and canary.encode() in _plain(path)
    ]  # fmt: skip
    assert left == []
    assert direct.register is not None
    assert direct.register.verify().ok


def _plain(path: Path) -> bytes:
    """What is in a file, or in the files of an archive."""
    if path.suffix != ".zip":
        return path.read_bytes()
    with zipfile.ZipFile(path) as bag:
        return b"".join(bag.read(name) for name in bag.namelist())


def test_a_document_names_no_other_that_is_not_public(direct: Gate, tmp_path: Path) -> None:
    store = ColumnStore.open(tmp_path / "column.db")
    closed = data(
        id="closed", kind="会议材料", facts={"secrecy_review": "passed", "process_material": "discussion"}, proposed=None
    )  # fmt: skip
    _issue(direct, **closed)
    _issue(direct, id="open")
    listing = {"relations": [{"kind": "amends", "document_id": each} for each in ("closed", "open")]}
    _issue(direct, listing, id="new")
    _push(direct, store)
    assert [each.document_id for each in _shown(store, "new").item.relations] == ["open"]


@pytest.mark.parametrize(
    ("validity", "given", "stays"),
    [
        ("amended", None, TODAY + timedelta(30)),
        ("in_force", None, TODAY + timedelta(30)),
        ("in_force", TODAY + timedelta(90), TODAY + timedelta(90)),
    ],
)
def test_a_last_day_stays_unless_another_is_said(
    direct: Gate, validity: str, given: date | None, stays: date
) -> None:
    _issue(direct, {"valid_until": TODAY + timedelta(30)}, id="d")
    direct.change_validity(
        {"document_id": "d", "validity": validity, "by": "司法局", "on": TODAY, "valid_until": given}
    )
    assert direct.register is not None
    state = direct.register.state("d")
    assert state is not None
    assert state.valid_until == stays


def test_what_is_in_force_again_after_its_last_day_has_none(direct: Gate, tmp_path: Path) -> None:
    store = ColumnStore.open(tmp_path / "column.db")
    _issue(direct, {"valid_until": TODAY}, id="d")
    assert direct.lapse(TODAY + timedelta(1))
    direct.change_validity(
        {"document_id": "d", "validity": "in_force", "by": "司法局", "on": TODAY + timedelta(2)}
    )
    _push(direct, store)
    assert standing(_shown(store, "d").line, TODAY + timedelta(3)) == "in_force"
    assert direct.lapse(TODAY + timedelta(3)) == []


def test_validity_of_what_is_not_published_yet_makes_nothing_appear(direct: Gate, tmp_path: Path) -> None:
    store = ColumnStore.open(tmp_path / "column.db")
    changes = data(
        id="d",
        facts={"secrecy_review": "passed", "tender_secret": "committee"},
        dates={"result": "2026-12-15"},
    )
    _issue(direct, **changes)
    direct.change_validity(
        {"document_id": "d", "validity": "amended", "by": "司法局", "on": TODAY.isoformat()}
    )
    _push(direct, store)
    assert store.total() == 0
    _push(direct, store, days=30)
    assert _shown(store, "d").line.validity == "amended"


def test_days_that_came_to_be_known_leave_what_people_chose_as_it_was(direct: Gate) -> None:
    closed = decision(status="partial", reason_code="R16-1", statement="有具体原因不予全部公开的说明")
    waits, known = (document(id="d", **_AWAITING, dates=dates) for dates in ({}, {"result": "2026-12-15"}))
    direct.issue(waits, direct.clear(waits, direct.check(waits, TODAY), closed), issued_on=TODAY)
    direct.schedule(known)
    assert direct.register is not None
    issued, scheduled = direct.register.entries()[-2:]
    assert scheduled.body["obligations"] == issued.body["obligations"]
    seen = Overview()
    seen.follow(direct.register)
    assert [(each.status, each.codes) for each in seen.lines()] == [("partial", ("R16-1",))]


def test_what_awaited_a_date_goes_on_its_day_once_the_date_is_known(direct: Gate, tmp_path: Path) -> None:
    store = ColumnStore.open(tmp_path / "column.db")
    _issue(direct, id="d", **_AWAITING)
    assert direct.outbox is not None
    assert direct.outbox.counts() == {"awaiting": 1}
    known = document(id="d", **_AWAITING, dates={"result": "2026-12-15"})
    # It is the same paper, and nothing else can be put out this way.
    for given, code in [
        (document(id="d", **_AWAITING), "E-AWAITED"),
        (document(id="d", **_AWAITING, dates={"bid_opening": "2026-12-15"}), "E-AWAITED"),
        (document(id="d", **_AWAITING, dates={"result": "2026-12-15"}, text="另一份公告。"), "E-CHANGED"),
        (document(id="e", **_AWAITING, dates={"result": "2026-12-15"}), "E-UNKNOWN-DOCUMENT"),
        (document(**data(id="d", kind="会议材料") | {"dates": {"result": "2026-12-15"}}), "E-CHANGED"),
    ]:
        with pytest.raises(IssueRefused, match=code):
            direct.schedule(given)
    withheld = document(
        id="d", domain="public_resource_trading", dates={"result": "2026-12-15"},
        facts={"secrecy_review": "passed", "tender_secret": "committee", "trade_secret": "whole", "third_party_consent": "refused"},
    )  # fmt: skip
    with pytest.raises(IssueRefused, match="E-STALE"):
        direct.schedule(withheld)
    assert direct.outbox.counts() == {"awaiting": 1}
    done = direct.schedule(known)
    assert [(each.not_before, each.awaits) for each in done.publications] == [(date(2026, 12, 15), None)]
    assert direct.register is not None
    coming = due(direct.register, TODAY, date(2026, 12, 31))
    assert [(each.kind, each.due_on) for each in coming] == [("publication", date(2026, 12, 15))]
    seen = Overview()
    seen.follow(direct.register)
    assert [(each.state, each.due_on) for each in seen.lines()] == [("issued", date(2026, 12, 15))]
    _push(direct, store, days=20)
    assert store.total() == 0
    _push(direct, store, days=21)
    assert _shown(store, "d").item.version == done.version == 2
    assert differences(direct, [store], TODAY + timedelta(21)) == []
    with pytest.raises(IssueRefused, match="E-AWAITED"):
        direct.schedule(known)
    direct.withdraw({"document_id": "d", "reason": "撤回", "by": "公开办", "withdrawn_on": TODAY.isoformat()})
    _push(direct, store, days=21)
    assert store.total() == 0
    with pytest.raises(IssueRefused, match="E-UNKNOWN-DOCUMENT"):
        direct.schedule(known)
    events = [each.event for each in direct.register.history("d", data()["issuer"]["name"])]
    assert events == ["cleared", "issued", "scheduled", "withdrawn"]


def test_a_day_the_signer_chose_stands_when_a_date_becomes_known(direct: Gate, tmp_path: Path) -> None:
    store = ColumnStore.open(tmp_path / "column.db")
    doc = document(id="d", **_AWAITING)
    clearance = direct.clear(doc, direct.check(doc, TODAY), decision(publish_on="2026-12-20"))
    direct.issue(doc, clearance, issued_on=TODAY)
    direct.change_validity(
        {"document_id": "d", "validity": "amended", "by": "司法局", "on": TODAY.isoformat()}
    )
    direct.schedule(document(id="d", **_AWAITING, dates={"result": "2026-12-15"}))
    _push(direct, store, days=25)
    assert store.total() == 0
    _push(direct, store, days=26)
    assert _shown(store, "d").line.validity == "amended"


def test_what_was_said_of_a_document_stands_when_it_is_issued_again(direct: Gate, tmp_path: Path) -> None:
    store = ColumnStore.open(tmp_path / "column.db")
    said = {
        "section": "rules", "abstract": "供热时间", "keywords": ["供热"], "valid_until": TODAY + timedelta(900),
        "relations": [{"kind": "repeals", "document_id": "old"}],
    }  # fmt: skip
    _issue(direct, id="old")
    _issue(direct, said, id="new")
    direct.change_validity({"document_id": "old", "validity": "in_force", "by": "司法局", "on": TODAY})
    _issue(direct, id="new", text="更正后的公告。")
    _push(direct, store)
    new = _shown(store, "new").item
    assert (new.version, new.section, new.abstract, new.keywords) == (2, "rules", "供热时间", ("供热",))
    assert new.valid_until == TODAY + timedelta(900)
    assert [each.document_id for each in new.relations] == ["old"]
    assert _shown(store, "old").line.validity == "in_force", "what people said since stands"
    _issue(direct, {}, id="new", text="再次更正的公告。")
    _push(direct, store)
    new = _shown(store, "new").item
    assert (new.section, new.abstract, new.valid_until, new.relations) == ("statutory", "", None, ())
    # A relation that was said before does not keep a document from being issued when the other is gone.
    _issue(direct, said, id="new", text="第四版公告。")
    direct.withdraw(
        {"document_id": "old", "reason": "撤回", "by": "公开办", "withdrawn_on": TODAY.isoformat()}
    )
    _issue(direct, id="new", text="第五版公告。")
    _push(direct, store)
    assert _shown(store, "new").item.relations == ()


def test_index_numbers_are_given_once_and_kept(direct: Gate, tmp_path: Path) -> None:
    store = ColumnStore.open(tmp_path / "column.db")
    issuer = {"name": "景明区人民政府办公室", "code": "6102030001"}
    _issue(direct, id="a", issuer=issuer)
    _issue(direct, id="b", issuer=issuer)
    _issue(direct, id="a", issuer=issuer, text="更正后的公告。")
    _issue(direct, {"index": "610203/2026-77"}, id="c", issuer=issuer)
    _push(direct, store)
    numbers = {each: _shown(store, each).line.index_number for each in "abc"}
    assert numbers == {"a": "6102030001/2026-000001", "b": "6102030001/2026-000002", "c": "610203/2026-77"}
    with pytest.raises(IssueRefused, match="E-INDEX"):
        _issue(direct, {"index": "610203/2026-77"}, id="d", issuer=issuer)
    longest = {"name": issuer["name"], "code": "9" * MAX_CODE}
    for text in ("公告。", "更正后的公告。"):  # what it was given once is read again
        _issue(direct, id="e", issuer=longest, text=text)


@pytest.mark.law(6)
@pytest.mark.parametrize(
    "listing",
    [
        {"abstract": "联系人手机13812345678"},
        {"keywords": ["供热", "610203199001120017"]},
        {"abstract": "咨询电话 138 1234 5678 王工"},
        {"abstract": "机密★10年"},
    ],
)
def test_what_is_said_of_a_document_in_the_column_names_nobody(direct: Gate, listing: dict[str, Any]) -> None:
    with pytest.raises(IssueRefused, match="E-SHOWN"):
        _issue(direct, listing, id="d")


def test_to_cite_a_document_in_an_abstract_names_nobody(direct: Gate) -> None:
    _issue(
        direct,
        {
            "abstract": "为落实国发〔2020〕1号文件，明确供热安排。",
            "keywords": ["国发〔2020〕1号", "景政发〔2026〕33-3号"],
        },
        id="d",
    )


@pytest.mark.law(6)
def test_the_reason_of_a_withdrawal_names_nobody_for_it_is_shown(direct: Gate) -> None:
    _issue(direct, id="d")
    said = {"document_id": "d", "by": "公开办", "withdrawn_on": TODAY.isoformat()}
    for reason in ("误将610203199001120017公开", "联系人手机13812345678有误", "机密★10年"):
        with pytest.raises(IssueRefused, match="E-SHOWN"):
            direct.withdraw(said | {"reason": reason})
    direct.withdraw(said | {"reason": "误将内部资料公开，依景政复决〔2026〕3号撤回"})


@pytest.mark.parametrize("other", ["none", "d"])
def test_a_relation_names_another_document_that_was_issued(direct: Gate, other: str) -> None:
    with pytest.raises(IssueRefused, match="/listing/relations/0"):
        _issue(direct, {"relations": [{"kind": "repeals", "document_id": other}]}, id="d")
    assert direct.register is not None
    assert direct.register.state("d") is None


@pytest.mark.parametrize(
    ("title", "section"),
    [
        ("景明区人民政府信息公开指南", "guide"),
        ("景明区政府信息公开工作制度", "rules"),
        ("景明区2025年政府信息公开工作年度报告", "annual_report"),
        ("关于冬季供热的公告", "statutory"),
    ],
)
def test_the_fixed_sections_are_told_from_titles(
    direct: Gate, tmp_path: Path, title: str, section: str
) -> None:
    store = ColumnStore.open(tmp_path / "column.db")
    _issue(direct, id="d", title=title)
    _push(direct, store)
    assert _shown(store, "d").line.section == section


def test_what_follows_from_a_deed_is_written_with_it_on_every_database(
    register_url: str, tmp_path: Path
) -> None:
    repeals = {"relations": [{"kind": "repeals", "document_id": "old"}]}
    in_memory = ["sqlite://"] if register_url.startswith("sqlite") else []
    for number, url in enumerate([register_url, *in_memory]):
        with gate_with_register(url, engine="direct") as gate:
            _issue(gate, id="old")
            _issue(gate, repeals, id="new")
            _issue(gate, id="new", text="更正后的公告。")
            _issue(gate, id="d", **_AWAITING)
            gate.schedule(document(id="d", **_AWAITING, dates={"result": "2026-12-15"}))
            gate.withdraw(
                {"document_id": "new", "reason": "撤回", "by": "公开办", "withdrawn_on": TODAY.isoformat()}
            )
            store = ColumnStore.open(tmp_path / f"column-{number}.db")
            _push(gate, store, days=21)
            assert [each.title for each in _shown(store, "old").item.changes] == [""]
            assert isinstance(store.item(slug_of("new#public#column")), Gone)
            assert _shown(store, "d").item.version == 2
            assert differences(gate, [store], TODAY + timedelta(21)) == []
            assert gate.register is not None
            assert gate.register.verify().ok


# Reconcile


def test_column_and_register_are_held_together_and_mended(direct: Gate, tmp_path: Path) -> None:
    store, site = ColumnStore.open(tmp_path / "column.db"), StaticSite(tmp_path / "site")
    places: list[Publisher] = [store, site]
    for name in ("fine", "lost", "changed", "taken"):
        _issue(direct, id=name)
    _push(direct, *places)
    today = TODAY
    assert differences(direct, places, today) == []
    direct.withdraw(
        {"document_id": "taken", "reason": "撤回", "by": "公开办", "withdrawn_on": TODAY.isoformat()}
    )
    _push(direct, *places)
    # Somebody restores an old copy of one place, deletes from it, writes into it.
    store.withdraw("lost#public#column", 1, "", TODAY)
    with sqlite3.connect(tmp_path / "column.db") as db:
        db.execute("UPDATE item SET data = replace(data, '供热', '供气') WHERE document_id = 'changed'")
        db.execute("UPDATE item SET state = 'public', version = 1 WHERE key = 'taken#public#column'")
    db.close()
    item = _shown(store, "fine").item
    store.publish(
        "stranger#public#column", item.model_copy(update={"document_id": "stranger"}), "2026-11-24 09:00"
    )
    page = tmp_path / f"site/public/items/{slug_of('changed#public#column')}.html"
    page.write_text(page.read_text(encoding="utf-8") + "<p>", encoding="utf-8")
    found = differences(direct, places, today)
    assert {(each.kind, each.place, each.key.partition("#")[0], each.remedy) for each in found} == {
        ("missing", "column", "lost", "redeliver"),
        ("altered", "column", "changed", "redeliver"),
        ("altered", "static", "changed", "redeliver"),
        ("extra", "column", "taken", "remove"),
        ("extra", "column", "stranger", "remove"),
    }
    assert mend(direct, places, found, lambda: NOW) == []
    assert _shown(store, "lost").item.version == 2
    assert isinstance(store.item(slug_of("taken#public#column")), Gone)
    assert isinstance(store.item(slug_of("stranger#public#column")), Gone)
    assert "供气" not in _shown(store, "changed").item.model_dump_json()
    assert direct.register is not None
    assert direct.register.verify().ok


def test_what_is_overdue_is_told_and_what_is_not_yet_due_is_not(direct: Gate, tmp_path: Path) -> None:
    store = ColumnStore.open(tmp_path / "column.db")
    _issue(direct, id="d")
    assert differences(direct, [store], TODAY) == []
    late = differences(direct, [store], TODAY + timedelta(400))
    assert [(each.kind, each.remedy) for each in late] == [("overdue", "push")]


def test_a_place_that_cannot_be_asked_is_told(direct: Gate) -> None:
    push = CmsPush("cms", "http://127.0.0.1:9/{slug}", SECRET, inventory="http://127.0.0.1:9/", timeout=0.5)
    assert [each.kind for each in differences(direct, [push], TODAY)] == ["unasked"]
    push.close()


def test_a_cms_is_asked_what_it_holds(direct: Gate) -> None:
    cms = Cms()
    with receiving(cms) as url:
        push = CmsPush("cms", f"{url}/{{slug}}", SECRET, inventory=url, signed_receipts=True)
        _issue(direct, id="d")
        _push(direct, push)
        assert differences(direct, [push], TODAY) == []
        del cms.held["d#public#column"]
        found = differences(direct, [push], TODAY)
        assert [each.kind for each in found] == ["missing"]
        assert mend(direct, [push], found, lambda: NOW) == []
        push.close()


_DEEP = b"[" * 200_000 + b"]" * 200_000
_LISTED = {"key": "k", "version": 1, "state": "public", "digest": ""}


_INVENTORIES = [
    _DEEP, b'{"a":' * 100_000 + b"1" + b"}" * 100_000, b"{}", b'""', b"null", b"7", b"[7]", b"[[]]", b'["key"]', b"[{}]", b"[null]",
    json.dumps([_LISTED, {**_LISTED, "version": "new"}]).encode(), json.dumps([_LISTED, {**_LISTED, "version": None}]).encode(),
    b'[{"key": "k", "version": ' + b"9" * 5000 + b', "state": "public"}]', b'[{"key": "k", "version": 1e999, "state": "public"}]',
    b"\xff\x00", b"",
]  # fmt: skip
_RECEIPTS = [
    _DEEP, b"{}", b"[]", b"null", b'"d"', b"7", b'{"receipt": []}', b'{"receipt": [{"key": "d#public#column"}]}',
    b'{"receipt": {"0": {"key": "d#public#column", "version": 1}}, "outcome": "done"}', b"\xff\x00", b"",
]  # fmt: skip


def test_an_inventory_that_is_nonsense_is_told_and_mends_nothing(direct: Gate) -> None:
    cms = Cms()
    with receiving(cms) as url:
        push = CmsPush("cms", f"{url}/{{slug}}", SECRET, inventory=url, signed_receipts=True)
        _issue(direct, id="d")
        _push(direct, push)
        for listed in _INVENTORIES:
            cms.lists = listed
            found = differences(direct, [push], TODAY)
            told = [(each.kind, each.place, each.remedy) for each in found]
            assert told == [("unasked", "cms", "person")], listed[:60]
            assert mend(direct, [push], found, lambda: NOW) == found
        assert len(cms.changes) == 1
        push.close()


def test_a_receipt_that_is_nonsense_is_a_failed_delivery_and_tried_again(direct: Gate) -> None:
    cms = Cms()
    assert direct.outbox is not None
    with receiving(cms) as url:
        push = CmsPush(
            "cms", f"{url}/{{slug}}", SECRET, signed_receipts=True,
            receipt={"key": "/receipt/0/key", "version": "/receipt/0/version", "outcome": "/outcome"},
        )  # fmt: skip
        _issue(direct, id="d")
        for day, said in enumerate(_RECEIPTS):
            cms.says = said
            made = Worker(direct.outbox, [push], _RNG).run(lambda day=day: NOW + timedelta(day))  # type: ignore[misc]  # bound now
            assert [(each.outcome, each.code) for each in made] == [("failed", "cms: E-PUBLISH")], said[:60]
            told = [(row.state, row.last_error) for row in direct.outbox.rows()]
            assert told == [("waiting", "cms: E-PUBLISH")]
        receipt = {"key": "d#public#column", "version": 1}
        cms.says = json.dumps({"receipt": [receipt], "outcome": "published"}).encode()
        made = Worker(direct.outbox, [push], _RNG).run(lambda: NOW + timedelta(len(_RECEIPTS)))
        assert [each.outcome for each in made] == ["delivered"]
        push.close()


_KEY = "d#public#column"
_AHEAD = NOW + timedelta(30)
_DAY = {"publish_on": (TODAY + timedelta(7)).isoformat()}


@pytest.mark.law(9)
@pytest.mark.parametrize("sent", [True, False])
def test_what_is_taken_away_before_its_day_comes_on_its_day_on_every_database(
    register_url: str, tmp_path: Path, *, sent: bool
) -> None:
    moment = _AHEAD if sent else NOW
    store, site = ColumnStore.open(tmp_path / "column.db"), StaticSite(tmp_path / "site")
    with gate_with_register(register_url, now=lambda: moment, engine="direct") as gate:
        assert gate.register is not None
        assert gate.outbox is not None
        _issue_on(gate, **_DAY)
        if sent:  # while the clock was ahead
            Worker(gate.outbox, [store, site], _RNG).run(lambda: moment)
        else:  # what has not gone out yet came to its places another way
            for place in (store, site):
                place.publish(_KEY, next(gate.outbox.expected()).item(), NOW.isoformat())
        moment = NOW
        found = differences(gate, [store, site], TODAY)
        assert [(each.kind, each.place, each.remedy) for each in found] == [
            ("extra", "column", "remove"), ("extra", "static", "remove"),
        ]  # fmt: skip
        assert mend(gate, [store, site], found, lambda: NOW) == []
        assert mend(gate, [store, site], differences(gate, [store, site], TODAY), lambda: NOW) == []
        assert (store.total(), site.store.total()) == (0, 0)
        events = [each.event for each in gate.register.history("d", data()["issuer"]["name"])]
        assert events == ["cleared", "issued", "redelivered"]
        assert gate.register.verify().ok
        _push(gate, store, site, days=6)
        assert (store.total(), site.store.total()) == (0, 0)
        _push(gate, store, site, days=7)
        assert (_shown(store, "d").item.version, site.store.total()) == (2, 1)
        assert differences(gate, [store, site], TODAY + timedelta(7)) == []
        assert gate.register.verify().ok


def _issue_on(gate: Gate, **decided: Any) -> None:
    doc = document(id="d", text=f"公告 {decided}。")
    gate.issue(doc, gate.clear(doc, gate.check(doc, TODAY), decision(**decided)), issued_on=TODAY)


def test_what_awaits_a_date_is_taken_away_and_can_be_given_its_day_still(
    direct: Gate, tmp_path: Path
) -> None:
    store = ColumnStore.open(tmp_path / "column.db")
    _issue(direct, id="d", **_AWAITING)
    assert direct.outbox is not None
    store.publish(_KEY, next(direct.outbox.expected()).item(), NOW.isoformat())
    assert mend(direct, [store], differences(direct, [store], TODAY), lambda: NOW) == []
    assert store.total() == 0
    direct.schedule(document(id="d", **_AWAITING, dates={"result": "2026-12-15"}))
    _push(direct, store, days=20)
    assert store.total() == 0
    _push(direct, store, days=21)
    assert store.total() == 1
    assert direct.register is not None
    assert direct.register.verify().ok


@pytest.mark.law(9)
@pytest.mark.parametrize(
    ("deed", "first", "then"),
    [
        ("nothing", 0, 1),
        ("withdraw", 0, 0),
        ("issue again", 1, 1),
        ("issue again for a day", 0, 1),
        ("validity", 0, 1),
        ("withdraw, issue again for a day", 0, 1),
    ],
)
def test_a_removal_that_was_not_made_yet_is_lost_by_no_deed(
    direct: Gate, tmp_path: Path, deed: str, first: int, then: int
) -> None:
    store = ColumnStore.open(tmp_path / "column.db")
    _issue_on(direct, **_DAY)
    assert direct.outbox is not None
    store.publish(_KEY, next(direct.outbox.expected()).item(), NOW.isoformat())
    direct.take_away("d", _KEY, 1)  # its worker does not run
    found = differences(direct, [store], TODAY)
    assert [(each.kind, each.remedy) for each in found] == [("extra", "push")]
    if "withdraw" in deed:
        direct.withdraw({"document_id": "d", "reason": "有误", "by": "公开办", "withdrawn_on": TODAY})
    if "issue again" in deed:
        _issue_on(direct, **({"publish_on": (TODAY + timedelta(5)).isoformat()} if "day" in deed else {}))
    if deed == "validity":
        direct.change_validity({"document_id": "d", "validity": "amended", "by": "司法局", "on": TODAY})
    assert direct.register is not None
    assert direct.register.verify().ok
    _push(direct, store)
    assert store.total() == first
    assert differences(direct, [store], TODAY) == []
    _push(direct, store, days=7)
    assert store.total() == then
    assert direct.register.verify().ok


def test_an_earlier_version_is_too_early_also_where_a_later_one_waits(direct: Gate, tmp_path: Path) -> None:
    store = ColumnStore.open(tmp_path / "column.db")
    _issue_on(direct, **_DAY)
    _push(direct, store, days=30)
    direct.change_validity({"document_id": "d", "validity": "amended", "by": "司法局", "on": TODAY})
    found = differences(direct, [store], TODAY)
    assert [(each.kind, each.remedy) for each in found] == [("extra", "remove")]
    assert mend(direct, [store], found, lambda: NOW) == []
    _push(direct, store, days=7)
    assert _shown(store, "d").line.validity == "amended"


def test_a_removal_that_fails_at_one_place_keeps_nothing_from_another_on_its_day(
    direct: Gate, tmp_path: Path
) -> None:
    store = ColumnStore.open(tmp_path / "column.db")
    push = CmsPush("cms", "http://127.0.0.1:9/{slug}", SECRET, timeout=0.5)
    _issue_on(direct, **_DAY)
    direct.take_away("d", _KEY, 1)
    _push(direct, store, push)
    assert store.total() == 0
    _push(direct, store, push, days=7)
    assert _shown(store, "d").item.version == 2
    push.close()


# Configuration


def test_a_configuration_makes_its_publishers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_SECRET", "long enough to be one")
    (tmp_path / "publishers.yaml").write_text(
        """
site: {name: 专栏, id_code: "6102030001", base_url: "https://www.example.gov.cn/column"}
publishers:
  - {type: column, database: column.db}
  - {type: static, folder: site, channels: [column, gazette]}
  - {type: archive, folder: archive}
  - {type: cms, name: portal, url: "https://cms.example.gov.cn/{slug}", secret_env: PORTAL_SECRET,
     payload: {title: "{title}", tags: ["{kind}", "文号 {number}"], files: "{files}"}}
""",
        encoding="utf-8",
    )
    made = make(load(tmp_path / "publishers.yaml"), tmp_path)
    assert [each.name for each in made] == ["column", "static", "archive", "portal"]
    assert made[1].channels == {"column", "gazette"}
    assert ColumnStore.read(tmp_path / "column.db").settings().name == "专栏"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("publishers: [{type: colum, database: x}]", "publishers.yaml:1"),
        ("publishers: [{type: column, databse: x}]", "databse"),
        ("publishers: []", "E-"),
        ("publishers: [{type: cms, name: p, url: 'https://x/', secret_env: NOT_SET_ANYWHERE}]", "16 bytes"),
        ("publishers: [{type: static, folder: a}, {type: static, folder: b}]", "different names"),
        (
            "site: {entries: [{label: {zh: 一, en: a}, url: 'javascript:alert(1)'}]}\npublishers: [{type: column, database: x}]",
            "E-",
        ),
    ],
)
def test_what_is_wrong_in_a_configuration_is_told_with_its_place(
    tmp_path: Path, text: str, told: str
) -> None:
    (tmp_path / "publishers.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        make(load(tmp_path / "publishers.yaml"), tmp_path)
    assert told in str(error.value)


def test_a_payload_with_a_field_we_do_not_have_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(InputError, match=r"titel.*did you mean title"):
        CmsPush("portal", "https://cms.example.gov.cn/{slug}", SECRET, payload={"a": ["{titel}"]})


def test_what_was_written_before_the_clock_was_set_back_goes_out_at_once(tmp_path: Path) -> None:
    ahead = NOW + timedelta(400)
    moment = ahead
    store = ColumnStore.open(tmp_path / "column.db")
    with gate_with_register(tmp_path, now=lambda: moment, engine="direct") as gate:
        assert gate.outbox is not None
        worker = Worker(gate.outbox, [store], _RNG)
        _issue(gate, id="d")
        _issue(gate, id="e")
        died = gate.outbox.lease(ahead, 120)
        assert died is not None
        gate.withdraw({"document_id": "d", "reason": "有误", "by": "公开办", "withdrawn_on": TODAY})
        moment = NOW
        assert gate.outbox.due_now(NOW) == 2
        worker.run(lambda: NOW)
        assert {each.state for each in gate.outbox.rows()} == {"delivered", "superseded"}
        assert [(each.key, each.state) for each in store.holdings()] == [
            ("d#public#column", "withdrawn"), ("e#public#column", "public"),
        ]  # fmt: skip


def test_what_a_register_restored_from_a_copy_has_lost_is_not_undone_at_its_places(
    direct: Gate, tmp_path: Path
) -> None:
    store = ColumnStore.open(tmp_path / "column.db")
    _issue(direct, id="d")
    _issue(direct, id="e")
    _push(direct, store)
    back = {"document_id": "d", "reason": "有误", "by": "公开办", "withdrawn_on": TODAY}
    # The withdrawal, and a correction of the other, came after the copy was made.
    store.withdraw("d#public#column", 2, "有误", TODAY)
    corrected = _shown(store, "e").item.model_copy(update={"version": 2, "text": "更正后的内容。"})
    store.publish("e#public#column", corrected, NOW.isoformat())
    found = differences(direct, [store], TODAY)
    assert [(each.kind, each.remedy) for each in found] == [("missing", "person"), ("altered", "person")]
    mend(direct, [store], found, lambda: NOW)
    assert [(each.version, each.state) for each in store.holdings()] == [(2, "withdrawn"), (2, "public")]
    # The person says again what was lost.
    direct.withdraw(back)
    _push(direct, store)
    assert [each.document_id for each in differences(direct, [store], TODAY)] == ["e"]


def test_what_is_sent_anew_for_another_reason_undoes_nothing_that_a_restored_register_has_lost(
    direct: Gate, tmp_path: Path
) -> None:
    store, site = ColumnStore.open(tmp_path / "column.db"), StaticSite(tmp_path / "site")
    _issue(direct, id="d")
    _push(direct, store, site)
    store.withdraw("d#public#column", 2, "有误", TODAY)  # after the copy was made
    site.store.withdraw("d#public#column", 1, "有误", TODAY)  # by no record: this alone would be sent anew
    found = differences(direct, [store, site], TODAY)
    assert [(each.kind, each.remedy) for each in found] == [("missing", "person")] * 2
    assert mend(direct, [store, site], found, lambda: NOW) == found
    # The register comes to the same number, and the place takes nothing of what it says.
    direct.change_validity({"document_id": "d", "validity": "amended", "on": TODAY, "by": "公开办"})
    _push(direct, store, site)
    found = differences(direct, [store, site], TODAY)
    assert [(each.place, each.kind, each.remedy) for each in found] == [("column", "missing", "person")]
    assert mend(direct, [store, site], found, lambda: NOW) == found
    assert [each.state for each in store.holdings()] == ["withdrawn"]


@pytest.mark.law(9)
@pytest.mark.parametrize("other", ["reconcile", "validity"])
def test_what_ended_while_the_clock_was_ahead_comes_back_when_it_is_set_right(
    register_url: str, tmp_path: Path, other: str
) -> None:
    moment = NOW
    store, site = ColumnStore.open(tmp_path / "column.db"), StaticSite(tmp_path / "site")
    with gate_with_register(register_url, now=lambda: moment, engine="direct") as gate:
        assert gate.register is not None
        assert gate.outbox is not None
        _issue(gate, id="d", domain="public_culture", item="ich-projects")  # shown for twenty days
        Worker(gate.outbox, [store, site], _RNG).run(lambda: moment)
        assert (store.total(), site.store.total()) == (1, 1)
        moment = NOW + timedelta(60)
        Worker(gate.outbox, [store, site], _RNG).run(lambda: moment)
        assert (store.total(), site.store.total()) == (0, 0)
        assert differences(gate, [store, site], moment.date()) == []
        moment = NOW
        if other == "validity":  # what is sent anew for another reason brings it back too
            gate.change_validity({"document_id": "d", "validity": "amended", "on": TODAY, "by": "公开办"})
            Worker(gate.outbox, [store, site], _RNG).run(lambda: moment)
        found = differences(gate, [store, site], TODAY)
        wanted = (
            []
            if other == "validity"
            else [("missing", "column", "redeliver"), ("missing", "static", "redeliver")]
        )
        assert [(each.kind, each.place, each.remedy) for each in found] == wanted
        assert mend(gate, [store, site], found, lambda: NOW) == []
        assert (store.total(), site.store.total()) == (1, 1)
        assert gate.register.verify().ok
        # And it ends on its day, once more.
        moment = NOW + timedelta(21)
        Worker(gate.outbox, [store, site], _RNG).run(lambda: moment)
        assert (store.total(), site.store.total()) == (0, 0)
        assert differences(gate, [store, site], moment.date()) == []
        assert gate.register.verify().ok
