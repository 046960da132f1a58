"""What order the rows of a page are in, by their ids; a page at a time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from operator import gt, lt, neg
from typing import Any, Literal

import msgspec

Order = Literal["asc", "desc"]


def whole_ids(
    items: Sequence[Any], key: Callable[[Any], object] | None
) -> list[int] | None:
    """Read the ids, or None if one is missing or not an int.

    Args:
        key: reads the id of an item; None for its attribute `id`.
    """
    try:
        ids = [item.id for item in items] if key is None else list(map(key, items))
        return msgspec.convert(ids, list[int])
    except (AttributeError, LookupError, msgspec.ValidationError):
        return None


def echoed_order(sort: Mapping[str, str]) -> Order | None:
    """Say how an answer claims to be sorted, if that is by id alone."""
    if sort == {"id": "asc"}:
        return "asc"
    return "desc" if sort == {"id": "desc"} else None


def in_order(ids: Sequence[int], order: Order) -> bool:
    """Check that each id comes strictly after the one before it."""
    after = lt if order == "asc" else gt
    return all(map(after, ids, ids[1:]))


def known_of(ids: Sequence[int], last: int, order: Order) -> int:
    """Count the ids, which are in order, that come no later than *last*."""
    if order == "asc":
        return bisect_right(ids, last)
    return bisect_right(ids, -last, key=neg)
