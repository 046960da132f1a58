"""How far the reading of one account is, told page by page."""

from __future__ import annotations

from phonecom_events import LinqClient, PhoneComClient
from phonecom_events.audit import RowsRead, audit
from phonecom_events.sandbox import Fault, Sandbox

from .builders import NOW


async def test_each_page_tells_how_far_its_listing_is() -> None:
    """Rows count up to the total that the server names; Linq has no account."""
    told: list[RowsRead] = []
    async with (
        Sandbox(total=True) as sandbox,
        PhoneComClient(sandbox.token, base_url=sandbox.phonecom_url) as phonecom,
        LinqClient(sandbox.api_key, base_url=sandbox.linq_url) as linq,
    ):
        sandbox.add_profile(7)
        for _ in range(600):
            sandbox.add_listener(7)
        sandbox.add_linq_subscription()
        sandbox.linq_event_types = ["message.received", "message.sent"]
        await audit(
            phonecom, [7], linq=linq, now=NOW, concurrency=1, on_rows=told.append
        )
    assert told == [
        RowsRead(account=None, resource="webhook_subscriptions", rows=1, total=None),
        RowsRead(account=None, resource="event_types", rows=2, total=None),
        RowsRead(account=7, resource="profiles", rows=1, total=1),
        RowsRead(account=7, resource="listeners", rows=500, total=600),
        RowsRead(account=7, resource="listeners", rows=600, total=600),
    ]


async def test_listeners_that_are_asked_one_by_one_are_counted(
    sandbox: Sandbox, unlimited: PhoneComClient
) -> None:
    """Their subscriptions are told by listeners, of which the number is known."""
    told: list[RowsRead] = []
    sandbox.fault(Fault(path="/overview", status=403))
    for _ in range(3):
        sandbox.add_listener(7)
    await audit(unlimited, [7], now=NOW, on_rows=told.append)
    assert told == [
        RowsRead(account=7, resource="listeners", rows=3, total=None),
        *[
            RowsRead(account=7, resource="subscriptions", rows=rows, total=3)
            for rows in (1, 2, 3)
        ],
    ]
