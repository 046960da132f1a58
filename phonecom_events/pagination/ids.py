"""What order the rows of a page are in, by their ids; a page at a time, in C."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from operator import lt, neg
from typing import Literal, TypeVar, cast

T = TypeVar("T")

Order = Literal["asc", "desc"]


def whole_ids(items: Sequence[T], key: Callable[[T], object]) -> list[int] | None:
    """Read the ids, or None if one is missing or not an int."""
    try:
        ids = list(map(key, items))
    except (AttributeError, LookupError):
        return None
    if not set(map(type, ids)) <= {int}:
        return None
    return cast("list[int]", ids)


def echoed_order(sort: Mapping[str, str]) -> Order | None:
    """Say how an answer claims to be sorted, if that is by id alone."""
    if sort == {"id": "asc"}:
        return "asc"
    return "desc" if sort == {"id": "desc"} else None


def ranks_of(ids: list[int], order: Order) -> list[int]:
    """Turn ids into numbers that rise along the listing, whichever its order."""
    return ids if order == "asc" else list(map(neg, ids))


def strictly_rising(ranks: list[int]) -> bool:
    """Check that each number is above the one before it."""
    return all(map(lt, ranks, islice(ranks, 1, None)))
