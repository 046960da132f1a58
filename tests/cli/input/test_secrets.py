"""Values that are read from where they are kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from phonecom_events.cli.exits import CannotRun
from phonecom_events.cli.input.options import read_source


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_line_break_at_the_end_is_none_of_it(tmp_path: Path, end: str) -> None:
    """Editors and `echo` put one there; spaces are left alone."""
    file = tmp_path / "secret"
    file.write_bytes(f" s3cr3t {end}".encode())
    assert read_source("--url", f"file:{file}") == " s3cr3t "


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "does not hold anything"),
        (b"\n", "does not hold anything"),
        (b"s3cr3t\nX-Other: 1\n", "one line of printable text"),
        (b"s3cr3t\x00", "one line of printable text"),
        (b"s3cr3t\xff", "it is not UTF-8"),
    ],
)
def test_what_is_no_line_of_text_is_refused(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    """The message says where it looked and never what it saw."""
    file = tmp_path / "secret"
    file.write_bytes(content)
    with pytest.raises(CannotRun, match=problem) as caught:
        read_source("--header X-Api-Key", f"file:{file}")
    assert str(caught.value).startswith("--header X-Api-Key: ")
    assert "s3cr3t" not in str(caught.value)


def test_a_value_in_the_arguments_is_refused() -> None:
    """It is not repeated in the message."""
    with pytest.raises(CannotRun, match="not taken from them") as caught:
        read_source("--header X", "s3cr3t")
    assert "s3cr3t" not in str(caught.value)
