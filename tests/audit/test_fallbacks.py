"""The checks of fallbacks."""

from __future__ import annotations

import pytest

from phonecom_events.audit import AccountSnapshot
from phonecom_events.audit.checks.fallbacks import (
    disabled_fallback,
    looping_fallbacks,
    no_such_fallback,
    own_fallback,
)
from phonecom_events.errors import TransportError

from .builders import account, callback, found, ids, listener, reading


def chain(**fallbacks: int | None) -> AccountSnapshot:
    """Make callbacks c1, c2, … in use, each with the fallback that is given."""
    rows = [
        callback(id=int(name[1:]), fallback_callback_id=fallback)
        for name, fallback in fallbacks.items()
    ]
    return account([listener(callback_id=each.id) for each in rows], callbacks=rows)


def test_a_fallback_that_is_not_there_is_found() -> None:
    """It is told with its id; null and 0 mean that there is none."""
    (finding,) = found(no_such_fallback, chain(c1=9, c2=1, c3=None, c4=0))
    assert (finding.where.id, finding.why) == (1, "there is no callback 9")


def test_a_fallback_elsewhere_or_unread_is_not_missing() -> None:
    """One that is linked exists, and where callbacks are unknown nothing is said."""
    rows = [callback(id=1, fallback_callback_id=9)]
    listeners = [listener(callback_id=1)]
    linked = account(listeners, callbacks=rows, linked={9: callback(id=9)})
    assert found(no_such_fallback, linked) == []
    broken = reading("callbacks", rows, error=TransportError("cut off"))
    assert found(no_such_fallback, account(listeners, callbacks=broken)) == []


def test_a_disabled_fallback_is_found() -> None:
    """The one that falls back is told; its own fallback is another check's."""
    rows = [
        callback(id=1, fallback_callback_id=2),
        callback(id=2, enabled=False, fallback_callback_id=2),
        callback(id=3, fallback_callback_id=1),
    ]
    snapshot = account([listener(callback_id=each.id) for each in rows], callbacks=rows)
    (finding,) = found(disabled_fallback, snapshot)
    assert (finding.where.id, finding.why) == (1, "callback 2 is not enabled")


def test_a_callback_that_is_its_own_fallback_is_no_loop() -> None:
    """It has a check of its own, and is told once."""
    snapshot = chain(c1=1, c2=1, c3=None)
    assert ids(found(own_fallback, snapshot)) == [1]
    assert found(looping_fallbacks, snapshot) == []


@pytest.mark.parametrize(
    ("fallbacks", "told"),
    [
        ({"c1": 2, "c2": 1}, ["1 → 2 → 1"]),
        ({"c2": 3, "c3": 1, "c1": 2}, ["1 → 2 → 3 → 1"]),
        ({"c5": 1, "c1": 2, "c2": 3, "c3": 1}, ["1 → 2 → 3 → 1"]),
        ({"c1": 2, "c2": 1, "c3": 4, "c4": 3}, ["1 → 2 → 1", "3 → 4 → 3"]),
        (
            {f"c{number}": number % 10 + 1 for number in range(1, 11)},
            ["1 → 2 → 3 → 4 → 5 → 6 → 7 → 8 → 9 → 10 → 1"],
        ),
        (
            {f"c{number}": number % 11 + 1 for number in range(1, 12)},
            ["1 → 2 → 3 → 4 → 5 → 6 → 7 → 8 → 9 → 10 → 1 more → 1"],
        ),
        ({"c4": 1, "c1": 2, "c2": 3, "c3": None}, []),
        ({"c1": 3, "c2": 3, "c3": None}, []),
        ({"c1": 9}, []),
    ],
)
def test_a_loop_of_any_length_is_told_once(
    fallbacks: dict[str, int | None], told: list[str]
) -> None:
    """It starts at its lowest id; what leads into it is not part of it."""
    findings = found(looping_fallbacks, chain(**fallbacks))
    assert [f.why for f in findings] == [f"the fallbacks lead {way}" for way in told]
    assert [f.where.id for f in findings] == [int(way[0]) for way in told]


def test_a_loop_of_ten_thousand_is_no_trouble() -> None:
    """It is walked once, without recursion."""
    ring = {f"c{n}": n % 10_000 + 1 for n in range(1, 10_001)}
    (finding,) = found(looping_fallbacks, chain(**ring))
    assert finding.where.id == 1
    assert finding.why.endswith("9 → 10 → 9,990 more → 1")


def test_what_no_event_comes_to_is_left_alone() -> None:
    """A callback that nothing uses may name what it likes."""
    row = callback(id=1, fallback_callback_id=9)
    snapshot = account([], callbacks=[row])
    assert found(no_such_fallback, snapshot) == []
