"""The Linq client: the webhook subscriptions of an API key's owner, and its numbers.

Linq's error envelope is ``{"success": false, "error": {status, code, message, retry_after?,
…}}`` with a ``trace_id`` beside ``error``, and again in the ``X-Trace-ID`` header.
"""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, Self, Unpack

from ..client import Client, Options, required_env, sealed, with_environment
from ..http import Problem, Response
from ..lazy import LazyModule
from ..middleware import Credential, TokenProvider
from ..problems import json_object, seconds, with_hint
from .scope import BASE_URL, V3

if TYPE_CHECKING:
    from . import phone_numbers as phone_numbers_module
    from . import webhook_events as webhook_events_module
    from . import webhook_subscriptions as webhook_subscriptions_module
else:
    phone_numbers_module = LazyModule(".phone_numbers", __package__)
    webhook_events_module = LazyModule(".webhook_events", __package__)
    webhook_subscriptions_module = LazyModule(".webhook_subscriptions", __package__)


def problem(response: Response) -> Problem:
    """Read what an error says, or whether it is one; never raises for its content."""
    envelope = json_object(response.body)
    error = envelope.get("error")
    error = {"message": error} if isinstance(error, str) else json_object(error)
    code, message = error.get("code"), error.get("message")
    trace_id = envelope.get("trace_id") or response.headers.get("x-trace-id")
    status = seconds(error.get("status"))
    found = Problem(
        refused=envelope.get("success") is False
        or (bool(error) and envelope.get("success") is not True),
        status=None if status is None else int(status),
        code=str(code) if isinstance(code, (str, int)) else None,
        message=message if isinstance(message, str) and message else None,
        retry_after=seconds(error.get("retry_after")),
        trace_id=trace_id if isinstance(trace_id, str) else None,
    )
    return with_hint(found, response)


class LinqClient(Client):
    """Talk to Linq's partner API, version 3.

    Args:
        api_key: an API key, or an async callable that gives one. The callable is
            asked at first use, and once more after a 401.
        base_url: https, or http on loopback; without the version.
        options: see `Options`.

    Raises:
        InvalidArgument: one of them cannot be used.
    """

    def __init__(
        self,
        api_key: str | TokenProvider,
        *,
        base_url: str = BASE_URL,
        **options: Unpack[Options],
    ) -> None:
        options = sealed(options)
        credential = Credential(api_key, name="api_key")
        del api_key  # lest a frame of an exception shows it
        credential.check()
        super().__init__(
            credential, vendor="linq", base_url=base_url, problem=problem, **options
        )

    @classmethod
    def from_env(cls, **options: Unpack[Options]) -> Self:
        """Take the key from LINQ_API_V3_API_KEY, the URL from LINQ_API_V3_BASE_URL.

        PHONECOM_CA_FILE names certificates to trust beside the system's.

        Raises:
            InvalidArgument: LINQ_API_V3_API_KEY is not set, or the file is no PEM bundle.
        """
        base_url = os.environ.get("LINQ_API_V3_BASE_URL") or BASE_URL
        options = with_environment(options)
        return cls(required_env("LINQ_API_V3_API_KEY"), base_url=base_url, **options)

    @cached_property
    def webhook_subscriptions(
        self,
    ) -> webhook_subscriptions_module.WebhookSubscriptions:
        """Where Linq delivers which events: list, get, create, update and delete."""
        return webhook_subscriptions_module.WebhookSubscriptions(self._session, V3)

    @cached_property
    def webhook_events(self) -> webhook_events_module.WebhookEvents:
        """The event types that Linq offers."""
        return webhook_events_module.WebhookEvents(self._session, V3)

    @cached_property
    def phone_numbers(self) -> phone_numbers_module.PhoneNumbers:
        """The account's phone numbers."""
        return phone_numbers_module.PhoneNumbers(self._session, V3)
