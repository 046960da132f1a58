"""Accepted findings in the settings: how entries are read, and how one is written."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phonecom_events.audit import Acceptance
from phonecom_events.cli.audit.accept import _changed
from phonecom_events.cli.audit.settings import config_of
from phonecom_events.cli.exits import CannotRun
from phonecom_events.sandbox import Sandbox

from ..conftest import Cli

FINDING = "PC101:1000002:listener:7"
ACCEPT = ("audit", "--accept", FINDING, "--reason", "It is meant")
ENTRY = {
    "check": "PC101",
    "account": 1000002,
    "target": "listener:7",
    "reason": "It is meant",
}
PROJECT = """\
# A project.
[project]
name = "x"  # of ours

[tool.phonecom-events]
select = ["PC1"]  # for now
# The end of it.

[tool.ruff]
line-length = 88
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory of its own to run commands in; return its pyproject.toml."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / "pyproject.toml"


def write(path: Path, text: str) -> None:
    """Write a file, byte for byte."""
    path.write_bytes(text.encode())


def read(path: Path) -> str:
    """Read a file, byte for byte."""
    return path.read_bytes().decode()


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ('reason = "x"', "number 2: check is missing"),
        ('check = "PC1"', "number 2: reason is missing"),
        ('check = "PC1"\nreason = ""', "number 2: reason must say why"),
        ('check = "PC1"\nreason = " "', "number 2: reason must say why"),
        ('check = "PC999"\nreason = "x"', "number 2: no check has the id 'PC999'"),
        ('check = 1\nreason = "x"', "number 2: check must be the id of a check"),
        ('check = "PC1"\nreason = "x"\naccount = "1"', "account must be an integer"),
        ('check = "PC1"\nreason = "x"\ntarget = 7', "target must be a place"),
        ('check = "PC1"\nreason = "x"\nuntil = "2027-01-31"', "until must be a date"),
        ('check = "PC1"\nreason = "x"\nuntil = 2027-01-31T09:00:00Z', "must be a date"),
        ('check = "PC1"\nreason = "x"\ntill = 2027-01-31', "did you mean until?"),
        ('check = "PC1"\nreason = "x"\nzz = 1', "known are check, reason, account"),
    ],
)
async def test_a_wrong_entry_is_told_in_one_line(
    cli: Cli, sandbox: Sandbox, here: Path, entry: str, told: str
) -> None:
    """The line names file and entry, and nothing is requested."""
    good = '[[tool.phonecom-events.accept]]\ncheck = "PC104"\nreason = "x"\n'
    write(here, f"{good}[[tool.phonecom-events.accept]]\n{entry}\n")
    result = await cli("audit")
    assert (result.code, result.out) == (2, "")
    (line,) = result.err.splitlines()
    start = "phonecom-events: pyproject.toml: [[tool.phonecom-events.accept]] number 2"
    assert line.startswith(start)
    assert told in line
    assert sandbox.requests == ()


@pytest.mark.parametrize("value", ["1", "[1]", '"PC101"', "{ check = 'PC101' }"])
async def test_what_is_no_list_of_entries_is_told(
    cli: Cli, sandbox: Sandbox, here: Path, value: str
) -> None:
    """Anything but tables in a list is told with the way to write them."""
    write(here, f"[tool.phonecom-events]\naccept = {value}\n")
    result = await cli("audit")
    assert result.code == 2
    assert "accept must be a list of tables, [[tool.phonecom-events" in result.err
    assert sandbox.requests == ()


async def test_an_entry_is_written_and_all_else_stays(
    cli: Cli, sandbox: Sandbox, here: Path
) -> None:
    """Comments survive, the next audit reads it, and no request is made."""
    write(here, PROJECT)
    result = await cli(*ACCEPT, "--until", "2999-12-31")
    assert (result.code, result.out) == (0, "")
    assert result.err == (
        "phonecom-events: pyproject.toml: PC101 of account 1000002, listener:7."
        " Accepted until 2999-12-31: It is meant\n"
    )
    before, after = PROJECT.split("\n[tool.ruff]")
    assert read(here) == (
        f"{before}\n[[tool.phonecom-events.accept]]\n"
        'check = "PC101"\naccount = 1000002\ntarget = "listener:7"\n'
        f'reason = "It is meant"\nuntil = 2999-12-31\n\n[tool.ruff]{after}'
    )
    assert sandbox.requests == ()


async def test_what_was_accepted_is_accepted_anew(cli: Cli, here: Path) -> None:
    """The same finding has one entry, with the last reason and end."""
    write(here, PROJECT)
    await cli(*ACCEPT, "--until", "+30d")
    written = read(here)
    day = datetime.now(UTC).date() + timedelta(days=30)
    assert f"until = {day}" in written
    assert (await cli(*ACCEPT[:-1], "For good now")).code == 0
    assert "\nuntil" not in read(here)
    assert read(here).count("[[") == 1
    assert 'reason = "For good now"' in read(here)
    assert (await cli("audit", "--accept", "pc3", "--reason", "x")).code == 0
    assert [each["check"] for each in entries(here)] == ["PC101", "PC3"]


def entries(path: Path) -> list[dict[str, Any]]:
    """Return the entries of a project."""
    document = tomllib.loads(read(path))
    return list(document["tool"]["phonecom-events"]["accept"])


async def test_a_file_of_its_own_is_made(cli: Cli, here: Path) -> None:
    """With --config, in a file that there is not yet; without it, none is."""
    own = here.with_name("audit.toml")
    assert (await cli(*ACCEPT, "--config", own)).code == 0
    assert tomllib.loads(read(own)) == {"accept": [ENTRY]}
    result = await cli(*ACCEPT)
    assert result.code == 2
    assert "there is no pyproject.toml here; name a file by --config" in result.err
    assert sorted(path.name for path in here.parent.iterdir()) == ["audit.toml"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--accept", "PC101"), "--accept needs one"),
        (("--reason", "x"), "it goes with --accept"),
        (("--until", "+1d"), "it goes with --accept"),
        ((*ACCEPT[1:], "--until", "2020-01-31"), "2020-01-31 is past already"),
        ((*ACCEPT[1:], "--until", "soon"), "is no time"),
        (("--accept", "PC101", "--reason", " "), "expected a line of text"),
        (("--accept", "PC101", "--reason", "a\nb"), "expected a line of text"),
        (("--accept", "PC999", "--reason", "x"), "no check has the id 'PC999'"),
        (("--accept", "PC101:x", "--reason", "x"), "'PC101:x' is no finding"),
    ],
)
async def test_what_makes_no_sense_is_not_written(
    cli: Cli, here: Path, options: tuple[str, ...], told: str
) -> None:
    """It is told, and the file stays as it is."""
    write(here, PROJECT)
    result = await cli("audit", *options)
    assert result.code == 2
    assert told in " ".join(result.err.replace("│", " ").split())
    assert read(here) == PROJECT


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[", "is not TOML"),
        ("[tool.phonecom-events]\nselekt = []\n", "did you mean select?"),
        ("[tool.phonecom-events]\naccept = 1\n", "must be a list of tables"),
        ("tool = 1\n", "must be a table"),
    ],
)
async def test_a_file_that_makes_no_sense_is_not_written_over(
    cli: Cli, here: Path, text: str, told: str
) -> None:
    """What is wrong with it is told, as an audit would."""
    write(here, text)
    result = await cli(*ACCEPT)
    assert result.code == 2
    (line,) = result.err.splitlines()
    assert told in line
    assert read(here) == text


LAYOUTS = [
    "",
    "# only this",
    "[project]\nname = 'x'\n",
    "[project]\r\nname = 'x'\r\n",
    "\ufeff[project]\nname = 'x'\n",
    PROJECT,
    "[tool.phonecom-events]\naccept = [{ check = 'PC1', reason = 'r' }]  # one\n",
    "[tool]\nphonecom-events = { select = [] }\n",
    "tool.phonecom-events.select = []\n[project]\nname = 'x'\n",
    "[tool.a]\nx = 1\n[project]\nname = 'x'\n[tool.b]\ny = 1\n",
    "[[tool.phonecom-events.accept]]\ncheck = 'PC1'  # c\nreason = 'r'\n# end\n[x]\n",
]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(("pyproject.toml", text) for text in LAYOUTS),
        # A file of its own has settings by themselves, or else in their table.
        *(("own.toml", text) for text in LAYOUTS if "[" not in text),
        *(("own.toml", text) for text in LAYOUTS if "phonecom-events" in text),
        (
            "own.toml",
            "select = ['PC1']  # c\n\n[[accept]]\ncheck = 'PC1'\nreason = 'r'\n",
        ),
    ],
)
def test_however_a_file_is_laid_out(name: str, text: str) -> None:
    """An entry is added, what was there stays, and every comment is still there."""
    path = Path(name)
    entry = Acceptance.of(FINDING, reason="It is meant")
    changed = _changed(path, text, entry)
    assert changed.startswith("\ufeff") is text.startswith("\ufeff")
    read_back = config_of(path, changed.removeprefix("\ufeff"), given=True)
    assert read_back.accept is not None
    assert read_back.accept[-1] == entry
    for line in text.splitlines():
        if "accept = [" not in line and "{" not in line:
            assert line in changed.splitlines()
    assert ("\n" in changed.replace("\r\n", "")) is ("\r\n" not in text)
    assert _changed(path, changed, entry) == changed


def test_a_file_that_is_too_scattered_is_left_to_a_person() -> None:
    """Entries on both sides of another table are more than can be written to."""
    accept = "[[tool.phonecom-events.accept]]\ncheck = 'PC1'\nreason = 'r'\n"
    text = f"{accept}[project]\nname = 'x'\n[tool.x]\n[tool.phonecom-events.y]\n"
    with pytest.raises(CannotRun):
        _changed(Path("pyproject.toml"), text, Acceptance.of(FINDING, reason="x"))


@given(
    st.text(st.characters(exclude_categories=("C", "Z")), min_size=1),
    st.none() | st.dates(),
)
def test_any_reason_is_read_back(reason: str, until: date | None) -> None:
    """Quotes, brackets and backslashes are text."""
    path = Path("pyproject.toml")
    entry = Acceptance.of(FINDING, reason=reason, until=until)
    assert config_of(path, _changed(path, PROJECT, entry), given=True).accept == (
        entry,
    )
