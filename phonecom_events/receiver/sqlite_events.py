"""What becomes of events in the file of an inbox, statement by statement.

Each function is part of a transaction that its caller begins and ends. States are
written out where they choose rows: a partial index is used only by a statement that
has its condition in it (https://sqlite.org/partialindex.html).
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from sqlite3 import Connection
from typing import Final

from .inbox import LeasedEvent, State

_MAX_NAME: Final = 200


def add_event(
    connection: Connection, source: str, body: bytes, keys: Sequence[str], now: float
) -> bool:
    """Keep an event, unless one of its keys is known; return whether it is new."""
    digests = [(source, _digest(key)) for key in keys]
    known = "SELECT 1 FROM event_key WHERE source = ? AND digest = ?"
    if any(connection.execute(known, digest).fetchone() for digest in digests):
        return False
    row = connection.execute(
        "INSERT INTO event (source, name, state, body, received_at)"
        " VALUES (?, ?, ?, ?, ?)",
        (source, _name(keys[-1]), State.WAITING, body, now),
    ).lastrowid
    for digest in dict.fromkeys(digests):
        connection.execute("INSERT INTO event_key VALUES (?, ?, ?)", (*digest, row))
    return True


def lease_events(
    connection: Connection, source: str, owner: str, limit: int, now: float
) -> list[LeasedEvent]:
    """Lease the oldest events that wait, those whose pause is over among them."""
    connection.execute(
        "UPDATE event SET state = ?, due_at = NULL"
        " WHERE state = 'paused' AND source = ? AND due_at <= ?",
        (State.WAITING, source, now),
    )
    rows = connection.execute(
        "SELECT id, body, attempts FROM event"
        " WHERE state = 'waiting' AND source = ? ORDER BY id LIMIT ?",
        (source, limit),
    ).fetchall()
    connection.executemany(
        "UPDATE event SET state = ?, owner = ? WHERE id = ?",
        [(State.LEASED, owner, id_) for id_, _, _ in rows],
    )
    return [
        LeasedEvent(id=id_, body=body, attempt=attempts + 1, owner=owner)
        for id_, body, attempts in rows
    ]


def next_due(connection: Connection, source: str) -> float | None:
    """Return when the next pause is over, in Unix seconds; None if there is none."""
    (due_at,) = connection.execute(
        "SELECT min(due_at) FROM event WHERE state = 'paused' AND source = ?", (source,)
    ).fetchone()
    return None if due_at is None else float(due_at)


def finish_event(connection: Connection, event: LeasedEvent, *, now: float) -> None:
    """Mark an event as done, and delete its body and its last error."""
    connection.execute(
        "UPDATE event SET state = ?, ended_at = ?, owner = NULL, body = NULL,"
        " error = NULL WHERE id = ? AND owner = ? AND state = 'leased'",
        (State.DONE, now, event.id, event.owner),
    )


def fail_event(
    connection: Connection,
    event: LeasedEvent,
    error: str,
    *,
    now: float,
    due_at: float | None,
) -> None:
    """Count an attempt that failed: try again at *due_at*, or never if it is None."""
    state = State.DEAD if due_at is None else State.PAUSED
    connection.execute(
        "UPDATE event SET state = ?, attempts = ?, error = ?, failed_at = ?, due_at = ?,"
        " owner = NULL WHERE id = ? AND owner = ? AND state = 'leased'",
        (state, event.attempt, error, now, due_at, event.id, event.owner),
    )


def renew_leases(
    connection: Connection, owner: str, *, lease: float, now: float
) -> None:
    """Renew the leases of *owner*, and end those of owners that have stopped doing so.

    Args:
        owner: who is alive.
        lease: seconds that this holds.
        now: of the monotonic clock, which is the same for all processes until the
            machine starts anew: a time far ahead of it is from before. One a little
            ahead is of a process that asked the clock later, and wrote earlier.
    """
    connection.execute(
        "INSERT OR REPLACE INTO owner VALUES (?, ?, ?)", (owner, now, lease)
    )
    connection.execute("DELETE FROM owner WHERE abs(? - renewed_at) >= lease", (now,))
    connection.execute(
        "UPDATE event SET state = 'waiting', owner = NULL"
        " WHERE state = 'leased' AND owner NOT IN (SELECT id FROM owner)"
    )


def release_event(connection: Connection, event: LeasedEvent) -> None:
    """Let others have an event that was leased and not handled."""
    connection.execute(
        "UPDATE event SET state = 'waiting', owner = NULL"
        " WHERE id = ? AND owner = ? AND state = 'leased'",
        (event.id, event.owner),
    )


def release_source(connection: Connection, source: str, owner: str) -> None:
    """Let others have all that *owner* has leased of a source."""
    connection.execute(
        "UPDATE event SET state = 'waiting', owner = NULL"
        " WHERE state = 'leased' AND owner = ? AND source = ?",
        (owner, source),
    )


def remove_owner(connection: Connection, owner: str) -> None:
    """Forget an owner that has nothing leased."""
    connection.execute("DELETE FROM owner WHERE id = ?", (owner,))


def purge_events(connection: Connection, before: float, limit: int) -> int:
    """Forget events that ended before a time, and so their keys; return how many.

    The oldest go first.
    """
    return connection.execute(
        "DELETE FROM event WHERE id IN (SELECT id FROM event"
        " WHERE ended_at IS NOT NULL AND ended_at < ? ORDER BY ended_at LIMIT ?)",
        (before, limit),
    ).rowcount


def _digest(key: str) -> bytes:
    """Give a key the same room however long the sender made it."""
    return blake2b(key.encode(errors="backslashreplace"), digest_size=16).digest()


def _name(key: str) -> str:
    # Lone surrogates, which JSON can spell, are no text for SQLite.
    return key[:_MAX_NAME].encode(errors="backslashreplace").decode()
