"""A vendor's listing that may do all that one under limit and offset may do.

Each of its habits is drawn once, as `Habits`; what is drawn for each answer is how
many rows a page may have, what `total` is, which replica answers, and whether the
listing is in order.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from random import Random

from attrs import define, field, frozen

from phonecom_events.http import Response
from phonecom_events.pagination import Order, Page

from .listing import Row, odd_row

# What `proven` assumes, and this vendor may break so that no answer tells.
SILENTLY_SHORT = "a page was short, and neither `limit` nor `total` told"
SILENTLY_DISORDERED = "rows were out of order, but not those of one page"
SILENTLY_REVERSED = "the order was not as it was said to be, and no page had two rows"


@frozen(kw_only=True)
class Habits:
    """Describe a vendor.

    Attributes:
        order: of ids.
        claims: how the answers say that they are sorted; None for not at all.
        limit_echo: how the answers give `limit`: ``"given"`` is as the page was cut,
            ``"asked"`` as it was asked for.
        totals: how often of a hundred `total` is right, wrong, and left out.
        caps: the most rows of a page, drawn anew for each; None for no limit.
        lag: how often of a hundred the second replica answers, which is behind.
        disorder: how often of a hundred the listing is out of order.
        shift: how often of a hundred a page begins somewhere else than asked for.
        heeds_limit: else a page has twice the rows asked for.
        odd: how many of a hundred rows are odd.
    """

    order: Order = "desc"
    claims: Order | None = "desc"
    limit_echo: str | None = "given"
    totals: tuple[int, int, int] = (1, 0, 0)
    caps: tuple[int | None, ...] = (None,)
    lag: int = 0
    disorder: int = 0
    shift: int = 0
    heeds_limit: bool = True
    odd: int = 0


def random_habits(random: Random) -> Habits:
    """Draw a vendor; most have one or two bad habits, few have all."""
    order: Order = random.choice(("asc", "desc"))
    other: Order = "asc" if order == "desc" else "desc"
    return Habits(
        order=order,
        claims=random.choice((*[order] * 12, other, None)),
        limit_echo=random.choice(("given", "given", "given", "asked", None)),
        totals=random.choice(((1, 0, 0), (1, 0, 0), (0, 0, 1), (2, 1, 1), (0, 1, 0))),
        caps=random.choice(
            ((None,), (None,), (None, 1), (3,), (1, 2, 3, 5), (2, None, 7), (1,))
        ),
        lag=random.choice((0, 0, 30, 50)),
        disorder=random.choice((0, 0, 0, 2, 10)),
        shift=random.choice((0, 0, 0, 0, 10)),
        heeds_limit=random.random() > 0.03,
        odd=random.choice((0, 0, 5, 40)),
    )


@frozen(kw_only=True)
class Answer:
    """Hold a page, and what it was cut from.

    Attributes:
        page: as the scan gets it.
        state: the ids that were there, in order.
        start: where in it the page begins.
        broken: what it breaks of that which `proven` assumes, unnoticeably.
    """

    page: Page[Row]
    state: Sequence[int]
    start: int
    broken: AbstractSet[str]


@define
class Vendor:
    """Serve rows from two replicas; what changes in one does so in the other later.

    Attributes:
        always: the ids that were there whenever an answer was made; None before the
            first.
        left_out: those before the offset at which the scan began.
        broken: what was broken of that which `proven` assumes, unnoticeably.
        most: the most rows that a page had.
    """

    habits: Habits
    random: Random
    ids: set[int]
    always: set[int] | None = None
    left_out: set[int] = field(factory=set)
    broken: set[str] = field(factory=set)
    most: int = 0
    _behind: set[int] = field(init=False)
    _due: deque[tuple[int, bool]] = field(factory=deque)
    _gone: list[int] = field(factory=list)
    _newest: int = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._behind = set(self.ids)
        # Ids have gaps, into which rows may come.
        self._newest = max(self.ids, default=0)

    def insert(self) -> None:
        """Create the newest row."""
        self._newest += self.random.randint(1, 3)
        self._put(self._newest)

    def insert_between(self) -> None:
        """Create a row whose id was never used, or was long ago."""
        self._put(self.random.randint(1, max(self._newest, 1)))

    def insert_again(self) -> None:
        """Bring a row back, or give its id to another."""
        if self._gone:
            self._put(self.random.choice(self._gone))

    def delete(self, count: int = 1) -> None:
        """Delete so many neighbours."""
        ids = sorted(self.ids)
        start = self.random.randrange(len(ids) or 1)
        for id_ in ids[start : start + count]:
            self._drop(id_)

    def delete_at(self, id_: int | None) -> None:
        """Delete that row, if it is there."""
        if id_ in self.ids:
            self._drop(id_)

    def replace(self) -> None:
        """Delete a row and create another with its id at once."""
        if self.ids:
            id_ = self.random.choice(sorted(self.ids))
            self._drop(id_)
            self._put(id_)

    def synchronize(self, most: int = 100) -> None:
        """Let the second replica come nearer to the first."""
        for _ in range(min(most, len(self._due))):
            id_, there = self._due.popleft()
            if there:
                self._behind.add(id_)
            else:
                self._behind.discard(id_)

    def _put(self, id_: int) -> None:
        self.ids.add(id_)
        self._due.append((id_, True))

    def _drop(self, id_: int) -> None:
        self.ids.discard(id_)
        self._gone.append(id_)
        self._due.append((id_, False))

    def _is_odd(self, id_: int) -> bool:
        # The same for one id always, as if drawn.
        return id_ * 37 % 100 < self.habits.odd

    def _often(self, of_a_hundred: int) -> bool:
        return self.random.random() * 100 < of_a_hundred

    def answer(self, limit: int, offset: int) -> Answer:
        """Cut a page as things are now, on one of the replicas."""
        habits, random = self.habits, self.random
        there = self._behind if self._often(habits.lag) else self.ids
        ids = sorted(there, reverse=habits.order == "desc")
        most = random.choice(habits.caps)
        given = limit if most is None else min(limit, most)
        start = offset
        if offset and self._often(habits.shift):
            start = random.randint(max(0, offset - 3), offset + 3)
        rows = ids[start : start + (given if habits.heeds_limit else 2 * limit)]
        broken = set()
        if self._often(habits.disorder):
            true, rows = rows, self._out_of_order(ids, start, len(rows))
            if rows != true and rows in (sorted(rows), sorted(rows, reverse=True)):
                broken.add(SILENTLY_DISORDERED)
        echoed = {"given": given, "asked": limit, None: None}[habits.limit_echo]
        total = self._total(len(ids))
        told = total is not None and total > offset + len(rows)
        short = len(rows) < min(limit, echoed or limit)
        if short and not told and start + len(rows) < len(ids):
            broken.add(SILENTLY_SHORT)
        page = Page(
            items=[odd_row(id_) if self._is_odd(id_) else Row(id_) for id_ in rows],
            limit=echoed,
            offset=offset,
            total=total,
            sort={"id": habits.claims} if habits.claims else {},
            response=Response(status=200),
        )
        return Answer(page=page, state=ids, start=start, broken=broken)

    def note(self, answer: Answer) -> None:
        """Note that an answer was delivered."""
        if self.always is None:
            self.always = set(answer.state)
            self.left_out = set(answer.state[: answer.start])
        else:
            self.always.intersection_update(answer.state)
        self.broken |= answer.broken
        self.most = max(self.most, len(answer.page))

    def _out_of_order(self, ids: list[int], start: int, count: int) -> list[int]:
        """Return a page of the listing in another order, which may not show."""
        others = list(ids)
        kind = self.random.choice(("neighbours", "rows", "all"))
        if kind == "all":
            self.random.shuffle(others)
        elif kind == "rows":
            page = others[start : start + count]
            self.random.shuffle(page)
            others[start : start + count] = page
        elif len(others) > 1:
            place = self.random.randint(max(0, start - 1), start + count)
            place = min(place, len(others) - 2)
            others[place : place + 2] = reversed(others[place : place + 2])
        return others[start : start + count]

    def _total(self, count: int) -> int | None:
        right, wrong, missing = self.habits.totals
        (kind,) = self.random.choices((0, 1, 2), (right, wrong, missing))
        if kind == 1:
            return self.random.choice((0, count // 2, max(0, count - 1), count + 5))
        return count if kind == 0 else None
