"""Read all listeners at a URL, item by item, and print the peak of the memory.

Run in a process of its own: ``python -m benchmarks.streaming URL LISTENERS``.
"""

from __future__ import annotations

import asyncio
import resource
import sys
from pathlib import Path
from typing import Final

from phonecom_events import PhoneComClient

from .samples import ACCOUNT

_STATUS: Final = Path("/proc/self/status")


async def _read(url: str) -> int:
    async with PhoneComClient("made-up", base_url=url, rate_limits=None) as client:
        seen = 0
        async for _ in client.account(ACCOUNT).listeners.list():
            seen += 1
        return seen


def _peak() -> int:
    """Return the most bytes of memory that this process has held at once."""
    if _STATUS.exists():
        # Linux counts the process that started this one in its ru_maxrss.
        lines = _STATUS.read_text().splitlines()
        (kilobytes,) = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
        return 1024 * int(kilobytes)
    unit = 1 if sys.platform == "darwin" else 1024
    return unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    assert asyncio.run(_read(sys.argv[1])) == int(sys.argv[2])
    print(_peak())
