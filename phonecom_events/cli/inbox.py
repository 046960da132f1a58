"""The commands under ``phonecom-events inbox``: a receiver's file, seen from outside."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection
from typing import Annotated, Final

import typer

from ..errors import InboxUnavailable
from ..receiver.dead_letters import (
    DeadLetter,
    InboxState,
    dead_letters,
    drop_dead_letters,
    inbox_file,
    inbox_states,
    retry_dead_letters,
)
from .command import command
from .exits import CannotRun
from .input.options import OutputOptions
from .late import Group
from .output.streams import note
from .output.views import View

File = Annotated[
    Path, typer.Argument(metavar="FILE", help="The file of a SqliteInbox.")
]
Ids = Annotated[
    list[int] | None,
    typer.Option(
        "--id",
        min=1,
        metavar="ID",
        help="Only this dead letter; give it once for each.",
    ),
]

_STATES: Final[View[InboxState]] = View(
    row=InboxState,
    columns=("source", "state", "count", "oldest", "last_failed_at", "last_error"),
)
_DEAD_LETTERS: Final[View[DeadLetter]] = View(
    row=DeadLetter,
    columns=("id", "source", "event", "received_at", "attempts", "failed_at", "error"),
)

app: Group = Group("inbox")


@command(app, "show")
async def show_inbox(
    file: File,
    output: OutputOptions,
    *,
    dead: Annotated[
        bool, typer.Option("--dead", help="Show each dead letter instead.")
    ] = False,
) -> None:
    """Show how many events have come how far, and what went wrong last."""
    with _opened(file) as connection:
        items = dead_letters(connection) if dead else inbox_states(connection)
    out = (_DEAD_LETTERS if dead else _STATES).writer(output)
    for item in items:
        out.write(item)
    out.end()


@command(app, "retry")
async def retry_inbox(file: File, *, ids: Ids = None) -> None:
    """Put dead letters back: they are handled once more."""
    with _opened(file) as connection:
        count = retry_dead_letters(connection, _known(connection, ids))
    note(f"put back {_letters(count)}")


@command(app, "drop")
async def drop_inbox(file: File, *, ids: Ids = None) -> None:
    """Give dead letters up, and delete their bodies, without asking."""
    with _opened(file) as connection:
        known = _known(connection, ids)
        count = drop_dead_letters(connection, known, now=time.time())
    note(f"dropped {_letters(count)}")


@contextmanager
def _opened(file: Path) -> Iterator[Connection]:
    try:
        with inbox_file(file) as connection:
            yield connection
    except InboxUnavailable as error:
        raise CannotRun(str(error)) from None


def _known(connection: Connection, ids: Sequence[int] | None) -> Sequence[int]:
    """Return the ids that are given, if all are of dead letters."""
    known = {letter.id for letter in dead_letters(connection)}
    unknown = [str(id_) for id_ in ids or () if id_ not in known]
    if unknown:
        raise CannotRun(f"there is no dead letter {', '.join(unknown)}")
    return ids or ()


def _letters(count: int) -> str:
    return "1 dead letter" if count == 1 else f"{count} dead letters"
