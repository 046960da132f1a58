"""The decision itself, as a function of ids and of how like the rows are.

Why, and what it cannot decide, is said in the package's docstring.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from msgspec import Struct

from .comparison import Likeness

Id: TypeAlias = int | str
Known: TypeAlias = int | frozenset[Id]
"""What existed before: the newest id (0 if there was none), or all ids."""


class Decision(Struct, frozen=True):
    """Say what became of a create.

    Attributes:
        found: the id of its row; None if there is none that is certainly it.
        candidates: the ids that may be it, where that cannot be told; without any,
            and nothing found, it had no effect.
    """

    found: Id | None = None
    candidates: tuple[Id, ...] = ()


def is_new(known: Known, id_: Id) -> bool:
    """Tell whether a row did not exist before."""
    if isinstance(known, frozenset):
        return id_ not in known
    return isinstance(id_, int) and id_ > known


def decide(rows: Iterable[tuple[Id, Likeness]]) -> Decision:
    """Decide by the ids of the new rows, and how like each is to what was sent."""
    rows = tuple(rows)
    equal = tuple(id_ for id_, like in rows if like is Likeness.EQUAL)
    if len(equal) == 1:
        return Decision(found=equal[0])
    unsure = tuple(id_ for id_, like in rows if like is Likeness.UNSURE)
    return Decision(candidates=equal or unsure)
