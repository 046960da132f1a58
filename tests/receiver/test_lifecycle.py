"""The queue between answer and work: its bounds, its order, its end."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
from aiohttp import web

from phonecom_events.errors import InvalidArgument
from phonecom_events.phonecom.events import Event
from phonecom_events.receiver import Receiver, phonecom_receiver
from phonecom_events.webhooks import Router

from ..webhooks.samples import dumps, phonecom_event
from .post import Recorder, serving


def receiver(handle: Any, **options: Any) -> Receiver[Event]:
    return phonecom_receiver(handle, secret=None, **options)


async def test_answers_503_when_the_queue_is_full(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What there is no room for is to be sent again, and is then taken; told once."""
    recorder = Recorder[Event]()
    recorder.open.clear()
    async with serving(receiver(recorder, queue_size=1)) as post:
        assert await post(phonecom_event(uuid="in work")) == 200
        assert await post(phonecom_event(uuid="waiting")) == 200
        for _ in range(3):
            assert await post(phonecom_event(uuid="too much")) == 503
        recorder.open.set()
        await recorder.wait_for(2)
        assert await post(phonecom_event(uuid="too much")) == 200
        events = await recorder.wait_for(3)

    assert [event.uuid for event in events] == ["in work", "waiting", "too much"]
    assert caplog.text.count("1 events are waiting to be handled") == 1


async def test_one_worker_keeps_the_order() -> None:
    """Events are handled as they came, one at a time."""
    recorder = Recorder[Event]()
    uuids = [str(number) for number in range(50)]
    async with serving(receiver(recorder)) as post:
        for uuid in uuids:
            assert await post(phonecom_event(uuid=uuid)) == 200
        events = await recorder.wait_for(50)

    assert [event.uuid for event in events] == uuids


async def test_several_workers_work_at_the_same_time() -> None:
    """As many events are in work as there are workers."""
    meeting = asyncio.Barrier(3)
    async with (
        asyncio.timeout(20),
        serving(receiver(lambda _: meeting.wait(), workers=3)) as post,
    ):
        for number in range(3):
            assert await post(phonecom_event(uuid=str(number))) == 200


async def test_finishes_what_waits_when_the_application_stops() -> None:
    """What was acknowledged is handled before the application is gone."""
    recorder = Recorder[Event]()
    recorder.open.clear()
    async with serving(receiver(recorder)) as post:
        for number in range(5):
            assert await post(phonecom_event(uuid=str(number))) == 200
        recorder.open.set()

    assert len(recorder.events) == 5


async def test_gives_up_after_its_time_and_says_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A handler that hangs cannot keep the application from stopping."""
    cancelled: list[str] = []

    async def hang(event: Event) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append(event.uuid)
            raise

    before = asyncio.all_tasks()
    async with serving(receiver(hang, drain=0.01)) as post:
        for uuid in ("a", "b", "c"):
            assert await post(phonecom_event(uuid=uuid)) == 200

    assert cancelled == ["a"]
    assert "3 acknowledged events were not handled" in caplog.text
    assert asyncio.all_tasks() == before


async def test_a_cancelled_stop_leaves_no_worker() -> None:
    """Even when stopping is cut short, no task is left behind."""
    app = web.Application()
    stuck = receiver(lambda _: asyncio.Event().wait())
    stuck.mount(app, "/hook")
    before = asyncio.all_tasks()
    runner = web.AppRunner(app)
    await runner.setup()
    queue = stuck._endpoint._queue
    assert queue is not None
    await queue.put(dumps(phonecom_event()), ["a"])
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await stuck._endpoint.stop()

    assert asyncio.all_tasks() == before
    await runner.cleanup()


async def test_a_failing_handler_stops_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A handler's error is logged, and the next event is handled."""
    router = Router[Event]()
    recorder = Recorder[Event]()

    @router.on("recording")
    async def fail(_: Event) -> None:
        raise ValueError("no disk")

    @router.on("call-log")
    async def cancel(_: Event) -> None:
        asyncio.get_running_loop().create_future().cancel()
        raise asyncio.CancelledError

    router.on()(recorder)
    async with serving(receiver(router.dispatch)) as post:
        for data_type in ("recording", "call-log", "call"):
            event = phonecom_event(data_type, uuid=data_type)
            assert await post(event) == 200
        events = await recorder.wait_for(2)

    assert [event.data_type for event in events] == ["recording", "call"]
    assert "handling an event failed" in caplog.text
    assert "no disk" in caplog.text
    assert "handling an event was cancelled" in caplog.text


async def test_starts_again_with_another_application() -> None:
    """A receiver that is not running takes nothing, and is mounted once."""
    recorder = Recorder[Event]()
    twice = receiver(recorder)
    assert "no path" in repr(twice)
    async with serving(twice) as post:
        assert await post(phonecom_event()) == 200
        await recorder.wait_for(1)
    with pytest.raises(InvalidArgument, match="mounted already, at /hook"):
        twice.mount(web.Application(), "/other")

    assert repr(twice) == "<Receiver at /hook>"
    assert not await twice._endpoint._keep(b"{}", ["a"])
    await twice._endpoint.stop()


@pytest.mark.parametrize(
    "options",
    [
        {"queue_size": 0},
        {"workers": 0},
        {"drain": -1},
        {"drain": float("nan")},
        {"body_timeout": 0},
        {"remember": -1},
        {"remember": float("inf")},
    ],
)
def test_refuses_options_that_cannot_work(options: dict[str, Any]) -> None:
    """A bound of nothing, or of no end, is a mistake."""
    with pytest.raises(InvalidArgument):
        receiver(Recorder[Event].__call__, **options)


async def test_logs_why_but_nothing_that_was_sent(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The log says why a delivery was refused, in words of its own."""
    caplog.set_level(logging.WARNING)
    async with serving(receiver(Recorder[Event]())) as post:
        assert await post(b'{"uuid": "attack\\nERROR forged line"}') == 400

    assert "refused a delivery (400): the event is not as documented" in caplog.text
    assert "attack" not in caplog.text
