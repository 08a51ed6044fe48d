"""Admit a clearance to the OA's PostgreSQL: the one program that connects as the role `gate_verifier`.

    python verifier.py clearance.jws --keys jwks.json --database postgresql://gate_verifier@host/oa

The token is what the gate gave on clearing; the keys are the gate's /.well-known/jwks.json, kept from before. Only what
one of the keys signed, and what is not expired, is admitted; whether it is of the row's content the database itself
checks when the row is marked issued (postgresql.sql). To admit one again changes nothing. Exit code 0: admitted. 1: refused.
"""

import argparse
import json
import sys
from pathlib import Path

import psycopg

from disclosure_gate.client import clearance_of
from disclosure_gate.model.errors import IssueRefused


def main() -> int:
    options = argparse.ArgumentParser(description="Admit a clearance.")
    options.add_argument("token", type=Path, help="file with the signed clearance")
    options.add_argument("--keys", type=Path, required=True, help="the gate's public keys: a JWKS file")
    options.add_argument("--database", required=True)
    given = options.parse_args()
    try:
        clearance = clearance_of(given.token.read_text().strip(), json.loads(given.keys.read_text()))
    except IssueRefused as refused:
        print("\n".join(refused.messages()), file=sys.stderr)
        return 1
    with psycopg.connect(given.database) as connection:
        connection.execute(
            "INSERT INTO gate.clearance (clearance_id, document_id, content_digest, issuer, status, expires_on) "
            "VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            (
                clearance.clearance_id,
                clearance.document_id,
                clearance.content_digest,
                clearance.issuer.name,
                clearance.status.value,
                clearance.expires_on,
            ),
        )
    print(clearance.clearance_id)
    return 0


if __name__ == "__main__":
    sys.exit(main())
