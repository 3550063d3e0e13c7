"""How Alembic reaches the database: over the connection it is handed, inside its transaction."""

from alembic import context

from ingest.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,  # SQLite rolls back DDL too, since we begin its transactions ourselves
)
with context.begin_transaction():
    context.run_migrations()
