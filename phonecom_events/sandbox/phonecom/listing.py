"""List requests and the list envelope, the same for every resource.

Every list takes `offset`, `limit` (1…500, default 25), `sort[id]`,
`include_subaccounts`, `mode`, and the filters of its resource. What is out of
range is refused with 422, not clamped; one answer tells of all that is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from typing import Any, Final

from attrs import frozen

from ..messages import Document, Reply, json_reply
from ..options import Behaviour
from .conditions import BadCondition, Condition, read_condition
from .problems import Problem, invalid

# As the OpenAPI has them for every list.
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
        # After the check: what is out of range is refused all the same.
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
    limit = len(rows) if behaviour.ignore_limit else asked.limit
    answer["items"] = items(_slice(rows, asked.order, start, limit))
    return json_reply(200, answer)


def _slice(
    rows: Sequence[Document], order: str, start: int, limit: int
) -> Sequence[Document]:
    if order == "asc":
        return rows[start : start + limit]
    # Only the page is turned round: the rows are the table's own list, and may be many.
    end = max(len(rows) - start, 0)
    return rows[max(end - limit, 0) : end][::-1]


_BRACKETED: Final = re.compile(r"(filters|sort)\[([^\]]+)\](\[\w*\])?")
_INTEGER: Final = re.compile(r"-?[0-9]{1,18}")


class Parameters:
    """The decoded parameters of one request; of a repeated name the last wins.

    Each read takes its parameter out; `finish` refuses the request if any was
    wrong, or was left that nothing read.
    """

    def __init__(self, query: Sequence[tuple[str, str]]) -> None:
        self._query = query
        self._left = dict(query)
        self._problems: list[Problem] = []

    def integer(
        self, name: str, *, least: int, most: int | None = None, default: int
    ) -> int:
        """Read an integer within bounds, both included."""
        text = self._left.pop(name, None)
        if text is None:
            return default
        if not _INTEGER.fullmatch(text):
            self._problems.append((name, "must be an integer"))
            return default
        number = int(text)
        if number < least:
            self._problems.append((name, f"must be at least {least}"))
        elif most is not None and number > most:
            self._problems.append((name, f"must be at most {most}"))
        return number

    def choice(self, name: str, choices: Sequence[str], default: str) -> str:
        """Read one of *choices*."""
        text = self._left.pop(name, default)
        if text not in choices:
            place = name.replace("[", ".").rstrip("]")
            self._problems.append((place, f"must be one of {', '.join(choices)}"))
        return text

    def filters(
        self, allowed: Collection[str]
    ) -> tuple[Document, tuple[Condition, ...]]:
        """Read `filters[…]`: what to echo, and the conditions.

        A field repeated as an array (`filters[id][]`) gives several conditions.
        """
        texts: dict[str, list[str]] = {}
        echo: Document = {}
        for name, text in self._query:
            match = _BRACKETED.fullmatch(name)
            if match is None or match[1] != "filters":
                continue
            self._left.pop(name, None)
            if match[3]:
                echo[match[2]] = texts.setdefault(match[2], [])
            else:
                echo[match[2]] = text
                texts[match[2]] = []
            texts[match[2]].append(text)
        conditions = tuple(
            condition
            for name, given in texts.items()
            for condition in self._conditions(name, given, allowed)
        )
        return echo, conditions

    def finish(self, behaviour: Behaviour) -> None:
        """Refuse with 422 if anything was wrong.

        Raises:
            Refused: with every parameter that is wrong, or not known.
        """
        for name in self._left:
            match = _BRACKETED.fullmatch(name)
            if match is not None and match[1] == "sort":
                self._problems.append((f"sort.{match[2]}", "cannot be sorted by"))
            elif behaviour.refuse_unknown:
                self._problems.append((name, "is not known"))
        if self._problems:
            raise invalid(self._problems, as_text=behaviour.field_messages == "text")

    def _conditions(
        self, name: str, texts: Sequence[str], allowed: Collection[str]
    ) -> list[Condition]:
        if name not in allowed:
            self._problems.append((f"filters.{name}", "cannot be filtered by"))
            return []
        try:
            return [read_condition(name, text) for text in texts]
        except BadCondition as error:
            self._problems.append((f"filters.{name}", str(error)))
            return []
