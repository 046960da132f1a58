"""The algebra of tags: what can be on one event, and who hears the same."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phonecom_events.audit.tags import TagSet, contradiction
from phonecom_events.phonecom import Tag

TAGS = st.frozensets(
    st.sampled_from([*map(str, Tag), "fax", "received-message"]), max_size=5
)


def hearing(text: str) -> TagSet:
    """Make a hearing of tags separated by blanks."""
    return TagSet(frozenset(text.split()))


@pytest.mark.parametrize(
    "text",
    [
        *("call message", "call call-log", "message recording", "call-log api-error"),
        *("completed-call sms-message", "first-leg message", "call call-recording"),
        *("inbound outbound", "call-log inbound", "api-error outbound"),
        *("recording inbound", "voicemail-recording outbound"),
        *("new-call completed-call", "connecting-call connected-call"),
        *("first-leg not-first-leg", "from-did from-extension"),
        *("to-did to-extension", "sms-message mms-message"),
        "fax inbound outbound",
    ],
)
def test_these_are_never_on_one_event(text: str) -> None:
    """Kinds, directions, states, legs, ends and types of an event exclude others."""
    assert contradiction(frozenset(text.split())) is not None
    assert not hearing(text).possible


@pytest.mark.parametrize(
    "text",
    [
        *("call inbound first-leg new-call", "call from-did to-did"),
        *("from-did to-extension", "message sms-message *ms-message outbound"),
        *("recording call-recording", "recording voicemail-recording"),
        *("api-error api-error-trusted", "call-log to-did", "message from-extension"),
        *("message-status inbound", "message-status message", "fax call message-x"),
        *("received-message call", "call", ""),
    ],
)
def test_what_is_said_nowhere_is_possible(text: str) -> None:
    """Tags that imply each other, have nothing to do with each other, or are new."""
    assert contradiction(frozenset(text.split())) is None
    assert hearing(text).possible


@given(TAGS)
def test_a_set_is_impossible_just_if_two_of_its_tags_are(tags: frozenset[str]) -> None:
    """The pair that is told is always the whole reason."""
    pair = contradiction(tags)
    assert (pair is None) is TagSet(tags).possible
    if pair is not None:
        assert set(pair) <= tags
        assert not TagSet(frozenset(pair)).possible
    assert (pair is None) is all(
        TagSet(frozenset(two)).possible for two in combinations(tags, 2)
    )


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        ("call", "call", True),
        ("call inbound", "call", True),
        ("call", "inbound", True),
        ("call", "inbound first-leg", True),
        ("from-did", "to-did", True),
        ("call inbound", "call outbound", False),
        ("call", "message", False),
        ("new-call", "completed-call", False),
        ("call-recording", "recording", True),
        ("fax", "fax inbound", True),
        ("fax", "inbound", False),
        ("fax inbound", "fax outbound", False),
        ("fax", "received-message", False),
    ],
)
def test_who_hears_the_same(one: str, other: str, *, overlap: bool) -> None:
    """Sets overlap if both together are possible; new tags must be in both."""
    assert hearing(one).overlaps(hearing(other)) is overlap


@given(TAGS, TAGS)
def test_overlap_is_mutual_and_needs_a_possible_event(
    one: frozenset[str], other: frozenset[str]
) -> None:
    """It does not matter who asks, and what nothing matches overlaps with nothing."""
    overlap = TagSet(one).overlaps(TagSet(other))
    assert overlap is TagSet(other).overlaps(TagSet(one))
    if overlap:
        assert TagSet(one).possible
        assert TagSet(one | other).possible
    if TagSet(one).possible and one <= other and TagSet(other).possible:
        assert overlap


def test_every_tag_but_one_is_known() -> None:
    """A tag that the API gains has to be thought about; message-status is not said."""
    uncertain = {str(tag) for tag in Tag if not hearing(str(tag)).certain}
    assert uncertain == {"message-status"}
