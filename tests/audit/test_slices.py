"""Long work in steps: what it gives, and who else has a turn meanwhile."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Callable, Iterator
from itertools import count, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phonecom_events.audit import AccountSnapshot, Selection, audit, slices
from phonecom_events.audit.checks import repeats, tag_names, targets
from phonecom_events.audit.checks.fallbacks import looping_fallbacks
from phonecom_events.audit.checks.targets import Urls
from phonecom_events.audit.report.audited import check_account, check_family
from phonecom_events.audit.report.report import AuditReport
from phonecom_events.audit.slices import (
    ROWS,
    SLICE,
    Steps,
    at_once,
    emptied,
    in_order,
    in_slices,
    parts,
)
from phonecom_events.sandbox import Sandbox

from .builders import NOW, TERMS, account, callback, index_of, listener, profile
from .growth import work


def counting(steps: int, done: list[int]) -> Steps[str]:
    """Work in so many steps, each of which is noted."""
    for number in range(steps):
        done.append(number)
        yield
    return "done"


def ticking(seconds: float) -> Callable[[], float]:
    """Make a clock that goes on by this much whenever somebody looks."""
    ticks = count()
    return lambda: next(ticks) * seconds


async def test_others_have_their_turn_after_each_slice() -> None:
    """Where a step takes a slice, whoever else is ready runs before the next step."""
    done: list[int] = []
    seen: list[int] = []

    async def watch() -> None:
        while True:
            seen.append(len(done))
            await asyncio.sleep(0)

    watcher = asyncio.create_task(watch())
    assert await in_slices(counting(5, done), clock=ticking(SLICE)) == "done"
    watcher.cancel()
    assert seen == [1, 2, 3, 4, 5]


async def test_short_steps_share_a_slice() -> None:
    """A turn of the loop is not free: it comes after a slice, not after each step."""
    done: list[int] = []
    task = asyncio.create_task(in_slices(counting(8, done), clock=ticking(SLICE / 4)))
    await asyncio.sleep(0)
    assert len(done) == 4
    assert await task == "done"


async def test_what_is_cancelled_ends_within_a_slice() -> None:
    """A cancellation is raised where the loop has its turn, and no step follows."""
    done: list[int] = []
    task = asyncio.create_task(in_slices(counting(100, done), clock=ticking(SLICE)))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(done) == 2


@given(
    st.lists(st.integers(0, 9), min_size=0, max_size=4 * ROWS),
    st.sampled_from(["as they are", "ascending", "descending"]),
)
def test_sorting_in_steps_is_sorting(keys: list[int], order: str) -> None:
    """The order is that of `sorted`, which keeps equals as they came."""
    if order != "as they are":
        keys.sort(reverse=order == "descending")
    rows = list(enumerate(keys))
    ordered = at_once(in_order(parts(rows), lambda row: row[1]))
    assert list(ordered) == sorted(rows, key=lambda row: row[1])


def test_what_is_large_is_let_go_in_steps() -> None:
    """Each step frees one value, where nobody else holds them."""

    class Value:
        pass

    held = {number: Value() for number in range(3)}
    alive = [weakref.ref(value) for value in held.values()]
    left = [sum(each() is not None for each in alive) for _ in emptied(held)]
    assert left == [2, 1, 0]


def all_wrong(size: int) -> AccountSnapshot:
    """Make an account in which each row is worth findings, and all go to one URL."""
    numbers = range(size, 0, -1)
    return account(
        [
            listener(f"own-{n}", "call", id=n, callback_id=n, version="1.0.0")
            for n in numbers
        ],
        [profile(id=n, support_email=None) for n in numbers],
        [
            callback("http://localhost/", id=n, fallback_callback_id=n % size + 1)
            for n in numbers
        ],
    )


def longest(steps: Iterator[object]) -> int:
    """Return how many instructions the longest step takes."""
    end = object()
    most = 0
    ended = False

    def step() -> None:
        nonlocal ended
        ended = next(steps, end) is end

    while not ended:
        most = max(most, work(step))
    return most


@pytest.mark.parametrize("check", [check_account, check_family])
def test_no_step_grows_with_the_account(check: Callable[..., Steps[Any]]) -> None:
    """An account of thrice the size has more steps, and none that is longer."""

    def steps(rows: int) -> Steps[Any]:
        return check(all_wrong(rows * ROWS), TERMS, Selection(), Urls())

    assert at_once(steps(3))
    few, many = longest(steps(1)), longest(steps(3))
    assert many < 1.2 * few


def test_a_loop_of_fallbacks_is_walked_in_steps() -> None:
    """However many callbacks there are in it."""
    one, three = (index_of(all_wrong(rows * ROWS)) for rows in (1, 3))
    assert sum(map(bool, looping_fallbacks.find(three))) == 1
    few, many = (longest(looping_fallbacks.find(index)) for index in (one, three))
    assert many < 1.5 * few


KNOWN = tuple(
    product(
        ("call",),
        ("inbound", "outbound"),
        ("new-call", "connecting-call", "connected-call", "completed-call"),
        ("from-did", "from-extension", "call"),
        ("to-did", "to-extension", "call"),
        ("first-leg", "not-first-leg", "call"),
    )
)
UNKNOWN = tuple(("fax", f"own-{number}") for number in range(len(KNOWN)))


@pytest.mark.parametrize(("older", "newer"), [(KNOWN, "message"), (UNKNOWN, "fax")])
def test_no_step_grows_with_the_sets_of_tags(
    older: tuple[tuple[str, ...], ...], newer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many a new listener has to be compared with, it is so in steps."""
    for module in (repeats, slices, tag_names):
        monkeypatch.setattr(module, "ROWS", 16)

    def longest_with(count: int) -> int:
        heard = repeats.OlderListeners({})
        for tags in older[:count]:
            at_once(heard.add(listener(*tags)))
        return longest(heard.add(listener(newer)))

    assert longest_with(200) < 1.5 * longest_with(50)


def test_the_report_is_drawn_up_in_steps() -> None:
    """Of one account's findings, too, which are in order already."""
    reports = [
        AuditReport.in_steps(
            [
                at_once(
                    check_account(all_wrong(rows * ROWS), TERMS, Selection(), Urls())
                )
            ],
            TERMS,
        )
        for rows in (1, 3)
    ]
    few, many = map(longest, reports)
    assert many < 1.5 * few


def test_no_collection_of_garbage_visits_what_there_is_much_of() -> None:
    """Rows and findings are kept by the hundred thousand, and are in no cycle."""
    snapshot = all_wrong(2)
    audited = at_once(check_account(snapshot, TERMS, Selection(), Urls()))
    rows = (snapshot.listeners, snapshot.callbacks, snapshot.profiles)
    kept = [row for reading in rows for row in reading.items]
    places = [finding.where for finding in audited.findings]
    assert len(kept) == 6
    assert places
    assert not any(map(gc.is_tracked, [*kept, *audited.findings, *places]))


def test_a_repr_is_short() -> None:
    """`asyncio.run` asks for that of what it returns, and so does a log."""
    audited = at_once(check_account(all_wrong(50), TERMS, Selection(), Urls()))
    report = AuditReport.of([audited], TERMS)
    counts = "100 errors, 151 warnings, 50 infos"
    assert repr(report) == f"<AuditReport: 1 account, {counts}>"
    assert repr(audited) == f"<Audited: account {audited.account}, {counts}>"


async def test_each_url_is_taken_apart_once_in_an_audit(
    sandbox: Sandbox, phonecom: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many callbacks of however many accounts have it; its host is judged so."""
    calls: list[tuple[str, str]] = []

    def counted(name: str) -> Callable[[str], Any]:
        plain = getattr(targets, name)

        def call(text: str) -> Any:
            calls.append((name, text))
            return plain(text)

        return call

    for name in ("read_url", "why_no_receiver"):
        monkeypatch.setattr(targets, name, counted(name))
    hosts = ("a.contoso.com", "b.contoso.com")
    for voip_id, host in product((1, 2), hosts * 2):
        made = sandbox.add_callback(voip_id, config={"url": f"https://{host}/"})
        sandbox.add_listener(voip_id, callback_id=made["id"])
    await audit(phonecom, [1, 2], now=NOW)
    assert sorted(calls) == [
        *(("read_url", f"https://{host}/") for host in hosts),
        *(("why_no_receiver", host) for host in hosts),
    ]


def test_of_urls_without_number_few_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """An audit of a million accounts does not keep a million URLs."""
    monkeypatch.setattr(targets, "MOST_KEPT", 3)
    urls = Urls()
    for number in range(10):
        assert urls[f"https://h{number}.contoso.com/"].host == f"h{number}.contoso.com"
        assert urls.why_no_receiver(f"10.0.0.{number}")
        assert len(urls) <= 3
