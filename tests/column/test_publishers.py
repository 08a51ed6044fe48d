"""Every place things are published to: the right state after any order of deliveries (P9), nothing left, changes seen."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from disclosure_gate.column import Outbox, Worker
from disclosure_gate.column.archive import ArchiveFeed
from disclosure_gate.column.cms import CmsPush
from disclosure_gate.column.config import load, make
from disclosure_gate.column.publisher import Inspectable, Publisher, Settling
from disclosure_gate.column.static_site import StaticSite
from disclosure_gate.column.store import ColumnStore, Gone, Query, Shown, slug_of, standing
from disclosure_gate.model import InputError
from disclosure_gate.register import Register
from factories import NOW, TODAY
from public_items import AT, SITE, file, many, public_item, special
from receivers import SECRET, Cms, receiving

_CANARY = "沐云川不得遗留"
_KEY = "d#public#column"


@contextmanager
def _column(folder: Path) -> Iterator[tuple[Publisher, Callable[[], bytes]]]:
    yield ColumnStore.open(folder / "column.db"), lambda: _bytes(folder)


@contextmanager
def _static(folder: Path) -> Iterator[tuple[Publisher, Callable[[], bytes]]]:
    yield StaticSite(folder), lambda: _bytes(folder)


@contextmanager
def _archive(folder: Path) -> Iterator[tuple[Publisher, Callable[[], bytes]]]:
    yield ArchiveFeed(folder), lambda: _bytes(folder)


@contextmanager
def _cms(folder: Path) -> Iterator[tuple[Publisher, Callable[[], bytes]]]:
    del folder
    cms = Cms()
    with receiving(cms) as url:
        push = CmsPush("cms", f"{url}/{{slug}}", SECRET, signed_receipts=True, inventory=url)
        yield push, lambda: repr({key: cms.held[key] for key in cms.public()}).encode()
        push.close()


def _leaves_a_token(content: bytes) -> bool:
    """Whether a character of the canary is in an index; what begins a token may be left out there."""
    return any(char.encode().hex()[2:].encode() in content for char in _CANARY[:3])


def _bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


PLACES = {"column": _column, "static": _static, "archive": _archive, "cms": _cms}


@pytest.mark.law(9)
@pytest.mark.parametrize("place", PLACES)
@settings(max_examples=20)
@given(
    events=st.lists(
        st.tuples(st.sampled_from(["publish", "withdraw"]), st.integers(1, 4)), min_size=1, max_size=9
    )
)
@example(events=[("publish", 1), ("publish", 2), ("withdraw", 3)])
@example(events=[("withdraw", 3), ("publish", 2), ("publish", 1), ("publish", 2), ("withdraw", 3)])
def test_every_order_and_repetition_leaves_the_state_of_the_newest(
    place: str, events: list[tuple[str, int]]
) -> None:
    with tempfile.TemporaryDirectory() as folder, PLACES[place](Path(folder)) as (publisher, held):
        for action, version in events:
            if action == "publish":
                item = public_item(version=version, title=f"第{version}版{_CANARY}", files=(file(),))
                publisher.publish(_KEY, item, AT)
            else:
                publisher.withdraw(_KEY, version, "撤回", TODAY)
        if isinstance(publisher, Settling):
            publisher.settle()
        newest = max(version for _, version in events)
        # At the newest version a withdrawal wins: it can only follow the publishing it takes back.
        public = ("withdraw", newest) not in events
        assert isinstance(publisher, Inspectable)
        [holding] = publisher.holdings()
        assert (holding.version, holding.state) == (newest, "public" if public else "withdrawn")
        if public:
            wanted = public_item(version=newest, title=f"第{newest}版{_CANARY}", files=(file(),))
            assert holding.digest == wanted.digest()
        else:
            left = held()
            assert _CANARY.encode() not in left
            assert not _leaves_a_token(left), "not as a token of an index either"
            assert b"%PDF-1.4 public copy" not in left


def test_what_a_newer_version_no_longer_says_is_gone_from_the_index_too(tmp_path: Path) -> None:
    store = ColumnStore.open(tmp_path / "column.db")
    store.publish(_KEY, public_item(version=1, title=f"关于{_CANARY}的公告"), AT)
    for number in range(20):
        store.publish(f"{number}#public#column", public_item(document_id=str(number)), AT)
    store.settle()
    assert _leaves_a_token(_bytes(tmp_path))
    store.publish(_KEY, public_item(version=2, title="更正后的公告"), AT)
    store.settle()
    left = _bytes(tmp_path)
    assert _CANARY.encode() not in left
    assert not _leaves_a_token(left)
    assert store.find(Query("更正")).total == 1


def test_what_was_there_before_a_newer_version_is_gone_too(tmp_path: Path) -> None:
    site = StaticSite(tmp_path)
    site.publish(
        _KEY, public_item(version=1, text=_CANARY * 3000, files=(file(), file("附件2.pdf", b"%PDF 2"))), AT
    )
    assert len(list((tmp_path / "public/items").iterdir())) == 2, "a long text has two pages"
    site.publish(_KEY, public_item(version=2, text="短", files=(file(),)), AT)
    site.settle()
    assert len(list((tmp_path / "public/items").iterdir())) == 1
    assert _CANARY.encode() not in _bytes(tmp_path / "public")
    assert b"%PDF 2" not in _bytes(tmp_path / "public")


@pytest.mark.law(9)
@settings(max_examples=40)
@given(
    events=st.lists(
        st.tuples(st.sampled_from(["publish", "withdraw"]), st.sampled_from(["column", "archive_library"]), st.integers(1, 3)),
        min_size=1, max_size=10,
    )
)  # fmt: skip
def test_an_archive_gets_what_goes_to_two_channels_once(events: list[tuple[str, str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        feed = ArchiveFeed(Path(folder), channels=frozenset({"column", "archive_library"}))
        for action, channel, version in events:
            key = f"d#public#{channel}"
            if action == "publish":
                feed.publish(key, public_item(version=version, title=f"第{version}版{_CANARY}"), AT)
            else:
                feed.withdraw(key, version, "撤回", TODAY)
        feed.settle()
        public = {}
        for channel in ("column", "archive_library"):
            of = [(version, action == "withdraw") for action, each, version in events if each == channel]
            newest = max(of, default=(0, True))
            if not newest[1]:
                public[f"d#public#{channel}"] = newest[0]
        held = {each.key: each for each in feed.holdings() if each.state == "public"}
        assert {key: each.version for key, each in held.items()} == public
        entries = etree.parse(Path(folder) / "feed.xml").findall("{http://www.w3.org/2005/Atom}entry")
        gone = json.loads((Path(folder) / "withdrawn.json").read_text(encoding="utf-8"))
        assert (len(entries), len(gone)) == ((1, 0) if public else (0, 1))
        assert len(list((Path(folder) / "bags").glob("*.zip"))) == len(entries)
        if not public:
            assert _CANARY.encode() not in _bytes(Path(folder))


@pytest.mark.parametrize("deed", ["publish", "withdraw"])
@pytest.mark.parametrize("kind", [StaticSite, ArchiveFeed])
def test_lists_that_a_worker_left_undone_are_done_by_the_next(
    kind: type[StaticSite | ArchiveFeed], deed: str, tmp_path: Path
) -> None:
    lists = {StaticSite: tmp_path / "public/index.html", ArchiveFeed: tmp_path / "feed.xml"}[kind]

    class DiesBeforeLists(kind):  # type: ignore[misc, valid-type]  # either of two
        def _write_lists(self) -> None:
            raise KeyboardInterrupt

        def _write(self, *_: object) -> bool:  # a page that names what is withdrawn
            raise KeyboardInterrupt

    first = kind(tmp_path)
    first.publish(_KEY, public_item(title="先前的公告"), AT)
    first.settle()
    assert "先前的公告" in lists.read_text(encoding="utf-8")
    with suppress(KeyboardInterrupt):
        dies = DiesBeforeLists(tmp_path)
        if deed == "publish":
            dies.publish(_KEY, public_item(version=2, title="新的公告"), AT)
        else:
            dies.withdraw(_KEY, 2, "撤回", TODAY)
        dies.settle()
    assert "先前的公告" in lists.read_text(encoding="utf-8")
    following = kind(tmp_path)
    if deed == "withdraw":
        following.withdraw(_KEY, 2, "撤回", TODAY)  # it was not told as delivered, and comes again
    following.settle()
    written = lists.read_text(encoding="utf-8")
    assert ("新的公告" in written) is (deed == "publish")
    assert "先前的公告" not in written


def _naming(site: StaticSite, *words: str) -> set[str]:
    """The files of a folder of plain pages that say any of these words."""
    return {
        str(path.relative_to(site.public))
        for path in site.public.rglob("*")
        if path.is_file() and any(word.encode() in path.read_bytes() for word in words)
    }


def _with_links(folder: Path, notices: int) -> StaticSite:
    """Pages that name one another: a policy, what reads and repeals it, notices."""
    site = StaticSite(folder, SITE.model_copy(update={"base_url": "https://www.example.gov.cn/info"}))
    for item in [*special(), *many(notices, paragraphs=1)]:
        site.publish(item.key("column"), item, AT)
    site.settle()
    return site


def test_a_withdrawal_rewrites_the_pages_that_name_the_item_and_the_run_the_rest(tmp_path: Path) -> None:
    site = _with_links(tmp_path / "site", 220)
    key = "doc-60#public#column"
    before = {path: path.stat().st_mtime_ns for path in site.public.rglob("*.*")}
    naming = _naming(site, slug_of(key))
    assert "sections/statutory.2.html" in naming
    site.withdraw(key, 2, "撤回", TODAY)
    assert _naming(site, slug_of(key)) <= {f"items/{slug_of(key)}.html"}
    written = {
        str(path.relative_to(site.public))
        for path, at in before.items()
        if not path.exists() or path.stat().st_mtime_ns != at
    }
    own = {each for each in written if slug_of(key) in each}
    assert written - own == naming - own
    site.settle()
    listed = [
        each
        for page in sorted(
            (site.public / "sections").glob("statutory*.html"), key=lambda path: (len(path.name), path.name)
        )
        for each in re.findall(
            r'class="title" lang="zh-CN" href="../items/(\w+).html"', page.read_text(encoding="utf-8")
        )
    ]
    assert listed == [each.slug for each in site.store.listed("section", "statutory", 0, 1000).lines]


@pytest.mark.law(9)
@pytest.mark.parametrize("notes", ["kept", "lost", "broken"])
def test_killed_at_any_write_of_a_withdrawal_the_delivery_that_comes_again_mends_it(
    notes: str, tmp_path: Path
) -> None:
    """``notes``: what is known of which page names which item, when the delivery comes again."""

    class Dies(StaticSite):
        left = 0

        def _write_item(self, slug: str) -> None:
            self._count()
            super()._write_item(slug)

        def _write(self, name: str, given: dict[str, Any]) -> bool:
            self._count()
            return super()._write(name, given)

        def _count(self) -> None:
            Dies.left -= 1
            if Dies.left < 0:
                raise KeyboardInterrupt

    whole = tmp_path / "whole"
    _with_links(whole, 3)
    key, title = "reading#public#column", "《景明区城市供热管理办法》政策解读"
    for number in itertools.count():
        folder = tmp_path / str(number)
        shutil.copytree(whole, folder)
        Dies.left = number
        try:
            Dies(folder).withdraw(key, 2, "撤回", TODAY)
        except KeyboardInterrupt:
            pass
        else:
            break
        if notes != "kept":
            for path in folder.glob("naming.db*"):
                path.unlink()
        if notes == "broken":
            (folder / "naming.db").write_bytes(b"no database" * 500)
        site = StaticSite(folder)
        site.withdraw(key, 2, "撤回", TODAY)
        site.settle()
        assert _naming(site, title) == set(), number
        assert _naming(site, slug_of(key)) <= {f"items/{slug_of(key)}.html"}, number
        shutil.rmtree(folder)
    assert number > 5, "it was named on so many pages"


def test_a_place_whose_lists_fail_is_told_and_keeps_nobody_from_theirs(tmp_path: Path) -> None:
    class FullDisk(StaticSite):
        def settle(self) -> None:
            raise OSError(28, "No space left on device")

    with Register.open(f"sqlite:///{tmp_path / 'register.db'}") as register:
        outbox = Outbox(register.engine)
        with register.transaction(NOW) as tx:
            outbox.enqueue(tx.connection, "d", 1, [public_item()], NOW)
        places = [FullDisk(tmp_path / "full", name="a"), StaticSite(tmp_path / "good", name="b")]
        worker = Worker(outbox, places, Random(0))
        assert [each.outcome for each in worker.run(lambda: NOW)] == ["delivered"]
        assert worker.unsettled == ("a",)
    assert "关于冬季供热的公告" in (tmp_path / "good/public/index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("place", ["column", "static", "archive"])
def test_what_was_altered_by_somebody_else_shows(place: str, tmp_path: Path) -> None:
    with PLACES[place](tmp_path) as (publisher, _):
        assert isinstance(publisher, Inspectable)
        item = public_item(files=(file(),))
        publisher.publish(_KEY, item, AT)
        if isinstance(publisher, Settling):
            publisher.settle()
        assert [each.digest for each in publisher.holdings()] == [item.digest()]
        if place == "column":
            with sqlite3.connect(tmp_path / "column.db") as db:
                db.execute("UPDATE file SET content = x'00'")
            db.close()
        else:
            changed = next(path for path in tmp_path.rglob("*") if path.suffix in {".pdf", ".zip"})
            changed.write_bytes(changed.read_bytes() + b" ")
        assert [each.digest for each in publisher.holdings()] != [item.digest()]


def test_the_example_configuration_makes_its_folders_and_no_column_is_made_in_another_database(
    tmp_path: Path,
) -> None:
    example = Path(__file__).parents[2] / "examples" / "publishers.yaml"
    (tmp_path / "publishers.yaml").write_text(example.read_text(encoding="utf-8"), encoding="utf-8")
    made = make(load(tmp_path / "publishers.yaml"), tmp_path)
    assert [each.name for each in made] == ["column", "static", "archive"]
    (tmp_path / "a-file").touch()
    with pytest.raises(InputError, match="E-COLUMN"):
        ColumnStore.open(tmp_path / "a-file" / "column.db")
    Register.open(f"sqlite:///{tmp_path / 'register.db'}").close()
    with pytest.raises(InputError, match="E-COLUMN"):
        ColumnStore.open(tmp_path / "register.db")
    with closing(sqlite3.connect(tmp_path / "another.db")) as another:
        another.execute("CREATE TABLE theirs (x)")
    with pytest.raises(InputError, match="E-COLUMN"):
        ColumnStore.open(tmp_path / "another.db")
    with closing(sqlite3.connect(tmp_path / "another.db")) as another:
        assert another.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_the_reading_side_cannot_write_and_needs_a_column(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="E-COLUMN"):
        ColumnStore.read(tmp_path / "none.db")
    (tmp_path / "other.db").write_bytes(b"not a database at all, but long enough to look at" * 40)
    with pytest.raises(InputError, match="E-COLUMN"):
        ColumnStore.read(tmp_path / "other.db")
    writer = ColumnStore.open(tmp_path / "column.db")
    writer.publish(_KEY, public_item(), AT)
    reader = ColumnStore.read(tmp_path / "column.db")
    assert reader.total() == 1
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader._db().execute("DELETE FROM item")
    assert isinstance(reader.item(slug_of(_KEY)), Shown)
    writer.withdraw(_KEY, 2, "撤回", TODAY)
    assert isinstance(reader.item(slug_of(_KEY)), Gone)
    assert reader.file(slug_of(_KEY), 0) is None


def test_the_first_day_of_publication_stays_when_a_version_follows(tmp_path: Path) -> None:
    store = ColumnStore.open(tmp_path / "column.db")
    store.publish(_KEY, public_item(version=1), "2026-11-20 08:00")
    store.publish(_KEY, public_item(version=2), "2026-11-24 09:00")
    shown = store.item(slug_of(_KEY))
    assert isinstance(shown, Shown)
    assert (shown.line.published_at, shown.line.updated_at) == ("2026-11-20 08:00", "2026-11-24 09:00")


# Search


@pytest.mark.parametrize(
    "query",
    ['"', "'", "*", '" OR "1"="1', "title:供热", "供热 NOT 公告", "NEAR(供 热)", "); DROP TABLE item; --", "%", "_", "\\", "{title}", "^供", "-供热", "\x00", "a" * 5000],
)  # fmt: skip
def test_no_question_is_an_instruction(tmp_path: Path, query: str) -> None:
    store = ColumnStore.open(tmp_path / "column.db")
    store.publish(_KEY, public_item(text="供热公告"), AT)
    assert store.find(Query(query)).total in ({0, 1} if not query.strip("\x00") else {0})
    assert store.find(Query("供热")).total == 1


def test_filters_narrow_and_one_character_is_enough(tmp_path: Path) -> None:
    store = ColumnStore.open(tmp_path / "column.db")
    for number, (domain, year) in enumerate([("budget", 2025), ("budget", 2026), ("ecology", 2026)]):
        item = public_item(
            document_id=str(number), domain=domain, issued_on=date(year, 3, 1), title=f"第{number}号预算报告",
            validity="repealed" if number == 0 else "in_force",
        )  # fmt: skip
        store.publish(f"{number}#public#column", item, AT)

    def found(**said: str) -> list[str]:
        return [line.document_id for line in store.find(Query(**said)).lines]  # type: ignore[arg-type]  # named fields

    assert found(text="预") == ["2", "1", "0"]
    assert found(text="预算", domain="budget") == ["1", "0"]
    assert found(domain="budget", year="2026") == ["1"]
    assert found(validity="repealed") == ["0"]
    assert found(issuer="无此机关") == []
    assert found(text="号预 报告") == ["2", "1", "0"]
    assert found(text="报告　2号") == ["2"]
    assert found(text="关于 报告") == []


def test_a_document_past_its_last_day_is_shown_as_lapsed_whatever_was_delivered(tmp_path: Path) -> None:
    store = ColumnStore.open(tmp_path / "column.db")
    store.publish(_KEY, public_item(valid_until=TODAY), AT)
    shown = store.item(slug_of(_KEY))
    assert isinstance(shown, Shown)
    assert standing(shown.line, TODAY) == "in_force"
    assert standing(shown.line, TODAY + timedelta(1)) == "lapsed"
