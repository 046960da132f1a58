"""One run, on its way into a history: taken in as it is audited, written at once."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from types import TracebackType
from typing import Any, Final, Self

from sqlalchemy import (
    and_,
    bindparam,
    delete,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from ..audit import Audited, Selection, Severity
from ..audit.extract import LINQ, Extract, Scope, Seen, as_json
from ..audit.slices import Steps, in_slices, parts
from . import tables
from .database import Database
from .differences import Difference, Key, Known, differences
from .findings import finding_pieces, finding_scope
from .models import What
from .spool import Spool

# Statements are for so many rows, or accounts: SQLite takes 32,766 values in one.
_ROWS: Final = 5_000
_ACCOUNTS: Final = 500
# So many are read at a time: each time costs a way to the driver's thread and back.
_READ: Final = 1_000
# Stands for more than one account that another was read with.
_SEVERAL: Final = -1
# Seconds that the clocks of two machines may differ by. What is said to have ended
# later than that was written by a wrong clock, and would be in the way until then.
_SKEW: Final = 3600.0

_Group = tuple[Scope, list[Seen]]


class Recording:
    """Take in what an audit reads and finds; `finish` writes it, in one transaction.

    ::

        async with (
            await history.record() as recording,
            AuditStream(phonecom, ids, on_extract=recording.on_extract) as stream,
        ):
            async for audited in stream:
                await recording.add(audited)
            await recording.finish()

    Left without `finish`, the run stays unfinished. One stream at a time.

    Args:
        database: where to.
        run_id: of the run, which is there already, unfinished.
        selection: which checks are run.
        include_subaccounts: whether each account is read along with its subaccounts.
        begun: when the reading began, in seconds since 1970.
    """

    def __init__(
        self,
        database: Database,
        run_id: int,
        *,
        selection: Selection,
        include_subaccounts: bool,
        begun: float,
    ) -> None:
        self.run_id: int = run_id
        self._database = database
        self._selection = selection
        self._family = include_subaccounts
        self._begun = begun
        self._complete = True
        self._newer: set[Key] = set()
        # Two, as what became of one account is taken in while another is read.
        self._rows = Spool()
        self._findings = Spool()
        self._parents: dict[int, int] = {}
        self._children: dict[int, set[int]] = {}
        self._roots: dict[int, int] = {}
        self._counts: Counter[Severity] = Counter()
        self._items: Counter[str] = Counter()
        self._numbers: Counter[str] = Counter()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._rows.close()
        self._findings.close()

    def on_extract(self, extract: Extract) -> Steps[None]:
        """Take what is kept of an account or of Linq, in steps; see `AuditStream`."""
        scope = extract.scope
        yield from self._rows.take(scope, extract.pieces)
        if scope.judged:
            self._note_root(scope.account, scope.root)
        for child in scope.children:
            self._note_root(child, scope.root)
            self._parents[child] = scope.account
            self._children.setdefault(scope.account, set()).add(child)

    async def add(self, audited: Audited) -> None:
        """Take what became of an account, before that of the next."""
        await in_slices(self.on_audited(audited))

    def on_audited(self, audited: Audited) -> Steps[None]:
        """Do the same, in steps."""
        account = audited.account or LINQ
        scope = finding_scope(
            audited,
            family=self._family,
            parent=self._parents.get(account),
            children=self._children.pop(account, ()),
        )
        yield from self._findings.take(scope, finding_pieces(audited))
        counted = (each for each in audited.findings if each.accepted is None)
        self._counts.update(finding.severity for finding in counted)
        for reading in audited.readings:
            self._items[reading.resource] += reading.report.items
        self._numbers["accounts"] += audited.account is not None
        self._numbers["unreadable"] += audited.unreadable
        self._numbers["requests"] += audited.requests

    async def finish(self, *, complete: bool = True) -> None:
        """Write the run.

        Args:
            complete: false if the audit was ended before it was through.

        Raises:
            HistoryUnavailable: it could not be written; nothing of it is.
        """
        self._complete = complete
        async with self._database.writing() as connection:
            self._newer = await _told_since(connection, self._begun, self.run_id)
            for spool in (self._rows, self._findings):
                batches = _batches(spool.groups())
                while groups := await in_slices(_next(batches)):
                    await self._write(connection, groups)
            await connection.execute(
                update(tables.run)
                .where(tables.run.c.id == self.run_id)
                .values(finished_at=time.time(), complete=complete, **self._sums())
            )

    def _sums(self) -> dict[str, Any]:
        return {
            "accounts": self._numbers["accounts"],
            "unreadable": self._numbers["unreadable"],
            "requests": self._numbers["requests"],
            "errors": self._counts[Severity.ERROR],
            "warnings": self._counts[Severity.WARNING],
            "infos": self._counts[Severity.INFO],
            "items": as_json(self._items),
        }

    async def _write(self, connection: AsyncConnection, groups: list[_Group]) -> None:
        by_account, by_root = await _known(connection, groups)
        found: list[Difference] = []
        for scope, rows in groups:
            accounts = {scope.account, *(row.account for row in rows)}
            known: dict[Key, Known] = {}
            for account in accounts:
                known.update(by_account.get(account, {}))
            if scope.family:
                known.update(by_root.get(scope.root, {}))
            await asyncio.sleep(0)
            found += await in_slices(
                differences(
                    scope,
                    rows,
                    known,
                    selected=self._selection.has,
                    elsewhere=partial(self._is_elsewhere, scope.root),
                )
            )
        if self._newer:
            found = [each for each in found if each.thing not in self._newer]
        # SQLAlchemy goes through the values of a statement in one step.
        for some in parts(found):
            await _store(connection, self.run_id, some)

    def _note_root(self, account: int, root: int) -> None:
        known = self._roots.setdefault(account, root)
        if known != root:
            self._roots[account] = _SEVERAL

    def _is_elsewhere(self, root: int, account: int) -> bool:
        """Tell whether this run has read an account along with another one, or alone.

        One that was interrupted might have, had it gone on.
        """
        return self._roots.get(account, root if self._complete else _SEVERAL) != root


def _next(batches: Iterator[list[_Group]]) -> Steps[list[_Group]]:
    """Return the next batch, in steps; an empty one after the last."""
    for batch in batches:
        if batch:
            return batch
        yield
    return []


def _batches(groups: Iterator[_Group | None]) -> Iterator[list[_Group]]:
    """Put small groups together, for as few statements as possible.

    No two of a batch are about the same things: the second would not see what the
    first has changed. An empty one is a step of the work.
    """
    batch: list[_Group] = []
    size = 0
    taken: set[int] = set()
    for group in groups:
        if group is None:
            yield []
            continue
        scope, rows = group
        about = {scope.account, *(row.account for row in rows)}
        full = size + len(rows) > _ROWS or len(batch) >= _ACCOUNTS
        if batch and (full or about & taken):
            yield batch
            batch, size, taken = [], 0, set()
        batch.append((scope, rows))
        size += len(rows)
        taken |= about
    if batch:
        yield batch


_ByNumber = dict[int, dict[Key, Known]]


async def _known(
    connection: AsyncConnection, groups: list[_Group]
) -> tuple[_ByNumber, _ByNumber]:
    """Read what is known of these, by account and by the account it is read with."""
    accounts = {scope.account for scope, _ in groups}
    accounts |= {row.account for _, rows in groups for row in rows}
    roots = {scope.root for scope, _ in groups if scope.family}
    by_account: _ByNumber = {}
    by_root: _ByNumber = {}
    columns = tables.state.c
    for some in _some(sorted(accounts | roots)):
        there = or_(columns.account.in_(some), columns.root.in_(some))
        query = select(tables.state).where(there).execution_options(yield_per=_READ)
        async with connection.stream(query) as found:
            async for part in found.partitions():
                for row in part:
                    one = Known(row.account, row.kind, row.key, row.root, row.fields)
                    by_account.setdefault(one.account, {})[one.thing] = one
                    by_root.setdefault(one.root, {})[one.thing] = one
    return by_account, by_root


async def _told_since(
    connection: AsyncConnection, begun: float, run_id: int
) -> set[Key]:
    """Return what runs have told that ended after this one began to read.

    They may have read it later: to them it was new, or gone, and this one would take
    that back. If it is not as they say any more, the next run tells.
    """
    change, run = tables.change.c, tables.run.c
    moment = select(run.started_at).where(run.id == run_id).scalar_subquery()
    later = (
        select(change.account, change.kind, change.key)
        .join_from(tables.change, tables.run)
        .where(
            run.finished_at >= begun,
            run.finished_at <= time.time() + _SKEW,
            # One that was interrupted at the same moment is that which this goes on
            # with: it has read no account later.
            or_(run.complete, run.started_at != moment),
        )
    )
    things: set[Key] = set()
    query = later.execution_options(yield_per=_READ)
    async with connection.stream(query) as found:
        async for part in found.partitions():
            things.update((row.account, row.kind, row.key) for row in part)
    return things


def _some(numbers: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(numbers), _ACCOUNTS):
        yield numbers[start : start + _ACCOUNTS]


async def _store(
    connection: AsyncConnection, run_id: int, found: Sequence[Difference]
) -> None:
    columns = tables.state.c
    changes = []
    old: list[dict[str, Any]] = []
    new: list[dict[str, Any]] = []
    for each in found:
        account, kind, key = each.thing
        thing = {"account": account, "kind": kind, "key": key}
        if each.what is not None:
            what = str(each.what)
            changes.append(
                {**thing, "run_id": run_id, "what": what, "fields": each.fields}
            )
        if each.what is not What.APPEARED:
            old.append({f"its_{name}": value for name, value in thing.items()})
        if each.now is not None:
            new.append({**thing, "root": each.root, "fields": each.now})
    if changes:
        await connection.execute(insert(tables.change), changes)
    if old:
        await connection.execute(
            delete(tables.state).where(
                and_(
                    columns.account == bindparam("its_account"),
                    columns.kind == bindparam("its_kind"),
                    columns.key == bindparam("its_key"),
                )
            ),
            old,
        )
    if new:
        await connection.execute(insert(tables.state), new)
