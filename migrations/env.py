"""Alembic's environment. ``store.migrate`` gives it an open connection, so it knows no address itself."""

from alembic import context

from qbo_connector.store import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
