"""What a history keeps of runs, and what it tells of them."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from sqlalchemy import text

from phonecom_events.audit import (
    AccountSnapshot,
    AuditOptions,
    LinqSnapshot,
    Selection,
)
from phonecom_events.audit.checks.targets import Urls
from phonecom_events.audit.extract import extract
from phonecom_events.audit.report.audited import check_alone, check_family, check_linq
from phonecom_events.audit.slices import at_once
from phonecom_events.errors import Forbidden, HistoryUnavailable, InvalidArgument
from phonecom_events.history import Change, History, Recording, What
from phonecom_events.history.database import Database
from phonecom_events.pagination import ScanReport
from tests.audit.builders import (
    NOW,
    VOIP_ID,
    account,
    callback,
    linq,
    listener,
    odd_row,
    profile,
    subscription,
    with_odd,
)

Snapshot = AccountSnapshot | LinqSnapshot


async def keep(
    history: History,
    *snapshots: Snapshot,
    at: datetime = NOW,
    selection: Selection | None = None,
    family: bool = False,
    finish: bool = True,
) -> Recording:
    """Keep a run of what was read, with what is wrong in it."""
    selection = selection or Selection()
    recording = await history.record(
        started_at=at, selection=selection, include_subaccounts=family
    )
    options = AuditOptions(now=at)
    async with recording:
        for snapshot in snapshots:
            at_once(recording.on_extract(at_once(extract(snapshot, family=family))))
            if isinstance(snapshot, LinqSnapshot):
                done = (at_once(check_linq(snapshot, options, selection, Urls())),)
            else:
                steps = check_family if family else check_alone
                done = at_once(steps(snapshot, options, selection, Urls()))
            for audited in done:
                await recording.add(audited)
        if finish:
            await recording.finish()
    return recording


async def changes(history: History, run: int, **chosen: Any) -> list[Change]:
    """Return what changed in one run."""
    return [each async for each in history.changes(**chosen) if each.run == run]


def outline(some: list[Change]) -> list[tuple[str, str, str]]:
    """Return what became of what, without findings."""
    return [(c.kind, c.id, str(c.what)) for c in some if c.kind != "finding"]


ONE = callback(id=11)
TWO = callback(id=12)
HEARS = listener("call", id=1, callback_id=11)


async def test_a_run_like_the_one_before_changes_nothing(url: str) -> None:
    """Audited again, an estate that has not changed takes no change."""
    seen = account(listeners=[HEARS], callbacks=[ONE], profiles=[profile()])
    async with History(url) as history:
        await keep(history, seen, linq(subscription()))
        first = await changes(history, 1)
        await keep(history, seen, linq(subscription(id="other")))
        second = await changes(history, 2)
        await keep(history, seen, at=NOW + timedelta(days=1))

        assert {each.kind for each in first} >= {"listener", "callback", "profile"}
        assert {each.what for each in first} == {What.APPEARED}
        assert {each.kind for each in second} == {"webhook_subscription"}
        assert await changes(history, 3) == []


async def test_it_tells_what_changed_from_what_to_what(url: str) -> None:
    """A change names the fields that changed, with both values, and no others."""
    async with History(url) as history:
        await keep(history, account(listeners=[HEARS], callbacks=[ONE]))
        off = callback(id=11, enabled=False, name=ONE.name)
        await keep(history, account(callbacks=[off, TWO]))

        told = await changes(history, 2)

    assert outline(told) == [
        ("callback", "11", "changed"),
        ("callback", "12", "appeared"),
        ("listener", "1", "vanished"),
    ]
    assert told[0].fields == {"enabled": (True, False)}
    assert told[0].account == VOIP_ID
    assert told[0].at == NOW


async def test_findings_come_and_go(url: str) -> None:
    """A finding appears with its reason, stays without a word, and vanishes."""
    ending = listener(id=2, callback_id=11, expires_at=NOW + timedelta(days=9))
    async with History(url) as history:
        await keep(history, account(listeners=[ending], callbacks=[ONE]))
        # Its reason counts days: tomorrow they are fewer.
        tomorrow = NOW + timedelta(days=1)
        await keep(history, account(listeners=[ending], callbacks=[ONE]), at=tomorrow)
        await keep(history, account(listeners=[HEARS], callbacks=[ONE]), at=tomorrow)

        came = await changes(history, 1, kind="finding")
        assert await changes(history, 2) == []
        went = await changes(history, 3, kind="finding")

    assert [each.what for each in came] == [What.APPEARED]
    assert [each.id for each in went] == [each.id for each in came]
    assert [each.what for each in went] == [What.VANISHED]


async def test_what_was_not_looked_for_stays(url: str) -> None:
    """A check that is left out takes no finding away."""
    ending = listener(id=2, callback_id=11, expires_at=NOW + timedelta(days=9))
    seen = account(listeners=[ending], callbacks=[ONE])
    fine = account(listeners=[HEARS], callbacks=[ONE])
    async with History(url) as history:
        await keep(history, seen)
        await keep(history, fine, selection=Selection.of(["PC2"]))
        assert await changes(history, 2, kind="finding") == []
        await keep(history, fine)
        assert [c.what for c in await changes(history, 3, kind="finding")] == [
            What.VANISHED
        ]


async def test_an_account_that_cannot_be_read_changes_nothing(url: str) -> None:
    """What was not seen is not gone, and coming back is no appearance."""
    seen = account(listeners=[HEARS], callbacks=[ONE])
    refusal = Forbidden("no", status=403, method="GET", path="/listeners")
    failed = evolve(seen.listeners, items=(), error=refusal)
    async with History(url) as history:
        await keep(history, seen)
        await keep(history, evolve(seen, listeners=failed))
        lost = await changes(history, 2)
        await keep(history, seen)
        back = await changes(history, 3)

    assert ("reading", "listeners", "not seen") in outline(lost)
    assert all(kind == "reading" for kind, _, _ in outline(lost))
    assert outline(back) == [("reading", "listeners", "read")]


async def test_a_row_that_is_odd_for_once_is_not_gone(url: str) -> None:
    """A row that is there, but not as documented, does not count as vanished."""
    seen = account(listeners=[HEARS], callbacks=[ONE])
    odd = evolve(seen.listeners, items=(), report=with_odd(odd_row(HEARS.id)))
    async with History(url) as history:
        await keep(history, seen)
        await keep(history, evolve(seen, listeners=odd))

        told = await changes(history, 2)

    assert ("listener", str(HEARS.id), "vanished") not in outline(told)


async def test_a_finding_at_a_row_that_is_odd_for_once_stays(url: str) -> None:
    """What cannot be checked this time has not been mended; what can be has."""
    some = [
        listener(id=number, callback_id=11, expires_at=NOW + timedelta(days=9))
        for number in (1, 2)
    ]
    spare = callback(id=13)
    seen = account(listeners=some, callbacks=[ONE, spare])
    odd = evolve(seen.listeners, items=(), report=with_odd(odd_row(1)))
    async with History(url) as history:
        await keep(history, seen)
        await keep(history, evolve(seen, listeners=odd))
        told = await changes(history, 2, kind="finding")

    gone = [each.id for each in told if each.what == What.VANISHED]
    assert gone == [f"PC102:{VOIP_ID}:listener:2"]


async def test_a_listing_that_was_cut_takes_no_finding_away(url: str) -> None:
    """Of a listing that is not proven, what is beyond its end may be as it was."""
    ending = listener(id=2, callback_id=11, expires_at=NOW + timedelta(days=9))
    seen = account(listeners=[HEARS, ending], callbacks=[ONE])
    cut = evolve(seen.listeners, items=(HEARS,), report=ScanReport(complete=True))
    async with History(url) as history:
        await keep(history, seen)
        await keep(history, evolve(seen, listeners=cut))
        told = await changes(history, 2)

    assert What.VANISHED not in {each.what for each in told}


async def test_odd_rows_without_an_id_are_one_finding(url: str) -> None:
    """They have one fingerprint, and the run is kept."""
    seen = account(callbacks=[ONE])
    odd = evolve(seen.callbacks, report=with_odd(odd_row(None), odd_row(None)))
    async with History(url) as history:
        await keep(history, evolve(seen, callbacks=odd))
        told = await changes(history, 1, kind="finding")

    assert [each.id for each in told].count(f"PC003:{VOIP_ID}:callback:") == 1


async def test_tags_that_could_not_be_read_are_as_they_were(url: str) -> None:
    """A listener whose subscriptions are unknown this time has not lost them."""
    blind = listener(id=1, callback_id=11, subscriptions=None)
    async with History(url) as history:
        await keep(history, account(listeners=[HEARS], callbacks=[ONE]))
        await keep(history, account(listeners=[blind], callbacks=[ONE]))
        await keep(history, account(listeners=[HEARS], callbacks=[ONE]))

        assert await changes(history, 2, kind="listener") == []
        assert await changes(history, 3, kind="listener") == []


async def test_a_subaccount_that_lost_all_it_had(url: str) -> None:
    """Read along with its parent, rows and findings of a subaccount vanish as well."""
    child = callback(id=12, voip_id=7)
    async with History(url) as history:
        await keep(history, account(callbacks=[ONE, child]), family=True)
        assert await changes(history, 1, account=7, kind="finding")
        # By itself, the parent says nothing of the subaccount.
        await keep(history, account(callbacks=[ONE]))
        assert await changes(history, 2) == []
        await keep(history, account(callbacks=[ONE]), family=True)

        gone = await changes(history, 3, account=7)

    assert {(each.kind, each.what) for each in gone} == {
        ("callback", What.VANISHED),
        ("finding", What.VANISHED),
    }


async def test_nothing_secret_is_kept(tmp_path: Path) -> None:
    """The file has no phone number, no path or query of a URL, as the report masks."""
    path = tmp_path / "audits.db"
    seen = account(
        listeners=[listener(id=1, callback_id=11)],
        callbacks=[
            callback("https://u:sesame@hooks.contoso.com/sesame?key=sesame", id=11)
        ],
        profiles=[profile(name="Call +12025550123")],
    )
    of_linq = linq(
        subscription(
            target_url="https://linq.contoso.com/sesame",
            phone_numbers=("+12025550123",),
        )
    )
    async with History(f"sqlite:///{path}") as history:
        await keep(history, seen, of_linq)

    kept = path.read_bytes()
    assert b"hooks.contoso.com" in kept
    assert b"sesame" not in kept
    assert b"2025550123" not in kept
    assert path.stat().st_mode & 0o077 == 0


async def test_a_run_that_was_not_finished_says_so(url: str) -> None:
    """A run that never came to its end is unfinished, and has changed nothing."""
    async with History(url) as history:
        await keep(history, account(callbacks=[ONE]))
        await keep(history, account(callbacks=[TWO]), finish=False)

        states = [run.state async for run in history.runs()]
        assert states == ["finished", "unfinished"]
        assert await changes(history, 2) == []


async def test_two_audits_at_once_are_both_kept(url: str) -> None:
    """Of two that finish at the same time, each is whole and none is told twice."""
    many = [callback(id=number) for number in range(100, 400)]
    async with History(url) as one, History(url) as other:
        await asyncio.gather(
            keep(one, account(callbacks=many)),
            keep(other, account(callbacks=many)),
            keep(one, linq(subscription())),
        )
        runs = [run.state async for run in one.runs()]
        appeared = [each async for each in other.changes(kind="callback")]

    assert runs == ["finished"] * 3
    assert len(appeared) == len({each.id for each in appeared}) == 300


async def test_a_write_that_fails_leaves_nothing_of_the_run(url: str) -> None:
    """If the last statement fails, no change of the run is there either."""
    async with History(url) as history:
        recording = await history.record(started_at=NOW)
        async with recording:
            kept = at_once(extract(account(callbacks=[ONE]), family=False))
            at_once(recording.on_extract(kept))
            database = Database(url, create=False)
            await database.open()
            async with database.writing() as connection:
                await connection.execute(text("ALTER TABLE run RENAME TO away"))
            with pytest.raises(HistoryUnavailable, match="cannot use the history"):
                await recording.finish()
            async with database.writing() as connection:
                await connection.execute(text("ALTER TABLE away RENAME TO run"))
            await database.close()

        assert [run.state async for run in history.runs()] == ["unfinished"]
        assert await changes(history, 1) == []


async def test_times_and_ids_choose_among_many(url: str) -> None:
    """Since is included, until is not; more than a page of changes come once each."""
    many = [callback(id=number) for number in range(1, 1202)]
    async with History(url) as history:
        await keep(history, account(callbacks=many))
        await keep(history, account(), at=NOW + timedelta(days=7))
        first = [c async for c in history.changes(until=NOW + timedelta(days=7))]
        second = [c async for c in history.changes(since=NOW + timedelta(days=7))]
        life = [c.what async for c in history.changes(kind="callback", id=1200)]
        runs = [run.id async for run in history.runs(since=NOW + timedelta(seconds=1))]

    assert len([c for c in first if c.kind == "callback"]) == 1201
    assert {c.what for c in second if c.kind == "callback"} == {What.VANISHED}
    assert life == [What.APPEARED, What.VANISHED]
    assert runs == [2]


async def test_a_newer_history_is_refused_with_a_sentence(url: str) -> None:
    """A version that this package does not know is not touched."""
    async with History(url):
        pass
    database = Database(url, create=False)
    await database.open()
    async with database.writing() as connection:
        await connection.execute(
            text("UPDATE phonecom_events_history SET version_num = '9999'")
        )
    await database.close()

    with pytest.raises(HistoryUnavailable, match=r"version 9999, newer than this"):
        async with History(url):
            pass


@pytest.mark.parametrize(
    "text_",
    ["", "audits.db", "mysql://u:sesame@h/d", "sqlite://", "sqlite:///:memory:"],
)
def test_a_url_that_cannot_be_used_is_refused(text_: str) -> None:
    """Another database, or none, is refused at once, without a password in words."""
    with pytest.raises(InvalidArgument) as raised:
        History(text_)

    assert "sesame" not in str(raised.value)


async def test_a_password_is_in_no_message() -> None:
    """A server that is not there is told in one line, and its URL is masked."""
    history = History("postgresql://me:sesame@127.0.0.1:1/audits")
    with pytest.raises(HistoryUnavailable) as raised:
        async with history:
            pass

    assert "sesame" not in f"{raised.value} {history!r}"
    assert "me:***@127.0.0.1:1/audits" in str(raised.value)
    assert "\n" not in str(raised.value)


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """A mistaken path is told, and the file stays as it was."""
    path = tmp_path / "notes.txt"
    path.write_text("dear diary " * 100)

    with pytest.raises(HistoryUnavailable, match="not a database"):
        async with History(f"sqlite:///{path}"):
            pass

    assert path.read_text() == "dear diary " * 100
