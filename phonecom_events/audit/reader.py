"""From clients to snapshots; what cannot be read becomes part of the snapshot."""

from __future__ import annotations

from typing import Final, TypeVar

from ..errors import (
    ConnectFailed,
    InvalidArgument,
    NotFound,
    PhonecomEventsError,
    SessionClosed,
    Unauthorized,
)
from ..linq import LinqClient
from ..pagination import Paginator
from ..phonecom import Account
from .snapshot import AccountSnapshot, LinqSnapshot, Reading

T = TypeVar("T")

# What keeps one listing from being read keeps the others of its account, too.
_HOPELESS: Final = (ConnectFailed, NotFound, Unauthorized)


async def read_account(account: Account) -> AccountSnapshot:
    """Read all that the checks look at in one account, a listing at a time.

    Lists are asked for in the order that the server keeps by default: named in
    the request, the scan can be proven even if the answer does not echo it.

    Raises:
        SessionClosed, InvalidArgument: the client cannot be used at all.
    """
    reader = _Reader()
    return AccountSnapshot(
        voip_id=account.voip_id,
        listeners=await reader.read("listeners", account.listeners.list(order="desc")),
        profiles=await reader.read("profiles", account.profiles.list(order="desc")),
    )


async def read_linq(linq: LinqClient) -> LinqSnapshot:
    """Read Linq's webhook subscriptions.

    Raises:
        SessionClosed, InvalidArgument: the client cannot be used at all.
    """
    listing = linq.webhook_subscriptions.list()
    return LinqSnapshot(
        subscriptions=await _Reader().read("webhook_subscriptions", listing)
    )


class _Reader:
    """Read listings one after another, until one says that the rest is hopeless."""

    def __init__(self) -> None:
        self._hopeless: PhonecomEventsError | None = None

    async def read(self, resource: str, listing: Paginator[T]) -> Reading[T]:
        if self._hopeless is not None:
            return Reading(resource=resource, error=self._hopeless)
        items: list[T] = []
        error: PhonecomEventsError | None = None
        try:
            async for page in listing.pages():
                items.extend(page)
        except (SessionClosed, InvalidArgument):
            raise
        except PhonecomEventsError as caught:
            # The frames would keep every page of the listing alive.
            error = caught.with_traceback(None)
        if isinstance(error, _HOPELESS):
            self._hopeless = error
        return Reading(
            resource=resource,
            items=tuple(items),
            report=listing.report,
            error=error,
        )
