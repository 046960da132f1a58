"""An inbox in a file: what is kept, in which order, for how long, and for whom."""

from __future__ import annotations

import asyncio
import re
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from phonecom_events.errors import InboxUnavailable, InvalidArgument
from phonecom_events.receiver import (
    EventQueue,
    LeasedEvent,
    SqliteInbox,
    State,
    sqlite_events,
    sqlite_file,
)

from .inboxes import connected, opened, put, rows, states


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "inbox.db"


async def take(queue: EventQueue) -> LeasedEvent:
    async with asyncio.timeout(20):
        event = await queue.take()
    assert event is not None
    return event


async def test_put_returns_when_it_is_on_the_disk(path: Path) -> None:
    """What was put is seen by another connection, with everything synced."""
    async with opened(path) as queue:
        assert await queue.put(b"{}", ["a"])
        assert states(path) == {"a": "waiting"}
        writer: Any = queue
        synced = await writer._writer.run(
            lambda c: [c.execute(f"PRAGMA {name}").fetchone()[0] for name in PRAGMAS]
        )

    assert synced == ["wal", 2, 1]


PRAGMAS = ["journal_mode", "synchronous", "secure_delete"]


async def test_what_was_not_done_is_there_after_a_restart(path: Path) -> None:
    """Events that were waiting, or in hand, come again, oldest first."""
    async with opened(path) as queue:
        await put(queue, "a", "b", "c")
        assert (await take(queue)).body == b"a"
        await queue.finish(await take(queue))
    assert states(path) == {"a": "waiting", "b": "done", "c": "waiting"}

    async with opened(path) as queue:
        assert [(await take(queue)).body for _ in range(2)] == [b"a", b"c"]


async def test_an_event_is_taken_once(path: Path) -> None:
    """Two inboxes on one file share the events, and none is taken by both."""
    keys = [str(number) for number in range(60)]
    taken: list[str] = []

    async def handle(queue: EventQueue) -> None:
        while len(taken) < len(keys):
            event = await take(queue)
            taken.append(event.body.decode())
            await queue.finish(event)
            if len(taken) == len(keys):
                one.drain()
                other.drain()

    async with opened(path) as one, opened(path) as other:
        workers = [asyncio.create_task(handle(queue)) for queue in (one, other) * 2]
        await asyncio.gather(put(one, *keys[:30]), put(other, *keys[30:]))
        await asyncio.wait(workers, timeout=20)
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)

    assert sorted(taken) == sorted(keys)
    assert set(states(path).values()) == {"done"}


async def test_a_repeat_is_not_kept_again(path: Path) -> None:
    """Whichever of its keys comes again, waiting or done, now or after a restart."""
    async with opened(path) as queue:
        assert await queue.put(b"1", ["delivery 1", "event 1"])
        assert not await queue.put(b"1", ["delivery 2", "event 1"])
        await queue.finish(await take(queue))
    async with opened(path) as queue:
        assert not await queue.put(b"1", ["delivery 1", "event 2"])
        assert await queue.put(b"1", ["delivery 3", "event 3"])
        # One that comes twice in one commit is a repeat as well.
        both = await asyncio.gather(queue.put(b"4", ["4"]), queue.put(b"4", ["4"]))

    assert sorted(both) == [False, True]
    assert [row["name"] for row in rows(path)] == ["event 1", "event 3", "4"]


@pytest.mark.parametrize("key", ["", "\udcff", "x" * 1_000_000, "a\x00b", "é"])
async def test_takes_any_key(path: Path, key: str) -> None:
    """A key is whatever the sender wrote; no more than a name's length is stored."""
    async with opened(path) as queue:
        assert await queue.put(b"{}", [key])
        assert not await queue.put(b"{}", [key])
        assert await queue.put(b"{}", [key + "x"])

    assert all(len(row["name"]) <= 200 for row in rows(path))


async def test_sources_have_nothing_in_common(path: Path) -> None:
    """Both vendors' receivers may use one inbox: keys and events are their own."""
    inbox = SqliteInbox(path)
    phonecom, linq = await inbox.open("phonecom"), await inbox.open("linq")
    await put(phonecom, "a", "b")
    await put(linq, "a")

    assert (await take(linq)).body == b"a"
    assert [(await take(phonecom)).body for _ in range(2)] == [b"a", b"b"]
    with pytest.raises(InvalidArgument, match="another receiver of linq"):
        await inbox.open("linq")
    await linq.close()
    await put(phonecom, "c")
    again = await inbox.open("linq")
    assert (await take(again)).body == b"a"
    await phonecom.close()
    await again.close()


async def test_an_event_that_is_done_keeps_its_id_alone(path: Path) -> None:
    """Nothing of a body or an error is left in the file, nor beside it."""
    async with opened(path, backoff=0) as queue:
        await queue.put(b'{"text": "private-' + b"x" * 20_000 + b'"}', ["a"])
        await queue.put(b'{"text": "private words"}', ["b"])
        await queue.fail(await take(queue), "ValueError: private trouble")
        for _ in range(2):
            await queue.finish(await take(queue))

    assert [(row["name"], row["body"], row["error"]) for row in rows(path)] == [
        ("a", None, None),
        ("b", None, None),
    ]
    for file in path.parent.iterdir():
        assert b"private" not in file.read_bytes()


async def test_bodies_leave_the_log_beside_the_file_while_it_is_open(
    path: Path,
) -> None:
    """The write-ahead log, which has old bodies in it, is emptied now and then."""
    async with opened(path, lease=0.3) as queue:
        await queue.put(b'{"text": "private"}', ["a"])
        await queue.finish(await take(queue))
        async with asyncio.timeout(20):
            while any(
                b"private" in file.read_bytes() for file in path.parent.iterdir()
            ):
                await asyncio.sleep(0.01)


async def test_ids_are_forgotten_after_their_time(path: Path) -> None:
    """What was done longer ago than `remember` is gone, and may come again."""
    now = 1_790_000_000.0
    async with opened(path, remember=100, clock=lambda: now) as queue:
        await put(queue, "done", "waiting")
        await queue.finish(await take(queue))
    now += 99
    async with opened(path, remember=100, clock=lambda: now):
        assert states(path) == {"done": "done", "waiting": "waiting"}
    now += 2
    async with opened(path, remember=100, clock=lambda: now) as queue:
        assert states(path) == {"waiting": "waiting"}
        assert await queue.put(b"{}", ["done"])
    with connected(path) as connection:
        assert connection.execute("SELECT count(*) FROM event_key").fetchone()[0] == 2


async def test_a_failing_event_is_tried_again_with_growing_pauses(path: Path) -> None:
    """Pauses double; after the last attempt it is dead, and is not taken again."""
    now = 1_790_000_000.0
    pauses = []
    async with opened(path, attempts=4, backoff=10, clock=lambda: now) as queue:
        await put(queue, "a")
        for attempt in range(1, 5):
            event = await take(queue)
            assert event.attempt == attempt
            await queue.fail(event, f"trouble {attempt}")
            await put(queue, f"after {attempt}")
            await queue.finish(await take(queue))
            [row] = [row for row in rows(path) if row["name"] == "a"]
            assert (row["error"], row["attempts"]) == (f"trouble {attempt}", attempt)
            assert row["failed_at"] == now
            if row["due_at"] is not None:
                pauses.append(row["due_at"] - now)
                now = row["due_at"]

    assert pauses == [10, 20, 40]
    assert row["state"] == State.DEAD
    assert row["body"] == b"a"


async def test_a_pause_has_an_end(path: Path) -> None:
    """No pause is longer than an hour, and no attempt makes it overflow."""
    async with opened(path, attempts=10_000, backoff=1, clock=lambda: 0.0) as queue:
        await put(queue, "a")
        event = await take(queue)
        late = LeasedEvent(id=event.id, body=b"", attempt=9_999, owner=event.owner)
        await queue.fail(late, "trouble")

    assert rows(path)[0]["due_at"] == 3600


async def test_waits_no_longer_than_a_pause_lasts(path: Path) -> None:
    """A pause that is over is noticed without any other event."""
    async with opened(path, backoff=0.05) as queue:
        await put(queue, "a")
        await queue.fail(await take(queue), "trouble")
        started = time.monotonic()
        assert (await take(queue)).attempt == 2
        assert time.monotonic() - started < 0.9


async def test_a_dead_process_loses_its_lease(path: Path) -> None:
    """What an owner took that renews no more comes again, after its lease."""
    async with opened(path, lease=0.3) as queue:
        with connected(path) as connection:
            # As a process leaves it that was killed while another had the file open.
            connection.execute(
                "INSERT INTO owner VALUES ('dead', ?, 0.3)", (time.monotonic(),)
            )
            connection.execute(
                "INSERT INTO event (source, name, state, owner, body, received_at)"
                " VALUES ('phonecom', 'left', 'leased', 'dead', x'6c656674', 0)"
            )
            await put(queue, "a")
            assert (await take(queue)).body == b"a"
            async with asyncio.timeout(20):
                while states(path)["left"] != "waiting":
                    await asyncio.sleep(0.01)
            assert (await take(queue)).body == b"left"
        [owner] = renewals(path)

    assert owner != "dead"
    assert renewals(path) == {}


async def test_the_lease_of_the_living_holds(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is renewed even while a handler blocks the loop, and nobody else takes over."""
    monkeypatch.setattr("phonecom_events.receiver.sqlite_writer._HOUSEKEEPING", 0.02)
    async with opened(path) as busy, opened(path) as idle:
        await put(busy, "a")
        event = await take(busy)
        before = renewals(path)[event.owner]
        deadline = time.monotonic() + 20
        while renewals(path)[event.owner] == before and time.monotonic() < deadline:
            time.sleep(0.01)  # noqa: ASYNC251, as a handler may
        assert renewals(path)[event.owner] > before
        await put(idle, "b")
        assert (await take(idle)).body == b"b"
        await busy.finish(event)

    assert states(path) == {"a": "done", "b": "waiting"}


async def test_a_lease_from_before_the_machine_started_anew_has_ended(
    path: Path,
) -> None:
    """The clock of leases begins at 0 then: a renewal in the future is an old one."""
    async with opened(path) as queue:
        with connected(path) as connection:
            connection.execute(
                "INSERT INTO owner VALUES ('old', ?, 30)", (time.monotonic() + 1e6,)
            )
            connection.execute(
                "INSERT INTO event (source, name, state, owner, body, received_at)"
                " VALUES ('phonecom', 'left', 'leased', 'old', x'61', 0)"
            )
        async with opened(path) as other:
            assert (await take(other)).body == b"a"
        assert queue is not None


async def test_what_is_not_begun_is_left_to_others(path: Path) -> None:
    """Events that were leased ahead are given back when those before take long."""
    async with opened(path) as slow, opened(path) as other:
        await asyncio.gather(*(put(slow, str(number)) for number in range(50)))
        for _ in range(20):
            await slow.finish(await take(slow))
        assert (await take(slow)).body == b"20"
        assert sum(state == "leased" for state in states(path).values()) > 2
        async with asyncio.timeout(20):
            while sum(state == "leased" for state in states(path).values()) > 1:
                await asyncio.sleep(0.01)
        # Those that were given back are the oldest again.
        assert (await take(other)).body == b"21"


async def test_an_event_taken_by_another_is_not_finished(path: Path) -> None:
    """Who has lost its lease no longer decides what becomes of the event."""
    async with opened(path) as queue:
        await put(queue, "a")
        event = await take(queue)
        with connected(path) as connection:
            connection.execute("UPDATE event SET owner = 'other'")
        await queue.finish(event)
        await queue.fail(event, "trouble")
    assert rows(path)[0]["error"] is None
    assert states(path) == {"a": "leased"}

    async with opened(path) as queue:
        assert (await take(queue)).body == b"a"


def test_works_on_one_loop_after_another(path: Path) -> None:
    """An inbox outlives its loop, even one that ended without closing it."""
    inbox = SqliteInbox(path)
    threads = threading.active_count()

    async def once(key: str, *, close: bool) -> bytes:
        queue = await inbox.open("phonecom")
        await put(queue, key)
        event = await take(queue)
        await queue.finish(event)
        if close:
            await queue.close()
        return event.body

    assert asyncio.run(once("a", close=True)) == b"a"
    assert threading.active_count() == threads
    assert asyncio.run(once("b", close=False)) == b"b"
    assert asyncio.run(once("c", close=True)) == b"c"
    deadline = time.monotonic() + 20
    while threading.active_count() > threads and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() == threads


async def test_is_of_one_loop_at_a_time(path: Path) -> None:
    """Another thread's loop cannot use an inbox that is in use."""
    inbox = SqliteInbox(path)
    queue = await inbox.open("phonecom")
    with pytest.raises(InvalidArgument, match="another event loop"):
        await asyncio.to_thread(asyncio.run, inbox.open("linq"))
    await queue.close()
    with pytest.raises(InboxUnavailable, match="closed"):
        await queue.put(b"{}", ["a"])


async def test_a_taker_that_is_cancelled_keeps_nothing(path: Path) -> None:
    """What was leased for a task that is gone is there after the close."""
    async with opened(path) as queue:
        await put(queue, "a")
        taking = asyncio.create_task(queue.take())
        await asyncio.sleep(0)
        taking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await taking
    assert states(path) == {"a": "waiting"}


async def test_drained_it_gives_nothing_more(path: Path) -> None:
    """Takers are let go at once, and what waits is left for the next start."""
    async with opened(path) as queue:
        takers = [asyncio.create_task(queue.take()) for _ in range(3)]
        await asyncio.sleep(0.01)
        queue.drain()
        assert await asyncio.gather(*takers) == [None, None, None]
        await put(queue, "a")
        assert await queue.take() is None
    assert states(path) == {"a": "waiting"}


@pytest.mark.parametrize(
    "options",
    [
        {"attempts": 0},
        {"backoff": -1},
        {"backoff": float("inf")},
        {"backoff": float("nan")},
        {"remember": 0},
        {"remember": float("inf")},
        {"lease": 0},
        {"lease": float("nan")},
        {"busy_timeout": -1},
    ],
)
def test_refuses_options_that_cannot_work(path: Path, options: dict[str, Any]) -> None:
    """A bound of nothing, or of no end, is a mistake, and makes no file."""
    with pytest.raises(InvalidArgument):
        SqliteInbox(path, **options)
    assert not path.exists()


def test_making_an_inbox_touches_nothing(path: Path) -> None:
    """Neither a file nor a thread is made before a receiver starts."""
    threads = threading.active_count()
    assert repr(SqliteInbox(path)) == f"SqliteInbox({str(path)!r})"
    assert threading.active_count() == threads
    assert not path.exists()


def renewals(path: Path) -> dict[str, float]:
    """Return when each owner renewed its lease last."""
    with connected(path) as connection:
        return {
            row["id"]: row["renewed_at"]
            for row in connection.execute("SELECT * FROM owner")
        }


def test_the_words_of_the_file_are_those_of_the_states() -> None:
    """Statements that spell a state out name one that there is."""
    for module in (sqlite_events, sqlite_file):
        text = Path(module.__file__).read_text(encoding="utf-8")
        spelt = re.findall(r"state = '(\w+)'", text)
        assert spelt
        assert set(spelt) <= set(State)


async def test_forgets_as_fast_as_events_come(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than are forgotten in one commit are forgotten in several, soon."""
    monkeypatch.setattr("phonecom_events.receiver.sqlite_writer._MAX_PURGED", 2)
    monkeypatch.setattr("phonecom_events.receiver.sqlite_writer._RETRY", 0.01)
    now = 1_790_000_000.0
    async with opened(path, clock=lambda: now) as queue:
        await put(queue, *"abcdefg")
        for _ in range(7):
            await queue.finish(await take(queue))
    now += 8 * 24 * 3600
    async with opened(path, clock=lambda: now), asyncio.timeout(20):
        while states(path):
            await asyncio.sleep(0.01)
