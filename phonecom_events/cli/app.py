"""The tree of commands, and the way in.

Each command is imported when it is named: a shell that completes ``audit --`` waits
for what it prints.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Final

import typer

from ..version import __version__
from .late import Group, single
from .output.streams import remarks_to, results_to
from .running import exit_code

# What a shell's completion asks by, as Typer names it.
_COMPLETE: Final = "_PHONECOM_EVENTS_COMPLETE"


def _audit() -> Any:
    from .audit.command import audit
    from .command import made

    return made(audit, "audit")


def _sandbox() -> Any:
    from .sandbox import sandbox_command

    return single(sandbox_command, "sandbox")


def _overview() -> Any:
    from .resources import overview

    return overview.app


def _listeners() -> Any:
    from .resources import listeners

    return listeners.app


def _callbacks() -> Any:
    from .resources import callbacks

    return callbacks.app


def _profiles() -> Any:
    from .resources import profiles

    return profiles.app


def _accounts() -> Any:
    from .resources import accounts

    return accounts.app


def _extensions() -> Any:
    from .resources import accounts

    return accounts.extensions_app


def _linq() -> Any:
    from .resources import linq

    return linq.app


def _events() -> Any:
    from .resources import events

    return events.app


def _probe() -> Any:
    from .command import made
    from .probe.command import probe

    return made(probe, "probe")


def _inbox() -> Any:
    from . import inbox

    return inbox.app


def _history() -> Any:
    from . import history

    return history.app


# Functions that import, and no names of modules as text, which could rot.
_COMMANDS: Final[Mapping[str, tuple[str, Callable[[], Any]]]] = {
    "audit": ("Audit many accounts' listeners, what they hang on, and Linq.", _audit),
    "sandbox": ("Serve both APIs locally, with made-up data, until Ctrl-C.", _sandbox),
    "overview": ("List or create listeners with all that hangs on them.", _overview),
    "listeners": ("List, show, create, change and delete listeners.", _listeners),
    "callbacks": ("List, show, create, change and delete callbacks.", _callbacks),
    "profiles": ("List, show, create, change and delete profiles.", _profiles),
    "accounts": ("Find the accounts that the token can read.", _accounts),
    "extensions": ("Find the extensions of an account.", _extensions),
    "linq": ("Work with Linq.", _linq),
    "events": ("Send sample events to a receiver, to try it out.", _events),
    "probe": ("Ask receivers whether they answer.", _probe),
    "history": ("Tell what earlier audits found, and what changed since.", _history),
    "inbox": ("Look after the file in which a receiver keeps events.", _inbox),
}


class _Root(Group):
    """Hold all commands, none of them imported yet."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        for name, (words, make) in _COMMANDS.items():
            self.add_late(name, words, make)


app: typer.Typer = typer.Typer(
    name="phonecom-events",
    cls=_Root,
    add_completion=False,
    help="Audit and manage Phone.com event listeners and Linq webhook subscriptions.",
    epilog=(
        "The Phone.com token is read from PHONECOM_TOKEN, the Linq key from"
        " LINQ_API_V3_API_KEY. To try it without either: phonecom-events audit"
        " --sandbox"
    ),
    rich_markup_mode=None,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


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


def _know_shells() -> None:
    """Have Typer know the shells, which it does on importing its own options for them.

    Those are left out: each command line would pay for two options more.
    """
    from typer.completion import get_completion_inspect_parameters

    get_completion_inspect_parameters()


def run_app(argv: Sequence[str]) -> int:
    """Run a command line without the program's name, and return its exit code."""

    def act() -> int:
        if _COMPLETE in os.environ:
            _know_shells()
        try:
            app(list(argv), prog_name="phonecom-events")
        except SystemExit as leaving:
            return leaving.code if isinstance(leaving.code, int) else 0
        return 0

    with results_to(sys.stdout), remarks_to(sys.stderr):
        return exit_code(act)
