"""A file that is full, locked, broken, gone or somebody else's: 503, and told once."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from phonecom_events.errors import InboxUnavailable
from phonecom_events.phonecom.events import Event
from phonecom_events.receiver import SqliteInbox, phonecom_receiver
from phonecom_events.receiver.sqlite_file import _check_header

from ..webhooks.samples import phonecom_event
from .inboxes import connected, opened, put, rows, states
from .post import Post, Recorder, serving


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "inbox.db"


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing wait for a second because the file could not be used."""
    monkeypatch.setattr("phonecom_events.receiver.worker._PAUSE", 0.02)
    monkeypatch.setattr("phonecom_events.receiver.sqlite_writer._RETRY", 0.02)


def receiver(path: Path, recorder: Recorder[Event], **options: Any) -> Any:
    inbox = SqliteInbox(path, **{"busy_timeout": 0.02, **options})
    return phonecom_receiver(recorder, secret=None, inbox=inbox)


async def refused(post: Post[Event], uuid: str) -> None:
    """Post an event that cannot be kept, and see that its sender is to come again."""
    url = post.server.make_url(post.path)
    async with post.http.post(url, json=phonecom_event(uuid=uuid)) as answer:
        assert answer.status == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert await answer.read() == b""


async def taken(post: Post[Event], uuid: str) -> None:
    """Post an event until it is taken, as the senders do."""
    async with asyncio.timeout(20):
        while await post(phonecom_event(uuid=uuid)) != 200:
            await asyncio.sleep(0.01)


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Write to the file without an end, as another process may."""
    with connected(path) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield
        connection.execute("ROLLBACK")


def read(path: Path) -> bytes:
    return path.read_bytes()


def write(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Write over a file, which stays the same one."""
    path.write_bytes(content)
    path.chmod(mode)


def remove(path: Path) -> None:
    """Remove the file and those beside it."""
    for file in path.parent.iterdir():
        file.unlink()


def told(caplog: pytest.LogCaptureFixture, text: str) -> int:
    return sum(text in record.message for record in caplog.records)


async def test_a_locked_file(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """While another process writes on and on, nothing is acknowledged."""
    recorder = Recorder[Event]()
    async with serving(receiver(path, recorder)) as post:
        await taken(post, "before")
        with locked(path):
            for number in range(3):
                await refused(post, str(number))
        await taken(post, "0")
        await recorder.wait_for(2)

    assert [event.uuid for event in recorder.events] == ["before", "0"]
    assert told(caplog, "cannot be used (database is locked)") == 1
    assert told(caplog, "can be used again") == 1


async def test_a_full_disk(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What does not fit is refused, what fits is kept, and all goes on with room."""
    recorder = Recorder[Event]()
    recorder.open.clear()
    service = receiver(path, recorder)
    async with serving(service) as post:
        writer = service._endpoint._queue._writer
        await taken(post, "before")

        def pages(connection: sqlite3.Connection) -> int:
            return int(connection.execute("PRAGMA page_count").fetchone()[0])

        async def leave(room: int) -> None:
            count = await writer.run(pages) + room
            await writer.run(lambda c: c.execute(f"PRAGMA max_page_count = {count}"))

        await leave(5)
        big = phonecom_event(uuid="big", data={"text": "x" * 100_000})
        for _ in range(3):
            assert await post(big) == 503
        await taken(post, "small")
        await leave(1000)
        assert await post(big) == 200
        recorder.open.set()
        await recorder.wait_for(3)

    assert [event.uuid for event in recorder.events] == ["before", "small", "big"]
    assert told(caplog, "database or disk is full") >= 1
    assert set(states(path).values()) == {"done"}


async def test_what_was_handled_is_told_when_the_file_can_be_used_again(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A handler is not called again because its return could not be written."""
    recorder = Recorder[Event]()
    async with serving(receiver(path, recorder)) as post:
        await taken(post, "a")
        await recorder.wait_for(1)
        recorder.open.clear()
        await taken(post, "b")
        async with asyncio.timeout(20):
            while states(path) != {"a": "done", "b": "leased"}:
                await asyncio.sleep(0.01)
        with locked(path):
            await refused(post, "c")
            recorder.open.set()
            await recorder.wait_for(2)
            await refused(post, "c")
        await taken(post, "c")
        await recorder.wait_for(3)

    assert set(states(path).values()) == {"done"}
    assert told(caplog, "will be handled again") == 0


async def test_says_what_it_could_not_write_before_it_ended(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """An inbox that stays locked is closed all the same, and says what that means."""
    async with opened(path, busy_timeout=0.02) as queue:
        await put(queue, "a")
        event = await queue.take()
        assert event is not None
        with locked(path):
            await queue.finish(event)
            await queue.close()

    assert told(caplog, "what became of 1 events could not be written") == 1
    async with opened(path) as queue:
        again = await queue.take()
    assert again is not None
    assert again.body == event.body


@pytest.mark.parametrize("garbage", [b"garbage" * 1000, b"SQLite format 3\0" * 500])
async def test_a_file_of_garbage(
    path: Path, caplog: pytest.LogCaptureFixture, garbage: bytes
) -> None:
    """A broken file is refused, not overwritten; a good one in its place is used."""
    write(path, garbage)
    recorder = Recorder[Event]()
    async with serving(receiver(path, recorder)) as post:
        assert told(caplog, "cannot be used") == 1
        for number in range(3):
            await refused(post, str(number))
        assert read(path) == garbage
        remove(path)
        await taken(post, "0")
        await recorder.wait_for(1)

    assert told(caplog, "cannot be used") == 1


@pytest.mark.parametrize("junk", [b"\xff" * 50_000, b"garbage", b""])
async def test_a_file_that_breaks_while_it_is_open(
    path: Path, caplog: pytest.LogCaptureFixture, junk: bytes
) -> None:
    """Nothing is acknowledged into a file that somebody has written over."""
    recorder = Recorder[Event]()
    async with serving(receiver(path, recorder)) as post:
        await taken(post, "before")
        await recorder.wait_for(1)
        write(path, junk)
        await refused(post, "after")
        remove(path)
        await taken(post, "after")
        await recorder.wait_for(2)

    assert told(caplog, "can be used again") == 1
    assert states(path) == {"after": "done"}


async def test_pages_that_another_process_is_writing_are_no_damage(path: Path) -> None:
    """A header may be newer than the length of the file for a moment."""
    async with opened(path) as queue:
        await put(queue, "a")
    content = read(path)
    write(path, content[:4096])
    _check_header(path, 4096)
    write(path, b"x" * 4096 + content[4096:])
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        _check_header(path, 4096)


async def test_a_file_that_is_taken_away(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A file that was removed is not written to: a new one is made, and used."""
    recorder = Recorder[Event]()
    async with serving(receiver(path, recorder)) as post:
        await taken(post, "before")
        await recorder.wait_for(1)
        remove(path)
        # Refused or not: a worker may have found out first.
        await taken(post, "after")
        await recorder.wait_for(2)

    assert "No such file" in caplog.text
    assert states(path) == {"after": "done"}


async def test_what_is_in_hand_is_not_mistaken_for_what_is_in_a_new_file(
    path: Path,
) -> None:
    """Ids begin anew in a new file: an old one must finish nothing there."""
    async with opened(path) as queue:
        await put(queue, "old")
        old = await queue.take()
        assert old is not None
        remove(path)
        with pytest.raises(InboxUnavailable):
            await queue.put(b"new", ["new"])
        await put(queue, "new")
        new = await queue.take()
        assert new is not None
        assert new.id == old.id
        await queue.finish(old)
        await queue.fail(old, "trouble")
        await put(queue, "later")
        assert states(path)["new"] == "leased"


async def test_a_database_of_another_program(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A path that is a mistake costs nobody their data."""
    with connected(path) as connection:
        connection.execute("CREATE TABLE event (id INTEGER PRIMARY KEY)")
    before = read(path)
    async with opened(path) as queue:
        with pytest.raises(InboxUnavailable, match="of another program"):
            await queue.put(b"{}", ["a"])

    assert read(path) == before
    assert told(caplog, "of another program") == 1


async def test_an_inbox_of_a_newer_version(path: Path) -> None:
    """What a later version has made of the file is not for this one to write to."""
    async with opened(path) as queue:
        await put(queue, "a")
    with connected(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    async with opened(path) as queue:
        with pytest.raises(InboxUnavailable, match="newer version"):
            await queue.put(b"{}", ["a"])


async def test_a_folder_that_is_not_there(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The application starts, and works as soon as the folder is there."""
    path = tmp_path / "later" / "inbox.db"
    async with opened(path) as queue:
        assert told(caplog, "(No such file or directory)") == 1
        with pytest.raises(InboxUnavailable, match="No such file"):
            await queue.put(b"{}", ["a"])
        path.parent.mkdir()
        await put(queue, "a")

    assert states(path) == {"a": "waiting"}


@pytest.mark.parametrize("before", [None, 0o644, 0o666])
async def test_only_its_owner_can_read_it(path: Path, before: int | None) -> None:
    """The file and those beside it have mode 0600, whatever there was before."""
    if before is not None:
        write(path, b"", mode=before)
    old = os.umask(0)
    try:
        async with opened(path) as queue:
            await put(queue, "a")
            modes = {
                file.name: stat.S_IMODE(file.stat().st_mode)
                for file in path.parent.iterdir()
            }
    finally:
        os.umask(old)

    assert modes == dict.fromkeys(("inbox.db", "inbox.db-wal", "inbox.db-shm"), 0o600)
    assert [file.name for file in path.parent.iterdir()] == ["inbox.db"]


async def test_files_a_crash_left_open_to_all_are_closed(path: Path) -> None:
    """What SQLite put beside a file that all could read is made private, too."""
    async with opened(path) as queue:
        await put(queue, "a")
        for file in path.parent.iterdir():
            file.chmod(0o644)
        async with opened(path):
            modes = {
                stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()
            }

    assert modes == {0o600}
    assert rows(path)
