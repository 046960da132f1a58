"""The audit of ready-made estates: what is planted is found, and nothing else."""

from __future__ import annotations

from phonecom_events import LinqClient, PhoneComClient
from phonecom_events.audit import AuditReport, audit
from phonecom_events.sandbox import Sandbox, clean_estate, fill_estate

from .builders import NOW

PLANTED = {
    "PC101": ("listener expired",),
    "PC102": ("listener expires soon",),
    "PC103": ("listener on events version 1.x",),
    "PC301": ("profile without support email",),
    "LQ101": ("linq subscription inactive",),
    "LQ102": ("linq subscription over plain http",),
    "LQ103": ("linq subscription without events",),
    "LQ104": (
        "linq subscription to an unknown event",
        "linq subscription to a withdrawn event",
    ),
}


def found(report: AuditReport, check: str) -> set[int | str | None]:
    """Return what a check found something in."""
    return {f.where.id for f in report.findings if f.id == check}


async def test_every_planted_problem_is_found(
    sandbox: Sandbox, phonecom: PhoneComClient, linq: LinqClient
) -> None:
    """Each check finds the rows planted for it, no more and no fewer."""
    estate = fill_estate(sandbox, now=NOW)
    report = await audit(phonecom, estate.accounts, linq=linq, now=NOW)
    for check, names in PLANTED.items():
        planted = {row for name in names for row in estate.problems[name]}
        assert found(report, check) == planted, check


async def test_planted_repeats_are_found(
    sandbox: Sandbox, phonecom: PhoneComClient, linq: LinqClient
) -> None:
    """Shared callbacks are told with their listeners, shared targets by the newer."""
    estate = fill_estate(sandbox, now=NOW)
    report = await audit(phonecom, estate.accounts, linq=linq, now=NOW)
    whys = " ".join(f.why for f in report.findings if f.id == "PC104")
    sharing = estate.problems["listeners that share a callback"]
    assert all(str(listener) in whys for listener in sharing)
    same = set(estate.problems["linq subscriptions with one target"])
    repeats = found(report, "LQ105")
    assert len(repeats) == 1
    assert repeats < same


async def test_a_clean_estate_has_no_findings(
    sandbox: Sandbox, phonecom: PhoneComClient, linq: LinqClient
) -> None:
    """Where nothing is wrong, nothing is found, and everything was read."""
    estate = clean_estate(sandbox, now=NOW)
    report = await audit(phonecom, estate.accounts, linq=linq, now=NOW)
    assert report.findings == ()
    assert report.unreadable == ()
    assert report.accounts == estate.accounts
    listed = [
        await phonecom.account(a).listeners.list().collect() for a in estate.accounts
    ]
    assert report.items["listeners"] == sum(map(len, listed))


async def test_two_audits_of_the_same_estate_are_equal(
    sandbox: Sandbox, phonecom: PhoneComClient, linq: LinqClient
) -> None:
    """The findings do not depend on what finishes first."""
    estate = fill_estate(sandbox, now=NOW)
    one = await audit(phonecom, estate.accounts, linq=linq, now=NOW, concurrency=1)
    other = await audit(
        phonecom, reversed(estate.accounts), linq=linq, now=NOW, concurrency=5
    )
    assert one.findings == other.findings
