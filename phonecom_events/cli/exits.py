"""How a command ends: the exit codes, and what is raised to end with one of them."""

from __future__ import annotations

from typing import Final

COULD_NOT_RUN: Final = 2
ODD_ROWS: Final = 3
# Shells report a process that a signal ended as 128 and the signal's number.
BY_SIGNAL: Final = 128
# As if SIGPIPE had ended it, which Python ignores.
READER_GONE: Final = 141


class CannotRun(Exception):
    """Say in one line why a command cannot run, and what to do about it."""


class ReaderGone(Exception):
    """Stop, because nobody reads the results any more: ``| head`` has enough."""


class Interrupted(Exception):
    """Stop, because of a signal; what was known has been written.

    Args:
        number: of the signal.
        problem: what else there is to say.
    """

    def __init__(self, number: int, problem: str = "") -> None:
        super().__init__(number, problem)
        self.number = number
        self.problem = problem
