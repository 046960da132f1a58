"""The examples of audits in a pipeline: their command lines are what they seem."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from phonecom_events.sandbox import Sandbox

from ..conftest import ACCOUNT, Cli

EXAMPLES = Path(__file__).parents[3] / "examples"
SETTINGS = f"accounts = [{ACCOUNT}]\n"


def commands(name: str, start: str) -> Iterator[list[str]]:
    """Find the audits that a file runs, as words without the command's name."""
    text = (EXAMPLES / name).read_text(encoding="utf-8")
    for line in re.findall(
        rf"^ *{start}(.*phonecom-events audit .*)$", text, re.MULTILINE
    ):
        yield shlex.split(line)[1:]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory of its own to run commands in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    return tmp_path


async def test_the_workflow_fails_for_an_error(
    cli: Cli, sandbox: Sandbox, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It audits what pyproject.toml says, and has commands and a summary."""
    monkeypatch.delenv("PHONECOM_ACCOUNTS")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(here / "summary.md"))
    project = here / "pyproject.toml"
    project.write_text(f"[tool.phonecom-events]\n{SETTINGS}", encoding="utf-8")
    (words,) = commands("audit-workflow.yml", "- run: ")
    assert (await cli(*words)).code == 0
    sandbox.add_listener(ACCOUNT, expires_at=1)
    result = await cli(*words)
    assert (result.code, result.out[:8]) == (1, "::error ")
    assert "1 error" in (here / "summary.md").read_text(encoding="utf-8")


async def test_the_service_keeps_a_page(
    cli: Cli, sandbox: Sandbox, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It audits what its settings say, and says nothing else."""
    monkeypatch.delenv("PHONECOM_ACCOUNTS")
    settings = here / "audit.toml"
    settings.write_text(SETTINGS, encoding="utf-8")
    (words,) = commands("systemd/phonecom-audit.service", "ExecStart=")
    place = words.index("--config") + 1
    assert words[place] == "/etc/phonecom-events/audit.toml"
    words[place] = str(settings)
    sandbox.add_listener(ACCOUNT, expires_at=1)
    result = await cli(*words)
    assert (result.code, result.out, result.err) == (1, "", "")
    assert "PC101" in (here / "audit.html").read_text(encoding="utf-8")
