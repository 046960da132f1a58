"""The envelope of every event, and the probe that comes before the first one.

https://github.com/phonedotcom/events-integration-doc (events format)
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import Any, Final, TypeAlias

from attrs import field, frozen

from ...converter import UnixTime
from ...display.shown import Shown
from ...webhooks.reading import read_as, read_object
from ..subscriptions import Tag
from .calls import Call, CallLog, Recording
from .messages import ApiError, Message

Payload: TypeAlias = Call | Message | CallLog | Recording | ApiError


class DataType(StrEnum):
    """Name the kinds of data whose form is documented."""

    CALL = "call"
    MESSAGE = "message"
    CALL_LOG = "call-log"
    RECORDING = "recording"
    API_ERROR = "api-error"


_PAYLOADS: Final[Mapping[str, type[Payload]]] = {
    DataType.CALL: Call,
    DataType.MESSAGE: Message,
    DataType.CALL_LOG: CallLog,
    DataType.RECORDING: Recording,
    DataType.API_ERROR: ApiError,
}


@frozen(kw_only=True)
class Context(Shown):
    """Say whose event it is.

    Attributes:
        type: account or extension.
        id: of that account or extension.
        voip_id: of the account.
    """

    type: str
    id: int
    voip_id: int


@frozen(kw_only=True)
class Event(Shown):
    """Describe an event that a listener sent to its callback.

    Phone.com signs nothing: all of this is only as true as its sender.

    Attributes:
        uuid: the event's own, text of any form. One event may come more than
            once; this is what to know it by.
        version: of its form; that of 2.x alone is documented.
        listener_id: the listener that sent it.
        context: whose event it is.
        timestamp: when it happened, in UTC, whole seconds.
        timestamp_ns: the same in nanoseconds since 1970.
        tags: members of `Tag`, or strings for those that no subscription can ask
            for, and those not known here. They can disagree with the data.
        data_type: a member of `DataType`, or a string for one not known here.
        data_object_uuid: of what the data describes; text of any form.
        data: as it came; `payload` is the same, read.
        unsubscribe_link: in events by mail; whoever has it can unsubscribe.
    """

    uuid: str
    version: str
    listener_id: int
    context: Context
    timestamp: UnixTime
    tags: tuple[Tag | str, ...]
    data_type: DataType | str
    data: dict[str, Any] = field(repr=False, hash=False)
    timestamp_ns: int | None = None
    data_object_uuid: str | None = None
    unsubscribe_link: str | None = field(default=None, repr=False)

    @cached_property
    def payload(self) -> Payload | None:
        """The data, read: None for a data type or a version not documented.

        Raises:
            WebhookError: the data is not as documented.
        """
        model = _PAYLOADS.get(self.data_type)
        # A listener may be set to 1.0.0 or 1.1.0, whose forms nobody has written down.
        if model is None or not self.version.startswith("2."):
            return None
        return read_as(self.data, model, "$.data")

    @property
    def names(self) -> frozenset[str]:
        """What a `Router` knows it by: its data type and its tags."""
        return frozenset((self.data_type, *self.tags))


@frozen
class Probe(Shown):
    """Be what Phone.com sends to a URL before it accepts it for a callback.

    It must be answered with 200 or 201, or no callback is created.
    """


def parse_event(body: bytes, *, lenient: bool = False) -> Event | Probe:
    """Read what was posted to a callback.

    Args:
        body: as it came.
        lenient: let data pass that is not as documented: reading the `payload`
            raises then, and only then. For receivers: to refuse such an event is
            to lose it, and to look broken to Phone.com, which drops callbacks.

    Raises:
        WebhookError: it is neither an event nor the probe.
    """
    value = read_object(body)
    # This form is documented with the creation of callbacks; `True == 1` in Python.
    if value == {"test": 1} and value["test"] is not True:
        return Probe()
    event = read_as(value, Event)
    if not lenient:
        _ = event.payload
    return event
