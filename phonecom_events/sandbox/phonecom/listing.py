"""List requests and the list envelope, the same for every resource.

Every list takes `offset`, `limit` (1…500, default 25), `sort[id]`,
`include_subaccounts`, `mode`, and the filters of its resource. What is out of
range is refused with 422, not clamped.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, Final

from attrs import frozen

from ..messages import Document, Reply, json_reply
from ..options import Behaviour
from .conditions import Condition
from .parameters import Parameters

DEFAULT_LIMIT: Final = 25
MAX_LIMIT: Final = 500
_MODES: Final = ("brief", "full")


@frozen(kw_only=True)
class ListQuery:
    """A list request as understood.

    `filters` is what the answer echoes: each field with its text as given, or
    with a list of texts where it was repeated as an array.
    """

    limit: int
    offset: int
    order: str
    include_subaccounts: bool
    brief: bool
    filters: Document
    conditions: tuple[Condition, ...]


def read_list_query(
    query: Sequence[tuple[str, str]], allowed: Collection[str], behaviour: Behaviour
) -> ListQuery:
    """Read the parameters of a list.

    Args:
        query: the decoded parameters in order.
        allowed: the fields that `filters[…]` may name.
        behaviour: the options that bear on it.

    Raises:
        Refused: with 422 and every parameter that is wrong.
    """
    parameters = Parameters(query)
    limit = parameters.integer("limit", least=1, most=MAX_LIMIT, default=DEFAULT_LIMIT)
    filters, conditions = parameters.filters(allowed)
    asked = ListQuery(
        limit=min(limit, behaviour.limit_cap or limit),
        offset=parameters.integer("offset", least=0, default=0),
        order=parameters.choice("sort[id]", ("asc", "desc"), behaviour.default_order),
        include_subaccounts=parameters.integer(
            "include_subaccounts", least=0, default=0
        )
        > 0,
        brief=parameters.choice("mode", _MODES, "full") == "brief",
        filters=filters,
        conditions=conditions,
    )
    parameters.finish(behaviour)
    return asked


def read_item_query(query: Sequence[tuple[str, str]], behaviour: Behaviour) -> bool:
    """Read the parameters of a single GET, and say whether `mode` is brief.

    Raises:
        Refused: with 422 when one is wrong.
    """
    parameters = Parameters(query)
    brief = parameters.choice("mode", _MODES, "full") == "brief"
    parameters.finish(behaviour)
    return brief


def page(
    asked: ListQuery,
    rows: Sequence[Document],
    items: Callable[[Sequence[Document]], Sequence[object]],
    behaviour: Behaviour,
) -> Reply:
    """Answer the page of *rows* that was asked for.

    Args:
        asked: the request.
        rows: all rows that the list covers, by ascending id.
        items: makes what stands in `items` for the rows of the page.
        behaviour: the options that bear on it.
    """
    empty: Any = [] if behaviour.empty_maps_as_lists else {}
    answer: Document = {
        "filters": asked.filters or empty,
        "sort": {"id": asked.order} if behaviour.echo_sort else empty,
    }
    if behaviour.total:
        answer["total"] = len(rows)
    answer["limit"] = asked.limit
    answer["offset"] = asked.offset or (None if behaviour.offset_null else 0)
    start = 0 if behaviour.ignore_offset else asked.offset
    answer["items"] = items(_slice(rows, asked, start))
    return json_reply(200, answer)


def _slice(
    rows: Sequence[Document], asked: ListQuery, start: int
) -> Sequence[Document]:
    if asked.order == "asc":
        return rows[start : start + asked.limit]
    end = max(len(rows) - start, 0)
    return rows[max(end - asked.limit, 0) : end][::-1]
