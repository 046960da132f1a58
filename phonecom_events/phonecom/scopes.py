"""Accounts and their extensions: whose resources there are, and on which paths.

Resources that only some programs use are imported with their first use, for the sake
of the time that importing the package takes.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING, Final

from msgspec import structs

from ..lazy import LazyModule
from ..resources import Scope, positive_id
from ..session import Session
from .listeners import AccountListeners, ExtensionListeners, Listeners

if TYPE_CHECKING:
    from . import accounts as accounts_module
    from . import callbacks as callbacks_module
    from . import overview as overview_module
    from . import profiles as profiles_module
else:
    accounts_module = LazyModule(".accounts", __package__)
    callbacks_module = LazyModule(".callbacks", __package__)
    overview_module = LazyModule(".overview", __package__)
    profiles_module = LazyModule(".profiles", __package__)

BASE_URL: Final = "https://api.phone.com/v4"


class EventsScope(ABC):
    """Hold the events resources of an account, or of one extension in it."""

    def __init__(self, session: Session, scope: Scope) -> None:
        self._session = session
        self._scope = scope
        self._events = structs.replace(
            scope,
            path=f"{scope.path}/integrations/events",
            template=f"{scope.template}/integrations/events",
        )

    @property
    @abstractmethod
    def listeners(self) -> Listeners:
        """What connects subscriptions to a callback."""

    @cached_property
    def callbacks(self) -> callbacks_module.Callbacks:
        """Where events are delivered, and how."""
        return callbacks_module.Callbacks(self._session, self._events)

    @cached_property
    def profiles(self) -> profiles_module.Profiles:
        """Who gets notices of a callback's problems."""
        return profiles_module.Profiles(self._session, self._events)

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
            extension=extension_id,
            owner=f"extension {extension_id} of account {voip_id}",
            expression=f"phonecom.account({voip_id}).extension({extension_id}).{{}}",
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
            expression=f"phonecom.account({voip_id}).{{}}",
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
