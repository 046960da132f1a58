"""What both vendors' clients share: how they are made, and how they end."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Any, NoReturn, Self, TypedDict

from .errors import InvalidArgument
from .http import check_base_url
from .lazy import LazyModule
from .middleware import Credential, Middleware
from .problems import ReadProblem
from .resources import UNSET, Unset
from .retry import DEFAULT_RETRY, RetryPolicy
from .session import DEFAULT_TIMEOUT, Session, cannot_be_pickled
from .transport import (
    AiohttpTransport,
    HttpSession,
    Proxy,
    ca_context,
    choose_proxy,
    given_proxy,
)
from .version import __version__

if TYPE_CHECKING:
    from . import client_statistics
    from . import ratelimit as ratelimit_module
    from . import telemetry as telemetry_module
    from .ratelimit import middleware as ratelimit_middleware
    from .telemetry import calls as telemetry_calls
else:
    client_statistics = LazyModule(".client_statistics", __package__)
    # Nothing of these is imported for a client without rate limits, as Linq's is, or
    # without a telemetry.
    ratelimit_module = LazyModule(".ratelimit", __package__)
    ratelimit_middleware = LazyModule(".ratelimit.middleware", __package__)
    telemetry_module = LazyModule(".telemetry", __package__)
    telemetry_calls = LazyModule(".telemetry.calls", __package__)


class Options(TypedDict, total=False):
    """The arguments that both clients take, beside the token and the base URL.

    Keys:
        rate_limits: what to keep to, None for none; by default what the vendor
            documents. Clients of one process and host share them.
        limiter: what to ask before each request is sent, instead of `rate_limits`:
            one for several clients, or a `Limiter` of yours. Never closed.
        retry: how often and how patiently to try again.
        timeout: seconds for one attempt, connecting included; None for no limit.
        deadline: seconds for one request of a call: waiting for room in the rate
            limits, all attempts and the waits between them; None for no limit.
        middlewares: run once for each attempt, the first outermost.
        http_session: an `aiohttp.ClientSession` of yours: used, never closed.
            Its own client middlewares are not run; proxy and certificates are its
            own, so neither of the next two can be given along.
        proxy: the URL of a proxy, http:// or https://, with user and password or
            without; ``"env"``, the default, for that of HTTPS_PROXY or ALL_PROXY,
            unless NO_PROXY exempts the base URL or that is loopback; None for none.
        ssl_context: whom to trust, such as `ssl.create_default_context(cafile=…)`
            gives; None for whom the system trusts.
        telemetry: what is told of calls, attempts and scans, such as
            `phonecom_events.telemetry.OpenTelemetry`; None for nothing.
    """

    rate_limits: ratelimit_module.RateLimits | None
    limiter: ratelimit_module.Limiter[Any] | None
    retry: RetryPolicy
    timeout: float | None
    deadline: float | None
    middlewares: Iterable[Middleware]
    http_session: HttpSession | None
    proxy: str | Proxy | None
    ssl_context: ssl.SSLContext | None
    telemetry: telemetry_module.Telemetry | None


class Client:
    """Hold a session open: use it with ``async with``, or call `aclose`."""

    def __init__(
        self,
        credential: Credential,
        *,
        vendor: str,
        base_url: str,
        problem: ReadProblem,
        documented_limits: ratelimit_module.RateLimits | None = None,
        rate_limits: ratelimit_module.RateLimits | None | Unset = UNSET,
        limiter: ratelimit_module.Limiter[Any] | None = None,
        retry: RetryPolicy = DEFAULT_RETRY,
        timeout: float | None = DEFAULT_TIMEOUT,
        deadline: float | None = None,
        middlewares: Iterable[Middleware] = (),
        http_session: HttpSession | None = None,
        proxy: str | Proxy | None = "env",
        ssl_context: ssl.SSLContext | None = None,
        telemetry: telemetry_module.Telemetry | None = None,
    ) -> None:
        base_url = check_base_url(base_url)
        _check("retry", retry, RetryPolicy, "RetryPolicy(attempts=1) sends once")
        middlewares = _checked_middlewares(middlewares)
        if http_session is not None:
            _check("http_session", http_session, HttpSession, "None makes one")
            _check_network_left_alone(proxy, ssl_context)
            proxy = None
        elif ssl_context is not None:
            _check("ssl_context", ssl_context, ssl.SSLContext, "None is the system's")
        proxy = choose_proxy(proxy, base_url, os.environ)
        if proxy is not None:
            proxy.check()
        if limiter is not None:
            _check_given(limiter, rate_limits)
        else:
            limits = documented_limits if rate_limits is UNSET else rate_limits
            limiter = _shared_limiter(limits, base_url)
        self._limiter = limiter
        told = (
            None
            if telemetry is None
            else telemetry_calls.CallTelemetry(
                telemetry, vendor=vendor, base_url=base_url
            )
        )
        self._session = Session(
            base_url=base_url,
            credential=credential,
            transport=AiohttpTransport(
                http_session=http_session, proxy=proxy, ssl_context=ssl_context
            ),
            problem=problem,
            user_agent=f"phonecom-events/{__version__}",
            retry=retry,
            timeout=timeout,
            deadline=deadline,
            middlewares=middlewares,
            limiter=None
            if limiter is None
            else ratelimit_module.RateLimitMiddleware(
                limiter, problem=problem, ask=None if told is None else told.ask
            ),
            telemetry=told,
        )

    @property
    def base_url(self) -> str:
        """Where the API is."""
        return self._session.base_url

    @property
    def limiter(self) -> ratelimit_module.Limiter[Any] | None:
        """What is asked before each request is sent; None if nothing is.

        If it was not given, it is shared with the other clients of this process and
        host that keep to the same limits.
        """
        return self._limiter

    @property
    def statistics(self) -> client_statistics.ClientStatistics:
        """What this client has done: calls, attempts, retries and their budget."""
        return self._session.retries.statistics

    async def aclose(self) -> None:
        """Close the connections; further calls raise `SessionClosed`."""
        await self._session.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise cannot_be_pickled()

    def __repr__(self) -> str:
        session = getattr(self, "_session", None)
        where = session.base_url if session is not None else "not made"
        return f"<{type(self).__name__} {where}>"


def sealed(options: Options) -> Options:
    """Return *options* with a proxy's password out of sight of tracebacks.

    Whoever takes them in calls this first: what is raised later on shows the locals
    of every frame that it passes.
    """
    proxy = options.get("proxy")
    if proxy is not None and proxy != "env" and not isinstance(proxy, Proxy):
        options["proxy"] = given_proxy(proxy)
    return options


def with_environment(options: Options) -> Options:
    """Complete *options* by what the environment says of this machine's network.

    Raises:
        InvalidArgument: PHONECOM_CA_FILE is no PEM bundle.
    """
    options = sealed(options)
    ca_file = os.environ.get("PHONECOM_CA_FILE", "").strip()
    if ca_file and options.get("http_session") is None:
        options.setdefault("ssl_context", ca_context(ca_file, "PHONECOM_CA_FILE"))
    return options


def _check_network_left_alone(proxy: object, ssl_context: object) -> None:
    if proxy != "env" or ssl_context is not None:
        raise InvalidArgument(
            "with http_session, proxy and ssl_context are those of that session: give"
            " them to it, and not here"
        )


def _check_given(limiter: ratelimit_module.Limiter[Any], rate_limits: object) -> None:
    ratelimit_middleware.check_limiter(limiter)
    if rate_limits is not UNSET:
        raise InvalidArgument(
            "rate_limits must be left alone where a limiter is given: its limits are"
            " its own"
        )


def _shared_limiter(
    limits: ratelimit_module.RateLimits | None, base_url: str
) -> ratelimit_module.Limiter[Any] | None:
    if limits is None:
        return None
    _check(
        "rate_limits", limits, ratelimit_module.RateLimits, "None keeps to no limits"
    )
    return ratelimit_middleware.shared_limiter(limits, base_url)


def _check(name: str, value: object, kind: type, otherwise: str) -> None:
    if not isinstance(value, kind):
        raise InvalidArgument(
            f"{name} must be a {kind.__name__}, not {type(value).__name__}; {otherwise}"
        )


def _checked_middlewares(value: Iterable[Middleware]) -> tuple[Middleware, ...]:
    middlewares = tuple(value) if isinstance(value, Iterable) else ()
    if not isinstance(value, Iterable) or not all(map(callable, middlewares)):
        raise InvalidArgument(
            "middlewares must be a list of async functions of (request, call_next)"
        )
    return middlewares


def required_env(name: str) -> str:
    """Return an environment variable that has to be set.

    Raises:
        InvalidArgument: it is not set, or empty.
    """
    if not os.environ.get(name, "").strip():
        raise InvalidArgument(f"the environment variable {name} is not set")
    return os.environ[name].strip()
