"""Runs an audit: as a stream that gives each account as it is done, or in one call.

Accounts are read a few at a time. Reading, checking and reporting are elsewhere; here
is the order in which they are done, and what is under way at once.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from types import TracebackType
from typing import Any, Final, Generic, Self, TypedDict, TypeVar, Unpack

from attrs import evolve

from ..errors import InvalidArgument
from ..linq import LinqClient
from ..phonecom import PhoneComClient
from ..resources import positive_id
from .acceptance import Acceptance
from .checks.selection import Selection
from .checks.targets import Urls
from .options import EXPIRING_WITHIN, AuditOptions
from .reading.listing import OnRows, ignore_rows
from .reading.reader import read_account, read_linq
from .receivers import Asks, with_answers
from .report.accepted import Acceptances
from .report.audited import Audited, check_alone, check_family, check_linq
from .report.report import AuditReport
from .slices import Steps, emptied, in_slices, parts
from .snapshot import AccountSnapshot, LinqSnapshot

T = TypeVar("T")

CONCURRENCY: Final = 8

OnSnapshot = Callable[[AccountSnapshot | LinqSnapshot], Steps[None]]

Job = Callable[[], Coroutine[Any, Any, T]]


class Pool(Generic[T]):
    """Run jobs, at most *size* of them at a time.

    Jobs are drawn from their iterable only when there is room, and none is
    started while *size* are running or waiting to be taken: a slow taker slows
    the jobs down, and the memory needed does not grow with their number.

    Args:
        jobs: each starts one coroutine.
        size: how many at a time.
    """

    def __init__(self, jobs: Iterable[Job[T]], *, size: int) -> None:
        self._jobs: Iterator[Job[T]] = iter(jobs)
        self._size = size
        self._tasks: dict[asyncio.Task[T], None] = {}

    async def take(self) -> T:
        """Return the next result; of several, that of the job started first.

        Raises:
            StopAsyncIteration: all have been taken.

        A job's exception is raised as it is, and the others run on: call `aclose`.
        """
        while len(self._tasks) < self._size:
            job = next(self._jobs, None)
            if job is None:
                break
            self._tasks[asyncio.create_task(job())] = None
        if not self._tasks:
            raise StopAsyncIteration
        done, _ = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        task = next(task for task in self._tasks if task in done)
        del self._tasks[task]
        return task.result()

    async def aclose(self) -> None:
        """Cancel what is running, and return when it has ended; start no more."""
        self._jobs = iter(())
        # Emptied before anything is awaited: a second call then finds nothing to end.
        tasks, self._tasks = tuple(self._tasks), {}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class AuditStream(AsyncIterator[Audited]):
    """Audit accounts, a few at a time, and give each as it is done.

    ::

        async with AuditStream(phonecom, accounts) as stream:
            async for audited in stream:
                ...

    Memory does not grow with the number of accounts, but for their ids: they may
    come from a generator, and an account named twice is audited once. Leaving the
    ``async with`` cancels what is still under way and waits for its end.

    Args:
        phonecom: used, not closed.
        accounts: their voip ids.
        linq: audited as well, if given; used, not closed.
        include_subaccounts: audit the subaccounts of each account along with it,
            from the same listings. Each is told by itself, and once, also if it is
            among *accounts*.
        select, ignore: ids of checks to run and to leave out, or how they begin;
            see `Selection`.
        accepted: findings that are told as accepted, and count for nothing.
        now: the moment that expiry is measured at, aware; by default the time of
            the call.
        by_vendor_clock: where the answers tell that the vendor's clock differs from
            this machine's by more than a minute, correct *now* by that; by default
            unless *now* is given.
        expiring_within: how long before its end a listener expires "soon".
        concurrency: how many accounts to read at the same time.
        show: tell phone numbers and whole URLs in findings, which can hold secrets;
            without it they are masked.
        on_rows: called with each page that is read, for whoever waits for an account
            that has many.
        on_snapshot: given what was read of each account, and of Linq, before it is
            checked, for whoever keeps it; works in steps.
        prober: asks the receivers that live listeners lead to, each URL once, such as
            a `probe.Prober`; used, not closed. None asks nobody, and leaves the checks
            out that need it. It remembers answers, so memory grows with the URLs.

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
        include_subaccounts: bool = False,
        select: Iterable[str] = (),
        ignore: Iterable[str] = (),
        accepted: Iterable[Acceptance] = (),
        now: datetime | None = None,
        by_vendor_clock: bool | None = None,
        expiring_within: timedelta = EXPIRING_WITHIN,
        concurrency: int = CONCURRENCY,
        show: bool = False,
        on_rows: OnRows = ignore_rows,
        on_snapshot: OnSnapshot | None = None,
        prober: Asks | None = None,
    ) -> None:
        # True is an int, and would mean one at a time without a word.
        if type(concurrency) is not int or concurrency < 1:
            raise InvalidArgument("concurrency must be a whole number over 0")
        when: dict[str, Any] = {} if now is None else {"now": now}
        self.options: AuditOptions = AuditOptions(
            expiring_within=expiring_within, show=show, **when
        )
        self.selection: Selection = Selection.of(
            select, ignore, receivers=prober is not None
        )
        self._accepted = Acceptances(accepted, self.options, self.selection)
        self._by_vendor_clock = (
            now is None if by_vendor_clock is None else by_vendor_clock
        )
        self._phonecom = phonecom
        self._linq = linq
        self._family = include_subaccounts
        self._on_rows = on_rows
        self._on_snapshot = on_snapshot
        self._prober = prober
        self._urls = Urls()
        self._checking = asyncio.Lock()
        self._told: set[int | None] = set()
        self._ready: deque[Audited] = deque()
        self._pool = Pool(self._jobs(accounts), size=concurrency)
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
        while True:
            if not self._ready:
                self._ready.extend(await self._pool.take())
            audited = self._ready.popleft()
            # A subaccount may have been under way by itself at the same time.
            if audited.account not in self._told:
                self._told.add(audited.account)
                return audited

    @property
    def unmatched(self) -> tuple[Acceptance, ...]:
        """The acceptances that have fitted no finding so far, though it was looked for.

        Which they are in the end is known when the stream is.
        """
        return self._accepted.unmatched

    def _jobs(self, accounts: Iterable[int]) -> Iterator[Job[tuple[Audited, ...]]]:
        # First, because it is a single request, and waits for no window of Phone.com's.
        if self._linq is not None:
            yield partial(self._audit_linq, self._linq)
        drawn: set[int] = set()
        for voip_id in accounts:
            positive_id("account", voip_id)
            if voip_id not in drawn and voip_id not in self._told:
                drawn.add(voip_id)
                yield partial(self._audit_account, voip_id)

    async def _audit_account(self, voip_id: int) -> tuple[Audited, ...]:
        snapshot = await read_account(
            self._phonecom,
            voip_id,
            include_subaccounts=self._family,
            on_rows=self._on_rows,
        )
        if self._on_snapshot is not None:
            await self._in_turn(self._on_snapshot(snapshot))
        options = self._measured_by(snapshot)
        if self._prober is not None:
            snapshot = await with_answers(snapshot, options, self._urls, self._prober)
        rows = (part for each in snapshot.readings for part in parts(each.items))
        held = dict(enumerate(rows))
        steps = check_family if self._family else check_alone
        checking = steps(snapshot, options, self.selection, self._urls)
        del snapshot, rows
        audited = await self._in_turn(checking)
        await in_slices(emptied(held))
        return await self._marked(audited)

    async def _marked(self, audited: Iterable[Audited]) -> tuple[Audited, ...]:
        """Mark what is accepted."""
        steps = map(self._accepted.mark, audited)
        return tuple([await self._in_turn(each) for each in steps])

    async def _in_turn(self, steps: Steps[T]) -> T:
        # Several at a time would end no sooner; and each of them would have its slice
        # before the loop came to anything else.
        async with self._checking:
            return await in_slices(steps)

    def _measured_by(self, snapshot: AccountSnapshot) -> AuditOptions:
        """Return the options by the vendor's clock, which is what ends listeners."""
        if not self._by_vendor_clock or snapshot.clock_skew is None:
            return self.options
        return evolve(self.options, now=self.options.now - snapshot.clock_skew)

    async def _audit_linq(self, linq: LinqClient) -> tuple[Audited, ...]:
        snapshot = await read_linq(linq, on_rows=self._on_rows)
        if self._on_snapshot is not None:
            await self._in_turn(self._on_snapshot(snapshot))
        steps = check_linq(snapshot, self.options, self.selection, self._urls)
        return await self._marked([await self._in_turn(steps)])


class AuditArguments(TypedDict, total=False):
    """The arguments of `audit` that are those of `AuditStream`, as types."""

    linq: LinqClient | None
    include_subaccounts: bool
    select: Iterable[str]
    ignore: Iterable[str]
    accepted: Iterable[Acceptance]
    now: datetime | None
    by_vendor_clock: bool | None
    expiring_within: timedelta
    concurrency: int
    show: bool
    on_rows: OnRows
    on_snapshot: OnSnapshot | None
    prober: Asks | None


async def audit(
    phonecom: PhoneComClient,
    accounts: Iterable[int],
    *,
    on_progress: Callable[[Audited], None] | None = None,
    **arguments: Unpack[AuditArguments],
) -> AuditReport:
    """Audit the listeners of many accounts, what they hang on, and Linq.

    An account that cannot be read is a finding of its own; the others are audited
    all the same. `AuditStream` is the same without keeping every finding.

    Args:
        phonecom: used, not closed.
        accounts: their voip ids; one named twice is audited once.
        on_progress: called with each account, and Linq, as it is done.
        arguments: as for `AuditStream`, which says what they mean.

    Raises:
        InvalidArgument: an argument cannot be used; no request was made.
        SessionClosed: a client is closed, or was during the audit.
    """
    ids = [positive_id("account", voip_id) for voip_id in accounts]
    stream = AuditStream(phonecom, ids, **arguments)
    done: list[Audited] = []
    async with stream:
        async for audited in stream:
            done.append(audited)
            if on_progress is not None:
                on_progress(audited)
    return await in_slices(
        AuditReport.in_steps(
            done,
            stream.options,
            selection=stream.selection,
            unmatched=stream.unmatched,
        )
    )
