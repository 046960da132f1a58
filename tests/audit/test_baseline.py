"""Comparing an audit with an earlier one."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from phonecom_events import LinqClient, PhoneComClient
from phonecom_events.audit import AuditReport, Baseline, Severity, audit
from phonecom_events.errors import InvalidArgument
from phonecom_events.sandbox import Fault, Sandbox, fill_estate

from .builders import NOW


def kept(report: AuditReport, **more: Any) -> Baseline:
    """Write a report as JSON, and read it back."""
    return Baseline.parse(json.dumps({**report.to_dict(), **more}))


async def test_an_audit_has_nothing_new_against_itself(
    sandbox: Sandbox, phonecom: PhoneComClient, linq: LinqClient
) -> None:
    """All of an estate's findings are told apart, and recognised later."""
    estate = fill_estate(sandbox, now=NOW)
    report = await audit(phonecom, estate.accounts, linq=linq, now=NOW)
    assert len({f.fingerprint for f in report.findings}) == len(report.findings)
    since = kept(report).compare(report)
    assert since.unchanged == report.findings
    assert since.new == since.fixed == since.unknown == ()
    assert since.baseline_at == NOW
    assert report.exit_code(Severity.ERROR) == 1
    assert report.exit_code(Severity.INFO, since=since) == 0


async def test_what_cannot_be_told_this_time_is_not_fixed(
    sandbox: Sandbox, phonecom: PhoneComClient, linq: LinqClient
) -> None:
    """A key that may no longer read the numbers proves nothing about them."""
    row = sandbox.add_linq_subscription(phone_numbers=["+12025550101"], is_active=False)
    before = await audit(phonecom, [], linq=linq, now=NOW, ignore=["LQ106"])
    assert [f.id for f in before.findings] == ["LQ109", "LQ101"]
    sandbox.fault(Fault(path="/v3/phone_numbers", status=403, times=None))
    async with LinqClient(sandbox.api_key, base_url=sandbox.linq_url) as other:
        await other.webhook_subscriptions.update(row["id"], is_active=True)
    after = await audit(phonecom, [], linq=linq, now=NOW, ignore=["LQ106"])
    since = kept(before).compare(after)
    assert [f.id for f in since.unknown] == ["LQ109"]
    assert [f.id for f in since.fixed] == ["LQ101"]


async def test_what_came_and_what_went_is_told(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """One finding goes, one comes, and one stays though its reason changes."""
    gone, staying = (sandbox.add_listener(1, expires_at=n) for n in (1, 2))
    before = await audit(phonecom, [1], now=NOW)
    sandbox.remove_listener(gone["id"])
    coming = sandbox.add_listener(1, expires_at=3)
    after = await audit(phonecom, [1], now=NOW.replace(year=2030))
    since = kept(before).compare(after)
    assert [f.where.id for f in since.new] == [coming["id"]]
    assert [f.where.id for f in since.fixed] == [gone["id"]]
    assert [f.where.id for f in since.unchanged] == [staying["id"]]
    assert after.exit_code(Severity.ERROR, since=since) == 1
    plain = after.to_dict(since=since)
    assert [f["status"] for f in plain["findings"]] == ["unchanged", "new"]
    assert plain["baseline"] == {
        "audited_at": "2027-01-31T12:00:00Z",
        "new": 1,
        "unchanged": 1,
        "unknown": 0,
        "fixed": [since.fixed[0].to_dict()],
    }


async def test_a_report_with_a_comparison_is_a_baseline_itself(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """It holds all findings, so that each audit can be compared with the last."""
    sandbox.add_listener(1, expires_at=1)
    report = await audit(phonecom, [1], now=NOW)
    plain = report.to_dict(since=kept(report).compare(report))
    again = Baseline.parse(json.dumps(plain))
    assert again == kept(report)


@pytest.mark.parametrize(
    "again", [{"accounts": [2]}, {"select": ["PC2"]}, {"ignore": ["PC101"]}]
)
async def test_what_was_not_looked_for_is_not_fixed(
    sandbox: Sandbox, phonecom: PhoneComClient, again: dict[str, Any]
) -> None:
    """Another choice of accounts or checks leaves old findings open."""
    sandbox.add_listener(1, expires_at=1)
    sandbox.add_account(2)
    before = await audit(phonecom, [1], now=NOW)
    after = await audit(phonecom, again.pop("accounts", [1]), now=NOW, **again)
    since = kept(before).compare(after)
    assert since.fixed == ()
    assert [f.id for f in since.unknown] == ["PC101"]


async def test_nothing_is_fixed_in_an_account_that_could_not_be_read(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """What is not seen for want of an answer is not called gone."""
    sandbox.add_listener(1, expires_at=1)
    before = await audit(phonecom, [1], now=NOW)
    sandbox.fault(Fault(path="/overview", status=500, times=None))
    since = kept(before).compare(await audit(phonecom, [1], now=NOW))
    assert since.fixed == ()
    assert [f.id for f in since.new] == ["PC001"]
    assert [f.id for f in since.unknown] == ["PC101"]


async def test_what_an_earlier_report_showed_is_masked(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """A baseline written with everything shown gives nothing away."""
    url = "http://hooks.contoso.com/s3cret"
    callback = sandbox.add_callback(1, config={"url": url})
    sandbox.add_listener(1, callback_id=callback["id"])
    before = await audit(phonecom, [1], now=NOW, show=True)
    assert "s3cret" in str(before.findings)
    assert "s3cret" not in str(kept(before).findings)


def damaged(change: Callable[[dict[str, Any]], object]) -> str:
    """Write a report with one finding, changed for the worse."""
    where = {"kind": "listener", "id": 1, "account": 1, "extension": None}
    finding = {
        "id": "PC101",
        "severity": "error",
        "title": "Title",
        "where": where,
        "why": "why",
        "what_to_do": "What.",
    }
    plain: dict[str, Any] = {
        "schema": 1,
        "audited_at": "2027-01-31T12:00:00Z",
        "findings": [finding],
    }
    change(plain)
    return json.dumps(plain)


def test_what_is_written_by_hand_is_read() -> None:
    """The keys that a comparison needs are enough."""
    baseline = Baseline.parse(damaged(lambda _: None))
    assert list(baseline.findings) == ["PC101:1:listener:1"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "no report"),
        ("{}", "no report"),
        ("null", "no report"),
        ('{"schema": 2}', "schema 2"),
        ('{"schema": 1}', "damaged"),
        (damaged(lambda p: p.pop("findings")), "damaged"),
        (damaged(lambda p: p.update(findings=None)), "damaged"),
        (damaged(lambda p: p.update(findings=["x"])), "damaged"),
        (damaged(lambda p: p.update(audited_at="soon")), "damaged"),
        (damaged(lambda p: p.update(audited_at="2027-01-31")), "damaged"),
        (damaged(lambda p: p.update(audited_at=None)), "damaged"),
        (damaged(lambda p: p["findings"][0].pop("id")), "damaged"),
        (damaged(lambda p: p["findings"][0].update(id=None)), "damaged"),
        (damaged(lambda p: p["findings"][0].update(severity="bad")), "damaged"),
        (damaged(lambda p: p["findings"][0].update(where=None)), "damaged"),
        (damaged(lambda p: p["findings"][0]["where"].update(id=[])), "damaged"),
        (damaged(lambda p: p["findings"][0]["where"].update(account="1")), "damaged"),
        (damaged(lambda p: p["findings"][0]["where"].update(id=True)), "damaged"),
    ],
)
def test_what_is_no_report_is_refused(text: str | bytes, told: str) -> None:
    """Other files and damaged ones are told as that, and never crash."""
    with pytest.raises(InvalidArgument, match=told):
        Baseline.parse(text)


async def test_what_an_odd_row_or_a_cut_listing_hides_is_not_fixed(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """Neither a listener that is odd this time nor one whose id cannot be read."""
    sandbox.add_listener(1, id=3, expires_at=1)
    before = await audit(phonecom, [1], now=NOW)
    row = sandbox.tables.listeners[3]
    sandbox.tables.listeners.change(row, {"expires_at": "noon"})
    odd = kept(before).compare(await audit(phonecom, [1], now=NOW))
    sandbox.tables.listeners.change(row, {"id": "3", "expires_at": None})
    cut = kept(before).compare(await audit(phonecom, [1], now=NOW))
    for since in (odd, cut):
        assert since.fixed == ()
        assert [each.id for each in since.unknown] == ["PC101"]
