"""Accounts: which there are for a token, and which extensions one has.

https://apidocs.phone.com/reference (accounts, extensions)
"""

from __future__ import annotations

from typing import Any, TypeVar, Unpack

from attrs import frozen

from ..display.shown import Shown
from ..pagination import Paginator
from ..resources import PLAIN
from .conditions import Condition
from .listing import Collection, Paging, conditions, segment

K = TypeVar("K")


@frozen(kw_only=True)
class AccountSummary(Shown):
    """Describe an account; `PhoneComClient.account` gives its resources.

    Attributes:
        id: the voip id, for `PhoneComClient.account`.
        name: for people.
        username: its owner's.
        timezone: such as ``America/New_York``.
        master_account: the account that it is a subaccount of, if it is one.
    """

    id: int
    name: str | None = None
    username: str | None = None
    timezone: str | None = None
    master_account: dict[str, Any] | None = None


class Accounts(Collection[AccountSummary]):
    """Find the accounts that the token can read."""

    model = AccountSummary
    collection = "accounts"

    async def get(self, voip_id: int) -> AccountSummary:
        """Return the account with this voip id; `NotFound` if there is none."""
        return await self._get(AccountSummary, voip_id)

    async def get_raw(self, voip_id: int) -> Any:
        """Return the account as plain JSON values, for one not as documented."""
        return await self._get(PLAIN, voip_id)

    async def _get(self, kind: type[K], voip_id: int) -> K:
        number = segment(voip_id)
        item, _ = await self._session.fetch(
            kind,
            "GET",
            f"{self._path}/{number}",
            endpoint=f"{self._template}/{{id}}",
            account=number,  # it counts in the limits of the one it is about
        )
        self._check_id(getattr(item, "id", None), "GET", number)
        return item

    def list(
        self,
        *,
        name: str | Condition | None = None,
        username: str | Condition | None = None,
        email: str | Condition | None = None,
        phone: str | Condition | None = None,
        **paging: Unpack[Paging],
    ) -> Paginator[AccountSummary]:
        """List the accounts; see `Paginator` and, for the arguments, `Paging`.

        Args:
            name, username, email, phone: a value, or a condition such as
                ``contains("crm")``.
        """
        filters = conditions(name=name, username=username, email=email, phone=phone)
        return self._list(filters, **paging)


@frozen(kw_only=True)
class ExtensionSummary(Shown):
    """Describe an extension; `Account.extension` gives its resources.

    Attributes:
        id: for `Account.extension`.
        extension: the number that is dialled; not the id.
        name: for people.
        voip_id: the account it belongs to.
    """

    id: int
    extension: int | str | None = None  # digits either way; no page gives its type
    name: str | None = None
    voip_id: int | None = None


class Extensions(Collection[ExtensionSummary]):
    """Find the extensions of an account."""

    model = ExtensionSummary
    collection = "extensions"

    def list(
        self,
        *,
        name: str | Condition | None = None,
        extension: int | Condition | None = None,
        **paging: Unpack[Paging],
    ) -> Paginator[ExtensionSummary]:
        """List the extensions; see `Paginator` and, for the arguments, `Paging`.

        Args:
            name: a value, or a condition such as ``contains("desk")``.
            extension: the number that is dialled, or a condition.
        """
        return self._list(conditions(name=name, extension=extension), **paging)
