"""Receivers in a FastAPI application, under real servers."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession
from fastapi import FastAPI

from phonecom_events.linq.deliveries import WebhookEvent
from phonecom_events.phonecom.events import Event
from phonecom_events.receiver import linq_receiver, phonecom_receiver
from phonecom_events.webhooks import signed_headers

from ...receiver.post import Recorder
from ...webhooks.samples import NOW, SECRET, dumps, linq_event, phonecom_event
from .servers import SERVERS, Serve, uvicorn_h11


@pytest.mark.parametrize("serve", SERVERS)
async def test_both_vendors_beside_routes_of_ones_own(serve: Serve) -> None:
    """Mounted or at a route, they receive what is posted there, and nothing else."""
    calls, messages = Recorder[Event](), Recorder[WebhookEvent]()
    phonecom = phonecom_receiver(calls, secret="key")
    linq = linq_receiver(messages, SECRET, clock=lambda: NOW)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with phonecom.lifespan(), linq.lifespan():
            yield

    app = FastAPI(lifespan=lifespan)
    app.mount("/phonecom", phonecom.asgi())
    app.add_route("/linq", linq.asgi(), methods=["POST"])  # type: ignore[arg-type]

    @app.get("/health")
    async def health() -> str:
        return "well"

    message = dumps(linq_event())
    signed = signed_headers(SECRET, message, webhook_id="msg_1", timestamp=NOW)
    async with serve(app) as url, ClientSession(url) as http:
        for path, body, headers, status in [
            ("/phonecom/key", dumps(phonecom_event()), {}, 200),
            ("/phonecom/wrong", dumps(phonecom_event()), {}, 401),
            ("/linq", message, signed, 200),
            ("/linq", message, {}, 401),
            ("/elsewhere", message, signed, 404),
        ]:
            async with http.post(path, data=body, headers=headers) as answer:
                assert answer.status == status
        async with http.get("/health") as answer:
            assert await answer.json() == "well"
        await calls.wait_for(1)
        await messages.wait_for(1)


async def test_its_lifespan_can_be_the_applications() -> None:
    """For one receiver, `lifespan` itself is what FastAPI wants."""
    recorder = Recorder[Event]()
    receiver = phonecom_receiver(recorder, secret="key")
    app = FastAPI(lifespan=receiver.lifespan)
    app.mount("/phonecom", receiver.asgi())
    async with (
        uvicorn_h11(app) as url,
        ClientSession(url) as http,
        http.post("/phonecom/key", data=dumps(phonecom_event())) as answer,
    ):
        assert answer.status == 200

    assert len(recorder.events) == 1


@pytest.mark.parametrize("serve", SERVERS)
async def test_a_forgotten_lifespan_under_a_server(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    """The sender gets a 500, to come again, and the server's log has the reason."""
    receiver = phonecom_receiver(Recorder[Event](), secret="key")
    app = FastAPI()
    app.mount("/phonecom", receiver.asgi())
    caplog.set_level(logging.ERROR)
    async with (
        serve(app) as url,
        ClientSession(url) as http,
        http.post("/phonecom/key", data=dumps(phonecom_event())) as answer,
    ):
        assert answer.status == 500

    assert "receiver.lifespan() in your framework's own lifespan" in caplog.text
