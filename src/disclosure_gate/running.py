"""Commands that run on, servers and workers: told by SIGTERM or Ctrl-C, they finish what they have in hand."""

from __future__ import annotations

import logging
import signal
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from errno import EADDRINUSE, EAGAIN
from os import strerror
from threading import Event
from types import FrameType
from typing import Any, NoReturn

from disclosure_gate.model.errors import InputError

CONNECTIONS = 500
"""How many connections are held open at once; who comes after waits. Pools of callers keep theirs open while idle."""


@contextmanager
def told_to_stop() -> Iterator[Event]:
    """Set when the process is asked to end; whoever asks a second time ends it at once. In the main thread only."""
    asked = Event()
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def once(number: int, _: FrameType | None) -> None:
        asked.set()
        signal.signal(number, before[signal.Signals(number)])

    for number in before:
        signal.signal(number, once)
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def serve(app: Callable[..., Iterable[bytes]], told: Callable[[], None], **options: Any) -> None:
    """Serve until SIGTERM or Ctrl-C; what is being answered then is answered.

    Args:
        app: a WSGI application.
        told: called once it listens.
        options: those of waitress.

    Raises:
        InputError: ``E-ADDRESS``, it cannot listen there.
    """
    import waitress  # noqa: PLC0415  only servers need it

    # Its "task queue depth" warnings say that requests wait, as they do under load.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    where = options.get("unix_socket") or f"{options.get('host')}:{options.get('port')}"
    try:
        if "unix_socket" in options:
            _must_be_free(options["unix_socket"])
        # Polling, because what it would do else takes no file descriptor beyond 1,023.
        server = waitress.create_server(
            app, ident=None, connection_limit=CONNECTIONS, asyncore_use_poll=True, **options
        )
    except (OSError, ValueError) as error:
        raise InputError(
            "E-ADDRESS", where=where, got=getattr(error, "strerror", None) or type(error).__name__
        ) from error

    def end(number: int, frame: FrameType | None) -> NoReturn:
        del number, frame
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, end)
    told()
    server.run()


def _must_be_free(unix_socket: str) -> None:
    """Refuse a socket somebody listens on: waitress would put it away under them, as one that was left behind."""
    with socket.socket(socket.AF_UNIX) as asked:
        asked.settimeout(1)  # whoever listens but takes no more connections now is there all the same
        if asked.connect_ex(unix_socket) in {0, EAGAIN}:
            raise OSError(EADDRINUSE, strerror(EADDRINUSE))
