"""Linq's listings: each is one answer without pages, under a key of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from ..pagination import Page, Paginator
from ..resources import Resource

M = TypeVar("M")
M_co = TypeVar("M_co", covariant=True)


class ListAnswer(Protocol[M_co]):
    """Hold the answer of a listing; each resource has another key for its rows."""

    @property
    def rows(self) -> Sequence[M_co]:
        """What is listed."""
        ...


class UnpagedResource(Resource[M]):
    """List a collection; what more can be done with it is the subclass's to say."""

    def _list(
        self, answer: type[ListAnswer[M]], *, max_items: int | None
    ) -> Paginator[M]:
        async def fetch(limit: int, offset: int) -> Page[M]:
            # None of these listings takes a parameter (linq-python 0.65).
            del limit, offset
            listing, response = await self._session.fetch(
                answer,
                "GET",
                self._path,
                endpoint=self._template,
                account=self._account,
            )
            return Page(items=tuple(listing.rows), response=response)

        return Paginator(fetch, max_items=max_items, paged=False, name=self._name)
