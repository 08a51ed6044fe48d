"""Serving the application: the server it was measured with, and where its events go (docs/adr/0016)."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterable, MutableMapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Literal, TextIO, cast

import structlog

from disclosure_gate import running
from disclosure_gate.events import with_request
from disclosure_gate.service.app import MAX_BODY
from disclosure_gate.service.staying import set_aside

THREADS = 8
# Neither a body nor an answer is ever put into a file: it may be a draft, and one with a secrecy mark must not have been
# on a disk. A body that is larger than the application takes is read to its end up to here, so that it says so.
_MOST = 2 * MAX_BODY
Level = Literal["info", "warning"]
_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False, default=str).encode


def serve(
    app: Callable[..., Iterable[bytes]],
    host: str,
    port: int,
    socket: str | None = None,
    told: Callable[[], None] = lambda: None,
) -> None:
    """Serve until SIGTERM or Ctrl-C, over TCP or, with ``socket``, over a Unix socket only its owner may use.

    ``told`` is called once it listens.

    Raises:
        InputError: ``E-ADDRESS``.
    """
    listen: dict[str, Any] = (
        {"unix_socket": socket, "unix_socket_perms": "600"} if socket else {"host": host, "port": port}
    )
    set_aside()
    running.serve(
        app, told, threads=THREADS, channel_timeout=120, max_request_body_size=_MOST, inbuf_overflow=2 * _MOST,
        outbuf_overflow=2 * _MOST, **listen,
    )  # fmt: skip


def write_logs(level: Level) -> None:
    """Write a line of JSON on standard error for each event of this level and above, with the request's id and trace.

    ``info`` has a line for every request answered.
    """
    structlog.configure(
        processors=[with_request, _line],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.INFO if level == "info" else logging.WARNING
        ),
        logger_factory=structlog.WriteLoggerFactory(cast("TextIO", _Lossy(sys.stderr))),
        cache_logger_on_first_use=True,
    )


class _Lossy:
    """Lines that cannot be written, as the disk is full or nobody reads them, are lost: no deed fails for its log."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, line: str) -> None:
        with suppress(OSError, ValueError):
            self._file.write(line)

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            self._file.flush()


def _line(_: Any, level: str, values: MutableMapping[str, Any]) -> str:
    # What structlog's own processors write, one after the other, in one step.
    values["level"] = level
    values["timestamp"] = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    return _encode(values)
