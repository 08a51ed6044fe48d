"""What a plugin reaches for while one of its hooks runs: network, processes, threads, files to write.

Python tells an audit hook of these before they happen. Ours looks only at threads that run a plugin's
hook: there it notes what was reached for and refuses it. It is a guard against mistakes, such as text
sent to a service on the web, not a sandbox against malice (ADR 23).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, get_ident
from typing import Any

_NETWORK = frozenset(
    {
        "socket.bind", "socket.connect", "socket.getaddrinfo", "socket.gethostbyaddr", "socket.gethostbyname",
        "socket.sendmsg", "socket.sendto", "ftplib.connect", "http.client.connect", "imaplib.open", "poplib.connect",
        "smtplib.connect", "telnetlib.Telnet.open", "urllib.Request",
    }
)  # fmt: skip
_PROCESS = frozenset(
    {"subprocess.Popen", "os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "pty.spawn"}
)  # fmt: skip
_FILE = frozenset(
    {
        "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.truncate", "os.link", "os.symlink", "os.chmod",
        "shutil.copyfile", "shutil.move", "shutil.rmtree", "sqlite3.connect",
    }
)  # fmt: skip
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC


class Trespass(PermissionError):
    """A hook reached for something it may not reach for. ``kind`` is network, process, thread or file."""

    def __init__(self, kind: str, event: str) -> None:
        self.kind = kind
        self.event = event
        super().__init__(f"a plugin's hook may not reach for this ({kind}: {event})")


_watched: dict[int, list[Trespass]] = {}
if hasattr(os, "register_at_fork"):
    # The child has none of these threads, and may give their numbers to others.
    os.register_at_fork(after_in_child=_watched.clear)
_lock = Lock()
_installed = False


@contextmanager
def watched() -> Iterator[list[Trespass]]:
    """While the block runs, this thread may not reach outside; what it tried is in the list."""
    _install()
    me = get_ident()
    seen: list[Trespass] = []
    before = _watched.get(me)
    _watched[me] = seen
    try:
        yield seen
    finally:
        if before is None:
            del _watched[me]
        else:
            _watched[me] = before


def _install() -> None:
    global _installed  # noqa: PLW0603  an audit hook is there once per process, for good
    with _lock:
        if not _installed:
            sys.addaudithook(_audit)
            _installed = True


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if not _watched:
        return
    kind = _kind(event, arguments)
    if kind is not None:
        refuse(kind, event)


def refuse(kind: str, event: str) -> None:
    """Note and refuse, if this thread is one that is watched.

    Raises:
        Trespass: it is.
    """
    seen = _watched.get(get_ident())
    if seen is None:
        return
    trespass = Trespass(kind, event)
    seen.append(trespass)
    raise trespass


def _kind(event: str, arguments: tuple[Any, ...]) -> str | None:
    if event == "open":
        path, _, flags = arguments
        # Python keeps what it compiles: a module imported late is no writing of the plugin's.
        # An open descriptor was told of when it was opened by its path.
        caching = isinstance(path, int) or ("__pycache__" in str(path) or path == os.devnull)
        return "file" if isinstance(flags, int) and flags & _WRITING and not caching else None
    if event in _NETWORK:
        return "network"
    if event in _PROCESS:
        return "process"
    if event == "_thread.start_new_thread":
        return "thread"
    caching = any(isinstance(each, str) and "__pycache__" in each for each in arguments)
    return "file" if event in _FILE and not caching else None
