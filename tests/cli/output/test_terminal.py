"""Text that servers chose, on a terminal."""

from __future__ import annotations

import pytest

from phonecom_events.display.printable import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("plain é", "plain é"),
        ("a\x07b\x9bc", "a\\x07b\\x9bc"),
        ("\u202eevil\u200b", "\\u202eevil\\u200b"),
        ("\U000e0001", "\\U000e0001"),
    ],
)
def test_hidden_characters_are_made_visible(text: str, shown: str) -> None:
    """Controls, direction marks and invisible characters are escaped."""
    assert printable(text) == shown
