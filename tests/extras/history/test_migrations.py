"""The tables that the migrations make are those that the code names."""

from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from phonecom_events.history.database import Database
from phonecom_events.history.tables import metadata


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(
        connection, opts={"version_table": "phonecom_events_history"}
    )
    return list(compare_metadata(context, metadata))


async def test_migrations_make_the_tables_that_are_named(url: str) -> None:
    """A new database has each table, column and index of `tables`, and no others."""
    database = Database(url, create=True)
    await database.open()
    async with database.reading() as connection:
        differences = await connection.run_sync(_differences)
    await database.close()

    assert differences == []


async def test_opened_again_nothing_is_migrated(tmp_path: Path) -> None:
    """Opening a history that is up to date writes nothing to it."""
    path = tmp_path / "audits.db"
    for _ in range(2):
        database = Database(f"sqlite:///{path}", create=True)
        await database.open()
        await database.close()
        content = path.read_bytes()

    assert path.read_bytes() == content
