"""The progress bar of an audit, on stderr, if that is a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
)

from ..audit import Audited
from .terminal import console


@contextmanager
def audit_progress(accounts: int) -> Iterator[Callable[[Audited], None]]:
    """Show how many accounts are done, and how much was found; gone at the end.

    Args:
        accounts: how many there are to do.

    Yields:
        what to call with each as it is done.
    """
    stderr = console(stderr=True)
    progress = Progress(
        TextColumn("accounts"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("findings {task.fields[findings]}"),
        TimeElapsedColumn(),
        console=stderr,
        transient=True,
        disable=not stderr.is_terminal,
    )
    findings = 0
    task = progress.add_task("audit", total=accounts, findings=0)

    def on_progress(audited: Audited) -> None:
        nonlocal findings
        findings += len(audited.findings)
        advance = 0 if audited.account is None else 1
        progress.update(task, advance=advance, findings=findings)

    with progress:
        yield on_progress
