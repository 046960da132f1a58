"""Linq's webhook subscriptions.

https://docs.linqapp.com (webhook subscriptions). The listing is one answer, with
no pages, and includes the inactive ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Generic, TypeVar
from urllib.parse import quote

from attrs import field, frozen

from ..converter import IsoTime
from ..errors import InvalidArgument
from ..pagination import OddRows, Page, Paginator
from ..resources import UNSET, Resource, Unset
from ..rows import read_rows
from .event_types import WebhookEventType

T = TypeVar("T")


@frozen(kw_only=True)
class WebhookSubscription:
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
    """

    id: str
    target_url: str
    subscribed_events: tuple[WebhookEventType | str, ...]
    is_active: bool
    created_at: IsoTime
    updated_at: IsoTime
    phone_numbers: tuple[str, ...] | None = None


@frozen(kw_only=True)
class CreatedWebhookSubscription(WebhookSubscription):
    """Describe a subscription just created, with the secret of its deliveries.

    Attributes:
        signing_secret: shown this once; it can neither be read nor changed later.
            No repr shows it. Keep it now, or delete the subscription and create
            it anew.
    """

    signing_secret: str = field(repr=False)


@frozen(kw_only=True)
class _Listing(Generic[T]):
    subscriptions: tuple[T, ...]


class WebhookSubscriptions(Resource[WebhookSubscription]):
    """Read and write the webhook subscriptions of the API key's owner."""

    model = WebhookSubscription
    collection = "webhook-subscriptions"

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
    ) -> CreatedWebhookSubscription:
        """Create a subscription; the answer alone holds its signing secret.

        Args:
            target_url: https, and no other subscription's; a query such as
                ``?line=1`` makes it another. ``?version=2026-02-03`` pins the
                form of the events.
            subscribed_events: `WebhookEventType` members or strings.
            phone_numbers: E.164, to have only their events delivered.

        Raises:
            OutcomeUnknown: it may have been created; the secret is then lost.
        """
        body = self._body(
            {
                "target_url": target_url,
                "subscribed_events": subscribed_events,
                "phone_numbers": phone_numbers,
            }
        )
        return await self._answer(CreatedWebhookSubscription, "POST", body=body)

    async def update(
        self,
        subscription_id: str,
        *,
        target_url: str | Unset = UNSET,
        subscribed_events: Iterable[str] | Unset = UNSET,
        phone_numbers: Iterable[str] | None | Unset = UNSET,
        is_active: bool | Unset = UNSET,
    ) -> WebhookSubscription:
        """Change what is given, and return the subscription.

        It is a PUT, but one that leaves alone what is not in it.

        Args:
            phone_numbers: None or empty to have all numbers' events delivered.

        Raises:
            InvalidArgument: nothing is given.
        """
        return await self._update(
            "PUT",
            _segment(subscription_id),
            target_url=target_url,
            subscribed_events=subscribed_events,
            phone_numbers=phone_numbers,
            is_active=is_active,
        )

    async def delete(self, subscription_id: str) -> None:
        """Delete the subscription with this id; `NotFound` if there is none."""
        await self._delete(_segment(subscription_id))

    def list(
        self, *, max_items: int | None = None, odd_rows: OddRows = "raise"
    ) -> Paginator[WebhookSubscription]:
        """List all subscriptions, inactive ones too, from one answer.

        Args:
            max_items: stop after so many.
            odd_rows: what becomes of a row that is not as documented: ``"raise"`` ends
                the scan with a `DecodeError`, ``"report"`` leaves it out, and puts it
                into the paginator's report.
        """

        async def fetch(limit: int, offset: int) -> Page[WebhookSubscription]:
            del limit, offset
            response = await self._session.request(
                "GET", self._path, endpoint=self._template, account=self._account
            )
            listing: _Listing[WebhookSubscription] = read_rows(
                self._session,
                response,
                self._path,
                answer=_Listing,
                row=WebhookSubscription,
                field="subscriptions",
                id_type=str,
                odd_rows=odd_rows,
            )
            return Page(items=listing.subscriptions, response=response)

        return Paginator(
            fetch, max_items=max_items, paged=False, name=self._name, odd_rows=odd_rows
        )


def _segment(subscription_id: str) -> str:
    """Quote an id whole, so that it stays one segment of the path."""
    if not isinstance(subscription_id, str) or not subscription_id.strip():
        raise InvalidArgument("the subscription id must be a string that is not empty")
    if subscription_id in (".", ".."):
        raise InvalidArgument(f"{subscription_id!r} is no subscription id")
    try:
        return quote(subscription_id, safe="")
    except UnicodeEncodeError:
        pass
    raise InvalidArgument("the subscription id has a character that no URL can have")
