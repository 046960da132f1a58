"""The sandbox: one aiohttp server on loopback that is both services.

It shares no code with the client that it stands in for, and names every path,
field and error from the vendors' documents anew. `State` is what the services hold,
with no server around it.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Final, Literal, Self, Unpack

from aiohttp import web

from .deliveries import Delivered, Deliveries, post_all, sample_of
from .deliveries.posting import Posting
from .faults import Fault
from .hooks import Hook, Match
from .limits import Limiter, RateLimits
from .linq.service import Linq
from .linq.store import LinqState
from .log import LoggedRequest, RequestLog
from .options import Behaviour, Options
from .phonecom.ownership import Context
from .phonecom.service import PhoneCom
from .phonecom.state import PhoneComState
from .pipeline import LINQ_PREFIX, PHONECOM_PREFIX, Latency, Pipeline
from .receivers import ReceiverAnswer


class State(PhoneComState, LinqState):
    """Accounts with all they hold, and Linq's webhook subscriptions and numbers.

    Rows go in as given, even where the API would refuse them, so that a test or an
    estate can hold what real accounts hold. Every `add_…` returns the row as the
    API shows it, as a copy; an id that is not given is the next free one, and one
    that is taken is a `ValueError`. Every `remove_…` raises `KeyError` when there
    is no such row. Adding to an account or extension that is not there makes it.
    Times are Unix seconds. All methods are synchronous: between two requests, or
    in a hook, they take effect at once.

    Args:
        clock: gives Unix seconds, for times that are not given.

    Attributes:
        receivers: by URL, what receivers answer that do not answer well; for whoever
            audits made-up accounts and asks no real host.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        PhoneComState.__init__(self, clock)
        LinqState.__init__(self, clock)
        self.receivers: dict[str, ReceiverAnswer] = {}


_GRACE: Final = 1.0  # seconds; a handler that takes its cancelling badly is left


class Sandbox(State):
    """Serve both APIs with real state, and with faults where a test wants them.

    Enter it with `async with`; state may be put in before, and outlives it.

    Args:
        host: the address to listen on.
        port: the port; 0 takes a free one.
        token: the Phone.com access token to ask for.
        api_key: the Linq API key to ask for.
        latency: seconds to wait before each answer, or a function of the request.
        log_limit: how many requests to keep in the log; None keeps all.
        rate_limits: True for the windows that Phone.com documents, or others.
        clock: gives Unix seconds, for all times and windows.
        options: what the documents leave open; see `Behaviour`.

    Raises:
        TypeError: for an option that does not exist.
        OSError: on entering, when the port cannot be had.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        token: str = "sandbox-token",  # noqa: S107
        api_key: str = "sandbox-key",
        latency: Latency = 0.0,
        log_limit: int | None = None,
        rate_limits: bool | RateLimits = False,
        clock: Callable[[], float] = time.time,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(clock)
        self.token = token
        self.api_key = api_key
        self.behaviour: Behaviour = Behaviour(**options)
        self._clock = clock
        self._host = host
        self._port = port
        self._url: str | None = None
        self._runner: web.ServerRunner | None = None
        phonecom = PhoneCom(
            token=token,
            context=Context(tables=self.tables, behaviour=self.behaviour, clock=clock),
            limiter=_limiter(rate_limits, clock),
        )
        linq = Linq(api_key=api_key, state=self, behaviour=self.behaviour)
        self._pipeline = Pipeline(
            services={"phonecom": phonecom, "linq": linq},
            clock=clock,
            latency=latency,
            log=RequestLog(log_limit),
        )

    async def __aenter__(self) -> Self:
        """Listen; from here on the URLs are known."""
        server = web.Server(self._pipeline.handle, access_log=None)
        runner = web.ServerRunner(server, shutdown_timeout=_GRACE)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._port).start()
        except BaseException:
            await runner.cleanup()
            raise
        self._runner = runner
        self._url = origin(*runner.addresses[0][:2])
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop listening, drop what is still being answered, close connections."""
        runner, self._runner, self._url = self._runner, None, None
        if runner is None:
            return
        # Before the runner's own cleanup, which would wait for slow answers to end.
        for site in runner.sites:
            await site.stop()
        await self._pipeline.drop(_GRACE)
        await runner.cleanup()

    @property
    def phonecom_url(self) -> str:
        """The base URL for a Phone.com client; paths go on with `/accounts`."""
        return self._base_url() + PHONECOM_PREFIX

    @property
    def linq_url(self) -> str:
        """The base URL for a Linq client; paths go on with `/v3`."""
        return self._base_url() + LINQ_PREFIX

    @property
    def requests(self) -> tuple[LoggedRequest, ...]:
        """The requests in order of arrival, those still being answered included."""
        return self._pipeline.log.records

    def clear_requests(self) -> None:
        """Empty the request log."""
        self._pipeline.log.clear()

    def fault(self, fault: Fault) -> None:
        """Let *fault* happen to the next requests that it matches.

        Of several that match, the one given first is played, until it is used up.
        """
        self._pipeline.faults.add(fault)

    def clear_faults(self) -> None:
        """Drop the faults that have not happened yet."""
        self._pipeline.faults.clear()

    def before(
        self,
        hook: Hook,
        *,
        nth: int | None = None,
        service: Literal["phonecom", "linq"] | None = None,
        method: str | None = None,
        path: str | re.Pattern[str] | None = None,
    ) -> Callable[[], None]:
        """Run *hook* with the request right before it is answered.

        Args:
            hook: a synchronous function; what it changes, the answer shows.
            nth: run it before the nth matching request only, counted from 1.
            service: which service's requests match.
            method: which HTTP method matches.
            path: text that stands in the path, or a pattern to search for.

        Returns:
            A function that takes the hook out again.
        """
        match = Match(service=service, method=method, path=path)
        return self._pipeline.hooks.add(hook, match, nth)

    async def deliver(
        self,
        url: str,
        event_type: str,
        changes: Mapping[str, Any] | None = None,
        *,
        signing_secret: str | None = None,
        headers: Mapping[str, str] | None = None,
        count: int = 1,
        duplicate: bool = False,
        tamper: bool = False,
        **posting: Unpack[Posting],
    ) -> list[Delivered]:
        """Send sample events to a receiver, as their vendor does.

        The sandbox need not be running.

        Args:
            url: of the receiver.
            event_type: a data type of Phone.com's, such as ``call``, or an event type
                of Linq's; `deliveries.every_sample` has all.
            changes: values to set in the event, by path, such as
                ``{"data.from": "+12025550100"}``.
            signing_secret: for Linq's; by default that of the webhook subscription
                whose target *url* is.
            headers: sent along.
            count: how many, each of an event of its own.
            duplicate: send each twice, as vendors do when an answer is lost.
            tamper: change each after it was signed: it should be refused.
            posting: see `deliveries.post_all`.

        Raises:
            PublicAddress: the host is not loopback or private, and ``public=True`` is
                not given.
            ValueError: there is no such type or path, or no secret to sign with.
        """
        sample = sample_of(event_type)
        if signing_secret is None and sample.vendor == "linq":
            signing_secret = self.linq_signing_secret(url)
        deliveries = Deliveries(
            signing_secret=signing_secret, headers=headers, clock=self._clock
        ).many(sample, changes, count=count, duplicate=duplicate, tamper=tamper)
        return await post_all(url, deliveries, **posting)

    def _base_url(self) -> str:
        if self._url is None:
            raise RuntimeError("the sandbox is not running; enter it with `async with`")
        return self._url


def origin(host: str, port: int) -> str:
    """Return the URL of an address; IPv6 ones stand in brackets."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _limiter(
    limits: bool | RateLimits,  # noqa: FBT001 - as the constructor takes it
    clock: Callable[[], float],
) -> Limiter | None:
    if isinstance(limits, RateLimits):
        return Limiter(limits, clock)
    return Limiter(RateLimits(), clock) if limits else None


async def serve(
    sandbox: Sandbox, *, started: Callable[[Sandbox], object] | None = None
) -> None:
    """Serve until cancelled.

    Args:
        sandbox: not running yet; give it a port, and a `log_limit` if it is to run
            for long.
        started: is called once, when the URLs are known.

    Raises:
        OSError: when the port cannot be had.
    """
    async with sandbox:
        if started is not None:
            started(sandbox)
        await asyncio.Event().wait()
