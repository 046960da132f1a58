"""Scans of a vendor's listing, each step of which is chosen from outside.

Whoever chooses, be it hypothesis or chance, decides when rows change, when a page is
cut and when it arrives, what fails, and when the reader reads, leaves and goes on.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from random import Random

from attrs import Factory, define, field, frozen

from phonecom_events.errors import ConnectionLost, PaginationError
from phonecom_events.pagination import Items, Order, Page, Paginator, ScanReport

from .history import odd_numbers
from .listing import Row
from .vendor import SILENTLY_REVERSED, Answer, Habits, Vendor

# How many rows and requests a hunt may take after its last change, before it is
# held to have no end.
_MOST_REQUESTS = 2_000


@frozen(kw_only=True)
class Reading:
    """Describe how a listing is read; see `Paginator`."""

    page_size: int = 3
    prefetch: int | None = None
    order: Order | None = None
    offset: int = 0
    max_items: int | None = None


@define(eq=False)
class _Request:
    """Hold a request under way, and its answer once that is cut."""

    limit: int
    offset: int
    arrives: asyncio.Future[Page[Row]]
    answer: Answer | None = None


@define
class Hunt:
    """Read a vendor's listing step by step, over as many scans as it takes.

    Attributes:
        ids: of all rows that came, items and odd ones, as they came.
        report: of the latest scan.
        ended: the latest scan came to its end, or gave up.
        counts: scans that were begun; scans proven when they were left or ended;
            those that a PaginationError ended; requests that were answered.
    """

    vendor: Vendor
    reading: Reading
    ids: list[int] = Factory(list)
    report: ScanReport = Factory(ScanReport)
    ended: bool = False
    counts: Counter[str] = Factory(Counter)
    _items: list[int] = Factory(list)
    _before: list[int] = Factory(list)
    _requests: list[_Request] = Factory(list)
    _task: asyncio.Task[None] | None = None
    _scan: Paginator[Row] = field(init=False)
    _iterator: Items[Row] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._start(None)

    @property
    def last(self) -> int | None:
        """The id of the item that came last."""
        return self._items[-1] if self._items else None

    def cut(self, which: int) -> None:
        """Let the vendor make an answer, which need not arrive yet."""
        if self._requests:
            request = self._requests[which % len(self._requests)]
            if request.answer is None:
                request.answer = self.vendor.answer(request.limit, request.offset)

    def deliver(self, which: int) -> None:
        """Let an answer arrive."""
        if self._requests:
            self.cut(which)
            request = self._requests.pop(which % len(self._requests))
            assert request.answer is not None
            self.vendor.note(request.answer)
            self.counts["answers"] += 1
            if not request.arrives.done():
                request.arrives.set_result(request.answer.page)

    def fail(self, which: int) -> None:
        """Let a request end in an error; the reader goes on with the same scan."""
        if self._requests:
            request = self._requests.pop(which % len(self._requests))
            if not request.arrives.done():
                request.arrives.set_exception(ConnectionLost("cut"))

    def read(self, most: int) -> None:
        """Read so many rows, unless that is under way."""
        if self._task is None and not self.ended:
            self._task = asyncio.ensure_future(self._read(most))

    async def leave(self) -> None:
        """Leave the scan where it is, and go on from its token."""
        await self.cancel()
        await self.judge()
        token = self._scan.resume
        self._before += odd_numbers(self.report)
        if not self._items and not self._before:
            # Nothing was had, so the scan begins anew.
            self.vendor.always = None
        self._start(token)

    async def cancel(self) -> None:
        """Cancel what the reader waits for."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            self._task = None
        self._note_progress()

    async def settle(self) -> None:
        """Let the loop turn until nothing more can happen by itself."""
        for _ in range(4):
            await asyncio.sleep(0)
        if self._task is not None and self._task.done():
            self._task.result()
            self._task = None
            self._note_progress()

    async def finish(self) -> None:
        """Read to the end of a listing that changes no more, and judge the scan."""
        for _ in range(_MOST_REQUESTS):
            if self.ended:
                break
            self.read(10**6)
            self.deliver(0)
            await self.settle()
        assert self.ended, "there was no end"
        await self.judge()

    async def close(self) -> None:
        """Leave nothing behind."""
        await self.cancel()
        await self._iterator.aclose()

    def _start(self, token: str | None) -> None:
        self.ended = False
        self.counts["scans"] += 1
        first = token is None
        self._scan = Paginator(
            self._fetch,
            page_size=self.reading.page_size,
            prefetch=self.reading.prefetch,
            order=self.reading.order,
            offset=self.reading.offset if first else 0,
            max_items=self.reading.max_items,
            resume=token,
            odd_rows="report",
        )
        self._iterator = aiter(self._scan)

    async def _fetch(self, limit: int, offset: int) -> Page[Row]:
        arrives: asyncio.Future[Page[Row]] = asyncio.get_running_loop().create_future()
        request = _Request(limit, offset, arrives)
        self._requests.append(request)
        try:
            return await arrives
        finally:
            if request in self._requests:
                self._requests.remove(request)
            # An error's traceback would hold the frame, and so itself and the scan.
            del request, arrives

    async def _read(self, most: int) -> None:
        try:
            for _ in range(most):
                self._items.append((await anext(self._iterator)).id)
        except StopAsyncIteration:
            self.ended = True
        except PaginationError:
            self.ended = True
            self.counts["given up"] += 1
        except ConnectionLost:
            pass

    def _note_progress(self) -> None:
        self.report = self._scan.report
        odd = self._before + odd_numbers(self.report)
        self.ids = self._items + odd

    async def judge(self) -> None:
        """Check that what is proven by now is so.

        Raises:
            FalseProof: it is not.
        """
        self._note_progress()
        if not self.report.proven:
            return
        self.counts["proven"] += 1
        vendor, order = self.vendor, self.report.order
        doubled = {id_ for id_, times in Counter(self.ids).items() if times > 1}
        missed = (vendor.always or set()) - vendor.left_out - set(self.ids)
        most = self.reading.max_items
        if most is not None and len(self.ids) >= most:
            # What was wanted ends there.
            missed = {id_ for id_ in missed if self._is_before_end(id_)}
        in_order = self._items == sorted(self._items, reverse=order == "desc")
        if doubled or missed or not in_order:
            said = vendor.habits.claims in (None, order)
            if order != vendor.habits.order and said and vendor.most < 2:
                vendor.broken.add(SILENTLY_REVERSED)
            raise FalseProof(doubled, missed, frozenset(vendor.broken))

    def _is_before_end(self, id_: int) -> bool:
        if self.vendor.habits.order == "desc":
            return id_ > min(self.ids, default=id_)
        return id_ < max(self.ids, default=id_)


class FalseProof(AssertionError):
    """Say that a scan is proven and is not exact."""

    def __init__(
        self, doubled: set[int], missed: set[int], broken: frozenset[str]
    ) -> None:
        super().__init__(f"proven, but doubled {doubled}, missed {missed}; {broken}")
        self.broken = broken


def random_reading(random: Random, order: Order) -> Reading:
    """Draw how to read a listing of that order."""
    other: Order = "asc" if order == "desc" else "desc"
    return Reading(
        page_size=random.choice((1, 2, 3, 4, 5, 7, 12, 50)),
        prefetch=random.choice((None, 0, 1, 4, 8)),
        order=random.choice((None, None, None, *[order] * 6, other)),
        offset=random.choice((0, 0, 0, 0, 1, 5)),
        max_items=random.choice((None, None, None, None, 0, 1, 6)),
    )


def change(vendor: Vendor, random: Random, last: int | None) -> None:
    """Change a vendor's listing at random."""
    kind = random.randrange(20)
    if kind < 6:
        vendor.insert()
    elif kind < 8:
        vendor.insert_between()
    elif kind < 10:
        vendor.insert_again()
    elif kind < 14:
        vendor.delete()
    elif kind < 15:
        vendor.delete(random.randint(2, 9))
    elif kind < 17:
        vendor.delete_at(last)
    elif kind < 18:
        vendor.replace()
    else:
        vendor.synchronize(random.randint(1, 6))


async def random_hunt(random: Random, habits: Habits) -> Hunt:
    """Play one hunt to its end."""
    count = random.choice((0, 1, 2, 5, 15, 40))
    ids = set(random.sample(range(1, 2 * count + 1), count))
    vendor = Vendor(habits, random, ids)
    hunt = Hunt(vendor, random_reading(random, habits.order))
    try:
        await _play(hunt, random)
    finally:
        await hunt.close()
    return hunt


async def _play(hunt: Hunt, random: Random) -> None:
    rate, bad = random.choice((0.0, 0.2, 0.5)), random.choice((0.0, 0.0, 0.1))
    for _ in range(random.choice((0, 10, 40, 100))):
        if hunt.ended and random.random() > bad:
            break
        for _ in range(random.choice((0, 0, 1, 3)) if random.random() < rate else 0):
            change(hunt.vendor, random, hunt.last)
        await _step(hunt, random, bad)
    await hunt.finish()


async def _step(hunt: Hunt, random: Random, bad: float) -> None:
    which = random.choice((0, 0, 1, random.randrange(9)))
    if random.random() < bad:
        kind = random.choice(("fail", "leave", "cancel"))
        if kind == "fail":
            hunt.fail(which)
        elif kind == "leave":
            await hunt.leave()
        else:
            await hunt.cancel()
    elif random.random() < 0.3:
        hunt.cut(which)
    else:
        hunt.read(random.choice((1, 2, 5, 1000)))
        await asyncio.sleep(0)
        if random.random() < 0.8:
            hunt.deliver(which)
    await hunt.settle()
