"""Receive deliveries in an aiohttp application: acknowledge first, work later.

Both vendors wait for the answer, and stop or repeat when it is late. So what
comes is checked, put into a bounded queue and acknowledged; workers that live as
long as the application call your handler. What the queue holds when the process
dies is lost: where that matters, let the handler write to a queue of your own.
"""

from .linq import Affinity, linq_receiver
from .phonecom import phonecom_receiver
from .receiver import Receiver, ReceiverOptions

__all__ = [
    "Affinity",
    "Receiver",
    "ReceiverOptions",
    "linq_receiver",
    "phonecom_receiver",
]
