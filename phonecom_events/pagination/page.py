"""One page of a listing: its rows, their ids, and what the answer says about them."""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import neg
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, overload

import msgspec
from attrs import field, frozen

from ..http import Response

Order = Literal["asc", "desc"]

# The ids of a page's rows: a list if every row has one, else a tuple with gaps.
Ids = list[int] | tuple[int | None, ...]


@frozen(kw_only=True)
class OddRow:
    """Hold a row that is not as documented.

    Attributes:
        id: the row's, if it has one of the right type, else None.
        problems: one ``what @ path`` each, as of `DecodeError`; paths start at the
            whole answer, as in ``$.items[3].expires_at``.
        raw: the JSON as parsed. No repr shows it, for what a row holds may be
            secret: a callback's headers are.
    """

    id: int | str | None
    problems: tuple[str, ...]
    raw: Any = field(repr=False, hash=False)


def whole_ids(
    rows: Sequence[Any], key: Callable[[Any], object] | None
) -> list[int] | None:
    """Read the ids, or None if one is missing or not an int.

    Args:
        rows: of a page.
        key: reads the id of an item; None for its attribute `id`.
    """
    try:
        ids = [row.id for row in rows] if key is None else list(map(key, rows))
        return msgspec.convert(ids, list[int])
    except (AttributeError, LookupError, msgspec.ValidationError):
        return None


def ids_with_gaps(
    rows: Sequence[Any], key: Callable[[Any], object] | None
) -> Ids | None:
    """Read the ids, with None for an odd row that has none; or None, as `whole_ids`."""
    ids = whole_ids([row for row in rows if not isinstance(row, OddRow)], key)
    if ids is None:
        return None
    of_items = iter(ids)
    every = (row.id if isinstance(row, OddRow) else next(of_items) for row in rows)
    return tuple(id_ if isinstance(id_, int) else None for id_ in every)


def echoed_order(sort: Mapping[str, str]) -> Order | None:
    """Say how an answer claims to be sorted, if that is by id alone."""
    if sort == {"id": "asc"}:
        return "asc"
    return "desc" if sort == {"id": "desc"} else None


def in_order(ids: Sequence[int], order: Order) -> bool:
    """Check that each id comes strictly after the one before it."""
    falling = iter(ids) if order == "desc" else reversed(ids)
    before = next(falling, 0)
    # Half the time of `all(map(gt, …))`, which calls a function for each.
    for id_ in falling:
        if id_ >= before:
            return False
        before = id_
    return True


def rows_up_to(last: int, ids: Sequence[int], order: Order) -> int:
    """Count the ids, which are in order, that come no later than *last*."""
    if order == "asc":
        return bisect_right(ids, last)
    return bisect_right(ids, -last, key=neg)


T = TypeVar("T")


def _as_tuple(items: Iterable[T]) -> tuple[T, ...]:
    # attrs asks a converter for its signature; that of `tuple` itself is a text,
    # and reading it takes 4 ms, a tenth of what importing this package does.
    return tuple(items)


if TYPE_CHECKING:
    _Items = Sequence
else:

    class _Items(Generic[T]):
        """Stand in for a Sequence, which pandas would take for a list of cells."""

        __slots__ = ()


@frozen(kw_only=True)
class Page(_Items[T], Generic[T]):
    """Hold the items of one page; it is a sequence of them.

    Though not by `isinstance`, or ``pandas.DataFrame(page)`` would fail: see
    `phonecom_events.frames.rows`. `items` is, which is a tuple.

    A page that was awaited is as the API gave it. A page of `Paginator.pages` has
    only the items that no page before it had, and may be shorter for it.

    Attributes:
        items: in the listing's order.
        limit, offset: as the answer echoes them; None where it does not.
        total: of the whole listing, as the answer has it. It counts rows at one
            moment, and is never relied on.
        sort: field → ``asc`` or ``desc``, as the answer echoes it.
        filters: as the answer echoes them.
        response: what the page was read from.
        resume: give it to ``list(resume=…)`` to go on after this page.
        odd_rows: those of the answer that are not as documented, and so not among
            the items.
        model: the type of an item, where the listing has told it; frames of no items
            have its columns.
    """

    items: tuple[T, ...] = field(default=(), converter=_as_tuple)
    limit: int | None = None
    offset: int | None = None
    total: int | None = None
    sort: Mapping[str, str] = field(factory=dict)
    filters: Mapping[str, Any] = field(factory=dict)
    response: Response | None = field(default=None, repr=False, eq=False)
    resume: str | None = None
    odd_rows: tuple[OddRow, ...] = ()
    model: Any = field(default=None, eq=False)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[T, ...]: ...
    def __getitem__(self, index: int | slice) -> T | tuple[T, ...]:
        return self.items[index]

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __contains__(self, item: object) -> bool:
        return item in self.items

    def __reversed__(self) -> Iterator[T]:
        return reversed(self.items)

    def index(self, value: Any, start: int = 0, stop: int = sys.maxsize) -> int:
        """Return where an item is first; ValueError if it is not there."""
        return self.items.index(value, start, stop)

    def count(self, value: Any) -> int:
        """Return how often an item is there."""
        return self.items.count(value)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        """Return rows that pandas takes apart: ``pandas.DataFrame(page)``."""
        del dtype, copy  # it is an array of objects, and always new
        from ..frames.rows import array_of  # noqa: PLC0415 only notebooks ask for this

        return array_of(self.items, self.model)

    def __repr__(self) -> str:
        """Say how many items it has, and which of how many; `items` has them."""
        return f"<{type(self).__name__}: {self._summary()}>"

    def _repr_html_(self) -> str:
        """Show the first items as a table; what a repr hides, it hides too."""
        from ..display import html  # noqa: PLC0415 only notebooks ask for this

        table = html.table_of(self.items, self.model)
        return html.block(html.paragraph(self._summary(), muted=True), table)

    def to_pandas(self) -> Any:
        """Return the items as a `pandas.DataFrame`, one column a field.

        Fields of nested models have names such as ``callback.profile.name``; what a
        repr hides, such as the value of a header, is no column. Times are in UTC.

        Raises:
            ImportError: pandas is not installed, which the extra ``notebook`` does.
        """
        from .. import frames  # noqa: PLC0415 only notebooks ask for this

        return frames.to_pandas(self.items, self.model)

    def to_polars(self) -> Any:
        """Return the items as a `polars.DataFrame`, as `to_pandas` does.

        Raises:
            ImportError: polars is not installed.
        """
        from .. import frames  # noqa: PLC0415 only notebooks ask for this

        return frames.to_polars(self.items, self.model)

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """Give the items to what reads Arrow: ``polars.DataFrame(page)``."""
        return self.to_polars().__arrow_c_stream__(requested_schema)

    def _summary(self) -> str:
        from ..display.words import counted, noun_of  # noqa: PLC0415 rarely asked for

        kind = type(self.items[0]) if self.model is None and self.items else self.model
        parts = [counted(len(self.items), noun_of(kind))]
        if self.offset is not None:
            parts.append(f"from {self.offset:,}")
        if self.total is not None:
            parts.append(f"of {self.total:,}")
        odd = len(self.odd_rows)
        return " ".join(parts) + (f", {counted(odd, 'odd row')} beside" if odd else "")
