"""The tree of commands, and the way in.

Each command is imported when it is named: a shell that completes ``audit --`` waits
for what it prints.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

from ..version import __version__
from .output.streams import remarks_to, results_to
from .running import exit_code

_Add = Callable[[typer.Typer, str], None]


class _Late(TyperCommand):
    """Stand for a command among others, and import it when it is named.

    Args:
        name: of the command.
        words: what it is for, in one line.
        add: imports the command and adds it to an app, with these words for its help
            unless it has its own.
    """

    def __init__(self, name: str, words: str, add: _Add) -> None:
        super().__init__(name, help=words, rich_markup_mode=None)
        self._words = words
        self._add = add

    def make_context(self, info_name: str | None, *args: Any, **kwargs: Any) -> Any:
        """Let the command itself take the arguments."""
        # Typer's commands have their settings, such as that of Rich, from the root.
        root = typer.Typer(rich_markup_mode=None)
        self._add(root, self._words)
        (command,) = typer.main.get_group(root).commands.values()
        return command.make_context(info_name, *args, **kwargs)


class _Root(TyperGroup):
    """List all commands without importing one: shells ask at every TAB."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        for name, (words, add) in _COMMANDS.items():
            self.add_command(_Late(name, words, add))


def _audit(root: typer.Typer, _: str) -> None:
    from .audit.command import audit
    from .command import command

    command(root, "audit")(audit)


def _sandbox(root: typer.Typer, _: str) -> None:
    from .sandbox import sandbox_command

    root.command("sandbox")(sandbox_command)


def _overview(root: typer.Typer, words: str) -> None:
    from .resources import overview

    root.add_typer(overview.app, help=words)


def _listeners(root: typer.Typer, words: str) -> None:
    from .resources import listeners

    root.add_typer(listeners.app, help=words)


def _callbacks(root: typer.Typer, words: str) -> None:
    from .resources import callbacks

    root.add_typer(callbacks.app, help=words)


def _profiles(root: typer.Typer, words: str) -> None:
    from .resources import profiles

    root.add_typer(profiles.app, help=words)


def _accounts(root: typer.Typer, words: str) -> None:
    from .resources import accounts

    root.add_typer(accounts.app, help=words)


def _extensions(root: typer.Typer, words: str) -> None:
    from .resources import accounts

    root.add_typer(accounts.extensions_app, help=words)


def _linq(root: typer.Typer, words: str) -> None:
    from .resources import linq

    root.add_typer(linq.app, help=words)


def _inbox(root: typer.Typer, words: str) -> None:
    from . import inbox

    root.add_typer(inbox.app, help=words)


# Functions that import, and no names of modules as text, which could rot.
_COMMANDS: Final[Mapping[str, tuple[str, _Add]]] = {
    "audit": ("Audit many accounts' listeners, what they hang on, and Linq.", _audit),
    "sandbox": (
        "Serve both APIs locally, with made-up data, until Ctrl-C.",
        _sandbox,
    ),
    "overview": (
        "List or create listeners with all that hangs on them.",
        _overview,
    ),
    "listeners": (
        "List, show, create, change and delete listeners.",
        _listeners,
    ),
    "callbacks": (
        "List, show, create, change and delete callbacks.",
        _callbacks,
    ),
    "profiles": ("List, show, create, change and delete profiles.", _profiles),
    "accounts": ("Find the accounts that the token can read.", _accounts),
    "extensions": ("Find the extensions of an account.", _extensions),
    "linq": ("Work with Linq.", _linq),
    "inbox": ("Look after the file in which a receiver keeps events.", _inbox),
}


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
