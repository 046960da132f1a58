"""Reading accounts: the fewest requests, the long way, and whole families."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from phonecom_events import PhoneComClient
from phonecom_events.audit import Reading, audit
from phonecom_events.audit.reading.overview import NestedItems
from phonecom_events.audit.reading.reader import read_account
from phonecom_events.converter import structure
from phonecom_events.pagination import ScanReport
from phonecom_events.phonecom import OverviewListener
from phonecom_events.sandbox import Fault, Sandbox

from .builders import NOW, index_of

HTML = "<html>"


def fill(sandbox: Sandbox, voip_id: int, listeners: int, **account: Any) -> None:
    """Add an account whose listeners have a callback and a profile each."""
    sandbox.add_account(voip_id, **account)
    for _ in range(listeners):
        profile = sandbox.add_profile(voip_id)
        callback = sandbox.add_callback(voip_id, profile_id=profile["id"])
        listener = sandbox.add_listener(voip_id, callback_id=callback["id"])
        sandbox.add_subscription(listener["id"], ["call", "inbound"])


def requests(sandbox: Sandbox) -> Counter[str]:
    """Count the requests by the last part of their paths that is no id."""
    parts = (request.path.split("/") for request in sandbox.requests)
    return Counter(next(p for p in reversed(path) if p.isalpha()) for path in parts)


async def test_five_hundred_listeners_take_six_requests_an_account(
    sandbox: Sandbox, unlimited: PhoneComClient
) -> None:
    """Also if there are as many callbacks and profiles: each takes two pages."""
    for voip_id in range(1, 11):
        fill(sandbox, voip_id, 500)
    report = await audit(unlimited, range(1, 11), now=NOW)
    by_account = Counter(r.path.split("/")[3] for r in sandbox.requests)
    assert set(by_account) == {str(voip_id) for voip_id in range(1, 11)}
    assert max(by_account.values()) <= 6
    assert report.requests == len(sandbox.requests)
    assert report.items == {"listeners": 5000, "callbacks": 5000, "profiles": 5000}
    assert {f.id for f in report.findings} == {"PC108", "PC204"}


async def test_ten_thousand_listeners_on_one_callback_take_23_requests(
    sandbox: Sandbox, unlimited: PhoneComClient
) -> None:
    """The overview is read in pages of 500, and its copies of callbacks dropped."""
    callback = sandbox.add_callback(1, config={"url": "https://hooks.contoso.com"})
    for _ in range(10_000):
        sandbox.add_listener(1, callback_id=callback["id"])
    snapshot = await read_account(unlimited, 1)
    assert requests(sandbox) == {"overview": 21, "callbacks": 1, "profiles": 1}
    assert len(snapshot.listeners.items) == 10_000
    assert snapshot.linked == {}


async def test_equal_sets_of_tags_are_kept_once(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """However many listeners hear the same, the tags are one object."""
    fill(sandbox, 1, 20)
    snapshot = await read_account(phonecom, 1)
    kept = {id(tags) for row in snapshot.listeners.items for tags in row.subscriptions}
    assert len(kept) == 1
    assert snapshot.listeners.items[0].subscriptions == (("call", "inbound"),)


async def test_a_callback_of_another_account_is_linked(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """What the overview shows and no listing has is kept, with its fallback."""
    sandbox.add_profile(2, id=7)
    sandbox.add_callback(2, id=91)
    sandbox.add_callback(2, id=92, profile_id=7, fallback_callback_id=91)
    sandbox.add_listener(1, callback_id=92)
    snapshot = await read_account(phonecom, 1)
    assert sorted(snapshot.linked) == [91, 92]
    assert snapshot.linked_profiles == {7}
    assert not index_of(snapshot).lacks_callback(91)
    assert not index_of(snapshot).lacks_profile(7)
    assert index_of(snapshot).lacks_callback(93)


@pytest.mark.parametrize(
    "fault",
    [
        *[{"status": status} for status in (400, 403, 404, 405, 410, 422, 501)],
        {"status": 200, "body": HTML},
        {"status": 200, "body": {"items": [{"id": 1}]}},
    ],
)
async def test_where_the_overview_is_refused_listeners_are_asked_one_by_one(
    sandbox: Sandbox, phonecom: PhoneComClient, fault: dict[str, Any]
) -> None:
    """No overview, or one in another form: the snapshot is the same the long way."""
    fill(sandbox, 1, 3)
    sandbox.add_listener(1, callback_id=1)
    short = await read_account(phonecom, 1)
    sandbox.clear_requests()
    sandbox.fault(Fault(path="/overview", times=None, **fault))
    long = await read_account(phonecom, 1)
    assert requests(sandbox)["subscriptions"] == 4
    assert long.listeners.items == short.listeners.items
    assert long.callbacks.items == short.callbacks.items
    assert all(reading.whole for reading in long.readings)
    assert [reading.report.items for reading in long.readings] == [4, 3, 3, 3]


async def test_what_was_asked_for_in_vain_is_counted(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """The refused overview and looks for single callbacks are requests, too."""
    fill(sandbox, 1, 3)
    sandbox.add_listener(1, callback_id=900)
    sandbox.fault(Fault(path="/overview", times=None, status=403))
    report = await audit(phonecom, [1], now=NOW)
    assert report.requests == len(sandbox.requests) == 9


@pytest.mark.parametrize(
    "fault",
    [{"status": 500}, {"retry_after": 4000}, {"cut": "before"}, {"status": 401}],
)
async def test_what_may_pass_is_no_refusal(
    sandbox: Sandbox, phonecom: PhoneComClient, fault: dict[str, Any]
) -> None:
    """A server's trouble makes the account unreadable, and the audit no longer."""
    fill(sandbox, 1, 3)
    sandbox.fault(Fault(path="/overview", times=None, **fault))
    snapshot = await read_account(phonecom, 1)
    assert snapshot.listeners.error is not None
    assert "listeners" not in requests(sandbox)


async def test_an_account_that_is_not_there_is_asked_for_once(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """A 404 on the first listing is the account's, and ends the reading."""
    snapshot = await read_account(phonecom, 999)
    assert len(sandbox.requests) == 1
    assert {str(each.error) for each in snapshot.readings} == {
        str(snapshot.profiles.error)
    }


async def test_a_listener_deleted_meanwhile_leaves_no_gap(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """On the long way, a 404 for its subscriptions is no error: they are unknown."""
    fill(sandbox, 1, 2)
    sandbox.fault(Fault(path="/overview", status=403, times=None))
    sandbox.fault(Fault(path="/subscriptions", status=404))
    snapshot = await read_account(phonecom, 1)
    assert all(reading.whole for reading in snapshot.readings)
    known = [row.subscriptions is not None for row in snapshot.listeners.items]
    assert known == [False, True]


async def test_subscriptions_that_cannot_be_read_are_a_gap(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """The first refusal ends it, and what was not read is not judged."""
    fill(sandbox, 1, 5)
    sandbox.fault(Fault(path="/overview", status=403, times=None))
    sandbox.fault(Fault(path="/subscriptions", status=403, skip=2, times=None))
    report = await audit(phonecom, [1], now=NOW)
    assert requests(sandbox)["subscriptions"] == 3
    assert report.exit_code() == 2
    assert {f.id for f in report.findings} == {"PC001", "PC108", "PC204"}


async def test_a_callback_made_meanwhile_is_not_missing(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """On the long way it is asked for by its id; one that is gone is missing."""
    fill(sandbox, 1, 1)
    sandbox.fault(Fault(path="/overview", status=403, times=None))
    sandbox.add_listener(1, callback_id=900)

    def create(_: object) -> None:
        sandbox.add_callback(1, id=901)
        sandbox.add_listener(1, callback_id=901)

    sandbox.before(create, nth=1, path="/listeners")
    snapshot = await read_account(phonecom, 1)
    assert not index_of(snapshot).lacks_callback(901)
    assert index_of(snapshot).lacks_callback(900)


async def test_a_callback_that_cannot_be_asked_for_is_unknown(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """An error on the way makes the callbacks a gap, and none missing."""
    fill(sandbox, 1, 1)
    sandbox.add_listener(1, callback_id=900)
    sandbox.fault(Fault(path="/overview", status=403, times=None))
    sandbox.fault(Fault(path="/callbacks/900", status=403, times=None))
    snapshot = await read_account(phonecom, 1)
    assert snapshot.callbacks.error is not None
    assert not index_of(snapshot).lacks_callback(900)


async def test_a_family_is_read_in_the_parents_listings(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """Each account is told with its own items, and the parent with the requests."""
    fill(sandbox, 1, 2)
    fill(sandbox, 2, 3, parent=1)
    fill(sandbox, 3, 1, parent=2)
    sandbox.add_listener(2, expires_at=1)
    report = await audit(phonecom, [1], now=NOW, include_subaccounts=True)
    assert len(sandbox.requests) == 3
    assert {dict(r.query)["include_subaccounts"] for r in sandbox.requests} == {"1"}
    assert report.accounts == (1, 2, 3)
    counts = [[r.report.items for r in part.readings] for part in report.audited]
    assert counts == [[2, 2, 2], [4, 3, 3], [1, 1, 1]]
    assert [part.requests for part in report.audited] == [3, 0, 0]
    for part in report.audited:
        assert {f.where.account for f in part.findings} <= {part.account}
    assert ("PC101", 2) in {(f.id, f.where.account) for f in report.findings}


async def test_an_account_that_is_also_a_subaccount_is_told_once(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """Named beside its parent, it is in the report once, whoever comes first."""
    fill(sandbox, 1, 1)
    fill(sandbox, 2, 1, parent=1)
    for accounts in ([1, 2], [2, 1]):
        for concurrency in (1, 2):
            report = await audit(
                phonecom,
                accounts,
                now=NOW,
                include_subaccounts=True,
                concurrency=concurrency,
            )
            assert report.accounts == (1, 2)
            assert report.items["listeners"] == 2


async def test_a_family_on_the_long_way_asks_each_owner(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """A subaccount's listener is asked for its subscriptions on its own path."""
    fill(sandbox, 1, 1)
    fill(sandbox, 2, 1, parent=1)
    sandbox.fault(Fault(path="/overview", status=403, times=None))
    snapshot = await read_account(phonecom, 1, include_subaccounts=True)
    assert {row.subscriptions for row in snapshot.listeners.items} == {
        (("call", "inbound"),)
    }
    owners = {
        request.path.split("/")[3]
        for request in sandbox.requests
        if request.path.endswith("/subscriptions")
    }
    assert owners == {"1", "2"}


def test_a_reading_is_whole_only_if_it_is_proven() -> None:
    """What follows from absence needs a listing without doubt."""
    assert not Reading[int](resource="listeners").whole
    proven = ScanReport(complete=True, proven=True, reason="")
    assert Reading[int](resource="listeners", report=proven).whole


def item(*filters: dict[str, Any]) -> OverviewListener:
    """Make an item of the overview that tells its listener's filters."""
    plain = {
        "id": 1,
        "voip_id": 1,
        "version": "2.0.0",
        "callback_id": 1,
        "created_at": 1,
        ":subscriptions": [],
        ":filters": list(filters),
    }
    return structure(plain, OverviewListener)


def test_filters_that_do_the_same_are_equal() -> None:
    """Ids and order make no difference; values, kinds and negation do."""
    number = {"filter_type": "number", "filter_value": {"eq": "+12025550101"}}
    schedule = {"filter_type": "schedule", "filter_value": {"id": 12}}
    forms = [
        NestedItems(()).row(item(*filters)).listener.filters
        for filters in (
            [{"id": 1, **number}, {"id": 2, **schedule}],
            [{"id": 3, **schedule, "not_logic": False}, {"id": 4, **number}],
            [{"id": 1, **number, "not_logic": True}, {"id": 2, **schedule}],
            [{"id": 1, **number}],
            [],
        )
    ]
    assert forms[0] == forms[1]
    assert len(set(forms)) == 4
    assert forms[-1] == ()
