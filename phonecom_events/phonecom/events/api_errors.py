"""What an event says of an API call that failed."""

from __future__ import annotations

from attrs import frozen


@frozen(kw_only=True)
class FailedRequest:
    """Describe the request.

    Attributes:
        method: in capitals.
        url: path and query, without the host.
        body_size: bytes.
    """

    method: str
    url: str
    body_size: int | None = None


@frozen(kw_only=True)
class FailedResponse:
    """Describe the answer.

    Attributes:
        status: the HTTP status.
        payload: the answer's body as it was: text that is often JSON, not read
            here.
    """

    status: int
    payload: str | None = None


@frozen(kw_only=True)
class ApiError:
    """Describe an API call of the account that failed.

    Attributes:
        error: what went wrong, in the vendor's words.
        request, response: of the call.
    """

    error: str
    request: FailedRequest
    response: FailedResponse
