"""What the commands that send sample events have in common."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Self

import typer
from attrs import frozen

from ...lazy import LazyModule
from ...transport import ca_context
from ..exits import CannotRun
from ..input.options import OutputOptions, is_source, read_source
from ..output.formats import INTERRUPTED
from ..output.views import View

if TYPE_CHECKING:
    from ...sandbox import deliveries
else:
    # The sandbox imports aiohttp, and help does without.
    deliveries = LazyModule("...sandbox.deliveries", __package__)

EVERY_TYPE: Final = "all"
_NOT_AS_EXPECTED: Final = 1

ReceiverUrl = Annotated[
    str,
    typer.Argument(
        metavar="URL",
        help="The receiver; env:NAME or file:PATH if its path holds a secret.",
    ),
]


@frozen(kw_only=True)
class SendOptions:
    """Hold the options that say how many are sent, and how they differ."""

    count: Annotated[
        int, typer.Option("--count", min=1, metavar="N", help="How many of each type.")
    ] = 1
    rate: Annotated[
        float | None,
        typer.Option(
            "--rate",
            min=0.001,
            metavar="N",
            help="So many a second, answered or not; else one after the other.",
        ),
    ] = None
    changes: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="PATH=VALUE",
            help="Change a value, such as data.from=+12025550100; VALUE is JSON if it"
            " can be read so, else text. Give it once for each.",
        ),
    ] = None
    duplicate: Annotated[
        bool,
        typer.Option("--duplicate", help="Send each twice, as if no answer had come."),
    ] = False
    tamper: Annotated[
        bool,
        typer.Option(
            "--tamper", help="Damage each on its way, to see the receiver refuse it."
        ),
    ] = False
    yes: Annotated[
        bool,
        typer.Option(
            "--yes", help="Send to a host that is not loopback or private, too."
        ),
    ] = False
    ca_file: Annotated[
        Path | None,
        typer.Option(
            "--ca-file",
            envvar="PHONECOM_CA_FILE",
            metavar="FILE",
            help="Trust the certificates in this PEM file as well.",
        ),
    ] = None


@frozen(kw_only=True)
class DeliveredRow:
    """Show what a delivery was answered."""

    event_type: str
    id: str
    status: int | None
    seconds: float
    sent: str
    as_expected: bool
    problem: str

    @classmethod
    def of(cls, delivered: deliveries.Delivered) -> Self:
        """Make the row of one."""
        delivery = delivered.delivery
        how = (
            *(["again"] if delivery.repeated else []),
            *(["tampered"] if delivery.tampered else []),
        )
        return cls(
            event_type=delivery.event_type,
            id=delivery.id,
            status=delivered.status,
            seconds=round(delivered.seconds, 3),
            sent=" ".join(how) or "as it is",
            as_expected=delivered.expected,
            problem=delivered.problem,
        )


_VIEW: Final[View[DeliveredRow]] = View(
    row=DeliveredRow,
    columns=("event_type", "id", "sent", "status", "seconds", "problem"),
)


@frozen(kw_only=True)
class SampleRow:
    """Show a type that there is a sample of."""

    vendor: str
    event_type: str
    documented: bool


_TYPES: Final[View[SampleRow]] = View(
    row=SampleRow, columns=("vendor", "event_type", "documented")
)


def write_types(vendor: str | None, output: OutputOptions) -> None:
    """Write the types that there are samples of; those of one vendor, if given."""
    out = _TYPES.writer(output)
    for each in deliveries.every_sample():
        if vendor in {None, each.vendor}:
            out.write(
                SampleRow(
                    vendor=each.vendor,
                    event_type=each.event_type,
                    documented=each.documented,
                )
            )
    out.end()


async def send(
    url: str,
    types: Iterable[str],
    options: SendOptions,
    output: OutputOptions,
    *,
    vendor: deliveries.Vendor,
    signing_secret: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> int:
    """Send, write what each is answered, and return the exit code.

    Raises:
        CannotRun: something that was given cannot be used; nothing was sent.
    """
    context = None
    if options.ca_file is not None:
        context = ca_context(options.ca_file, "--ca-file")
    out = _VIEW.writer(output)
    try:
        making = deliveries.Deliveries(signing_secret=signing_secret, headers=headers)
        made = _made(making, _samples(types, vendor), options)
        delivered = await deliveries.post_all(
            read_source("URL", url) if is_source(url) else url,
            made,
            rate=options.rate,
            public=options.yes,
            ssl_context=context,
            on_answer=lambda each: out.write(DeliveredRow.of(each)),
        )
    except deliveries.PublicAddress as error:
        problem = f"{error}; --yes sends there all the same"
    except ValueError as error:
        problem = str(error)
    except asyncio.CancelledError:
        out.cut_short(INTERRUPTED)
        raise
    else:
        out.end()
        every = all(each.expected for each in delivered)
        return 0 if every else _NOT_AS_EXPECTED
    # Late, as the audit takes longer to import than all of help.
    from ...audit.masking import masked

    raise CannotRun(masked(problem))


def _samples(
    types: Iterable[str], vendor: deliveries.Vendor
) -> list[deliveries.Sample]:
    wanted = list(dict.fromkeys(types))
    if EVERY_TYPE in wanted:
        every = deliveries.every_sample()
        return [each for each in every if each.vendor == vendor]
    return [deliveries.sample_of(each, vendor) for each in wanted]


def _made(
    making: deliveries.Deliveries,
    samples: Iterable[deliveries.Sample],
    options: SendOptions,
) -> Iterator[deliveries.Delivery]:
    changes = dict(map(_change, options.changes or ()))
    for sample in samples:
        yield from making.many(
            sample,
            changes,
            count=options.count,
            duplicate=options.duplicate,
            tamper=options.tamper,
        )


def _change(text: str) -> tuple[str, Any]:
    path, equals, value = text.partition("=")
    if not (path and equals):
        raise typer.BadParameter(
            f"{text!r} is not PATH=VALUE, such as data.from=+12025550100",
            param_hint="--set",
        )
    try:
        return path, json.loads(value)
    except (ValueError, RecursionError):
        return path, value
