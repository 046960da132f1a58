"""Callbacks: where events are delivered, and how.

https://apidocs.phone.com/reference (events-callbacks)
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Unpack

from attrs import field, frozen

from ..converter import Converter, tagged
from ..display.shown import Shown
from ..errors import InvalidArgument
from ..pagination import Paginator
from ..resources import UNSET, Body, Unset, plain_json, positive_id, wire_body
from .callback_config import (
    CallbackConfig,
    CallbackMode,
    HttpConfig,
    config_class,
    mode_of,
    refuse_masked,
)
from .conditions import Condition
from .listing import EventsResource, Paging, conditions, paginator, segment
from .pages import Listing


@frozen(kw_only=True)
class Callback(Shown):
    """Describe a callback.

    Attributes:
        id: its id.
        voip_id: the account it belongs to.
        extension_id: the extension it belongs to; None for the whole account.
        fallback_callback_id: the callback to deliver to if this one fails.
        name: for people.
        profile_id: whose address gets notices of problems; None for none.
        enabled: whether it delivers; so it does where the API does not say.
        mode: a `CallbackMode`, or a string for one that is not known here; HTTPS
            where the API does not say.
        config: of the class that belongs to the mode.
    """

    id: int
    voip_id: int
    extension_id: int | None = None
    fallback_callback_id: int | None = None
    name: str | None = None
    profile_id: int | None = None
    enabled: bool = True
    mode: CallbackMode | str = CallbackMode.HTTPS
    config: CallbackConfig = field(metadata=tagged("mode", config_class))


class Callbacks(EventsResource[Callback]):
    """Read and write the callbacks of an account or extension."""

    model = Callback
    collection = "callbacks"
    defaults: ClassVar[Mapping[str, Any]] = MappingProxyType(
        {"enabled": True, "mode": "HTTPS", "name": None}
    )

    async def create(
        self,
        *,
        config: CallbackConfig | Mapping[str, Any],
        mode: CallbackMode | str | Unset = UNSET,
        name: str | None | Unset = UNSET,
        enabled: bool | Unset = UNSET,
        profile_id: int | None | Unset = UNSET,
        fallback_callback_id: int | None | Unset = UNSET,
        reconcile: bool = False,
    ) -> Callback:
        """Create a callback and return it.

        The API posts ``{"test": 1}`` to the URL of a new callback, and creates
        none if that is not answered with 200 or 201.

        Args:
            config: `HttpConfig`, `EmailConfig` and the like, or a raw mapping.
            mode: by default the one that the config is for.
            reconcile: after an ambiguous end look what became of it, and send it again
                if nothing did, as `phonecom_events.reconcile` says. Costs a request
                more, to read what exists before. A header
                whose value the API masks is compared by its name.

        Raises:
            InvalidArgument: a header in the config is masked.
            OutcomeUnknown: it may or may not have been created; with `reconcile`,
                only if that cannot be told.
        """
        if mode is UNSET:
            mode = mode_of(config) or UNSET
        return await self._create(
            config=config,
            mode=mode,
            name=name,
            enabled=enabled,
            profile_id=profile_id,
            fallback_callback_id=fallback_callback_id,
            reconcile=reconcile,
        )

    async def update(
        self,
        callback_id: int,
        *,
        config: CallbackConfig | Mapping[str, Any] | Unset = UNSET,
        mode: CallbackMode | str | Unset = UNSET,
        name: str | None | Unset = UNSET,
        enabled: bool | Unset = UNSET,
        profile_id: int | None | Unset = UNSET,
        fallback_callback_id: int | None | Unset = UNSET,
    ) -> Callback:
        """Change what is given, and return the callback.

        Args:
            config: the whole of it: whether the API merges or replaces it is not
                documented. One that was read with masked headers is refused.

        Raises:
            InvalidArgument: nothing is given, or a header is masked.
            OutcomeUnknown: it may or may not have been changed.
        """
        if mode is UNSET and config is not UNSET:
            mode = mode_of(config) or UNSET
        return await self._update(
            "PATCH",
            segment(callback_id),
            config=config,
            mode=mode,
            name=name,
            enabled=enabled,
            profile_id=profile_id,
            fallback_callback_id=fallback_callback_id,
        )

    def health(
        self, callback_id: int, **paging: Unpack[Paging]
    ) -> Paginator[dict[str, Any]]:
        """List a callback's statistics by period of time.

        What they hold is documented nowhere: they are given as they come.
        """
        listing: Listing[dict[str, Any]] = Listing(
            session=self._session,
            kind=dict[str, Any],
            name=f"health of callback {callback_id} of {self._scope.owner}",
            path=f"{self._path}/{segment(callback_id)}/health",
            endpoint=f"{self._template}/{{id}}/health",
            account=self._account,
            key=lambda item: item.get("id"),
        )
        return paginator(listing, {}, **paging)

    def list(
        self,
        *,
        name: str | Condition | None = None,
        profile_id: int | Condition | None = None,
        fallback_callback_id: int | Condition | None = None,
        **paging: Unpack[Paging],
    ) -> Paginator[Callback]:
        """List the callbacks; see `Paginator` and, for the arguments, `Paging`.

        Args:
            name, profile_id, fallback_callback_id: a value, or a condition such
                as ``contains("crm")``.
        """
        filters = conditions(
            name=name, profile_id=profile_id, fallback_callback_id=fallback_callback_id
        )
        return self._list(filters, **paging)

    def _body(self, given: Mapping[str, object]) -> dict[str, Any]:
        return callback_body(self._session.converter, given)


def callback_body(converter: Converter, given: Mapping[str, object]) -> dict[str, Any]:
    """Write a callback's fields; a config may be a raw mapping.

    Raises:
        InvalidArgument: a value is not of its field's type, a header is masked, or
            a URL missing.
    """
    given = dict(given)
    config = given.pop("config", UNSET)
    body = Body()
    if isinstance(config, Mapping):
        body["config"] = plain_json("config", config)
    elif isinstance(config, HttpConfig) and config.url is None:
        raise InvalidArgument("config: HttpConfig needs a url")
    elif config is not UNSET:
        body = wire_body(converter, Callback, {"config": config})
    refuse_masked(body.get("config", {}))
    for name in ("profile_id", "fallback_callback_id"):
        if given.get(name) not in (None, UNSET):
            positive_id(name, given[name])
    body |= wire_body(converter, Callback, given)
    return body
