"""Query parameters, read one after the other, with what is wrong kept aside."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final

from ..messages import Document
from ..options import Behaviour
from .conditions import BadCondition, Condition, read_condition
from .problems import Problem, invalid

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
