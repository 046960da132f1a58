"""Slots that Redis keeps: how they are asked for, and given back."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Coroutine
from itertools import count
from typing import Any, Final

from attrs import define, field
from msgspec import Struct

from ...errors import PhonecomEventsError
from ..feedback import Outcome
from ..in_flight import InFlightLimit
from ..limiter import Permit
from ..limits import RateLimits
from ..sliding_window import in_flight_limit
from .alone import Sent, Share
from .gates import Gate, Gates
from .levels import Place, longest_hold
from .server import RedisServer

_log: Final = logging.getLogger("phonecom_events.ratelimit")

SEND_WITHIN: Final = 5.0
"""Seconds in which a permit has to be used."""

_GRACE: Final = 0.5
"""Seconds that a turn is kept for a process that is expected back."""

_LATE: Final = 0.001
"""Seconds to come after the time that a slot is free, for clocks and rounding."""


class RedisPermit(Permit, frozen=True, eq=False):
    """A slot in every window that a request counts in, kept by Redis.

    Attributes:
        place: where it counts.
        slot: its name.
        granted: when it was asked for, on `time.monotonic`.
    """

    place: Place
    slot: str
    granted: float


class Refusal(Struct, frozen=True):
    """What a request has to wait for.

    Attributes:
        seconds: how long at least.
        level: which windows hold it up; None: all of them.
        throttled: the server of the vendor asked for it.
    """

    seconds: float
    level: int | None
    throttled: bool


Pause = Callable[[Refusal, Gate], Awaitable[None]]
"""Wait, or raise because it takes too long."""


@define(eq=False)
class _Loop:
    """What belongs to one event loop.

    Attributes:
        loop: the loop.
        server: its connections.
        process: what Redis calls it: one process, and one loop of it.
        gates: who may ask next.
        tasks: what is told to Redis beside the calls.
        numbers: of its slots.
        told: Redis took note of what it was told last.
    """

    loop: asyncio.AbstractEventLoop
    server: RedisServer
    process: str = field(factory=lambda: secrets.token_hex(6))
    gates: Gates = field(factory=Gates)
    tasks: set[asyncio.Task[Any]] = field(factory=set)
    numbers: count[int] = field(factory=count)
    told: bool = True

    def start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run something that ends by itself, or with `SharedSlots.aclose`."""
        task = self.loop.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task


class SharedSlots:
    """Ask Redis for slots, and give them back.

    Args:
        connect: makes the connections of an event loop.
        limits: the windows.
        lease: seconds that a slot is taken if nobody gives it back, before its window.
        sent: what was permitted, by whatever count.
        share: how many of the slots are this process' own.
    """

    def __init__(
        self,
        connect: Callable[[], RedisServer],
        limits: RateLimits,
        lease: float,
        sent: tuple[Sent, ...],
        share: Share,
    ) -> None:
        self._connect = connect
        self._limits = limits
        self._lease = lease
        self._sent = sent
        self._share = share
        self._epoch = ""
        self._loops: dict[asyncio.AbstractEventLoop, _Loop] = {}
        self._latencies: dict[str, InFlightLimit] = {}

    async def reserve(self, place: Place, pause: Pause) -> RedisPermit:
        """Wait for a slot.

        A request is first in line for its account and endpoint before it asks at all;
        refused by wider windows, it lines up there with those of other endpoints.

        Args:
            place: where the request counts.
            pause: waits for what a refusal names.

        Raises:
            LimiterUnavailable: there was no answer.
            InvalidArgument: we are not let in.
        """
        here = self._here()
        gates, levels = here.gates, place.levels
        async with gates.through(levels[0].key) as gate:
            wider = range(1, len(levels))
            at = next((i for i in wider if gates.is_taken(levels[i].key)), 0)
            while True:
                if at == 0:
                    reply = await self._ask_at(here, place, 0, gate, pause)
                else:
                    async with gates.through(levels[at].key) as its:
                        reply = await self._ask_at(here, place, at, its, pause)
                if isinstance(reply, RedisPermit):
                    return reply
                at = reply

    def release(self, permit: RedisPermit, outcome: Outcome) -> None:
        """Tell of an outcome, on a task; without a loop the slot's lease ends it."""
        latency = time.monotonic() - permit.granted
        self._in_flight(permit.place).add_latency(latency)
        try:
            here = self._loops.get(asyncio.get_running_loop())
        except RuntimeError:
            return
        if here is not None:
            here.start(self._tell(here, permit.place, permit.slot, outcome))

    async def answers(self) -> bool:
        """Tell whether Redis can be reached."""
        return await self._here().server.answers()

    async def aclose(self) -> None:
        """Tell what was not told yet, and close the running loop's connections."""
        here = self._loops.pop(asyncio.get_running_loop(), None)
        if here is None:
            return
        while here.tasks:
            await asyncio.wait(here.tasks)
        await here.server.aclose()

    def _here(self) -> _Loop:
        loop = asyncio.get_running_loop()
        here = self._loops.get(loop)
        if here is None:
            # Connections cannot be closed on a loop that is.
            for other in [each for each in self._loops if each.is_closed()]:
                del self._loops[other]
            here = self._loops[loop] = _Loop(loop, self._connect())
        return here

    def _in_flight(self, place: Place) -> InFlightLimit:
        found = self._latencies.get(place.endpoint)
        if found is None:
            windows = self._limits.endpoint
            found = in_flight_limit(windows, self._limits, narrow=True)
            self._latencies[place.endpoint] = found
        return found

    async def _ask_at(
        self, here: _Loop, place: Place, at: int, gate: Gate, pause: Pause
    ) -> RedisPermit | int:
        """Ask until there is a permit, or another level holds the request up."""
        while True:
            reply = await self._ask(here, place)
            if isinstance(reply, RedisPermit):
                return reply
            if reply.level not in {at, None}:
                return reply.level or 0
            await pause(reply, gate)

    async def _ask(self, here: _Loop, place: Place) -> RedisPermit | Refusal:
        slot = f"{here.process}:{next(here.numbers)}"
        asked = time.monotonic()
        asking = here.start(
            here.server.reserve(place.keys, self._asks(here, place, slot))
        )
        try:
            reply = await asyncio.shield(asking)
        except asyncio.CancelledError:
            here.start(self._give_back(here, asking, place, slot))
            raise
        self._epoch = reply[1]
        if reply[0] == "granted":
            self._share.note(int(reply[2]), place.levels[-1].holds[0])
            self._sent[0].begin()
            return RedisPermit(
                place=place, slot=slot, granted=asked, expires=asked + SEND_WITHIN
            )
        level = int(reply[3])
        return Refusal(
            float(reply[2]) + _LATE, level - 1 if level else None, bool(reply[4])
        )

    def _asks(self, here: _Loop, place: Place, slot: str) -> list[str | float]:
        hold = longest_hold(self._limits)
        since = min(sent.seconds_since() for sent in self._sent)
        return [
            slot,
            here.process,
            secrets.token_hex(6),
            self._epoch,
            int(since < self._lease + hold),
            self._lease,
            hold,
            _GRACE,
            *place.reserving(self._in_flight(place).most),
        ]

    async def _give_back(
        self, here: _Loop, asking: asyncio.Task[Any], place: Place, slot: str
    ) -> None:
        """Return what may have been granted to a call that was cancelled."""
        await asyncio.wait([asking])
        await self._tell(here, place, slot, None)

    async def _tell(
        self, here: _Loop, place: Place, slot: str, outcome: Outcome | None
    ) -> None:
        arguments = [slot, int(outcome is None), *place.releasing(outcome or Outcome())]
        try:
            await here.server.release(place.keys, arguments)
            here.told = True
        except PhonecomEventsError as error:
            # One line for all that could not be told since Redis was lost.
            level = logging.WARNING if here.told else logging.DEBUG
            here.told = False
            _log.log(
                level,
                "a slot was not given back; it is free in %.0f s: %s",
                self._lease + longest_hold(self._limits),
                error,
            )
        here.gates.note_answer(place.levels[0].key)
