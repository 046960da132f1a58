"""The options of ``phonecom-events probe``."""

from __future__ import annotations

from typing import Annotated

import typer
from attrs import frozen

from ...phonecom import BASE_URL
from ..input.options import BaseUrl


@frozen(kw_only=True)
class ProbeOptions:
    """Hold the options that say what to ask, and how."""

    from_account: Annotated[
        bool,
        typer.Option(
            "--from-account",
            help="Ask the https URLs that live listeners lead to, as their callbacks"
            " say, in the accounts of PHONECOM_ACCOUNTS.",
        ),
    ] = False
    account: Annotated[
        list[int] | None,
        typer.Option(
            "--account",
            min=1,
            metavar="VOIP_ID",
            help="With --from-account: this account; give it once for each.",
        ),
    ] = None
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="List what would be asked, and ask nobody."),
    ] = False
    timeout: Annotated[
        float,
        typer.Option(
            "--timeout", min=0.001, metavar="SECONDS", help="How long to wait for each."
        ),
    ] = 10.0
    allow_private: Annotated[
        bool,
        typer.Option(
            "--allow-private", help="Also ask addresses that are not on the internet."
        ),
    ] = False
    show: Annotated[
        bool, typer.Option("--show", help="Show whole URLs, which are masked else.")
    ] = False
    base_url: BaseUrl = BASE_URL
