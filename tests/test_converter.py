"""The converter: strict scalars, UTC times, open enums, wire names, clear paths.

What is read is given both as plain values and as JSON, which are read in two ways.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any, Generic, TypeVar

import pytest
from attrs import field, frozen
from hypothesis import given
from hypothesis import strategies as st

from phonecom_events.converter import IsoTime, UnixTime, converter, wire
from phonecom_events.errors import DecodeError, InvalidArgument

T = TypeVar("T")


class Colour(StrEnum):
    RED = "red"


@frozen(kw_only=True)
class Sample:
    whole: int = 1
    text: str = ""
    flag: bool = False
    ratio: float = 0.5
    unix: UnixTime | None = None
    iso: IsoTime | None = None
    colours: tuple[Colour | str, ...] = field(default=(), metadata=wire(":colours"))
    maybe: Colour | str | None = None


@frozen(kw_only=True)
class Nested:
    name: str
    sample: Sample | None = field(default=None, metadata=wire(":sample"))


@frozen(kw_only=True)
class Dated(Sample):
    """A sample with a default that only cattrs can fill in."""

    unix: UnixTime = datetime(2020, 1, 1, tzinfo=UTC)


@frozen(kw_only=True)
class Answer(Generic[T]):
    items: tuple[T, ...]


def from_json(value: object, kind: Any) -> Any:
    return converter.loads(json.dumps(value).encode(), kind)


OUTSIDE = "expected a time in Unix seconds, of the years 1970 to 9999"
Read = Callable[[object, Any], Any]
both_ways = pytest.mark.parametrize("read", [converter.structure, from_json])


@pytest.mark.parametrize(
    ("name", "value", "got"),
    [
        ("whole", "7", "expected an integer, got a string"),
        ("whole", 1.0, "expected an integer, got a fraction"),
        ("whole", True, "expected an integer, got a boolean"),
        ("whole", None, "expected an integer, got null"),
        ("text", 5, "expected a string, got an integer"),
        ("text", [], "expected a string, got a list"),
        ("flag", "false", "expected a boolean, got a string"),
        ("flag", 0, "expected a boolean, got an integer"),
        ("ratio", "1", "expected a number, got a string"),
        ("ratio", False, "expected a number, got a boolean"),
        ("unix", True, "expected a time in Unix seconds, got a boolean"),
        ("unix", 1.5, "expected a time in Unix seconds, got a fraction"),
        ("unix", "2020-01-01", "expected a time in Unix seconds, got a string"),
        ("unix", -1, OUTSIDE),
        ("unix", 10**23, OUTSIDE),
        (
            "unix",
            253_402_300_800,
            "expected a time in Unix seconds; 253402300800 looks like milliseconds",
        ),
        (
            "unix",
            1_767_225_600_000,
            "expected a time in Unix seconds; 1767225600000 looks like milliseconds",
        ),
        (
            "unix",
            1_767_225_600_000_000,
            "expected a time in Unix seconds; 1767225600000000 looks like microseconds",
        ),
        (
            "unix",
            1_767_225_600 * 10**9,
            (
                "expected a time in Unix seconds; 1767225600000000000 looks like"
                " nanoseconds"
            ),
        ),
        ("iso", 5, "expected an ISO 8601 time (a string), got an integer"),
        ("iso", "today", "expected an ISO 8601 time, got other text"),
        (
            "iso",
            "2024-01-15T10:30:00",
            "expected an ISO 8601 time with its offset, got one without",
        ),
        (
            "iso",
            "0001-01-01T00:00:00+14:00",
            "expected an ISO 8601 time, got one beyond UTC",
        ),
        (":colours", "red", "expected a list, got a string"),
        (":colours", {}, "expected a list, got an object"),
        (":colours", None, "expected a list, got null"),
        (":colours", [None], "expected a string, got null"),
        ("maybe", 3, "expected a string, got an integer"),
        ("maybe", ["red"], "expected a string, got a list"),
    ],
)
@pytest.mark.parametrize("kind", [Sample, Dated])
@both_ways
def test_refuses_what_is_not_documented(
    read: Read, kind: type[Sample], name: str, value: object, got: str
) -> None:
    """A value of another JSON type is an error that says so, never a guess."""
    with pytest.raises(DecodeError) as raised:
        read({name: value}, kind)

    item = "[0]" if value == [None] else ""
    assert str(raised.value) == f"{got} @ $.{name}{item}"
    assert raised.value.path == f"$.{name}{item}"
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None


@pytest.mark.parametrize("value", [[], "x", 5, None, True])
@both_ways
def test_refuses_what_is_no_object(read: Read, value: object) -> None:
    """A model is read from an object only."""
    with pytest.raises(DecodeError, match=r"expected an object, got .* @ \$$"):
        read(value, Sample)


def test_path_goes_through_lists_and_wire_names() -> None:
    """The path of a problem uses the names that stand in the JSON."""
    body = b'{"items": [{"name": "a"}, {"name": "b", ":sample": {"whole": "1"}}]}'

    with pytest.raises(DecodeError) as raised:
        converter.loads(body, Answer[Nested])

    assert raised.value.path == "$.items[1].:sample.whole"


def test_every_problem_is_listed() -> None:
    """The first problem is the message, and all of them are kept."""
    body = b'{"items": [{"whole": "1", "flag": 1}, 5]}'

    with pytest.raises(DecodeError) as raised:
        converter.loads(body, Answer[Sample])

    assert str(raised.value).endswith("@ $.items[0].whole (and 2 more)")
    assert raised.value.problems == (
        "expected an integer, got a string @ $.items[0].whole",
        "expected a boolean, got an integer @ $.items[0].flag",
        "expected an object, got an integer @ $.items[1]",
    )


@both_ways
def test_a_required_field_that_is_missing(read: Read) -> None:
    """What must be there and is not is called missing."""
    with pytest.raises(DecodeError, match=r"^missing @ \$\.name$"):
        read({}, Nested)


def test_a_number_that_no_float_holds() -> None:
    """An integer too large for a fraction field is refused like any other value."""
    with pytest.raises(DecodeError, match=r"^expected a number, got one too large @"):
        converter.structure({"ratio": 10**400}, Sample)


@both_ways
def test_unknown_fields_are_passed_over(read: Read) -> None:
    """A field that the vendor adds breaks nothing."""
    value = {"whole": 3, "new_field": {"any": "thing"}}

    assert read(value, Sample) == Sample(whole=3)


@both_ways
def test_a_whole_number_is_a_number(read: Read) -> None:
    """JSON writes 1.0 as 1 too, so a fraction field takes an integer."""
    value = read({"ratio": 1}, Sample).ratio

    assert (value, type(value)) == (1.0, float)


@both_ways
def test_open_enum(read: Read) -> None:
    """A known value is the member, an unknown one stays text; both go back out."""
    sample = read({":colours": ["red", "mauve"]}, Sample)

    assert sample.colours == (Colour.RED, "mauve")
    assert type(sample.colours[0]) is Colour
    assert type(sample.colours[1]) is str
    assert converter.unstructure(sample)[":colours"] == ["red", "mauve"]
    assert read({"maybe": None}, Sample).maybe is None
    assert read({"maybe": "red"}, Sample).maybe is Colour.RED


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [
        ("2024-01-15T10:30:00Z", 10, 30),
        ("2024-01-15T10:30:00+00:00", 10, 30),
        ("2024-01-15T10:30:00.000000Z", 10, 30),
        ("2024-01-15T12:30:00+02:00", 10, 30),
        ("2024-01-15T00:00:00-10:30", 10, 30),
    ],
)
@both_ways
def test_iso_times_of_any_offset_are_held_in_utc(
    read: Read, text: str, hour: int, minute: int
) -> None:
    """The same moment is the same time, whatever offset it was written with."""
    time = read({"iso": text}, Sample).iso

    assert time == datetime(2024, 1, 15, hour, minute, tzinfo=UTC)
    assert time.tzinfo is UTC


@pytest.mark.parametrize("kind", [Sample, Dated])
@both_ways
def test_unix_times_are_held_in_utc(read: Read, kind: type[Sample]) -> None:
    """Unix time is read to the second, from 1970 to the end of the calendar."""
    first, last = 0, 253_402_300_799

    assert read({"unix": first}, kind).unix == datetime(1970, 1, 1, tzinfo=UTC)
    assert read({"unix": 5}, kind).unix.tzinfo is UTC
    assert read({"unix": last}, kind).unix == datetime(
        9999, 12, 31, 23, 59, 59, tzinfo=UTC
    )


def test_times_are_written_in_the_form_of_the_wire() -> None:
    """Unix time is whole seconds, ISO 8601 ends in Z; other offsets are converted."""
    east = timezone(timedelta(hours=2))
    sample = Sample(
        unix=datetime(2026, 1, 1, 2, 0, 0, 999_999, tzinfo=east),
        iso=datetime(2026, 1, 1, 2, tzinfo=east),
    )

    plain = converter.unstructure(sample)

    assert plain["unix"] == datetime(2026, 1, 1, tzinfo=UTC).timestamp()
    assert type(plain["unix"]) is int
    assert plain["iso"] == "2026-01-01T00:00:00Z"


@pytest.mark.parametrize("wrong", [datetime(2026, 1, 1), 5, "2026-01-01T00:00:00Z"])
@pytest.mark.parametrize("kind", [UnixTime, IsoTime])
def test_only_aware_times_are_written(kind: Any, wrong: object) -> None:
    """A naive time, or what is no time, is the caller's mistake."""
    with pytest.raises(InvalidArgument):
        converter.unstructure(wrong, kind)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"{",
        b'{"a": 1} x',
        b'{"a": NaN}',
        b"\xff\xfe{",
        b'{"text": "\xff"}',
        b"[" * 200_000,
        b'{"whole": ' + b"9" * 5_000 + b"}",
        b'{"ratio": 1e999}',
        b'{"new": "\xff"}',
        b'{"new": "\\ud800"}',
        b'{"new": 1e999}',
        b'{"whole": 1}\x00',
    ],
)
def test_what_is_no_json(body: bytes) -> None:
    """A body that is no JSON is a DecodeError that does not show the body."""
    with pytest.raises(DecodeError, match=r"^not JSON: ") as raised:
        converter.loads(body, Sample)

    assert raised.value.path == "$"
    assert raised.value.__context__ is None
    assert "html" not in str(raised.value)


samples = st.builds(
    Sample,
    whole=st.integers(-(2**63), 2**63 - 1),
    text=st.text(st.characters(exclude_categories=["Cs"])),
    flag=st.booleans(),
    ratio=st.floats(allow_nan=False, allow_infinity=False),
    unix=st.integers(0, 253_402_300_799).map(
        lambda seconds: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    ),
    iso=st.none() | st.datetimes(timezones=st.just(UTC)),
    colours=st.lists(st.sampled_from([Colour.RED, "mauve"])).map(tuple),
    maybe=st.sampled_from([None, Colour.RED, "mauve"]),
)


@given(samples)
def test_round_trip(sample: Sample) -> None:
    """What is written reads back as the same."""
    assert converter.loads(converter.dumps(sample), Sample) == sample


@given(st.builds(Answer, items=st.lists(samples).map(tuple)))
def test_round_trip_of_a_generic_model(answer: Answer[Sample]) -> None:
    """A model with a type parameter reads back as the same, too."""
    assert converter.loads(converter.dumps(answer), Answer[Sample]) == answer
