"""Posting sample events to real receivers, on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from phonecom_events.linq.deliveries import WebhookEvent
from phonecom_events.phonecom.events import Event
from phonecom_events.receiver import MemoryInbox, linq_receiver, phonecom_receiver
from phonecom_events.sandbox import Delivered, PublicAddress, Sandbox
from phonecom_events.sandbox.deliveries import (
    Deliveries,
    every_sample,
    post_all,
    sample_of,
)

SECRET = "whsec_" + "c2FuZGJveC1zYW1wbGVzLXNpZ25pbmctc2VjcmV0"


class Receivers:
    """Both vendors' receivers in one application, and what they handled."""

    def __init__(self) -> None:
        self.url = ""
        self.events: list[Event | WebhookEvent] = []

    async def handle(self, event: Event | WebhookEvent) -> None:
        self.events.append(event)

    async def settle(self, number: int) -> None:
        """Wait until so many are handled."""
        async with asyncio.timeout(5):
            while len(self.events) < number:
                await asyncio.sleep(0.01)


@pytest.fixture
async def receivers() -> AsyncIterator[Receivers]:
    """As the example has them."""
    held, app = Receivers(), web.Application()
    inbox = MemoryInbox()
    phonecom = phonecom_receiver(held.handle, secret="url-secret", inbox=inbox)
    phonecom.mount(app, "/phonecom/{secret}")
    linq_receiver(held.handle, SECRET, inbox=inbox).mount(app, "/linq")
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0]
    held.url = f"http://{host}:{port}"
    yield held
    await runner.cleanup()


async def test_our_receivers_take_every_sample(receivers: Receivers) -> None:
    """And their handlers get every event, with what the vendor documents of it."""
    making = Deliveries(signing_secret=SECRET)
    for vendor, path in (("phonecom", "/phonecom/url-secret"), ("linq", "/linq")):
        made = [making.make(s) for s in every_sample() if s.vendor == vendor]
        answers = await post_all(receivers.url + path, made)
        assert all(each.expected and each.status == 200 for each in answers)
    await receivers.settle(80)
    names = {name for event in receivers.events for name in event.names}
    samples = {sample.event_type for sample in every_sample()} - {"test"}
    assert samples <= names


async def test_the_sandbox_delivers(receivers: Receivers) -> None:
    """Changed, repeated and tampered as it is asked to."""
    sandbox, url = Sandbox(), f"{receivers.url}/linq"
    changes = {"data.sender_handle": "+12025550100"}
    sent = await sandbox.deliver(
        url,
        "message.received",
        changes,
        signing_secret=SECRET,
        count=2,
        duplicate=True,
    )
    assert [each.status for each in sent] == [200] * 4
    await receivers.settle(2)
    assert len(receivers.events) == 2
    (refused,) = await sandbox.deliver(
        url, "message.received", signing_secret=SECRET, tamper=True
    )
    assert (refused.status, refused.expected) == (401, True)
    path = f"{receivers.url}/phonecom/url-secret"
    (cut,) = await sandbox.deliver(path, "call", tamper=True)
    assert (cut.status, cut.expected) == (400, True)
    (wrong,) = await sandbox.deliver(f"{receivers.url}/phonecom/guess", "call")
    assert (wrong.status, wrong.expected) == (401, False)


async def test_a_subscription_of_the_sandbox_has_its_own_secret() -> None:
    """Whoever subscribed there verifies by what the create answered."""
    received: list[web.BaseRequest] = []

    async def take(request: web.BaseRequest) -> web.Response:
        received.append(request)
        return web.Response()

    sandbox = Sandbox()
    runner = web.ServerRunner(web.Server(take))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = "http://{}:{}/linq".format(*runner.addresses[0])
    with pytest.raises(ValueError, match="secret is needed"):
        await sandbox.deliver(url, "message.received")
    sandbox.add_linq_subscription(url)
    (sent,) = await sandbox.deliver(url, "message.received")
    await runner.cleanup()
    assert sent.status == 200
    assert "webhook-signature" in received[0].headers
    assert sandbox.linq_signing_secret("https://other.contoso.com") is None


async def test_deliveries_come_at_a_rate() -> None:
    """The next does not wait for the answer to the last."""
    now, begun = 100.0, []
    all_there = asyncio.Event()

    async def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    async def take(request: web.BaseRequest) -> web.Response:
        begun.append(now)
        if len(begun) == 5:
            all_there.set()
        await all_there.wait()
        return web.Response()

    runner = web.ServerRunner(web.Server(take))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = "http://{}:{}/".format(*runner.addresses[0])
    made = Deliveries().many(sample_of("call"), count=5)
    answered: list[Delivered] = []
    sent = await post_all(
        url,
        made,
        rate=10,
        clock=lambda: now,
        sleep=sleep,
        on_answer=answered.append,
    )
    await runner.cleanup()
    assert now == pytest.approx(100.4)
    assert len(sent) == len(answered) == 5


@pytest.mark.parametrize(
    "host", ["8.8.8.8", "[2001:4860:4860::8888]", "169.254.169.254", "[::ffff:8.8.8.8]"]
)
async def test_nobody_outside_gets_made_up_events_unasked(host: str) -> None:
    """What is neither loopback nor private is refused before anything is sent."""
    with pytest.raises(PublicAddress, match="not private"):
        await Sandbox().deliver(f"http://{host}/", "call")


@pytest.mark.parametrize(
    "url", ["", "foo", "ftp://127.0.0.1/", "http://[::1/", "http://"]
)
async def test_a_url_that_is_none_is_refused(url: str) -> None:
    """Before anything is sent."""
    with pytest.raises(ValueError, match="http:// or https://"):
        await Sandbox().deliver(url, "call")
    with pytest.raises(ValueError, match="rate"):
        await Sandbox().deliver("http://127.0.0.1/", "call", rate=0)


async def test_who_does_not_answer_is_told(unused_tcp_port: int) -> None:
    """As the result, and not as an exception."""
    url = f"http://127.0.0.1:{unused_tcp_port}/"
    (sent,) = await Sandbox().deliver(url, "call")
    assert sent.status is None
    assert not sent.expected
    assert "no connection" in sent.problem
