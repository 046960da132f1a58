"""The commands that send sample events, to a receiver on loopback."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from phonecom_events.webhooks import Verifier

from ..conftest import Cli

SECRET = "whsec_" + "Y29tbWFuZC1saW5lLXNpZ25pbmctc2VjcmV0"


class Receiver:
    """Keep what comes, and answer with a status."""

    def __init__(self) -> None:
        self.url = ""
        self.status = 200
        self.received: list[tuple[bytes, dict[str, str]]] = []

    async def take(self, request: web.BaseRequest) -> web.Response:
        self.received.append((await request.read(), dict(request.headers)))
        return web.Response(status=self.status)


@pytest.fixture
async def receiver(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Receiver]:
    """One that takes all, and the signing secret in the environment."""
    monkeypatch.setenv("LINQ_SIGNING_SECRET", SECRET)
    held = Receiver()
    runner = web.ServerRunner(web.Server(held.take))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    held.url = "http://{}:{}/hidden".format(*runner.addresses[0])
    yield held
    await runner.cleanup()


async def test_phonecoms_are_sent(
    cli: Cli, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Several types, changed, with a header; what each is answered is a row."""
    monkeypatch.setenv("KEY", "made up")
    monkeypatch.setenv("RECEIVER", receiver.url)
    send = ("events", "send", "env:RECEIVER", "--type", "message", "--type", "test")
    more = ("--header", "X-Key=env:KEY", "--format", "json")
    result = await cli(*send, *more)
    assert (result.code, result.err) == (0, "")
    rows = json.loads(result.out)
    assert [(row["event_type"], row["status"]) for row in rows] == [
        ("message", 200),
        ("test", 200),
    ]
    assert {headers["X-Key"] for _, headers in receiver.received} == {"made up"}
    assert "hidden" not in result.out
    receiver.received.clear()
    change = ("--set", "data.from=+12025550100", "--set", "listener_id=7")
    await cli("events", "send", receiver.url, "--type", "message", *change)
    event = json.loads(receiver.received[0][0])
    assert event["data"]["from"] == {"type": "did", "id": "+12025550100"}
    assert event["listener_id"] == 7


async def test_linqs_are_sent_signed(cli: Cli, receiver: Receiver) -> None:
    """By the secret of the environment; each twice if that is asked for."""
    send = ("linq", "events", "send", receiver.url, "--type", "message.received")
    result = await cli(*send, "--count", 2, "--duplicate", "--rate", 1000)
    assert (result.code, result.err) == (0, "")
    assert result.out.count(" again ") == 2
    ids = [Verifier(SECRET).verify(*each).id for each in receiver.received]
    assert len(ids) == 4
    assert len(set(ids)) == 2


async def test_all_is_every_type_of_the_vendor(cli: Cli, receiver: Receiver) -> None:
    """As `types` lists them."""
    types = await cli("events", "types", "--format", "json")
    listed = json.loads(types.out)
    assert {row["vendor"] for row in listed} == {"phonecom", "linq"}
    of_linq = await cli("linq", "events", "types", "--format", "json")
    for command, vendor in ((("events",), "phonecom"), (("linq", "events"), "linq")):
        send = (*command, "send", receiver.url, "--type", "all", "--format", "json")
        sent = json.loads((await cli(*send)).out)
        assert [row["event_type"] for row in sent] == [
            row["event_type"] for row in listed if row["vendor"] == vendor
        ]
    assert json.loads(of_linq.out) == [r for r in listed if r["vendor"] == "linq"]


@pytest.mark.parametrize(
    ("status", "options", "code"),
    [(200, (), 0), (500, (), 1), (401, ("--tamper",), 0), (200, ("--tamper",), 1)],
)
async def test_the_exit_code_tells_what_was_expected(
    cli: Cli, receiver: Receiver, status: int, options: tuple[str, ...], code: int
) -> None:
    """2xx, or a refusal of what was tampered: a receiver that takes that is broken."""
    receiver.status = status
    send = ("linq", "events", "send", receiver.url, "--type", "call.ended")
    assert (await cli(*send, *options)).code == code


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--type", "massage"), "did you mean message"),
        (("--type", "message.received"), "no sample"),
        (("--type", "call", "--set", "data.from=1"), "data has uuid, direction"),
        (("--type", "call", "--set", "data.from"), "PATH=VALUE"),
        (("--type", "call", "--header", "X-Key=made-up"), "arguments are visible"),
        (("--type", "call", "--ca-file", "nowhere.pem"), "--ca-file"),
    ],
)
async def test_what_cannot_be_sent_is_told_in_a_line(
    cli: Cli, receiver: Receiver, options: tuple[str, ...], told: str
) -> None:
    """And nothing was."""
    result = await cli("events", "send", receiver.url, *options)
    assert result.code == 2
    assert told in result.err
    assert receiver.received == []


async def test_a_host_outside_takes_a_yes(cli: Cli) -> None:
    """It is named, and its path is not."""
    result = await cli("events", "send", "http://8.8.8.8/hidden", "--type", "call")
    assert result.code == 2
    assert "8.8.8.8 is not private; --yes" in result.err
    assert "hidden" not in result.err


@pytest.mark.parametrize("secret", ["", "whsec_made-up!"])
async def test_linqs_need_a_signing_secret(
    cli: Cli, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    """It is said which variable holds it, and one that is none is not shown."""
    monkeypatch.setenv("LINQ_SIGNING_SECRET", secret)
    result = await cli("linq", "events", "send", receiver.url, "--type", "call.ended")
    assert result.code == 2
    assert ("base64" if secret else "LINQ_SIGNING_SECRET") in result.err
    assert "made-up" not in result.err


async def test_a_certificate_of_ones_own_can_be_trusted(
    cli: Cli, tmp_path: Path, receiver: Receiver
) -> None:
    """A file that is no bundle is told before anything is sent."""
    file = tmp_path / "ca.pem"
    file.write_text("no bundle")
    send = ("events", "send", receiver.url, "--type", "call", "--ca-file", file)
    result = await cli(*send)
    assert result.code == 2
    assert "PEM" in result.err
