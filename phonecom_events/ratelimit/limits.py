"""The request windows that a vendor documents, as values."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, Final, Literal, get_args

from attrs import Attribute, field, frozen

from ..errors import InvalidArgument
from ..http import Request

EndpointBy = Literal["path", "method"]


def _count(owner: object, attribute: Attribute[Any], value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise _wrong(owner, attribute, value, "a whole number of at least 1")


def _seconds(owner: object, attribute: Attribute[Any], value: Any) -> None:
    if not _is_number(value) or value <= 0:
        raise _wrong(owner, attribute, value, "a number of seconds over 0")


def _margin(owner: object, attribute: Attribute[Any], value: Any) -> None:
    if not _is_number(value) or value < 0:
        raise _wrong(owner, attribute, value, "a number of seconds, or 0,")


def _endpoint_by(owner: object, attribute: Attribute[Any], value: Any) -> None:
    if value not in get_args(EndpointBy):
        wanted = " or ".join(map(repr, get_args(EndpointBy)))
        raise _wrong(owner, attribute, value, wanted)


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return math.isfinite(value)


def _wrong(
    owner: object, attribute: Attribute[Any], value: object, wanted: str
) -> InvalidArgument:
    where = f"{type(owner).__name__}({attribute.name}={value!r})"
    return InvalidArgument(f"{where}: {wanted} is needed")


@frozen
class Window:
    """Allow so many requests in so many seconds.

    Raises:
        InvalidArgument: there are none, or it has no length.
    """

    requests: int = field(validator=_count)
    seconds: float = field(validator=_seconds)


def _windows(value: Iterable[Window]) -> tuple[Window, ...]:
    windows = tuple(value)
    if all(isinstance(window, Window) for window in windows):
        return windows
    raise InvalidArgument(
        "windows are given as a sequence of Window(requests, seconds)"
    )


# Hashed with every look-up of a queue.
@frozen(kw_only=True, cache_hash=True)
class RateLimits:
    """Say which windows a request counts in; the defaults are Phone.com's.

    https://apidocs.phone.com/docs/rate-limits

    Attributes:
        endpoint: for one endpoint of one account.
        account: for all endpoints of one account.
        address_endpoint: for one endpoint, all accounts, from one address.
        address: for everything from one address.
        margin: seconds that a slot is kept longer than its window: how far the
            server's clock may drift from this one's in a window.
        refusals: the most 429 that one account and endpoint gets in a window,
            whoever else uses the quota; so no more of its requests are in flight
            at once, unless the service is too slow to fill the window like that.
            Raise it where the quota is yours alone and bursts have to be fast.
        endpoint_by: what one endpoint is, which is documented nowhere. "path": a
            path's template, whatever the method; the strictest reading, which keeps
            to the limits of any server. "method": method and template; twice as fast
            or more for a program that reads and writes at the same path, if the
            server counts that way.
        max_pause: seconds; while the server asks for a longer pause than this,
            requests fail at once instead of waiting.

    Raises:
        InvalidArgument: one of them cannot be kept to.
    """

    endpoint: tuple[Window, ...] = field(
        default=(Window(30, 30.0),), converter=_windows
    )
    account: tuple[Window, ...] = field(
        default=(Window(120, 60.0),), converter=_windows
    )
    address_endpoint: tuple[Window, ...] = field(
        default=(Window(360, 30.0),), converter=_windows
    )
    address: tuple[Window, ...] = field(
        default=(Window(1440, 60.0),), converter=_windows
    )
    margin: float = field(default=0.05, validator=_margin)
    refusals: int = field(default=2, validator=_count)
    max_pause: float = field(default=120.0, validator=_seconds)
    endpoint_by: EndpointBy = field(default="path", validator=_endpoint_by)

    def endpoint_of(self, request: Request) -> str:
        """Return the endpoint that a request counts in, by these limits."""
        if self.endpoint_by == "path":
            return request.endpoint
        return f"{request.method} {request.endpoint}"


def address_limits(limits: RateLimits) -> tuple[object, ...]:
    """Return what all that share an address's counts have to agree on."""
    return limits.address_endpoint, limits.address, limits.endpoint_by


PHONECOM_LIMITS: Final = RateLimits()
