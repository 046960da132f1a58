"""A history of each test's own: in a file, and on PostgreSQL where there is one."""

from __future__ import annotations

import os
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.cli.conftest import bare, cli, sandbox

__all__ = ["bare", "cli", "sandbox"]

POSTGRES = os.environ.get("PHONECOM_EVENTS_POSTGRES", "")


@pytest.fixture(params=["sqlite", *(["postgresql"] if POSTGRES else [])])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The URL of a database that nothing has been written to."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'audits.db'}"
        return
    name = f"history_{uuid.uuid4().hex}"
    server = make_url(POSTGRES).set(drivername="postgresql+asyncpg")
    engine = create_async_engine(server, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name}"))
        yield (
            make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
        )
        await connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    await engine.dispose()
