"""The tables of a history, as the newest migration leaves them.

Times are seconds since 1970: SQLite has no type for them, and PostgreSQL's would be
read differently. Linq has the account 0, which Phone.com gives nobody: a primary key
takes no NULL.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)

metadata: Final = MetaData()

# SQLite counts up only what it calls INTEGER.
_ID = BigInteger().with_variant(Integer, "sqlite")

run: Final = Table(
    "run",
    metadata,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("started_at", Double, nullable=False),
    Column("finished_at", Double),
    Column("complete", Boolean),
    Column("version", Text, nullable=False),
    Column("settings", Text, nullable=False),
    Column("accounts", Integer, nullable=False, server_default="0"),
    Column("unreadable", Integer, nullable=False, server_default="0"),
    Column("requests", BigInteger, nullable=False, server_default="0"),
    Column("errors", Integer, nullable=False, server_default="0"),
    Column("warnings", Integer, nullable=False, server_default="0"),
    Column("infos", Integer, nullable=False, server_default="0"),
    Column("items", Text, nullable=False, server_default="{}"),
    Index("run_started_at", "started_at"),
)

change: Final = Table(
    "change",
    metadata,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("run_id", _ID, ForeignKey("run.id"), nullable=False),
    Column("account", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("fields", Text, nullable=False),
    Index("change_run", "run_id", "id"),
    Index("change_thing", "kind", "key"),
)

# What the last run that could read it saw. `root` is the account that it was read
# with: a subaccount's rows come with its parent's.
state: Final = Table(
    "state",
    metadata,
    Column("account", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("root", BigInteger, nullable=False),
    Column("fields", Text, nullable=False),
    Index("state_root", "root"),
    sqlite_with_rowid=False,
)
