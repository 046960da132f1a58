"""The check for listeners that deliver one event twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import cycle, islice, product
from typing import Any

import pytest

from phonecom_events.audit.checks.repeats import delivered_twice
from phonecom_events.audit.snapshot import CallbackRow
from phonecom_events.audit.tags import TagSet
from phonecom_events.phonecom import HttpConfig, Tag, UnknownConfig

from .builders import (
    LONG_AGO,
    NOW,
    VOIP_ID,
    account,
    by_mail,
    callback,
    found,
    ids,
    listener,
)
from .growth import work

URL = "https://hooks.contoso.com/crm"
HOUR = timedelta(hours=1)
ONE_FILTER = ("number +12025550101",)
OTHER_FILTER = ("number +12025550102",)


def pair(one: dict[str, Any], other: dict[str, Any], *callbacks: Any) -> Any:
    """Make an account with an older and a newer listener, on callbacks 7 and 8."""
    rows = [
        listener(*one.pop("tags", ()), **{"id": 1, "callback_id": 7, **one}),
        listener(
            *other.pop("tags", ()),
            **{"id": 2, "callback_id": 8, "created_at": LONG_AGO + HOUR, **other},
        ),
    ]
    both = callbacks or (callback(URL, id=7), callback(URL, id=8))
    return account(rows, callbacks=both)


def test_the_newer_of_two_is_told() -> None:
    """Two that hear calls and lead to one URL are one finding, about the newer."""
    (finding,) = found(delivered_twice, pair({}, {"tags": ("call", "inbound")}))
    assert finding.where.id == 2
    assert finding.why == "listener 1 sends some of the same events there, too"


def test_each_is_told_with_one_that_it_overlaps_with() -> None:
    """Two that repeat different listeners of one URL are not told with the same."""
    heard = [("call",), ("message",), ("call", "inbound"), ("message", "inbound")]
    rows = [listener(*tags, id=n, callback_id=7) for n, tags in enumerate(heard, 1)]
    findings = found(delivered_twice, account(rows))
    assert [(each.where.id, each.why.split()[1]) for each in findings] == [
        (3, "1"),
        (4, "2"),
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"tags": ("call",)}, {"tags": ("message",)}),
        ({"tags": ("call", "inbound")}, {"tags": ("call", "outbound")}),
        ({"subscriptions": None}, {}),
        ({"subscriptions": ()}, {}),
        ({"expires_at": NOW}, {}),
        ({"extension_id": 501}, {"extension_id": 502}),
        ({"filters": ONE_FILTER}, {"filters": OTHER_FILTER}),
        ({"tags": ("call", "message")}, {"tags": ("call", "message")}),
        ({"voip_id": VOIP_ID + 1}, {}),
    ],
)
def test_what_does_not_overlap_is_left_alone(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    """Other events, other extensions, filters or accounts, and what is over."""
    assert found(delivered_twice, pair(dict(one), dict(other))) == []
    assert found(delivered_twice, pair(dict(other), dict(one))) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {"extension_id": 501}),
        ({"extension_id": 501}, {"extension_id": 501}),
        ({"filters": ONE_FILTER}, {"filters": ONE_FILTER}),
        ({"filters": ()}, {"filters": ONE_FILTER}),
        ({"filters": None}, {"filters": ONE_FILTER}),
        ({"tags": ("call",)}, {"tags": ("inbound",)}),
        ({"tags": ("call", "fax")}, {"tags": ("fax",)}),
        ({"tags": ("call", "fax")}, {"tags": ("call",)}),
        ({"version": "1.0.0"}, {}),
    ],
)
def test_what_overlaps_is_found_in_either_order(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    """An account hears its extensions, and filters must differ to tell apart."""
    assert ids(found(delivered_twice, pair(dict(one), dict(other)))) == [2]
    assert ids(found(delivered_twice, pair(dict(other), dict(one)))) == [2]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (
            callback(URL, id=7),
            callback("HTTPS://Hooks.Contoso.com:443/crm", id=8),
            True,
        ),
        (
            callback(URL, id=7),
            callback("https://hooks.contoso.com./crm", id=8),
            True,
        ),
        (
            callback(URL, id=7),
            callback("HTTPS://Hooks.Contoso.com.:443/crm", id=8),
            True,
        ),
        (callback(URL, id=7), callback(f"{URL}?line=1", id=8), False),
        (
            callback(URL, id=7),
            callback(id=8, config=HttpConfig(url=URL, method="PUT")),
            False,
        ),
        (callback(URL, id=7), callback(URL, id=8, enabled=False), False),
        (by_mail("Ops@Contoso.com", id=7), by_mail("ops@contoso.com", id=8), True),
        (by_mail("ops@contoso.com", id=7), by_mail("desk@contoso.com", id=8), False),
        (by_mail(None, id=7), by_mail(None, id=8), False),
        (by_mail(" ", id=7), by_mail(" ", id=8), False),
        (by_mail("ops@contoso.com", id=7), by_mail(" ops@contoso.com", id=8), True),
        (callback(" ", id=7), callback(" ", id=8), False),
        (callback("none yet", id=7), callback("none yet", id=8), False),
        (
            callback(id=7, config=HttpConfig()),
            callback(id=8, config=HttpConfig()),
            False,
        ),
        (callback(URL, id=7), callback(URL, id=9), False),
    ],
)
def test_a_target_is_a_method_and_url_or_a_mail_address(
    one: Any, other: Any, *, same: bool
) -> None:
    """Spelling does not matter; disabled and missing callbacks deliver nothing."""
    assert ids(found(delivered_twice, pair({}, {}, one, other))) == [2] * same


@pytest.mark.parametrize(
    "row",
    [
        callback(id=7),
        callback(id=7, config=HttpConfig()),
        by_mail(None, id=7),
        callback(id=7, mode="PIGEON", config=UnknownConfig()),
    ],
)
def test_one_callback_is_one_target(row: CallbackRow) -> None:
    """Two listeners on the same callback are compared, whatever its mode."""
    rows = [listener(id=1, callback_id=7), listener(id=2, callback_id=7)]
    assert ids(found(delivered_twice, account(rows, callbacks=[row]))) == [2]


def test_one_that_delivers_nowhere_hides_no_other() -> None:
    """It is passed over, and those after it are compared as ever."""
    rows = [listener(id=number, callback_id=7) for number in (1, 2)]
    rows.insert(0, listener(callback_id=404))
    assert ids(found(delivered_twice, account(rows, callbacks=[callback(id=7)]))) == [2]


def compare_with_all_pairs(rows: list[Any]) -> None:
    """Assert that what the check finds, and names, is what every pair shows."""
    findings = found(delivered_twice, account(rows))
    pairs = {
        (old.id, new.id)
        for old, new in product(rows, rows)
        if old.id < new.id and _meet(old, new)
    }
    assert set(ids(findings)) == {new for _, new in pairs}
    named = {(int(each.why.split()[1]), each.where.id) for each in findings}
    assert named <= pairs


def _meet(old: Any, new: Any) -> bool:
    extensions = old.extension_id == new.extension_id or None in (
        old.extension_id,
        new.extension_id,
    )
    filters = old.filters == new.filters or not (old.filters and new.filters)
    return (
        extensions
        and filters
        and any(
            TagSet(one).overlaps(TagSet(other))
            for one, other in product(old.subscriptions, new.subscriptions)
        )
    )


def many(count: int) -> list[Any]:
    """Make listeners with all sorts of tags, extensions and filters on one URL."""
    sorts = product(
        [("call", "inbound"), ("message",), ("new-call", "from-did"), ("fax",)]
        + [(str(tag),) for tag in Tag],
        [501, None, 502, 503],
        [None, ONE_FILTER, (), OTHER_FILTER],
    )
    return [
        listener(*tags, id=number, callback_id=7, extension_id=extension, filters=only)
        for number, (tags, extension, only) in enumerate(
            islice(cycle(sorts), count), start=1
        )
    ]


@pytest.mark.parametrize("step", [1, 7, 11, 101])
def test_the_short_way_finds_what_all_pairs_show(step: int) -> None:
    """Looking up among few sets of tags gives the same as comparing everybody."""
    rows = (many(440) * step)[::step][:440]
    compare_with_all_pairs(
        [listener(**_with_id(row, n)) for n, row in enumerate(rows, start=1)]
    )


def with_own_tags(count: int) -> list[Any]:
    """Make listeners on one URL, of which most have a tag that no other has."""
    some = ("call", "inbound", "message", "fax", "x-1", "x-2")
    return [
        listener(
            *(tag for bit, tag in enumerate(some) if number >> bit & 1),
            *([f"own-{number}"] if number % 3 else []),
            id=number,
            callback_id=7,
            extension_id=number % 2 or None,
        )
        for number in range(1, count + 1)
    ]


def of_two_sorts(count: int) -> list[Any]:
    """Make listeners of the account with tags of their own, then of an extension each."""
    half = count // 2
    return [
        listener(
            *(("call", f"own-{number}") if number <= half else ("message",)),
            id=number,
            callback_id=7,
            extension_id=None if number <= half else number,
        )
        for number in range(1, count + 1)
    ]


def of_one_sort(count: int) -> list[Any]:
    """Make listeners that share a tag: those with one of their own, then the others."""
    half = count // 2
    return [
        listener(*(["fax", f"own-{n}"] if n <= half else ["fax"]), id=n, callback_id=7)
        for n in range(1, count + 1)
    ]


@pytest.mark.parametrize("make", [with_own_tags, of_two_sorts, of_one_sort])
def test_tags_that_nobody_knows_do_not_make_it_compare_all_pairs(
    make: Callable[[int], list[Any]],
) -> None:
    """Two overlap where one holds the other, and few have to be looked at for that."""
    few, most = make(300), make(1_200)
    compare_with_all_pairs(few)
    taken = [work(found, delivered_twice, account(rows)) for rows in (few, most)]
    assert taken[1] < 6 * taken[0]


def _with_id(row: Any, number: int) -> dict[str, Any]:
    return {
        "id": number,
        "callback_id": 7,
        "extension_id": row.extension_id,
        "filters": row.filters,
        "subscriptions": row.subscriptions,
    }


def test_the_work_grows_with_the_listeners_of_a_url_not_with_their_pairs() -> None:
    """The worst case for comparing pairs takes far less than they would."""
    few, most = account(many(500)), account(many(2_000))
    assert len(found(delivered_twice, most)) > 1_700
    taken = [work(found, delivered_twice, rows) for rows in (few, most)]
    assert taken[1] < 6 * taken[0]
