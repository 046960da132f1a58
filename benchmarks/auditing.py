"""One audit of many accounts, in a process of its own, which tells its peak memory.

Run as ``python -m benchmarks.auditing URL TOKEN ACCOUNTS``.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from pathlib import Path
from typing import Final

from phonecom_events import PhoneComClient
from phonecom_events.audit import AuditStream

_STATUS: Final = Path("/proc/self/status")


async def audit(url: str, token: str, accounts: int) -> dict[str, float]:
    """Audit the accounts from 1 on, and count what comes of it."""
    findings = listeners = requests = 0
    started, cpu = time.perf_counter(), time.process_time()
    async with (
        PhoneComClient(token, base_url=url, rate_limits=None) as phonecom,
        AuditStream(phonecom, range(1, accounts + 1)) as stream,
    ):
        async for audited in stream:
            assert not audited.unreadable
            findings += len(audited.findings)
            listeners += audited.readings[0].report.items
            requests += audited.requests
    return {
        "seconds": time.perf_counter() - started,
        "cpu_seconds": time.process_time() - cpu,
        "findings": findings,
        "listeners": listeners,
        "requests": requests,
    }


def peak_kib() -> int:
    """Return the most memory that this process has held at once."""
    if _STATUS.exists():
        # On Linux ru_maxrss starts with what the starting process had.
        for line in _STATUS.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main() -> None:
    """Print it as JSON."""
    url, token, accounts = sys.argv[1:]
    counts = asyncio.run(audit(url, token, int(accounts)))
    print(json.dumps({**counts, "peak_kib": peak_kib()}))


if __name__ == "__main__":
    main()
