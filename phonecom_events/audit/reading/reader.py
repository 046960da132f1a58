"""From clients to snapshots; what cannot be read becomes part of the snapshot."""

from __future__ import annotations

from typing import Any, Final

from attrs import evolve

from ...linq import LinqClient
from ...phonecom import PhoneComClient
from ..snapshot import AccountSnapshot, LinqSnapshot
from .listing import OnRows, Reader, ignore_rows
from .one_by_one import read_one_by_one, refused
from .overview import NestedItems

# Lists are asked for in the order that the server keeps by default: named in the
# request, the scan can be proven even if the answer does not echo it.
_ORDER: Final = "desc"


async def read_account(
    phonecom: PhoneComClient,
    voip_id: int,
    *,
    include_subaccounts: bool = False,
    on_rows: OnRows = ignore_rows,
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

    Raises:
        SessionClosed, InvalidArgument: the client cannot be used at all.
    """
    paging: dict[str, Any] = {"order": _ORDER, "odd_rows": "report"}
    if include_subaccounts:
        paging["include_subaccounts"] = True
    reader, account = Reader(voip_id, on_rows), phonecom.account(voip_id)
    profiles = await reader.read("profiles", account.profiles.list(**paging))
    callbacks = await reader.read("callbacks", account.callbacks.list(**paging))
    links = NestedItems({callback.id for callback in callbacks.items})
    overview = account.overview.list(**paging)
    listeners = await reader.read_as("listeners", overview, links.listener)
    snapshot = AccountSnapshot(
        voip_id=voip_id,
        listeners=listeners,
        callbacks=callbacks,
        profiles=profiles,
    )
    if reader.found and refused(listeners):
        snapshot = await read_one_by_one(phonecom, snapshot, reader, **paging)
    else:
        snapshot = evolve(
            snapshot,
            listeners=links.recovered(listeners, callbacks, profiles),
            linked=links.callbacks,
            linked_profiles=frozenset(links.profiles),
        )
    return evolve(snapshot, clock_ahead=reader.clock_ahead)


async def read_linq(linq: LinqClient, *, on_rows: OnRows = ignore_rows) -> LinqSnapshot:
    """Read Linq's webhook subscriptions.

    Raises:
        SessionClosed, InvalidArgument: the client cannot be used at all.
    """
    listing = linq.webhook_subscriptions.list(odd_rows="report")
    return LinqSnapshot(
        subscriptions=await Reader(None, on_rows).read("webhook_subscriptions", listing)
    )
