"""Async SDK for Phone.com event listeners and Linq webhook subscriptions.

>>> from phonecom_events import LinqClient, PhoneComClient
"""

from . import converter
from .budget import ClientStatistics, RetryBudget
from .errors import (
    BadRequest,
    Conflict,
    ConnectFailed,
    ConnectionLost,
    ConnectTimeout,
    DeadlineExceeded,
    DecodeError,
    Forbidden,
    InboxUnavailable,
    InvalidArgument,
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
from .version import __version__

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
    "InboxUnavailable",
    "InvalidArgument",
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
