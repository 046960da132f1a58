"""Where a run is kept until it is written: memory while it is small, else a file.

An audit takes hours, and a transaction that long would keep all other audits from the
database.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from tempfile import SpooledTemporaryFile, gettempdir
from typing import IO, Final, cast

from msgspec import json

from ..audit.extract import Scope, Seen
from ..audit.slices import ROWS, Steps
from ..errors import HistoryUnavailable

_IN_MEMORY: Final = 1024 * 1024
_scopes: Final = json.Decoder(Scope)
_rows: Final = json.Decoder(Seen)


class Spool:
    """Hold groups of rows, each with its scope after it; a file of them has no name.

    Groups are taken in one after another. One that was not taken in whole, because the
    audit was cancelled, is left out: half of an account's rows would look as if the
    other half had gone.

    A full disk does not end the audit, whose report is worth more: nothing is taken in
    any more, and whoever asks for the groups is told.
    """

    def __init__(self) -> None:
        # Closed by `close`, as it outlives this call.
        self._file = cast(
            "IO[bytes]",
            SpooledTemporaryFile(max_size=_IN_MEMORY),  # noqa: SIM115
        )
        self._end = 0  # of the last whole group
        self._taken: object = None
        self._failure: OSError | None = None

    def take(self, scope: Scope, pieces: Iterable[bytes]) -> Steps[None]:
        """Take in a group, in steps.

        Args:
            scope: of its rows.
            pieces: the rows, as `extract.written`.

        Raises:
            RuntimeError: another was begun meanwhile.
        """
        # Not a flag: who was cancelled amid its steps would leave it set.
        own = self._taken = object()
        self._seek(self._end)
        for rows in pieces:
            self._write(rows)
            yield
            if self._taken is not own:
                raise RuntimeError("groups are taken in one after another")
        self._write(json.encode(scope) + b"\n")
        self._end = self._file.tell()

    def groups(self) -> Iterator[tuple[Scope, list[Seen]] | None]:
        """Give each scope with its rows, in the order in which they came.

        And None after each some hundred rows, as a step of the work.

        Raises:
            HistoryUnavailable: not all could be taken in.
        """
        self._seek(0)
        if self._failure is not None:
            raise HistoryUnavailable(
                f"the run cannot be kept in {gettempdir()} until it is written:"
                f" {self._failure.strerror}; TMPDIR names another directory"
            )
        self._file.truncate(self._end)
        rows: list[Seen] = []
        for line in self._file:
            # A scope is an object, a row an array.
            if line.startswith(b"{"):
                yield _scopes.decode(line), rows
                rows = []
                continue
            rows.append(_rows.decode(line))
            if not len(rows) % ROWS:
                yield None

    def close(self) -> None:
        """Forget all of it."""
        with suppress(OSError):  # what was not written out is not needed
            self._file.close()

    def _seek(self, place: int) -> None:
        try:
            self._file.seek(place)  # writes what is in the buffer
        except OSError as error:
            self._failure = error

    def _write(self, data: bytes) -> None:
        if self._failure is not None:
            return
        try:
            self._file.write(data)
        except OSError as error:
            self._failure = error
