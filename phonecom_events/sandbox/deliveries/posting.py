"""Posting deliveries to a receiver: one by one, or so many a second."""

from __future__ import annotations

import asyncio
import os
import ssl
import time
from collections.abc import Awaitable, Callable, Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address
from socket import SOCK_STREAM
from typing import Final, TypedDict
from urllib.parse import urlsplit

import aiohttp
from attrs import frozen

from .delivery import Delivery

# What Linq waits; Phone.com does not say.
_TIMEOUT: Final = aiohttp.ClientTimeout(total=10, ceil_threshold=float("inf"))
_AT_ONCE: Final = 100


class PublicAddress(ValueError):
    """Refuse to send made-up events to a host on the internet unless that is meant."""


@frozen(kw_only=True)
class Delivered:
    """Say what a delivery was answered.

    Attributes:
        delivery: what was sent.
        status: of the answer; None if there was none.
        seconds: until it came, or until that was given up.
        problem: why there was no answer.
    """

    delivery: Delivery
    status: int | None = None
    seconds: float = 0.0
    problem: str = ""

    @property
    def expected(self) -> bool:
        """Whether it was answered as it should be: 2xx, or 4xx if it was tampered."""
        if self.status is None:
            return False
        return self.status // 100 == (4 if self.delivery.tampered else 2)


class Posting(TypedDict, total=False):
    """The arguments of `post_all` that are about how it posts, as types."""

    rate: float | None
    public: bool
    ssl_context: ssl.SSLContext | None
    on_answer: Callable[[Delivered], object]


def _ignore(_: Delivered) -> None:
    pass


async def post_all(
    url: str,
    deliveries: Iterable[Delivery],
    *,
    rate: float | None = None,
    public: bool = False,
    ssl_context: ssl.SSLContext | None = None,
    on_answer: Callable[[Delivered], object] = _ignore,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> list[Delivered]:
    """Post deliveries, and return what they are answered, in their order.

    Args:
        url: of the receiver; no redirect is followed, and no proxy used.
        deliveries: to post; drawn one by one.
        rate: so many a second, whether or not the last was answered. None waits for
            each answer before the next.
        public: also post to an address that is not loopback or private.
        ssl_context: whom to trust; None for whom the system trusts.
        on_answer: called with each, as it is answered.
        clock: monotonic seconds.
        sleep: waits for so many of them.

    Raises:
        PublicAddress: the host has another address, and *public* is not given.
        ValueError: the URL is none, or the rate is not above 0.
    """
    if rate is not None and not rate > 0:
        raise ValueError("rate must be a number above 0")
    if not public:
        await _refuse_public(url)
    slots = asyncio.Semaphore(1 if rate is None else _AT_ONCE)
    tasks: list[asyncio.Task[Delivered]] = []
    connector = aiohttp.TCPConnector(
        limit=0, ssl=True if ssl_context is None else ssl_context
    )
    async with aiohttp.ClientSession(
        connector=connector, cookie_jar=aiohttp.DummyCookieJar(), timeout=_TIMEOUT
    ) as session:

        async def answered(delivery: Delivery) -> Delivered:
            try:
                delivered = await _post(session, url, delivery, clock)
            finally:
                slots.release()
            on_answer(delivered)
            return delivered

        began = clock()
        try:
            for number, delivery in enumerate(deliveries):
                if rate is not None:
                    await sleep(max(0.0, began + number / rate - clock()))
                await slots.acquire()
                tasks.append(asyncio.create_task(answered(delivery)))
            return list(await asyncio.gather(*tasks))
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _post(
    session: aiohttp.ClientSession,
    url: str,
    delivery: Delivery,
    clock: Callable[[], float],
) -> Delivered:
    began, status, problem = clock(), None, ""
    try:
        async with session.post(
            url, data=delivery.body, headers=delivery.headers, allow_redirects=False
        ) as answer:
            status = answer.status
    except TimeoutError:
        problem = f"there was no answer within {_TIMEOUT.total:g} s"
    except aiohttp.ClientConnectorError as error:
        problem = f"no connection: {_reason(error)}"
    except (aiohttp.ClientError, OSError) as error:
        problem = f"no answer: {type(error).__name__}"
    return Delivered(
        delivery=delivery, status=status, seconds=clock() - began, problem=problem
    )


def _reason(error: aiohttp.ClientConnectorError) -> str:
    certificate = getattr(error, "certificate_error", None)
    if certificate is not None:
        return getattr(certificate, "verify_message", "") or "it is not trusted"
    number = error.os_error.errno
    # Not `strerror`, which asyncio fills with addresses.
    return os.strerror(number) if number and number > 0 else "no such host"


async def _refuse_public(url: str) -> None:
    host, port = _server(url)
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=SOCK_STREAM)
    except (OSError, UnicodeError):
        raise ValueError(f"no address was found for {host}") from None
    for each in found:
        address = ip_address(str(each[4][0]))
        if not _is_near(address):
            leads = "" if str(address) == host else f" leads to {address}, which"
            raise PublicAddress(f"{host}{leads} is not private")


def _server(url: str) -> tuple[str, int]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
        ports = {"http": port or 80, "https": port or 443}
    except ValueError:
        host, ports, scheme = None, {}, ""
    else:
        scheme = parts.scheme
    if not host or scheme not in ports:
        raise ValueError("the receiver's URL must be http:// or https:// and a host")
    return host, ports[scheme]


def _is_near(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether *address* is this machine, or in its own network."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    # Clouds tell machines their secrets at link-local addresses; nobody receives there.
    unusual = address.is_link_local or address.is_reserved or address.is_multicast
    return address.is_loopback or (address.is_private and not unusual)
