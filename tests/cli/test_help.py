"""Help texts, and the table of commands."""

from __future__ import annotations

import pytest

from phonecom_events import __version__

from .conftest import Cli

RESOURCE = ("list", "get", "create", "update", "delete")
COMMANDS = [
    ("audit",),
    ("sandbox",),
    *[(noun, verb) for noun in ("listeners", "profiles") for verb in RESOURCE],
    *[("linq", "subscriptions", verb) for verb in RESOURCE],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
async def test_every_command_has_help(cli: Cli, command: tuple[str, ...]) -> None:
    """Help has a sentence for the command and for each option, in 80 columns."""
    result = await cli(*command, "--help")
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith(f"Usage: phonecom-events {' '.join(command)}")
    lines = result.out.splitlines()
    assert max(map(len, lines)) <= 80
    for number, line in enumerate(lines):
        if line.startswith("  -"):
            following = lines[number + 1] if number + 1 < len(lines) else ""
            assert "  " in line.strip() or following.startswith(" " * 20), line


@pytest.mark.parametrize(
    "group", [(), ("listeners",), ("profiles",), ("linq",), ("linq", "subscriptions")]
)
async def test_a_group_without_a_command_shows_what_there_is(
    cli: Cli, group: tuple[str, ...]
) -> None:
    """No help text in a list of commands is cut short."""
    result = await cli(*group)
    assert "Commands:" in result.out + result.err
    assert "..." not in (result.out + result.err).partition("Commands:")[2]


async def test_the_version_is_shown(cli: Cli) -> None:
    """`--version` is one line on stdout."""
    result = await cli("--version")
    assert (result.code, result.out) == (0, f"phonecom-events {__version__}\n")


async def test_no_option_takes_a_secret(cli: Cli) -> None:
    """Arguments are visible to everyone on the machine, so secrets are none."""
    for command in COMMANDS:
        text = (await cli(*command, "--help")).out
        assert "--token" not in text
        assert "--api-key" not in text
