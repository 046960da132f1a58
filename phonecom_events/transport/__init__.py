"""The one place that sends: aiohttp, its session's life, and its errors as ours."""

from .aiohttp_transport import (
    CONNECT_TIMEOUT,
    MAX_BODY,
    MAX_CONNECTIONS,
    AiohttpTransport,
    HttpSession,
    Transport,
)
from .failures import closed_during

__all__ = [
    "CONNECT_TIMEOUT",
    "MAX_BODY",
    "MAX_CONNECTIONS",
    "AiohttpTransport",
    "HttpSession",
    "Transport",
    "closed_during",
]
