"""Which addresses are on the internet, and which lead into a network or a machine."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Final, TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address

_OWN_MACHINE: Final = "the sender's own machine"
_LINK_LOCAL: Final = "a link-local address"
_NOT_ON_THE_INTERNET: Final = "an address that is not on the internet"

# RFC 6052 and RFC 8215: whoever translates for IPv6 hosts sends these to an IPv4
# address, which is in the last four bytes.
_NAT64: Final = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
_COMPATIBLE: Final = IPv6Network("::/96")
# What `is_global` passes in some versions of Python, or in all:
_INWARD: Final[tuple[IPv4Network | IPv6Network, ...]] = (
    # IETF protocol assignments (RFC 6890); Oracle's cloud has its metadata there.
    ip_network("192.0.0.0/24"),
    # The way from a virtual machine to Azure's own services: public by its number,
    # https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
    ip_network("168.63.129.16/32"),
)


def why_not_public(address: Address | str) -> str:
    """Say why *address* is not one on the internet; empty if it is.

    An IPv6 address that stands for an IPv4 one (mapped, compatible, 6to4, Teredo,
    NAT64) is as good as that.

    Raises:
        ValueError: text that is no address.
    """
    if isinstance(address, str):
        address = ip_address(address)
    reasons = map(_why_not_public, _meant(address))
    return next(filter(None, reasons), "")


def _meant(address: Address) -> Iterator[Address]:
    """Yield the address, or all that it stands for."""
    if isinstance(address, IPv4Address):
        yield address
        return
    last = IPv4Address(int(address) & 0xFFFF_FFFF)
    if address.ipv4_mapped is not None:
        # Alone: before Python 3.13 no mapped address is taken for a global one.
        yield address.ipv4_mapped
        return
    yield address
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield from address.teredo
    if any(address in network for network in (*_NAT64, _COMPATIBLE)):
        yield last


def _why_not_public(address: Address) -> str:
    if address.is_loopback or address.is_unspecified:
        return _OWN_MACHINE
    if address.is_link_local:
        return _LINK_LOCAL
    odd = address.is_multicast or address.is_reserved or not address.is_global
    site_local = isinstance(address, IPv6Address) and address.is_site_local
    if odd and not _is_translated(address):
        return _NOT_ON_THE_INTERNET
    if site_local or any(address in network for network in _INWARD):
        return _NOT_ON_THE_INTERNET
    return ""


def _is_translated(address: Address) -> bool:
    """Tell whether the IPv4 address in it alone says what it leads to."""
    # IPv6Address.is_reserved is true of 64:ff9b::/96 as well, since it is in ::/8.
    return isinstance(address, IPv6Address) and address in _NAT64[0]
