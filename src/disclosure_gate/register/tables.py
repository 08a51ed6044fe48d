"""The register's tables. Nothing in them needs more than SQL that SQLite and PostgreSQL share."""

from __future__ import annotations

from sqlalchemy import DDL, Column, Integer, LargeBinary, MetaData, String, Table, event

metadata = MetaData()

record = Table(
    "record",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("event", String, nullable=False),
    Column("document_id", String, nullable=False, index=True),
    Column("envelope", LargeBinary, nullable=False),
    Column("hash", String(64), nullable=False),
)
clearance = Table(
    "clearance",
    metadata,
    Column("clearance_id", String, primary_key=True),
    Column("document_id", String, nullable=False, index=True),
    Column("data", LargeBinary, nullable=False),
    Column("used_seq", Integer, nullable=True),
)
document_state = Table(
    "document_state",
    metadata,
    Column("document_id", String, primary_key=True),
    Column("issuer", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("status", String, nullable=False),
    Column("state", String, nullable=False),
    Column("number", String, nullable=False),
    Column("content_digest", String, nullable=False),
    Column("seq", Integer, nullable=False),
)

# Append-only is the database's own promise too, not only this program's.
for action in ("UPDATE", "DELETE"):
    event.listen(
        record,
        "after_create",
        DDL(  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
            f"CREATE TRIGGER record_no_{action.lower()} BEFORE {action} ON record "
            "BEGIN SELECT RAISE(ABORT, 'the register is append-only'); END"
        ).execute_if(dialect="sqlite"),
    )
