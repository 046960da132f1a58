"""One call, from a path to a checked answer: `Session`; and its end: `Lifetime`.

The order of the chain is retry, the user's own, rate limits, auth, log, and then
the transport. All but the retry run once for each attempt, so that every attempt
waits for its own slot, and carries the token that is valid by then.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import (
    TYPE_CHECKING,
    Any,
    Final,
    NoReturn,
    Required,
    TypedDict,
    TypeVar,
    Unpack,
)
from urllib.parse import urlencode
from weakref import WeakValueDictionary

from msgspec import Struct

from .converter import Converter, converter
from .errors import DecodeError, InvalidArgument, ResponseError, SessionClosed
from .http import Request, Response
from .lazy import LazyModule
from .middleware import (
    BearerAuth,
    Credential,
    Handler,
    Middleware,
    checked,
    compose,
    log_requests,
    note_begun,
)
from .problems import ReadProblem, may_be_refusal, response_error
from .retry import RetryMiddleware, RetryPolicy
from .transport import Transport, closed_during

if TYPE_CHECKING:
    from . import ratelimit as ratelimit_module
    from .telemetry import calls as telemetry_calls
    from .telemetry import scans as telemetry_scans
else:
    ratelimit_module = LazyModule(".ratelimit", __package__)
    telemetry_calls = LazyModule(".telemetry.calls", __package__)
    telemetry_scans = LazyModule(".telemetry.scans", __package__)

T = TypeVar("T")

DEFAULT_TIMEOUT: Final = 30.0
# More is a mistake, and what overflows (inf, 10**400) fails far from its cause.
_A_CENTURY: Final = 100 * 365 * 86_400
# Rounds of the event loop that a cancel takes to reach the innermost await.
_ROUNDS: Final = 3


class Call(TypedDict, total=False):
    """The rest of a call, beside method and path.

    Keys:
        endpoint: the path's template, by which rate limits are counted.
        account: whose rate limits it counts in.
        query: name → text, not yet encoded; or as it stands in a URL.
        body: sent as JSON.
        deadline: another than the session's, as `Session.deadline` gave it.
    """

    endpoint: Required[str]
    account: str | None
    query: Mapping[str, str] | str
    body: Mapping[str, Any] | None
    deadline: float | None


class Session:
    """Send requests to one API and turn its answers into values.

    Args:
        base_url: as `check_base_url` returns it; paths are appended to it.
        credential: the bearer token or where to get it.
        transport: what sends.
        problem: the vendor's error envelope reader.
        user_agent: sent with every request.
        retry: the retry policy.
        timeout: seconds for one attempt; None for no limit.
        deadline: seconds for one call, all attempts and waits included.
        middlewares: the user's, run once for each attempt.
        limiter: the rate limits, as a middleware.
        telemetry: what tells of calls and attempts.
        converter: JSON to models and back.
    """

    def __init__(
        self,
        *,
        base_url: str,
        credential: Credential,
        transport: Transport,
        problem: ReadProblem,
        user_agent: str,
        retry: RetryPolicy,
        timeout: float | None = DEFAULT_TIMEOUT,
        deadline: float | None = None,
        middlewares: Iterable[Middleware] = (),
        limiter: Middleware | None = None,
        telemetry: telemetry_calls.CallTelemetry | None = None,
        converter: Converter = converter,
    ) -> None:
        self.base_url = base_url
        self.converter = converter
        self.telemetry: telemetry_calls.CallTelemetry | None = telemetry
        self._credential = credential
        self._transport = transport
        self._problem = problem
        self._timeout = _checked_seconds("timeout", timeout)
        self._deadline = _checked_seconds("deadline", deadline)
        self._headers = {"Accept": "application/json", "User-Agent": user_agent}
        self.retries: RetryMiddleware = RetryMiddleware(
            retry, problem=problem, renewable=credential.renewable
        )
        chain: list[Middleware] = [
            self.retries,
            *([] if telemetry is None else [telemetry.each_try]),
            *map(checked, middlewares),
        ]
        if limiter is not None:
            chain.append(limiter)
        chain.append(BearerAuth(credential))
        if telemetry is not None:
            chain.append(telemetry.attempt)
        chain += [log_requests, note_begun]
        self._handler = compose(chain, transport.send)
        self._limiter = limiter
        self._lifetime = Lifetime()
        self._locks: WeakValueDictionary[tuple[object, ...], asyncio.Lock] = (
            WeakValueDictionary()
        )

    def deadline(self) -> float | None:
        """Return when a call that begins now must have ended; None for never."""
        if self._deadline is None:
            return None
        return self.retries.clock() + self._deadline

    def waits(self) -> tuple[ratelimit_module.Wait, ...]:
        """Return what the rate limits hold up now; nothing if that cannot be told."""
        limiter = self._limiter
        if isinstance(limiter, ratelimit_module.RateLimitMiddleware):
            return limiter.waits()
        return ()

    def lock(self, *key: object) -> asyncio.Lock:
        """Return the lock of *key* on the running loop, as long as anybody has it."""
        return self._locks.setdefault(
            (asyncio.get_running_loop(), *key), asyncio.Lock()
        )

    def scan_telemetry(
        self, endpoint: str
    ) -> Callable[[], telemetry_scans.ScanTelemetry] | None:
        """Return what makes what tells of one scan of a listing, if anything does."""
        if self.telemetry is None:
            return None
        return partial(telemetry_scans.ScanTelemetry, self.telemetry, endpoint)

    async def request(self, method: str, path: str, **call: Unpack[Call]) -> Response:
        """Make one call and return its 2xx answer.

        Args:
            method: in capitals.
            path: after the base URL, percent-encoded, with a leading slash.
            call: the rest, see `Call`.

        Raises:
            ResponseError: the answer is not 2xx, or a 2xx that holds the vendor's
                error envelope. Such a one is not sent again: the vendor refused.
            TransportError, OutcomeUnknown, DeadlineExceeded, SessionClosed:
                there is no answer.
        """
        if self.telemetry is None:
            return await self._answer(method, path, call)
        with self.telemetry.call(method, call["endpoint"]):
            return await self._answer(method, path, call)

    async def fetch(
        self, kind: type[T], method: str, path: str, **call: Unpack[Call]
    ) -> tuple[T, Response]:
        """Make one call and return its answer's JSON as *kind*, and the answer.

        Raises what `request` raises, and `DecodeError` for another answer.
        """
        if self.telemetry is None:
            response = await self._answer(method, path, call)
            return self.decode(response, kind, method, path), response
        with self.telemetry.call(method, call["endpoint"]):
            response = await self._answer(method, path, call)
            return self.decode(response, kind, method, path), response

    async def _answer(self, method: str, path: str, call: Call) -> Response:
        request = self._made(method, path, call)
        response = await self._lifetime.run(self._handler, request)
        # What a DELETE did is told by nothing else than the absence of an error.
        if not response.ok or method == "DELETE" or may_be_refusal(response):
            error = self._error_in(request, response)
            if error is not None:
                raise error
        return response

    def _made(self, method: str, path: str, call: Call) -> Request:
        query, body = call.get("query"), call.get("body")
        if query and not isinstance(query, str):
            query = urlencode(query)
        url = self.base_url + path
        headers = self._headers
        if body is not None:
            headers = {**headers, "Content-Type": "application/json"}
        # Not by `get`: every request would pay for that call.
        deadline = call["deadline"] if "deadline" in call else None  # noqa: SIM401
        if deadline is None and self._deadline is not None:
            deadline = self.deadline()
        return Request(
            method=method,
            url=f"{url}?{query}" if query else url,
            path=path,
            endpoint=call["endpoint"],
            account=call.get("account"),
            headers=headers,
            body=None if body is None else self._encoded(body),
            timeout=self._timeout,
            deadline=deadline,
        )

    def decode(self, response: Response, kind: type[T], method: str, path: str) -> T:
        """Turn a 2xx answer's JSON into *kind*; what was asked names it in errors."""
        try:
            return self.converter.loads(response.body, kind)
        except DecodeError as error:
            problem = error
        # Large answers were not looked at before: see `may_be_refusal`.
        request = Request(method=method, url=self.base_url, path=path)
        refusal = self._error_in(request, response)
        if refusal is not None:
            raise refusal
        if self.telemetry is not None:
            self.telemetry.decode_failed(kind)
        what = str(problem) if response.body.strip() else "its body is empty"
        done = "" if method == "GET" else "; the request did take effect"
        raise DecodeError(
            f"{method} {path}: the answer ({response.status}) is not as documented:"
            f" {what}{done}",
            problems=problem.problems,
            path=problem.path,
        )

    def _error_in(self, request: Request, response: Response) -> ResponseError | None:
        """Return the error that an answer is, if it is one.

        It is not raised here, where what the vendor says is still unmasked.
        """
        problem = self._problem(response)
        if response.ok:
            if not problem.refused:
                return None
            # Errors quote bodies, and those may quote the token. One that has been
            # replaced meanwhile was refused, and need not be hidden.
            response = response.replace(secret=self._credential.held)
        return response_error(request, response, problem)

    async def aclose(self) -> None:
        """End the calls under way; these and further ones raise `SessionClosed`."""
        try:
            await self._lifetime.end()
        finally:
            await self._transport.aclose()

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        """Refuse to be pickled or copied, for all that holds a session."""
        raise cannot_be_pickled()

    def _encoded(self, body: Mapping[str, Any]) -> bytes:
        try:
            return self.converter.dumps(body)
        except (TypeError, ValueError, RecursionError) as error:
            problem = f"the body cannot be written as JSON: {error}"
        raise InvalidArgument(problem)


class _Underway(Struct, eq=False):
    """A call that has not ended yet.

    Attributes:
        task: which makes it.
        cancelling: how many cancels of that were asked for before.
        ended: whether one more was, because the session has ended.
    """

    task: asyncio.Task[Any]
    cancelling: int
    ended: bool = False


class Lifetime:
    """Run calls until the end, and end those that are under way then.

    A call may be waiting anywhere: for a rate limit, between attempts, for a
    connection or an answer. So it is cancelled, as by a timeout that has run out,
    and reported as `SessionClosed`. `asyncio.timeout` itself is not used, for every
    call would pay for its two coroutines and a timer that is never set.
    """

    def __init__(self) -> None:
        self._ended = False
        self._calls: set[_Underway] = set()

    async def run(self, handler: Handler, request: Request) -> Response:
        """Return what *handler* does; `SessionClosed` if the end comes first."""
        if self._ended:
            raise SessionClosed("the client is closed; make a new one")
        task = asyncio.current_task()
        assert task is not None
        call = _Underway(task, task.cancelling())
        self._calls.add(call)
        try:
            return await handler(request)
        except asyncio.CancelledError:
            # More cancels than ours: somebody else wants the task to end.
            if not call.ended or task.cancelling() - 1 > call.cancelling:
                raise
        finally:
            self._calls.discard(call)
            if call.ended:
                task.uncancel()
        raise closed_during(request)

    async def end(self) -> None:
        """End the calls under way on the running loop, and refuse new ones."""
        self._ended = True
        loop = asyncio.get_running_loop()
        for call in tuple(self._calls):
            # A task may be cancelled from its own loop's thread only.
            if call.task.get_loop() is loop and not call.ended:
                call.ended = True
                call.task.cancel()
        for _ in range(_ROUNDS):
            await asyncio.sleep(0)


def cannot_be_pickled() -> TypeError:
    """Say why, in the class of error that pickle and copy expect."""
    return TypeError(
        "a client, or what it gave out, cannot be pickled or copied: it holds a token"
        " and open connections; pickle its settings (base_url, account ids) and where"
        " to find the token, and make a client from those"
    )


def _checked_seconds(name: str, value: float | None) -> float | None:
    if value is None:
        return None
    number = not isinstance(value, bool) and isinstance(value, (int, float))
    if not number or not 0 < value < _A_CENTURY:
        raise InvalidArgument(f"{name} must be a number of seconds over 0, or None")
    return float(value)
