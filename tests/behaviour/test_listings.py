"""What every listing of both vendors has in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from phonecom_events import LinqClient, Paginator, PhoneComClient

PhoneComListing = Callable[[PhoneComClient], Paginator[Any]]

PHONECOM: dict[str, PhoneComListing] = {
    "accounts": lambda phonecom: phonecom.accounts.list(),
    "extensions of account 7": lambda phonecom: phonecom.account(7).extensions.list(),
    "listeners of account 7": lambda phonecom: phonecom.account(7).listeners.list(),
    "callbacks of account 7": lambda phonecom: phonecom.account(7).callbacks.list(),
    "profiles of account 7": lambda phonecom: phonecom.account(7).profiles.list(),
    "overview of account 7": lambda phonecom: phonecom.account(7).overview.list(),
    "health of callback 5 of account 7": lambda phonecom: phonecom.account(
        7
    ).callbacks.health(5),
    "subscriptions of listener 9 of account 7": lambda phonecom: (
        phonecom.account(7).listeners.subscriptions(9).list()
    ),
    "filters of listener 9 of account 7": lambda phonecom: (
        phonecom.account(7).listeners.filters(9).list()
    ),
    "listeners of extension 500 of account 7": lambda phonecom: (
        phonecom.account(7).extension(500).listeners.list()
    ),
    "subscriptions of listener 9 of extension 500 of account 7": lambda phonecom: (
        phonecom.account(7).extension(500).listeners.subscriptions(9).list()
    ),
}


@pytest.mark.parametrize("name", PHONECOM)
async def test_a_repr_says_what_is_listed(name: str) -> None:
    """What, whose and how many a page; no address, so no token in it either."""
    async with PhoneComClient("made-up-token") as phonecom:
        listing = PHONECOM[name](phonecom)

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
