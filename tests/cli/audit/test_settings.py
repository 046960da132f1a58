"""Which checks an audit runs, by options and by a file; and what they mean."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from phonecom_events.audit import every_check
from phonecom_events.sandbox import Sandbox

from ..conftest import ACCOUNT, Cli, Result

OTHER = ACCOUNT + 1


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory of its own to run commands in; return its pyproject.toml."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / "pyproject.toml"


def write(path: Path, text: str | bytes) -> None:
    """Write a file."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


def ids(result: Result) -> set[str]:
    """Return the ids of all findings written as NDJSON."""
    return {json.loads(line)["id"] for line in result.out.splitlines()}


@pytest.fixture
def troubled(sandbox: Sandbox) -> Sandbox:
    """An account with findings of PC101, PC301 and PC303."""
    sandbox.add_listener(ACCOUNT, expires_at=1)
    sandbox.add_profile(ACCOUNT, support_email=None)
    return sandbox


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], {"PC101", "PC301", "PC303"}),
        (["--select", "PC1"], {"PC101"}),
        (["--select", "pc101,PC303"], {"PC101", "PC303"}),
        (["--select", "PC101", "--select", "PC303"], {"PC101", "PC303"}),
        (["--ignore", "PC3"], {"PC101"}),
        (["--select", "PC3", "--ignore", "PC301,"], {"PC303"}),
    ],
)
async def test_checks_are_selected_and_ignored(
    cli: Cli, troubled: Sandbox, options: list[str], expected: set[str]
) -> None:
    """Ids and how they begin, with commas or given again."""
    assert ids(await cli("audit", "--format", "ndjson", *options)) == expected


async def test_an_unknown_check_is_told_in_one_line(cli: Cli, sandbox: Sandbox) -> None:
    """The line names ids that look like it, and nothing is requested."""
    for option in ("--select", "--ignore", "--explain"):
        result = await cli("audit", option, "PC1040")
        assert (result.code, result.out) == (2, "")
        assert "PC104" in result.err.splitlines()[0].replace("PC1040", "")
        assert len(result.err.splitlines()) == 1
    assert sandbox.requests == ()


async def test_settings_come_from_the_project_here(
    cli: Cli, troubled: Sandbox, here: Path
) -> None:
    """pyproject.toml may say which checks, and from where on to fail."""
    write(here, '[tool.phonecom-events]\nselect = ["PC3"]\nfail-on = "warning"\n')
    result = await cli("audit", "--format", "ndjson")
    assert (result.code, ids(result)) == (1, {"PC301", "PC303"})


async def test_a_project_without_settings_is_none_of_ours(
    cli: Cli, troubled: Sandbox, here: Path
) -> None:
    """Other tools' tables are passed over."""
    write(here, '[project]\nname = "x"\n[tool.ruff]\nselect = ["ALL"]\n')
    assert ids(await cli("audit", "--format", "ndjson")) == {"PC101", "PC301", "PC303"}


async def test_no_project_is_needed(cli: Cli, troubled: Sandbox, here: Path) -> None:
    """Where there is no pyproject.toml, nothing is missing."""
    assert here
    assert len(ids(await cli("audit", "--format", "ndjson"))) == 3


@pytest.mark.parametrize("table", ["", "[tool.phonecom-events]\n"])
async def test_a_file_of_its_own_may_have_the_settings(
    cli: Cli, troubled: Sandbox, here: Path, table: str
) -> None:
    """With --config, in the table or by themselves; the project's are passed over."""
    write(here, '[tool.phonecom-events]\nselect = ["PC1"]\n')
    own = here.with_name("audit.toml")
    write(own, f'{table}ignore = ["PC1"]\nfail-on = "never"\n')
    result = await cli("audit", "--config", own, "--format", "ndjson")
    assert ids(result) == {"PC301", "PC303"}


@pytest.mark.parametrize(
    ("options", "code", "expected"),
    [
        ([], 1, {"PC303"}),
        (["--fail-on", "never"], 0, {"PC303"}),
        (["--ignore", "PC303"], 1, {"PC301"}),
        (["--select", "PC301"], 1, {"PC301"}),
        (["--select", "PC101", "--fail-on", "error"], 1, {"PC101"}),
    ],
)
async def test_the_command_line_counts_more_than_the_file(
    cli: Cli,
    troubled: Sandbox,
    here: Path,
    options: list[str],
    code: int,
    expected: set[str],
) -> None:
    """What is selected there sets all of the file's choice aside."""
    write(
        here,
        '[tool.phonecom-events]\nselect = ["PC3"]\nignore = ["PC301"]\nfail-on = "info"\n',
    )
    result = await cli("audit", "--format", "ndjson", *options)
    assert (result.code, ids(result)) == (code, expected)


async def test_everything_can_be_set_in_the_file(
    cli: Cli, sandbox: Sandbox, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Accounts, Linq, subaccounts, days and concurrency are taken from there."""
    monkeypatch.delenv("PHONECOM_ACCOUNTS")
    sandbox.add_account(OTHER, parent=ACCOUNT)
    sandbox.add_listener(OTHER, expires_at=1)
    write(
        here,
        "[tool.phonecom-events]\n"
        f"accounts = [{ACCOUNT}]\n"
        "include-subaccounts = true\nno-linq = true\n"
        "expiring-days = 7\nconcurrency = 2\n",
    )
    report = json.loads((await cli("audit", "--format", "json")).out)
    assert [part["account"] for part in report["audited"]] == [ACCOUNT, OTHER]
    assert report["expiring_within"] == 7 * 86_400
    options = ["--no-subaccounts", "--linq", "--expiring-days", 8]
    report = json.loads((await cli("audit", "--format", "json", *options)).out)
    assert [part["account"] for part in report["audited"]] == [ACCOUNT, None]
    assert report["expiring_within"] == 8 * 86_400


async def test_accounts_of_the_environment_count_more_than_the_files(
    cli: Cli, sandbox: Sandbox, here: Path
) -> None:
    """A project's accounts are the last resort, and not the sandbox's."""
    write(here, "[tool.phonecom-events]\naccounts = [999]\n")
    report = json.loads((await cli("audit", "--format", "json")).out)
    assert report["audited"][0]["account"] == ACCOUNT
    assert (await cli("audit", "--sandbox")).code == 0


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("selekt = []", "selekt is no setting of [tool.phonecom-events]; did you mean"),
        ("fail_on = 'error'", "did you mean fail-on?"),
        ("base-url = 'https://example.com'", "base-url is no setting"),
        ("zzz = 1", "known are accept, accounts, concurrency"),
        ("select = 'PC1'", "select must be a list of check ids"),
        ("ignore = [1]", "ignore must be a list of check ids"),
        ("fail-on = 'bad'", 'fail-on must be one of "never", "error", "warning"'),
        ("fail-on = []", "fail-on must be one of"),
        ("expiring-days = -1", "expiring-days must be a number from 0"),
        ("expiring-days = true", "expiring-days must be a number from 0"),
        ("concurrency = 0", "concurrency must be a number from 1"),
        ("accounts = [0]", "accounts must be a list of voip ids"),
        ("accounts = ['1']", "accounts must be a list of voip ids"),
        ("no-linq = 'yes'", "no-linq must be true or false"),
        ("select = ['PC999']", "no check has the id 'PC999'"),
        ("select = [", "is not TOML"),
    ],
)
async def test_a_file_that_makes_no_sense_is_told_in_one_line(
    cli: Cli, sandbox: Sandbox, here: Path, text: str, told: str
) -> None:
    """Unknown keys and wrong values end it before any request."""
    write(here, f"[tool.phonecom-events]\n{text}\n")
    result = await cli("audit")
    assert (result.code, result.out) == (2, "")
    (line,) = result.err.splitlines()
    assert told in line
    assert sandbox.requests == ()


async def test_a_file_that_cannot_be_read_is_told_in_one_line(
    cli: Cli, sandbox: Sandbox, here: Path
) -> None:
    """No such file, a directory, bytes that are no text, and no table."""
    write(here, "[project]\n")
    latin = here.with_name("latin.toml")
    write(latin, b"select = ['\xe9']")
    odd = here.with_name("odd.toml")
    write(odd, "[tool]\nphonecom-events = 1\n")
    for path, told in (
        (here.with_name("none.toml"), "No such file"),
        (here.parent, "Is a directory"),
        (latin, "not UTF-8"),
        (here, "has no [tool.phonecom-events]"),
        (odd, "must be a table"),
    ):
        result = await cli("audit", "--config", path)
        assert result.code == 2
        (line,) = result.err.splitlines()
        assert told in line


async def test_a_check_is_explained(cli: Cli) -> None:
    """Id, title, severity, a paragraph and the way out, without any account."""
    result = await cli("audit", "--explain", "pc106")
    assert (result.code, result.err) == (0, "")
    first, *rest = result.out.splitlines()
    assert first == "PC106  Subscription can never match (warning)"
    assert rest[-1].startswith("→ ") or rest[-2].startswith("→ ")
    assert max(map(len, rest)) <= 80


async def test_several_checks_are_explained_by_how_they_begin(cli: Cli) -> None:
    """A family is explained one after the other."""
    result = await cli("audit", "--explain", "LQ10")
    for check in every_check():
        if check.id.startswith("LQ10"):
            assert f"{check.id}  {check.title} (" in result.out


async def test_all_checks_are_listed(cli: Cli) -> None:
    """One line for each, with its severity and title."""
    result = await cli("audit", "--explain", "all")
    assert result.code == 0
    assert result.out.splitlines() == [
        f"{check.id}  {check.severity:<7}  {check.title}" for check in every_check()
    ]
