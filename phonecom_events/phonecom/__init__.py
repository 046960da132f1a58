"""Phone.com's events integration."""

from .client import BASE_URL, Account, Extension, PhoneComClient
from .listeners import Listener, Listeners
from .listing import Paging
from .profiles import Profile, Profiles

__all__ = [
    "BASE_URL",
    "Account",
    "Extension",
    "Listener",
    "Listeners",
    "Paging",
    "PhoneComClient",
    "Profile",
    "Profiles",
]
