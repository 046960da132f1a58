"""JSON of callbacks without the values of headers, which may be secrets.

The API answers ``true`` in place of some of them; here it stands for all.
"""

from __future__ import annotations

from typing import Any, TypeVar

from attrs import evolve

from ...converter import converter
from ...phonecom import Callback, Header, HttpConfig, OverviewCallback, OverviewListener

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
