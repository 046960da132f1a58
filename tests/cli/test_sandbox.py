"""The sandbox command's greeting, and the way into the command line."""

from __future__ import annotations

import sys

import pytest

from phonecom_events.__main__ import main
from phonecom_events.sandbox import Sandbox

from .conftest import Cli


@pytest.fixture
def briefly(monkeypatch: pytest.MonkeyPatch) -> list[Sandbox]:
    """Let the command serve no longer than its greeting takes."""
    served: list[Sandbox] = []

    async def serve(sandbox: Sandbox, *, started: object) -> None:
        async with sandbox:
            served.append(sandbox)
            assert callable(started)
            started(sandbox)

    monkeypatch.setattr("phonecom_events.sandbox.serve", serve)
    return served


async def test_the_greeting_has_all_it_takes(cli: Cli, briefly: list[Sandbox]) -> None:
    """Variables and curl line name the port that was really taken."""
    result = await cli("sandbox", "--port", 0)
    assert (result.code, result.err) == (0, "")
    (sandbox,) = briefly
    assert "export PHONECOM_BASE_URL=http://127.0.0.1:" in result.out
    assert ":0/" not in result.out
    assert f"export PHONECOM_TOKEN={sandbox.token}" in result.out
    assert f"curl -H 'Authorization: Bearer {sandbox.token}'" in result.out
    assert f"/accounts/{sandbox.accounts[0]}/integrations/events/" in result.out


async def test_a_large_account_is_added_if_asked_for(
    cli: Cli, briefly: list[Sandbox]
) -> None:
    """`--listeners` makes an account of its own, which the examples then use."""
    result = await cli("sandbox", "--port", 0, "--listeners", 3)
    (sandbox,) = briefly
    large = sandbox.accounts[-1]
    assert large == sandbox.accounts[-2] + 1
    assert f"listeners list --account {large}" in result.out
    assert f",{large}\n" in result.out


def test_a_broken_installation_is_not_called_a_missing_extra(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Only what the extra brings is excused; any other missing module is a bug."""
    monkeypatch.setitem(sys.modules, "phonecom_events.cli", None)
    with pytest.raises(ModuleNotFoundError):
        main(["--help"])
