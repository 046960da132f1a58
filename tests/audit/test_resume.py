"""Audits that go on after they were ended: what is read again, and what they say."""

from __future__ import annotations

import asyncio
import stat
from pathlib import Path
from typing import Any

import pytest

from phonecom_events import LinqClient, PhoneComClient
from phonecom_events.audit import (
    AuditReport,
    AuditStream,
    CallbackRow,
    Delivery,
    ProfileRow,
    ResumeFile,
    audit,
)
from phonecom_events.audit.reading.saved import ListingState, SavedRows
from phonecom_events.errors import InvalidArgument
from phonecom_events.pagination import ScanReport
from phonecom_events.phonecom import MASKED, Header
from phonecom_events.sandbox import Fault, Sandbox

from .builders import NOW

ACCOUNTS = (1, 2, 3)
COSTS = ("requests", "retries", "waited", "queued", "repeats", "steps_back")


@pytest.fixture
def estate(sandbox: Sandbox) -> Sandbox:
    """Three accounts, one of them of several pages, and rows that are odd."""
    sandbox.add_listener(1, expires_at=1)
    for _ in range(1_100):
        sandbox.add_listener(2, expires_at=1)
    profile = sandbox.add_profile(3, support_email=None)
    callback = sandbox.add_callback(3, profile_id=profile["id"])
    sandbox.add_listener(3, callback_id=callback["id"], created_at="yesterday")
    return sandbox


def plain(report: AuditReport) -> dict[str, Any]:
    """Return a report without what its reading cost."""
    told = report.to_dict()
    del told["summary"]["requests"]
    for part in told["audited"]:
        for reading in part["readings"]:
            for cost in COSTS:
                del reading[cost]
    return told


async def ended_after(
    requests: int, sandbox: Sandbox, path: Path, phonecom: PhoneComClient, **more: Any
) -> bool:
    """Audit until the server has had so many requests; tell whether it was ended."""
    most = len(sandbox.requests) + requests

    async def whole() -> None:
        with ResumeFile(path) as resume:
            await audit(phonecom, ACCOUNTS, now=NOW, resume=resume, **more)

    task = asyncio.create_task(whole())
    while not task.done() and len(sandbox.requests) < most:
        await asyncio.sleep(0)
    task.cancel()
    (ended,) = await asyncio.gather(task, return_exceptions=True)
    return isinstance(ended, asyncio.CancelledError)


@pytest.mark.parametrize("requests", range(1, 5))
async def test_the_report_is_that_of_one_run(
    estate: Sandbox,
    unlimited: PhoneComClient,
    linq: LinqClient,
    tmp_path: Path,
    requests: int,
) -> None:
    """However often it is ended, and wherever, nothing is missing or told twice."""
    whole = await audit(unlimited, ACCOUNTS, now=NOW, linq=linq)
    cost, file = len(estate.requests), tmp_path / "resume"
    # So that an audit is not done before this test has looked.
    estate.fault(Fault(delay=0.01, times=None))
    for _ in range(2):
        assert await ended_after(requests, estate, file, unlimited, linq=linq)
    with ResumeFile(file) as resume:
        assert resume.now == NOW
        report = await audit(unlimited, ACCOUNTS, linq=linq, resume=resume)
    assert plain(report) == plain(whole)
    # Of each account, and Linq, the answer that was under way: twice four of them.
    assert len(estate.requests) <= 2 * cost + 8
    assert not file.exists()


async def test_an_account_one_by_one_goes_on_with_the_next_listener(
    sandbox: Sandbox, unlimited: PhoneComClient, tmp_path: Path
) -> None:
    """Where there is no overview, no listener is asked for its subscriptions twice."""
    for _ in range(30):
        listener = sandbox.add_listener(2)
        sandbox.add_subscription(listener["id"], ["call", "in"])
    sandbox.fault(Fault(path="/overview", status=403, times=None))
    sandbox.fault(Fault(delay=0.002, times=None))
    whole = await audit(unlimited, ACCOUNTS, now=NOW)
    sandbox.clear_requests()
    assert await ended_after(20, sandbox, tmp_path / "r", unlimited)
    with ResumeFile(tmp_path / "r") as resume:
        report = await audit(unlimited, ACCOUNTS, now=NOW, resume=resume)
    assert plain(report)["findings"] == plain(whole)["findings"]
    paths = [each.path for each in sandbox.requests if "subscriptions" in each.path]
    assert len(paths) - len(set(paths)) <= 1


async def test_subaccounts_are_kept_with_their_parent(
    estate: Sandbox, unlimited: PhoneComClient, tmp_path: Path
) -> None:
    """An account read along is told from the file as it was told from the answers."""
    estate.add_account(4, parent=1)
    estate.add_listener(4, expires_at=1)
    family = {"include_subaccounts": True}
    whole = await audit(unlimited, ACCOUNTS, now=NOW, **family)
    assert 4 in whole.accounts
    assert await ended_after(6, estate, tmp_path / "r", unlimited, **family)
    with ResumeFile(tmp_path / "r") as resume:
        report = await audit(unlimited, ACCOUNTS, now=NOW, resume=resume, **family)
    assert plain(report) == plain(whole)


async def test_what_could_not_be_read_is_asked_for_again(
    estate: Sandbox, unlimited: PhoneComClient, tmp_path: Path
) -> None:
    """A failure that has passed by the next run leaves no trace in the report."""
    whole = await audit(unlimited, ACCOUNTS, now=NOW)
    estate.fault(Fault(path="/accounts/1/", status=403, times=None))
    with ResumeFile(tmp_path / "r") as resume:
        async with AuditStream(
            unlimited, ACCOUNTS, now=NOW, concurrency=1, resume=resume
        ) as stream:
            assert (await anext(stream)).unreadable
            assert not (await anext(stream)).unreadable
    estate.clear_faults()
    with ResumeFile(tmp_path / "r") as resume:
        assert resume.done == 1
        report = await audit(unlimited, ACCOUNTS, now=NOW, resume=resume)
    assert plain(report) == plain(whole)


async def test_the_file_stays_until_the_report_is_written(
    estate: Sandbox, unlimited: PhoneComClient, tmp_path: Path
) -> None:
    """Where writing it fails, the next run has it without any request."""

    async def unwritten() -> None:
        with ResumeFile(tmp_path / "r") as resume:
            await audit(unlimited, ACCOUNTS, now=NOW, resume=resume)
            raise KeyError

    with pytest.raises(KeyError):
        await unwritten()
    cost = len(estate.requests)
    with ResumeFile(tmp_path / "r") as resume:
        report = await audit(unlimited, ACCOUNTS, now=NOW, resume=resume)
    assert report.accounts == ACCOUNTS
    assert len(estate.requests) == cost


async def test_other_settings_are_named(
    estate: Sandbox, unlimited: PhoneComClient, linq: LinqClient, tmp_path: Path
) -> None:
    """Going on with other checks or accounts would make a report of two audits."""
    assert await ended_after(4, estate, tmp_path / "r", unlimited)
    requests = len(estate.requests)
    with (
        pytest.raises(InvalidArgument) as refused,
        ResumeFile(tmp_path / "r") as resume,
    ):
        await audit(
            unlimited, [2, 3, 5], select=["PC1"], show=True, linq=linq, resume=resume
        )
    told = str(refused.value)
    assert "accounts (+5, -1); linq (was none, is http://127.0.0.1" in told
    assert "select (was none, is PC1); " in told
    assert "show (was False, is True)" in told
    assert "expiring" not in told
    assert len(estate.requests) == requests
    assert (tmp_path / "r").exists()


async def test_reading_speed_is_no_such_setting(
    estate: Sandbox, unlimited: PhoneComClient, tmp_path: Path
) -> None:
    """Another concurrency changes nothing in a report, nor does the order of ids."""
    assert await ended_after(4, estate, tmp_path / "r", unlimited)
    with ResumeFile(tmp_path / "r") as resume:
        report = await audit(unlimited, [3, 1, 2, 1], concurrency=1, resume=resume)
    assert report.accounts == ACCOUNTS


@pytest.mark.parametrize("content", [b"what is this?" * 100, b"SQLite format 3\0"])
def test_another_file_is_left_alone(tmp_path: Path, content: bytes) -> None:
    """A file that an audit did not make is named, and not changed."""
    file = tmp_path / "mine"
    file.write_bytes(content)
    with pytest.raises(InvalidArgument, match="mine is no resume file"):
        ResumeFile(file).__enter__()
    assert file.read_bytes() == content


def test_two_audits_cannot_use_one_file(tmp_path: Path) -> None:
    """The second one says so at once, and the first one goes on."""
    with ResumeFile(tmp_path / "r") as first:
        with pytest.raises(InvalidArgument, match="another audit is using"):
            ResumeFile(tmp_path / "r").__enter__()
        assert first.done == 0


def test_nobody_else_can_read_it(tmp_path: Path) -> None:
    """It holds URLs whole, which can have secrets in them."""
    with ResumeFile(tmp_path / "r"):
        files = list(tmp_path.iterdir())
        assert len(files) == 2
        assert {stat.S_IMODE(each.stat().st_mode) for each in files} == {0o600}


def test_a_folder_that_is_not_there_is_an_error_of_the_system(tmp_path: Path) -> None:
    """It is told before any request."""
    with pytest.raises(FileNotFoundError), ResumeFile(tmp_path / "no" / "r"):
        raise AssertionError


def test_rows_are_read_back_as_they_were(tmp_path: Path) -> None:
    """A masked header stays masked, and one that reads like it stays a text."""
    headers = (Header(name="A", value=MASKED), Header(name="B", value="MASKED"))
    row = CallbackRow(
        id=1, voip_id=1, delivery=Delivery.HTTP, to="https://x", headers=headers
    )
    rows = SavedRows(rows=(row,), callbacks=(row,), profiles=(7,))
    state = ListingState(token="t", report=ScanReport(items=1))
    with ResumeFile(tmp_path / "r") as file:
        file.reading(1).save("callbacks", state, rows)
        assert list(file.reading(1).pages("callbacks")) == [rows]
        assert file.reading(1).state("callbacks") == state
        assert file.reading(2).state("callbacks") is None


def test_what_cannot_be_written_is_not_kept_in_part(tmp_path: Path) -> None:
    """A page that is left out would be a gap: the account is read again instead."""
    state = ListingState(token="t", report=ScanReport(items=1))
    profile = ProfileRow(id=1, voip_id=1, name="P")
    huge = ProfileRow(id=2**64, voip_id=1, name="P")
    with ResumeFile(tmp_path / "r") as file:
        reading = file.reading(1)
        for row in (profile, huge, profile):
            reading.save("profiles", state, SavedRows(rows=(row,)))
        assert reading.state("profiles") is None
        assert list(reading.pages("profiles")) == []
