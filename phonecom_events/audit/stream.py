"""Runs an audit as a stream that gives each account as it is done.

Accounts are read a few at a time. Reading, checking and reporting are elsewhere; here
is the order in which they are done, and what is under way at once.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import (
    AsyncIterator,
    Iterable,
    Iterator,
    Sequence,
)
from datetime import datetime, timedelta
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self, TypedDict, TypeVar

from attrs import evolve
from msgspec.structs import replace

from ..errors import InvalidArgument
from ..lazy import LazyModule
from ..linq import LinqClient
from ..phonecom import PhoneComClient
from ..resources import positive_id
from ..version import __version__
from .acceptance import Acceptance
from .checks.selection import Selection
from .checks.targets import Urls
from .extract import LINQ, Extract, OnExtract, extract
from .options import EXPIRING_WITHIN, AuditOptions
from .pool import Job, Pool
from .reading.listing import OnRows, ignore_rows
from .reading.reader import read_account, read_linq
from .reading.saved import NOT_SAVED
from .receivers import Asks, with_answers
from .report.accepted import Acceptances
from .report.audited import Audited, check_alone, check_family, check_linq
from .resume.settings import ResumeSettings
from .slices import Steps, emptied, in_slices, parts
from .snapshot import AccountSnapshot, LinqSnapshot

if TYPE_CHECKING:
    from .resume import file as resume_file
else:
    # It imports sqlite3, and most audits keep nothing.
    resume_file = LazyModule(".resume.file", __package__)

T = TypeVar("T")

CONCURRENCY: Final = 8


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
        resume: a file, entered, in which what is read and found is kept: an audit that
            was killed goes on from there, and measures at the same moment. Accounts
            are then taken in at once.
        on_extract: given what a history keeps of each account, and of Linq, before
            what became of it is given; works in steps.
        prober: asks the receivers that live listeners lead to, each URL once, such as
            a `probe.Prober`; used, not closed. None asks nobody, and leaves the checks
            out that need it. It remembers answers, so memory grows with the URLs.

    Raises:
        InvalidArgument: one of them cannot be used, or differs from what the audit
            in the file was told. For an account's id: when its turn comes.
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
        resume: resume_file.ResumeFile | None = None,
        on_extract: OnExtract | None = None,
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
        self._by_vendor_clock = (
            now is None if by_vendor_clock is None else by_vendor_clock
        )
        self._phonecom = phonecom
        self._linq = linq
        self._resume = resume
        self._family = include_subaccounts
        self._on_rows = on_rows
        self._on_extract = on_extract
        self._prober = prober
        self._urls = Urls()
        self._checking = asyncio.Lock()
        self._told: set[int | None] = set()
        self._ready: deque[Audited] = deque()
        if resume is not None:
            accounts = tuple(accounts)
            self._begin(resume, accounts, now=now, by_vendor_clock=by_vendor_clock)
        self._accepted = Acceptances(accepted, self.options, self.selection)
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
                try:
                    self._ready.extend(await self._pool.take())
                except StopAsyncIteration:
                    if self._resume is not None:
                        self._resume.end()
                    raise
            audited = self._ready.popleft()
            # A subaccount may have been under way by itself at the same time.
            if audited.account not in self._told:
                self._told.add(audited.account)
                return audited

    def _begin(
        self,
        resume: resume_file.ResumeFile,
        accounts: Sequence[int],
        *,
        now: datetime | None,
        by_vendor_clock: bool | None,
    ) -> None:
        """Go on with what the file has, if it is of an audit like this."""
        settings = ResumeSettings(
            version=__version__,
            accounts=tuple(sorted(set(accounts))),
            now=now,
            expiring_within=self.options.expiring_within.total_seconds(),
            phonecom=self._phonecom.base_url,
            linq=None if self._linq is None else self._linq.base_url,
            include_subaccounts=self._family,
            select=tuple(sorted(self.selection.select)),
            ignore=tuple(sorted(self.selection.ignore)),
            by_vendor_clock=by_vendor_clock,
            show=self.options.show,
            probe=self._prober is not None,
            history=self._on_extract is not None,
        )
        new = replace(
            settings, now=self.options.now, by_vendor_clock=self._by_vendor_clock
        )
        begun = resume.begin(settings, new)
        self.options = evolve(self.options, now=begun.now or self.options.now)
        self._by_vendor_clock = bool(begun.by_vendor_clock)

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
        yield from self._account_jobs(self._new(accounts))

    def _account_jobs(
        self, accounts: Iterator[int]
    ) -> Iterator[Job[tuple[Audited, ...]]]:
        for voip_id in accounts:
            yield partial(self._audit_account, voip_id)

    def _new(self, accounts: Iterable[int]) -> Iterator[int]:
        """Draw those that are neither done nor under way."""
        drawn: set[int] = set()
        for voip_id in accounts:
            positive_id("account", voip_id)
            if voip_id not in drawn and voip_id not in self._told:
                drawn.add(voip_id)
                yield voip_id

    async def _kept(
        self, account: int | None, job: Job[tuple[Audited, ...]]
    ) -> tuple[Audited, ...]:
        """Return what is in the file of an account; else do it, and keep that."""
        if self._resume is None:
            return await self._marked(await job())
        audited = self._resume.audited(account)
        if audited is None:
            audited = await job()
            self._resume.keep(account, audited)
        elif self._on_extract is not None:
            kept = self._resume.extract(account or LINQ)
            await self._in_turn(self._on_extract(kept))
        # What is accepted is not kept: the next run may have been told otherwise.
        return await self._marked(audited)

    async def _audit_account(self, voip_id: int) -> tuple[Audited, ...]:
        return await self._kept(voip_id, partial(self._read_account, voip_id))

    async def _read_account(self, voip_id: int) -> tuple[Audited, ...]:
        snapshot = await read_account(
            self._phonecom,
            voip_id,
            include_subaccounts=self._family,
            on_rows=self._on_rows,
            saved=NOT_SAVED if self._resume is None else self._resume.reading(voip_id),
        )
        await self._extracted(snapshot)
        options = self._measured_by(snapshot)
        if self._prober is not None:
            snapshot = await with_answers(snapshot, options, self._urls, self._prober)
        held = await in_slices(_held(snapshot))
        steps = check_family if self._family else check_alone
        checking = steps(snapshot, options, self.selection, self._urls)
        del snapshot
        audited = await self._in_turn(checking)
        await in_slices(emptied(held))
        return audited

    async def _extracted(self, snapshot: AccountSnapshot | LinqSnapshot) -> None:
        """Hand on what is kept of a snapshot, if anybody keeps it."""
        if self._on_extract is not None:
            taken = await self._in_turn(extract(snapshot, family=self._family))
            await self._hand_on(taken)

    async def _hand_on(self, taken: Extract) -> None:
        """Hand on an extract; where there is a resume file, from there."""
        if self._on_extract is None:
            return
        if self._resume is not None:
            await self._in_turn(self._resume.keep_extract(taken))
            taken = self._resume.extract(taken.scope.account)
        await self._in_turn(self._on_extract(taken))

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
        return await self._kept(None, partial(self._read_linq, linq))

    async def _read_linq(self, linq: LinqClient) -> tuple[Audited, ...]:
        snapshot = await read_linq(linq, on_rows=self._on_rows)
        await self._extracted(snapshot)
        steps = check_linq(snapshot, self.options, self.selection, self._urls)
        return (await self._in_turn(steps),)


def _held(snapshot: AccountSnapshot) -> Steps[dict[int, dict[int, Any]]]:
    """Hold the rows of a snapshot, to let go of them in steps: see `emptied`.

    By number: no collection goes through such a dict, but it does through a new tuple.
    """
    held: dict[int, dict[int, Any]] = {}
    for reading in snapshot.readings:
        for rows in parts(reading.items):
            held[len(held)] = dict(enumerate(rows))
            yield
    return held


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
    resume: resume_file.ResumeFile | None
    on_extract: OnExtract | None
    prober: Asks | None
