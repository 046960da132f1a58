"""The callbacks commands: what they send, what they print, and what they keep."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from phonecom_events.sandbox import Sandbox

from ..conftest import ACCOUNT, Cli
from ..sent import asked, sent

HERE = ("--account", ACCOUNT)
URL = "https://hooks.example.com/crm"
SECRET = "Bearer s3cr3t"


def guarded(sandbox: Sandbox) -> int:
    """Add a callback with one header that the API masks and one that it shows."""
    headers = [
        {"name": "Authorization", "value": SECRET},
        {"name": "X-Source", "value": "s0urce"},
    ]
    row = sandbox.add_callback(
        ACCOUNT, name="CRM", config={"url": URL, "headers": headers}
    )
    key: int = row["id"]
    return key


@pytest.mark.parametrize(
    ("options", "body"),
    [
        (
            ["--url", URL],
            {"mode": "HTTPS", "config": {"url": URL, "method": "POST"}},
        ),
        (
            ["--url", "http://hooks.example.com/", "--method", "PUT", "--timeout", 5],
            {
                "mode": "HTTP",
                "config": {
                    "url": "http://hooks.example.com/",
                    "method": "PUT",
                    "timeout": 5,
                },
            },
        ),
        (
            ["--email", "ops@example.com", "--mail-form", "text"],
            {"mode": "EMAIL", "config": {"email": "ops@example.com", "mode": "text"}},
        ),
        (
            ["--email", "ops@example.com", "--rate-limit", "100/60", "--disabled"],
            {
                "enabled": False,
                "mode": "EMAIL",
                "config": {
                    "email": "ops@example.com",
                    "mode": "json",
                    "rate_limit": {"number": 100, "period": 60},
                },
            },
        ),
        (
            ["--url", URL, "--name", "a, b", "--profile-id", "none"],
            {
                "name": "a, b",
                "profile_id": None,
                "mode": "HTTPS",
                "config": {"url": URL, "method": "POST"},
            },
        ),
        (
            ["--url", URL, "--profile-id", 7, "--fallback-callback-id", 8],
            {
                "profile_id": 7,
                "fallback_callback_id": 8,
                "mode": "HTTPS",
                "config": {"url": URL, "method": "POST"},
            },
        ),
    ],
)
async def test_options_become_a_config(
    cli: Cli, sandbox: Sandbox, options: list[object], body: dict[str, object]
) -> None:
    """The mode follows from the target; what is not given is not sent."""
    result = await cli("callbacks", "create", *HERE, *options)
    assert (result.code, result.err) == (0, "")
    assert sent(sandbox) == ("POST", "/callbacks", body)


async def test_a_config_can_come_from_a_file(
    cli: Cli, sandbox: Sandbox, tmp_path: Path
) -> None:
    """Applications are given as the API has them, unknown keys included."""
    config = {
        "application": "sms-autoresponder",
        "parameters": {"message": "Later.", "rate-limit": 300},
        "new": 1,
    }
    file = tmp_path / "config.json"
    file.write_text(json.dumps(config))
    result = await cli("callbacks", "create", *HERE, "--config", file)
    assert result.code == 0
    body = {"mode": "APPLICATION", "config": config}
    assert sent(sandbox) == ("POST", "/callbacks", body)
    assert 'other                 {"message": "Later.", "rate-limit": 300}' in (
        result.out.replace(', "new": 1', "")
    )


async def test_secrets_come_from_where_they_are_kept(
    cli: Cli, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """URL and headers are read from variables and files, and sent as they are."""
    monkeypatch.setenv("CRM_KEY", SECRET)
    key, url = tmp_path / "key", tmp_path / "url"
    key.write_text("k3y\n")
    url.write_text(f"{URL}/p4th\r\n")
    result = await cli(
        *("callbacks", "create", *HERE, "--url", f"file:{url}", "--format", "json"),
        *("--header", "Authorization=env:CRM_KEY", "--header", f"X-Api-Key=file:{key}"),
    )
    assert result.code == 0
    (request,) = sandbox.requests
    assert request.json["config"] == {
        "url": f"{URL}/p4th",
        "method": "POST",
        "headers": [
            {"name": "Authorization", "value": SECRET},
            {"name": "X-Api-Key", "value": "k3y"},
        ],
    }
    assert SECRET not in result.out + result.err
    assert "k3y" not in result.out + result.err


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ([], "exactly one of --url, --email and --config"),
        (["--url", URL, "--email", "a@example.com"], "exactly one of"),
        (["--email", "a@example.com", "--method", "PUT"], "--method does not go with"),
        (["--url", URL, "--mail-form", "text"], "--mail-form does not go with --url"),
        (["--url", URL, "--rate-limit", "often"], "is not N/SECONDS"),
        (["--url", URL, "--rate-limit", "5/"], "is not N/SECONDS"),
        (["--url", URL, "--profile-id", "ops"], "neither an id nor none"),
        (["--url", URL, "--profile-id", "0"], "neither an id nor none"),
        (["--url", URL, "--header", "X-Api-Key"], "a header is NAME=SOURCE"),
        (["--url", URL, "--header", "X-Api-Key=s3cr3t"], "give env:NAME or file:PATH"),
        (["--url", URL, "--header", "X=env:NOT_THERE"], "does not hold anything"),
        (["--url", "env:NOT_THERE"], "--url: env:NOT_THERE does not hold anything"),
        (["--url", "file:/not/there"], "--url: cannot read /not/there"),
        (["--config", "/not/there"], "cannot use /not/there as a config"),
    ],
)
async def test_options_that_make_no_config_are_refused(
    cli: Cli, sandbox: Sandbox, options: list[object], problem: str
) -> None:
    """One line says what is wrong; nothing is sent, and no value is repeated."""
    result = await cli("callbacks", "create", *HERE, *options)
    assert (result.code, result.out) == (2, "")
    assert problem in " ".join(result.err.split())
    assert "s3cr3t" not in result.err
    assert sandbox.requests == ()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"{", "not JSON"),
        (b"\xff", "not UTF-8"),
        (b"[]", "no object with one of url, email, application"),
        (b"{}", "no object with one of url, email, application"),
        (b'{"url": 1}', "expected a string, got an integer @ $.url"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
async def test_a_file_that_is_no_config_is_refused(
    cli: Cli, sandbox: Sandbox, tmp_path: Path, content: bytes, problem: str
) -> None:
    """It is read before anything is sent, and the error names the file."""
    file = tmp_path / "config.json"
    file.write_bytes(content)
    result = await cli("callbacks", "create", *HERE, "--config", file)
    assert result.code == 2
    assert result.err.startswith(f"phonecom-events: cannot use {file} as a config: ")
    assert problem in result.err
    assert sandbox.requests == ()


async def test_a_masked_config_is_not_written_back(
    cli: Cli, sandbox: Sandbox, tmp_path: Path
) -> None:
    """What `get` prints of a header is no value, and is refused as one."""
    key = guarded(sandbox)
    shown = await cli("callbacks", "get", key, *HERE, "--format", "json")
    file = tmp_path / "config.json"
    file.write_text(json.dumps(json.loads(shown.out)["config"]))
    result = await cli("callbacks", "update", key, *HERE, "--config", file)
    assert result.code == 2
    assert "a header's value is masked" in result.err
    assert [request.method for request in sandbox.requests] == ["GET"]


@pytest.mark.parametrize("form", ["table", "json", "ndjson", "csv"])
@pytest.mark.parametrize("verb", ["get", "list"])
async def test_no_value_of_a_header_is_shown(
    cli: Cli, sandbox: Sandbox, form: str, verb: str
) -> None:
    """Neither those that the API masks nor those that it shows, in no form."""
    key = guarded(sandbox)
    which = [key] if verb == "get" else []
    result = await cli("callbacks", verb, *which, *HERE, "--format", form)
    assert result.code == 0
    assert URL in result.out
    assert SECRET not in result.out
    assert "s0urce" not in result.out


async def test_a_callback_is_shown_as_a_block(cli: Cli, sandbox: Sandbox) -> None:
    """Its config is laid out with the rest, headers with their names alone."""
    row = sandbox.add_callback(
        ACCOUNT,
        id=1768,
        name="CRM",
        config={
            "url": URL,
            "headers": [{"name": "X-Api-Key", "value": "k"}],
            "rate_limit": {"number": 10, "period": 60},
        },
    )
    result = await cli("callbacks", "get", row["id"], *HERE)
    assert result.out.splitlines() == [
        "id                    1768",
        f"voip_id               {ACCOUNT}",
        "extension_id          -",
        "name                  CRM",
        "enabled               true",
        "mode                  HTTPS",
        f"target                {URL}",
        "method                POST",
        "headers               X-Api-Key=(masked)",
        "timeout               -",
        "rate_limit            10/60",
        "other                 -",
        "profile_id            -",
        "fallback_callback_id  -",
    ]


async def test_masked_headers_are_true_in_json(cli: Cli, sandbox: Sandbox) -> None:
    """JSON is as the API writes it, with its own mask for every header."""
    key = guarded(sandbox)
    result = await cli("callbacks", "get", key, *HERE, "--format", "json")
    assert json.loads(result.out)["config"]["headers"] == [
        {"name": "Authorization", "value": True},
        {"name": "X-Source", "value": True},
    ]


async def test_callbacks_are_listed(cli: Cli, sandbox: Sandbox) -> None:
    """The table says of every kind where it delivers."""
    sandbox.add_callback(ACCOUNT, id=1, name="Web", config={"url": URL})
    sandbox.add_callback(
        ACCOUNT, id=2, name="Mail", mode="EMAIL", config={"email": "a@example.com"}
    )
    application = {"application": "google-analytics", "parameters": {"tracking_id": ""}}
    sandbox.add_callback(
        ACCOUNT, id=3, mode="APPLICATION", config=application, enabled=False
    )
    sandbox.add_callback(ACCOUNT, id=4, mode="PIGEON", config={"headers": ["s3cr3t"]})
    sandbox.add_callback(ACCOUNT, id=5, config={})
    result = await cli("callbacks", "list", *HERE, "--order", "asc")
    assert result.out.splitlines() == [
        "id  enabled  mode         profile_id  name  target",
        f"1   true     HTTPS        -           Web   {URL}",
        "2   true     EMAIL        -           Mail  a@example.com",
        "3   false    APPLICATION  -           -     google-analytics",
        "4   true     PIGEON       -           -     -",
        "5   true     HTTPS        -           -     -",
    ]
    rows = await cli("callbacks", "list", *HERE, "--order", "asc", "--format", "csv")
    others = [row["other"] for row in csv.DictReader(io.StringIO(rows.out))]
    assert others[3] == '{"headers": [true]}'


async def test_conditions_are_sent(cli: Cli, sandbox: Sandbox) -> None:
    """`--filter` writes the API's own grammar, and subaccounts can be included."""
    result = await cli(
        *("callbacks", "list", *HERE, "--filter", "name=contains:a,b"),
        *("--filter", "profile_id=7", "--include-subaccounts"),
    )
    assert result.code == 0
    assert asked(sandbox) == {
        "filters[name]": "contains:a\\,b",
        "filters[profile_id]": "7",
        "include_subaccounts": "1",
    }
    assert result.out.split()[:2] == ["voip_id", "id"]


@pytest.mark.parametrize(
    ("options", "body"),
    [
        (["--disabled"], {"enabled": False}),
        (["--enabled", "--name", "New"], {"enabled": True, "name": "New"}),
        (["--profile-id", "none"], {"profile_id": None}),
        (
            ["--email", "a@example.com"],
            {"mode": "EMAIL", "config": {"email": "a@example.com", "mode": "json"}},
        ),
    ],
)
async def test_an_update_sends_only_what_is_given(
    cli: Cli, sandbox: Sandbox, options: list[str], body: dict[str, object]
) -> None:
    """The config is left alone unless it is given, and then it is sent whole."""
    row = sandbox.add_callback(ACCOUNT)
    result = await cli("callbacks", "update", row["id"], *HERE, *options)
    assert result.code == 0
    assert sent(sandbox) == ("PATCH", f"/callbacks/{row['id']}", body)


async def test_a_part_of_a_config_is_refused(cli: Cli, sandbox: Sandbox) -> None:
    """Whether the API would merge it is not documented, so it is not sent."""
    result = await cli("callbacks", "update", 5, *HERE, "--timeout", 5)
    assert result.code == 2
    assert "sent whole" in result.err
    assert sandbox.requests == ()


async def test_a_callback_in_use_is_not_deleted(cli: Cli, sandbox: Sandbox) -> None:
    """The refusal is told with what to do about it; unused, it is deleted."""
    row = sandbox.add_callback(ACCOUNT)
    listener = sandbox.add_listener(ACCOUNT, callback_id=row["id"])
    refused = await cli("callbacks", "delete", row["id"], *HERE)
    assert refused.code == 2
    assert "Remove what still uses it first." in refused.err
    sandbox.remove_listener(listener["id"])
    assert (await cli("callbacks", "delete", row["id"], *HERE)).code == 0


async def test_health_is_shown_as_it_comes(cli: Cli, sandbox: Sandbox) -> None:
    """Its items have no documented form: every key there is becomes a column."""
    row = sandbox.add_callback(ACCOUNT)
    items = [{"id": 1, "sent": 7}, {"id": 2, "by": {"200": 3}, "=x": None}]
    for item in items:
        sandbox.add_health(row["id"], item)
    command = ("callbacks", "health", row["id"], *HERE, "--order", "asc")
    assert (await cli(*command)).out.splitlines() == [
        *("id    1", "sent  7", ""),
        *("id  2", 'by  {"200": 3}', "=x  -"),
    ]
    assert json.loads((await cli(*command, "--format", "json")).out) == items
    assert (await cli(*command, "--format", "csv")).out.splitlines() == [
        *("id,sent,by,'=x", "1,7,,"),
        '2,,"{""200"": 3}",',
    ]


async def test_no_health_is_nothing(cli: Cli, sandbox: Sandbox) -> None:
    """Without items a table is empty, and JSON an empty list."""
    row = sandbox.add_callback(ACCOUNT)
    command = ("callbacks", "health", row["id"], *HERE)
    assert (await cli(*command)).out == ""
    assert (await cli(*command, "--format", "json")).out == "[]\n"
