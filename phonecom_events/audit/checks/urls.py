"""URLs as checks see them: taken apart, and compared by where they lead."""

from __future__ import annotations

from typing import Final
from urllib.parse import SplitResult, urlsplit

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


def split(text: str) -> SplitResult:
    """Take a URL apart; text that is none has no host."""
    try:
        url = urlsplit(text.strip())
        _ = url.port
    except ValueError:
        return SplitResult("", "", text, "", "")
    return url


def place(text: str) -> SplitResult:
    """Bring URLs that lead to the same place into the same form.

    Capitals in the host, the usual port, a slash for no path, and what comes after
    ``#`` make no difference; path and query do.
    """
    url = split(text)
    if not url.hostname:
        return url
    return SplitResult(url.scheme, host_and_port(url), url.path or "/", url.query, "")


def host_and_port(url: SplitResult) -> str:
    """Return the server that a URL leads to, as one text."""
    port = url.port or _DEFAULT_PORTS.get(url.scheme)
    return f"{(url.hostname or '').rstrip('.')}:{port}"


def told(text: str) -> str:
    """Return a URL for people, in one piece; it is whole, and masked later."""
    return "%20".join(text.split()) if split(text).hostname else "no URL"


def is_https(text: str) -> bool:
    """Tell whether a URL leads to some host over https."""
    url = split(text)
    return url.scheme == "https" and bool(url.hostname)
