"""Incoming deliveries: genuine, fresh, read and routed. No I/O in here.

`Verifier` checks a signed delivery, `ReplayGuard` remembers those seen, `Router`
says whose an event is. What the events are is each provider's own matter: see
`phonecom_events.phonecom.events` and `phonecom_events.linq.deliveries`.
"""

from .reading import MAX_BODY
from .routing import Handler, Routable, Router
from .signature import Headers, signed_headers
from .verifier import Delivery, ReplayGuard, Verifier

__all__ = [
    "MAX_BODY",
    "Delivery",
    "Handler",
    "Headers",
    "ReplayGuard",
    "Routable",
    "Router",
    "Verifier",
    "signed_headers",
]
