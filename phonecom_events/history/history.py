"""A history of audits: what is written to it, and what it can be asked."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final, Self

from msgspec import json
from sqlalchemy import Row, Select, and_, insert, or_, select

from ..audit import Selection
from ..audit.extract import LINQ, READING, as_json
from ..version import __version__
from . import tables
from .database import Database
from .models import Change, Run, What
from .recording import Recording

# Connections are let go between pages: whoever reads slowly keeps no transaction open.
_PAGE: Final = 500


class History:
    """Keep audits in a database, and tell what changed between them.

    ::

        async with History("sqlite:///audits.db") as history:
            async for change in history.changes(since=monday):
                ...

    Args:
        url: ``sqlite:///FILE`` or ``postgresql://USER:PASSWORD@HOST/DATABASE``.
        create: make the SQLite file if there is none.

    Raises:
        InvalidArgument: the URL cannot be used.

    Everything else raises `HistoryUnavailable` if the database cannot be used; no
    message has its password.
    """

    def __init__(self, url: str, *, create: bool = True) -> None:
        self._database = Database(url, create=create)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._database.name!r})"

    async def __aenter__(self) -> Self:
        try:
            await self._database.open()
        except BaseException:
            await self._database.close()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._database.close()

    async def record(
        self,
        *,
        started_at: datetime | None = None,
        selection: Selection | None = None,
        include_subaccounts: bool = False,
        begun: datetime | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> Recording:
        """Begin a run, which is unfinished until its `Recording` is finished.

        Args:
            started_at: the moment that the audit measures at; by default now.
            selection: which checks it runs, as `AuditStream.selection` says; by default
                all.
            include_subaccounts: as the audit has it.
            begun: when its reading began, aware, if an earlier process began it; by
                default now. What other runs tell that end later is left as they tell it.
            settings: plain values, kept as they are; no secrets.
        """
        selection = Selection() if selection is None else selection
        moment = datetime.now(UTC) if started_at is None else started_at
        values = {
            "started_at": moment.timestamp(),
            "version": __version__,
            "settings": as_json(
                {
                    "select": selection.select,
                    "ignore": selection.ignore,
                    "include_subaccounts": include_subaccounts,
                    **(settings or {}),
                }
            ),
        }
        async with self._database.writing() as connection:
            result = await connection.execute(insert(tables.run).values(values))
            (run_id,) = result.inserted_primary_key or (0,)
        return Recording(
            self._database,
            run_id,
            selection=selection,
            include_subaccounts=include_subaccounts,
            begun=time.time() if begun is None else begun.timestamp(),
        )

    async def runs(
        self, *, since: datetime | None = None, until: datetime | None = None
    ) -> AsyncIterator[Run]:
        """Give the runs that started from *since* on and before *until*, oldest first."""
        run = tables.run.c
        last = 0
        while True:
            page = (
                select(tables.run)
                .where(run.id > last, *_between(since, until))
                .order_by(run.id)
            )
            rows = await self._page(page)
            for row in rows:
                yield _run(row)
            if len(rows) < _PAGE:
                return
            last = rows[-1].id

    async def changes(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        account: int | None = None,
        kind: str | None = None,
        id: int | str | None = None,  # noqa: A002 - as rows call it
    ) -> AsyncIterator[Change]:
        """Give what changed in the runs from *since* on and before *until*, in order.

        Args:
            since, until: moments, aware.
            account: only this one's.
            kind: only this: ``listener``, ``callback``, ``profile``,
                ``webhook_subscription``, ``finding`` or ``reading``. Without it, that
                a listing was read whole for the first time is left out.
            id: only of what has this id.
        """
        change = tables.change.c
        chosen = [*_between(since, until)]
        if account is not None:
            chosen.append(change.account == account)
        if kind is None:
            first = and_(change.kind == READING, change.fields.like('{"whole":[null,%'))
            chosen.append(or_(change.what != What.READ, ~first))
        else:
            chosen.append(change.kind == kind)
        if id is not None:
            chosen.append(change.key == str(id))
        last = (0, 0)
        while True:
            after = or_(
                change.run_id > last[0],
                and_(change.run_id == last[0], change.id > last[1]),
            )
            page = (
                select(tables.change, tables.run.c.started_at)
                .join_from(tables.change, tables.run)
                .where(change.run_id >= last[0], after, *chosen)
                .order_by(change.run_id, change.id)
            )
            rows = await self._page(page)
            for row in rows:
                yield _change(row)
            if len(rows) < _PAGE:
                return
            last = (rows[-1].run_id, rows[-1].id)

    async def _page(self, query: Select[Any]) -> list[Row[Any]]:
        async with self._database.reading() as connection:
            return list(await connection.execute(query.limit(_PAGE)))


def _between(since: datetime | None, until: datetime | None) -> list[Any]:
    started = tables.run.c.started_at
    bounds = []
    if since is not None:
        bounds.append(started >= since.timestamp())
    if until is not None:
        bounds.append(started < until.timestamp())
    return bounds


def _run(row: Row[Any]) -> Run:
    done = row.finished_at is not None
    return Run(
        id=row.id,
        started_at=_moment(row.started_at),
        finished_at=_moment(row.finished_at) if done else None,
        state="unfinished" if not done else _ENDS[bool(row.complete)],
        accounts=row.accounts,
        unreadable=row.unreadable,
        errors=row.errors,
        warnings=row.warnings,
        infos=row.infos,
        requests=row.requests,
        items=json.decode(row.items),
        version=row.version,
        settings=json.decode(row.settings),
    )


_ENDS: Final = {True: "finished", False: "interrupted"}


def _change(row: Row[Any]) -> Change:
    fields = json.decode(row.fields)
    return Change(
        at=_moment(row.started_at),
        run=row.run_id,
        account=None if row.account == LINQ else row.account,
        kind=row.kind,
        id=row.key,
        what=What(row.what),
        fields={name: (before, after) for name, (before, after) in fields.items()},
    )


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
