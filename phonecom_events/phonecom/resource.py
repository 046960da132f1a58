"""What Phone.com's events resources have in common: integer ids, limit/offset pages.

A listing takes ``limit`` (1…500), ``offset``, ``sort[id]``, ``filters[…]`` and
``include_subaccounts``; its answer echoes them beside ``items``. ``offset`` and
``total`` may be null or absent, ``filters`` and ``sort`` may be ``[]``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, Literal, TypedDict, TypeVar, Unpack

from attrs import frozen

from ..pagination import Page, Paginator
from ..resources import Resource, positive_id

M = TypeVar("M")

Order = Literal["asc", "desc"]


class _Windows(TypedDict, total=False):
    page_size: int
    offset: int
    max_items: int | None
    prefetch: int


class Paging(_Windows, total=False):
    """The arguments that every listing takes.

    Keys:
        page_size: rows to ask for at once, 1…500; 500 if not given.
        offset: rows to pass over at the start.
        max_items: stop after so many.
        prefetch: pages to ask for ahead.
        order: by id, ``"asc"`` or ``"desc"``; as the server likes if not given.
    """

    order: Order | None


@frozen(kw_only=True)
class ListAnswer(Generic[M]):
    """Hold the answer of a listing as it stands on the wire."""

    items: tuple[M, ...]
    limit: int | None = None
    offset: int | None = None
    total: int | None = None
    sort: Any = None
    filters: Any = None


class EventsResource(Resource[M]):
    """Read and write one of the collections under ``integrations/events``."""

    async def get(self, item_id: int) -> M:
        """Return the item with this id; `NotFound` if there is none."""
        return await self._item("GET", _segment(item_id))

    async def delete(self, item_id: int) -> None:
        """Delete the item with this id.

        Raises:
            NotFound: there is none.
            Conflict: something else still uses it.
        """
        await self._delete(_segment(item_id))

    def _list(
        self,
        filters: Mapping[str, str],
        *,
        order: Order | None = None,
        **paging: Unpack[_Windows],
    ) -> Paginator[M]:
        query = {f"filters[{name}]": text for name, text in filters.items()}
        if order is not None:
            query["sort[id]"] = order

        async def fetch(limit: int, offset: int) -> Page[M]:
            answer, response = await self._session.fetch(
                ListAnswer[self.model],  # type: ignore[name-defined]
                "GET",
                self._path,
                endpoint=self._template,
                account=self._account,
                query={"limit": str(limit), "offset": str(offset), **query},
            )
            return Page(
                items=answer.items,
                limit=answer.limit,
                offset=answer.offset,
                total=answer.total,
                sort=_mapping(answer.sort),
                filters=_mapping(answer.filters),
                response=response,
            )

        return Paginator(fetch, order=order, **paging)


def id_filter(name: str, value: int | None) -> dict[str, str]:
    """Return the filter of a listing by the id of something else, if given."""
    return {} if value is None else {name: str(positive_id(name, value))}


def _segment(item_id: int) -> str:
    return str(positive_id("id", item_id))


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
