"""What a receiver and the rules of a vendor tell each other, by no web framework."""

from __future__ import annotations

from typing import Generic, Protocol, TypeVar

from attrs import field, frozen

from ..webhooks import Headers

E_co = TypeVar("E_co", covariant=True)


class Refused(Exception):
    """Stop reading a delivery; it ends in the answer and never leaves the receiver.

    Attributes:
        status: of the answer, which says nothing else.
        why: for the owner's log; nothing that the sender wrote is in it.
    """

    def __init__(self, status: int, why: str) -> None:
        super().__init__(f"{status}: {why}")
        self.status = status
        self.why = why


@frozen(kw_only=True)
class Incoming:
    """Hold what was posted.

    Attributes:
        body: whole, as it came.
        headers: all of them.
        path_secret: what stood where the path has ``{secret}``, if it has that.
    """

    body: bytes = field(repr=False)
    headers: Headers = field(repr=False)
    path_secret: str | None = field(default=None, repr=False)


@frozen(kw_only=True)
class Accepted(Generic[E_co]):
    """Hold an event that is genuine and expected.

    Attributes:
        event: what the handler gets.
        keys: what a repeat of it would have, any one of them.
    """

    event: E_co
    keys: tuple[str, ...]


class Rules(Protocol[E_co]):
    """Accept deliveries or refuse them, by what their vendor sends."""

    def check_path(self, path: str) -> None:
        """Raise `InvalidArgument` if no delivery to *path* could be accepted."""
        ...

    def accept(self, incoming: Incoming) -> Accepted[E_co] | None:
        """Return what is accepted; None for what is only to be acknowledged.

        Raises:
            Refused: it is not accepted.
        """
        ...
