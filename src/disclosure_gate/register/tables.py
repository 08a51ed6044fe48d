"""All tables of the register's database. Nothing in them needs more than SQL that SQLite and PostgreSQL share.

A change here is a new file in ``migrations/versions`` as well; a test holds the two together.
"""

from __future__ import annotations

from sqlalchemy import DDL, BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table, event

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
# Where a determination is recorded, and whose it is. Made from the records; proves nothing by itself.
determination = Table(
    "determination",
    metadata,
    Column("determination_id", String, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("issuer", String, nullable=False),
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
    # How it stands in the column: its 索引号, whether it is in force and until when; none: in force, no end.
    Column("index_number", String, nullable=True),
    Column("validity", String, nullable=True),
    Column("valid_until", String, nullable=True),
    Index("ux_document_state_index_number", "index_number", unique=True),
    Index("ix_document_state_valid_until", "valid_until"),
)
outbox = Table(
    "outbox",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("key", String, nullable=False, index=True),
    Column("document_id", String, nullable=False, index=True),
    Column("audience", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("action", String, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("not_before", String, nullable=True),
    Column("due_on", String, nullable=True),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_try_at", String, nullable=False),
    Column("lease_until", String, nullable=True),
    Column("last_error", String, nullable=False),
    Column("receipt", String, nullable=False),
    # What comes first: withdrawals, then single documents, then bulk; each by the day it is due.
    Column("urgency", String, nullable=False, server_default="1:9999-12-31"),
    # When it was first tried, and when it was settled: on time or late, and whether its receiver works at all.
    Column("first_try_at", String, nullable=True),
    Column("settled_at", String, nullable=True),
    # Overtaken while a worker had it: not to be tried again.
    Column("overtaken", Integer, nullable=False, server_default="0"),
    Index("ix_outbox_state_due", "state", "due_on"),
    Index("ix_outbox_urgency", "state", "urgency", "id"),
    Index("ix_outbox_newest", "state", "id"),
)
api_key = Table(
    "api_key",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("organ", String, nullable=False),
    Column("role", String, nullable=False),
    Column("scopes", String, nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Column("created_at", String, nullable=False),
    Column("revoked_at", String, nullable=True),
)
# What was answered to a request that may come again; written in the transaction of what it answers.
answer = Table(
    "answer",
    metadata,
    Column("key_id", String, primary_key=True),
    Column("request_key", String, primary_key=True),
    Column("request_digest", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("at", String, nullable=False, index=True),
)

# Work in hand at the desk: who proposed, reviewed, signed what, and where it stands. The record of what was
# decided is `record`; these rows help people to get there.
desk_case = Table(
    "desk_case",
    metadata,
    Column("case_id", String, primary_key=True),
    Column("document_id", String, nullable=False, unique=True),
    Column("issuer", String, nullable=False, index=True),
    Column("title", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("domain", String, nullable=False),
    Column("state", String, nullable=False, index=True),
    Column("revision", Integer, nullable=False),
    Column("drafter_id", String, nullable=False, index=True),
    Column("drafter", String, nullable=False),
    Column("reviewer_id", String, nullable=False),
    Column("reviewer", String, nullable=False),
    Column("signer", String, nullable=False),
    Column("determined", String, nullable=False),
    Column("chosen", String, nullable=False),
    Column("held", String, nullable=False),
    Column("due_on", String, nullable=True),
    Column("clearance_id", String, nullable=False),
    Column("number", String, nullable=False),
    Column("created_at", String, nullable=False),
    Column("changed_at", String, nullable=False),
)
# The document itself, only while somebody still needs it.
desk_draft = Table(
    "desk_draft",
    metadata,
    Column("case_id", String, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)
desk_step = Table(
    "desk_step",
    metadata,
    Column("case_id", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("step", String, nullable=False),
    Column("by_id", String, nullable=False),
    Column("by_name", String, nullable=False),
    Column("role", String, nullable=False),
    Column("at", String, nullable=False),
    Column("note", String, nullable=False),
)
desk_session = Table(
    "desk_session",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("key_id", String, nullable=False, index=True),
    Column("began_at", String, nullable=False),
    Column("seen_at", String, nullable=False, index=True),
)

# INVARIANT P8: append-only is the database's own promise too, not only this program's.
APPEND_ONLY: dict[str, tuple[str, ...]] = {
    "sqlite": tuple(
        f"CREATE TRIGGER record_no_{name} BEFORE {action} BEGIN SELECT RAISE(ABORT, 'the register is append-only'); END"
        for name, action in (
            ("update", "UPDATE ON record"),
            ("delete", "DELETE ON record"),
            # INSERT OR REPLACE deletes without asking the trigger of DELETE.
            ("replace", "INSERT ON record WHEN EXISTS (SELECT 1 FROM record WHERE seq = NEW.seq)"),
        )
    ),
    "postgresql": (
        """CREATE FUNCTION record_append_only() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the register is append-only'; END $$""",
        """CREATE TRIGGER record_no_change BEFORE UPDATE OR DELETE ON record
        FOR EACH ROW EXECUTE FUNCTION record_append_only()""",
        """CREATE TRIGGER record_no_truncate BEFORE TRUNCATE ON record
        FOR EACH STATEMENT EXECUTE FUNCTION record_append_only()""",
    ),
}
for _dialect, _statements in APPEND_ONLY.items():
    for _statement in _statements:
        event.listen(
            record,
            "after_create",
            DDL(_statement).execute_if(dialect=_dialect),  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
        )
