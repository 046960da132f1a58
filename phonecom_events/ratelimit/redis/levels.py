"""What a request counts in, as keys and arguments of the scripts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from attrs import frozen

from ...http import Request
from ..admission import Limit
from ..feedback import (
    ACCOUNTS_OF_ENDPOINT,
    ENDPOINTS_OF_ACCOUNT,
    ENDPOINTS_OF_ADDRESS,
    Outcome,
)
from ..limits import RateLimits, Window

_PARTS: Final = ("pause", "turns", "due", "refused", "flight")


@frozen
class Level:
    """One of up to four keys that a request counts in.

    Attributes:
        name: the windows' name in `RateLimits`.
        key: what all keys of the level begin with.
        windows: the longest first; never none.
        margin: seconds that a slot is held longer than a window.
    """

    name: Limit
    key: str
    windows: tuple[Window, ...]
    margin: float

    @property
    def holds(self) -> tuple[float, ...]:
        """Seconds from an answer until each window has forgotten it."""
        return tuple(window.seconds + self.margin for window in self.windows)

    @property
    def keys(self) -> list[str]:
        """The keys of the scripts for this level."""
        parts = (*_PARTS, *map(str, range(len(self.windows))))
        return [f"{self.key}:{part}" for part in parts]


@frozen
class Place:
    """Where a request counts.

    Attributes:
        account: None if it counts in the address's windows alone.
        endpoint: as `RateLimits.endpoint_of` gives it.
        levels: the narrowest first, without those that have no windows.
        state: the key of what is known of the address as a whole.
    """

    account: str | None
    endpoint: str
    levels: tuple[Level, ...]
    state: str

    @property
    def keys(self) -> list[str]:
        """The keys of the scripts."""
        return [self.state, *(key for level in self.levels for key in level.keys)]

    def reserving(self, most_in_flight: int) -> list[str | float]:
        """Return what ``reserve.lua`` is told of the levels."""
        arguments: list[str | float] = []
        for level in self.levels:
            most = most_in_flight if level.name == "endpoint" else 0
            arguments += [most, len(level.windows)]
            for window, hold in zip(level.windows, level.holds, strict=True):
                arguments += [window.requests, hold]
        return arguments

    def releasing(self, outcome: Outcome) -> list[str | float]:
        """Return what ``release.lua`` is told of an outcome and the levels."""
        sizes = [
            number
            for number, level in enumerate(self.levels, 1)
            if any(window.requests == outcome.limit for window in level.windows)
        ]
        pause = outcome.retry_after
        arguments: list[str | float] = [
            "" if pause is None else pause,
            int(outcome.throttled),
            sizes[0] if len(sizes) == 1 else 0,
            self.account or "",
            self.endpoint,
            ENDPOINTS_OF_ACCOUNT,
            ACCOUNTS_OF_ENDPOINT,
            ENDPOINTS_OF_ADDRESS,
        ]
        for level in self.levels:
            arguments += [level.name, len(level.windows), *level.holds]
        return arguments


def longest_hold(limits: RateLimits) -> float:
    """Return how many seconds after its answer a request is in no window any more."""
    all_of_them = (
        *limits.endpoint,
        *limits.account,
        *limits.address_endpoint,
        *limits.address,
    )
    return max((window.seconds + limits.margin for window in all_of_them), default=0.0)


def place_of(request: Request, limits: RateLimits, begin: str) -> Place:
    """Return where a request counts.

    Args:
        request: the request.
        limits: whose windows it counts in.
        begin: what all keys begin with; with the hash tag that keeps them together.
    """
    account, endpoint = request.account, limits.endpoint_of(request)
    found: list[tuple[Limit, str, Sequence[Window]]] = [
        ("address_endpoint", endpoint, limits.address_endpoint),
        ("address", "", limits.address),
    ]
    if account is not None:
        found = [
            ("endpoint", f"{account}:{endpoint}", limits.endpoint),
            ("account", account, limits.account),
            *found,
        ]
    levels = tuple(
        Level(
            name,
            f"{begin}:{name}:{key}",
            tuple(sorted(windows, key=lambda window: -window.seconds)),
            limits.margin,
        )
        for name, key, windows in found
        if windows
    )
    return Place(account, endpoint, levels, f"{begin}:state")
