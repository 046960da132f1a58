"""A server on a thread of its own, for one sandbox after another.

For tests, each of which may run on an event loop of its own, or on none: the server
needs none of them, and need not be started anew for each.
"""

from __future__ import annotations

import asyncio
import types
from collections.abc import Callable, Coroutine, Generator, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager
from functools import partial, wraps
from inspect import getmembers_static, iscoroutinefunction, isfunction
from threading import RLock, Thread
from typing import Any, Final, Self, TypeVar

from aiohttp import web

from .log import LoggedRequest
from .server import GRACE, Sandbox, origin

T = TypeVar("T")

_HOST: Final = "127.0.0.1"


class SharedSandbox(Sandbox):
    """A sandbox that one thread serves while others change it and look at it.

    Each of its methods takes effect between two steps of what is being answered, as on
    one event loop. Hooks and what chooses faults are run on the server's thread.

    Attributes:
        lock: held for each of these steps; hold it for several changes at once.
    """

    def __init__(self, **options: Any) -> None:
        self.lock: AbstractContextManager[object] = RLock()
        super().__init__(**options)

    @property
    def accounts(self) -> tuple[int, ...]:
        """The voip ids of all accounts, subaccounts included, in ascending order."""
        with self.lock:
            return super().accounts

    @property
    def requests(self) -> tuple[LoggedRequest, ...]:
        """The requests in order of arrival, those still being answered included."""
        with self.lock:
            return super().requests


def _locked(method: Callable[..., T]) -> Callable[..., T]:
    @wraps(method)
    def locked(self: SharedSandbox, *args: Any, **kwargs: Any) -> T:
        with self.lock:
            return method(self, *args, **kwargs)

    return locked


# All there are, so that one that is added to a sandbox is not forgotten here.
for _name, _method in getmembers_static(Sandbox, isfunction):
    if not _name.startswith("_") and not iscoroutinefunction(_method):
        setattr(SharedSandbox, _name, _locked(_method))


class ThreadedServer:
    """Listen from a thread of its own; which sandbox answers may change.

    Raises:
        OSError: on entering, when it cannot listen.
    """

    def __init__(self) -> None:
        self._sandbox: SharedSandbox | None = None
        self._started: Future[tuple[asyncio.AbstractEventLoop, web.Server, str]]
        self._started = Future()
        self._stop = asyncio.Event()
        # A daemon: it must not keep a test run alive that ends without its fixtures.
        self._thread = Thread(target=self._run, name="phonecom-sandbox", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._started.result()
        return self

    def __exit__(self, *_: object) -> None:
        loop, _server, _url = self._started.result()
        loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    @contextmanager
    def serving(self, sandbox: SharedSandbox) -> Iterator[None]:
        """Have *sandbox* answer meanwhile, and nothing left of it afterwards.

        What is still being answered is dropped in the end, and connections are closed,
        so that a client which was left open cannot reach the next one.
        """
        loop, server, url = self._started.result()
        sandbox.served_at(url)
        self._sandbox = sandbox
        try:
            yield
        finally:
            self._sandbox = None
            sandbox.served_at(None)
            ending = _end(sandbox, server)
            asyncio.run_coroutine_threadsafe(ending, loop).result()

    def _run(self) -> None:
        # Not the loop of a policy, which may be made for what is tested.
        try:
            with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
                runner.run(self._serve())
        except BaseException as error:
            if self._started.done():
                raise
            self._started.set_exception(error)

    async def _serve(self) -> None:
        server = web.Server(self._handle, access_log=None)
        runner = web.ServerRunner(server, shutdown_timeout=GRACE)
        try:
            await runner.setup()
            await web.TCPSite(runner, _HOST, 0).start()
            url = origin(*runner.addresses[0][:2])
            self._started.set_result((asyncio.get_running_loop(), server, url))
            await self._stop.wait()
        finally:
            await runner.cleanup()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        sandbox = self._sandbox
        if sandbox is None:
            if request.transport is not None:
                request.transport.close()
            return web.Response(status=503)
        return await _in_steps(sandbox.answer(request), sandbox.lock)


async def _end(sandbox: SharedSandbox, server: web.Server) -> None:
    await sandbox.drop_answers()
    # As aiohttp's runner does it: connections that are idle would be waited for else.
    server.pre_shutdown()
    await asyncio.sleep(0)
    await server.shutdown(GRACE)


@types.coroutine
def _in_steps(
    coroutine: Coroutine[Any, Any, T], lock: AbstractContextManager[object]
) -> Generator[Any, Any, T]:
    """Run a coroutine, and hold *lock* whenever it is not waiting."""
    step: Callable[[], Any] = partial(coroutine.send, None)
    while True:
        with lock:
            try:
                awaited = step()
            except StopIteration as end:
                returned: T = end.value
                return returned
        try:
            yield awaited
        except BaseException as error:  # noqa: BLE001 - a cancel, which is handed on
            step = partial(coroutine.throw, error)
        else:
            step = partial(coroutine.send, None)
