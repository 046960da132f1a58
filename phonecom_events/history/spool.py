"""Where a run is kept until it is written: memory while it is small, else a file.

An audit takes hours, and a transaction that long would keep all other audits from the
database.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from tempfile import SpooledTemporaryFile
from typing import IO, Final, cast

from msgspec import json

from .estate import Scope, Seen

_IN_MEMORY: Final = 16 * 1024 * 1024
_scopes: Final = json.Decoder(Scope)
_rows: Final = json.Decoder(Seen)


class Spool:
    """Hold scopes, each with its rows, one a line; a file of it has no name."""

    def __init__(self) -> None:
        # Closed by `close`, as it outlives this call.
        self._file = cast(
            "IO[bytes]",
            SpooledTemporaryFile(max_size=_IN_MEMORY),  # noqa: SIM115
        )

    def begin(self, scope: Scope) -> None:
        """Say what the rows that follow are of."""
        self._file.write(json.encode(scope) + b"\n")

    def add(self, rows: Iterable[Seen]) -> None:
        """Hold some."""
        self._file.write(b"".join(json.encode(row) + b"\n" for row in rows))

    def groups(self) -> Iterator[tuple[Scope, list[Seen]]]:
        """Give each scope with its rows, in the order in which they came."""
        self._file.seek(0)
        scope: Scope | None = None
        rows: list[Seen] = []
        for line in self._file:
            # A scope is an object, a row an array.
            if line.startswith(b"{"):
                if scope is not None:
                    yield scope, rows
                scope, rows = _scopes.decode(line), []
            else:
                rows.append(_rows.decode(line))
        if scope is not None:
            yield scope, rows

    def close(self) -> None:
        """Forget all of it."""
        self._file.close()
