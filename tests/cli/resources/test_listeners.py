"""The listeners commands: what they send, and what they print."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest

from phonecom_events.sandbox import Fault, Sandbox

from ..conftest import ACCOUNT, Cli

HERE = ("--account", ACCOUNT)


def sent(sandbox: Sandbox) -> tuple[str, str, object]:
    """Return method, path and JSON of the only request."""
    (request,) = sandbox.requests
    path = request.path.removeprefix(f"/v4/accounts/{ACCOUNT}")
    return request.method, path.replace("/integrations/events", ""), request.json


async def test_a_listener_is_created_with_what_is_given(
    cli: Cli, sandbox: Sandbox
) -> None:
    """Options become fields, times Unix seconds; what is not given is not sent."""
    result = await cli(
        *("listeners", "create", *HERE, "--callback-id", 1776),
        *("--expires-at", "2027-01-31T09:00:00+02:00", "--format", "json"),
    )
    assert result.code == 0
    body = {"callback_id": 1776, "expires_at": 1801378800}
    assert sent(sandbox) == ("POST", "/listeners", body)
    created = json.loads(result.out)
    assert created["callback_id"] == 1776
    assert created["expires_at"] == 1801378800


@pytest.mark.parametrize(
    ("options", "body"),
    [
        (["--expires-at", "never"], {"expires_at": None}),
        (["--expires-at", "none"], {"expires_at": None}),
        (["--expires-at", "2027-01-31T07:00Z"], {"expires_at": 1801378800}),
        (["--version", "1.1.0"], {"version": "1.1.0"}),
        (
            ["--callback-id", 5, "--version", "2.0.0"],
            {"callback_id": 5, "version": "2.0.0"},
        ),
    ],
)
async def test_an_update_sends_only_what_is_given(
    cli: Cli, sandbox: Sandbox, options: list[object], body: dict[str, object]
) -> None:
    """`never` is null, and every other field is left alone."""
    row = sandbox.add_listener(ACCOUNT, expires_at=1)
    result = await cli("listeners", "update", row["id"], *HERE, *options)
    assert result.code == 0
    assert sent(sandbox) == ("PATCH", f"/listeners/{row['id']}", body)


async def test_an_update_of_nothing_is_refused(cli: Cli, sandbox: Sandbox) -> None:
    """Without an option there is nothing to send, and nothing is sent."""
    result = await cli("listeners", "update", 5, *HERE)
    assert result.code == 2
    assert "nothing to update" in result.err
    assert sandbox.requests == ()


async def test_a_time_that_is_none_is_refused(cli: Cli, sandbox: Sandbox) -> None:
    """The usage error shows what a time looks like, and nothing is requested."""
    result = await cli(
        "listeners", "create", *HERE, "--callback-id", 5, "--expires-at", "soon"
    )
    assert result.code == 2
    assert "'soon' is no time: expected 2027-01-31T09:00Z" in result.err
    assert sandbox.requests == ()


async def test_the_answer_shows_the_absolute_time(cli: Cli, sandbox: Sandbox) -> None:
    """A time counted from now is shown as the moment that it has become."""
    row = sandbox.add_listener(ACCOUNT)
    change = ("listeners", "update", row["id"], *HERE, "--expires-at")
    result = await cli(*change, "+30d")
    soon = datetime.now(UTC) + timedelta(days=30)
    shown = result.out.splitlines()[-1].removeprefix("expires_at    ")
    assert soon - timedelta(minutes=2) < datetime.fromisoformat(shown) <= soon
    assert (await cli(*change, "2027-01-31")).out.endswith("  2027-01-31 00:00Z\n")


async def test_a_listener_is_shown(cli: Cli, sandbox: Sandbox) -> None:
    """The default is a block of fields, with times for people."""
    row = sandbox.add_listener(
        ACCOUNT, id=1001, callback_id=1768, created_at=1592928702
    )
    result = await cli("listeners", "get", row["id"], *HERE)
    assert result.out.splitlines() == [
        "id            1001",
        f"voip_id       {ACCOUNT}",
        "extension_id  -",
        "version       2.0.0",
        "callback_id   1768",
        "created_at    2020-06-23 16:11Z",
        "expires_at    -",
    ]


async def test_a_listener_is_deleted(cli: Cli, sandbox: Sandbox) -> None:
    """The row is gone; stdout stays empty, stderr says what was done."""
    row = sandbox.add_listener(ACCOUNT)
    result = await cli("listeners", "delete", row["id"], *HERE)
    assert (result.code, result.out) == (0, "")
    assert result.err == f"phonecom-events: deleted listener {row['id']}\n"
    with pytest.raises(KeyError):
        sandbox.remove_listener(row["id"])


async def test_an_extension_is_a_part_of_the_path(cli: Cli, sandbox: Sandbox) -> None:
    """With --extension the same commands work on the extension's path."""
    row = sandbox.add_listener(ACCOUNT, extension_id=500)
    result = await cli("listeners", "get", row["id"], *HERE, "--extension", 500)
    assert result.code == 0
    assert sent(sandbox)[1] == f"/extensions/500/listeners/{row['id']}"


async def test_list_options_are_sent(cli: Cli, sandbox: Sandbox) -> None:
    """Page size, order and filter go into the query; --max-items ends the scan."""
    for number in range(1, 8):
        sandbox.add_listener(ACCOUNT, id=number, callback_id=1768)
    sandbox.add_listener(ACCOUNT, id=99)
    result = await cli(
        *("listeners", "list", *HERE, "--page-size", 2, "--max-items", 3),
        *("--order", "asc", "--callback-id", 1768, "--format", "ndjson"),
    )
    assert [json.loads(line)["id"] for line in result.out.splitlines()] == [1, 2, 3]
    query = dict(sandbox.requests[0].query)
    assert query == {
        "limit": "2",
        "offset": "0",
        "sort[id]": "asc",
        "filters[callback_id]": "1768",
    }


async def test_a_list_as_json_is_a_list(cli: Cli, sandbox: Sandbox) -> None:
    """JSON is an array of what the API sent, empty if there is nothing."""
    assert (
        json.loads((await cli("listeners", "list", *HERE, "--format", "json")).out)
        == []
    )
    rows = [sandbox.add_listener(ACCOUNT) for _ in range(3)]
    result = await cli("listeners", "list", *HERE, "--format", "json")
    assert json.loads(result.out) == rows[::-1]


async def test_a_list_as_csv_has_every_field(cli: Cli, sandbox: Sandbox) -> None:
    """CSV has a header, ISO times, and nothing for null; the header alone if empty."""
    empty = await cli("listeners", "list", *HERE, "--format", "csv")
    assert len(empty.out.splitlines()) == 1
    sandbox.add_listener(ACCOUNT, id=7, created_at=1592928702)
    result = await cli("listeners", "list", *HERE, "--format", "csv")
    (row,) = csv.DictReader(io.StringIO(result.out))
    assert row == {
        "id": "7",
        "voip_id": str(ACCOUNT),
        "version": "2.0.0",
        "callback_id": "1",
        "created_at": "2020-06-23T16:11:42Z",
        "extension_id": "",
        "expires_at": "",
    }


@pytest.mark.parametrize("count", [0, 3, 500, 501, 1200])
async def test_a_table_has_a_header_and_every_row(
    cli: Cli, sandbox: Sandbox, count: int
) -> None:
    """Columns line up with the header, however many rows there are."""
    for number in range(1, count + 1):
        sandbox.add_listener(ACCOUNT, id=number)
    lines = (await cli("listeners", "list", *HERE)).out.splitlines()
    assert lines[0].split()[:2] == ["id", "callback_id"]
    assert [int(line.split()[0]) for line in lines[1:]] == list(range(count, 0, -1))


async def test_a_list_that_is_not_proven_is_noted(cli: Cli, sandbox: Sandbox) -> None:
    """The rows are printed, and stderr says that some may be missing."""
    row = {"voip_id": 1, "version": "2.0.0", "callback_id": 1, "created_at": 1}
    body = {"items": [{"id": 1, **row}, {"id": 3, **row}, {"id": 2, **row}]}
    sandbox.fault(Fault(path="/listeners", status=200, body=body))
    result = await cli("listeners", "list", *HERE, "--format", "ndjson")
    assert (result.code, len(result.out.splitlines())) == (0, 3)
    assert "cannot be proven complete" in result.err


async def test_a_list_that_breaks_off_is_an_error(cli: Cli, sandbox: Sandbox) -> None:
    """What came before the error is printed, then one line, and 2."""
    for _ in range(1200):
        sandbox.add_listener(ACCOUNT)
    sandbox.fault(Fault(path="/listeners", skip=1, times=None, status=403))
    result = await cli("listeners", "list", *HERE, "--format", "ndjson")
    assert result.code == 2
    assert len(result.out.splitlines()) == 500
    assert len(result.err.splitlines()) == 1


def odd_listeners(sandbox: Sandbox, count: int) -> None:
    """Put in one good listener, and some with a time that is none."""
    sandbox.add_listener(ACCOUNT, id=1)
    for number in range(2, count + 2):
        sandbox.add_listener(ACCOUNT, id=number)
        sandbox.tables.listeners[number]["created_at"] = "noon"


@pytest.mark.parametrize(("strict", "code"), [([], 0), (["--strict"], 3)])
async def test_odd_rows_are_told_on_stderr_beside_the_good_ones(
    cli: Cli, sandbox: Sandbox, strict: list[str], code: int
) -> None:
    """Each has a line with its id and what is odd; the exit code is 3 on request."""
    odd_listeners(sandbox, 2)
    result = await cli("listeners", "list", *HERE, "--format", "ndjson", *strict)
    assert result.code == code
    assert [json.loads(line)["id"] for line in result.out.splitlines()] == [1]
    lines = result.err.splitlines()
    assert [line.split(" is not as documented: ")[0] for line in lines] == [
        "phonecom-events: row 3",
        "phonecom-events: row 2",
    ]
    assert all("created_at" in line for line in lines)


async def test_no_more_than_twenty_odd_rows_are_told_one_by_one(
    cli: Cli, sandbox: Sandbox
) -> None:
    """The rest is a count."""
    odd_listeners(sandbox, 25)
    result = await cli("listeners", "list", *HERE)
    assert len(result.err.splitlines()) == 21
    assert "5 more rows are not as documented" in result.err


async def test_an_odd_listener_can_be_looked_at_raw(cli: Cli, sandbox: Sandbox) -> None:
    """`get` says where it is odd and how to go on; `--raw` prints it as it came."""
    odd_listeners(sandbox, 1)
    result = await cli("listeners", "get", 2, *HERE)
    assert (result.code, result.out) == (2, "")
    assert "$.created_at" in result.err
    assert "--raw prints it as it came" in result.err
    raw = await cli("listeners", "get", 2, *HERE, "--raw")
    assert raw.code == 0
    assert json.loads(raw.out)["created_at"] == "noon"
