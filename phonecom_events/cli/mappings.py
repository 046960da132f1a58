"""Items without a model, as a table, JSON, NDJSON or CSV."""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from ..pagination import Paginator
from .cells import csv_cell, table_cell
from .formats import writer
from .options import Format

Items = Sequence[Mapping[str, Any]]


async def write_mappings(listing: Paginator[dict[str, Any]], form: Format) -> None:
    """Write a listing out; tables and CSV have a column for every key there is."""
    if form in {Format.JSON, Format.NDJSON}:
        out = writer(form, dict)
        async with listing:
            async for item in listing:
                out.write(item)
        out.end()
        return
    items = await listing.collect()
    if form is Format.CSV:
        _write_csv(items)
    else:
        _write_blocks(items)


def _write_csv(items: Items) -> None:
    names = dict.fromkeys(name for item in items for name in item)
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow([csv_cell(name) for name in names])
    for item in items:
        out.writerow([csv_cell(item.get(name)) for name in names])


def _write_blocks(items: Items) -> None:
    """Write each item as lines of key and value, with a blank line between."""
    for number, item in enumerate(items):
        if number:
            sys.stdout.write("\n")
        names = [table_cell(name) for name in item]
        width = max(map(len, names), default=0)
        for name, value in zip(names, item.values(), strict=True):
            sys.stdout.write(f"{name:<{width}}  {table_cell(value)}\n")
