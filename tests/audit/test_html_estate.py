"""The page about the sandbox's estate, read over HTTP."""

from __future__ import annotations

from phonecom_events import LinqClient, PhoneComClient
from phonecom_events.audit import Severity, audit
from phonecom_events.audit.html import html_report
from phonecom_events.sandbox import Sandbox, clean_estate, fill_estate

from .builders import NOW
from .html_page import Page


async def test_every_check_of_the_estate_is_on_the_page(
    sandbox: Sandbox, phonecom: PhoneComClient, linq: LinqClient
) -> None:
    """What the report has, the page has, with the same numbers."""
    fill_estate(sandbox, now=NOW)
    report = await audit(phonecom, sandbox.accounts, linq=linq, now=NOW)
    seen = Page(html_report(report))
    assert seen.unbalanced == []
    assert set(seen.values("id")) >= {finding.id for finding in report.findings}
    numbers = [report.counts[severity] for severity in Severity]
    assert "{:,} errors, {:,} warnings and {:,} infos in".format(*numbers) in seen.text
    assert f"{report.items['listeners']:,} Listeners" in seen.text
    for host in ("hooks. contoso. com https", "localhost https", "127. 0. 0. 1 https"):
        assert host in seen.text


async def test_the_page_of_a_clean_estate_is_quiet(
    sandbox: Sandbox, phonecom: PhoneComClient, linq: LinqClient
) -> None:
    """It has its charts of listeners and hosts, and not one finding."""
    clean_estate(sandbox, now=NOW)
    report = await audit(phonecom, sandbox.accounts, linq=linq, now=NOW)
    seen = Page(html_report(report))
    assert "verdict good" in seen.values("class")
    assert "Listeners by age" in seen.text
    assert "Findings by account" not in seen.text
    assert "There are none." in seen.text
