"""Help texts, and the table of commands."""

from __future__ import annotations

import pytest

from phonecom_events import __version__

from .conftest import Cli

RESOURCE = ("list", "get", "create", "update", "delete")
EVENTS = ("types", "send")
COMMANDS = [
    ("audit",),
    ("sandbox",),
    ("probe",),
    *[("overview", verb) for verb in ("list", "create")],
    *[("listeners", verb) for verb in RESOURCE],
    *[("listeners", "subscriptions", verb) for verb in RESOURCE],
    *[("listeners", "filters", verb) for verb in RESOURCE],
    *[("callbacks", verb) for verb in (*RESOURCE, "health")],
    *[("profiles", verb) for verb in RESOURCE],
    *[("accounts", verb) for verb in ("list", "get")],
    ("extensions", "list"),
    *[("linq", "subscriptions", verb) for verb in RESOURCE],
    *[("history", verb) for verb in ("runs", "changes", "trend", "show")],
    *[("inbox", verb) for verb in ("show", "retry", "drop")],
    ("linq", "event-types", "list"),
    ("linq", "phone-numbers", "list"),
    *[("events", verb) for verb in EVENTS],
    *[("linq", "events", verb) for verb in EVENTS],
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


GROUPS = sorted({command[:-1] for command in COMMANDS})


@pytest.mark.parametrize("group", GROUPS, ids=" ".join)
async def test_a_group_without_a_command_shows_what_there_is(
    cli: Cli, group: tuple[str, ...]
) -> None:
    """No help text in a list of commands is cut short."""
    result = await cli(*group)
    assert "Commands:" in result.out + result.err
    assert "..." not in (result.out + result.err).partition("Commands:")[2]


@pytest.mark.parametrize("group", GROUPS, ids=" ".join)
async def test_the_table_of_commands_is_whole(cli: Cli, group: tuple[str, ...]) -> None:
    """Every command that help names is in the table above, and the other way round."""
    text = (await cli(*group, "--help")).out.partition("Commands:\n")[2]
    table, _, _ = text.partition("\n\n")
    depth = len(group)
    assert {line.split()[0] for line in table.splitlines()} == {
        command[depth] for command in COMMANDS if command[:depth] == group
    }


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
