"""The option ``--filter`` of list commands: which items of a list to show."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import typer

from ...phonecom import Condition
from ...phonecom.conditions import (
    between,
    contains,
    empty,
    ends_with,
    eq,
    gt,
    gte,
    lt,
    lte,
    ne,
    none_of,
    not_between,
    not_contains,
    not_empty,
    not_ends_with,
    not_starts_with,
    one_of,
    starts_with,
)
from .options import is_id

_BARE: Final[Mapping[str, Callable[[], Condition]]] = {
    "empty": empty,
    "not-empty": not_empty,
}
_OF_ONE: Final[Mapping[str, Callable[[str], Condition]]] = {
    "eq": eq,
    "ne": ne,
    "lt": lt,
    "lte": lte,
    "gt": gt,
    "gte": gte,
    "contains": contains,
    "not-contains": not_contains,
    "starts-with": starts_with,
    "not-starts-with": not_starts_with,
    "ends-with": ends_with,
    "not-ends-with": not_ends_with,
}
_OF_TWO: Final[Mapping[str, Callable[[str, str], Condition]]] = {
    "between": between,
    "not-between": not_between,
}
_OF_MANY: Final[Mapping[str, Callable[..., Condition]]] = {
    "in": one_of,
    "not-in": none_of,
}
# Values of the API are separated by commas; one that has a comma in it is escaped.
_COMMA: Final = re.compile(r"(?<!\\),")
_OPTION: Final = "--filter"


def filter_option(fields: Sequence[str]) -> Any:
    """Return the option ``--filter`` of a list that can be filtered by *fields*."""
    return typer.Option(
        _OPTION,
        metavar="FIELD=VALUE",
        help=f"Only those that match, such as {_example(fields[0])}; give it once for"
        f" each field. Fields: {', '.join(fields)}.",
    )


def read_filters(texts: Iterable[str] | None, fields: Sequence[str]) -> dict[str, Any]:
    """Read what ``--filter`` was given into arguments of a listing.

    A text is ``field=value`` or ``field=operator:value``; the operators are those
    of the API. The values of ``in`` and ``between`` are separated by commas; one
    that belongs to a value has a backslash before it.

    Raises:
        typer.BadParameter: it is no such text, or names another field.
    """
    filters: dict[str, Any] = {}
    for text in texts or ():
        field, equals, value = text.partition("=")
        if not equals or field not in fields:
            raise _unusable(
                f"{text!r} is not FIELD=VALUE with one of the fields", fields
            )
        if field in filters:
            raise _unusable(f"{field} is there twice; give each field once", fields)
        filters[field] = _condition(field, value)
    return filters


def _condition(field: str, text: str) -> Condition | str | int:
    operator, colon, rest = text.partition(":")
    if not colon and operator in _BARE:
        return _BARE[operator]()
    if colon and operator in _OF_ONE:
        return _OF_ONE[operator](rest)
    if colon and (operator in _OF_TWO or operator in _OF_MANY):
        values = [part.replace("\\,", ",") for part in _COMMA.split(rest)]
        if operator in _OF_MANY:
            return _OF_MANY[operator](*values)
        if len(values) != 2:
            raise _unusable(f"{operator} needs two values with a comma between", ())
        return _OF_TWO[operator](*values)
    # The listing takes ids as numbers, and a mistyped one would match nothing unseen.
    if not field.endswith("_id"):
        return text
    if not is_id(text):
        raise _unusable(f"{text!r} is no id: expected a whole number over 0", ())
    return int(text)


def _unusable(problem: str, fields: Sequence[str]) -> typer.BadParameter:
    named = f": {', '.join(fields)}" if fields else ""
    return typer.BadParameter(f"{problem}{named}", param_hint=_OPTION)


def _example(field: str) -> str:
    return f"{field}=in:7,8" if field.endswith("_id") else f"{field}=contains:crm"
