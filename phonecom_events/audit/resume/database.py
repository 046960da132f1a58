"""The SQLite database of a resume file: how it is opened, and what its errors say."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import EIO
from os import O_CREAT, O_RDWR
from os import close as close_file
from os import open as open_file
from pathlib import Path
from typing import Any, Final

import msgspec

from ...errors import InvalidArgument

# "pcev": tells the file from other databases. With the number of the format.
_APPLICATION: Final = 0x70636576
_FORMAT: Final = 2

_TABLES: Final = f"""
BEGIN;
CREATE TABLE settings (settings BLOB NOT NULL);
CREATE TABLE done (account INTEGER PRIMARY KEY, audited BLOB NOT NULL);
CREATE TABLE listings (
    account INTEGER, listing TEXT, state BLOB NOT NULL,
    PRIMARY KEY (account, listing)
) WITHOUT ROWID;
CREATE TABLE pages (
    number INTEGER PRIMARY KEY, account INTEGER, listing TEXT, rows BLOB NOT NULL
);
CREATE INDEX pages_of ON pages (account, listing, number);
CREATE TABLE scopes (account INTEGER PRIMARY KEY, scope BLOB NOT NULL);
CREATE TABLE pieces (
    number INTEGER PRIMARY KEY, account INTEGER, rows BLOB NOT NULL
);
CREATE INDEX pieces_of ON pieces (account, number);
PRAGMA application_id = {_APPLICATION};
PRAGMA user_version = {_FORMAT};
COMMIT;
"""


class Database:
    """Hold the file open, for this process alone.

    Args:
        path: of the file; only its owner can read one that is made.

    Raises:
        InvalidArgument: it is no such file, or another process has it open.
        OSError: it cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        # Before SQLite makes it, as it would be for all to read.
        close_file(open_file(path, O_CREAT | O_RDWR, 0o600))
        with self.telling():
            self._connection = sqlite3.connect(path, isolation_level=None, timeout=0)
        try:
            self._open()
        except BaseException:
            self.close()
            raise

    def _open(self) -> None:
        # Nobody else may use it, and SQLite then needs no memory that is shared.
        self.do("PRAGMA locking_mode = EXCLUSIVE")
        # Not FULL: a loss of power may cost the last pages, never the file.
        self.do("PRAGMA synchronous = NORMAL")
        self.do("PRAGMA journal_mode = WAL")
        if self.one("SELECT 1 FROM sqlite_schema") is None:
            with self.telling():
                self._connection.executescript(_TABLES)
        ids = [
            self.one(f"PRAGMA {name}") for name in ("application_id", "user_version")
        ]
        if ids != [(_APPLICATION,), (_FORMAT,)]:
            raise InvalidArgument(f"{self._path} is no resume file of this version")

    def close(self) -> None:
        """Close the file; what is in it stays."""
        with suppress(sqlite3.Error):  # the next run finds what there is
            self._connection.close()

    def do(self, statement: str, *values: Any) -> sqlite3.Cursor:
        """Run a statement."""
        with self.telling():
            return self._connection.execute(statement, values)

    def one(self, statement: str, *values: Any) -> tuple[Any, ...] | None:
        """Return the first row of a query."""
        row: tuple[Any, ...] | None = self.do(statement, *values).fetchone()
        return row

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Let all statements of a block take effect, or none."""
        self.do("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            with suppress(OSError):  # what has failed before is being told
                self.do("ROLLBACK")
            raise
        self.do("COMMIT")

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Raise what goes wrong with the file as what its users know."""
        try:
            yield
        except msgspec.MsgspecError as error:
            raise InvalidArgument(f"{self._path} is damaged: {error}") from None
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise InvalidArgument(f"another audit is using {self._path}") from None
            raise OSError(EIO, str(error), str(self._path)) from None
        except sqlite3.DatabaseError as error:
            raise InvalidArgument(f"{self._path} is no resume file: {error}") from None
