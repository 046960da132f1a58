r"""The filter grammar: `filters[<field>]=<operator>:<value>[,<value>…]`.

From the vendor's Swagger and its published list code: no operator means `eq`,
commas part values and `\,` is a comma, several conditions on one field are
AND-ed, and a negated operator matches null as well. Text is compared without
regard to case, as the usual MySQL collation does.
"""

from __future__ import annotations

import operator as op
import re
from collections.abc import Callable
from typing import Any, Final

from attrs import frozen

from ..messages import Document


class BadCondition(ValueError):
    """A condition with an operator or a number of values that does not work."""


@frozen
class Condition:
    """One condition, as it was asked for; of several fields, any may meet it."""

    fields: tuple[str, ...]
    operator: str
    values: tuple[str, ...]

    def __call__(self, row: Document) -> bool:
        """Say whether *row* meets the condition."""
        positive = _POSITIVE.get(self.operator)
        operator = positive or self.operator
        holds = any(_holds(operator, row.get(f), self.values) for f in self.fields)
        return holds if positive is None else not holds


def read_condition(field: str, text: str) -> Condition:
    """Read the condition on *field* that a query parameter gives.

    A text that does not begin with an operator and a colon is a value: a bare
    `in` means equal to "in". Only `empty` and `not-empty` stand alone. A field
    called `name-or-extension` means either of the two.

    Raises:
        BadCondition: when the operator takes another number of values.
    """
    fields = tuple(field.split("-or-"))
    head, colon, rest = text.partition(":")
    if head in _STANDING_ALONE and not rest:
        return Condition(fields, head, ())
    if colon and head in _UNSUPPORTED:
        raise BadCondition(f"operator {head} is not supported")
    known = colon and _POSITIVE.get(head, head) in _OPERATORS
    operator, given = (head, rest) if known else ("eq", text)
    values = tuple(part.replace("\\,", ",") for part in _COMMA.split(given))
    fewest, most = _HOW_MANY.get(_POSITIVE.get(operator, operator), (1, 1))
    if not fewest <= len(values) <= most:
        raise BadCondition(f"operator {operator} does not take {len(values)} values")
    return Condition(fields, operator, values)


def _holds(operator: str, value: Any, given: tuple[str, ...]) -> bool:
    if operator == "empty":
        return value in (None, "", 0)
    if value is None:
        return False
    own, wanted = _comparable(value, given, as_text=operator in _TEXT_OPERATORS)
    if operator == "between":
        return bool(wanted[0] <= own <= wanted[1])
    if operator == "in":
        return own in wanted
    return _COMPARE[operator](own, wanted[0])


def _comparable(
    value: Any, given: tuple[str, ...], *, as_text: bool
) -> tuple[Any, tuple[Any, ...]]:
    """Give both sides as numbers if all are, else as text without case."""
    if isinstance(value, bool):
        given = tuple(_TRUTH.get(text.lower(), text) for text in given)
    if isinstance(value, int) and not as_text:
        try:
            return int(value), tuple(int(text) for text in given)
        except ValueError:
            value = int(value)
    return str(value).casefold(), tuple(text.casefold() for text in given)


_COMMA: Final = re.compile(r"(?<!\\),")
_TRUTH: Final = {"true": "1", "false": "0"}
_TEXT_OPERATORS: Final[dict[str, Callable[[str, str], bool]]] = {
    "starts-with": str.startswith,
    "ends-with": str.endswith,
    "contains": op.contains,
}
_COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "eq": op.eq,
    "lt": op.lt,
    "gt": op.gt,
    "lte": op.le,
    "gte": op.ge,
    **_TEXT_OPERATORS,
}
_HOW_MANY: Final = {"between": (2, 2), "in": (1, 1000), "empty": (0, 0)}
_OPERATORS: Final = frozenset({*_COMPARE, *_HOW_MANY})
_POSITIVE: Final = {"ne": "eq"} | {
    f"not-{name}": name for name in (*_TEXT_OPERATORS, *_HOW_MANY)
}
_STANDING_ALONE: Final = frozenset({"empty", "not-empty"})
_UNSUPPORTED: Final = frozenset({"sounds", "not-sounds"})
