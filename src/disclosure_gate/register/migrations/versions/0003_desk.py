"""Work in hand at the desk, and its sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the desk's tables."""
    op.create_table(
        "desk_case",
        sa.Column("case_id", sa.String, primary_key=True),
        sa.Column("document_id", sa.String, nullable=False, unique=True),
        sa.Column("issuer", sa.String, nullable=False, index=True),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("domain", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False, index=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("drafter_id", sa.String, nullable=False, index=True),
        sa.Column("drafter", sa.String, nullable=False),
        sa.Column("reviewer_id", sa.String, nullable=False),
        sa.Column("reviewer", sa.String, nullable=False),
        sa.Column("signer", sa.String, nullable=False),
        sa.Column("determined", sa.String, nullable=False),
        sa.Column("chosen", sa.String, nullable=False),
        sa.Column("held", sa.String, nullable=False),
        sa.Column("due_on", sa.String, nullable=True),
        sa.Column("clearance_id", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("created_at", sa.String, nullable=False),
        sa.Column("changed_at", sa.String, nullable=False),
    )
    op.create_table(
        "desk_draft",
        sa.Column("case_id", sa.String, primary_key=True),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "desk_step",
        sa.Column("case_id", sa.String, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("step", sa.String, nullable=False),
        sa.Column("by_id", sa.String, nullable=False),
        sa.Column("by_name", sa.String, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("note", sa.String, nullable=False),
    )
    op.create_table(
        "desk_session",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("key_id", sa.String, nullable=False, index=True),
        sa.Column("began_at", sa.String, nullable=False),
        sa.Column("seen_at", sa.String, nullable=False, index=True),
    )
