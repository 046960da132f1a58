"""Receiving Linq's deliveries: signed, fresh, and read."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Unpack

from ..errors import WebhookError
from ..http import Secret
from ..linq.deliveries import WebhookEvent, parse_event
from ..webhooks import Verifier
from ..webhooks.signature import as_secret
from .delivery import Incoming, Refused
from .receiver import Receiver, ReceiverOptions


def linq_receiver(
    handle: Callable[[WebhookEvent], Awaitable[object]],
    *secrets: str | Secret,
    tolerance: float = 300.0,
    legacy: bool = False,
    clock: Callable[[], float] = time.time,
    **options: Unpack[ReceiverOptions],
) -> Receiver[WebhookEvent]:
    """Make a receiver of Linq's deliveries.

    Linq repeats a delivery that it saw no answer to. A repeat is known by its
    ``webhook-id`` and by its event id, and acknowledged without being handled
    again.

    Args:
        handle: called with each event, such as ``router.dispatch``.
        secrets, tolerance, legacy, clock: see `Verifier`.
        options: see `ReceiverOptions`.

    Raises:
        InvalidArgument: no secret is given, or one that is not base64.
    """
    held = tuple(as_secret(secret) for secret in secrets)
    # This frame is part of the traceback of what is raised below.
    del secrets
    verifier = Verifier(*held, tolerance=tolerance, legacy=legacy, clock=clock)
    return Receiver(_LinqRules(verifier), handle, **options)


class _LinqRules:
    source = "linq"

    def __init__(self, verifier: Verifier) -> None:
        self._verifier = verifier

    def check_path(self, path: str) -> None:
        """Take any path: the signature alone counts."""

    def accept(self, incoming: Incoming) -> tuple[str, ...]:
        try:
            delivery = self._verifier.verify(incoming.body, incoming.headers)
        except WebhookError as error:
            raise Refused(401, str(error)) from None
        try:
            event = self.read(incoming.body)
        except WebhookError as error:
            raise Refused(400, str(error)) from None
        # Each subscription that matches gets the event under an id of its own.
        return (
            (event.event_id,) if delivery.id is None else (delivery.id, event.event_id)
        )

    def read(self, body: bytes) -> WebhookEvent:
        return parse_event(body, lenient=True)
