"""How like a row is to what was sent, both as plain JSON values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from typing import Any, Final

_ABSENT: Final = object()


class Likeness(IntEnum):
    """Say whether a row is what was sent; ordered, so that the worst part counts."""

    EQUAL = 0
    UNSURE = 1
    OTHER = 2


def likeness(
    sent: Mapping[str, Any],
    row: Mapping[str, Any],
    *,
    defaults: Mapping[str, Any] | None = None,
    expected: Mapping[str, Any] | None = None,
) -> Likeness:
    """Compare a row with what was sent.

    Args:
        sent: the body of the create.
        row: as the listing has it.
        defaults: what a field has that a row leaves out. Where that is None, a row
            should not have more than was sent.
        expected: what was not sent, but should be in the row, such as its account.
    """
    defaults = defaults or {}
    silent = {name: value for name, value in defaults.items() if value is None}
    unsent = {**silent, **(expected or {})}
    odd = any(
        name not in sent and row.get(name, value) != value
        for name, value in unsent.items()
    )
    found = _compare(sent, {**defaults, **row})
    return max(found, Likeness.UNSURE if odd else Likeness.EQUAL)


def _compare(sent: Any, got: Any) -> Likeness:
    if got is _ABSENT:
        return Likeness.EQUAL if _is_nothing(sent) else Likeness.UNSURE
    if _is_nothing(sent) and _is_nothing(got):
        return Likeness.EQUAL
    if isinstance(sent, Mapping) and isinstance(got, Mapping):
        return _worst(_compare(part, _part(got, name)) for name, part in sent.items())
    if isinstance(sent, (list, tuple)) and isinstance(got, list):
        return _compare_lists(sent, got)
    # Phone.com shows true for a header's secret value (its page on callbacks).
    if got is True and isinstance(sent, str):
        return Likeness.EQUAL
    same = sent == got and isinstance(sent, bool) is isinstance(got, bool)
    return Likeness.EQUAL if same else Likeness.OTHER


def _is_nothing(value: Any) -> bool:
    # PHP writes an empty object as a list; both vendors, nothing as null or empty.
    return value is None or value in ([], {}, ())


def _part(row: Mapping[str, Any], name: str) -> Any:
    # Phone.com's pages spell rate-limit what its OpenAPI spells rate_limit.
    for spelling in (name, name.replace("_", "-"), name.replace("-", "_")):
        if spelling in row:
            return row[spelling]
    return _ABSENT


def _compare_lists(sent: Sequence[Any], got: Sequence[Any]) -> Likeness:
    """Compare without regard to order, which means nothing in any list sent.

    Of tags and numbers a second one of the same means nothing either. Where objects
    are missing, some of them may still be on their way.
    """
    if all(isinstance(part, str) for part in (*sent, *got)):
        return Likeness.EQUAL if set(sent) == set(got) else Likeness.OTHER
    if len(got) > len(sent):
        return Likeness.OTHER
    like = [[_compare(part, each) for part in sent] for each in got]
    if len(got) == len(sent) and _can_be_paired(like, Likeness.EQUAL):
        return Likeness.EQUAL
    return Likeness.UNSURE if _can_be_paired(like, Likeness.UNSURE) else Likeness.OTHER


def _can_be_paired(like: Sequence[Sequence[Likeness]], worst: Likeness) -> bool:
    """Tell whether each row of the table can have a column of its own (Kuhn)."""
    taken: dict[int, int] = {}

    def place(row: int, tried: set[int]) -> bool:
        for column, each in enumerate(like[row]):
            if each <= worst and column not in tried:
                tried.add(column)
                if column not in taken or place(taken[column], tried):
                    taken[column] = row
                    return True
        return False

    return all(place(row, set()) for row in range(len(like)))


def _worst(parts: Iterable[Likeness]) -> Likeness:
    return max(parts, default=Likeness.EQUAL)
