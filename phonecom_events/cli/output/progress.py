"""How far an audit is: a bar on a terminal, else a line in the log now and then."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from ...audit.progress import AuditProgress, duration
from ...display.bar import REFRESHED, repeated
from .streams import console, note

LOGGED: Final = 30.0


class _Drawn:
    """Draw progress with Rich, as it is whenever that is asked for."""

    def __init__(self, progress: AuditProgress) -> None:
        self._progress = progress

    def __rich__(self) -> Group:
        """Draw a bar, and a line under it."""
        progress = self._progress
        bar = Table.grid(padding=(0, 1), expand=True)
        bar.add_column()
        bar.add_column(ratio=1)
        bar.add_row(
            "accounts",
            ProgressBar(total=progress.total, completed=progress.completed),
            f"{progress.done}/{progress.total}",
            f"findings {progress.findings:,}  requests {progress.requests:,}",
            duration(progress.elapsed),
        )
        remaining = progress.remaining()
        parts = [
            progress.told(),
            "" if remaining is None else f"about {duration(remaining)} left",
        ]
        under = Text("; ".join(part for part in parts if part), style="dim")
        under.no_wrap, under.overflow = True, "ellipsis"
        return Group(bar, under)


@contextmanager
def shown(
    progress: AuditProgress, *, beside_output: bool, quiet: bool
) -> Iterator[None]:
    """Show progress on stderr as long as this is entered; a bar is gone at the end.

    Args:
        progress: what to show.
        beside_output: results are written to stdout meanwhile. Where that is the
            same terminal, they show how far it is.
        quiet: show nothing.
    """
    stderr = console(stderr=True)
    if quiet or (stderr.is_terminal and beside_output and sys.stdout.isatty()):
        yield
    elif stderr.is_terminal:
        # What is written to stdout would go to stderr if it were redirected.
        bar = Live(
            _Drawn(progress),
            console=stderr,
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
        )
        with bar, repeated(REFRESHED, bar.refresh):
            yield
    else:
        with repeated(LOGGED, lambda: note(progress.line())):
            yield
