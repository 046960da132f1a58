"""The option ``--history``: a run is kept beside what the audit writes."""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from ...audit import Audited, AuditOptions, Severity
from ...audit.report.earlier import EarlierRun
from ..exits import CannotRun
from ..input.options import is_source, read_source
from .options import CommandLineOptions
from .settings import Settings

if TYPE_CHECKING:
    from ...audit.extract import OnExtract
    from ...history import History, Recording
else:
    # Annotations are read at run time too, and neither is needed without a history.
    OnExtract = History = Recording = Any

VARIABLE: Final = "PHONECOM_HISTORY"
# A page shows two weeks of nightly audits, with this one.
_EARLIER: Final = 13


class Kept:
    """Hand a run on to its recording, if there is one.

    Attributes:
        earlier: the last runs before it, oldest first.
    """

    def __init__(
        self, recording: Recording | None, earlier: Sequence[EarlierRun] = ()
    ) -> None:
        self._recording = recording
        self.earlier = earlier

    @property
    def on_extract(self) -> OnExtract | None:
        """What an audit is to call with what is kept; None for nothing."""
        return None if self._recording is None else self._recording.on_extract

    async def add(self, audited: Audited) -> None:
        """Take what became of an account."""
        if self._recording is not None:
            await self._recording.add(audited)


@asynccontextmanager
async def kept(
    options: CommandLineOptions,
    settings: Settings,
    terms: AuditOptions,
    accounts: Sequence[int],
    *,
    begun: datetime | None,
) -> AsyncIterator[Kept]:
    """Keep a run: what is put into what this gives, if it is to be kept.

    The run is written after the report: nobody waits for the report because another
    audit is writing. An audit that a signal ends is kept as far as it came.

    Args:
        options, settings, terms, accounts: of the audit.
        begun: when an earlier process began it; None if this one does.

    Raises:
        CannotRun: the extra is missing.
        HistoryUnavailable: the database cannot be used; before the audit, if that is
            known by then.
        InvalidArgument: the URL cannot be used.
    """
    url = _url(options)
    if not url:
        yield Kept(None)
        return
    try:
        from ...history import History
    except ImportError as error:
        raise CannotRun(str(error)) from None
    async with History(url) as history:
        earlier = await _earlier(history)
        recording = await history.record(
            started_at=terms.now,
            begun=begun,
            selection=settings.selection,
            include_subaccounts=settings.include_subaccounts,
            settings={
                "accounts": accounts or settings.usual_accounts,
                "expiring_days": settings.expiring_within.days,
                "linq": settings.with_linq,
                "sandbox": options.sandbox,
            },
        )
        async with recording:
            try:
                yield Kept(recording, earlier)
            except asyncio.CancelledError:
                await recording.finish(complete=False)
                raise
            await recording.finish()


async def _earlier(history: History) -> list[EarlierRun]:
    last: deque[EarlierRun] = deque(maxlen=_EARLIER)
    async for run in history.runs():
        if run.state == "finished":
            counts = {
                Severity.ERROR: run.errors,
                Severity.WARNING: run.warnings,
                Severity.INFO: run.infos,
            }
            last.append(EarlierRun(at=run.started_at, counts=counts))
    return list(last)


def _url(options: CommandLineOptions) -> str:
    # Made-up accounts belong in no history that somebody has set up for real ones.
    usual = "" if options.sandbox else os.environ.get(VARIABLE, "").strip()
    given = options.history or usual
    # A URL may hold a password, which others could see among the arguments.
    return read_source("--history", given) if is_source(given) else given
