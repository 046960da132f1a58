"""What the fuzzing found, once each: it must stay found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer

from phonecom_events.audit import Baseline
from phonecom_events.cli.audit.settings import read_config
from phonecom_events.cli.exits import CannotRun
from phonecom_events.cli.input.conditions import read_filters
from phonecom_events.errors import InvalidArgument
from phonecom_events.phonecom.conditions import condition_text, one_of
from phonecom_events.problems import seconds

from .test_inputs import REPORT

DIGITS = "9" * 5_000


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"concurrency = {DIGITS}", "4300 digits"),
        (f"ignore = {'[' * 3_000}", "nested too deep"),
    ],
)
def test_a_config_beyond_what_python_reads(
    tmp_path: Path, text: str, words: str
) -> None:
    """Too many digits or brackets end the command with a sentence."""
    path = tmp_path / "audit.toml"
    path.write_text(text)

    with pytest.raises(CannotRun, match=words):
        read_config(path)


def test_a_baseline_with_half_a_character() -> None:
    """What could not be written again is refused when it is read."""
    damaged = json.dumps(REPORT).replace("PC201", "\\ud800")

    with pytest.raises(InvalidArgument, match="damaged"):
        Baseline.parse(damaged)


def test_numbers_of_thousands_of_digits() -> None:
    """A number that Python does not write, or read, is refused by name."""
    with pytest.raises(InvalidArgument, match="digits"):
        condition_text("callback_id", 10**5000)
    with pytest.raises(InvalidArgument, match="digits"):
        one_of(1, 10**5000)
    with pytest.raises(typer.BadParameter, match="no id"):
        read_filters([f"callback_id={DIGITS}"], ["callback_id"])


@pytest.mark.parametrize("space", ["\x1c", "\x1f", "\x85", "\u2003", "\n"])
def test_seconds_beside_what_only_python_takes_for_space(space: str) -> None:
    """A Retry-After that ends with a separator of Unicode's is no number of seconds."""
    assert seconds(f"2{space}") is None
    assert seconds("\t2 ") == 2.0
