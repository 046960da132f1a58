"""A cluster of two processes for all tests, and a sandbox that its workers know."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from distributed import Client, LocalCluster

from phonecom_events import PhoneComClient, RetryPolicy
from phonecom_events.sandbox import Sandbox

from .clients import VARIABLE

ACCOUNTS = range(1, 13)
Tell = Callable[..., None]


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCluster]:
    """Two workers with nannies, which start another process if one dies."""
    os.environ[VARIABLE] = str(tmp_path_factory.mktemp("dask") / "told.json")
    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        dashboard_address="127.0.0.1:0",
        silence_logs=logging.CRITICAL,
    ) as running:
        yield running


@pytest.fixture
async def dask(cluster: LocalCluster) -> AsyncIterator[Client]:
    """A client of it on the test's event loop."""
    async with Client(cluster.scheduler_address, asynchronous=True) as client:
        await client.wait_for_workers(2)
        yield client


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """Some small accounts."""
    async with Sandbox() as running:
        for voip_id in ACCOUNTS:
            running.add_listener(voip_id, expires_at=1)
        yield running


@pytest.fixture
async def phonecom(sandbox: Sandbox) -> AsyncIterator[PhoneComClient]:
    """A client in this process."""
    async with PhoneComClient(
        sandbox.token, base_url=sandbox.phonecom_url, retry=RetryPolicy(base=0.0)
    ) as client:
        yield client


@pytest.fixture
def tell(cluster: LocalCluster, sandbox: Sandbox) -> Tell:
    """Tell workers where the sandbox is, and of which accounts they are to die."""
    file = Path(os.environ[VARIABLE])

    def write(*, always: tuple[int, ...] = (), once: tuple[int, ...] = ()) -> None:
        told = {"token": sandbox.token, "url": sandbox.phonecom_url}
        file.write_text(json.dumps({**told, "always": always, "once": once}))
        file.with_name("died").unlink(missing_ok=True)

    write()
    return write
