"""`no_wait`: no call waits, and what it would have waited is known."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from phonecom_events import (
    DeadlineExceeded,
    OutcomeUnknown,
    PhoneComClient,
    RateLimits,
    RequestTimedOut,
    RetryPolicy,
    ServerError,
    Window,
)
from phonecom_events.clock import CLOCK
from phonecom_events.sandbox import Fault, Sandbox
from phonecom_events.testing import no_wait

ACCOUNT = 1000002
# Real seconds, far fewer than are skipped.
AT_ONCE = 10.0


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """A sandbox with one account."""
    async with Sandbox() as server:
        server.add_account(ACCOUNT)
        yield server


def client_of(sandbox: Sandbox, **options: Any) -> PhoneComClient:
    """Make a client of a sandbox."""
    return PhoneComClient(sandbox.token, base_url=sandbox.phonecom_url, **options)


async def test_a_pause_that_a_server_asks_for_is_skipped_and_counted(
    sandbox: Sandbox,
) -> None:
    """Two minutes of rest after a 429 take no time, and stand in the statistics."""
    sandbox.fault(Fault(status=429, retry_after=100.0))
    started = time.monotonic()

    with no_wait() as skipped:
        async with client_of(sandbox) as client:
            await client.account(ACCOUNT).profiles.list()

    assert time.monotonic() - started < AT_ONCE
    assert client.statistics.retries == {"429": 1}
    assert 100.0 <= client.statistics.throttled < 100.0 + AT_ONCE
    assert 99.0 < skipped.seconds < 100.0 + AT_ONCE


async def test_back_off_is_skipped_and_counted(sandbox: Sandbox) -> None:
    """A call against a service that is down is tried as often as ever, at once."""
    sandbox.fault(Fault(status=503, times=None))
    started = time.monotonic()

    with no_wait():
        async with client_of(sandbox, retry=RetryPolicy(base=1e3, cap=1e4)) as client:
            with pytest.raises(ServerError):
                await client.account(ACCOUNT).profiles.get(1)

    assert time.monotonic() - started < AT_ONCE
    assert client.statistics.attempts == len(sandbox.requests) == 4


async def test_rate_limits_are_kept_by_the_clock_that_skips(sandbox: Sandbox) -> None:
    """Requests that fill a window go in the number that it takes, without waiting."""
    limits = RateLimits(account=(Window(2, 60.0),), endpoint=(), address=())
    started = time.monotonic()

    with no_wait() as skipped:
        async with client_of(sandbox, rate_limits=limits) as client:
            for _ in range(6):
                await client.account(ACCOUNT).profiles.list()

    assert time.monotonic() - started < AT_ONCE
    assert 119.0 < skipped.seconds < 120.0 + AT_ONCE
    assert client.statistics.throttled == pytest.approx(skipped.seconds, abs=AT_ONCE)


async def test_many_that_wait_together_wait_once(sandbox: Sandbox) -> None:
    """What skips is the time, and not each wait: calls at once share what passes."""
    limits = RateLimits(account=(Window(2, 60.0),), endpoint=(), address=())

    with no_wait() as skipped:
        async with client_of(sandbox, rate_limits=limits) as client:
            profiles = client.account(ACCOUNT).profiles
            await asyncio.gather(*(profiles.list().collect() for _ in range(6)))

    assert 119.0 < skipped.seconds < 120.0 + AT_ONCE


async def test_a_client_that_was_there_before_does_not_wait_either(
    sandbox: Sandbox,
) -> None:
    """A client of the whole program, made at its import, is skipped for as well."""
    started = time.monotonic()

    async with client_of(sandbox) as client:
        await client.account(ACCOUNT).profiles.list()  # its limiter has counted this
        sandbox.fault(Fault(status=429, retry_after=100.0))
        with no_wait():
            await client.account(ACCOUNT).profiles.list()
        await client.account(ACCOUNT).profiles.list()

    assert time.monotonic() - started < AT_ONCE


async def test_deadlines_go_by_the_clock_that_skips(sandbox: Sandbox) -> None:
    """A pause that does not fit a deadline ends the call, as if it had been waited."""
    sandbox.fault(Fault(status=503, times=None))

    with no_wait():
        async with client_of(
            sandbox, deadline=5.0, retry=RetryPolicy(base=1e6, cap=1e6)
        ) as client:
            with pytest.raises(DeadlineExceeded):
                await client.account(ACCOUNT).profiles.list()
        async with client_of(sandbox, deadline=5.0) as client:
            sandbox.clear_faults()
            await client.account(ACCOUNT).profiles.list()


async def test_timeouts_still_take_their_time(sandbox: Sandbox) -> None:
    """An answer that does not come ends in a timeout, the client's and asyncio's."""
    sandbox.fault(Fault(delay=60.0, times=None))

    with no_wait():
        async with client_of(
            sandbox, timeout=0.05, retry=RetryPolicy(attempts=1)
        ) as client:
            with pytest.raises(RequestTimedOut):
                await client.account(ACCOUNT).profiles.list()
        async with client_of(sandbox) as client:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await client.account(ACCOUNT).profiles.list()


async def test_nobody_is_late_because_another_waits(sandbox: Sandbox) -> None:
    """While one call is under way, no time is skipped that others wait for."""
    sandbox.fault(Fault(path="profiles/1", status=429, retry_after=100.0))
    sandbox.fault(Fault(path="profiles/2", delay=0.05, status=503))
    sandbox.add_profile(ACCOUNT, id=1)
    sandbox.add_profile(ACCOUNT, id=2)

    with no_wait() as skipped:
        async with (
            client_of(sandbox, rate_limits=None) as patient,
            client_of(sandbox, rate_limits=None, deadline=20.0) as hurried,
        ):
            waiting = asyncio.create_task(patient.account(ACCOUNT).profiles.get(1))
            # Its back-off is shorter, and so is over first.
            await hurried.account(ACCOUNT).profiles.get(2)
            assert skipped.seconds < 20.0
            await waiting

    assert skipped.seconds > 99.0


async def test_what_reconcile_waits_for_is_skipped(sandbox: Sandbox) -> None:
    """A create that is looked for after its end takes no time to settle."""
    sandbox.fault(Fault(method="POST", cut="after"))
    policy = RetryPolicy(settle=100.0)
    started = time.monotonic()

    with no_wait():
        async with client_of(sandbox, retry=policy) as client:
            profiles = client.account(ACCOUNT).profiles
            made = await profiles.create(name="A", support_email=None, reconcile=True)
            sandbox.fault(Fault(method="POST", cut="after"))
            with pytest.raises(OutcomeUnknown):
                await profiles.create(name="B", support_email=None)

    assert made.name == "A"
    assert time.monotonic() - started < AT_ONCE


async def test_sleepers_wake_in_the_order_of_their_times() -> None:
    """Whoever waits less goes on earlier, though it began to wait later."""
    woken = []

    async def sleep(seconds: float) -> None:
        await CLOCK.sleep(seconds)
        woken.append(seconds)

    with no_wait() as skipped:
        await asyncio.gather(*map(sleep, (30.0, 10.0, 20.0, 0.0)))

    assert woken == [0.0, 10.0, 20.0, 30.0]
    assert 29.0 < skipped.seconds < 30.1
    assert repr(skipped) == "<Skipped 30.0 s>"


async def test_a_sleep_that_is_cancelled_skips_nothing() -> None:
    """Who gives up waiting lets no time pass, and its timer is forgotten."""
    with no_wait() as skipped:
        sleeping = asyncio.create_task(CLOCK.sleep(1000.0))
        await asyncio.sleep(0)
        sleeping.cancel()
        await asyncio.wait([sleeping])
        await CLOCK.sleep(1.0)

    assert sleeping.cancelled()
    assert skipped.seconds < AT_ONCE


async def test_time_never_goes_back() -> None:
    """Afterwards the clock goes on from where it was skipped to, at its usual pace."""
    with no_wait():
        await CLOCK.sleep(1000.0)
        inside = CLOCK.monotonic()

    assert inside <= CLOCK.monotonic() < inside + AT_ONCE
    started = time.monotonic()
    await CLOCK.sleep(0.02)
    assert time.monotonic() - started >= 0.015


async def test_limits_are_not_shared_with_what_was_before(sandbox: Sandbox) -> None:
    """A window that was filled before no_wait, or in it, holds up no one across it."""
    async with client_of(sandbox) as before:
        with no_wait():
            async with client_of(sandbox) as inside:
                pass
        async with client_of(sandbox) as after:
            pass

    assert inside.limiter is not before.limiter
    assert after.limiter is before.limiter


def test_loops_one_after_another(capsys: pytest.CaptureFixture[str]) -> None:
    """One no_wait serves any number of loops, and leaves nothing on them."""
    with no_wait() as skipped:
        for _ in range(3):
            asyncio.run(CLOCK.sleep(100.0))

    assert 299.0 < skipped.seconds < 300.1
    assert capsys.readouterr().err == ""
