"""Receive deliveries under aiohttp or ASGI: acknowledge first, work later.

Both vendors wait for the answer, and stop or repeat when it is late. So what comes is
checked, put into an inbox and acknowledged; workers that live as long as the
application call your handler. A `SqliteInbox` keeps what was acknowledged whatever
happens to the process; a `MemoryInbox`, the default, does not.

What needs aiohttp is imported when it is asked for: to look into an inbox's file takes
none of it.
"""

from typing import TYPE_CHECKING

from ..lazy import late_names
from .inbox import EventQueue, Inbox, LeasedEvent, State
from .memory_inbox import MemoryInbox

if TYPE_CHECKING:
    from .asgi import AsgiReceiver
    from .linq import Affinity, linq_receiver
    from .phonecom import phonecom_receiver
    from .receiver import Receiver, ReceiverOptions
    from .sqlite_inbox import SqliteInbox
else:
    __getattr__ = late_names(
        globals(),
        {
            "asgi": ("AsgiReceiver",),
            "linq": ("Affinity", "linq_receiver"),
            "phonecom": ("phonecom_receiver",),
            "receiver": ("Receiver", "ReceiverOptions"),
            "sqlite_inbox": ("SqliteInbox",),
        },
    )

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})


__all__ = [
    "Affinity",
    "AsgiReceiver",
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
