"""What checks go through in an account, and where findings about it are."""

from __future__ import annotations

from collections.abc import Sequence

from ..findings import Place
from ..snapshot import CallbackRow, HeardListener, ProfileRow
from .index import AccountIndex


def listeners(account: AccountIndex) -> Sequence[HeardListener]:
    """Return all listeners."""
    return account.snapshot.listeners.items


def living(account: AccountIndex) -> Sequence[HeardListener]:
    """Return the listeners that have not expired."""
    return account.living


def in_use(account: AccountIndex) -> Sequence[CallbackRow]:
    """Return the callbacks that events come to, or may come to."""
    return account.in_use


def callbacks(account: AccountIndex) -> Sequence[CallbackRow]:
    """Return the callbacks that were listed."""
    return account.snapshot.callbacks.items


def profiles(account: AccountIndex) -> Sequence[ProfileRow]:
    """Return all profiles."""
    return account.snapshot.profiles.items


def at_listener(listener: HeardListener) -> Place:
    """Return the place of a finding about a listener."""
    return Place(
        kind="listener",
        id=listener.id,
        account=listener.voip_id,
        extension=listener.extension_id,
    )


def at_callback(callback: CallbackRow) -> Place:
    """Return the place of a finding about a callback."""
    return Place(
        kind="callback",
        id=callback.id,
        account=callback.voip_id,
        extension=callback.extension_id,
    )


def at_profile(profile: ProfileRow) -> Place:
    """Return the place of a finding about a profile."""
    return Place(
        kind="profile",
        id=profile.id,
        account=profile.voip_id,
        extension=profile.extension_id,
    )
