"""Deliveries that strangers make up: an event, or a `WebhookError`, and no more."""

from __future__ import annotations

import contextlib
import pickle

import pytest
from hypothesis import strategies as st

from phonecom_events.errors import WebhookError
from phonecom_events.linq import deliveries
from phonecom_events.phonecom import events
from phonecom_events.webhooks import ReplayGuard, Verifier, signed_headers

from ..webhooks.samples import (
    LINQ_DATA,
    NOW,
    PHONECOM_DATA,
    SECRET,
    linq_event,
    phonecom_event,
)
from .hostile import bodies, fuzz, texts

PHONECOM = [{"test": 1}, *(phonecom_event(name) for name in PHONECOM_DATA)]
LINQ = [linq_event(name) for name in LINQ_DATA]
NAMES = [
    "webhook-id",
    "webhook-timestamp",
    "webhook-signature",
    "X-Webhook-Timestamp",
    "X-Webhook-Signature",
]


@pytest.mark.parametrize("lenient", [False, True])
def test_events_of_phonecom(*, lenient: bool) -> None:
    """Whatever is posted as an event of Phone.com is read, or refused by one error."""

    def check(body: bytes) -> None:
        with contextlib.suppress(WebhookError):
            event = events.parse_event(body, lenient=lenient)
            assert repr(event)
            assert pickle.loads(pickle.dumps(event)) == event
            if isinstance(event, events.Event):
                assert event.names
                assert event.payload is None or repr(event.payload)

    fuzz(check, body=bodies(PHONECOM))


@pytest.mark.parametrize("lenient", [False, True])
def test_events_of_linq(*, lenient: bool) -> None:
    """Whatever is posted as an event of Linq is read, or refused by one error."""

    def check(body: bytes) -> None:
        with contextlib.suppress(WebhookError):
            event = deliveries.parse_event(body, lenient=lenient)
            assert repr(event)
            assert pickle.loads(pickle.dumps(event)) == event
            assert event.names
            assert event.payload is None or repr(event.payload)

    fuzz(check, body=bodies(LINQ))


@pytest.mark.parametrize("legacy", [False, True])
def test_signatures(*, legacy: bool) -> None:
    """Whatever headers and body come, they verify or are refused by one error."""
    verifier = Verifier(
        SECRET, legacy=legacy, replays=ReplayGuard(), clock=lambda: float(NOW)
    )

    def check(body: bytes, changes: list[tuple[str | bytes, str | bytes]]) -> None:
        true = signed_headers(SECRET, body, webhook_id="msg_1", timestamp=NOW)
        given = [
            pair
            for pair in true.items()
            if pair[0] not in [name for name, _ in changes]
        ]
        for headers in ([*given, *changes], dict(changes), {**true, **dict(changes)}):
            with contextlib.suppress(WebhookError):
                assert verifier.verify(body, headers).sent_at  # type: ignore[arg-type]

    values = texts | st.sampled_from(
        ["v1,", "v1,AAAA v1,BBBB", "v1a,x", str(NOW), f"{NOW}.5", "-1", " 1", "a" * 64]
    )
    names = st.sampled_from(NAMES) | texts
    fuzz(
        check,
        body=bodies(LINQ),
        changes=st.lists(
            st.tuples(
                names | names.map(lambda name: name.encode(errors="surrogatepass")),
                values | st.binary(max_size=30),
            ),
            max_size=4,
        ),
    )
