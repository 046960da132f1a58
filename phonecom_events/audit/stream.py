"""An audit as a stream: what became of each account, as it is done."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from types import TracebackType
from typing import Any, Final, Self

from attrs import frozen

from ..errors import InvalidArgument
from ..linq import LinqClient
from ..phonecom import Account, PhoneComClient
from .checks import account_checks, linq_checks
from .findings import Finding
from .pool import Job, Pool
from .reader import read_account, read_linq
from .snapshot import Reading
from .terms import EXPIRING_WITHIN, Terms

CONCURRENCY: Final = 8


@frozen(kw_only=True)
class Audited:
    """Say what became of one account, or of Linq; what was read is not kept.

    Attributes:
        account: its voip id; None for Linq.
        findings: worst first.
        readings: how each listing went, without its items.
    """

    account: int | None
    findings: tuple[Finding, ...] = ()
    readings: tuple[Reading[Any], ...] = ()

    @property
    def unreadable(self) -> bool:
        """Whether any of it could not be read."""
        return any(reading.error is not None for reading in self.readings)

    def to_dict(self) -> dict[str, Any]:
        """Return how the reading went as plain values, without the findings."""
        return {
            "account": self.account,
            "readings": [reading.to_dict() for reading in self.readings],
        }


class AuditStream(AsyncIterator[Audited]):
    """Audit accounts, a few at a time, and give each as it is done.

    ::

        async with AuditStream(phonecom, accounts) as stream:
            async for audited in stream:
                ...

    Memory does not grow with the number of accounts, which may come from a
    generator; an account named twice is audited once. Leaving the ``async with``
    cancels what is still under way and waits for its end.

    Args:
        phonecom: used, not closed.
        accounts: their voip ids.
        linq: audited as well, if given; used, not closed.
        now: the moment that expiry is measured at, aware; by default the time of
            the call.
        expiring_within: how long before its end a listener expires "soon".
        concurrency: how many accounts to read at the same time.

    Raises:
        InvalidArgument: one of them cannot be used. For an account's id: when its
            turn comes.
    """

    def __init__(
        self,
        phonecom: PhoneComClient,
        accounts: Iterable[int],
        *,
        linq: LinqClient | None = None,
        now: datetime | None = None,
        expiring_within: timedelta = EXPIRING_WITHIN,
        concurrency: int = CONCURRENCY,
    ) -> None:
        if type(concurrency) is not int or concurrency < 1:
            raise InvalidArgument("concurrency must be a whole number over 0")
        when = {} if now is None else {"now": now}
        self.terms = Terms(expiring_within=expiring_within, **when)
        self._pool = Pool(_jobs(phonecom, accounts, linq, self.terms), size=concurrency)
        self._entered = False

    async def __aenter__(self) -> Self:
        self._entered = True
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._pool.aclose()

    async def __anext__(self) -> Audited:
        if not self._entered:
            raise RuntimeError("enter the stream with `async with` first")
        return await self._pool.take()


def _jobs(
    phonecom: PhoneComClient,
    accounts: Iterable[int],
    linq: LinqClient | None,
    terms: Terms,
) -> Iterator[Job[Audited]]:
    if linq is not None:
        yield partial(_audit_linq, linq, terms)
    seen: set[int] = set()
    for voip_id in accounts:
        account = phonecom.account(voip_id)
        if voip_id not in seen:
            seen.add(voip_id)
            yield partial(_audit_account, account, terms)


async def _audit_account(account: Account, terms: Terms) -> Audited:
    snapshot = await read_account(account)
    return Audited(
        account=snapshot.voip_id,
        findings=account_checks.findings(snapshot, terms),
        readings=tuple(reading.without_items() for reading in snapshot.readings),
    )


async def _audit_linq(linq: LinqClient, terms: Terms) -> Audited:
    snapshot = await read_linq(linq)
    return Audited(
        account=None,
        findings=linq_checks.findings(snapshot, terms),
        readings=tuple(reading.without_items() for reading in snapshot.readings),
    )
