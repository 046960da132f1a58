"""How far an audit is, as people are told."""

from __future__ import annotations

import os
import pty
import re
from collections.abc import Iterable

import pytest

from phonecom_events.audit import Audited, RowsRead
from phonecom_events.cli.output import progress as shown_progress
from phonecom_events.cli.output.progress import AuditProgress
from phonecom_events.ratelimit import Wait
from phonecom_events.sandbox import Fault, Sandbox

from ..conftest import ACCOUNT, Cli
from ..test_processes import COMMAND, finish, start

NEXT = ACCOUNT + 1


def waiting(account: int, seconds: float) -> Wait:
    """Return what a limiter tells of an account that waits so long."""
    return Wait(
        account=str(account),
        endpoint="",
        requests=1,
        seconds=seconds,
        limit="account" if seconds else None,
        throttled=False,
    )


class Clock:
    """Time that is set by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def rows(account: int | None, resource: str, count: int, total: int | None) -> RowsRead:
    """Say that so many rows of a listing have been read."""
    return RowsRead(account=account, resource=resource, rows=count, total=total)


def test_an_account_moves_with_its_rows() -> None:
    """Each of its three listings counts for a third; what is done counts whole."""
    progress = AuditProgress([1, 2])
    done = [progress.completed]
    for read in (
        rows(1, "profiles", 3, 3),
        rows(1, "callbacks", 500, 1000),
        rows(1, "listeners", 500, None),
        rows(1, "listeners", 15_000, 20_000),
        rows(None, "webhook_subscriptions", 3, 3),
        rows(99, "listeners", 3, 3),
    ):
        progress.on_rows(read)
        done.append(progress.completed)
    progress.on_audited(Audited(account=1))
    done.append(progress.completed)
    assert done == pytest.approx([0, 1 / 3, 1 / 2, 2 / 3, 11 / 12, 11 / 12, 11 / 12, 1])


def test_listeners_that_are_asked_one_by_one_are_counted() -> None:
    """Where there is no overview the fourth listing is the longest."""
    progress = AuditProgress([1])
    progress.on_rows(rows(1, "subscriptions", 250, 1000))
    assert progress.completed == pytest.approx((3 + 1 / 4) / 4)
    assert progress.told() == "1: 250 of 1,000 listeners' subscriptions"


def test_what_is_waited_for_is_told() -> None:
    """The wait is that of the account which is shown; others are counted."""
    waits = [waiting(2, 40), waiting(1, 0)]
    progress = AuditProgress([1, 2, 3], waits=lambda: waits)
    assert progress.told() == "waiting 40 s for the account's limit"
    progress.on_rows(rows(1, "listeners", 15_000, 20_000))
    progress.on_rows(rows(2, "callbacks", 500, None))
    assert progress.told() == "1: 15,000 of 20,000 listeners, and 1 more"
    waits.append(waiting(1, 12))
    assert progress.told().endswith(
        ", and 1 more; waiting 12 s for the account's limit"
    )
    progress.on_audited(Audited(account=1))
    assert progress.told().startswith("2: 500 callbacks; waiting 40 s")


def read_in_bursts(progress: AuditProgress, clock: Clock, seconds: int) -> list[object]:
    """Read 15,000 rows at once and then 10,000 every 30 s; return the estimates."""
    told: list[object] = []
    for second in range(seconds):
        count = 15_000 + 10_000 * (second // 30)
        progress.on_rows(rows(1, "listeners", count, 100_000))
        told.append(progress.remaining())
        clock.now += 1
    return told


def test_a_burst_is_no_pace() -> None:
    """There is no estimate before it spans the limits' longest window of 60 s."""
    clock = Clock()
    progress = AuditProgress([1], clock=clock)
    told = read_in_bursts(progress, clock, 200)
    assert told[:60] == [None] * 60
    # What is left after 200 s is 25,000 rows at 10,000 in 30 s, 75 s.
    assert told[-1] == pytest.approx(75, abs=1)


def test_accounts_of_unknown_size_make_no_estimate() -> None:
    """Few that are done say nothing of those that are not begun."""
    clock = Clock()
    progress = AuditProgress(range(1, 21), clock=clock)
    for account in range(1, 5):
        clock.now += 30
        progress.on_audited(Audited(account=account))
        assert progress.remaining() is None
    clock.now += 30
    progress.on_audited(Audited(account=5))
    assert progress.remaining() == pytest.approx(15 * 30, rel=0.5)


def test_the_line_of_a_log_has_it_all() -> None:
    """Time, accounts, findings, requests, rows and what is waited for."""
    clock = Clock()
    progress = AuditProgress(
        [ACCOUNT, NEXT], waits=lambda: [waiting(NEXT, 12)], clock=clock
    )
    clock.now += 90
    progress.on_audited(Audited(account=ACCOUNT))
    progress.on_rows(rows(NEXT, "listeners", 15_000, 20_000))
    assert progress.line() == (
        "0:01:30, about 0:00:04 left: 1 of 2 accounts; 0 findings; 1 requests;"
        f" {NEXT}: 15,000 of 20,000 listeners; waiting 12 s for the account's limit"
    )


@pytest.mark.parametrize("options", [(), ("--quiet",)])
async def test_a_log_shows_life(
    cli: Cli,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    options: Iterable[str],
) -> None:
    """Without a terminal there is a plain line now and then, unless not wanted."""
    monkeypatch.setattr(shown_progress, "LOGGED", 0.02)
    sandbox.add_profile(ACCOUNT)
    sandbox.fault(Fault(path="/overview", delay=0.2))
    result = await cli("audit", "--no-linq", *options)
    assert result.code == 0
    line = re.compile(
        r"phonecom-events: 0:00:0\d: 0 of 1 accounts; 0 findings; 1 requests"
        rf"; {ACCOUNT}: 1 profiles"
    )
    told = [line.fullmatch(each) is not None for each in result.err.splitlines()]
    assert any(told) is not bool(options)


async def test_a_terminal_shows_a_bar_that_stdout_gets_nothing_of(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Accounts, findings and requests; under them the rows of a long listing."""
    monkeypatch.setenv("TERM", "xterm-256color")
    for _ in range(501):
        sandbox.add_listener(ACCOUNT, expires_at=1)
    slow = Fault(path="/overview", delay=0.5)
    sandbox.before(lambda *_: sandbox.fault(slow), nth=1, path="/overview")
    terminal, stderr = pty.openpty()
    process = await start(*COMMAND, "audit", "--format", "ndjson", stderr=stderr)
    os.close(stderr)
    code, out, _ = await finish(process)
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", os.read(terminal, 100_000).decode())
    os.close(terminal)
    assert code == 0
    assert re.search(r"accounts .* 0/1 findings 0 +requests [12] 0:00:0", shown)
    assert f"{ACCOUNT}: 500 listeners" in shown
    assert "PC101" not in shown
    assert "PC101" in out
    assert "\x1b" not in out
