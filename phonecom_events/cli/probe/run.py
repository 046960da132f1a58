"""What the command ``phonecom-events probe`` does: whom it asks, and what it shows."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, Self

from attrs import evolve, frozen

from ...audit import AuditOptions
from ...audit.checks.targets import Urls
from ...audit.masking import masked
from ...audit.reading.reader import read_account
from ...audit.receivers import led_to
from ...audit.slices import in_slices
from ...converter import IsoTime
from ...probe import Prober, ProbeResult, Target
from ...transport import choose_proxy
from ..exits import COULD_NOT_RUN
from ..input.clients import NetworkOptions, accounts_from_env, phonecom_client
from ..input.options import OutputOptions
from ..output.formats import INTERRUPTED, Writer
from ..output.streams import note
from ..output.views import View
from .options import ProbeOptions

_LONG: Final = 10
_NOT_WELL: Final = 1


@frozen(kw_only=True)
class Asked:
    """Hold what to ask, and whose it is.

    Attributes:
        target: what to ask.
        callbacks: what leads there, as ``account/callback``; none where the command
            line has it.
    """

    target: Target
    callbacks: tuple[str, ...] = ()


@frozen(kw_only=True)
class ResultRow:
    """Show what a receiver answered; as `ProbeResult`, URLs masked."""

    url: str
    well: bool
    status: int | None
    seconds: float | None
    certificate_ends: IsoTime | None
    verified: bool | None
    address: str | None
    location: str | None
    callbacks: tuple[str, ...]
    withheld: tuple[str, ...]
    problem: str

    @classmethod
    def of(cls, asked: Asked, result: ProbeResult, *, show: bool) -> Self:
        """Make the row of a result."""
        location, seconds = result.location, result.seconds
        return cls(
            url=_shown(asked.target.url, show=show),
            well=result.well,
            status=result.status,
            seconds=None if seconds is None else round(seconds, 3),
            certificate_ends=result.certificate_ends,
            verified=result.verified,
            address=result.address,
            location=None if location is None else _shown(location, show=show),
            callbacks=asked.callbacks,
            withheld=result.withheld,
            problem=result.problem,
        )


@frozen(kw_only=True)
class PlanRow:
    """Show what would be asked; of headers their names alone."""

    url: str
    method: str
    headers: tuple[str, ...]
    withheld: tuple[str, ...]
    callbacks: tuple[str, ...]

    @classmethod
    def of(cls, asked: Asked, *, show: bool) -> Self:
        """Make the row of a target."""
        target = asked.target
        return cls(
            url=_shown(target.url, show=show),
            method=target.method,
            headers=tuple(name for name, _ in target.headers),
            withheld=target.withheld,
            callbacks=asked.callbacks,
        )


_RESULTS: Final[View[ResultRow]] = View(
    row=ResultRow,
    columns=("url", "well", "status", "seconds", "certificate_ends", "problem"),
)
_RESULTS_OF_ACCOUNTS: Final = evolve(
    _RESULTS, columns=(*_RESULTS.columns[:-1], "callbacks", "problem")
)
_PLAN: Final[View[PlanRow]] = View(
    row=PlanRow, columns=("url", "method", "headers", "withheld", "callbacks")
)


async def run_probe(
    urls: Sequence[str],
    options: ProbeOptions,
    output: OutputOptions,
    network: NetworkOptions,
) -> int:
    """Ask, or list what would be asked; return the exit code."""
    unread: list[int] = []
    asked = [Asked(target=Target.of(url)) for url in dict.fromkeys(urls)]
    if options.from_account:
        asked = await _of_accounts(options, network, unread)
        if not asked:
            note("no live listener leads to an https URL that can be asked")
    well = True
    if options.dry_run:
        out = _PLAN.writer(output)
        for each in asked:
            out.write(PlanRow.of(each, show=options.show))
        out.end()
    else:
        _note_duration(asked)
        view = _RESULTS_OF_ACCOUNTS if options.from_account else _RESULTS
        well = await _ask(asked, view.writer(output), options, network)
    if unread:
        return COULD_NOT_RUN
    return 0 if well else _NOT_WELL


async def _of_accounts(
    options: ProbeOptions, network: NetworkOptions, unread: list[int]
) -> list[Asked]:
    """Read accounts, and return what their listeners lead to, by URL.

    Args:
        options: which accounts, and whether to ask private addresses.
        network: how to reach the API.
        unread: gets the accounts that could not be read whole.
    """
    found: dict[str, Asked] = {}
    terms, urls = AuditOptions(now=datetime.now(UTC)), Urls()
    async with phonecom_client(options.base_url, network) as phonecom:
        for account in options.account or accounts_from_env():
            snapshot = await read_account(phonecom, account)
            for reading in snapshot.readings:
                if reading.error is not None:
                    note(f"account {account} could not be read: {reading.error}")
                    unread.append(account)
                    break
            steps = led_to(snapshot, terms, urls, allow_private=options.allow_private)
            for callback, target in (await in_slices(steps)).items():
                asked = found.get(target.url, Asked(target=target))
                names = (*asked.callbacks, f"{account}/{callback}")
                found[target.url] = evolve(asked, callbacks=names)
    return list(found.values())


async def _ask(
    asked: Sequence[Asked],
    out: Writer,
    options: ProbeOptions,
    network: NetworkOptions,
) -> bool:
    """Ask, write in order what comes back, and tell whether all are well."""
    prober = Prober(
        timeout=options.timeout,
        allow_private=options.allow_private,
        ssl_context=network.arguments().get("ssl_context"),
    )
    results: list[ProbeResult] = []
    async with prober:
        tasks = [asyncio.create_task(prober.ask(each.target)) for each in asked]
        try:
            for each, task in zip(asked, tasks, strict=True):
                results.append(await task)
                out.write(ResultRow.of(each, results[-1], show=options.show))
        except asyncio.CancelledError:
            # What has been answered meanwhile is known as well.
            for each, task in list(zip(asked, tasks, strict=True))[len(results) :]:
                if task.done() and not task.cancelled():
                    out.write(ResultRow.of(each, task.result(), show=options.show))
            out.cut_short(INTERRUPTED)
            raise
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    out.end()
    _note_proxy(asked, results, os.environ)
    return all(result.well for result in results)


def _note_duration(asked: Iterable[Asked]) -> None:
    """Say how long it takes at least, where that is long."""
    hosts = Counter(each.target.host for each in asked)
    seconds = max(hosts.values(), default=0) - 1
    if seconds > _LONG:
        host = max(hosts, key=hosts.__getitem__)
        note(f"this takes {seconds} s or more: {host} is asked once a second")


def _note_proxy(
    asked: Iterable[Asked],
    results: Iterable[ProbeResult],
    environ: Mapping[str, str],
) -> None:
    """Say that the environment's proxy was not used, where that may be the reason."""
    silent = _unanswered(asked, results)
    if any(choose_proxy("env", url, environ) is not None for url in silent):
        note("the proxy of the environment was not used: a probe goes through none")


def _unanswered(
    asked: Iterable[Asked], results: Iterable[ProbeResult]
) -> Iterator[str]:
    for each, result in zip(asked, results, strict=True):
        if result.asked and result.status is None:
            yield each.target.url


def _shown(url: str, *, show: bool) -> str:
    # In one piece, or masking would take what follows a blank for other text.
    text = "%20".join(url.split())
    return text if show else masked(text)
