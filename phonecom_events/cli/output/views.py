"""What commands show of an item: as a row for people, and as JSON.

JSON of callbacks comes without the values of headers, which may be secrets: the API
answers ``true`` in place of some of them; here it stands for all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from attrs import evolve, fields_dict, frozen

from ...converter import converter
from ...phonecom import Callback, Header, HttpConfig, OverviewCallback, OverviewListener
from ..input.options import Format, OutputOptions
from .formats import Writer, write_one, writer

C = TypeVar("C", bound=Callback)


def masked_callback(callback: Callback) -> dict[str, Any]:
    """Return a callback as the API writes it, but with every header masked."""
    written: dict[str, Any] = masked(converter.unstructure(_writable(callback)))
    return written


def masked_overview(listener: OverviewListener) -> dict[str, Any]:
    """Return a listener with what hangs on it, with every header masked."""
    callback = listener.callback
    if callback is not None:
        listener = evolve(listener, callback=_writable_whole(callback))
    written: dict[str, Any] = masked(converter.unstructure(listener))
    return written


# The API masks the values of headers that it takes for secret by their names, such as
# Authorization (https://apidocs.phone.com/reference, events-callbacks); all may be.
def masked(value: Any) -> Any:
    """Return plain values with ``true`` for the value of each header in them."""
    if isinstance(value, dict):
        return {
            name: _masked_headers(part) if name == "headers" else masked(part)
            for name, part in value.items()
        }
    return [masked(part) for part in value] if isinstance(value, list) else value


def _masked_headers(headers: Any) -> Any:
    if not isinstance(headers, list):
        return None if headers is None else True
    return [
        {**header, "value": True} if isinstance(header, dict) else True
        for header in headers
    ]


def _writable_whole(callback: OverviewCallback) -> OverviewCallback:
    fallback = callback.fallback
    if fallback is not None:
        callback = evolve(callback, fallback=_writable(fallback))
    return _writable(callback)


def _writable(callback: C) -> C:
    """Fill in the headers that are masked, which the converter refuses to write."""
    config = callback.config
    if not isinstance(config, HttpConfig) or not config.headers:
        return callback
    headers = tuple(Header(name=header.name, value="") for header in config.headers)
    return evolve(callback, config=evolve(config, headers=headers))


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
