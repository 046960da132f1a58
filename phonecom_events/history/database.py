"""The database of a history: how its URL is read, how it is opened and written to."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, event, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from ..errors import HistoryUnavailable, InvalidArgument

_DRIVERS: Final = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}
_VERSION_TABLE: Final = "phonecom_events_history"
# Seconds: as long as another audit may take to write its run.
_BUSY_TIMEOUT: Final = 60.0
# Any number that no other program takes for its own; it is "PCEV".
_LOCK: Final = 0x50434556
_WRITES: Final = "phonecom_events_writes"


def read_url(text: str) -> URL:
    """Read where a history is, such as ``sqlite:///audits.db``.

    Raises:
        InvalidArgument: it is no URL of SQLite or PostgreSQL. The message does not have
            it, for it may hold a password.
    """
    expected = (
        "expected sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE, without"
        " a driver's name"
    )
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise InvalidArgument(f"the history's URL cannot be read; {expected}") from None
    driver = _DRIVERS.get(url.drivername)
    if driver is None:
        name = url.drivername if url.drivername.isprintable() else "this"
        raise InvalidArgument(f"a history cannot be kept in {name}; {expected}")
    if not url.database or url.database == ":memory:":
        raise InvalidArgument(f"the history's URL names no database; {expected}")
    return url.set(drivername=driver)


class Database:
    """Hold the engine of a history; nothing is opened before `open`.

    Args:
        url: as `read_url` takes it.
        create: make the SQLite file if there is none.
    """

    def __init__(self, url: str, *, create: bool) -> None:
        self._url = read_url(url)
        self._create = create
        self._engine: AsyncEngine | None = None

    @property
    def name(self) -> str:
        """Where it is, with ``***`` for the password."""
        # Not the driver's name, which nobody gave.
        plain = self._url.set(drivername=self._url.get_backend_name())
        return plain.render_as_string(hide_password=True)

    async def open(self) -> None:
        """Connect, and bring the tables up to date.

        Raises:
            HistoryUnavailable: it cannot be reached, is not there, or is newer.
        """
        options: dict[str, Any] = {}
        if self._is_sqlite:
            self._look_at_file()
            options = {"connect_args": {"timeout": _BUSY_TIMEOUT}}
        # Nothing is kept open between two uses: an audit takes hours, in which a
        # server may be restarted, and no connection is left on a loop that has ended.
        self._engine = create_async_engine(self._url, poolclass=NullPool, **options)
        if self._is_sqlite:
            event.listen(self._engine.sync_engine, "connect", _on_connect)
            event.listen(self._engine.sync_engine, "begin", _on_begin)
        async with self.writing() as connection:
            await connection.run_sync(_bring_up_to_date, self.name)

    async def close(self) -> None:
        """Let go of it."""
        if self._engine is not None:
            await self._engine.dispose()
            self._engine = None

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Open a connection to read with."""
        with self._told():
            async with self._opened().connect() as connection:
                yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that no other writer is in at the same time."""
        with self._told():
            engine = self._opened().execution_options(**{_WRITES: True})
            async with engine.begin() as connection:
                if not self._is_sqlite:
                    # What is there is read and then changed: two at once would each
                    # miss what the other writes.
                    await connection.execute(
                        text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK}
                    )
                yield connection

    @property
    def _is_sqlite(self) -> bool:
        return self._url.get_backend_name() == "sqlite"

    def _opened(self) -> AsyncEngine:
        if self._engine is None:
            raise RuntimeError("open the history with `async with` first")
        return self._engine

    def _look_at_file(self) -> None:
        path = Path(self._url.database or "")
        if path.exists():
            return
        if not self._create:
            raise HistoryUnavailable(
                f"there is no history at {path}: `audit --history {self.name}` begins"
                " one"
            )
        try:
            # Others on the machine need not read which accounts deliver where.
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        except OSError as error:
            raise HistoryUnavailable(f"cannot make {path}: {error.strerror}") from None

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what drivers raise into one line without values or a password."""
        try:
            yield
        except SQLAlchemyError as error:
            # Not its text, which has the statement and its values.
            cause = str(getattr(error, "orig", None) or type(error).__name__)
            reason = cause.splitlines()[0] if cause else type(error).__name__
            reason = reason.rpartition(">: ")[2]  # asyncpg's begins with its class
        except OSError as error:
            reason = error.strerror or type(error).__name__
        except OverflowError as error:  # an account's number, of SQLite's driver
            reason = str(error)
        else:
            return
        if self._url.password:
            reason = reason.replace(str(self._url.password), "***")
        raise HistoryUnavailable(f"cannot use the history {self.name}: {reason}")


def _on_connect(connection: Any, _: object) -> None:
    # sqlite3 would begin transactions by itself, and too late: at the first write.
    connection.isolation_level = None


def _on_begin(connection: Connection) -> None:
    # A transaction that reads before it writes would fail if another wrote between.
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _bring_up_to_date(connection: Connection, name: str) -> None:
    config = Config()
    config.set_main_option(
        "script_location", str(Path(__file__).parent / "migrations").replace("%", "%%")
    )
    config.attributes["connection"] = connection
    context = MigrationContext.configure(
        connection, opts={"version_table": _VERSION_TABLE}
    )
    scripts = ScriptDirectory.from_config(config)
    there = context.get_current_revision()
    if there is not None and there not in {each.revision for each in _all(scripts)}:
        raise HistoryUnavailable(
            f"the history {name} is of version {there}, newer than this"
            f" phonecom-events knows ({scripts.get_current_head()}): update it"
        )
    if there != scripts.get_current_head():
        command.upgrade(config, "head")


def _all(scripts: ScriptDirectory) -> Iterator[Any]:
    yield from scripts.walk_revisions()
