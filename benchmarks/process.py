"""The server in a process of its own, where it is not measured."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def served(module: str = "benchmarks.server", **options: float | str) -> Iterator[str]:
    """Run a server of the benchmarks with these options; give its URL."""
    given = [f"--{name}={value}" for name, value in options.items()]
    with subprocess.Popen(  # noqa: S603 our own module
        [sys.executable, "-m", module, *given],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        port = int(server.stdout.readline())
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.stdin.close()
