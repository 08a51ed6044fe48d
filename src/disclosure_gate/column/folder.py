"""Writing to a folder that others read at the same time: files whole or not at all, one writer at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from disclosure_gate.model.errors import PublishError


def write(path: Path, content: bytes) -> None:
    """Whole or not at all, and on disk before it returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def write_list(path: Path, content: bytes) -> None:
    """Whole or not at all, where it differs. Not waited for: lists are made again from what is known."""
    if path.exists() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_bytes(content)
    temporary.replace(path)


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """One writer at a time, over processes; a full or forbidden disk is a failed delivery.

    Raises:
        PublishError: something could not be written.
    """
    import fcntl  # noqa: PLC0415  not on every platform; only folders need it

    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    except OSError as error:
        raise PublishError("E-PUBLISH", got=type(error).__name__) from error
