"""A whole audit in one call."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from ..linq import LinqClient
from ..phonecom import PhoneComClient
from ..resources import positive_id
from .audited import Audited
from .report import AuditReport
from .stream import CONCURRENCY, AuditStream
from .terms import EXPIRING_WITHIN


async def audit(
    phonecom: PhoneComClient,
    accounts: Iterable[int],
    *,
    linq: LinqClient | None = None,
    include_subaccounts: bool = False,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    now: datetime | None = None,
    expiring_within: timedelta = EXPIRING_WITHIN,
    concurrency: int = CONCURRENCY,
    show: bool = False,
    on_progress: Callable[[Audited], None] | None = None,
) -> AuditReport:
    """Audit the listeners of many accounts, what they hang on, and Linq.

    An account that cannot be read is a finding of its own; the others are audited
    all the same. `AuditStream` is the same without keeping every finding.

    Args:
        phonecom: used, not closed.
        accounts: their voip ids; one named twice is audited once.
        linq: audited as well, if given; used, not closed.
        include_subaccounts: audit the subaccounts of each account along with it,
            from the same listings.
        select, ignore: ids of checks to run and to leave out, or how they begin;
            see `Selection`.
        now: the moment that expiry is measured at, aware; by default the time of
            the call.
        expiring_within: how long before its end a listener expires "soon".
        concurrency: how many accounts to read at the same time.
        show: tell phone numbers and whole URLs in findings, which can hold secrets;
            without it they are masked.
        on_progress: called with each account, and Linq, as it is done.

    Raises:
        InvalidArgument: an argument cannot be used; no request was made.
        SessionClosed: a client is closed, or was during the audit.
    """
    stream = AuditStream(
        phonecom,
        [positive_id("account", voip_id) for voip_id in accounts],
        linq=linq,
        include_subaccounts=include_subaccounts,
        select=select,
        ignore=ignore,
        now=now,
        expiring_within=expiring_within,
        concurrency=concurrency,
        show=show,
    )
    done: list[Audited] = []
    async with stream:
        async for audited in stream:
            done.append(audited)
            if on_progress is not None:
                on_progress(audited)
    return AuditReport.of(done, stream.terms, selection=stream.selection)
