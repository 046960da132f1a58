"""What is asked: a URL, with the method and the headers that a callback has for it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, Self

from attrs import field, frozen

from ..http import Secret, split_url

BODY: Final = b'{"test": 1}'
"""What Phone.com posts before it accepts a URL.

https://github.com/phonedotcom/events-integration-doc (callbacks)
"""

_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# Of the connection, and not of the callback: RFC 9110, sections 7.6.1 and 8.6.
_OF_THE_CONNECTION: Final = frozenset(
    {
        "connection",
        "content-length",
        "host",
        "keep-alive",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)


@frozen(kw_only=True)
class Target:
    """Describe what is to be asked.

    Attributes:
        url: whole; its path or query may hold a secret.
        method: as the callback sends events; Phone.com's default is POST.
        headers: sent along; their values are secret.
        withheld: names of headers that the callback has and a probe has not: the API
            does not show their values, or they cannot be sent.
    """

    url: str = field(repr=False)
    method: str = "POST"
    headers: tuple[tuple[str, Secret], ...] = field(default=(), repr=False)
    withheld: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        url: str,
        method: str = "POST",
        headers: Iterable[tuple[str, str | None]] = (),
    ) -> Self:
        """Make one of what a callback's config says.

        Args:
            url: where events go.
            method: by what.
            headers: names and values; None for a value that is not known.
        """
        known: list[tuple[str, Secret]] = []
        withheld: list[str] = []
        for name, value in headers:
            if value is not None and _can_be_sent(name, value):
                known.append((name, Secret(value)))
            else:
                withheld.append(name)
        return cls(
            url=url.strip(),
            method=method,
            headers=tuple(known),
            withheld=tuple(withheld),
        )

    @property
    def host(self) -> str:
        """The host in small letters, without port or brackets; empty if there is none."""
        url = split_url(self.url)
        return "" if url is None else (url.hostname or "")

    @property
    def why_not_askable(self) -> str:
        """Why nobody can be asked; empty if that can be tried."""
        url = split_url(self.url)
        if url is None or not url.hostname:
            return "it is no URL with a host"
        if url.scheme not in {"http", "https"}:
            return "its scheme is neither https nor http"
        if url.username is not None or url.password is not None:
            # As Basic authentication, or not at all: Phone.com does not say which.
            return "it has a user or password in it, and how those are sent is unknown"
        if not _TOKEN.fullmatch(self.method):
            return "its method is no HTTP method"
        return ""


def _can_be_sent(name: str, value: str) -> bool:
    # A line break in it would begin a header, or a request, of somebody else's making.
    return (
        _TOKEN.fullmatch(name) is not None
        and name.lower() not in _OF_THE_CONNECTION
        and (value.isprintable() or not value)
    )
