"""Models that notebooks show as tables."""

from __future__ import annotations


class Shown:
    """Give the models below it a table in notebooks."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        """Show the fields in a notebook, but for those that the repr hides."""
        from .html import fields_table  # noqa: PLC0415 only notebooks ask for this

        return fields_table(self)
