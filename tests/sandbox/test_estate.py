"""The estates: what they plant is there, and nothing else is wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from phonecom_events.sandbox import Estate, Sandbox, clean_estate, fill_estate, serve

from .box import NOW, Box
from .findings import Contents, Row, findings

MOMENT = datetime.fromtimestamp(NOW, UTC)


async def read(box: Box) -> Contents:
    """Read all accounts and Linq over the socket."""
    lists: dict[str, list[Row]] = {"overview": [], "callbacks": [], "profiles": []}
    accounts = await box.phonecom("GET", "/accounts", params={"limit": 500})
    for voip_id in accounts.ids:
        for name in lists:
            path = f"/accounts/{voip_id}/integrations/events/{name}"
            for offset in (0, 500):
                params = {"limit": 500, "offset": offset, "include_subaccounts": 1}
                page = await box.phonecom("GET", path, params=params)
                lists[name] += page.json["items"]
    linq = await box.linq("GET", "/v3/webhook-subscriptions")
    numbers = await box.linq("GET", "/v3/phone_numbers")
    events = await box.linq("GET", "/v3/webhook-events")
    return Contents(
        **lists,
        linq=linq.json["subscriptions"],
        linq_numbers=[row["phone_number"] for row in numbers.json["phone_numbers"]],
        linq_events=events.json["events"],
        receivers=box.sandbox.receivers,
    )


async def test_what_is_planted_is_all_that_is_wrong(box: Box) -> None:
    """A second look at the filled estate finds the planted problems and no others."""
    estate = fill_estate(box.sandbox, now=MOMENT)
    found = findings(await read(box))
    planted = {name: set(ids) for name, ids in estate.problems.items()}
    assert found == planted
    assert len(planted) == 37


async def test_the_clean_estate_is_clean(box: Box) -> None:
    """A second look at the clean estate finds nothing."""
    estate = clean_estate(box.sandbox, now=MOMENT)
    contents = await read(box)
    assert findings(contents) == {}
    assert estate.problems == {}
    assert len(contents.overview) > 500
    assert {row["mode"] for row in contents.callbacks} == {
        "HTTPS",
        "EMAIL",
        "APPLICATION",
    }


@pytest.mark.parametrize("build", [fill_estate, clean_estate])
async def test_an_estate_is_the_same_every_time(
    box: Box, build: Callable[..., Estate]
) -> None:
    """Two estates built for one moment are equal, row by row."""
    twin = Sandbox(clock=lambda: 0.0)
    assert build(box.sandbox, now=MOMENT) == build(twin, now=MOMENT)
    here, there = box.sandbox.tables, twin.tables
    for table in ("profiles", "callbacks", "listeners", "subscriptions"):
        rows = [vars(tables)[table] for tables in (here, there)]
        scopes = [("account", n) for n in twin.accounts]
        assert rows[0].select(scopes) == rows[1].select(scopes)
    assert box.sandbox.webhook_subscriptions.encoded() == (
        twin.webhook_subscriptions.encoded()
    )


def test_times_are_counted_from_the_moment_given() -> None:
    """The same estate a day later expires a day later."""
    ends = []
    for day in (0, 1):
        sandbox = Sandbox()
        moment = datetime.fromtimestamp(NOW + day * 86_400, UTC)
        estate = fill_estate(sandbox, now=moment)
        (first, *_) = estate.problems["listener expired"]
        ends.append(sandbox.tables.listeners[int(first)]["expires_at"])
    assert ends[1] - ends[0] == 86_400


def test_an_estate_says_which_accounts_it_has() -> None:
    """The accounts of the estate are those of the sandbox."""
    sandbox = Sandbox()
    estate = fill_estate(sandbox, now=MOMENT)
    assert estate.accounts == sandbox.accounts
    assert len(estate.accounts) == 5


async def test_serve_runs_until_it_is_cancelled() -> None:
    """`serve` tells when it listens, and stops when its task is cancelled."""
    ready: asyncio.Queue[str] = asyncio.Queue()
    sandbox = Sandbox(log_limit=10)
    task = asyncio.create_task(
        serve(sandbox, started=lambda running: ready.put_nowait(running.phonecom_url))
    )
    assert (await ready.get()).startswith("http://127.0.0.1:")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(RuntimeError):
        _ = sandbox.phonecom_url


async def test_serve_needs_no_callback() -> None:
    """Without a `started` function, `serve` just serves."""
    sandbox = Sandbox()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(serve(sandbox), 0.05)
