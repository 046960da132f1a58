"""What sets of tags can be on one event, and on one event together.

An event is of one kind: a call, a message, a call log, a recording or an API error.
It has at most one direction, a call at most one state, and so on. A tag allows some
values of each of these and rules out the others; tags contradict each other where
no value is left. The vendor documents this for `call` and `message`; the rest
follows from its definitions and samples. What is said nowhere is taken to be
possible, and so is every tag that is not known here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import reduce
from itertools import combinations
from operator import and_
from typing import Final

from msgspec import Struct

from ..phonecom import Tag

_DIMENSIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "kind": ("call", "message", "call-log", "recording", "api-error"),
    "direction": ("inbound", "outbound"),
    "state": ("new", "connecting", "connected", "completed"),
    "leg": ("first", "not first"),
    "from": ("did", "extension"),
    "to": ("did", "extension"),
    "type": ("sms", "mms"),
}

_ALLOWED: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    Tag.INBOUND: {"kind": ("call", "message"), "direction": ("inbound",)},
    Tag.OUTBOUND: {"kind": ("call", "message"), "direction": ("outbound",)},
    Tag.CALL: {"kind": ("call",)},
    Tag.NEW_CALL: {"kind": ("call",), "state": ("new",)},
    Tag.CONNECTING_CALL: {"kind": ("call",), "state": ("connecting",)},
    Tag.CONNECTED_CALL: {"kind": ("call",), "state": ("connected",)},
    Tag.COMPLETED_CALL: {"kind": ("call",), "state": ("completed",)},
    Tag.FIRST_LEG: {"kind": ("call",), "leg": ("first",)},
    Tag.NOT_FIRST_LEG: {"kind": ("call",), "leg": ("not first",)},
    Tag.TO_DID: {"to": ("did",)},
    Tag.FROM_DID: {"from": ("did",)},
    Tag.TO_EXTENSION: {"to": ("extension",)},
    Tag.FROM_EXTENSION: {"from": ("extension",)},
    Tag.MESSAGE: {"kind": ("message",)},
    Tag.SMS_MESSAGE: {"kind": ("message",), "type": ("sms",)},
    Tag.MMS_MESSAGE: {"kind": ("message",), "type": ("mms",)},
    Tag.ANY_MS_MESSAGE: {"kind": ("message",)},
    Tag.API_ERROR: {"kind": ("api-error",)},
    Tag.API_ERROR_TRUSTED: {"kind": ("api-error",)},
    Tag.CALL_LOG: {"kind": ("call-log",)},
    Tag.RECORDING: {"kind": ("recording",)},
    Tag.CALL_RECORDING: {"kind": ("recording",)},
    Tag.VOICEMAIL_RECORDING: {"kind": ("recording",)},
}

API_ERRORS: Final = frozenset({Tag.API_ERROR, Tag.API_ERROR_TRUSTED})


def _bits() -> tuple[Mapping[tuple[str, str], int], tuple[int, ...]]:
    """Number all values of all dimensions; return a bit for each, and the dimensions'.

    A set of values is then one number, and the check of two sets one operation.
    """
    values = [(name, value) for name, every in _DIMENSIONS.items() for value in every]
    bits = {pair: 1 << number for number, pair in enumerate(values)}
    dimensions = tuple(
        sum(bits[name, value] for value in every) for name, every in _DIMENSIONS.items()
    )
    return bits, dimensions


_BIT, _MASKS = _bits()
_EVERYTHING: Final = sum(_MASKS)


def _mask(allowed: Mapping[str, tuple[str, ...]]) -> int:
    ruled_out = (
        _BIT[name, value]
        for name, values in allowed.items()
        for value in _DIMENSIONS[name]
        if value not in values
    )
    return _EVERYTHING - sum(ruled_out)


_BY_TAG: Final = {str(tag): _mask(allowed) for tag, allowed in _ALLOWED.items()}


def _possible(mask: int) -> bool:
    return all(mask & dimension for dimension in _MASKS)


def _mask_of(tags: Iterable[str]) -> int:
    return reduce(and_, (_BY_TAG.get(tag, _EVERYTHING) for tag in tags), _EVERYTHING)


class TagSet(Struct, eq=False, gc=False):
    """Say which events a set of tags hears: those that have all of them.

    Attributes:
        tags: of one subscription.
        mask: the values that are left for events, of every dimension.
        certain: whether all the tags are known here.
    """

    tags: Collection[str]
    mask: int = _EVERYTHING
    certain: bool = True

    def __post_init__(self) -> None:
        self.mask = _mask_of(self.tags)
        self.certain = _BY_TAG.keys() >= set(self.tags)

    @property
    def possible(self) -> bool:
        """Whether there can be such an event, for all that is known."""
        return _possible(self.mask)

    def overlaps(self, other: TagSet) -> bool:
        """Tell whether one event can be heard by both.

        Where tags are not known here, only if it must be: if one set has all the
        tags of the other.
        """
        if not _possible(self.mask & other.mask):
            return False
        if self.certain and other.certain:
            return True
        tags, others = set(self.tags), set(other.tags)
        return tags <= others or others <= tags


def contradiction(tags: Iterable[str]) -> tuple[str, str] | None:
    """Return two of the tags that no event has together; None if there are none.

    Any set that no event can have holds such a pair.
    """
    masks = [(tag, _BY_TAG[tag]) for tag in sorted(_BY_TAG.keys() & tags)]
    for (one, mask), (other, other_mask) in combinations(masks, 2):
        if not _possible(mask & other_mask):
            return one, other
    return None
