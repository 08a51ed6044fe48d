"""Publishing: whatever the order and repetition of delivery, the right state (P9); failures lose nothing."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from disclosure_gate import Gate
from disclosure_gate.column import ColumnSite, Receipt, Worker
from disclosure_gate.column.publisher import Publisher, serves
from disclosure_gate.model import PublicItem, PublishError, Status
from disclosure_gate.model.determination import Audience, Channel, Publication
from factories import NOW, TODAY, data, decision, document, gate_with_register

_RNG = Random(0)


def _item(version: int, text: str = "正文", audience: Audience = "public") -> PublicItem:
    return PublicItem(
        document_id="d", version=version, title=f"第{version}版", kind="公告", number="", issuer="区政府办公室", domain=None,
        status=Status.PROACTIVE, issued_on=TODAY, label="主动公开", text=text, publication=Publication(audience=audience, channels=("column",)),
    )  # fmt: skip


@pytest.mark.law(9)
@settings(max_examples=80)
@given(data_=st.data())
def test_every_order_and_repetition_leaves_the_state_of_the_newest(data_: st.DataObject) -> None:
    events = data_.draw(
        st.lists(
            st.tuples(st.sampled_from(["publish", "withdraw"]), st.integers(1, 4)), min_size=1, max_size=10
        )
    )
    with tempfile.TemporaryDirectory() as folder:
        site = ColumnSite(Path(folder))
        for action, version in events:
            if action == "publish":
                site.publish("k", _item(version), "2026-11-24 09:00")
            else:
                site.withdraw("k", version, "撤回", TODAY)
        newest = max(version for _, version in events)
        # At the newest version a withdrawal wins: it can only follow the publishing it takes back.
        public = ("withdraw", newest) not in events
        assert [each["version"] for each in site.items()] == ([newest] if public else [])
        assert len(list((Path(folder) / "items").glob("*.html"))) == int(public)


@pytest.mark.parametrize(
    "channel", ["column", "gazette", "new_media", "press", "credit_system", "trading_platform"]
)
@pytest.mark.parametrize("audience", ["village", "affected", "parties"])
def test_no_publisher_can_be_handed_what_is_not_public_for_the_web(
    channel: Channel, audience: Audience
) -> None:
    class Greedy:
        name = "greedy"
        channels = frozenset({channel})
        audiences = frozenset({"public", "village", "affected", "parties"})

    assert not serves(Greedy(), channel, audience)  # type: ignore[arg-type]  # declares, and would never be called


def test_the_column_itself_refuses_what_is_not_public(tmp_path: Path) -> None:
    with pytest.raises(PublishError):
        ColumnSite(tmp_path).publish("k", _item(1, audience="village"), "2026-11-24 09:00")


def test_markup_in_a_document_is_text_on_the_page(tmp_path: Path) -> None:
    site = ColumnSite(tmp_path)
    site.publish("k", _item(1, "<script>alert(1)</script> & “引号”"), "2026-11-24 09:00")
    page = next((tmp_path / "items").iterdir()).read_text(encoding="utf-8")
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


class _Faulty:
    """Fails as told, then works; counts what got through."""

    name = "faulty"
    channels: frozenset[Channel] = frozenset({"column"})
    audiences: frozenset[Audience] = frozenset({"public"})

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        self.seen: dict[str, int] = {}
        self.published: list[tuple[str, int]] = []

    def publish(self, key: str, item: PublicItem, published_at: str) -> Receipt:
        del published_at
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "before":
            raise PublishError("E-PUBLISH")
        if self.seen.get(key, 0) < item.version:
            self.seen[key] = item.version
            self.published.append((key, item.version))
        if fault == "after":
            raise ConnectionError("no answer")
        return Receipt(key="another" if fault == "wrong" else key, version=item.version, outcome="published")

    def withdraw(self, key: str, version: int, reason: str, withdrawn_on: date) -> Receipt:
        del reason, withdrawn_on
        return Receipt(key=key, version=version, outcome="withdrawn")


def _issue(gate: Gate, **changes: object) -> None:
    doc = document(**changes)
    gate.issue(doc, gate.clear(doc, gate.check(doc, TODAY), decision()), issued_on=TODAY)


@given(faults=st.lists(st.sampled_from(["before", "after", "wrong", ""]), max_size=6))
@settings(max_examples=25)
def test_faults_lose_nothing_and_publish_nothing_twice(faults: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder, gate_with_register(Path(folder), engine="direct") as gate:
        for number in range(2):
            _issue(gate, id=f"d{number}")
        assert gate.outbox is not None
        publisher: Publisher = (faulty := _Faulty(list(faults)))
        moment = NOW
        for _ in range(20):
            Worker(gate.outbox, [publisher], _RNG).run(lambda: moment)  # noqa: B023  called at once
            moment += timedelta(hours=2)
        assert sorted(faulty.published) == [("d0#public#column", 1), ("d1#public#column", 1)]
        assert {row.state for row in gate.outbox.rows()} == {"delivered"}


def test_a_poison_item_is_parked_and_blocks_nobody(tmp_path: Path) -> None:
    class Poison(_Faulty):
        def publish(self, key: str, item: PublicItem, published_at: str) -> Receipt:
            if item.document_id == "bad":
                raise PublishError("E-PUBLISH")
            return super().publish(key, item, published_at)

    with gate_with_register(tmp_path, engine="direct") as gate:
        _issue(gate, id="bad")
        _issue(gate, id="good")
        assert gate.outbox is not None
        poison = Poison([])
        moment = NOW
        for _ in range(5):
            Worker(gate.outbox, [poison], _RNG, attempts=3).run(lambda: moment)  # noqa: B023  called at once
            moment += timedelta(hours=2)
        assert poison.published == [("good#public#column", 1)]
        assert {row.document_id: row.state for row in gate.outbox.rows()} == {
            "bad": "parked",
            "good": "delivered",
        }


def test_nothing_is_published_before_its_day(tmp_path: Path) -> None:
    with gate_with_register(tmp_path, engine="direct") as gate:
        changes = data(
            facts={"secrecy_review": "passed", "tender_secret": "committee"}, dates={"result": "2026-12-15"}
        )
        _issue(gate, **changes)
        assert gate.outbox is not None
        site = ColumnSite(tmp_path / "site")
        assert Worker(gate.outbox, [site], _RNG).run(lambda: NOW) == []
        assert [
            each.outcome for each in Worker(gate.outbox, [site], _RNG).run(lambda: NOW + timedelta(30))
        ] == ["delivered"]


def test_a_dead_workers_item_is_taken_over(tmp_path: Path) -> None:
    with gate_with_register(tmp_path, engine="direct") as gate:
        _issue(gate)
        assert gate.outbox is not None
        assert gate.outbox.lease(NOW, 60) is not None
        assert gate.outbox.lease(NOW + timedelta(seconds=30), 60) is None
        assert gate.outbox.lease(NOW + timedelta(seconds=61), 60) is not None
