"""One page of a listing: its rows, their ids, and what the answer says about them.

In a notebook a page is an HTML table; what a repr hides, the table hides too.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import neg
from typing import Any, Final, Generic, Literal, TypeVar, overload

import msgspec
from attrs import Attribute, field, fields, frozen, has

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


_ROWS_SHOWN: Final = 20

_Column = Callable[[Any], str]


def html_table(items: Sequence[object]) -> str:
    """Write the first items, one row each, everything escaped.

    The columns are the fields of the first item's attrs class; items of another
    class get one cell with their repr.
    """
    shown = items[:_ROWS_SHOWN]
    columns = _columns(type(shown[0])) if shown else {}
    kind = type(shown[0]) if columns else None
    parts = ["<table>", _row("th", columns) if columns else ""]
    for item in shown:
        cells = [show(item) for show in columns.values()] if type(item) is kind else []
        parts.append(_row("td", cells or [repr(item)]))
    parts.append("</table>")
    if len(items) > len(shown):
        parts.append(f"<p>… and {len(items) - len(shown)} more</p>")
    return "".join(parts)


def _columns(kind: type) -> Mapping[str, _Column]:
    if not has(kind):
        return {}
    return {
        attribute.name: _column(attribute)
        for attribute in fields(kind)
        if attribute.repr
    }


def _column(attribute: Attribute[Any]) -> _Column:
    show = attribute.repr if callable(attribute.repr) else str
    return lambda item: show(getattr(item, attribute.name))


def _row(cell: str, texts: Iterable[str]) -> str:
    # With a table of all entities, and only notebooks ask for this.
    from html import escape  # noqa: PLC0415

    cells = "".join(f"<{cell}>{escape(text)}</{cell}>" for text in texts)
    return f"<tr>{cells}</tr>"


T = TypeVar("T")


def _as_tuple(items: Iterable[T]) -> tuple[T, ...]:
    # attrs asks a converter for its signature; that of `tuple` itself is a text,
    # and reading it takes 4 ms, a tenth of what importing this package does.
    return tuple(items)


@frozen(kw_only=True)
class Page(Sequence[T], Generic[T]):
    """Hold the items of one page; it is a sequence of them.

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

    def _repr_html_(self) -> str:
        """Show the items as a table in a notebook."""
        return html_table(self.items)
