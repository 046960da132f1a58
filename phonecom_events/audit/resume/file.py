"""The file that an audit keeps, and another process goes on with.

It is an SQLite database, because that is what changes atomically and by as much as a
page of rows: a file that is written anew each time would cost more with each account.
What is in it is as confidential as a report with ``show``: what was read of accounts
that are not done is in it whole, though no token.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from os import PathLike, fspath
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ...errors import InvalidArgument
from ..extract import LINQ, Extract
from ..reading.saved import ListingState, SavedRows
from ..report.audited import Audited
from ..slices import Steps
from .database import Database
from .encoding import (
    Unwritable,
    audited_from,
    encoded,
    encoded_rows,
    rows_from,
    scope_from,
    state_from,
)
from .settings import ResumeSettings, decode, encode


class ResumeFile:
    """Keep what an audit has read and found, so that a later run can go on.

    ::

        with ResumeFile("audit.resume") as resume:
            report = await audit(phonecom, accounts, resume=resume)
            ...  # write it

    The file is removed when the block ends and the audit has come to its end; else
    the next run with the same settings goes on. What it has found and read by then is
    not asked for again, but for the request that was under way for each account.
    Accounts that could not be read are asked for again.

    Args:
        path: of the file; only its owner can read one that is made. While it is in
            use, SQLite has another beside it, with ``-wal`` at the end of its name.

    Raises (when entered):
        InvalidArgument: it is no such file, or another audit is using it.
        OSError: it cannot be read or written, here or later on.
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        self._path = Path(fspath(path))
        self._database: Database | None = None
        self._settings: ResumeSettings | None = None
        self._ended = False

    def __enter__(self) -> Self:
        self._database = Database(self._path)
        try:
            row = self._opened.one("SELECT settings FROM settings")
            with self._opened.telling():
                self._settings = None if row is None else decode(row[0])
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
        if error is None and self._ended:
            self._path.unlink(missing_ok=True)

    def close(self) -> None:
        """Close the file, which stays."""
        if self._database is not None:
            self._database.close()
            self._database = None

    @property
    def path(self) -> Path:
        """Where it is."""
        return self._path

    @property
    def now(self) -> datetime | None:
        """The moment that the audit under way measures at; None if there is none."""
        return None if self._settings is None else self._settings.now

    @property
    def done(self) -> int:
        """How many accounts are done, Linq included."""
        (count,) = self._opened.one("SELECT count(*) FROM done") or (0,)
        return int(count)

    def begin(self, asked: ResumeSettings, new: ResumeSettings) -> ResumeSettings:
        """Go on with the audit under way, or begin one.

        Args:
            asked: the settings; None for those of the file.
            new: the same of an audit that is begun.

        Returns:
            Those of this audit.

        Raises:
            InvalidArgument: there is one with other settings; says which.
        """
        if self._settings is None:
            self._settings = new
            self._opened.do("INSERT INTO settings VALUES (?)", encode(new))
        different = asked.differences(self._settings)
        if different:
            raise InvalidArgument(
                f"{self._path} is of an audit with other settings: "
                f"{'; '.join(different)}. Give them as they were, or remove the file"
            )
        return self._settings

    def end(self) -> None:
        """Note that the audit has come to its end."""
        self._ended = True

    def audited(self, account: int | None) -> tuple[Audited, ...] | None:
        """Return what became of an account, or Linq; None if it is not done."""
        row = self._opened.one(
            "SELECT audited FROM done WHERE account = ?", account or LINQ
        )
        if row is None:
            return None
        with self._opened.telling():
            return audited_from(row[0])

    def keep(self, account: int | None, audited: Iterable[Audited]) -> None:
        """Keep what became of an account; what was read of it is not needed any more.

        Unless some of it could not be read: the next run asks for that again.
        """
        some = tuple(audited)
        if any(each.unreadable for each in some):
            return
        try:
            data = encoded(some)
        except Unwritable:
            return
        number = account or LINQ
        with self._opened.transaction():
            self._opened.do("INSERT OR REPLACE INTO done VALUES (?, ?)", number, data)
            _forget(self._opened, number)

    def keep_extract(self, extract: Extract) -> Steps[None]:
        """Keep what a history keeps of an account, in steps, before `keep`.

        What an earlier process had kept of it is forgotten: it was killed meanwhile, or
        some of the account could not be read.
        """
        account = extract.scope.account
        with self._opened.transaction():
            self._opened.do("DELETE FROM pieces WHERE account = ?", account)
            self._opened.do(
                "INSERT OR REPLACE INTO scopes VALUES (?, ?)",
                account,
                encoded(extract.scope),
            )
        # Others keep theirs in between, so one transaction cannot span the steps.
        for rows in extract.pieces:
            self._opened.do(
                "INSERT INTO pieces (account, rows) VALUES (?, ?)", account, rows
            )
            yield

    def extract(self, account: int) -> Extract:
        """Return what `keep_extract` has kept of an account, or of `LINQ`.

        Raises:
            InvalidArgument: nothing was kept of it.
        """
        row = self._opened.one("SELECT scope FROM scopes WHERE account = ?", account)
        if row is None:
            raise InvalidArgument(f"{self._path} is damaged: no rows of {account}")
        with self._opened.telling():
            scope = scope_from(row[0])
        return Extract(scope=scope, pieces=self._pieces(account))

    def _pieces(self, account: int) -> Iterator[bytes]:
        # Not one query for all: it would stand open while others write.
        number = 0
        while row := self._opened.one(
            "SELECT number, rows FROM pieces WHERE account = ? AND number > ?"
            " ORDER BY number LIMIT 1",
            account,
            number,
        ):
            number, rows = row
            yield rows

    def reading(self, account: int) -> AccountFile:
        """Return what keeps the reading of an account."""
        return AccountFile(self._opened, account)

    @property
    def _opened(self) -> Database:
        if self._database is None:
            raise RuntimeError("enter the resume file with `with` first")
        return self._database


class AccountFile:
    """Keep the reading of one account; see `SavedReading`.

    Args:
        database: where.
        account: whose.
    """

    def __init__(self, database: Database, account: int) -> None:
        self._database = database
        self._account = account
        self._kept = True

    def state(self, listing: str) -> ListingState | None:
        """Return how far a listing was read; None if it was not begun."""
        row = self._database.one(
            "SELECT state FROM listings WHERE account = ? AND listing = ?",
            self._account,
            listing,
        )
        if row is None:
            return None
        with self._database.telling():
            return state_from(row[0])

    def pages(self, listing: str) -> Iterator[SavedRows[Any]]:
        """Return what has been read of a listing, in order."""
        rows = self._database.do(
            "SELECT rows FROM pages WHERE account = ? AND listing = ? ORDER BY number",
            self._account,
            listing,
        )
        for (data,) in rows:
            with self._database.telling():
                yield rows_from(listing, data)

    def save(
        self, listing: str, state: ListingState, rows: SavedRows[Any] | None = None
    ) -> None:
        """Keep a page, and where the scan stands after it: both, or neither."""
        if not self._kept:
            return
        try:
            page = None if rows is None else encoded_rows(rows)
            stands = encoded(state)
        except Unwritable:
            # A later page without this one would be a gap that nobody sees.
            self._kept = False
            _forget(self._database, self._account)
            return
        with self._database.transaction():
            self._database.do(
                "INSERT OR REPLACE INTO listings VALUES (?, ?, ?)",
                self._account,
                listing,
                stands,
            )
            if page is not None:
                self._database.do(
                    "INSERT INTO pages (account, listing, rows) VALUES (?, ?, ?)",
                    self._account,
                    listing,
                    page,
                )


def _forget(database: Database, account: int) -> None:
    """Drop what was read of an account."""
    database.do("DELETE FROM listings WHERE account = ?", account)
    database.do("DELETE FROM pages WHERE account = ?", account)
