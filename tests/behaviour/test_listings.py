"""What every listing of both vendors has in common."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from phonecom_events import (
    DecodeError,
    InvalidArgument,
    LinqClient,
    OddRow,
    PaginationError,
    Paginator,
    PhoneComClient,
)
from phonecom_events.sandbox import Fault, Sandbox

from .conftest import ACCOUNT, phonecom_client

ADVICE = 'List with odd_rows="report" to read all other rows.'
List = Callable[..., Paginator[Any]]
PhoneComListing = Callable[[PhoneComClient], List]

PHONECOM: dict[str, PhoneComListing] = {
    "accounts": lambda phonecom: phonecom.accounts.list,
    "extensions of account 7": lambda phonecom: phonecom.account(7).extensions.list,
    "listeners of account 7": lambda phonecom: phonecom.account(7).listeners.list,
    "callbacks of account 7": lambda phonecom: phonecom.account(7).callbacks.list,
    "profiles of account 7": lambda phonecom: phonecom.account(7).profiles.list,
    "overview of account 7": lambda phonecom: phonecom.account(7).overview.list,
    "health of callback 5 of account 7": lambda phonecom: partial(
        phonecom.account(7).callbacks.health, 5
    ),
    "subscriptions of listener 9 of account 7": lambda phonecom: (
        phonecom.account(7).listeners.subscriptions(9).list
    ),
    "filters of listener 9 of account 7": lambda phonecom: (
        phonecom.account(7).listeners.filters(9).list
    ),
    "listeners of extension 500 of account 7": lambda phonecom: (
        phonecom.account(7).extension(500).listeners.list
    ),
    "subscriptions of listener 9 of extension 500 of account 7": lambda phonecom: (
        phonecom.account(7).extension(500).listeners.subscriptions(9).list
    ),
}


@pytest.mark.parametrize("name", PHONECOM)
async def test_a_repr_says_what_is_listed(name: str) -> None:
    """What, whose and how many a page; no address, so no token in it either."""
    async with PhoneComClient("made-up-token") as phonecom:
        listing = PHONECOM[name](phonecom)()

    assert repr(listing) == f"<Paginator of {name}, page_size 500>"


async def test_a_repr_shows_no_filter_and_no_resume_token() -> None:
    """Only the page size of all that was asked for is shown."""
    async with PhoneComClient("made-up-token") as phonecom:
        callbacks = phonecom.account(7).callbacks
        token = callbacks.list(name="private").resume
        listing = callbacks.list(name="private", page_size=25, resume=token)

    assert repr(listing) == "<Paginator of callbacks of account 7, page_size 25>"


async def test_the_repr_of_a_listing_without_pages_has_no_page_size() -> None:
    """Linq's listing is one answer, of whoever's the key is."""
    async with LinqClient("made-up-key") as linq:
        listing = linq.webhook_subscriptions.list()

    assert repr(listing) == "<Paginator of webhook subscriptions>"


async def answered(sandbox: Sandbox, list_: List, rows: list[Any]) -> Paginator[Any]:
    """Read a listing whose one page has these rows; odd ones are reported."""
    sandbox.fault(Fault(body={"items": rows, "sort": {"id": "desc"}}))
    listing = list_(odd_rows="report")
    await listing.collect()
    return listing


@pytest.mark.parametrize("name", PHONECOM)
async def test_every_listing_reports_odd_rows(sandbox: Sandbox, name: str) -> None:
    """A row that is no object is odd everywhere; one with an int id is known by it."""
    async with phonecom_client(sandbox) as phonecom:
        listing = await answered(sandbox, PHONECOM[name](phonecom), [None, "x"])

    assert listing.report.odd_rows == (
        OddRow(id=None, problems=listing.report.odd_rows[0].problems, raw=None),
        OddRow(id=None, problems=listing.report.odd_rows[1].problems, raw="x"),
    )
    assert listing.report.odd_rows[1].problems[0].endswith("@ $.items[1]")
    assert listing.report.complete
    assert not listing.report.proven


@pytest.mark.parametrize("name", PHONECOM)
async def test_every_listing_refuses_other_ways_with_odd_rows(name: str) -> None:
    """Before any request."""
    async with PhoneComClient("made-up-token") as phonecom:
        with pytest.raises(InvalidArgument, match="odd_rows must be"):
            PHONECOM[name](phonecom)(odd_rows="skip")
    async with LinqClient("made-up-key") as linq:
        with pytest.raises(InvalidArgument, match="odd_rows must be"):
            linq.webhook_subscriptions.list(odd_rows="skip")  # type: ignore[arg-type]


async def test_three_odd_listeners_hide_none_of_a_thousand(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """The others are read and proven; of the odd ones it is said what is odd."""
    oddities: dict[int, dict[str, Any]] = {
        10: {"created_at": -1},
        500: {"callback_id": "1768"},
        900: {"expires_at": 1735689600000},
    }
    every = [
        sandbox.add_listener(ACCOUNT, **oddities.get(number, {}))
        for number in range(1_000)
    ]
    odd = [every[number] for number in (900, 500, 10)]

    listing = phonecom.account(ACCOUNT).listeners.list(odd_rows="report")
    found = [listener.id async for listener in listing]

    ids = [row["id"] for row in every if row not in odd]
    assert found == ids[::-1]
    assert listing.report.proven
    assert [row.id for row in listing.report.odd_rows] == [row["id"] for row in odd]
    assert [row.raw for row in listing.report.odd_rows] == odd
    problems = [row.problems for row in listing.report.odd_rows]
    assert "milliseconds @ $.items[99].expires_at" in problems[0][0]
    assert "integer, got a string @ $.items[" in problems[1][0]
    assert "].created_at" in problems[2][0]


async def test_an_odd_row_ends_a_listing_with_advice(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """That is the default; the last sentence of the error says how to go on."""
    sandbox.add_listener(ACCOUNT, callback_id="1768")  # type: ignore[arg-type]

    with pytest.raises(DecodeError) as raised:
        await phonecom.account(ACCOUNT).listeners.list()

    assert str(raised.value).endswith(
        "expected an integer, got a string @ $.items[0].callback_id. " + ADVICE
    )
    assert raised.value.path == "$.items[0].callback_id"


@pytest.mark.parametrize("odd_rows", ["raise", "report"])
@pytest.mark.parametrize(
    "body",
    [b"", b"[]", {"items": 5}, {"items": [], "limit": "5"}, b'{"items": [5, '],
)
async def test_an_answer_that_is_no_listing_is_an_error_in_any_case(
    sandbox: Sandbox, phonecom: PhoneComClient, body: object, odd_rows: Any
) -> None:
    """No row is to blame, so there is no advice to leave it out."""
    sandbox.fault(Fault(body=body))

    with pytest.raises(DecodeError) as raised:
        await phonecom.account(ACCOUNT).listeners.list(odd_rows=odd_rows)

    assert "odd_rows" not in str(raised.value)


async def test_what_the_vendor_adds_is_not_odd(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """Fields that are not known here pass, beside an odd row as well."""
    good = {"id": 9, "voip_id": 1, "version": "3", "callback_id": 5, "created_at": 5}
    listing = await answered(
        sandbox,
        phonecom.account(ACCOUNT).listeners.list,
        [{**good, "new": [1]}, {**good, "id": 8, "voip_id": "1", "new": {}}],
    )

    assert listing.report.items == 1
    assert [row.id for row in listing.report.odd_rows] == [8]
    assert listing.report.proven


@pytest.mark.parametrize("id_", [True, "9", 9.0, None, [9]])
async def test_an_id_of_another_type_is_none(
    sandbox: Sandbox, phonecom: PhoneComClient, id_: Any
) -> None:
    """It identifies nothing, and the scan says so."""
    listing = await answered(
        sandbox, phonecom.account(ACCOUNT).listeners.list, [{"id": id_}]
    )

    assert [row.id for row in listing.report.odd_rows] == [None]
    assert "no id" in listing.report.reason


async def test_no_repr_shows_what_an_odd_row_holds(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """A header's value is in its raw JSON, and nowhere else."""
    headers = [{"name": "X-Whatever", "value": "hunter2"}]
    config = {"url": "https://example.org", "headers": headers, "timeout": "soon"}
    sandbox.add_callback(ACCOUNT, config=config)
    listing = phonecom.account(ACCOUNT).callbacks.list(odd_rows="report")

    page = await listing

    (row,) = listing.report.odd_rows
    assert row.raw["config"]["headers"] == headers
    for shown in (row, row.problems, page, page.odd_rows, listing, listing.report):
        assert "hunter2" not in repr(shown)


async def test_an_odd_subscription_of_linq_is_reported(
    sandbox: Sandbox, linq: LinqClient
) -> None:
    """Its id is text; one whole answer is proven all the same."""
    subscriptions = [
        sandbox.add_linq_subscription(f"https://a.example/{n}") for n in "abc"
    ]
    subscriptions[1]["created_at"] = 5
    sandbox.fault(Fault(body={"subscriptions": subscriptions}, times=2))
    listing = linq.webhook_subscriptions.list(odd_rows="report")

    found = await listing.collect()

    assert [item.id for item in found] == [
        subscriptions[0]["id"],
        subscriptions[2]["id"],
    ]
    (row,) = listing.report.odd_rows
    assert (row.id, row.raw) == (subscriptions[1]["id"], subscriptions[1])
    assert row.problems[0].endswith("@ $.subscriptions[1].created_at")
    assert listing.report.proven
    with pytest.raises(DecodeError, match=r"created_at\. List with odd_rows"):
        await linq.webhook_subscriptions.list()


@pytest.mark.parametrize("page_size", [2, 5])
async def test_a_vendor_that_ignores_offset_is_noticed(page_size: int) -> None:
    """Within four requests, by name."""
    async with (
        Sandbox(ignore_offset=True) as sandbox,
        phonecom_client(sandbox) as client,
    ):
        sandbox.add_account(ACCOUNT)
        for _ in range(60):
            sandbox.add_listener(ACCOUNT)
        with pytest.raises(PaginationError, match="`offset` has no effect"):
            await client.account(ACCOUNT).listeners.list(page_size=page_size).collect()

        assert len(sandbox.requests) <= 4


async def test_a_vendor_that_ignores_limit_is_noticed() -> None:
    """Every listener comes once, and the report says why it is not proven."""
    async with (
        Sandbox(ignore_limit=True) as sandbox,
        phonecom_client(sandbox) as client,
    ):
        sandbox.add_account(ACCOUNT)
        ids = [sandbox.add_listener(ACCOUNT)["id"] for _ in range(60)]
        listing = client.account(ACCOUNT).listeners.list(page_size=7)

        assert [each.id for each in await listing.collect()] == ids[::-1]
        assert "`limit` has no effect" in listing.report.reason
        assert len(sandbox.requests) <= 4
