"""How documents stand in the column, and what the outbox takes first."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what is empty for the documents and deliveries of before."""
    for name in ("index_number", "validity", "valid_until"):
        op.add_column("document_state", sa.Column(name, sa.String, nullable=True))
    op.create_index("ux_document_state_index_number", "document_state", ["index_number"], unique=True)
    op.create_index("ix_document_state_valid_until", "document_state", ["valid_until"])
    op.add_column("outbox", sa.Column("urgency", sa.String, nullable=False, server_default="1:9999-12-31"))
    for name in ("first_try_at", "settled_at"):
        op.add_column("outbox", sa.Column(name, sa.String, nullable=True))
    op.add_column("outbox", sa.Column("overtaken", sa.Integer, nullable=False, server_default="0"))
    op.create_index("ix_outbox_urgency", "outbox", ["state", "urgency", "id"])
    op.create_index("ix_outbox_newest", "outbox", ["state", "id"])
