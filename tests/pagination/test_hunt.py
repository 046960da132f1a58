"""The hunt for a false proof: what a scan calls proven is so, whatever the vendor does.

`python -m benchmarks proofs` plays as many hunts as there is time for.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine
from random import Random
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from phonecom_events.pagination import Page, Paginator

from .hunt import FalseProof, Hunt, random_hunt, random_reading
from .listing import Row, listing
from .vendor import Vendor, random_habits

HUNTS = int(os.environ.get("PHONECOM_EVENTS_HISTORIES", "1000"))

which = st.integers(0, 9)
seeds = st.integers(0, 2**32 - 1)


class Hunting(RuleBasedStateMachine):
    """Let hypothesis choose each step of a hunt, and look for the shortest bad one."""

    hunt: Hunt

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()

    def do(self, steps: Coroutine[Any, Any, None]) -> None:
        """Take steps on the hunt's own loop."""
        self.runner.run(steps)

    @initialize(seed=seeds, ids=st.sets(st.integers(1, 60), max_size=30))
    def begin(self, seed: int, ids: set[int]) -> None:
        """Meet a vendor."""
        random = Random(seed)
        habits = random_habits(random)
        vendor = Vendor(habits, random, ids)

        async def start() -> None:
            self.hunt = Hunt(vendor, random_reading(random, habits.order))

        self.do(start())

    @rule()
    def insert(self) -> None:
        """Create the newest row."""
        self.hunt.vendor.insert()

    @rule()
    def insert_between(self) -> None:
        """Create a row amid the others."""
        self.hunt.vendor.insert_between()

    @rule()
    def insert_again(self) -> None:
        """Bring a deleted id back."""
        self.hunt.vendor.insert_again()

    @rule(count=st.integers(1, 9))
    def delete(self, count: int) -> None:
        """Delete some neighbours."""
        self.hunt.vendor.delete(count)

    @rule()
    def delete_frontier(self) -> None:
        """Delete the row that the reader had last."""
        self.hunt.vendor.delete_at(self.hunt.last)

    @rule()
    def replace(self) -> None:
        """Give the id of a row to another."""
        self.hunt.vendor.replace()

    @rule(most=st.integers(1, 9))
    def synchronize(self, most: int) -> None:
        """Let the second replica come nearer to the first."""
        self.hunt.vendor.synchronize(most)

    @rule(which=which)
    def cut(self, which: int) -> None:
        """Make an answer that arrives later."""
        self.hunt.cut(which)

    @rule(which=which)
    def deliver(self, which: int) -> None:
        """Let an answer arrive."""
        self.hunt.deliver(which)
        self.do(self.hunt.settle())

    @rule(which=which)
    def fail(self, which: int) -> None:
        """Let a request fail."""
        self.hunt.fail(which)
        self.do(self.hunt.settle())

    @rule(most=st.sampled_from((1, 2, 5, 1_000)))
    def read(self, most: int) -> None:
        """Read on."""

        async def read() -> None:
            self.hunt.read(most)
            await self.hunt.settle()

        self.do(read())

    @rule()
    def cancel(self) -> None:
        """Cancel what the reader waits for."""
        self.do(self.hunt.cancel())

    @rule()
    def leave(self) -> None:
        """Go on from the token in another scan."""
        self.allowing(self.hunt.leave())

    @invariant()
    def judge(self) -> None:
        """Check what is proven by now."""
        if hasattr(self, "hunt"):
            self.allowing(self.hunt.judge())

    def allowing(self, steps: Coroutine[Any, Any, None]) -> None:
        """Take steps; only a proof from a vendor that keeps to all has to be true."""
        try:
            self.do(steps)
        except FalseProof as error:
            if not error.broken:
                raise

    def teardown(self) -> None:
        """Read to the end."""
        try:
            if hasattr(self, "hunt"):
                self.allowing(self.hunt.finish())
                self.do(self.hunt.close())
        finally:
            self.runner.close()


def test_no_steps_lead_to_a_false_proof() -> None:
    """Whatever hypothesis does, what is proven is so."""
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Hunting, settings=settings(max_examples=40, stateful_step_count=30)
    )


async def test_no_random_hunt_finds_a_false_proof() -> None:
    """The same holds of as many hunts as time allows; and most scans are proven."""
    proofs = 0
    for number in range(HUNTS):
        random = Random(f"proofs {number}")
        try:
            proofs += (await random_hunt(random, random_habits(random))).counts[
                "proven"
            ]
        except FalseProof as error:
            assert error.broken, number  # noqa: PT017

    assert proofs > HUNTS // 2


async def test_an_order_that_is_not_heeded_shows_in_pages_of_one_row() -> None:
    """If no page has two rows to compare, what the answer says of itself counts."""
    server = listing(2)

    async def fetch(limit: int, offset: int) -> Page[Row]:
        page = server.page(limit, offset)
        del server.ids[:1]
        return page

    paginator = Paginator(fetch, page_size=1, order="asc")

    await paginator.collect()
    assert paginator.report.complete
    assert not paginator.report.proven
    assert "ascending order" in paginator.report.reason
