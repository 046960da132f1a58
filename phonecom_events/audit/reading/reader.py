"""From clients to snapshots; what cannot be read becomes part of the snapshot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from attrs import evolve

from ...errors import Forbidden
from ...linq import LinqClient
from ...pagination import Paginator
from ...phonecom import PhoneComClient
from ...phonecom.listing import Collection
from ..slices import Steps, in_slices, parts
from ..snapshot import (
    AccountSnapshot,
    CallbackRow,
    LinqSnapshot,
    ProfileRow,
    Reading,
)
from .listing import OnRows, Reader, ignore_rows, kept
from .one_by_one import read_one_by_one, refused
from .overview import NestedItems
from .saved import NOT_SAVED, SavedReading

T = TypeVar("T")
U = TypeVar("U")

# Lists are asked for in the order that the server keeps by default: named in the
# request, the scan can be proven even if the answer does not echo it.
_ORDER: Final = "desc"


async def read_account(
    phonecom: PhoneComClient,
    voip_id: int,
    *,
    include_subaccounts: bool = False,
    on_rows: OnRows = ignore_rows,
    saved: SavedReading = NOT_SAVED,
) -> AccountSnapshot:
    """Read all that the checks look at in one account, a listing at a time.

    What others hang on comes first: profiles, callbacks, then the overview of
    listeners. So a listener that is created meanwhile brings its callback along,
    and none is taken for unused that was only not yet in use.

    Args:
        phonecom: used, not closed.
        voip_id: of the account.
        include_subaccounts: read them too, in the same listings.
        on_rows: called after each page.
        saved: what was read of it by an earlier process, and where to keep more.

    Raises:
        SessionClosed, InvalidArgument: the client cannot be used at all.
    """
    paging: dict[str, Any] = {"order": _ORDER}
    if include_subaccounts:
        paging["include_subaccounts"] = True
    reader, account = Reader(voip_id, on_rows, saved=saved), phonecom.account(voip_id)

    def listed(
        resource: str, collection: Collection[T], keep: Callable[[T], U]
    ) -> Paginator[U]:
        return kept(collection, keep, **paging, resume=reader.resume(resource))

    profiles = await reader.read(
        "profiles", listed("profiles", account.profiles, ProfileRow.of)
    )
    callbacks = await reader.read(
        "callbacks", listed("callbacks", account.callbacks, CallbackRow.of)
    )
    links = NestedItems(await _ids(callbacks), await _ids(profiles))
    overview = listed("listeners", account.overview, links.row)
    listeners = await reader.read_as(
        "listeners", overview, links.listener, nested=links
    )
    snapshot = AccountSnapshot(
        voip_id=voip_id,
        listeners=listeners,
        callbacks=callbacks,
        profiles=profiles,
    )
    if reader.found and refused(listeners):
        snapshot = await read_one_by_one(phonecom, snapshot, reader, saved, **paging)
    else:
        snapshot = evolve(
            snapshot,
            listeners=await in_slices(links.recovered(listeners, callbacks, profiles)),
            linked=links.callbacks,
            linked_profiles=frozenset(links.profiles),
        )
    return evolve(snapshot, clock_ahead=reader.clock_ahead)


async def read_linq(linq: LinqClient, *, on_rows: OnRows = ignore_rows) -> LinqSnapshot:
    """Read Linq's webhook subscriptions, and what they can name, if any does.

    Raises:
        SessionClosed, InvalidArgument: the client cannot be used at all.
    """
    reader = Reader(None, on_rows)
    subscriptions = await reader.read(
        "webhook_subscriptions", linq.webhook_subscriptions.list(odd_rows="report")
    )
    snapshot = LinqSnapshot(subscriptions=subscriptions)
    if any(each.subscribed_events for each in subscriptions.items):
        offered = linq.webhook_events.list(odd_rows="report")
        types = await reader.read("event_types", offered)
        snapshot = evolve(snapshot, event_types=_dispensable(types))
    if any(each.phone_numbers for each in subscriptions.items):
        assigned = linq.phone_numbers.list(odd_rows="report")
        numbers = await reader.read("phone_numbers", assigned)
        snapshot = evolve(snapshot, phone_numbers=_dispensable(numbers))
    return snapshot


async def _ids(reading: Reading[Any]) -> dict[int, None]:
    """Return the ids of what was read; as keys, which no collection goes through."""

    def ids() -> Steps[dict[int, None]]:
        found: dict[int, None] = {}
        for rows in parts(reading.items):
            found.update({row.id: None for row in rows})
            yield
        return found

    return await in_slices(ids())


def _dispensable(reading: Reading[T]) -> Reading[T]:
    """Let a listing that the key may not read be no error: most checks need none."""
    if isinstance(reading.error, Forbidden):
        return evolve(reading, error=None, refused=reading.error)
    return reading
