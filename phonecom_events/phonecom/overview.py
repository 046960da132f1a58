"""The overview: listeners with all that hangs on them, in one listing.

It gives a listener's callback, that one's profile and fallback, and the listener's
subscriptions, and can create all of them in one request.
https://apidocs.phone.com/reference (events-overview)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar, Unpack

from attrs import asdict, field, frozen

from ..converter import UnixTime, shared, wire  # noqa: F401 annotates what is inherited
from ..errors import InvalidArgument
from ..pagination import Paginator
from ..reconcile import Likeness, Row
from ..resources import UNSET, Unset, positive_id, wire_body
from .callback_config import (
    CallbackConfig,
    CallbackMode,
    mode_of,
)
from .callbacks import Callback, callback_body
from .listener_filters import (
    ListenerFilter,
    ListenerFilters,
    NumberFilter,
    ScheduleFilter,
    type_of,
)
from .listeners import AccountListeners, Listener, Listeners
from .listing import Collection, Paging
from .profiles import Profile
from .subscriptions import Subscription


@frozen(kw_only=True)
class OverviewCallback(Callback):
    """Describe a callback with what hangs on it.

    Attributes:
        profile: None if it has none, or one that does not exist any more.
        fallback: None likewise.
    """

    profile: Profile | None = field(default=None, metadata=wire(":profile"))
    fallback: Callback | None = field(default=None, metadata=wire(":fallback"))


@frozen(kw_only=True)
class OverviewListener(Listener):
    """Describe a listener with what hangs on it.

    Attributes:
        callback: None if it does not exist any more.
        subscriptions: empty if the listener hears nothing.
        filters: None where the overview does not give them.
    """

    callback: OverviewCallback | None = field(
        default=None, metadata=wire(":callback") | shared()
    )
    subscriptions: tuple[Subscription, ...] = field(metadata=wire(":subscriptions"))
    filters: tuple[ListenerFilter, ...] | None = field(
        default=None, metadata=wire(":filters")
    )


@frozen(kw_only=True)
class NewProfile:
    """Describe a profile to create along with a callback."""

    name: str
    support_email: str  # null is in samples of answers, but the OpenAPI takes none


@frozen(kw_only=True)
class NewCallback:
    """Describe a callback to create along with a listener.

    Attributes:
        config: as in `Callbacks.create`.
        mode: None for the one that the config is for.
        profile: to create, too; or give `profile_id` for one that exists.
    """

    config: CallbackConfig | Mapping[str, Any]
    mode: CallbackMode | str | None = None
    name: str | None = None
    enabled: bool = True
    profile: NewProfile | None = field(default=None, metadata=wire(":profile"))
    profile_id: int | None = None
    fallback_callback_id: int | None = None


@frozen(kw_only=True)
class NewFilter:
    """Describe a filter to create along with a listener.

    Attributes:
        filter_value: what to match.
        not_logic: pass on what does not match.
    """

    filter_value: NumberFilter | ScheduleFilter
    not_logic: bool = False


class Overview(Collection[OverviewListener]):
    """List listeners with all that hangs on them, and create all of it at once."""

    model = OverviewListener
    collection = "overview"
    defaults: ClassVar[Mapping[str, Any]] = Listeners.defaults

    async def create(
        self,
        *,
        subscriptions: Iterable[Iterable[str]],
        callback_id: int | None = None,
        callback: NewCallback | None = None,
        version: str | Unset = UNSET,
        expires_at: datetime | None | Unset = UNSET,
        filters: Iterable[NewFilter] = (),
        reconcile: bool = False,
    ) -> OverviewListener:
        """Create a listener with its subscriptions, and perhaps its callback.

        Whether a failure in the middle leaves some of it behind is not
        documented.

        Args:
            subscriptions: the tags of each, at least one.
            callback_id: a callback that exists; or else
            callback: one to create, too.
            version: of the events; ``2.0.0`` by the server's default.
            expires_at: aware; sent as whole seconds. None for never.
            filters: to create, too.
            reconcile: after an ambiguous end look what became of it, and send it again
                if nothing did, as `phonecom_events.reconcile` says. Costs a request
                more, to read what exists before. All parts are judged together: a
                listener that has only some of them may still be on its way, and ends
                in `OutcomeUnknown`. A callback that a failure in the middle left
                without a listener is not looked for.

        Raises:
            InvalidArgument: neither or both of the callbacks, or no subscription.
            OutcomeUnknown: it may or may not have been created; with `reconcile`,
                only if that cannot be told.
        """
        if (callback_id is None) == (callback is None):
            raise InvalidArgument("give either callback_id or callback, not both")
        body = self._body({"version": version, "expires_at": expires_at})
        # The page's list of fields has no colon here; its example and the OpenAPI do.
        body[":subscriptions"] = [
            self._wire(Subscription, {"tags": tags}) for tags in subscriptions
        ]
        if not body[":subscriptions"]:
            raise InvalidArgument("subscriptions: at least one is needed")
        if callback is not None:
            body[":callback"] = self._new_callback(callback)
        else:
            body["callback_id"] = positive_id("callback_id", callback_id)
        written = [self._new_filter(each) for each in filters]
        if written:
            body[":filters"] = written
        return await self._post(OverviewListener, body, reconcile=reconcile)

    async def _likeness(self, body: Mapping[str, Any], row: Row) -> Likeness:
        like = await super()._likeness(body, row)
        # The vendor's sample of an overview has no filters, so they are read apart. For
        # an extension's listeners there is no such call, and it stays unsure.
        apart = ":filters" in body and ":filters" not in row
        if (
            like is not Likeness.UNSURE
            or not apart
            or self._scope.extension is not None
        ):
            return like
        listeners = AccountListeners(self._session, self._scope)
        listing = listeners.filters(row["id"])._raw_rows()  # noqa: SLF001 - of ours
        filters = await listing.collect()
        defaults = ListenerFilters.defaults
        whole = {**row, ":filters": [{**defaults, **each} for each in filters]}
        return await super()._likeness(body, whole)

    def list(self, **paging: Unpack[Paging]) -> Paginator[OverviewListener]:
        """List the listeners; see `Paginator` and, for the arguments, `Paging`."""
        return self._list({}, **paging)

    def _new_callback(self, new: NewCallback) -> dict[str, Any]:
        given = asdict(new, recurse=False)
        profile = given.pop("profile")
        # Of a new callback, null and nothing mean the same.
        given = {name: value for name, value in given.items() if value is not None}
        if "mode" not in given:
            given["mode"] = mode_of(new.config) or UNSET
        body = callback_body(self._session.converter, given)
        if profile is not None:
            body[":profile"] = self._wire(NewProfile, asdict(profile))
        return body

    def _new_filter(self, new: NewFilter) -> dict[str, Any]:
        given = {"filter_type": type_of(new.filter_value)}
        return self._wire(ListenerFilter, given | asdict(new, recurse=False))

    def _wire(self, model: type[Any], given: dict[str, Any]) -> dict[str, Any]:
        return wire_body(self._session.converter, model, given)
