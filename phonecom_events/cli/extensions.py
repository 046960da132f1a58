"""The command ``phonecom-events extensions list``."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from ..phonecom import Account, ExtensionSummary
from .clients import account_scope
from .command import command
from .conditions import filter_option, read_filters
from .items import Pages, write_listing
from .options import Format, Output
from .views import View

_FIELDS: Final = ("name", "extension")
_VIEW: Final[View[ExtensionSummary]] = View(
    row=ExtensionSummary, columns=("id", "extension", "name")
)

app: typer.Typer = typer.Typer(
    name="extensions",
    help="Find the extensions of an account.",
    no_args_is_help=True,
)


@app.callback()
def _group() -> None:
    """Keep `list` a command of its own, though it is the only one."""


@command(app, "list", account_scope)
async def list_extensions(
    account: Account,
    *,
    conditions: Annotated[list[str] | None, filter_option(_FIELDS)] = None,
    pages: Pages,
    form: Output = Format.TABLE,
) -> None:
    """List the extensions of an account; an id is what --extension takes."""
    listing = account.extensions.list(
        **read_filters(conditions, _FIELDS), **pages.paging
    )
    await write_listing(listing, form, _VIEW, pages)
