"""The statements of an inbox against a model of it that has no database."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from phonecom_events.receiver import LeasedEvent, sqlite_file
from phonecom_events.receiver.dead_letters import (
    dead_letters,
    drop_dead_letters,
    inbox_states,
    retry_dead_letters,
)
from phonecom_events.receiver.sqlite_events import (
    add_event,
    fail_event,
    finish_event,
    lease_events,
    next_due,
    purge_events,
    release_event,
    release_source,
    renew_leases,
)

SOURCE = "linq"
LEASE = 10.0
REMEMBER = 100.0
OWNERS = st.sampled_from(["A", "B"])


class InboxMachine(RuleBasedStateMachine):
    """Do the same to the tables and to a dictionary, and compare."""

    def __init__(self) -> None:
        super().__init__()
        self.db = sqlite3.connect(":memory:", isolation_level=None)
        self.db.execute("PRAGMA foreign_keys = ON")
        self.db.executescript(sqlite_file._TABLES)
        self.now = 1000.0
        self.count = 0
        self.events: dict[int, dict[str, Any]] = {}
        self.alive: dict[str, float] = {}
        self.held: list[LeasedEvent] = []

    def teardown(self) -> None:
        self.db.close()

    def in_state(self, state: str) -> list[int]:
        return sorted(i for i, e in self.events.items() if e["state"] == state)

    @rule(number=st.integers(0, 6))
    def put(self, number: int) -> None:
        known = any(event["key"] == str(number) for event in self.events.values())
        new = add_event(self.db, SOURCE, b"{}", [str(number)], self.now)
        assert new is not known
        if new:
            [last] = self.db.execute("SELECT max(id) FROM event").fetchone()
            self.events[last] = {"key": str(number), "state": "waiting", "fails": 0}

    @rule(owner=OWNERS, limit=st.integers(1, 3))
    def lease(self, owner: str, limit: int) -> None:
        # As the writer does: the owner is alive in the same transaction.
        self.renew(owner)
        for id_ in self.in_state("paused"):
            if self.events[id_]["due"] <= self.now:
                self.events[id_]["state"] = "waiting"
        expected = self.in_state("waiting")[:limit]
        leased = lease_events(self.db, SOURCE, owner, limit, self.now)
        assert [event.id for event in leased] == expected
        for event in leased:
            assert event.attempt == self.events[event.id]["fails"] + 1
            self.events[event.id] |= {"state": "leased", "owner": owner}
        self.held += leased

    @rule(owner=OWNERS)
    def renew(self, owner: str) -> None:
        renew_leases(self.db, owner, lease=LEASE, now=self.now)
        self.alive[owner] = self.now
        for id_ in self.in_state("leased"):
            if not self.now < self.alive[self.events[id_]["owner"]] + LEASE:
                self.events[id_]["state"] = "waiting"

    def still_held(self, event: LeasedEvent) -> bool:
        known = self.events.get(event.id, {"state": ""})
        return known["state"] == "leased" and known["owner"] == event.owner

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def finish(self, data: st.DataObject) -> None:
        event = data.draw(st.sampled_from(self.held))
        finish_event(self.db, event, now=self.now)
        if self.still_held(event):
            self.events[event.id] |= {"state": "done", "ended": self.now}

    @precondition(lambda self: self.held)
    @rule(data=st.data(), pause=st.none() | st.floats(0, 20))
    def fail(self, data: st.DataObject, pause: float | None) -> None:
        event = data.draw(st.sampled_from(self.held))
        due = None if pause is None else self.now + pause
        fail_event(self.db, event, "trouble", now=self.now, due_at=due)
        if self.still_held(event):
            state = "dead" if due is None else "paused"
            self.events[event.id] |= {
                "state": state,
                "due": due,
                "fails": event.attempt,
            }

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        event = data.draw(st.sampled_from(self.held))
        release_event(self.db, event)
        if self.still_held(event):
            self.events[event.id]["state"] = "waiting"

    @rule(owner=OWNERS)
    def close(self, owner: str) -> None:
        release_source(self.db, SOURCE, owner)
        for id_ in self.in_state("leased"):
            if self.events[id_]["owner"] == owner:
                self.events[id_]["state"] = "waiting"

    @rule(seconds=st.sampled_from([1.0, LEASE, REMEMBER]))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @rule(limit=st.integers(1, 5))
    def purge(self, limit: int) -> None:
        before = self.now - REMEMBER
        purged = purge_events(self.db, before, limit)
        old = [i for i, e in self.events.items() if e.get("ended", self.now) < before]
        old.sort(key=lambda i: self.events[i]["ended"])
        kept = {row[0] for row in self.db.execute("SELECT id FROM event")}
        assert len(old) - len(kept & set(old)) == purged == min(limit, len(old))
        for id_ in set(old) - kept:
            del self.events[id_]

    @rule(data=st.data(), drop=st.booleans())
    def decide(self, data: st.DataObject, *, drop: bool) -> None:
        dead = self.in_state("dead")
        assert [letter.id for letter in dead_letters(self.db)] == dead
        ids = data.draw(st.sets(st.sampled_from(dead))) if dead else set[int]()
        if drop:
            count = drop_dead_letters(self.db, ids, now=self.now)
        else:
            count = retry_dead_letters(self.db, ids)
        assert count == len(ids or dead)
        for id_ in ids or dead:
            if drop:
                self.events[id_] |= {"state": "dropped", "ended": self.now}
            else:
                self.events[id_] |= {"state": "waiting", "fails": 0}

    @invariant()
    def tables_are_as_the_model(self) -> None:
        rows = self.db.execute("SELECT id, state, body IS NULL FROM event").fetchall()
        assert {id_: state for id_, state, _ in rows} == {
            id_: event["state"] for id_, event in self.events.items()
        }
        assert all((state in {"done", "dropped"}) == gone for _, state, gone in rows)
        keys = self.db.execute("SELECT count(*) FROM event_key").fetchone()[0]
        assert keys == len(rows)
        counted = {row.state: row.count for row in inbox_states(self.db)}
        assert sum(counted.values()) == len(rows)
        dues = [self.events[id_]["due"] for id_ in self.in_state("paused")]
        assert next_due(self.db, SOURCE) == min(dues, default=None)


TestInboxMachine = InboxMachine.TestCase
TestInboxMachine.settings = settings(max_examples=25, stateful_step_count=30)


def test_clocks_are_not_read_in_the_order_of_writes() -> None:
    """Who renewed a moment after this one looked at the clock is alive."""
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.executescript(sqlite_file._TABLES)
    for owner, now in (("A", 100.0), ("B", 99.9), ("C", 90.0)):
        renew_leases(db, owner, lease=LEASE, now=now)
    alive = {row[0] for row in db.execute("SELECT id FROM owner")}
    db.close()

    assert alive == {"B", "C"}


STATEMENTS = {
    "event_waiting": "SELECT id, body, attempts FROM event WHERE state = 'waiting'"
    " AND source = 'linq' ORDER BY id LIMIT 5",
    "event_paused": "SELECT min(due_at) FROM event WHERE state = 'paused'"
    " AND source = 'linq'",
    "event_leased": "UPDATE event SET owner = NULL WHERE state = 'leased'"
    " AND owner NOT IN (SELECT id FROM owner)",
    "event_ended": "SELECT id FROM event WHERE ended_at IS NOT NULL"
    " AND ended_at < 5 ORDER BY ended_at LIMIT 5",
    "event_key_event": "DELETE FROM event_key WHERE event = 5",
}


@pytest.mark.parametrize("index", STATEMENTS)
def test_no_statement_looks_at_what_is_done(index: str) -> None:
    """Each uses the index that was made for it, and sorts nothing."""
    db = sqlite3.connect(":memory:")
    db.executescript(sqlite_file._TABLES)
    plan = str(db.execute(f"EXPLAIN QUERY PLAN {STATEMENTS[index]}").fetchall())
    db.close()

    assert f"INDEX {index}" in plan
    assert "TEMP B-TREE" not in plan
