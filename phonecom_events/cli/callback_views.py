"""What is shown of callbacks, alone or in an overview; never a header's value."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from attrs import frozen

from ..converter import converter
from ..phonecom import (
    Callback,
    CallbackConfig,
    EmailConfig,
    GoogleAnalyticsConfig,
    HttpConfig,
    OverviewListener,
    RateLimit,
    SmsAutoresponderConfig,
)
from .masking import masked, masked_callback, masked_overview
from .views import View


@frozen(kw_only=True)
class CallbackRow:
    """Show a callback as one row.

    Attributes:
        target: the URL, the address or the application.
        headers: each with ``(masked)`` for its value.
        rate_limit: how many in how many seconds.
        other: what else is in the config.
    """

    id: int
    voip_id: int
    extension_id: int | None
    name: str | None
    enabled: bool
    mode: str
    target: str | None = None
    method: str | None = None
    headers: tuple[str, ...] = ()
    timeout: int | None = None
    rate_limit: str | None = None
    other: Mapping[str, Any] | None = None
    profile_id: int | None
    fallback_callback_id: int | None


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


def _callback_row(callback: Callback) -> CallbackRow:
    return CallbackRow(
        id=callback.id,
        voip_id=callback.voip_id,
        extension_id=callback.extension_id,
        name=callback.name,
        enabled=callback.enabled,
        mode=str(callback.mode),
        profile_id=callback.profile_id,
        fallback_callback_id=callback.fallback_callback_id,
        **_config_cells(callback.config),
    )


def _overview_row(listener: OverviewListener) -> OverviewRow:
    callback = {}
    if listener.callback is not None:
        row = _callback_row(listener.callback)
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


def _config_cells(config: CallbackConfig) -> dict[str, Any]:
    match config:
        case HttpConfig():
            return {
                "target": config.url,
                "method": config.method,
                "headers": tuple(f"{h.name}=(masked)" for h in config.headers or ()),
                "timeout": config.timeout,
                "rate_limit": _rate(config.rate_limit),
                "other": masked(config.extra),
            }
        case EmailConfig():
            return {
                "target": config.email,
                "rate_limit": _rate(config.rate_limit),
                "other": masked({"mode": config.mode, **config.extra}),
            }
        case SmsAutoresponderConfig() | GoogleAnalyticsConfig():
            parameters = converter.unstructure(config.parameters)
            other = masked({**parameters, **config.extra})
            return {"target": config.application, "other": other}
    return {"other": masked(config.extra)}


def _rate(limit: RateLimit | None) -> str | None:
    return None if limit is None else f"{limit.number}/{limit.period}"


CALLBACKS: Final[View[Callback]] = View(
    row=CallbackRow,
    columns=("id", "enabled", "mode", "profile_id", "name", "target"),
    make=_callback_row,
    plain=masked_callback,
)
OVERVIEW: Final[View[OverviewListener]] = View(
    row=OverviewRow,
    columns=("id", "callback_id", "expires_at", "enabled", "subscriptions", "target"),
    make=_overview_row,
    plain=masked_overview,
)
