"""Listeners: what connects subscriptions to a callback.

What hangs on one differs by whose it is: an account's listeners have filters; an
extension's have none, but their subscriptions can be updated. So the vendor's OpenAPI
has it. https://apidocs.phone.com/reference (events-listeners)
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Unpack

from attrs import frozen

from ..converter import UnixTime
from ..display.shown import Shown
from ..lazy import LazyModule
from ..pagination import Paginator
from ..resources import UNSET, Scope, Unset, positive_id
from .conditions import Condition
from .listing import EventsResource, Paging, conditions, segment

if TYPE_CHECKING:
    from . import listener_filters
    from . import subscriptions as subscriptions_module
else:
    listener_filters = LazyModule(".listener_filters", __package__)
    subscriptions_module = LazyModule(".subscriptions", __package__)


@frozen(kw_only=True)
class Listener(Shown):
    """Describe a listener.

    Attributes:
        id: its id.
        voip_id: the account it belongs to.
        extension_id: the extension it belongs to; None for the whole account.
        version: of the events that it sends; ``2.0.0``, the newest, where the API
            does not say.
        callback_id: the callback that gets the events.
        created_at: in UTC.
        expires_at: in UTC; None for never.
    """

    id: int
    voip_id: int
    extension_id: int | None = None
    version: str = "2.0.0"  # any text: the vendor may add more
    callback_id: int
    created_at: UnixTime
    expires_at: UnixTime | None = None


class Listeners(EventsResource[Listener]):
    """Read and write the listeners of an account or extension.

    A new or changed listener can take up to five minutes to become active.
    """

    model = Listener
    collection = "listeners"
    defaults: ClassVar[Mapping[str, Any]] = MappingProxyType(
        {"version": "2.0.0", "expires_at": None}
    )

    async def create(
        self,
        *,
        callback_id: int,
        version: str | Unset = UNSET,
        expires_at: datetime | None | Unset = UNSET,
        reconcile: bool = False,
    ) -> Listener:
        """Create a listener and return it.

        Sent to the collection: the vendor's older pages print an id in this
        path, where none exists yet; its reference and OpenAPI do not.

        Args:
            callback_id: the callback that gets the events.
            version: of the events; ``2.0.0`` by the server's default.
            expires_at: aware; sent as whole seconds. None for never.
            reconcile: after an ambiguous end look what became of it, and send it again
                if nothing did, as `phonecom_events.reconcile` says. Costs a request
                more, to read what exists before.

        Raises:
            OutcomeUnknown: it may or may not have been created; with `reconcile`,
                only if that cannot be told.
        """
        positive_id("callback_id", callback_id)
        return await self._create(
            callback_id=callback_id,
            version=version,
            expires_at=expires_at,
            reconcile=reconcile,
        )

    async def update(
        self,
        listener_id: int,
        *,
        callback_id: int | Unset = UNSET,
        version: str | Unset = UNSET,
        expires_at: datetime | None | Unset = UNSET,
    ) -> Listener:
        """Change what is given, and return the listener.

        ``expires_at=None`` is sent as null: it never expires. What is not given
        is not sent.

        Raises:
            InvalidArgument: nothing is given.
            OutcomeUnknown: it may or may not have been changed.
        """
        if callback_id is not UNSET:
            positive_id("callback_id", callback_id)
        return await self._update(
            "PATCH",
            segment(listener_id),
            callback_id=callback_id,
            version=version,
            expires_at=expires_at,
        )

    def list(
        self, *, callback_id: int | Condition | None = None, **paging: Unpack[Paging]
    ) -> Paginator[Listener]:
        """List the listeners; see `Paginator` for what can be done with it.

        Args:
            callback_id: only those of this callback; or a condition, such as
                ``one_of(7, 8)``.
            paging: page size, order and the like, see `Paging`.
        """
        return self._list(conditions(callback_id=callback_id), **paging)

    def _below(self, listener_id: int) -> Scope:
        """Return where the paths of what hangs on a listener start."""
        return Scope(
            path=f"{self._path}/{segment(listener_id)}",
            template=f"{self._template}/{{listener_id}}",
            account=self._account,
            extension=self._scope.extension,
            owner=f"listener {listener_id} of {self._scope.owner}",
            expression=f"{self._expression}.{{}}({listener_id})",
        )


class AccountListeners(Listeners):
    """Read and write the listeners of an account, and what hangs on them."""

    def subscriptions(self, listener_id: int) -> subscriptions_module.Subscriptions:
        """Return the subscriptions of one listener, without I/O."""
        return subscriptions_module.Subscriptions(
            self._session, self._below(listener_id)
        )

    def filters(self, listener_id: int) -> listener_filters.ListenerFilters:
        """Return the filters of one listener, without I/O."""
        return listener_filters.ListenerFilters(self._session, self._below(listener_id))


class ExtensionListeners(Listeners):
    """Read and write the listeners of an extension, and their subscriptions."""

    def subscriptions(
        self, listener_id: int
    ) -> subscriptions_module.ExtensionSubscriptions:
        """Return the subscriptions of one listener, without I/O."""
        return subscriptions_module.ExtensionSubscriptions(
            self._session, self._below(listener_id)
        )
