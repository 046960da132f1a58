"""The options for a callback that is created along with a listener."""

from __future__ import annotations

from typing import Annotated

import typer
from attrs import asdict, frozen

from ..phonecom import CallbackConfig, NewCallback, NewProfile
from .running import CannotRun


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
