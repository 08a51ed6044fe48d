"""Plain documents, decisions and gates for tests; every test says what it changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from disclosure_gate import Document, Gate
from disclosure_gate.assembly import Parts, assemble, shipped
from disclosure_gate.column import Outbox
from disclosure_gate.register import Register

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
RULESETS = shipped("rulesets")


def data(**changes: Any) -> dict[str, Any]:
    """The JSON data of a proactive notice whose secrecy review is passed."""
    plain: dict[str, Any] = {
        "id": "doc-1",
        "title": "关于冬季供热的公告",
        "kind": "公告",
        "text": "现将冬季供热有关事项公告如下。",
        "issuer": {"name": "景明区人民政府办公室"},
        "formed_on": "2026-11-16",
        "facts": {"secrecy_review": "passed"},
        "proposed": {"status": "proactive"},
    }
    return plain | changes


def document(**changes: Any) -> Document:
    """See :func:`data`."""
    return Document.parse(data(**changes))


def decision(**changes: Any) -> dict[str, Any]:
    """A decision of three named roles."""
    return {"drafter": "拟稿人", "reviewer": "审核人", "signer": "签发人"} | changes


@cache
def parts() -> Parts:
    """The shipped rulesets without foreign plugins, read once for all gates of a process: nobody changes them."""
    return assemble(None, ())


def checking() -> Gate:
    """A gate over the shipped rulesets without foreign plugins that checks only, as :meth:`Gate.open` gives it."""
    return Gate(parts, parts(), "both", None, None, lambda: datetime.now(UTC), lambda: str(uuid4()))


def gate_with_register(
    place: Path | str, *, now: Callable[[], datetime] = lambda: NOW, **options: Any
) -> Gate:
    """A gate over the shipped rulesets with its register in a folder, or at a database's URL.

    With ``plugins`` or ``rulesets`` it reads everything itself.
    """
    url = place if isinstance(place, str) else f"sqlite:///{place / 'register.db'}"
    if options.keys() <= {"engine"}:
        register = Register.open(url)
        return Gate(
            parts,
            parts(),
            options.get("engine", "both"),
            register,
            Outbox(register.engine),
            now,
            lambda: str(uuid4()),
        )
    return Gate.open(register=url, plugins=options.pop("plugins", ()), now=now, **options)
