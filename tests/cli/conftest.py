"""The command line, run in a thread beside the sandbox that it talks to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import cache

import pytest
import typer.main
from attrs import frozen

from phonecom_events import RetryPolicy
from phonecom_events.__main__ import main
from phonecom_events.cli.input.clients import NetworkOptions
from phonecom_events.client import Options
from phonecom_events.sandbox import Sandbox

ACCOUNT = 1000002


@frozen
class Result:
    """What a command left behind."""

    code: int
    out: str
    err: str


Cli = Callable[..., Awaitable[Result]]

_VARIABLES = (
    "PHONECOM_TOKEN",
    "PHONECOM_BASE_URL",
    "PHONECOM_ACCOUNTS",
    "PHONECOM_HISTORY",
    "LINQ_API_V3_API_KEY",
    "LINQ_API_V3_BASE_URL",
    "FORCE_COLOR",
    "NO_COLOR",
    "PYTHONDEVMODE",  # has asyncio complain of slow machines
)


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start with no variable of ours set, 80 columns, and no waits between attempts."""
    for name in _VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    usual = NetworkOptions.arguments

    def quick(options: NetworkOptions) -> Options:
        return {**usual(options), "retry": RetryPolicy(base=0.0, settle=0.02)}

    monkeypatch.setattr(NetworkOptions, "arguments", quick)


# Typer makes all commands anew for each call, which takes longer than most of them.
made_once = cache(typer.main.get_command)


@pytest.fixture
def cli(
    bare: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Cli:
    """Run a command line in this process."""
    monkeypatch.setattr("typer.main.get_command", made_once)

    async def run(*argv: object) -> Result:
        code = await asyncio.to_thread(main, [str(part) for part in argv])
        return Result(code, *capsys.readouterr())

    return run


@pytest.fixture
async def sandbox(
    bare: None, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Sandbox]:
    """Both services, known to the environment, with one empty account."""
    async with Sandbox() as running:
        running.add_account(ACCOUNT)
        monkeypatch.setenv("PHONECOM_TOKEN", running.token)
        monkeypatch.setenv("PHONECOM_BASE_URL", running.phonecom_url)
        monkeypatch.setenv("PHONECOM_ACCOUNTS", str(ACCOUNT))
        monkeypatch.setenv("LINQ_API_V3_API_KEY", running.api_key)
        monkeypatch.setenv("LINQ_API_V3_BASE_URL", running.linq_url)
        yield running
