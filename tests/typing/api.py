"""The public API as a type checker sees it; checked, never run."""

from __future__ import annotations

import ssl
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import assert_type

import phonecom_events as pe
from phonecom_events.phonecom.events import Event
from phonecom_events.ratelimit import InProcessLimiter, Limiter, Outcome, Permit
from phonecom_events.receiver import (
    AsgiReceiver,
    Inbox,
    MemoryInbox,
    Receiver,
    SqliteInbox,
    phonecom_receiver,
)
from phonecom_events.telemetry import EventName, OpenTelemetry, Operation, Telemetry


async def token() -> str:
    return "…"


async def tracing(request: pe.Request, call_next: pe.Handler) -> pe.Response:
    return await call_next(request)


class Leased(Permit, frozen=True):
    number: int


class Leases:
    async def acquire(self, request: pe.Request) -> Leased:
        return Leased(1, expires=2.0)

    def release(self, permit: Leased, outcome: Outcome) -> None:
        assert_type(permit.number, int)
        assert_type(outcome.status, int | None)


async def limiters() -> None:
    leases: Limiter[Leased] = Leases()
    shared = InProcessLimiter(pe.RateLimits())
    pe.PhoneComClient(token, limiter=leases)
    pe.LinqClient(token, limiter=shared)


def networks(context: ssl.SSLContext, error: pe.ProxyFailed) -> None:
    pe.PhoneComClient(token, proxy="http://proxy:3128", ssl_context=context)
    pe.LinqClient(token, proxy=None, ssl_context=None)
    assert_type(error.status, int | None)
    assert_type(pe.Response(status=200).date, datetime | None)


async def phonecom() -> None:
    async with pe.PhoneComClient(
        token,
        retry=pe.RetryPolicy(attempts=2),
        rate_limits=None,
        timeout=5,
        deadline=None,
        middlewares=[tracing],
    ) as client:
        account = client.account(1)
        listing = account.listeners.list(callback_id=5, order="asc", page_size=100)
        assert_type(listing, pe.Paginator[pe.Listener])
        async for listener in listing:
            assert_type(listener, pe.Listener)
            assert_type(listener.expires_at, datetime | None)
        async for page in listing.pages():
            assert_type(page, pe.Page[pe.Listener])
        assert_type(await listing, pe.Page[pe.Listener])
        assert_type(await listing.collect(), list[pe.Listener])
        assert_type(await listing.first(), pe.Listener | None)
        assert_type(listing.report, pe.ScanReport)
        assert_type(await account.listeners.get(1), pe.Listener)
        assert_type(await account.listeners.update(1, expires_at=None), pe.Listener)
        assert_type(await account.extension(2).profiles.get(3), pe.Profile)
        assert_type(account.profiles.list(), pe.Paginator[pe.Profile])


async def linq() -> None:
    async with pe.LinqClient("…") as client:
        subscriptions = client.webhook_subscriptions
        created = await subscriptions.create(
            target_url="https://hooks.example.org",
            subscribed_events=[pe.WebhookEventType.CALL_ENDED, "brand.new"],
        )
        assert_type(created, pe.CreatedWebhookSubscription)
        assert_type(created.signing_secret, str | None)
        assert_type(created.subscribed_events, tuple[pe.WebhookEventType | str, ...])
        assert_type(subscriptions.list(), pe.Paginator[pe.WebhookSubscription])


class Silent:
    def __init__(self) -> None:
        self.headers: dict[str, str] = {}

    def begin(self, operation: Operation, /) -> Silent:
        assert_type(operation.resend_count, int)
        return self

    def decode_failed(self, *, vendor: str, expected: str) -> None: ...

    def active(self) -> AbstractContextManager[object]:
        return nullcontext()

    def event(self, name: EventName, /, **facts: str | float) -> None: ...

    def end(self, *, status: int | None = None, error: str | None = None) -> None: ...


telemetries: list[Telemetry] = [Silent(), OpenTelemetry(propagate=True)]
pe.LinqClient("key", telemetry=telemetries[0])


async def handle(event: Event) -> None:
    assert_type(event, Event)


def receivers() -> None:
    inboxes: list[Inbox] = [MemoryInbox(size=5), SqliteInbox("inbox.db", attempts=3)]
    receiver = phonecom_receiver(
        handle, secret=None, inbox=inboxes[0], workers=2, telemetry=telemetries[1]
    )
    assert_type(receiver, Receiver[Event])
    assert_type(receiver.asgi(), AsgiReceiver[Event])
