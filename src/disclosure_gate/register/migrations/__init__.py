"""The register's tables as they were before, and the steps between them (Alembic).

Each file in ``versions`` is one step. Records are never rewritten by a step: their bytes are the proof.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Engine

from disclosure_gate.register.database import lock_writers


def upgrade(engine: Engine, revision: str) -> bool:
    """Bring the tables to ``revision``; false where a newer program has made them."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    ScriptDirectory.from_config(config).get_revision(revision)
    with engine.begin() as connection:
        lock_writers(connection)  # of two sidecars started at once, the second finds the step taken
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, revision)
        except CommandError:
            return False
    return True
