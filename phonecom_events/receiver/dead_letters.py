"""What a person sees in the file of an inbox, and does about its dead letters."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from attrs import frozen

from ..converter import IsoTime
from ..errors import InboxUnavailable
from .inbox import State
from .sqlite_file import InboxFile, NotAnInbox, reason

_BUSY_TIMEOUT: Final = 3.0


@frozen(kw_only=True)
class InboxState:
    """Say how many events of a source have come so far.

    Attributes:
        source: whose they are.
        state: see `State`.
        count: how many.
        oldest: when the first of them was received, in UTC.
        last_failed_at: when a handler failed last for one of them, in UTC.
        last_error: what it raised then.
    """

    source: str
    state: State
    count: int
    oldest: IsoTime
    last_failed_at: IsoTime | None
    last_error: str | None


@frozen(kw_only=True)
class DeadLetter:
    """Describe an event whose handler has failed for the last time.

    Attributes:
        id: the inbox's own.
        source: whose it is.
        event: the id that its vendor gave it, cut if that is long.
        received_at, failed_at: in UTC.
        attempts: how often its handler was called.
        error: what that raised the last time.
    """

    id: int
    source: str
    event: str
    received_at: IsoTime
    attempts: int
    failed_at: IsoTime
    error: str


@contextmanager
def inbox_file(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the file of an inbox, which receivers may be using, for one transaction.

    Raises:
        InboxUnavailable: it is not there, no inbox, broken or locked.
    """
    problem = ""
    try:
        file = InboxFile.open(
            path.absolute(), busy_timeout=_BUSY_TIMEOUT, make_tables=False
        )
        try:
            with file.transaction() as connection:
                yield connection
        finally:
            file.close()
    except (sqlite3.Error, OSError, NotAnInbox) as error:
        problem = reason(error)
    if problem:
        raise InboxUnavailable(f"cannot use the inbox {path}: {problem}")


def inbox_states(connection: sqlite3.Connection) -> list[InboxState]:
    """Count the events of each source by their state."""
    groups = connection.execute(
        "SELECT source, state, count(*), min(received_at) FROM event"
        " GROUP BY source, state"
    ).fetchall()
    order = list(State)
    groups.sort(key=lambda group: (group[0], order.index(State(group[1]))))
    return [
        InboxState(
            source=source,
            state=State(state),
            count=count,
            oldest=_time(oldest),
            last_failed_at=None if failed_at is None else _time(failed_at),
            last_error=error,
        )
        for source, state, count, oldest in groups
        for failed_at, error in [_last_error(connection, source, state)]
    ]


def dead_letters(connection: sqlite3.Connection) -> list[DeadLetter]:
    """Return all dead letters, oldest first."""
    rows = connection.execute(
        "SELECT id, source, name, received_at, attempts, failed_at, error FROM event"
        " WHERE state = 'dead' ORDER BY id"
    )
    return [
        DeadLetter(
            id=id_,
            source=source,
            event=name,
            received_at=_time(received_at),
            attempts=attempts,
            failed_at=_time(failed_at),
            error=error,
        )
        for id_, source, name, received_at, attempts, failed_at, error in rows
    ]


def retry_dead_letters(connection: sqlite3.Connection, ids: Collection[int]) -> int:
    """Put dead letters back, with all attempts before them, and return how many.

    Args:
        ids: of those that are meant; none at all means every one.
    """
    return _change(
        connection, "UPDATE event SET state = 'waiting', attempts = 0", (), ids
    )


def drop_dead_letters(
    connection: sqlite3.Connection, ids: Collection[int], *, now: float
) -> int:
    """Give dead letters up, delete their bodies, and return how many they were."""
    return _change(
        connection,
        "UPDATE event SET state = 'dropped', body = NULL, error = NULL, ended_at = ?",
        (now,),
        ids,
    )


def _change(
    connection: sqlite3.Connection,
    update: str,
    values: Sequence[float],
    ids: Collection[int],
) -> int:
    if not ids:
        return connection.execute(f"{update} WHERE state = 'dead'", values).rowcount
    return sum(
        connection.execute(
            f"{update} WHERE state = 'dead' AND id = ?", (*values, id_)
        ).rowcount
        for id_ in set(ids)
    )


def _last_error(
    connection: sqlite3.Connection, source: str, state: str
) -> tuple[float | None, str | None]:
    found: tuple[float | None, str | None] | None = connection.execute(
        "SELECT failed_at, error FROM event WHERE source = ? AND state = ?"
        " AND error IS NOT NULL ORDER BY failed_at DESC, id DESC LIMIT 1",
        (source, state),
    ).fetchone()
    return found or (None, None)


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
