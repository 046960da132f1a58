"""Items as a table, JSON, NDJSON or CSV, written to stdout as they come.

JSON is as the API writes it; tables and CSV are made of cells, which differ: people
get short times and dashes, spreadsheets ISO times and no formulas.
"""

from __future__ import annotations

import asyncio
import csv
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, Protocol

from attrs import fields

from ...converter import converter, iso_8601
from ...display.printable import printable
from ...pagination import Paginator
from ..input.options import Format, OutputOptions
from .streams import console, results_as_utf8

INTERRUPTED: Final = "it was interrupted"

# A spreadsheet takes a cell that starts so for a formula, and may run it:
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA: Final = ("=", "+", "-", "@")
# A table of more rows than this cannot be held back until the widest cell is known.
_MEASURED: Final = 500


def table_cell(value: object) -> str:
    """Write a value for people."""
    if value is None or value in ((), {}):
        return "-"
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M}Z"
    return _text(value)


def csv_cell(value: object) -> str:
    """Write a value for a spreadsheet; text that starts a formula gets a quote."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return iso_8601(value)
    text = _text(value)
    if isinstance(value, int):
        return text
    return f"'{text}" if text.startswith(_FORMULA) else text


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Sequence) and all(isinstance(part, str) for part in value):
        return printable(" ".join(value))
    if isinstance(value, (Mapping, Sequence)):
        return printable(json.dumps(value, ensure_ascii=False)) if value else ""
    return printable(str(value))


class Writer(Protocol):
    """Write items to stdout."""

    def write(self, item: Any) -> None:
        """Write one."""
        ...

    def end(self) -> None:
        """Write what comes after the last; not called after an error."""
        ...

    def cut_short(self, reason: str) -> None:
        """Write in place of the end that there would have been more."""
        ...


def writer(
    output: OutputOptions, model: type[Any], columns: Sequence[str] = ()
) -> Writer:
    """Make a writer for items of *model*.

    Args:
        output: how to write them.
        model: their attrs class; CSV has all its fields.
        columns: the fields that a table has; without them each item is a block
            of its own, with all its fields.
    """
    if output.form is Format.JSON:
        return JsonWriter()
    if output.form is Format.NDJSON:
        return NdjsonWriter()
    if output.form is Format.CSV:
        return CsvWriter(_names(model), bom=output.bom)
    return TableWriter(columns) if columns else BlockWriter(_names(model))


def write_one(item: Any, output: OutputOptions) -> None:
    """Write a single item; as JSON it is an object, not a list."""
    as_json = output.form is Format.JSON
    out = NdjsonWriter() if as_json else writer(output, type(item))
    out.write(item)
    out.end()


def write_raw(value: Any) -> None:
    """Write plain JSON values, as they came."""
    results_as_utf8()
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


async def write_items(listing: Paginator[Any], out: Writer) -> None:
    """Write a listing out, as its pages come; if a signal ends it, up to there.

    After an error nothing more is written: JSON that is not closed cannot be taken
    for a whole list.
    """
    try:
        async with listing:
            async for item in listing:
                out.write(item)
    except asyncio.CancelledError:
        out.cut_short(INTERRUPTED)
        raise
    out.end()


class NdjsonWriter:
    """Write one JSON object a line."""

    def __init__(self) -> None:
        results_as_utf8()

    def write(self, item: Any) -> None:
        """Write one line."""
        sys.stdout.write(_json(item) + "\n")

    def end(self) -> None:
        """Write nothing more."""

    def cut_short(self, reason: str) -> None:
        """Write an object that is no item: its one key is ``incomplete``."""
        self.write({"incomplete": reason})


class JsonWriter:
    """Write a JSON list, one item a line."""

    def __init__(self) -> None:
        results_as_utf8()
        self._before = "["

    def write(self, item: Any) -> None:
        """Write one item."""
        sys.stdout.write(f"{self._before}\n  {_json(item)}")
        self._before = ","

    def end(self) -> None:
        """Close the list."""
        sys.stdout.write("[]\n" if self._before == "[" else "\n]\n")

    def cut_short(self, reason: str) -> None:
        """Close the list after an object that is no item, as in NDJSON."""
        self.write({"incomplete": reason})
        self.end()


class CsvWriter:
    """Write CSV with a header."""

    def __init__(self, columns: Sequence[str], *, bom: bool) -> None:
        self._columns = columns
        self._row = begin_csv(columns, bom=bom)

    def write(self, item: Any) -> None:
        """Write one row."""
        self._row(getattr(item, name) for name in self._columns)

    def end(self) -> None:
        """Write nothing more."""

    def cut_short(self, reason: str) -> None:
        """Write a row that is no item: ``incomplete`` and why."""
        self._row(("incomplete", reason, *[""] * (len(self._columns) - 2)))


def begin_csv(
    columns: Iterable[object], *, bom: bool
) -> Callable[[Iterable[object]], None]:
    """Write the header of CSV; return what writes a row of values."""
    results_as_utf8()
    if bom:
        sys.stdout.write("\ufeff")
    out = csv.writer(sys.stdout, lineterminator="\n")

    def row(values: Iterable[object]) -> None:
        out.writerow([csv_cell(value) for value in values])

    row(columns)
    return row


class TableWriter:
    """Write aligned columns; their width is that of the first rows.

    Cells are never cut or broken, so that they can be copied; a terminal that is too
    narrow wraps the line.
    """

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = columns
        self._widths: list[int] = []
        self._held: list[list[str]] = []

    def write(self, item: Any) -> None:
        """Write one row, or hold it back while widths are still being measured."""
        row = [table_cell(getattr(item, name)) for name in self._columns]
        if self._widths:
            self._line(row)
            return
        self._held.append(row)
        if len(self._held) == _MEASURED:
            self._start()

    def end(self) -> None:
        """Write what is still held back."""
        if not self._widths:
            self._start()

    def cut_short(self, reason: str) -> None:
        """Write a last line that is no row."""
        self.end()
        sys.stdout.write(f"Incomplete: {printable(reason)}.\n")

    def _start(self) -> None:
        rows = [list(self._columns), *self._held]
        self._widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        self._head(rows[0])
        for row in self._held:
            self._line(row)
        self._held.clear()

    def _head(self, row: Sequence[str]) -> None:
        from rich.text import Text

        console().print(Text(self._aligned(row), style="bold"), soft_wrap=True)

    def _line(self, row: Sequence[str]) -> None:
        sys.stdout.write(self._aligned(row) + "\n")

    def _aligned(self, row: Sequence[str]) -> str:
        pairs = zip(row, self._widths, strict=True)
        return "  ".join(cell.ljust(width) for cell, width in pairs).rstrip()


class BlockWriter:
    """Write each item as lines of field and value, with a blank line between."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = columns
        self._before = ""

    def write(self, item: Any) -> None:
        """Write one block."""
        sys.stdout.write(self._before)
        self._before = "\n"
        _write_block({name: getattr(item, name) for name in self._columns})

    def end(self) -> None:
        """Write nothing more."""

    def cut_short(self, reason: str) -> None:
        """Write a last line that is of no item."""
        sys.stdout.write(f"{self._before}Incomplete: {printable(reason)}.\n")


def _names(model: type[Any]) -> list[str]:
    return [attribute.name for attribute in fields(model)]


def _json(item: Any) -> str:
    return converter.dumps(item).decode()


async def write_mappings(
    listing: Paginator[dict[str, Any]], output: OutputOptions
) -> None:
    """Write items that have no model; CSV has a column for every key there is."""
    if output.form in {Format.JSON, Format.NDJSON}:
        await write_items(listing, writer(output, dict))
        return
    items = await listing.collect()
    if output.form is Format.CSV:
        names = list(dict.fromkeys(name for item in items for name in item))
        row = begin_csv(names, bom=output.bom)
        for item in items:
            row(item.get(name) for name in names)
        return
    for number, item in enumerate(items):
        sys.stdout.write("\n" if number else "")
        _write_block(item)


def _write_block(values: Mapping[str, Any]) -> None:
    cells = [(table_cell(name), table_cell(value)) for name, value in values.items()]
    width = max((len(name) for name, _ in cells), default=0)
    for name, cell in cells:
        sys.stdout.write(f"{name:<{width}}  {cell}\n")
