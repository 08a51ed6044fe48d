"""What is logged: named events with bound values, none of them content (P7).

``docs/events.md`` is made from this list.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping, MutableMapping
from contextvars import ContextVar
from enum import StrEnum
from typing import Any


class LogEvent(StrEnum):
    """Every event the product logs. The comment says which values come with it."""

    CHECKED = "checked"  # document_id, status, held
    SECRET_MARK = "secret_mark"  # document_id; nothing else is known of it on purpose  # noqa: S105
    CLEARED = "cleared"  # document_id, status, departure
    ISSUED = "issued"  # document_id, status, version, items
    WITHDRAWN = "withdrawn"  # document_id, version
    VALIDITY = "validity"  # document_id, version, validity
    ENGINES_DIFFER = "engines_differ"  # document_id, rules: an alarm
    PLUGIN_FAILED = "plugin_failed"  # document_id, plugin, how
    STAGE_FAILED = "stage_failed"  # document_id, stage, error
    RELOADED = "reloaded"  # changed: whether any ruleset differs from before
    RESTORED = "restored"  # code, got, expected: the register is an older one than was known of it, a revoked key was live, or nothing is known any more
    ANSWERED = "answered"  # route, method, status, ms; with request_id and trace_id bound
    DELIVERED = "delivered"  # key, version, publisher
    DELIVERY_FAILED = "delivery_failed"  # key, version, publisher, code, attempts


_ALARMS = {LogEvent.ENGINES_DIFFER, LogEvent.SECRET_MARK, LogEvent.RESTORED}
_WARNINGS = {LogEvent.PLUGIN_FAILED, LogEvent.STAGE_FAILED, LogEvent.DELIVERY_FAILED}


_request: ContextVar[Mapping[str, str]] = ContextVar("request", default={})  # noqa: B039  never changed in place
_last: tuple[Any, Any, Any] = (None, None, None)  # a structlog logger, and what it was configured with


def name_request(**names: str) -> None:
    """Give the request that begins in this thread its names: every event logged while it runs tells them."""
    _request.set(names)


def with_request(_: Any, __: str, values: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The names of the request beside an event's values; a processor of structlog."""
    for name, value in _request.get().items():
        values.setdefault(name, value)
    return values


def log(event: LogEvent, **values: Any) -> None:
    """Log one event. Alarms are errors, failures are warnings, the rest is information.

    An application that has configured structlog gets structured events. One that has not gets them
    through the standard library's ``disclosure_gate`` logger, silent below warnings by default.
    """
    level = logging.ERROR if event in _ALARMS else logging.WARNING if event in _WARNINGS else logging.INFO
    if "structlog" in sys.modules:  # who has configured it has loaded it, which takes a tenth of a second
        import structlog  # noqa: PLC0415

        if structlog.is_configured():
            _structured(structlog).log(level, event.value, **values)
            return
    told = " ".join(f"{name}={value}" for name, value in values.items())
    logging.getLogger("disclosure_gate").log(level, "%s %s", event.value, told)


def _structured(structlog: Any) -> Any:
    """A logger as structlog is configured now. Making one takes longer than writing a line: the last one is kept."""
    global _last  # noqa: PLW0603  of the process, as structlog's configuration is
    config = structlog.get_config()
    logger, processors, wrapper = _last
    if processors is not config["processors"] or wrapper is not config["wrapper_class"]:
        logger = structlog.get_logger("disclosure_gate").bind()
        _last = logger, config["processors"], config["wrapper_class"]
    return logger
