"""Columns to frames: the types of pandas and of polars for each kind of values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import import_module
from typing import Any, Final

from .columns import Column, Values, values_of
from .kinds import Kind

# In pandas a missing whole number would make fractions of all others, and an id over
# 2⁵³ another one; in these types it does not.
_NULLABLE: Final[Mapping[Kind, str]] = {
    Kind.INTEGER: "Int64",
    Kind.FRACTION: "Float64",
    Kind.BOOLEAN: "boolean",
}
_WHOLE: Final[Mapping[Kind, str]] = {
    Kind.INTEGER: "int64",
    Kind.FRACTION: "float64",
    Kind.BOOLEAN: "bool",
}


def to_pandas(rows: Sequence[Any], model: Any = None) -> Any:
    """Return rows as a `pandas.DataFrame`, one column a field.

    Times are ``datetime64[us, UTC]``, missing ones NaT; whole numbers ``int64``, or
    ``Int64`` where one may be missing; texts and members of enums ``string``; lists
    are lists. The types follow from the model, whatever the rows are.

    Args:
        rows: models, or plain values as JSON has them.
        model: the type of a row; None to go by the rows, of which there may be none.

    Raises:
        ImportError: pandas is not installed.
    """
    pandas = _needed("pandas")
    columns = {
        column.name: _pandas_column(pandas, column, values)
        for column, values in values_of(rows, model)
    }
    return pandas.DataFrame(columns, index=range(len(rows)))


def to_polars(rows: Sequence[Any], model: Any = None) -> Any:
    """Return rows as a `polars.DataFrame`, one column a field.

    Times are ``Datetime("us", "UTC")``, whole numbers ``Int64``, texts and members of
    enums ``String``, lists ``List``. The types follow from the model.

    Args:
        rows, model: as for `to_pandas`.

    Raises:
        ImportError: polars is not installed.
    """
    polars = _needed("polars")
    columns = [
        _polars_column(polars, column, values)
        for column, values in values_of(rows, model)
    ]
    return polars.DataFrame(columns)


def check_pandas() -> None:
    """Raise `ImportError` if pandas is not installed, before there is work in vain."""
    _needed("pandas")


def check_polars() -> None:
    """Raise `ImportError` if polars is not installed."""
    _needed("polars")


def _needed(name: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
    raise ModuleNotFoundError(
        f"{name} is not installed: python -m pip install {_INSTALLED_BY[name]}",
        name=name,
    )


_INSTALLED_BY: Final = {
    "pandas": "'phonecom-events[notebook]'",
    "polars": "polars",
}


def _pandas_column(pandas: Any, column: Column, values: Values) -> Any:
    kind = Kind.MIXED if column.lists else column.kind
    if kind is Kind.TIME:
        # All at once, and in microseconds: nanoseconds end in the year 2262.
        naive = pandas.Series(_naive(values), dtype="datetime64[us]")
        return naive.dt.tz_localize("UTC")
    if kind in (Kind.TEXT, Kind.JSON):
        return pandas.Series(values, dtype="string")
    if kind is Kind.MIXED:
        return pandas.Series(values, dtype="object")
    types = _NULLABLE if column.nullable else _WHOLE
    try:
        return pandas.Series(values, dtype=types[kind])
    except (OverflowError, TypeError):
        # JSON has whole numbers of any size, and none may be lost.
        return pandas.Series(values, dtype="object")


def _polars_column(polars: Any, column: Column, values: Values) -> Any:
    of_kinds = {
        Kind.INTEGER: polars.Int64,
        Kind.FRACTION: polars.Float64,
        Kind.BOOLEAN: polars.Boolean,
        Kind.TIME: polars.Datetime("us", "UTC"),
    }
    dtype = of_kinds.get(column.kind, polars.String)
    if column.kind is Kind.MIXED:
        values = _texts(values)
    elif column.kind is Kind.TIME and not column.lists:
        naive = polars.Series(column.name, _naive(values), polars.Datetime("us"))
        return naive.dt.replace_time_zone("UTC")
    for _ in range(column.lists):
        dtype = polars.List(dtype)
    try:
        if column.lists:
            return _polars_lists(polars, column.name, values, dtype)
        return polars.Series(column.name, values, dtype)
    except (OverflowError, TypeError):
        # As for pandas, but a column has one type here.
        return polars.Series(column.name, _texts(values), polars.String)


def _polars_lists(polars: Any, name: str, lists: Values, dtype: Any) -> Any:
    # polars takes longest for lists, and most rows have the same tags as others.
    different = {each: place for place, each in enumerate(dict.fromkeys(lists))}
    distinct = polars.Series(name, [*different], dtype)
    return distinct.gather([*map(different.__getitem__, lists)])


def _naive(times: Sequence[datetime | None]) -> list[datetime | None]:
    """Return times in UTC without their zone, which arrays of them have but once."""
    return [
        None
        if time is None
        else (time if time.tzinfo is UTC else time.astimezone(UTC)).replace(tzinfo=None)
        for time in times
    ]


def _texts(values: Values) -> Values:
    return [None if value is None else str(value) for value in values]
