"""What a recording makes of accounts that come at once, in part, or not at all."""

from __future__ import annotations

from datetime import timedelta
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
from phonecom_events.audit.slices import at_once
from phonecom_events.errors import HistoryUnavailable
from phonecom_events.history import History
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
