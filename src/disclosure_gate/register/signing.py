"""Ed25519 keys of one gate, and what they sign: clearances as compact JWS (RFC 7515, RFC 8037).

A business system verifies a clearance offline with the public key alone; see :func:`verified`.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from threading import Lock
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from disclosure_gate.model.canonical import canonical
from disclosure_gate.model.errors import InputError, RegisterError

_SUFFIX = ".ed25519.pem"


class SigningKeys:
    """The private keys in a folder. The newest signs; older ones still verify what they signed."""

    def __init__(self, keys: Mapping[str, Ed25519PrivateKey], newest: str, folder: Path) -> None:
        self._keys = dict(keys)
        self.newest = newest
        self._folder = folder
        self._catching_up = Lock()
        self._known = frozenset[tuple[str, int]]()  # files that were looked at, as they were then

    @classmethod
    def open(cls, folder: Path) -> SigningKeys:
        """Read the keys of a folder; the first is made where there is none, by one of those who start at once.

        Raises:
            RegisterError: ``E-REGISTER`` where the folder cannot be used or a file is no key.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            files = sorted(folder.glob(f"*{_SUFFIX}"))
            if not files:
                with suppress(FileExistsError):
                    _make(folder, 1)
                files = sorted(folder.glob(f"*{_SUFFIX}"))
            loaded = [_loaded(path) for path in files]
        except (OSError, ValueError, TypeError) as error:  # the last, where it has a password
            raise RegisterError("E-REGISTER", where=str(folder), got=type(error).__name__) from error
        return cls({_kid(key.public_key()): key for key in loaded}, _kid(loaded[-1].public_key()), folder)

    @staticmethod
    def present(folder: Path) -> bool:
        """Whether there is a key in a folder."""
        return any(folder.glob(f"*{_SUFFIX}"))

    @classmethod
    def rotate(cls, folder: Path) -> SigningKeys:
        """Make a new key that signs from now on; the old ones stay to verify.

        Raises:
            InputError: ``E-FILE``, no key is there to be followed by another.
            RegisterError: as :meth:`open`; or another was made at this moment.
        """
        if not cls.present(folder):
            raise InputError("E-FILE", where=str(folder), expected=f"{folder}/*{_SUFFIX}")
        cls.open(folder)
        numbers = [
            int(name)
            for path in folder.glob(f"*{_SUFFIX}")
            if (name := path.name.removesuffix(_SUFFIX)).isdecimal()
        ]
        try:
            _make(folder, max(numbers, default=0) + 1)
        except OSError as error:
            raise RegisterError("E-REGISTER", where=str(folder), got=type(error).__name__) from error
        return cls.open(folder)

    def catch_up(self) -> None:
        """Take in keys that were made since, to verify with: sidecars that share a folder are not started again at one moment.

        Which one signs stays. What cannot be read is left out: what it signed is refused, as before.
        """
        with self._catching_up, suppress(OSError):
            files = self._folder.glob(f"*{_SUFFIX}")
            found = frozenset((path.name, path.stat().st_ctime_ns) for path in files)
            for name, _ in sorted(found - self._known):
                with suppress(OSError, ValueError, TypeError):
                    key = _loaded(self._folder / name)
                    self._keys = {**self._keys, _kid(key.public_key()): key}
            self._known = found

    def sign(self, payload: Mapping[str, Any]) -> str:
        """A compact JWS over the canonical JSON of ``payload``."""
        header = canonical({"alg": "EdDSA", "kid": self.newest, "typ": "JWT"})
        body = f"{_encoded(header)}.{_encoded(canonical(dict(payload)))}"
        return f"{body}.{_encoded(self._keys[self.newest].sign(body.encode()))}"

    def sign_head(self, seq: int, digest: str, at: datetime) -> str:
        """A token that says: at this moment the register ended with this record."""
        return self.sign(
            {"register_head": {"seq": seq, "hash": digest}, "at": at.astimezone(UTC).isoformat()}
        )

    def jwks(self) -> dict[str, Any]:
        """The public keys (RFC 7517)."""
        return {
            "keys": [
                {
                    "kty": "OKP",
                    "crv": "Ed25519",
                    "use": "sig",
                    "alg": "EdDSA",
                    "kid": kid,
                    "x": _encoded(_raw(key.public_key())),
                }
                for kid, key in sorted(self._keys.items())
            ]
        }


def verified(token: str, jwks: Mapping[str, Any]) -> dict[str, Any] | None:
    """What a token says, or ``None`` unless one of ``jwks`` signed exactly it."""
    try:
        header_part, payload_part, signature = token.split(".")
        header = json.loads(_decoded(header_part))
        if header.get("alg") != "EdDSA":
            return None
        for key in jwks["keys"]:
            if key.get("kid") == header.get("kid") and key.get("crv") == "Ed25519":
                public = Ed25519PublicKey.from_public_bytes(_decoded(key["x"]))
                public.verify(_decoded(signature), f"{header_part}.{payload_part}".encode())
                payload: dict[str, Any] = json.loads(_decoded(payload_part))
                return payload
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, InvalidSignature):
        return None
    return None


def head_of(token: str, jwks: Mapping[str, Any]) -> tuple[int, str] | None:
    """Number and hash of the record a signed head names, or ``None`` if it is not one of ours."""
    said = verified(token, jwks) or {}
    head = said.get("register_head")
    if not isinstance(head, dict):
        return None
    seq, digest = head.get("seq"), head.get("hash")
    return (seq, digest) if isinstance(seq, int) and isinstance(digest, str) else None


def _make(folder: Path, number: int) -> None:
    """Make a key file, readable by its owner only, on disk before it is used, and whole from the moment it has its name.

    Raises:
        FileExistsError: there is one of this number.
    """
    data = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    whole = folder / f".{token_hex(8)}"
    try:
        _write(whole, data)
        named = whole.with_name(f"{number:04d}{_SUFFIX}")
        try:
            named.hardlink_to(whole)
        except FileExistsError:
            raise
        except (
            OSError
        ):  # a share or a disk that knows one name for a file: whole as far as one write makes it
            _write(named, data)
    finally:
        whole.unlink(missing_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write(path: Path, data: bytes) -> None:
    """A new file of its owner's only, on the disk."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _loaded(path: Path) -> Ed25519PrivateKey:
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(path.name)  # noqa: TRY004  told as a bad file, see open
    return key


def _kid(public: Ed25519PublicKey) -> str:
    """The key's thumbprint (RFC 7638)."""
    return _encoded(sha256(canonical({"crv": "Ed25519", "kty": "OKP", "x": _encoded(_raw(public))})).digest())


def _raw(public: Ed25519PublicKey) -> bytes:
    return public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if _encoded(data) != text:  # one token has one spelling
        raise ValueError("base64url without padding")
    return data
