"""JSON as a server might send it for a type: mostly right, and wrong in many ways."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import NoneType
from typing import Any, Final, get_args

import attrs
from hypothesis import strategies as st

from phonecom_events.converter import IsoTime, UnixTime, wire_name
from phonecom_events.converter.fields import (
    Tag,
    class_of,
    field_types,
    is_list,
    is_model,
    members_of,
    tags_of,
)

# A value of every kind, and such as some readers take for another kind.
ODD: Final = (
    b"null",
    b"true",
    b"false",
    b"0",
    b"1",
    b"-0",
    b"1.0",
    b"1e2",
    b"-0.0",
    b"1.5",
    b"9223372036854775808",
    b"18446744073709551616",
    b"253402300799",
    b"253402300800",
    b"-62135596800",
    b"-62135596801",
    b'""',
    b'"1"',
    b'"1.0"',
    b'"true"',
    b'"null"',
    b'"\\u0031"',
    b'"\\ud83d\\ude00"',
    b'"\xf0\x9f\x98\x80"',
    b'"\\u0000"',
    b"[]",
    b"[null]",
    b"[[]]",
    b'["a"]',
    b"{}",
    b'{"id": 1}',
    b'{"a": 1, "a": "1"}',
    b'{"url": "a", "extra": 1, "rate-limit": {"number": 1, "period": 2}}',
)

# What is no JSON, or is more than a reader can hold.
BROKEN: Final = (
    b"",
    b"{",
    b"'a'",
    b"01",
    b"NaN",
    b"-Infinity",
    b"1e400",
    b"9" * 60,
    b'"\\ud800"',
    b'"\\udc00\\ud800"',
    b'"\\q"',
    b'"\xff"',
    b'"\xed\xa0\x80"',
    b'"a\nb"',
    b"[" * 3000,
    b"[" * 3000 + b"]" * 3000,
)

TIMES: Final = (
    b'"2024-01-15T10:30:00Z"',
    b'"2024-01-15T10:30:00.5Z"',
    b'"2024-01-15T10:30:00.123456Z"',
    b'"2024-01-15T10:30:00.1234567Z"',
    b'"2024-01-15T23:59:59.9999999Z"',
    b'"2024-01-15T10:30:00+00:00"',
    b'"2024-01-15T10:30:00-00:00"',
    b'"2024-01-15T10:30:00+05:30"',
    b'"2024-01-15T10:30:00-0800"',
    b'"2024-01-15 10:30:00Z"',
    b'"2024-01-15t10:30:00z"',
    b'"2024-01-15T10:30Z"',
    b'"20240115T103000Z"',
    b'"2024-01-15T10:30:00"',
    b'"2024-01-15"',
    b'"2024-02-30T10:30:00Z"',
    b'"2024-01-15T24:00:00Z"',
    b'"2024-01-15T23:59:60Z"',
    b'"0001-01-01T00:00:00+14:00"',
    b'"9999-12-31T23:59:59.9999999Z"',
    b'"9999-12-31T23:59:59-14:00"',
    b'" 2024-01-15T10:30:00Z"',
    b'"1705314600"',
    b"1705314600",
)

# Around the end of year 9999, in seconds and in smaller units.
MOMENTS: Final = [
    (253_402_300_799 + after) * unit
    for after in (-1, 0, 1)
    for unit in (1, 1_000, 1_000_000, 1_000_000_000)
]

APPLICATIONS: Final = ("sms-autoresponder", "google-analytics", "new")

SPACES: Final = (b"", b" ", b"\n\t\r ")
NO_SPACES: Final = (b"\x0b", b"\xc2\xa0", b"\xef\xbb\xbf", b"\0", b"x")


@st.composite
def pages(draw: st.DrawFn, kind: Any) -> bytes:
    """Draw the JSON of a value of *kind*, perhaps with a byte or more gone wrong."""
    body = draw(values(kind))
    luck = draw(st.integers(0, 24))
    if luck == 13:
        return body + draw(st.sampled_from(NO_SPACES))
    if luck == 17:
        at = draw(st.integers(0, len(body)))
        cut = draw(st.integers(0, 3))
        return body[:at] + draw(st.binary(max_size=2)) + body[at + cut :]
    space = st.sampled_from(SPACES)
    return draw(space) + body + draw(space)


def values(kind: Any) -> st.SearchStrategy[bytes]:
    """Give the JSON of a value of *kind*, or now and then something else."""
    right, odd = _right(kind), st.sampled_from(ODD)
    wrong = {13: odd, 17: odd, 19: odd, 37: st.sampled_from(BROKEN)}
    return st.integers(0, 80).flatmap(lambda luck: wrong.get(luck, right))


def _right(kind: Any) -> st.SearchStrategy[bytes]:
    if kind in _SCALARS:
        return _SCALARS[kind]
    if is_model(kind):
        return _objects(kind)
    if is_list(kind):
        return st.lists(values(get_args(kind)[0]), max_size=3).map(
            lambda items: b"[" + b",".join(items) + b"]"
        )
    choices = [_right(each) for each in members_of(kind)]
    if choices:
        return st.one_of(choices)
    assert issubclass(kind, Enum)
    return st.sampled_from([f'"{member.value}"'.encode() for member in kind])


@st.composite
def _objects(draw: st.DrawFn, kind: Any) -> bytes:
    types = field_types(kind)
    tags = tags_of(class_of(kind))
    parts: list[tuple[str, bytes]] = []
    for field in attrs.fields(class_of(kind)):
        often = field.default is attrs.NOTHING
        luck = draw(st.integers(0, 30 if often else 3))
        times = {7: 0, 11: 2}.get(luck, 1) if often else luck % 2
        value = values(types[field.name])
        if wire_name(field) in tags and draw(st.integers(0, 3)):
            value = _tagged(draw, tags[wire_name(field)], dict(parts))
        parts += [(wire_name(field), draw(value)) for _ in range(times)]
    if draw(st.integers(0, 4)) == 3:
        name = draw(st.sampled_from(["new", ":new", "extra", "Id", "", "i\\u0064"]))
        parts.append((name, draw(values(Any))))
    if draw(st.booleans()):
        parts = draw(st.permutations(parts))
    pairs = [b'"' + name.encode() + b'":' + part for name, part in parts]
    return b"{" + b",".join(pairs) + b"}"


def _tagged(
    draw: st.DrawFn, tag: Tag, beside: Mapping[str, bytes]
) -> st.SearchStrategy[bytes]:
    """Give values of a class that belongs to what stands beside them."""
    by, choose = tag
    named = beside.get(by, b"").removeprefix(b'"').removesuffix(b'"')
    application = draw(st.sampled_from(APPLICATIONS))
    kind = choose(named.decode(errors="replace"), {"application": application})
    members = sorted(members_of(kind) or {kind}, key=repr)
    objects = st.one_of([_right(each) for each in members])
    if named != b"APPLICATION":
        return objects
    # It has to be there to be chosen by; one that comes later in the object wins.
    first = f'{{"application":"{application}"'.encode()
    return objects.map(lambda text: first + (b"," if text != b"{}" else b"") + text[1:])


_TEXTS: Final = st.sampled_from(
    [b'"a"', b'""', b'"number"', b'"HTTPS"', b'"null"', b'"7"', '"é"'.encode()]
)
_MAPS: Final = st.sampled_from([b"{}", b'{"a": 1}', b'{"a": 1, "a": "1"}', b"[]"])
_SCALARS: Final[dict[Any, st.SearchStrategy[bytes]]] = {
    NoneType: st.just(b"null"),
    bool: st.sampled_from([b"true", b"false"]),
    int: st.integers().map(lambda number: str(number).encode()),
    str: _TEXTS,
    UnixTime: st.one_of(st.integers(0, 2**32), st.sampled_from([0, -1, *MOMENTS])).map(
        lambda number: str(number).encode()
    ),
    IsoTime: st.sampled_from(TIMES),
    Any: st.sampled_from(ODD),
    dict[str, Any]: _MAPS,
    Mapping[str, Any]: _MAPS,
}
