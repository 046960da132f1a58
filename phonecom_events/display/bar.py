"""A bar that says how far something is, in a notebook or on a terminal.

It is drawn again by a timer of the running event loop, so that it says what is waited
for while nothing comes; and it is gone when what it belongs to ends, however that ends.
Elsewhere, as in a log, nothing is drawn.

Neither tqdm nor Rich is used: in a notebook both need ipywidgets besides, and what is
drawn here is a line.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, Protocol

from msgspec import Struct

REFRESHED: Final = 0.2
_WIDTH: Final = 20
# Moves to the start of the line and clears what stands there.
_AFRESH: Final = "\r\x1b[K"


class Step(Struct, frozen=True, kw_only=True):
    """Say how far something is.

    Attributes:
        done: of `total`.
        total: how much there is to do; None if that is not known.
        text: what people read beside the bar.
    """

    done: float
    total: float | None
    text: str

    @property
    def part(self) -> float | None:
        """How much of it is done, 0…1; None where that is not known."""
        return min(1.0, self.done / self.total) if self.total else None


class _Bar(Protocol):
    def draw(self, step: Step) -> None: ...
    def clear(self) -> None: ...


class NotebookBar:
    """Draw in the output of a cell, which keeps nothing of it.

    Args:
        display: IPython's function of that name.
    """

    def __init__(self, display: Callable[..., Any]) -> None:
        self._display = display
        self._handle: Any = None

    def draw(self, step: Step) -> None:
        """Draw it in the place where it was drawn before."""
        from html import escape  # noqa: PLC0415 with a table of all entities

        part = "" if step.part is None else f' value="{step.part:.3f}"'
        html = f"<progress{part}></progress> {escape(step.text)}"
        self._show({"text/html": html, "text/plain": step.text})

    def clear(self) -> None:
        """Leave nothing there."""
        if self._handle is not None:
            self._show({"text/html": "", "text/plain": ""})

    def _show(self, bundle: dict[str, str]) -> None:
        if self._handle is None:
            self._handle = self._display(bundle, raw=True, display_id=True)
        else:
            self._handle.update(bundle, raw=True)


class TerminalBar:
    """Draw on the last line of a terminal."""

    def draw(self, step: Step) -> None:
        """Draw it over what was drawn before, in no more than one line."""
        bar = "" if step.part is None else f"{_blocks(step.part)} "
        # One less: in the last column some terminals go on to the next line.
        width = shutil.get_terminal_size().columns - 1
        sys.stderr.write(f"{_AFRESH}{bar}{step.text}"[: width + len(_AFRESH)])
        sys.stderr.flush()

    def clear(self) -> None:
        """Leave the line empty."""
        sys.stderr.write(_AFRESH)
        sys.stderr.flush()


@contextmanager
def shown(step: Callable[[], Step]) -> Iterator[None]:
    """Show how far something is, for as long as this is entered.

    Must be entered on a running event loop, which has to have its turn now and then.

    Args:
        step: says how far it is, whenever that is drawn.
    """
    bar = _bar()
    if bar is None:
        yield
        return
    try:
        with repeated(REFRESHED, lambda: bar.draw(step())):
            yield
    finally:
        bar.clear()


@contextmanager
def repeated(seconds: float, act: Callable[[], None]) -> Iterator[None]:
    """Act again and again on the running event loop; a thread would need locks."""
    loop = asyncio.get_running_loop()
    timer: asyncio.TimerHandle

    def tick() -> None:
        nonlocal timer
        act()
        timer = loop.call_later(seconds, tick)

    timer = loop.call_later(seconds, tick)
    try:
        yield
    finally:
        timer.cancel()


def _bar() -> _Bar | None:
    display = _notebook_display()
    if display is not None:
        return NotebookBar(display)
    # None where there is no such stream, as under pythonw.
    stderr: Any = sys.stderr
    return TerminalBar() if stderr is not None and stderr.isatty() else None


def _notebook_display() -> Callable[..., Any] | None:
    """Return IPython's `display`, if this is the kernel of a notebook.

    That has imported IPython itself, so where it is not imported there is none.
    """
    ipython = sys.modules.get("IPython")
    shell = ipython and ipython.get_ipython()
    if getattr(shell, "kernel", None) is None:
        return None
    display: Callable[..., Any] = sys.modules["IPython.display"].display
    return display


def _blocks(part: float) -> str:
    full = round(part * _WIDTH)
    return f"[{'#' * full}{'.' * (_WIDTH - full)}]"
