"""What goes over the wire, as frozen values: no I/O, no HTTP library.

`Request` and `Response` are what the middleware chain speaks. A body is always
whole, as bytes, so that nothing up the chain can hold a connection open.

Here is also which base URLs a token may be sent to: https, and http on loopback only.
"""

from __future__ import annotations

import ipaddress
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final, Self
from urllib.parse import SplitResult, urlsplit

from msgspec import Struct, field, structs

from .errors import InvalidArgument

USUAL_PORTS: Final = {"http": 80, "https": 443}


def check_base_url(text: str) -> str:
    """Return *text* without its last slash, if the token may be sent there.

    Raises:
        InvalidArgument: it is not https, and not http on loopback; or it holds a
            user, a query or a fragment.
    """
    url = split_url(text)
    if url is None:
        raise InvalidArgument("base_url is no URL; expected https://host/path")
    host = url.hostname or ""
    if url.scheme != "https" and not (url.scheme == "http" and is_loopback(host)):
        raise InvalidArgument(
            "base_url must start with https://; http:// would show the token to the"
            " network, and is allowed for loopback addresses only"
        )
    if url.username is not None or url.query or url.fragment:
        raise InvalidArgument("base_url must not hold a user, a query or a fragment")
    return text.rstrip("/")


def split_url(text: object) -> SplitResult | None:
    """Return the parts of a URL; None if it has no host that can be asked."""
    if not isinstance(text, str) or any(character.isspace() for character in text):
        return None
    try:
        url = urlsplit(text)
        # What idna refuses, and port 0, would fail at the first request only.
        usable = bool((url.hostname or "").encode("idna")) and url.port != 0
    except ValueError:  # UnicodeError is one, too
        return None
    return url if usable else None


def host_and_port(url: SplitResult) -> str:
    """Return where a URL leads, with its port even if that is the usual one."""
    host = f"[{url.hostname}]" if ":" in (url.hostname or "") else url.hostname
    return f"{host}:{url.port or USUAL_PORTS.get(url.scheme, 0)}"


def is_loopback(host: str) -> bool:
    """Tell whether *host*, a name or an address, is this machine itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        # RFC 6761, section 6.3: no resolver gives that name to another machine.
        return host.lower() == "localhost"


# RFC 9110, section 9.2.2: PATCH and POST are not among them.
IDEMPOTENT_METHODS: Final = frozenset({"GET", "HEAD", "PUT", "DELETE"})
_VISIBLE_ASCII: Final = r"[\x21-\x7e]+"


class Secret:
    """Keep a token out of reprs, logs, pickles and frame locals.

    Nothing but `reveal` gives the text away. Building one never raises, so that
    no frame of an exception holds the text: `check` raises afterwards.
    """

    __slots__ = ("_text",)

    def __init__(self, text: object) -> None:
        self._text = text if isinstance(text, str) else ""

    def check(self, name: str) -> None:
        """Raise `InvalidArgument` unless the text can stand in a header.

        Args:
            name: what to call it in the message, such as ``token``.
        """
        if not self._text.strip():
            raise InvalidArgument(f"{name} is empty; give the API token as a string")
        if not re.fullmatch(_VISIBLE_ASCII, self._text):
            raise InvalidArgument(
                f"{name} has a space, line break or other character that no token"
                " has; was a whole header or file pasted?"
            )

    def reveal(self) -> str:
        """Return the text; call this only in the expression that sends it."""
        return self._text

    def mask(self, text: str) -> str:
        """Return *text* with every occurrence of the secret replaced by stars."""
        return text.replace(self._text, "***") if self._text else text

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return self._text == other._text

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __repr__(self) -> str:
        return "Secret('***')"

    def __reduce__(self) -> tuple[type[Secret], tuple[str]]:
        # A pickle is kept on disks and sent to other machines.
        return Secret, ("",)


class _Value(Struct, frozen=True, kw_only=True, weakref=True):
    def replace(self, **changes: Any) -> Self:
        """Return the same value but for the fields given."""
        return structs.replace(self, **changes)


class Attempt(Struct, eq=False):
    """Tell how far an attempt came; that makes no difference between requests.

    Attributes:
        begun: whether it was handed to what sends.
        permitted_until: when its permit from a limiter expires, on the monotonic
            clock; it must have begun by then.
    """

    begun: bool = False
    permitted_until: float = math.inf

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Attempt)

    def __hash__(self) -> int:
        return hash(Attempt)


class Request(_Value, frozen=True, kw_only=True):
    """Describe one call; each attempt at it sends the same value.

    Attributes:
        method: in capitals.
        url: whole and percent-encoded, query included.
        path: the part after the base URL; fit for logs, where the query is not.
        endpoint: the path's template, which rate limits are counted by; with the
            method or without, as `RateLimits.endpoint_by` says.
        account: whose limits it counts in; empty for the token's own account, whose
            id is not known; None where accounts have no limits.
        headers: as sent, except for `authorization`.
        body: JSON, or None.
        authorization: the bearer token; the transport alone reveals it.
        timeout: seconds for one attempt, connecting included; None for no limit.
        deadline: the moment on `clock.CLOCK`, which is the monotonic clock unless
            a test has skipped time, when the call must have ended, waiting and all
            attempts included; None for never.
        attempt: where to note how far this attempt came.
    """

    method: str
    url: str
    path: str
    endpoint: str = ""
    account: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    authorization: Secret | None = None
    timeout: float | None = None
    deadline: float | None = None
    attempt: Attempt = field(default_factory=Attempt)

    @property
    def idempotent(self) -> bool:
        """Whether sending it twice has the effect of sending it once."""
        return self.method in IDEMPOTENT_METHODS

    def __repr__(self) -> str:
        return f"<Request {self.method} {self.path}>"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [("method", self.method), ("path", self.path)]


class Response(_Value, frozen=True, kw_only=True):
    """Hold one whole answer, whatever its status.

    Attributes:
        status: the HTTP status.
        headers: by lower-case name; of repeated ones the last.
        body: whole, decompressed and in UTF-8, whatever `headers` say of it; for
            an answer that is not 2xx perhaps only its start.
        attempts: how many requests it took.
        waited: seconds slept between attempts.
        queued: seconds spent waiting for room in the rate limits.
        secret: the token it was asked for with, to be kept out of an error; of
            an answer that is not 2xx only.
        unretried: why it was not tried again, where else it would have been.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    attempts: int = 1
    waited: float = 0.0
    queued: float = 0.0
    secret: Secret | None = None
    unretried: str = ""

    @property
    def ok(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300

    @property
    def date(self) -> datetime | None:
        """What the server's clock said (aware, UTC, whole seconds), if it told.

        Of an answer that comes from a cache it is older, by its header ``age``.
        """
        return http_date(self.headers.get("date", ""))

    def __repr__(self) -> str:
        return f"<Response {self.status}, {len(self.body)} bytes>"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [("status", self.status), ("size", len(self.body))]


def http_date(text: str) -> datetime | None:
    """Read a date as it stands in headers; None if it is none."""
    try:
        at = parsedate_to_datetime(text)
        # Naive is what "-0000" gives: UTC, of a server that does not say where it is.
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


class Problem(_Value, frozen=True, kw_only=True):
    """Say what a vendor's error envelope says, in one shape for both vendors.

    Attributes:
        refused: whether it is an error envelope at all; a 2xx can be one.
        status: the HTTP status that it names, whatever that of the answer.
        code: the vendor's code, as text.
        message: the vendor's words.
        fields: field name → messages.
        retry_after: seconds to wait.
        retry_at: when it works again (aware, UTC).
        limit: how many requests the rate-limit window that is full allows.
        trace_id: the vendor's id of the exchange.
    """

    refused: bool = False
    status: int | None = None
    code: str | None = None
    message: str | None = None
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    retry_after: float | None = None
    retry_at: datetime | None = None
    limit: int | None = None
    trace_id: str | None = None
