"""The checks for Linq subscriptions that deliver one event twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phonecom_events import WebhookSubscription
from phonecom_events.audit.checks.linq import same_host, same_target

from .builders import LONG_AGO, found, ids, linq, subscription

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a.example.com/x", "https://a.example.com/x", True),
        ("https://a.example.com/x", "https://A.Example.com:443/x#top", True),
        ("https://a.example.com", "https://a.example.com/", True),
        ("https://a.example.com/x?line=1", "https://a.example.com/x?line=2", False),
        ("https://a.example.com/x", "https://a.example.com/X", False),
        ("https://a.example.com/x", "https://a.example.com:8443/x", False),
        ("https://a.example.com/x", "http://a.example.com/x", False),
        ("not a url", "not a url", True),
        ("not a url", "nor this", False),
    ],
)
def test_targets_are_compared_by_where_they_lead(
    one: str, other: str, *, same: bool
) -> None:
    """Spelling does not matter, path and query do; the newer one is the finding."""
    older = subscription(id="older", target_url=one)
    newer = subscription(id="newer", target_url=other, created_at=LONG_AGO + HOUR)
    findings = found(same_target, linq(newer, older))
    assert ids(findings) == ["newer"] * same
    assert [f.why for f in findings] == ["older delivers there, too"] * same


def test_an_inactive_subscription_delivers_nothing_twice() -> None:
    """Only active subscriptions count as duplicates."""
    url = "https://a.example.com/x"
    rows = (subscription(target_url=url), subscription(target_url=url, is_active=False))
    assert found(same_target, linq(*rows)) == []


def test_each_further_duplicate_is_a_finding() -> None:
    """Of three with one target, the oldest stays and two are told."""
    rows = [
        subscription(id=name, target_url="https://a.example.com/x") for name in "cab"
    ]
    findings = found(same_target, linq(*rows))
    assert ids(findings) == ["b", "c"]
    assert {f.why for f in findings} == {"a delivers there, too"}


HOST = "https://hooks.contoso.com"
A, B, C = "+12025550101", "+12025550102", "+12025550103"


@pytest.mark.parametrize(
    ("events", "numbers", "others", "other_numbers", "told"),
    [
        (["message.sent"], [A], ["message.sent"], [A, B], "message.sent"),
        (["message.sent"], [A], ["message.sent"], [B], None),
        (["message.sent"], None, ["message.sent"], [B], "message.sent"),
        (["message.sent"], [A], ["message.sent"], [], "message.sent"),
        (["message.sent"], None, ["message.sent"], None, "message.sent"),
        (["message.sent"], [A], ["message.read"], [A], None),
        (["a.b", "c.d"], [A], ["c.d", "e.f", "a.b"], [A], "a.b, c.d"),
        ([], None, ["message.sent"], None, None),
    ],
)
def test_the_same_event_of_the_same_number_to_one_host_is_found(
    events: Sequence[str],
    numbers: Sequence[str] | None,
    others: Sequence[str],
    other_numbers: Sequence[str] | None,
    told: str | None,
) -> None:
    """Events and numbers must both meet; no number at all means every number."""
    older = subscription(
        id="older",
        target_url=f"{HOST}/a",
        subscribed_events=tuple(events),
        phone_numbers=None if numbers is None else tuple(numbers),
    )
    newer = subscription(
        id="newer",
        target_url=f"{HOST}:443/b",
        subscribed_events=tuple(others),
        phone_numbers=None if other_numbers is None else tuple(other_numbers),
        created_at=LONG_AGO + HOUR,
    )
    findings = found(same_host, linq(newer, older))
    assert ids(findings) == ([] if told is None else ["newer"])
    assert [f.why for f in findings] == (
        [] if told is None else [f"older delivers {told} there, too"]
    )


@pytest.mark.parametrize(
    "other",
    [
        {"target_url": "https://other.contoso.com/b"},
        {"target_url": f"{HOST}:8443/b"},
        {"target_url": f"{HOST}/a"},
        {"target_url": "no url"},
        {"target_url": f"{HOST}/b", "is_active": False},
    ],
)
def test_other_hosts_same_targets_and_inactive_ones_are_left_alone(
    other: dict[str, object],
) -> None:
    """Another server or port is another place, and one URL is another check's."""
    rows = subscription(id="a", target_url=f"{HOST}/a"), subscription(id="b", **other)
    assert found(same_host, linq(*rows)) == []


def test_a_target_that_is_no_url_hides_no_other() -> None:
    """It is passed over, and those after it are compared as ever."""
    urls = {"a": "no url", "b": f"{HOST}/b", "c": f"{HOST}/c"}
    rows = [subscription(id=name, target_url=url) for name, url in urls.items()]
    assert ids(found(same_host, linq(*rows))) == ["c"]


def test_each_subscription_is_told_once_by_the_oldest() -> None:
    """Of three that overlap, the two newer ones are findings."""
    rows = [subscription(id=name, target_url=f"{HOST}/{name}") for name in "cab"]
    findings = found(same_host, linq(*rows))
    assert ids(findings) == ["b", "c"]
    assert {f.why for f in findings} == {"a delivers message.received there, too"}


def test_a_repeat_is_told_whatever_else_shares_a_url() -> None:
    """A and B have one URL; C repeats what B alone asks for, and D both."""
    rows = [
        subscription(id="a", target_url=f"{HOST}/x", subscribed_events=("call.ended",)),
        subscription(
            id="b", target_url=f"{HOST}/x", subscribed_events=("chat.created",)
        ),
        subscription(
            id="c", target_url=f"{HOST}/y", subscribed_events=("chat.created",)
        ),
        subscription(
            id="d",
            target_url=f"{HOST}/z",
            subscribed_events=("chat.created", "call.ended"),
        ),
    ]
    findings = found(same_host, linq(*rows))
    assert [f.why for f in findings] == [
        "b delivers chat.created there, too",
        "b delivers chat.created there, too",
    ]
    assert ids(findings) == ["c", "d"]


def test_one_that_shares_a_url_may_repeat_another() -> None:
    """B has the URL of A, and repeats what C got before at another."""
    rows = [
        subscription(id="a", target_url=f"{HOST}/x", subscribed_events=("call.ended",)),
        subscription(
            id="c", target_url=f"{HOST}/y", subscribed_events=("chat.created",)
        ),
        subscription(
            id="d",
            target_url=f"{HOST}/x",
            subscribed_events=("call.ended", "chat.created"),
        ),
    ]
    (finding,) = found(same_host, linq(*rows))
    assert (finding.where.id, finding.why) == (
        "d",
        "c delivers chat.created there, too",
    )


def test_one_that_shares_the_oldest_url_repeats_the_next() -> None:
    """B repeats A at another URL; C has the URL of A, and repeats B."""
    rows = [
        subscription(id=name, target_url=f"{HOST}/{path}")
        for name, path in {"a": "x", "b": "y", "c": "x"}.items()
    ]
    assert [(f.where.id, f.why.split()[0]) for f in found(same_host, linq(*rows))] == [
        ("b", "a"),
        ("c", "b"),
    ]


ROWS = st.lists(
    st.builds(
        subscription,
        target_url=st.sampled_from(
            [f"{HOST}/{n}" for n in "xyz"] + ["https://b.example"]
        ),
        subscribed_events=st.lists(st.sampled_from("pqr"), max_size=2).map(tuple),
        phone_numbers=st.none()
        | st.lists(st.sampled_from([A, B, C]), max_size=2).map(tuple),
        is_active=st.sampled_from([True, True, True, False]),
        created_at=st.integers(0, 3).map(lambda hours: LONG_AGO + hours * HOUR),
    ),
    max_size=7,
)


@given(ROWS)
def test_repeats_are_those_of_the_explanation(rows: list[WebhookSubscription]) -> None:
    """Every pair is looked at: another URL, one host, one event of one number."""

    def repeats(newer: WebhookSubscription, older: WebhookSubscription) -> bool:
        numbers = [set(each.phone_numbers or ()) for each in (newer, older)]
        return (
            newer.is_active
            and older.is_active
            and (older.created_at, older.id) < (newer.created_at, newer.id)
            and older.target_url != newer.target_url
            and older.target_url.split("/")[2] == newer.target_url.split("/")[2]
            and bool({*newer.subscribed_events} & {*older.subscribed_events})
            and (not all(numbers) or bool(numbers[0] & numbers[1]))
        )

    expected = {
        newer.id for newer in rows if any(repeats(newer, older) for older in rows)
    }
    findings = found(same_host, linq(*rows))
    assert set(ids(findings)) == expected
    assert len(findings) == len(expected)
    by_id = {row.id: row for row in rows}
    for finding in findings:
        assert repeats(by_id[str(finding.where.id)], by_id[finding.why.split()[0]])


def test_thousands_of_numbers_are_compared_quickly() -> None:
    """Subscriptions with a number each, all on one host, are no trouble."""
    rows = [
        subscription(
            target_url=f"{HOST}/{number}", phone_numbers=(f"+1202{number:07}", C)
        )
        for number in range(3000)
    ]
    assert len(found(same_host, linq(*rows))) == 2999
