"""Accounts with odd rows: each is told, and everything else is checked as ever."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from attrs import frozen
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from phonecom_events import LinqClient, PhoneComClient
from phonecom_events.audit import AuditReport, Finding, audit
from phonecom_events.sandbox import Fault, Sandbox

from ..converter import schemas
from .builders import NOW

# More are tried by hand, as PHONECOM_EVENTS_ESTATES=10000.
ESTATES: Final = int(os.environ.get("PHONECOM_EVENTS_ESTATES", "40"))
SCHEMAS: Final = {
    "profile": schemas.PROFILE,
    "callback": schemas.callback("HTTPS"),
    "listener": schemas.LISTENER,
}
SPOILT: Final = {
    "profile": [("name", 7), ("created_at", "noon"), ("support_email", [])],
    "callback": [("enabled", "yes"), ("profile_id", "7"), ("name", 5)],
    "listener": [("callback_id", "7"), ("expires_at", 1.5), ("version", None)],
}

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


async def test_an_odd_row_is_all_that_a_subaccount_has(
    sandbox: Sandbox, unlimited: PhoneComClient
) -> None:
    """Read along with its parent, it is told as one of the subaccount."""
    sandbox.add_account(7, parent=1)
    sandbox.add_listener(7, id=3)
    sandbox.tables.listeners[3]["expires_at"] = "noon"
    report = await audit(unlimited, [1], now=NOW, include_subaccounts=True)
    assert brief(report.findings) == [("PC003", 3)]
    assert [each.account for each in report.audited] == [1, 7]


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


@settings(max_examples=ESTATES, phases=[Phase.generate])
@given(data=st.data())
def test_no_estate_is_too_odd_for_an_audit(data: st.DataObject) -> None:
    """Whatever its rows hold, no account is unreadable, and no check raises."""
    estate = data.draw(odd_estates())
    report = asyncio.run(audit_of(estate))
    assert "PC001" not in {finding.id for finding in report.findings}
    odd = {kind: set(ids) for kind, ids in estate.odd.items() if kind != "listener"}
    told = {
        kind: {
            finding.where.id
            for finding in report.findings
            if (finding.id, finding.where.kind) == ("PC003", kind)
        }
        for kind in odd
    }
    assert told == odd


@frozen
class OddEstate:
    """Hold the rows of one account by kind, and the ids of those that are odd."""

    rows: dict[str, list[dict[str, Any]]]
    odd: dict[str, list[int]]


@st.composite
def odd_estates(draw: st.DrawFn) -> OddEstate:
    """Draw rows as the vendor's schema has them, a few of them with a field spoilt."""
    estate = OddEstate({}, {"callback": [], "profile": [], "listener": []})
    for kind, schema in SCHEMAS.items():
        rows = draw(st.lists(schemas.rows(schema), max_size=4))
        for number, row in enumerate(rows, 1):
            # The sandbox finds rows by these, so they are as they have to be.
            row.update(id=number, voip_id=1, extension_id=None)
            for name in ("profile_id", "fallback_callback_id"):
                row.setdefault(name, None)
            if draw(st.integers(0, 4)) == 0:
                field, value = draw(st.sampled_from(SPOILT[kind]))
                row[field] = value
                estate.odd[kind].append(number)
        estate.rows[kind] = rows
    return estate


async def audit_of(estate: OddEstate) -> AuditReport:
    """Audit an estate."""
    async with (
        Sandbox(clock=NOW.timestamp) as sandbox,
        PhoneComClient(
            sandbox.token, base_url=sandbox.phonecom_url, rate_limits=None
        ) as phonecom,
    ):
        sandbox.add_account(1)
        for kind, rows in estate.rows.items():
            table = getattr(sandbox.tables, f"{kind}s")
            for row in rows:
                table.insert(row)
        return await audit(phonecom, [1], now=NOW)
