"""The SQLite file of an inbox: how it is made, opened and written to, all or nothing."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final, Self

# "PCEV": looked at before anything is written, as the path may be a mistake.
_APPLICATION_ID: Final = 0x50434556
_VERSION: Final = 1
_SUFFIXES: Final = ("", "-wal", "-shm")

# A row stays when its body is gone, so that repeats are known. Each partial index has
# the events of one state alone: no query wades through those that are done.
_TABLES: Final = """
CREATE TABLE event (
  id INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  name TEXT NOT NULL,
  state TEXT NOT NULL,
  body BLOB,
  received_at REAL NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  error TEXT,
  failed_at REAL,
  due_at REAL,
  owner TEXT,
  ended_at REAL
);
CREATE INDEX event_waiting ON event (source, id) WHERE state = 'waiting';
CREATE INDEX event_paused ON event (source, due_at) WHERE state = 'paused';
CREATE INDEX event_leased ON event (owner, source) WHERE state = 'leased';
CREATE INDEX event_dead ON event (id) WHERE state = 'dead';
CREATE INDEX event_ended ON event (ended_at) WHERE ended_at IS NOT NULL;
CREATE TABLE event_key (
  source TEXT NOT NULL,
  digest BLOB NOT NULL,
  event INTEGER NOT NULL REFERENCES event ON DELETE CASCADE,
  PRIMARY KEY (source, digest)
) WITHOUT ROWID;
CREATE INDEX event_key_event ON event_key (event);
CREATE TABLE owner (
  id TEXT PRIMARY KEY,
  renewed_at REAL NOT NULL,
  lease REAL NOT NULL
);
"""


class NotAnInbox(Exception):
    """Say what a file is instead of an inbox that can be used here."""


class InboxFile:
    """Hold a connection to the file; made and used in one thread.

    Attributes:
        connection: without transactions of its own: see `transaction`.
        inode: tells the file from another one at the same path.
        is_new: whether it was empty, so that its tables had to be made.
    """

    def __init__(
        self, path: Path, connection: sqlite3.Connection, *, is_new: bool
    ) -> None:
        self.path = path
        self.connection = connection
        self.inode: tuple[int, int] = inode(path)
        self.is_new = is_new
        self._looked_at: tuple[int, int] | None = None

    @classmethod
    def open(cls, path: Path, *, busy_timeout: float, make_tables: bool = True) -> Self:
        """Open the file.

        Args:
            path: of the file, absolute; it must be there: see `create`.
            busy_timeout: seconds to wait while another process writes.
            make_tables: whether an empty file becomes an inbox.

        Raises:
            sqlite3.Error, OSError: it cannot be opened.
            NotAnInbox: it is a file of another kind.
        """
        inode(path)  # says what is wrong better than SQLite: "unable to open"
        connection = _connect(path, busy_timeout)
        try:
            is_empty = _is_empty(connection, allowed=make_tables)
            # Not before it is known to be an inbox: the path may be a mistake.
            _make_private(path)
            _prepare(connection)
            is_new = is_empty and _make_tables(connection)
            return cls(path, connection, is_new=is_new)
        except BaseException:
            connection.close()
            raise

    def close(self) -> None:
        """Close the connection; the last one to be closed tidies up beside the file."""
        self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Have what is done inside kept on the disk, or nothing of it.

        Raises:
            sqlite3.Error, OSError, NotAnInbox: nothing of it was kept.
        """
        self._look_at_disk()
        connection = self.connection
        # A plain BEGIN fails at its first write, at once and whatever the timeout, if
        # another process wrote since its first read: SQLITE_BUSY_SNAPSHOT.
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            # After some errors, such as a full disk, SQLite has done so itself.
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise

    def _look_at_disk(self) -> None:
        """Raise if the file is not what SQLite has in mind.

        SQLite would go on, by what it has in memory, in a file that was removed or
        overwritten: what is written then is lost when it is closed.
        """
        found = self.path.stat()
        if (found.st_dev, found.st_ino) != self.inode:
            raise FileNotFoundError(0, "the file was moved or replaced")
        changed = (found.st_size, found.st_mtime_ns)
        if changed != self._looked_at:
            _check_header(self.path, found.st_size)
            self._looked_at = changed

    def checkpoint(self) -> None:
        """Empty the log beside the file, unless others are at it: it holds bodies."""
        with suppress(sqlite3.Error):
            (waits,) = self.connection.execute("PRAGMA busy_timeout").fetchone()
            self.connection.execute("PRAGMA busy_timeout = 0")
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            self.connection.execute(f"PRAGMA busy_timeout = {waits}")


def create(path: Path) -> None:
    """Make an empty file that its owner alone can read, unless there is one.

    Raises:
        OSError: it cannot be made.
    """
    try:
        # O_EXCL: closing a file that SQLite has open elsewhere in this process would
        # drop its locks (https://sqlite.org/howtocorrupt.html, 2.2).
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return
    # SQLite syncs what it writes, but not that there is a new file.
    with suppress(OSError):  # not every system opens directories
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def free_leases_if_alone(path: Path) -> None:
    """Give up all leases, if no other process has the file open: their owners are dead.

    SQLite grants exclusive locking of a WAL file to nobody while another has it open
    (https://sqlite.org/pragma.html#pragma_locking_mode), and the system drops the locks
    of a process, however it ends. So what a killed process had is taken up at once, and
    in its old place, not when its lease is over.
    """
    with closing(_connect(path, 0)) as connection, suppress(sqlite3.OperationalError):
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        if _pragma(connection, "application_id") != _APPLICATION_ID:
            return
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(
            "UPDATE event SET state = 'waiting', owner = NULL WHERE state = 'leased'"
        )
        connection.execute("DELETE FROM owner")
        connection.execute("COMMIT")


def inode(path: Path) -> tuple[int, int]:
    """Return what tells a file from another one that takes its place."""
    found = path.stat()
    return found.st_dev, found.st_ino


def _make_private(path: Path) -> None:
    """Let the owner alone read the file; SQLite makes those beside it the same."""
    for suffix in _SUFFIXES:
        beside = Path(f"{path}{suffix}")
        with suppress(FileNotFoundError):
            if beside.stat().st_mode & 0o077:
                beside.chmod(0o600)


def _connect(path: Path, busy_timeout: float) -> sqlite3.Connection:
    # mode=rw: connecting alone makes no file.
    return sqlite3.connect(
        f"{path.as_uri()}?mode=rw",
        uri=True,
        timeout=busy_timeout,
        isolation_level=None,
    )


def _check_header(path: Path, size: int) -> None:
    if size == 0:
        raise NotAnInbox("it was emptied")
    # Not by reading the file, as closing it would drop the locks that SQLite has.
    # Immutable: without a look at the log, which is newer and may be in order.
    uri = f"{path.as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            _pragma(connection, "schema_version")
    except sqlite3.DatabaseError as error:
        # Anything else may come of pages that another process is writing right now.
        if error.sqlite_errorcode == sqlite3.SQLITE_NOTADB:
            raise


def _is_empty(connection: sqlite3.Connection, *, allowed: bool) -> bool:
    """Tell whether there is nothing in the file yet; raise if it is no inbox."""
    application, version = (
        _pragma(connection, name) for name in ("application_id", "user_version")
    )
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if application not in {0, _APPLICATION_ID} or (application == 0 and tables):
        raise NotAnInbox("it is an SQLite file of another program")
    if version > _VERSION:
        raise NotAnInbox("it was made by a newer version of phonecom_events")
    if application == 0 and not allowed:
        raise NotAnInbox("it is empty")
    return application == 0


def _prepare(connection: sqlite3.Connection) -> None:
    if connection.execute("PRAGMA journal_mode = WAL").fetchone() != ("wal",):
        raise NotAnInbox("its file system cannot share memory, as WAL needs")
    # With NORMAL, a commit would be lost with the power; and so it would on macOS,
    # whose fsync() leaves it to the drive: https://sqlite.org/pragma.html
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA fullfsync = ON")
    connection.execute("PRAGMA foreign_keys = ON")
    # Else the bodies of events that are done would stay readable in free pages.
    connection.execute("PRAGMA secure_delete = ON")


def _make_tables(connection: sqlite3.Connection) -> bool:
    connection.execute("BEGIN IMMEDIATE")
    # Another process may have been faster.
    missing = _pragma(connection, "application_id") == 0
    if missing:
        for statement in _TABLES.split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {_VERSION}")
        connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
    connection.execute("COMMIT")
    return missing


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    (value,) = connection.execute(f"PRAGMA {name}").fetchone()
    return int(value)


def reason(error: Exception) -> str:
    """Say what is wrong with a file, without its path."""
    return (isinstance(error, OSError) and error.strerror) or str(error)
