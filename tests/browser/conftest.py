"""A report of an estate with every problem, in a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from phonecom_events import LinqClient, PhoneComClient
from phonecom_events.audit import audit
from phonecom_events.audit.html import html_report
from phonecom_events.sandbox import Sandbox, fill_estate

from .chromium import Chromium
from .site import Site

NOW = datetime(2027, 1, 31, 12, tzinfo=UTC)
HOSTILE = "https://hooks.example.com/</style><script>document.title='run'</script>"
MEASURING = Path(__file__).with_name("measuring.html").read_text(encoding="utf-8")

Measure = Callable[..., dict[str, Any]]


@pytest.fixture
async def report() -> str:
    """The page about the estate, with an account that cannot be read."""
    sandbox = Sandbox(clock=NOW.timestamp)
    fill_estate(sandbox, now=NOW)
    for days in (1, 20, 60, 500, 900):
        sandbox.add_listener(
            1000004,
            created_at=int((NOW - timedelta(days=days)).timestamp()),
            expires_at=int((NOW + timedelta(days=days)).timestamp()),
        )
    hostile = sandbox.add_callback(1000004, name=HOSTILE, config={"url": HOSTILE})
    sandbox.add_listener(1000004, callback_id=hostile["id"])
    async with (
        sandbox,
        PhoneComClient(sandbox.token, base_url=sandbox.phonecom_url) as phonecom,
        LinqClient(sandbox.api_key, base_url=sandbox.linq_url) as linq,
    ):
        accounts = [*sandbox.accounts, 9]
        return html_report(await audit(phonecom, accounts, linq=linq, now=NOW))


@pytest.fixture
def chromium(tmp_path: Path) -> Chromium:
    """A browser that has never been used."""
    return Chromium(tmp_path / "profile")


@pytest.fixture
def measure(report: str, chromium: Chromium) -> Measure:
    """Open the report in frames of several widths, and measure it there."""

    def run(*, dark: bool = False) -> dict[str, Any]:
        pages = {"/": MEASURING, "/report.html": report}
        with Site(pages) as site:
            dom = chromium.dom(site.url("/"), dark=dark)
        assert set(site.asked) <= {"/", "/report.html", "/favicon.ico"}
        found = re.search(r"<output>(.*?)</output>", dom)
        assert found, dom
        measures: dict[str, Any] = json.loads(unescape(found[1]))
        return measures

    return run
