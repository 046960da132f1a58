"""Calls: what one costs over loopback, beside the least there is, and the peers.

`get` reads one listener, or one webhook subscription of Linq; `list` all 500 of
Linq's. The raw loop sends the same request, and stops at plain values.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from typing import Any, Final

import aiohttp
import httpx
import orjson
from linq import AsyncLinqAPIV3

from phonecom_events import LinqClient, PhoneComClient

from .aims import measured
from .outcome import Measure, Outcome, show_all
from .process import served
from .samples import ACCOUNT, WIDE_LIMITS
from .server import LINQ, LINQ_ID, LISTENERS
from .timing import in_turn_async

_AUTH: Final = {"Authorization": "Bearer made-up"}
_RAW: Final = "raw aiohttp and orjson"
_OFFICIAL: Final = "linq-python, async"
_GETS: Final = 20
_LISTED: Final = 500


async def get_listener(url: str, rounds: int) -> Outcome:
    """Get one listener of Phone.com's, without rate limits and with wide ones."""
    where = f"{url}{LISTENERS}/1"
    async with (
        PhoneComClient("made-up", base_url=url, rate_limits=None) as client,
        PhoneComClient("made-up", base_url=url, rate_limits=WIDE_LIMITS) as limited,
        aiohttp.ClientSession() as session,
        httpx.AsyncClient() as bare_httpx,
    ):
        listeners = client.account(ACCOUNT).listeners
        kept_to = limited.account(ACCOUNT).listeners

        async def by_httpx() -> object:
            return orjson.loads((await bare_httpx.get(where, headers=_AUTH)).content)

        times = await in_turn_async(
            {
                "this package": lambda: listeners.get(1),
                "this package, keeping to rate limits": lambda: kept_to.get(1),
                _RAW: lambda: _raw(session, where),
                "raw httpx and orjson": by_httpx,
            },
            rounds=rounds,
            each=_GETS,
        )
    measure = measured(
        "get, Phone.com",
        "time over that of raw aiohttp and orjson",
        times["this package"].least / times[_RAW].least,
    )
    return Outcome(
        title="get one listener", times=times, base=_RAW, measures=(measure,)
    )


async def get_webhook_subscription(url: str, rounds: int) -> Outcome:
    """Get one webhook subscription of Linq's."""
    where = f"{url}{LINQ}/{LINQ_ID}"
    async with (
        LinqClient("made-up", base_url=url) as client,
        AsyncLinqAPIV3(api_key="made-up", base_url=url) as official,
        aiohttp.ClientSession() as session,
    ):
        times = await in_turn_async(
            {
                "this package": lambda: client.webhook_subscriptions.get(LINQ_ID),
                _RAW: lambda: _raw(session, where),
                _OFFICIAL: lambda: official.webhook_subscriptions.retrieve(LINQ_ID),
            },
            rounds=rounds,
            each=_GETS,
        )
    measures = (
        measured(
            "get, Linq",
            "time over that of raw aiohttp and orjson",
            times["this package"].least / times[_RAW].least,
        ),
        Measure(
            what="time of linq-python over this",
            value=times[_OFFICIAL].least / times["this package"].least,
            sense="at least",
            wanted=1,
        ),
    )
    return Outcome(
        title="get one webhook subscription", times=times, base=_RAW, measures=measures
    )


async def list_webhook_subscriptions(url: str, rounds: int) -> Outcome:
    """List 500 webhook subscriptions of Linq's."""
    async with (
        LinqClient("made-up", base_url=url) as client,
        AsyncLinqAPIV3(api_key="made-up", base_url=url) as official,
        aiohttp.ClientSession() as session,
    ):
        ours, theirs = client.webhook_subscriptions, official.webhook_subscriptions
        listed = await ours.list().collect()
        assert len(listed) == len((await theirs.list()).subscriptions) == _LISTED
        times = await in_turn_async(
            {
                "this package": lambda: ours.list().collect(),
                _RAW: lambda: _raw(session, f"{url}{LINQ}"),
                _OFFICIAL: theirs.list,
            },
            rounds=rounds,
        )
    measure = Measure(
        what="time of linq-python over this",
        value=times[_OFFICIAL].least / times["this package"].least,
        sense="at least",
        wanted=15,
    )
    return Outcome(
        title=f"list {_LISTED} webhook subscriptions",
        times=times,
        base=_RAW,
        measures=(measure,),
    )


async def _raw(session: aiohttp.ClientSession, where: str) -> object:
    async with session.get(where, headers=_AUTH) as answer:
        return orjson.loads(await answer.read())


async def _all(rounds: int) -> tuple[Outcome, ...]:
    with served(listeners=1, subscriptions=_LISTED) as url:
        return (
            await get_listener(url, rounds),
            await get_webhook_subscription(url, rounds),
            await list_webhook_subscriptions(url, rounds),
        )


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Measure, print and return it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks calls")
    parser.add_argument("--rounds", type=int, default=100)
    rounds = parser.parse_args(argv).rounds
    return show_all(asyncio.run(_all(rounds)))
