"""The inbox commands, on files that receivers have left and on one that is in use."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import sqlite3
from pathlib import Path

import pytest

from phonecom_events.receiver import EventQueue, SqliteInbox

from ..receiver.inboxes import connected, opened, put, rows, states
from .conftest import Cli

NOW = 1_790_000_000.0


async def take(queue: EventQueue) -> str:
    async with asyncio.timeout(20):
        event = await queue.take()
    assert event is not None
    return event.body.decode()


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    """Return an inbox with an event in every state but one, at a known time."""
    path = tmp_path / "inbox.db"
    inbox = SqliteInbox(path, attempts=2, backoff=60, clock=lambda: NOW)
    queue, linq = await inbox.open("phonecom"), await inbox.open("linq")
    await put(linq, "l-1")
    await put(queue, "a", "b", "paused", "done", "waiting")
    events = [await queue.take() for _ in range(4)]
    for event, attempt in zip(events, (2, 2, 1, 0), strict=True):
        assert event is not None
        if attempt == 0:
            await queue.finish(event)
        else:
            tried = type(event)(
                id=event.id, body=b"", attempt=attempt, owner=event.owner
            )
            await queue.fail(tried, f"ValueError: no disk for {event.body.decode()}")
    await queue.close()
    await linq.close()
    return path


async def test_shows_how_far_events_have_come(cli: Cli, path: Path) -> None:
    """A line for each source and state, with its oldest event and its last error."""
    result = await cli("inbox", "show", path)

    assert result.code == 0
    assert [line.split()[:3] for line in result.out.splitlines()] == [
        ["source", "state", "count"],
        ["linq", "waiting", "1"],
        ["phonecom", "waiting", "1"],
        ["phonecom", "paused", "1"],
        ["phonecom", "dead", "2"],
        ["phonecom", "done", "1"],
    ]
    assert result.out.splitlines()[4].endswith(
        "2026-09-21 14:13Z  2026-09-21 14:13Z  ValueError: no disk for b"
    )


async def test_shows_it_in_every_format(cli: Cli, path: Path) -> None:
    """JSON, NDJSON and CSV say the same."""
    as_json = json.loads((await cli("inbox", "show", path, "--format", "json")).out)
    lines = (await cli("inbox", "show", path, "--format", "ndjson")).out.splitlines()
    as_csv = (await cli("inbox", "show", path, "--format", "csv")).out

    assert as_json[3] == {
        "source": "phonecom",
        "state": "dead",
        "count": 2,
        "oldest": "2026-09-21T14:13:20Z",
        "last_failed_at": "2026-09-21T14:13:20Z",
        "last_error": "ValueError: no disk for b",
    }
    assert [json.loads(line) for line in lines] == as_json
    assert [row["count"] for row in csv.DictReader(io.StringIO(as_csv))] == [
        str(row["count"]) for row in as_json
    ]


async def test_shows_each_dead_letter(cli: Cli, path: Path) -> None:
    """Its vendor's id, its attempts and its error stand beside the id to name it by."""
    result = await cli("inbox", "show", path, "--dead", "--format", "ndjson")

    assert [json.loads(line) for line in result.out.splitlines()] == [
        {
            "id": number,
            "source": "phonecom",
            "event": event,
            "received_at": "2026-09-21T14:13:20Z",
            "attempts": 2,
            "failed_at": "2026-09-21T14:13:20Z",
            "error": f"ValueError: no disk for {event}",
        }
        for number, event in ((2, "a"), (3, "b"))
    ]


async def test_puts_dead_letters_back(cli: Cli, path: Path) -> None:
    """A receiver that is running takes them up, with all their attempts before them."""
    async with opened(path, clock=lambda: NOW) as queue:
        assert await take(queue) == "waiting"
        one = await cli("inbox", "retry", path, "--id", 3)
        assert await take(queue) == "b"
        rest = await cli("inbox", "retry", path)
        assert await take(queue) == "a"
        none = await cli("inbox", "retry", path)

    assert [result.code for result in (one, rest, none)] == [0, 0, 0]
    assert "put back 1 dead letter" in one.err
    assert "put back 1 dead letter" in rest.err
    assert "put back 0 dead letters" in none.err
    assert [row["attempts"] for row in rows(path) if row["name"] in "ab"] == [0, 0]


async def test_drops_dead_letters(cli: Cli, path: Path) -> None:
    """Their bodies are gone; their ids are remembered, so that no repeat comes in."""
    one = await cli("inbox", "drop", path, "--id", 2)
    assert "dropped 1 dead letter" in one.err
    assert [states(path)[name] for name in "ab"] == ["dropped", "dead"]
    assert "dropped 1 dead letter" in (await cli("inbox", "drop", path)).err

    assert [row["body"] for row in rows(path) if row["state"] == "dropped"] == [
        None,
        None,
    ]
    async with opened(path) as queue:
        assert not await queue.put(b"a", ["a"])


async def test_names_no_event_that_is_not_dead(cli: Cli, path: Path) -> None:
    """An id of another event changes nothing, not even for those given with it."""
    for verb in ("retry", "drop"):
        result = await cli("inbox", verb, path, "--id", 2, "--id", 1, "--id", 99)
        assert result.code == 2
        assert result.err == "phonecom-events: there is no dead letter 1, 99\n"

    assert states(path)["a"] == "dead"


@pytest.mark.parametrize("verb", ["show", "retry", "drop"])
@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "No such file or directory"),
        (b"", "it is empty"),
        (b"garbage" * 500, "file is not a database"),
    ],
)
async def test_a_file_that_is_no_inbox(
    cli: Cli, tmp_path: Path, verb: str, content: bytes | None, problem: str
) -> None:
    """One line, exit code 2, and the file is as it was."""
    path = tmp_path / "other.txt"
    if content is not None:
        write(path, content)
    result = await cli("inbox", verb, path)

    assert result.code == 2
    assert result.out == ""
    assert result.err == f"phonecom-events: cannot use the inbox {path}: {problem}\n"
    assert contents(tmp_path) == ({} if content is None else {path: (content, 0o644)})


async def test_a_database_of_another_program(cli: Cli, tmp_path: Path) -> None:
    """It is neither shown nor written to."""
    path = tmp_path / "other.db"
    with connected(path) as connection:
        connection.execute("CREATE TABLE event (id INTEGER PRIMARY KEY)")
    result = await cli("inbox", "show", path)

    assert result.code == 2
    assert "it is an SQLite file of another program" in result.err


async def test_an_inbox_that_is_locked(
    cli: Cli, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lock that lasts is told, after a while."""
    monkeypatch.setattr("phonecom_events.receiver.dead_letters._BUSY_TIMEOUT", 0.02)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    result = await cli("inbox", "show", path)
    other.close()

    assert result.code == 2
    assert "database is locked" in result.err


def write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    path.chmod(0o644)


def contents(folder: Path) -> dict[Path, tuple[bytes, int]]:
    return {
        file: (file.read_bytes(), file.stat().st_mode & 0o777)
        for file in folder.iterdir()
    }
