"""A local server that behaves like Phone.com's events integration and like Linq.

Start it in a test, in a script, or on a port of its own:

    async with Sandbox() as sandbox:
        sandbox.add_listener(1000002, callback_id=1768)
        ...  # point a client at sandbox.phonecom_url with sandbox.token

Prefer it to mocks; for a test that mocks aiohttp all the same, with aioresponses, there
is `mocked_response`.
"""

from __future__ import annotations

from .deliveries import Delivered, Delivery, PublicAddress
from .estate import Estate, clean_estate, fill_estate
from .faults import HTML_PAGE, Fault
from .limits import DOCUMENTED_WINDOWS, Limiter, Overrun, RateLimits, Window
from .log import LoggedRequest
from .mocked import mocked_response
from .options import Behaviour
from .receivers import ReceiverAnswer
from .server import Sandbox, serve

__all__ = [
    "DOCUMENTED_WINDOWS",
    "HTML_PAGE",
    "Behaviour",
    "Delivered",
    "Delivery",
    "Estate",
    "Fault",
    "Limiter",
    "LoggedRequest",
    "Overrun",
    "PublicAddress",
    "RateLimits",
    "ReceiverAnswer",
    "Sandbox",
    "Window",
    "clean_estate",
    "fill_estate",
    "mocked_response",
    "serve",
]
