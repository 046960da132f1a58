"""Receiving Phone.com's events. Nothing signs them: a shared secret has to do."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Final, Unpack

from ..errors import InvalidArgument, WebhookError
from ..http import Secret
from ..phonecom.events import Event, Probe, parse_event
from ..webhooks.signature import HeaderLines, as_secret
from .delivery import Incoming, Refused
from .receiver import Receiver, ReceiverOptions

_SEGMENT: Final = "{secret}"


def phonecom_receiver(
    handle: Callable[[Event], Awaitable[object]],
    *,
    secret: str | Secret | None,
    header: str | None = None,
    voip_ids: Collection[int] | None = None,
    listener_ids: Collection[int] | None = None,
    **options: Unpack[ReceiverOptions],
) -> Receiver[Event]:
    """Make a receiver of Phone.com's events.

    It answers the probe that Phone.com sends before it accepts a callback's URL.

    Args:
        handle: called with each event, such as ``router.dispatch``.
        secret: what only Phone.com and you know. By itself it is a segment of the
            URL: mount at a path with ``{secret}`` in it, and keep the path out of
            access logs. None takes events from whoever knows the URL.
        header: send the secret in this header instead, set in the callback's
            ``config.headers``. The probe is answered without it, as it is not
            documented that it has it.
        voip_ids, listener_ids: take events of these accounts or listeners alone.
            An event only claims to be of them.
        options: see `ReceiverOptions`.

    Raises:
        InvalidArgument: the secret is empty, or a header is given without one.
    """
    held = None if secret is None else as_secret(secret)
    # This frame is part of the traceback of what is raised below.
    del secret
    rules = _PhoneComRules(held, header, voip_ids, listener_ids)
    return Receiver(rules, handle, **options)


class _PhoneComRules:
    source = "phonecom"

    def __init__(
        self,
        secret: Secret | None,
        header: str | None,
        voip_ids: Collection[int] | None,
        listener_ids: Collection[int] | None,
    ) -> None:
        self.acknowledgement: Mapping[str, str] = {}
        if header is not None and (secret is None or not header):
            raise InvalidArgument("a header needs a name, and a secret to expect in it")
        if secret is not None and not secret.reveal():
            raise InvalidArgument("the secret is empty; None means that there is none")
        self._secret = secret
        self._header = header
        self._voip_ids = None if voip_ids is None else frozenset(voip_ids)
        self._listener_ids = None if listener_ids is None else frozenset(listener_ids)

    def check_path(self, path: str) -> None:
        in_path = self._secret is not None and self._header is None
        if in_path != (_SEGMENT in path):
            raise InvalidArgument(
                f"the secret is expected in the path, which needs {_SEGMENT} in it"
                if in_path
                else f"no secret is expected in the path, which has {_SEGMENT} in it"
            )

    def accept(self, incoming: Incoming) -> tuple[str, ...]:
        if self._header is None:
            self._check(incoming.path_secret)
        try:
            event = parse_event(incoming.body, lenient=True)
        except WebhookError as error:
            raise Refused(400, str(error)) from None
        if isinstance(event, Probe):
            return ()
        if self._header is not None:
            self._check(_header(incoming, self._header))
        if not self._expects(event):
            raise Refused(403, "of another account or listener")
        return (event.uuid,)

    def read(self, body: bytes) -> Event:
        event = parse_event(body, lenient=True)
        # Nothing that `accept` gives no key for is put into an inbox.
        assert isinstance(event, Event)
        return event

    def _check(self, offered: str | None) -> None:
        if self._secret is not None and not hmac.compare_digest(
            # A path can hold lone surrogates, which no UTF-8 has; a secret cannot.
            (offered or "").encode(errors="backslashreplace"),
            self._secret.reveal().encode(),
        ):
            raise Refused(401, "it does not have the secret")

    def _expects(self, event: Event) -> bool:
        return (self._voip_ids is None or event.context.voip_id in self._voip_ids) and (
            self._listener_ids is None or event.listener_id in self._listener_ids
        )


def _header(incoming: Incoming, name: str) -> str | None:
    """Return the value of a header that was sent once; it may be any text."""
    values = HeaderLines(incoming.headers).values(name.lower())
    value = values[0] if len(values) == 1 else None
    if isinstance(value, bytes):
        value = value.decode(errors="surrogateescape")
    return value if isinstance(value, str) else None
