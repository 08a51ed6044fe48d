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
from tempfile import mkstemp
from threading import Event, Thread
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from disclosure_gate.events import LogEvent, log
from disclosure_gate.model.errors import Flaw, RegisterError
from disclosure_gate.register.keys import ApiKeys
from disclosure_gate.register.ledger import Register

EVERY = 60.0
"""Seconds between two notes."""
_PATIENCE = 5.0  # seconds for the note that is being made when it is told to end


@dataclass(frozen=True, slots=True)
class _Seen:
    seq: Annotated[int, Field(ge=1, lt=2**31)]
    hash: str
    revoked: frozenset[str]


_KNOWN = TypeAdapter(dict[str, _Seen])


class Memory:
    """Of one register, in a folder that other registers, and other sidecars of this one, may share."""

    def __init__(self, folder: Path, register: Register, keys: ApiKeys) -> None:
        self._path = folder / "remembered.json"
        self._register = register
        self._keys = keys
        self._accepted = ""  # the record whose absence was told on starting
        self._logged = ""  # the one whose absence was noticed meanwhile

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
        told = self._restored(seen)
        if told:
            self._accepted = seen.hash
        revived = [each for each in sorted(seen.revoked) if self._keys.revoke(each, now)]
        if revived:
            told.append(Flaw("E-KEY-REVIVED", got=" ".join(revived)))
        return told

    def _restored(self, seen: _Seen) -> list[Flaw]:
        if self._register.hash_of(seen.seq) == seen.hash:
            return []
        seq, digest = self._register.head()
        got, expected = f"{seq}:{digest[:12]}…", f"{seen.seq}:{seen.hash[:12]}…"
        return [Flaw("E-REGISTER-RESTORED", got=got, expected=expected)]

    def note(self) -> None:
        """Note where the register ends now, and which keys are revoked. Revoked ones are never forgotten.

        A register that was put back since it was compared is logged, and stays to be told on the next start.

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
        if before is not None:
            revoked |= before.revoked
            restored = self._restored(before) if before.hash != self._accepted else []
            for each in restored if before.hash != self._logged else ():
                log(LogEvent.RESTORED, code=each.code, got=each.got, expected=each.expected)
            if restored:
                self._logged = before.hash
                seq, digest = before.seq, before.hash
        now = _Seen(seq, digest, revoked)
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
            return _KNOWN.validate_json(self._path.read_bytes(), strict=True)
        except (FileNotFoundError, NotADirectoryError):
            return {}
        except OSError as error:
            raise RegisterError("E-REGISTER", where=str(self._path), got=type(error).__name__) from error

    def _write(self, known: dict[str, _Seen]) -> None:
        said: dict[str, Any] = {
            first: {"seq": each.seq, "hash": each.hash, "revoked": sorted(each.revoked)}
            for first, each in known.items()
        }
        try:
            # Sidecars in containers all have one process number: the name is nobody else's, the mode 0600.
            opened, beside = mkstemp(dir=self._path.parent, prefix=f".{self._path.name}.")
            try:
                with os.fdopen(opened, "w") as file:
                    json.dump(said, file, indent=1, sort_keys=True)
                    file.flush()
                    os.fsync(file.fileno())
                Path(beside).replace(self._path)
            except OSError:
                with suppress(OSError):
                    Path(beside).unlink()
                raise
        except OSError as error:
            raise RegisterError("E-REGISTER", where=str(self._path), got=type(error).__name__) from error
