"""One request from arrival to answer: log, fault, wait, hooks, service, log.

Only here aiohttp's requests are read and its connections are written to or cut;
services see plain values.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from typing import Any, Final, TypeAlias, cast
from urllib.parse import parse_qsl, unquote

from aiohttp import web
from attrs import define, field

from .faults import Fault, FaultScript
from .hooks import Hooks
from .log import LoggedRequest, RequestLog, ServiceName
from .messages import Call, NotJson, Reply, Service, json_reply, read_json

PHONECOM_PREFIX: Final = "/v4"
LINQ_PREFIX: Final = "/api/partner"

Latency: TypeAlias = float | Callable[[LoggedRequest], float]
"""Seconds before each answer, or a function that gives them for a request."""

_NOT_FOUND: Final = json_reply(404, {"error": "neither service has this path"})


@define(kw_only=True, eq=False)
class Pipeline:
    """Answers requests, and knows which are still being answered."""

    services: Mapping[ServiceName, Service]
    clock: Callable[[], float]
    latency: Latency
    log: RequestLog
    faults: FaultScript = field(factory=FaultScript)
    hooks: Hooks = field(factory=Hooks)
    _tasks: set[asyncio.Task[object]] = field(factory=set, init=False)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer *request*; this is the handler that aiohttp runs."""
        task = cast("asyncio.Task[object]", asyncio.current_task())
        self._tasks.add(task)
        try:
            return await self._answer(request)
        finally:
            self._tasks.discard(task)

    async def drop(self, grace: float) -> None:
        """Cancel what is still being answered; wait for it up to *grace* seconds."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=grace)

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        await _invite_body(request)
        body = await request.read()
        record, call = _read(
            request, body, number=self.log.next_number(), now=self.clock()
        )
        # Logged before anything can go wrong: a request that is cut has come, too.
        self.log.keep(record)
        fault = await self.faults.take(record)
        await self._wait(record, fault)
        self.hooks.run(record)
        service = self.services.get(record.service)
        if service is None:
            self.log.answered(record.number, _NOT_FOUND.status)
            return _whole(_NOT_FOUND)
        if fault is not None:
            return await self._play(fault, request, record, call)
        reply = await service.answer(call)
        self.log.answered(record.number, reply.status)
        return _whole(reply)

    def _start(self, coroutine: Coroutine[Any, Any, object]) -> None:
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _wait(self, record: LoggedRequest, fault: Fault | None) -> None:
        latency = self.latency
        seconds = latency if isinstance(latency, int | float) else latency(record)
        if fault is not None:
            seconds += fault.delay
        if seconds > 0:
            await asyncio.sleep(seconds)

    async def _play(
        self,
        fault: Fault,
        request: web.BaseRequest,
        record: LoggedRequest,
        call: Call,
    ) -> web.StreamResponse:
        service = self.services[record.service]
        reply = None
        if fault.late:
            self._start(_later(fault.late, service, call))
        elif fault.reaches_service:
            reply = await service.answer(call)
        if fault.cut in ("before", "after"):
            return _hang_up(request)
        if reply is None or fault.replaces_answer:
            reply = fault.reply(service)
        reply = fault.dressed(reply)
        self.log.answered(record.number, reply.status)
        if fault.cut == "body":
            return await _half(request, reply)
        return _whole(reply)


async def _later(seconds: float, service: Service, call: Call) -> None:
    await asyncio.sleep(seconds)
    await service.answer(call)


_PREFIXES: Final[tuple[tuple[ServiceName, str], ...]] = (
    ("phonecom", f"{PHONECOM_PREFIX}/"),
    ("linq", f"{LINQ_PREFIX}/"),
)
_CREDENTIALS: Final = frozenset({"authorization", "proxy-authorization", "cookie"})


def _read(
    request: web.BaseRequest, body: bytes, *, number: int, now: float
) -> tuple[LoggedRequest, Call]:
    """Return the record and the call for *request*.

    Args:
        request: as aiohttp gives it.
        body: its whole body.
        number: its place in the order of arrival.
        now: the time of arrival in Unix seconds.
    """
    path = request.rel_url.raw_path
    query = tuple(parse_qsl(request.rel_url.raw_query_string, keep_blank_values=True))
    authorization = request.headers.get("Authorization")
    service, below = _below_prefix(path)
    record = LoggedRequest(
        number=number,
        service=service,
        method=request.method,
        path=path,
        query=query,
        headers=tuple(
            (name, value)
            for name, value in request.headers.items()
            if name.lower() not in _CREDENTIALS
        ),
        authorized=authorization is not None,
        json=_decoded(body),
        status=None,
        time=now,
    )
    call = Call(
        method=request.method,
        segments=tuple(unquote(segment) for segment in below.split("/")),
        query=query,
        authorization=authorization,
        address=request.remote or "",
        body=body,
    )
    return record, call


def _below_prefix(path: str) -> tuple[ServiceName, str]:
    for service, prefix in _PREFIXES:
        if path.startswith(prefix):
            return service, path[len(prefix) :]
    return "none", path


def _decoded(body: bytes) -> Any:
    try:
        return read_json(body)
    except NotJson:
        return None


async def _invite_body(request: web.BaseRequest) -> None:
    """Tell a client that asks first to go on and send its body.

    aiohttp's low-level server does not, and such clients (curl, PHP, .NET) would
    wait a second before they send it all the same.
    """
    if request.headers.get("Expect", "").lower() == "100-continue":
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0  # or aiohttp takes the answer for begun


def _whole(reply: Reply) -> web.Response:
    """Make the response that sends *reply* as it is."""
    headers = dict(reply.headers)
    if reply.content_type is not None:
        headers.setdefault("Content-Type", reply.content_type)
    return web.Response(status=reply.status, body=reply.body, headers=headers)


def _hang_up(request: web.BaseRequest) -> web.Response:
    """Close the connection; the response returned goes nowhere."""
    if request.transport is not None:
        request.transport.close()
    return web.Response()


async def _half(request: web.BaseRequest, reply: Reply) -> web.StreamResponse:
    """Announce the whole body of *reply*, send the first half, and close."""
    response = web.StreamResponse(status=reply.status, headers=reply.headers)
    response.content_type = reply.content_type or "application/octet-stream"
    response.content_length = len(reply.body)
    with suppress(ConnectionError):  # the client has hung up first
        await response.prepare(request)
        await response.write(reply.body[: len(reply.body) // 2])
    _hang_up(request)
    return response
