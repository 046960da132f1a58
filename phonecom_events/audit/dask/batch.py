"""What a worker is given: account ids, and what their audit has to go by; no secret.

The arguments of a task lie in the scheduler's memory and in those of all workers, and
their reprs in logs and dashboards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from importlib import import_module
from typing import Any, Final
from urllib.parse import urlsplit

from attrs import evolve, frozen

from ...errors import InvalidArgument
from ...phonecom import PhoneComClient
from ...ratelimit import RateLimits, Window
from ..extract import Extract
from ..report.audited import Audited

FROM_ENVIRONMENT: Final = "env:"


MakesClient = Callable[..., PhoneComClient]
"""Makes a client on a worker, with `rate_limits` or `limiter` as they are given."""


@frozen(kw_only=True)
class BatchTerms:
    """Hold what all batches of an audit have in common.

    Attributes:
        audit: an id of the audit: batches of the same one share a client.
        maker: what makes clients, as ``module:name``.
        rate_limits: what each worker keeps to; None for nothing.
        redis: the URL of the Redis that the workers share, or ``env:`` and the name
            of the variable that holds it; None for none.
        arguments: of an `AuditStream`.
        extracts: whether the extract of each account is asked for.
    """

    audit: str
    maker: str
    rate_limits: RateLimits | None
    redis: str | None = None
    arguments: Mapping[str, Any]
    extracts: bool = False


@frozen(repr=False)
class Batch:
    """Hold the accounts of one task."""

    terms: BatchTerms
    accounts: tuple[int, ...]

    def __repr__(self) -> str:
        # Workers log the arguments of a task that failed.
        return f"<{type(self).__name__} of {len(self.accounts)} accounts>"


@frozen(kw_only=True, repr=False)
class Done:
    """Hold what came of one account of a batch.

    Attributes:
        audited: what became of it, and of subaccounts along with it.
        extract: what a history keeps of it; None if that was not asked for.
    """

    audited: tuple[Audited, ...]
    extract: Extract | None = None


def name_of(maker: Callable[..., Any]) -> str:
    """Return how a worker imports a function.

    A function itself would be pickled with all that it holds, such as a token.

    Raises:
        InvalidArgument: it has no name that can be imported.
    """
    module = getattr(maker, "__module__", None) or ""
    name = f"{module}:{getattr(maker, '__qualname__', '')}"
    try:
        found = module != "__main__" and made_by(name) == maker
    except (ImportError, AttributeError, ValueError):
        found = False
    if not found:
        raise InvalidArgument(
            "make_client must be a function that workers can import by its name: one at"
            " the top of a module, no lambda and no partial"
        )
    return name


def made_by(name: str) -> Any:
    """Import what `name_of` named."""
    module, _, path = name.partition(":")
    return reduce(getattr, path.split("."), import_module(module))


def divided(limits: RateLimits, workers: int) -> RateLimits:
    """Return what each of so many workers behind one address may send.

    An account's windows stay as they are: one worker reads it.

    Raises:
        InvalidArgument: a window has less requests than there are workers.
    """
    if any(
        window.requests < workers
        for window in (*limits.address, *limits.address_endpoint)
    ):
        raise InvalidArgument(
            f"{workers:,} workers cannot share the windows of one address: give limits"
            " through Redis, or use fewer"
        )

    def share(windows: tuple[Window, ...]) -> tuple[Window, ...]:
        return tuple(
            evolve(each, requests=each.requests // workers) for each in windows
        )

    return evolve(
        limits,
        address=share(limits.address),
        address_endpoint=share(limits.address_endpoint),
    )


def check_redis(url: str) -> str:
    """Return the URL, if it may lie in a task's arguments.

    Raises:
        InvalidArgument: there is a password in it.
    """
    if not url.startswith(FROM_ENVIRONMENT) and urlsplit(url).password:
        raise InvalidArgument(
            "a Redis URL with a password must not be in tasks, where dashboards and logs"
            f" can show it: give {FROM_ENVIRONMENT}NAME, a variable that each worker has"
        )
    return url
