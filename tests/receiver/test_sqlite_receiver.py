"""Receivers with an inbox in a file, over sockets: restarts, failures, two at a time."""

from __future__ import annotations

import asyncio
import logging
import threading
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from phonecom_events.errors import InboxUnavailable, InvalidArgument
from phonecom_events.linq.deliveries import WebhookEvent
from phonecom_events.phonecom.events import Event
from phonecom_events.receiver import (
    LeasedEvent,
    MemoryInbox,
    Receiver,
    SqliteInbox,
    linq_receiver,
    phonecom_receiver,
)
from phonecom_events.receiver.memory_inbox import MemoryQueue
from phonecom_events.webhooks import Router

from ..webhooks.samples import NOW, SECRET, dumps, linq_event, phonecom_event
from .inboxes import rows, states
from .post import Recorder, serving


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "inbox.db"


def receiver(handle: Any, path: Path, **options: Any) -> Receiver[Event]:
    of_inbox = {
        name: options.pop(name)
        for name in ("attempts", "backoff", "lease")
        if name in options
    }
    inbox = SqliteInbox(path, **of_inbox)
    return phonecom_receiver(handle, secret=None, inbox=inbox, **options)


async def until(path: Path, expected: dict[str, str]) -> None:
    """Wait until the events in a file have come so far."""
    async with asyncio.timeout(20):
        while states(path) != expected:
            await asyncio.sleep(0.01)


async def test_what_was_cut_short_is_handled_after_the_restart(path: Path) -> None:
    """What waits, and what is in hand when time is over, is for the next start."""
    cancelled: list[str] = []

    async def hang(event: Event) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append(event.uuid)
            raise

    async with serving(receiver(hang, path, drain=0.01)) as post:
        for uuid in ("a", "b", "c"):
            assert await post(phonecom_event(uuid=uuid)) == 200
        await until(path, {"a": "leased", "b": "waiting", "c": "waiting"})
    assert cancelled == ["a"]
    assert states(path) == {"a": "waiting", "b": "waiting", "c": "waiting"}

    recorder = Recorder[Event]()
    async with serving(receiver(recorder, path)) as post:
        await recorder.wait_for(3)
        assert await post(phonecom_event(uuid="a")) == 200
        assert await post(phonecom_event(uuid="d")) == 200
        events = await recorder.wait_for(4)
    assert [event.uuid for event in events] == ["a", "b", "c", "d"]
    assert set(states(path).values()) == {"done"}


async def test_both_vendors_share_a_file(path: Path) -> None:
    """One inbox keeps the events of both, and each handler gets its own."""
    inbox = SqliteInbox(path)
    calls, messages = Recorder[Event](), Recorder[WebhookEvent]()
    phonecom = phonecom_receiver(calls, secret=None, inbox=inbox)
    linq = linq_receiver(messages, SECRET, clock=lambda: NOW, inbox=inbox)
    threads = threading.active_count()
    async with serving(phonecom) as to_phonecom, serving(linq) as to_linq:
        assert await to_phonecom(phonecom_event(uuid="same")) == 200
        for webhook_id in ("1", "1", "2"):
            event = linq_event(event_id="same")
            assert await to_linq.signed(event, webhook_id=webhook_id) == 200
        [call] = await calls.wait_for(1)
        [message] = await messages.wait_for(1)

    assert (call.uuid, message.event_id) == ("same", "same")
    assert [row["source"] for row in rows(path)] == ["phonecom", "linq"]
    assert threading.active_count() == threads


async def test_a_failing_handler_ends_in_a_dead_letter(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It is called again while others are handled, and its last error is kept."""
    router = Router[Event]()
    attempts: list[str] = []

    @router.on("recording")
    async def fail(event: Event) -> None:
        attempts.append(event.uuid)
        raise ValueError(f"no disk, {len(attempts)}")

    @router.on("recording")
    async def fail_too(_: Event) -> None:
        asyncio.get_running_loop().create_future().cancel()
        raise KeyError("x")

    @router.on("call-log")
    async def cancel(_: Event) -> None:
        raise asyncio.CancelledError

    service = receiver(router.dispatch, path, attempts=3, backoff=0.01)
    async with serving(service) as post:
        for data_type in ("recording", "call-log", "call"):
            assert await post(phonecom_event(data_type, uuid=data_type)) == 200
        await until(path, {"recording": "dead", "call-log": "dead", "call": "done"})

    assert attempts == ["recording"] * 3
    dead, cancelled, _ = rows(path)
    assert dead["error"] == "ValueError: no disk, 3; KeyError: 'x'"
    assert dead["attempts"] == cancelled["attempts"] == 3
    assert "CancelledError" in cancelled["error"]
    assert "handling an event failed (attempt 3)" in caplog.text


@pytest.mark.parametrize(
    "text", ["\udcff", "x" * 10_000, "a\x00b\nc"], ids=["surrogate", "long", "control"]
)
async def test_any_error_can_be_kept(
    path: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The text of an error may be anything, and a broken one's is no trouble."""
    # pytest-xdist ends when it is to send a log on that UTF-8 cannot hold.
    caplog.set_level(logging.CRITICAL + 1, "phonecom_events.receiver")

    class Broken(Exception):
        def __str__(self) -> str:
            raise RuntimeError(text)

    async def fail(event: Event) -> None:
        raise Broken if event.uuid == "broken" else ValueError(text)

    async with serving(receiver(fail, path, attempts=1)) as post:
        for uuid in ("broken", "odd"):
            assert await post(phonecom_event(uuid=uuid)) == 200
        await until(path, {"broken": "dead", "odd": "dead"})

    assert all(0 < len(row["error"]) <= 500 for row in rows(path))


async def test_two_receivers_on_a_file_handle_each_event_once(path: Path) -> None:
    """Both may receive, and an event goes to one of them, wherever it came in."""
    one, other = Recorder[Event](), Recorder[Event]()
    uuids = [str(number) for number in range(30)]
    async with (
        serving(receiver(one, path, workers=2)) as to_one,
        serving(receiver(other, path, workers=2)) as to_other,
    ):
        answers = [
            await (to_one if number % 2 else to_other)(phonecom_event(uuid=uuid))
            for number, uuid in enumerate(uuids)
        ]
        await until(path, dict.fromkeys(uuids, "done"))

    assert answers == [200] * 30
    handled = [event.uuid for event in (*one.events, *other.events)]
    assert sorted(handled) == sorted(uuids)


async def test_says_once_that_memory_is_lost(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Who gave no inbox is told what that risks; who chose one is not."""
    caplog.set_level(logging.INFO)
    default = phonecom_receiver(Recorder[Event](), secret=None)
    assert caplog.records == []
    async with serving(default) as post:
        for uuid in "ab":
            assert await post(phonecom_event(uuid=uuid)) == 200
    [record] = [r for r in caplog.records if r.name == "phonecom_events.receiver"]
    assert "what is acknowledged is lost with the process" in record.message

    caplog.clear()
    for inbox in (MemoryInbox(), SqliteInbox(path)):
        chosen = phonecom_receiver(Recorder[Event](), secret=None, inbox=inbox)
        async with serving(chosen) as post:
            assert await post(phonecom_event()) == 200
    assert not [r for r in caplog.records if r.name == "phonecom_events.receiver"]


@pytest.mark.parametrize("options", [{"queue_size": 5}, {"remember": 5}])
def test_options_of_memory_are_not_for_another_inbox(
    path: Path, options: dict[str, Any]
) -> None:
    """What the inbox itself decides is given to it, not to the receiver."""
    with pytest.raises(InvalidArgument, match="queue_size and remember"):
        phonecom_receiver(
            Recorder[Event].__call__,  # type: ignore[arg-type]
            secret=None,
            inbox=SqliteInbox(path),
            **options,
        )


async def test_a_second_receiver_of_a_vendor_needs_a_file_of_its_own(
    path: Path,
) -> None:
    """Else its events could go to the other's handler."""
    inbox = SqliteInbox(path)
    app = web.Application()
    for number in range(2):
        phonecom_receiver(Recorder[Event](), secret=None, inbox=inbox).mount(
            app, f"/{number}"
        )
    runner = web.AppRunner(app)
    threads = threading.active_count()
    with pytest.raises(InvalidArgument, match="another receiver of phonecom"):
        await runner.setup()
    await runner.cleanup()

    assert threading.active_count() == threads


async def test_a_stop_that_is_cancelled_leaves_nothing_behind(path: Path) -> None:
    """Neither a task nor a thread nor a lease, and the inbox can be opened again."""
    threads = threading.active_count()
    tasks = asyncio.all_tasks()
    inbox = SqliteInbox(path)
    app = web.Application()
    stuck = phonecom_receiver(
        lambda _: asyncio.Event().wait(), secret=None, inbox=inbox
    )
    stuck.mount(app, "/hook")
    runner = web.AppRunner(app)
    await runner.setup()
    queue: Any = stuck._endpoint._queue
    await queue.put(dumps(phonecom_event(uuid="a")), ["a"])
    stopping = asyncio.create_task(stuck._endpoint.stop())
    await asyncio.sleep(0)
    stopping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await stopping
    await runner.cleanup()

    assert asyncio.all_tasks() == tasks
    assert threading.active_count() == threads
    assert states(path) == {"a": "waiting"}
    queue = await inbox.open("phonecom")
    assert await queue.take()
    await queue.close()


async def test_an_inbox_of_ones_own_may_fail(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever it raises is logged, and its events are handled when it is well."""
    monkeypatch.setattr("phonecom_events.receiver.worker._PAUSE", 0.01)
    troubles: list[Exception] = [KeyError("bug"), InboxUnavailable("told already")]

    class OwnQueue(MemoryQueue):
        async def take(self) -> LeasedEvent | None:
            if troubles:
                raise troubles.pop(0)
            return await super().take()

    class OwnInbox(MemoryInbox):
        async def open(self, source: str) -> MemoryQueue:
            return OwnQueue(size=5, remember=5)

    recorder = Recorder[Event]()
    own = phonecom_receiver(recorder, secret=None, inbox=OwnInbox())
    async with serving(own) as post:
        assert await post(phonecom_event()) == 200
        await recorder.wait_for(1)

    assert caplog.text.count("the inbox failed") == 1
