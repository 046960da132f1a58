"""Any sequence of faults, with others writing: never a lost one, none doubled.

A model of a service on a clock that only waiting moves. An effect comes at once, late,
or not at all, and the answer says nothing of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from enum import Enum

import pytest
from attrs import define, field
from hypothesis import given
from hypothesis import strategies as st

from phonecom_events.errors import (
    ConnectionLost,
    OutcomeUnknown,
    PhonecomEventsError,
    RequestTimedOut,
    ServerError,
    ValidationFailed,
)
from phonecom_events.http import Problem
from phonecom_events.reconcile import Creation, Id, Known, Likeness, Row, reconciled
from phonecom_events.retry import RetryMiddleware, RetryPolicy

SETTLE = 2.0
BODY = {"name": "ours"}


class Effect(Enum):
    """When an attempt changes something; NOW alone may be answered."""

    NEVER = None
    NOW = 0.0
    LATE = SETTLE
    TOO_LATE = SETTLE * 1.5


@define
class Attempt:
    """What becomes of an attempt: its effect, and what the client is told."""

    effect: Effect
    problem: type[PhonecomEventsError] | None

    def error(self) -> PhonecomEventsError:
        if self.problem in (ServerError, ValidationFailed):
            status = 500 if self.problem is ServerError else 422
            return self.problem("no", status=status, method="POST", path="/")
        assert self.problem is not None
        return self.problem("no answer")


ANSWERED = Attempt(Effect.NOW, None)
REFUSED = Attempt(Effect.NEVER, ValidationFailed)
AMBIGUOUS = st.builds(
    Attempt,
    st.sampled_from(Effect),
    st.sampled_from([ConnectionLost, RequestTimedOut, ServerError]),
)
ATTEMPTS = st.lists(AMBIGUOUS | st.sampled_from([ANSWERED, REFUSED]), max_size=4)


@define
class Service:
    """Rows by id, oldest first; `others` says how often others write each time."""

    attempts: list[Attempt]
    others: list[int]
    ordered: bool
    now: float = 0.0
    rows: dict[Id, Row] = field(factory=dict)
    coming: list[float] = field(factory=list)
    sent: list[Attempt] = field(factory=list)

    def pass_time(self, until: float) -> None:
        for at in sorted(self.coming):
            if at <= until:
                self.coming.remove(at)
                self.insert("ours")
        self.now = until
        for number in range(self.others.pop() if self.others else 0):
            self.insert(f"theirs {number}")

    def insert(self, name: str) -> Id:
        number = len(self.rows) + 1
        # Ids that tell no order: the newer, the further up in the alphabet.
        id_: Id = number if self.ordered else f"{9999 - number}"
        self.rows[id_] = {"name": name}
        return id_

    @property
    def ours(self) -> list[Id]:
        return [id_ for id_, row in self.rows.items() if row == BODY]

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.pass_time(self.now + seconds)

    async def known(self) -> Known:
        self.pass_time(self.now)
        if self.ordered:
            return max((id_ for id_ in self.rows if isinstance(id_, int)), default=0)
        return frozenset(self.rows)

    async def send(self, deadline: float | None) -> Id:
        self.pass_time(self.now)
        attempt = self.attempts.pop(0) if self.attempts else ANSWERED
        self.sent.append(attempt)
        if attempt.effect.value is not None:
            self.coming.append(self.now + attempt.effect.value)
            self.pass_time(self.now)
        if attempt.problem is None:
            return self.ours[-1]
        error = attempt.error()
        if attempt.problem is ValidationFailed:
            raise error
        raise OutcomeUnknown("?", method="POST", path="/", error=error)

    async def new_rows(self, known: Known) -> Sequence[tuple[Id, Row]]:
        self.pass_time(self.now)
        if isinstance(known, int):
            return [each for each in self.rows.items() if each[0] > known]  # type: ignore[operator]
        return [each for each in self.rows.items() if each[0] not in known]

    async def likeness(self, row: Row) -> Likeness:
        return Likeness.EQUAL if row == BODY else Likeness.OTHER

    def found(self, row: Row) -> Id:
        return next(id_ for id_, each in self.rows.items() if each is row)

    def create(self, **policy: float) -> Id:
        retries = RetryMiddleware(
            RetryPolicy(settle=SETTLE, base=0.0, budget=None, **policy),  # type: ignore[arg-type]
            problem=lambda _: Problem(),
            clock=self.clock,
            sleep=self.sleep,
        )
        creation = Creation(
            path="/",
            known=self.known,
            send=self.send,
            new_rows=self.new_rows,
            likeness=self.likeness,
            found=self.found,
        )
        return asyncio.run(reconciled(creation, retries))


OTHERS = st.lists(st.integers(0, 3), max_size=30)


@given(
    attempts=ATTEMPTS, others=OTHERS, ordered=st.booleans(), before=st.integers(0, 3)
)
def test_never_lost_nor_doubled(
    *, attempts: list[Attempt], others: list[int], ordered: bool, before: int
) -> None:
    """What is returned is ours and new; two only if one came later than `settle`."""
    service = Service(attempts, others, ordered)
    for _ in range(before):
        service.insert("ours")  # of an earlier create with the same values
    old = set(service.ours)

    returned, error = None, None
    try:
        returned = service.create()
    except PhonecomEventsError as raised:
        error = raised
    service.pass_time(service.now + 10 * SETTLE)

    made = [id_ for id_ in service.ours if id_ not in old]
    too_late = any(each.effect is Effect.TOO_LATE for each in service.sent)
    if returned is not None:
        assert returned in made
    if made and returned is None and not too_late:
        # Lost would be what exists, while the error says that it was refused.
        assert isinstance(error, OutcomeUnknown)
        assert not error.candidates or set(made) <= set(error.candidates)
    if not too_late:
        assert len(made) <= 1
    if isinstance(error, OutcomeUnknown) and not too_late:
        # The only other reason is that all attempts had no effect.
        assert len(service.sent) == 4
        assert not made


@pytest.mark.parametrize("ordered", [True, False])
def test_an_effect_that_is_too_late(*, ordered: bool) -> None:
    """The case that cannot be decided: it was sent again, and there are two."""
    late = Attempt(Effect.TOO_LATE, ConnectionLost)
    service = Service([late], [], ordered)

    returned = service.create()
    service.pass_time(service.now + 10 * SETTLE)

    assert returned in service.ours
    assert len(service.ours) == 2


def test_two_that_are_seen_are_told() -> None:
    """Where a second look finds the late one beside the other, both are named."""
    late = Attempt(Effect.TOO_LATE, ConnectionLost)
    service = Service([late, Attempt(Effect.NOW, ServerError)], [], ordered=True)

    with pytest.raises(OutcomeUnknown, match="any of 1, 2") as raised:
        service.create()

    assert raised.value.candidates == (1, 2)


def test_a_refusal_of_what_is_there_already() -> None:
    """A value that must be unique is refused for our own row, which is then found."""
    late = Attempt(Effect.TOO_LATE, ConnectionLost)
    service = Service([late, REFUSED], [], ordered=False)

    assert [service.create()] == service.ours


def test_a_first_refusal_stands() -> None:
    """What was never ambiguous is not looked for."""
    service = Service([REFUSED], [], ordered=True)

    with pytest.raises(ValidationFailed):
        service.create()

    assert service.now == 0
