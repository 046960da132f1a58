"""Linq's listings: each is one answer without pages, under a key of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypedDict, TypeVar, Unpack
from urllib.parse import unquote

from ..errors import DecodeError
from ..lazy import LazyModule
from ..pagination import OddRows, Page, Paginator
from ..resources import Resource
from ..rows import RowsOf, read_rows

if TYPE_CHECKING:
    from .. import reconcile as reconcile_module
else:
    reconcile_module = LazyModule("..reconcile", __package__)

M = TypeVar("M")


class Scanning(TypedDict, total=False):
    """The arguments that every listing takes.

    Keys:
        max_items: stop after so many.
        odd_rows: what becomes of a row that is not as documented: ``"raise"`` ends the
            scan with a `DecodeError`, ``"report"`` leaves it out, and puts it into the
            paginator's report.
    """

    max_items: int | None
    odd_rows: OddRows


class UnpagedResource(Resource[M]):
    """List a collection; what more can be done with it is the subclass's to say.

    Attributes:
        answer: the class of a listing's answer, generic in the class of its rows.
        rows: the field of it that holds them.
    """

    answer: ClassVar[Any]
    rows: ClassVar[str]

    def list(self, **scanning: Unpack[Scanning]) -> Paginator[M]:
        """List all there are, from one answer; for the arguments, see `Scanning`."""
        odd_rows = scanning.get("odd_rows", "raise")

        async def fetch(limit: int, offset: int) -> Page[M]:
            # None of these listings takes a parameter (linq-python 0.65).
            del limit, offset
            response = await self._session.request(
                "GET", self._path, endpoint=self._template, account=self._account
            )
            of = RowsOf(
                answer=self.answer, field=self.rows, row=self.model, id_type=str
            )
            listing = read_rows(
                self._session, response, self._path, of, odd_rows=odd_rows
            )
            return Page(items=getattr(listing, self.rows), response=response)

        return Paginator(
            fetch,
            paged=False,
            name=self._name,
            telemetry=self._session.scan_telemetry(self._template),
            model=self.model,
            **scanning,
        )

    def _how_to_look(self, segment: str = "") -> str:
        if segment:
            return f"await {self._expression}.get({unquote(segment)!r})"
        return f"await {self._expression}.list().collect()"

    async def _known(self) -> reconcile_module.Known:
        """Read all ids: they look like UUIDs, and the order of rows is not said."""
        return frozenset(row["id"] for row in await self._raw_rows())

    async def _new_rows(
        self, known: reconcile_module.Known
    ) -> Sequence[tuple[reconcile_module.Id, reconcile_module.Row]]:
        rows = await self._raw_rows()
        is_new = reconcile_module.is_new
        return [(row["id"], row) for row in rows if is_new(known, row["id"])]

    async def _raw_rows(self) -> tuple[dict[str, Any], ...]:
        """Read the rows as they come; each has an id.

        Raises:
            DecodeError: the answer is not as documented.
        """
        listing, _ = await self._session.fetch(
            self.answer[Any],
            "GET",
            self._path,
            endpoint=self._template,
            account=self._account,
        )
        rows: tuple[dict[str, Any], ...] = getattr(listing, self.rows)
        if not all(
            isinstance(row, dict) and isinstance(row.get("id"), str) for row in rows
        ):
            raise DecodeError(f"GET {self._path}: a row has no id that is text")
        return rows
