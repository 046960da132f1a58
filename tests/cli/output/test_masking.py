"""JSON of callbacks without the values of headers."""

from __future__ import annotations

from typing import Any

import pytest

from phonecom_events.cli.output.views import masked


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"headers": None}, {"headers": None}),
        ({"headers": []}, {"headers": []}),
        (
            {"headers": [{"name": "X", "value": "s", "new": 1}]},
            {"headers": [{"name": "X", "value": True, "new": 1}]},
        ),
        ({"headers": ["X: s"]}, {"headers": [True]}),
        ({"headers": {"X": "s"}}, {"headers": True}),
        ({"headers": "X: s"}, {"headers": True}),
        ([{"a": {"headers": ["s"]}}], [{"a": {"headers": [True]}}]),
        ({"url": "u", "n": 1, "header": "h"}, {"url": "u", "n": 1, "header": "h"}),
    ],
)
def test_headers_are_masked_in_any_form(value: Any, shown: Any) -> None:
    """At any depth, and also where they do not look as they are documented."""
    assert masked(value) == shown
