"""Real ASGI servers on a loopback port, in this process."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypeAlias

import hypercorn.asyncio
import uvicorn
from hypercorn.config import Config

from phonecom_events.receiver.asgi import Message, Receive, Send

Application: TypeAlias = Callable[[Message, Receive, Send], Awaitable[None]]
Serve: TypeAlias = Callable[[Application], AbstractAsyncContextManager[str]]


@asynccontextmanager
async def _uvicorn(app: Application, http: Any) -> AsyncIterator[str]:
    config = uvicorn.Config(app, http=http, ws="none", log_config=None)
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            while not server.started:
                assert not serving.done()
                await asyncio.sleep(0.005)
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving


def uvicorn_h11(app: Application) -> AbstractAsyncContextManager[str]:
    """Serve *app* with the parser that uvicorn always has."""
    return _uvicorn(app, "h11")


def uvicorn_httptools(app: Application) -> AbstractAsyncContextManager[str]:
    """Serve *app* with the parser that ``uvicorn[standard]`` has."""
    return _uvicorn(app, "httptools")


@asynccontextmanager
async def hypercorn_asyncio(app: Application) -> AsyncIterator[str]:
    """Serve *app* with hypercorn's worker for asyncio."""
    end = asyncio.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = Config()
        # Hypercorn closes what it is given.
        config.bind = [f"fd://{listening.dup().detach()}"]
        config.errorlog = logging.getLogger("hypercorn")
        given: Any = app
        serving = asyncio.create_task(
            hypercorn.asyncio.serve(given, config, shutdown_trigger=end.wait)
        )
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            end.set()
            await serving


SERVERS: list[Serve] = [uvicorn_h11, uvicorn_httptools, hypercorn_asyncio]
