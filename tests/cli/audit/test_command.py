"""The audit command: formats, exit codes, and where its accounts come from."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime

import pytest

from phonecom_events.sandbox import Fault, Sandbox

from ..conftest import ACCOUNT, Cli

FORMATS = ["table", "json", "ndjson", "csv"]


async def test_the_sandbox_audit_needs_nothing(cli: Cli) -> None:
    """Without token or account it audits the made-up estate, and exits with 0."""
    result = await cli("audit", "--sandbox", "--format", "json")
    assert result.code == 0
    assert result.err == ""
    report = json.loads(result.out)
    kinds = {finding["where"]["kind"] for finding in report["findings"]}
    assert {"listener", "profile", "webhook_subscription"} <= kinds
    assert report["summary"]["unreadable"] == 0
    assert report["summary"]["items"]["listeners"] > 500


async def test_the_sandbox_audit_fails_if_asked_to(cli: Cli) -> None:
    """With a threshold that the estate reaches, it exits with 1."""
    result = await cli("audit", "--sandbox", "--fail-on", "warning")
    assert result.code == 1


async def test_one_account_of_the_sandbox_can_be_chosen(cli: Cli) -> None:
    """`--account` narrows the estate down."""
    result = await cli("audit", "--sandbox", "--account", 1000001, "--format", "json")
    audited = json.loads(result.out)["audited"]
    assert [part["account"] for part in audited] == [1000001, None]


async def test_the_summary_comes_last(cli: Cli, sandbox: Sandbox) -> None:
    """The last lines of a table count findings and what was read."""
    sandbox.add_listener(ACCOUNT, expires_at=1)
    sandbox.add_profile(ACCOUNT)
    result = await cli("audit")
    told = " ".join(result.out.splitlines()[-2:])
    assert told.startswith(
        "1 error, 0 warnings, 1 info. Read 1 listener, 0 callbacks, 1 profile, 0"
        " webhook subscriptions of 1 account in 4 requests and "
    )


@pytest.mark.parametrize("form", FORMATS)
async def test_every_format_tells_the_findings(
    cli: Cli, sandbox: Sandbox, form: str
) -> None:
    """Whatever the format, the expired listener is told, with its account."""
    listener = sandbox.add_listener(ACCOUNT, expires_at=1)
    result = await cli("audit", "--format", form)
    assert result.code == 0
    for text in ("PC101", "Listener has expired", str(listener["id"]), str(ACCOUNT)):
        assert text in result.out
    assert "\x1b" not in result.out


async def test_ndjson_is_one_finding_a_line(cli: Cli, sandbox: Sandbox) -> None:
    """Each line is a finding as it stands in the JSON report."""
    sandbox.add_listener(ACCOUNT, expires_at=1)
    sandbox.add_linq_subscription(is_active=False)
    lines = (await cli("audit", "--format", "ndjson")).out.splitlines()
    report = json.loads((await cli("audit", "--format", "json")).out)
    told = [json.loads(line) for line in lines]
    assert sorted(told, key=str) == sorted(report["findings"], key=str)


async def test_csv_has_a_column_for_each_part(cli: Cli, sandbox: Sandbox) -> None:
    """The place of a finding is spread over columns."""
    sandbox.add_listener(ACCOUNT, extension_id=500, expires_at=1)
    result = await cli("audit", "--format", "csv")
    (row,) = csv.DictReader(io.StringIO(result.out))
    assert row["severity"] == "error"
    assert row["account"] == str(ACCOUNT)
    assert row["extension"] == "500"
    assert row["kind"] == "listener"
    assert row["why"].startswith("expired 1970-01-01")


@pytest.mark.parametrize(
    ("fail_on", "code"), [("never", 0), ("error", 0), ("warning", 1), ("info", 1)]
)
async def test_the_threshold_decides_between_0_and_1(
    cli: Cli, sandbox: Sandbox, fail_on: str, code: int
) -> None:
    """A warning is as bad as warning and info, and not as bad as error."""
    sandbox.add_profile(ACCOUNT, support_email=None)
    assert (await cli("audit", "--fail-on", fail_on)).code == code


async def test_an_unknown_account_makes_2_and_the_others_are_audited(
    cli: Cli, sandbox: Sandbox
) -> None:
    """The report has both, and stderr says in one line what is missing."""
    sandbox.add_listener(ACCOUNT, expires_at=1)
    result = await cli(
        "audit", "--account", ACCOUNT, "--account", 999, "--format", "ndjson"
    )
    assert result.code == 2
    told = {json.loads(line)["id"] for line in result.out.splitlines()}
    assert told == {"PC001", "PC101"}
    assert result.err == (
        "phonecom-events: could not be read: 999; the report says why\n"
    )


async def test_many_unreadable_accounts_are_still_one_line(
    cli: Cli, sandbox: Sandbox
) -> None:
    """Ten are named, the others counted."""
    accounts = [part for n in range(1, 13) for part in ("--account", n)]
    result = await cli("audit", *accounts, "--format", "csv")
    assert result.err == (
        "phonecom-events: could not be read: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more;"
        " the report says why\n"
    )


async def test_a_wrong_linq_key_makes_2(
    cli: Cli, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Linq that cannot be read is a gap, like an account."""
    monkeypatch.setenv("LINQ_API_V3_API_KEY", "wrong")
    result = await cli("audit")
    assert result.code == 2
    assert "LQ001" in result.out
    assert "could not be read: Linq;" in result.err


@pytest.mark.parametrize("form", [*FORMATS, "html"])
@pytest.mark.parametrize("options", [(), ("--ignore", "LQ109")], ids=["", "ignored"])
async def test_what_a_linq_key_may_not_read_is_told(
    cli: Cli, sandbox: Sandbox, form: str, options: tuple[str, ...]
) -> None:
    """It is no finding and no failure, and who ignores the check is not told."""
    sandbox.add_linq_subscription(phone_numbers=["+12025550101"])
    sandbox.fault(Fault(path="/v3/phone_numbers", status=403, times=None))
    result = await cli("audit", "--format", form, "--fail-on", "error", *options)
    assert result.code == 0
    place = result.err if form in {"ndjson", "csv"} else result.out
    words = "refused" if form == "json" else "cannot tell: GET /v3/phone_numbers: 403"
    if form == "html":
        words = "Linq, phone numbers: could not be read"
    expected = form in {"json", "html"} or not options
    assert (words in " ".join(place.split())) is expected


@pytest.mark.parametrize("how", ["option", "no key"])
async def test_linq_can_be_left_out(
    cli: Cli, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """Without a key, or with --no-linq, no request goes to Linq."""
    sandbox.add_linq_subscription(is_active=False)
    if how == "no key":
        monkeypatch.delenv("LINQ_API_V3_API_KEY")
    result = await cli("audit", *(["--no-linq"] if how == "option" else []))
    assert "Linq" not in result.out
    assert {request.service for request in sandbox.requests} == {"phonecom"}


async def test_soon_is_as_many_days_as_asked_for(cli: Cli, sandbox: Sandbox) -> None:
    """A listener that ends in 40 days expires soon only if 50 are asked for."""
    end = int(datetime.now(UTC).timestamp()) + 40 * 86_400
    sandbox.add_listener(ACCOUNT, expires_at=end)
    assert "PC102" not in (await cli("audit")).out
    assert "PC102" in (await cli("audit", "--expiring-days", 50)).out


@pytest.mark.parametrize("accounts", ["1,2", " 1, 2 ,", "1 2", "1,2,1"])
async def test_accounts_come_from_the_environment(
    cli: Cli, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, accounts: str
) -> None:
    """PHONECOM_ACCOUNTS is a list with commas, in which blanks do not matter."""
    sandbox.add_account(1)
    sandbox.add_account(2)
    monkeypatch.setenv("PHONECOM_ACCOUNTS", accounts)
    report = json.loads((await cli("audit", "--format", "json")).out)
    assert [part["account"] for part in report["audited"]] == [1, 2, None]


@pytest.mark.parametrize("accounts", ["x", "1,-2", "0", "1;2", "²", "1.5"])
async def test_accounts_that_are_none_are_refused(
    cli: Cli, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, accounts: str
) -> None:
    """Text that is no voip id is told, and nothing is requested."""
    monkeypatch.setenv("PHONECOM_ACCOUNTS", accounts)
    result = await cli("audit")
    assert result.code == 2
    assert "is no voip id" in result.err
    assert len(result.err.splitlines()) == 1
    assert sandbox.requests == ()


async def test_without_accounts_the_way_out_is_told(
    cli: Cli, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither option nor variable: one line names both, and the sandbox."""
    monkeypatch.delenv("PHONECOM_ACCOUNTS")
    result = await cli("audit")
    assert result.code == 2
    assert len(result.err.splitlines()) == 1
    for way in ("--account", "PHONECOM_ACCOUNTS", "--sandbox"):
        assert way in result.err


async def test_a_listing_that_is_not_proven_is_in_the_report(
    cli: Cli, sandbox: Sandbox
) -> None:
    """Rows out of order are told as a finding, not hidden."""
    row = {"voip_id": ACCOUNT, "name": "x", "support_email": "a@b.cd", "created_at": 1}
    body = {"items": [{"id": 1, **row}, {"id": 2, **row}]}
    sandbox.fault(Fault(path="/profiles", status=200, body=body))
    result = await cli("audit", "--format", "ndjson")
    assert [json.loads(line)["id"] for line in result.out.splitlines()] == ["PC002"]


async def test_requests_are_logged_if_asked_for(cli: Cli, sandbox: Sandbox) -> None:
    """`-vv` logs every request to stderr, and never the token."""
    result = await cli("audit", "-vv", "--format", "ndjson")
    path = f"GET /accounts/{ACCOUNT}/integrations/events/overview: 200"
    assert path in result.err
    assert result.out == ""
    assert sandbox.token not in result.err
    assert (await cli("audit")).err == ""
