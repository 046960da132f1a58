"""Accounts that a file names, or what is piped in."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from phonecom_events.sandbox import Sandbox

from ..conftest import ACCOUNT, Cli


async def test_a_file_names_accounts_with_comments(
    cli: Cli, sandbox: Sandbox, tmp_path: Path
) -> None:
    """One id a line; blank lines and comments do not count, nor does the environment."""
    for account in (1, 2, 3):
        sandbox.add_account(account)
    file = tmp_path / "accounts.txt"
    file.write_bytes(b"\xef\xbb\xbf# ours\r\n1\r\n\r\n  2  # the second\r\n2\r\n")

    result = await cli(
        "audit", "--format", "json", "--accounts-from", file, "--account", 3
    )

    audited = [part["account"] for part in json.loads(result.out)["audited"]]
    assert audited == [1, 2, 3, None]
    assert all(f"/{ACCOUNT}/" not in each.path for each in sandbox.requests)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"1\n\n# ok\nx1\n", "accounts.txt, line 4: 'x1' is no voip id"),
        (b"1 2\n", "accounts.txt, line 1: '1 2' is no voip id"),
        (b"-1", "accounts.txt, line 1: '-1' is no voip id"),
        (b"1\n0\n", "accounts.txt, line 2: '0' is no voip id"),
        ("²".encode(), "line 1: '²' is no voip id"),
        (b"1_0", "line 1: '1_0' is no voip id"),
        (b"9" * 5000, "line 1: '" + "9" * 40 + "…' is no voip id"),
        (b"\xff", "accounts.txt is not UTF-8"),
        (b"# none\n\n", "accounts.txt names no account"),
    ],
)
async def test_what_is_wrong_is_told_before_any_request(
    cli: Cli,
    sandbox: Sandbox,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    content: bytes,
    told: str,
) -> None:
    """One line on stderr names the line, exit code 2, and nothing was asked."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "accounts.txt").write_bytes(content)

    result = await cli("audit", "--accounts-from", "accounts.txt")

    assert result.code == 2
    assert told in result.err
    assert len(result.err.splitlines()) == 1
    assert sandbox.requests == ()


async def test_a_file_that_is_not_there(cli: Cli, sandbox: Sandbox) -> None:
    """Its name and the reason stand in one line."""
    result = await cli("audit", "--accounts-from", "no/such")

    assert (result.code, len(result.err.splitlines())) == (2, 1)
    assert "--accounts-from: cannot read no/such: No such file" in result.err


PIPED = [sys.executable, "-m", "phonecom_events", "audit", "--sandbox"]
PIPED += ["--accounts-from", "-"]


def test_stdin_names_a_wrong_line() -> None:
    """A dash reads what is piped in."""
    done = subprocess.run(  # noqa: S603
        PIPED, input="1\n2\nthree\n", capture_output=True, text=True, check=False
    )

    assert done.returncode == 2
    assert "stdin, line 3: 'three' is no voip id" in done.stderr


def test_a_signal_ends_the_wait_for_stdin() -> None:
    """Ctrl-C ends a command that nobody pipes anything to, at once and in one line."""
    with subprocess.Popen(  # noqa: S603
        PIPED,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stderr
        # More than a pipe holds: once it is written, the command is reading.
        process.stdin.write("# more\n" * 100_000)
        process.stdin.flush()
        process.send_signal(signal.SIGINT)
        code = process.wait(20)
        told = process.stderr.read()

    assert code == 130
    assert "interrupted" in told
    assert "Traceback" not in told
