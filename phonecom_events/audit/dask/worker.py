"""What runs on a worker: a batch of accounts, with a client that batches share."""

from __future__ import annotations

import os
import signal
from collections import deque
from contextlib import AsyncExitStack
from functools import partial
from typing import Any, Final

from attrs import define

from ...errors import InvalidArgument, SessionClosed
from ...phonecom import PhoneComClient
from ..extract import Extract, held
from ..pool import Pool
from ..slices import Steps
from ..stream import CONCURRENCY, AuditStream
from .batch import FROM_ENVIRONMENT, Batch, BatchTerms, Done, made_by


@define
class _Opened:
    client: PhoneComClient
    stack: AsyncExitStack


# By audit. A worker runs all its coroutines on one event loop.
_OPENED: Final[dict[str, _Opened]] = {}

# A batch may still be on its way when its audit ends: it must not open anything anew.
_ENDED: Final[deque[str]] = deque(maxlen=1_000)


def dask_setup(_: object) -> None:
    """Leave Ctrl-C to the process that started this one; Dask calls it by its name."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


async def begin_audit() -> None:
    """Do nothing: the task of it is there as long as its audit lasts."""


async def audit_batch(batch: Batch) -> list[Done]:
    """Audit some accounts, and return what came of each, as they are done.

    Raises:
        InvalidArgument: the client cannot be made, such as without a token.
        SessionClosed: the audit was ended meanwhile.
    """
    client = (await _opened(batch.terms)).client
    concurrency = batch.terms.arguments.get("concurrency", CONCURRENCY)
    jobs = (partial(_audit, client, each, batch.terms) for each in batch.accounts)
    pool = Pool(jobs, size=concurrency)
    done: list[Done] = []
    try:
        while len(done) < len(batch.accounts):
            done.append(await pool.take())
    finally:
        await pool.aclose()
    return done


async def end_audit(audit: str) -> None:
    """Close what the batches of an audit have used; those under way end by that."""
    _ENDED.append(audit)
    opened = _OPENED.pop(audit, None)
    if opened is not None:
        await opened.stack.aclose()


async def _audit(client: PhoneComClient, voip_id: int, terms: BatchTerms) -> Done:
    taken: Extract | None = None

    def on_extract(extract: Extract) -> Steps[None]:
        nonlocal taken
        taken = yield from held(extract)

    async with AuditStream(
        client,
        [voip_id],
        on_extract=on_extract if terms.extracts else None,
        **terms.arguments,
    ) as stream:
        audited = tuple([each async for each in stream])
    return Done(audited=audited, extract=taken)


async def _opened(terms: BatchTerms) -> _Opened:
    if terms.audit in _ENDED:
        raise SessionClosed("the audit has ended")
    opened = _OPENED.get(terms.audit)
    if opened is None:
        # Nothing is awaited between looking and keeping: two batches may begin at once.
        stack = AsyncExitStack()
        client = _client(terms, stack)
        stack.push_async_exit(client)
        opened = _OPENED[terms.audit] = _Opened(client=client, stack=stack)
    return opened


def _client(terms: BatchTerms, stack: AsyncExitStack) -> PhoneComClient:
    """Make it, and say where if that fails: elsewhere there may be all it needs."""
    try:
        client: PhoneComClient = made_by(terms.maker)(**_limits(terms, stack))
    except (InvalidArgument, ImportError) as error:
        told = f"a Dask worker cannot make its client: {error}"
        raise InvalidArgument(told) from None
    return client


def _limits(terms: BatchTerms, stack: AsyncExitStack) -> dict[str, Any]:
    """Return the arguments of a client that say how it keeps to the rate limits."""
    if terms.redis is None:
        return {"rate_limits": terms.rate_limits}
    from ...ratelimit.redis import RedisLimiter  # noqa: PLC0415 - another extra's

    limiter = RedisLimiter(_url(terms.redis))
    stack.push_async_exit(limiter)
    return {"limiter": limiter}


def _url(redis: str) -> str:
    if not redis.startswith(FROM_ENVIRONMENT):
        return redis
    name = redis.removeprefix(FROM_ENVIRONMENT)
    url = os.environ.get(name, "")
    if not url:
        raise InvalidArgument(f"the environment variable {name} is not set")
    return url
