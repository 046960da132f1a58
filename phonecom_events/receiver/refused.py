"""A delivery that is not taken: a status for its sender, a reason for the log."""

from __future__ import annotations


class Refused(Exception):
    """Stop reading a delivery; it ends in the answer and never leaves here.

    Attributes:
        status: of the answer, which says nothing else.
        why: for the owner's log; nothing that the sender wrote is in it.
    """

    def __init__(self, status: int, why: str) -> None:
        super().__init__(f"{status}: {why}")
        self.status = status
        self.why = why
