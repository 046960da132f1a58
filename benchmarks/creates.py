"""Creates that nobody answers, reconciled: how many are doubled, lost, or left open.

The first attempt at each create goes wrong in the same way, over real sockets against
the sandbox; with other writers, rows of others come and go at every request. Each row
is known by its name, so that it can be counted afterwards whose it is.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal, Protocol

from attrs import define, field

from phonecom_events import (
    LinqClient,
    OutcomeUnknown,
    PhoneComClient,
    PhonecomEventsError,
    RetryPolicy,
)
from phonecom_events.sandbox import Fault, LoggedRequest, Sandbox

from .outcome import Measure, measures_as_json
from .samples import ACCOUNT

# As in earnest, but for a service whose late effects land within milliseconds; without
# a budget, which would rightly stop a client all of whose creates fail.
_SETTLE: Final = 0.1
_RETRY: Final = RetryPolicy(settle=_SETTLE, base=0.01, budget=None)
_AT_ONCE: Final = 40
_THEIRS: Final = 50
_TAKEN_OUT: Final = 0.4

FAULTS: Final[Mapping[str, Fault]] = {
    "cut before": Fault(cut="before"),
    "cut after": Fault(cut="after"),
    "500 before": Fault(status=500),
    "500 after": Fault(status=500, effect=True),
    "late": Fault(cut="after", late=_SETTLE / 4),
}


@define
class Count:
    """Count what became of creates.

    Attributes:
        doubled: there are two rows.
        lost: what was returned is not there, or what is there was not told of.
        unknown: ended in `OutcomeUnknown`.
        problems: any other end, by class.
    """

    creates: int = 0
    doubled: int = 0
    lost: int = 0
    unknown: int = 0
    problems: Counter[str] = field(factory=Counter)

    def __str__(self) -> str:
        other = f", {dict(self.problems)}" if self.problems else ""
        return (
            f"{self.creates} creates: {self.doubled} doubled, {self.lost} lost,"
            f" {self.unknown} OutcomeUnknown{other}"
        )


class Vendor(Protocol):
    """One vendor's rows in a sandbox: created by a client, or by others past it.

    Attributes:
        service: whose requests go wrong.
        key: the field that holds a row's name.
    """

    service: Literal["phonecom", "linq"]
    key: str

    def open(self, sandbox: Sandbox) -> PhoneComClient | LinqClient:
        """Return a client to create with."""
        ...

    async def create(self, name: str) -> Any:
        """Create a row, and return its id."""
        ...

    async def names(self) -> Mapping[Any, str]:
        """Return the name of each row by its id."""
        ...

    def add(self, name: str) -> Any:
        """Add a row of somebody else's, and return its id."""
        ...

    def remove(self, id_: Any) -> None:
        """Take such a row out."""
        ...


class PhoneCom:
    """Profiles: ids in order, newest first."""

    service: Literal["phonecom", "linq"] = "phonecom"
    key = "name"

    def open(self, sandbox: Sandbox) -> PhoneComClient:
        """Return a client to create with."""
        self._sandbox = sandbox
        client = PhoneComClient(
            sandbox.token, base_url=sandbox.phonecom_url, rate_limits=None, retry=_RETRY
        )
        self._profiles = client.account(ACCOUNT).profiles
        return client

    async def create(self, name: str) -> Any:
        """Create a profile."""
        profile = await self._profiles.create(
            name=name, support_email="ops@example.org", reconcile=True
        )
        return profile.id

    async def names(self) -> Mapping[Any, str]:
        """Return the name of each profile."""
        return {row.id: row.name async for row in self._profiles.list()}

    def add(self, name: str) -> Any:
        """Add a profile."""
        return self._sandbox.add_profile(ACCOUNT, name=name)["id"]

    def remove(self, id_: Any) -> None:
        """Delete a profile."""
        self._sandbox.remove_profile(id_)


class Linq:
    """Webhook subscriptions: ids without order, and URLs that must be unique."""

    service: Literal["phonecom", "linq"] = "linq"
    key = "target_url"

    def open(self, sandbox: Sandbox) -> LinqClient:
        """Return a client to create with."""
        self._sandbox = sandbox
        client = LinqClient(sandbox.api_key, base_url=sandbox.linq_url, retry=_RETRY)
        self._subscriptions = client.webhook_subscriptions
        return client

    async def create(self, name: str) -> Any:
        """Create a subscription."""
        created = await self._subscriptions.create(
            target_url=name, subscribed_events=["call.ended"], reconcile=True
        )
        return created.id

    async def names(self) -> Mapping[Any, str]:
        """Return the URL of each subscription."""
        return {row.id: row.target_url async for row in self._subscriptions.list()}

    def add(self, name: str) -> Any:
        """Add a subscription."""
        return self._sandbox.add_linq_subscription(name)["id"]

    def remove(self, id_: Any) -> None:
        """Delete a subscription."""
        self._sandbox.remove_linq_subscription(id_)


def _others(vendor: Vendor, rng: random.Random) -> Callable[[object], None]:
    """Let others add a row, or take one of theirs out, at every request."""
    theirs: list[Any] = []

    def write(_: object) -> None:
        if len(theirs) > _THEIRS or (theirs and rng.random() < _TAKEN_OUT):
            vendor.remove(theirs.pop(rng.randrange(len(theirs))))
        else:
            theirs.append(vendor.add(f"https://theirs.example.org/{rng.random()}"))

    return write


async def count(
    vendor: Vendor, fault: Fault, creates: int, *, others: bool, seed: int = 1
) -> Count:
    """Make so many creates, whose first attempt goes wrong, and count."""
    tried: set[str] = set()

    def first(request: LoggedRequest) -> Fault | None:
        name = request.json[vendor.key]
        if name in tried:
            return None
        tried.add(name)
        return fault

    async with Sandbox(log_limit=1) as sandbox:
        sandbox.add_account(ACCOUNT)
        sandbox.fault(
            Fault(method="POST", service=vendor.service, times=None, respond=first)
        )
        async with vendor.open(sandbox):
            if others:
                sandbox.before(_others(vendor, random.Random(seed)))
            return await _count(vendor, creates)


async def _count(vendor: Vendor, creates: int) -> Count:
    found = Count(creates=creates)
    slots = asyncio.Semaphore(_AT_ONCE)
    returned: dict[str, Any] = {}
    unknown: set[str] = set()

    async def one(name: str) -> None:
        async with slots:
            try:
                returned[name] = await vendor.create(name)
            except OutcomeUnknown:
                unknown.add(name)
            except PhonecomEventsError as error:
                found.problems[type(error).__name__] += 1

    names = [f"https://ours.example.org/{number}" for number in range(creates)]
    await asyncio.gather(*map(one, names))
    await asyncio.sleep(2 * _SETTLE)
    rows = await vendor.names()
    there = Counter(rows.values())
    found.unknown = len(unknown)
    found.doubled = sum(there[name] > 1 for name in names)
    found.lost = sum(
        rows.get(returned[name]) != name
        if name in returned
        else name not in unknown and there[name] > 0
        for name in names
    )
    return found


_VENDORS: Final[Mapping[str, Callable[[], Vendor]]] = {
    "PhoneCom": PhoneCom,
    "Linq": Linq,
}


async def _all(creates: int) -> dict[str, Count]:
    counts = {}
    for name_of_vendor, vendor in _VENDORS.items():
        for name, fault in FAULTS.items():
            for others in (False, True):
                title = f"{name_of_vendor}, {name}{', others writing' * others}"
                began = time.perf_counter()
                counts[title] = await count(vendor(), fault, creates, others=others)
                print(f"{title}: {counts[title]}, {time.perf_counter() - began:.1f} s")
    return counts


def main(argv: Sequence[str]) -> dict[str, Any]:
    """Count in each mode, print and return it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks creates")
    parser.add_argument("--creates", type=int, default=1000, help="in each mode")
    options = parser.parse_args(argv)
    # Each lost secret is warned of, hundreds of times.
    logging.getLogger("phonecom_events.linq").setLevel(logging.ERROR)
    counts = asyncio.run(_all(options.creates))
    worst = max(each.unknown / each.creates for each in counts.values())
    measures = (
        Measure(
            what="doubled",
            value=sum(each.doubled for each in counts.values()),
            sense="at most",
            wanted=0,
        ),
        Measure(
            what="lost, or ended otherwise",
            value=sum(each.lost + each.problems.total() for each in counts.values()),
            sense="at most",
            wanted=0,
        ),
        Measure(
            what="share of OutcomeUnknown in the worst mode",
            value=worst,
            sense="at most",
            wanted=0.05,
        ),
    )
    print(*measures, sep="\n")
    return {
        "ambiguous creates, reconciled": {
            **{title: str(each) for title, each in counts.items()},
            "measures": measures_as_json(measures),
        }
    }
