"""Where events go, as checks see it: URLs, hosts and mail addresses.

Which URLs lead to one place; which hosts cannot, or should not, be where live events
go; which text can certainly not be a mail address.
"""

from __future__ import annotations

import re
import socket
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

from .trial_hosts import ADDRESS_NAMES, LOOPBACK_NAMES, REQUEST_PAGES, TUNNELS

# RFC 5321 allows 256 octets with the brackets around it.
_LONGEST: Final = 254
# What stands in an address without quotes, and a domain with a dot in it. Letters
# of other scripts may; that is for the mail servers to say.
_ADDRESS: Final = re.compile(
    r"""
    (?: [^\s@<>()\[\],;:\\"]+ | "[^"\\]+" )
    @
    (?: [^\s@<>()\[\],;:\\".]+ \. )+
    [^\s@<>()\[\],;:\\".]{2,}
    """,
    re.VERBOSE,
)


def is_malformed(email: str) -> bool:
    """Tell whether mail to *email* can certainly not arrive anywhere."""
    text = email.strip()
    return len(text) > _LONGEST or _ADDRESS.fullmatch(text) is None


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


def shown_url(text: str) -> str:
    """Return a URL for people, in one piece; it is whole, and masked later."""
    # In one piece, or masking would take what follows a blank for other text.
    return "%20".join(text.split()) if split(text).hostname else "no URL"


def is_https(text: str) -> bool:
    """Tell whether a URL leads to some host over https."""
    url = split(text)
    return url.scheme == "https" and bool(url.hostname)


# RFC 2606 and 6761 keep these from ever being anybody's; RFC 8375, RFC 6762 and
# ICANN's word on "internal" keep the others inside one network.
_RESERVED: Final = {
    "example": "a name kept for examples",
    "example.com": "a name kept for examples",
    "example.net": "a name kept for examples",
    "example.org": "a name kept for examples",
    "invalid": "a name that never exists",
    "test": "a name kept for tests",
    "localhost": "the sender's own machine",
    "localdomain": "the sender's own machine",
    "home.arpa": "a name inside one network",
    "internal": "a name inside one network",
    "lan": "a name inside one network",
    "local": "a name inside one network",
}
_UNUSABLE: Final = {
    **_RESERVED,
    **dict.fromkeys(LOOPBACK_NAMES, "the sender's own machine"),
    **dict.fromkeys((*REQUEST_PAGES, *TUNNELS), "a host for trying things out"),
}
# As sslip.io reads names: four numbers, all parted by dots or all by dashes; eight
# hexadecimal digits; or an IPv6 address with dashes for its colons.
_IPV4_IN_NAME: Final = re.compile(
    r"(?:^|[.-])(\d{1,3}([.-])\d{1,3}\2\d{1,3}\2\d{1,3})$"
)
_HEX_IN_NAME: Final = re.compile(r"(?:^|[.-])([0-9a-f]{8})$")
_IPV6_IN_NAME: Final = re.compile(r"(?:^|\.)([0-9a-f]*(?:-[0-9a-f]*){2,7})$")
_LIKE_IPV4: Final = re.compile(r"(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+)){0,3}")


def why_no_receiver(host: str) -> str:
    """Say why no receiver of live events is at *host*; empty if one may be.

    Args:
        host: a name, or an address without brackets.
    """
    name = host.lower().rstrip(".")
    address = _address(name)
    if address is not None:
        return _why_no_address(address)
    labels = name.split(".")
    for start in range(len(labels)):
        domain = ".".join(labels[start:])
        if domain in ADDRESS_NAMES:
            return _why_no_embedded_address(".".join(labels[:start]))
        if domain in _UNUSABLE:
            return _UNUSABLE[domain]
    return "a name without a domain" if len(labels) == 1 else ""


def _why_no_embedded_address(name: str) -> str:
    """Judge a name below nip.io and its like by the address that it is made of."""
    address = _embedded_address(name)
    reason = "" if address is None else _why_no_address(address)
    return f"{address}, {reason}" if reason else ""


def _embedded_address(name: str) -> IPv4Address | IPv6Address | None:
    try:
        if match := _IPV4_IN_NAME.search(name):
            return IPv4Address(match[1].replace("-", "."))
        if match := _IPV6_IN_NAME.search(name):
            return IPv6Address(match[1].replace("-", ":"))
        if match := _HEX_IN_NAME.search(name):
            return IPv4Address(int(match[1], 16))
    except ValueError:
        pass
    return None


def _address(name: str) -> IPv4Address | IPv6Address | None:
    """Read an address, also in the old forms of it such as ``127.1``."""
    try:
        address = ip_address(name)
    except ValueError:
        return _old_form(name)
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def _old_form(name: str) -> IPv4Address | None:
    if not _LIKE_IPV4.fullmatch(name):
        return None
    try:
        # As browsers and curl read it; `ip_address` takes the modern form alone.
        return IPv4Address(socket.inet_aton(name))
    except OSError:
        return None


def _why_no_address(address: IPv4Address | IPv6Address) -> str:
    if address.is_loopback or address.is_unspecified:
        return "the sender's own machine"
    if address.is_link_local:
        return "a link-local address"
    if address.is_multicast or not address.is_global:
        return "an address that is not on the internet"
    return ""
