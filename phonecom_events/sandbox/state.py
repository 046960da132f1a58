"""The state of both services, with no server around it."""

from __future__ import annotations

from collections.abc import Callable

from .linq.state import LinqState
from .phonecom.state import PhoneComState


class State(PhoneComState, LinqState):
    """Accounts with all they hold, and Linq's webhook subscriptions.

    Rows go in as given, even where the API would refuse them, so that a test or an
    estate can hold what real accounts hold. Every `add_…` returns the row as the
    API shows it, as a copy; an id that is not given is the next free one, and one
    that is taken is a `ValueError`. Every `remove_…` raises `KeyError` when there
    is no such row. Adding to an account or extension that is not there makes it.
    Times are Unix seconds. All methods are synchronous: between two requests, or
    in a hook, they take effect at once.

    Args:
        clock: gives Unix seconds, for times that are not given.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        PhoneComState.__init__(self, clock)
        LinqState.__init__(self, clock)
