"""An audit whose accounts are read by the workers of a Dask cluster."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from types import TracebackType
from typing import Any, Final, Self, Unpack, cast
from uuid import uuid4

from attrs import frozen
from distributed import Client

from ...errors import InvalidArgument, TransportError
from ...phonecom import PhoneComClient
from ...ratelimit import PHONECOM_LIMITS, RateLimits
from ..pool import Job, Pool
from ..report.audited import Audited, check_alone
from ..report.report import AuditReport
from ..run import report_of
from ..slices import in_slices
from ..snapshot import AccountSnapshot, Reading
from ..stream import AuditArguments, AuditStream
from .batch import Batch, BatchTerms, MakesClient, check_redis, divided, name_of
from .workers import WorkerLost, Workers

BATCH: Final = 20

# So many workers may die of an account, until it is taken to be the reason.
_LOSSES: Final = 3


@frozen(kw_only=True)
class _Elsewhere:
    """Stand for a client where none is: workers make theirs."""

    base_url: str


class AuditStreamOnDask(AuditStream):
    """Audit accounts on the workers of a cluster, and give each as it is done.

    What becomes of an account is what `AuditStream` says. Results are fetched once and
    kept by nobody. If a worker dies, its accounts are audited again elsewhere; one that
    was being read when three died is reported as unreadable. Leaving the ``async with``
    ends the work of the workers too.

    Args:
        client: made with ``asynchronous=True`` on this event loop; not closed.
        accounts: their voip ids.
        make_client: makes a worker's client from what it finds there, such as
            PHONECOM_TOKEN in its environment; by default `PhoneComClient.from_env`.
            It is called with `rate_limits` or `limiter`, to be passed on. Workers
            import it by its name, so that no secret can travel with it.
        limits: what is kept to: `RateLimits`, of which each worker has an even share
            of the address's windows; the URL of a Redis that all share, or ``env:NAME``
            for that in a variable that each worker has; or None for no limits.
        own_addresses: each worker sends from an address of its own, and has the whole
            of its windows.
        batch: how many accounts are one task. With `resume` each is one: a task that
            is killed is done again.
        arguments: as for `AuditStream`; `concurrency` is that of each worker, and
            `linq` is audited by this process. `on_rows` is not called, and `prober`
            is refused.

    Raises:
        InvalidArgument: one of them cannot be used; when entered, too.
        ConnectFailed (when entered or iterated over): no worker is there any more.
    """

    def __init__(
        self,
        client: Client,
        accounts: Iterable[int],
        *,
        make_client: MakesClient = PhoneComClient.from_env,
        limits: RateLimits | str | None = PHONECOM_LIMITS,
        own_addresses: bool = False,
        batch: int = BATCH,
        **arguments: Unpack[AuditArguments],
    ) -> None:
        if not client.asynchronous:
            raise InvalidArgument("the Dask client must be made with asynchronous=True")
        if type(batch) is not int or batch < 1:
            raise InvalidArgument("batch must be a whole number over 0")
        if isinstance(limits, str):
            limits = check_redis(limits)
            if own_addresses:
                raise InvalidArgument("own_addresses share no limits through Redis")
        if arguments.get("prober") is not None:
            raise InvalidArgument("receivers are not asked by Dask's workers")
        self._dask = client
        self._limits = limits
        self._own_addresses = own_addresses
        self._maker = name_of(make_client)
        self._batch = batch if arguments.get("resume") is None else 1
        self._losses: Counter[int] = Counter()
        self._accounts = accounts = tuple(accounts)
        self._given = arguments
        self._workers: Workers | None = None
        self._terms: BatchTerms | None = None
        # Only its base URL is asked for here: no account is read by this process.
        nowhere = cast("PhoneComClient", _Elsewhere(base_url=self._maker))
        super().__init__(nowhere, accounts, **arguments)

    @property
    def told(self) -> str:
        """Say how many workers there are, and how they keep to the limits."""
        size = 0 if self._workers is None else self._workers.size
        workers = f"{size:,} Dask worker{'' if size == 1 else 's'}"
        if self._limits is None:
            return f"{workers}, without rate limits"
        if isinstance(self._limits, str):
            return f"{workers}, which share the address's windows through Redis"
        if self._own_addresses:
            return f"{workers}, each with the windows of an address of its own"
        return (
            f"{workers}, each with 1/{size} of the address's windows; those that join"
            " later are not used"
        )

    async def __aenter__(self) -> Self:
        addresses = sorted(await self._dask.nthreads())
        if not addresses:
            raise InvalidArgument("the Dask cluster has no worker yet")
        limits, redis, pause = self._limits, None, 0.0
        if isinstance(limits, str):
            limits, redis = None, limits
        elif limits is not None and not self._own_addresses:
            windows = (*limits.address, *limits.address_endpoint)
            pause = max((each.seconds for each in windows), default=0.0)
            limits = divided(limits, len(addresses))
        self._workers = Workers(self._dask, addresses, pause=pause)
        self._terms = BatchTerms(
            audit=uuid4().hex,
            maker=self._maker,
            rate_limits=limits,
            redis=redis,
            arguments=self._for_workers(),
            extracts=self._on_extract is not None,
        )
        # One more, for Linq.
        self._pool = Pool(self._jobs(self._accounts), size=len(addresses) + 1)
        return await super().__aenter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await super().__aexit__(kind, error, traceback)
        if self._workers is not None and self._terms is not None:
            await self._workers.end(self._terms.audit)

    def _for_workers(self) -> dict[str, Any]:
        """Return the arguments of the workers' streams: plain values alone."""
        given = self._given
        return {
            "include_subaccounts": given.get("include_subaccounts", False),
            "select": tuple(self.selection.select),
            "ignore": tuple(self.selection.ignore),
            "now": self.options.now,
            "by_vendor_clock": self._by_vendor_clock,
            "expiring_within": self.options.expiring_within,
            "show": self.options.show,
            **({"concurrency": given["concurrency"]} if "concurrency" in given else {}),
        }

    def _account_jobs(
        self, accounts: Iterator[int]
    ) -> Iterator[Job[tuple[Audited, ...]]]:
        while batch := tuple(islice(accounts, self._batch)):
            # Where they are kept, there is one in a batch; else the id does not matter.
            yield partial(self._kept, batch[0], partial(self._audit_batch, batch))

    async def _audit_batch(self, accounts: tuple[int, ...]) -> tuple[Audited, ...]:
        assert self._workers is not None
        assert self._terms is not None
        try:
            done = await self._workers.run(Batch(self._terms, accounts))
        except WorkerLost as lost:
            return await self._after_loss(accounts, lost)
        for each in done:
            if each.extract is not None:
                await self._hand_on(each.extract)
        return tuple(audited for each in done for audited in each.audited)

    async def _after_loss(
        self, accounts: tuple[int, ...], lost: WorkerLost
    ) -> tuple[Audited, ...]:
        """Audit each account by itself, so that one cannot take others with it."""
        self._losses.update(accounts)
        done: list[Audited] = []
        for voip_id in accounts:
            if self._losses[voip_id] < _LOSSES:
                done += await self._audit_batch((voip_id,))
            else:
                done.append(await self._unreadable(voip_id, lost))
        return tuple(done)

    async def _unreadable(self, voip_id: int, lost: WorkerLost) -> Audited:
        error = TransportError(
            f"{_LOSSES} Dask workers died while they read it, the last at {lost.address}"
        )
        snapshot = AccountSnapshot(
            voip_id=voip_id,
            listeners=Reading(resource="listeners", error=error),
            callbacks=Reading(resource="callbacks", error=error),
            profiles=Reading(resource="profiles", error=error),
        )
        await self._extracted(snapshot)
        steps = check_alone(snapshot, self.options, self.selection, self._urls)
        (audited,) = await in_slices(steps)
        return audited


async def audit_on_dask(
    client: Client,
    accounts: Iterable[int],
    *,
    make_client: MakesClient = PhoneComClient.from_env,
    limits: RateLimits | str | None = PHONECOM_LIMITS,
    own_addresses: bool = False,
    batch: int = BATCH,
    on_progress: Callable[[Audited], None] | None = None,
    **arguments: Unpack[AuditArguments],
) -> AuditReport:
    """Audit accounts on a cluster, and report as `audit` does.

    Args:
        client, accounts, make_client, limits, own_addresses, batch, arguments: as for
            `AuditStreamOnDask`, which does the same without keeping every finding.
        on_progress: called with each account, and Linq, as it is done.

    Raises:
        InvalidArgument: an argument cannot be used, here or by a worker.
        ConnectFailed: no worker is there any more.
    """
    stream = AuditStreamOnDask(
        client,
        accounts,
        make_client=make_client,
        limits=limits,
        own_addresses=own_addresses,
        batch=batch,
        **arguments,
    )
    return await report_of(stream, on_progress)
