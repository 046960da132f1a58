"""What commands show of an item: as a row for people, and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from attrs import evolve, fields_dict, frozen

from ..input.options import Format, OutputOptions
from .formats import Writer, write_one, writer

T = TypeVar("T")


def _itself(item: Any) -> Any:
    return item


@frozen(kw_only=True)
class View(Generic[T]):
    """Say what is shown of items.

    Attributes:
        row: the attrs class of a row; CSV has all its fields, and so has an item
            that is shown alone.
        columns: the fields that a table of many has.
        make: makes a row of an item; by default the item is one.
        plain: makes what its JSON is written from; by default the item itself.
    """

    row: type[Any]
    columns: Sequence[str]
    make: Callable[[T], Any] = _itself
    plain: Callable[[T], Any] = _itself

    def of_many_accounts(self) -> View[T]:
        """Return the same with a column for the account, if rows know theirs."""
        if "voip_id" not in fields_dict(self.row) or "voip_id" in self.columns:
            return self
        return evolve(self, columns=("voip_id", *self.columns))

    def writer(self, output: OutputOptions) -> Writer:
        """Make a writer for many items."""
        out = writer(output, self.row, self.columns)
        return _Shown(out, self._show(output.form))

    def write_one(self, item: T, output: OutputOptions) -> None:
        """Write a single item."""
        write_one(self._show(output.form)(item), output)

    def _show(self, form: Format) -> Callable[[T], Any]:
        return self.plain if form in {Format.JSON, Format.NDJSON} else self.make


class _Shown:
    """Write what is to be shown of items."""

    def __init__(self, out: Writer, show: Callable[[Any], Any]) -> None:
        self._out = out
        self._show = show

    def write(self, item: Any) -> None:
        self._out.write(self._show(item))

    def end(self) -> None:
        self._out.end()

    def cut_short(self, reason: str) -> None:
        self._out.cut_short(reason)
