"""Which pages of a folder name which items: when one is withdrawn, these are written again and no others.

INVARIANT P9: what a page names is noted before the page is written and let go of after: whenever a process dies, no page
names an item without a note of it.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from disclosure_gate.model.errors import PublishError

_FORM = 1
_SLUG = re.compile(rb"(?<![0-9a-f])[0-9a-f]{20}(?![0-9a-f])")
_TABLES = """
CREATE TABLE IF NOT EXISTS named (place TEXT, slug TEXT, PRIMARY KEY (place, slug)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS named_slug ON named (slug);
CREATE TABLE IF NOT EXISTS page (place TEXT PRIMARY KEY, name TEXT NOT NULL, given TEXT NOT NULL) WITHOUT ROWID;
"""


class Naming:
    """Notes in a file beside the pages; can be made anew from them. One writer at a time, see ``only_writer``."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db: sqlite3.Connection | None = None

    @property
    def whole(self) -> bool:
        """Whether all lists that lie there have been noted."""
        with self._open() as db:
            return bool(db.execute("PRAGMA user_version").fetchone()[0] == _FORM)

    def is_whole(self) -> None:
        """Say that they have."""
        with self._open() as db:
            db.execute(f"PRAGMA user_version = {_FORM}")

    def of(self, slug: str) -> list[tuple[str, dict[str, Any]]]:
        """The pages that name an item: what each is, and what it is made of."""
        with self._open() as db:
            rows = db.execute(
                "SELECT p.name, p.given FROM named n JOIN page p ON p.place = n.place WHERE n.slug = ?",
                (slug,),
            ).fetchall()
        return [(name, json.loads(given)) for name, given in rows]

    @contextmanager
    def noted(
        self, place: str, name: str, given: Mapping[str, Any], contents: Iterable[bytes]
    ) -> Iterator[None]:
        """Note what a page names that is written, or taken away, in this block."""
        slugs = {found.decode() for content in contents for found in _SLUG.findall(content)}
        with self._open() as db:
            known = {slug for (slug,) in db.execute("SELECT slug FROM named WHERE place = ?", (place,))}
            if slugs - known:
                with db:
                    db.execute(
                        "INSERT OR REPLACE INTO page VALUES (?, ?, ?)",
                        (place, name, json.dumps(given, sort_keys=True)),
                    )
                    db.executemany(
                        "INSERT INTO named VALUES (?, ?)", [(place, slug) for slug in slugs - known]
                    )
        yield
        if known - slugs:
            with self._open() as db, db:
                db.executemany(
                    "DELETE FROM named WHERE place = ? AND slug = ?",
                    [(place, slug) for slug in known - slugs],
                )

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            if self._db is None:
                self._db = self._connected()
            yield self._db
        except sqlite3.Error as error:
            raise PublishError("E-PUBLISH", got=type(error).__name__) from error

    def _connected(self) -> sqlite3.Connection:
        try:
            return _made(self._path)
        except sqlite3.DatabaseError as error:
            if type(error) is not sqlite3.DatabaseError:  # it is there and sound, and cannot be had now
                raise
            self._path.unlink()
            return _made(self._path)


def _made(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, check_same_thread=False)  # publishers are called on threads of their own
    for statement in ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL"):
        db.execute(statement)
    db.executescript(_TABLES)
    return db
