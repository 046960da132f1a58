"""Phone.com's listings: what can be asked of every one, and how they answer.

A listing takes ``limit`` (1…500), ``offset``, ``sort[id]``, ``filters[…]`` and
``include_subaccounts``; its answer echoes them beside ``items``. ``offset`` and
``total`` may be null or absent, ``filters`` and ``sort`` may be ``[]``.

What Phone.com's events resources have in common: integer ids, and listings.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Literal, TypedDict, TypeVar, Unpack
from urllib.parse import urlencode

from attrs import frozen
from msgspec import Struct

from ..http import Response
from ..pagination import Page, Paginator
from ..resources import Resource, positive_id
from ..session import Session
from .conditions import Condition, condition_text

T = TypeVar("T")

Order = Literal["asc", "desc"]


class _Windows(TypedDict, total=False):
    page_size: int
    offset: int
    max_items: int | None
    prefetch: int
    resume: str | None


class Paging(_Windows, total=False):
    """The arguments that every listing takes.

    Keys:
        page_size: rows to ask for at once, 1…500; 500 if not given.
        offset: rows to pass over at the start.
        max_items: stop after so many.
        prefetch: pages to ask for ahead.
        resume: the token of a scan that was left, to go on after its last item.
        order: by id, ``"asc"`` or ``"desc"``; as the server likes if not given.
        include_subaccounts: list what belongs to subaccounts, too; an item's own
            `voip_id` says whose it is.
    """

    order: Order | None
    include_subaccounts: bool


@frozen(kw_only=True)
class ListAnswer(Generic[T]):
    """Hold the answer of a listing as it stands on the wire."""

    items: tuple[T, ...]
    limit: int | None = None
    offset: int | None = None
    total: int | None = None
    sort: Any = None
    filters: Any = None

    def page(self, response: Response) -> Page[T]:
        """Return it as a page."""
        return Page(
            items=self.items,
            limit=self.limit,
            offset=self.offset,
            total=self.total,
            sort=self.sort if isinstance(self.sort, dict) else {},
            filters=self.filters if isinstance(self.filters, dict) else {},
            response=response,
        )


class Listing(Struct, Generic[T], frozen=True, kw_only=True):
    """Say where a listing is, and what its items are.

    Attributes:
        kind: the class of an item.
        path: percent-encoded, from the base URL on.
        endpoint: the path's template.
        account: whose rate limits it counts in.
        key: reads the id of an item; None for its attribute `id`.
    """

    session: Session
    kind: Any
    path: str
    endpoint: str
    account: str | None
    key: Callable[[T], object] | None = None

    def paginator(
        self,
        filters: dict[str, str],
        *,
        order: Order | None = None,
        include_subaccounts: bool = False,
        **windows: Unpack[_Windows],
    ) -> Paginator[T]:
        """Return the listing as something to await or iterate over; no I/O."""
        query = {f"filters[{name}]": text for name, text in filters.items()}
        if order is not None:
            query["sort[id]"] = order
        if include_subaccounts:
            query["include_subaccounts"] = "1"

        same = urlencode(query)

        async def fetch(limit: int, offset: int) -> Page[T]:
            window = f"limit={limit}&offset={offset}"
            answer, response = await self.session.fetch(
                ListAnswer[self.kind],  # type: ignore[name-defined]
                "GET",
                self.path,
                endpoint=self.endpoint,
                account=self.account,
                query=f"{window}&{same}" if same else window,
            )
            return answer.page(response)

        return Paginator(
            fetch,
            order=order,
            key=self.key,
            fingerprint=f"{self.path}?{same}",
            **windows,
        )


def conditions(**given: Condition | str | int | None) -> dict[str, str]:
    """Write the filters that are given; an id, or a condition on one, is checked.

    Raises:
        InvalidArgument: a value that no such field has.
    """
    return {
        name: condition_text(name, _checked(name, value))
        for name, value in given.items()
        if value is not None
    }


def _checked(name: str, value: Condition | str | int) -> Condition | str | int:
    if name.endswith("_id") and not isinstance(value, Condition):
        return positive_id(name, value)
    return value


M = TypeVar("M")


class Collection(Resource[M]):
    """List a collection; what more can be done with it is the subclass's to say."""

    def _list(self, filters: dict[str, str], **paging: Unpack[Paging]) -> Paginator[M]:
        listing: Listing[M] = Listing(
            session=self._session,
            kind=self.model,
            path=self._path,
            endpoint=self._template,
            account=self._account,
        )
        return listing.paginator(filters, **paging)


class EventsResource(Collection[M]):
    """Read and write one of the collections under ``integrations/events``."""

    async def get(self, item_id: int) -> M:
        """Return the item with this id; `NotFound` if there is none."""
        return await self._item("GET", segment(item_id))

    async def delete(self, item_id: int) -> None:
        """Delete the item with this id.

        Raises:
            NotFound: there is none.
            Conflict: something else still uses it.
        """
        await self._delete(segment(item_id))


def segment(item_id: int) -> str:
    """Return an id as a segment of a path, if it is one."""
    return str(positive_id("id", item_id))
