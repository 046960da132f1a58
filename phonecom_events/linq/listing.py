"""Linq's listings: each is one answer without pages, under a key of its own."""

from __future__ import annotations

from typing import Any, ClassVar, TypedDict, TypeVar, Unpack

from ..pagination import OddRows, Page, Paginator
from ..resources import Resource
from ..rows import read_rows

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
            listing = read_rows(
                self._session,
                response,
                self._path,
                answer=self.answer,
                row=self.model,
                field=self.rows,
                id_type=str,
                odd_rows=odd_rows,
            )
            return Page(items=getattr(listing, self.rows), response=response)

        return Paginator(fetch, paged=False, name=self._name, **scanning)
