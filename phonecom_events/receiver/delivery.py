"""What a receiver and the rules of a vendor tell each other, by no web framework."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, TypeVar

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


class Rules(Protocol[E_co]):
    """Accept deliveries or refuse them, by what their vendor sends.

    Attributes:
        source: names the vendor in an inbox.
        acknowledgement: headers of the answer to what is accepted and kept. Whoever
            is refused may be a stranger, and is told nothing.
    """

    source: str
    acknowledgement: Mapping[str, str]

    def check_path(self, path: str) -> None:
        """Raise `InvalidArgument` if no delivery to *path* could be accepted."""
        ...

    def accept(self, incoming: Incoming) -> tuple[str, ...]:
        """Return the keys by which a repeat is known, if it is genuine and expected.

        Returns:
            The vendor's id for the event comes last. There is no key if this is no
            event, and only to be acknowledged.

        Raises:
            Refused: it is not accepted.
        """
        ...

    def read(self, body: bytes) -> E_co:
        """Make an event of the body of an accepted delivery; raise `WebhookError`."""
        ...
