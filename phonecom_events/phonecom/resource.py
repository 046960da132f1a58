"""What Phone.com's events resources have in common: integer ids, and listings."""

from __future__ import annotations

from typing import TypeVar, Unpack

from ..pagination import Paginator
from ..resources import Resource, positive_id
from .listing import Listing, Paging

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
