"""A client whose service answers by a script, on the running loop's clock."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from typing import Literal

from attrs import define, field

from phonecom_events.http import Problem, Request, Response
from phonecom_events.ratelimit import (
    InProcessLimiter,
    RateLimitMiddleware,
    RateLimits,
    Window,
)

FREE = (Window(1_000, 10.0),)
"""Windows that do not fill up in these tests."""


def limits_with(
    *,
    endpoint: tuple[Window, ...] = FREE,
    account: tuple[Window, ...] = FREE,
    address_endpoint: tuple[Window, ...] = FREE,
    address: tuple[Window, ...] = FREE,
    refusals: int = 100,
    max_pause: float = 120.0,
    endpoint_by: Literal["path", "method"] = "path",
) -> RateLimits:
    """Return limits of which only those that are given matter, without margin."""
    return RateLimits(
        endpoint=endpoint,
        account=account,
        address_endpoint=address_endpoint,
        address=address,
        margin=0.0,
        refusals=refusals,
        max_pause=max_pause,
        endpoint_by=endpoint_by,
    )


def refusal(wait: float | None, **headers: str) -> Response:
    """Return a 429 that asks to wait for so many seconds."""
    hint = {} if wait is None else {"retry-after": repr(wait)}
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status=429, headers={**hint, **names})


def read_hint(response: Response) -> Problem:
    """Read the hint of a `refusal`."""
    wait = response.headers.get("retry-after")
    return Problem(retry_after=None if wait is None else float(wait))


@define
class ScriptedClient:
    """Send requests through one limiter; each takes `latency` seconds.

    Attributes:
        limits: what it keeps to, if no limiter is given.
        latency: seconds from sending to answer.
        script: label → answers to give to its requests; then 200.
        sent: label and time of each request that was sent, in order.
        in_flight, most_in_flight: requests without an answer, now and at most so far.
    """

    limits: RateLimits
    latency: float = 0.0
    limiter: InProcessLimiter = field()
    script: Mapping[str, list[Response | Exception]] = field(factory=dict)
    sent: list[tuple[str, float]] = field(factory=list, init=False)
    in_flight: int = field(default=0, init=False)
    most_in_flight: int = field(default=0, init=False)
    _middleware: RateLimitMiddleware = field(init=False)

    @limiter.default
    def _own_limiter(self) -> InProcessLimiter:
        return InProcessLimiter(self.limits, clock=asyncio.get_running_loop().time)

    def __attrs_post_init__(self) -> None:
        self._middleware = RateLimitMiddleware(self.limiter, problem=read_hint)

    async def send(
        self,
        label: str = "",
        *,
        account: str | None = "a",
        endpoint: str = "e",
        deadline: float | None = None,
    ) -> Response:
        """Send a request once the limiter lets it through."""
        request = Request(
            method="GET",
            url=label,
            path="/listeners",
            account=account,
            endpoint=endpoint,
            deadline=deadline,
        )
        return await self._middleware(request, self._handle)

    async def send_all(self, labels: str, **options: str | None) -> list[Response]:
        """Send a request for each letter, all at once."""
        tasks = [self.send(label, **options) for label in labels]  # type: ignore[arg-type]
        return await asyncio.gather(*tasks)

    def times(self) -> list[float]:
        """Return when each request was sent, to the millisecond."""
        return [round(at, 3) for _, at in self.sent]

    def order(self) -> str:
        """Return the labels in the order in which they were sent."""
        return "".join(label for label, _ in self.sent)

    async def _handle(self, request: Request) -> Response:
        label = request.url
        self.sent.append((label, asyncio.get_running_loop().time()))
        self.in_flight += 1
        self.most_in_flight = max(self.in_flight, self.most_in_flight)
        try:
            await asyncio.sleep(self.latency)
        finally:
            self.in_flight -= 1
        answers = deque(self.script.get(label, ()))
        answer = answers.popleft() if answers else Response(status=200)
        if label in self.script:
            self.script[label][:] = answers
        if isinstance(answer, Exception):
            raise answer
        return answer
