"""How a probe connects: to the addresses that were checked, and to no other.

aiohttp's own resolver is not used. What it would look up a second time could be another
address than the one that was found to be public, which is how names are made to lead
into a network (DNS rebinding); and a literal address it does not look up at all.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import ip_address
from typing import Any, Final, TypeAlias

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from ..transport.failures import NotConnected

Resolve: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]
"""Finds the addresses of a host; raises OSError if there are none."""

_ALPN: Final = ["http/1.1"]


async def find_addresses(host: str, port: int) -> Sequence[str]:
    """Return the addresses of *host* as the system knows them, each once, in its order.

    Also of the old forms such as ``127.1``, which it reads as addresses.

    Raises:
        OSError: there are none.
    """
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    # Of an IPv6 address with a scope it is the first part that says which one it is.
    return list(dict.fromkeys(str(each[4][0]) for each in found))


class _Checked(AbstractResolver):
    """Give the addresses that were checked, whatever is asked for."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self._addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        del family  # `AF_UNSPEC`, as the connector is made for every family
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=_family(address),
                proto=0,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for address in self._addresses
        ]

    async def close(self) -> None:
        """Have nothing to close."""


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ip_address(address).version == 6 else socket.AF_INET


class CheckedConnector(aiohttp.TCPConnector):
    """Connect to some addresses alone, for one request, and keep what it saw of them.

    Args:
        addresses: those that may be connected to.
        tls: whom to trust.

    Attributes:
        tried: the address that was last tried; None if none was.
        connected: whether there was a connection to send by.
        certificate: what the server showed, in DER; None without TLS.
    """

    def __init__(self, addresses: Sequence[str], tls: ssl.SSLContext) -> None:
        super().__init__(
            resolver=_Checked(addresses),
            ssl=tls,
            use_dns_cache=False,
            force_close=True,
            limit=0,
            socket_factory=self._socket,
        )
        self._checked = frozenset(map(ip_address, addresses))
        self.tried: str | None = None
        self.connected: bool = False
        self.certificate: bytes | None = None

    def _socket(self, info: Any) -> socket.socket:
        # The last line of defence: literal addresses come past every resolver.
        family, kind, protocol, _, address = info
        # As addresses: one and the same can be written in several ways.
        if ip_address(address[0]) not in self._checked:
            raise OSError(f"{address[0]} was not checked")
        self.tried = address[0]
        return socket.socket(family=family, type=kind, proto=protocol)

    async def _create_connection(self, *args: Any, **kwargs: Any) -> Any:
        # As `transport.sessions` has it: what fails here was never sent.
        try:
            protocol = await super()._create_connection(*args, **kwargs)
        except TimeoutError:
            raise
        except (aiohttp.ClientError, OSError) as error:
            failure = NotConnected(error.with_traceback(None))
        else:
            self.connected = True
            transport: asyncio.Transport | None = protocol.transport
            tls: Any = transport and transport.get_extra_info("ssl_object")
            self.certificate = None if tls is None else tls.getpeercert(True)
            return protocol
        raise failure


def trusting() -> ssl.SSLContext:
    """Trust whom the system trusts."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(_ALPN)
    return context


async def read_certificate(address: str, port: int, host: str) -> bytes | None:
    """Return the certificate that a server shows, in DER, without trusting it.

    A handshake that fails over the certificate gives none away, so here is a second
    one, by which nothing is sent. None if that fails as well.
    """
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(_ALPN)
    loop = asyncio.get_running_loop()
    try:
        transport, _ = await loop.create_connection(
            asyncio.Protocol, address, port, ssl=context, server_hostname=host
        )
    except OSError:  # TLS errors are among them
        return None
    try:
        tls = transport.get_extra_info("ssl_object")
        certificate: bytes | None = tls.getpeercert(binary_form=True)
        return certificate
    finally:
        transport.abort()
