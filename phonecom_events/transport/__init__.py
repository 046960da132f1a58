"""The one place that sends: aiohttp, its session's life, and its errors as ours."""

from .aiohttp_transport import (
    CONNECT_TIMEOUT,
    MAX_BODY,
    MAX_CONNECTIONS,
    AiohttpTransport,
    Transport,
)
from .failures import closed_during
from .proxy import Proxy, choose_proxy, given_proxy
from .sessions import HttpSession
from .tls import ca_context

__all__ = [
    "CONNECT_TIMEOUT",
    "MAX_BODY",
    "MAX_CONNECTIONS",
    "AiohttpTransport",
    "HttpSession",
    "Proxy",
    "Transport",
    "ca_context",
    "choose_proxy",
    "closed_during",
    "given_proxy",
]
