"""Delivery: whatever fails, nothing is lost, nothing comes twice or too early, nobody waits for somebody else's bulk."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from disclosure_gate.column import Outbox, Receipt, Worker
from disclosure_gate.column.cms import CmsPush
from disclosure_gate.column.publisher import WEB_CHANNELS, serves
from disclosure_gate.column.store import ColumnStore
from disclosure_gate.column.worker import ATTEMPTS
from disclosure_gate.model import PublicItem, PublishError
from disclosure_gate.model.clearance import Withdrawal
from disclosure_gate.model.determination import AUDIENCE_LABELS, Audience, Channel, Publication
from disclosure_gate.model.listing import Lane
from disclosure_gate.register import Register
from factories import NOW, TODAY
from pace import slowness
from public_items import public_item
from receivers import FAULTS, SECRET, Cms, receiving

_RNG = Random(0)
_MEMORY = "sqlite://"  # where the database itself is not what fails
_CHANNELS: tuple[Channel, ...] = (
    "column", "gazette", "new_media", "press", "village_board", "service_hall", "archive_library",
    "credit_system", "trading_platform", "direct", "other",
)  # fmt: skip


class Taking:
    """Takes everything and does as its receipts say; fails for documents in ``poison``."""

    name = "taking"
    channels: frozenset[Channel] = frozenset(_CHANNELS)
    audiences: frozenset[Audience] = frozenset(AUDIENCE_LABELS)

    def __init__(self, poison: Sequence[str] = ()) -> None:
        self.poison = poison
        self.versions: dict[str, int] = {}
        self.took: list[tuple[str, int, str]] = []
        self.at_once: Counter[str] = Counter()
        self.clashes: list[str] = []
        self.lock = threading.Lock()

    def publish(self, key: str, item: PublicItem, published_at: str) -> Receipt:
        del published_at
        if item.document_id in self.poison:
            raise PublishError("E-PUBLISH")
        return self._take(key, item.version, "published")

    def withdraw(self, key: str, version: int, reason: str, withdrawn_on: date) -> Receipt:
        del reason, withdrawn_on
        return self._take(key, version, "withdrawn")

    def _take(self, key: str, version: int, outcome: str) -> Receipt:
        with self.lock:
            self.at_once[key] += 1
            if self.at_once[key] > 1:
                self.clashes.append(key)
        time.sleep(0.001)
        with self.lock:
            self.at_once[key] -= 1
            self.took.append((key, version, outcome))
            self.versions[key] = version
        return Receipt.model_validate({"key": key, "version": version, "outcome": outcome})


@contextmanager
def _register(place: Path | str) -> Iterator[tuple[Register, Outbox]]:
    with Register.open(place if isinstance(place, str) else f"sqlite:///{place / 'register.db'}") as register:
        yield register, Outbox(register.engine)


def _enqueue(
    register: Register,
    outbox: Outbox,
    items: Sequence[PublicItem],
    now: datetime = NOW,
    lane: Lane = "single",
) -> None:
    with register.transaction(now) as tx:
        for item in items:
            outbox.enqueue(tx.connection, item.document_id, item.version, [item], now, lane)


def _withdraw(
    register: Register, outbox: Outbox, document_id: str, version: int, now: datetime = NOW
) -> None:
    said = Withdrawal(document_id=document_id, reason="撤回", by="公开办", withdrawn_on=now.date())
    with register.transaction(now) as tx:
        outbox.enqueue_withdraw(tx.connection, said, version, now)


def _item(document_id: str, version: int = 1, **publication: object) -> PublicItem:
    said = {"audience": "public", "channels": ("column",), **publication}
    return public_item(document_id=document_id, version=version, publication=Publication.model_validate(said))


# Who gets what


@given(
    channel=st.sampled_from(_CHANNELS),
    audience=st.sampled_from(sorted(AUDIENCE_LABELS)),
    version=st.integers(1, 3),
)
def test_what_is_not_for_everybody_never_reaches_the_web(
    channel: Channel, audience: Audience, version: int
) -> None:
    with _register(_MEMORY) as (register, outbox):
        item = _item("d", version, audience=audience, channels=(channel,))
        _enqueue(register, outbox, [item])
        greedy = Taking()
        Worker(outbox, [greedy], _RNG).run(lambda: NOW)
        to_web = channel in WEB_CHANNELS
        assert bool(greedy.took) is (audience == "public" or not to_web)
        assert serves(greedy, channel, audience) is bool(greedy.took)
        assert {row.state for row in outbox.rows()} == ({"delivered"} if greedy.took else {"manual"})


@pytest.mark.parametrize("audience", ["village", "affected", "parties"])
def test_the_column_itself_refuses_what_is_not_for_everybody(tmp_path: Path, audience: str) -> None:
    store = ColumnStore.open(tmp_path / "column.db")
    with pytest.raises(PublishError):
        store.publish("k", _item("d", audience=audience), "2026-11-24 09:00")
    assert store.total() == 0


def test_every_publisher_of_a_channel_gets_it_and_one_that_has_it_is_not_asked_again(tmp_path: Path) -> None:
    class Second(Taking):
        name = "zz-second"

    first, second = Taking(), Second(poison=["d"])
    with _register(tmp_path) as (register, outbox):
        _enqueue(register, outbox, [_item("d")])
        Worker(outbox, [first, second], _RNG).run(lambda: NOW)
        assert {row.state for row in outbox.rows()} == {"waiting"}
        second.poison = ()
        Worker(outbox, [first, second], _RNG).run(lambda: NOW + timedelta(hours=1))
        assert (len(first.took), len(second.took)) == (1, 1)
        assert {row.state for row in outbox.rows()} == {"delivered"}


# When


def test_nothing_goes_before_its_day_and_what_must_end_is_taken_away(tmp_path: Path) -> None:
    with _register(tmp_path) as (register, outbox):
        start, end = TODAY + timedelta(5), TODAY + timedelta(9)
        _enqueue(register, outbox, [_item("d", not_before=start, until=end)])
        taking = Taking()
        for days in range(14):
            moment = NOW + timedelta(days)
            Worker(outbox, [taking], _RNG).run(lambda: moment)  # noqa: B023  called at once
            today = moment.astimezone().date()
            public = bool(taking.took) and taking.took[-1][2] == "published"
            assert public is (start <= today <= end), today


def test_what_waits_for_a_date_of_the_case_is_not_delivered(tmp_path: Path) -> None:
    with _register(tmp_path) as (register, outbox):
        _enqueue(register, outbox, [_item("d", awaits="result")])
        assert Worker(outbox, [Taking()], _RNG).run(lambda: NOW + timedelta(400)) == []


def test_a_single_document_does_not_wait_for_bulk_and_bulk_is_not_forgotten() -> None:
    with _register(_MEMORY) as (register, outbox):
        _enqueue(register, outbox, [_item(f"bulk-{number}") for number in range(300)], lane="bulk")
        taking = Taking()
        worker = Worker(outbox, [taking], _RNG)
        worker.run(lambda: NOW, limit=10)
        _enqueue(register, outbox, [_item("single")])
        worker.run(lambda: NOW, limit=4)
        assert "single#public#column" in {key for key, _, _ in taking.took[10:14]}
        assert len(worker.run(lambda: NOW)) == 287


def test_bulk_that_nobody_declared_starves_nobody_either() -> None:
    with _register(_MEMORY) as (register, outbox):
        _enqueue(register, outbox, [_item(f"bulk-{number}", due_on=TODAY) for number in range(300)])
        _enqueue(register, outbox, [_item("single", due_on=TODAY + timedelta(20))])
        taking = Taking()
        Worker(outbox, [taking], _RNG).run(lambda: NOW, limit=4)
        assert "single#public#column" in {key for key, _, _ in taking.took}


def test_a_withdrawal_goes_before_everything(tmp_path: Path) -> None:
    with _register(tmp_path) as (register, outbox):
        _enqueue(register, outbox, [_item("old")])
        taking = Taking()
        Worker(outbox, [taking], _RNG).run(lambda: NOW)
        _enqueue(
            register, outbox, [_item(f"new-{number}", due_on=TODAY - timedelta(9)) for number in range(20)]
        )
        _withdraw(register, outbox, "old", 2)
        Worker(outbox, [taking], _RNG).run(lambda: NOW, limit=1)
        assert taking.took[-1] == ("old#public#column", 2, "withdrawn")


def test_a_withdrawal_of_no_day_stands_on_every_day(tmp_path: Path) -> None:
    with _register(tmp_path) as (register, outbox):
        _enqueue(register, outbox, [_item("old")])
        Worker(outbox, [Taking()], _RNG).run(lambda: NOW)
        _withdraw(register, outbox, "old", 2)
        for today in (None, TODAY, TODAY + timedelta(1)):
            assert [each.action for each in outbox.expected(today)] == ["withdraw"]
        with register.reading() as connection:
            assert not outbox.shows(connection, "old", TODAY)


# Faults


def test_a_poison_item_is_parked_and_blocks_nobody(tmp_path: Path) -> None:
    with _register(tmp_path) as (register, outbox):
        _enqueue(register, outbox, [_item("bad"), _item("good")])
        taking = Taking(poison=["bad"])
        for hours in range(0, 60, 2):
            moment = NOW + timedelta(hours=hours)
            Worker(outbox, [taking], _RNG).run(lambda: moment)  # noqa: B023  called at once
        assert {row.document_id: (row.state, row.attempts) for row in outbox.rows()} == {
            "bad": ("parked", ATTEMPTS),
            "good": ("delivered", 1),
        }
        assert "E-PUBLISH" in outbox.rows(("parked",))[0].last_error
        taking.poison = ()
        assert outbox.unpark(NOW + timedelta(3)) == 1
        Worker(outbox, [taking], _RNG).run(lambda: NOW + timedelta(3))
        assert outbox.counts() == {"delivered": 2}


def test_a_receiver_that_is_away_parks_nothing() -> None:
    names = [f"d{number}" for number in range(40)]
    with _register(_MEMORY) as (register, outbox):
        _enqueue(register, outbox, [_item(name) for name in names])
        taking = Taking(poison=names)
        for minutes in range(0, 24 * 60, 30):  # a whole day
            moment = NOW + timedelta(minutes=minutes)
            Worker(outbox, [taking], _RNG).run(lambda: moment)  # noqa: B023  called at once
        assert outbox.counts() == {"waiting": 40}
        taking.poison = ()
        Worker(outbox, [taking], _RNG).run(lambda: NOW + timedelta(2))
        assert outbox.counts() == {"delivered": 40}


def test_a_hanging_receiver_costs_its_time_once_and_rests_until_it_answers(tmp_path: Path) -> None:
    release = threading.Event()

    class Hanging(Taking):
        name = "hanging"
        channels: frozenset[Channel] = frozenset({"column"})

        def publish(self, key: str, item: PublicItem, published_at: str) -> Receipt:
            release.wait(20)
            return super().publish(key, item, published_at)

    class Other(Taking):
        name = "other"
        channels: frozenset[Channel] = frozenset({"service_hall"})

    with _register(tmp_path) as (register, outbox):
        _enqueue(
            register,
            outbox,
            [_item(f"d{number}", channels=("column", "service_hall")) for number in range(10)],
        )
        hanging, other = Hanging(), Other()
        worker = Worker(outbox, [hanging, other], _RNG, budget=0.2)
        began = time.perf_counter()
        worker.run(lambda: NOW)
        assert time.perf_counter() - began < 5 * slowness()
        assert len(other.took) == 10
        release.set()
        time.sleep(0.1)
        worker.run(lambda: NOW + timedelta(hours=2))
        assert outbox.counts() == {"delivered": 20}


def test_a_dead_workers_item_is_taken_over_and_its_late_word_counts_for_nothing(tmp_path: Path) -> None:
    with _register(tmp_path) as (register, outbox):
        _enqueue(register, outbox, [_item("d")])
        first = outbox.lease(NOW, 60)
        assert first is not None
        assert outbox.lease(NOW + timedelta(seconds=30), 60) is None
        second = outbox.lease(NOW + timedelta(seconds=61), 60)
        assert second is not None
        assert outbox.failed(first, "E-PUBLISH", NOW) == "lost"
        assert not outbox.delivered(first, {}, NOW)
        assert outbox.delivered(second, {}, NOW)
        assert outbox.counts() == {"delivered": 1}


def test_what_was_overtaken_while_in_hand_is_not_tried_again(tmp_path: Path) -> None:
    with _register(tmp_path) as (register, outbox):
        _enqueue(register, outbox, [_item("d")])
        in_hand = outbox.lease(NOW, 60)
        assert in_hand is not None
        _withdraw(register, outbox, "d", 2)
        assert outbox.lease(NOW, 60) is None, "the withdrawal waits for the delivery that is under way"
        outbox.failed(in_hand, "E-PUBLISH", NOW)
        taking = Taking()
        Worker(outbox, [taking], _RNG).run(lambda: NOW)
        assert taking.took == [("d#public#column", 2, "withdrawn")]


def test_an_overtaken_item_of_a_dead_worker_does_not_block_what_overtook_it(tmp_path: Path) -> None:
    with _register(tmp_path) as (register, outbox):
        _enqueue(register, outbox, [_item("d")])
        assert outbox.lease(NOW, 60) is not None
        _withdraw(register, outbox, "d", 2)
        taking = Taking()
        Worker(outbox, [taking], _RNG).run(lambda: NOW + timedelta(seconds=61))
        assert taking.took == [("d#public#column", 2, "withdrawn")]


def test_several_workers_share_the_work_and_none_has_a_key_beside_another(register_url: str) -> None:
    with _register(register_url) as (register, outbox):
        for version in (1, 2):
            # Both versions of a document lie there at once: they must come in order.
            with register.transaction(NOW) as tx:
                for number in range(30):
                    item = _item(f"d{number}", version)
                    if version == 1:
                        outbox.enqueue(tx.connection, item.document_id, 1, [item], NOW)
                    else:
                        outbox._line_up(tx.connection, item, "column", NOW)
        taking = Taking()
        workers = [
            threading.Thread(target=lambda: Worker(Outbox(register.engine), [taking], _RNG).run(lambda: NOW))
            for _ in range(4)
        ]
        for each in workers:
            each.start()
        for each in workers:
            each.join(60)
        Worker(outbox, [taking], _RNG).run(lambda: NOW)
        assert taking.clashes == []
        assert Counter(taking.took) == Counter(
            {
                (f"d{number}#public#column", version, "published"): 1
                for number in range(30)
                for version in (1, 2)
            }
        )
        assert set(taking.versions.values()) == {2}


def test_a_thousand_faults_lose_nothing_double_nothing_and_bring_nothing_early() -> None:
    """Real HTTP, a receiver that crashes, hangs, answers 500, garbage or wrong receipts; documents change meanwhile."""
    rng = Random(20261126)
    cms = Cms(rng.choices(FAULTS, [0.2 if fault == "hang" else 10 for fault in FAULTS], k=1000))
    first_days = {f"d{number}": TODAY + timedelta(rng.choice([0, 0, 0, 4, 9])) for number in range(90)}
    last = dict.fromkeys(first_days, (1, "public"))
    moment = NOW
    early: list[str] = []
    with receiving(cms) as url, _register(_MEMORY) as (register, outbox):
        push = CmsPush("cms", f"{url}/{{slug}}", SECRET, signed_receipts=True, timeout=0.25)
        _enqueue(register, outbox, [_item(name, not_before=day) for name, day in first_days.items()])
        for round_ in range(1500):
            settled = set(outbox.counts()) <= {"delivered", "superseded"}
            if settled and not cms.faults:
                break
            if cms.faults and (settled or round_ % 30 == 29):
                for name in rng.sample(sorted(first_days), 12):
                    version, state = last[name][0] + 1, rng.choice(["public", "public", "withdrawn"])
                    if state == "public":
                        _enqueue(
                            register, outbox, [_item(name, version, not_before=first_days[name])], moment
                        )
                    else:
                        _withdraw(register, outbox, name, version, moment)
                    last[name] = (version, state)
            before = len(cms.changes)
            Worker(outbox, [push], rng).run(lambda: moment)  # noqa: B023  called at once
            today = moment.astimezone().date()
            early += [
                key for key, _, state in cms.changes[before:] if state == "public" and first_days[key.partition("#")[0]] > today
            ]  # fmt: skip
            outbox.unpark(moment)
            moment += timedelta(minutes=70 if cms.faults else 24 * 60)
        push.close()
        assert len(cms.done) - cms.done.count("") == 1000
        assert set(outbox.counts()) <= {"delivered", "superseded"}
        assert early == []
        assert max(Counter(cms.changes).values()) == 1, "nothing was done twice"
        held = {key.partition("#")[0]: (each["version"], each["state"]) for key, each in cms.held.items()}
        # What was withdrawn before it ever went out need not be known to the receiver; all else is as it was said last.
        assert {name: said for name, said in last.items() if said[1] == "public" or name in held} == held


@given(
    faults=st.lists(st.sampled_from([each for each in FAULTS if each not in {"hang", "slow"}]), max_size=6)
)
@settings(max_examples=15)
def test_any_faults_in_any_order_end_in_the_right_state(faults: list[str]) -> None:
    cms = Cms(list(faults))
    with receiving(cms) as url, _register(_MEMORY) as (register, outbox):
        push = CmsPush("cms", url, SECRET, signed_receipts=True, timeout=2)
        _enqueue(register, outbox, [_item("a"), _item("b")])
        for hours in range(0, 60, 2):
            moment = NOW + timedelta(hours=hours)
            Worker(outbox, [push], _RNG).run(lambda: moment)  # noqa: B023  called at once
        push.close()
        assert sorted(cms.changes) == [("a#public#column", 1, "public"), ("b#public#column", 1, "public")]
        assert outbox.counts() == {"delivered": 2}


def test_a_line_for_people_is_settled_by_name(tmp_path: Path) -> None:
    with _register(tmp_path) as (register, outbox):
        _enqueue(register, outbox, [_item("d", audience="village", channels=("village_board",))])
        Worker(outbox, [], _RNG).run(lambda: NOW)
        [row] = outbox.rows(("manual",))
        assert not outbox.done(row.id + 1, "村务员", NOW)
        assert outbox.done(row.id, "村务员", NOW)
        assert outbox.counts() == {"delivered": 1}
