"""What Alembic runs to bring a database up to date, within a transaction it is given."""

from __future__ import annotations

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    version_table="phonecom_events_history",
    transactional_ddl=True,
)
context.run_migrations()
