"""Conditions for the filters of a listing: ``filters[name]=contains:crm``.

The operators and their spelling are from the vendor's Swagger and its server
code; which of them the events listings honour is not documented, except for a
plain value, which means "equal". An operator that is not supported is a 422.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from ..errors import InvalidArgument

_OPERATORS: Final = frozenset(
    {
        "between",
        "contains",
        "empty",
        "ends-with",
        "eq",
        "gt",
        "gte",
        "in",
        "lt",
        "lte",
        "ne",
        "not-between",
        "not-contains",
        "not-empty",
        "not-ends-with",
        "not-in",
        "not-sounds",
        "not-starts-with",
        "sounds",
        "starts-with",
    }
)

Value = str | int


class Condition(Struct, frozen=True):
    """Hold a condition as it is sent; made by the functions of this module."""

    text: str


def eq(value: Value) -> Condition:
    """Match what equals *value*; the same as the plain value."""
    return _condition("eq", value)


def ne(value: Value) -> Condition:
    """Match what does not equal *value*; null does not, either."""
    return _condition("ne", value)


def lt(value: Value) -> Condition:
    """Match what is less than *value*."""
    return _condition("lt", value)


def lte(value: Value) -> Condition:
    """Match what is at most *value*."""
    return _condition("lte", value)


def gt(value: Value) -> Condition:
    """Match what is greater than *value*."""
    return _condition("gt", value)


def gte(value: Value) -> Condition:
    """Match what is at least *value*."""
    return _condition("gte", value)


def between(low: Value, high: Value) -> Condition:
    """Match what is at least *low* and at most *high*."""
    return _condition("between", low, high)


def not_between(low: Value, high: Value) -> Condition:
    """Match what is less than *low* or greater than *high*."""
    return _condition("not-between", low, high)


def one_of(*values: Value) -> Condition:
    """Match what equals one of *values*."""
    return _condition("in", *values)


def none_of(*values: Value) -> Condition:
    """Match what equals none of *values*."""
    return _condition("not-in", *values)


def contains(text: str) -> Condition:
    """Match text with *text* in it."""
    return _condition("contains", text)


def not_contains(text: str) -> Condition:
    """Match text without *text* in it; null has none."""
    return _condition("not-contains", text)


def starts_with(text: str) -> Condition:
    """Match text that starts with *text*."""
    return _condition("starts-with", text)


def not_starts_with(text: str) -> Condition:
    """Match text that does not start with *text*; null does not."""
    return _condition("not-starts-with", text)


def ends_with(text: str) -> Condition:
    """Match text that ends with *text*."""
    return _condition("ends-with", text)


def not_ends_with(text: str) -> Condition:
    """Match text that does not end with *text*; null does not."""
    return _condition("not-ends-with", text)


def empty() -> Condition:
    """Match empty text, 0 and null."""
    return Condition("empty")


def not_empty() -> Condition:
    """Match all but empty text, 0 and null."""
    return Condition("not-empty")


def condition_text(name: str, value: Condition | Value) -> str:
    """Write the condition on the field *name*; a plain value stays as it is.

    Only one that the server would read as something else, with a comma or with
    an operator in front, is sent with ``eq:`` and its commas escaped.

    Raises:
        InvalidArgument: it is neither text nor an integer nor a condition.
    """
    text = value.text if isinstance(value, Condition) else _plain(name, value)
    if not text.isprintable() and any(map(_is_surrogate, text)):
        raise InvalidArgument(f"{name}: {text!r} cannot stand in a URL")
    return text


def _is_surrogate(character: str) -> bool:
    return "\ud800" <= character <= "\udfff"


def _plain(name: str, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        kind = type(value).__name__
        raise InvalidArgument(
            f"{name}: cannot filter by a {kind}; give text or a number"
        )
    text = _text(name, value)
    operator, colon, _ = text.partition(":")
    if "," in text or text in ("empty", "not-empty"):
        return eq(text).text
    return eq(text).text if colon and operator in _OPERATORS else text


def _condition(operator: str, *values: Value) -> Condition:
    if not values:
        raise InvalidArgument(f"{operator} needs at least one value")
    escaped = (_text(operator, value).replace(",", "\\,") for value in values)
    return Condition(f"{operator}:{','.join(escaped)}")


def _text(name: str, value: Value) -> str:
    try:
        return str(value)
    except ValueError:
        # sys.set_int_max_str_digits: Python writes no number that is longer.
        problem = f"{name}: the number has too many digits"
    raise InvalidArgument(problem)
