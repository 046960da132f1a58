"""The audit as an HTML page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from phonecom_events.sandbox import Fault, Sandbox

from ..conftest import ACCOUNT, Cli

PAGE = ("audit", "--format", "html")


async def test_the_page_has_what_the_report_has(cli: Cli, bare: None) -> None:
    """It goes to stdout, whole, with every check that the JSON names."""
    page = await cli(*PAGE, "--sandbox")
    assert (page.code, page.err) == (0, "")
    assert page.out.startswith("<!doctype html>")
    assert page.out.endswith("</html>\n")
    report = json.loads((await cli("audit", "--sandbox", "--format", "json")).out)
    ids = {finding["id"] for finding in report["findings"]}
    assert len(ids) > 25
    assert all(f'id="{check}"' in page.out for check in ids)


@pytest.mark.parametrize(
    ("threshold", "code"), [("never", 0), ("error", 0), ("warning", 1), ("info", 1)]
)
async def test_the_threshold_counts_for_a_page_too(
    cli: Cli, sandbox: Sandbox, threshold: str, code: int
) -> None:
    """A version 1.x listener is a warning."""
    callback = sandbox.add_callback(
        ACCOUNT,
        config={"url": "https://hooks.contoso.com/"},
        profile_id=sandbox.add_profile(ACCOUNT)["id"],
    )
    listener = sandbox.add_listener(
        ACCOUNT, version="1.0.0", callback_id=callback["id"]
    )
    sandbox.add_subscription(listener["id"])
    result = await cli(*PAGE, "--no-linq", "--fail-on", threshold)
    assert result.code == code
    assert "PC103" in result.out


async def test_an_account_that_cannot_be_read_is_on_the_page(
    cli: Cli, sandbox: Sandbox
) -> None:
    """The page comes all the same; the exit code is 2, and stderr says which."""
    sandbox.fault(Fault(path="/integrations", times=None, status=403))
    result = await cli(*PAGE, "--no-linq")
    assert result.code == 2
    assert "This audit has gaps." in result.out
    assert f"could not be read: {ACCOUNT}" in result.err


async def test_a_page_tells_what_is_new(
    cli: Cli, sandbox: Sandbox, tmp_path: Path
) -> None:
    """With a baseline only what is new makes the exit code 1."""
    sandbox.add_listener(ACCOUNT, id=1, expires_at=5)
    earlier = tmp_path / "earlier.json"
    first = await cli(
        *("audit", "--no-linq", "--format", "json", "--output", earlier),
    )
    assert first.code == 0
    since = (*PAGE, "--no-linq", "--baseline", earlier, "--fail-on", "info")
    same = await cli(*since)
    assert same.code == 0
    assert "0 new, 0 fixed" in same.out
    sandbox.add_listener(ACCOUNT, id=2, expires_at=5)
    more = await cli(*since)
    assert more.code == 1
    assert "New (" in more.out
