"""The option ``--filter``: what its texts mean."""

from __future__ import annotations

import pytest
import typer

from phonecom_events.cli.input.conditions import read_filters
from phonecom_events.phonecom.conditions import condition_text
from phonecom_events.sandbox import Sandbox

from ..conftest import ACCOUNT, Cli
from ..sent import asked


@pytest.mark.parametrize(
    ("given", "wire"),
    [
        ("name=crm", "crm"),
        ("name=", ""),
        ("name=a=b", "a=b"),
        ("name=a,b", "eq:a\\,b"),
        ("name=in", "in"),
        ("name=https://x", "https://x"),
        ("name=eq:contains:x", "eq:contains:x"),
        ("name=contains:a,b", "contains:a\\,b"),
        ("name=not-starts-with:a", "not-starts-with:a"),
        ("name=in:a,b", "in:a,b"),
        ("name=in:a\\,b,c", "in:a\\,b,c"),
        ("name=between:a,b", "between:a,b"),
        ("name=empty", "empty"),
        ("name=eq:empty", "eq:empty"),
        ("name=not-empty", "not-empty"),
        ("profile_id=7", "7"),
        ("profile_id=not-in:7,8", "not-in:7,8"),
        ("profile_id=gt:7", "gt:7"),
    ],
)
def test_a_text_becomes_a_condition(given: str, wire: str) -> None:
    """A plain value stays one; commas separate only where there can be several."""
    ((field, value),) = read_filters([given], ("name", "profile_id")).items()
    assert condition_text(field, value) == wire


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (["name"], "is not FIELD=VALUE"),
        (["id=5"], "is not FIELD=VALUE with one of the fields: name, profile_id"),
        (["name=a", "name=b"], "name is there twice"),
        (["profile_id=a"], "'a' is no id"),
        (["profile_id=0"], "'0' is no id"),
        (["profile_id=٣"], "is no id"),
        (["name=between:a"], "between needs two values"),
        (["name=not-between:a,b,c"], "not-between needs two values"),
    ],
)
def test_other_texts_are_refused(given: list[str], problem: str) -> None:
    """The message says what is wrong with which."""
    with pytest.raises(typer.BadParameter, match=problem):
        read_filters(given, ("name", "profile_id"))


def test_nothing_given_is_no_filter() -> None:
    """Without the option a list is whole."""
    assert read_filters(None, ("name",)) == {}


async def test_listeners_take_a_condition_or_an_id(cli: Cli, sandbox: Sandbox) -> None:
    """`--callback-id` is the short form; both together are refused."""
    command = ("listeners", "list", "--account", ACCOUNT)
    both = await cli(*command, "--callback-id", 5, "--filter", "callback_id=6")
    assert both.code == 2
    assert "not both" in both.err
    assert sandbox.requests == ()
    assert (await cli(*command, "--filter", "callback_id=in:5,6")).code == 0
    assert asked(sandbox) == {"filters[callback_id]": "in:5,6"}
