"""The ten jobs whose cost is guarded: the same work each time, nothing left to chance.

Most are answered by a middleware, which leaves this package's cost alone to be counted;
two send, to a server in the same process.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping
from datetime import UTC, datetime
from math import inf
from typing import Any, Final
from unittest import mock
from urllib.parse import urlsplit

import msgspec
from attrs import define, field

from phonecom_events import LinqClient, Listener, PhoneComClient
from phonecom_events.audit import audit, slices
from phonecom_events.http import Request, Response
from phonecom_events.middleware import Handler
from phonecom_events.pagination import Paginator
from phonecom_events.ratelimit import InProcessLimiter

from .samples import ACCOUNT, WIDE_LIMITS, listener, overview_listener
from .server import LISTENERS, Answer, Connection, answers, page_of

CALLS: Final = 50
ROWS: Final = 2_000
_ODD: Final = 1
_ODD_EVERY: Final = 400
_CREATED: Final = msgspec.json.encode(listener(1))
_NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)


@define
class Answering:
    """Answer every request by itself, as a middleware.

    Attributes:
        made: what makes the answer, by path.
        requests: how many came.
    """

    made: Mapping[str, Answer]
    requests: int = field(default=0, init=False)

    async def __call__(self, request: Request, _: Handler) -> Response:
        """Answer at once, with 200 or 201."""
        self.requests += 1
        if request.method == "POST":
            return Response(status=201, body=_CREATED)
        url = urlsplit(request.url)
        return Response(status=200, body=self.made[url.path](url.query))


Job = Callable[[Answering], Coroutine[Any, Any, None]]


def answering() -> Answering:
    """Make all rows beforehand, so that making them is not counted."""
    odd = [listener(number) for number in range(ROWS)]
    for row in odd[::_ODD_EVERY]:
        row["expires_at"] = "tomorrow"
    rows = [overview_listener(number) for number in range(1, ROWS + 1)]
    for row in rows[::2]:
        row[":callback"]["enabled"] = False
    return Answering(
        {
            **answers(listeners=ROWS, subscriptions=500),
            **_listings(ACCOUNT, overview=rows),
            **_listings(_ODD, listeners=odd),
        }
    )


def _listings(account: int, **rows: Iterable[Mapping[str, Any]]) -> dict[str, Answer]:
    events = LISTENERS.replace(str(ACCOUNT), str(account)).removesuffix("listeners")
    owned = [overview_listener(number)[":callback"] for number in range(40)]
    rows = {"callbacks": owned, "profiles": [owned[0][":profile"]], **rows}
    return {events + name: _pages_of(each) for name, each in rows.items()}


def _pages_of(rows: Iterable[Mapping[str, Any]]) -> Answer:
    encoded = [msgspec.json.encode(row) for row in rows]
    return lambda query: page_of(encoded, query)


def _phonecom(answer: Answering) -> PhoneComClient:
    return PhoneComClient(
        "made-up",
        base_url="https://example.org",
        middlewares=[answer],
        rate_limits=None,
    )


def _listing(
    phonecom: PhoneComClient, account: int = ACCOUNT, **options: Any
) -> Paginator[Listener]:
    return phonecom.account(account).listeners.list(**options)


async def get(answer: Answering) -> None:
    """Get a listener, time and again."""
    async with _phonecom(answer) as phonecom:
        for _ in range(CALLS):
            await phonecom.account(ACCOUNT).listeners.get(1)


async def get_over_loopback(answer: Answering) -> None:
    """Get a listener, time and again, of a server."""
    await _get_over_loopback(answer, rate_limits=None)


async def get_within_limits(answer: Answering) -> None:
    """Do the same within rate limits that leave room for all."""
    await _get_over_loopback(answer, limiter=InProcessLimiter(WIDE_LIMITS))


async def _get_over_loopback(answer: Answering, **options: Any) -> None:
    loop = asyncio.get_running_loop()
    made = dict(answer.made)
    server = await loop.create_server(lambda: Connection(made, 0), "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, PhoneComClient("made-up", base_url=url, **options) as client:
        for _ in range(CALLS):
            await client.account(ACCOUNT).listeners.get(1)


async def create(answer: Answering) -> None:
    """Create a listener, time and again."""
    async with _phonecom(answer) as phonecom:
        for _ in range(CALLS):
            await phonecom.account(ACCOUNT).listeners.create(callback_id=1700)


async def list_of_linq(answer: Answering) -> None:
    """List Linq's webhook subscriptions, which come in one answer."""
    async with LinqClient(
        "made-up", base_url="https://example.org", middlewares=[answer]
    ) as linq:
        assert len(await linq.webhook_subscriptions.list()) == CALLS * 10


async def pages(answer: Answering) -> None:
    """Read listeners by pages."""
    async with _phonecom(answer) as phonecom:
        assert sum([len(page) async for page in _listing(phonecom).pages()]) == ROWS


async def items(answer: Answering) -> None:
    """Read listeners item by item, keeping none."""
    seen = 0
    async with _phonecom(answer) as phonecom:
        async for _ in _listing(phonecom):
            seen += 1
    assert seen == ROWS


async def overview(answer: Answering) -> None:
    """Read the overview by pages, keeping none."""
    async with _phonecom(answer) as phonecom:
        listing = phonecom.account(ACCOUNT).overview.list()
        assert sum([len(page) async for page in listing.pages()]) == ROWS


async def odd_rows(answer: Answering) -> None:
    """Read listeners of which one on each page is not as documented."""
    async with _phonecom(answer) as phonecom:
        listing = _listing(phonecom, _ODD, odd_rows="report")
        read = sum([len(page) async for page in listing.pages()])
    assert read == ROWS - ROWS // _ODD_EVERY


async def audit_account(answer: Answering) -> None:
    """Audit an account in which every other listener is a finding.

    Turns of the event loop by the clock would make the counts those of the machine.
    """
    with mock.patch.object(slices, "SLICE", inf):
        await _audit(answer)


async def _audit(answer: Answering) -> None:
    async with _phonecom(answer) as phonecom:
        report = await audit(phonecom, [ACCOUNT], now=_NOW)
    assert len(report.findings) >= ROWS // 2


JOBS: Final[Mapping[str, Job]] = {
    "get": get,
    "get over loopback": get_over_loopback,
    "get within limits": get_within_limits,
    "create": create,
    "list 500 of Linq": list_of_linq,
    "list 2,000 by pages": pages,
    "list 2,000 item by item": items,
    "list 2,000 of the overview": overview,
    "list 2,000 with odd rows": odd_rows,
    "audit 2,000": audit_account,
}
