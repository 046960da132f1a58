"""What a recording makes of accounts that come at once, in part, or not at all."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import zip_longest

import pytest
from attrs import evolve

from phonecom_events.audit import (
    AccountSnapshot,
    Audited,
    AuditOptions,
    Selection,
)
from phonecom_events.audit.checks.targets import Urls
from phonecom_events.audit.extract import Extract, extract
from phonecom_events.audit.report.audited import check_account
from phonecom_events.audit.slices import ROWS, at_once
from phonecom_events.errors import HistoryUnavailable
from phonecom_events.history import History, What
from tests.audit.builders import NOW, account, callback, listener

from .test_history import changes, keep


def ending(voip_id: int, count: int) -> AccountSnapshot:
    """Make an account each of whose listeners is a finding."""
    ends = NOW + timedelta(days=9)
    some = [listener(voip_id=voip_id, expires_at=ends) for _ in range(count)]
    return evolve(account(listeners=some), voip_id=voip_id)


def taken(snapshot: AccountSnapshot) -> Extract:
    return at_once(extract(snapshot, family=False))


def checked(snapshot: AccountSnapshot) -> Audited:
    options = AuditOptions(now=NOW)
    return at_once(check_account(snapshot, options, Selection(), Urls()))


async def test_accounts_that_come_at_once_are_kept_apart(url: str) -> None:
    """What became of one is taken in while the rows of the next are."""
    first, second = ending(1, 600), ending(2, 700)
    async with History(url) as history:
        async with await history.record(started_at=NOW) as recording:
            at_once(recording.on_extract(taken(first)))
            found, rows = (
                recording.on_audited(checked(first)),
                recording.on_extract(taken(second)),
            )
            steps = list(zip_longest(found, rows))
            assert len(steps) > 2
            await recording.add(checked(second))
            await recording.finish()
        await keep(history, first, second)
        appeared = await changes(history, 1, kind="finding")

        assert len(appeared) == 1_300
        assert await changes(history, 2) == []


async def test_half_an_account_is_not_kept(url: str) -> None:
    """An audit that ends amid its rows does not tell that the others are gone."""
    whole, other = ending(1, 600), ending(2, 1)
    async with History(url) as history:
        await keep(history, whole)
        async with await history.record(started_at=NOW) as recording:
            at_once(recording.on_extract(taken(other)))
            next(recording.on_extract(taken(whole)))
            await recording.finish(complete=False)
        told = await changes(history, 2)

    assert {each.account for each in told} == {2}


async def test_two_streams_cannot_share_a_recording(url: str) -> None:
    """Rows of two accounts would be taken for those of one."""
    async with (
        History(url) as history,
        await history.record(started_at=NOW) as recording,
    ):
        one = recording.on_extract(taken(ending(1, 600)))
        next(one)
        at_once(recording.on_extract(taken(ending(2, 1))))
        with pytest.raises(RuntimeError, match="one after another"):
            at_once(one)


async def test_a_number_that_no_database_takes_is_told(url: str) -> None:
    """An answer may have any; the history says so, and nothing of the run is kept."""
    far = account(callbacks=[callback(id=12, voip_id=2**70)])
    async with History(url) as history:
        with pytest.raises(HistoryUnavailable, match="cannot use the history"):
            await keep(history, far, family=True)
        assert [run.state async for run in history.runs()] == ["unfinished"]


def of(voip_id: int, *numbers: int, child: int | None = None) -> AccountSnapshot:
    """Make an account, each of whose callbacks is a finding, as it has no listener."""
    own = [callback(id=number, voip_id=voip_id) for number in numbers]
    if child is not None:
        own.append(callback(id=child * 10, voip_id=child))
    return evolve(account(callbacks=own, profiles=()), voip_id=voip_id)


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
async def test_a_subaccount_that_moved_has_lost_nothing(
    url: str, order: tuple[int, int]
) -> None:
    """Its rows are with another parent now: none is told as gone, or as new."""
    now = {1: of(1, 11), 2: of(2, 12, child=7)}
    async with History(url) as history:
        await keep(history, of(1, 11, child=7), of(2, 12), family=True)
        await keep(history, *(now[each] for each in order), family=True)
        assert await changes(history, 2) == []
        # And it is its new parent that notices when they go.
        await keep(history, of(1, 11), of(2, 12), family=True)
        gone = await changes(history, 3)

    assert {(each.account, each.what) for each in gone} == {(7, What.VANISHED)}


async def test_an_interrupted_audit_does_not_miss_a_subaccount(url: str) -> None:
    """It may have moved to an account that would have been read next."""
    async with History(url) as history:
        await keep(history, of(1, 11, child=7), of(2, 12), family=True)
        recording = await history.record(started_at=NOW, include_subaccounts=True)
        async with recording:
            at_once(recording.on_extract(at_once(extract(of(1, 11), family=True))))
            await recording.finish(complete=False)
        told = await changes(history, 2)

    assert told == []


async def test_one_that_was_audited_alone_is_still_its_parents(url: str) -> None:
    """What it loses afterwards is missed when its parent is audited."""
    async with History(url) as history:
        await keep(history, of(1, 11, child=7), family=True)
        await keep(history, of(7, 70, 71))
        await keep(history, of(1, 11), family=True)
        gone = await changes(history, 3, kind="callback")

    assert {(c.id, c.what) for c in gone} == {
        ("70", What.VANISHED),
        ("71", What.VANISHED),
    }


async def test_a_longer_audit_takes_nothing_back(url: str) -> None:
    """What another has told meanwhile stays: this one may have read before that."""
    async with History(url) as history:
        await keep(history, of(1, 11, 12))
        async with await history.record(started_at=NOW) as night:
            at_once(night.on_extract(taken(of(1, 11, 12))))
            at_once(night.on_extract(taken(of(2, 21))))
            await keep(history, of(1, 11, 13), at=NOW + timedelta(hours=1))
            await night.finish()
        await keep(history, of(1, 11, 13))
        told = [each async for each in history.changes(kind="callback")]

    assert [(c.run, c.id, c.what) for c in told if c.run > 1] == [
        (2, "21", What.APPEARED),
        (3, "13", What.APPEARED),
        (3, "12", What.VANISHED),
    ]


async def test_what_goes_on_counts_as_long_as_what_it_goes_on_with(url: str) -> None:
    """Of its own first part it may tell more, but take back nothing of another."""
    begun = datetime.now(UTC)
    async with History(url) as history:
        async with await history.record(started_at=NOW) as first:
            at_once(first.on_extract(taken(of(1, 11))))
            await first.finish(complete=False)
        await keep(history, of(1, 11), of(2, 22), at=NOW + timedelta(hours=1))
        async with await history.record(started_at=NOW, begun=begun) as second:
            at_once(second.on_extract(taken(of(1, 14))))
            at_once(second.on_extract(taken(of(2, 21))))
            await second.finish()
        told = await changes(history, 3, kind="callback")

    assert {(c.id, c.what) for c in told} == {
        ("14", What.APPEARED),
        ("11", What.VANISHED),
        ("21", What.APPEARED),
    }


async def test_a_large_account_is_compared_in_steps(url: str) -> None:
    """The loop has its turns while a run is written: none is as long as the account."""
    large = ending(1, 5_000)
    async with History(url) as history:
        await keep(history, large, finish=False)
        async with await history.record(started_at=NOW) as recording:
            at_once(recording.on_extract(taken(large)))
            groups = list(recording._rows.groups())
            turns = 0
            writing = asyncio.create_task(recording.finish())
            while not writing.done():
                await asyncio.sleep(0)
                turns += 1
            await writing

    assert groups.count(None) >= 5_000 // ROWS
    assert turns > 5_000 // ROWS
