"""SQLite's INSERT OR REPLACE cannot change a record either."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the trigger; PostgreSQL knows no such statement."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER record_no_replace BEFORE INSERT ON record "
            "WHEN EXISTS (SELECT 1 FROM record WHERE seq = NEW.seq) "
            "BEGIN SELECT RAISE(ABORT, 'the register is append-only'); END"
        )
