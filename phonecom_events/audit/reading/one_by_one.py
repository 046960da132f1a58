"""The long way to what listeners hear, for where the overview is refused.

It asks for the listeners, and then for the subscriptions of each: for 10,000
listeners 10,000 requests and more, against 20 pages of the overview.
"""

from __future__ import annotations

import logging
from typing import Any, Final

from attrs import evolve
from msgspec.structs import replace

from ...errors import (
    BadRequest,
    DecodeError,
    Forbidden,
    InvalidArgument,
    NotFound,
    PhonecomEventsError,
    ResponseError,
    SessionClosed,
    ValidationFailed,
)
from ...pagination import ScanReport
from ...phonecom import Listener, PhoneComClient
from ..snapshot import AccountSnapshot, CallbackRow, HeardListener, Reading
from .listing import Reader, kept, summed, with_cost
from .overview import TagSets, heard
from .saved import ONE_BY_ONE, HeardBy, ListingState, SavedReading, SavedRows

# An overview in another form than documented helps no more than none.
_REFUSALS: Final = (BadRequest, DecodeError, Forbidden, NotFound, ValidationFailed)
_NOT_OFFERED: Final = frozenset({405, 410, 501})
_NOTHING_YET: Final = ScanReport(complete=True, proven=True, reason="")

_log = logging.getLogger("phonecom_events")


def refused(overview: Reading[Any]) -> bool:
    """Tell whether there is no overview to be had.

    What could pass, or keeps every other request from being answered as well, is no
    refusal: throttling, a server's failure, a lost connection, a wrong token. Rows of
    which each is odd are one: the overview then has another form than documented.
    """
    error = overview.error
    if error is None:
        return bool(overview.report.odd_row_count) and not overview.items
    if isinstance(error, ResponseError) and error.status in _NOT_OFFERED:
        return True
    return isinstance(error, _REFUSALS)


async def read_one_by_one(
    phonecom: PhoneComClient,
    snapshot: AccountSnapshot,
    reader: Reader,
    saved: SavedReading,
    **paging: Any,
) -> AccountSnapshot:
    """Read the listeners again, with their subscriptions, one listener at a time.

    Args:
        phonecom: used, not closed.
        snapshot: what was read of the account; its callbacks and profiles are kept.
        reader: what read that.
        saved: what was read by an earlier process, and where to keep more.
        paging: how to list.

    Raises:
        SessionClosed, InvalidArgument: the client cannot be used at all.
    """
    _log.info(
        "account %d: no overview, so each listener is asked for its subscriptions: %s",
        snapshot.voip_id,
        snapshot.listeners.error or "none of its rows is as documented",
    )
    spent = snapshot.listeners.report
    listing = kept(
        phonecom.account(snapshot.voip_id).listeners,
        _unheard,
        **paging,
        resume=reader.resume(ONE_BY_ONE),
    )
    listed = with_cost(
        await reader.read("listeners", listing, saved_as=ONE_BY_ONE), spent
    )
    listeners, subscriptions = await _with_subscriptions(
        phonecom, listed, reader, saved
    )
    snapshot = evolve(snapshot, listeners=listeners, subscriptions=subscriptions)
    callbacks, linked = await _look_again(phonecom, snapshot)
    return evolve(snapshot, callbacks=callbacks, linked=linked)


def _unheard(listener: Listener) -> HeardListener:
    return heard(listener, None)


async def _with_subscriptions(
    phonecom: PhoneComClient,
    listeners: Reading[HeardListener],
    reader: Reader,
    saved: SavedReading,
) -> tuple[Reading[HeardListener], Reading[Any]]:
    """Read what each listener hears, up to the first error that is no 404."""
    tags, total = TagSets(), _NOTHING_YET
    items = list(listeners.items)
    error: PhonecomEventsError | None = None
    state = saved.state("subscriptions")
    done: dict[int, HeardBy] = {}
    if state is not None:
        total = state.report
        rows = (row for page in saved.pages("subscriptions") for row in page.rows)
        done = {row.listener_id: row for row in rows}
    for index, listener in enumerate(items):
        if listener.id in done:
            items[index] = replace(
                listener, subscriptions=done[listener.id].subscriptions
            )
            continue
        # By the listener's own account: it may be a subaccount's.
        owner = phonecom.account(listener.voip_id).listeners
        listing = owner.subscriptions(listener.id).list(order="desc", odd_rows="report")
        reading = await Reader().read("subscriptions", listing)
        reader.tell("subscriptions", index + 1, len(items))
        heard_tags = None
        if isinstance(reading.error, NotFound):
            # The listener has been deleted since: nothing is missing.
            gone = evolve(reading.report, complete=True, proven=True, reason="")
            total = summed((total, gone))
        else:
            total = summed((total, reading.report))
            error = reading.error
            if error is not None:
                break
            # Of odd rows nothing is known, so no check may say that it is.
            if not reading.report.odd_row_count:
                heard_tags = tags.of(reading.items)
                items[index] = replace(listener, subscriptions=heard_tags)
        row = HeardBy(listener_id=listener.id, subscriptions=heard_tags)
        saved.save("subscriptions", ListingState(report=total), SavedRows(rows=(row,)))
    read: Reading[Any] = Reading(resource="subscriptions", report=total, error=error)
    return evolve(listeners, items=tuple(items)), read


async def _look_again(
    phonecom: PhoneComClient, snapshot: AccountSnapshot
) -> tuple[Reading[CallbackRow], dict[int, CallbackRow]]:
    """Ask for callbacks that listeners name and that were not listed before them.

    One that was made since is not missing.
    """
    owners = {each.callback_id: each.voip_id for each in snapshot.listeners.items}
    known = snapshot.callbacks.odd_ids.union(
        [callback.id for callback in snapshot.callbacks.items]
    )
    # Of a listing that is not whole, no check says that a callback is missing.
    wanted = [each for each in owners if each not in known]
    found: dict[int, CallbackRow] = {}
    error: PhonecomEventsError | None = None
    asked = 0
    for number in wanted if snapshot.callbacks.whole else ():
        asked += 1
        callbacks = phonecom.account(owners[number]).callbacks
        try:
            found[number] = CallbackRow.of(await callbacks.get(number))
        except NotFound:
            continue
        except (SessionClosed, InvalidArgument):
            raise
        except PhonecomEventsError as caught:
            error = caught.with_traceback(None)
            break
    read = with_cost(snapshot.callbacks, ScanReport(requests=asked))
    return evolve(read, error=read.error or error), found
