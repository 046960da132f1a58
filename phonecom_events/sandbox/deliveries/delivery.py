"""Deliveries: what is posted, with the headers that the vendor sends along."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

import msgspec
from attrs import evolve, field, frozen

from . import linq, phonecom
from .changes import change
from .samples import Sample
from .signing import check_secret, signed_headers

# As Phone.com writes it in its page on callbacks.
_TEST_BODY: Final = b'{"test": 1}'
_JSON: Final = {"Content-Type": "application/json"}
_encode = msgspec.json.Encoder().encode


@frozen(kw_only=True)
class Delivery:
    """Hold what is posted.

    Attributes:
        event_type: of the event.
        id: of the event.
        body: as it is sent.
        headers: sent along; they may hold a secret.
        repeated: whether the same was sent before.
        tampered: whether it was changed after it was signed: it is to be refused.
    """

    event_type: str
    id: str
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    repeated: bool = False
    tampered: bool = False


def _uuid() -> str:
    return str(uuid4())


class Deliveries:
    """Make deliveries of samples, each of an event of its own.

    Args:
        signing_secret: of the webhook subscription (``whsec_…``); Linq's need one.
        headers: sent along with each; for receivers of Phone.com's that expect one.
        clock: gives Unix seconds.
        new_id: makes an id that is given once.

    Raises:
        ValueError: the secret is none.
    """

    def __init__(
        self,
        *,
        signing_secret: str | None = None,
        headers: Mapping[str, str] | None = None,
        clock: Callable[[], float] = time.time,
        new_id: Callable[[], str] = _uuid,
    ) -> None:
        if signing_secret is not None:
            check_secret(signing_secret)
        self._secret = signing_secret
        self._headers = dict(headers or {})
        self._clock = clock
        self._new_id = new_id

    def make(
        self,
        sample: Sample,
        changes: Mapping[str, Any] | None = None,
        *,
        tamper: bool = False,
    ) -> Delivery:
        """Make one.

        Args:
            sample: of what.
            changes: values to set in the event, by path; see `changes.change`.
            tamper: change the body after it is signed. Phone.com signs nothing: there
                the body is cut short.

        Raises:
            ValueError: a path is not there, or Linq's event has no secret to sign by.
        """
        now = self._clock()
        event: dict[str, Any] = {}
        if sample.event_type != phonecom.TEST:
            make = phonecom.event if sample.vendor == "phonecom" else linq.event
            moment = datetime.fromtimestamp(now, UTC)
            event = make(sample.event_type, moment, self._new_id)
        for path, value in (changes or {}).items():
            change(event, path, value)
        body = _encode(event) if event else _TEST_BODY
        headers = {**_JSON, **self._headers}
        if sample.vendor == "linq":
            headers |= self._signed(body, event, int(now))
        if tamper:
            body = body + b" " if sample.vendor == "linq" else body[:-1]
        return Delivery(
            event_type=sample.event_type,
            id=str(event.get("uuid") or event.get("event_id") or ""),
            body=body,
            headers=headers,
            tampered=tamper,
        )

    def many(
        self,
        sample: Sample,
        changes: Mapping[str, Any] | None = None,
        *,
        count: int = 1,
        duplicate: bool = False,
        tamper: bool = False,
    ) -> Iterator[Delivery]:
        """Make *count* of them, each twice with *duplicate*; see `make`."""
        for _ in range(count):
            delivery = self.make(sample, changes, tamper=tamper)
            yield delivery
            if duplicate:
                yield evolve(delivery, repeated=True)

    def _signed(
        self, body: bytes, event: Mapping[str, Any], now: int
    ) -> dict[str, str]:
        if self._secret is None:
            raise ValueError("Linq signs its deliveries: a signing secret is needed")
        return signed_headers(
            self._secret,
            body,
            webhook_id=f"msg_{event['event_id']}",
            timestamp=now,
            event_type=str(event["event_type"]),
        )

    def __repr__(self) -> str:
        return "<Deliveries>"
