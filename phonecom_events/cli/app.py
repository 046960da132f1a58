"""The tree of commands, and the way in."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from ..version import __version__
from . import inbox
from .audit.command import audit
from .command import command
from .output.streams import remarks_to, results_to
from .resources import (
    accounts,
    callbacks,
    filters,
    linq,
    listeners,
    overview,
    profiles,
    subscriptions,
)
from .running import exit_code
from .sandbox import sandbox_command

app: typer.Typer = typer.Typer(
    name="phonecom-events",
    help="Audit and manage Phone.com event listeners and Linq webhook subscriptions.",
    epilog=(
        "The Phone.com token is read from PHONECOM_TOKEN, the Linq key from"
        " LINQ_API_V3_API_KEY. To try it without either: phonecom-events audit"
        " --sandbox"
    ),
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
command(app, "audit")(audit)
app.add_typer(overview.app)
listeners.app.add_typer(subscriptions.app)
listeners.app.add_typer(filters.app)
app.add_typer(listeners.app)
app.add_typer(callbacks.app)
app.add_typer(profiles.app)
app.add_typer(accounts.app)
app.add_typer(accounts.extensions_app)
app.add_typer(linq.app)
app.add_typer(inbox.app)
app.command("sandbox")(sandbox_command)


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - as Typer calls it
    if wanted:
        sys.stdout.write(f"phonecom-events {__version__}\n")
        raise typer.Exit


@app.callback()
def _root(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_show_version,
            is_eager=True,
            help="Show the version and exit.",
        ),
    ] = False,
) -> None:
    del version


def run_app(argv: Sequence[str]) -> int:
    """Run a command line without the program's name, and return its exit code."""

    def act() -> int:
        try:
            app(list(argv), prog_name="phonecom-events")
        except SystemExit as leaving:
            return leaving.code if isinstance(leaving.code, int) else 0
        return 0

    with results_to(sys.stdout), remarks_to(sys.stderr):
        return exit_code(act)
