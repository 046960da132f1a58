"""Audits by real worker processes: the same report, and no token on the way."""

from __future__ import annotations

import asyncio
import pickle
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from distributed import Client

from benchmarks.scale.redis_process import RedisProcess
from phonecom_events import PhoneComClient
from phonecom_events.audit import AuditReport, ResumeFile, audit
from phonecom_events.audit.dask import AuditStreamOnDask, audit_on_dask
from phonecom_events.audit.dask.batch import Batch, BatchTerms, divided, name_of
from phonecom_events.audit.dask.worker import audit_batch, end_audit
from phonecom_events.errors import InvalidArgument, SessionClosed
from phonecom_events.ratelimit import PHONECOM_LIMITS, Window
from phonecom_events.sandbox import Fault, Sandbox

from .clients import fails, make_client
from .conftest import ACCOUNTS, Tell

OURS: dict[str, Any] = {"make_client": make_client}
UNLIMITED: dict[str, Any] = {**OURS, "limits": None}


def plain(report: AuditReport) -> dict[str, Any]:
    """Return a report without times."""
    told = report.to_dict()
    for part in told["audited"]:
        for reading in part["readings"]:
            reading["waited"] = reading["queued"] = 0.0
    return told


def everything(dask_scheduler: Any) -> bytes:
    """Return what a scheduler knows of tasks, and has told of them."""
    specs = [
        pickle.dumps((task.key, task.run_spec))
        for task in dask_scheduler.tasks.values()
    ]
    told = (
        list(dask_scheduler.transition_log),
        dask_scheduler.get_logs(),
        dask_scheduler.get_events(),
        [repr(task) for task in dask_scheduler.tasks.values()],
    )
    return b"".join(specs) + repr(told).encode()


async def nothing_is_kept(dask: Client) -> None:
    """Wait until the scheduler has forgotten all tasks, which clients tell in passing."""

    def tasks(dask_scheduler: Any) -> int:
        return len(dask_scheduler.tasks)

    async with asyncio.timeout(10):
        while await dask.run_on_scheduler(tasks):
            await asyncio.sleep(0.01)


async def test_the_report_is_that_of_one_process(
    dask: Client, sandbox: Sandbox, phonecom: PhoneComClient, tell: Tell
) -> None:
    """But for times, whatever the order in which the batches are done."""
    whole = await audit(phonecom, ACCOUNTS)
    report = await audit_on_dask(
        dask, ACCOUNTS, batch=5, now=whole.audited_at, by_vendor_clock=True, **OURS
    )
    assert plain(report) == plain(whole)
    await nothing_is_kept(dask)


async def test_a_subaccount_is_told_once(
    dask: Client, sandbox: Sandbox, phonecom: PhoneComClient, tell: Tell
) -> None:
    """Read along with its parent on one worker, and by itself on another."""
    sandbox.add_account(20, parent=1)
    sandbox.add_listener(20, expires_at=1)
    report = await audit_on_dask(
        dask, [1, 20], batch=1, include_subaccounts=True, **OURS
    )
    assert report.accounts == (1, 20)
    assert Counter(each.where.account for each in report.findings) == {1: 1, 20: 1}


async def test_no_token_is_where_others_can_see_it(
    dask: Client, sandbox: Sandbox, tell: Tell
) -> None:
    """Not in a task, its stories or a log, of the scheduler or of a worker."""
    sandbox.fault(Fault(delay=0.5, times=2))
    audited = asyncio.create_task(audit_on_dask(dask, ACCOUNTS, batch=6, **OURS))
    while not sandbox.requests:
        await asyncio.sleep(0.01)
    during = await dask.run_on_scheduler(everything)
    assert b"phonecom-events-audit" in during
    assert b"make_client" in during  # so the arguments were looked at
    await audited
    after = await dask.run_on_scheduler(everything)
    logs = repr(await dask.get_worker_logs()).encode()
    for seen in (during, after, logs):
        assert sandbox.token.encode() not in seen


async def test_a_workers_death_costs_nothing_but_time(
    dask: Client, sandbox: Sandbox, phonecom: PhoneComClient, tell: Tell
) -> None:
    """Its accounts are audited elsewhere, and each is in the report once."""
    tell(once=(3,))
    report = await audit_on_dask(dask, ACCOUNTS, batch=6, **UNLIMITED)
    assert report.accounts == tuple(ACCOUNTS)
    assert len(report.findings) == len(ACCOUNTS)
    assert not report.unreadable


async def test_an_account_that_kills_workers_is_unreadable(
    dask: Client, sandbox: Sandbox, tell: Tell
) -> None:
    """It says why, and takes no other account with it."""
    tell(always=(3,))
    report = await audit_on_dask(dask, ACCOUNTS, batch=6, **UNLIMITED)
    assert report.accounts == tuple(ACCOUNTS)
    (unreadable,) = report.unreadable
    assert unreadable.account == 3
    (finding,) = unreadable.findings
    assert "3 Dask workers died while they read it, the last at tcp://" in finding.why
    assert len(report.findings) == len(ACCOUNTS)


async def test_leaving_ends_the_work_of_the_workers(
    dask: Client, sandbox: Sandbox, tell: Tell
) -> None:
    """No request is sent afterwards, and the scheduler keeps no task."""
    sandbox.fault(Fault(delay=0.05, times=None))
    async with AuditStreamOnDask(dask, ACCOUNTS, batch=4, **OURS) as stream:
        await anext(stream)
    count = len(sandbox.requests)
    await asyncio.sleep(0.3)
    assert len(sandbox.requests) == count < 3 * len(ACCOUNTS)
    await nothing_is_kept(dask)


async def test_a_batch_that_comes_after_its_audits_end_does_nothing(
    sandbox: Sandbox,
) -> None:
    """What was on its way to a worker then is refused, and no client is made for it."""
    terms = BatchTerms(
        audit="ended", maker=name_of(fails), rate_limits=None, arguments={}
    )
    await end_audit("ended")
    with pytest.raises(SessionClosed, match="the audit has ended"):
        await audit_batch(Batch(terms, (1,)))
    assert len(sandbox.requests) == 0


async def test_a_worker_without_a_token_says_that_it_is_the_worker(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the audit was asked for, there may be one."""
    monkeypatch.delenv("PHONECOM_TOKEN", raising=False)
    terms = BatchTerms(
        audit=uuid4().hex,
        maker=name_of(PhoneComClient.from_env),
        rate_limits=None,
        arguments={},
    )
    with pytest.raises(InvalidArgument, match=r"a Dask worker .*: .* PHONECOM_TOKEN"):
        await audit_batch(Batch(terms, (1,)))


async def test_a_resumed_audit_reads_no_account_again(
    dask: Client, sandbox: Sandbox, phonecom: PhoneComClient, tell: Tell, tmp_path: Path
) -> None:
    """What was done is in the file, whoever goes on: a cluster or another."""
    whole = await audit(phonecom, ACCOUNTS)
    sandbox.clear_requests()
    sandbox.fault(Fault(delay=0.02, times=None))
    with ResumeFile(tmp_path / "r") as resume:
        async with AuditStreamOnDask(dask, ACCOUNTS, resume=resume, **OURS) as stream:
            done = {(await anext(stream)).account for _ in range(4)}
    before = len(sandbox.requests)
    with ResumeFile(tmp_path / "r") as resume:
        report = await audit_on_dask(dask, ACCOUNTS, resume=resume, **OURS)
    assert report.accounts == tuple(ACCOUNTS)
    assert len(report.findings) == len(whole.findings)
    again = {each.path.split("/")[3] for each in sandbox.requests[before:]}
    assert not again & {str(account) for account in done}


async def test_limits_are_shared_through_redis(
    dask: Client, sandbox: Sandbox, tell: Tell
) -> None:
    """Workers reserve in the Redis that is given, and say so."""
    with RedisProcess() as redis:
        stream = AuditStreamOnDask(dask, ACCOUNTS, **OURS, limits=redis.url)
        async with stream:
            assert stream.told.endswith("share the address's windows through Redis")
            accounts = [each.account async for each in stream]
    assert sorted(map(int, filter(None, accounts))) == list(ACCOUNTS)


async def test_it_is_told_how_the_address_is_shared(
    dask: Client, sandbox: Sandbox, tell: Tell
) -> None:
    """In one line, before the first account."""
    async with AuditStreamOnDask(dask, [], **OURS) as stream:
        assert stream.told == (
            "2 Dask workers, each with 1/2 of the address's windows; those that join"
            " later are not used"
        )
    async with AuditStreamOnDask(dask, [], own_addresses=True, **OURS) as stream:
        assert "each with the windows of an address of its own" in stream.told


async def test_what_a_worker_lacks_is_the_audits_error(
    dask: Client, sandbox: Sandbox, tell: Tell
) -> None:
    """An audit without a token ends at once."""
    with pytest.raises(LookupError, match="there is no token here"):
        await audit_on_dask(dask, ACCOUNTS, make_client=fails)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"make_client": lambda **_: None}, "import by its name"),
        ({"batch": 0}, "batch must be"),
        ({"limits": "redis://:secret@host"}, "give env:NAME"),
        ({"limits": "redis://host", "own_addresses": True}, "own_addresses"),
    ],
)
async def test_what_cannot_be_is_refused(
    dask: Client, arguments: dict[str, Any], told: str
) -> None:
    """Before any task; and no secret is in what is told."""
    with pytest.raises(InvalidArgument, match=told) as refused:
        await audit_on_dask(dask, ACCOUNTS, **arguments)
    assert "secret" not in str(refused.value)


def test_shares_add_up_to_no_more_than_the_windows() -> None:
    """Those of the address are divided; an account is one worker's alone."""
    share = divided(PHONECOM_LIMITS, 7)
    assert share.address == (Window(205, 60.0),)
    assert share.address_endpoint == (Window(51, 30.0),)
    assert share.account == PHONECOM_LIMITS.account
    with pytest.raises(InvalidArgument, match="361 workers cannot share"):
        divided(PHONECOM_LIMITS, 361)
