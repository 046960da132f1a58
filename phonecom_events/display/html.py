"""Tables and texts in HTML for a notebook, everything in them escaped.

Colours and fonts are the notebook's, light or dark: nothing here sets one, as themes
tell neither by `prefers-color-scheme` nor by `color-scheme` which they are. What is wide
scrolls by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from ..frames.columns import Column, Values, values_of
from .printable import printable

_ROWS_SHOWN: Final = 20
# A name may have a megabyte, and the notebook would keep it.
_CHARACTERS_SHOWN: Final = 200
_MUTED: Final = "opacity:.7"


def escaped(text: object) -> str:
    """Return a text fit for HTML, cut where it gets too long to read.

    What no font shows is spelled out: a mark that turns text round would turn the rest
    of the sentence, and a name could look like another.
    """
    # With a table of all entities, and only notebooks ask for this.
    from html import escape  # noqa: PLC0415

    shown = str(text)
    if len(shown) > _CHARACTERS_SHOWN:
        shown = f"{shown[:_CHARACTERS_SHOWN]}…"
    return escape(printable(shown))


def block(*parts: str) -> str:
    """Put parts, which are HTML, under each other."""
    return f'<div style="overflow-x:auto">{"".join(parts)}</div>'


def paragraph(text: str, *, muted: bool = False) -> str:
    """Write a line of text, which is escaped."""
    style = f' style="{_MUTED}"' if muted else ""
    return f"<p{style}>{escaped(text)}</p>"


def heading(text: str) -> str:
    """Write a line that stands out, which is escaped."""
    return f"<p><strong>{escaped(text)}</strong></p>"


def prose_table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Write a table of sentences, which are escaped: as wide as it takes to read them."""
    left = 'style="text-align:left"'
    lines = "".join(_row("td", row, left) for row in rows)
    style = "margin:.5em 0;min-width:46em"
    return f'<table style="{style}">{_row("th", head, left)}{lines}</table>'


def table_of(rows: Sequence[Any], model: Any = None) -> str:
    """Write the first rows as a table, with the columns that frames have.

    Of nested models only the columns that have something in them: the others would be
    most of the table.

    Args:
        rows: models, or plain values.
        model: the type of a row; None to go by the rows.
    """
    shown = rows[:_ROWS_SHOWN]
    columns = [
        (column, values)
        for column, values in values_of(shown, model)
        if _worth_showing(column, values)
    ]
    cells = ([cell(each[at]) for _, each in columns] for at in range(len(shown)))
    head = _row("th", (column.name for column, _ in columns))
    lines = "".join(_row("td", each) for each in cells)
    parts = [f'<table style="white-space:nowrap">{head}{lines}</table>']
    if len(rows) > len(shown):
        parts.append(paragraph(f"… and {len(rows) - len(shown):,} more", muted=True))
    return block(*parts)


def fields_table(value: Any) -> str:
    """Write one model as a table of its fields, nested ones with dots."""
    return block(
        heading(type(value).__name__),
        pairs(
            {
                column.name: cell(values[0])
                for column, values in values_of((value,), type(value))
                if _worth_showing(column, values)
            }
        ),
    )


def pairs(values: Mapping[str, object]) -> str:
    """Write names and values as a table of two columns."""
    rows = (
        f'<tr><th style="text-align:left">{escaped(name)}</th>'
        f'<td style="text-align:left">{escaped(value)}</td></tr>'
        for name, value in values.items()
    )
    return f'<table style="margin:.5em 0">{"".join(rows)}</table>'


def cell(value: object) -> str:
    """Write a value as people read it; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, (tuple, list)):
        return ", ".join(
            f"({cell(each)})" if isinstance(each, (tuple, list)) else cell(each)
            for each in value
        )
    return str(value)


def _worth_showing(column: Column, values: Values) -> bool:
    nested = "." in column.name
    return not nested or any(value not in (None, ()) for value in values)


def _row(kind: str, cells: Iterable[object], style: str = "") -> str:
    start = f"{kind} {style}" if style else kind
    inside = "".join(f"<{start}>{escaped(each)}</{kind}>" for each in cells)
    return f"<tr>{inside}</tr>" if inside else ""
