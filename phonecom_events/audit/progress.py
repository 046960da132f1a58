"""How far an audit is, as people are told."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable
from datetime import timedelta
from typing import Final

from ..display.bar import Step
from ..ratelimit import Wait
from .reading.listing import RowsRead
from .report.audited import Audited

# Requests go out in bursts, as the rate limits let them: over less than the longest of
# their windows, 60 s, a burst would be taken for the pace.
_MEASURED: Final = 60.0
# What is not begun is taken to be like what is done; of fewer that says nothing.
_TYPICAL: Final = 5
# What is read of an account, in this order. How large each is shows only when it is
# begun, so each counts the same. The last is read only where there is no overview.
_LISTINGS: Final = ("profiles", "callbacks", "listeners", "subscriptions")
_USUAL: Final = 3


class AuditProgress:
    """Keep account of an audit that is under way.

    Args:
        accounts: those to do; subaccounts come on top, and do not count.
        waits: tells what is being waited for.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        accounts: Collection[int],
        *,
        waits: Callable[[], Iterable[Wait]] = tuple,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.total: int = len(set(accounts))
        self.done: int = 0
        self.findings: int = 0
        self._requests = 0
        self._pages: Counter[int | None] = Counter()
        self._due = set(accounts)
        self._waits = waits
        self._clock = clock
        self._started = clock()
        self._reading: dict[int | None, RowsRead] = {}
        self._pace = deque([(self._started, 0.0)])

    def on_rows(self, read: RowsRead) -> None:
        """Take note of a page."""
        self._reading[read.account] = read
        self._pages[read.account] += 1

    def on_audited(self, audited: Audited) -> None:
        """Take note of an account that is done."""
        self._reading.pop(audited.account, None)
        self.findings += len(audited.findings)
        self._pages.pop(audited.account, None)
        self._requests += audited.requests
        if audited.account in self._due:
            self._due.remove(audited.account)
            self.done += 1

    @property
    def requests(self) -> int:
        """How many there were; of what is still being read, a page is counted as one."""
        return self._requests + self._pages.total()

    @property
    def elapsed(self) -> float:
        """How many seconds it has taken so far."""
        return self._clock() - self._started

    @property
    def completed(self) -> float:
        """How many accounts are done, those that are being read in part."""
        return self.done + sum(map(_part, self._counted()))

    def remaining(self) -> float | None:
        """Estimate how many seconds are left; None where that would be a guess."""
        now, completed = self._clock(), self.completed
        if now - self._pace[-1][0] >= 1:
            self._pace.append((now, completed))
        while len(self._pace) > 1 and now - self._pace[1][0] >= _MEASURED:
            self._pace.popleft()
        then, before = self._pace[0]
        if now - then < _MEASURED or completed <= before or not self._is_typical():
            return None
        return (self.total - completed) * (now - then) / (completed - before)

    def _is_typical(self) -> bool:
        """Tell whether the rest is known, or likely to be as what is done."""
        known = [read for read in self._counted() if _is_last(read)]
        return self.done + len(known) == self.total or self.done >= _TYPICAL

    def _counted(self) -> list[RowsRead]:
        return [read for read in self._reading.values() if read.account in self._due]

    def told(self) -> str:
        """Say what is being read, and what that waits for."""
        if not self._reading:
            waits = [str(wait) for wait in self._waits() if wait.seconds > 0]
            return waits[0] if waits else ""
        read = next(iter(self._reading.values()))
        who = "Linq" if read.account is None else str(read.account)
        others = len(self._reading) - 1
        more = f", and {others:,} more" if others else ""
        waits = [
            f"; {wait}"
            for wait in self._waits()
            if wait.seconds > 0 and wait.account == str(read.account)
        ]
        return f"{who}: {_rows(read)}{more}{''.join(waits[:1])}"

    def line(self) -> str:
        """Say all of it in a line."""
        remaining = self.remaining()
        left = "" if remaining is None else f", about {duration(remaining)} left"
        parts = [
            f"{duration(self.elapsed)}{left}: {self.done:,} of {self.total:,} accounts",
            f"{self.findings:,} findings",
            f"{self.requests:,} requests",
            self.told(),
        ]
        return "; ".join(part for part in parts if part)

    def step(self) -> Step:
        """Say it for a bar."""
        return Step(done=self.completed, total=self.total, text=self.line())


def _part(read: RowsRead) -> float:
    if read.resource not in _LISTINGS:
        return 0.0
    step = _LISTINGS.index(read.resource)
    part = min(read.rows / read.total, 1.0) if read.total else 0.0
    return (step + part) / max(_USUAL, step + 1)


def _is_last(read: RowsRead) -> bool:
    return read.total is not None and read.resource in _LISTINGS[_USUAL - 1 :]


def _rows(read: RowsRead) -> str:
    what = read.resource.replace("_", " ")
    if read.resource == _LISTINGS[-1]:
        what = f"listeners' {what}"
    total = "" if read.total is None else f" of {read.total:,}"
    return f"{read.rows:,}{total} {what}"


def duration(seconds: float) -> str:
    """Write seconds as hours, minutes and seconds."""
    return str(timedelta(seconds=round(seconds)))
