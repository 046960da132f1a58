"""The commands for the filters of a listener, and filters as text."""

from __future__ import annotations

import json

import pytest

from phonecom_events.sandbox import Sandbox

from ..conftest import ACCOUNT, Cli
from ..sent import sent

GROUP = ("listeners", "filters")


def here(listener_id: int) -> tuple[object, ...]:
    """Return the options that say which listener."""
    return ("--account", ACCOUNT, "--listener", listener_id)


@pytest.mark.parametrize(
    ("rule", "kind", "value", "negated"),
    [
        ("number=+12025550101", "number", {"eq": "+12025550101"}, False),
        ("number=in:+12,+13", "number", {"in": ["+12", "+13"]}, False),
        ("number=match:+1202%", "number", {"match": "+1202%"}, False),
        ("not:number=match:%", "number", {"match": "%"}, True),
        ("schedule=12", "schedule", {"id": 12}, False),
        ("not:schedule=12", "schedule", {"id": 12}, True),
    ],
)
async def test_a_rule_becomes_a_filter_and_is_shown_as_one(
    cli: Cli, sandbox: Sandbox, rule: str, kind: str, value: object, *, negated: bool
) -> None:
    """What is printed is what was given, so that it can be given again."""
    key = sandbox.add_listener(ACCOUNT)["id"]
    result = await cli(*GROUP, "create", *here(key), "--rule", rule)
    assert result.code == 0
    body = {"filter_type": kind, "filter_value": value, "not_logic": negated}
    assert sent(sandbox) == ("POST", f"/listeners/{key}/filters", body)
    assert result.out.splitlines()[-1] == f"rule         {rule}"


@pytest.mark.parametrize(
    "rule", ["", "+12025550101", "number=", "schedule=noon", "schedule=0", "time=1"]
)
async def test_a_rule_that_is_none_is_refused(
    cli: Cli, sandbox: Sandbox, rule: str
) -> None:
    """The message shows what a rule looks like, and nothing is sent."""
    result = await cli(*GROUP, "create", *here(5), "--rule", rule)
    assert result.code == 2
    assert "number=match:+1202%" in " ".join(result.err.split())
    assert sandbox.requests == ()


async def test_filters_are_listed_shown_changed_and_deleted(
    cli: Cli, sandbox: Sandbox
) -> None:
    """A type that is not known shows its JSON; an update replaces the rule."""
    key = sandbox.add_listener(ACCOUNT)["id"]
    sandbox.add_filter(key, id=41, not_logic=True)
    sandbox.add_filter(key, id=42, filter_type="moon", filter_value={"phase": "new"})
    listed = await cli(*GROUP, "list", *here(key), "--order", "asc")
    assert listed.out.splitlines() == [
        "id  rule",
        "41  not:number=+12025550100",
        '42  moon={"phase": "new"}',
    ]
    shown = await cli(*GROUP, "get", 42, *here(key), "--format", "json")
    assert json.loads(shown.out)["filter_value"] == {"phase": "new"}
    changed = await cli(*GROUP, "update", 41, *here(key), "--rule", "schedule=7")
    assert changed.code == 0
    assert sandbox.requests[-1].json == {
        "filter_type": "schedule",
        "filter_value": {"id": 7},
        "not_logic": False,
    }
    assert (await cli(*GROUP, "delete", 41, *here(key))).code == 0
    assert len(sandbox.tables.listener_filters) == 1
