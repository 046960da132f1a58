"""Accounts with odd rows: each is told, and everything else is checked as ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from phonecom_events import LinqClient, PhoneComClient
from phonecom_events.audit import Finding, audit
from phonecom_events.sandbox import Fault, Sandbox

from .builders import NOW

MILLISECONDS = int(NOW.timestamp() * 1000)
CONFIG = {"url": "https://hooks.contoso.com/x"}


def brief(findings: tuple[Finding, ...]) -> list[tuple[str, object]]:
    """Return the checks and ids of findings."""
    return [(finding.id, finding.where.id) for finding in findings]


async def test_three_odd_listeners_of_a_thousand_hide_no_other(
    sandbox: Sandbox, unlimited: PhoneComClient
) -> None:
    """The three are told with what is odd about them, an expired one is found."""
    sandbox.add_profile(1, id=1)
    sandbox.add_callback(1, id=1768, profile_id=1, config=CONFIG)
    for number in range(1, 1001):
        sandbox.add_listener(1, id=number, callback_id=1768, created_at=1_700_000_000)
        sandbox.add_subscription(number)
    rows = sandbox.tables.listeners
    rows[500]["expires_at"] = MILLISECONDS
    rows[600]["callback_id"] = "1768"
    rows[700]["created_at"] = None
    rows[7]["expires_at"] = int(NOW.timestamp())
    report = await audit(unlimited, [1], now=NOW, ignore=["PC104", "PC108"])
    assert brief(report.findings) == [
        ("PC003", 500),
        ("PC003", 600),
        ("PC003", 700),
        ("PC101", 7),
    ]
    assert "looks like milliseconds" in report.findings[0].why
    assert report.exit_code() == 0
    assert report.audited[0].readings[0].report.odd_row_count == 3


@pytest.mark.parametrize("way", ["overview", "one by one"])
async def test_listeners_on_an_odd_callback_are_checked_and_it_is_told_once(
    sandbox: Sandbox, unlimited: PhoneComClient, way: str
) -> None:
    """Fifty listeners lead to it: none of them is said to lack a callback."""
    sandbox.add_profile(1, id=1)
    sandbox.add_callback(1, id=90, profile_id=1, config=CONFIG)
    sandbox.tables.callbacks[90]["enabled"] = "yes"
    for number in range(50):
        sandbox.add_listener(1, id=number + 1, callback_id=90)
        sandbox.add_subscription(number + 1, ["call", "inbound"])
    if way == "one by one":
        sandbox.fault(Fault(path="/overview", status=403, times=None))
    report = await audit(unlimited, [1], now=NOW, ignore=["PC104", "PC303"])
    assert brief(report.findings) == [("PC003", 90)]
    assert report.audited[0].readings[0].report.items == 50


async def test_an_odd_subscription_does_not_make_its_listener_silent(
    sandbox: Sandbox, unlimited: PhoneComClient
) -> None:
    """What a listener hears is not known if one of its subscriptions is odd."""
    sandbox.add_profile(1, id=1)
    sandbox.add_callback(1, id=9, profile_id=1, config=CONFIG)
    sandbox.add_listener(1, id=7, callback_id=9)
    sandbox.add_subscription(7, id=70)
    sandbox.tables.subscriptions[70][":tags"] = "call"
    sandbox.fault(Fault(path="/overview", status=403, times=None))
    report = await audit(unlimited, [1], now=NOW)
    assert brief(report.findings) == [("PC003", 70)]


async def test_odd_webhook_subscriptions_hide_no_other(
    sandbox: Sandbox, phonecom: PhoneComClient, linq: LinqClient
) -> None:
    """One is odd, the other is inactive."""
    sandbox.add_linq_subscription("https://a.contoso.com/?version=2026-02-03", id="a")
    url = "https://b.contoso.com/?version=2026-02-03"
    sandbox.add_linq_subscription(url, id="b", is_active=False)
    row = sandbox.webhook_subscriptions.get("a")
    assert row is not None
    row["is_active"] = "yes"
    report = await audit(phonecom, [], linq=linq, now=NOW)
    assert brief(report.findings) == [("LQ003", "a"), ("LQ101", "b")]


@pytest.mark.parametrize("off", [timedelta(hours=2), timedelta(hours=-2)])
async def test_expiry_is_measured_by_the_vendors_clock(
    sandbox: Sandbox, unlimited: PhoneComClient, off: timedelta
) -> None:
    """A listener that ends within the difference is judged as the vendor does."""
    there = datetime.now(UTC).replace(microsecond=0) - off
    sandbox.fault(Fault(delay=0.0, times=None, headers={"Date": http_date(there)}))
    sandbox.add_profile(1, id=1)
    sandbox.add_callback(1, id=9, profile_id=1, config=CONFIG)
    end = there + timedelta(hours=1) * (1 if off > timedelta() else -1)
    sandbox.add_listener(1, id=7, callback_id=9, expires_at=int(end.timestamp()))
    sandbox.add_subscription(7)
    report = await audit(unlimited, [1])
    judged = "PC102" if off > timedelta() else "PC101"
    assert {finding.id for finding in report.findings} == {"PC004", judged}
    given = await audit(unlimited, [1], now=NOW - timedelta(days=400))
    assert [finding.id for finding in given.findings] == ["PC004"]
    here = datetime.now(UTC)
    corrected = await audit(unlimited, [1], now=here, by_vendor_clock=True)
    assert {finding.id for finding in corrected.findings} == {"PC004", judged}


def http_date(moment: datetime) -> str:
    """Write a time as it stands in headers."""
    return f"{moment:%a, %d %b %Y %H:%M:%S} GMT"
