"""Rows as data frames of pandas and polars, one column a field.

A model's columns follow from its annotations, so they are the same for one row, for a
million and for none: nested models are flattened with dots, a list of models becomes a
list for each of its fields. What a model's repr hides is no column either: that is the
one rule for secrets and for the values of headers.

pandas and polars are an extra, and imported when a frame is asked for.
"""

from __future__ import annotations

from .columns import Column, columns_of, values_of
from .conversion import check_pandas, check_polars, to_pandas, to_polars
from .kinds import Kind

__all__ = [
    "Column",
    "Kind",
    "check_pandas",
    "check_polars",
    "columns_of",
    "to_pandas",
    "to_polars",
    "values_of",
]
