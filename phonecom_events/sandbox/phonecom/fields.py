"""Checks for request bodies, each yielding what is wrong and where.

A check takes a JSON value and yields problems whose place is relative to the
value: empty for the value itself, `url` for a member of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from attrs import frozen

from ..messages import Document
from .problems import Problem

Check: TypeAlias = Callable[[Any], Iterable[Problem]]

ABSENT: Final = object()
"""The default of a field that stays out of the row when it was not given."""


@frozen
class Field:
    """One field of a body: its check, and what holds when it is not given."""

    check: Check
    required: bool = False
    default: Any = ABSENT


Schema: TypeAlias = Mapping[str, Field]


def field_problems(
    schema: Schema, body: Document, *, partial: bool, refuse_unknown: bool
) -> Iterator[Problem]:
    """Yield what is wrong with *body*.

    Args:
        schema: the fields that it may have.
        body: the JSON object.
        partial: required fields may be missing, as in a PATCH.
        refuse_unknown: a field outside *schema* is a problem.
    """
    for name, field in schema.items():
        if name in body:
            yield from under(name, field.check(body[name]))
        elif field.required and not partial:
            yield name, "is required"
    if refuse_unknown:
        for name in body:
            if name not in schema:
                yield name, "is not known"


def known(schema: Schema, body: Document) -> Document:
    """Return the fields of *body* that *schema* has."""
    return {name: body[name] for name in schema if name in body}


def with_defaults(schema: Schema, body: Document) -> Document:
    """Return the fields of *body* that *schema* has, and defaults for the rest."""
    return {
        name: body.get(name, field.default)
        for name, field in schema.items()
        if name in body or field.default is not ABSENT
    }


def integer(minimum: int | None = None) -> Check:
    """Check for an integer, at least *minimum*; a boolean is none."""

    def check(value: Any) -> Iterator[Problem]:
        if not isinstance(value, int) or isinstance(value, bool):
            yield "", "must be an integer"
        elif minimum is not None and value < minimum:
            yield "", f"must be at least {minimum}"

    return check


def bounded(minimum: int, maximum: int) -> Check:
    """Check for an integer from *minimum* to *maximum*, both included."""
    at_least = integer(minimum)

    def check(value: Any) -> Iterator[Problem]:
        yield from at_least(value)
        if isinstance(value, int) and value > maximum:
            yield "", f"must be at most {maximum}"

    return check


def text(shortest: int = 0, longest: int | None = None) -> Check:
    """Check for a string whose length is within bounds, both included."""

    def check(value: Any) -> Iterator[Problem]:
        if not isinstance(value, str):
            yield "", "must be a string"
        elif len(value) < shortest:
            yield "", f"must have at least {shortest} characters"
        elif longest is not None and len(value) > longest:
            yield "", f"must have at most {longest} characters"

    return check


def boolean(value: Any) -> Iterator[Problem]:
    """Check for true or false; 0 and 1 are neither."""
    if not isinstance(value, bool):
        yield "", "must be a boolean"


def one_of(*values: str) -> Check:
    """Check for one of these strings."""

    def check(value: Any) -> Iterator[Problem]:
        if not isinstance(value, str) or value not in values:
            yield "", f"must be one of {', '.join(values)}"

    return check


def nullable(check: Check) -> Check:
    """Let null pass, and check anything else."""

    def check_if_not_null(value: Any) -> Iterable[Problem]:
        return () if value is None else check(value)

    return check_if_not_null


def list_of(check: Check, fewest: int = 0) -> Check:
    """Check each item of a list of at least *fewest* items."""

    def check_items(value: Any) -> Iterator[Problem]:
        if not isinstance(value, list):
            yield "", "must be a list"
            return
        if len(value) < fewest:
            yield "", f"must have at least {fewest} items"
        for index, item in enumerate(value):
            yield from under(str(index), check(item))

    return check_items


def object_with(schema: Schema | None = None) -> Check:
    """Check for an object, and its members by *schema* if one is given."""

    def check(value: Any) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield "", "must be an object"
        elif schema is not None:
            yield from field_problems(
                schema, value, partial=False, refuse_unknown=False
            )

    return check


def under(name: str, found: Iterable[Problem]) -> Iterator[Problem]:
    """Move the places of problems below *name*."""
    for place, message in found:
        yield f"{name}.{place}" if place else name, message
