"""Decoding: from the bytes of a page to models, on the CPU alone.

msgspec beside it decodes into the same classes, but not strictly: it would take
``"7"`` for 7. pydantic has models of its own; its ``validate_json`` is lax, too.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

import msgspec

from phonecom_events import Listener, PhoneComClient, Response
from phonecom_events.converter import Converter
from phonecom_events.phonecom.overview import OverviewListener
from phonecom_events.phonecom.pages import ListAnswer
from phonecom_events.rows import RowsOf, read_rows

from .aims import measured
from .outcome import Measure, Outcome, show_all
from .peers import PydanticPage
from .samples import listener, overview_listener, page
from .timing import in_turn

_ROWS: Final = 500
_OURS: Final = "this package"
_CLEAN: Final = "all as documented"
_ODD: Final = "one odd row"
_LAX: Final = "msgspec, not strict, same classes"
_CATTRS: Final = "cattrs after msgspec"
_PYDANTIC: Final = "pydantic, validate_json"


def decode_listeners(rounds: int) -> Outcome:
    """Decode a page of 500 listeners."""
    ours, cattrs, kind = Converter(), Converter(), ListAnswer[Listener]
    body = _page(listener)
    new_field = _page(lambda number: listener(number) | {"new": "field"})
    lax = msgspec.json.Decoder(kind, strict=False)
    _must_be_equal(ours.loads(body, kind), lax.decode(body))
    times = in_turn(
        {
            _OURS: lambda: ours.loads(body, kind),
            "this package, a field that it does not know": lambda: ours.loads(
                new_field, kind
            ),
            _LAX: lambda: lax.decode(body),
            _PYDANTIC: lambda: PydanticPage.model_validate_json(body),
            _CATTRS: lambda: cattrs.structure(msgspec.json.decode(body), kind),
        },
        rounds=rounds,
    )
    ours_least = times[_OURS].least
    measures = (
        Measure(
            what="time of pydantic over this",
            value=times[_PYDANTIC].least / ours_least,
            sense="at least",
            wanted=1.5,
        ),
        measured(
            "decode listeners",
            "time over that of msgspec, not strict",
            ours_least / times[_LAX].least,
        ),
    )
    title = f"decode {_ROWS} listeners, {len(body):,} bytes"
    return Outcome(title=title, times=times, base=_OURS, measures=measures)


def decode_overview(rounds: int, *, callbacks: int, aim: str) -> Outcome:
    """Decode a page of 500 listeners with all that hangs on them.

    Args:
        rounds: how often.
        callbacks: how many different ones there are.
        aim: the name of that.
    """
    ours, cattrs, kind = Converter(), Converter(), ListAnswer[OverviewListener]
    body = _page(partial(overview_listener, callbacks=callbacks))
    _must_be_equal(
        ours.loads(body, kind), cattrs.structure(msgspec.json.decode(body), kind)
    )
    times = in_turn(
        {
            _OURS: lambda: ours.loads(body, kind),
            _CATTRS: lambda: cattrs.structure(msgspec.json.decode(body), kind),
        },
        rounds=max(1, rounds // 4),
    )
    measure = measured(
        aim,
        "time over that of cattrs after msgspec",
        times[_OURS].least / times[_CATTRS].least,
    )
    hang_on = f"on {callbacks} callbacks" if callbacks < _ROWS else "each on its own"
    return Outcome(
        title=f"decode {_ROWS} listeners of the overview, {hang_on}, {len(body):,} bytes",
        times=times,
        base=_OURS,
        measures=(measure,),
    )


def decode_odd_row(rounds: int) -> Outcome:
    """Decode a page of 500 listeners, one of which is odd and to be reported."""
    read = partial(
        read_rows,
        PhoneComClient("made-up")._session,  # noqa: SLF001 there is no other way in
        path="/listeners",
        of=RowsOf(answer=ListAnswer, field="items", row=Listener, id_type=int),
        odd_rows="report",
    )
    clean = Response(status=200, body=_page(listener))
    odd = Response(status=200, body=_page(_with_an_odd_row))
    times = in_turn(
        {_CLEAN: lambda: read(clean), _ODD: lambda: read(odd)}, rounds=rounds
    )
    measure = Measure(
        what="time of a page with an odd row over that of a clean one",
        value=times[_ODD].least / times[_CLEAN].least,
        sense="at most",
        wanted=3,
    )
    return Outcome(
        title=f"decode {_ROWS} listeners, odd rows reported",
        times=times,
        base=_CLEAN,
        measures=(measure,),
    )


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Measure, print and return it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks decode")
    parser.add_argument("--rounds", type=int, default=200)
    rounds = parser.parse_args(argv).rounds
    return show_all(
        (
            decode_listeners(rounds),
            # 40 is what an account looks like; no two alike is the worst there is.
            decode_overview(rounds, callbacks=40, aim="decode overview"),
            decode_overview(rounds, callbacks=_ROWS, aim="decode overview, own"),
            decode_odd_row(rounds),
        )
    )


def _with_an_odd_row(number: int) -> Any:
    row = listener(number)
    return row | {"callback_id": "1768"} if number == _ROWS // 2 else row


def _page(make: Callable[[int], Any]) -> bytes:
    rows = [msgspec.json.encode(make(number)) for number in range(_ROWS)]
    return page(rows, limit=_ROWS, offset=0, total=_ROWS)


def _must_be_equal(ours: object, theirs: object) -> None:
    if ours != theirs:
        raise AssertionError("variants that read different things are no variants")
