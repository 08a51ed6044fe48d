"""API keys of business systems and people. Only hashes are stored; a key is shown once, when it is made."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from time import monotonic
from typing import Literal, TypeAlias, get_args

from sqlalchemy import Connection, Engine, insert, select, update

from disclosure_gate.register.database import told_as_register_error
from disclosure_gate.register.tables import api_key

Scope: TypeAlias = Literal["check", "clear", "issue", "withdraw", "validity", "read", "admin"]
SCOPES: tuple[Scope, ...] = get_args(Scope)

Role: TypeAlias = Literal["system", "drafter", "reviewer", "signer", "officer", "auditor", "admin"]
ROLES: Mapping[Role, frozenset[Scope]] = {
    "system": frozenset({"check", "clear", "issue", "withdraw", "validity", "read"}),
    "drafter": frozenset({"check"}),
    "reviewer": frozenset({"check", "read"}),
    "signer": frozenset({"check", "clear", "issue", "read"}),
    "officer": frozenset({"check", "withdraw", "validity", "read"}),
    "auditor": frozenset({"read"}),
    "admin": frozenset({"admin"}),
}
"""What a key may do by whose it is. ``system`` is a business system, which vouches for the people it names;
the others are people, and a key of theirs signs, and withdraws, for nobody but its holder (see ``service.access``)."""

_SECRET_BYTES = 32
KEPT_SECONDS = 1.0
"""How long a key that was found is not looked up again."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """One key: which system or person holds it, for which organ it speaks (``*``: all), and what it may do."""

    id: str
    name: str
    organ: str
    role: Role
    scopes: frozenset[str]
    created_at: str
    revoked_at: str | None


class ApiKeys:
    """The keys in the register's database."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = monotonic) -> None:
        """Begin.

        Args:
            engine: the register's database.
            clock: seconds; by it a key is looked up again ``KEPT_SECONDS`` after it was found.
        """
        self._engine = engine
        self._clock = clock
        self._found: dict[str, tuple[ApiKey, float]] = {}

    def create(
        self, name: str, organ: str, now: datetime, *, role: Role = "system", scopes: Iterable[Scope] = ()
    ) -> tuple[ApiKey, str]:
        """Make a key; returns it and the secret, which is not kept.

        Args:
            name: of the system or person.
            organ: for which it speaks, as documents name their issuer; ``*`` for every organ.
            now: the moment.
            role: whose key it is; gives it its scopes.
            scopes: instead of those of the role.
        """
        secret = f"dg_{secrets.token_urlsafe(_SECRET_BYTES)}"
        allowed = frozenset(scopes) or ROLES[role]
        key = ApiKey(secrets.token_hex(6), name, organ, role, allowed, now.astimezone(UTC).isoformat(), None)
        with self._writing() as connection:
            connection.execute(
                insert(api_key).values(
                    id=key.id,
                    name=name,
                    organ=organ,
                    role=role,
                    scopes=" ".join(sorted(key.scopes)),
                    hash=_hash(secret),
                    created_at=key.created_at,
                    revoked_at=None,
                )
            )
        return key, secret

    def find(self, secret: str) -> ApiKey | None:
        """The live key of a secret. The secret has 256 random bits: its hash is looked up as it is.

        A key that another process revokes is live here for at most ``KEPT_SECONDS`` more.
        """
        digest, now = _hash(secret), self._clock()
        known = self._found.get(digest)
        if known is not None and now < known[1]:
            return known[0]
        query = select(api_key).where(api_key.c.hash == digest, api_key.c.revoked_at.is_(None))
        with self._reading() as connection:
            row = connection.execute(query).first()
        if row is None:
            self._found.pop(digest, None)
            return None
        key = _key(row)
        self._found[digest] = (key, now + KEPT_SECONDS)
        return key

    def get(self, key_id: str) -> ApiKey | None:
        """The live key of an id."""
        query = select(api_key).where(api_key.c.id == key_id, api_key.c.revoked_at.is_(None))
        with self._reading() as connection:
            row = connection.execute(query).first()
        return _key(row) if row is not None else None

    def all(self) -> list[ApiKey]:
        """Every key ever made, oldest first."""
        with self._reading() as connection:
            return [_key(row) for row in connection.execute(select(api_key).order_by(api_key.c.created_at))]

    def revoke(self, key_id: str, now: datetime) -> bool:
        """End a key at once; false where there is no such live key."""
        with self._writing() as connection:
            done = connection.execute(
                update(api_key)
                .where(api_key.c.id == key_id, api_key.c.revoked_at.is_(None))
                .values(revoked_at=now.astimezone(UTC).isoformat())
            )
        self._found.clear()
        return bool(done.rowcount)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with told_as_register_error(), self._engine.execution_options(reading=True).connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with told_as_register_error(), self._engine.begin() as connection:
            yield connection


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _key(row: object) -> ApiKey:
    values = row._mapping  # type: ignore[attr-defined]  # noqa: SLF001  SQLAlchemy's public name for a row's mapping
    return ApiKey(
        values["id"],
        values["name"],
        values["organ"],
        values["role"],
        frozenset(values["scopes"].split()),
        values["created_at"],
        values["revoked_at"],
    )
