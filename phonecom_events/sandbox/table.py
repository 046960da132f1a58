"""Rows in memory: by id, and in id order within each scope they belong to.

A row is the JSON object as the API documents it. Lists of tens of thousands of
rows are served page by page, so rows are kept sorted and their JSON is kept until
they change.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from operator import itemgetter
from typing import Protocol, TypeAlias

import msgspec

from .messages import Document

Scope: TypeAlias = tuple[str | int, ...]
"""What a list covers, such as `("account", 1000002)`."""

_by_id = itemgetter("id")
_encode = msgspec.json.Encoder().encode
# Enough for the pages of a few scans at once; all are dropped at the next change.
_SELECTIONS_KEPT = 32


class Predicate(Protocol):
    """A condition on a row; equal conditions hash alike."""

    def __call__(self, row: Document, /) -> bool:
        """Say whether *row* meets the condition."""
        ...

    def __hash__(self) -> int:
        """Hash by value, so that a list asked for twice is sifted once."""
        ...


class Table:
    """The rows of one resource, over all accounts.

    Args:
        scopes: gives the scopes that a row belongs to; they never change.
        show: gives the row as the API answers it, as a new object.
        first_id: the id of the first row that is added without one.
    """

    def __init__(
        self,
        scopes: Callable[[Document], Iterable[Scope]],
        *,
        show: Callable[[Document], Document] = dict,
        first_id: int = 1,
    ) -> None:
        self.show = show
        self._scopes = scopes
        self._next_id = first_id
        self._rows: dict[int, Document] = {}
        self._scoped: dict[Scope, list[Document]] = {}
        self._encoded: dict[int, msgspec.Raw] = {}
        self._selections: dict[object, list[Document]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def next_id(self) -> int:
        """Return an id that no row has or had."""
        return self._next_id

    def insert(self, row: Document) -> Document:
        """Add *row* and return it as the API shows it.

        Raises:
            ValueError: when its id is taken.
        """
        key: int = row["id"]
        if key in self._rows:
            raise ValueError(f"id {key} is taken")
        self._rows[key] = row
        self._next_id = max(self._next_id, key + 1)
        for scope in self._scopes(row):
            insort(self._scoped.setdefault(scope, []), row, key=_by_id)
        self._selections.clear()
        return self.show(row)

    def change(self, row: Document, changes: Document) -> None:
        """Write *changes* into *row*, which is in the table."""
        row.update(changes)
        self._encoded.pop(row["id"], None)
        self._selections.clear()

    def remove(self, key: int) -> Document:
        """Take the row with id *key* out and return it.

        Raises:
            KeyError: when there is none.
        """
        row = self._rows.pop(key)
        self._encoded.pop(key, None)
        for scope in self._scopes(row):
            rows = self._scoped[scope]
            del rows[bisect_left(rows, key, key=_by_id)]
        self._selections.clear()
        return row

    def __getitem__(self, key: int) -> Document:
        return self._rows[key]

    def get(self, key: int) -> Document | None:
        """Return the row with id *key*, or None."""
        return self._rows.get(key)

    def shown(self, key: int | None) -> Document | None:
        """Return the row with id *key* as the API shows it, or None."""
        row = None if key is None else self._rows.get(key)
        return None if row is None else self.show(row)

    def select(
        self, scopes: Sequence[Scope], tests: tuple[Predicate, ...] = ()
    ) -> Sequence[Document]:
        """Return the rows of *scopes* that pass every test, by ascending id.

        The result may be the table's own list: read it, do not keep it.
        """
        if len(scopes) == 1 and not tests:
            return self._scoped.get(scopes[0], ())
        key = (tuple(scopes), tests)
        found = self._selections.get(key)
        if found is None:
            if len(self._selections) >= _SELECTIONS_KEPT:
                self._selections.clear()
            found = self._selections[key] = self._sift(scopes, tests)
        return found

    def encoded(self, rows: Sequence[Document]) -> list[msgspec.Raw]:
        """Return the JSON of each row as the API shows it, kept until it changes."""
        kept = self._encoded
        return [kept.get(row["id"]) or self._encode(row) for row in rows]

    def _encode(self, row: Document) -> msgspec.Raw:
        raw = self._encoded[row["id"]] = msgspec.Raw(_encode(self.show(row)))
        return raw

    def _sift(
        self, scopes: Sequence[Scope], tests: tuple[Predicate, ...]
    ) -> list[Document]:
        rows = chain.from_iterable(self._scoped.get(scope, ()) for scope in scopes)
        passed = (row for row in rows if all(test(row) for test in tests))
        return sorted(passed, key=_by_id)
