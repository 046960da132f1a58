"""Filters of a listener: which of the events it hears it passes on.

All filters must match; with none, everything passes.
https://apidocs.phone.com/reference (events-listeners-filters)
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, ClassVar, Final, Unpack

from attrs import field, frozen

from ..converter import rest, tagged, wire
from ..display.shown import Shown
from ..errors import InvalidArgument
from ..pagination import Paginator
from ..resources import UNSET, Unset
from .listing import EventsResource, Paging, segment


class FilterType(StrEnum):
    """Name what a filter looks at."""

    NUMBER = "number"
    SCHEDULE = "schedule"


@frozen(kw_only=True)
class NumberFilter(Shown):
    """Match events by the other party's number; exactly one of these is set.

    Attributes:
        eq: that number, as ``+`` and digits.
        in_: any of these numbers.
        match: a pattern; ``%`` stands for any characters, also none.
        extra: what else the API says.
    """

    eq: str | None = None
    in_: tuple[str, ...] | None = field(default=None, metadata=wire("in"))
    match: str | None = None
    extra: Mapping[str, Any] = field(factory=dict, metadata=rest())


@frozen(kw_only=True)
class ScheduleFilter(Shown):
    """Match events by the time they happen.

    Attributes:
        id: of the schedule. It is synchronised later; updating the filter makes
            that happen at once.
        extra: what else the API says.
    """

    id: int
    extra: Mapping[str, Any] = field(factory=dict, metadata=rest())


@frozen(kw_only=True)
class UnknownFilter(Shown):
    """Hold the value of a filter of a type that is not known here.

    So is one that is not of the form that its type has by the vendor's prose.

    Attributes:
        extra: all of it.
    """

    extra: Mapping[str, Any] = field(factory=dict, metadata=rest())


FilterValue = NumberFilter | ScheduleFilter | UnknownFilter


# In the vendor's OpenAPI any object is a filter's value; its prose alone says more.
_BY_TYPE: Final[Mapping[object, Any]] = {
    FilterType.NUMBER: NumberFilter | UnknownFilter,
    FilterType.SCHEDULE: ScheduleFilter | UnknownFilter,
}


def _value_class(filter_type: object, _: object) -> Any:
    known = isinstance(filter_type, str)
    return _BY_TYPE.get(filter_type, UnknownFilter) if known else UnknownFilter


@frozen(kw_only=True)
class ListenerFilter(Shown):
    """Describe a filter of a listener.

    Attributes:
        id: its id.
        filter_type: a `FilterType`, or a string for one that is not known here.
        filter_value: of the class that belongs to the type.
        not_logic: pass on what does not match.
        listener_id: the listener's id, where the API says it.
    """

    id: int
    filter_type: FilterType | str
    filter_value: FilterValue = field(metadata=tagged("filter_type", _value_class))
    not_logic: bool = False
    listener_id: int | None = None


class ListenerFilters(EventsResource[ListenerFilter]):
    """Read and write the filters of one listener."""

    model = ListenerFilter
    collection = "filters"
    defaults: ClassVar[Mapping[str, Any]] = MappingProxyType({"not_logic": False})

    async def create(
        self,
        *,
        filter_value: NumberFilter | ScheduleFilter,
        not_logic: bool | Unset = UNSET,
        reconcile: bool = False,
    ) -> ListenerFilter:
        """Create a filter and return it.

        Args:
            filter_value: what to match.
            not_logic: pass on what does not match.
            reconcile: after an ambiguous end look what became of it, and send it again
                if nothing did, as `phonecom_events.reconcile` says. Costs a request
                more, to read what exists before.

        Raises:
            OutcomeUnknown: it may or may not have been created; with `reconcile`,
                only if that cannot be told.
        """
        return await self._create(
            filter_type=type_of(filter_value),
            filter_value=filter_value,
            not_logic=not_logic,
            reconcile=reconcile,
        )

    async def update(
        self,
        filter_id: int,
        *,
        filter_value: NumberFilter | ScheduleFilter | Unset = UNSET,
        not_logic: bool | Unset = UNSET,
    ) -> ListenerFilter:
        """Change what is given, and return the filter.

        Raises:
            InvalidArgument: nothing is given.
            OutcomeUnknown: it may or may not have been changed.
        """
        return await self._update(
            "PATCH",
            segment(filter_id),
            filter_type=UNSET if filter_value is UNSET else type_of(filter_value),
            filter_value=filter_value,
            not_logic=not_logic,
        )

    def list(self, **paging: Unpack[Paging]) -> Paginator[ListenerFilter]:
        """List the filters; see `Paginator` and, for the arguments, `Paging`."""
        return self._list({}, **paging)


def type_of(value: object) -> FilterType:
    """Tell the type that a filter's value is of.

    Raises:
        InvalidArgument: it is no filter's value, or not exactly one condition.
    """
    if isinstance(value, ScheduleFilter):
        return FilterType.SCHEDULE
    if not isinstance(value, NumberFilter):
        raise InvalidArgument(
            "filter_value: expected NumberFilter or ScheduleFilter,"
            f" got {type(value).__name__}"
        )
    if sum(part is not None for part in (value.eq, value.in_, value.match)) != 1:
        raise InvalidArgument("NumberFilter: give exactly one of eq, in_ and match")
    return FilterType.NUMBER
