"""A sandbox where one request in eight goes wrong.

Run as ``python -m benchmarks.soak_server SEED``: prints as JSON where it listens, and
ends with its standard input.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from typing import Final

from attrs import define

from phonecom_events.sandbox import HTML_PAGE, Fault, LoggedRequest, Sandbox

ACCOUNT: Final = 1_000_002
LISTENERS: Final = 40
TOKEN: Final = "soak-token"  # noqa: S105  made up
API_KEY: Final = "soak-key"
_ONE_IN: Final = 8
_KEPT: Final = 200
_TIDY_AFTER: Final = 4_000  # requests
_FAULTS: Final = (
    Fault(status=401),  # the token is to be renewed
    Fault(status=500),
    Fault(status=503, effect=True),
    Fault(status=502, body=HTML_PAGE),
    Fault(status=408),
    Fault(status=403),
    Fault(cut="before"),
    Fault(cut="after"),
    Fault(cut="body"),
    Fault(delay=0.02),
    Fault(delay=0.4),
    Fault(retry_after=0.01),
    Fault(redirect="http://127.0.0.1:9/"),
    Fault(body=HTML_PAGE),
    Fault(body=b'{"items": ['),
    Fault(body={"items": [{"id": "4"}]}),
    Fault(gzip_bomb=100_000),
    Fault(headers={"Connection": "close"}),
)


@define
class Trouble:
    """Choose what goes wrong.

    Attributes:
        sandbox: where it does.
        rng: what chooses.
        seen: how many requests came.
        tidied: the first id of a callback that was not looked at since.
    """

    sandbox: Sandbox
    rng: random.Random
    seen: int = 0
    tidied: int = 1

    def choose(self, _: LoggedRequest) -> Fault | None:
        """Return a fault for a request, or None."""
        self.seen += 1
        if self.seen % _TIDY_AFTER == 0:
            self._tidy()
        if self.rng.randrange(_ONE_IN):
            return None
        return self.rng.choice(_FAULTS)

    def _tidy(self) -> None:
        """Remove what clients created and lost sight of: this server would grow."""
        callbacks = self.sandbox.tables.callbacks
        old = callbacks.next_id() - _KEPT
        for key in range(self.tidied, old):
            if callbacks.get(key) is not None:
                self.sandbox.remove_callback(key)
        self.tidied = max(self.tidied, old)


async def serve(seed: int) -> None:
    """Serve until the standard input ends."""
    sandbox = Sandbox(log_limit=0, token=TOKEN, api_key=API_KEY)
    for number in range(LISTENERS):
        sandbox.add_listener(ACCOUNT, callback_id=7)
        target = f"https://hooks.example.org/{number}"
        sandbox.add_linq_subscription(target_url=target)
    trouble = Trouble(sandbox, random.Random(seed))
    sandbox.fault(Fault(respond=trouble.choose, times=None))
    async with sandbox:
        urls = {"phonecom": sandbox.phonecom_url, "linq": sandbox.linq_url}
        print(json.dumps(urls), flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
