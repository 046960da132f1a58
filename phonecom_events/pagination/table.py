"""Items as an HTML table, for notebooks; what a repr hides, this hides too."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from typing import Any, Final

from attrs import Attribute, fields, has

_ROWS_SHOWN: Final = 20

_Column = Callable[[Any], str]


def html_table(items: Sequence[object]) -> str:
    """Write the first items, one row each, everything escaped.

    The columns are the fields of the first item's attrs class; items of another
    class get one cell with their repr.
    """
    shown = items[:_ROWS_SHOWN]
    columns = _columns(type(shown[0])) if shown else {}
    kind = type(shown[0]) if columns else None
    parts = ["<table>", _row("th", columns) if columns else ""]
    for item in shown:
        cells = [show(item) for show in columns.values()] if type(item) is kind else []
        parts.append(_row("td", cells or [repr(item)]))
    parts.append("</table>")
    if len(items) > len(shown):
        parts.append(f"<p>… and {len(items) - len(shown)} more</p>")
    return "".join(parts)


def _columns(kind: type) -> Mapping[str, _Column]:
    if not has(kind):
        return {}
    return {
        attribute.name: _column(attribute)
        for attribute in fields(kind)
        if attribute.repr
    }


def _column(attribute: Attribute[Any]) -> _Column:
    show = attribute.repr if callable(attribute.repr) else str
    return lambda item: show(getattr(item, attribute.name))


def _row(cell: str, texts: Iterable[str]) -> str:
    cells = "".join(f"<{cell}>{escape(text)}</{cell}>" for text in texts)
    return f"<tr>{cells}</tr>"
