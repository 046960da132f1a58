"""The Phone.com client, and the vendor's error envelope.

Of Phone.com's error envelope is documented ``{"@error": {"@message", "@httpStatusCode", "fields"?,
"@rateLimit"?, …}}``, beside which OAuth's ``error`` and ``error_description``
occur. Gateways answer with HTML, and then all this stays empty.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Self, Unpack

from ..client import Client, Options, required_env, sealed, with_environment
from ..http import Problem, Response
from ..lazy import LazyModule
from ..middleware import Credential, TokenProvider
from ..problems import json_object, moment, seconds, with_hint
from ..ratelimit import PHONECOM_LIMITS
from ..resources import Scope
from .scopes import BASE_URL, Account

_DEPTH: Final = 4


def problem(response: Response) -> Problem:
    """Read what an error says, or whether it is one; never raises for its content."""
    envelope = json_object(response.body)
    error = envelope.get("@error")
    error = {"@message": error} if isinstance(error, str) else json_object(error)
    # An answer that is not 2xx need not have any of this.
    found = Problem(
        refused=bool(error or _text(envelope.get("error")))
        or envelope.get("success") is False,
        status=_status(error.get("@httpStatusCode")),
        code=_text(error.get("@code")) or _text(envelope.get("error")),
        message=_message(error, envelope),
        fields=_fields(error.get("fields")),
        trace_id=_text(error.get("@id")),
        **_hint(error.get("@rateLimit")),
    )
    return with_hint(found, response)


def _message(error: Mapping[str, Any], envelope: Mapping[str, Any]) -> str | None:
    message = _text(error.get("@message")) or _text(envelope.get("error_description"))
    details = _text(error.get("@details"))
    more = error.get("@messages")
    extra = [details] if details else []
    extra += _messages(more) if more else []
    return ": ".join([message, *extra]) if message else " ".join(extra) or None


def _fields(value: object) -> dict[str, tuple[str, ...]]:
    return {name: tuple(_messages(said)) for name, said in json_object(value).items()}


def _messages(value: object, depth: int = _DEPTH) -> list[str]:
    """Return the texts in a string, a list or an object: the shape is not said."""
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        text = _text(value)
        return [text] if text else []
    if depth == 0:
        return []
    return [text for part in value for text in _messages(part, depth - 1)]


def _text(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    return str(value).strip() or None


def _status(value: object) -> int | None:
    number = seconds(value)
    return None if number is None else int(number)


def _hint(value: object) -> dict[str, Any]:
    """Read ``@rateLimit``: ``Retry-After`` is seconds, ``RateLimit-Reset`` Unix time.

    ``RateLimit-Limit`` is the size of the window that is full, and so tells which.

    https://apidocs.phone.com/docs/rate-limits
    """
    value = json_object(value)
    limit = value.get("RateLimit-Limit")
    hint: dict[str, Any] = {
        "limit": limit if type(limit) is int and limit > 0 else None
    }
    after = seconds(value.get("Retry-After"))
    if after is not None:
        return {**hint, "retry_after": after}
    reset = seconds(value.get("RateLimit-Reset"))
    return hint if reset is None else {**hint, "retry_at": moment(reset)}


if TYPE_CHECKING:
    from . import accounts as accounts_module
else:
    accounts_module = LazyModule(".accounts", __package__)


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
            vendor="phonecom",
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
