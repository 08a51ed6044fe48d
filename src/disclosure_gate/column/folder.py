"""Writing to a folder that others read at the same time: files whole or not at all, one writer at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from disclosure_gate.model.errors import PublishError


def write(path: Path, content: bytes) -> None:
    """Whole or not at all, and on disk before it returns, under its name."""
    with _whole(path) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    _on_disk(path.parent)


def write_list(path: Path, content: bytes) -> None:
    """Whole or not at all, where it differs. Not waited for: lists are made again from what is known."""
    if not path.exists() or path.read_bytes() != content:
        with _whole(path) as file:
            file.write(content)


def remove(path: Path) -> None:
    """Gone from the disk before it returns; it need not have been there."""
    if path.exists():
        path.unlink()
        _on_disk(path.parent)


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


@contextmanager
def _whole(path: Path) -> Iterator[BinaryIO]:
    """A file beside it, which takes its place once it is written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("wb") as file:
            yield file
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _on_disk(folder: Path) -> None:
    """Which names a folder has is a thing of its own to be kept: without it a power cut brings back what was there."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
