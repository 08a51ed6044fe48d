"""How Alembic runs a step: on the connection it is handed, in that connection's transaction."""

from alembic import context

from disclosure_gate.register.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
