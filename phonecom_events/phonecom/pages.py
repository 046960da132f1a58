"""One page of a Phone.com listing: how it is asked for, and what its answer holds.

A listing takes ``limit`` (1…500), ``offset``, ``sort[id]``, ``filters[…]`` and
``include_subaccounts``; its answer echoes them beside ``items``. ``offset`` and
``total`` may be null or absent, ``filters`` and ``sort`` may be ``[]``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from attrs import frozen
from msgspec import Struct

from ..http import Response
from ..pagination import OddRows, Page
from ..rows import RowsOf, read_kept_rows, read_rows
from ..session import Session

T = TypeVar("T")


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
            # PHP writes an empty object as a list.
            sort=self.sort if isinstance(self.sort, dict) else {},
            filters=self.filters if isinstance(self.filters, dict) else {},
            response=response,
        )


class Listing(Struct, Generic[T], frozen=True, kw_only=True):
    """Say where a listing is, and what its items are.

    Attributes:
        kind: the class of an item.
        name: what people call it, such as ``listeners of account 1000002``.
        path: percent-encoded, from the base URL on.
        endpoint: the path's template.
        account: whose rate limits it counts in.
        key: reads the id of an item; None for its attribute `id`.
        keep: makes of an item what is to stand in its place, with the same id; odd
            rows are then reported. None to leave it as it is.
    """

    session: Session
    kind: Any
    name: str
    path: str
    endpoint: str
    account: str | None
    key: Callable[[T], object] | None = None
    keep: Callable[[Any], T] | None = None

    def waits(self) -> str:
        """Say what requests of the account wait for; empty if for nothing."""
        waits = self.session.waits()
        texts = [
            str(wait)
            for wait in waits
            if wait.seconds > 0 and wait.account == self.account
        ]
        return texts[0] if texts else ""

    async def page(
        self, query: str, odd_rows: OddRows, limit: int, offset: int
    ) -> Page[T]:
        """Ask for one page.

        Args:
            query: order and filters, encoded; empty for neither.
            odd_rows: ``"report"`` to have an `OddRow` in the place of each row that
                is not as documented.
            limit: how many rows.
            offset: how many rows to pass over.
        """
        window = f"limit={limit}&offset={offset}"
        response = await self.session.request(
            "GET",
            self.path,
            endpoint=self.endpoint,
            account=self.account,
            query=f"{window}&{query}" if query else window,
        )
        of = RowsOf(answer=ListAnswer, field="items", row=self.kind, id_type=int)
        given = self.session, response, self.path, of
        answer: ListAnswer[T]
        if self.keep is None:
            answer = read_rows(*given, odd_rows=odd_rows)
        else:
            answer = await read_kept_rows(*given, keep=self.keep)
        return answer.page(response)
