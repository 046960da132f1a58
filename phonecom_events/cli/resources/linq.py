"""The commands under ``phonecom-events linq``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer
from attrs import asdict

from ...linq import CreatedWebhookSubscription, WebhookSubscription
from ...linq.webhook_subscriptions import WebhookSubscriptions
from ...resources import UNSET, Unset
from ..command import command
from ..exits import CannotRun
from ..input.clients import webhook_subscriptions
from ..input.options import MaxItems, OutputOptions
from ..output.files import SecretFile
from ..output.formats import write_items, write_one, writer
from ..output.terminal import note

SubscriptionId = Annotated[str, typer.Argument(metavar="ID", help="Its id.")]

_URL_HELP: Final = "Where events are delivered, https."
_EVENT_HELP: Final = "An event type, such as message.received; give it once for each."
_NUMBER_HELP: Final = "Only events of this number, E.164; give it once for each."

app: typer.Typer = typer.Typer(
    name="linq", help="Work with Linq.", no_args_is_help=True
)
subscriptions_app: typer.Typer = typer.Typer(
    name="subscriptions",
    help="Work with webhook subscriptions.",
    no_args_is_help=True,
)
app.add_typer(subscriptions_app)


@command(subscriptions_app, "list", webhook_subscriptions)
async def list_subscriptions(
    subscriptions: WebhookSubscriptions,
    *,
    output: OutputOptions,
    max_items: MaxItems = None,
) -> None:
    """List all webhook subscriptions, inactive ones too."""
    listing = subscriptions.list(max_items=max_items)
    await write_items(listing, writer(output, WebhookSubscription))


@command(subscriptions_app, "get", webhook_subscriptions)
async def get_subscription(
    subscriptions: WebhookSubscriptions,
    subscription_id: SubscriptionId,
    *,
    output: OutputOptions,
) -> None:
    """Show a webhook subscription."""
    write_one(await subscriptions.get(subscription_id), output)


@command(subscriptions_app, "create", webhook_subscriptions)
async def create_subscription(
    subscriptions: WebhookSubscriptions,
    target_url: Annotated[
        str, typer.Option("--target-url", metavar="URL", help=_URL_HELP)
    ],
    event: Annotated[
        list[str], typer.Option("--event", metavar="TYPE", help=_EVENT_HELP)
    ],
    phone_number: Annotated[
        list[str] | None,
        typer.Option("--phone-number", metavar="NUMBER", help=_NUMBER_HELP),
    ] = None,
    secret_file: Annotated[
        Path | None,
        typer.Option(
            "--secret-file",
            metavar="PATH",
            help="Write the signing secret to this new file, for you alone to read.",
        ),
    ] = None,
    *,
    show_secret: Annotated[
        bool,
        typer.Option("--show-secret", help="Print the signing secret with the rest."),
    ] = False,
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
        )

    if secret_file is None:
        write_one(await create(), output)
        return
    # The file is made first: where that fails, nothing was created that nobody could use.
    with SecretFile(secret_file) as file:
        created = await create()
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
    target_url: Annotated[
        str | None, typer.Option("--target-url", metavar="URL", help=_URL_HELP)
    ] = None,
    event: Annotated[
        list[str] | None, typer.Option("--event", metavar="TYPE", help=_EVENT_HELP)
    ] = None,
    phone_number: Annotated[
        list[str] | None,
        typer.Option("--phone-number", metavar="NUMBER", help=_NUMBER_HELP),
    ] = None,
    *,
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
    )
    write_one(subscription, output)


@command(subscriptions_app, "delete", webhook_subscriptions)
async def delete_subscription(
    subscriptions: WebhookSubscriptions, subscription_id: SubscriptionId
) -> None:
    """Delete a webhook subscription, without asking."""
    await subscriptions.delete(subscription_id)
    note(f"deleted webhook subscription {subscription_id}")


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
