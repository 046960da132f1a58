"""The seam: what is told of calls, attempts, scans and deliveries, and to whom.

Nothing that is told holds a token, a body, a query, an id or a phone number.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Literal, Protocol, TypeAlias

from msgspec import Struct

Kind: TypeAlias = Literal["call", "attempt", "scan", "delivery"]
EventName: TypeAlias = Literal["limiter.enter", "limiter.leave", "retry", "page"]


class Operation(Struct, frozen=True, kw_only=True):
    """Say what begins.

    Attributes:
        kind: a call, one attempt at sending it, a scan of a listing, or a delivery that
            a receiver answers.
        name: such as ``phonecom.listeners.get``; of an attempt that of its call, of a
            delivery such as ``linq.delivery``.
        vendor: ``phonecom`` or ``linq``.
        method: of the request; of a delivery it is what a stranger sent.
        template: of the path, with names for ids, from the base URL on. Of a delivery
            it is empty: where a receiver is mounted may be its one secret.
        host, port: of the server that is asked; of a delivery empty and 0.
        resend_count: how many attempts of the same call were sent before.
    """

    kind: Kind
    name: str
    vendor: str
    method: str
    template: str = ""
    host: str = ""
    port: int = 0
    resend_count: int = 0


class Span(Protocol):
    """Be told of one operation, from its beginning to its one end.

    Neither method may wait or raise: what it raises ends the call that it is told of.
    """

    @property
    def headers(self) -> Mapping[str, str]:
        """What an attempt shall send beside its own headers; asked for once."""
        ...

    def active(self) -> AbstractContextManager[object]:
        """Return what is entered while the operation runs, in its task alone.

        Of a scan it is entered for each page, perhaps for several at once. It is never
        held while somebody else's code runs, other than middlewares, limiters and
        what gives tokens.
        """
        ...

    def event(self, name: EventName, /, **facts: str | float) -> None:
        """Take note of what happened in between.

        ================= ========== ====================================================
        event             on         facts
        ================= ========== ====================================================
        ``limiter.enter`` call, scan of the request that asks for a permit none
        ``limiter.leave`` call, scan `seconds` that it waited, 0 for not at all
        ``retry``         call, scan `seconds` since the attempt that failed; `reason`, a
                                     status or the name of an error
        ``page``          scan       `limit`, `offset`, and how many `rows` there were
        ================= ========== ====================================================
        """
        ...

    def end(self, *, status: int | None = None, error: str | None = None) -> None:
        """Take note of the end.

        Args:
            status: of the answer to an attempt or a delivery, if there is one.
            error: the name of the error that it ended with, such as ``NotFound`` or
                ``CancelledError``. An attempt that was answered ends with none, nor
                does a scan that was left early.
        """
        ...


class Telemetry(Protocol):
    """Be told what clients and receivers do; what they take as ``telemetry=``.

    One may serve any number of them, on any loops and threads. As those of `Span`, its
    methods neither wait nor raise.
    """

    def begin(self, operation: Operation, /) -> Span:
        """Return what is told of an operation that begins now.

        An attempt begins while its call, or scan, is active.
        """
        ...

    def decode_failed(self, *, vendor: str, expected: str) -> None:
        """Take note of an answer that is not as documented.

        Args:
            vendor: whose it is.
            expected: the name of the class that it should have been.
        """
        ...
