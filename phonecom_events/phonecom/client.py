"""The Phone.com client: accounts, their extensions, and what hangs on them.

Resources that only some programs use are imported with their first use, for the sake
of the time that importing the package takes.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING, Final, Self, Unpack

from ..client import Client, Options, required_env, sealed, with_environment
from ..lazy import LazyModule
from ..middleware import Credential, TokenProvider
from ..ratelimit import PHONECOM_LIMITS
from ..resources import Scope, positive_id
from ..session import Session
from .callbacks import Callbacks
from .listeners import AccountListeners, ExtensionListeners, Listeners
from .problem import problem
from .profiles import Profiles

if TYPE_CHECKING:
    from . import accounts as accounts_module
    from . import overview as overview_module
else:
    accounts_module = LazyModule(".accounts", __package__)
    overview_module = LazyModule(".overview", __package__)

BASE_URL: Final = "https://api.phone.com/v4"


class EventsScope(ABC):
    """Hold the events resources of an account, or of one extension in it.

    Attributes:
        callbacks: where events are delivered, and how.
        profiles: who gets notices of a callback's problems.
    """

    def __init__(self, session: Session, scope: Scope) -> None:
        self._session = session
        self._scope = scope
        events = Scope(
            path=f"{scope.path}/integrations/events",
            template=f"{scope.template}/integrations/events",
            account=scope.account,
            owner=scope.owner,
        )
        self._events = events
        self.callbacks: Callbacks = Callbacks(session, events)
        self.profiles: Profiles = Profiles(session, events)

    @property
    @abstractmethod
    def listeners(self) -> Listeners:
        """What connects subscriptions to a callback."""

    @cached_property
    def overview(self) -> overview_module.Overview:
        """Listeners with all that hangs on them."""
        return overview_module.Overview(self._session, self._events)

    def __repr__(self) -> str:
        scope = getattr(self, "_scope", None)
        return f"<{type(self).__name__} {scope.path if scope else 'not made'}>"


class Extension(EventsScope):
    """Hold the events resources of one extension.

    Attributes:
        voip_id: the account's id.
        extension_id: the extension's id, not the number that is dialled.
    """

    def __init__(self, session: Session, voip_id: int, extension_id: int) -> None:
        self.voip_id: int = positive_id("voip_id", voip_id)
        self.extension_id: int = positive_id("extension_id", extension_id)
        scope = Scope(
            path=f"/accounts/{voip_id}/extensions/{extension_id}",
            template="/accounts/{voip_id}/extensions/{extension_id}",
            account=str(voip_id),
            owner=f"extension {extension_id} of account {voip_id}",
        )
        super().__init__(session, scope)
        self._listeners = ExtensionListeners(session, self._events)

    @property
    def listeners(self) -> ExtensionListeners:
        """What connects subscriptions to a callback."""
        return self._listeners


class Account(EventsScope):
    """Hold the events resources of one account.

    Attributes:
        voip_id: the account's id.
    """

    def __init__(self, session: Session, voip_id: int) -> None:
        self.voip_id: int = positive_id("voip_id", voip_id)
        scope = Scope(
            path=f"/accounts/{voip_id}",
            template="/accounts/{voip_id}",
            account=str(voip_id),
            owner=f"account {voip_id}",
        )
        super().__init__(session, scope)
        self._listeners = AccountListeners(session, self._events)

    @property
    def listeners(self) -> AccountListeners:
        """What connects subscriptions to a callback."""
        return self._listeners

    @cached_property
    def extensions(self) -> accounts_module.Extensions:
        """Which there are."""
        return accounts_module.Extensions(self._session, self._scope)

    def extension(self, extension_id: int) -> Extension:
        """Return the same resources for one extension, without I/O."""
        return Extension(self._session, self.voip_id, extension_id)


class PhoneComClient(Client):
    """Talk to Phone.com's events integration.

    Args:
        token: an API token, or an async callable that gives one. The callable is
            asked at first use, and once more after a 401.
        base_url: https, or http on loopback.
        options: see `Options`.

    Raises:
        InvalidArgument: one of them cannot be used.
    """

    def __init__(
        self,
        token: str | TokenProvider,
        *,
        base_url: str = BASE_URL,
        **options: Unpack[Options],
    ) -> None:
        options = sealed(options)
        credential = Credential(token, name="token")
        del token  # lest a frame of an exception shows it
        credential.check()
        super().__init__(
            credential,
            base_url=base_url,
            problem=problem,
            documented_limits=PHONECOM_LIMITS,
            **options,
        )

    @classmethod
    def from_env(cls, **options: Unpack[Options]) -> Self:
        """Take the token from PHONECOM_TOKEN, the URL from PHONECOM_BASE_URL.

        PHONECOM_CA_FILE names certificates to trust beside the system's.

        Raises:
            InvalidArgument: PHONECOM_TOKEN is not set, or the file is no PEM bundle.
        """
        base_url = os.environ.get("PHONECOM_BASE_URL") or BASE_URL
        options = with_environment(options)
        return cls(required_env("PHONECOM_TOKEN"), base_url=base_url, **options)

    @cached_property
    def accounts(self) -> accounts_module.Accounts:
        """Which there are for the token."""
        # It counts in the limits of the token's own account, whichever that is.
        scope = Scope(path="", template="", account="")
        return accounts_module.Accounts(self._session, scope)

    def account(self, voip_id: int) -> Account:
        """Return the resources of one account, without I/O."""
        return Account(self._session, voip_id)
