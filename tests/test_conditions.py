"""Conditions for filters: how they are written."""

from __future__ import annotations

from typing import Any

import pytest

from phonecom_events.errors import InvalidArgument
from phonecom_events.phonecom import conditions as c
from phonecom_events.phonecom.conditions import condition_text
from phonecom_events.phonecom.listing import conditions


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("crm", "crm"),
        ("", ""),
        (1768, "1768"),
        ("in", "in"),
        ("https://a.example", "https://a.example"),
        ("unknown:x", "unknown:x"),
        ("a,b", "eq:a\\,b"),
        ("contains:crm", "eq:contains:crm"),
        ("empty", "eq:empty"),
        (c.eq("a,b"), "eq:a\\,b"),
        (c.ne(5), "ne:5"),
        (c.lt(5), "lt:5"),
        (c.lte(5), "lte:5"),
        (c.gt(5), "gt:5"),
        (c.gte(5), "gte:5"),
        (c.between(1, 9), "between:1,9"),
        (c.not_between(1, 9), "not-between:1,9"),
        (c.one_of(1, "a,b"), "in:1,a\\,b"),
        (c.none_of(1), "not-in:1"),
        (c.contains("crm, live"), "contains:crm\\, live"),
        (c.not_contains("crm"), "not-contains:crm"),
        (c.starts_with("crm"), "starts-with:crm"),
        (c.not_starts_with("crm"), "not-starts-with:crm"),
        (c.ends_with("crm"), "ends-with:crm"),
        (c.not_ends_with("crm"), "not-ends-with:crm"),
        (c.empty(), "empty"),
        (c.not_empty(), "not-empty"),
    ],
)
def test_text(value: Any, text: str) -> None:
    """A plain value stays as it is, unless it would be read as something else."""
    assert condition_text("name", value) == text


@pytest.mark.parametrize("value", [True, 1.5, None, ["crm"]])
def test_what_no_filter_takes(value: Any) -> None:
    """What is neither text nor a number nor a condition is refused by name."""
    with pytest.raises(InvalidArgument, match=r"^name: "):
        condition_text("name", value)


def test_one_of_nothing() -> None:
    """A list of values that is empty matches nothing, and is a mistake."""
    with pytest.raises(InvalidArgument, match="at least one"):
        c.one_of()


def test_only_what_is_given_is_filtered_by() -> None:
    """A filter that is not given is not sent; a plain id must be one."""
    assert conditions(name=None, profile_id=4, callback_id=c.gt(9)) == {
        "profile_id": "4",
        "callback_id": "gt:9",
    }
    with pytest.raises(InvalidArgument, match="profile_id"):
        conditions(profile_id=0)
