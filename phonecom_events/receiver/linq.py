"""Receiving Linq's deliveries: signed, fresh, and read."""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, Unpack

from attrs import field, frozen

from ..errors import InvalidArgument, WebhookError
from ..http import Secret
from ..linq.deliveries import WebhookEvent, parse_event
from ..linq.webhook_subscriptions import is_header_name
from ..webhooks import Verifier
from ..webhooks.signature import as_secret
from .delivery import Incoming, Refused
from .receiver import Receiver, ReceiverOptions

_TOKEN: Final = re.compile(r"[!-~]+")


def _check_header(_: object, _attribute: object, header: str) -> None:
    if not isinstance(header, str) or not is_header_name(header):
        raise InvalidArgument(f"affinity: {header!r} is no name of a header")


def _check_token(_: object, _attribute: object, token: str) -> None:
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise InvalidArgument(
            "affinity: the token must be printable ASCII without blanks"
        )


@frozen
class Affinity:
    """Answer deliveries with a routing token, so that a chat stays on one cluster.

    Linq keeps the token for the event's chat, and sends it with further events of the
    chat, in the same header: a load balancer that knows the tokens of its clusters can
    route by it. Before there is one it can route by the header with the chat's id.

    Attributes:
        header: the subscription's `routing_key_header`.
        token: what stands for this cluster: printable ASCII, without blanks.

    Raises:
        InvalidArgument: one of them cannot stand in a header.
    """

    header: str = field(validator=_check_header)
    token: str = field(validator=_check_token)


def linq_receiver(
    handle: Callable[[WebhookEvent], Awaitable[object]],
    *secrets: str | Secret,
    tolerance: float = 300.0,
    legacy: bool = False,
    clock: Callable[[], float] = time.time,
    affinity: Affinity | None = None,
    **options: Unpack[ReceiverOptions],
) -> Receiver[WebhookEvent]:
    """Make a receiver of Linq's deliveries.

    Linq repeats a delivery that it saw no answer to. A repeat is known by its
    ``webhook-id`` and by its event id, and acknowledged without being handled
    again.

    Args:
        handle: called with each event, such as ``router.dispatch``.
        secrets, tolerance, legacy, clock: see `Verifier`.
        affinity: what to tell Linq of where the chats of acknowledged events are.
        options: see `ReceiverOptions`.

    Raises:
        InvalidArgument: no secret is given, or one that is not base64.
    """
    held = tuple(as_secret(secret) for secret in secrets)
    # This frame is part of the traceback of what is raised below.
    del secrets
    verifier = Verifier(*held, tolerance=tolerance, legacy=legacy, clock=clock)
    return Receiver(_LinqRules(verifier, affinity), handle, **options)


class _LinqRules:
    source = "linq"

    def __init__(self, verifier: Verifier, affinity: Affinity | None) -> None:
        self._verifier = verifier
        self.acknowledgement: Mapping[str, str] = (
            {} if affinity is None else {affinity.header: affinity.token}
        )

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
