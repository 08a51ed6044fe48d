"""Verify an exported register without any of the gate's own code.

    python verify_register.py register.jsonl --keys jwks.json [--head TOKEN]

The export is `disclosure-gate register export`; the keys are the gate's /.well-known/jwks.json, best fetched on another
day by another way than the export. Needs Python 3.11 and, to check signatures, the package `cryptography`.

What is checked, and nothing else:

1. Line by line, the SHA-256 of the envelope's exact text is the hash that stands beside it.
2. Each envelope names its own number, which grows by one from 1, and the hash of the envelope before it (64 zeros for
   the first). So nothing was changed, removed or put in another order without changing every hash after it.
3. The last line is a signed head: it names the last number and hash. So nothing was cut off after it was signed, and
   only the holder of the key can have made this chain.
4. Every head kept from earlier days (--head, as often as there are heads) names a record that is still there.

Exit code 0: all of it holds. 1: it does not; every fault is printed with its record.
"""

import argparse
import base64
import hashlib
import json
import sys
from typing import Any


def main() -> int:
    options = argparse.ArgumentParser(description="Verify an exported register.")
    options.add_argument("export", help="the JSON lines of `register export`")
    options.add_argument("--keys", required=True, help="the public keys: a JWKS file")
    options.add_argument("--head", action="append", default=[], help="a signed head kept from earlier")
    given = options.parse_args()

    faults: list[str] = []
    with open(given.keys, encoding="utf-8") as file:
        keys = {key["kid"]: key["x"] for key in json.load(file)["keys"] if key.get("crv") == "Ed25519"}
    hashes, signed = read_chain(given.export, faults)

    for name, token in [("last line", signed), *(("--head", token) for token in given.head)]:
        head = signed_head(token, keys)
        if head is None:
            faults.append(f"{name}: no head, or not signed by any of the keys")
        elif head["seq"] > len(hashes):
            faults.append(f"{name}: record {head['seq']} was there when this head was signed; it is gone")
        elif head["seq"] and hashes[head["seq"] - 1] != head["hash"]:
            faults.append(f"{name}: record {head['seq']} is not the record this head was signed over")
        elif name == "last line" and head["seq"] != len(hashes):
            faults.append(f"{name}: the head is of record {head['seq']}, the export ends with {len(hashes)}")

    for fault in faults:
        print(f"FAULT  {fault}")
    print(f"{'NOT VALID' if faults else 'VALID'}  {len(hashes)} records")
    return 1 if faults else 0


def read_chain(path: str, faults: list[str]) -> tuple[list[str], str]:
    """The hashes of all records, and the signed head of the last line."""
    hashes: list[str] = []
    signed = ""
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            try:
                data = json.loads(line)
                if "head" in data:
                    signed = data["head"]
                    continue
                if signed:
                    faults.append(f"line {number}: a record after the signed head")
                envelope, inside = data["envelope"], json.loads(data["envelope"])
                expected = len(hashes) + 1
                before = hashes[-1] if hashes else "0" * 64
                if hashlib.sha256(envelope.encode()).hexdigest() != data["hash"]:
                    faults.append(f"record {expected}: changed, its text does not match its hash")
                if inside["seq"] != expected:
                    faults.append(f"record {expected}: missing or out of order, here stands {inside['seq']}")
                if inside["prev"] != before:
                    faults.append(f"record {expected}: does not follow from the record before it")
                hashes.append(data["hash"])
            except (ValueError, KeyError, TypeError) as error:
                faults.append(f"line {number}: unreadable ({type(error).__name__})")
    return hashes, signed


def signed_head(token: str, keys: dict[str, str]) -> dict[str, Any] | None:
    """What a signed head says (compact JWS, EdDSA), or None unless one of the keys signed exactly it."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        header, payload, signature = token.split(".")
        said = json.loads(decoded(header))
        if said["alg"] != "EdDSA":
            return None
        key = Ed25519PublicKey.from_public_bytes(decoded(keys[said["kid"]]))
        key.verify(decoded(signature), f"{header}.{payload}".encode())
        head: dict[str, Any] = json.loads(decoded(payload))["register_head"]
        return head if isinstance(head["seq"], int) and isinstance(head["hash"], str) else None
    except (ValueError, KeyError, TypeError, InvalidSignature):
        return None


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


if __name__ == "__main__":
    sys.exit(main())
