"""The built-in column: public items and nothing else, in an SQLite database of its own.

One side writes it (the publisher), the other opens it read-only (the site). What is withdrawn leaves
its number, its version and the reason behind; title, text and files are overwritten with zeros.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, Self, TypeAlias

from pydantic import ValidationError

from disclosure_gate.column.grams import expression, folded, grams, needs_proof, tag_token, terms_of
from disclosure_gate.column.publisher import Holding, Receipt
from disclosure_gate.column.settings import SiteSettings
from disclosure_gate.model.clearance import PublicFile, PublicItem
from disclosure_gate.model.determination import Audience, Channel
from disclosure_gate.model.errors import InputError, PublishError
from disclosure_gate.model.listing import Section, Validity

FORM = "1"
"""The form of the database; another form is not opened."""
MOST = 1000
"""More results than this are not counted or shown: narrow the search."""
_LOOKED_THROUGH = 20_000  # candidates held against the text, newest first, so that no question takes long
_BUSY_MS = 10_000
_RUNNING: tuple[Validity, ...] = ("in_force", "amended")
"""What a document is until its term ends."""


_TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE item (
  id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, slug TEXT NOT NULL UNIQUE, version INTEGER NOT NULL,
  state TEXT NOT NULL, document_id TEXT NOT NULL, published_at TEXT NOT NULL, updated_at TEXT NOT NULL,
  title TEXT NOT NULL, number TEXT NOT NULL, issuer TEXT NOT NULL, kind TEXT NOT NULL, domain TEXT NOT NULL,
  row TEXT NOT NULL, section TEXT NOT NULL, policy INTEGER NOT NULL, issued_on TEXT NOT NULL, label TEXT NOT NULL,
  index_number TEXT NOT NULL, validity TEXT NOT NULL, valid_until TEXT NOT NULL, files INTEGER NOT NULL,
  data TEXT NOT NULL, reason TEXT NOT NULL, withdrawn_on TEXT NOT NULL);
CREATE INDEX item_newest ON item (state, id);
CREATE INDEX item_section ON item (state, section, id);
CREATE INDEX item_domain ON item (state, domain, row, id);
CREATE INDEX item_policy ON item (state, policy, id);
CREATE INDEX item_document ON item (document_id, state);
CREATE INDEX item_kind ON item (state, kind);
CREATE INDEX item_issuer ON item (state, issuer);
CREATE INDEX item_until ON item (valid_until) WHERE valid_until <> '';
CREATE INDEX item_year ON item (state, substr(issued_on, 1, 4));
CREATE TABLE file (
  item INTEGER NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL, media_type TEXT NOT NULL,
  digest TEXT NOT NULL, size INTEGER NOT NULL, content BLOB NOT NULL, PRIMARY KEY (item, position));
CREATE TABLE link (item INTEGER NOT NULL, kind TEXT NOT NULL, document_id TEXT NOT NULL, PRIMARY KEY (item, kind, document_id));
CREATE INDEX link_document ON link (document_id, kind);
CREATE TABLE said (item INTEGER PRIMARY KEY, title TEXT NOT NULL, body TEXT NOT NULL, tags TEXT NOT NULL);
CREATE TABLE catalogue (id TEXT PRIMARY KEY, position INTEGER NOT NULL, domain TEXT NOT NULL, data TEXT NOT NULL);
CREATE VIRTUAL TABLE search USING fts5(title, body, tags, content='', detail='column', tokenize='ascii');
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list. Dates are ISO; ``published_at`` is ``YYYY-MM-DD HH:MM``."""

    id: int
    slug: str
    document_id: str
    title: str
    number: str
    issuer: str
    kind: str
    domain: str
    section: Section
    policy: bool
    issued_on: str
    published_at: str
    updated_at: str
    label: str
    index_number: str
    validity: Validity
    valid_until: str
    files: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A public item as it lies in the column."""

    line: Line
    item: PublicItem  # files without their content


@dataclass(frozen=True, slots=True)
class Gone:
    """What is left of a withdrawn item."""

    slug: str
    reason: str
    withdrawn_on: str


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A public copy."""

    name: str
    media_type: str
    digest: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for. ``scope`` ``title`` looks at titles only; empty filters let everything through."""

    text: str = ""
    scope: Literal["all", "title"] = "all"
    order: Literal["fit", "new"] = "fit"
    domain: str = ""
    section: str = ""
    kind: str = ""
    issuer: str = ""
    year: str = ""
    validity: str = ""
    policy: bool = False

    def tags(self) -> list[str]:
        """The filters as tokens of the index."""
        given = [
            ("domain", self.domain), ("section", self.section), ("kind", self.kind), ("issuer", self.issuer),
            ("year", self.year), ("validity", self.validity), ("policy", "1" if self.policy else ""),
        ]  # fmt: skip
        return [f"{name}={value}" for name, value in given if value]


@dataclass(frozen=True, slots=True)
class Found:
    """One page of results. ``total`` is exact up to :data:`MOST`; ``more``: there are others that are not shown."""

    lines: Sequence[Line]
    total: int
    more: bool


Shelf: TypeAlias = Literal["section", "policy", "row"]
"""What is listed in full: a fixed section, the policies, a row of the catalogue."""


@dataclass(frozen=True, slots=True)
class CatalogueLine:
    """A row of a domain's standard catalogue, and how many items are published under it."""

    id: str
    data: Mapping[str, Any]
    items: int


class ColumnStore:
    """The database of the column. Made with :meth:`open` by who publishes, with :meth:`read` by who shows."""

    name = "column"
    channels: frozenset[Channel] = frozenset({"column"})
    audiences: frozenset[Audience] = frozenset({"public"})

    def __init__(self, path: Path, *, writes: bool, channels: Iterable[Channel] = ("column",)) -> None:
        self.path = path
        self.channels = frozenset(channels)
        self._writes = writes
        self._local = threading.local()
        self._wiped = False
        self._tallies: dict[str, tuple[int, dict[str, int]]] = {}  # by column, with the change they are of
        with self._told():
            if writes:
                path.parent.mkdir(parents=True, exist_ok=True)
                self._prepare()
            if self._meta("form") != FORM:
                raise InputError("E-COLUMN", where=str(path), got=self._meta("form"), expected=FORM)

    @classmethod
    def open(cls, path: Path, channels: Iterable[Channel] = ("column",)) -> Self:
        """Open for publishing; made on first use.

        Raises:
            InputError: ``E-COLUMN``.
        """
        return cls(path, writes=True, channels=channels)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Open for showing: SQLite itself refuses every write.

        Raises:
            InputError: ``E-COLUMN``, there is none yet, or it is another file.
        """
        return cls(path, writes=False)

    # Publishing

    def publish(self, key: str, item: PublicItem, published_at: str) -> Receipt:
        """See :class:`~disclosure_gate.column.publisher.Publisher`."""
        if item.publication.audience != "public":
            raise PublishError("E-PUBLISH", got=item.publication.audience, expected="public")
        with self._writing() as db:
            known = self._known(db, key)
            if known is not None and known["version"] >= item.version:
                return Receipt(key=key, version=known["version"], outcome="stale", place=known["slug"])
            slug = slug_of(key)
            first = (
                known["published_at"] if known is not None and known["state"] == "public" else published_at
            )
            if known is not None:
                # What the version before said and this one does not, leaves the index too.
                self._wiped |= self._forget(db, known["id"]) not in {None, _said(item)}
            values = {
                "key": key, "slug": slug, "version": item.version, "state": "public",
                "document_id": item.document_id, "published_at": first, "updated_at": published_at,
                "title": item.title, "number": item.number, "issuer": item.issuer, "kind": item.kind,
                "domain": item.domain or "", "row": item.item or "", "section": item.section,
                "policy": int(item.policy), "issued_on": item.issued_on.isoformat(), "label": item.label,
                "index_number": item.index, "validity": item.validity,
                "valid_until": item.valid_until.isoformat() if item.valid_until else "", "files": len(item.files),
                "data": item.model_dump_json(exclude={"files": {"__all__": {"content"}}}),
                "reason": "", "withdrawn_on": "",
            }  # fmt: skip
            stays = known["id"] if known is not None and known["state"] == "public" else None
            if known is not None and stays is None:
                # What comes back after a withdrawal is new, and takes its place among what is.
                db.execute("DELETE FROM item WHERE id = ?", (known["id"],))
            number = self._put(db, values, stays)
            db.executemany(
                "INSERT INTO file VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (number, at, each.name, each.media_type, each.digest, len(each.content), each.content)
                    for at, each in enumerate(item.files)
                ],
            )
            db.executemany(
                "INSERT INTO link VALUES (?, ?, ?)",
                {(number, each.kind, each.document_id) for each in item.relations},
            )
            self._index(db, number, item)
        return Receipt(key=key, version=item.version, outcome="published", place=slug)

    def withdraw(self, key: str, version: int, reason: str, withdrawn_on: date) -> Receipt:
        """See :class:`~disclosure_gate.column.publisher.Publisher`."""
        with self._writing() as db:
            known = self._known(db, key)
            if known is not None and (
                known["version"] > version or (known["version"] == version and known["state"] == "withdrawn")
            ):
                return Receipt(key=key, version=known["version"], outcome="stale", place=known["slug"])
            if known is not None:
                self._forget(db, known["id"])
                self._wiped = True
            # The version stays behind, so that an older publish arriving late finds it.
            values: dict[str, Any] = dict.fromkeys(_TEXTS, "") | {
                "key": key, "slug": slug_of(key), "version": version, "state": "withdrawn", "policy": 0, "files": 0,
                "reason": reason, "withdrawn_on": withdrawn_on.isoformat(),
            }  # fmt: skip
            self._put(db, values, known["id"] if known is not None else None)
        return Receipt(key=key, version=version, outcome="withdrawn", place=slug_of(key))

    def settle(self) -> None:
        """Leave no trace of what was withdrawn: neither in the index's older parts nor in the log of writes."""
        if self._wiped:
            with self._told(), self._writing() as db:
                db.execute("INSERT INTO search (search) VALUES ('optimize')")
            self._wiped = False
        with self._told():
            self._db().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def holdings(self) -> Iterator[Holding]:
        """See :class:`~disclosure_gate.column.publisher.Inspectable`."""
        with self._told():
            rows = self._db().execute("SELECT id, key, version, state, slug, data FROM item ORDER BY key")
            for row in rows:
                digest = ""
                if row["state"] == "public":
                    digest = self._digest(row["id"], row["data"])
                yield Holding(
                    key=row["key"],
                    version=row["version"],
                    state=row["state"],
                    digest=digest,
                    place=row["slug"],
                )

    def configure(self, settings: SiteSettings) -> None:
        """Say what the site says of itself."""
        with self._writing() as db:
            db.execute("INSERT OR REPLACE INTO meta VALUES ('settings', ?)", (settings.model_dump_json(),))

    def set_catalogue(self, rows: Iterable[tuple[str, str, Mapping[str, Any]]]) -> None:
        """Put in the rows of the standard catalogues: id, domain, what is shown of it."""
        lines = [
            (row_id, at, domain, json.dumps(data, ensure_ascii=False, sort_keys=True))
            for at, (row_id, domain, data) in enumerate(rows)
        ]
        known = [tuple(row) for row in self._db().execute("SELECT * FROM catalogue ORDER BY position")]
        if lines == known:
            return
        with self._writing() as db:
            db.execute("DELETE FROM catalogue")
            db.executemany("INSERT INTO catalogue VALUES (?, ?, ?, ?)", lines)

    # Showing

    def settings(self) -> SiteSettings:
        """What the site says of itself."""
        text = self._meta("settings")
        return SiteSettings.model_validate_json(text) if text else SiteSettings()

    def state(self) -> tuple[int, datetime]:
        """How often the column has changed, and when last: what a cached page is held against."""
        return int(self._meta("changes") or 0), datetime.fromisoformat(self._meta("changed_at"))

    def item(self, slug: str) -> Shown | Gone | None:
        """An item by the name in its address."""
        row = self._one("SELECT * FROM item WHERE slug = ?", (slug,))
        if row is None:
            return None
        if row["state"] != "public":
            return Gone(row["slug"], row["reason"], row["withdrawn_on"])
        return Shown(_line(row), self._item(row["id"], row["data"], content=False))

    def file(self, slug: str, position: int) -> StoredFile | None:
        """A public copy of a public item."""
        row = self._one(
            "SELECT f.* FROM file f JOIN item i ON i.id = f.item WHERE i.slug = ? AND f.position = ? AND i.state = 'public'",
            (slug, position),
        )
        return (
            None if row is None else StoredFile(row["name"], row["media_type"], row["digest"], row["content"])
        )

    def files(self, slug: str) -> list[tuple[str, str, int]]:
        """Name, media type and size in bytes of an item's public copies, in order."""
        rows = self._all(
            "SELECT f.name, f.media_type, f.size FROM file f JOIN item i ON i.id = f.item WHERE i.slug = ? ORDER BY f.position",
            (slug,),
        )
        return [(row["name"], row["media_type"], row["size"]) for row in rows]

    def public(self, document_ids: Iterable[str]) -> dict[str, Line]:
        """The public items of documents, by document."""
        ids = list(dict.fromkeys(document_ids))[:200]
        marks = ",".join("?" * len(ids))
        rows = self._all(
            f"SELECT * FROM item WHERE document_id IN ({marks}) AND state = 'public' ORDER BY id DESC",  # noqa: S608  only question marks
            ids,
        )
        return {row["document_id"]: _line(row) for row in rows}

    def related(self, document_ids: Iterable[str], kind: str) -> dict[str, list[Line]]:
        """The public items that amend, repeal or interpret documents, by document."""
        ids = list(dict.fromkeys(document_ids))[:200]
        marks = ",".join("?" * len(ids))
        rows = self._all(
            # CROSS keeps the order of the tables: the other way round, every public item would be looked through.
            f"SELECT i.*, l.document_id AS other FROM link l CROSS JOIN item i ON i.id = l.item "  # noqa: S608  only question marks
            f"WHERE l.document_id IN ({marks}) AND l.kind = ? AND i.state = 'public' ORDER BY i.id DESC",
            [*ids, kind],
        )
        found: dict[str, list[Line]] = {}
        for row in rows:
            found.setdefault(row["other"], []).append(_line(row))
        return found

    def find(self, query: Query, offset: int = 0, limit: int = 20, today: date | None = None) -> Found:
        """Look for items: any run of characters, all terms, within the filters; titles that fit first, else newest.

        ``today``: the day by which terms have ended, as in :func:`standing`; without it, what was said last counts.
        """
        terms, tags = terms_of(query.text), query.tags()
        if not terms and not tags:
            total = self.total()
            rows = self._all(
                "SELECT * FROM item WHERE state = 'public' ORDER BY id DESC LIMIT ? OFFSET ?", (limit, offset)
            )
            return Found([_line(row) for row in rows], total, more=False)
        ids: list[int] = []
        if terms and (query.order == "fit" or query.scope == "title"):
            ids = self._standing(query, terms, "title", today)
        if query.scope == "all" or not terms:
            seen = set(ids)
            ids += [each for each in self._standing(query, terms, "", today) if each not in seen]
        page = ids[:MOST][offset : offset + limit]
        marks = ",".join("?" * len(page))
        rows = self._all(f"SELECT * FROM item WHERE id IN ({marks})", page)  # noqa: S608  only question marks
        lines = {row["id"]: _line(row) for row in rows}
        return Found(
            [lines[each] for each in page if each in lines], min(len(ids), MOST), more=len(ids) > MOST
        )

    def snippet(self, number: int) -> str:
        """The text of an item, to show where a question was found."""
        row = self._one("SELECT data FROM item WHERE id = ? AND state = 'public'", (number,))
        text: str | None = json.loads(row["data"])["text"] if row is not None else None
        return text or ""

    def total(self) -> int:
        """How many items are public."""
        row = self._one("SELECT count(*) AS n FROM item WHERE state = 'public'")
        return int(row["n"]) if row is not None else 0

    def tally(self, column: Literal["section", "domain", "kind", "issuer", "year"]) -> dict[str, int]:
        """How many public items there are of each section, domain, kind, issuer or year."""
        changes, _ = self.state()
        known = self._tallies.get(column)
        if known is None or known[0] != changes:
            by = "substr(issued_on, 1, 4)" if column == "year" else column
            rows = self._all(
                f"SELECT {by} AS value, count(*) AS n FROM item WHERE state = 'public' GROUP BY 1 ORDER BY 2 DESC, 1"  # noqa: S608  one of our own column names
            )
            known = self._tallies[column] = (
                changes,
                {row["value"]: row["n"] for row in rows if row["value"]},
            )
        return dict(known[1])

    def catalogue(self, domain: str) -> list[CatalogueLine]:
        """The rows of a domain's standard catalogue, in its order."""
        counts = {
            row["row"]: row["n"]
            for row in self._all(
                "SELECT row, count(*) AS n FROM item WHERE state = 'public' AND domain = ? GROUP BY row",
                (domain,),
            )
        }
        return [
            CatalogueLine(row["id"], json.loads(row["data"]), counts.get(row["id"], 0))
            for row in self._all(
                "SELECT id, data FROM catalogue WHERE domain = ? ORDER BY position", (domain,)
            )
        ]

    def listed(self, shelf: Shelf, value: str | int, offset: int, limit: int) -> Found:
        """All items of a section, of a row of the catalogue, or all policies, the newest first, without an end."""
        where, values = {
            "section": ("section = ?", (value,)),
            "policy": ("policy = ?", (value,)),
            "row": ("domain = ? AND row = ?", (str(value).partition("/")[0], value)),
        }[shelf]
        here = f"state = 'public' AND {where}"
        total = self._one(f"SELECT count(*) AS n FROM item WHERE {here}", values)  # noqa: S608  our own names
        rows = self._all(
            # The numbers of the page come from the index alone, however far back it lies.
            f"SELECT * FROM item WHERE id IN (SELECT id FROM item WHERE {here} ORDER BY id DESC LIMIT ? OFFSET ?) "  # noqa: S608  our own names
            "ORDER BY id DESC",
            (*values, limit, offset),
        )
        return Found([_line(row) for row in rows], int(total["n"]) if total is not None else 0, more=False)

    def addresses(self, after: int, limit: int) -> list[tuple[int, str, str]]:
        """Number, name and last change of public items after a number, for maps of the site."""
        rows = self._all(
            "SELECT id, slug, updated_at FROM item WHERE state = 'public' AND id > ? ORDER BY id LIMIT ?",
            (after, limit),
        )
        return [(row["id"], row["slug"], row["updated_at"]) for row in rows]

    def last_id(self) -> int:
        """The highest number of an item."""
        row = self._one("SELECT max(id) AS n FROM item")
        return int(row["n"] or 0) if row is not None else 0

    # Inside

    def _standing(self, query: Query, terms: list[str], column: str, today: date | None) -> list[int]:
        """Numbers of items, newest first, at most one more than are shown: the validity asked for is today's.

        The index knows what was said last; a term that has ended since is told by its last day.
        """
        day = today.isoformat() if today is not None else ""
        if query.validity != "lapsed":
            running = query.validity in _RUNNING
            return self._matching(terms, query.tags(), column, ("NOT IN", day) if running else None)
        ids = self._matching(terms, query.tags(), column, None)
        for validity in _RUNNING:
            ids += self._matching(terms, replace(query, validity=validity).tags(), column, ("IN", day))
        return sorted(ids, reverse=True)[: MOST + 1]

    def _matching(
        self,
        terms: list[str],
        tags: list[str],
        column: str,
        ended: tuple[Literal["IN", "NOT IN"], str] | None,
    ) -> list[int]:
        """Numbers of items, newest first, at most one more than are shown; ``ended``: by a day, or not."""
        proofs = [term for term in terms if needs_proof(term)]
        asked = [expression(terms, tags, column)]
        hits = "SELECT rowid AS id FROM search WHERE search MATCH ?"
        if ended is not None:
            only, day = ended
            hits += f" AND rowid {only} (SELECT id FROM item WHERE valid_until <> '' AND valid_until < ?)"  # noqa: S608  our own words
            asked.append(day)
        hits += " ORDER BY rowid DESC LIMIT ?"
        if not proofs:
            return [row["id"] for row in self._all(hits, (*asked, MOST + 1))]
        where = "s.title" if column == "title" else "s.title || char(10) || s.body"
        rows = self._all(
            f"SELECT c.id FROM ({hits}) c "  # noqa: S608  only question marks
            f"JOIN said s ON s.item = c.id WHERE {' AND '.join([f'instr({where}, ?) > 0'] * len(proofs))} "
            "ORDER BY c.id DESC LIMIT ?",
            (*asked, _LOOKED_THROUGH, *proofs, MOST + 1),
        )
        return [row["id"] for row in rows]

    def _index(self, db: sqlite3.Connection, number: int, item: PublicItem) -> None:
        tags = [
            f"section={item.section}", f"kind={item.kind}", f"issuer={item.issuer}",
            f"year={item.issued_on.year}", f"validity={item.validity}",
            *([f"domain={item.domain}"] if item.domain else []), *(["policy=1"] if item.policy else []),
        ]  # fmt: skip
        texts = (*_said(item), "\n".join(tags))
        db.execute("INSERT INTO said VALUES (?, ?, ?, ?)", (number, *texts))
        db.execute(
            "INSERT INTO search (rowid, title, body, tags) VALUES (?, ?, ?, ?)", (number, *_tokens(*texts))
        )

    def _forget(self, db: sqlite3.Connection, number: int) -> tuple[str, str] | None:
        """Take away all that lies beside an item; returns what could be searched of it."""
        said = db.execute("SELECT title, body, tags FROM said WHERE item = ?", (number,)).fetchone()
        if said is not None:
            db.execute(
                "INSERT INTO search (search, rowid, title, body, tags) VALUES ('delete', ?, ?, ?, ?)",
                (number, *_tokens(*said)),
            )
        for table, column in (("said", "item"), ("file", "item"), ("link", "item")):
            db.execute(f"DELETE FROM {table} WHERE {column} = ?", (number,))  # noqa: S608  our own names
        return None if said is None else (said["title"], said["body"])

    @staticmethod
    def _put(db: sqlite3.Connection, values: Mapping[str, Any], number: int | None) -> int:
        names = list(values)
        if number is not None:
            changes = ", ".join(f"{name} = ?" for name in names)
            db.execute(f"UPDATE item SET {changes} WHERE id = ?", [*values.values(), number])  # noqa: S608  our own names
            return number
        marks = ", ".join("?" * len(names))
        cursor = db.execute(f"INSERT INTO item ({', '.join(names)}) VALUES ({marks})", list(values.values()))  # noqa: S608  our own names
        return int(cursor.lastrowid or 0)

    @staticmethod
    def _known(db: sqlite3.Connection, key: str) -> sqlite3.Row | None:
        row: sqlite3.Row | None = db.execute("SELECT * FROM item WHERE key = ?", (key,)).fetchone()
        return row

    def _item(self, number: int, data: str, *, content: bool) -> PublicItem:
        said = json.loads(data)
        if said["files"]:
            rows = self._all(
                "SELECT CASE WHEN ? THEN content ELSE x'' END AS content FROM file WHERE item = ? ORDER BY position",
                (content, number),
            )
            if len(rows) != len(said["files"]):
                raise PublishError("E-PUBLISH", got="files")
            said["files"] = [
                PublicFile(**each, content=row["content"])
                for each, row in zip(said["files"], rows, strict=True)
            ]
        return PublicItem.model_validate(said, strict=False)

    def _digest(self, number: int, data: str) -> str:
        try:
            return self._item(number, data, content=True).digest()
        except (ValueError, ValidationError, PublishError, KeyError, TypeError):
            return "unreadable"

    def _prepare(self) -> None:
        db = self._db()
        names = {row["name"] for row in db.execute("SELECT name FROM sqlite_master")}
        if names and "meta" not in names:
            return  # another's database stays as it is
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("BEGIN IMMEDIATE")
        try:
            if not db.execute("SELECT 1 FROM sqlite_master").fetchone():
                for statement in _TABLES.split(";\n"):
                    if statement.strip():
                        db.execute(statement)
                db.executemany(
                    "INSERT INTO meta VALUES (?, ?)",
                    [
                        ("form", FORM),
                        ("changes", "0"),
                        ("changed_at", datetime.now().astimezone().isoformat()),
                    ],
                )
            db.execute("COMMIT")
        except BaseException:
            db.execute("ROLLBACK")
            raise

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, durable when the block is left without an error.

        Raises:
            PublishError: nothing was written.
        """
        db = self._db()
        try:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE name = 'changes'")
                db.execute(
                    "UPDATE meta SET value = ? WHERE name = 'changed_at'",
                    (datetime.now().astimezone().isoformat(),),
                )
                db.execute("COMMIT")
            except BaseException:
                db.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise PublishError("E-PUBLISH", got=type(error).__name__) from error

    def _db(self) -> sqlite3.Connection:
        """This thread's connection."""
        db: sqlite3.Connection | None = getattr(self._local, "db", None)
        if db is None:
            mode = "rwc" if self._writes else "ro"
            db = sqlite3.connect(
                f"{self.path.absolute().as_uri()}?mode={mode}",
                uri=True,
                isolation_level=None,
                timeout=_BUSY_MS / 1000,
            )
            db.row_factory = sqlite3.Row
            for pragma in (
                ("synchronous = FULL", "secure_delete = ON")
                if self._writes
                else ("query_only = ON", "mmap_size = 268435456")
            ):
                db.execute(f"PRAGMA {pragma}")
            self._local.db = db
        return db

    def close(self) -> None:
        """Close this thread's connection."""
        db: sqlite3.Connection | None = getattr(self._local, "db", None)
        if db is not None:
            db.close()
            self._local.db = None

    def _meta(self, name: str) -> str:
        row = self._one("SELECT value FROM meta WHERE name = ?", (name,))
        return str(row["value"]) if row is not None else ""

    def _one(self, sql: str, values: Sequence[Any] = ()) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self._db().execute(sql, values).fetchone()
        return row

    def _all(self, sql: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        return self._db().execute(sql, values).fetchall()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise InputError("E-COLUMN", where=str(self.path), got=type(error).__name__) from error


_TEXTS = (
    "document_id", "published_at", "updated_at", "title", "number", "issuer", "kind", "domain", "row", "section",
    "issued_on", "label", "index_number", "validity", "valid_until", "data",
)  # fmt: skip


def slug_of(key: str) -> str:
    """The name of an item in addresses: from our own digits, never from input."""
    return sha256(key.encode()).hexdigest()[:20]


def standing(line: Line, today: date) -> Validity:
    """Whether a document is in force today: the last day passes even where nobody has said so yet."""
    ended = bool(line.valid_until) and line.valid_until < today.isoformat()
    return "lapsed" if ended and line.validity in _RUNNING else line.validity


def _said(item: PublicItem) -> tuple[str, str]:
    """What is searched of an item: its title; its text and what else is said of it."""
    parts = [
        item.number, item.issuer, item.index, item.abstract, *item.keywords, item.text or "",
        *(file.name for file in item.files),
    ]  # fmt: skip
    return folded(item.title), "\n".join(folded(part) for part in parts if part)


def _tokens(title: str, body: str, tags: str) -> tuple[str, str, str]:
    return grams(title), grams(body), " ".join(tag_token(tag) for tag in tags.split("\n"))


def _line(row: sqlite3.Row) -> Line:
    return Line(
        row["id"], row["slug"], row["document_id"], row["title"], row["number"], row["issuer"], row["kind"],
        row["domain"], row["section"], bool(row["policy"]), row["issued_on"], row["published_at"], row["updated_at"],
        row["label"], row["index_number"], row["validity"], row["valid_until"], row["files"],
    )  # fmt: skip
