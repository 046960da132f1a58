"""Whatever goes wrong is one line that says what to do, and exit code 2."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from phonecom_events.cli.running import run
from phonecom_events.sandbox import HTML_PAGE, Fault, Sandbox

from .conftest import ACCOUNT, Cli, Result

LIST = ("listeners", "list", "--account", ACCOUNT)


def assert_one_line(result: Result, *told: str) -> None:
    """Check for exit code 2 and a single line that tells so much."""
    assert (result.code, result.out) == (2, "")
    (line,) = result.err.splitlines()
    assert line.startswith("phonecom-events: ")
    for text in told:
        assert text in line


@pytest.mark.parametrize("token", [None, "", "  "])
async def test_no_token(
    cli: Cli, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, token: str | None
) -> None:
    """A token that is not set is told by the variable's name."""
    if token is None:
        monkeypatch.delenv("PHONECOM_TOKEN")
    else:
        monkeypatch.setenv("PHONECOM_TOKEN", token)
    assert_one_line(await cli(*LIST), "PHONECOM_TOKEN is not set")
    assert_one_line(await cli("audit"), "PHONECOM_TOKEN is not set")


async def test_a_token_that_is_none(
    cli: Cli, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pasted header is refused without being shown."""
    monkeypatch.setenv("PHONECOM_TOKEN", "Bearer canary")
    result = await cli(*LIST)
    assert_one_line(result, "token has a space")
    assert "canary" not in result.err


async def test_a_wrong_token(
    cli: Cli, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A 401 says to check the token, and does not show it."""
    monkeypatch.setenv("PHONECOM_TOKEN", "canary")
    result = await cli(*LIST)
    assert_one_line(result, "401", "Check the token")
    assert "canary" not in result.err


async def test_an_unknown_account(cli: Cli, sandbox: Sandbox) -> None:
    """A 404 says to check the id."""
    result = await cli("listeners", "list", "--account", 999)
    assert_one_line(result, "404", "Check the id")


async def test_a_refused_connection(cli: Cli, sandbox: Sandbox) -> None:
    """Where nobody listens, the base URL is the thing to check."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    result = await cli(*LIST, "--base-url", f"http://127.0.0.1:{port}/v4")
    assert_one_line(result, "cannot connect", "Check the base URL")


@pytest.mark.parametrize(
    ("url", "told"),
    [("http://api.phone.com/v4", "https://"), ("api.phone.com", "base_url is no URL")],
)
async def test_a_base_url_that_cannot_be_used(
    cli: Cli, sandbox: Sandbox, url: str, told: str
) -> None:
    """Plain http and text that is no URL are refused before any request."""
    assert_one_line(await cli(*LIST, "--base-url", url), told)


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ({"retry_after": 4000}, "try again at"),
        ({"status": 200, "body": HTML_PAGE}, "not JSON"),
        ({"redirect": "https://elsewhere.example.com"}, "Check the base URL"),
        ({"status": 403}, "403"),
    ],
)
async def test_answers_that_are_no_use(
    cli: Cli, sandbox: Sandbox, fault: dict[str, Any], told: str
) -> None:
    """Long throttling, HTML, redirects and refusals are told in one line."""
    sandbox.fault(Fault(times=None, **fault))
    assert_one_line(await cli(*LIST), told)


async def test_words_of_a_server_stay_on_the_line(cli: Cli, sandbox: Sandbox) -> None:
    """Line breaks and escape sequences in an error message are made visible."""
    body = {"@error": {"@message": "bad\n\x1b[2Jnews", "@httpStatusCode": 403}}
    sandbox.fault(Fault(status=403, body=body))
    assert_one_line(await cli(*LIST), "bad\\n\\x1b[2Jnews")


async def test_a_port_in_use(cli: Cli, sandbox: Sandbox) -> None:
    """The sandbox says which port, and how to choose another."""
    port = sandbox.phonecom_url.split(":")[2].split("/")[0]
    result = await cli("sandbox", "--port", port)
    assert_one_line(result, f"port {port}: Address already in use", "--port")


async def test_an_address_that_is_not_ours(cli: Cli) -> None:
    """A host that cannot be listened on is told the same way."""
    assert_one_line(
        await cli("sandbox", "--host", "192.0.2.1", "--port", 0), "cannot listen on"
    )


async def test_a_host_that_has_no_address(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that cannot be resolved is told in the resolver's words."""

    async def serve(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr("phonecom_events.sandbox.serve", serve)
    result = await cli("sandbox", "--host", "nowhere.invalid")
    assert_one_line(result, "nowhere.invalid port 8080: Name or service not known;")


@pytest.mark.parametrize(
    "argv",
    [
        ["listeners", "list"],
        ["listeners", "list", "--account", "x"],
        ["listeners", "list", "--account", 0],
        ["listeners", "list", "--account", 1, "--page-size", 501],
        ["listeners", "list", "--account", 1, "--format", "xml"],
        ["listeners", "get", 0, "--account", 1],
        ["listeners", "create", "--account", 1],
        ["audit", "--account", 0],
        ["audit", "--fail-on", "panic"],
        ["audit", "--concurrency", 0],
        ["audit", "--token", "x"],
        ["sandbox", "--port", 70000],
        ["nonsense"],
    ],
)
async def test_usage_errors_are_2(cli: Cli, argv: list[object]) -> None:
    """What the command line does not know is told with its usage, and is 2."""
    result = await cli(*argv)
    assert (result.code, result.out) == (2, "")
    assert "Error: " in result.err
    assert "Traceback" not in result.err


async def test_errors_that_are_not_ours_are_not_hidden(cli: Cli) -> None:
    """A bug keeps its traceback: nothing catches what nobody expects."""

    async def buggy() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await asyncio.to_thread(run, buggy)
