"""One run, on its way into a history: taken in as it is audited, written at once."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Final, Self

from sqlalchemy import and_, bindparam, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ..audit import Audited, Selection, Severity
from ..audit.extract import LINQ, Extract, Scope, Seen, as_json
from ..audit.slices import Steps, in_slices
from . import tables
from .database import Database
from .differences import Difference, Key, Known, differences
from .findings import finding_pieces, finding_scope
from .models import What
from .spool import Spool

# Statements are for so many rows, or accounts: SQLite takes 32,766 values in one.
_ROWS: Final = 5_000
_ACCOUNTS: Final = 500

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
    """

    def __init__(
        self,
        database: Database,
        run_id: int,
        *,
        selection: Selection,
        include_subaccounts: bool,
    ) -> None:
        self.run_id: int = run_id
        self._database = database
        self._selection = selection
        self._family = include_subaccounts
        # Two, as what became of one account is taken in while another is read.
        self._rows = Spool()
        self._findings = Spool()
        self._parents: dict[int, int] = {}
        self._children: dict[int, set[int]] = {}
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
        for child in scope.children:
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
        yield

    async def finish(self, *, complete: bool = True) -> None:
        """Write the run.

        Args:
            complete: false if the audit was ended before it was through.

        Raises:
            HistoryUnavailable: it could not be written; nothing of it is.
        """
        async with self._database.writing() as connection:
            for spool in (self._rows, self._findings):
                for groups in _batches(spool.groups()):
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
            known.update(by_root.get(scope.root, {}))
            found += await in_slices(
                differences(scope, rows, known, selected=self._selection.has)
            )
        await _store(connection, self.run_id, found)


def _batches(groups: Iterator[_Group]) -> Iterator[list[_Group]]:
    """Put small groups together, for as few statements as possible.

    No two of a batch are about the same things: the second would not see what the
    first has changed.
    """
    batch: list[_Group] = []
    size = 0
    taken: set[int] = set()
    for scope, rows in groups:
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
        for row in await connection.execute(select(tables.state).where(there)):
            one = Known(row.account, row.kind, row.key, row.root, row.fields)
            by_account.setdefault(one.account, {})[one.thing] = one
            by_root.setdefault(one.root, {})[one.thing] = one
    return by_account, by_root


def _some(numbers: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(numbers), _ACCOUNTS):
        yield numbers[start : start + _ACCOUNTS]


async def _store(
    connection: AsyncConnection, run_id: int, found: list[Difference]
) -> None:
    if not found:
        return
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
