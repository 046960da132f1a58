"""The command ``phonecom-events probe``, and what cannot go together."""

from __future__ import annotations

from typing import Annotated

import typer

from ..exits import CannotRun
from ..input.clients import NetworkOptions
from ..input.options import OutputOptions
from .options import ProbeOptions


async def probe(
    urls: Annotated[
        list[str] | None, typer.Argument(metavar="URL", help="What to ask.")
    ] = None,
    *,
    options: ProbeOptions,
    output: OutputOptions,
    network: NetworkOptions,
) -> int:
    """Ask receivers whether they answer.

    Each is sent, once, the test that Phone.com sends before it accepts a URL: at most
    10 at a time, one a second to a host. 200 or 201 is well; no redirect is followed.
    --proxy is for the API alone: a probe goes through none. Exits with 1 if one is not
    well, 2 if an account could not be read.

    For example: probe https://hooks.contoso.com/in, or probe --from-account
    """
    if bool(urls) is options.from_account:
        raise CannotRun("give URLs to ask, or --from-account, and not both")
    if options.account and not options.from_account:
        raise CannotRun("--account goes with --from-account")
    from .run import run_probe

    return await run_probe(urls or (), options, output, network)
