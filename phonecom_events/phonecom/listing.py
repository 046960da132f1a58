"""What Phone.com's resources have in common: integer ids, and listings.

How a listing answers is in `pages.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Literal, TypedDict, TypeVar, Unpack
from urllib.parse import urlencode

from ..pagination import OddRows, Paginator
from ..resources import Resource, positive_id
from .conditions import Condition, condition_text
from .pages import Listing

T = TypeVar("T")
M = TypeVar("M")

Order = Literal["asc", "desc"]


class _Scanning(TypedDict, total=False):
    page_size: int
    offset: int
    max_items: int | None
    prefetch: int | None
    resume: str | None
    odd_rows: OddRows


class Paging(_Scanning, total=False):
    """The arguments that every listing takes.

    Keys:
        page_size: rows to ask for at once, 1…500; 500 if not given.
        offset: rows to pass over at the start.
        max_items: stop after so many.
        prefetch: pages to ask for ahead; 0 for none. If not given or None, one, once
            the second page has been asked for.
        resume: the token of a scan that was left, to go on after its last item.
        odd_rows: what becomes of a row that is not as documented: ``"raise"``, the
            default, ends the scan with a `DecodeError`; ``"report"`` leaves it out,
            and puts it into the paginator's report.
        order: by id, ``"asc"`` or ``"desc"``; as the server likes if not given.
        include_subaccounts: list what belongs to subaccounts, too; an item's own
            `voip_id` says whose it is.
    """

    order: Order | None
    include_subaccounts: bool


def paginator(
    listing: Listing[T],
    filters: Mapping[str, str],
    *,
    order: Order | None = None,
    include_subaccounts: bool = False,
    **scanning: Unpack[_Scanning],
) -> Paginator[T]:
    """Return a listing as something to await or iterate over; no I/O."""
    given = {f"filters[{name}]": text for name, text in filters.items()}
    if order is not None:
        given["sort[id]"] = order
    if include_subaccounts:
        given["include_subaccounts"] = "1"
    query = urlencode(given)
    return Paginator(
        partial(listing.page, query, scanning.get("odd_rows", "raise")),
        order=order,
        key=listing.key,
        name=listing.name,
        fingerprint=f"{listing.path}?{query}",
        **scanning,
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


class Collection(Resource[M]):
    """List a collection; what more can be done with it is the subclass's to say."""

    def _list(
        self, filters: Mapping[str, str], **paging: Unpack[Paging]
    ) -> Paginator[M]:
        listing: Listing[M] = Listing(
            session=self._session,
            kind=self.model,
            name=self._name,
            path=self._path,
            endpoint=self._template,
            account=self._account,
        )
        return paginator(listing, filters, **paging)


class EventsResource(Collection[M]):
    """Read and write one of the collections under ``integrations/events``."""

    async def get(self, item_id: int) -> M:
        """Return the item with this id; `NotFound` if there is none."""
        return await self._item("GET", segment(item_id))

    async def get_raw(self, item_id: int) -> Any:
        """Return the item as plain JSON values, for one that is not as documented."""
        return await self._raw(segment(item_id))

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
