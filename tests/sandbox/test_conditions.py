"""The filter grammar: how a condition is read, and what it matches."""

from __future__ import annotations

from typing import Any

import pytest

from phonecom_events.sandbox.phonecom.conditions import BadCondition, read_condition


def matches(text: str, value: Any) -> bool:
    """Say whether *value* meets the condition."""
    return read_condition("f", text)({"f": value})


@pytest.mark.parametrize(
    ("text", "yes", "no"),
    [
        ("5", [5, "5"], [6, None, 55]),
        ("eq:5", [5, "5"], [6, None]),
        ("ne:5", [6, None, "x"], [5]),
        ("gt:9", [10, 100], [9, 5, None]),
        ("lt:10", [9, -1], [10, None]),
        ("gte:10", [10], [9]),
        ("lte:10", [10], [11]),
        ("gt:b", ["c", "Ca"], ["a", "B"]),
        ("between:5,10", [5, 7, 10], [4, 11, None]),
        ("not-between:5,10", [4, 11, None], [5, 10]),
        ("in:1,2", [1, 2, "2"], [3, 12, None]),
        ("not-in:1,2", [3, None], [1]),
        ("in:1,two", [1, "TWO"], [2]),
        ("contains:crm", ["my CRM hook", "crm"], ["cr m", None]),
        ("not-contains:crm", ["x", None], ["a CRM"]),
        ("starts-with:12", [123, "12"], [112, None]),
        ("not-starts-with:a", ["b", None], ["A1"]),
        ("ends-with:23", [123], [231]),
        ("not-ends-with:23", [231, None], [123]),
        ("empty", [None, "", 0], ["x", 1]),
        ("empty:", [None], ["x"]),
        ("not-empty", ["x", 1], [None, "", 0]),
        ("true", [True], [False]),
        ("eq:0", [False], [True]),
        ("in", ["in", "IN"], ["x"]),
        ("eq:a\\,b", ["a,b"], ["a", "b"]),
        ("in:a\\,b,c", ["a,b", "c"], ["a"]),
        ("https://x", ["https://x"], ["x"]),
        ("eq:eq:5", ["eq:5"], [5]),
        ("", [""], ["x", None]),
    ],
)
def test_a_condition_matches(text: str, yes: list[Any], no: list[Any]) -> None:
    """Each operator matches what it should; negated ones match null as well."""
    assert [value for value in yes if not matches(text, value)] == []
    assert [value for value in no if matches(text, value)] == []


@pytest.mark.parametrize(
    "text", ["a,b", "eq:1,2", "gt:1,2", "between:1", "between:1,2,3", "sounds:like"]
)
def test_a_condition_with_the_wrong_values_is_refused(text: str) -> None:
    """An operator with too few or many values, or unsupported, is refused."""
    with pytest.raises(BadCondition):
        read_condition("f", text)
