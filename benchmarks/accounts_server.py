"""A sandbox with as many accounts as anybody asks for.

An account is filled when it is first asked for, and emptied when many others have
been since, so that the server needs little memory for a million listeners. Run as
``python -m benchmarks.accounts_server``; prints the URL when it listens, and at the
end of its standard input the most requests that any account took.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections import Counter, OrderedDict
from typing import Final

from attrs import define, field

from phonecom_events.sandbox import LoggedRequest, Sandbox

_KEPT: Final = 64
_EXPIRED: Final = 100

Rows = tuple[int, int, int]
"""The ids of a listener, its callback and that one's profile."""


@define
class Filling:
    """Fill and empty the accounts of a sandbox.

    Attributes:
        sandbox: whose accounts.
        listeners: how many each has, with as many callbacks and profiles.
        requests: how many each has taken, by voip id.
    """

    sandbox: Sandbox
    listeners: int
    requests: Counter[int] = field(factory=Counter)
    _filled: OrderedDict[int, list[Rows]] = field(factory=OrderedDict)

    def before(self, request: LoggedRequest) -> None:
        """See to it that the account of a request is there."""
        voip_id = int(request.path.split("/")[3])
        if voip_id not in self.requests:
            rows = [self._add(voip_id, number) for number in range(self.listeners)]
            self._filled[voip_id] = rows
        if len(self._filled) > _KEPT:
            self._empty(self._filled.popitem(last=False)[1])
        self.requests[voip_id] += 1

    def _add(self, voip_id: int, number: int) -> Rows:
        sandbox = self.sandbox
        profile: int = sandbox.add_profile(voip_id)["id"]
        url = f"https://hooks.contoso.com/{voip_id}/{number}"
        callback: int = sandbox.add_callback(
            voip_id, config={"url": url}, profile_id=profile
        )["id"]
        listener: int = sandbox.add_listener(
            voip_id,
            callback_id=callback,
            expires_at=1 if number % _EXPIRED == 0 else None,
        )["id"]
        sandbox.add_subscription(listener, ["call", "inbound"])
        return listener, callback, profile

    def _empty(self, rows: list[Rows]) -> None:
        for listener, callback, profile in rows:
            self.sandbox.remove_listener(listener)
            self.sandbox.remove_callback(callback)
            self.sandbox.remove_profile(profile)


async def serve(listeners: int) -> None:
    """Serve until the standard input ends."""
    async with Sandbox(log_limit=100) as sandbox:
        filling = Filling(sandbox, listeners)
        sandbox.before(filling.before)
        print(sandbox.phonecom_url, sandbox.token, flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    print(max(filling.requests.values(), default=0), flush=True)


def main() -> None:
    """Read the options and serve."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--listeners", type=int, default=500)
    asyncio.run(serve(parser.parse_args().listeners))


if __name__ == "__main__":
    main()
