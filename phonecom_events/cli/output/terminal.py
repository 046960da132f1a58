"""What is written for people: consoles, notes and progress on stderr, safe text."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from ...audit import Audited


class _Console(Console):
    """Leave a closed pipe to the one place that handles it."""

    def on_broken_pipe(self) -> NoReturn:
        raise BrokenPipeError


def console(*, stderr: bool = False) -> Console:
    """Make a console that prints text as it is.

    Colours are left out where the stream is no terminal, and under NO_COLOR.
    """
    return _Console(stderr=stderr, highlight=False, markup=False, emoji=False)


def note(text: str) -> None:
    """Write one line to stderr."""
    sys.stderr.write(f"phonecom-events: {printable(text)}\n")


def printable(text: str) -> str:
    """Escape what could move the cursor or hide text; servers choose their words."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


@contextmanager
def audit_progress(
    accounts: Collection[int], *, beside_output: bool = False
) -> Iterator[Callable[[Audited], None]]:
    """Show how far the audit is, and what it has cost; gone at the end.

    Args:
        accounts: those to do; subaccounts come on top, and do not move the bar.
        beside_output: results are written to stdout meanwhile: no bar, then, if
            that is a terminal as well.

    Yields:
        what to call with each as it is done.
    """
    stderr = console(stderr=True)
    shared = beside_output and sys.stdout.isatty()
    progress = Progress(
        TextColumn("accounts"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(
            "findings {task.fields[findings]:,}  requests {task.fields[requests]:,}"
            "  waited {task.fields[waited]:,.0f} s "
        ),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=stderr,
        transient=True,
        disable=shared or not stderr.is_terminal,
        # Else what is written to stdout would go to stderr.
        redirect_stdout=False,
    )
    totals: dict[str, Any] = {"findings": 0, "requests": 0, "waited": 0.0}
    due = set(accounts)
    task = progress.add_task("audit", total=len(due), **totals)

    def on_progress(audited: Audited) -> None:
        totals["findings"] += len(audited.findings)
        totals["requests"] += audited.requests
        totals["waited"] += audited.waited
        advance = 1 if audited.account in due else 0
        progress.update(task, advance=advance, **totals)

    with progress:
        yield on_progress
