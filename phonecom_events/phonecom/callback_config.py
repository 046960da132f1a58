"""What a callback does with an event: the config for each of its modes.

Keys that are not known here are kept in `extra`, and sent back; what is None is
not sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, StrEnum
from typing import Any, Final

from attrs import field, frozen

from ..converter import coded, rest, wire
from ..display.shown import Shown
from ..errors import InvalidArgument


class CallbackMode(StrEnum):
    """Name what a callback does with an event."""

    HTTPS = "HTTPS"
    HTTP = "HTTP"
    EMAIL = "EMAIL"
    APPLICATION = "APPLICATION"


class Masked(Enum):
    """Stand for a header's value that the API does not show; see `MASKED`."""

    MASKED = "MASKED"

    def __repr__(self) -> str:
        return "MASKED"


MASKED: Final = Masked.MASKED


def _read_header_value(value: object) -> str | Masked:
    # So the page on callbacks says; the OpenAPI has strings alone.
    if value is True:
        return MASKED
    if not isinstance(value, str):
        raise TypeError("expected a string, or true for a masked value")
    return value


def _write_header_value(value: object) -> str:
    if not isinstance(value, str):
        raise InvalidArgument(
            "a header's value is masked: the API shows true in its place, and would"
            " store that; give the header its real value again"
        )
    return value


@frozen(kw_only=True)
class Header(Shown):
    """Hold a header that is sent with each event.

    Attributes:
        name: such as ``X-Api-Key``.
        value: shown in no repr; `MASKED` where the API does not show it, as for
            ``Authorization``. What is masked cannot be written back.
    """

    name: str
    value: str | Masked = field(
        repr=False, metadata=coded(_read_header_value, _write_header_value)
    )

    @property
    def masked(self) -> bool:
        """Whether the API did not show the value."""
        return self.value is MASKED


@frozen(kw_only=True)
class RateLimit(Shown):
    """Bound how many events are delivered.

    Attributes:
        number: events, 1…1,000.
        period: in so many seconds, 10…3,600.
    """

    number: int
    period: int


@frozen(kw_only=True)
class HttpConfig(Shown):
    """Deliver by an HTTP request.

    Attributes:
        url: where to; when it is set, the API posts ``{"test": 1}`` there and
            wants 200 or 201. None only in a config that was read: the API has none.
        method: the HTTP method.
        headers: sent along; None for none.
        timeout: seconds, by analogy with the older API; None for the system's.
        rate_limit: of deliveries; None for none.
        extra: what else the API says.
    """

    url: str | None = None
    method: str = "POST"
    headers: tuple[Header, ...] | None = None
    timeout: int | None = None
    # The page on callbacks spells it with a hyphen, and has it for HTTP as well; the
    # OpenAPI, which is newer, has an underscore, and means it for mail alone.
    rate_limit: RateLimit | None = field(
        default=None, metadata=wire("rate_limit", also="rate-limit")
    )
    extra: Mapping[str, Any] = field(factory=dict, repr=False, metadata=rest())


@frozen(kw_only=True)
class EmailConfig(Shown):
    """Deliver by mail.

    Attributes:
        email: where to; None if the API has none.
        mode: ``json`` or ``text``.
        rate_limit: of deliveries; None for none.
        extra: what else the API says.
    """

    email: str | None = None
    mode: str = "json"
    rate_limit: RateLimit | None = field(
        default=None, metadata=wire("rate_limit", also="rate-limit")
    )
    extra: Mapping[str, Any] = field(factory=dict, repr=False, metadata=rest())


@frozen(kw_only=True)
class SmsAutoresponderParameters(Shown):
    """Say how to answer a text message.

    Attributes:
        message: the answer.
        rate_limit: seconds until the same number is answered again,
            60…2,592,000; 300 by the server's default.
        extra: what else the API says.
    """

    message: str
    rate_limit: int | None = field(default=None, metadata=wire("rate-limit"))
    extra: Mapping[str, Any] = field(factory=dict, repr=False, metadata=rest())


@frozen(kw_only=True)
class SmsAutoresponderConfig(Shown):
    """Answer text messages; the application ``sms-autoresponder``."""

    application: str = "sms-autoresponder"
    parameters: SmsAutoresponderParameters
    extra: Mapping[str, Any] = field(factory=dict, repr=False, metadata=rest())


def _read_map(value: object) -> Mapping[str, Any] | None:
    """Read an object, which PHP writes as ``[]`` where it is empty."""
    if value is None or isinstance(value, dict):
        return value
    if value == []:
        return {}
    raise TypeError("expected an object, or null")


_MAP: Final = coded(_read_map, lambda value: value)


@frozen(kw_only=True)
class GoogleAnalyticsParameters(Shown):
    """Say what to tell Google Analytics.

    Attributes:
        tracking_id: of the property.
        static: parameter → text.
        dynamic: parameter → the name of a value of the event.
        extra: what else the API says.
    """

    tracking_id: str
    static: Mapping[str, Any] | None = field(default=None, metadata=_MAP)
    dynamic: Mapping[str, Any] | None = field(default=None, metadata=_MAP)
    extra: Mapping[str, Any] = field(factory=dict, repr=False, metadata=rest())


@frozen(kw_only=True)
class GoogleAnalyticsConfig(Shown):
    """Tell Google Analytics; the application ``google-analytics``."""

    application: str = "google-analytics"
    parameters: GoogleAnalyticsParameters
    extra: Mapping[str, Any] = field(factory=dict, repr=False, metadata=rest())


@frozen(kw_only=True)
class UnknownConfig(Shown):
    """Hold the config of a mode or application that is not known here.

    So is that of an application whose parameters are not those that its page names.

    Attributes:
        extra: all of it.
    """

    extra: Mapping[str, Any] = field(factory=dict, repr=False, metadata=rest())


CallbackConfig = (
    HttpConfig
    | EmailConfig
    | SmsAutoresponderConfig
    | GoogleAnalyticsConfig
    | UnknownConfig
)

# The OpenAPI has one flat object for all modes; which keys a mode takes is said on the
# page on callbacks. What belongs to another mode ends up in `extra`.
_BY_MODE: Final[Mapping[object, type[Any]]] = {
    CallbackMode.HTTPS: HttpConfig,
    CallbackMode.HTTP: HttpConfig,
    CallbackMode.EMAIL: EmailConfig,
}
# In the vendor's OpenAPI an application's parameters are any object; only the page on
# applications says which there are.
_BY_APPLICATION: Final[Mapping[object, Any]] = {
    "sms-autoresponder": SmsAutoresponderConfig | UnknownConfig,
    "google-analytics": GoogleAnalyticsConfig | UnknownConfig,
}


def config_class(mode: object, config: object) -> Any:
    """Choose the class of a config by its callback's mode, and its application."""
    if not isinstance(mode, str):
        return UnknownConfig
    if mode != CallbackMode.APPLICATION:
        return _BY_MODE.get(mode, UnknownConfig)
    application = config.get("application") if isinstance(config, dict) else None
    if not isinstance(application, str):
        return UnknownConfig
    return _BY_APPLICATION.get(application, UnknownConfig)


def mode_of(config: CallbackConfig | Mapping[str, Any]) -> CallbackMode | None:
    """Tell the mode that a config is for; None where it does not say."""
    if isinstance(config, HttpConfig):
        plain = str(config.url).lower().startswith("http:")
        return CallbackMode.HTTP if plain else CallbackMode.HTTPS
    if isinstance(config, EmailConfig):
        return CallbackMode.EMAIL
    if isinstance(config, (SmsAutoresponderConfig, GoogleAnalyticsConfig)):
        return CallbackMode.APPLICATION
    return None


def refuse_masked(config: Mapping[str, Any]) -> None:
    """Raise `InvalidArgument` if a header in a written config is masked."""
    headers = config.get("headers")
    if isinstance(headers, Mapping):
        values = list(headers.values())
    else:
        rows = headers if isinstance(headers, (list, tuple)) else ()
        values = [row.get("value") for row in rows if isinstance(row, Mapping)]
    for value in values:
        _write_header_value(value)
