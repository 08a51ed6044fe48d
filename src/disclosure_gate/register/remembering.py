"""What is remembered of a register outside it: an older copy in its place is noticed, and what was revoked stays revoked.

It lies beside the signing keys, in ``remembered.json``: by the hash of a register's first record a later record that was seen, and
the API keys that were seen revoked. Where that folder is put back from a copy too, nothing here can notice it: whoever keeps a
signed head elsewhere can, see ``register verify --head``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

from disclosure_gate.events import LogEvent, log
from disclosure_gate.model.errors import Flaw, RegisterError
from disclosure_gate.register.keys import ApiKeys
from disclosure_gate.register.ledger import Register

EVERY = 60.0
"""Seconds between two notes."""
_PATIENCE = 5.0  # seconds for the note that is being made when it is told to end


@dataclass(frozen=True, slots=True)
class _Seen:
    seq: int
    hash: str
    revoked: frozenset[str] = frozenset()


class Memory:
    """Of one register, in a folder that other registers, and other sidecars of this one, may share."""

    def __init__(self, folder: Path, register: Register, keys: ApiKeys) -> None:
        self._path = folder / "remembered.json"
        self._register = register
        self._keys = keys

    def compare(self, now: datetime) -> tuple[Flaw, ...]:
        """Hold the register against what was seen of it; keys that were seen revoked and are live are revoked once more.

        Returns:
            what somebody must look at: ``E-REGISTER-RESTORED``, ``E-KEY-REVIVED``, ``E-REMEMBERED``.

        Raises:
            RegisterError: ``E-REGISTER``, the register cannot be read.
        """
        told = self._compared(now)
        for each in told:
            log(LogEvent.RESTORED, code=each.code, got=each.got, expected=each.expected)
        return tuple(told)

    def _compared(self, now: datetime) -> list[Flaw]:
        first = self._register.hash_of(1)
        try:
            seen = self._read().get(first or "")
        except (RegisterError, ValueError) as error:  # to refuse to serve for that would make nobody safer
            return [Flaw("E-REMEMBERED", where=str(self._path), got=type(error).__name__)]
        if seen is None:
            return []
        told = []
        if self._register.hash_of(seen.seq) != seen.hash:
            seq, digest = self._register.head()
            told.append(
                Flaw(
                    "E-REGISTER-RESTORED",
                    got=f"{seq}:{digest[:12]}…",
                    expected=f"{seen.seq}:{seen.hash[:12]}…",
                )
            )
        revived = [each for each in sorted(seen.revoked) if self._keys.revoke(each, now)]
        if revived:
            told.append(Flaw("E-KEY-REVIVED", got=" ".join(revived)))
        return told

    def note(self) -> None:
        """Note where the register ends now, and which keys are revoked. Revoked ones are never forgotten.

        Raises:
            RegisterError: ``E-REGISTER``, something cannot be read, or written.
        """
        first = self._register.hash_of(1)
        if first is None:
            return
        seq, digest = self._register.head()
        revoked = frozenset(each.id for each in self._keys.all() if each.revoked_at is not None)
        known: dict[str, _Seen] = {}
        with suppress(ValueError):
            known = self._read()
        before = known.get(first)
        now = _Seen(seq, digest, revoked | (before.revoked if before else frozenset()))
        if now != before:
            self._write({**known, first: now})

    @contextmanager
    def kept_up(self, every: float = EVERY) -> Iterator[None]:
        """Note at the beginning, at the end, and every so many seconds meanwhile. What hinders that hinders no request."""
        ended = Event()

        def keep() -> None:
            told = False
            while True:
                try:
                    self.note()
                    told = False
                except RegisterError as error:
                    if not told:
                        log(LogEvent.STAGE_FAILED, document_id="", stage="remembering", error=error.code)
                    told = True
                if ended.wait(every):
                    break

        thread = Thread(target=keep, name="remembering", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join(_PATIENCE)
            if not thread.is_alive():
                with suppress(RegisterError):
                    self.note()

    def _read(self) -> dict[str, _Seen]:
        """What is remembered, by the hash of a register's first record.

        Raises:
            RegisterError: ``E-REGISTER``, the file cannot be read now.
            ValueError: something else is in it.
        """
        try:
            given = json.loads(self._path.read_bytes())
            return {first: _Seen(**{**each, "revoked": frozenset(each["revoked"])}) for first, each in given.items()}  # fmt: skip
        except (FileNotFoundError, NotADirectoryError):
            return {}
        except OSError as error:
            raise RegisterError("E-REGISTER", where=str(self._path), got=type(error).__name__) from error
        except (TypeError, AttributeError, KeyError) as error:
            raise ValueError(type(error).__name__) from error

    def _write(self, known: dict[str, _Seen]) -> None:
        said: dict[str, Any] = {
            first: {"seq": each.seq, "hash": each.hash, "revoked": sorted(each.revoked)}
            for first, each in known.items()
        }
        beside = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        try:
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                json.dump(said, file, indent=1, sort_keys=True)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self._path)
        except OSError as error:
            raise RegisterError("E-REGISTER", where=str(self._path), got=type(error).__name__) from error
