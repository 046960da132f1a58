"""Linq's webhook subscriptions.

https://docs.linqapp.com (webhook subscriptions). The listing includes the inactive
ones.

Delivery affinity (linq-python 0.65): where a subscription names a header for a routing
token, the receiver answers with a token, and Linq sends it along with further events
of the same chat, so that a load balancer can have them where the chat is.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar
from urllib.parse import quote

from attrs import field, frozen

from ..converter import IsoTime
from ..display.shown import Shown
from ..errors import InvalidArgument
from ..lazy import LazyModule
from ..resources import UNSET, Unset
from .event_types import WebhookEventType
from .listing import UnpagedResource

if TYPE_CHECKING:
    from .. import reconcile as reconcile_module
else:
    reconcile_module = LazyModule("..reconcile", __package__)

_log: Final = logging.getLogger("phonecom_events.linq")
_UNQUOTED: Final = re.compile(r"[A-Za-z0-9_-]+")
# RFC 9110, section 5.1: a token. The vendor documents no other rule.
_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")

T = TypeVar("T")
K = TypeVar("K")


@frozen(kw_only=True)
class WebhookSubscription(Shown):
    """Describe a webhook subscription.

    Attributes:
        id: its id, text of any form.
        target_url: where events are delivered.
        subscribed_events: members of `WebhookEventType`, or strings for types
            that are not known here.
        is_active: whether events are delivered at all.
        created_at, updated_at: in UTC.
        phone_numbers: E.164, those whose events are delivered; None or empty for
            all.
        routing_key_header: the header with the routing token, sent along with
            deliveries and read from the answers to them; None for no affinity.
        routing_id_header: the header with the id of the chat, by which a delivery
            can be routed before there is a token; None for Linq's default,
            ``Linq-Chat-Id``. Linq ignores it without `routing_key_header`.
    """

    id: str
    target_url: str
    subscribed_events: tuple[WebhookEventType | str, ...]
    is_active: bool
    created_at: IsoTime
    updated_at: IsoTime
    phone_numbers: tuple[str, ...] | None = None
    routing_key_header: str | None = None
    routing_id_header: str | None = None


@frozen(kw_only=True)
class CreatedWebhookSubscription(WebhookSubscription):
    """Describe a subscription just created, with the secret of its deliveries.

    Attributes:
        signing_secret: shown this once; it can neither be read nor changed later.
            No repr shows it. Keep it now, or delete the subscription and create
            it anew. None if the answer was lost, and the subscription found in the
            listing.
    """

    signing_secret: str | None = field(repr=False)


@frozen(kw_only=True)
class _Listing(Generic[T]):
    subscriptions: tuple[T, ...]


class WebhookSubscriptions(UnpagedResource[WebhookSubscription]):
    """Read and write the webhook subscriptions of the API key's owner.

    The listing has the inactive ones, too.
    """

    model = WebhookSubscription
    collection = "webhook-subscriptions"
    answer = _Listing
    rows = "subscriptions"

    async def get(self, subscription_id: str) -> WebhookSubscription:
        """Return the subscription with this id; `NotFound` if there is none."""
        return await self._item("GET", _segment(subscription_id))

    async def get_raw(self, subscription_id: str) -> Any:
        """Return the subscription as plain JSON values, if it is not as documented."""
        return await self._raw(_segment(subscription_id))

    async def create(
        self,
        *,
        target_url: str,
        subscribed_events: Iterable[str],
        phone_numbers: Iterable[str] | Unset = UNSET,
        routing_key_header: str | Unset = UNSET,
        routing_id_header: str | Unset = UNSET,
        reconcile: bool = False,
    ) -> CreatedWebhookSubscription:
        """Create a subscription; the answer alone holds its signing secret.

        Args:
            target_url: https, and no other subscription's; a query such as
                ``?line=1`` makes it another. ``?version=2026-02-03`` pins the
                form of the events.
            subscribed_events: `WebhookEventType` members or strings.
            phone_numbers: E.164, to have only their events delivered.
            routing_key_header: the name of a header, to have delivery affinity.
            routing_id_header: another than ``Linq-Chat-Id``, for the chat's id.
            reconcile: after an ambiguous end look what became of it, and send it again
                if nothing did, as `phonecom_events.reconcile` says. Costs a request
                more, to read what exists before. One that is found in the listing has
                None for its secret, which the log warns of.

        Raises:
            InvalidArgument: the name of a header is none, or `routing_id_header` is
                given alone: Linq would ignore it.
            OutcomeUnknown: it may have been created; the secret is then lost. With
                `reconcile`, only if that cannot be told.
        """
        given: dict[str, object] = {
            "target_url": target_url,
            "subscribed_events": subscribed_events,
            "phone_numbers": phone_numbers,
            "routing_key_header": routing_key_header,
            "routing_id_header": routing_id_header,
        }
        _check_headers(given, without_key=not isinstance(routing_key_header, str))
        body = self._body(given)
        return await self._post(CreatedWebhookSubscription, body, reconcile=reconcile)

    async def update(
        self,
        subscription_id: str,
        *,
        target_url: str | Unset = UNSET,
        subscribed_events: Iterable[str] | Unset = UNSET,
        phone_numbers: Iterable[str] | None | Unset = UNSET,
        is_active: bool | Unset = UNSET,
        routing_key_header: str | None | Unset = UNSET,
        routing_id_header: str | None | Unset = UNSET,
    ) -> WebhookSubscription:
        """Change what is given, and return the subscription.

        It is a PUT, but one that leaves alone what is not in it. The log warns if
        the subscription then has a `routing_id_header` that Linq ignores.

        Args:
            phone_numbers: None or empty to have all numbers' events delivered.
            routing_key_header: None to have no affinity, and let Linq forget the
                tokens that it has.
            routing_id_header: None for ``Linq-Chat-Id``.

        Raises:
            InvalidArgument: nothing is given, the name of a header is none, or
                `routing_id_header` is given with None for `routing_key_header`.
        """
        given: dict[str, object] = {
            "target_url": target_url,
            "subscribed_events": subscribed_events,
            "phone_numbers": phone_numbers,
            "is_active": is_active,
            "routing_key_header": routing_key_header,
            "routing_id_header": routing_id_header,
        }
        # Alone, the header for the id may well go with a key that is there already.
        _check_headers(given, without_key=routing_key_header is None)
        updated = await self._update("PUT", _segment(subscription_id), **given)
        told = routing_key_header is not UNSET or routing_id_header is not UNSET
        if told and updated.routing_id_header and not updated.routing_key_header:
            _log.warning("webhook subscription %s: %s", updated.id, _IGNORED)
        return updated

    def _found(self, kind: type[K], row: reconcile_module.Row) -> K:
        _log.warning(
            "webhook subscription %s was created, but its signing secret is lost with"
            " the answer: delete it and create it anew to verify its deliveries",
            row["id"],
        )
        return super()._found(kind, {**row, "signing_secret": None})

    async def delete(self, subscription_id: str) -> None:
        """Delete the subscription with this id; `NotFound` if there is none."""
        await self._delete(_segment(subscription_id))


_IGNORED: Final = "Linq ignores routing_id_header where there is no routing_key_header"


def is_header_name(text: str) -> bool:
    """Tell whether a header can be called so."""
    return _HEADER_NAME.fullmatch(text) is not None


def _check_headers(given: Mapping[str, object], *, without_key: bool) -> None:
    for field_name in ("routing_key_header", "routing_id_header"):
        value = given[field_name]
        if isinstance(value, str) and not is_header_name(value):
            raise InvalidArgument(f"{field_name}: {value!r} is no name of a header")
    if without_key and isinstance(given["routing_id_header"], str):
        raise InvalidArgument(_IGNORED)


def _segment(subscription_id: str) -> str:
    """Quote an id whole, so that it stays one segment of the path."""
    # Linq's own are UUIDs, and quoting takes as long as making the request's headers.
    if isinstance(subscription_id, str) and _UNQUOTED.fullmatch(subscription_id):
        return subscription_id
    if not isinstance(subscription_id, str) or not subscription_id.strip():
        raise InvalidArgument("the subscription id must be a string that is not empty")
    if subscription_id in (".", ".."):
        raise InvalidArgument(f"{subscription_id!r} is no subscription id")
    try:
        return quote(subscription_id, safe="")
    except UnicodeEncodeError:
        pass
    raise InvalidArgument("the subscription id has a character that no URL can have")
