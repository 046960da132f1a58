"""The command ``phonecom-events audit``: which of three things its options ask for."""

from __future__ import annotations

from ..input.clients import NetworkOptions
from .options import CommandLineOptions


async def audit(*, options: CommandLineOptions, network: NetworkOptions) -> int:
    """Audit many accounts' listeners, what they hang on, and Linq.

    Exits with 0 if it ran, 1 if it found something as bad as --fail-on, 2 if it
    could not run or write, or an account could not be read; with 130, 143 or 129 if
    SIGINT, SIGTERM or SIGHUP ended it: what is known by then is written all the
    same.
    """
    if options.explained is not None:
        from .explain import explain

        explain(options.explained)
        return 0
    if options.accept is not None:
        from .accept import accept

        accept(options)
        return 0
    from .run import run_audit

    return await run_audit(options, network)
