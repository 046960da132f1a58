"""Items as a table, JSON, NDJSON or CSV; all but the table are written as they come."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from typing import Any, Protocol

from attrs import fields
from rich.table import Table
from rich.text import Text

from ..converter import converter
from .cells import csv_cell, table_cell
from .options import Format
from .terminal import console


class Writer(Protocol):
    """Write items to stdout."""

    def write(self, item: Any) -> None:
        """Write one."""
        ...

    def end(self) -> None:
        """Write what comes after the last; not called after an error."""
        ...


def writer(form: Format, model: type[Any], columns: Sequence[str] = ()) -> Writer:
    """Make a writer for items of *model*.

    Args:
        form: how to write them.
        model: their attrs class; CSV has all its fields.
        columns: the fields that a table has; without them each item is a block
            of its own, with all its fields.
    """
    if form is Format.JSON:
        return JsonWriter()
    if form is Format.NDJSON:
        return NdjsonWriter()
    if form is Format.CSV:
        return CsvWriter(_names(model))
    return TableWriter(columns) if columns else BlockWriter(_names(model))


def write_one(item: Any, form: Format) -> None:
    """Write a single item; as JSON it is an object, not a list."""
    out = NdjsonWriter() if form is Format.JSON else writer(form, type(item))
    out.write(item)
    out.end()


class NdjsonWriter:
    """Write one JSON object a line."""

    def write(self, item: Any) -> None:
        """Write one line."""
        sys.stdout.write(_json(item) + "\n")

    def end(self) -> None:
        """Write nothing more."""


class JsonWriter:
    """Write a JSON list, one item a line."""

    def __init__(self) -> None:
        self._before = "["

    def write(self, item: Any) -> None:
        """Write one item."""
        sys.stdout.write(f"{self._before}\n  {_json(item)}")
        self._before = ","

    def end(self) -> None:
        """Close the list."""
        sys.stdout.write("[]\n" if self._before == "[" else "\n]\n")


class CsvWriter:
    """Write CSV with a header."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = columns
        self._csv = csv.writer(sys.stdout, lineterminator="\n")
        self._csv.writerow(columns)

    def write(self, item: Any) -> None:
        """Write one row."""
        self._csv.writerow([csv_cell(getattr(item, name)) for name in self._columns])

    def end(self) -> None:
        """Write nothing more."""


class TableWriter:
    """Write a table, when all its rows are there to measure."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = columns
        self._table = Table(*columns, box=None, pad_edge=False, header_style="bold")

    def write(self, item: Any) -> None:
        """Add one row."""
        cells = (Text(table_cell(getattr(item, name))) for name in self._columns)
        self._table.add_row(*cells)

    def end(self) -> None:
        """Write the table."""
        console().print(self._table)


class BlockWriter:
    """Write each item as lines of field and value, with a blank line between."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = columns
        self._console = console()
        self._first = True

    def write(self, item: Any) -> None:
        """Write one block."""
        if not self._first:
            self._console.print()
        self._first = False
        block = Table.grid(padding=(0, 2, 0, 0))
        for name in self._columns:
            value = Text(table_cell(getattr(item, name)), overflow="fold")
            block.add_row(Text(name, style="bold"), value)
        self._console.print(block)

    def end(self) -> None:
        """Write nothing more."""


def _names(model: type[Any]) -> list[str]:
    return [attribute.name for attribute in fields(model)]


def _json(item: Any) -> str:
    return converter.dumps(item).decode()
