"""What is in use in an account: listeners that live, and what they lead to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from ...phonecom import Callback, Listener
from ..findings import Place
from ..options import AuditOptions
from ..snapshot import AccountSnapshot, HeardListener

_USE_UNKNOWN: Final = (
    "; whether it is in use is not known, as not every listener could be read"
)


def is_over(listener: Listener, now: datetime) -> bool:
    """Tell whether a listener has expired."""
    return listener.expires_at is not None and listener.expires_at <= now


def unexpired(
    account: AccountSnapshot, options: AuditOptions
) -> Iterator[HeardListener]:
    """Go through the listeners that have not expired."""
    for listener in account.listeners.items:
        if not is_over(listener, options.now):
            yield listener


def callbacks_in_use(
    account: AccountSnapshot, options: AuditOptions
) -> Iterator[tuple[Callback, str]]:
    """Go through the callbacks that events come to, or may come to.

    Those that an unexpired listener names, and all that are a fallback. If not every
    listener could be read, any other may be in use as well.

    Yields:
        Each callback, and what to add to a reason that rests on its use: nothing
        where that is known.
    """
    named = {listener.callback_id for listener in unexpired(account, options)}
    in_use = named | fallbacks(account)
    for callback in account.own_callbacks:
        if callback.id in in_use:
            yield callback, ""
        elif not account.listeners.every_row:
            yield callback, _USE_UNKNOWN


def fallbacks(account: AccountSnapshot) -> set[int]:
    """Return the ids of the callbacks that are another one's fallback."""
    return {
        callback.fallback_callback_id
        for callback in account.own_callbacks
        if callback.fallback_callback_id
        and callback.fallback_callback_id != callback.id
    }


def at_listener(listener: Listener) -> Place:
    """Return the place of a finding about a listener."""
    return Place(
        kind="listener",
        id=listener.id,
        account=listener.voip_id,
        extension=listener.extension_id,
    )


def at_callback(callback: Callback) -> Place:
    """Return the place of a finding about a callback."""
    return Place(
        kind="callback",
        id=callback.id,
        account=callback.voip_id,
        extension=callback.extension_id,
    )
