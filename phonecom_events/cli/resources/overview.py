"""The commands under ``phonecom-events overview``: listeners with all they hang on."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

import typer
from attrs import asdict, frozen

from ...phonecom import CallbackConfig, NewCallback, NewProfile, OverviewListener
from ...phonecom.scopes import EventsScope
from ...resources import UNSET
from ..command import command
from ..exits import CannotRun
from ..input.clients import events_scope
from ..input.options import OutputOptions
from ..late import Group
from ..output.views import View, masked_overview
from .callback_options import ConfigOptions
from .callbacks import callback_row
from .filters import RULE_HELP, read_rule
from .listeners import ExpiresAt, Version, expiry
from .resource import Pages, Reconcile, write_listing


@frozen(kw_only=True)
class OverviewRow:
    """Show a listener with what hangs on it as one row.

    Attributes:
        enabled, mode, target: of its callback; None if that is missing.
        profile_id: its callback's.
        fallback_callback_id: its callback's.
        subscriptions: the tags of each, joined by commas.
    """

    id: int
    voip_id: int
    extension_id: int | None
    version: str
    created_at: datetime
    expires_at: datetime | None
    callback_id: int
    enabled: bool | None = None
    mode: str | None = None
    target: str | None = None
    profile_id: int | None = None
    fallback_callback_id: int | None = None
    subscriptions: tuple[str, ...]


def _row(listener: OverviewListener) -> OverviewRow:
    callback = {}
    if listener.callback is not None:
        row = callback_row(listener.callback)
        names = ("enabled", "mode", "target", "profile_id", "fallback_callback_id")
        callback = {name: getattr(row, name) for name in names}
    return OverviewRow(
        id=listener.id,
        voip_id=listener.voip_id,
        extension_id=listener.extension_id,
        version=listener.version,
        created_at=listener.created_at,
        expires_at=listener.expires_at,
        callback_id=listener.callback_id,
        subscriptions=tuple(",".join(each.tags) for each in listener.subscriptions),
        **callback,
    )


_VIEW: Final[View[OverviewListener]] = View(
    row=OverviewRow,
    columns=("id", "callback_id", "expires_at", "enabled", "subscriptions", "target"),
    make=_row,
    plain=masked_overview,
)

app: Group = Group("overview")


@command(app, "list", events_scope)
async def list_overview(
    scope: EventsScope, *, pages: Pages, output: OutputOptions
) -> int:
    """List listeners with callback, profile, fallback and subscriptions.

    The value of a header is never shown, not in JSON either: true stands for it.
    """
    return await write_listing(
        scope.overview.list(**pages.paging), output, _VIEW, pages
    )


@frozen(kw_only=True)
class NewCallbackOptions:
    """Hold what is said of a new callback, besides its config."""

    callback_name: Annotated[
        str | None,
        typer.Option("--callback-name", metavar="TEXT", help="Of the new callback."),
    ] = None
    fallback_callback_id: Annotated[
        int | None,
        typer.Option(
            "--fallback-callback-id",
            min=1,
            metavar="ID",
            help="The callback to deliver to if the new one fails.",
        ),
    ] = None
    profile_id: Annotated[
        int | None,
        typer.Option(
            "--profile-id",
            min=1,
            metavar="ID",
            help="Who gets notices of the new callback's problems.",
        ),
    ] = None
    profile_name: Annotated[
        str | None,
        typer.Option(
            "--profile-name",
            metavar="TEXT",
            help="Create a profile for it, too; with --support-email.",
        ),
    ] = None
    support_email: Annotated[
        str | None,
        typer.Option("--support-email", metavar="EMAIL", help="Of the new profile."),
    ] = None

    @property
    def given(self) -> bool:
        """Whether any of the options is."""
        return any(value is not None for value in asdict(self).values())

    def callback(self, config: CallbackConfig) -> NewCallback:
        """Describe the callback to create.

        Raises:
            CannotRun: the options for its profile do not fit together.
        """
        return NewCallback(
            config=config,
            name=self.callback_name,
            fallback_callback_id=self.fallback_callback_id,
            profile_id=self.profile_id,
            profile=self._profile(),
        )

    def _profile(self) -> NewProfile | None:
        name, email = self.profile_name, self.support_email
        if name is None and email is None:
            return None
        if name is None or email is None:
            raise CannotRun("a new profile needs --profile-name and --support-email")
        if self.profile_id is not None:
            raise CannotRun("give --profile-id or a new profile, not both")
        return NewProfile(name=name, support_email=email)


@command(app, "create", events_scope)
async def create_overview(
    scope: EventsScope,
    *,
    subscription: Annotated[
        list[str],
        typer.Option(
            "--subscription",
            metavar="TAG,TAG",
            help="Events that have all of these tags; give it once for each"
            " subscription.",
        ),
    ],
    callback_id: Annotated[
        int | None,
        typer.Option(
            "--callback-id", min=1, metavar="ID", help="A callback that exists."
        ),
    ] = None,
    config: ConfigOptions,
    new_callback: NewCallbackOptions,
    rule: Annotated[
        list[str] | None, typer.Option("--rule", metavar="RULE", help=RULE_HELP)
    ] = None,
    version: Version = None,
    expires_at: ExpiresAt = None,
    reconcile: Reconcile = False,
    output: OutputOptions,
) -> None:
    """Create a listener with its subscriptions and callback.

    Give --callback-id, or --url, --email or --config for a new callback.
    """
    listener = await scope.overview.create(
        subscriptions=[each.split(",") for each in subscription],
        callback_id=callback_id,
        callback=_callback(callback_id, config, new_callback),
        version=UNSET if version is None else version,
        expires_at=expiry(expires_at),
        filters=[read_rule("--rule", each) for each in rule or ()],
        reconcile=reconcile,
    )
    _VIEW.write_one(listener, output)


def _callback(
    callback_id: int | None, config: ConfigOptions, new: NewCallbackOptions
) -> NewCallback | None:
    if callback_id is None and config.given:
        return new.callback(config.config())
    if callback_id is None:
        raise CannotRun(
            "say where events go: give --callback-id, or --url, --email or --config"
            " for a new callback"
        )
    if config.given or new.given:
        raise CannotRun("--callback-id does not go with options of a new callback")
    return None
