"""Whether a delivery is signed, fresh and new.

Linq's guide asks for the Standard Webhooks check with five minutes of tolerance:
https://docs.linqapp.com (webhooks). Which deliveries were seen before is remembered
within bounds of number, time and memory.
"""

from __future__ import annotations

import math
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from hashlib import blake2b
from typing import Final

from attrs import frozen

from ..errors import InvalidArgument, WebhookError
from ..http import Secret
from . import signature
from .freshness import Freshness
from .reading import check_body
from .signature import HeaderLines, Headers


class ReplayGuard:
    """Remember keys, such as delivery ids, for a while.

    Linq sends a delivery again, under the same id, for up to 30 minutes; within
    the lifetime such a repeat is known. Beyond the capacity the oldest are
    forgotten first. A key takes the same room however long it is.

    Args:
        lifetime: seconds that a key is remembered.
        capacity: how many are, at most.
        clock: seconds, never going back.
    """

    def __init__(
        self,
        *,
        lifetime: float = 3600.0,
        capacity: int = 10_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if not lifetime > 0 or capacity < 1:
            raise InvalidArgument("lifetime and capacity must be greater than 0")
        self._lifetime = lifetime
        self._capacity = capacity
        self._clock = clock
        self._forget_at: OrderedDict[bytes, float] = OrderedDict()

    def seen(self, key: str) -> bool:
        """Whether *key* was added, and is still remembered."""
        self._drop_expired()
        return _digest(key) in self._forget_at

    def add(self, key: str) -> None:
        """Remember *key* from now on."""
        self._drop_expired()
        digest = _digest(key)
        self._forget_at.pop(digest, None)
        self._forget_at[digest] = self._clock() + self._lifetime
        if len(self._forget_at) > self._capacity:
            self._forget_at.popitem(last=False)

    def forget(self, key: str) -> None:
        """Let *key* come again: the sender was told to send it once more."""
        self._forget_at.pop(_digest(key), None)

    def __len__(self) -> int:
        self._drop_expired()
        return len(self._forget_at)

    def _drop_expired(self) -> None:
        now = self._clock()
        while self._forget_at and next(iter(self._forget_at.values())) <= now:
            self._forget_at.popitem(last=False)


def _digest(key: str) -> bytes:
    return blake2b(key.encode(errors="backslashreplace"), digest_size=16).digest()


_STANDARD: Final = (signature.ID, signature.TIMESTAMP, signature.SIGNATURE)
_LEGACY_TIMESTAMP: Final = "x-webhook-timestamp"
_LEGACY_SIGNATURE: Final = "x-webhook-signature"
_HEX: Final = re.compile(r"[0-9a-f]{64}")


@frozen(kw_only=True)
class Delivery:
    """Say what a delivery's verified headers say.

    Attributes:
        id: the same whenever the sender tries again; None in the legacy form,
            which signs none.
        sent_at: when this attempt was signed, in UTC.
    """

    id: str | None
    sent_at: datetime


class Verifier:
    """Verify deliveries that are signed by the Standard Webhooks scheme.

    Args:
        secrets: as shown when the subscription was created (``whsec_…``). Give
            the old and the new one while subscriptions are replaced: a delivery
            may be signed with any of them.
        tolerance: seconds that a delivery may be old, or ahead of the clock. If
            deliveries keep missing it by the same, the error suspects the clock.
        legacy: also take deliveries that have only the deprecated
            ``X-Webhook-Timestamp`` and ``X-Webhook-Signature``, as some proxies
            drop the newer headers. Weaker: no id is signed, and whoever can
            strip headers can choose this form. A delivery that has any of the
            newer headers is held to them.
        replays: refuses a delivery that was verified before. A sender that tries
            again uses the same id: leave this out where repeats must be
            acknowledged, and keep a `ReplayGuard` of your own, as the receiver
            does.
        clock: Unix seconds.

    Raises:
        InvalidArgument: no secret is given, or one that is not base64.
    """

    def __init__(
        self,
        *secrets: str | Secret,
        tolerance: float = 300.0,
        legacy: bool = False,
        replays: ReplayGuard | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._secrets = tuple(signature.as_secret(secret) for secret in secrets)
        # This frame is part of the traceback of what is raised below.
        del secrets
        if not self._secrets:
            raise InvalidArgument("no signing secret is given")
        for held in self._secrets:
            signature.check_key(held)
        if not (tolerance > 0 and math.isfinite(tolerance)):
            raise InvalidArgument("tolerance must be a number of seconds above 0")
        self._freshness = Freshness(tolerance, clock)
        self._legacy = legacy
        self._replays = replays

    def verify(self, body: bytes, headers: Headers) -> Delivery:
        """Return what the headers say, if they are genuine, fresh and new.

        Args:
            body: as it came, before any decoding; at most 1 MiB.
            headers: all of them; a mapping or pairs.

        Raises:
            WebhookError: for whatever is wrong; its text tells the owner of the
                receiver what. Do not send it to the sender.
        """
        check_body(body)
        lines = HeaderLines(headers)
        if any(lines.get(name) is not None for name in _STANDARD):
            delivery, key = self._standard(bytes(body), lines)
        elif self._legacy:
            delivery, key = self._legacy_form(bytes(body), lines)
        else:
            raise WebhookError("the delivery is not signed: it has no webhook headers")
        if self._replays is not None:
            if self._replays.seen(key):
                raise WebhookError("the delivery was verified before: a replay")
            self._replays.add(key)
        return delivery

    def _standard(self, body: bytes, lines: HeaderLines) -> tuple[Delivery, str]:
        webhook_id, timestamp, offered = map(lines.require, _STANDARD)
        sent_at = self._freshness.read(timestamp)
        if not signature.any_equal(
            (
                signature.sign(secret, webhook_id, timestamp, body)
                for secret in self._secrets
            ),
            # Other versions than v1 are simply equal to none.
            offered.split(),
        ):
            raise WebhookError("no signature of the delivery is by a known secret")
        self._freshness.check(sent_at, f"{webhook_id}.{timestamp}")
        return Delivery(id=webhook_id, sent_at=sent_at), webhook_id

    def _legacy_form(self, body: bytes, lines: HeaderLines) -> tuple[Delivery, str]:
        timestamp = lines.require(_LEGACY_TIMESTAMP)
        offered = lines.require(_LEGACY_SIGNATURE).lower()
        sent_at = self._freshness.read(timestamp)
        if not _HEX.fullmatch(offered) or not signature.any_equal(
            (
                expected
                for secret in self._secrets
                for expected in signature.legacy_signatures(secret, timestamp, body)
            ),
            [offered],
        ):
            raise WebhookError("no signature of the delivery is by a known secret")
        key = f"{timestamp}.{offered}"
        self._freshness.check(sent_at, key)
        return Delivery(id=None, sent_at=sent_at), key

    def __repr__(self) -> str:
        return f"<Verifier of {len(self._secrets)} secrets>"
