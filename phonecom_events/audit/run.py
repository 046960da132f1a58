"""Runs an audit in one call: what a stream gives, as a report."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Unpack

from ..display import bar
from ..phonecom import PhoneComClient
from ..ratelimit import waits_of
from ..resources import positive_id
from .progress import AuditProgress
from .reading.listing import RowsRead, ignore_rows
from .report.audited import Audited
from .report.report import AuditReport
from .slices import in_slices
from .stream import AuditArguments, AuditStream


async def audit(
    phonecom: PhoneComClient,
    accounts: Iterable[int],
    *,
    on_progress: Callable[[Audited], None] | None = None,
    progress: bool = False,
    **arguments: Unpack[AuditArguments],
) -> AuditReport:
    """Audit the listeners of many accounts, what they hang on, and Linq.

    An account that cannot be read is a finding of its own; the others are audited
    all the same. `AuditStream` is the same without keeping every finding.

    Args:
        phonecom: used, not closed.
        accounts: their voip ids; one named twice is audited once.
        on_progress: called with each account, and Linq, as it is done.
        progress: show a bar meanwhile, in a notebook or on a terminal, that names what
            is being read and what that waits for.
        arguments: as for `AuditStream`, which says what they mean.

    Raises:
        InvalidArgument: an argument cannot be used; no request was made.
        SessionClosed: a client is closed, or was during the audit.
    """
    ids = [positive_id("account", voip_id) for voip_id in accounts]
    if not progress:
        return await report_of(AuditStream(phonecom, ids, **arguments), on_progress)
    waits = partial(waits_of, phonecom.limiter)
    shown_progress = AuditProgress(ids, waits=waits)
    # The caller's own function is called as well.
    told = arguments.get("on_rows", ignore_rows)

    def on_rows(read: RowsRead) -> None:
        shown_progress.on_rows(read)
        told(read)

    def on_audited(audited: Audited) -> None:
        shown_progress.on_audited(audited)
        if on_progress is not None:
            on_progress(audited)

    arguments["on_rows"] = on_rows
    stream = AuditStream(phonecom, ids, **arguments)
    with bar.shown(shown_progress.step):
        return await report_of(stream, on_audited)


async def report_of(
    stream: AuditStream, on_audited: Callable[[Audited], None] | None
) -> AuditReport:
    """Run a stream to its end, and return what it found.

    Args:
        stream: not entered yet.
        on_audited: called with each account, and Linq, as it is done.
    """
    done: list[Audited] = []
    async with stream:
        async for audited in stream:
            done.append(audited)
            if on_audited is not None:
                on_audited(audited)
    return await in_slices(
        AuditReport.in_steps(
            done,
            stream.options,
            selection=stream.selection,
            unmatched=stream.unmatched,
        )
    )
