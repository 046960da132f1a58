"""The request windows that a vendor documents, as values."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

from attrs import Attribute, field, frozen

from ..errors import InvalidArgument


def _more_than(least: float) -> Callable[[object, Attribute[Any], float], None]:
    def check(owner: object, attribute: Attribute[Any], value: float) -> None:
        if not least < value < math.inf:
            raise InvalidArgument(
                f"{type(owner).__name__}({attribute.name}={value!r}):"
                f" a number over {least} is needed"
            )

    return check


@frozen
class Window:
    """Allow so many requests in so many seconds."""

    requests: int = field(validator=_more_than(0))
    seconds: float = field(validator=_more_than(0))


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
        max_pause: seconds; while the server asks for a longer pause than this,
            requests fail at once instead of waiting.
    """

    endpoint: tuple[Window, ...] = (Window(30, 30.0),)
    account: tuple[Window, ...] = (Window(120, 60.0),)
    address_endpoint: tuple[Window, ...] = (Window(360, 30.0),)
    address: tuple[Window, ...] = (Window(1440, 60.0),)
    margin: float = field(default=0.05, validator=_more_than(-1e-9))
    refusals: int = field(default=2, validator=_more_than(0))
    max_pause: float = field(default=120.0, validator=_more_than(0))


PHONECOM_LIMITS: Final = RateLimits()
