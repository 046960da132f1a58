"""Receive deliveries in an aiohttp application: acknowledge first, work later.

Both vendors wait for the answer, and stop or repeat when it is late. So what comes is
checked, put into an inbox and acknowledged; workers that live as long as the
application call your handler. A `SqliteInbox` keeps what was acknowledged whatever
happens to the process; a `MemoryInbox`, the default, does not.
"""

from .inbox import EventQueue, Inbox, LeasedEvent, State
from .linq import Affinity, linq_receiver
from .memory_inbox import MemoryInbox
from .phonecom import phonecom_receiver
from .receiver import Receiver, ReceiverOptions
from .sqlite_inbox import SqliteInbox

__all__ = [
    "Affinity",
    "EventQueue",
    "Inbox",
    "LeasedEvent",
    "MemoryInbox",
    "Receiver",
    "ReceiverOptions",
    "SqliteInbox",
    "State",
    "linq_receiver",
    "phonecom_receiver",
]
