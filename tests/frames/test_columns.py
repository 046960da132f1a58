"""Models as columns: which there are, and their values."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import pytest
from attrs import field, frozen
from msgspec import Struct

from phonecom_events.audit import Finding, Place, Severity
from phonecom_events.frames import Column, Kind, columns_of, to_pandas, values_of
from phonecom_events.linq import CreatedWebhookSubscription
from phonecom_events.phonecom import (
    Callback,
    EmailConfig,
    Header,
    HttpConfig,
    ListenerFilter,
    NumberFilter,
    OverviewListener,
)

NOW = datetime(2026, 11, 27, tzinfo=UTC)


class Colour(StrEnum):
    """An open enum's known values."""

    RED = "red"


@frozen
class Inner:
    """A nested model with something to hide."""

    name: str | None = None
    secret: str = field(default="hunter2", repr=False)


@frozen
class Outer:
    """A model with a field of every sort."""

    id: int
    colour: Colour | str = Colour.RED
    inner: Inner | None = None
    tags: tuple[Colour | str, ...] = ()
    several: tuple[Inner, ...] | None = None
    anything: Any = None
    shown: str = field(default="hunter3", repr=lambda _: "***")


def by_name(rows: Any, model: Any = None) -> dict[str, list[Any]]:
    """Return the values of each column."""
    return {column.name: values for column, values in values_of(rows, model)}


def test_every_field_is_a_column_and_nested_ones_have_dots() -> None:
    """Lists of models become lists of their fields, enums strings, the rest JSON."""
    row = Outer(
        id=1,
        inner=Inner(name="a"),
        tags=(Colour.RED, "other"),
        several=(Inner(name="b"), Inner()),
        anything={"a": [1, Colour.RED]},
    )

    assert by_name([row]) == {
        "id": [1],
        "colour": ["red"],
        "inner.name": ["a"],
        "tags": [("red", "other")],
        "several.name": [("b", None)],
        "anything": ['{"a":[1,"red"]}'],
        "shown": ["***"],
    }
    assert type(by_name([row])["colour"][0]) is str


def test_no_rows_have_the_same_columns_as_many() -> None:
    """Columns follow from the model; what may be missing in a parent is nullable."""
    columns = {column.name: column for column in columns_of((), Outer)}

    assert tuple(columns.values()) == columns_of([Outer(id=1)])
    assert columns["id"] == Column(name="id", kind=Kind.INTEGER, nullable=False)
    assert columns["inner.name"] == Column(name="inner.name", kind=Kind.TEXT)
    assert columns["several.name"].lists == 1


@pytest.mark.parametrize("model", [Callback, OverviewListener])
def test_no_column_holds_the_value_of_a_header(model: Any) -> None:
    """Of headers there is the name alone, wherever a config stands."""
    names = [column.name for column in columns_of((), model)]

    assert [name for name in names if name.endswith("headers.name")]
    assert not [
        name for name in names if "headers.value" in name or "config.extra" in name
    ]


def test_secrets_are_no_columns() -> None:
    """Neither a header's value nor a signing secret is anywhere in the values."""
    config = HttpConfig(
        url="https://example.org",
        headers=(Header(name="X-Key", value="hunter2"),),
        extra={"key": "hunter2"},
    )
    callback = Callback(id=1, voip_id=2, config=config)
    created = CreatedWebhookSubscription(
        id="a",
        target_url="https://example.org",
        subscribed_events=("message.sent",),
        is_active=True,
        created_at=NOW,
        updated_at=NOW,
        signing_secret="hunter2",
    )

    assert by_name([callback])["config.headers.name"] == [("X-Key",)]
    assert "hunter2" not in str(by_name([callback]))
    assert "hunter2" not in str(by_name([created]))


def test_what_one_class_of_a_union_hides_is_hidden() -> None:
    """A value is looked for by its name, so the other class must not give it away."""

    @frozen
    class Open:
        secret: str = "open"

    assert by_name([Open(), Inner()]) == {"name": [None, None]}


def test_a_union_has_the_columns_of_all_its_classes() -> None:
    """What a row's class has not is missing."""
    configs = (
        HttpConfig(url="https://example.org"),
        EmailConfig(email="a@example.org"),
    )
    rows = [Callback(id=i, voip_id=2, config=each) for i, each in enumerate(configs)]
    columns = by_name(rows)

    assert columns["config.url"] == ["https://example.org", None]
    assert columns["config.email"] == [None, "a@example.org"]
    assert columns["config.method"] == ["POST", None]


def test_rows_with_a_nested_model_in_common_are_like_any_other() -> None:
    """The values are each row's own, however many share what they come from."""
    shared = Inner(name="s")
    rows = [Outer(id=i, inner=shared if i % 3 else None) for i in range(9)]

    assert by_name(rows)["inner.name"] == [r.inner and r.inner.name for r in rows]


def test_lists_are_cut_where_they_belong() -> None:
    """Of no list, an empty one and a long one each row keeps its own."""
    names = [None, (), ("a",), ("b", "c"), None]
    rows = [
        Outer(id=i, several=None if some is None else tuple(map(Inner, some)))
        for i, some in enumerate(names)
    ]

    assert by_name(rows)["several.name"] == names


def test_findings_have_their_place_in_columns() -> None:
    """A Struct has columns as an attrs class has; ids are what they are."""
    finding = Finding(
        id="PC101",
        severity=Severity.ERROR,
        title="t",
        where=Place(kind="listener", id=7, account=1),
        why="w",
        what_to_do="d",
    )
    columns = by_name([finding])

    assert columns["severity"] == ["error"]
    assert (columns["where.id"], columns["where.account"]) == ([7], [1])
    assert {c.name: c.kind for c in columns_of((), Finding)}["where.id"] is Kind.MIXED


def test_filters_of_all_types_are_columns() -> None:
    """Texts in lists stay lists, and an object without keys is missing."""
    row = ListenerFilter(
        id=1, filter_type="number", filter_value=NumberFilter(in_=("+12025550100",))
    )
    columns = by_name([row])

    assert columns["filter_value.in_"] == [("+12025550100",)]
    assert columns["filter_value.extra"] == [None]


def test_plain_values_have_columns_too() -> None:
    """Mappings have their keys, flattened; anything else is a value."""
    rows = [{"a": 1, "b": {"c": "x"}}, {"a": 2.5, "d": [1]}]

    assert by_name(rows) == {
        "a": [1, 2.5],
        "b.c": ["x", None],
        "d": [None, "[1]"],
    }
    assert by_name(["x", Colour.RED]) == {"value": ["x", "red"]}
    assert columns_of((), Colour | str) == (
        Column(name="value", kind=Kind.TEXT, nullable=True),
    )
    assert columns_of((), dict[str, Any]) == ()


def test_a_model_in_plain_json_shows_no_more_than_its_repr() -> None:
    """What msgspec would write of it, secrets and all, is not written."""

    class Holder(Struct):
        anything: Any

    assert "hunter2" not in str(by_name([Holder(anything={"a": [Inner()]})]))


def test_without_pandas_one_line_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is an ImportError with the name of the extra."""
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    expected = r"^pandas is not installed: python -m pip install 'phonecom-events\[notebook\]'$"

    with pytest.raises(ImportError, match=expected):
        to_pandas([Outer(id=1)])
