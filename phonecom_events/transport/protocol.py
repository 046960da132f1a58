"""What sends, as the layers above see it; they need not import what does."""

from __future__ import annotations

from typing import Protocol

from ..errors import SessionClosed
from ..http import Request, Response


class Transport(Protocol):
    """Send a request and return the whole answer, whatever its status."""

    async def send(self, request: Request) -> Response:
        """Make one attempt; raise `TransportError` if no answer came."""
        ...

    async def aclose(self) -> None:
        """Release what is held; sending afterwards raises `SessionClosed`."""
        ...


def closed_during(request: Request) -> SessionClosed:
    """Report that the client was closed while *request* was under way."""
    return SessionClosed(
        f"the client was closed during {request.method} {request.path};"
        " whether the request took effect is not known"
    )
