"""An SQLite inbox in a folder of its own, and what is in its file."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import Any

from phonecom_events.receiver import EventQueue, SqliteInbox


@asynccontextmanager
async def opened(
    path: Path, *, source: str = "phonecom", **options: Any
) -> AsyncIterator[EventQueue]:
    """Open an inbox, and close it in the end."""
    queue = await SqliteInbox(path, **options).open(source)
    try:
        yield queue
    finally:
        await queue.close()


async def put(queue: EventQueue, *keys: str) -> None:
    """Put an event for each key, whose body is the key."""
    for key in keys:
        assert await queue.put(key.encode(), [key])


@contextmanager
def connected(path: Path) -> Iterator[sqlite3.Connection]:
    """Look into a file as any other program would."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.row_factory = sqlite3.Row
        yield connection


def rows(path: Path) -> list[dict[str, Any]]:
    """Return all events in a file, oldest first."""
    with connected(path) as connection:
        found = connection.execute("SELECT * FROM event ORDER BY id").fetchall()
        return [dict(row) for row in found]


def states(path: Path) -> dict[str, str]:
    """Return the state of each event, by its name."""
    return {row["name"]: row["state"] for row in rows(path)}
