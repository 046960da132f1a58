"""The commands under ``phonecom-events events``: sample events for a receiver."""

from __future__ import annotations

from typing import Annotated

import typer

from ..command import command
from ..input.options import SOURCES, OutputOptions
from ..late import Group
from .callback_options import read_header
from .sending import EVERY_TYPE, ReceiverUrl, SendOptions, send, write_types

app: Group = Group("events")


@command(app, "types")
async def list_types(*, output: OutputOptions) -> None:
    """List the types that there are sample events of, Linq's too.

    Where a vendor documents no form, a sample has ids and times alone.
    """
    write_types(None, output)


@command(app, "send")
async def send_events(
    url: ReceiverUrl,
    *,
    types: Annotated[
        list[str],
        typer.Option(
            "--type",
            metavar="TYPE",
            help="A data type, such as call or message; test, which comes before the"
            f" first event; or {EVERY_TYPE}. Give it once for each.",
        ),
    ],
    header: Annotated[
        list[str] | None,
        typer.Option(
            "--header",
            metavar="NAME=SOURCE",
            help=f"Send this header along. Its value is read from {SOURCES}.",
        ),
    ] = None,
    options: SendOptions,
    output: OutputOptions,
) -> int:
    """Send sample events of Phone.com's to a receiver.

    Each is of an event of its own, unless --duplicate. Exits with 1 if one was not
    answered as it should be: by 2xx, or by 4xx with --tamper.

    For example: events send http://127.0.0.1:8080/phonecom/secret --type call, or
    with --type message --set data.from=+12025550100
    """
    headers = {each.name: str(each.value) for each in map(read_header, header or ())}
    return await send(url, types, options, output, vendor="phonecom", headers=headers)
