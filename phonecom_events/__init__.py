"""Async SDK for Phone.com event listeners and Linq webhook subscriptions.

>>> from phonecom_events import LinqClient, PhoneComClient

A name is imported when it is first asked for, so that a program that makes no call,
such as the command line that shows help, need not import what makes them.
"""

from typing import TYPE_CHECKING

from .lazy import late_names
from .version import __version__

if TYPE_CHECKING:
    from . import converter
    from .budget import RetryBudget
    from .client_statistics import ClientStatistics
    from .errors import (
        BadRequest,
        Conflict,
        ConnectFailed,
        ConnectionLost,
        ConnectTimeout,
        DeadlineExceeded,
        DecodeError,
        Forbidden,
        HistoryUnavailable,
        InboxUnavailable,
        InvalidArgument,
        LimiterUnavailable,
        NotFound,
        OutcomeUnknown,
        PaginationError,
        PhonecomEventsError,
        ProxyFailed,
        RateLimited,
        Redirected,
        RequestTimedOut,
        ResponseError,
        ServerError,
        SessionClosed,
        TransportError,
        Unauthorized,
        ValidationFailed,
        WebhookError,
    )
    from .http import Request, Response
    from .linq import (
        CreatedWebhookSubscription,
        LinqClient,
        WebhookEventType,
        WebhookSubscription,
    )
    from .middleware import Handler, Middleware
    from .pagination import OddRow, Page, Paginator, ScanReport
    from .phonecom import Account, Extension, Listener, PhoneComClient, Profile
    from .ratelimit import PHONECOM_LIMITS, RateLimits, Window
    from .resources import UNSET, Unset
    from .retry import RetryPolicy
else:
    __getattr__ = late_names(
        globals(),
        {
            "budget": ("RetryBudget",),
            "client_statistics": ("ClientStatistics",),
            "converter": (),
            "errors": (
                "BadRequest",
                "Conflict",
                "ConnectFailed",
                "ConnectTimeout",
                "ConnectionLost",
                "DeadlineExceeded",
                "DecodeError",
                "Forbidden",
                "HistoryUnavailable",
                "InboxUnavailable",
                "InvalidArgument",
                "LimiterUnavailable",
                "NotFound",
                "OutcomeUnknown",
                "PaginationError",
                "PhonecomEventsError",
                "ProxyFailed",
                "RateLimited",
                "Redirected",
                "RequestTimedOut",
                "ResponseError",
                "ServerError",
                "SessionClosed",
                "TransportError",
                "Unauthorized",
                "ValidationFailed",
                "WebhookError",
            ),
            "http": (
                "Request",
                "Response",
            ),
            "linq": (
                "CreatedWebhookSubscription",
                "LinqClient",
                "WebhookEventType",
                "WebhookSubscription",
            ),
            "middleware": (
                "Handler",
                "Middleware",
            ),
            "pagination": (
                "OddRow",
                "Page",
                "Paginator",
                "ScanReport",
            ),
            "phonecom": (
                "Account",
                "Extension",
                "Listener",
                "PhoneComClient",
                "Profile",
            ),
            "ratelimit": (
                "PHONECOM_LIMITS",
                "RateLimits",
                "Window",
            ),
            "resources": (
                "UNSET",
                "Unset",
            ),
            "retry": ("RetryPolicy",),
        },
    )

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})


__all__ = [
    "PHONECOM_LIMITS",
    "UNSET",
    "Account",
    "BadRequest",
    "ClientStatistics",
    "Conflict",
    "ConnectFailed",
    "ConnectTimeout",
    "ConnectionLost",
    "CreatedWebhookSubscription",
    "DeadlineExceeded",
    "DecodeError",
    "Extension",
    "Forbidden",
    "Handler",
    "HistoryUnavailable",
    "InboxUnavailable",
    "InvalidArgument",
    "LimiterUnavailable",
    "LinqClient",
    "Listener",
    "Middleware",
    "NotFound",
    "OddRow",
    "OutcomeUnknown",
    "Page",
    "PaginationError",
    "Paginator",
    "PhoneComClient",
    "PhonecomEventsError",
    "Profile",
    "ProxyFailed",
    "RateLimited",
    "RateLimits",
    "Redirected",
    "Request",
    "RequestTimedOut",
    "Response",
    "ResponseError",
    "RetryBudget",
    "RetryPolicy",
    "ScanReport",
    "ServerError",
    "SessionClosed",
    "TransportError",
    "Unauthorized",
    "Unset",
    "ValidationFailed",
    "WebhookError",
    "WebhookEventType",
    "WebhookSubscription",
    "Window",
    "__version__",
    "converter",
]
