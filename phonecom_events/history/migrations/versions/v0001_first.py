"""Runs, changes, and the latest state."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None


def upgrade() -> None:
    """Make the first tables."""
    id_ = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "run",
        sa.Column("id", id_, primary_key=True, autoincrement=True),
        sa.Column("started_at", sa.Double, nullable=False),
        sa.Column("finished_at", sa.Double),
        sa.Column("complete", sa.Boolean),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("settings", sa.Text, nullable=False),
        sa.Column("accounts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("unreadable", sa.Integer, nullable=False, server_default="0"),
        sa.Column("requests", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("errors", sa.Integer, nullable=False, server_default="0"),
        sa.Column("warnings", sa.Integer, nullable=False, server_default="0"),
        sa.Column("infos", sa.Integer, nullable=False, server_default="0"),
        sa.Column("items", sa.Text, nullable=False, server_default="{}"),
    )
    op.create_index("run_started_at", "run", ["started_at"])
    op.create_table(
        "change",
        sa.Column("id", id_, primary_key=True, autoincrement=True),
        sa.Column("run_id", id_, sa.ForeignKey("run.id"), nullable=False),
        sa.Column("account", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("fields", sa.Text, nullable=False),
    )
    op.create_index("change_run", "change", ["run_id", "id"])
    op.create_index("change_thing", "change", ["kind", "key"])
    op.create_table(
        "state",
        sa.Column("account", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("root", sa.BigInteger, nullable=False),
        sa.Column("fields", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("state_root", "state", ["root"])
