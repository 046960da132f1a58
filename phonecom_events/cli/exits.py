"""How a command ends: the exit codes, and the error that stands for one of them."""

from __future__ import annotations

from typing import Final

COULD_NOT_RUN: Final = 2
# As shells report a process that a signal ended: 128 and the signal's number.
INTERRUPTED: Final = 130
STDOUT_CLOSED: Final = 141


class CannotRun(Exception):
    """Say in one line why a command cannot run, and what to do about it."""
