"""What is told of scans: one span, whose pages are events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from phonecom_events.errors import DecodeError, ServerError
from phonecom_events.phonecom import Profile
from phonecom_events.retry import RetryPolicy
from phonecom_events.sandbox import Fault, Sandbox

from ..behaviour.conftest import ACCOUNT, linq_client, phonecom_client
from .recorder import Recorded, Recorder, active

SCAN = "scan phonecom.profiles.list"
TRY = f"{SCAN} > attempt phonecom.profiles.list"
ROWS = 10


@pytest.fixture
def rows(sandbox: Sandbox) -> None:
    """Ten rows to list."""
    for _ in range(ROWS):
        sandbox.add_profile(ACCOUNT)


def scans(recorder: Recorder) -> list[Recorded]:
    return [span for span in recorder.spans if span.operation.kind == "scan"]


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("prefetch", [0, 3])
async def test_pages_are_events_of_one_span(sandbox: Sandbox, prefetch: int) -> None:
    """A scan is told of once; its requests are attempts in it, and no calls."""
    recorder = Recorder()
    async with phonecom_client(sandbox, telemetry=recorder) as client:
        profiles = client.account(ACCOUNT).profiles
        found = await profiles.list(page_size=4, prefetch=prefetch).collect()
    (scan,) = scans(recorder)
    pages = scan.named("page")

    assert len(found) == ROWS
    assert set(recorder.tree()) == {SCAN, TRY}
    assert pages[0] == {"limit": 4, "offset": 0, "rows": 4}
    assert len(pages) >= 3
    assert scan.ended == [{}]
    assert recorder.all_ended_once()


@pytest.mark.usefixtures("rows")
async def test_every_way_of_reading_ends(sandbox: Sandbox) -> None:
    """A page awaited, a first item, a loop that is left, an iterator that is closed."""
    recorder = Recorder()
    async with phonecom_client(sandbox, telemetry=recorder) as client:
        listing = client.account(ACCOUNT).profiles.list(page_size=3)
        await listing
        await listing.first()
        async for _ in listing:
            break
        async for _ in listing.pages():
            break
        async with aiter(listing.pages()) as pages:
            await anext(pages)
        iterator = aiter(listing)
        await anext(iterator)
        await listing.aclose()

    assert [scan.ended for scan in scans(recorder)] == [[{}]] * 6
    assert recorder.all_ended_once()


@pytest.mark.usefixtures("rows")
async def test_an_error_ends_it_and_going_on_is_another(sandbox: Sandbox) -> None:
    """A scan that fails says with what; the rest, if it is read, is told of anew."""
    recorder = Recorder()
    once = RetryPolicy(attempts=1)
    sandbox.fault(Fault(status=500, skip=1))
    async with phonecom_client(sandbox, telemetry=recorder, retry=once) as client:
        pages = client.account(ACCOUNT).profiles.list(page_size=4, prefetch=0).pages()
        await anext(pages)
        with pytest.raises(ServerError):
            await anext(pages)
        assert [page async for page in pages]

    assert [scan.ended for scan in scans(recorder)] == [
        [{"error": "ServerError"}],
        [{}],
    ]


async def test_what_cannot_be_read_is_told_within_it(sandbox: Sandbox) -> None:
    """An answer that is not as documented ends the scan, and is counted."""
    recorder = Recorder()
    sandbox.fault(Fault(body={"items": [{"id": "seven"}]}))
    async with phonecom_client(sandbox, telemetry=recorder) as client:
        with pytest.raises(DecodeError):
            await client.account(ACCOUNT).profiles.list()

    assert scans(recorder)[0].ended == [{"error": "DecodeError"}]
    assert recorder.failures == [("phonecom", "ListAnswer")]


async def test_retries_and_waits_are_events_of_the_scan(sandbox: Sandbox) -> None:
    """A page has no span of its own for them."""
    recorder = Recorder()
    sandbox.fault(Fault(status=503))
    async with linq_client(sandbox, telemetry=recorder) as client:
        await client.webhook_subscriptions.list()
    (scan,) = scans(recorder)

    assert [name for name, _ in scan.events] == ["retry", "page"]
    counts = [span.operation.resend_count for span in recorder.spans]
    assert counts == [0, 0, 1]


@pytest.mark.usefixtures("rows")
async def test_nothing_is_active_while_the_user_has_an_item(sandbox: Sandbox) -> None:
    """What is made current is unmade before each item is given, in generators, too."""
    recorder = Recorder()

    async def generator(listing: Any) -> AsyncIterator[Profile]:
        async for item in listing:
            assert active.get() is None
            yield item
            assert active.get() is None

    async with phonecom_client(sandbox, telemetry=recorder) as client:
        listing = client.account(ACCOUNT).profiles.list(page_size=4)
        items = generator(listing)
        # Each in a task, and so in a context, of its own.
        for _ in range(ROWS):
            await asyncio.create_task(anext(items))
            assert active.get() is None
        await items.aclose()
    del items, listing

    assert recorder.all_ended_once()


@pytest.mark.usefixtures("rows")
async def test_calls_between_pages_are_not_of_the_scan(sandbox: Sandbox) -> None:
    """Only what fetches a page is in the scan; the same listing elsewhere is not."""
    recorder = Recorder()
    async with phonecom_client(sandbox, telemetry=recorder) as client:
        profiles = client.account(ACCOUNT).profiles
        async for profile in profiles.list(max_items=1):
            await profiles.get(profile.id)

    get = "call phonecom.profiles.get"
    assert recorder.tree() == [SCAN, TRY, get, f"{get} > attempt phonecom.profiles.get"]
