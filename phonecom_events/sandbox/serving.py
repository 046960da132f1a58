"""Run a sandbox on its own, until it is told to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from .server import Sandbox


async def serve(
    sandbox: Sandbox, *, started: Callable[[Sandbox], object] | None = None
) -> None:
    """Serve until cancelled.

    Args:
        sandbox: not running yet; give it a port, and a `log_limit` if it is to run
            for long.
        started: is called once, when the URLs are known.

    Raises:
        OSError: when the port cannot be had.
    """
    async with sandbox:
        if started is not None:
            started(sandbox)
        await asyncio.Event().wait()
