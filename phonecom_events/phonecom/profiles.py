"""Profiles: where Phone.com mails notices of a callback's problems.

https://apidocs.phone.com/reference (events-profiles)
"""

from __future__ import annotations

from typing import Unpack

from attrs import frozen

from ..converter import UnixTime
from ..display.shown import Shown
from ..pagination import Paginator
from ..resources import UNSET, Unset
from .listing import EventsResource, Paging, segment


@frozen(kw_only=True)
class Profile(Shown):
    """Describe a profile.

    Attributes:
        id: its id.
        voip_id: the account it belongs to.
        extension_id: the extension it belongs to; None for the whole account.
        name: for people.
        support_email: None for the account's default address.
        created_at: in UTC.
    """

    id: int
    voip_id: int
    extension_id: int | None = None
    name: str
    support_email: str | None = None
    created_at: UnixTime


class Profiles(EventsResource[Profile]):
    """Read and write the profiles of an account or extension."""

    model = Profile
    collection = "profiles"

    async def create(
        self, *, name: str, support_email: str | None, reconcile: bool = False
    ) -> Profile:
        """Create a profile and return it.

        Sent to the collection, as for listeners.

        Args:
            name: for people.
            support_email: gets the notices; None for the account's default.
            reconcile: after an ambiguous end look what became of it, and send it again
                if nothing did, as `phonecom_events.reconcile` says. Costs a request
                more, to read what exists before.

        Raises:
            OutcomeUnknown: it may or may not have been created; with `reconcile`,
                only if that cannot be told.
        """
        return await self._create(
            name=name, support_email=support_email, reconcile=reconcile
        )

    async def update(
        self,
        profile_id: int,
        *,
        name: str | Unset = UNSET,
        support_email: str | None | Unset = UNSET,
    ) -> Profile:
        """Change what is given, and return the profile.

        Raises:
            InvalidArgument: nothing is given.
            OutcomeUnknown: it may or may not have been changed.
        """
        return await self._update(
            "PATCH",
            segment(profile_id),
            name=name,
            support_email=support_email,
        )

    def list(self, **paging: Unpack[Paging]) -> Paginator[Profile]:
        """List the profiles; see `Paginator` and, for the arguments, `Paging`."""
        return self._list({}, **paging)
