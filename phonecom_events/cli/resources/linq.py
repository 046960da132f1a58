"""The commands under ``phonecom-events linq``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Final, Self

import typer
from attrs import asdict, fields, frozen

from ...linq import (
    CreatedWebhookSubscription,
    PhoneNumber,
    PhoneNumbers,
    WebhookEvents,
    WebhookSubscription,
    WebhookSubscriptions,
)
from ...linq.listing import UnpagedResource
from ...resources import UNSET, Unset
from ..command import command
from ..exits import CannotRun
from ..input.clients import phone_numbers, webhook_events, webhook_subscriptions
from ..input.options import MaxItems, OutputOptions
from ..late import Group
from ..output.files import SecretFile
from ..output.formats import Writer, write_items, write_one, write_raw, writer
from ..output.streams import note
from ..output.views import View
from .resource import Raw, Reconcile, Strict, note_odd_rows, raw_advised
from .sending import (
    EVERY_TYPE,
    ReceiverUrl,
    SendOptions,
    send,
    write_types,
)

SubscriptionId = Annotated[str, typer.Argument(metavar="ID", help="Its id.")]

_SIGNING_SECRET: Final = "LINQ_SIGNING_SECRET"  # noqa: S105 - its name
_URL_HELP: Final = "Where events are delivered, https."
_EVENT_HELP: Final = "An event type, such as message.received; give it once for each."
_NUMBER_HELP: Final = "Only events of this number, E.164; give it once for each."
_KEY_HEADER_HELP: Final = (
    "Have delivery affinity: the header that carries your routing token; none for no"
    " affinity."
)
_ID_HEADER_HELP: Final = (
    "The header that carries the id of the chat; none for Linq-Chat-Id. Linq ignores it"
    " where there is none for the token."
)
OfNumbers = Annotated[
    list[str] | None,
    typer.Option("--phone-number", metavar="NUMBER", help=_NUMBER_HELP),
]
KeyHeader = Annotated[
    str | None,
    typer.Option("--routing-key-header", metavar="NAME", help=_KEY_HEADER_HELP),
]
IdHeader = Annotated[
    str | None,
    typer.Option("--routing-id-header", metavar="NAME", help=_ID_HEADER_HELP),
]

app: Group = Group("linq")
subscriptions_app: Group = Group(
    "subscriptions", help="Work with webhook subscriptions."
)
app.add_command(subscriptions_app)
event_types_app: Group = Group(
    "event-types", help="See which events a subscription can ask for."
)
app.add_command(event_types_app)
phone_numbers_app: Group = Group(
    "phone-numbers", help="See the account's phone numbers."
)
app.add_command(phone_numbers_app)


events_app: Group = Group(
    "events", help="Send sample events to a receiver, to try it out."
)
app.add_command(events_app)


@frozen(kw_only=True)
class Rows:
    """Hold the options of a list command about its rows."""

    max_items: MaxItems = None
    strict: Strict = False


async def _write_listing(
    resource: UnpagedResource[Any], rows: Rows, out: Writer
) -> int:
    listing = resource.list(max_items=rows.max_items, odd_rows="report")
    await write_items(listing, out)
    return note_odd_rows(listing.report, strict=rows.strict)


@command(subscriptions_app, "list", webhook_subscriptions)
async def list_subscriptions(
    subscriptions: WebhookSubscriptions, *, output: OutputOptions, rows: Rows
) -> int:
    """List all webhook subscriptions, inactive ones too."""
    return await _write_listing(
        subscriptions, rows, writer(output, WebhookSubscription)
    )


@command(subscriptions_app, "get", webhook_subscriptions)
async def get_subscription(
    subscriptions: WebhookSubscriptions,
    subscription_id: SubscriptionId,
    *,
    output: OutputOptions,
    raw: Raw = False,
) -> None:
    """Show a webhook subscription."""
    with raw_advised():
        if raw:
            write_raw(await subscriptions.get_raw(subscription_id))
        else:
            write_one(await subscriptions.get(subscription_id), output)


@command(subscriptions_app, "create", webhook_subscriptions)
async def create_subscription(
    subscriptions: WebhookSubscriptions,
    *,
    target_url: Annotated[
        str, typer.Option("--target-url", metavar="URL", help=_URL_HELP)
    ],
    event: Annotated[
        list[str], typer.Option("--event", metavar="TYPE", help=_EVENT_HELP)
    ],
    phone_number: OfNumbers = None,
    routing_key_header: KeyHeader = None,
    routing_id_header: IdHeader = None,
    secret_file: Annotated[
        Path | None,
        typer.Option(
            "--secret-file",
            metavar="PATH",
            help="Write the signing secret to this new file, for you alone to read.",
        ),
    ] = None,
    show_secret: Annotated[
        bool,
        typer.Option("--show-secret", help="Print the signing secret with the rest."),
    ] = False,
    reconcile: Reconcile = False,
    output: OutputOptions,
) -> None:
    """Create a webhook subscription.

    Linq shows its signing secret this once, and deliveries cannot be verified
    without it, so say where it is to go: --secret-file or --show-secret.
    """
    if (secret_file is None) is not show_secret:
        raise CannotRun(
            "the signing secret is shown only once: give --secret-file PATH to have it"
            " written there, or --show-secret to have it printed, but not both"
        )

    async def create() -> CreatedWebhookSubscription:
        return await subscriptions.create(
            target_url=target_url,
            subscribed_events=event,
            phone_numbers=phone_number or UNSET,
            # There is nothing to clear yet.
            routing_key_header=_header(routing_key_header) or UNSET,
            routing_id_header=_header(routing_id_header) or UNSET,
            reconcile=reconcile,
        )

    if secret_file is None:
        write_one(await create(), output)
        return
    # The file is made first: where that fails, nothing was created that nobody could use.
    with SecretFile(secret_file) as file:
        created = await create()
        if created.signing_secret is None:
            raise CannotRun(
                f"{created.id} was created, but its signing secret is lost with the"
                " answer; delete it and create it anew"
            )
        try:
            file.write(created.signing_secret)
        except OSError as error:
            raise CannotRun(
                f"{created.id} was created, but its signing secret could not be"
                f" written: {error.strerror}; delete it and create it anew"
            ) from None
    write_one(_without_secret(created), output)
    note(f"the signing secret is in {secret_file}")


@command(subscriptions_app, "update", webhook_subscriptions)
async def update_subscription(
    subscriptions: WebhookSubscriptions,
    subscription_id: SubscriptionId,
    *,
    target_url: Annotated[
        str | None, typer.Option("--target-url", metavar="URL", help=_URL_HELP)
    ] = None,
    event: Annotated[
        list[str] | None, typer.Option("--event", metavar="TYPE", help=_EVENT_HELP)
    ] = None,
    phone_number: OfNumbers = None,
    routing_key_header: KeyHeader = None,
    routing_id_header: IdHeader = None,
    all_numbers: Annotated[
        bool, typer.Option("--all-numbers", help="Events of every number.")
    ] = False,
    active: Annotated[
        bool | None,
        typer.Option("--active/--inactive", help="Deliver events, or do not."),
    ] = None,
    output: OutputOptions,
) -> None:
    """Change a webhook subscription; what is not given stays as it is."""
    subscription = await subscriptions.update(
        subscription_id,
        target_url=UNSET if target_url is None else target_url,
        subscribed_events=event or UNSET,
        phone_numbers=_numbers(phone_number, everyone=all_numbers),
        is_active=UNSET if active is None else active,
        routing_key_header=_header(routing_key_header),
        routing_id_header=_header(routing_id_header),
    )
    write_one(subscription, output)


@command(subscriptions_app, "delete", webhook_subscriptions)
async def delete_subscription(
    subscriptions: WebhookSubscriptions, subscription_id: SubscriptionId
) -> None:
    """Delete a webhook subscription, without asking."""
    await subscriptions.delete(subscription_id)
    note(f"deleted webhook subscription {subscription_id}")


@frozen
class _EventTypeRow:
    event_type: str


_EVENT_TYPES: Final[View[str]] = View(
    row=_EventTypeRow, columns=("event_type",), make=_EventTypeRow, plain=str
)


@command(event_types_app, "list", webhook_events)
async def list_event_types(
    events: WebhookEvents, *, output: OutputOptions, rows: Rows
) -> int:
    """List the event types that Linq says it offers now."""
    return await _write_listing(events, rows, _EVENT_TYPES.writer(output))


@frozen(kw_only=True)
class _PhoneNumberRow:
    phone_number: str
    line_type: str | None
    reputation: str | None
    forwarding_number: str | None
    id: str

    @classmethod
    def of(cls, number: PhoneNumber) -> Self:
        reputation = number.reputation
        return cls(
            phone_number=number.phone_number,
            line_type=number.line_type,
            reputation=None if reputation is None else reputation.status,
            forwarding_number=number.forwarding_number,
            id=number.id,
        )


_PHONE_NUMBERS: Final[View[PhoneNumber]] = View(
    row=_PhoneNumberRow,
    columns=tuple(column.name for column in fields(_PhoneNumberRow)),
    make=_PhoneNumberRow.of,
)


@command(phone_numbers_app, "list", phone_numbers)
async def list_phone_numbers(
    numbers: PhoneNumbers, *, output: OutputOptions, rows: Rows
) -> int:
    """List the account's phone numbers, with their reputation."""
    out = _PHONE_NUMBERS.writer(output)
    return await _write_listing(numbers, rows, out)


@command(events_app, "types")
async def list_sample_types(*, output: OutputOptions) -> None:
    """List the types that there are sample events of.

    Where Linq documents no form, a sample has ids and times alone.
    """
    write_types("linq", output)


@command(events_app, "send")
async def send_events(
    url: ReceiverUrl,
    *,
    types: Annotated[
        list[str],
        typer.Option(
            "--type",
            metavar="TYPE",
            help=f"An event type, such as message.received; or {EVERY_TYPE}. Give it"
            " once for each.",
        ),
    ],
    options: SendOptions,
    output: OutputOptions,
) -> int:
    """Send sample events to a receiver, signed as Linq does.

    The secret is read from LINQ_SIGNING_SECRET (whsec_...). Exits with 1 if one was
    not answered as it should be: by 2xx, or by 4xx with --tamper.

    For example: linq events send http://127.0.0.1:8080/linq --type call.ended, or
    with --type message.received --set data.sender_handle=+12025550100
    """
    secret = os.environ.get(_SIGNING_SECRET, "").strip()
    if not secret:
        raise CannotRun(
            f"{_SIGNING_SECRET} is not set: set it to the secret that the receiver"
            " verifies by, and try again"
        )
    return await send(url, types, options, output, vendor="linq", signing_secret=secret)


def _header(name: str | None) -> str | None | Unset:
    """Read an option that takes a header's name or ``none``; UNSET without it."""
    if name is None:
        return UNSET
    return None if name == "none" else name


def _numbers(given: list[str] | None, *, everyone: bool) -> list[str] | None | Unset:
    if given and everyone:
        raise CannotRun("give --phone-number or --all-numbers, not both")
    if everyone:
        return None
    return given or UNSET


def _without_secret(created: CreatedWebhookSubscription) -> WebhookSubscription:
    values = asdict(created, recurse=False)
    del values["signing_secret"]
    return WebhookSubscription(**values)
