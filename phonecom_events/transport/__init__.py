"""The one place that sends: aiohttp, its session's life, and its errors as ours.

What needs aiohttp, half of what all else takes to import, comes when it is asked for:
a program that only decodes or shows help does without.
"""

from typing import TYPE_CHECKING

from ..lazy import late_names
from .protocol import Transport, closed_during
from .proxy import Proxy, choose_proxy, given_proxy
from .tls import ca_context

if TYPE_CHECKING:
    from .aiohttp_transport import (
        CONNECT_TIMEOUT,
        MAX_BODY,
        MAX_CONNECTIONS,
        AiohttpTransport,
    )
    from .sessions import HttpSession
else:
    __getattr__ = late_names(
        globals(),
        {
            "aiohttp_transport": (
                "CONNECT_TIMEOUT",
                "MAX_BODY",
                "MAX_CONNECTIONS",
                "AiohttpTransport",
            ),
            "sessions": ("HttpSession",),
        },
    )

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})


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
