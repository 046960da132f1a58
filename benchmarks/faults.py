"""Every fault of `fault_list`, for GET, POST, PATCH and DELETE: what comes of it?

``python -m benchmarks faults`` prints the table and writes it into FAULTS.md; it fails
if anything is wrong with it, above all if a POST or PATCH that may have taken effect
was sent twice.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import pickle
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from attrs import frozen

from phonecom_events import PhoneComClient, PhonecomEventsError, RetryPolicy
from phonecom_events.phonecom import Header, HttpConfig
from tests.behaviour.exposure import chain, views

from .fault import FINE, ID, METHODS, SECRET, TOKEN, Fault
from .fault_list import FAULTS
from .faulty_server import FaultyServer, faulty_server
from .outcome import Measure, measures_as_json

REPORT: Final = Path(__file__).with_name("FAULTS.md")
ATTEMPTS: Final = 3
TIMEOUT: Final = 0.2
DEADLINE: Final = 0.5
_TRIES: Final = 10
# What cannot stall ends by itself; on a busy machine that takes its time.
_PATIENCE: Final = 20.0
_MOST_OVER: Final = 0.25
_FAST: Final = " \\*"
_CONFIG: Final = HttpConfig(
    url="https://hooks.example.org", headers=(Header(name="X-Api-Key", value=SECRET),)
)


@frozen(kw_only=True)
class Cell:
    """Say what came of one fault and method.

    Attributes:
        reached: the class of what reached the user, or `FINE`.
        requests: how many came to the server that may have taken effect.
        over: seconds over the deadline.
        seen: where the token or secret was seen, without repeats.
        next_call: what the call after it on the same client ended in; empty if the
            server cannot answer any.
        pickles: whether the error is equal after a pickle.
    """

    fault: Fault
    method: str
    reached: str
    requests: int
    over: float
    seen: tuple[str, ...]
    next_call: str
    pickles: bool

    def problems(self, most_over: float = _MOST_OVER) -> Iterator[str]:
        """Give what is wrong with it, a sentence each."""
        unsafe = self.method in ("POST", "PATCH")
        if unsafe and self.requests > 1 and not self.fault.refuses:
            yield f"was sent {self.requests} times, and may have taken effect twice"
        if self.requests > ATTEMPTS:
            yield f"was sent {self.requests} times, of {ATTEMPTS} that are allowed"
        if self.reached not in self.fault.expected.of(self.method):
            yield f"ended in {self.reached}"
        if self.over > most_over:
            yield f"ended {self.over:.2f} s after the deadline"
        if self.seen:
            yield f"the token or secret is seen in {', '.join(self.seen)}"
        if self.next_call not in ("", FINE):
            yield f"the next call ended in {self.next_call}"
        if not self.pickles:
            yield "the error is another one after a pickle"

    def __str__(self) -> str:
        return f"{self.reached} x {self.requests}"


async def play(server: FaultyServer, fault: Fault, method: str) -> Cell:
    """Have one fault happen to one call."""
    server.begin(fault)
    timeout, deadline = (TIMEOUT, DEADLINE) if fault.stalls else (_PATIENCE,) * 2
    client = PhoneComClient(
        TOKEN,
        base_url=server.url(fault),
        rate_limits=None,
        retry=RetryPolicy(attempts=ATTEMPTS, base=0.0),
        timeout=timeout,
        deadline=deadline,
        proxy=server.proxy(fault),
        ssl_context=server.trusting if fault.scheme == "https" else None,
    )
    with _logged() as logged:
        async with client:
            if fault.warm:
                await client.account(1).callbacks.get(ID)
                while not server.is_idle(fault):  # noqa: ASYNC110  another process
                    await asyncio.sleep(0.002)
                # What it did then is on its way; over loopback that takes no time.
                await asyncio.sleep(0.01)
            started = time.monotonic()
            result = await _outcome(client, method)
            over = max(0.0, time.monotonic() - started - deadline)
            requests = server.heal(fault)
            next_call = await _next_in_time(client) if fault.heals else ""
    error = result if isinstance(result, BaseException) else None
    shown = views(error) if error is not None else [("repr", repr(result))]
    return Cell(
        fault=fault,
        method=method,
        reached=FINE if error is None else type(error).__name__,
        requests=requests,
        over=over,
        seen=_where((*shown, *(("log", text) for text in logged))),
        next_call=next_call,
        pickles=error is None or _pickles(error),
    )


async def _outcome(client: PhoneComClient, method: str) -> object:
    try:
        return await _call(client, method)
    except Exception as error:  # noqa: BLE001  whatever it is, it is told
        return error


async def _call(client: PhoneComClient, method: str) -> object:
    callbacks = client.account(1).callbacks
    if method == "GET":
        return await callbacks.get(ID)
    if method == "POST":
        return await callbacks.create(config=_CONFIG, name="crm")
    if method == "PATCH":
        return await callbacks.update(ID, config=_CONFIG)
    await callbacks.delete(ID)
    return None


async def _next_in_time(client: PhoneComClient) -> str:
    """Ask again where time was short: on a busy machine a stall's timeout is."""
    for _ in range(_TRIES):
        came = await _next(client)
        if came not in {"OutcomeUnknown", "RequestTimedOut", "DeadlineExceeded"}:
            break
    return came


async def _next(client: PhoneComClient) -> str:
    """Tell whether the next calls get their own answers, and not what was left over."""
    callbacks = client.account(1).callbacks
    try:
        made = await callbacks.create(config=_CONFIG, name="next")
        got = await callbacks.get(ID + 2)
    except PhonecomEventsError as error:
        return type(error).__name__
    return FINE if (made.name, got.id) == ("next", ID + 2) else "another's answer"


@contextmanager
def _logged() -> Iterator[list[str]]:
    """Keep all that is logged meanwhile, by anybody."""
    texts: list[str] = []
    handler = logging.Handler()
    formatter = logging.Formatter()

    def emit(record: logging.LogRecord) -> None:
        texts.extend((formatter.format(record), repr(vars(record))))

    handler.emit = emit  # type: ignore[method-assign]
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield texts
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


def _where(shown: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    found = (
        f"{place} ({secret.removeprefix('canary-')})"
        for place, text in shown
        for secret in (TOKEN, SECRET)
        if secret in text
    )
    return tuple(dict.fromkeys(found))


def _pickles(error: BaseException) -> bool:
    return all(
        pickle.loads(pickle.dumps(link)) == link  # noqa: S301  our own
        for link in chain(error)
        if isinstance(link, PhonecomEventsError)
    )


async def play_all(server: FaultyServer, faults: Iterable[Fault]) -> list[Cell]:
    """Have faults happen to every method, one after the other."""
    return [await play(server, fault, method) for fault in faults for method in METHODS]


def main(argv: Sequence[str]) -> dict[str, Any]:
    """Play all, print and write the table, and return the measures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks faults")
    parser.add_argument("names", nargs="*", help="of faults; without any, all")
    names = parser.parse_args(argv).names
    cells: list[Cell] = []
    with faulty_server() as server:
        for fault in [FAULTS[name] for name in names] or FAULTS.values():
            row = asyncio.run(play_all(server, [fault]))
            print(f"{fault.name:<20}", *(f"{cell!s:<22}" for cell in row))
            for cell in row:
                for problem in cell.problems():
                    print(f"    WRONG: {cell.method} {problem}")
            cells += row
    if not names:
        REPORT.write_text(report(cells))
    wrong = sum(1 for cell in cells for _ in cell.problems())
    if wrong:
        raise SystemExit(f"{wrong} of {len(cells)} are wrong")
    measures = measures_of(cells)
    print(*measures, sep="\n")
    if names:
        return {}
    title = f"{len(cells) // len(METHODS)} faults, for each of {len(METHODS)} methods"
    return {title: {"measures": measures_as_json(measures)}}


def measures_of(cells: Sequence[Cell]) -> tuple[Measure, ...]:
    """Count what must not be."""
    twice = sum(
        cell.requests > 1 and not cell.fault.refuses
        for cell in cells
        if cell.method in ("POST", "PATCH")
    )
    return (
        Measure(
            what="POST or PATCH that may have taken effect, sent twice",
            value=twice,
            sense="at most",
            wanted=0,
        ),
        Measure(
            what="errors, logs and pickles that show a token or secret",
            value=sum(bool(cell.seen) for cell in cells),
            sense="at most",
            wanted=0,
        ),
        Measure(
            what="seconds over the deadline, at worst",
            value=max(cell.over for cell in cells),
            sense="at most",
            wanted=_MOST_OVER,
        ),
    )


_INTRODUCTION: Final = f"""\
# What reaches the user of each fault

Written by `python -m benchmarks faults`; the test suite plays those marked with a star.

A server, in a process of its own, does wrong on purpose, each time, with what it is
told; the client is a `PhoneComClient` with `RetryPolicy(attempts={ATTEMPTS}, base=0)`.
Each cell says what the call raised, or `fine`, and how many requests came to the
server that may have taken effect, as far as a client can know. The rule that the table
is checked by: a POST or PATCH comes more than once only where the server said that it
did nothing (429). GET and DELETE may come up to {ATTEMPTS} times.

*Over* is how many milliseconds the slowest of the four calls took beyond its deadline
of {DEADLINE:g} s ({_PATIENCE:g} s where nothing stalls). *Seen* says where the token,
or a secret header of the callback that is created, was found: in what the error, its
log records, its traceback with all locals of this package's and aiohttp's frames, or
its pickle shows. After each fault the server is well again, and the same client makes
two more calls, which must get their own answers.
"""


def report(cells: Sequence[Cell]) -> str:
    """Write the table."""
    lines = [_INTRODUCTION]
    group = ""
    for start in range(0, len(cells), len(METHODS)):
        row = cells[start : start + len(METHODS)]
        fault = row[0].fault
        if fault.group != group:
            group = fault.group
            lines += [f"## {group}\n"] if len(lines) == 1 else [f"\n## {group}\n"]
            lines += ["| what happens | GET | POST | PATCH | DELETE | over | seen |"]
            lines += ["|---|---|---|---|---|---|---|"]
        seen = dict.fromkeys(place for cell in row for place in cell.seen)
        fields = (
            fault.what + (_FAST if fault.fast else ""),
            *(f"{cell}" for cell in row),
            f"{1000 * max(cell.over for cell in row):.0f}",
            ", ".join(seen) or "nowhere",
        )
        lines.append(f"| {' | '.join(fields)} |")
    return "\n".join([*lines, ""])
