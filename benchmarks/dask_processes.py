"""A Dask cluster of real processes on loopback: a scheduler, and workers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from attrs import frozen
from distributed import Client

_PATIENCE: Final = 60.0
_ENDING: Final = 20.0


@frozen(kw_only=True)
class Processes:
    """Hold what runs.

    Attributes:
        url: where the scheduler listens.
        scheduler: its process.
        workers: theirs, not those of nannies, which they go without.
    """

    url: str
    scheduler: subprocess.Popen[bytes]
    workers: tuple[subprocess.Popen[bytes], ...]


@contextmanager
def dask_processes(
    folder: Path, *, workers: int, environment: Mapping[str, str]
) -> Iterator[Processes]:
    """Start them, wait until all workers are there, and end them afterwards.

    Args:
        folder: for their logs and files.
        workers: how many.
        environment: what workers have in theirs, and the scheduler has not.
    """
    told = folder / "scheduler.json"
    with ExitStack() as stack:
        scheduler = stack.enter_context(
            _started(
                *("scheduler", "--host=127.0.0.1", "--port=0", "--no-dashboard"),
                f"--scheduler-file={told}",
                log=folder / "scheduler.log",
            )
        )
        url = _url(told, scheduler)
        started = [
            stack.enter_context(
                _started(
                    *("worker", url, "--nthreads=1", "--no-nanny", "--no-dashboard"),
                    f"--local-directory={folder}",
                    log=folder / f"worker-{number}.log",
                    environment=environment,
                )
            )
            for number in range(workers)
        ]
        with Client(url, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=_PATIENCE)
        yield Processes(url=url, scheduler=scheduler, workers=tuple(started))


@contextmanager
def _started(
    *arguments: str, log: Path, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    with (
        log.open("wb") as file,
        subprocess.Popen(  # noqa: S603 an installed package's own command
            [sys.executable, "-m", "dask", *arguments],
            env={**os.environ, **(environment or {})},
            stdout=file,
            stderr=file,
        ) as process,
    ):
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(_ENDING)
            except subprocess.TimeoutExpired:
                process.kill()


def _url(told: Path, scheduler: subprocess.Popen[bytes]) -> str:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and scheduler.poll() is None:
        try:
            return str(json.loads(told.read_bytes())["address"])
        except (OSError, ValueError):  # not there, or not whole yet
            time.sleep(0.05)
    raise OSError("the Dask scheduler does not start")
