"""What Alembic runs: the steps, on the connection and in the transaction of store.open_store()."""

from alembic import context

from dashboard.db.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
