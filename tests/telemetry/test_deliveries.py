"""What is told of deliveries."""

from __future__ import annotations

import asyncio

import pytest

from phonecom_events.errors import InvalidArgument
from phonecom_events.linq.deliveries import WebhookEvent
from phonecom_events.phonecom.events import Event
from phonecom_events.receiver import linq_receiver, phonecom_receiver

from ..receiver.asgi_server import alive, linq_headers, send_to, whole
from ..receiver.post import Recorder as Events
from ..receiver.post import serving
from ..webhooks.samples import NOW, SECRET, dumps, linq_event, phonecom_event
from .recorder import Recorder


async def test_each_delivery_is_told_of_by_its_answer() -> None:
    """Taken or refused, under aiohttp and under ASGI, with nothing of where it came."""
    recorder = Recorder()
    phonecom = phonecom_receiver(Events[Event](), secret="key", telemetry=recorder)
    async with serving(phonecom, "/hook/{secret}", "/hook/key") as post:
        assert await post(phonecom_event()) == 200
        assert await post(phonecom_event(), path="/hook/wrong") == 401
    linq = linq_receiver(
        Events[WebhookEvent](), SECRET, clock=lambda: NOW, telemetry=recorder
    )
    body = dumps(linq_event())
    async with alive(linq.asgi()):
        await send_to(linq.asgi(), whole(body), headers=linq_headers(body))
        await send_to(linq.asgi(), whole(body), method="GET")

    told = [span.operation for span in recorder.spans]
    assert [(each.kind, each.name, each.method) for each in told] == [
        ("delivery", "phonecom.delivery", "POST"),
        ("delivery", "phonecom.delivery", "POST"),
        ("delivery", "linq.delivery", "POST"),
        ("delivery", "linq.delivery", "GET"),
    ]
    assert {(each.template, each.host, each.port) for each in told} == {("", "", 0)}
    assert [span.ended[0]["status"] for span in recorder.spans] == [200, 401, 200, 405]
    assert recorder.all_ended_once()


async def test_a_delivery_that_is_cancelled_or_fails_is_ended() -> None:
    """A server that gives up, and a receiver that was never started, are told of."""
    recorder = Recorder()
    app = phonecom_receiver(Events[Event](), secret=None, telemetry=recorder).asgi()
    with pytest.raises(InvalidArgument):
        await send_to(app, [])
    async with alive(app):
        waiting = asyncio.create_task(send_to(app, []))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    assert [span.ended[0]["error"] for span in recorder.spans] == [
        "InvalidArgument",
        "CancelledError",
    ]


def test_what_is_no_telemetry_is_refused() -> None:
    """A receiver says so when it is made, as a client does."""
    with pytest.raises(InvalidArgument, match="must have begin"):
        phonecom_receiver(print, secret=None, telemetry="otel")  # type: ignore[arg-type]
