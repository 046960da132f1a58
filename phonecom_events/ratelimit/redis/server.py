"""One Redis server as a limiter needs it: two scripts, and errors that say what to do."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from importlib.resources import files
from typing import Any, Final
from urllib.parse import urlsplit

from ...errors import InvalidArgument, LimiterUnavailable

try:
    from redis import asyncio, exceptions
    from redis.asyncio.retry import Retry
    from redis.backoff import ExponentialBackoff
except ImportError as _missing:
    raise ImportError(
        "RedisLimiter needs redis: python -m pip install 'phonecom-events[redis]'"
    ) from _missing

_log: Final = logging.getLogger("phonecom_events.ratelimit")

_OLDEST: Final = (6, 2)
_RETRIES: Final = 3
_CONNECTIONS: Final = 8
_TIMEOUT: Final = 2.0
"""Seconds to connect, and to wait for an answer."""

Argument = str | float


def masked(url: str) -> str:
    """Return a URL with stars for its user and password."""
    parts = urlsplit(url)
    _, at, host = parts.netloc.rpartition("@")
    return parts._replace(netloc=f"***@{host}" if at else host, query="").geturl()


class RedisServer:
    """Run the scripts on one event loop; a connection is made when it is needed.

    Args:
        url: redis://, rediss:// or unix://, with user, password and database.

    Raises:
        InvalidArgument: it is no such URL.
    """

    def __init__(self, url: str) -> None:
        self._name = masked(url)
        try:
            # One that makes its callers wait: others fail those that are one too many.
            pool: Any = asyncio.BlockingConnectionPool.from_url(
                url,
                max_connections=_CONNECTIONS,
                timeout=None,
                decode_responses=True,
                socket_connect_timeout=_TIMEOUT,
                socket_timeout=_TIMEOUT,
                retry=Retry(ExponentialBackoff(cap=0.5, base=0.05), _RETRIES),
                retry_on_error=[exceptions.ConnectionError, exceptions.TimeoutError],
            )
        except ValueError as error:
            # The error itself may quote the password.
            raise InvalidArgument(
                f"{self._name} is no Redis URL; expected redis://host:6379/0, rediss://"
                f" or unix:// ({type(error).__name__})"
            ) from None
        self._redis: Any = asyncio.Redis.from_pool(pool)
        self._reserve = self._script("reserve.lua")
        self._release = self._script("release.lua")
        self._checked = False

    async def reserve(
        self, keys: Sequence[str], arguments: Sequence[Argument]
    ) -> Sequence[Any]:
        """Run ``reserve.lua`` and return what it gives; asking twice is harmless.

        Raises:
            LimiterUnavailable: there was no answer, nor to some retries.
            InvalidArgument: the server is too old, or does not let us in.
        """
        if not self._checked:
            await self._check_version()
        answer: Sequence[Any] = await self._ask(self._reserve, keys, arguments)
        return answer

    async def release(self, keys: Sequence[str], arguments: Sequence[Argument]) -> None:
        """Run ``release.lua``; raises as `reserve` does."""
        await self._ask(self._release, keys, arguments)

    async def answers(self) -> bool:
        """Tell whether the server can be reached."""
        try:
            await self._ask(self._redis.ping)
        except LimiterUnavailable:
            return False
        return True

    async def aclose(self) -> None:
        """Close the connections."""
        await self._redis.aclose()

    async def _check_version(self) -> None:
        found = await self._ask(self._redis.info, "server")
        version = str(found.get("redis_version", "0"))
        numbers = tuple(int(each) for each in version.split(".")[:2] if each.isdigit())
        if numbers < _OLDEST:
            raise InvalidArgument(
                f"{self._name} is Redis {version}; RedisLimiter needs"
                f" {'.'.join(map(str, _OLDEST))} or later"
            )
        policy = await self._eviction()
        if policy not in {None, "noeviction"}:
            _log.warning(
                "%s may forget rate limits when its memory is full: its maxmemory-"
                "policy is %s; set it to noeviction",
                self._name,
                policy,
            )
        self._checked = True

    async def _eviction(self) -> str | None:
        found = await self._ask(self._redis.info, "memory")
        # Without a limit of memory nothing is ever evicted.
        return found.get("maxmemory_policy") if found.get("maxmemory") else None

    async def _ask(self, call: Callable[..., Awaitable[Any]], *arguments: Any) -> Any:
        try:
            return await call(*arguments)
        except (exceptions.AuthenticationError, exceptions.NoPermissionError) as error:
            raise InvalidArgument(
                f"{self._name} refuses user or password: {error}"
            ) from None
        except (exceptions.ConnectionError, exceptions.TimeoutError, OSError) as error:
            raise LimiterUnavailable(
                f"{self._name} does not answer, so nothing was sent:"
                f" {type(error).__name__}"
            ) from error
        except exceptions.ResponseError as error:
            raise self._refused(str(error)) from error

    def _refused(self, reason: str) -> Exception:
        if reason.startswith(("NOAUTH", "WRONGPASS", "NOPERM")):
            return InvalidArgument(f"{self._name} refuses user or password: {reason}")
        if reason.startswith("MOVED"):
            return InvalidArgument(
                f"{self._name} is one of a cluster, and not the one that has the keys"
            )
        return LimiterUnavailable(
            f"{self._name} cannot keep rate limits, so nothing was sent: {reason}"
        )

    def _script(self, name: str) -> Callable[..., Awaitable[Any]]:
        text = (
            files(__name__.rpartition(".")[0])
            .joinpath(name)
            .read_text(encoding="utf-8")
        )
        script: Callable[..., Awaitable[Any]] = self._redis.register_script(text)
        return script
