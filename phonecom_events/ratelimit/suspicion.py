"""Which keys an answer's pause is for: a 429 does not say whose window is full."""

from __future__ import annotations

from typing import Final

from .announcement import Announcement
from .book import Book
from .lanes import Lane

# So many narrower keys at once make the wider one suspect: an account's endpoints
# that were refused within its window, an endpoint's accounts and the address's
# endpoints that are paused at the same time. The last two are shared with
# accounts that may have nothing to do with it, so they take more.
_OF_ACCOUNT: Final = 2
_OF_ENDPOINT: Final = 3
_OF_ADDRESS: Final = 2


def suspects(
    lane: Lane, news: Announcement, until: float, now: float
) -> tuple[Book, ...]:
    """Return the books that may be full, and that are to be paused.

    Pausing too little costs a few more 429 until the wider key is suspect, each
    on a key of its own; pausing too much would let one account hold up others.
    So it is the narrowest key, unless the server names the size of the window.

    Args:
        lane: where the request came from.
        news: what its answer said.
        until: when the pause ends.
        now: the time.
    """
    named = tuple(book for book in lane.books if book.allows(news.limit))
    if len(named) == 1:
        return named
    found = [lane.narrowest]
    if not news.refused:
        return tuple(found)
    account, endpoint, address = lane.account, lane.endpoint, lane.endpoint.address
    if account is not None:
        window = max(until, now + account.book.hold)
        if account.book.complain(endpoint.key, window, now) >= _OF_ACCOUNT:
            found.append(account.book)
        if endpoint.book.complain(account.key, until, now) < _OF_ENDPOINT:
            return tuple(found)
        found.append(endpoint.book)
    if address.book.complain(endpoint.key, until, now) >= _OF_ADDRESS:
        found.append(address.book)
    return tuple(found)
