"""The commands that write to a history and tell of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from phonecom_events import PhoneComClient
from phonecom_events.sandbox import Sandbox
from tests.cli.conftest import ACCOUNT, Cli


async def test_what_was_created_between_two_audits_is_told(
    cli: Cli, sandbox: Sandbox, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`runs` lists both, `changes` the new row, `show` its life, `trend` the counts."""
    monkeypatch.setenv("PHONECOM_HISTORY", url)
    first = await cli("audit", "-q")
    async with PhoneComClient(sandbox.token, base_url=sandbox.phonecom_url) as client:
        made = await client.account(ACCOUNT).profiles.create(
            name="On call", support_email="on-call@contoso.com"
        )
    second = await cli("audit", "-q")
    assert (first.code, second.code) == (0, 0), first.err + second.err

    runs = await cli("history", "runs", "--format", "json")
    changes = await cli("history", "changes", "--format", "ndjson")
    life = await cli("history", "show", "profile", made.id)
    trend = await cli("history", "trend", "--format", "csv")
    nothing = await cli("history", "changes", "--until", "2020-01-01")

    assert [run["state"] for run in json.loads(runs.out)] == ["finished"] * 2
    told = [json.loads(line) for line in changes.out.splitlines()]
    assert ("profile", str(made.id), "appeared") in [
        (each["kind"], each["id"], each["what"]) for each in told if each["run"] == 2
    ]
    assert "name: On call" in life.out
    assert trend.out.splitlines()[0].startswith("run,started_at,state,errors")
    assert len(trend.out.splitlines()) == 3
    assert len(nothing.out.splitlines()) == 1


async def test_the_page_shows_the_trend(cli: Cli, bare: None, url: str) -> None:
    """With a history, the HTML report has a row for each of the last audits."""
    words = ("audit", "--sandbox", "-q", "--format", "html", "--history", url)
    first = await cli(*words)
    second = await cli(*words)

    assert "Findings by audit" not in first.out
    _, _, chart = second.out.partition("Findings by audit")
    assert chart.partition("</table>")[0].count("<tr") == 3  # a head, and two audits


async def test_a_history_that_is_not_there_is_told(
    cli: Cli, bare: None, tmp_path: Path
) -> None:
    """Commands that tell of a history make none; the line says what would."""
    path = tmp_path / "none.db"
    result = await cli("history", "runs", "--history", f"sqlite:///{path}")

    assert result.code == 2
    assert "there is no history at" in result.err
    assert not path.exists()


async def test_what_no_run_has_seen_has_no_life(
    cli: Cli, sandbox: Sandbox, url: str
) -> None:
    """`show` of an unknown id ends with 2, and so does a kind that there is not."""
    await cli("audit", "-q", "--history", url)
    unknown = await cli("history", "show", "listener", 77, "--history", url)
    wrong = await cli("history", "show", "lisener", 77, "--history", url)

    assert (unknown.code, wrong.code) == (2, 2)
    assert "no run has seen a listener 77" in unknown.err


async def test_a_made_up_estate_is_kept_only_where_it_is_told_to(
    cli: Cli, bare: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`audit --sandbox` leaves the history of the environment alone."""
    path = tmp_path / "audits.db"
    monkeypatch.setenv("PHONECOM_HISTORY", f"sqlite:///{path}")
    result = await cli("audit", "--sandbox", "-q")

    assert result.code == 0
    assert not path.exists()


async def test_a_history_that_cannot_be_used_is_told_before_the_audit(
    cli: Cli, sandbox: Sandbox, tmp_path: Path
) -> None:
    """No request is made, and nothing is written, if the run could not be kept."""
    result = await cli("audit", "-q", "--history", f"sqlite:///{tmp_path}/no/a.db")

    assert result.code == 2
    assert result.out == ""
    assert "cannot make" in result.err


async def test_a_full_disk_costs_the_history_not_the_report(
    cli: Cli,
    sandbox: Sandbox,
    url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where the run cannot be kept until it is written, that is told after the report."""
    sandbox.add_callback(ACCOUNT)
    monkeypatch.setattr(
        "phonecom_events.history.spool.SpooledTemporaryFile",
        lambda **_: Path("/dev/full").open("r+b", buffering=0),  # noqa: SIM115
    )
    result = await cli("audit", "-q", "--history", url)
    runs = await cli("history", "runs", "--history", url, "--format", "json")

    assert result.code == 2
    assert "PC209" in result.out
    assert "until it is written: No space left on device" in result.err
    assert [run["state"] for run in json.loads(runs.out)] == ["unfinished"]
