"""Receive the events of Phone.com and Linq, in one aiohttp application.

Run as it is, it starts on a loopback port and posts a few deliveries to itself:

    python examples/receive_events.py [INBOX]

With a file as the inbox, what was acknowledged and not handled before it stopped is
handled by the next run, and nothing is handled twice.

In earnest, `application` is what you would serve, with secrets of your own.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time

from aiohttp import ClientSession, web

from phonecom_events.linq.deliveries import Message, WebhookEvent
from phonecom_events.phonecom.events import Call, Event
from phonecom_events.receiver import (
    Inbox,
    MemoryInbox,
    SqliteInbox,
    linq_receiver,
    phonecom_receiver,
)
from phonecom_events.webhooks import Router, signed_headers

# Phone.com signs nothing, so a part of the URL has to be secret.
URL_SECRET = os.environ.get("PHONECOM_URL_SECRET", "a-long-random-text")
# Linq shows it once, when the subscription is created.
SIGNING_SECRET = os.environ.get("LINQ_SIGNING_SECRET", "whsec_ZXhhbXBsZS1zZWNyZXQ=")

calls = Router[Event]()
messages = Router[WebhookEvent]()


@calls.on("call", also=["inbound", "completed-call"])
async def call_ended(event: Event) -> None:
    """Tell how a call ended."""
    if isinstance(event.payload, Call):
        leg = event.payload.event_leg
        print(f"call from {leg.from_.id}: {leg.completion_status}")


@messages.on("message.received")
async def message_received(event: WebhookEvent) -> None:
    """Tell what a message says."""
    if isinstance(event.payload, Message):
        text = " ".join(part.value or "" for part in event.payload.parts)
        print(f"message from {event.payload.sender_handle.handle}: {text}")


def application(inbox: Inbox) -> web.Application:
    """Make an application that receives from both services into one inbox."""
    app = web.Application()
    phonecom = phonecom_receiver(calls.dispatch, secret=URL_SECRET, inbox=inbox)
    phonecom.mount(app, "/phonecom/{secret}")
    linq = linq_receiver(messages.dispatch, SIGNING_SECRET, inbox=inbox)
    linq.mount(app, "/linq")
    return app


async def main(path: str | None = None) -> None:
    """Serve, post, and stop; stopping lets the handlers finish."""
    inbox = MemoryInbox() if path is None else SqliteInbox(path)
    runner = web.AppRunner(application(inbox))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0]
    try:
        async with ClientSession(f"http://{host}:{port}") as http:
            await post_deliveries(http)
    finally:
        await runner.cleanup()


async def post_deliveries(http: ClientSession) -> None:
    """Do what the two services do, and what a forger would."""
    path = f"/phonecom/{URL_SECRET}"
    for name, body in (("probe", {"test": 1}), ("call", CALL)):
        async with http.post(path, json=body) as answer:
            print(f"Phone.com's {name}: {answer.status}")
    text = json.dumps(MESSAGE).encode()
    headers = signed_headers(
        SIGNING_SECRET, text, webhook_id="msg_1", timestamp=int(time.time())
    )
    for name, sent in (("message", text), ("repeat", text), ("forgery", text + b" ")):
        async with http.post("/linq", data=sent, headers=headers) as answer:
            print(f"Linq's {name}: {answer.status}")


LEG = {
    "uuid": "c-1",
    "from": {"type": "did", "id": "+12025550101"},
    "to": {"type": "did", "id": "+12025550102"},
    "is_first": True,
    "state": "completed",
    "completion_status": "success",
}
CALL = {
    "uuid": "e-1",
    "version": "2.0.0",
    "listener_id": 1001,
    "context": {"type": "account", "id": 1000002, "voip_id": 1000002},
    "timestamp": 1790000000,
    "timestamp_ns": 1790000000000000000,
    "tags": ["call", "completed-call", "first-leg", "inbound"],
    "data_type": "call",
    "data_object_uuid": "c-1",
    "data": {"uuid": "c-1", "direction": "inbound", "event_leg": LEG},
}
MESSAGE = {
    "api_version": "v3",
    "webhook_version": "2026-02-03",
    "event_type": "message.received",
    "event_id": "e-2",
    "created_at": "2026-09-21T14:13:20Z",
    "data": {
        "id": "m-1",
        "chat": {"id": "chat-1"},
        "direction": "inbound",
        "parts": [{"type": "text", "value": "See you at nine"}],
        "sender_handle": {"id": "h-1", "handle": "+12025550101"},
    },
}

if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:2]))
