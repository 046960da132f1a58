"""A listing in memory that is paged by limit and offset, and changes meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, Callable, Iterable
from collections.abc import Set as AbstractSet
from random import Random
from typing import Any

from attrs import define, field, frozen

from phonecom_events.http import Response
from phonecom_events.pagination import OddRow, Order, Page


@frozen
class Row:
    """Stand for any item with an id."""

    id: int
    name: str = ""


@define
class Listing:
    """Serve rows in order of id, as a contiguous slice at one moment.

    Attributes:
        ids: in the listing's order.
        order: of ids.
        echo: what the answers say about themselves.
        requests: every (limit, offset) asked for.
        most: the server's own maximum of rows a page, if it has one.
        odd: the ids of odd rows.
        unidentified: those of them whose id cannot be read.
        pauses: how many turns of the loop pass before and after the slice.
        change: called twice for each request, before and after the slice.
    """

    ids: list[int]
    order: Order = "desc"
    echo: frozenset[str] = frozenset({"sort", "limit", "offset", "total"})
    most: int | None = None
    odd: AbstractSet[int] = frozenset()
    unidentified: AbstractSet[int] = frozenset()
    pauses: Callable[[], int] = int
    change: Callable[[], None] = lambda: None
    requests: list[tuple[int, int]] = field(factory=list)

    async def fetch(self, limit: int, offset: int) -> Page[Row]:
        """Answer one request."""
        self.requests.append((limit, offset))
        await self._pause()
        page = self.page(limit, offset)
        await self._pause()
        return page

    async def _pause(self) -> None:
        self.change()
        for _ in range(self.pauses()):
            await asyncio.sleep(0)

    def page(self, limit: int, offset: int) -> Page[Row]:
        """Cut the slice as things are now."""
        given = limit if self.most is None else min(limit, self.most)
        return Page(
            items=map(self._row, self.ids[offset : offset + given]),
            limit=given if "limit" in self.echo else None,
            offset=offset if "offset" in self.echo else None,
            total=len(self.ids) if "total" in self.echo else None,
            sort={"id": self.order} if "sort" in self.echo else {},
            response=Response(status=200),
        )

    def _row(self, id_: int) -> Row:
        return odd_row(id_, self.unidentified) if id_ in self.odd else Row(id_)


def odd_row(id_: int, unidentified: AbstractSet[int] = frozenset()) -> Any:
    """Make a row that is not as documented; its number is its true id."""
    return OddRow(
        id=None if id_ in unidentified else id_,
        problems=("expected something else @ $.items[0].name",),
        raw={"number": id_},
    )


def rows(ids: Iterable[int]) -> tuple[Row, ...]:
    """Make a row of each id."""
    return tuple(map(Row, ids))


def listing(count: int, order: Order = "desc", **settings: object) -> Listing:
    """Make a listing of ids 1…count."""
    ids = list(range(1, count + 1))
    return Listing(ids=ids if order == "asc" else ids[::-1], order=order, **settings)  # type: ignore[arg-type]


async def turns() -> None:
    """Let the loop turn for as long as a chain of callbacks may need."""
    for _ in range(8):
        await asyncio.sleep(0)


async def gather(items: AsyncIterable[Row], into: list[Row]) -> None:
    """Keep what came, even if an error ends it."""
    async for item in items:
        into.append(item)  # noqa: PERF401


@define
class Churn:
    """Create and delete rows of a listing at random, up to a budget.

    Attributes:
        throughout: the ids that have been there all the time.
        rate: how many changes come at once, at most.
        budget: how many changes there will be in all.
        reader: the id yielded last, so that the anchor of the next page can go.
    """

    listing: Listing
    random: Random
    rate: int
    budget: int
    reader: int | None = None
    throughout: set[int] = field(init=False)
    _gone: list[int] = field(factory=list)
    _newest: int = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.throughout = set(self.listing.ids)
        self._newest = max(self.listing.ids, default=0)

    def __call__(self) -> None:
        for _ in range(self.random.randint(0, self.rate)):
            if self.budget <= 0:
                return
            self.budget -= 1
            self._change()

    def _change(self) -> None:
        kind = self.random.choices(
            ("create", "delete", "anchor", "read", "run", "revive", "wipe"),
            (40, 25, 10, 15, 5, 4, 1),
        )[0]
        ids = self.listing.ids
        if kind == "create":
            self._newest += 1
            self._insert(self._newest)
        elif kind == "revive" and self._gone:
            self._insert(self._gone.pop(self.random.randrange(len(self._gone))))
        elif ids and kind == "delete":
            self._delete(self.random.randrange(len(ids)))
        elif kind == "anchor" and self.reader in ids:
            self._delete(ids.index(self.reader))
        elif ids and kind == "read":
            self._delete(self.random.randint(0, self._read() and self._read() - 1))
        elif ids and kind == "run":
            start = self.random.randrange(len(ids))
            self._delete(start, self.random.randint(1, 12))
        elif kind == "wipe":
            self._delete(self.random.randint(0, 3), len(ids))

    def _read(self) -> int:
        """How many rows come before the one yielded last."""
        if self.reader is None:
            return 0
        sign = 1 if self.listing.order == "asc" else -1
        return sum(sign * id_ < sign * self.reader for id_ in self.listing.ids)

    def _insert(self, id_: int) -> None:
        self.listing.ids.append(id_)
        self.listing.ids.sort(reverse=self.listing.order == "desc")

    def _delete(self, start: int, count: int = 1) -> None:
        gone = self.listing.ids[start : start + count]
        del self.listing.ids[start : start + count]
        self._gone += gone
        self.throughout.difference_update(gone)
