"""Canonical JSON (RFC 8785): one value, one sequence of bytes. What is hashed and signed is written this way."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

import rfc8785

# The standard library's encoder, in C, writes the same bytes but for two things: numbers that are no small whole ones,
# and the order of names where one holds a character beyond the basic plane. Where there may be such, the RFC's own
# algorithm in Python writes; it takes seven times as long.
_encode = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, check_circular=False, sort_keys=True, separators=(",", ":")
).encode
_PERHAPS_OTHER_NUMBERS = re.compile(r"[:,\[]-?\d+(?:[.eE]|(?<=\d{16}))")


def quoted(text: str) -> str:
    """A string as RFC 8785 writes it."""
    return _encode(text)


def canonical_words(data: Mapping[str, Any]) -> bytes:
    """As :func:`canonical`, of data whose names lie within the basic plane and whose only numbers are places and counts.

    What else would have to be looked for is known not to be there, and looking takes half as long as writing.

    Raises:
        ValueError: a lone surrogate.
    """
    return _encode(data).encode()


def canonical(data: Mapping[str, Any]) -> bytes:
    """The bytes of RFC 8785 for a JSON object; every name in it, at every depth, is a string.

    Raises:
        ValueError: not JSON: a whole number beyond ±2⁵³, NaN, a lone surrogate.
    """
    text = _encode(data)
    beyond_the_basic_plane = len(text.encode("utf-16-le")) != 2 * len(text)
    if beyond_the_basic_plane or _PERHAPS_OTHER_NUMBERS.search(text):
        return rfc8785.dumps(dict(data))
    return text.encode()


def digest_of(parts: Iterable[str]) -> str:
    """SHA-256 over several strings, unambiguously framed."""
    total = sha256()
    for part in parts:
        data = part.encode()
        total.update(len(data).to_bytes(8, "big") + data)
    return total.hexdigest()
