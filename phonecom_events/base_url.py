"""Where a token may be sent: https, and http on loopback only."""

from __future__ import annotations

import ipaddress
from typing import Final
from urllib.parse import SplitResult, urlsplit

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
