"""Scripted faults: which requests go wrong, how often, and in what way."""

from __future__ import annotations

import re
import zlib
from collections.abc import Awaitable, Mapping
from inspect import isawaitable
from typing import Final, Literal, Protocol

from attrs import define, evolve, field, frozen

from .hooks import Match
from .log import LoggedRequest
from .messages import Hint, Reply, Service, json_reply

HTML_PAGE: Final = (
    "<!doctype html><html><head><title>Bad gateway</title></head>"
    "<body><h1>The page cannot be shown</h1></body></html>"
)
"""An error page as a gateway writes it, for `Fault(body=HTML_PAGE)`."""

_ENVELOPE: Final = object()
_CHUNK: Final = 1 << 20
_GZIP: Final = 31  # zlib's sign for a gzip header, with the largest window


class Respond(Protocol):
    """Choose what happens to a request, by a function, which may be async."""

    def __call__(
        self, request: LoggedRequest, /
    ) -> Fault | Awaitable[Fault | None] | None:
        """Return the fault to play, or None for the real answer."""


@frozen(kw_only=True)
class Fault:
    """One thing to go wrong, for the requests that fit all that is given of them.

    Which requests:
        service: "phonecom" or "linq".
        method: the HTTP method.
        path: text that stands in the path, or a compiled pattern to search for.
        skip: how many matching requests to let pass first.
        times: how many to hit then; None hits all.

    What happens:
        delay: seconds to wait before anything is done; goes with any other, and alone
            only delays.
        status: answer this instead; alone in the vendor's error envelope.
        body: the body for `status` (default 200): bytes and text as they are,
            anything else as JSON. `b""` is an empty body.
        content_type: of the answer, the real one too; without it, told from the body.
        headers: more headers for the answer, the real one too.
        retry_after: seconds to hint at in a 429, where `hint` says.
        redirect: answer `status` (default 302) with this as the location.
        gzip_bomb: answer so many zero bytes, compressed.
        cut: close the connection: "before" the state changes, "after" it changed
            but with no answer, or half-way through the "body".
        effect: let the state change although the fault answers in its place.
        late: seconds by which the state changes later than the fault answers, or than
            it cuts the connection "after"; nobody is told how that went.
        respond: is asked each time, with the request as logged; it returns (or
            awaits) the fault to play, or None for the real answer. Which requests
            that fault matches, and how often, no longer matters.

    Raises:
        ValueError: when two kinds are given that exclude each other.
    """

    service: Literal["phonecom", "linq"] | None = None
    method: str | None = None
    path: str | re.Pattern[str] | None = None
    skip: int = 0
    times: int | None = 1

    delay: float = 0.0
    status: int | None = None
    body: object = _ENVELOPE
    content_type: str | None = None
    headers: Mapping[str, str] = field(factory=dict)
    retry_after: float | None = None
    hint: Hint = "both"
    redirect: str | None = None
    gzip_bomb: int | None = None
    cut: Literal["before", "after", "body"] | None = None
    effect: bool = False
    late: float = 0.0
    respond: Respond | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse what cannot happen at once."""
        kinds = {
            "status or body": self.answers,
            "retry_after": self.retry_after is not None,
            "redirect": self.redirect is not None,
            "gzip_bomb": self.gzip_bomb is not None,
            "respond": self.respond is not None,
            "cut": self.cut is not None,
        }
        given = [name for name, is_given in kinds.items() if is_given]
        if len(given) > 1 and given not in _COMPATIBLE:
            raise ValueError(f"a fault cannot have {' and '.join(given)}")
        if self.answers and self.cut in ("before", "after"):
            raise ValueError("a fault cannot answer and leave no answer")
        if self.retry_after is not None and self.status not in (None, 429):
            raise ValueError("retry_after goes with status 429")
        untold = self.cut == "after" or (self.effect and self.replaces_answer)
        if self.late and not untold:
            raise ValueError('late goes with cut="after", or with effect and an answer')
        if self.skip < 0 or (self.times is not None and self.times < 1):
            raise ValueError("a fault happens at least once, after 0 or more requests")

    @property
    def answers(self) -> bool:
        """Whether the fault names the status or body to answer."""
        return self.status is not None or self.body is not _ENVELOPE

    @property
    def replaces_answer(self) -> bool:
        """Whether the fault, not the service, gives the answer."""
        return (
            self.answers
            or self.retry_after is not None
            or self.redirect is not None
            or self.gzip_bomb is not None
        )

    @property
    def reaches_service(self) -> bool:
        """Whether the state changes as if nothing were wrong."""
        return self.cut != "before" and (self.effect or not self.replaces_answer)

    def reply(self, service: Service) -> Reply:
        """Return the answer that replaces the service's own."""
        if self.retry_after is not None:
            reply = service.throttled(self.retry_after, self.hint)
        elif self.redirect is not None:
            reply = Reply(
                status=self.status or 302, headers={"Location": self.redirect}
            )
        elif self.gzip_bomb is not None:
            reply = _bomb(self.gzip_bomb, self.status or 200)
        elif self.body is _ENVELOPE:
            reply = service.error(self.status or 500)
        else:
            reply = self._own_body()
        return reply

    def dressed(self, reply: Reply) -> Reply:
        """Return *reply* with the fault's headers and content type."""
        return evolve(
            reply,
            content_type=self.content_type or reply.content_type,
            headers={**reply.headers, **self.headers},
        )

    def _own_body(self) -> Reply:
        status = 200 if self.status is None else self.status
        if isinstance(self.body, bytes):
            return Reply(status=status, body=self.body)
        if isinstance(self.body, str):
            kind = "text/html" if self.body.startswith("<") else "text/plain"
            return Reply(status=status, body=self.body.encode(), content_type=kind)
        return json_reply(status, self.body)


_COMPATIBLE: Final = (
    ["status or body", "retry_after"],
    ["status or body", "redirect"],
    ["status or body", "gzip_bomb"],
    ["status or body", "cut"],
)


@define(eq=False)
class _Scripted:
    fault: Fault
    matches: Match
    to_skip: int
    left: int | None


class FaultScript:
    """The faults still to come, in the order they were given."""

    def __init__(self) -> None:
        self._scripted: list[_Scripted] = []

    def add(self, fault: Fault) -> None:
        """Put *fault* behind those already there."""
        matches = Match(service=fault.service, method=fault.method, path=fault.path)
        self._scripted.append(_Scripted(fault, matches, fault.skip, fault.times))

    def clear(self) -> None:
        """Drop all faults."""
        self._scripted.clear()

    async def take(self, record: LoggedRequest) -> Fault | None:
        """Return the fault for *record*, and count it as played."""
        fault = self._next(record)
        delay = 0.0
        while fault is not None and fault.respond is not None:
            delay += fault.delay
            answer = fault.respond(record)
            fault = await answer if isawaitable(answer) else answer
        if delay:
            fault = fault or Fault()
            fault = evolve(fault, delay=fault.delay + delay)
        return fault

    def _next(self, record: LoggedRequest) -> Fault | None:
        for scripted in self._scripted:
            if not scripted.matches(record):
                continue
            if scripted.to_skip:
                scripted.to_skip -= 1
                continue
            if scripted.left is not None:
                scripted.left -= 1
                if scripted.left == 0:
                    self._scripted.remove(scripted)
            return scripted.fault
        return None


def _bomb(size: int, status: int) -> Reply:
    chunks, rest = divmod(size, _CHUNK)
    packer = zlib.compressobj(wbits=_GZIP)
    packed = [packer.compress(bytes(_CHUNK)) for _ in range(chunks)]
    packed += [packer.compress(bytes(rest)), packer.flush()]
    return Reply(
        status=status,
        body=b"".join(packed),
        content_type="application/json",
        headers={"Content-Encoding": "gzip"},
    )
