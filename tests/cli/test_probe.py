"""The command that asks receivers, beside servers on loopback that answer."""

from __future__ import annotations

import json
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import trustme
from aiohttp import web

from phonecom_events.sandbox import Fault, Sandbox

from .conftest import ACCOUNT, Cli


class Receiver:
    """Count what comes, and answer by the path: its first segment is the status."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str | None]] = []
        self.port = 0
        self.ca_file = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        key = request.headers.get("X-Key")
        self.asked.append((request.method, request.path, key))
        assert await request.read() == b'{"test": 1}'
        status = int(request.path.split("/")[1])
        return web.Response(status=status, headers={"Location": "https://b/hidden"})

    def url(self, path: str) -> str:
        return f"https://localhost:{self.port}{path}"


@pytest.fixture
async def receiver(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Receiver]:
    """One over TLS, whom only --ca-file trusts; there is no second to wait."""
    monkeypatch.setattr("phonecom_events.probe.prober.SPACING", 0.0)
    authority, receiver = trustme.CA(), Receiver()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    receiver.ca_file = str(tmp_path / "ca.pem")
    authority.cert_pem.write_to_path(receiver.ca_file)
    runner = web.ServerRunner(web.Server(receiver.answer))
    await runner.setup()
    await web.TCPSite(runner, "localhost", 0, ssl_context=context).start()
    receiver.port = runner.addresses[0][1]
    yield receiver
    await runner.cleanup()


async def test_urls_are_asked_and_told(cli: Cli, receiver: Receiver) -> None:
    """What is well is 0, and what is not 1; paths and places are masked."""
    options = ("--allow-private", "--ca-file", receiver.ca_file, "--format", "json")
    result = await cli("probe", receiver.url("/200/hidden"), *options)
    assert (result.code, result.err) == (0, "")
    (row,) = json.loads(result.out)
    assert (row["well"], row["status"], row["verified"]) == (True, 200, True)
    assert row["certificate_ends"].startswith("3000-")
    assert receiver.asked == [("POST", "/200/hidden", None)]
    result = await cli("probe", receiver.url("/307/hidden"), *options)
    assert result.code == 1
    assert "a redirect" in result.out
    assert "hidden" not in result.out
    shown = await cli("probe", receiver.url("/307/hidden"), *options, "--show")
    assert shown.out.count("hidden") == 2


async def test_this_machine_is_asked_only_if_that_is_allowed(
    cli: Cli, receiver: Receiver
) -> None:
    """The table says how to allow it."""
    result = await cli("probe", receiver.url("/200"), "--ca-file", receiver.ca_file)
    assert result.code == 1
    assert "--allow-private" in result.out
    assert receiver.asked == []


@pytest.fixture
def led(sandbox: Sandbox, receiver: Receiver) -> Sandbox:
    """An account whose listeners lead to the receiver by three callbacks, two URLs."""
    for path in ("/201/one", "/201/one", "/500/two"):
        headers = [
            {"name": "X-Key", "value": "hidden"},
            {"name": "Authorization", "value": "hidden"},
        ]
        config = {"url": receiver.url(path), "headers": headers, "method": "PUT"}
        callback = sandbox.add_callback(ACCOUNT, config=config)["id"]
        listener = sandbox.add_listener(ACCOUNT, callback_id=callback)["id"]
        sandbox.add_subscription(listener, ["call"])
    return sandbox


FROM_ACCOUNT = ("probe", "--from-account", "--allow-private", "--format", "json")


async def test_a_dry_run_lists_what_would_be_asked(
    cli: Cli, led: Sandbox, receiver: Receiver
) -> None:
    """Each URL once, with the names of headers, and nobody is asked."""
    result = await cli(*FROM_ACCOUNT, "--dry-run")
    assert (result.code, result.err) == (0, "")
    rows = json.loads(result.out)
    assert [len(row["callbacks"]) for row in rows] == [1, 2]
    assert rows[0]["headers"] == ["X-Key"]
    assert rows[0]["withheld"] == ["Authorization"]
    assert "hidden" not in result.out
    assert receiver.asked == []


async def test_an_account_says_whom_to_ask_and_how(
    cli: Cli, led: Sandbox, receiver: Receiver
) -> None:
    """By its method and headers, each URL once; one is not well."""
    result = await cli(*FROM_ACCOUNT, "--ca-file", receiver.ca_file)
    assert (result.code, result.err) == (1, "")
    assert sorted(receiver.asked) == [
        ("PUT", "/201/one", "hidden"),
        ("PUT", "/500/two", "hidden"),
    ]
    assert [row["status"] for row in json.loads(result.out)] == [500, 201]
    assert "hidden" not in result.out


async def test_an_account_that_cannot_be_read_is_told(
    cli: Cli, led: Sandbox, receiver: Receiver
) -> None:
    """The exit code is 2, whatever the others answer."""
    led.fault(Fault(path="/overview", status=500, times=None))
    led.fault(Fault(path="/listeners", status=500, times=None))
    result = await cli(*FROM_ACCOUNT, "--dry-run")
    assert result.code == 2
    assert f"account {ACCOUNT} could not be read" in result.err


@pytest.mark.parametrize(
    "options",
    [(), ("https://a.contoso.com/", "--from-account"), ("https://a/", "--account", 1)],
)
async def test_it_is_said_whom_to_ask(cli: Cli, options: tuple[object, ...]) -> None:
    """URLs or accounts, one of them and not both."""
    result = await cli("probe", *options)
    assert result.code == 2
    assert "--from-account" in result.err


async def test_an_audit_asks_if_it_is_told_to(
    cli: Cli, led: Sandbox, receiver: Receiver
) -> None:
    """Its findings are among the others, and nobody is asked without the option."""
    audit = ("audit", "--format", "json", "--select", "PC4")
    without = await cli(*audit)
    assert json.loads(without.out)["findings"] == []
    assert "needs --probe" in without.err
    assert receiver.asked == []
    options = ("--probe", "--allow-private", "--ca-file", receiver.ca_file)
    result = await cli(*audit, *options)
    assert [f["id"] for f in json.loads(result.out)["findings"]] == ["PC401"]
    assert len(receiver.asked) == 2
    assert "hidden" not in result.out


async def test_the_sandbox_sends_nothing_out(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its hosts are somebody's: the answers are made up, and that is said."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("somebody was asked")

    monkeypatch.setattr("phonecom_events.probe.Prober.ask", refuse)
    result = await cli("audit", "--sandbox", "--probe", "--select", "PC4")
    assert result.code == 0
    assert "made up" in result.err
    for check in ("PC401", "PC402", "PC403", "PC404"):
        assert check in result.out


async def test_long_work_and_an_unused_proxy_are_told(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How long it takes at least; and why somebody may not answer."""
    monkeypatch.setattr("phonecom_events.probe.prober.SPACING", 0.0)
    urls = [f"http://127.0.0.1:9/{n}" for n in range(20)]
    result = await cli("probe", *urls)
    assert "this takes 19 s or more: 127.0.0.1 is asked once a second" in result.err
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")

    async def nowhere(host: str, port: int) -> list[str]:
        raise OSError(-2, "Name or service not known")

    monkeypatch.setattr("phonecom_events.probe.prober.find_addresses", nowhere)
    result = await cli("probe", "http://a.invalid/")
    assert "a probe goes through none" in result.err
