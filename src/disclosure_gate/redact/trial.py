"""A PDF is opened in a process of its own first: a kilobyte of it can take all memory, or all time, of whoever reads it.

pdfium follows forms within forms and unpacks streams to their end; nothing in it stops that. What a trial
survives within its bounds, the process that serves everybody may open. The process is started once and tries one file after
another; run as a script it is that process, and loads nothing of ours.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import subprocess
import sys
from multiprocessing.spawn import get_executable
from threading import Lock
from typing import Any, BinaryIO

_MEMORY = 1024 * 1024 * 1024  # bytes of address space beside the file
_SECONDS = 30  # of one processor, for one file
_MOST_CHARACTERS = 3_000_000  # of one file: two thousand full pages
_MOST_OBJECTS = 500_000  # of one page
_MOST_POINTS = 4 * 3_370 * 2_384  # of one page: four sheets of A0
_LENGTH = 8  # bytes that tell how many follow
_GOOD, _GOOD_AND_TIRED, _TOO_MUCH = b"+", b"=", b"-"
_TIRED = (
    300 * 1024
)  # KiB: a process that held so much goes, for what it did not give back would count for the next file


class Trial:
    """The process in which files are tried, one at a time; started when it is needed."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0  # the process that started it: another one has no part in its pipes

    def passes(self, data: bytes) -> bool:
        """Whether ``data`` can be opened and read within bounds. Whether it is any good is not asked."""
        with self._lock:
            process = self._running()
            answer = b""
            with contextlib.suppress(OSError):  # it is gone
                assert process.stdin is not None  # noqa: S101  opened as a pipe
                assert process.stdout is not None  # noqa: S101  opened as a pipe
                process.stdin.write(len(data).to_bytes(_LENGTH, "big"))
                process.stdin.write(data)
                process.stdin.flush()
                answer = process.stdout.read(1)
            if answer != _GOOD:
                self._end()
            return answer in (_GOOD, _GOOD_AND_TIRED)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._owner == os.getpid() and self._process.poll() is not None:
            self._end()  # ended by others, since the last file
        if self._process is None or self._owner != os.getpid():
            self._process = subprocess.Popen(  # noqa: S603  this interpreter and this file
                [get_executable(), "-P", __file__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            )
            self._owner = os.getpid()
            atexit.register(self._end)
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        atexit.unregister(self._end)
        if process is not None and self._owner == os.getpid():
            process.kill()
            process.communicate()


def _serve(asked: BinaryIO, answered: BinaryIO) -> None:
    import pypdfium2  # noqa: PLC0415  not wanted by who starts this process

    while head := asked.read(_LENGTH):
        data = asked.read(int.from_bytes(head, "big"))
        _bound(len(data))
        try:
            answer = _GOOD if _small(pypdfium2, data) else _TOO_MUCH
        except pypdfium2.PdfiumError:
            answer = _GOOD  # who opens it next is told the same
        except MemoryError:
            answer = _TOO_MUCH
        if answer == _GOOD and _held() > _TIRED:
            answer = _GOOD_AND_TIRED
        answered.write(answer)
        answered.flush()


def _small(pypdfium2: Any, data: bytes) -> bool:
    """Whether every page could be opened, read and drawn, and none is too large."""
    raw = pypdfium2.raw
    document = pypdfium2.PdfDocument(data)
    characters = 0
    try:
        for number in range(min(len(document), 2_000)):
            page = document[number]
            width, height = page.get_size()
            text = page.get_textpage()
            characters += text.count_chars()
            large = (
                width * height > _MOST_POINTS
                or characters > _MOST_CHARACTERS
                or raw.FPDFPage_CountObjects(page.raw) > _MOST_OBJECTS
            )
            if not large:
                page.render(scale=min(1.0, 100 / max(width, height, 1)))
            text.close()
            page.close()
            if large:
                return False
    finally:
        document.close()
    return True


def _held() -> int:
    """The most memory this process has held, in KiB."""
    if sys.platform == "win32":
        return 0
    import resource  # noqa: PLC0415  not on every system

    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return held // 1024 if sys.platform == "darwin" else held


def _bound(size: int) -> None:
    """Bounds of this process while it tries the next file; systems without them keep their own."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415  not on every system

    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + 1 + _SECONDS
    for limit, bound in (
        (resource.RLIMIT_AS, _MEMORY + 3 * size),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(limit)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (bound if hard == resource.RLIM_INFINITY else min(bound, hard), hard))


if __name__ == "__main__":
    _serve(sys.stdin.buffer, sys.stdout.buffer)
