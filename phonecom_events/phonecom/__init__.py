"""Phone.com's events integration.

The functions for filters are in `conditions`. The events that callbacks receive are
in `events`, which is not imported here: few programs both manage and receive. What
only some programs need is imported when it is first asked for.
"""

from typing import TYPE_CHECKING

from ..lazy import late_names
from . import conditions
from .conditions import Condition
from .listeners import AccountListeners, ExtensionListeners, Listener, Listeners
from .listing import Paging
from .scopes import BASE_URL, Account, Extension

if TYPE_CHECKING:
    from .accounts import Accounts, AccountSummary, Extensions, ExtensionSummary
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
    from .client import PhoneComClient
    from .listener_filters import (
        FilterType,
        ListenerFilter,
        ListenerFilters,
        NumberFilter,
        ScheduleFilter,
        UnknownFilter,
    )
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
else:
    __getattr__ = late_names(
        globals(),
        {
            "accounts": (
                "AccountSummary",
                "Accounts",
                "ExtensionSummary",
                "Extensions",
            ),
            "callback_config": (
                "MASKED",
                "CallbackConfig",
                "CallbackMode",
                "EmailConfig",
                "GoogleAnalyticsConfig",
                "GoogleAnalyticsParameters",
                "Header",
                "HttpConfig",
                "Masked",
                "RateLimit",
                "SmsAutoresponderConfig",
                "SmsAutoresponderParameters",
                "UnknownConfig",
            ),
            "callbacks": ("Callback", "Callbacks"),
            "profiles": ("Profile", "Profiles"),
            "subscriptions": (
                "ExtensionSubscriptions",
                "Subscription",
                "Subscriptions",
                "Tag",
            ),
            "client": ("PhoneComClient",),
            "listener_filters": (
                "FilterType",
                "ListenerFilter",
                "ListenerFilters",
                "NumberFilter",
                "ScheduleFilter",
                "UnknownFilter",
            ),
            "overview": (
                "NewCallback",
                "NewFilter",
                "NewProfile",
                "Overview",
                "OverviewCallback",
                "OverviewListener",
            ),
        },
    )

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})


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
