"""Which worker runs a batch, and what happens when one dies.

Dask would give a lost task to any worker there is, and after some losses give up
without saying for which account. Here each task is for one worker, so that who read an
account when its worker died is known; a worker that is gone is seen within a second.
"""

from __future__ import annotations

import asyncio
from collections import deque
from concurrent.futures import CancelledError as WorkCancelled
from typing import Final
from uuid import uuid4

from distributed import Client, Future, KilledWorker

from ...errors import ConnectFailed
from .batch import Batch, Done
from .worker import audit_batch, begin_audit, end_audit

_POLL: Final = 1.0
# As long as a nanny takes to start another process, many times over.
_PATIENCE: Final = 60.0
_ENDING: Final = 5.0
_NO_SCHEDULER: Final = "the Dask scheduler has gone, or given up what it was asked for"


class WorkerLost(Exception):
    """Say that a worker died while it ran a batch.

    Args:
        address: where it was.
    """

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


class Workers:
    """Lend workers to batches, one at a time each; as many as there were at the start.

    One that joins later is used only in the place of one that died.

    Args:
        client: of the cluster, asynchronous.
        addresses: those of the workers there are.
        pause: seconds until such a place is taken: what the dead one has sent still
            counts in the windows of the address.
    """

    def __init__(self, client: Client, addresses: list[str], *, pause: float) -> None:
        self._client = client
        self._size = len(addresses)
        self._pause = pause
        self._free: asyncio.Queue[str] = asyncio.Queue()
        self._used: set[str] = set()
        self._vacant: deque[float] = deque()
        for address in addresses:
            self._add(address)
        # Whenever the last task of a name is forgotten, the next makes a group and a
        # span of tasks, which the scheduler keeps for good: 4 kB for each. So there is
        # one as long as the audit lasts.
        self._begun = client.submit(begin_audit, key=_new_key(), pure=False)

    @property
    def size(self) -> int:
        """How many are used at once."""
        return self._size

    async def run(self, batch: Batch) -> list[Done]:
        """Run a batch on the next worker that is free, and return what it returns.

        Raises:
            WorkerLost: it died meanwhile.
            ConnectFailed: the scheduler is gone, or all workers are.
        """
        address = await self._take()
        future = self._client.submit(
            audit_batch,
            batch,
            key=_new_key(),
            workers=[address],
            allow_other_workers=False,
            pure=False,
        )
        try:
            result = await self._result(future, address)
        except WorkerLost:
            self._used.discard(address)
            self._vacant.append(asyncio.get_running_loop().time() + self._pause)
            raise
        except BaseException:
            self._free.put_nowait(address)
            raise
        finally:
            # Released, it is forgotten by the scheduler and the worker, result and all.
            future.release()
        self._free.put_nowait(address)
        return result

    async def end(self, audit: str) -> None:
        """Close what an audit has opened on its workers, as far as they answer."""
        self._begun.release()
        if not self._used or not self._connected:
            return
        ending = self._client.run(
            end_audit, audit, workers=sorted(self._used), on_error="ignore"
        )
        try:
            async with asyncio.timeout(_ENDING):
                await ending
        except (OSError, TimeoutError):
            return  # the cluster is gone, and the clients with it

    @property
    def _connected(self) -> bool:
        # A client that has lost its scheduler connects again for half a minute, in
        # which it would wait; what it was waiting for until then is cancelled.
        return bool(self._client.status == "running")

    def _add(self, address: str) -> None:
        self._used.add(address)
        self._free.put_nowait(address)

    async def _take(self) -> str:
        waited_until = asyncio.get_running_loop().time() + self._pause + _PATIENCE
        while True:
            try:
                async with asyncio.timeout(_POLL):
                    address = await self._free.get()
            except TimeoutError:
                pass
            else:
                if address in await self._living():
                    return address
                self._used.discard(address)
                self._vacant.append(asyncio.get_running_loop().time() + self._pause)
            await self._fill_vacant()
            now = asyncio.get_running_loop().time()
            if not self._used and now > waited_until:
                raise ConnectFailed("no Dask worker is left, and none has joined")

    async def _fill_vacant(self) -> None:
        now = asyncio.get_running_loop().time()
        if not self._vacant or self._vacant[0] > now:
            return
        for address in sorted(await self._living() - self._used):
            if self._vacant and self._vacant[0] <= now:
                self._vacant.popleft()
                self._add(address)

    async def _living(self) -> set[str]:
        if not self._connected:
            raise ConnectFailed(_NO_SCHEDULER)
        try:
            return set(await self._client.nthreads())
        except OSError:
            raise ConnectFailed(_NO_SCHEDULER) from None

    async def _result(self, future: Future, address: str) -> list[Done]:
        waiting = asyncio.ensure_future(future.result())
        watching = asyncio.ensure_future(self._until_lost(address))
        both = (waiting, watching)
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            if not waiting.done():
                await watching
                raise WorkerLost(address)
            done: list[Done] = waiting.result()
        except KilledWorker:
            raise WorkerLost(address) from None
        except WorkCancelled:  # no CancelledError of asyncio's
            raise ConnectFailed(_NO_SCHEDULER) from None
        else:
            return done
        finally:
            for each in both:
                each.cancel()
            await asyncio.gather(*both, return_exceptions=True)

    async def _until_lost(self, address: str) -> None:
        living = {address}
        while address in living:
            await asyncio.sleep(_POLL)
            living = await self._living()


def _new_key() -> str:
    # Not of the arguments, which Dask makes keys of else; what is before the number
    # names the group.
    return f"phonecom-events-audit-{uuid4().hex}"
