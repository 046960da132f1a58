"""The audit of ready-made estates: what is planted is found, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest

from phonecom_events import LinqClient, PhoneComClient
from phonecom_events.audit import Finding, audit, every_check
from phonecom_events.cli.sandbox import MadeUpReceivers
from phonecom_events.sandbox import Fault, Sandbox, clean_estate, fill_estate

from .builders import NOW

# Every check of what accounts and Linq hold, by what an estate plants for it.
PLANTED = {
    "PC101": "listener expired",
    "PC102": "listener expires soon",
    "PC103": "listener on events version 1.x",
    "PC104": "listeners that share a callback",
    "PC105": "listener without subscriptions",
    "PC106": "listener with tags that never match",
    "PC107": "listener with api-error below account level",
    "PC108": "listeners that deliver an event twice",
    "PC109": "listener whose callback is missing",
    "PC201": "callback disabled",
    "PC202": "callback over plain http",
    "PC203": "callback by mail without address",
    "PC204": "callback to a test URL",
    "PC205": "callback whose fallback is missing",
    "PC206": "callback whose fallback is disabled",
    "PC207": "callback that falls back to itself",
    "PC208": "callbacks that fall back in a loop",
    "PC209": "callback used by no listener",
    "PC210": "callback without a profile",
    "PC301": "profile without support email",
    "PC302": "profile with a malformed support email",
    "PC303": "profile used by no callback",
    "PC401": "receiver that does not answer well",
    "PC402": "receiver that answers slowly",
    "PC403": "receiver whose certificate ends soon",
    "PC404": "receiver that redirects",
    "LQ101": "linq subscription inactive",
    "LQ102": "linq subscription over plain http",
    "LQ103": "linq subscription without events",
    "LQ104": "linq subscription to an unknown event",
    "LQ105": "linq subscriptions with one target",
    "LQ106": "linq subscription without a pinned version",
    "LQ107": "linq subscription to a withdrawn event",
    "LQ108": "linq subscriptions that deliver an event twice",
    "LQ109": "linq subscription to a number of nobody",
    "LQ110": "linq subscription to an event that is not listed",
    "LQ111": "linq subscription with an ignored header",
}
# Findings that concern several rows at once: one is the place, the others are told.
TOGETHER = {"PC104", "PC108", "PC208", "LQ105", "LQ108"}
# The checks of the reading itself, which no state of an account sets off.
READING = {"PC001", "PC002", "PC003", "PC004", "LQ001", "LQ003"}


def test_every_check_and_every_problem_is_in_the_table() -> None:
    """A check without an instance in the estate cannot be added, nor the reverse."""
    checks = {check.id for check in every_check()}
    assert checks == PLANTED.keys() | READING
    assert set(PLANTED.values()) == fill_estate(Sandbox(), now=NOW).problems.keys()


def told(findings: Iterable[Finding]) -> set[str]:
    """Return the ids of all rows that findings name, in place or reason.

    The place of PC104 is the callback, and the rows are the listeners that share it.
    """
    texts = [f.why if f.id == "PC104" else f"{f.where.id} {f.why}" for f in findings]
    return set(re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}|\b\d{3,5}\b", " ".join(texts)))


async def test_every_planted_problem_is_found(
    sandbox: Sandbox, phonecom: PhoneComClient, linq: LinqClient
) -> None:
    """Each check finds the rows planted for it, no more and no fewer."""
    estate = fill_estate(sandbox, now=NOW)
    prober = MadeUpReceivers(sandbox, NOW)
    report = await audit(phonecom, estate.accounts, linq=linq, now=NOW, prober=prober)
    for check, problem in PLANTED.items():
        planted = estate.problems[problem]
        findings = [f for f in report.findings if f.id == check]
        if check in TOGETHER:
            assert told(findings) == set(map(str, planted)), check
            assert len(findings) < len(planted), check
        else:
            assert {f.where.id for f in findings} == set(planted), check
            assert len(findings) == len(planted), check


async def test_the_long_way_finds_the_same(
    sandbox: Sandbox, unlimited: PhoneComClient
) -> None:
    """Where the overview is refused, the findings are no others."""
    estate = fill_estate(sandbox, now=NOW)
    short = await audit(unlimited, estate.accounts, now=NOW)
    sandbox.fault(Fault(path="/overview", status=403, times=None))
    long = await audit(unlimited, estate.accounts, now=NOW)
    assert long.findings == short.findings
    assert long.unreadable == ()
    assert long.requests > 10 * short.requests


async def test_a_parent_account_reads_its_children_along(
    sandbox: Sandbox, phonecom: PhoneComClient, linq: LinqClient
) -> None:
    """With include_subaccounts, parents alone give what all accounts gave."""
    estate = fill_estate(sandbox, now=NOW)
    apart = await audit(phonecom, estate.accounts, linq=linq, now=NOW)
    listed = await phonecom.accounts.list().collect()
    parents = [each.id for each in listed if not each.master_account]
    assert len(parents) < len(estate.accounts)
    together = await audit(
        phonecom, parents, linq=linq, now=NOW, include_subaccounts=True
    )
    assert together.findings == apart.findings
    assert together.accounts == apart.accounts
    assert together.items == apart.items
    assert together.requests < apart.requests


@pytest.mark.parametrize("whole_families", [False, True])
async def test_a_clean_estate_has_no_findings(
    sandbox: Sandbox,
    phonecom: PhoneComClient,
    linq: LinqClient,
    *,
    whole_families: bool,
) -> None:
    """Where nothing is wrong, nothing is found, and everything was read."""
    estate = clean_estate(sandbox, now=NOW)
    report = await audit(
        phonecom,
        estate.accounts,
        linq=linq,
        now=NOW,
        include_subaccounts=whole_families,
        prober=MadeUpReceivers(sandbox, NOW),
    )
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
