"""Every exception this package raises, and which status becomes which class.

::

    PhonecomEventsError
    ├── InvalidArgument        the caller's mistake, found before any request (ValueError)
    ├── SessionClosed          the client was closed, before or during the call
    ├── TransportError         no usable answer
    │   ├── ConnectFailed          nothing was sent: DNS, refused, TLS
    │   │   ├── ConnectTimeout         … not connected in time (TimeoutError)
    │   │   ├── ProxyFailed            … the proxy is not there, or refused
    │   │   └── LimiterUnavailable     … what keeps the rate limits does not answer
    │   ├── RequestTimedOut        sent, but not answered in time (TimeoutError)
    │   └── ConnectionLost         sent, then cut before the answer was whole
    ├── ResponseError          an answer that is not 2xx
    │   ├── Redirected             3xx; redirects are never followed
    │   ├── BadRequest             400
    │   ├── Unauthorized           401
    │   ├── Forbidden              403
    │   ├── NotFound               404
    │   ├── Conflict               409
    │   ├── ValidationFailed       422, with `fields`
    │   ├── RateLimited            429, with `retry_at`
    │   └── ServerError            5xx
    ├── OutcomeUnknown         a POST or PATCH may or may not have taken effect
    ├── DeadlineExceeded       `deadline` ran out or could not be met (TimeoutError)
    ├── DecodeError            an answer that is not what the API documents
    ├── PaginationError        a scan that could not be completed
    ├── WebhookError           an incoming delivery that cannot be trusted or read
    ├── InboxUnavailable       an inbox that cannot keep a delivery at the moment
    └── HistoryUnavailable     a history that cannot be read or written

All of them pickle, and are equal before and after.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

_E = TypeVar("_E", bound="PhonecomEventsError")


class PhonecomEventsError(Exception):
    """Be the root of every error raised by this package.

    Attributes:
        resume: of an error that ended a scan, the token to go on with after the
            last row that was given; None of any other.
    """

    resume: str | None = None

    def __init__(self, message: str) -> None:
        super().__init__(message)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by state, so that subclasses are free in their signatures."""
        return _rebuild, (type(self), self.args, dict(self.__dict__))

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other) or not isinstance(other, Exception):
            return NotImplemented
        return self.args == other.args and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        # Not by the attributes: some are dictionaries.
        return hash((type(self), str(self)))


def _rebuild(cls: type[_E], args: tuple[Any, ...], state: dict[str, Any]) -> _E:
    # Not by its constructor: that wants what is in *state* as keywords.
    error = cls.__new__(cls, *args)
    error.args = args
    error.__dict__.update(state)
    return error


class InvalidArgument(PhonecomEventsError, ValueError):
    """Report what the caller got wrong; no request was made."""


class SessionClosed(PhonecomEventsError):
    """Report the use of a closed client, or its closing in mid-request."""


class TransportError(PhonecomEventsError):
    """Report that no usable answer arrived."""


class ConnectFailed(TransportError):
    """Report that no connection was made, so nothing was sent.

    Attributes:
        unknown_host: there is no such host: a mistake in the base URL, most often.
    """

    unknown_host: bool = False


class ConnectTimeout(ConnectFailed, TimeoutError):
    """Report that no connection was made in time, so nothing was sent."""


class ProxyFailed(ConnectFailed):
    """Report a proxy that could not be reached, or refused; nothing was sent.

    What it answered is the proxy's own, and never counts as the server's.

    Attributes:
        proxy: its URL, with stars for user and password; empty if only the session
            given as `http_session` knows it.
        status: what it answered, such as 407; None if it did not answer.
    """

    def __init__(
        self, message: str, *, proxy: str = "", status: int | None = None
    ) -> None:
        super().__init__(message)
        self.proxy = proxy
        self.status = status


class LimiterUnavailable(ConnectFailed):
    """Report that a shared limiter could not be asked, so nothing was sent."""


class RequestTimedOut(TransportError, TimeoutError):
    """Report a request that was sent and not answered in time."""


class ConnectionLost(TransportError):
    """Report a connection that was cut before the answer was whole."""


class ResponseError(PhonecomEventsError):
    """Report an answer that is not 2xx.

    Attributes:
        status: the HTTP status.
        method, path: of the request; never the query or a header.
        code: the vendor's own error code, as text, if there is one.
        vendor_message: the vendor's words, if there are any.
        fields: field name → messages, of a validation error (422).
        retry_after: seconds to wait, if the vendor said so.
        retry_at: when it would work (aware, UTC), if the vendor said so.
        trace_id: the vendor's id of this exchange, for its support.
        body: the start of the answer's body, for people to read.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int,
        method: str,
        path: str,
        code: str | None = None,
        vendor_message: str | None = None,
        fields: Mapping[str, tuple[str, ...]] | None = None,
        retry_after: float | None = None,
        retry_at: datetime | None = None,
        trace_id: str | None = None,
        body: str = "",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.method = method
        self.path = path
        self.code = code
        self.vendor_message = vendor_message
        self.fields: Mapping[str, tuple[str, ...]] = dict(fields or {})
        self.retry_after = retry_after
        self.retry_at = retry_at
        self.trace_id = trace_id
        self.body = body


class Redirected(ResponseError):
    """Report a 3xx: redirects are not followed, lest the token travel."""


class BadRequest(ResponseError):
    """Report a 400."""


class Unauthorized(ResponseError):
    """Report a 401: the token is missing, wrong or expired."""


class Forbidden(ResponseError):
    """Report a 403: the token may not do this."""


class NotFound(ResponseError):
    """Report a 404."""


class Conflict(ResponseError):
    """Report a 409, such as deleting what is still in use."""


class ValidationFailed(ResponseError):
    """Report a 422; `fields` says which values were refused and why."""


class RateLimited(ResponseError):
    """Report a 429; `retry_at` says when it would work."""


class ServerError(ResponseError):
    """Report a 5xx."""


class OutcomeUnknown(PhonecomEventsError):
    """Report a POST or PATCH that may or may not have taken effect.

    It is not resent, because that could create a second listener: look whether
    it took effect, then decide; or let ``create(…, reconcile=True)`` do both.

    Attributes:
        method, path: of the request.
        error: what happened: a `TransportError` or a `ResponseError`.
        candidates: with `reconcile`, the ids of new rows that may be it, where it
            could not be told which, or whether one is. Empty if there was none, or
            nobody looked.
    """

    def __init__(
        self,
        message: str,
        *,
        method: str,
        path: str,
        error: PhonecomEventsError,
        candidates: tuple[int | str, ...] = (),
    ) -> None:
        super().__init__(message)
        self.method = method
        self.path = path
        self.error = error
        self.candidates = candidates


class DeadlineExceeded(PhonecomEventsError, TimeoutError):
    """Report a call that did not, or could not, end within `deadline`.

    Attributes:
        error: what the last attempt ended with, if there was one.
        retry_at: when it would work (aware, UTC), if that is known.
    """

    def __init__(
        self,
        message: str,
        *,
        error: PhonecomEventsError | None = None,
        retry_at: datetime | None = None,
    ) -> None:
        super().__init__(message)
        self.error = error
        self.retry_at = retry_at


class DecodeError(PhonecomEventsError):
    """Report an answer that is not what the API documents.

    Attributes:
        problems: one ``what @ path`` each; paths use wire names and start
            with ``$``, as in ``$.items[3].created_at``.
        path: the path of the first problem, ``$`` for the whole body.
    """

    def __init__(
        self, message: str, *, problems: tuple[str, ...] = (), path: str = "$"
    ) -> None:
        super().__init__(message)
        self.problems = problems
        self.path = path


class PaginationError(PhonecomEventsError):
    """Report a scan that could not be completed.

    Attributes:
        report: the scan's `ScanReport`; its `complete` is false.
    """

    def __init__(self, message: str, *, report: object = None) -> None:
        super().__init__(message)
        self.report = report


class WebhookError(PhonecomEventsError):
    """Report an incoming delivery that cannot be trusted or read."""


class InboxUnavailable(PhonecomEventsError):
    """Report that an inbox cannot be read or written at the moment: try again."""


class HistoryUnavailable(PhonecomEventsError):
    """Report that a history of audits cannot be read or written."""


_CLASS_BY_STATUS: Mapping[int, type[ResponseError]] = {
    400: BadRequest,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    422: ValidationFailed,
    429: RateLimited,
}


def response_error_class(status: int) -> type[ResponseError]:
    """Choose the class for a status that is not 2xx."""
    if 300 <= status < 400:
        return Redirected
    if 500 <= status < 600:
        return ServerError
    return _CLASS_BY_STATUS.get(status, ResponseError)
