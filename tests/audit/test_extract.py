"""What an audit hands to whoever keeps it: from answers, and from a resume file."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from phonecom_events import LinqClient, PhoneComClient
from phonecom_events.audit import AuditStream, ResumeFile
from phonecom_events.audit.extract import LINQ, Extract, extract, held
from phonecom_events.audit.slices import Steps, at_once
from phonecom_events.errors import InvalidArgument
from phonecom_events.phonecom import Header, HttpConfig
from phonecom_events.sandbox import Fault, Sandbox

from .builders import NOW, account, callback, linq, listener, subscription

ACCOUNTS = (1, 2, 3)
Kept = dict[int, tuple[Any, ...]]


async def keep(
    kept: Kept,
    phonecom: PhoneComClient,
    linq: LinqClient,
    resume: ResumeFile | None = None,
) -> None:
    """Audit, and keep the extract of each account."""

    def on_extract(taken: Extract) -> Steps[None]:
        whole = yield from held(taken)
        kept[whole.scope.account] = (whole.scope, *whole.pieces)

    async with AuditStream(
        *(phonecom, ACCOUNTS),
        linq=linq,
        include_subaccounts=True,
        now=NOW,
        resume=resume,
        on_extract=on_extract,
    ) as stream:
        async for _ in stream:
            pass


@pytest.mark.parametrize("requests", [1, 3, 5])
async def test_from_a_resume_file_it_is_what_it_was(
    sandbox: Sandbox,
    unlimited: PhoneComClient,
    linq: LinqClient,
    tmp_path: Path,
    requests: int,
) -> None:
    """Whoever keeps a run in the process that goes on has the rows of the first one."""
    sandbox.add_account(4, parent=1)
    for voip_id in (1, 2, 4):
        sandbox.add_listener(voip_id, expires_at=1)
    for _ in range(600):
        sandbox.add_callback(2)
    sandbox.fault(Fault(delay=0.01, times=None))
    first: Kept = {}
    again: Kept = {}
    await keep(first, unlimited, linq)
    assert first.keys() == {*ACCOUNTS, LINQ}
    assert first[1][0].children == (4,)
    most = len(sandbox.requests) + requests
    with ResumeFile(tmp_path / "r") as resume:
        task = asyncio.create_task(keep({}, unlimited, linq, resume))
        while len(sandbox.requests) < most:
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    with ResumeFile(tmp_path / "r") as resume:
        await keep(again, unlimited, linq, resume)
    assert again == first


async def test_a_file_without_it_is_refused(
    sandbox: Sandbox, unlimited: PhoneComClient, linq: LinqClient, tmp_path: Path
) -> None:
    """What an earlier process had read would be missing."""
    with ResumeFile(tmp_path / "r") as resume:
        async with AuditStream(unlimited, ACCOUNTS, resume=resume) as stream:
            await anext(stream)
    with (
        ResumeFile(tmp_path / "r") as resume,
        pytest.raises(InvalidArgument, match=r"history \(was False, is True\)"),
    ):
        await keep({}, unlimited, linq, resume)


def test_a_file_that_lost_rows_is_damaged(tmp_path: Path) -> None:
    """An account that is done has an extract, or somebody has changed the file."""
    with (
        ResumeFile(tmp_path / "r") as resume,
        pytest.raises(InvalidArgument, match="is damaged: no rows of 7"),
    ):
        resume.extract(7)


def test_no_secret_is_in_it() -> None:
    """Values of headers are left out, and URLs and numbers are masked."""
    config = HttpConfig(
        url="https://hooks.contoso.com/?key=sesame",
        headers=(Header(name="X-Key", value="sesame"),),
    )
    told = subscription(target_url="https://l.contoso.com/?t=sesame")
    numbers = subscription(phone_numbers=("+12025550123",))
    seen = account(
        listeners=[listener(callback_id=1, filters=("sms from +12025550123",))],
        callbacks=[callback(id=1, config=config)],
    )
    for snapshot in (seen, linq(told, numbers)):
        kept = at_once(held(at_once(extract(snapshot, family=False))))
        text = b"".join(kept.pieces).decode()
        assert "contoso.com" in text
        assert "sesame" not in text
        assert "5550123" not in text
