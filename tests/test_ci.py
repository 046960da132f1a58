"""What CI is told to do agrees with what the project claims, and with its steps."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
WORKFLOW = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
BY_HAND = {"tests"}


def script(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the script."""
    return subprocess.run(  # noqa: S603
        [ROOT / ".ci" / "run", *arguments], capture_output=True, text=True, check=False
    )


def steps() -> set[str]:
    """Ask the script for the names of its steps."""
    return {line.split()[0] for line in script("--list").stdout.splitlines()}


def called(text: str) -> set[str]:
    """Return the steps that a file calls, by a matrix or by name."""
    by_name = re.findall(r"\.ci/run ((?:[a-z]+ ?)+)$", text, re.MULTILINE)
    matrix = re.findall(r"steps: \[(.*)]", text)
    return {word for found in by_name + matrix for word in re.findall("[a-z]+", found)}


def test_the_workflow_runs_every_python_that_is_claimed() -> None:
    """The matrix of the workflow, the classifiers and the README say the same."""
    [matrix] = re.findall(r"python: (\[.*])", WORKFLOW)
    claims = re.findall(
        r"Python :: (3\.\d+)", "\n".join(PROJECT["project"]["classifiers"])
    )

    assert re.findall(r"[\d.]+", matrix) == claims
    assert f"Python {claims[0]} to {claims[-1]}" in README
    assert PROJECT["project"]["requires-python"] == f">={claims[0]}"


def test_the_workflow_takes_every_step() -> None:
    """No step is left out, and none is called that does not exist."""
    assert called(WORKFLOW) == steps() - BY_HAND


def test_commits_are_checked_by_steps_that_exist() -> None:
    """The hooks before a commit call steps of the same script."""
    hooks = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")

    assert called(hooks)
    assert called(hooks) <= steps()


def test_a_step_that_does_not_exist_is_told() -> None:
    """A misspelt step ends the script before anything is run."""
    done = script("lint", "typs")

    assert done.returncode == 2
    assert "typs" in done.stderr
    assert done.stdout == ""
