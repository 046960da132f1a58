"""One request from arrival to answer: log, fault, wait, hooks, service, log."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias, cast

from aiohttp import web
from attrs import define, field

from .faults import Fault, FaultScript
from .hooks import Hooks
from .incoming import understand
from .log import LoggedRequest, RequestLog, ServiceName
from .messages import Call, Service, json_reply
from .sending import half, hang_up, invite_body, whole

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
        await invite_body(request)
        body = await request.read()
        record, call = understand(
            request, body, number=self.log.next_number(), now=self.clock()
        )
        self.log.keep(record)
        fault = await self.faults.take(record)
        await self._wait(record, fault)
        self.hooks.run(record)
        service = self.services.get(record.service)
        if service is None:
            self.log.answered(record.number, _NOT_FOUND.status)
            return whole(_NOT_FOUND)
        if fault is not None:
            return await self._play(fault, request, record, call)
        reply = await service.answer(call)
        self.log.answered(record.number, reply.status)
        return whole(reply)

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
        reply = await service.answer(call) if fault.reaches_service else None
        if fault.cut in ("before", "after"):
            return hang_up(request)
        if reply is None or fault.replaces_answer:
            reply = fault.reply(service)
        reply = fault.dressed(reply)
        self.log.answered(record.number, reply.status)
        if fault.cut == "body":
            return await half(request, reply)
        return whole(reply)
