"""Phone.com's events integration.

The functions for filters are in `conditions`. The events that callbacks receive are
in `events`, which is not imported here: few programs both manage and receive.
"""

from . import conditions
from .accounts import Accounts, AccountSummary
from .callback_config import (
    MASKED,
    CallbackConfig,
    CallbackMode,
    EmailConfig,
    GoogleAnalyticsConfig,
    GoogleAnalyticsParameters,
    Header,
    HttpConfig,
    Masked,
    RateLimit,
    SmsAutoresponderConfig,
    SmsAutoresponderParameters,
    UnknownConfig,
)
from .callbacks import Callback, Callbacks
from .client import BASE_URL, Account, Extension, PhoneComClient
from .conditions import Condition
from .extensions import Extensions, ExtensionSummary
from .listener_filters import (
    FilterType,
    ListenerFilter,
    ListenerFilters,
    NumberFilter,
    ScheduleFilter,
    UnknownFilter,
)
from .listener_scopes import AccountListeners, ExtensionListeners
from .listeners import Listener, Listeners
from .listing import Paging
from .overview import (
    NewCallback,
    NewFilter,
    NewProfile,
    Overview,
    OverviewCallback,
    OverviewListener,
)
from .profiles import Profile, Profiles
from .subscriptions import ExtensionSubscriptions, Subscription, Subscriptions, Tag

__all__ = [
    "BASE_URL",
    "MASKED",
    "Account",
    "AccountListeners",
    "AccountSummary",
    "Accounts",
    "Callback",
    "CallbackConfig",
    "CallbackMode",
    "Callbacks",
    "Condition",
    "EmailConfig",
    "Extension",
    "ExtensionListeners",
    "ExtensionSubscriptions",
    "ExtensionSummary",
    "Extensions",
    "FilterType",
    "GoogleAnalyticsConfig",
    "GoogleAnalyticsParameters",
    "Header",
    "HttpConfig",
    "Listener",
    "ListenerFilter",
    "ListenerFilters",
    "Listeners",
    "Masked",
    "NewCallback",
    "NewFilter",
    "NewProfile",
    "NumberFilter",
    "Overview",
    "OverviewCallback",
    "OverviewListener",
    "Paging",
    "PhoneComClient",
    "Profile",
    "Profiles",
    "RateLimit",
    "ScheduleFilter",
    "SmsAutoresponderConfig",
    "SmsAutoresponderParameters",
    "Subscription",
    "Subscriptions",
    "Tag",
    "UnknownConfig",
    "UnknownFilter",
    "conditions",
]
