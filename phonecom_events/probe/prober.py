"""Asking: each URL once, in its turn, and every failure as a value."""

from __future__ import annotations

import asyncio
import math
import ssl
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from ipaddress import ip_address
from types import TracebackType
from typing import Any, Final, Self

import aiohttp
from attrs import evolve
from yarl import URL

from ..errors import InvalidArgument
from ..transport.failures import NotConnected
from ..transport.reasons import reason
from ..transport.sessions import keep_from_resending
from ..version import __version__
from .addresses import why_not_public
from .certificate import ends_at
from .connecting import (
    CheckedConnector,
    Resolve,
    find_addresses,
    read_certificate,
    trusting,
)
from .pacing import Pacing
from .result import ProbeResult, why_not_well
from .target import BODY, Target

AT_ONCE: Final = 10
SPACING: Final = 1.0
"""Seconds between two requests to a host."""

TIMEOUT: Final = 10.0
MOST_READ: Final = 64 * 1024
"""Bytes of an answer's body; what follows is not waited for."""

_WHO: Final = "the receiver"
_USUAL_HEADERS: Final = {
    "Accept": "*/*",
    "Content-Type": "application/json",
    # An owner who finds it in a log should know what it was.
    "User-Agent": f"phonecom-events/{__version__} (probe)",
}


class Prober:
    """Ask receivers, each URL once; enter it with ``async with``.

    Whatever a receiver does, the result is a `ProbeResult`. Two targets with one URL
    share the answer to the first, whatever the other's headers.

    Args:
        timeout: seconds for each, from looking its name up to the end of the answer.
        allow_private: also ask addresses that are not on the internet.
        ssl_context: whom to trust; None for whom the system trusts.
        resolve: finds a host's addresses; None asks the system.
        clock: monotonic seconds.
        sleep: waits for so many of them, between requests to one host.

    Raises:
        InvalidArgument: the timeout is no number above 0.
    """

    def __init__(
        self,
        *,
        timeout: float = TIMEOUT,
        allow_private: bool = False,
        ssl_context: ssl.SSLContext | None = None,
        resolve: Resolve | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        if not (timeout > 0 and math.isfinite(timeout)):
            raise InvalidArgument("timeout must be a number of seconds above 0")
        self.allow_private = allow_private
        self._timeout = timeout
        self._tls = trusting() if ssl_context is None else ssl_context
        self._resolve = find_addresses if resolve is None else resolve
        self._clock = clock
        self._pacing = Pacing(
            at_once=AT_ONCE, spacing=SPACING, clock=clock, sleep=sleep
        )
        self._answers: dict[str, asyncio.Task[ProbeResult]] = {}
        self._open = False

    async def __aenter__(self) -> Self:
        self._open = True
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End what is under way, and wait for its end."""
        self._open = False
        tasks, self._answers = list(self._answers.values()), {}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def ask(self, target: Target) -> ProbeResult:
        """Return what the receiver answers, or has answered before."""
        if not self._open:
            raise RuntimeError("enter the prober with `async with` first")
        why, url = target.why_not_askable, _url(target)
        if why or url is None:
            why = why or "it is no URL that can be asked"
            return ProbeResult(asked=False, withheld=target.withheld, problem=why)
        task = self._answers.get(str(url))
        if task is None:
            task = asyncio.create_task(self._in_turn(target, url))
            self._answers[str(url)] = task
        # Who asks the same meanwhile must not lose the answer with who is cancelled.
        return await asyncio.shield(task)

    async def _in_turn(self, target: Target, url: URL) -> ProbeResult:
        async with self._pacing.turn(url.raw_host or ""):
            result = await self._asked(target, url)
        return evolve(result, withheld=target.withheld)

    async def _asked(self, target: Target, url: URL) -> ProbeResult:
        began = self._clock()
        progress = _Progress()
        try:
            async with asyncio.timeout(self._timeout):
                result = await self._attempt(target, url, progress)
        except TimeoutError:
            result = progress.timed_out(self._timeout)
        except asyncio.CancelledError as error:
            # Rid of aiohttp's frames, which hold the headers.
            raise error.with_traceback(None) from None
        if result.status is None:
            return result
        return evolve(result, seconds=self._clock() - began)

    async def _attempt(
        self, target: Target, url: URL, progress: _Progress
    ) -> ProbeResult:
        host, port = url.raw_host or "", url.port or 0
        try:
            found = await self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            return ProbeResult(problem=reason(error, _WHO))
        allowed = [each for each in found if self.allow_private or _is_public(each)]
        if not allowed:
            return _inward(host, found)
        connector = progress.connector = CheckedConnector(allowed, self._tls)
        failure = await self._send(target, url, connector, progress)
        result = progress.result()
        if failure is None:
            return result
        untrusted = _untrusted(failure)
        if untrusted is None:
            return evolve(result, problem=_reason(failure, url))
        progress.problem = (
            f"its certificate cannot be verified ({untrusted}), so nothing was sent"
        )
        shown = await read_certificate(connector.tried or allowed[0], port, host)
        return evolve(
            result,
            certificate_ends=None if shown is None else ends_at(shown),
            verified=False,
            problem=progress.problem,
        )

    async def _send(
        self,
        target: Target,
        url: URL,
        connector: CheckedConnector,
        progress: _Progress,
    ) -> BaseException | None:
        """Send it, and return what went wrong as a value."""
        try:
            async with AsyncExitStack() as stack:
                session = await stack.enter_async_context(_session(connector))
                answer = await stack.enter_async_context(
                    session.request(
                        target.method,
                        url,
                        data=BODY,
                        headers=_headers(target),
                        allow_redirects=False,
                        auto_decompress=False,
                    )
                )
                progress.status = answer.status
                progress.location = answer.headers.get("Location")
                progress.withheld = target.withheld
                await _read_some(answer)
        except (aiohttp.ClientError, NotConnected, OSError, ValueError) as error:
            return error.with_traceback(None)
        return None


class _Progress:
    """Keep how far an attempt has come, for whoever has to tell why it ended there."""

    def __init__(self) -> None:
        self.connector: CheckedConnector | None = None
        self.status: int | None = None
        self.location: str | None = None
        self.withheld: tuple[str, ...] = ()
        self.problem = ""

    def result(self) -> ProbeResult:
        """Return what is known; a status alone decides whether that is well."""
        connector, status = self.connector, self.status
        shown = None if connector is None else connector.certificate
        return ProbeResult(
            status=status,
            address=None if connector is None else connector.tried,
            location=self.location,
            certificate_ends=None if shown is None else ends_at(shown),
            verified=None if shown is None else True,
            problem="" if status is None else why_not_well(status, self.withheld),
        )

    def timed_out(self, seconds: float) -> ProbeResult:
        """Return what is known where time was up."""
        if self.problem:
            return evolve(self.result(), verified=False, problem=self.problem)
        if self.connector is None:
            what = "its name was not looked up"
        elif not self.connector.connected:
            what = "there was no connection"
        elif self.status is None:
            what = "there was no answer"
        else:
            what = f"the answer ({self.status}) did not end"
        return evolve(self.result(), problem=f"{what} within {seconds:g} s")


def _url(target: Target) -> URL | None:
    """Return the URL as it is asked, which is the same for all ways to write it."""
    try:
        return URL(target.url).with_fragment(None)
    except ValueError:
        return None


def _session(connector: CheckedConnector) -> aiohttp.ClientSession:
    session = aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        # No proxy of the environment: it would connect to what nobody has checked.
        trust_env=False,
        timeout=aiohttp.ClientTimeout(total=None),
        skip_auto_headers=("Accept-Encoding",),
    )
    keep_from_resending(session)
    return session


def _headers(target: Target) -> list[tuple[str, str]]:
    own = {name.lower() for name, _ in target.headers}
    usual = [each for each in _USUAL_HEADERS.items() if each[0].lower() not in own]
    return [*usual, *((name, value.reveal()) for name, value in target.headers)]


async def _read_some(answer: aiohttp.ClientResponse) -> None:
    """Read the body to its end, or as far as it is waited for."""
    size = 0
    async for chunk in answer.content.iter_any():
        size += len(chunk)
        if size >= MOST_READ:
            return


def _is_public(address: str) -> bool:
    try:
        return not why_not_public(address)
    except ValueError:
        return False


def _inward(host: str, found: Sequence[str]) -> ProbeResult:
    """Report a host that leads to no address on the internet."""
    address = found[0] if found else ""
    try:
        why = why_not_public(ip_address(address))
    except ValueError:
        return ProbeResult(asked=False, problem=f"no address was found for {host}")
    leads = "it is" if address == host.strip("[]") else f"{host} leads from here to"
    return ProbeResult(
        asked=False,
        problem=f"{leads} {address}, {why}; such are asked only if that is allowed"
        " (--allow-private, allow_private=True)",
    )


def _untrusted(error: BaseException) -> str | None:
    """Say why a certificate is not trusted; None if that is not what went wrong."""
    if isinstance(error, NotConnected):
        error = error.error
    cause: Any = getattr(error, "certificate_error", error)
    if not isinstance(cause, ssl.SSLCertVerificationError):
        return None
    return str(getattr(cause, "verify_message", "")).rstrip(".") or "it is not trusted"


def _reason(error: BaseException, url: URL) -> str:
    if isinstance(error, NotConnected):
        during = " during the TLS handshake" if url.scheme == "https" else ""
        return f"no connection: {reason(error.error, _WHO, during)}"
    if isinstance(error, aiohttp.InvalidURL | ValueError):
        return "it is no URL that can be asked"
    return reason(error, _WHO)
