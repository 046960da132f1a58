"""One page of a listing: its rows, and what the answer said about them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar, overload

from attrs import field, frozen

from ..http import Response

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
    """

    items: tuple[T, ...] = field(default=(), converter=_as_tuple)
    limit: int | None = None
    offset: int | None = None
    total: int | None = None
    sort: Mapping[str, str] = field(factory=dict)
    filters: Mapping[str, Any] = field(factory=dict)
    response: Response | None = field(default=None, repr=False, eq=False)
    resume: str | None = None

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
        from .table import html_table  # noqa: PLC0415 only notebooks need it

        return html_table(self.items)
