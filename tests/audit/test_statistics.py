"""What is counted besides findings: ages, ends, and where events go."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phonecom_events.audit import Selection
from phonecom_events.audit.checks.targets import Urls
from phonecom_events.audit.report.audited import check_account, check_family, check_linq
from phonecom_events.audit.report.statistics import (
    AGES,
    ENDS,
    MAX_HOSTS,
    Statistics,
    Sum,
    Target,
    Way,
    account_statistics,
    linq_statistics,
)
from phonecom_events.audit.slices import at_once
from phonecom_events.pagination import ScanReport
from phonecom_events.phonecom import (
    Callback,
    EmailConfig,
    HttpConfig,
    SmsAutoresponderConfig,
    SmsAutoresponderParameters,
    UnknownConfig,
)

from .builders import (
    NOW,
    TERMS,
    account,
    callback,
    index_of,
    linq,
    listener,
    reading,
    subscription,
)

MOMENT = timedelta(seconds=1)


def counted(*listeners: Any, callbacks: Any = ()) -> Statistics:
    """Count listeners of one account."""
    found = account(listeners, callbacks=callbacks)
    return at_once(account_statistics(index_of(found)))


@pytest.mark.parametrize("number", range(len(AGES)))
def test_an_age_belongs_to_the_first_bin_that_holds_it(number: int) -> None:
    """A bound is in its bin, and a second more in the next."""
    old = [listener(created_at=NOW - AGES[number])]
    older = [listener(created_at=NOW - AGES[number] - MOMENT)]
    assert counted(*old).ages.index(1) == number
    assert counted(*older).ages.index(1) == number + 1


def test_a_clock_that_is_behind_does_no_harm() -> None:
    """What was created in the future is as young as can be."""
    assert counted(listener(created_at=NOW + timedelta(days=9))).ages[0] == 1


@pytest.mark.parametrize("number", range(len(ENDS)))
def test_an_end_belongs_to_the_first_bin_that_holds_it(number: int) -> None:
    """The first bin is over; the last but one has no bound."""
    ends = [listener(expires_at=NOW + ENDS[number])]
    later = [listener(expires_at=NOW + ENDS[number] + MOMENT)]
    assert counted(*ends).ends.index(1) == number
    assert counted(*later).ends.index(1) == number + 1


def test_what_never_ends_is_in_a_bin_of_its_own() -> None:
    """It is not among those that end late."""
    assert counted(listener(expires_at=None)).ends == (0, 0, 0, 0, 0, 0, 1)


@pytest.mark.parametrize(
    ("fields", "target"),
    [
        (
            {"config": HttpConfig(url="https://User:pw@Hooks.Example.com.:8443/p?k=1")},
            Target(Way.HTTPS, "hooks.example.com"),
        ),
        (
            {"config": HttpConfig(url=" HTTP://hooks.example.com")},
            Target(Way.HTTP, "hooks.example.com"),
        ),
        ({"config": HttpConfig(url="no URL")}, Target(Way.HTTPS, "")),
        ({"config": HttpConfig(url="https://[::1")}, Target(Way.HTTPS, "")),
        (
            {"mode": "EMAIL", "config": EmailConfig(email="a@b@Example.com ")},
            Target(Way.MAIL, "example.com"),
        ),
        ({"mode": "EMAIL", "config": EmailConfig(email=None)}, Target(Way.UNKNOWN, "")),
        (
            {
                "mode": "APPLICATION",
                "config": SmsAutoresponderConfig(
                    parameters=SmsAutoresponderParameters(message="Later.")
                ),
            },
            Target(Way.APPLICATION, "sms-autoresponder"),
        ),
        ({"mode": "PIGEON", "config": UnknownConfig()}, Target(Way.UNKNOWN, "")),
        ({"config": HttpConfig()}, Target(Way.UNKNOWN, "")),
        (
            {"config": HttpConfig(url="https://a.example.com"), "enabled": False},
            Target(Way.NOWHERE, ""),
        ),
    ],
)
def test_a_listener_delivers_where_its_callback_does(
    fields: dict[str, Any], target: Target
) -> None:
    """The host alone is kept of a URL, the domain of an address."""
    to: Callback = callback(id=7, **fields)
    found = counted(listener(callback_id=7), callbacks=[to])
    assert found.targets == {target: 1}


def test_what_has_expired_delivers_nowhere_any_more() -> None:
    """It has an age and an end, but no target."""
    found = counted(listener(expires_at=NOW))
    assert (found.listeners, found.targets) == (1, {})


def test_a_missing_callback_is_not_one_that_was_not_read() -> None:
    """Only where all callbacks were read is it certain that there is none."""
    missing = counted(listener(callback_id=7))
    assert missing.targets == {Target(Way.NOWHERE, ""): 1}
    broken = reading("callbacks", report=ScanReport())
    unread = counted(listener(callback_id=7), callbacks=broken)
    assert unread.targets == {Target(Way.UNKNOWN, ""): 1}


def test_only_active_subscriptions_deliver() -> None:
    """Those of Linq are counted by host, apart from Phone.com's."""
    url = "https://hooks.example.com/1"
    snapshot = linq(
        subscription(target_url=url),
        subscription(target_url=url),
        subscription(target_url="https://off.example.com", is_active=False),
    )
    found = at_once(linq_statistics(index_of(snapshot)))
    assert found.targets == {Target(Way.LINQ, "hooks.example.com"): 2}
    assert found.listeners == 0


@given(st.lists(st.tuples(st.integers(0, 900), st.none() | st.integers(-90, 900))))
def test_a_sum_is_what_counting_all_at_once_gives(
    spans: list[tuple[int, int | None]],
) -> None:
    """However listeners are divided among accounts, the sum is the same."""
    listeners = [
        listener(
            callback_id=number % 3 + 1,
            created_at=NOW - timedelta(days=age),
            expires_at=None if left is None else NOW + timedelta(days=left),
        )
        for number, (age, left) in enumerate(spans)
    ]
    callbacks = [callback(id=number) for number in (1, 2)]
    sums = Sum()
    for each in listeners:
        sums.add(counted(each, callbacks=callbacks))
    assert sums.total == counted(*listeners, callbacks=callbacks)


def test_no_more_hosts_are_kept_than_the_limit() -> None:
    """What goes to others is counted together, also when sums are added up."""
    first, second = Sum(), Sum()
    for number in range(MAX_HOSTS + 5):
        first.count_target(Target(Way.HTTPS, f"{number}.example.com"))
    second.count_target(Target(Way.HTTPS, "one-more.example.com"), 3)
    second.count_target(Target(Way.HTTPS, "0.example.com"), 3)
    first.add(second.total)
    first.add(first.total)
    total = first.total
    assert len(total.targets) == MAX_HOSTS
    assert total.targets[Target(Way.HTTPS, "0.example.com")] == 8
    assert total.elsewhere == 2 * (5 + 3)


def test_statistics_come_with_what_became_of_an_account() -> None:
    """Accounts and Linq have their own; what was read along is with the parent."""
    alone = at_once(check_account(account([listener()]), TERMS, Selection(), Urls()))
    assert alone.statistics.listeners == 1
    family = account([listener(), listener(voip_id=1000009)])
    parent, child = at_once(check_family(family, TERMS, Selection(), Urls()))
    assert parent.statistics.listeners == 2
    assert child.statistics == Statistics()
    assert at_once(
        check_linq(linq(subscription()), TERMS, Selection(), Urls())
    ).statistics.targets
