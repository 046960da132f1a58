"""Where events go, as checks see it: URLs, hosts and mail addresses.

Which URLs lead to one place; which hosts cannot, or should not, be where live events
go; which text can certainly not be a mail address.
"""

from __future__ import annotations

import re
import socket
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

from ...probe.addresses import Address, why_not_public
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
MOST_KEPT: Final = 10_000
_APART: Final = "\n"  # is in no part of a URL: `urlsplit` removes it


class Url(Struct, frozen=True, gc=False):
    """Hold what checks ask of a URL.

    Attributes:
        scheme: in small letters.
        host: a name or an address, without brackets; empty if the text is no URL.
        server: the host and its port, as one text.
        query: what follows the question mark.
        place: the same for all URLs that lead to one place. Capitals in the host, the
            usual port, a slash for no path, and what comes after ``#`` make no
            difference; path and query do.
    """

    scheme: str
    host: str
    server: str
    query: str
    place: str

    @property
    def is_https(self) -> bool:
        """Whether it leads to some host over https."""
        return self.scheme == "https" and bool(self.host)


# As most are: small letters, the usual port, no user. `urlsplit` takes four times as
# long for what an account can have a hundred thousand of.
_PLAIN: Final = re.compile(
    r"""
    (?P<scheme> https?) :// (?P<host> [a-z0-9.-]+)
    (?P<path> / [!-"$->@-~]*)? (?: \? (?P<query> [!-"$-~]*))?
    """,
    re.VERBOSE,
)


def read_url(text: str) -> Url:
    """Take a URL apart; text that is none has no host."""
    plain = _PLAIN.fullmatch(text)
    if plain is None:
        return read_odd_url(text)
    scheme, host, path, query = plain.groups("")
    server = f"{host.rstrip('.')}:{_DEFAULT_PORTS[scheme]}"
    place = _APART.join((scheme, server, path or "/", query, ""))
    return Url(scheme, host, server, query, place)


def read_odd_url(text: str) -> Url:
    """Take a URL apart, or any text, however it is written."""
    try:
        url = urlsplit(text.strip())
        port = url.port
    except ValueError:
        return Url("", "", "", "", _APART.join(("", "", text, "", "")))
    host = url.hostname or ""
    if not host:
        return Url(url.scheme, "", "", url.query, _APART.join(url))
    port = port or _DEFAULT_PORTS.get(url.scheme)
    server = f"{host.rstrip('.')}:{port}"
    place = _APART.join((url.scheme, server, url.path or "/", url.query, ""))
    return Url(url.scheme, host, server, url.query, place)


def shown_url(text: str, url: Url) -> str:
    """Return a URL for people, in one piece; it is whole, and masked later.

    Args:
        text: as it was written.
        url: what was read of that.
    """
    # In one piece, or masking would take what follows a blank for other text.
    return "%20".join(text.split()) if url.host else "no URL"


class Urls:
    """Take URLs apart, each of them once, and judge their hosts, each of those once.

    What the listeners of many accounts lead to are often the same few URLs. Where each
    has its own, only the last `MOST_KEPT` or fewer are kept.
    """

    def __init__(self) -> None:
        self._urls: dict[str, Url] = {}
        self._reasons: dict[str, str] = {}

    def __getitem__(self, text: str) -> Url:
        """Return a URL's parts; text that is none has no host."""
        url = self._urls.get(text)
        if url is None:
            if len(self._urls) >= MOST_KEPT:
                self._urls.clear()
            url = self._urls[text] = read_url(text)
        return url

    def __len__(self) -> int:
        """Return how many are kept, of what there is more of."""
        return max(len(self._urls), len(self._reasons))

    def why_no_receiver(self, host: str) -> str:
        """Say why no receiver of live events is at *host*, as the function does."""
        reason = self._reasons.get(host)
        if reason is None:
            if len(self._reasons) >= MOST_KEPT:
                self._reasons.clear()
            reason = self._reasons[host] = why_no_receiver(host)
        return reason


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
        return why_not_public(address)
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
    reason = "" if address is None else why_not_public(address)
    return f"{address}, {reason}" if reason else ""


def _embedded_address(name: str) -> Address | None:
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


def _address(name: str) -> Address | None:
    """Read an address, also in the old forms of it such as ``127.1``."""
    try:
        return ip_address(name)
    except ValueError:
        return _old_form(name)


def _old_form(name: str) -> IPv4Address | None:
    if not _LIKE_IPV4.fullmatch(name):
        return None
    try:
        # As browsers and curl read it; `ip_address` takes the modern form alone.
        return IPv4Address(socket.inet_aton(name))
    except OSError:
        return None
