"""Where a served sidecar's events go: one line of JSON each on standard error, with the request's id and trace."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any, Literal

import structlog

Level = Literal["info", "warning"]
_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False, default=str).encode


def write_logs(level: Level) -> None:
    """Write events of this level and above; ``info`` has a line for every request answered."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.JSONRenderer(serializer=_written),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.INFO if level == "info" else logging.WARNING
        ),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def _written(event: Any, **_: Any) -> str:
    return _encode(event)
