"""The register's database: SQLite in a file, or PostgreSQL shared by several sidecars; its tables, kept up to date."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from sqlalchemy import (
    URL,
    ClauseElement,
    Connection,
    Dialect,
    Engine,
    create_engine,
    event,
    func,
    insert,
    inspect,
    make_url,
    select,
    table,
    text,
)
from sqlalchemy import column as named
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from disclosure_gate.model.errors import RegisterError
from disclosure_gate.register.tables import metadata

REVISION = "0004"
"""The revision of the tables this program works with: the newest in ``migrations/versions``."""

READ_SINCE = "0002"
"""The oldest revision whose records, and the tables held against them, are read as they are: later steps changed none of those."""

BUSY_MS = 10_000
"""How long a writer waits for the others, such as one whose machine is gone with its transaction open."""

_ROWS = 500  # of one insert: fewer values than either database takes
_WRITERS = 0x6467_6174  # the advisory lock that writers of one PostgreSQL register share
_version = table("alembic_version", named("version_num"))


def connected(url: str, *, make: bool = True) -> Engine:
    """An engine on a register's database, its tables made on first use and brought up to date.

    Args:
        url: ``sqlite:///path/to/register.db``, ``sqlite://`` for one in memory, or
            ``postgresql://user@host/database`` (PostgreSQL 14 or newer).
        make: whether a register that is not there is made; where it is only read, that would hide a lost one.

    Raises:
        RegisterError: ``E-REGISTER``, it cannot be opened or written; ``E-REGISTER-NEWER``, a newer program made it;
            ``E-REGISTER-NONE``, there is none and none is to be made.
    """
    with _closed_on_error(url) as opened:
        parsed = make_url(url)
        engine = opened(
            _sqlite(parsed, make=make) if parsed.get_backend_name() == "sqlite" else _postgresql(parsed)
        )
        _prepare(engine, make=make)
    return engine


def looked_at(url: str) -> Engine:
    """An engine on a register's database that can change nothing of it, its tables as they are.

    A SQLite file keeps every byte, also where a journal lies beside it: that is read with it, not worked into it.

    Raises:
        RegisterError: ``E-REGISTER``, it cannot be read; ``E-REGISTER-NONE``; ``E-REGISTER-NEWER``; ``E-REGISTER-OLDER``,
            it must be brought up to date before it is read.
    """
    with _closed_on_error(url) as opened:
        engine = opened(_read_only(url))
        found = _revision(engine, url)
        if not READ_SINCE <= found <= REVISION:
            code = "E-REGISTER-NEWER" if found > REVISION else "E-REGISTER-OLDER"
            raise RegisterError(code, where=_shown(url), got=found, expected=REVISION)
    return engine


def upgraded(url: str) -> tuple[str, str]:
    """Bring a register's tables up to date; the revision they had, and the one they have. Records stay as they are.

    Raises:
        RegisterError: see :func:`connected`.
    """
    with _closed_on_error(url) as opened:
        engine = opened(_read_only(url))
        before = _revision(engine, url)
        engine.dispose()
    connected(url, make=False).dispose()
    return before, REVISION


@contextmanager
def told_as_register_error() -> Iterator[None]:
    """Whatever the database fails with inside is told as ``E-REGISTER``."""
    try:
        yield
    except SQLAlchemyError as error:
        raise RegisterError("E-REGISTER", got=type(error).__name__) from error


def lock_writers(connection: Connection) -> None:
    """Wait until no other process writes records; until the transaction ends, none but this one does.

    SQLite has locked already, see ``BEGIN IMMEDIATE``.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_WRITERS)))


def touch(connection: Connection) -> None:
    """Write what is written already: it changes nothing, and fails where nothing can be written."""
    connection.execute(_version.update().values(version_num=_version.c.version_num))


class Prepared:
    """A statement written once and handed to the driver as it is: for what every recorded check does.

    What fails, fails as SQLAlchemy's own errors do.
    """

    def __init__(self, engine: Engine, statement: ClauseElement) -> None:
        self._dialect = engine.dialect
        positional: Callable[..., Dialect] = type(engine.dialect)
        style = "qmark" if engine.dialect.name == "sqlite" else "format"
        self._sql = str(statement.compile(dialect=positional(paramstyle=style)))

    def run(self, connection: Connection) -> None:
        """Run it for its effect."""
        self._cursor(connection).close()

    def first(self, connection: Connection) -> tuple[Any, ...] | None:
        """The first row, if there is one."""
        cursor = self._cursor(connection)
        try:
            row: tuple[Any, ...] | None = cursor.fetchone()
        finally:
            cursor.close()
        return row

    def insert(self, connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
        """Run an insert for all these rows, their values in the order of the table's columns."""
        head, values, row = self._sql.rpartition(" VALUES ")
        for begin in range(0, len(rows), _ROWS):
            some = rows[begin : begin + _ROWS]
            # One statement for all of them: between two, a thread that decides may keep the interpreter for itself.
            sql = f"{head}{values}{', '.join([row] * len(some))}"
            self._cursor(connection, sql, [each for values in some for each in values]).close()

    def _cursor(self, connection: Connection, sql: str = "", values: Sequence[Any] = ()) -> Any:
        driver, sql = self._dialect.loaded_dbapi, sql or self._sql
        try:
            cursor = connection.connection.cursor()
            cursor.execute(sql, values)
        except driver.Error as error:
            raise DBAPIError.instance(
                sql, None, error, driver.Error, hide_parameters=True, dialect=self._dialect
            ) from error
        return cursor


@contextmanager
def _closed_on_error(url: str) -> Iterator[Callable[[Engine], Engine]]:
    """What is opened inside is closed again where something fails, which is told as ``E-REGISTER``."""
    engines: list[Engine] = []

    def opened(engine: Engine) -> Engine:
        engines.append(engine)
        return engine

    try:
        yield opened
    except Exception as error:
        for each in engines:
            each.dispose()
        if isinstance(error, SQLAlchemyError | ArgumentError | ImportError | OSError):
            expected = "sqlite:///… | postgresql://…" if isinstance(error, ArgumentError) else ""
            raise RegisterError(
                "E-REGISTER", where=_shown(url), got=type(error).__name__, expected=expected
            ) from error
        raise


def _read_only(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite_read_only(parsed)
    return _postgresql(parsed, settings={"default_transaction_read_only": "on"})


def _sqlite_read_only(url: URL) -> Engine:
    if "uri" in url.query or not Path(url.database or "").is_file():
        raise RegisterError("E-REGISTER-NONE", where=_shown(str(url)), expected="sqlite:///…")
    path = Path(
        str(url.database)
    ).resolve()  # its journal lies where the file does, not where a link to it does
    # Beside a file in write-ahead mode SQLite makes an index of its journal. Where it may not, and there is no journal,
    # nobody is writing: then the file is read as one that does not change.
    journals = (path.with_name(f"{path.name}-{kind}") for kind in ("wal", "journal"))
    alone = not os.access(path.parent, os.W_OK) and not any(each.exists() for each in journals)
    query = {"mode": "ro", "uri": "true", **({"immutable": "1"} if alone else {})}
    engine = create_engine(URL.create("sqlite", database=f"file:{quote(str(path))}", query=query))

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}").close()

    begin = Prepared(engine, text("BEGIN"))
    event.listen(engine, "begin", begin.run)
    return engine


def _sqlite(url: URL, *, make: bool) -> Engine:
    in_memory = url.database in {None, "", ":memory:"}
    if not in_memory and not Path(str(url.database)).parent.is_dir():
        raise RegisterError("E-REGISTER", where=_shown(str(url)), expected="an existing folder")
    if not make and not Path(url.database or "").is_file():
        raise RegisterError("E-REGISTER-NONE", where=_shown(str(url)))  # connecting would make the file
    # Where it is now: the process may go to another folder.
    path = None if in_memory or "uri" in url.query else Path(str(url.database)).absolute()
    if path is not None and not path.exists():
        # Drafts lie in it, and what is not public yet: like the keys it is for its owner, who may open it to others.
        path.touch(0o600)
    opened = _file(path)
    # INVARIANT P8: what is in memory is in one connection. Two threads with it at a time would end each other's transactions.
    options: dict[str, Any] = (
        {
            "poolclass": QueuePool,
            "pool_size": 1,
            "max_overflow": 0,
            "connect_args": {"check_same_thread": False},
        }
        if in_memory
        else {"execution_options": {"kept": True}}
    )
    engine = create_engine(url, **options)

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _: Any) -> None:
        # The driver's own BEGIN comes too late: a write must hold the lock before it reads the head.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout = {BUSY_MS}",
            "synchronous = FULL",
            "foreign_keys = ON",
            "secure_delete = ON",  # a draft that is deleted is overwritten
        ):
            cursor.execute(f"PRAGMA {pragma}")
        _write_ahead(cursor)
        cursor.close()

    begin, begin_writing = Prepared(engine, text("BEGIN")), Prepared(engine, text("BEGIN IMMEDIATE"))

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        # INVARIANT P8: a file that was moved away or replaced is still written to and gone with the process: SQLite does
        # not look, in this journal mode, and nobody must be answered for what is kept there.
        if _file(path) != opened:
            raise RegisterError("E-REGISTER", where=_shown(str(url)), got="moved | replaced")
        reading = connection.get_execution_options().get("reading", False)
        (begin if reading else begin_writing).run(connection)

    return engine


def _file(path: Path | None) -> tuple[int, int] | None:
    """Which file lies there, whatever its name; none where that cannot be said."""
    try:
        found = path.stat() if path is not None else None
    except OSError:
        return None
    return None if found is None else (found.st_dev, found.st_ino)


def _write_ahead(cursor: sqlite3.Cursor) -> None:
    """Let readers and a writer work side by side. A new file is changed to that once, and SQLite does not wait for it."""
    until = monotonic() + BUSY_MS / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() > until:
                raise
            sleep(0.01)
        else:
            return


def _postgresql(url: URL, settings: Mapping[str, str] = MappingProxyType({})) -> Engine:
    if url.get_backend_name() != "postgresql":
        raise RegisterError("E-REGISTER", where=_shown(str(url)), expected="sqlite:///… | postgresql://…")
    # A connection that was lost while idle is replaced before it is used.
    engine = create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True, pool_size=10)

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _: Any) -> None:
        # A server set to answer before a commit is on disk is overruled; stricter settings stay.
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('synchronous_commit', 'on', false) "
                "WHERE current_setting('synchronous_commit') = 'off'"
            )
            # A writer reads the end of the chain after it has the lock: what was committed while it waited must be seen.
            own = {"lock_timeout": f"{BUSY_MS}ms", "default_transaction_isolation": "read committed"}
            for name, value in {**own, **settings}.items():
                cursor.execute("SELECT set_config(%s, %s, false)", (name, value))
        connection.commit()

    return engine


def _revision(engine: Engine, url: str) -> str:
    with engine.connect() as connection:
        known = inspect(connection)
        if not known.has_table("alembic_version"):
            if known.has_table("record"):
                raise RegisterError("E-REGISTER", got="record", expected="alembic_version")
            raise RegisterError("E-REGISTER-NONE", where=_shown(url))
        return str(connection.scalar(select(_version.c.version_num)))


def _prepare(engine: Engine, *, make: bool) -> None:
    with engine.begin() as connection:
        # Two sidecars started at once must not both make the tables.
        lock_writers(connection)
        known = inspect(connection)
        if not known.has_table("alembic_version"):
            if known.has_table("record"):
                raise RegisterError("E-REGISTER", got="record", expected="alembic_version")
            if not make:
                raise RegisterError("E-REGISTER-NONE", where=_shown(str(engine.url)))
            metadata.create_all(connection)
            connection.exec_driver_sql(
                "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"
            )
            connection.execute(insert(_version).values(version_num=REVISION))
            return
        found = connection.scalar(select(_version.c.version_num))
        touch(connection)  # a file that cannot be written is told here, not at the first issue
    if found != REVISION:
        _upgrade(engine, str(found))


def _upgrade(engine: Engine, found: str) -> None:
    from disclosure_gate.register.migrations import upgrade  # noqa: PLC0415  alembic is slow to import

    if not upgrade(engine, REVISION):
        raise RegisterError("E-REGISTER-NEWER", got=found, expected=REVISION)


def _shown(url: str) -> str:
    """The URL without its password."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return "?"
