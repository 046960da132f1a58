"""Listeners by whose they are: what hangs on one differs.

An account's listeners have filters; an extension's have none, but their
subscriptions can be updated. So it stands in the vendor's OpenAPI.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .listeners import Listeners
from .subscriptions import ExtensionSubscriptions, Subscriptions

if TYPE_CHECKING:
    from .listener_filters import ListenerFilters


class AccountListeners(Listeners):
    """Read and write the listeners of an account, and what hangs on them."""

    def subscriptions(self, listener_id: int) -> Subscriptions:
        """Return the subscriptions of one listener, without I/O."""
        return Subscriptions(self._session, self._below(listener_id))

    def filters(self, listener_id: int) -> ListenerFilters:
        """Return the filters of one listener, without I/O."""
        from .listener_filters import ListenerFilters  # noqa: PLC0415

        return ListenerFilters(self._session, self._below(listener_id))


class ExtensionListeners(Listeners):
    """Read and write the listeners of an extension, and their subscriptions."""

    def subscriptions(self, listener_id: int) -> ExtensionSubscriptions:
        """Return the subscriptions of one listener, without I/O."""
        return ExtensionSubscriptions(self._session, self._below(listener_id))
