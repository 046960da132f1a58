"""The commands under ``phonecom-events history``: what earlier audits have left."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from attrs import frozen

from .command import command
from .exits import CannotRun
from .input.options import OutputOptions, is_source, read_source, read_time
from .late import Group
from .output.views import View

if TYPE_CHECKING:
    from ..history import Change, History
else:
    # A command's annotations are read for its help, which needs no extra.
    History = Any

_DEFAULT: Final = "sqlite:///audits.db"

Since = Annotated[
    str | None,
    typer.Option(
        "--since",
        metavar="TIME",
        help="From this on: 2026-11-01 for its first moment in UTC, or with a time of"
        " day and an offset.",
    ),
]
Until = Annotated[
    str | None, typer.Option("--until", metavar="TIME", help="And before this.")
]
AccountChoice = Annotated[
    int | None,
    typer.Option("--account", min=1, metavar="VOIP_ID", help="Of this account only."),
]
Kind = Annotated[
    str | None,
    typer.Option(
        "--kind",
        metavar="KIND",
        help="Only these: listener, callback, profile, webhook_subscription, finding"
        " or reading.",
    ),
]

app: Group = Group("history")

_KINDS: Final = (
    "listener",
    "callback",
    "profile",
    "webhook_subscription",
    "finding",
    "reading",
)


@frozen(kw_only=True)
class ChangeRow:
    """A change as a row: see `Change`."""

    at: datetime
    run: int
    account: int | None
    kind: str
    id: str
    what: str
    fields: str


@frozen(kw_only=True)
class TrendRow:
    """What a run found, by severity."""

    run: int
    started_at: datetime
    state: str
    errors: int
    warnings: int
    infos: int
    accounts: int
    unreadable: int


@asynccontextmanager
async def opened(
    *,
    url: Annotated[
        str,
        typer.Option(
            "--history",
            metavar="URL",
            show_default=f"PHONECOM_HISTORY, or {_DEFAULT}",
            help="The database: a URL, env:NAME or file:PATH.",
        ),
    ] = "",
) -> AsyncIterator[History]:
    """Open the history; there has to be one.

    Raises:
        CannotRun: the extra is missing.
    """
    try:
        from ..history import History
    except ImportError as error:
        raise CannotRun(str(error)) from None
    given = url or os.environ.get("PHONECOM_HISTORY", "").strip() or _DEFAULT
    given = read_source("--history", given) if is_source(given) else given
    async with History(given, create=False) as history:
        yield history


@command(app, "runs", opened)
async def list_runs(
    history: History,
    output: OutputOptions,
    *,
    since: Since = None,
    until: Until = None,
) -> None:
    """List the audits that were kept, oldest first."""
    from ..history import Run

    view: View[Run] = View(
        row=Run,
        columns=(
            "id",
            "started_at",
            "state",
            "accounts",
            "unreadable",
            "errors",
            "warnings",
            "infos",
        ),
    )
    out = view.writer(output)
    times = {"since": _time("--since", since), "until": _time("--until", until)}
    async for run in history.runs(**times):
        out.write(run)
    out.end()


@command(app, "changes", opened)
async def list_changes(
    history: History,
    output: OutputOptions,
    *,
    since: Since = None,
    until: Until = None,
    account: AccountChoice = None,
    kind: Kind = None,
) -> None:
    """List what appeared, changed and vanished between audits.

    Findings are among it. What could not be read is "not seen", and changes nothing.
    """
    await _write_changes(
        history,
        output,
        since=_time("--since", since),
        until=_time("--until", until),
        account=account,
        kind=None if kind is None else _kind("--kind", kind),
    )


@command(app, "trend", opened)
async def show_trend(
    history: History,
    output: OutputOptions,
    *,
    since: Since = None,
    until: Until = None,
) -> None:
    """Show how many findings of each severity each run had."""
    columns = ("run", "started_at", "state", "errors", "warnings", "infos")
    out = View[Any](row=TrendRow, columns=columns).writer(output)
    times = {"since": _time("--since", since), "until": _time("--until", until)}
    async for run in history.runs(**times):
        out.write(
            TrendRow(
                run=run.id,
                started_at=run.started_at,
                state=run.state,
                errors=run.errors,
                warnings=run.warnings,
                infos=run.infos,
                accounts=run.accounts,
                unreadable=run.unreadable,
            )
        )
    out.end()


@command(app, "show", opened)
async def show_life(
    history: History,
    output: OutputOptions,
    *,
    kind: Annotated[
        str, typer.Argument(metavar="KIND", help="What it is, such as listener.")
    ],
    id_: Annotated[str, typer.Argument(metavar="ID", help="Its id.")],
    account: AccountChoice = None,
) -> None:
    """Show the life of one thing: when it came, changed and went."""
    kind = _kind("KIND", kind)
    if not await _write_changes(history, output, account=account, kind=kind, id=id_):
        raise CannotRun(f"no run has seen a {kind} {id_}")


async def _write_changes(history: History, output: OutputOptions, **chosen: Any) -> int:
    view: View[Change] = View(
        row=ChangeRow,
        columns=("at", "account", "kind", "id", "what", "fields"),
        make=_row,
    )
    out = view.writer(output)
    count = 0
    async for change in history.changes(**chosen):
        out.write(change)
        count += 1
    out.end()
    return count


def _row(change: Change) -> ChangeRow:
    return ChangeRow(
        at=change.at,
        run=change.run,
        account=change.account,
        kind=change.kind,
        id=change.id,
        what=str(change.what),
        fields=_in_words(change.what, change.fields),
    )


def _in_words(what: str, fields: Mapping[str, tuple[Any, Any]]) -> str:
    """Write fields for people: what something was or is, or from what to what."""
    if what in {"changed", "read", "not seen"}:
        pairs = (f"{name}: {_cell(a)} → {_cell(b)}" for name, (a, b) in fields.items())
    else:
        after = what != "vanished"
        pairs = (f"{name}: {_cell(both[after])}" for name, both in fields.items())
    return "; ".join(pairs)


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _time(option: str, text: str | None) -> datetime | None:
    return None if text is None else read_time(option, text)


def _kind(option: str, text: str) -> str:
    kind = text.strip().lower().replace("-", "_")
    if kind not in _KINDS:
        raise typer.BadParameter(
            f"{text!r} is none of {', '.join(_KINDS)}", param_hint=option
        )
    return kind
