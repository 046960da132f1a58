"""What strangers send, and how long to go on with it.

``PHONECOM_EVENTS_FUZZ=600 python -m pytest tests/fuzz -k NAME`` makes up new cases for
ten minutes; without it each test has one round of as many as the profile says.
"""

from __future__ import annotations

import copy
import json
import os
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

_SECONDS: Final = float(os.environ.get("PHONECOM_EVENTS_FUZZ", "0"))
_A_ROUND: Final = 2_000

NASTY: Final = (
    "",
    "\0",
    "9" * 5_000,
    "-" + "9" * 400,
    "1e999",
    "-1e999",
    "NaN",
    "1e400",
    "0.1e-400",
    "[" * 3_000,
    '{"a":' * 3_000,
    '"',
    "\\",
    '"\\ud800"',
    "\ud800",
    "\ufeff",
    "\x85",
    "²",
    "٣",
    "true",
    "null",
    str(2**63),
    str(2**64),
    str(-(2**63) - 1),
    "253402300800",
    "9999-12-31T23:59:60Z",
    "0000-00-00",
    "%",
    "%zz",
    ",",
    ":",
    "=",
    "'",
)

texts = (
    st.sampled_from(NASTY)
    | st.text(max_size=20)
    | st.text(st.characters(categories=["Cs", "Cc", "Nd", "L"]), max_size=5)
)
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([2**63, 2**64, -(2**63) - 1, 10**400, 253402300800])
    | st.floats()
    | texts
)
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3)
    ),
    max_leaves=6,
)


def fuzz(check: Callable[..., None], /, **given_to: st.SearchStrategy[Any]) -> None:
    """Try *check* with what the strategies make: one round, or as long as asked for."""
    if not _SECONDS:
        given(**given_to)(check)()
        return
    thorough = settings(
        max_examples=_A_ROUND,
        deadline=None,
        database=None,
        derandomize=False,
        suppress_health_check=list(HealthCheck),
    )
    until = time.monotonic() + _SECONDS
    while time.monotonic() < until:
        # A function takes settings only once.
        def one_round(**drawn: Any) -> None:
            check(**drawn)

        thorough(given(**given_to)(one_round))()


@st.composite
def altered(draw: st.DrawFn, samples: Sequence[Any]) -> Any:
    """Draw a sample with some of its parts replaced, left out, or added to."""
    value = copy.deepcopy(draw(st.sampled_from(samples)))
    for _ in range(draw(st.integers(0, 3))):
        found = paths(value)
        if not found:
            break
        *above, last = draw(st.sampled_from(found))
        inner = value
        for step in above:
            inner = inner[step]
        what = draw(st.sampled_from(["replace", "remove", "add"]))
        if what == "remove":
            del inner[last]
        elif what == "add" and isinstance(inner, dict):
            inner[draw(texts)] = draw(anything)
        else:
            inner[last] = draw(texts | scalars | anything)
    return value


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every member and item of *value*."""
    inner: Any = ()
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    found = [path] if path else []
    for key, item in inner:
        found += paths(item, (*path, key))
    return found


@st.composite
def spliced(draw: st.DrawFn, pieces: st.SearchStrategy[str]) -> str:
    """Draw a text with some of its parts replaced by what is nasty."""
    text = draw(pieces)
    for _ in range(draw(st.integers(0, 2))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 20)))
        text = text[:start] + draw(texts) + text[end:]
    return text


def bodies(samples: Sequence[Any]) -> st.SearchStrategy[bytes]:
    """Make bodies that are nearly JSON, nearly as the samples, or neither."""
    written = altered(samples).map(_dumps)
    return (
        written.map(str.encode)
        | spliced(written).map(lambda text: text.encode(errors="surrogatepass"))
        | st.binary(max_size=200)
        | anything.map(_dumps).map(str.encode)
    )


def _dumps(value: Any) -> str:
    # Of more digits than Python writes are those in NASTY.
    return json.dumps(value)
