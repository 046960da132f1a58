"""Scans: all of a long listing over loopback, with slow answers, and amid slow work.

The raw loop steps through the same pages with aiohttp, decodes them with msgspec,
which is not strict there, into the same classes, and trusts `total`. It checks
nothing: where listeners come and go meanwhile it loses and repeats some.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import aiohttp
import msgspec

from phonecom_events import Listener, PhoneComClient
from phonecom_events.converter import converter
from phonecom_events.pagination import Paginator
from phonecom_events.phonecom.pages import ListAnswer

from .aims import measured
from .outcome import Measure, Outcome, show_all
from .process import served
from .samples import ACCOUNT
from .server import LISTENERS
from .timing import Times, in_turn_async

_AUTH: Final = {"Authorization": "Bearer made-up"}
_PAGE: Final = 500
_RAW: Final = "raw aiohttp and msgspec, not strict"
_STRICT: Final = "raw aiohttp, this package's decoding"
_PAGES: Final = "this package, page by page"
_ITEMS: Final = "this package, item by item"
_AHEAD: Final = "this package, prefetch 8"
_LATENCY: Final = 0.05
_TWENTY_MS: Final = 0.02


async def scan_at_once(listeners: int, rounds: int) -> Outcome:
    """Scan a listing whose answers come at once."""
    with served(listeners=listeners) as url:
        async with (
            PhoneComClient("made-up", base_url=url, rate_limits=None) as client,
            aiohttp.ClientSession() as session,
        ):
            listing = client.account(ACCOUNT).listeners.list()
            times = await in_turn_async(
                {
                    _RAW: lambda: _raw(session, url, listeners),
                    _STRICT: lambda: _raw(session, url, listeners, _strictly),
                    _PAGES: lambda: _pages(listing, listeners),
                    _ITEMS: lambda: _items(listing, listeners),
                },
                rounds=rounds,
            )
    measures = (
        _over_raw("scan by pages", _PAGES, times),
        _over_raw("scan by items", _ITEMS, times),
    )
    return Outcome(
        title=f"scan {listeners:,} listeners", times=times, base=_RAW, measures=measures
    )


async def scan_slowly(listeners: int, rounds: int) -> Outcome:
    """Scan a listing whose every answer takes 50 ms."""
    with served(listeners=listeners, latency=_LATENCY) as url:
        async with (
            PhoneComClient("made-up", base_url=url, rate_limits=None) as client,
            aiohttp.ClientSession() as session,
        ):
            listing = client.account(ACCOUNT).listeners.list
            times = await in_turn_async(
                {
                    _RAW: lambda: _raw(session, url, listeners),
                    _PAGES: lambda: _pages(listing(), listeners),
                    _AHEAD: lambda: _pages(listing(prefetch=8), listeners),
                },
                rounds=rounds,
                warm_up=0,
            )
    measure = measured(
        "prefetch",
        "time of the raw loop over prefetch 8",
        times[_RAW].least / times[_AHEAD].least,
    )
    return Outcome(
        title=f"scan {listeners:,} listeners, 50 ms for each page",
        times=times,
        base=_RAW,
        measures=(measure,),
    )


async def scan_amid_work(listeners: int, rounds: int) -> Outcome:
    """Scan a listing whose every page takes 20 ms to come, and 20 ms to work on."""
    with served(listeners=listeners, latency=_TWENTY_MS) as url:
        async with (
            PhoneComClient("made-up", base_url=url, rate_limits=None) as client,
            aiohttp.ClientSession() as session,
        ):
            listing = client.account(ACCOUNT).listeners.list()
            times = await in_turn_async(
                {
                    _RAW: lambda: _raw(session, url, listeners, work=_TWENTY_MS),
                    _PAGES: lambda: _pages(listing, listeners, work=_TWENTY_MS),
                },
                rounds=rounds,
                warm_up=1,
            )
    return Outcome(
        title=f"scan {listeners:,} listeners, 20 ms for each page and for its work",
        times=times,
        base=_RAW,
        measures=(_over_raw("scan amid work", _PAGES, times),),
    )


_Decode = Callable[[bytes], ListAnswer[Listener]]
_laxly: _Decode = msgspec.json.Decoder(ListAnswer[Listener], strict=False).decode


def _strictly(body: bytes) -> ListAnswer[Listener]:
    return converter.loads(body, ListAnswer[Listener])


async def _raw(
    session: aiohttp.ClientSession,
    url: str,
    listeners: int,
    decode: _Decode = _laxly,
    work: float | None = None,
) -> None:
    offset = seen = 0
    while True:
        query = {"limit": str(_PAGE), "offset": str(offset)}
        async with session.get(url + LISTENERS, params=query, headers=_AUTH) as answer:
            page = decode(await answer.read())
        seen += len(page.items)
        if work is not None:
            await asyncio.sleep(work)
        offset += _PAGE
        if page.total is None or offset >= page.total:
            break
    assert seen == listeners


async def _pages(
    listing: Paginator[Listener], listeners: int, work: float | None = None
) -> None:
    seen = 0
    async for page in listing.pages():
        seen += len(page)
        if work is not None:
            await asyncio.sleep(work)
    assert seen == listeners


async def _items(listing: Paginator[Listener], listeners: int) -> None:
    seen = 0
    async for _ in listing:
        seen += 1
    assert seen == listeners


def _over_raw(aim: str, variant: str, times: Mapping[str, Times]) -> Measure:
    ratio = times[variant].least / times[_RAW].least
    return measured(aim, f"{variant}, over the raw loop", ratio)


async def _all(listeners: int, rounds: int) -> tuple[Outcome, ...]:
    return (
        await scan_at_once(listeners, rounds),
        await scan_slowly(listeners, max(1, rounds // 5)),
        await scan_amid_work(listeners // 2, max(1, rounds // 5)),
    )


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Measure, print and return it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks scan")
    parser.add_argument("--listeners", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args(argv)
    return show_all(asyncio.run(_all(options.listeners, options.rounds)))
