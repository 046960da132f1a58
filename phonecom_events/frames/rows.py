"""Rows as `pandas.DataFrame` itself takes them: ``pd.DataFrame(page)``.

pandas has no hook for a sequence of anything: it makes columns of what an array holds
only if those are dataclasses, which models are not, and it asks for an array only what
`collections.abc` does not count as a sequence (`DataFrame.__init__`, pandas 2.2 to
3.1). So this array holds rows that look like dataclasses, with the columns of
`to_pandas` for fields. pandas then infers the types; only `to_pandas` states them.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Sequence
from copy import copy
from importlib import import_module
from typing import Any

from .columns import values_of
from .kinds import Kind


def array_of(rows: Sequence[Any], model: Any = None) -> Any:
    """Return rows as an array of numpy of one dimension.

    Args:
        rows, model: as for `to_pandas`.
    """
    columns = values_of(rows, model)
    kind = _row_class([column.name for column, _ in columns])
    array = import_module("numpy").empty(len(rows), dtype=object)
    # By None whole numbers would become fractions, and large ids other ones; a time
    # that is missing is one with None alone.
    unknown = getattr(sys.modules.get("pandas"), "NA", None)
    for at in range(len(rows)):
        row = array[at] = kind()
        for column, values in columns:
            missing = None if column.kind is Kind.TIME else unknown
            value = values[at]
            row.__dict__[column.name] = missing if value is None else value
    return array


def _row_class(names: Sequence[str]) -> type[Any]:
    """Return a class that `dataclasses.asdict` takes, whose fields' names have dots."""
    kind = dataclasses.make_dataclass("Row", ())
    [field] = dataclasses.fields(dataclasses.make_dataclass("Row", ("field",)))
    fields = {name: copy(field) for name in names}
    for name, each in fields.items():
        each.name = name
    # make_dataclass itself takes only names that Python could spell.
    fitted: Any = kind
    fitted.__dataclass_fields__ = fields
    return kind
