"""Sandboxes and clients as the fixtures make them, and how clients end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar
from weakref import WeakSet

from ..client import Client
from ..clock import CLOCK
from ..http import Request, Response
from ..middleware import Handler
from ..sandbox.threaded import SharedSandbox

C = TypeVar("C", bound=Client)


class Marker(Protocol):
    """A marker of pytest."""

    @property
    def args(self) -> tuple[Any, ...]:
        """What it was given without names."""
        ...

    @property
    def kwargs(self) -> Mapping[str, Any]:
        """What it was given by name."""
        ...


def sandbox_for(markers: Iterable[Marker]) -> SharedSandbox:
    """Make the sandbox of a test.

    Args:
        markers: with its options; the closest to the test come first, and count more.

    Raises:
        TypeError: if one has options without names, or such as `Sandbox` does not take.
    """
    # It counts windows and expiry by the clock that clients wait by, or else would
    # refuse them when they come back at once; from now on, since what other tests
    # have skipped would make it hours late.
    before = CLOCK.skipped
    options: dict[str, Any] = {"clock": lambda: time.time() + CLOCK.skipped - before}
    for marker in reversed(tuple(markers)):
        if marker.args:
            raise TypeError(
                "the marker phonecom_sandbox takes options by name, such as"
                f" rate_limits=True, not {marker.args[0]!r}"
            )
        options |= marker.kwargs
    return SharedSandbox(**options)


def environment_of(sandbox: SharedSandbox) -> dict[str, str]:
    """Return the environment variables that lead clients to a sandbox."""
    return {
        "PHONECOM_TOKEN": sandbox.token,
        "PHONECOM_BASE_URL": sandbox.phonecom_url,
        "LINQ_API_V3_API_KEY": sandbox.api_key,
        "LINQ_API_V3_BASE_URL": sandbox.linq_url,
    }


@contextmanager
def closed_afterwards(
    make: Callable[..., C], secret: str, base_url: str
) -> Iterator[C]:
    """Make a client, and close it on each loop that it was used on and that is left.

    A loop that is closed has closed the client's connections; one that runs on, such as
    one of a whole session, would keep them.
    """
    loops: WeakSet[asyncio.AbstractEventLoop] = WeakSet()

    async def note_loop(request: Request, call_next: Handler) -> Response:
        loops.add(asyncio.get_running_loop())
        return await call_next(request)

    client = make(secret, base_url=base_url, middlewares=[note_loop])
    try:
        yield client
    finally:
        for loop in tuple(loops):
            if not loop.is_closed() and not loop.is_running():
                loop.run_until_complete(client.aclose())
