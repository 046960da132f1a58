"""What Phone.com's resources have in common: integer ids, and listings.

How a listing answers is in `pages.py`; by which rule it tells what became of a create
that nobody answered, in `reconcile`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal, TypedDict, TypeVar, Unpack
from urllib.parse import urlencode

from ..errors import PaginationError
from ..lazy import LazyModule
from ..pagination import OddRows, Paginator
from ..pagination.counters import UNFINISHED
from ..pagination.options import MAX_PAGE_SIZE
from ..resources import Resource, positive_id
from .conditions import Condition, condition_text
from .pages import Listing

if TYPE_CHECKING:
    from .. import reconcile as reconcile_module
else:
    reconcile_module = LazyModule("..reconcile", __package__)

T = TypeVar("T")
K = TypeVar("K")
M = TypeVar("M")

# Newest first, the row of a create is among the first few.
_NEWEST_ROWS: Final = 100

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
        telemetry=listing.session.scan_telemetry(listing.endpoint),
        model=listing.kind,
        waits=listing.waits,
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
        listing: Listing[M] = self._listing(self.model, key=None)
        return paginator(listing, filters, **paging)

    def _raw_rows(
        self, *, order: Order | None = None, page_size: int = MAX_PAGE_SIZE
    ) -> Paginator[dict[str, Any]]:
        """List the rows as plain JSON values, whatever is in them.

        What is no object is left out, and put into the paginator's report.
        """
        listing: Listing[dict[str, Any]] = self._listing(
            dict[str, Any], key=lambda row: row.get("id")
        )
        return paginator(
            listing, {}, odd_rows="report", order=order, page_size=page_size
        )

    def _list_kept(
        self,
        keep: Callable[[M], K],
        *,
        order: Order | None = None,
        include_subaccounts: bool = False,
        resume: str | None = None,
    ) -> Paginator[K]:
        """List what is kept of each item; odd rows are reported.

        Of a large listing, where models have no use of their own, this leaves nothing
        for the garbage collector, and never keeps the event loop for long.

        Args:
            keep: makes it of an item, with the same `id`; also for rows that the scan
                then drops as known.
        """
        listing: Listing[K] = self._listing(self.model, key=None, keep=keep)
        return paginator(
            listing,
            {},
            odd_rows="report",
            order=order,
            include_subaccounts=include_subaccounts,
            resume=resume,
        )

    def _listing(
        self,
        kind: Any,
        key: Callable[[T], object] | None,
        keep: Callable[[Any], T] | None = None,
    ) -> Listing[T]:
        return Listing(
            session=self._session,
            kind=kind,
            name=self._name,
            path=self._path,
            endpoint=self._template,
            account=self._account,
            key=key,
            keep=keep,
        )

    def _how_to_look(self, segment: str = "") -> str:
        if segment:
            return f"await {self._expression}.get({segment})"
        return f'await {self._expression}.list(order="desc", max_items=10).collect()'

    async def _known(self) -> reconcile_module.Known:
        """Read the newest id; or all ids, if the server does not sort by them.

        Two rows are asked for, since one alone is in any order.
        """
        newest = self._raw_rows(order="desc", page_size=2)
        page = await newest
        ids = [row.get("id") for row in page]
        if not ids or (newest.report.order == "desc" and page.sort.get("id") != "asc"):
            return positive_id("id", ids[0]) if ids else 0
        every = self._raw_rows()
        ids = [row.get("id") async for row in every]
        _check_proven(every)
        return frozenset(positive_id("id", id_) for id_ in ids)

    async def _new_rows(
        self, known: reconcile_module.Known
    ) -> list[tuple[reconcile_module.Id, reconcile_module.Row]]:
        by_order = isinstance(known, int)
        rows: list[tuple[reconcile_module.Id, reconcile_module.Row]] = []
        listing = self._raw_rows(
            order="desc" if by_order else None, page_size=_NEWEST_ROWS
        )
        async for row in listing:
            id_ = row.get("id")
            if type(id_) is int and reconcile_module.is_new(known, id_):
                rows.append((id_, row))
            elif by_order:
                # All that follow are older. What can be wrong is known by now.
                _check_proven(listing, cut=True)
                return rows
        _check_proven(listing)
        return rows

    async def _likeness(
        self, body: Mapping[str, Any], row: reconcile_module.Row
    ) -> reconcile_module.Likeness:
        assert self._account
        # A whole account's listing has the rows of its extensions, too.
        expected = {
            "voip_id": int(self._account),
            "extension_id": self._scope.extension,
        }
        return reconcile_module.likeness(
            body, row, defaults=self.defaults, expected=expected
        )


def _check_proven(listing: Paginator[Any], *, cut: bool = False) -> None:
    """Raise if rows may be missing, or are no rows at all.

    Args:
        listing: that has been read.
        cut: it was left before its end, which alone is no harm.
    """
    report = listing.report
    doubt = report.reason
    if cut and report.order == "desc" and doubt == UNFINISHED:
        doubt = ""
    if report.odd_row_count:
        doubt = doubt or "a row is no object"
    if doubt:
        raise PaginationError(
            f"the listing cannot be proven to be whole: {doubt}", report=report
        )


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
