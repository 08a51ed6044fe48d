"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_APPEND_ONLY = {
    "sqlite": (
        "CREATE TRIGGER record_no_update BEFORE UPDATE ON record BEGIN SELECT RAISE(ABORT, 'the register is append-only'); END",
        "CREATE TRIGGER record_no_delete BEFORE DELETE ON record BEGIN SELECT RAISE(ABORT, 'the register is append-only'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION record_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the register is append-only'; END $$",
        "CREATE TRIGGER record_no_change BEFORE UPDATE OR DELETE ON record FOR EACH ROW EXECUTE FUNCTION record_append_only()",
        "CREATE TRIGGER record_no_truncate BEFORE TRUNCATE ON record FOR EACH STATEMENT EXECUTE FUNCTION record_append_only()",
    ),
}


def upgrade() -> None:
    """Make every table, and what keeps records as they are."""
    op.create_table(
        "record",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("event", sa.String, nullable=False),
        sa.Column("document_id", sa.String, nullable=False, index=True),
        sa.Column("envelope", sa.LargeBinary, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    for statement in _APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)
    op.create_table(
        "determination",
        sa.Column("determination_id", sa.String, primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("issuer", sa.String, nullable=False),
    )
    op.create_table(
        "clearance",
        sa.Column("clearance_id", sa.String, primary_key=True),
        sa.Column("document_id", sa.String, nullable=False, index=True),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("used_seq", sa.Integer, nullable=True),
    )
    op.create_table(
        "document_state",
        sa.Column("document_id", sa.String, primary_key=True),
        sa.Column("issuer", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("content_digest", sa.String, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("key", sa.String, nullable=False, index=True),
        sa.Column("document_id", sa.String, nullable=False, index=True),
        sa.Column("audience", sa.String, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("action", sa.String, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("not_before", sa.String, nullable=True),
        sa.Column("due_on", sa.String, nullable=True),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_try_at", sa.String, nullable=False),
        sa.Column("lease_until", sa.String, nullable=True),
        sa.Column("last_error", sa.String, nullable=False),
        sa.Column("receipt", sa.String, nullable=False),
        sa.Index("ix_outbox_state_due", "state", "due_on"),
    )
    op.create_table(
        "api_key",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("organ", sa.String, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("scopes", sa.String, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False, unique=True),
        sa.Column("created_at", sa.String, nullable=False),
        sa.Column("revoked_at", sa.String, nullable=True),
    )
    op.create_table(
        "answer",
        sa.Column("key_id", sa.String, primary_key=True),
        sa.Column("request_key", sa.String, primary_key=True),
        sa.Column("request_digest", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.String, nullable=False, index=True),
    )
