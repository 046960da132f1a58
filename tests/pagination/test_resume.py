"""Going on where another scan stopped."""

from __future__ import annotations

import base64
import json
import os
import pickle
import re
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from phonecom_events.errors import ConnectionLost, InvalidArgument, PaginationError
from phonecom_events.pagination import Order, Page, Paginator
from phonecom_events.pagination.options import PagingOptions
from phonecom_events.pagination.progress import Progress
from phonecom_events.pagination.resume import Cursor, read_token, write_token

from .history import DEPTHS
from .listing import Listing, Row, gather, listing

KILLS = int(os.environ.get("PHONECOM_EVENTS_HISTORIES", "1000")) // 4


async def test_a_scan_killed_at_any_row_goes_on_exactly_there() -> None:
    """The rows before and after a kill are together those of one scan."""
    random = Random("kills")
    for _ in range(KILLS):
        count = random.randint(1, 120)
        order: Order = random.choice(("asc", "desc"))
        server = listing(count, order)
        settings = {
            "page_size": random.choice((1, 2, 3, 10, 500)),
            "prefetch": random.choice(DEPTHS),
            "order": random.choice((None, order)),
            "max_items": random.choice((None, random.randint(0, count + 5))),
        }
        whole = await Paginator(server.fetch, **settings).collect()

        parts: list[Row] = []
        first = Paginator(server.fetch, **settings)
        kill = random.randint(1, count)
        async for row in first:
            parts.append(row)
            if len(parts) == kill:
                break
        second = Paginator(server.fetch, **settings, resume=first.resume)
        parts += await second.collect()

        assert parts == whole, settings
        assert second.report.proven


async def test_a_token_works_in_another_process() -> None:
    """Nothing but the text is needed."""
    items = aiter(paginator := Paginator(listing(9).fetch, page_size=4))
    for _ in range(6):
        await anext(items)
    program = (
        "import asyncio, sys\n"
        "from phonecom_events.pagination import Paginator\n"
        "from tests.pagination.listing import listing\n"
        "scan = Paginator(listing(9).fetch, resume=sys.argv[1])\n"
        "print([row.id for row in asyncio.run(scan.collect())])\n"
    )

    done = subprocess.run(  # noqa: ASYNC221, S603
        [sys.executable, "-c", program, str(paginator.resume)],
        capture_output=True,
        cwd=Path(__file__).parents[2],
        text=True,
        check=True,
    )

    assert json.loads(done.stdout) == [3, 2, 1]


async def test_each_page_has_the_token_to_go_on_after_it() -> None:
    """So has a page that was awaited."""
    server = listing(10)
    pages = [page async for page in Paginator(server.fetch, page_size=4).pages()]
    for number, page in enumerate(pages, 1):
        rest = await Paginator(server.fetch, resume=page.resume).collect()
        assert rest == [row for later in pages[number:] for row in later]

    page = await Paginator(server.fetch, page_size=4, offset=2)
    rest = await Paginator(server.fetch, resume=page.resume).collect()
    assert [row.id for row in rest] == [4, 3, 2, 1]


async def test_a_resumed_scan_asks_for_two_rows_at_least() -> None:
    """One of them is known already; one alone would bring nothing new."""
    server = listing(4)
    page = await Paginator(server.fetch, page_size=1)

    await Paginator(server.fetch, page_size=1, resume=page.resume)

    assert server.requests == [(1, 0), (2, 0)]


async def test_awaiting_with_a_token_gives_the_next_page() -> None:
    """That page has new rows alone; at the end it has none."""
    server = listing(10)
    page = await Paginator(server.fetch, page_size=4)
    seen = [*page]
    while page:
        page = await Paginator(server.fetch, page_size=4, resume=page.resume)
        seen += page

    assert [row.id for row in seen] == list(range(10, 0, -1))
    assert page.total == 10


async def test_an_error_has_the_token_to_go_on() -> None:
    """It points after the last row the caller had, and survives pickling."""
    server = listing(10)

    async def fetch(limit: int, offset: int) -> Page[Row]:
        if offset > 3:
            raise ConnectionLost("cut")
        return await server.fetch(limit, offset)

    seen: list[Row] = []
    with pytest.raises(ConnectionLost) as caught:
        await gather(Paginator(fetch, page_size=4, prefetch=4), seen)
    error = pickle.loads(pickle.dumps(caught.value))
    rest = await Paginator(server.fetch, resume=error.resume).collect()

    assert [row.id for row in [*seen, *rest]] == list(range(10, 0, -1))
    assert error == caught.value


class Count(int):
    """A subclass of int, as libraries of numbers and enumerations have."""


async def test_numbers_and_texts_may_be_of_a_subclass() -> None:
    """What a token is made of is plain, whatever the arguments were."""
    order = type("Text", (str,), {})("desc")
    plain = Paginator(listing(9, "desc").fetch, order="desc", offset=2, max_items=3)
    odd = Paginator(
        listing(9, "desc").fetch, order=order, offset=Count(2), max_items=Count(3)
    )
    assert odd.resume == plain.resume
    assert await odd.collect() == await plain.collect()
    assert odd.resume == plain.resume


async def test_a_scan_that_gave_up_can_be_resumed() -> None:
    """A PaginationError has a token too."""
    server = listing(10)

    async def broken(limit: int, _: int) -> Page[Row]:
        return await server.fetch(min(limit, 4), 0)

    with pytest.raises(PaginationError) as caught:
        await gather(Paginator(broken, page_size=4), [])
    token = caught.value.resume  # type: ignore[attr-defined]
    rest = await Paginator(server.fetch, resume=token).collect()

    assert [row.id for row in rest] == [6, 5, 4, 3, 2, 1]


async def test_a_list_that_failed_is_resumed_at_its_start() -> None:
    """No row of it reached the caller, however many pages had been read."""
    server = listing(10)

    async def fetch(limit: int, offset: int) -> Page[Row]:
        if offset > 6:
            raise ConnectionLost("cut")
        return await server.fetch(limit, offset)

    paginator = Paginator(fetch, page_size=4, offset=1)
    with pytest.raises(ConnectionLost) as caught:
        await paginator.collect()
    token = caught.value.resume  # type: ignore[attr-defined]
    rest = await Paginator(server.fetch, resume=token).collect()

    assert token == paginator.resume
    assert [row.id for row in rest] == list(range(9, 0, -1))


async def test_other_exceptions_are_left_alone() -> None:
    """Only our own errors are added to."""

    async def fetch(limit: int, offset: int) -> Page[Row]:
        raise KeyError(limit, offset)

    with pytest.raises(KeyError) as caught:
        await Paginator(fetch).collect()

    assert not hasattr(caught.value, "resume")


async def test_a_scan_that_had_no_row_is_resumed_at_its_start() -> None:
    """The offset and the number of items wanted are kept."""
    server = listing(10)
    paginator = Paginator(server.fetch, offset=3, max_items=2)

    again = Paginator(server.fetch, resume=paginator.resume)

    assert [row.id for row in await again.collect()] == [7, 6]


async def test_what_is_left_of_max_items_is_kept() -> None:
    """A resumed scan ends where the first would have, or sooner if told so."""
    server = listing(10)
    items = aiter(paginator := Paginator(server.fetch, page_size=4, max_items=6))
    await anext(items)

    for most, left in ((None, 5), (6, 5), (2, 2), (0, 0)):
        again = Paginator(server.fetch, resume=paginator.resume, max_items=most)
        assert len(await again.collect()) == left


def test_rows_that_were_not_handed_out_come_again() -> None:
    """A token points after the last row the caller had, not the last one read."""
    progress: Progress[str] = Progress(PagingOptions(offset=3, max_items=9))
    progress.offer("abc", ids=[6, 5, 4], after=Cursor(offset=6, last=4, left=6))

    assert progress.cursor == Cursor(offset=3, left=9)
    next(progress.rows)
    assert progress.cursor == Cursor(offset=4, last=6, left=8)
    assert list(progress.rows) == ["b", "c"]
    assert progress.cursor == Cursor(offset=6, last=4, left=6)


async def test_after_the_end_only_what_was_added_comes() -> None:
    """The token of a finished scan follows a listing that grows at its end."""
    server = listing(5, "asc")
    paginator = Paginator(server.fetch, page_size=2)
    await paginator.collect()

    assert await Paginator(server.fetch, resume=paginator.resume).collect() == []
    server.ids += [6, 7]
    rest = await Paginator(server.fetch, resume=paginator.resume).collect()
    assert [row.id for row in rest] == [6, 7]


async def test_rows_that_are_counted_are_resumed_by_count() -> None:
    """The second scan starts at the right row, and claims no more than the first."""
    server = listing(9, echo=frozenset())
    items = aiter(paginator := Paginator(server.fetch, page_size=4))
    for _ in range(5):
        await anext(items)
    server.echo = frozenset({"sort"})
    again = Paginator(server.fetch, resume=paginator.resume)

    assert [row.id for row in await again.collect()] == [4, 3, 2, 1]
    assert again.report.order is None
    assert not again.report.proven
    assert "goes on from" in again.report.reason


async def test_a_listing_without_pages_has_no_token() -> None:
    """It is one answer; there is nothing to go on with, nor from."""
    paginator = Paginator(listing(3).fetch, paged=False)
    page = await paginator

    assert page.resume is None
    assert paginator.resume is None
    with pytest.raises(InvalidArgument, match="resume"):
        Paginator(listing(3).fetch, paged=False, resume="x")


async def test_a_token_is_small_and_fit_for_urls() -> None:
    """Letters, digits, minus and underscore; it shows no filter's value."""
    paginator = Paginator(
        listing(10**5).fetch, fingerprint="/listeners?name=private", max_items=10**6
    )
    await paginator

    assert re.fullmatch(r"[A-Za-z0-9_-]{1,100}", str(paginator.resume))
    assert b"private" not in base64.urlsafe_b64decode(f"{paginator.resume}==")


def token(content: object) -> str:
    """Write what might be a token."""
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


GOOD = json.loads(
    base64.urlsafe_b64decode(f"{Paginator(Listing([]).fetch, order='asc').resume}==")
)


LISTING = "asc "


def test_a_token_put_together_by_hand_is_accepted() -> None:
    """This shows that the wrong ones below are refused for what is wrong with them."""
    assert Paginator(Listing([]).fetch, order="asc", resume=token(GOOD)).resume


def test_a_token_of_either_version_is_read() -> None:
    """The first says all that most scans need, and is written for them still."""
    first = read_token(token([1, *GOOD[1:4], 7, None, True]), listing=LISTING)
    second = read_token(
        token([2, *GOOD[1:4], 7, None, False, True, 3]), listing=LISTING
    )

    assert first == Cursor(order="asc", offset=7, counting=True, unproven=True)
    assert second == Cursor(order="asc", offset=7, unproven=True, unidentified=3)
    for cursor in (first, second, Cursor(order="asc", last=5, offset=2, left=1)):
        assert (
            read_token(write_token(cursor, listing=LISTING), listing=LISTING) == cursor
        )
    plain = write_token(first, listing=LISTING)
    assert base64.urlsafe_b64decode(f"{plain}==").startswith(b"[1,")


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "garbage",
        "ünïcode",
        5,
        b"e30",
        token({}),
        token([]),
        token(GOOD[:-1]),
        token([*GOOD, 1]),
        token([2, *GOOD[1:]]),
        token([*GOOD[:2], "up", *GOOD[3:]]),
        token([*GOOD[:2], ["asc"], *GOOD[3:]]),
        token([*GOOD[:3], "7", *GOOD[4:]]),
        token([*GOOD[:3], True, *GOOD[4:]]),
        token([*GOOD[:2], None, 7, *GOOD[4:]]),
        token([*GOOD[:4], -1, *GOOD[5:]]),
        token([*GOOD[:4], None, *GOOD[5:]]),
        token([*GOOD[:4], 1.0, *GOOD[5:]]),
        token([*GOOD[:5], -1, *GOOD[6:]]),
        token([*GOOD[:5], False, *GOOD[6:]]),
        token([*GOOD[:6], 0]),
        token([*GOOD, True, 1]),
        token([2, *GOOD[1:], True]),
        token([2, *GOOD[1:], 1, 0]),
        token([2, *GOOD[1:6], True, False, 0]),
        token([2, *GOOD[1:], True, -1]),
        token([2, *GOOD[1:], True, None]),
        token([3, *GOOD[1:], True, 1]),
        token([[1], *GOOD[1:]]),
        token(GOOD)[:-8],
    ],
)
def test_what_is_no_token_is_refused(wrong: str) -> None:
    """An InvalidArgument when built, before any request."""
    with pytest.raises(InvalidArgument, match="not a token"):
        Paginator(Listing([]).fetch, order="asc", resume=wrong)


@pytest.mark.parametrize(
    "other", [{"fingerprint": "b"}, {"fingerprint": "a", "order": "desc"}, {}]
)
def test_a_token_of_another_listing_is_refused(other: dict[str, object]) -> None:
    """Other filters or another order would give rows that do not belong together."""
    given = Paginator(Listing([]).fetch, fingerprint="a").resume

    with pytest.raises(InvalidArgument, match="another listing"):
        Paginator(Listing([]).fetch, resume=given, **other)  # type: ignore[arg-type]
    assert Paginator(Listing([]).fetch, resume=given, fingerprint="a")


def test_a_token_excludes_an_offset() -> None:
    """A scan begins at one place."""
    given = Paginator(Listing([]).fetch).resume

    with pytest.raises(InvalidArgument, match="offset"):
        Paginator(Listing([]).fetch, resume=given, offset=1)
